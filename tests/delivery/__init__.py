"""Once to each, whatever dies."""

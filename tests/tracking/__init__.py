"""What becomes of messages."""

"""What became of it: opens, clicks, unsubscribes, and which of them a person made."""

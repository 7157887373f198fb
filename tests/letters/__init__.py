"""Every letter and every block, whole: complete, readable, and looked at in a browser."""

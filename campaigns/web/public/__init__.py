"""What readers reach by the links in their messages; a token is the only identity."""

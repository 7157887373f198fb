"""What the public records of a sender's domain say, and exactly what is missing there."""

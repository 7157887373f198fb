"""The message: blocks frozen once into a program, filled for each contact by joining strings."""

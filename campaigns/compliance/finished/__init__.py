"""Checks of the finished message: what mail programs and readers make of its HTML and its text."""

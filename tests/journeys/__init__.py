"""Whole stories, through the real pages."""

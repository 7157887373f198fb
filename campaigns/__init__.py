"""Bedside: email campaigns and promotions for a clinic, from an opted-in contact to a booking."""

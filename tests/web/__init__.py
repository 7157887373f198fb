"""The pages and public links."""

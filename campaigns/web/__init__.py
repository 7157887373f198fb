"""The pages, JSON and public links of an installation."""

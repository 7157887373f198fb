"""The first run, step by step."""

from campaigns.web.pages.setup import (
    first_run,
)

ROUTERS = (first_run.router,)
"""Addresses with fixed names stand before those with a name in them."""

"""The door: sign in and out, come by an invitation, choose a new password."""

from campaigns.web.pages.access import (
    forgotten,
    invited,
    signing_in,
)

ROUTERS = (
    signing_in.router,
    invited.router,
    forgotten.router,
)
"""Addresses with fixed names stand before those with a name in them."""

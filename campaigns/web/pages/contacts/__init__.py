"""Contacts, their import, and segments."""

from campaigns.web.pages.contacts import (
    contact,
    contact_import,
    listing,
    segments,
)

ROUTERS = (
    contact_import.router,
    listing.router,
    contact.router,
    segments.router,
)
"""Addresses with fixed names stand before those with a name in them."""

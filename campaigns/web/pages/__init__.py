"""The staff's desk, page by page; each router begins with /desk."""

from campaigns.web.pages import (
    access,
    bookings,
    campaigns,
    contacts,
    content,
    offers,
    sending,
    settings,
    setup,
    today,
)

ROUTERS = (
    *offers.ROUTERS,
    *contacts.ROUTERS,
    *bookings.ROUTERS,
    *campaigns.ROUTERS,
    *access.ROUTERS,
    today.router,
    *setup.ROUTERS,
    *settings.ROUTERS,
    sending.router,
    *content.ROUTERS,
)
"""Every page of the desk."""

"""Bookings: the inbox, the answers, callers, and the times that can be booked."""

from campaigns.web.pages.bookings import (
    booking_answers,
    calling,
    inbox,
    slots,
)

ROUTERS = (
    calling.router,
    slots.router,
    inbox.router,
    booking_answers.router,
)
"""Addresses with fixed names stand before those with a name in them."""

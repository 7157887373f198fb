"""Settings: the clinic, its brand and senders, people, keys, and the audit trail."""

from campaigns.web.pages.settings import (
    api_keys,
    audit_trail,
    brand_settings,
    clinic_settings,
    domain_settings,
    me,
    people,
    sender_settings,
)

ROUTERS = (
    clinic_settings.router,
    brand_settings.router,
    sender_settings.router,
    domain_settings.router,
    people.router,
    me.router,
    audit_trail.router,
    api_keys.router,
)
"""Addresses with fixed names stand before those with a name in them."""

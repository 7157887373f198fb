"""The API for other programs: JSON, let in by a key; each route begins with /api/v1."""

from campaigns.web.api import campaigns, contacts, sending

ROUTERS = (campaigns.router, contacts.router, sending.router)
"""Every part of the API."""

"""The staff's desk, page by page; each router begins with /desk."""

from campaigns.web.pages import (
    campaign_deeds,
    campaign_new,
    campaigns,
    signing_in,
)

ROUTERS = (
    signing_in.router,
    campaign_new.router,
    campaigns.router,
    campaign_deeds.router,
)
"""Every page of the desk; those with fixed names stand before those with a name in the address."""

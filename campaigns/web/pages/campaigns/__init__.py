"""Campaigns: the list, and each step of one from its beginning to its report."""

from campaigns.web.pages.campaigns import (
    campaign_deeds,
    campaign_new,
    campaign_offer,
    campaign_when,
    campaign_who,
    check,
    listing,
    live,
    reports,
    review,
    trial_message,
)

ROUTERS = (
    review.router,
    live.router,
    check.router,
    reports.router,
    campaign_new.router,
    listing.router,
    campaign_deeds.router,
    campaign_who.router,
    campaign_offer.router,
    campaign_when.router,
    trial_message.router,
)
"""Addresses with fixed names stand before those with a name in them."""

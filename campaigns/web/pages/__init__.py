"""The staff's desk, page by page; each router begins with /desk."""

from campaigns.web.pages import (
    api_keys,
    audit_trail,
    campaign_deeds,
    campaign_new,
    campaign_offer,
    campaign_when,
    campaign_who,
    campaigns,
    check,
    forgotten,
    invited,
    live,
    me,
    people,
    review,
    sending,
    signing_in,
)

ROUTERS = (
    review.router,
    live.router,
    check.router,
    signing_in.router,
    sending.router,
    people.router,
    me.router,
    invited.router,
    forgotten.router,
    audit_trail.router,
    api_keys.router,
    campaign_new.router,
    campaigns.router,
    campaign_deeds.router,
    campaign_who.router,
    campaign_offer.router,
    campaign_when.router,
)
"""Every page of the desk; those with fixed names stand before those with a name in the address."""

"""Content that cannot be edited now: why, and where to go instead."""

from collections.abc import Mapping

from campaigns.planning.models import Campaign, CampaignStatus

_WAYS_OUT: Mapping[CampaignStatus, tuple[str, str, str]] = {
    CampaignStatus.RENDERING: ("It is being checked. This takes a moment.", "", ""),
    CampaignStatus.SCHEDULED: (
        "It is scheduled. Take it off the schedule to edit it; its approval then still stands "
        "until you change something.",
        "when",
        "Go to When",
    ),
    CampaignStatus.CANCELLED: (
        "It was cancelled. Duplicate it to go on with this content in a new campaign.",
        "copy",
        "Duplicate it",
    ),
    CampaignStatus.FINISHED: (
        "It was sent. What readers have got stays as it is; duplicate it to write the next one.",
        "copy",
        "Duplicate it",
    ),
}
_UNDER_WAY = (
    "It is going out. What was approved is what is sent; duplicate it to write another.",
    "copy",
    "Duplicate it",
)


def way_out(campaign: Campaign) -> tuple[str, str, str]:
    """Why the content cannot be edited now, where that is changed, and what the link says."""
    sentence, key, label = _WAYS_OUT.get(campaign.status, _UNDER_WAY)
    base = f"/desk/campaigns/{campaign.name}"
    href = {"when": f"{base}/when", "copy": f"/desk/campaigns/new?from={campaign.name}", "": ""}
    return sentence, href[key], label

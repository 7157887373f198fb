"""How a message looks to whom: in light or dark, and what named values stand for at the moment."""

from campaigns import public_urls
from campaigns.accounts import queries as accounts
from campaigns.database import Session
from campaigns.planning import queries as planning
from campaigns.planning.models import Campaign, CampaignVersion
from campaigns.promotions import claims
from campaigns.promotions import queries as promotions

_ASKED = "(prefers-color-scheme: dark)"
_BOTH = "light dark"


def in_scheme(html: str, *, dark: bool) -> str:
    """The message as a reader sees it whose device is dark (or light), on any device."""
    settled = html.replace(_ASKED, "all" if dark else "not all")
    return settled.replace(_BOTH, "dark" if dark else "light")


def at_home(html: str) -> str:
    """The message with our own pictures from wherever the page itself is served."""
    return html.replace(f'src="{public_urls.asset("")}', 'src="/assets/')


def named_values(session: Session, version: CampaignVersion) -> dict[str, str]:
    """What each named value would be replaced with now; those without one are missing.

    The same as a rendered message says, without putting its offers together.
    """
    organisation = accounts.organisation(session)
    values = {"clinic": organisation.name, "phone": organisation.phone}
    ids = planning.promotion_ids(session, session.get_one(Campaign, version.campaign_id))
    if not ids:
        return values
    carried = promotions.by_ids(session, ids)
    at = claims.first_moment(session, ids)
    claim = claims.best(session, ids, at=at, language=version.language)
    saving = {"saving": f"{claim.percent}%"} if claim.percent else {}
    through = f"{min(each.last_day for each in carried):%-d %b}"
    return values | {"promotion": carried[0].name} | saving | {"last_day": through}

"""A message in the browser: as it was sent, without a pixel, saying which offers are over."""

from html import escape

from campaigns import clock
from campaigns.database import Session
from campaigns.planning import queries as planning
from campaigns.planning.models import Campaign, CampaignVersion
from campaigns.promotions import queries as promotions
from campaigns.promotions.standing import Standing, sentence, standing
from campaigns.rendering.merge import Recipient, Values, filled
from campaigns.rendering.models import Program
from campaigns.rendering.program import legible, places_of

_OPEN = (Standing.OPEN, Standing.NOT_STARTED, Standing.NOT_READY)


def view(session: Session, program: Program, recipient: Recipient) -> str:
    """The HTML of one delivery's message, its links leading where they led in the message."""
    content = legible(program)
    places = places_of(content)
    values = Values(recipient, has_pixel=False, banner=_banner(session, program))
    return filled(content["html"], places, values.html, within=recipient.conditions)


def _banner(session: Session, program: Program) -> str:
    language = session.get_one(CampaignVersion, program.version_id).language
    campaign = session.get_one(Campaign, program.campaign_id)
    now = clock.now(session)
    lines: list[str] = []
    for each in promotions.by_ids(session, planning.promotion_ids(session, campaign)):
        found = standing(session, each, at=now)
        if found not in _OPEN:
            lines.append(escape(f"{each.name}: {sentence(found, each, language=language)}"))
    return note("<br>".join(lines)) if lines else ""


def note(html: str) -> str:
    """A note in the place above a letter that is kept for it."""
    return f'<div role="note" style="{_STYLE}">{html}</div>'


_STYLE = (
    "margin:0 0 16px;padding:16px 22px;border-radius:12px;background:#21312f;color:#ffffff;"
    "font:17px/26px -apple-system,'Segoe UI',Roboto,Arial,sans-serif"
)

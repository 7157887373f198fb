"""A campaign whose content is edited, committed, and the words for asking about it."""

import html
import re
from dataclasses import dataclass
from typing import Any

from campaigns.accounts.models import Role, User
from campaigns.database import Sessions
from campaigns.planning import editing, history, queries
from campaigns.planning.models import CampaignStatus
from tests.factories import make_campaign, make_user, make_version

PART = {"hx-request": "true", "hx-request-type": "partial"}
PATH = "/desk/campaigns/autumn/content"
BLOCKS: list[dict[str, Any]] = [
    {"id": "header", "type": "header"},
    {"id": "greeting", "type": "greeting", "fallback": "there"},
    {
        "id": "visit",
        "type": "article",
        "heading": "What a visit looks like",
        "text": "<p>First comes a <strong>consultation</strong> with a clinician.</p>",
    },
    {
        "id": "faq",
        "type": "faq",
        "heading": "Good to know",
        "items": [
            {"question": "What comes first?", "answer": "<p>A consultation.</p>"},
            {"question": "How long does it take?", "answer": "<p>About two hours.</p>"},
        ],
    },
    {"id": "footer", "type": "footer"},
]


@dataclass(frozen=True)
class Draft:
    """The campaign `autumn` over a database that truly commits."""

    sessions: Sessions
    cora: User
    olaf: User

    def blocks(self) -> dict[str, dict[str, Any]]:
        """Its blocks as they are stored now, by id, in order."""
        with self.sessions.begin() as session:
            version = queries.newest_version(session, queries.named(session, "autumn"))
            return {each["id"]: each for each in editing.blocks_of(version)}

    def lines(self) -> tuple[str, str]:
        """Subject and preheader as they are stored now."""
        with self.sessions.begin() as session:
            version = queries.newest_version(session, queries.named(session, "autumn"))
            return version.subject, version.preheader

    def lines_mark(self) -> str:
        """The mark of subject and preheader."""
        subject, preheader = self.lines()
        return editing.mark({"subject": subject, "preheader": preheader})

    def mark(self, block: str) -> str:
        """The mark of this block."""
        return editing.mark(self.blocks()[block])

    def revision(self) -> int:
        """The newest version's number."""
        with self.sessions.begin() as session:
            return queries.named(session, "autumn").revision

    def changes(self) -> tuple[str, ...]:
        """What the newest version changed."""
        with self.sessions.begin() as session:
            return history.entries(session, queries.named(session, "autumn"))[0].changes

    def stands(self, status: CampaignStatus | None = None) -> CampaignStatus:
        """Where it stands, after it was put there if a status is given."""
        with self.sessions.begin() as session:
            campaign = queries.named(session, "autumn")
            if status is not None:
                campaign.status = status
            return campaign.status


def make_draft(sessions: Sessions) -> Draft:
    """A draft of Cora's, which Olaf may edit too."""
    with sessions.begin() as session:
        cora = make_user(session, Role.COORDINATOR, name="Cora")
        olaf = make_user(session, Role.OWNER, name="Olaf")
        campaign = make_campaign(session, name="autumn", author_id=cora.id)
        make_version(session, campaign, blocks=BLOCKS)
        session.flush()
        session.expunge_all()
        return Draft(sessions, cora, olaf)


def article(draft: Draft, **values: str) -> dict[str, str]:
    """The article's form as a browser without scripts posts it."""
    return {
        "kind": "article",
        "seen": draft.mark("visit"),
        "do": "save",
        "eyebrow": "",
        "heading": "What a visit looks like",
        "text": "First comes a **consultation** with a clinician.",
        "text~was": "<p>First comes a <strong>consultation</strong> with a clinician.</p>",
        "cta.text": "",
        "cta.url": "",
        "cta.action": "",
        "background": "plain",
    } | values


def texts(page: str) -> str:
    """What stands in a page, without its markup."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())

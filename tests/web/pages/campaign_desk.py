"""A clinic with its people and two campaigns, committed, for pages about one campaign."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from campaigns.accounts.models import Role, User
from campaigns.compliance import approval, seen
from campaigns.contacts.models import Topic
from campaigns.database import Session, Sessions
from campaigns.planning import queries as planning
from campaigns.planning.models import Campaign, CampaignPromotion, CampaignStatus
from campaigns.registry import FACTS, RULES
from tests import factories
from tests.compliance.conftest import SAVINGS, VISIT
from tests.promotions import factories as offers
from tests.web.pages.desk import Seat

T = TypeVar("T")
EVERYTHING: dict[str, Any] = {"rules": RULES, "facts": FACTS}


@dataclass(frozen=True)
class House:
    """Who works here, over a database that truly commits."""

    sessions: Sessions
    cora: User
    olga: User
    lena: User
    carl: User

    def do(self, deed: Callable[[Session], T]) -> T:
        """One deed in a transaction of its own."""
        with self.sessions.begin() as session:
            return deed(session)

    def campaign(self, name: str) -> Campaign:
        """The campaign of this name as it stands now."""
        return self.do(lambda session: planning.named(session, name))

    def status(self, name: str) -> CampaignStatus:
        """Where it stands now."""
        return self.campaign(name).status

    def mark(self, name: str) -> str:
        """What a page that is opened now says was seen."""
        return self.do(lambda session: seen.mark(session, planning.named(session, name)))

    def submit(self, name: str) -> None:
        """Its author hands it in."""
        self.do(
            lambda session: approval.submit(session, planning.named(session, name), actor=self.cora)
        )

    def render(self) -> None:
        """The worker does its part for everything that was handed in."""
        for version_id in self.do(approval.waiting):
            approval.review(self.sessions, version_id, **EVERYTHING)

    def in_review(self, name: str) -> None:
        """Handed in, put together, and open for signatures."""
        self.submit(name)
        self.render()
        assert self.status(name) is CampaignStatus.IN_REVIEW

    def approved(self, name: str) -> None:
        """Signed as far as is asked."""
        self.in_review(name)
        self.do(
            lambda session: approval.approve(
                session, planning.named(session, name), actor=self.lena, reason="Checked."
            )
        )

    def scheduled(self, name: str) -> None:
        """Approved, and let go at this moment."""
        self.approved(name)
        self.do(
            lambda session: approval.start(
                session, planning.named(session, name), actor=self.cora, **EVERYTHING
            )
        )


def make_house(sessions: Sessions) -> House:
    """Cora writes, Olga owns, Lena signs for legal questions, Carl for clinical ones."""
    with sessions.begin() as session:
        factories.make_organisation(session)
        for name in ("Ada", "Ben", ""):
            factories.make_contact(
                session, f"{name.lower() or 'nameless'}@example.com", first_name=name
            )
        factories.make_contact(session, "dan@example.com", first_name="Dan", topics=())
        house = House(
            sessions=sessions,
            cora=factories.make_user(session, Role.COORDINATOR, name="Cora"),
            olga=factories.make_user(session, Role.OWNER, name="Olga"),
            lena=factories.make_user(session, Role.LEGAL, name="Lena"),
            carl=factories.make_user(session, Role.CLINICAL, name="Carl"),
        )
        series = offers.make_package(session, name="Initial series")
        savings = offers.make_promotion(session, "savings", (series, offers.percent(2600)))
        begin(session, house.cora, VISIT, name="letter")
        made = begin(
            session,
            house.cora,
            SAVINGS,
            name="offer",
            topic=Topic.OFFERS,
            subject="{clinic}: package savings of up to {saving} through {last_day}",
        )
        session.add(CampaignPromotion(campaign_id=made.id, promotion_id=savings.id))
    return house


def begin(session: Session, author: User, blocks: list[dict[str, Any]], **values: Any) -> Campaign:
    """A draft of this author with these blocks."""
    subject = values.pop("subject", "News from the clinic")
    preheader = "What a visit looks like, and what you may ask before you decide"
    made = factories.make_campaign(session, author_id=author.id, **values)
    factories.make_version(session, made, blocks=blocks, subject=subject, preheader=preheader)
    return made


def mark_on(seat: Seat, path: str) -> str:
    """What the form that posts there says was seen; empty where the review shows no such form."""
    page = seat.get(path.rpartition("/")[0]).text
    found = re.search(rf'action="{path}">\s*<input type="hidden" name="seen" value="([^"]+)"', page)
    return found[1] if found else ""

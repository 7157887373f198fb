"""A clinic with a small catalogue and a promotion on it, for the desk's pages."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from campaigns.accounts.models import Location
from campaigns.clock import Clock
from campaigns.database import Sessions
from campaigns.promotions import queries
from campaigns.promotions.models import Package, Promotion
from tests.promotions import factories


@dataclass
class Offers:
    """What is sold and on what occasion."""

    sessions: Sessions
    package: Package
    promotion: Promotion

    def promotion_now(self, code: str = "package-savings") -> Promotion:
        """A promotion as it stands in the database."""
        with self.sessions() as session:
            return queries.named(session, code)

    def package_now(self, code: str = "SER-6") -> Package:
        """A package as it stands in the database."""
        with self.sessions() as session:
            return queries.package(session, code)

    def prices(self, code: str = "SER-6") -> list[int]:
        """The regular prices that ever stood, oldest first."""
        with self.sessions() as session:
            package = queries.package(session, code)
            return [each.cents for each in queries.prices(session, package)]

    def pass_time(self, **step: float) -> None:
        """Let time pass for everyone."""
        with self.sessions.begin() as session:
            row = session.get_one(Clock, True)
            row.shift += timedelta(**step)


def make_offers(sessions: Sessions, **promotion: Any) -> Offers:
    """Two packages on a stopped clock, and a promotion with 26 % off the larger one."""
    with sessions.begin() as session:
        factories.stop_clock(session)
        assert session.query(Location).count() == 1
        package = factories.make_package(session, "SER-6", 255_000, name="Initial series")
        factories.make_package(session, "CONSULT", 15_000, category="consult", visits=1)
        made = factories.make_promotion(
            session, "package-savings", (package, factories.percent(2600)), **promotion
        )
    return Offers(sessions, package, made)

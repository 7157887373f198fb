"""A brand that may be saved is one whose finished messages can be read: two measures agree."""

import pytest

from campaigns.accounts import queries
from campaigns.accounts.models import User
from campaigns.compliance import approval
from campaigns.database import Session
from campaigns.rendering import branding, palette, starters
from campaigns.rendering.brand_record import BrandRecord, Page
from tests import factories
from tests.compliance.conftest import EVERYTHING
from tests.letters import starting

HARD_TO_READ = {"AX-08", "AX-09"}
BRANDS: list[tuple[str, str, Page]] = [
    ("#ffff00", "#000000", "white"),
    ("#ff0000", "#0000ff", "rose"),
    ("#00ff00", "#ff00ff", "sage"),
    ("#0000ff", "#ff0000", "mist"),
    ("#000000", "#ffffff", "sand"),
    ("#ffffff", "#808080", "mist"),
    ("#808080", "#00ffff", "sage"),
]


@pytest.fixture
def olga(session: Session) -> User:
    """The owner, with the demo's whole catalogue."""
    factories.make_contact(session)
    return starting.make_catalogue(session)


@pytest.mark.parametrize(("primary", "accent", "page"), BRANDS)
def test_the_nearest_brand_that_would_do_leaves_no_text_hard_to_read(
    session: Session, olga: User, primary: str, accent: str, page: Page
) -> None:
    record = BrandRecord(primary=primary, accent=accent, page=page)
    record = record.model_copy(update={"primary": palette.nearest(record, "primary")})
    record = record.model_copy(update={"accent": palette.nearest(record, "accent")})
    branding.paint(session, actor=olga, primary=record.primary, accent=record.accent, page=page)
    assert queries.organisation(session).brand["contrast"]
    for name in ("discount", "education"):
        campaign = starting.begin(session, olga, starters.named(name))
        found = approval.check(session, campaign, **EVERYTHING)
        assert [str(each) for each in found if each.rule in HARD_TO_READ] == []

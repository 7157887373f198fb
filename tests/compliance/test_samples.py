"""The demo's newsletters pass the gate; the discount newsletter with a typed number does not."""

import pytest

from campaigns.accounts.models import Role, User
from campaigns.compliance import approval, preflight
from campaigns.compliance.findings import Finding
from campaigns.database import Session
from campaigns.planning import content, drafting
from campaigns.promotions import importing
from tests import factories
from tests.compliance.conftest import EVERYTHING
from tests.promotions.factories import stop_clock
from tests.promotions.test_importing import PACKAGES, PROMOTIONS, SAMPLE


@pytest.fixture
def olga(session: Session) -> User:
    """The owner, with the demo's whole catalogue."""
    stop_clock(session)
    factories.make_organisation(session)
    factories.make_contact(session)
    olga = factories.make_user(session, Role.OWNER)
    importing.import_packages(session, PACKAGES, actor=olga)
    importing.import_promotions(session, PROMOTIONS, actor=olga)
    return olga


def _findings(session: Session, olga: User, text: str) -> list[Finding]:
    file = content.read(text)
    factories.make_segment(session).name = file.segment
    session.flush()
    campaign = drafting.save(session, file, actor=olga)
    return approval.check(session, campaign, **EVERYTHING)


@pytest.mark.parametrize("name", ["savings", "education"])
def test_both_newsletters_ask_only_for_the_legal_approver(
    session: Session, olga: User, name: str
) -> None:
    found = _findings(session, olga, (SAMPLE / f"{name}.yaml").read_text())
    assert preflight.blocking(found) == []
    assert {each.role for each in found} == {Role.LEGAL.value}


@pytest.mark.parametrize(
    ("old", "new", "rules"),
    [
        ("heading: Save up to {saving}", "heading: Save up to 30 %", {"PC-01"}),
        ("promotion: package-savings\n    cta", "text: Only $1,900 now.\n    cta", {"PC-17"}),
        ("  - type: risk_information\n", "", {"HC-04"}),
        (
            "  - type: offer_card\n    promotion: package-savings\n    cta:\n"
            "      text: Book with this offer\n      action: book\n",
            "",
            {"PC-02", "PC-05", "PC-15"},
        ),
        ("Plain prices, plain", "No more thoughts of suicide. Plain", {"SS-01", "SS-02"}),
        ("preheader: Regular", "preheader: For your pain. Regular", {"PR-07"}),
    ],
)
def test_a_spoilt_newsletter_is_blocked(
    session: Session, olga: User, old: str, new: str, rules: set[str]
) -> None:
    text = (SAMPLE / "savings.yaml").read_text()
    assert old in text
    found = _findings(session, olga, text.replace(old, new, 1))
    assert {each.rule for each in preflight.blocking(found)} == rules

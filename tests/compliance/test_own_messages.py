"""What we ship keeps every rule on the finished message: starters, blocks, samples and notices."""

import json
from pathlib import Path

import pytest

from campaigns.accounts.models import User
from campaigns.compliance import approval, reading
from campaigns.compliance.checked import Facts, checked
from campaigns.compliance.findings import Finding
from campaigns.compliance.finished import checks
from campaigns.compliance.finished.page import Finished
from campaigns.compliance.models import Severity
from campaigns.database import Session
from campaigns.planning import catalogue, content, drafting
from campaigns.planning.models import Campaign
from campaigns.promotions.models import CodeMode
from campaigns.rendering import notices, starters, templates
from campaigns.rendering.freeze import freeze
from campaigns.rendering.message import Rendered
from tests import factories
from tests.compliance.conftest import EVERYTHING
from tests.letters import starting
from tests.promotions.test_importing import SAMPLE
from tests.rendering import factories as made

NOTICES = sorted(each.parent.name for each in (templates.BESIDE / "notices").glob("*/sample.json"))
_ABOUT_LINES = "LN"
"""A notice has no preheader of its own."""
_WHOLE = "html"
"""The block that is a whole message of its own."""
_ABOUT_A_LETTER = {"AX-10", "AX-14"}
"""A block alone has no main heading, and a picture no words beside it."""


@pytest.fixture
def olga(session: Session) -> User:
    """The owner, with the demo's whole catalogue."""
    factories.make_contact(session)
    return starting.make_catalogue(session)


def _told(found: list[Finding]) -> list[str]:
    """What was found but for what an approver is asked to judge."""
    return [str(each) for each in found if each.severity is not Severity.REVIEW]


@pytest.mark.parametrize("name", starting.NAMES)
def test_a_starter_has_nothing_to_be_warned_of(session: Session, olga: User, name: str) -> None:
    campaign = starting.begin(session, olga, starters.named(name))
    assert _told(approval.check(session, campaign, **EVERYTHING)) == []


@pytest.mark.parametrize("name", ["education", "savings"])
def test_a_newsletter_of_the_demo_has_nothing_to_be_warned_of(
    session: Session, olga: User, name: str
) -> None:
    file = content.read((SAMPLE / f"{name}.yaml").read_text())
    factories.make_segment(session).name = file.segment
    session.flush()
    campaign = drafting.save(session, file, actor=olga)
    assert _told(approval.check(session, campaign, **EVERYTHING)) == []


@pytest.mark.parametrize("name", NOTICES)
def test_a_notice_is_as_good_to_read_as_a_newsletter(session: Session, name: str) -> None:
    folder: Path = templates.BESIDE / "notices" / name
    values = json.loads((folder / "sample.json").read_text())
    organisation = factories.make_organisation(session)
    letter = notices.compose(organisation, kind=name, language="en", values=values)
    found = checks.found(
        Finished(
            subject=letter.subject,
            preheader="",
            markup=letter.html,
            html=reading.seen(letter.html),
            text=letter.text,
            pieces=(),
        )
    )
    assert [str(each) for each in found if not each.rule.startswith(_ABOUT_LINES)] == []


@pytest.mark.parametrize("background", ["plain", "soft"])
@pytest.mark.parametrize("name", [each for each in catalogue.kinds() if each != _WHOLE])
def test_a_block_is_good_to_read_on_either_background(
    session: Session, name: str, background: str
) -> None:
    sample = json.loads((templates.BESIDE / "blocks" / name / "sample.json").read_text())
    if "background" in catalogue.kind(name).model_fields:
        sample["background"] = background
    blocks = [] if name == "footer" else [sample]
    version = made.make_offer(session, *blocks, mode=CodeMode.SHARED)
    campaign = session.get_one(Campaign, version.campaign_id)
    message = checked(session, campaign, Rendered.of(freeze(session, version)), Facts())
    found = [each for each in checks.finished(message) if each.rule not in _ABOUT_A_LETTER]
    assert [str(each) for each in found if not each.rule.startswith(_ABOUT_LINES)] == []

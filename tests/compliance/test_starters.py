"""Whoever begins from a starter and chooses an offer has a newsletter that nothing stops."""

from pathlib import Path

import pytest

from campaigns import settings
from campaigns.accounts.models import User
from campaigns.compliance import approval
from campaigns.compliance.models import Severity
from campaigns.contacts.models import Topic
from campaigns.database import Session
from campaigns.errors import BadFile, NotFound
from campaigns.planning import queries
from campaigns.rendering import preview, starters, templates
from tests import factories
from tests.compliance.conftest import EVERYTHING
from tests.letters import starting
from tests.letters.starting import OFFERS

ALL = sorted(each.parent.name for each in (templates.BESIDE / starters.FOLDER).glob("*/*.yaml"))


@pytest.fixture
def olga(session: Session) -> User:
    """The owner, with the demo's whole catalogue."""
    factories.make_contact(session)
    return starting.make_catalogue(session)


@pytest.mark.parametrize("name", ALL)
def test_nothing_stops_a_starter_once_its_offer_is_chosen(
    session: Session, olga: User, name: str
) -> None:
    campaign = starting.begin(session, olga, starters.named(name))
    found = approval.check(session, campaign, **EVERYTHING)
    assert [str(each) for each in found if each.severity is not Severity.REVIEW] == []
    message = preview.preview(session, queries.newest_version(session, campaign))
    assert message.subject
    assert "{" not in message.subject + message.text


def test_each_starter_says_what_it_is_and_the_first_is_for_education() -> None:
    listed = starters.listed()
    assert [each.name for each in listed] != []
    assert sorted(each.name for each in listed) == ALL
    assert listed[0].file.topic is Topic.EDUCATION
    assert {each.file.topic for each in listed} == set(Topic)
    for each in listed:
        assert each.file.about.endswith(".")
        assert each.kinds[0] == "header"
        assert each.kinds[-1] == "footer"
    assert len({each.file.title for each in listed}) == len(listed)


def test_an_offer_is_asked_of_every_starter_of_that_topic_and_of_no_other(
    session: Session, olga: User
) -> None:
    for each in starters.listed():
        shows = {"offer_card", "price_table"} & set(each.kinds)
        assert bool(shows) is (each.file.topic is Topic.OFFERS)
        assert (each.name in OFFERS) is (each.file.topic is Topic.OFFERS)


def test_a_starter_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFound, match="no starter winter"):
        starters.named("winter")


def test_the_owners_own_starter_goes_before_ours_and_a_bad_one_names_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / starters.FOLDER / "discount"
    own.mkdir(parents=True)
    text = (templates.BESIDE / starters.FOLDER / "discount" / starters.FILE).read_text()
    (own / starters.FILE).write_text(text.replace("Discount newsletter", "Our own savings letter"))
    monkeypatch.setenv("BEDSIDE_TEMPLATES_DIR", str(tmp_path))
    settings.current.cache_clear()
    try:
        assert starters.named("discount").file.title == "Our own savings letter"
        assert sorted(each.name for each in starters.listed()) == ALL
    finally:
        monkeypatch.undo()
        settings.current.cache_clear()
    (own / starters.FILE).write_text(text.replace("topic: offers", "topic: sales"))
    with pytest.raises(BadFile, match="discount: topic: "):
        starters.read(own / starters.FILE)

"""The history of content says who changed what and when, and who is here now."""

from datetime import timedelta

import pytest

from campaigns import clock
from campaigns.accounts.models import Role, User
from campaigns.database import Session
from campaigns.planning import drafting, history, presence, queries
from campaigns.planning.models import Campaign
from tests.factories import make_campaign, make_user, make_version, move_clock

HEADER = {"id": "header", "type": "header"}
FOOTER = {"id": "footer", "type": "footer"}
ARTICLE = {"id": "visit", "type": "article", "heading": "Your visit", "text": "<p>Words.</p>"}


@pytest.fixture
def cora(session: Session) -> User:
    return make_user(session, Role.COORDINATOR, name="Cora")


@pytest.fixture
def campaign(session: Session, cora: User) -> Campaign:
    made = make_campaign(session, author_id=cora.id)
    make_version(session, made, blocks=[HEADER, ARTICLE, FOOTER])
    return made


def edit(session: Session, campaign: Campaign, actor: User, *blocks: dict[str, str]) -> None:
    drafting.edit(
        session,
        campaign,
        actor=actor,
        subject="News from the clinic",
        preheader="What a visit looks like",
        blocks=list(blocks),
    )


def newest_changes(session: Session, campaign: Campaign) -> tuple[str, ...]:
    return history.entries(session, campaign)[0].changes


def test_each_version_says_what_differs_from_the_one_before(
    session: Session, campaign: Campaign, cora: User
) -> None:
    quote = {"id": "quote", "type": "quote", "text": "<p>Good.</p>", "source": "A reader"}
    edit(session, campaign, cora, HEADER, ARTICLE, quote, FOOTER)
    assert newest_changes(session, campaign) == ("added Quote",)
    edit(session, campaign, cora, HEADER, quote, ARTICLE, FOOTER)
    assert newest_changes(session, campaign) == ("moved a block",)
    changed = ARTICLE | {"heading": "A visit", "text": "<p>Other.</p>"}
    edit(session, campaign, cora, HEADER, quote, changed, FOOTER)
    assert newest_changes(session, campaign) == ("changed Article “A visit”: heading, text",)
    edit(session, campaign, cora, HEADER, changed, FOOTER)
    assert newest_changes(session, campaign) == ("removed Quote",)
    edit(session, campaign, cora, HEADER, changed, FOOTER)
    assert newest_changes(session, campaign) == ("kept the same content",)
    button = {"id": "b", "type": "cta_button", "text": "Book a visit", "action": "book"}
    edit(session, campaign, cora, HEADER, button, changed, FOOTER)
    assert newest_changes(session, campaign) == ("added Button “Book a visit”",)
    edit(session, campaign, cora, changed, button, quote, FOOTER)
    assert newest_changes(session, campaign) == (
        "added Quote", "removed Header", "moved a block",
    )  # fmt: skip


def test_the_history_goes_back_to_the_beginning_page_by_page(
    session: Session, campaign: Campaign, cora: User
) -> None:
    queries.newest_version(session, campaign).content_hash = "abc"
    drafting.edit(session, campaign, actor=cora, subject="S", preheader="P", blocks=[FOOTER])
    found = history.entries(session, campaign)
    assert [(each.revision, each.by, each.was_submitted) for each in found] == [
        (2, "Cora", False),
        (1, "Cora", True),
    ]
    assert found[0].changes[:2] == ("changed the subject", "changed the preheader")
    assert found[1].changes == ("begun with this content",)
    assert [each.revision for each in history.entries(session, campaign, most=1)] == [2]
    assert [each.revision for each in history.entries(session, campaign, below=2)] == [1]


def test_a_block_that_could_not_be_read_today_still_has_a_history(
    session: Session, campaign: Campaign, cora: User
) -> None:
    edit(session, campaign, cora, HEADER, {"id": "x", "type": "header"}, FOOTER)
    assert "added Header" in newest_changes(session, campaign)


def test_the_last_change_of_a_place_has_a_name_and_a_moment(
    session: Session, campaign: Campaign, cora: User
) -> None:
    olaf = make_user(session, name="Olaf")
    begun = clock.now(session)
    assert history.last_change(session, campaign, "visit") == ("Cora", begun, cora.id)
    edit(session, campaign, olaf, HEADER, ARTICLE | {"heading": "Other"}, FOOTER)
    edit(session, campaign, cora, HEADER | {"tagline": "Allen"}, ARTICLE | {"heading": "Other"})
    assert history.last_change(session, campaign, "visit")[0] == "Olaf"
    assert history.last_change(session, campaign, "lines")[0] == "Cora"


def test_whoever_has_it_open_is_seen_by_others_until_a_minute_is_over(
    session: Session, campaign: Campaign, cora: User
) -> None:
    olaf = make_user(session, name="Olaf")
    presence.arrive(session, campaign, actor=cora, place="visit")
    presence.arrive(session, campaign, actor=cora)
    presence.arrive(session, campaign, actor=olaf)
    assert presence.others(session, campaign, actor=olaf) == ("Cora",)
    assert presence.others(session, campaign, actor=cora) == ("Olaf",)
    presence.leave(session, campaign, actor=olaf)
    assert presence.others(session, campaign, actor=cora) == ()
    move_clock(session, by=timedelta(seconds=61))
    session.info.pop("bedside.now")
    assert presence.others(session, campaign, actor=olaf) == ()

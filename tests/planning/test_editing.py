"""Content is edited piece by piece, each sitting is a version, and nobody overwrites another."""

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import select

from campaigns.accounts.models import AuditEntry, Role, User
from campaigns.database import Session
from campaigns.errors import Conflict, Invalid, NotAllowed, NotFound, NotInState
from campaigns.planning import catalogue, content, drafting, editing, queries
from campaigns.planning.editing import LINES, ChangedMeanwhile
from campaigns.planning.membership import NoSuchSegment
from campaigns.planning.models import Campaign, CampaignStatus, CampaignVersion
from tests.factories import make_campaign, make_segment, make_user, make_version, move_clock


def made(raw: dict[str, Any]) -> Any:
    return catalogue.kind(raw["type"]).model_validate(raw)


@pytest.fixture
def cora(session: Session) -> User:
    return make_user(session, Role.COORDINATOR, name="Cora")


@pytest.fixture
def olaf(session: Session) -> User:
    return make_user(session, Role.OWNER, name="Olaf")


@pytest.fixture
def campaign(session: Session, cora: User) -> Campaign:
    made = make_campaign(session, author_id=cora.id)
    make_version(session, made)
    return made


def newest(session: Session, campaign: Campaign) -> CampaignVersion:
    return queries.newest_version(session, campaign)


def blocks(session: Session, campaign: Campaign) -> list[dict[str, Any]]:
    return editing.blocks_of(newest(session, campaign))


def order(session: Session, campaign: Campaign) -> list[str]:
    return [str(each["id"]) for each in blocks(session, campaign)]


def block(session: Session, campaign: Campaign, name: str) -> dict[str, Any]:
    return next(each for each in blocks(session, campaign) if each["id"] == name)


def seen(session: Session, campaign: Campaign, name: str) -> str:
    return editing.mark(block(session, campaign, name))


def write(
    session: Session, campaign: Campaign, actor: User, heading: str, mark: str = ""
) -> CampaignVersion:
    wished = block(session, campaign, "visit") | {"heading": heading}
    return editing.write(
        session,
        campaign,
        actor=actor,
        seen=mark or seen(session, campaign, "visit"),
        block=made(wished),
    )


def article(heading: str = "More") -> Any:
    return made({"type": "article", "heading": heading, "text": "Words."})


def test_a_changed_block_is_a_new_version(session: Session, campaign: Campaign, cora: User) -> None:
    version = write(session, campaign, cora, "Your visit")
    assert (campaign.revision, version.place) == (2, "visit")
    assert block(session, campaign, "visit")["heading"] == "Your visit"
    assert queries.version_at(session, campaign, 1).blocks[2]["heading"] != "Your visit"


def test_a_sitting_is_one_version_however_often_it_is_saved(
    session: Session, campaign: Campaign, cora: User
) -> None:
    for heading in ("Y", "Yo", "You"):
        write(session, campaign, cora, heading)
    assert campaign.revision == 2
    assert block(session, campaign, "visit")["heading"] == "You"
    assert newest(session, campaign).saved_at is not None
    assert len(session.scalars(select(AuditEntry)).all()) == 1


def test_a_sitting_ends_after_ten_minutes_at_another_place_and_with_another_person(
    session: Session, campaign: Campaign, cora: User, olaf: User
) -> None:
    write(session, campaign, cora, "One")
    move_clock(session, by=timedelta(minutes=10))
    session.info.pop("bedside.now")
    write(session, campaign, cora, "Two")
    assert campaign.revision == 3
    write(session, campaign, olaf, "Three")
    assert campaign.revision == 4
    lines = editing.mark(editing.lines_of(newest(session, campaign)))
    editing.write_lines(
        session, campaign, actor=olaf, seen=lines, subject="Hello", preheader="There"
    )
    assert (campaign.revision, newest(session, campaign).place) == (5, LINES)


def test_what_was_frozen_once_is_never_written_over(
    session: Session, campaign: Campaign, cora: User
) -> None:
    version = write(session, campaign, cora, "One")
    version.content_hash = "abc"
    write(session, campaign, cora, "Two")
    assert campaign.revision == 3
    assert queries.version_at(session, campaign, 2).blocks[2]["heading"] == "One"


def test_a_change_that_changes_nothing_is_no_version(
    session: Session, campaign: Campaign, cora: User
) -> None:
    version = newest(session, campaign)
    heading = block(session, campaign, "visit")["heading"]
    assert write(session, campaign, cora, heading, mark="whatever") is version
    same = editing.lines_of(version)
    assert editing.write_lines(session, campaign, actor=cora, seen="whatever", **same) is version
    assert campaign.revision == 1


def test_what_another_wrote_meanwhile_is_not_overwritten(
    session: Session, campaign: Campaign, cora: User, olaf: User
) -> None:
    opened = seen(session, campaign, "visit")
    write(session, campaign, olaf, "Olaf's words")
    with pytest.raises(ChangedMeanwhile, match="Olaf changed Article “Cora's words”") as refused:
        write(session, campaign, cora, "Cora's words", mark=opened)
    assert refused.value.by == "Olaf"
    assert block(session, campaign, "visit")["heading"] == "Olaf's words"


def test_another_window_of_the_same_person_is_told_as_that(
    session: Session, campaign: Campaign, cora: User
) -> None:
    opened = seen(session, campaign, "visit")
    write(session, campaign, cora, "In one window")
    with pytest.raises(ChangedMeanwhile, match="You changed Article “Here” in another window"):
        write(session, campaign, cora, "Here", mark=opened)


def test_a_block_is_for_a_segment_that_is_there(
    session: Session, campaign: Campaign, cora: User
) -> None:
    there = make_segment(session).name
    news = {"type": "article", "heading": "News", "text": "<p>More.</p>"}
    with pytest.raises(NoSuchSegment, match="There is no segment 'gone'"):
        editing.add(session, campaign, actor=cora, block=made(news | {"visibility": "gone"}))
    name = editing.add(session, campaign, actor=cora, block=made(news | {"visibility": there}))
    [block] = [each for each in blocks(session, campaign) if each["id"] == name]
    with pytest.raises(NoSuchSegment, match="Choose another, or everyone"):
        editing.write(session, campaign, actor=cora, seen=editing.mark(block),
                      block=made(block | {"visibility": "gone"}))  # fmt: skip


def test_a_segment_s_name_carries_no_value_of_ours() -> None:
    with pytest.raises(ValidationError, match=r"no segment is named '\{clinic\}'"):
        made({"type": "divider", "visibility": "{clinic}"})


def test_what_is_archived_is_not_edited(session: Session, campaign: Campaign, cora: User) -> None:
    campaign.archived_at = campaign.created_at
    session.flush()
    with pytest.raises(NotInState, match="is archived"):
        write(session, campaign, cora, "Late")


def test_two_people_in_two_blocks_do_not_stand_in_each_others_way(
    session: Session, campaign: Campaign, cora: User, olaf: User
) -> None:
    opened = seen(session, campaign, "visit")
    editing.write(
        session,
        campaign,
        actor=olaf,
        seen=seen(session, campaign, "greeting"),
        block=made(block(session, campaign, "greeting") | {"fallback": "you"}),
    )
    write(session, campaign, cora, "Cora's words", mark=opened)
    assert block(session, campaign, "greeting")["fallback"] == "you"
    assert block(session, campaign, "visit")["heading"] == "Cora's words"


def test_subject_and_preheader_are_guarded_alike(
    session: Session, campaign: Campaign, cora: User, olaf: User
) -> None:
    opened = editing.mark(editing.lines_of(newest(session, campaign)))
    editing.write_lines(
        session, campaign, actor=olaf, seen=opened, subject="Olaf's", preheader="Words"
    )
    with pytest.raises(ChangedMeanwhile, match="Olaf changed the subject or the preheader"):
        editing.write_lines(
            session, campaign, actor=cora, seen=opened, subject="Cora's", preheader="Words"
        )


def test_a_block_that_is_gone_cannot_be_written_or_moved(
    session: Session, campaign: Campaign, cora: User, olaf: User
) -> None:
    old = block(session, campaign, "visit")
    editing.remove(session, campaign, actor=olaf, name="visit", seen=editing.mark(old))
    with pytest.raises(ChangedMeanwhile, match="Olaf changed"):
        editing.write(
            session,
            campaign,
            actor=cora,
            seen=editing.mark(old),
            block=made(old | {"heading": "Mine"}),
        )
    with pytest.raises(NotFound, match="This block is gone"):
        editing.shift(session, campaign, actor=cora, name="visit", by=1)
    with pytest.raises(Conflict, match="should follow is gone"):
        editing.move(session, campaign, actor=cora, name="greeting", after="visit")


def test_blocks_are_added_where_they_are_wanted(
    session: Session, campaign: Campaign, cora: User
) -> None:
    first = editing.add(session, campaign, actor=cora, block=article(), after="header")
    last = editing.add(session, campaign, actor=cora, block=article())
    assert (first, last) == ("article", "article-2")
    assert order(session, campaign) == [
        "header", "article", "greeting", "visit", "article-2", "footer",
    ]  # fmt: skip
    header = made({"type": "header"})
    with pytest.raises(Invalid, match="one header block, not 2"):
        editing.add(session, campaign, actor=cora, block=header)


def test_what_is_written_right_after_adding_belongs_to_the_same_version(
    session: Session, campaign: Campaign, cora: User
) -> None:
    name = editing.add(session, campaign, actor=cora, block=article())
    wished = made(block(session, campaign, name) | {"heading": "Longer"})
    mark = seen(session, campaign, name)
    editing.write(session, campaign, actor=cora, seen=mark, block=wished)
    assert campaign.revision == 2


def test_header_and_footer_keep_their_ends(
    session: Session, campaign: Campaign, cora: User
) -> None:
    editing.shift(session, campaign, actor=cora, name="visit", by=-1)
    assert order(session, campaign) == ["header", "visit", "greeting", "footer"]
    for by, name in ((-1, "visit"), (1, "greeting"), (1, "footer"), (-1, "header")):
        editing.shift(session, campaign, actor=cora, name=name, by=by)
    editing.move(session, campaign, actor=cora, name="visit", after=None)
    assert order(session, campaign) == ["header", "visit", "greeting", "footer"]
    assert campaign.revision == 2
    editing.move(session, campaign, actor=cora, name="visit", after="greeting")
    assert order(session, campaign) == ["header", "greeting", "visit", "footer"]


def test_a_removed_block_is_put_back_at_its_place(
    session: Session, campaign: Campaign, cora: User
) -> None:
    name = editing.add(session, campaign, actor=cora, block=article(), after="greeting")
    title, revision = editing.remove(
        session, campaign, actor=cora, name=name, seen=seen(session, campaign, name)
    )
    assert title == "Article “More”"
    editing.shift(session, campaign, actor=cora, name="greeting", by=1)
    assert order(session, campaign) == ["header", "visit", "greeting", "footer"]
    assert editing.put_back(session, campaign, actor=cora, name=name, revision=revision) == title
    assert order(session, campaign) == ["header", "visit", "greeting", name, "footer"]
    with pytest.raises(Conflict, match="there already"):
        editing.put_back(session, campaign, actor=cora, name=name, revision=revision)


def test_the_first_block_is_put_back_first(
    session: Session, campaign: Campaign, cora: User
) -> None:
    mark = seen(session, campaign, "header")
    _title, revision = editing.remove(session, campaign, actor=cora, name="header", seen=mark)
    editing.put_back(session, campaign, actor=cora, name="header", revision=revision)
    assert order(session, campaign)[0] == "header"


def test_a_block_that_was_changed_meanwhile_is_not_removed(
    session: Session, campaign: Campaign, cora: User, olaf: User
) -> None:
    opened = seen(session, campaign, "visit")
    write(session, campaign, olaf, "Olaf's words")
    with pytest.raises(ChangedMeanwhile, match="Olaf changed Article “Olaf's words”"):
        editing.remove(session, campaign, actor=cora, name="visit", seen=opened)


def test_the_footer_and_the_last_block_stay(
    session: Session, campaign: Campaign, cora: User
) -> None:
    mark = seen(session, campaign, "footer")
    with pytest.raises(Invalid, match="The footer stays"):
        editing.remove(session, campaign, actor=cora, name="footer", seen=mark)
    newest(session, campaign).blocks = [{"id": "header", "type": "header"}]
    session.flush()
    with pytest.raises(Invalid, match="at least one block"):
        editing.remove(
            session,
            campaign,
            actor=cora,
            name="header",
            seen=seen(session, campaign, "header"),
        )


def test_an_earlier_version_is_restored_as_a_new_one(
    session: Session, campaign: Campaign, cora: User
) -> None:
    before = content.tidy(newest(session, campaign).blocks)
    write(session, campaign, cora, "Changed")
    version = editing.restore(session, campaign, actor=cora, revision=1)
    assert (version.revision, version.place) == (3, "")
    assert version.blocks == before
    assert queries.version_at(session, campaign, 2).blocks[2]["heading"] == "Changed"


@pytest.mark.parametrize("status", [CampaignStatus.IN_REVIEW, CampaignStatus.APPROVED])
def test_what_is_in_review_is_taken_back_first(
    session: Session, campaign: Campaign, cora: User, status: CampaignStatus
) -> None:
    campaign.status = status
    session.flush()
    with pytest.raises(NotInState, match="handed in for review meanwhile"):
        write(session, campaign, cora, "Mine")
    drafting.take_back(session, campaign, actor=cora)
    assert (campaign.status, campaign.status_reason) == (CampaignStatus.DRAFT, "edited")
    entry = session.scalars(select(AuditEntry)).one()
    assert (entry.verb, entry.before) == ("take campaign back", {"status": status.value})


def test_what_is_under_way_is_neither_taken_back_nor_edited(
    session: Session, campaign: Campaign, cora: User
) -> None:
    campaign.status = CampaignStatus.SCHEDULED
    session.flush()
    with pytest.raises(NotInState):
        drafting.take_back(session, campaign, actor=cora)
    with pytest.raises(NotInState, match="Unschedule or duplicate it"):
        write(session, campaign, cora, "Too late")


def test_only_those_who_write_campaigns_change_content(
    session: Session, campaign: Campaign
) -> None:
    viewer = make_user(session, Role.VIEWER)
    with pytest.raises(NotAllowed):
        write(session, campaign, viewer, "Mine")
    with pytest.raises(NotAllowed):
        drafting.take_back(session, campaign, actor=viewer)

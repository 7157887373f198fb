"""A campaign is put out of the way, never deleted; its title is for people."""

import pytest
from sqlalchemy import select

from campaigns.accounts.models import AuditEntry, Role, User
from campaigns.compliance import approval
from campaigns.database import Session
from campaigns.errors import Invalid, NotAllowed, NotInState
from campaigns.planning import archive, drafting, naming
from campaigns.planning.models import CampaignStatus
from tests.factories import make_campaign, make_segment, make_user, make_version


@pytest.fixture
def cora(session: Session) -> User:
    return make_user(session, Role.COORDINATOR)


def verbs(session: Session) -> list[str]:
    return list(session.scalars(select(AuditEntry.verb).order_by(AuditEntry.id)))


@pytest.mark.parametrize("status", sorted(archive.ARCHIVABLE))
def test_what_is_a_draft_or_over_is_archived_and_brought_back(
    session: Session, cora: User, status: CampaignStatus
) -> None:
    campaign = make_campaign(session, status=status)
    archive.put_away(session, campaign, actor=cora)
    archive.put_away(session, campaign, actor=cora)
    assert campaign.archived_at is not None
    archive.bring_back(session, campaign, actor=cora)
    archive.bring_back(session, campaign, actor=cora)
    assert campaign.archived_at is None
    assert verbs(session) == ["archive campaign", "bring campaign back"]


@pytest.mark.parametrize("status", sorted(set(CampaignStatus) - archive.ARCHIVABLE))
def test_what_is_under_way_is_not_archived(
    session: Session, cora: User, status: CampaignStatus
) -> None:
    campaign = make_campaign(session, status=status)
    with pytest.raises(NotInState, match="cannot be archived while it is under way"):
        archive.put_away(session, campaign, actor=cora)


def test_nothing_is_handed_in_out_of_the_archive(session: Session, cora: User) -> None:
    campaign = make_campaign(session)
    make_version(session, campaign)
    archive.put_away(session, campaign, actor=cora)
    with pytest.raises(NotInState, match="is archived: bring it back"):
        approval.submit(session, campaign, actor=cora)
    assert campaign.status is CampaignStatus.DRAFT


def test_only_who_writes_campaigns_archives_and_renames(session: Session) -> None:
    campaign, legal = make_campaign(session), make_user(session, Role.LEGAL)
    with pytest.raises(NotAllowed):
        archive.put_away(session, campaign, actor=legal)
    with pytest.raises(NotAllowed):
        archive.bring_back(session, campaign, actor=legal)
    with pytest.raises(NotAllowed):
        archive.rename(session, campaign, actor=legal, title="Mine")


def test_a_new_title_leaves_the_address_alone(session: Session, cora: User) -> None:
    campaign = make_campaign(session, name="autumn-news")
    assert campaign.title == "Autumn news"
    archive.rename(session, campaign, actor=cora, title="  News   of autumn ")
    archive.rename(session, campaign, actor=cora, title="News of autumn")
    assert (campaign.title, campaign.name) == ("News of autumn", "autumn-news")
    assert verbs(session) == ["rename campaign"]


@pytest.mark.parametrize(
    ("title", "words"), [("  ", "Give it a title"), ("x" * 121, "at most 120"), ("a\x07b", "line")]
)
def test_a_title_is_one_line_that_says_something(title: str, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        naming.tidy_title(title)


def test_a_name_is_made_from_the_title_and_is_free(session: Session) -> None:
    assert naming.free_name(session, "Autumn: Zoë’s & friends!") == "autumn-zoes-friends"
    make_campaign(session, name="autumn")
    make_campaign(session, name="autumn-2")
    assert naming.free_name(session, "Autumn") == "autumn-3"
    assert naming.free_name(session, "New") == "new-2"
    assert naming.free_name(session, "2026") == "newsletter-2026"
    assert naming.free_name(session, "秋") == "newsletter"
    assert len(naming.free_name(session, "long " * 40)) <= naming.LONGEST_NAME
    for title in ("Autumn", "New", "2026", "秋", "long " * 40):
        naming.check_name(naming.free_name(session, title))


def test_a_word_that_stands_for_something_else_names_no_campaign() -> None:
    with pytest.raises(Invalid, match="the word is taken"):
        naming.check_name("new")


def test_a_copy_is_called_one_however_long_the_title(session: Session, cora: User) -> None:
    assert naming.copy_title("Autumn") == "Autumn (copy)"
    assert naming.tidy_title(naming.copy_title("x" * 120)).endswith("x (copy)")
    campaign = make_campaign(session)
    make_version(session, campaign)
    copy = drafting.duplicate(session, campaign, actor=cora, name="second", title="The second")
    assert (copy.name, copy.title) == ("second", "The second")
    assert make_segment(session).id != copy.segment_id

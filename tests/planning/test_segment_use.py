"""A segment that a part of a campaign is for is in use, as one that the whole campaign is for."""

import pytest

from campaigns.accounts.models import User
from campaigns.contacts.models import Segment
from campaigns.database import Session
from campaigns.errors import Conflict
from campaigns.planning import segment_use
from campaigns.planning.models import Campaign, CampaignStatus
from campaigns.registry import FACTS
from tests.factories import make_campaign, make_segment, make_user, make_version

FOR_TEXANS = {"id": "a", "type": "quote", "text": "x", "source": "y", "visibility": "texans"}
FOR_ALL = {"id": "b", "type": "quote", "text": "x", "source": "y"}


@pytest.fixture
def olga(session: Session) -> User:
    """Who may change everything."""
    return make_user(session)


@pytest.fixture
def texans(session: Session) -> Segment:
    """Those who live in Texas."""
    made = make_segment(session, rule={"region": "US-TX"})
    made.name, made.title = "texans", "Texans"
    session.flush()
    return made


def campaign_with(session: Session, *blocks: dict[str, str], **values: object) -> Campaign:
    """A campaign for everyone, with these blocks in its newest content."""
    made = make_campaign(session, title="Spring letter", **values)
    make_version(session, made, blocks=[*blocks, {"id": "footer", "type": "footer"}])
    return made


def test_a_segment_that_a_block_is_for_cannot_be_removed(
    session: Session, olga: User, texans: Segment
) -> None:
    used = campaign_with(session, FOR_ALL, FOR_TEXANS)
    campaign_with(session, FOR_ALL)
    assert segment_use.users(session, texans) == [used]
    with pytest.raises(Conflict, match="“Spring letter” uses this segment, so it stays"):
        segment_use.remove(session, texans, actor=olga)


def test_only_the_newest_content_counts(session: Session, olga: User, texans: Segment) -> None:
    changed = campaign_with(session, FOR_TEXANS)
    changed.revision += 1
    make_version(session, changed)
    assert segment_use.users(session, texans) == []
    segment_use.remove(session, texans, actor=olga)


def test_every_segment_lists_the_campaigns_it_is_used_by_in_whole_or_in_part(
    session: Session, texans: Segment
) -> None:
    part = campaign_with(session, FOR_TEXANS)
    whole = make_campaign(session, segment_id=texans.id)
    both = campaign_with(session, FOR_TEXANS, segment_id=texans.id)
    gone = campaign_with(session, FOR_ALL | {"visibility": "gone"})
    used = segment_use.used_by(session)
    assert used[texans.id] == [both, whole, part]
    assert used[part.segment_id] == [part]
    assert used[gone.segment_id] == [gone]


def test_a_change_of_it_takes_a_campaign_back_that_somebody_signed(
    session: Session, olga: User, texans: Segment
) -> None:
    signed = campaign_with(session, FOR_TEXANS, status=CampaignStatus.IN_REVIEW)

    def change(*agreed: int) -> None:
        segment_use.change(
            session,
            texans,
            title="Texans",
            rule={"region": "US-OK"},
            facts=FACTS,
            actor=olga,
            agreed=agreed,
        )

    with pytest.raises(Conflict, match="Spring letter"):
        change()
    change(signed.id)
    assert signed.status is CampaignStatus.DRAFT

"""A change of audience or offer takes a review and its signatures back, as an edit does."""

import pytest
from sqlalchemy import select

from campaigns.accounts.models import AuditEntry, Role, User
from campaigns.contacts.models import Segment, Topic
from campaigns.database import Session
from campaigns.errors import Conflict, NotAllowed, NotFound, NotInState
from campaigns.planning import archive, choosing, lifecycle, queries
from campaigns.planning.models import Campaign, CampaignStatus
from tests.factories import (
    make_campaign,
    make_organisation,
    make_segment,
    make_user,
    make_version,
)
from tests.promotions.factories import make_promotion

S = CampaignStatus
CARD = {"id": "offer", "type": "offer_card", "promotion": "autumn"}
BLOCKS = [{"id": "header", "type": "header"}, CARD, {"id": "footer", "type": "footer"}]


@pytest.fixture
def cora(session: Session) -> User:
    make_organisation(session)
    return make_user(session, Role.COORDINATOR)


@pytest.fixture
def offers(session: Session, cora: User) -> Campaign:
    """An offers campaign whose card names the promotion `autumn`, which it carries."""
    for code in ("autumn", "winter", "spring"):
        make_promotion(session, code)
    campaign = make_campaign(session, topic=Topic.OFFERS, author_id=cora.id)
    make_version(session, campaign, blocks=BLOCKS)
    choosing.choose_promotions(session, campaign, actor=cora, codes=["autumn"])
    return campaign


def codes(session: Session, campaign: Campaign) -> list[str]:
    from campaigns.promotions import queries as promotions

    ids = queries.promotion_ids(session, campaign)
    return sorted(each.code for each in promotions.by_ids(session, ids))


def last_entry(session: Session) -> AuditEntry:
    found = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert found is not None
    return found


def test_another_segment_is_chosen_and_recorded(
    session: Session, cora: User, offers: Campaign
) -> None:
    before = session.get_one(Segment, offers.segment_id)
    other = make_segment(session)
    assert choosing.choose_segment(session, offers, actor=cora, segment=other.name)
    assert offers.segment_id == other.id
    entry = last_entry(session)
    assert (entry.verb, entry.before, entry.after) == (
        "choose segment",
        {"segment": before.name},
        {"segment": other.name},
    )
    assert not choosing.choose_segment(session, offers, actor=cora, segment=other.name)
    assert last_entry(session).id == entry.id


@pytest.mark.parametrize("status", [S.IN_REVIEW, S.APPROVED])
def test_another_audience_voids_the_review_and_the_same_one_does_not(
    session: Session, cora: User, offers: Campaign, status: CampaignStatus
) -> None:
    offers.status = status
    session.flush()
    same = session.get_one(Segment, offers.segment_id).name
    choosing.choose_segment(session, offers, actor=cora, segment=same)
    assert offers.status is status
    choosing.choose_segment(session, offers, actor=cora, segment=make_segment(session).name)
    assert (offers.status, offers.status_reason) == (S.DRAFT, "audience changed")


@pytest.mark.parametrize("status", [S.IN_REVIEW, S.APPROVED])
def test_another_offer_voids_the_review_and_the_same_one_does_not(
    session: Session, cora: User, offers: Campaign, status: CampaignStatus
) -> None:
    offers.status = status
    session.flush()
    assert not choosing.choose_promotions(session, offers, actor=cora, codes=["autumn"])
    assert offers.status is status
    assert choosing.choose_promotions(session, offers, actor=cora, codes=["autumn", "winter"])
    assert (offers.status, offers.status_reason) == (S.DRAFT, "offer changed")
    assert codes(session, offers) == ["autumn", "winter"]
    assert last_entry(session).after == {"promotions": ["autumn", "winter"]}


def test_a_block_that_names_an_offer_which_is_gone_shows_the_only_one_left(
    session: Session, cora: User, offers: Campaign
) -> None:
    choosing.choose_promotions(session, offers, actor=cora, codes=["winter"])
    version = queries.newest_version(session, offers)
    assert version.revision == 2
    assert version.blocks[1] == {"id": "offer", "type": "offer_card"}
    assert choosing.blocks_with_offers(session, offers) == ["offer_card"]


def test_of_two_offers_none_is_guessed_and_without_one_the_words_stay(
    session: Session, cora: User, offers: Campaign
) -> None:
    choosing.choose_promotions(session, offers, actor=cora, codes=["winter", "spring"])
    assert queries.newest_version(session, offers).blocks == BLOCKS
    choosing.choose_promotions(session, offers, actor=cora, codes=[])
    assert codes(session, offers) == []
    assert queries.newest_version(session, offers).blocks == BLOCKS


def test_an_education_newsletter_carries_no_offer(session: Session, cora: User) -> None:
    make_promotion(session, "autumn")
    letter = make_campaign(session, topic=Topic.EDUCATION)
    with pytest.raises(Conflict, match="carries no offer"):
        choosing.choose_promotions(session, letter, actor=cora, codes=["autumn"])
    assert not choosing.choose_promotions(session, letter, actor=cora, codes=[])


@pytest.mark.parametrize("status", sorted(set(S) - lifecycle.EDITABLE))
def test_what_is_on_its_way_keeps_its_audience_and_its_offer(
    session: Session, cora: User, offers: Campaign, status: CampaignStatus
) -> None:
    offers.status = status
    session.flush()
    with pytest.raises(NotInState, match=f"cannot be changed: it is {status}"):
        choosing.choose_segment(session, offers, actor=cora, segment=make_segment(session).name)
    with pytest.raises(NotInState):
        choosing.choose_promotions(session, offers, actor=cora, codes=[])


def test_what_is_archived_stays_as_it_is(session: Session, cora: User, offers: Campaign) -> None:
    archive.put_away(session, offers, actor=cora)
    with pytest.raises(NotInState, match="it is archived"):
        choosing.choose_promotions(session, offers, actor=cora, codes=[])


def test_what_is_not_there_cannot_be_chosen_and_not_by_everyone(
    session: Session, cora: User, offers: Campaign
) -> None:
    with pytest.raises(NotFound):
        choosing.choose_segment(session, offers, actor=cora, segment="nobody")
    with pytest.raises(NotFound):
        choosing.choose_promotions(session, offers, actor=cora, codes=["summer"])
    legal = make_user(session, Role.LEGAL)
    with pytest.raises(NotAllowed):
        choosing.choose_segment(session, offers, actor=legal, segment="nobody")
    with pytest.raises(NotAllowed):
        choosing.choose_promotions(session, offers, actor=legal, codes=[])

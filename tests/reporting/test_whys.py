"""Why did she not get it: a sentence for each way not to arrive, and what would change it."""

import pytest

from campaigns import clock
from campaigns.contacts import consent
from campaigns.contacts.models import Contact, Topic
from campaigns.database import Session
from campaigns.delivery.models import Delivery, DeliveryStatus, Reason
from campaigns.planning.models import Campaign, CampaignStatus
from campaigns.registry import FACTS, ORDER, RULES
from campaigns.reporting import whys
from campaigns.reporting.reasons import REASONS
from campaigns.reporting.whys import Answer
from tests.factories import make_campaign, make_contact, make_organisation, make_segment

S = DeliveryStatus


@pytest.fixture
def ada(session: Session) -> Contact:
    make_organisation(session)
    return make_contact(session, first_name="Ada")


def asked(session: Session, contact: Contact, campaign: Campaign) -> Answer:
    return whys.answer(session, contact, campaign, rules=RULES, facts=FACTS)


def delivered(
    session: Session, contact: Contact, status: S, reason: Reason = Reason.NONE
) -> Answer:
    campaign = make_campaign(session, status=CampaignStatus.FINISHED)
    now = clock.now(session)
    session.add(
        Delivery(
            campaign_id=campaign.id,
            contact_id=contact.id,
            status=status,
            reason=reason,
            next_at=now,
            settled_at=now,
        )
    )
    session.flush()
    return asked(session, contact, campaign)


@pytest.mark.parametrize("reason", [each for each in Reason if each is not Reason.NONE])
def test_every_reason_has_its_sentence_and_what_would_change_it(
    session: Session, ada: Contact, reason: Reason
) -> None:
    said = delivered(session, ada, S.SKIPPED, reason)
    assert said.sentence.removeprefix("It was not sent: ").lower() == REASONS[reason].lower()
    assert said.change == whys.CHANGES[reason]
    assert said.change.endswith(".")
    assert said.at == clock.now(session)
    assert not said.did_get_it


@pytest.mark.parametrize(
    ("status", "sentence", "did_get_it"),
    [
        (S.SENT, "the mail server accepted it", True),
        (S.QUEUED, "it waits for its turn", False),
        (S.INFLIGHT, "being sent at this moment", False),
        (S.UNCERTAIN, "may have arrived", False),
    ],
)
def test_a_message_that_was_not_kept_back_says_where_it_is(
    session: Session, ada: Contact, status: S, sentence: str, did_get_it: bool
) -> None:
    said = delivered(session, ada, status)
    assert sentence in said.sentence
    assert said.did_get_it is did_get_it


def test_every_reason_and_every_rule_is_covered() -> None:
    assert set(whys.CHANGES) == set(Reason)
    assert {Reason(name) for name in ORDER} <= set(whys.CHANGES)


def test_a_campaign_to_come_is_answered_by_the_first_rule_that_holds(
    session: Session, ada: Contact
) -> None:
    campaign = make_campaign(session, topic=Topic.OFFERS)
    assert asked(session, ada, campaign).did_get_it
    consent.withdraw(session, ada, through="phone", topics=[Topic.OFFERS])
    said = asked(session, ada, campaign)
    assert said.sentence.endswith("The person withdrew consent to this topic.")
    assert said.change == whys.CHANGES[Reason.WITHDRAWN]
    assert not said.did_get_it


def test_who_is_not_in_the_segment_is_told_so_before_and_after(
    session: Session, ada: Contact
) -> None:
    other = make_segment(session, rule={"region": "US-OK"})
    planned = make_campaign(session, segment_id=other.id)
    assert f"is not in the segment “{other.title}”" in asked(session, ada, planned).sentence
    gone = make_campaign(
        session,
        segment_id=other.id,
        status=CampaignStatus.FINISHED,
        started_at=clock.now(session),
    )
    assert f"was not in the segment “{other.title}”" in asked(session, ada, gone).sentence


def test_an_audience_that_is_being_put_together_is_asked_again(
    session: Session, ada: Contact
) -> None:
    campaign = make_campaign(
        session, status=CampaignStatus.PREPARING, started_at=clock.now(session)
    )
    assert "put together at this moment" in asked(session, ada, campaign).sentence


def test_a_campaign_cancelled_before_it_began_went_to_nobody(
    session: Session, ada: Contact
) -> None:
    campaign = make_campaign(session, status=CampaignStatus.CANCELLED)
    assert "was cancelled before anybody was chosen" in asked(session, ada, campaign).sentence


def test_one_paused_before_its_start_is_still_to_come(session: Session, ada: Contact) -> None:
    campaign = make_campaign(
        session, status=CampaignStatus.PAUSED, paused_from=CampaignStatus.SCHEDULED
    )
    assert asked(session, ada, campaign).did_get_it

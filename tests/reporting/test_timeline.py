"""A person's timeline: everything that happened, in words, newest first, page by page."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from campaigns import addresses, clock, notices
from campaigns.accounts.models import Role
from campaigns.bookings.models import Booking, BookingStatus
from campaigns.contacts import care, consent, suppression
from campaigns.contacts.models import (
    Contact,
    Scope,
    SuppressionReason,
    Topic,
)
from campaigns.database import Session
from campaigns.delivery.models import Delivery, DeliveryStatus, Reason
from campaigns.errors import Invalid
from campaigns.notices import NoticeStatus
from campaigns.reporting import telling, timeline
from campaigns.reporting.telling import Happening
from campaigns.tracking.models import Event, EventKind, MadeBy
from tests.bookings import factories as clinics
from tests.factories import make_campaign, make_contact, make_user
from tests.tracking.factories import Reader, make_reader


def told(session: Session, contact: Contact) -> list[Happening]:
    return list(timeline.page(session, contact, size=200).happenings)


def titles(session: Session, contact: Contact) -> list[str]:
    return [each.title for each in told(session, contact)]


def one(session: Session, contact: Contact, kind: str) -> Happening:
    [found] = [each for each in told(session, contact) if each.kind == kind]
    return found


@pytest.fixture
def reader(session: Session) -> Reader:
    return make_reader(session)


def happened(session: Session, reader: Reader, kind: EventKind, **values: Any) -> None:
    defaults = {
        "key": f"{kind}:{values}",
        "kind": kind,
        "campaign_id": reader.campaign.id,
        "delivery_id": reader.delivery.id,
        "occurred_at": clock.now(session),
        "made_by": MadeBy.HUMAN,
        "rule_version": 1,
    }
    session.add(Event(**(defaults | values)))
    session.flush()


def test_consent_is_told_with_its_proof(session: Session) -> None:
    ada = make_contact(session, topics=())
    consent.give(session, ada, topic=Topic.OFFERS, source="Paper form", words="Yes, please")
    found = one(session, ada, "consent")
    assert (found.title, found.tone) == ("Agreed to offers", "good")
    assert found.text == "How: Paper form with the words “Yes, please”."
    consent.withdraw(session, ada, through="one-click", topics=[Topic.OFFERS])
    assert "Withdrew consent to offers" in titles(session, ada)
    consent.give(session, ada, topic=Topic.EDUCATION, source="f", words="Y.", confirmed=False)
    assert "Was asked to confirm education" in titles(session, ada)
    assert one(session, ada, "letter").title == "The letter “confirm address” is on its way"


@pytest.mark.parametrize(
    ("status", "reason", "title", "said"),
    [
        (DeliveryStatus.SENT, Reason.NONE, "was sent", "The mail server accepted it."),
        (DeliveryStatus.QUEUED, Reason.NONE, "waits to be sent", ""),
        (DeliveryStatus.INFLIGHT, Reason.NONE, "is being sent", ""),
        (DeliveryStatus.SKIPPED, Reason.WITHDRAWN, "was not sent", "Withdrew consent."),
        (DeliveryStatus.FAILED, Reason.REFUSED, "could not be sent", "The mail server refused it."),
        (DeliveryStatus.UNCERTAIN, Reason.NONE, "may have been sent", "never sent again by itself"),
    ],
)
def test_a_message_is_told_with_its_reason_in_words(
    session: Session, status: DeliveryStatus, reason: Reason, title: str, said: str
) -> None:
    ada, campaign = make_contact(session), make_campaign(session, name="spring")
    now = clock.now(session)
    session.add(
        Delivery(
            campaign_id=campaign.id, contact_id=ada.id, status=status, reason=reason, next_at=now
        )
    )
    session.flush()
    found = one(session, ada, "message")
    assert found.title == f"“Spring” {title}"
    assert said in found.text
    assert found.campaign == "spring"


@pytest.mark.parametrize(
    ("kind", "title"),
    [
        (EventKind.OPENED, "Possibly opened"),
        (EventKind.VIEWED, "Read"),
        (EventKind.UNSUBSCRIBED, "Unsubscribed through"),
        (EventKind.BOUNCED, "came back"),
        (EventKind.COMPLAINED, "Called"),
    ],
)
def test_what_people_did_is_told_and_what_machines_did_is_not(
    session: Session, reader: Reader, kind: EventKind, title: str
) -> None:
    happened(session, reader, kind, made_by=MadeBy.MACHINE)
    happened(session, reader, EventKind.OPENED, made_by=MadeBy.PROXY, key="proxy")
    happened(session, reader, EventKind.VISITED)
    assert not [each for each in told(session, reader.contact) if each.kind == "event"]
    happened(session, reader, kind, key="person")
    assert title in one(session, reader.contact, "event").title


def test_a_click_says_where_it_led(session: Session, reader: Reader) -> None:
    happened(session, reader, EventKind.CLICKED, link_index=2)
    assert one(session, reader.contact, "event").text == (
        "https://clinic.example.com/article/2?from=letter"
    )
    happened(session, reader, EventKind.CLICKED, link_index=5, key="booking")
    texts = [each.text for each in told(session, reader.contact) if each.kind == "event"]
    assert "The link to the booking page." in texts


def test_a_booking_is_told_from_its_request_to_its_end(session: Session) -> None:
    clinics.stop_clock(session)
    clinic = clinics.make_clinic(session)
    slot, package, now = clinic.slots[0], clinic.package, clock.now(session)
    for number, status in enumerate(BookingStatus):
        session.add(
            Booking(
                reference=f"R{number}",
                idempotency_key=str(number),
                contact_id=clinic.contact.id,
                package_id=package.id,
                slot_id=slot.id,
                name="Ada",
                status=status,
                list_cents=100,
                price_cents=100,
                currency="USD",
                quote={},
                created_at=now,
                confirmed_at=now if status is BookingStatus.ATTENDED else None,
                ended_at=now,
            )
        )
    session.flush()
    found = [each for each in told(session, clinic.contact) if each.kind.startswith("booking")]
    assert {each.visit_at for each in found} == {slot.starts_at}
    said = {each.title.replace(package.name, "it") for each in found}
    assert said == {
        "Asked for “it”",
        "Booking of “it” was confirmed",
        "Came for “it”",
        "The clinic declined “it”",
        "Booking of “it” was cancelled",
        "Did not come for “it”",
        "The place held for “it” went to others",
        "Booking of “it” ended",
    }
    assert "Reference R0." in {each.text for each in found}


def test_letters_are_told_by_their_address(session: Session) -> None:
    ada = make_contact(session, "ada@example.com", topics=())
    other = addresses.parse("other@example.com")
    for number, status in enumerate(NoticeStatus):
        notices.leave(
            session,
            key=str(number),
            kind="booking_confirmed",
            to=addresses.parse("ADA@example.com"),
            context={},
        )
        session.execute(
            text("UPDATE notice SET status = :s WHERE key = :k"),
            {"s": status.value, "k": str(number)},
        )
    notices.leave(session, key="x", kind="booking_declined", to=other, context={})
    found = sorted(each.title for each in told(session, ada) if each.kind == "letter")
    assert found == [
        "The letter “booking confirmed” could not be sent",
        "The letter “booking confirmed” is on its way",
        "The letter “booking confirmed” was sent",
        "The letter “booking confirmed” was taken back before it left",
    ]


@pytest.mark.parametrize("reason", list(SuppressionReason))
@pytest.mark.parametrize("scope", list(Scope))
def test_a_suppression_is_told_with_what_it_means_and_its_end(
    session: Session, reason: SuppressionReason, scope: Scope
) -> None:
    ada = make_contact(session, "ada@example.com", topics=())
    suppression.suppress(session, canonical="ada@example.com", scope=scope, reason=reason)
    found = one(session, ada, "suppressed")
    assert telling.WHY_SUPPRESSED[reason] in found.title
    assert telling.WHAT_IS_KEPT_BACK[scope] in found.text
    suppression.lift(session, canonical="ada@example.com", scope=scope)
    assert "May be written to again" in titles(session, ada)
    assert len([each for each in told(session, ada) if each.kind == "suppressed"]) == 1


def test_deeds_of_the_desk_are_told_with_who_did_them(session: Session) -> None:
    actor = make_user(session, Role.DESK)
    ada = care.add(session, actor=actor, address="ada@example.com", values={"language": "en"})
    care.correct(session, ada, actor=actor, values={"first_name": "Ada"})
    care.pause(session, ada, actor=actor, days=30)
    care.pause(session, ada, actor=actor, days=0)
    deeds = [each for each in told(session, ada) if each.kind == "deed"]
    assert {each.title for each in deeds} == {
        "Added by hand",
        "Details were corrected",
        "A pause began",
        "The pause was ended",
    }
    assert {each.text for each in deeds} == {f"By {actor.address}."}


def test_the_pages_hold_everything_once_newest_first(session: Session) -> None:
    ada = make_contact(session, topics=())
    now = clock.now(session)
    for number in range(12):
        consent.give(
            session,
            ada,
            topic=Topic.OFFERS,
            source=f"form {number}",
            words="Yes.",
            at=now - timedelta(days=number // 3),
        )
    whole = told(session, ada)
    assert [each.at for each in whole] == sorted((each.at for each in whole), reverse=True)
    after, paged = "", []
    while True:
        page = timeline.page(session, ada, after=after, size=5)
        paged += list(page.happenings)
        after = page.older
        if not after:
            break
    assert paged == whole
    assert len(whole) == 13


@pytest.mark.parametrize("mark", ["x", "a~b~c", "2026-01-01T00:00:00+00:00~consent~x", "~~~"])
def test_a_page_that_is_not_there_is_said(session: Session, mark: str) -> None:
    ada = make_contact(session)
    with pytest.raises(Invalid, match="Go back to its beginning"):
        timeline.page(session, ada, after=mark)


def test_nobody_elses_life_is_told(session: Session, reader: Reader) -> None:
    ada = make_contact(session, "ada@example.com", topics=())
    happened(session, reader, EventKind.CLICKED, link_index=1)
    assert titles(session, ada) == ["Became a contact"]

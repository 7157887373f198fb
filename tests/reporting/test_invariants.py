"""Every invariant has a counter-example that it names, and a good database has none."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, insert, text, update

from campaigns import clock
from campaigns.addresses import Address
from campaigns.bookings import attribution, lifecycle
from campaigns.bookings.models import Booking, BookingStatus, Conversion
from campaigns.compliance.models import Severity, StoredFinding
from campaigns.contacts import consent, suppression
from campaigns.contacts.models import Contact, Scope, SuppressionReason, Topic
from campaigns.database import Base, Session
from campaigns.delivery.models import (
    Attempt,
    Batch,
    BatchState,
    Delivery,
    DeliveryStatus,
    Reason,
)
from campaigns.notices import Notice, leave
from campaigns.planning.models import CampaignApproval, CampaignOccurrence, CampaignStatus
from campaigns.promotions.models import PromotionCounter
from campaigns.rendering.models import Program
from campaigns.reporting import invariants
from tests.bookings import factories as bookings
from tests.factories import make_campaign, make_contact
from tests.reporting.conftest import Road, make_sent

S = DeliveryStatus
HOUR = timedelta(hours=1)


def broken(session: Session) -> dict[str, tuple[str, ...]]:
    """The invariants that do not hold, with their examples."""
    session.flush()
    return {each.name: each.examples for each in invariants.verify(session) if not each.holds}


def change(session: Session, row: Base, **values: Any) -> None:
    """Set what no verb would set."""
    table = type(row)
    session.execute(
        update(table)
        .where(table.id == row.id)  # type: ignore[attr-defined]
        .values(**values)
        .execution_options(synchronize_session="fetch")
    )


def first_is(session: Session, road: Road, status: DeliveryStatus, **values: Any) -> None:
    """The first delivery stands so, and not as sent."""
    change(session, road.first, **({"status": status, "sent_at": None} | values))


def attempt(session: Session, road: Road, verdict: str) -> None:
    """An attempt of the first delivery that was not answered 2xx."""
    session.add(
        Attempt(
            delivery_id=road.first.id,
            at=clock.now(session),
            phase="dot",
            answer="",
            verdict=verdict,
        )
    )
    session.flush()


def test_a_campaign_that_went_out_well_breaks_nothing(session: Session, road: Road) -> None:
    checks = invariants.verify(session)
    assert [(each.name, each.examples) for each in checks if not each.holds] == []
    assert [each.name for each in checks] == [each.name for each in invariants.INVARIANTS]
    assert all(each.sentence.endswith(".") for each in checks)


def test_an_empty_database_breaks_nothing(session: Session) -> None:
    assert broken(session) == {}


def test_a_campaign_under_way_breaks_nothing(session: Session, road: Road) -> None:
    now = clock.now(session)
    change(session, road.campaign, status=CampaignStatus.SENDING)
    change(session, road.batch, state=BatchState.CLAIMED, owner="w:1", lease_until=now)
    first_is(session, road, S.INFLIGHT, batch_id=road.batch.id)
    change(
        session, road.deliveries[1], status=S.QUEUED, sent_at=None, next_at=now + HOUR, attempts=1
    )
    change(
        session,
        road.deliveries[2],
        status=S.SKIPPED,
        sent_at=None,
        reason=Reason.WITHDRAWN,
    )
    assert broken(session) == {}


def test_a_row_too_few_is_an_audience_that_does_not_add_up(session: Session, road: Road) -> None:
    session.delete(road.first)
    assert broken(session) == {"audience": ("autumn: an audience of 3, 2 rows",)}


def test_the_audience_adds_up_while_it_is_being_frozen_too(session: Session, road: Road) -> None:
    change(session, road.campaign, status=CampaignStatus.PREPARING)
    change(session, road.occurrence, audience_count=2, frozen_at=None)
    assert broken(session) == {"audience": ("autumn: an audience of 2, 3 rows",)}


def test_rows_of_a_campaign_that_never_started_are_an_audience_of_nobody(
    session: Session, road: Road
) -> None:
    session.delete(road.occurrence)
    assert broken(session) == {
        "audience": ("autumn: an audience of 0, 3 rows",),
        "frozen": ("autumn is finished, and its audience was never frozen",),
    }


@pytest.mark.parametrize(
    "values",
    [
        {"status": CampaignStatus.SENDING},
        {"status": CampaignStatus.PAUSED, "paused_from": CampaignStatus.SENDING},
    ],
)
def test_nothing_goes_out_before_the_audience_is_frozen(
    session: Session, road: Road, values: dict[str, Any]
) -> None:
    change(session, road.campaign, **values)
    assert broken(session) == {}
    change(session, road.occurrence, frozen_at=None)
    found = broken(session)
    assert found == {
        "frozen": (f"autumn is {values['status']}, and its audience was never frozen",)
    }


def test_two_rows_for_one_contact_are_the_campaign_twice(session: Session, road: Road) -> None:
    table = Delivery.__tablename__
    name = "uq_delivery_campaign_id_contact_id_occurrence"
    session.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {name}"))
    contact = session.get_one(Contact, road.first.contact_id)
    again = make_sent(session, road.campaign, road.program, contact)
    change(session, road.occurrence, audience_count=4)
    expected = f"autumn: deliveries {road.first.id}, {again.id} to the same contact"
    assert broken(session) == {"once": (expected,)}


def test_the_same_contact_in_another_occurrence_is_not_twice(session: Session, road: Road) -> None:
    contact = session.get_one(Contact, road.first.contact_id)
    now = clock.now(session)
    session.add(
        CampaignOccurrence(
            campaign_id=road.campaign.id,
            number=1,
            due_at=now,
            local_time=now.replace(tzinfo=None),
            zone="UTC",
            audience_count=1,
            frozen_at=now,
        )
    )
    values = {
        name: getattr(road.first, name)
        for name in ("campaign_id", "status", "program_id", "next_at", "sent_at")
    }
    session.execute(insert(Delivery).values(contact_id=contact.id, occurrence=1, **values))
    assert broken(session) == {}


def test_an_answer_that_never_came_may_be_learned_later(session: Session, road: Road) -> None:
    attempt(session, road, "unknown")
    assert broken(session) == {}, "a late truth made it sent"
    first_is(session, road, S.UNCERTAIN)
    assert broken(session) == {}


@pytest.mark.parametrize("status", [S.QUEUED, S.INFLIGHT])
def test_what_is_in_doubt_is_not_queued_again(
    session: Session, road: Road, status: DeliveryStatus
) -> None:
    attempt(session, road, "unknown")
    first_is(session, road, status)
    expected = f"autumn: delivery {road.first.id} to a***@example.com is {status}"
    assert broken(session)["doubt"] == (expected,)


def test_what_is_in_doubt_is_not_tried_again(session: Session, road: Road) -> None:
    attempt(session, road, "unknown")
    attempt(session, road, "relay")
    assert set(broken(session)) == {"doubt"}


def test_an_accepted_second_attempt_after_doubt_is_found_by_counting(
    session: Session, road: Road
) -> None:
    attempt(session, road, "later")
    attempt(session, road, "unknown")
    change(session, road.first, attempts=2)
    assert broken(session) == {}
    change(session, road.first, attempts=3)
    assert set(broken(session)) == {"doubt"}


def test_trying_again_after_patience_was_asked_for_is_no_doubt(
    session: Session, road: Road
) -> None:
    attempt(session, road, "later")
    change(session, road.first, attempts=2)
    assert broken(session) == {}


def test_a_row_queued_in_a_batch_that_is_done_is_lost(session: Session, road: Road) -> None:
    change(session, road.campaign, status=CampaignStatus.SENDING)
    first_is(session, road, S.QUEUED, batch_id=road.batch.id)
    expected = f"autumn: delivery {road.first.id} to a***@example.com is queued"
    assert broken(session) == {"lost": (expected,)}
    change(session, road.batch, state=BatchState.WAITING)
    assert broken(session) == {}


def test_a_row_queued_in_another_campaigns_batch_is_lost(session: Session, road: Road) -> None:
    change(session, road.campaign, status=CampaignStatus.SENDING)
    other = Batch(campaign_id=make_campaign(session).id, state=BatchState.WAITING)
    session.add(other)
    session.flush()
    first_is(session, road, S.QUEUED, batch_id=other.id)
    assert set(broken(session)) == {"lost"}


@pytest.mark.parametrize("status", [CampaignStatus.FINISHED, CampaignStatus.CANCELLED])
def test_a_campaign_that_is_over_has_nothing_queued(
    session: Session, road: Road, status: CampaignStatus
) -> None:
    change(session, road.campaign, status=status)
    first_is(session, road, S.QUEUED)
    expected = f"autumn: delivery {road.first.id} to a***@example.com is queued"
    assert broken(session) == {"finished": (expected,)}


def test_a_finished_campaign_has_nothing_on_its_way_a_cancelled_one_may(
    session: Session, road: Road
) -> None:
    later = clock.now(session) + HOUR
    change(session, road.batch, state=BatchState.CLAIMED, owner="w:1", lease_until=later)
    first_is(session, road, S.INFLIGHT, batch_id=road.batch.id)
    assert set(broken(session)) == {"finished"}
    change(session, road.campaign, status=CampaignStatus.CANCELLED)
    assert broken(session) == {}


def test_what_is_on_its_way_is_held(session: Session, road: Road) -> None:
    change(session, road.campaign, status=CampaignStatus.SENDING)
    expected = f"autumn: delivery {road.first.id} to a***@example.com is inflight"
    first_is(session, road, S.INFLIGHT)
    assert broken(session) == {"held": (expected,)}, "in no batch"
    first_is(session, road, S.INFLIGHT, batch_id=road.batch.id)
    assert broken(session) == {"held": (expected,)}, "in a batch that is done"
    ago = clock.now(session) - 2 * HOUR
    change(session, road.batch, state=BatchState.CLAIMED, owner="w:1", lease_until=ago)
    assert broken(session) == {"held": (expected,)}, "under a lease that nobody took over"


@pytest.mark.parametrize(
    ("status", "reason", "has_moment"),
    [
        (S.SKIPPED, Reason.NONE, False),
        (S.SKIPPED, Reason.HARD_BOUNCE, False),
        (S.SKIPPED, Reason.CAP, True),
        (S.FAILED, Reason.NONE, False),
        (S.FAILED, Reason.CAP, False),
        (S.UNCERTAIN, Reason.CAP, False),
        (S.UNCERTAIN, Reason.NONE, True),
        (S.SENT, Reason.NONE, False),
        (S.SENT, Reason.REFUSED, True),
    ],
)
def test_status_reason_and_moment_go_together(
    session: Session, road: Road, status: DeliveryStatus, reason: Reason, *, has_moment: bool
) -> None:
    sent_at = clock.now(session) if has_moment else None
    change(session, road.first, status=status, reason=reason, sent_at=sent_at)
    expected = f"autumn: delivery {road.first.id} to a***@example.com is {status}"
    assert broken(session) == {"reasons": (expected,)}


@pytest.mark.parametrize("reason", sorted(set(Reason) - {Reason.NONE}))
def test_each_reason_belongs_to_one_status(session: Session, road: Road, reason: Reason) -> None:
    holding = []
    for status in (S.SKIPPED, S.FAILED):
        first_is(session, road, status, reason=reason)
        if not broken(session):
            holding.append(status)
    assert len(holding) == 1


def ago(session: Session, **span: float) -> dict[str, Any]:
    return {"sent_at": clock.now(session) - timedelta(**span)}


def test_nothing_goes_to_someone_who_never_agreed(session: Session, road: Road) -> None:
    stranger = make_contact(session, "stranger@example.com", topics=(Topic.OFFERS,))
    change(session, road.first, contact_id=stranger.id)
    expected = f"autumn: delivery {road.first.id} to s***@example.com is sent"
    assert broken(session) == {"permission": (expected,)}


def test_nothing_goes_to_someone_who_withdrew_before(session: Session, road: Road) -> None:
    contact = session.get_one(Contact, road.first.contact_id)
    consent.withdraw(session, contact, through="one-click")
    assert broken(session) == {}, "it was on its way already"
    change(session, road.first, sent_at=clock.now(session) + HOUR)
    assert set(broken(session)) == {"permission"}
    consent.give(session, contact, topic=Topic.EDUCATION, source="page", words="Yes.")
    assert broken(session) == {}, "they agreed again"


def test_nothing_goes_to_an_address_suppressed_before(session: Session, road: Road) -> None:
    change(session, road.first, sent_at=clock.now(session) + HOUR)
    canonical = "ada@example.com"
    suppression.suppress(
        session, canonical=canonical, scope=Scope.MARKETING, reason=SuppressionReason.COMPLAINT
    )
    assert set(broken(session)) == {"permission"}
    suppression.lift(session, canonical=canonical, scope=Scope.MARKETING)
    assert broken(session) == {}, "it was lifted before the message"


@pytest.mark.parametrize("status", [CampaignStatus.SENDING, CampaignStatus.CANCELLED])
def test_nothing_starts_unsigned(session: Session, road: Road, status: CampaignStatus) -> None:
    change(session, road.campaign, status=status)
    session.execute(text("DELETE FROM campaign_approval"))
    assert broken(session) == {"approved": (f"autumn is {status}, unsigned",)}


def test_a_signature_under_other_content_does_not_count(session: Session, road: Road) -> None:
    session.execute(update(CampaignApproval).values(content_hash="another"))
    assert broken(session) == {"approved": ("autumn is finished, unsigned",)}


def test_every_role_asked_for_has_signed(session: Session, road: Road) -> None:
    session.add(
        StoredFinding(
            version_id=road.program.version_id,
            rule="HC-03",
            severity=Severity.REVIEW,
            role="clinical_approver",
            place="block 1",
            sentence="",
            message="",
            mend="",
            source="",
            found_at=clock.now(session),
        )
    )
    expected = "autumn started without the clinical_approver's signature"
    assert broken(session) == {"approved": (expected,)}
    session.execute(update(CampaignApproval).values(role="clinical_approver"))
    assert broken(session) == {}


def test_a_row_with_other_content_than_was_signed_is_named(session: Session, road: Road) -> None:
    change(session, road.campaign, status=CampaignStatus.CANCELLED)
    session.execute(
        update(Program).where(Program.id == road.program.id).values(content_hash="altered")
    )
    found = broken(session)
    assert set(found) == {"as approved"}
    assert len(found["as approved"]) == 3


def test_a_row_with_another_campaigns_content_is_named(session: Session, road: Road) -> None:
    other = make_campaign(session, name="other")
    change(session, road.program, campaign_id=other.id)
    assert set(broken(session)) == {"as approved"}


@pytest.fixture
def booking(session: Session) -> Booking:
    """A booking credited to the message that led to it."""
    clinic = bookings.make_clinic(session)
    change(session, clinic.campaign, status=CampaignStatus.DRAFT)
    bookings.make_click(session, clinic.delivery, hours_ago=0.5)
    made = lifecycle.request(
        session, delivery=clinic.delivery, wish=bookings.make_wish(clinic), key="form"
    )
    session.execute(update(Notice).values(next_at=clock.now(session) + HOUR))
    consent.give(session, clinic.contact, topic=Topic.OFFERS, source="form", words="Yes.",
                 at=clock.now(session) - timedelta(days=30))  # fmt: skip
    session.add(
        CampaignOccurrence(
            campaign_id=clinic.campaign.id,
            due_at=clock.now(session),
            local_time=clock.now(session).replace(tzinfo=None),
            zone="UTC",
            audience_count=1,
        )
    )
    assert broken(session) == {}
    return made


def test_a_booking_that_fell_away_is_credited_to_nobody(session: Session, booking: Booking) -> None:
    attribution.reverse(session, booking)
    lifecycle.cancel(session, booking)
    assert broken(session) == {}
    session.execute(update(Conversion).values(reversed_at=None))
    found = broken(session)
    assert set(found) == {"credit"}
    assert found["credit"][0].startswith(f"booking {booking.reference} is cancelled, credited to")


def test_a_credit_names_the_campaign_of_its_message(session: Session, booking: Booking) -> None:
    other = make_campaign(session, name="other")
    session.execute(update(Conversion).values(campaign_id=other.id))
    expected = f"booking {booking.reference} is held, credited to other"
    assert broken(session) == {"credit": (expected,)}


def test_counters_that_drifted_are_named(session: Session, booking: Booking) -> None:
    session.execute(update(PromotionCounter).values(held=2))
    assert set(broken(session)) == {"counters"}
    session.execute(update(PromotionCounter).values(held=1))
    change(session, booking, status=BookingStatus.CONFIRMED)
    assert set(broken(session)) == {"counters"}


def test_a_letter_forgotten_for_an_hour_is_named(session: Session, road: Road) -> None:
    address = Address("Ada@example.com", "ada@example.com")
    leave(session, key="k", kind="booking_received", to=address, context={})
    assert broken(session) == {}
    session.execute(update(Notice).values(next_at=clock.now(session) - 2 * HOUR))
    (named,) = broken(session)["notices"]
    assert named.endswith("(booking_received) to A***@example.com")


def test_only_the_first_five_are_shown_and_all_are_counted(session: Session, road: Road) -> None:
    for _ in range(4):
        make_sent(session, road.campaign, road.program, make_contact(session))
    session.execute(update(Delivery).values(sent_at=None))
    (check,) = (each for each in invariants.verify(session) if not each.holds and
                each.name == "reasons")  # fmt: skip
    assert (check.violations, len(check.examples)) == (7, 5)


@pytest.fixture
def many(session: Session, road: Road) -> Iterator[list[str]]:
    """Three thousand rows more, and the statements that verify then runs."""
    session.execute(
        text(
            "INSERT INTO contact (address, canonical_address, first_name, last_name, language,"
            " zone, region, created_at, soft_bounces)"
            " SELECT 'r' || n, 'r' || n, '', '', 'en', '', '', :now, 0"
            " FROM generate_series(1, 3000) n"
        ),
        {"now": clock.now(session)},
    )
    session.execute(
        text(
            "INSERT INTO delivery (campaign_id, contact_id, occurrence, status, reason, program_id,"
            " attempts, crashes, next_at, sent_at, answer)"
            " SELECT :campaign, id, 0, 'sent', '', :program, 1, 0, :now, :now, ''"
            " FROM contact WHERE canonical_address LIKE 'r%'"
        ),
        {
            "campaign": road.campaign.id,
            "program": road.program.id,
            "now": clock.now(session),
        },
    )
    session.execute(text("ANALYZE"))
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    connection = session.connection()
    event.listen(connection, "before_cursor_execute", note)
    yield statements
    event.remove(connection, "before_cursor_execute", note)


def test_three_thousand_rows_are_counted_in_a_few_statements(
    session: Session, many: list[str]
) -> None:
    before = len(many)
    (found,) = (each for each in invariants.verify(session) if each.name == "permission")
    assert found.violations == 3000
    assert len(many) - before < 30

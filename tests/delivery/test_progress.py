"""What is told while a campaign goes out: counted and measured, never guessed."""

from datetime import timedelta

from campaigns import clock
from campaigns.database import Session
from campaigns.delivery import progress, throttle
from campaigns.delivery.models import Delivery, DeliveryStatus, Reason
from campaigns.reporting.reasons import REASONS
from tests.delivery.factories import make_deliveries, make_sending
from tests.factories import make_contact

S = DeliveryStatus


def test_before_anything_left_there_is_no_rate_and_no_time(session: Session) -> None:
    campaign, program = make_sending(session)
    make_deliveries(session, campaign, program)
    found = progress.pulse(session, campaign.id)
    assert (found.left, found.count(S.SENT)) == (3, 0)
    assert (found.per_minute, found.time_left, found.last_at) == (None, None, None)
    assert found.next_at == clock.now(session)


def test_the_rate_is_what_was_accepted_in_the_last_minute(session: Session) -> None:
    campaign, program = make_sending(session)
    people = [make_contact(session) for _ in range(8)]
    _, rows = make_deliveries(session, campaign, program, *people)
    now = clock.now(session)
    for each, ago in zip(rows, (600, 300, 50, 40, 30), strict=False):
        each.status, each.sent_at = S.SENT, now - timedelta(seconds=ago)
    session.flush()
    found = progress.pulse(session, campaign.id)
    assert (found.count(S.SENT), found.lately, found.per_minute) == (5, 3, 3)
    assert found.time_left == timedelta(minutes=1)
    assert found.last_at == now - timedelta(seconds=30)


def test_a_send_that_has_just_begun_is_measured_over_what_there_is(session: Session) -> None:
    campaign, program = make_sending(session)
    _, rows = make_deliveries(session, campaign, program)
    now = clock.now(session)
    rows[0].status, rows[0].sent_at = S.SENT, now - timedelta(seconds=10)
    rows[1].status, rows[1].sent_at = S.SENT, now
    session.flush()
    assert progress.pulse(session, campaign.id).per_minute == 12


def test_what_did_not_go_is_told_by_reason_the_most_first(session: Session) -> None:
    campaign, program = make_sending(session)
    _, rows = make_deliveries(session, campaign, program)
    for each, why in zip(rows, (Reason.CAP, Reason.NO_CONSENT, Reason.NO_CONSENT), strict=True):
        each.status, each.reason = S.SKIPPED, why
    session.flush()
    found = progress.pulse(session, campaign.id)
    assert found.by_reason(S.SKIPPED) == [(Reason.NO_CONSENT, 2), (Reason.CAP, 1)]
    assert found.by_reason(S.FAILED) == []
    assert (found.left, found.time_left, found.next_at) == (0, None, None)
    assert sum(found.counts.values()) == session.query(Delivery).count()


def test_every_reason_has_its_sentence() -> None:
    assert set(REASONS) == set(Reason)
    assert all(each.endswith(".") for each in REASONS.values())


def test_a_mail_server_that_is_left_alone_is_told(session: Session) -> None:
    assert progress.left_alone_until(session) is None
    throttle.relay(session).open_until = clock.now(session)
    session.flush()
    assert progress.left_alone_until(session) == clock.now(session)

"""A letter is left once, in the caller's own transaction."""

from datetime import datetime, timedelta

from sqlalchemy import select, update

from campaigns import addresses, clock, notices
from campaigns.database import Session, Sessions
from campaigns.notices import Notice, NoticeStatus


def leave(
    session: Session, *, key: str, code: str = "K7", not_before: datetime | None = None
) -> None:
    notices.leave(
        session,
        key=key,
        kind="booking_received",
        to=addresses.parse("Ada@Example.com"),
        name="Ada",
        context={"code": code},
        not_before=not_before,
    )


def test_a_letter_waits_to_be_sent_at_once(session: Session) -> None:
    leave(session, key="booking:7:received")
    notice = session.scalars(select(Notice)).one()
    assert (notice.status, notice.attempts) == (NoticeStatus.QUEUED, 0)
    assert notice.next_at == notice.created_at == clock.now(session)
    assert (notice.address, notice.canonical_address) == ("Ada@example.com", "ada@example.com")


def test_the_same_key_is_one_letter_and_the_first_stands(session: Session) -> None:
    leave(session, key="booking:7:received", code="K7")
    leave(session, key="booking:7:received", code="K8")
    leave(session, key="booking:8:received", code="K9")
    left = session.scalars(select(Notice).order_by(Notice.id)).all()
    assert [each.context for each in left] == [{"code": "K7"}, {"code": "K9"}]


def test_a_letter_is_undone_with_the_deed_it_tells_of(committed: Sessions) -> None:
    with committed() as session:
        leave(session, key="booking:7:received")
        session.rollback()
        assert session.scalars(select(Notice)).all() == []


def test_a_letter_that_waits_can_be_withdrawn_until_a_worker_begins_with_it(
    session: Session,
) -> None:
    later = clock.now(session) + timedelta(seconds=30)
    leave(session, key="booking:7:confirmed", not_before=later)
    notice = session.scalars(select(Notice)).one()
    assert (notice.created_at, notice.next_at) == (clock.now(session), later)

    assert notices.withdraw(session, "booking:7:confirmed")
    assert not notices.withdraw(session, "booking:7:confirmed"), "twice is once"
    session.refresh(notice)
    assert notice.status is NoticeStatus.WITHDRAWN

    leave(session, key="booking:8:confirmed", not_before=later)
    session.execute(update(Notice).where(Notice.key == "booking:8:confirmed").values(attempts=1))
    assert not notices.withdraw(session, "booking:8:confirmed")
    assert set(notices.keyed(session, ["booking:8:confirmed", "none"])) == {"booking:8:confirmed"}

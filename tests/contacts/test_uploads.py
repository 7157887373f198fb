"""An uploaded file comes in by slices: a worker may die, two may come; each row counts once."""

import threading
from collections.abc import Callable, Iterable
from datetime import timedelta

import pytest
from sqlalchemy import event, func, select

from campaigns.accounts.models import Role, User
from campaigns.contacts import consent, importing, lifecycle, queries, spreadsheet, taking, uploads
from campaigns.contacts.models import (
    ConsentEvent,
    ConsentState,
    Contact,
    ContactUpload,
    Topic,
    UploadRefusal,
    UploadStatus,
)
from campaigns.contacts.taking import Proof, Tally
from campaigns.database import Session, Sessions
from campaigns.errors import Invalid, NotAllowed, NotInState
from tests.factories import make_contact, make_user, move_clock

PROOF = Proof((Topic.OFFERS,), "Front desk form", "Yes, send me offers.")
NOBODY = Proof((), "", "")
Receive = Callable[[int], int]


class Died(Exception):
    """The worker was killed."""


@pytest.fixture
def actor(committed: Sessions) -> User:
    with committed.begin() as session:
        return make_user(session, Role.COORDINATOR)


@pytest.fixture
def receive(committed: Sessions, actor: User, monkeypatch: pytest.MonkeyPatch) -> Receive:
    """Upload a file of so many rows, the last one unreadable, and begin its check."""
    monkeypatch.setattr(importing, "SLICE", 10)

    def receive(rows: int) -> int:
        lines = [f"r{each}@example.com,R{each}" for each in range(rows - 1)]
        raw = "\n".join(["email,first name", *lines, "nobody,"]).encode()
        with committed.begin() as session:
            upload = uploads.receive(session, raw, filename="people.csv", actor=actor)
            uploads.check(session, upload, actor=actor, mapping=upload.mapping, proof=PROOF)
            return upload.id

    return receive


def stand(sessions: Sessions, number: int = 1) -> ContactUpload:
    with sessions() as session:
        return session.get_one(ContactUpload, number)


def counts(sessions: Sessions, number: int = 1) -> tuple[int, ...]:
    upload = stand(sessions, number)
    with sessions() as session:
        refused = sum(uploads.refused_by_kind(session, upload).values())
    return upload.cursor, upload.added, upload.updated, upload.unchanged, refused


def how_many(sessions: Sessions, kind: type) -> int:
    with sessions() as session:
        return session.scalar(select(func.count()).select_from(kind)) or 0


def begin_import(sessions: Sessions, actor: User, number: int = 1) -> None:
    with sessions.begin() as session:
        uploads.begin_import(session, uploads.by_id(session, number), actor=actor)


def test_the_check_foretells_exactly_what_the_import_does(
    committed: Sessions, actor: User, receive: Receive
) -> None:
    receive(35)
    uploads.work(committed, seconds=10)
    assert stand(committed).status is UploadStatus.CHECKED
    foretold = counts(committed)
    assert foretold == (35, 34, 0, 0, 1)
    assert how_many(committed, Contact) == how_many(committed, ConsentEvent) == 0
    begin_import(committed, actor)
    uploads.work(committed, seconds=10)
    assert stand(committed).status is UploadStatus.IMPORTED
    assert counts(committed) == foretold
    assert how_many(committed, Contact) == how_many(committed, ConsentEvent) == 34


def test_a_worker_that_dies_between_or_within_slices_loses_no_row_and_takes_none_twice(
    committed: Sessions, actor: User, receive: Receive, monkeypatch: pytest.MonkeyPatch
) -> None:
    receive(35)
    uploads.work(committed, seconds=10)
    begin_import(committed, actor)
    truly, calls = taking.take, []

    def dies_in_the_second_slice(*given: object, **more: object) -> Tally:
        calls.append(given)
        tally = truly(*given, **more)  # type: ignore[arg-type]
        if len(calls) == 2:
            raise Died
        return tally

    monkeypatch.setattr(taking, "take", dies_in_the_second_slice)
    with pytest.raises(Died):
        uploads.work(committed, seconds=10)
    assert counts(committed) == (10, 10, 0, 0, 0)
    assert how_many(committed, Contact) == 10
    uploads.work(committed, seconds=10)
    assert counts(committed)[0] == 10, "its lease still holds"
    with committed.begin() as session:
        move_clock(session, by=timedelta(seconds=61))
    uploads.work(committed, seconds=10)
    assert counts(committed) == (35, 34, 0, 0, 1)
    assert how_many(committed, Contact) == how_many(committed, ConsentEvent) == 34


def test_two_workers_on_one_file_take_every_row_once(
    committed: Sessions, actor: User, receive: Receive
) -> None:
    receive(95)
    uploads.work(committed, seconds=10)
    begin_import(committed, actor)
    both = [
        threading.Thread(target=uploads.work, args=(committed,), kwargs={"seconds": 10})
        for _ in range(2)
    ]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert counts(committed) == (95, 94, 0, 0, 1)
    assert how_many(committed, Contact) == 94


def test_a_slower_worker_whose_place_was_taken_stops(
    committed: Sessions, actor: User, receive: Receive, monkeypatch: pytest.MonkeyPatch
) -> None:
    receive(25)
    truly = taking.take

    def overtaken(session: Session, *given: object, **more: object) -> Tally:
        with committed.begin() as other:
            upload = other.get_one(ContactUpload, 1)
            lifecycle.advance(other, upload, Tally(rows=25, unchanged=25))
        return truly(session, *given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(taking, "take", overtaken)
    uploads.work_on(committed, 1, seconds=10)
    assert counts(committed) == (25, 0, 0, 25, 0), "only the faster one is counted"
    assert stand(committed).status is UploadStatus.CHECKING


def test_a_file_that_was_checked_anew_meanwhile_is_left_to_the_new_check(
    committed: Sessions, actor: User, receive: Receive, monkeypatch: pytest.MonkeyPatch
) -> None:
    receive(25)
    truly = taking.take

    def ends_meanwhile(session: Session, *given: object, **more: object) -> Tally:
        with committed.begin() as other:
            upload = other.get_one(ContactUpload, 1)
            lifecycle.advance(other, upload, Tally(rows=25, unchanged=25))
            assert lifecycle.end_pass(other, upload)
        session.expire_all()
        return truly(session, *given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(taking, "take", ends_meanwhile)
    uploads.work_on(committed, 1, seconds=10)
    assert stand(committed).status is UploadStatus.CHECKED


def test_what_the_time_does_not_allow_is_left_for_the_next(
    committed: Sessions, receive: Receive
) -> None:
    receive(35)
    uploads.work_on(committed, 1, seconds=0)
    assert stand(committed).lease_until is None
    assert counts(committed)[0] == 0
    uploads.work(committed, seconds=10)
    assert counts(committed)[0] == 35


def test_somebody_who_books_at_this_moment_is_met_not_doubled(
    committed: Sessions, actor: User, receive: Receive, monkeypatch: pytest.MonkeyPatch
) -> None:
    receive(5)
    uploads.work(committed, seconds=10)
    begin_import(committed, actor)
    truly = consent.given_by
    met: list[Contact] = []

    def meanwhile(session: Session, contact_ids: Iterable[int]) -> set[tuple[int, Topic]]:
        if not met:
            with committed.begin() as other:
                met.append(make_contact(other, "r2@example.com", topics=()))
        return truly(session, contact_ids)

    monkeypatch.setattr(consent, "given_by", meanwhile)
    uploads.work(committed, seconds=10)
    assert counts(committed) == (5, 3, 1, 0, 1)


def test_a_row_is_judged_by_what_stands_when_it_is_imported(
    committed: Sessions, actor: User, receive: Receive
) -> None:
    receive(5)
    uploads.work(committed, seconds=10)
    with committed.begin() as session:
        left = make_contact(session, "r1@example.com")
        consent.withdraw(session, left, through="one-click")
    begin_import(committed, actor)
    uploads.work(committed, seconds=10)
    assert counts(committed) == (5, 3, 0, 0, 2)
    with committed() as session:
        found = queries.by_address(session, "r1@example.com")
        assert consent.states(session, found)[Topic.OFFERS].state is ConsentState.WITHDRAWN


def test_a_known_list_is_compared_in_a_handful_of_queries(
    committed: Sessions, actor: User, receive: Receive
) -> None:
    receive(500)
    uploads.work(committed, seconds=30)
    begin_import(committed, actor)
    uploads.work(committed, seconds=30)
    rows = [f"r{each}@example.com" for each in range(500)]
    sheet = spreadsheet.read("\n".join(["email", *rows]).encode())
    content = spreadsheet.packed(sheet)
    known = spreadsheet.unpacked(content, titles=("Email",), mapping={"email": 0})
    asked: list[str] = []
    with committed() as session:
        listening = session.get_bind()
        event.listen(listening, "before_cursor_execute", lambda *given: asked.append(given[2]))
        tally = taking.take(session, known, firsts=taking.first_lines(known), proof=PROOF)
    assert (tally.unchanged, tally.added) == (499, 1)
    assert len(asked) < 10


@pytest.mark.parametrize(
    ("proof", "sentence"),
    [
        (Proof((Topic.OFFERS,), " ", "Yes."), "needs its proof"),
        (Proof((Topic.OFFERS,), "form", ""), "needs its proof"),
    ],
)
def test_consent_takes_its_proof(
    committed: Sessions, actor: User, receive: Receive, proof: Proof, sentence: str
) -> None:
    receive(5)
    uploads.work(committed, seconds=10)
    with committed() as session:
        upload = uploads.by_id(session, 1)
        with pytest.raises(Invalid, match=sentence):
            uploads.check(session, upload, actor=actor, mapping=upload.mapping, proof=proof)


def test_a_file_without_addresses_is_not_checked(committed: Sessions, actor: User) -> None:
    with committed() as session:
        upload = uploads.receive(session, b"name\nAda\n", filename="x.csv", actor=actor)
        with pytest.raises(Invalid, match="holds the email addresses"):
            uploads.check(session, upload, actor=actor, mapping={}, proof=NOBODY)


def test_nothing_is_imported_unchecked_or_while_it_is_checked(
    committed: Sessions, actor: User, receive: Receive
) -> None:
    receive(5)
    with committed() as session, pytest.raises(NotInState, match="has to be checked first"):
        uploads.begin_import(session, uploads.by_id(session, 1), actor=actor)
    with committed() as session:
        upload = uploads.by_id(session, 1)
        with pytest.raises(NotInState, match="being worked on"):
            uploads.check(session, upload, actor=actor, mapping=upload.mapping, proof=NOBODY)


def test_who_may_not_import_is_told(committed: Sessions, receive: Receive) -> None:
    receive(5)
    with committed.begin() as session:
        desk = make_user(session, Role.DESK)
    with committed() as session:
        upload = uploads.by_id(session, 1)
        for deed in (
            lambda: uploads.receive(session, b"email\nx\n", filename="x", actor=desk),
            lambda: uploads.check(session, upload, actor=desk, mapping={}, proof=NOBODY),
            lambda: uploads.begin_import(session, upload, actor=desk),
            lambda: uploads.discard(session, upload, actor=desk),
        ):
            with pytest.raises(NotAllowed, match="may not import contacts"):
                deed()


def test_a_file_thrown_away_while_it_waits_is_no_error(
    committed: Sessions, actor: User, receive: Receive
) -> None:
    receive(5)
    with committed.begin() as session:
        uploads.discard(session, uploads.by_id(session, 1), actor=actor)
    uploads.work_on(committed, 1, seconds=1)
    assert how_many(committed, UploadRefusal) == 0


def test_an_address_in_two_spellings_is_the_same_line_twice(
    committed: Sessions, actor: User
) -> None:
    raw = "email\nada@müller.example.com\nADA@xn--mller-kva.example.com\nmüll\nmüll\n".encode()
    with committed.begin() as session:
        upload = uploads.receive(session, raw, filename="x.csv", actor=actor)
        uploads.check(session, upload, actor=actor, mapping={"email": 0}, proof=NOBODY)
    uploads.work(committed, seconds=10)
    assert counts(committed) == (4, 1, 0, 0, 3)
    with committed() as session:
        kinds = uploads.refused_by_kind(session, uploads.by_id(session, 1))
    assert kinds == {taking.Kind.ADDRESS: 2, taking.Kind.TWICE: 1}

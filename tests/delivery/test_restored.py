"""A restored or copied database sends nothing until a person has looked at it."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select, text
from sqlalchemy.engine import Engine, make_url

from campaigns import addresses, database
from campaigns.accounts.models import AuditEntry, Organisation
from campaigns.database import Sessions
from campaigns.delivery import dispatch, notices, restored, stopping
from campaigns.delivery.batch import Outcome, send_next
from campaigns.delivery.transports.memory import Memory
from campaigns.notices import Notice, leave
from campaigns.registry import REGISTRY
from tests.factories import make_contact, make_organisation, make_user


def paused_by(sessions: Sessions) -> str:
    with sessions.begin() as session:
        return session.get_one(Organisation, 1).sending_paused_by


def look(sessions: Sessions) -> bool:
    with sessions.begin() as session:
        return restored.look(session)


@pytest.fixture
def clinic(committed: Sessions) -> Sessions:
    """A clinic whose database has grown up where it is."""
    with committed.begin() as session:
        make_organisation(session)
        make_contact(session)
    assert look(committed) is False
    return committed


@pytest.fixture
def copy(clinic: Sessions, engine: Engine, database_url: str) -> Iterator[Sessions]:
    """A copy of that database beside it, made by the server itself."""
    source = make_url(database_url).database
    name = f"{source}_copy"
    engine.dispose()
    server = database.make_engine(
        make_url(database_url).set(database="postgres").render_as_string(hide_password=False)
    ).execution_options(isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{source}"'))
    copied = database.make_engine(
        make_url(database_url).set(database=name).render_as_string(hide_password=False)
    )
    yield database.make_sessions(copied)
    copied.dispose()
    with server.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    server.dispose()


def test_at_home_nothing_is_held_however_often_one_looks(clinic: Sessions) -> None:
    assert [look(clinic) for _ in range(3)] == [False] * 3
    assert paused_by(clinic) == ""


def test_a_copy_wakes_paused_and_says_so_in_the_audit_trail(copy: Sessions) -> None:
    assert look(copy) is True
    assert paused_by(copy) == restored.BY
    with copy.begin() as session:
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert entry is not None
        assert (entry.actor, entry.verb) == ("Bedside", "pause all sending")


def test_a_table_restored_in_place_is_noticed_too(clinic: Sessions) -> None:
    with clinic.begin() as session:
        session.execute(text("CREATE TABLE kept AS SELECT * FROM birthplace"))
        session.execute(text("ALTER TABLE birthplace RENAME TO old_birthplace"))
        session.execute(text("CREATE TABLE birthplace (LIKE old_birthplace INCLUDING ALL)"))
        session.execute(text("INSERT INTO birthplace SELECT * FROM kept"))
        session.execute(text("DROP TABLE old_birthplace, kept"))
        session.execute(text("ALTER INDEX birthplace_pkey RENAME TO pk_birthplace"))
    assert look(clinic) is True


def test_a_copy_gives_no_number_again_that_a_lost_message_may_carry(copy: Sessions) -> None:
    with copy.begin() as session:
        before = make_contact(session).id
    look(copy)
    with copy.begin() as session:
        assert make_contact(session).id > before + 100_000


def test_neither_newsletters_nor_letters_leave_a_copy_until_a_person_resumes(
    copy: Sessions,
) -> None:
    transport = Memory()
    with copy.begin() as session:
        owner = make_user(session)
        leave(
            session,
            key="k",
            kind="confirm_address",
            to=addresses.parse("ada@example.com"),
            context={},
        )
    assert send_next(copy, transport) is Outcome.NOTHING_TO_DO
    assert notices.send_due(copy, transport) == 0
    assert dispatch.start_due(copy, REGISTRY) == 0
    with copy.begin() as session:
        assert session.scalars(select(Notice.attempts)).one() == 0
        stopping.resume_all(session, actor=session.merge(owner))
    notices.send_due(copy, transport)
    with copy.begin() as session:
        assert session.scalars(select(Notice.attempts)).one() == 1


def test_a_copy_without_a_clinic_has_nothing_to_pause(copy: Sessions) -> None:
    with copy.begin() as session:
        session.execute(text("DELETE FROM organisation"))
    assert look(copy) is False
    assert look(copy) is False

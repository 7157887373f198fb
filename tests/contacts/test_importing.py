"""A CSV of contacts is taken in row by row with its proof; nothing is lost, nobody resurrected."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from campaigns.accounts.models import AuditEntry, Role, User
from campaigns.contacts import consent, importing, queries, suppression
from campaigns.contacts.importing import ImportReport, Proof
from campaigns.contacts.models import (
    ConsentEvent,
    ConsentState,
    Contact,
    Scope,
    SuppressionReason,
    Topic,
)
from campaigns.database import Sessions
from campaigns.errors import Invalid, NotAllowed
from tests.factories import make_contact, make_user

PROOF = Proof((Topic.OFFERS,), "Front desk form", "Yes, send me offers by email.")

Import = Callable[..., ImportReport]


@pytest.fixture
def actor(committed: Sessions) -> User:
    with committed.begin() as session:
        return make_user(session, Role.COORDINATOR)


@pytest.fixture
def take(committed: Sessions, actor: User) -> Import:
    """Import these lines."""

    def take(*lines: str, dry_run: bool = False, proof: Proof = PROOF) -> ImportReport:
        raw = "\n".join(lines).encode()
        return importing.import_contacts(committed, raw, proof=proof, actor=actor, dry_run=dry_run)

    return take


def counts(report: ImportReport) -> tuple[int, int, int, int, int]:
    """Rows, and where each went: added, updated, unchanged, refused."""
    parts = (report.added, report.updated, report.unchanged, len(report.refused))
    assert report.rows == sum(parts), "every row is in exactly one of these"
    return (report.rows, *parts)


def how_many(sessions: Sessions, kind: type) -> int:
    with sessions() as session:
        return session.scalar(select(func.count()).select_from(kind)) or 0


def test_contacts_come_in_with_consent_and_its_proof(committed: Sessions, take: Import) -> None:
    report = take(
        "Email,First Name,Surname,Region,Language,Time zone,Consent date,Notes",
        "Ada@Example.com,Ada,Lovelace,us-tx,EN,America/Chicago,2026-03-31,likes tea",
        "bob@example.com,,,,ES-mx,,,",
    )
    assert counts(report) == (2, 2, 0, 0, 0)
    assert report.left_out == ("Notes",)
    with committed() as session:
        ada = queries.by_address(session, "ada@example.com")
        assert (ada.address, ada.first_name, ada.last_name) == (
            "Ada@example.com",
            "Ada",
            "Lovelace",
        )
        assert (ada.region, ada.language, ada.zone) == ("US-TX", "en", "America/Chicago")
        assert queries.by_address(session, "bob@example.com").language == "es-MX"
        [event] = queries.history(session, ada)
        assert (event.topic, event.state) == (Topic.OFFERS, ConsentState.GIVEN)
        assert event.at == datetime(2026, 3, 31, tzinfo=UTC)
        assert (event.source, event.words) == (PROOF.source, PROOF.words)


def test_the_deed_is_recorded(committed: Sessions, take: Import, actor: User) -> None:
    take("email", "ada@example.com", "nobody")
    with committed() as session:
        entry = session.scalars(select(AuditEntry)).one()
        assert (entry.actor, entry.verb) == (actor.address, "import contacts")
        assert (entry.after["added"], entry.after["refused"]) == (1, 1)


def test_refused_rows_are_listed_in_order_with_their_reasons(
    committed: Sessions, take: Import
) -> None:
    with committed.begin() as session:
        suppression.suppress(
            session,
            canonical="complained@example.com",
            scope=Scope.MARKETING,
            reason=SuppressionReason.COMPLAINT,
        )
    report = take(
        "email,first_name,consent_at,zone,region,language",
        "nobody,,,,,",
        "complained@example.com,,,,,",
        "ada@example.com,Ada,,,,",
        "ADA@example.com,Ada again,,,,",
        "late@example.com,,2099-01-01,,,",
        "vague@example.com,,last spring,,,",
        "far@example.com,,,Mars/Olympus,,",
        f"long@example.com,{'x' * 101},,,,",
        "odd@example.com,Od\x07d,,,,",
        "where@example.com,,,,Atlantis,",
        "what@example.com,,,,,English",
        "comma@example.com,Smith, Jr.,,,,",
        ",No address,,,,",
    )
    assert counts(report) == (13, 1, 0, 0, 12)
    reasons = {each.line: each.reason for each in report.refused}
    assert list(reasons) == sorted(reasons)
    for line, reason in {
        2: "'nobody' is not an email address",
        3: "the address is suppressed",
        5: "the same address as in line 4",
        6: "Consent cannot be given in the future.",
        7: "consent_at 'last spring' is not a date like 2026-03-31",
        8: "'Mars/Olympus' is not a time zone",
        9: "first_name is longer than 100 characters",
        10: "control characters",
        11: "'Atlantis' is not a region that is known",
        12: "'english' is not a language such as en",
        13: "there are 7 cells in this row, and 6 columns",
        14: "'' is not an email address",
    }.items():
        assert reason in reasons[line]
    assert how_many(committed, Contact) == 1, "a refused row leaves nothing behind"


def test_a_dry_run_says_the_same_and_changes_nothing(committed: Sessions, take: Import) -> None:
    lines = ("email,first_name", "ada@example.com,Ada", "bob@example.com,Bob", "nobody,")
    foretold = take(*lines, dry_run=True)
    assert how_many(committed, Contact) == how_many(committed, ConsentEvent) == 0
    assert how_many(committed, AuditEntry) == 0
    assert foretold == take(*lines)


def test_importing_twice_changes_nothing(committed: Sessions, take: Import) -> None:
    lines = ("email,first_name", "ada@example.com,Ada", "bob@example.com,Bob", "nobody,")
    assert counts(take(*lines)) == (3, 2, 0, 0, 1)
    before = how_many(committed, ConsentEvent)
    assert counts(take(*lines)) == (3, 0, 0, 2, 1)
    assert how_many(committed, ConsentEvent) == before


def test_a_second_file_adds_what_is_new_and_takes_nothing_away(
    committed: Sessions, take: Import
) -> None:
    take("email,first_name,region", "ada@example.com,Ada,US-TX", "bob@example.com,Bob,US-TX")
    report = take(
        "email,first_name,region", "ada@example.com,Augusta,", "bob@example.com,,", proof=PROOF
    )
    assert counts(report) == (2, 0, 1, 1, 0)
    report = take("email", "bob@example.com", proof=Proof((Topic.EDUCATION,), "form", "Yes."))
    assert counts(report) == (1, 0, 1, 0, 0)
    with committed() as session:
        ada, bob = (queries.by_address(session, f"{name}@example.com") for name in ("ada", "bob"))
        assert (ada.first_name, ada.region) == ("Augusta", "US-TX")
        assert bob.first_name == "Bob"
        assert set(consent.states(session, bob)) == set(Topic)


def test_somebody_who_withdrew_is_not_resurrected(committed: Sessions, take: Import) -> None:
    with committed.begin() as session:
        ada = make_contact(session, "ada@example.com")
        consent.withdraw(session, ada, through="one-click")
    report = take("email,first_name", "ada@example.com,Augusta")
    assert counts(report) == (1, 0, 0, 0, 1)
    assert "withdrew consent to offers" in report.refused[0].reason
    assert "only they can give it again" in report.refused[0].reason
    with committed() as session:
        found = queries.by_address(session, "ada@example.com")
        assert consent.states(session, found)[Topic.OFFERS].state is ConsentState.WITHDRAWN
        assert found.first_name == "Ada", "a refused row changes nothing"


def test_nor_is_somebody_whose_address_was_typed_into_a_form_since(
    committed: Sessions, take: Import
) -> None:
    with committed.begin() as session:
        ada = make_contact(session, "ada@example.com")
        consent.withdraw(session, ada, through="one-click")
        consent.give(session, ada, topic=Topic.OFFERS, source="form", words="Yes.", confirmed=False)
    assert len(take("email", "ada@example.com").refused) == 1


def test_a_clinics_proof_confirms_an_address_that_was_only_typed(
    committed: Sessions, take: Import
) -> None:
    with committed.begin() as session:
        ada = make_contact(session, "ada@example.com", topics=())
        consent.give(session, ada, topic=Topic.OFFERS, source="form", words="Yes.", confirmed=False)
    assert counts(take("email", "ada@example.com")) == (1, 0, 1, 0, 0)
    with committed() as session:
        found = queries.by_address(session, "ada@example.com")
        assert consent.states(session, found)[Topic.OFFERS].state is ConsentState.GIVEN


def test_withdrawing_one_topic_does_not_keep_the_other_from_being_imported(
    committed: Sessions, take: Import
) -> None:
    with committed.begin() as session:
        ada = make_contact(session, "ada@example.com", topics=(Topic.EDUCATION,))
        consent.withdraw(session, ada, through="preferences", topics=[Topic.EDUCATION])
    assert counts(take("email", "ada@example.com")) == (1, 0, 1, 0, 0)


def test_the_date_of_the_proof_holds_where_a_row_says_none(
    committed: Sessions, take: Import
) -> None:
    given_at = datetime(2026, 1, 2, tzinfo=UTC)
    take("email", "ada@example.com", proof=Proof((Topic.OFFERS,), "form", "Yes.", given_at))
    with committed() as session:
        ada = queries.by_address(session, "ada@example.com")
        assert consent.states(session, ada)[Topic.OFFERS].since == given_at


@pytest.mark.parametrize(
    "proof",
    [
        Proof((), "form", "Yes."),
        Proof((Topic.OFFERS,), " ", "Yes."),
        Proof((Topic.OFFERS,), "form", ""),
    ],
)
def test_an_import_without_the_proof_of_consent_is_refused(take: Import, proof: Proof) -> None:
    with pytest.raises(Invalid, match=r"needs the proof of consent: --topic, --source .* --words"):
        take("email", "ada@example.com", proof=proof)


def test_who_may_not_import_is_told_who_may(committed: Sessions) -> None:
    with committed.begin() as session:
        viewer = make_user(session, Role.VIEWER)
    with pytest.raises(NotAllowed, match="coordinator, owner"):
        importing.import_contacts(committed, b"email\n", proof=PROOF, actor=viewer)


def test_five_thousand_rows_are_taken_in_slices(committed: Sessions, take: Import) -> None:
    lines = [f"reader{number}@example.com,Reader {number}" for number in range(5000)]
    report = take("email,first_name", *lines, "nobody,", "reader7@example.com,")
    assert counts(report) == (5002, 5000, 0, 0, 2)
    assert how_many(committed, Contact) == how_many(committed, ConsentEvent) == 5000

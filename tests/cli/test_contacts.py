"""Contacts come in with their proof, and one can be asked about."""

from pathlib import Path

import pytest

from campaigns import addresses
from campaigns.contacts import importing, queries
from campaigns.database import Sessions
from campaigns.local import sample
from tests.cli.conftest import LETTER, OFFERS, Shell

PROOF = ("--topic", "offers", "--source", "Paper form", "--words", "Yes, write to me.")
COORDINATOR = sample.COORDINATOR


def how_many(sessions: Sessions) -> int:
    with sessions() as session:
        return queries.how_many(session)


def a_file(folder: Path, content: bytes | str) -> str:
    path = folder / "people.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(path)


GOOD = """\
email,first_name,shoe size
newcomer@example.com,Zoe,38
nobody,No,1
newcomer@example.com,Twice,2
"""


def test_an_import_says_what_it_took_and_what_it_refused(
    bedside: Shell, clinic: Sessions, tmp_path: Path
) -> None:
    before = how_many(clinic)
    said = bedside.ok("contacts", "import", a_file(tmp_path, GOOD), *PROOF, as_=COORDINATOR)
    assert "3 rows: 1 were added, 0 updated, 0 unchanged, 2 refused." in said
    assert "Columns not taken: shoe size." in said
    assert "Refused rows" in said
    assert "the same address as in line 2" in said
    assert how_many(clinic) == before + 1


def test_an_import_as_json_lists_the_refused_rows_by_line(
    bedside: Shell, clinic: Sessions, tmp_path: Path
) -> None:
    said = bedside.json("contacts", "import", a_file(tmp_path, GOOD), *PROOF, as_=COORDINATOR)
    counts = {name: said[name] for name in ("rows", "added", "updated", "unchanged", "refused")}
    assert counts == {"rows": 3, "added": 1, "updated": 0, "unchanged": 0, "refused": 2}
    assert [each["line"] for each in said["rows_refused"]] == [3, 4]
    assert (said["left_out"], said["dry_run"]) == (["shoe size"], False)


def test_a_dry_run_says_the_same_and_changes_nothing(
    bedside: Shell, clinic: Sessions, tmp_path: Path
) -> None:
    before = how_many(clinic)
    words = ("contacts", "import", a_file(tmp_path, GOOD), *PROOF, "--dry-run")
    assert "1 would be added" in bedside.ok(*words, as_=COORDINATOR)
    assert bedside.json(*words, as_=COORDINATOR)["dry_run"] is True
    assert how_many(clinic) == before


def test_the_same_file_again_changes_nothing(
    bedside: Shell, clinic: Sessions, tmp_path: Path
) -> None:
    path = a_file(tmp_path, "email\nnewcomer@example.com\n")
    bedside.ok("contacts", "import", path, *PROOF, as_=COORDINATOR)
    said = bedside.ok("contacts", "import", path, *PROOF, as_=COORDINATOR)
    assert said == "1 rows: 0 were added, 0 updated, 1 unchanged, 0 refused.\n"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("name\nZoe\n", "line 1: there is no email column."),
        ("email,E-Mail\na@example.com,b@example.com\n", "line 1: there are two columns for email"),
        (
            "email,name\nnewcomer@example.com,Zoé\n".encode("latin-1"),
            "line 2: this is not UTF-8 text",
        ),
        (b"email\nnewcomer@example.com\n\0\n", "line 3: there is a NUL character here"),
        ("", "there is no email column"),
        ('email,first_name\nnewcomer@example.com,"Zoe\n', "the quotes do not add up"),
        *(
            (f"email,{each}\nnewcomer@example.com,x\n", "looks clinical or identifying")
            for each in ("diagnosis", "condition", "insurance", "date of birth", "DOB", "Diagnoses")
        ),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_whole(
    bedside: Shell, clinic: Sessions, tmp_path: Path, content: bytes | str, words: str
) -> None:
    before = how_many(clinic)
    path = a_file(tmp_path, content)
    said = bedside.refused("contacts", "import", path, *PROOF, as_=COORDINATOR)
    assert words in said
    assert how_many(clinic) == before


def test_an_import_without_proof_is_refused(
    bedside: Shell, clinic: Sessions, tmp_path: Path
) -> None:
    path = a_file(tmp_path, "email\nnewcomer@example.com\n")
    words = ("contacts", "import", path, "--topic", "offers", "--source", " ", "--words", "Yes.")
    assert "needs the proof of consent" in bedside.refused(*words, as_=COORDINATOR)
    missing = bedside("contacts", "import", path, "--topic", "offers", as_=COORDINATOR)
    assert missing.exit_code == 2
    assert "--source" in missing.stderr


def test_a_contact_is_shown_with_consents_proof_and_what_would_become_of_them(
    bedside: Shell, clinic: Sessions
) -> None:
    said = bedside.json("contacts", "show", "Nadia@Example.com", as_=sample.DESK)
    assert (said["address"], said["first_name"]) == ("nadia@example.com", "Nadia")
    assert {each["topic"]: each["state"] for each in said["consents"]}["offers"] == "given"
    assert said["history"][0]["words"].startswith("Yes, email me")
    assert said["suppressions"] == []
    (sent,) = said["deliveries"]
    assert (sent["campaign"], sent["status"], sent["reason"]) == ("earlier-offer", "sent", "")
    to_come = {each["campaign"]: each["would be"] for each in said["campaigns"]}
    assert set(to_come) == {OFFERS, LETTER}
    assert to_come[OFFERS].startswith("skipped: ")


def test_a_contact_is_shown_to_people_list_by_list(bedside: Shell, clinic: Sessions) -> None:
    said = bedside.ok("contacts", "show", "kofi@example.com", as_=COORDINATOR)
    assert "address:" in said
    for shown in ("Consents", "Proof", "Suppressions", "everything", "bounce", "Campaigns to come"):
        assert shown in said
    assert "Nothing was sent yet." in said
    assert "Not suppressed." in bedside.ok("contacts", "show", "ada@example.com", as_=COORDINATOR)


def test_a_contact_without_any_consent_has_no_proof_to_show(
    bedside: Shell, clinic: Sessions
) -> None:
    with clinic.begin() as session:
        importing.add(session, addresses.parse("stranger@example.com"))
    said = bedside.ok("contacts", "show", "stranger@example.com", as_=COORDINATOR)
    assert "No consent to anything." in said
    assert "Proof" not in said


def test_an_unknown_contact_is_said(bedside: Shell, clinic: Sessions) -> None:
    said = bedside.refused("contacts", "show", "nobody@example.com", as_=COORDINATOR)
    assert said == "There is no contact nobody@example.com."
    said = bedside.refused("contacts", "show", "nobody", as_=COORDINATOR)
    assert "is not an email address" in said

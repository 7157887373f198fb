"""The first steps of a new clinic: its people, itself, its segments."""

from pathlib import Path

import pytest

from campaigns.accounts import queries as accounts
from campaigns.database import Sessions
from campaigns.local import sample
from tests.cli.conftest import SAMPLE, Shell

OWNER = "olive@example.com"
FIRST = ("user", "add", OWNER, "--name", "Olive", "--role", "owner")
CLINIC = str(SAMPLE / "clinic.yaml")


def test_the_first_person_is_an_owner_and_needs_nobody(bedside: Shell, committed: Sessions) -> None:
    said = bedside.refused("user", "add", OWNER, "--name", "Olive", "--role", "desk")
    assert said == "The first user must be an owner: add --role owner."
    assert bedside.ok(*FIRST) == "olive@example.com works here now.\n"


def test_the_second_person_is_added_by_an_owner(bedside: Shell, committed: Sessions) -> None:
    bedside.ok(*FIRST)
    words = ("user", "add", "Dana@example.com", "--name", "Dana", "--role", "desk")
    assert bedside.refused(*words) == "Say who acts: --as you@example.com, or set BEDSIDE_USER."
    record = bedside.json(*words, "--role", "viewer", as_=OWNER)
    assert (record["address"], record["roles"]) == ("dana@example.com", ["desk", "viewer"])
    assert bedside.refused(*words, as_=OWNER) == "dana@example.com works here already."
    third = ("user", "add", "eve@example.com", "--name", "Eve", "--role", "owner")
    assert "may not manage people" in bedside.refused(*third, as_="dana@example.com")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("olive", "--name", "Olive", "--role", "owner"), "'olive' is not an email address"),
        ((OWNER, "--name", " ", "--role", "owner"), "A user needs a name."),
    ],
)
def test_a_person_without_a_name_or_an_address_is_refused(
    bedside: Shell, committed: Sessions, words: tuple[str, ...], said: str
) -> None:
    assert said in bedside.refused("user", "add", *words)


def test_an_unknown_role_lists_the_roles(bedside: Shell, committed: Sessions) -> None:
    said = bedside("user", "add", OWNER, "--name", "Olive", "--role", "boss")
    assert said.exit_code == 2
    assert "coordinator" in said.stderr


def test_the_clinic_is_set_up_by_anyone_first_and_changed_by_an_owner(
    bedside: Shell, committed: Sessions
) -> None:
    said = bedside.ok("organisation", "import", CLINIC)
    assert said == "Renew Health (demo) is set up.\n"
    bedside.ok(*FIRST)
    assert bedside.refused("organisation", "import", CLINIC).startswith("Say who acts: ")
    record = bedside.json("organisation", "import", CLINIC, as_=OWNER)
    assert record["name"] == "Renew Health (demo)"
    with committed() as session:
        assert [each.name for each in accounts.locations(session)] == ["Allen"]


def test_a_clinics_file_with_a_mistake_names_the_field(
    bedside: Shell, clinic: Sessions, tmp_path: Path
) -> None:
    file = tmp_path / "clinic.yaml"
    good = (SAMPLE / "clinic.yaml").read_text(encoding="utf-8")
    for change, field in (
        (("zone: America/Chicago\nweb", "zone: Texas\nweb"), "zone"),
        (("sender_address: news@", "sender_address: news"), "sender_address"),
        (("phone:", "telephone:"), "phone"),
    ):
        file.write_text(good.replace(*change), encoding="utf-8")
        assert field in bedside.refused("organisation", "import", str(file), as_=sample.OWNER)
    with clinic() as session:
        assert accounts.organisation(session).sender_address == "news@renew-health.example.com"


def test_segments_are_saved_and_listed(bedside: Shell, clinic: Sessions, tmp_path: Path) -> None:
    file = tmp_path / "segments.yaml"
    file.write_text(
        "segments:\n  - name: texans\n    title: Texans\n    rule: {everyone: true}\n",
        encoding="utf-8",
    )
    said = bedside.ok("segments", "import", str(file), as_=sample.COORDINATOR)
    assert said == "Saved 1 segments: texans.\n"
    assert bedside.json("segments", "import", str(file), as_=sample.OWNER)["segments"] == ["texans"]
    rows = bedside.json("segments", "list")
    assert [each["name"] for each in rows] == ["education-readers", "offer-readers", "texans"]
    assert rows[2]["rule"] == {"everyone": True}
    assert "Everyone who may like an offer" in bedside.ok("segments", "list")


def test_without_segments_the_list_says_how_to_begin(bedside: Shell, committed: Sessions) -> None:
    assert bedside.ok("segments", "list") == ("No segments yet: `bedside segments import FILE`.\n")


def test_a_segment_with_an_unknown_fact_is_refused(
    bedside: Shell, clinic: Sessions, tmp_path: Path
) -> None:
    file = tmp_path / "segments.yaml"
    file.write_text(
        "segments:\n  - name: tall\n    title: Tall\n    rule: {taller_than: 180}\n",
        encoding="utf-8",
    )
    said = bedside.refused("segments", "import", str(file), as_=sample.COORDINATOR)
    assert "taller_than" in said


def test_bookings_and_promotions_are_told_as_json_too(bedside: Shell, clinic: Sessions) -> None:
    rows = bedside.json("bookings", "list", as_=sample.DESK)
    assert [each["reference"] for each in rows] == [f"BK-DEMO{each}" for each in (4, 6, 1, 5)]
    rows = bedside.json("promotions", "show")
    assert {each["code"] for each in rows} == {"package-savings", "booster-week", "first-visit"}
    packages = str(SAMPLE / "packages.yaml")
    record = bedside.json("packages", "import", packages, as_=sample.COORDINATOR)
    assert (record["added"], record["changed"]) == ([], [])
    offers = str(SAMPLE / "promotions.yaml")
    record = bedside.json("promotions", "import", offers, as_=sample.COORDINATOR)
    assert (record["added"], record["changed"]) == ([], [])

"""The clinic is set up from a file; only an owner changes it, and what changed is kept."""

import pytest
from sqlalchemy import select

from campaigns.accounts import organisation, queries
from campaigns.accounts.models import AuditEntry, Organisation, Role, User
from campaigns.database import Session
from campaigns.errors import BadFile, NotAllowed, NotFound
from tests.factories import make_user

FILE = """\
name: Sample Clinic
sender_name: Sample Clinic
sender_address: Hello@Clinic.Example.com
reply_address: desk@clinic.example.com
phone: +1 555 0100
postal_address: 100 Example Plaza, Suite 200, Allen, TX 75000 (demo)
zone: America/Chicago
regions: [US, CA-ON]
locations:
  - {name: Allen, zone: America/Chicago, postal_address: 100 Example Plaza}
  - {name: Denver, zone: America/Denver, postal_address: 200 Example Road}
"""


def take(session: Session, text: str = FILE, *, actor: User | None = None) -> Organisation:
    return organisation.import_yaml(session, text, actor=actor)


def test_a_new_clinic_is_set_up_before_anyone_works_here(session: Session) -> None:
    clinic = take(session)
    assert queries.organisation(session) is clinic
    assert clinic.sender_address == "Hello@clinic.example.com"
    assert (clinic.zone, clinic.regions, clinic.four_eyes) == (
        "America/Chicago",
        ["US", "CA-ON"],
        True,
    )
    assert [each.name for each in queries.locations(session)] == ["Allen", "Denver"]


def test_once_someone_works_here_only_an_owner_changes_it(session: Session) -> None:
    coordinator = make_user(session, Role.COORDINATOR)
    with pytest.raises(NotAllowed, match="Say who acts"):
        take(session)
    with pytest.raises(NotAllowed, match="may not manage people and settings"):
        take(session, actor=coordinator)


def test_a_change_is_recorded_with_before_and_after(session: Session) -> None:
    take(session)
    owner = make_user(session)
    take(session, FILE.replace("+1 555 0100", "+1 555 0199") + "four_eyes: false\n", actor=owner)
    entry = session.scalars(select(AuditEntry)).one()
    assert entry.actor == owner.address
    assert entry.before == {"phone": "+1 555 0100", "four_eyes": True}
    assert entry.after == {"phone": "+1 555 0199", "four_eyes": False}
    assert queries.organisation(session).four_eyes is False


def test_taking_the_file_in_again_keeps_its_locations(session: Session) -> None:
    take(session)
    before = [each.id for each in queries.locations(session)]
    take(session, FILE.replace("200 Example Road", "300 Example Road"))
    places = queries.locations(session)
    assert [each.id for each in places] == before
    assert places[1].postal_address == "300 Example Road"


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("name: Sample Clinic\nsender", "sender", "name: Field required"),
        ("Hello@Clinic.Example.com", "news", "sender_address: 'news' is not an email address"),
        ("desk@clinic.example.com", "desk", "reply_address: 'desk' is not an email address"),
        ("zone: America/Chicago\n", "zone: Texas\n", "zone: 'Texas' is not a time zone"),
        ("America/Denver", "Denver", "locations.1.zone: 'Denver' is not a time zone"),
        ("[US, CA-ON]", "[Texas]", "regions.0: "),
        ("phone:", "telephone:", "phone: Field required"),
        ("  - {name: Allen", "  - {named: Allen", "locations.0.name: Field required"),
        ("regions: [US, CA-ON]", "regions: [US", "line 9: this is not YAML"),
    ],
)
def test_a_file_that_is_wrong_says_where(
    session: Session, old: str, new: str, sentence: str
) -> None:
    assert old in FILE
    with pytest.raises(BadFile) as refused:
        take(session, FILE.replace(old, new, 1))
    assert str(refused.value).startswith(sentence)


@pytest.mark.parametrize("text", ["", "just words", "[]"])
def test_a_file_that_is_no_record(session: Session, text: str) -> None:
    with pytest.raises(BadFile, match="the file: "):
        take(session, text)


def test_before_it_is_set_up_the_person_is_told_so(session: Session) -> None:
    with pytest.raises(NotFound, match="The clinic is not set up yet"):
        queries.organisation(session)


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("sender_name: Sample Clinic", 'sender_name: "Evil\\r\\nBcc: x@example.com"'),
        ("sender_name: Sample Clinic", 'sender_name: "=?utf-8?q?x?="'),
        ("phone: +1 555 0100", 'phone: "1\\0"'),
        ("regions: [US, CA-ON]", 'website: "javascript:alert(1)"'),
    ],
)
def test_what_would_break_a_header_or_a_page_is_refused(
    session: Session, line: str, wrong: str
) -> None:
    with pytest.raises(BadFile):
        take(session, FILE.replace(line, wrong))

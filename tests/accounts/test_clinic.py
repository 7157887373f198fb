"""The clinic is described in the desk: an owner's deed, refused in words, kept in the trail."""

import pytest
from pydantic import ValidationError
from sqlalchemy import select

from campaigns.accounts import clinic, queries
from campaigns.accounts.clinic import Described, Place, Reach, Sender
from campaigns.accounts.models import AuditEntry, Role
from campaigns.database import Session
from campaigns.errors import Conflict, NotAllowed, NotFound
from tests.factories import make_organisation, make_user

GIVEN = {
    "name": "Renew Sample Clinic",
    "postal_address": "100 Example Plaza\nSuite 200\nAllen, TX 75000",
    "phone": "+1 555 0100 000",
    "zone": "America/Chicago",
    "reply_address": "desk@clinic.example.com",
}


def described(**values: str) -> Described:
    return Described.model_validate(GIVEN | values)


def entries(session: Session) -> list[AuditEntry]:
    return list(session.scalars(select(AuditEntry).order_by(AuditEntry.id)))


def test_a_new_clinic_can_write_at_once_and_has_a_place(session: Session) -> None:
    made = clinic.describe(session, described(), actor=make_user(session))
    assert made.postal_address == "100 Example Plaza, Suite 200, Allen, TX 75000"
    assert (made.sender_name, made.sender_address) == (
        "Renew Sample Clinic",
        "desk@clinic.example.com",
    )
    assert (made.four_eyes, made.regions) == (True, ["US"])
    [place] = queries.locations(session)
    assert (place.name, place.zone) == ("Renew Sample Clinic", "America/Chicago")
    assert [each.verb for each in entries(session)] == ["set up organisation"]


def test_describing_it_again_changes_it_and_notes_what_changed(session: Session) -> None:
    owner = make_user(session)
    clinic.describe(session, described(), actor=owner)
    clinic.describe(session, described(phone="+1 555 0199 000"), actor=owner)
    clinic.describe(session, described(phone="+1 555 0199 000"), actor=owner)
    [_, entry] = entries(session)
    assert entry.before == {"phone": "+1 555 0100 000"}
    assert entry.after == {"phone": "+1 555 0199 000"}
    assert len(queries.locations(session)) == 1


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("postal_address", "Allen", "the whole address"),
        ("postal_address", "Example Plaza, Allen, TX", "the whole address"),
        ("postal_address", "1, 2, 3", "the whole address"),
        ("phone", "call us", "telephone number"),
        ("zone", "Texas", "not a time zone"),
        ("reply_address", "desk", "not an email address"),
        ("website", "clinic.example.com", "pattern"),
        ("name", "", "at least 1"),
    ],
)
def test_what_a_message_could_not_show_is_refused(field: str, value: str, sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        described(**{field: value})


def test_a_clinic_that_has_places_gets_none_by_itself(session: Session) -> None:
    owner = make_user(session)
    address = "200 Example Road, Denver, CO 80000"
    place = Place(name="Denver", zone="America/Denver", postal_address=address)
    clinic.save_place(session, place, actor=owner)
    clinic.describe(session, described(), actor=owner)
    assert [each.name for each in queries.locations(session)] == ["Denver"]


def test_places_are_added_changed_and_never_double(session: Session) -> None:
    owner = make_user(session)
    make_organisation(session)
    address = "200 Example Road, Denver, CO 80000"
    place = Place(name="Denver", zone="America/Denver", postal_address=address)
    made = clinic.save_place(session, place, actor=owner)
    with pytest.raises(Conflict, match="called Denver already"):
        clinic.save_place(session, place, actor=owner)
    renamed = place.model_copy(update={"name": "Denver North"})
    assert clinic.save_place(session, renamed, actor=owner, location_id=made.id).id == made.id
    assert entries(session)[-1].after == {"name": "Denver North"}
    with pytest.raises(NotFound):
        clinic.save_place(session, place, actor=owner, location_id=10_000)


def test_sender_regions_and_four_eyes_are_changed_and_noted(session: Session) -> None:
    owner = make_user(session)
    make_organisation(session)
    sender = Sender(
        sender_name="Renew",
        sender_address="letters@clinic.example.com",
        reply_address="desk@clinic.example.com",
    )
    assert clinic.write_as(session, sender, actor=owner).sender_name == "Renew"
    assert clinic.write_to(
        session, Reach(regions=["US-TX", "US-TX", "CA"]), actor=owner
    ).regions == [
        "CA",
        "US-TX",
    ]
    assert clinic.ask_two(session, actor=owner, four_eyes=False).four_eyes is False
    assert [each.verb for each in entries(session)] == [
        "change sender",
        "change regions",
        "change four-eyes approval",
    ]
    assert entries(session)[-1].after == {"four_eyes": False}


def test_only_an_owner_describes_the_clinic(session: Session) -> None:
    coordinator = make_user(session, Role.COORDINATOR)
    with pytest.raises(NotAllowed):
        clinic.describe(session, described(), actor=coordinator)
    with pytest.raises(NotAllowed):
        clinic.ask_two(session, actor=coordinator, four_eyes=False)
    with pytest.raises(NotAllowed):
        clinic.write_to(session, Reach(regions=["US"]), actor=coordinator)
    sender = Sender(sender_name="x", sender_address="a@example.com", reply_address="a@example.com")
    with pytest.raises(NotAllowed):
        clinic.write_as(session, sender, actor=coordinator)
    place = Place(name="x", zone="UTC", postal_address="200 Example Road, Denver, CO 80000")
    with pytest.raises(NotAllowed):
        clinic.save_place(session, place, actor=coordinator)

"""Settings of the clinic: who may, what is refused, what becomes of it."""

import pytest
from sqlalchemy import select

from campaigns.accounts import queries
from campaigns.accounts.models import AuditEntry, Organisation, Role
from campaigns.planning.models import CampaignStatus
from tests.factories import make_campaign
from tests.web.pages.desk import Desk, Live

CLINIC = {
    "name": "Renew Sample Clinic",
    "postal_address": "100 Example Plaza\r\nSuite 200\r\nAllen, TX 75000",
    "phone": "+1 555 0100 000",
    "zone": "America/Denver",
    "reply_address": "desk@clinic.example.com",
    "website": "",
    "privacy_url": "",
}
PATHS = (
    "/desk/settings",
    "/desk/settings/places/new",
    "/desk/settings/brand",
    "/desk/settings/senders",
    "/desk/setup/clinic",
    "/desk/setup/brand",
    "/desk/setup/mail",
    "/desk/setup/domain",
    "/desk/setup/newsletter",
)


def organisation(desk: Desk) -> Organisation:
    with desk.sessions.begin() as session:
        return queries.organisation(session)


@pytest.mark.parametrize("path", PATHS)
def test_only_an_owner_sees_the_settings_of_the_clinic(desk: Desk, path: str) -> None:
    assert desk.as_(Role.OWNER).get(path).status_code == 200
    for role in (Role.COORDINATOR, Role.VIEWER):
        assert desk.as_(role).get(path).status_code == 403
    assert desk.nobody().get(path).headers["location"].startswith("/desk/login")


def test_the_clinic_is_saved_and_the_change_noted(desk: Desk) -> None:
    owner = desk.as_(Role.OWNER)
    answer = owner.post("/desk/settings", data=CLINIC)
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/settings")
    assert "details are saved" in owner.follow(answer).text
    made = organisation(desk)
    assert (made.name, made.zone) == ("Renew Sample Clinic", "America/Denver")
    assert made.postal_address == "100 Example Plaza, Suite 200, Allen, TX 75000"
    with desk.sessions.begin() as session:
        assert session.scalars(select(AuditEntry.verb)).one() == "change organisation"


def test_a_coordinator_s_post_changes_nothing(desk: Desk) -> None:
    seat = desk.as_(Role.COORDINATOR)
    assert seat.post("/desk/settings", data=CLINIC).status_code == 403
    assert seat.post("/desk/settings/four-eyes", data={"on": "no"}).status_code == 403
    assert (organisation(desk).name, organisation(desk).four_eyes) == ("Sample Clinic", True)


def test_a_mistake_stands_by_its_field_and_what_was_typed_stays(desk: Desk) -> None:
    bad = {"postal_address": "Allen", "phone": "ring us", "reply_address": "desk", "name": ""}
    answer = desk.as_(Role.OWNER).post("/desk/settings", data=CLINIC | bad)
    assert answer.status_code == 422
    for words in ("the whole address", "area code", "not an email address", "Fill this in."):
        assert words in answer.text
    assert "ring us" in answer.text
    assert 'value="America/Denver" selected' in answer.text
    assert organisation(desk).phone == "+1 555 0100"


def test_regions_are_codes(desk: Desk) -> None:
    owner = desk.as_(Role.OWNER)
    owner.post("/desk/settings/regions", data={"regions": "us-tx, CA"})
    assert organisation(desk).regions == ["CA", "US-TX"]
    for typed in ("Texas", ""):
        answer = owner.post("/desk/settings/regions", data={"regions": typed})
        assert answer.status_code == 422
        assert "codes such as US" in answer.text
    assert 'value="Texas"' in owner.post("/desk/settings/regions", data={"regions": "Texas"}).text


def test_the_regions_name_the_campaigns_that_go_to_others_with_them(desk: Desk) -> None:
    owner = desk.as_(Role.OWNER)
    with desk.sessions.begin() as session:
        make_campaign(session, title="Not handed in")
    assert "what was handed in already" not in owner.get("/desk/settings").text
    with desk.sessions.begin() as session:
        make_campaign(session, title="Autumn letter", status=CampaignStatus.SCHEDULED)
        make_campaign(session, title="Savings", status=CampaignStatus.APPROVED)
    page = owner.get("/desk/settings").text
    assert "Other people may get what was handed in already" in page
    assert ">Autumn letter</a>" in page
    assert ">Savings</a>" in page
    assert ">Not handed in</a>" not in page


def test_four_eyes_are_switched_off_and_on_by_an_owner(desk: Desk) -> None:
    owner = desk.as_(Role.OWNER)
    said = owner.follow(owner.post("/desk/settings/four-eyes", data={"on": "no"})).text
    assert "One person may now approve alone" in said
    assert "Ask for a second person again" in said
    assert organisation(desk).four_eyes is False
    owner.post("/desk/settings/four-eyes", data={"on": "yes"})
    assert organisation(desk).four_eyes is True


def test_places_are_added_changed_and_never_double(desk: Desk) -> None:
    owner = desk.as_(Role.OWNER)
    place = {
        "name": "Denver",
        "postal_address": "200 Example Road, Denver, CO 80000",
        "zone": "America/Denver",
    }
    assert owner.post("/desk/settings/places/new", data=place).status_code == 303
    again = owner.post("/desk/settings/places/new", data=place)
    assert again.status_code == 422
    assert "a place called Denver already" in again.text
    with desk.sessions.begin() as session:
        found = {each.name: each.id for each in queries.locations(session)}
    path = f"/desk/settings/places/{found['Denver']}"
    assert 'value="Denver"' in owner.get(path).text
    owner.post(path, data=place | {"name": "Denver North"})
    assert owner.post(path, data=place | {"zone": "Denver"}).status_code == 422
    assert "Denver North" in owner.get("/desk/settings").text
    assert owner.get("/desk/settings/places/999999").status_code == 404


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (375, "dark")])
def test_the_settings_are_plain_and_accessible(live: Live, width: int, scheme: str) -> None:
    page = live.as_(
        Role.OWNER,
        path="/desk/settings",
        width=width,
        scheme="dark" if scheme == "dark" else "light",
    )
    for path in ("/desk/settings", "/desk/settings/places/new"):
        page.goto(path)
        live.inspect(page)

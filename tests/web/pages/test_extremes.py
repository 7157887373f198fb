"""What nobody means to ask is answered with a page and a sentence, never with a failure."""

import base64
import io
from datetime import UTC, datetime
from time import monotonic

import pytest
from PIL import Image
from sqlalchemy import func, select

from campaigns import settings
from campaigns.accounts.models import AuditEntry, Organisation, Role
from campaigns.contacts import consent, taking
from campaigns.contacts.csv_reading import CsvRow
from campaigns.contacts.models import Topic
from campaigns.contacts.taking import Proof
from campaigns.database import Sessions
from campaigns.errors import Invalid
from tests.factories import make_contact, make_user
from tests.web.pages.bookings import make_inbox
from tests.web.pages.content_desk import PATH, article, make_draft
from tests.web.pages.desk import Desk


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_a_day_beyond_every_diary_is_answered_kindly(desk: Desk, day: str) -> None:
    make_inbox(desk.sessions)
    seat = desk.as_(Role.OWNER)
    assert "Enter a date" in seat.get(f"/desk/bookings?day={day}").text
    assert seat.get(f"/desk/slots?category=infusion&from={day}").status_code == 200


@pytest.mark.parametrize("month", ["9999-12", "soon", "1987-01"])
def test_a_month_without_a_calendar_shows_this_one_and_says_so(desk: Desk, month: str) -> None:
    answer = desk.as_(Role.VIEWER).get(f"/desk?month={month}")
    assert answer.status_code == 200
    assert "November 2026" in answer.text
    assert "This month is shown instead" in answer.text


def test_a_cookie_nested_without_end_is_not_believed(desk: Desk) -> None:
    kept = base64.urlsafe_b64encode(b"[" * 2500).decode()
    answer = desk.as_(Role.VIEWER).get("/desk/settings/me", cookies={"bedside_said": kept})
    assert answer.status_code == 200


def test_a_picture_of_too_many_points_is_refused_by_its_field(desk: Desk) -> None:
    made = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(made, "PNG")
    files = {"logo": ("logo.png", made.getvalue(), "image/png")}
    answer = desk.as_(Role.OWNER).post("/desk/settings/brand/logo", files=files)
    assert answer.status_code == 422
    assert "too many points" in answer.text


@pytest.mark.parametrize("places", ["-1", "999999999", "99999999999999999999"])
def test_a_time_has_a_number_of_places_that_a_clinic_can_have(desk: Desk, places: str) -> None:
    inbox = make_inbox(desk.sessions)
    seat, slot = desk.as_(Role.DESK), inbox.clinic.slots[0]
    answer = seat.post(f"/desk/slots/{slot.id}/places/{places}")
    assert "A time has 0 to 500 places." in seat.follow(answer).text
    assert _deeds(desk, "change places") == 0


def test_a_press_that_changes_no_places_leaves_no_trace(desk: Desk) -> None:
    inbox = make_inbox(desk.sessions)
    seat, slot = desk.as_(Role.DESK), inbox.clinic.slots[0]
    answer = seat.post(f"/desk/slots/{slot.id}/places/{slot.capacity}")
    assert "Nothing changed." in seat.follow(answer).text
    assert _deeds(desk, "change places") == 0
    for _ in range(2):
        seat.post(f"/desk/slots/{slot.id}/close")
    assert _deeds(desk, "change places") == 1


def test_the_diary_leads_its_owner_to_the_clinic_where_there_is_none(committed: Sessions) -> None:
    with committed.begin() as session:
        owner = make_user(session)
    answer = Desk(committed).as_(user=owner).get("/desk/slots")
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/setup/clinic")


def _deeds(desk: Desk, verb: str) -> int:
    with desk.sessions() as session:
        counted = select(func.count(AuditEntry.id)).where(AuditEntry.verb == verb)
        return session.scalar(counted) or 0


@pytest.mark.parametrize("year", [1, 9999])
def test_a_contact_with_a_date_at_the_end_of_time_is_still_shown(desk: Desk, year: int) -> None:
    with desk.sessions.begin() as session:
        contact = make_contact(session, topics=())
        at = datetime(year, 1 if year == 1 else 12, 1 if year == 1 else 31, tzinfo=UTC)
        consent.give_to_new(
            session, [(contact, at)], topics=[Topic.OFFERS], source="A form", words="Yes."
        )
        kept = contact.id
    for zone in ("America/Chicago", "Asia/Tokyo"):
        with desk.sessions.begin() as session:
            session.get_one(Organisation, 1).zone = zone
        assert desk.as_(Role.OWNER).get(f"/desk/contacts/{kept}").status_code == 200


@pytest.mark.parametrize("day", ["0001-01-01", "1989-12-30", "9999-12-31"])
def test_nobody_agreed_before_1990_or_in_the_future(desk: Desk, day: str) -> None:
    with desk.sessions.begin() as session:
        kept = make_contact(session).id
    typed = {"topic": "offers", "source": "By phone", "words": "Yes.", "given_on": day}
    answer = desk.as_(Role.COORDINATOR).post(f"/desk/contacts/{kept}/give", data=typed)
    assert answer.status_code == 422
    said = "in the future" if day.startswith("9") else "cannot be older than 1990"
    assert said in answer.text
    with desk.sessions() as session:
        topics, at = [Topic.OFFERS], datetime.fromisoformat(f"{day}T00:00+00:00")
        proof = Proof(tuple(topics), "By phone", "Yes.", at)
        row = CsvRow(2, {"email": "b@example.com", "consent_at": day})
        by_file = taking.take(session, [row], firsts=taking.first_lines([row]), proof=proof)
        assert said in by_file.refused[0].reason
        with pytest.raises(Invalid, match=said):
            consent.require_when(session, at)


@pytest.mark.parametrize("field", ["heading", "text", "text~rich"])
def test_a_text_without_end_is_refused_before_it_is_read(desk: Desk, field: str) -> None:
    draft = make_draft(desk.sessions)
    typed = article(draft, **{field: "<p>**words** _and_ [a](b) " * 10_000})
    began = monotonic()
    answer = desk.as_(user=draft.cora).post(f"{PATH}/blocks/visit", data=typed)
    assert monotonic() - began < 2
    assert answer.status_code == 422
    assert draft.revision() == 1


def test_a_colour_refused_in_the_setup_stays_within_the_setup(desk: Desk) -> None:
    owner = desk.as_(Role.OWNER)
    page = owner.get("/desk/setup/brand").text
    assert 'action="/desk/setup/brand"' in page
    assert 'action="/desk/setup/brand/logo"' in page
    typed = {"primary": "#ffffff", "accent": "#ffffff", "where": "setup"}
    refused = owner.post("/desk/setup/brand", data=typed)
    assert refused.status_code == 422
    assert 'action="/desk/setup/brand"' in refused.text
    assert owner.post("/desk/setup/brand/logo", data={"where": "setup"}).status_code == 422


def test_the_owner_is_led_back_to_the_setup_until_mail_is_proven(desk: Desk) -> None:
    page = desk.as_(Role.OWNER).get("/desk").text
    assert "Finish setting up" in page
    assert 'href="/desk/setup/mail"' in page
    assert "Finish setting up" not in desk.as_(Role.COORDINATOR).get("/desk").text


def test_the_first_run_says_which_step_the_desk_needs(committed: Sessions) -> None:
    with committed.begin() as session:
        owner = make_user(session)
    page = Desk(committed).as_(user=owner).get("/desk/setup/clinic").text
    assert "Skip for now" not in page
    assert "Skip for now" in Desk(committed).as_(user=owner).get("/desk/setup/mail").text


def test_a_demo_without_a_sample_clinic_claims_no_invented_people(
    committed: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    with committed.begin() as session:
        owner = make_user(session)
    seat = Desk(committed).as_(user=owner)
    monkeypatch.setenv("BEDSIDE_MODE", "demo")
    settings.current.cache_clear()
    try:
        page = seat.get("/desk/setup/mail").text
    finally:
        monkeypatch.undo()
        settings.current.cache_clear()
    assert "Demo. Nothing leaves this machine." in page


def test_the_line_about_the_region_leads_an_owner_to_the_setting(desk: Desk) -> None:
    draft = make_draft(desk.sessions)
    with desk.sessions.begin() as session:
        make_contact(session, region="CA-ON")
        session.get_one(Organisation, 1).regions = ["US"]
    path = "/desk/campaigns/autumn/who"
    assert 'href="/desk/settings#regions"' in desk.as_(user=draft.olaf).get(path).text
    assert 'href="/desk/settings#regions"' not in desk.as_(user=draft.cora).get(path).text

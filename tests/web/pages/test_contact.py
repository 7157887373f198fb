"""One contact at the desk: what callers ask for is done, recorded, and never more than that."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from sqlalchemy import select

from campaigns import clock
from campaigns.accounts.models import AuditEntry, Role
from campaigns.contacts import consent, queries, suppression
from campaigns.contacts.models import ConsentState, Contact, Scope, SuppressionReason, Topic
from tests.factories import days, make_campaign, make_contact, make_segment
from tests.web.pages.desk import Desk, Live, Scheme, Seat

HERE = "/desk/contacts/1"
PROOF = {"topic": "offers", "source": "Said so on the phone", "words": "Yes, offers please."}


@pytest.fixture
def seat(desk: Desk) -> Seat:
    """The front desk; contact 1 is Ada, who agreed to education."""
    with desk.sessions.begin() as session:
        make_contact(session, "ada@example.com", topics=(Topic.EDUCATION,))
    return desk.as_(Role.DESK)


def ada(desk: Desk) -> Contact:
    with desk.sessions() as session:
        return queries.by_id(session, 1)


def state(desk: Desk, topic: Topic) -> ConsentState | None:
    with desk.sessions() as session:
        found = consent.states(session, queries.by_id(session, 1)).get(topic)
        return found.state if found else None


def suppressed(desk: Desk, reason: SuppressionReason, scope: Scope = Scope.EVERYTHING) -> int:
    with desk.sessions.begin() as session:
        suppression.suppress(session, canonical="ada@example.com", scope=scope, reason=reason)
        return suppression.standing(session, "ada@example.com")[-1].id


def deeds(desk: Desk) -> list[tuple[str, str, str]]:
    with desk.sessions() as session:
        rows = session.scalars(select(AuditEntry).order_by(AuditEntry.id))
        return [(each.verb, each.subject, each.reason) for each in rows]


def test_the_page_says_who_it_is_and_what_was_agreed_with_its_proof(seat: Seat) -> None:
    text = seat.get(HERE).text
    for said in ("Ada", "ada@example.com", "US-TX", "test form", "Yes, write to me.", "Agreed"):
        assert said in text
    assert "Never agreed" in text
    assert "Agreed to education" in text
    assert "Became a contact" in text


@pytest.mark.parametrize("path", ["/desk/contacts/77", "/desk/contacts/0", "/desk/contacts/x"])
def test_a_contact_that_does_not_exist(seat: Seat, path: str) -> None:
    assert seat.get(path).status_code == 404


def test_consent_given_on_the_phone_is_kept_with_its_proof(desk: Desk, seat: Seat) -> None:
    answer = seat.post(f"{HERE}/give", data=PROOF)
    assert answer.status_code == 303
    assert state(desk, Topic.OFFERS) is ConsentState.GIVEN
    assert "Ada agreed to offers" in seat.follow(answer).text
    assert deeds(desk) == [("give consent", "contact 1", "")]


def test_an_older_form_does_not_bring_back_who_withdrew_since(desk: Desk, seat: Seat) -> None:
    seat.post(f"{HERE}/withdraw", data={"topic": "offers"})
    answer = seat.post(f"{HERE}/give", data=PROOF | {"given_on": "2026-01-05"})
    assert answer.status_code == 422
    assert "does not count any more" in answer.text
    assert "Yes, offers please." in answer.text, "what was typed is kept"
    assert state(desk, Topic.OFFERS) is ConsentState.WITHDRAWN
    assert seat.post(f"{HERE}/give", data=PROOF).status_code == 303
    assert state(desk, Topic.OFFERS) is ConsentState.GIVEN


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"source": ""}, "Fill this in."),
        ({"words": " "}, "Fill this in."),
        ({"topic": "gossip"}, "Choose one of the list."),
        ({"given_on": "2199-01-01"}, "in the future"),
    ],
)
def test_consent_without_proof_is_refused(
    desk: Desk, seat: Seat, typed: dict[str, str], sentence: str
) -> None:
    answer = seat.post(f"{HERE}/give", data=PROOF | typed)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert state(desk, Topic.OFFERS) is None


def test_one_topic_is_withdrawn_by_phone(desk: Desk, seat: Seat) -> None:
    seat.post(f"{HERE}/give", data=PROOF)
    answer = seat.post(f"{HERE}/withdraw", data={"topic": "offers"})
    assert "Consent is withdrawn" in seat.follow(answer).text
    assert state(desk, Topic.OFFERS) is ConsentState.WITHDRAWN
    assert state(desk, Topic.EDUCATION) is ConsentState.GIVEN
    with desk.sessions() as session:
        assert queries.history(session, queries.by_id(session, 1))[-1].source == "phone"
    assert deeds(desk)[-1] == ("withdraw consent", "contact 1", "")


def test_everything_is_withdrawn_at_once_and_twice_is_once(desk: Desk, seat: Seat) -> None:
    answer = seat.post(f"{HERE}/withdraw", data={"topic": "all"})
    assert "No newsletter goes to them any more" in seat.follow(answer).text
    assert {state(desk, each) for each in Topic} == {ConsentState.WITHDRAWN}
    again = seat.post(f"{HERE}/withdraw", data={"topic": "all"})
    assert "nothing changed" in seat.follow(again).text
    assert len(deeds(desk)) == 1
    assert seat.post(f"{HERE}/withdraw", data={"topic": "gossip"}).status_code == 422


def test_a_pause_begins_and_ends(desk: Desk, seat: Seat) -> None:
    assert seat.post(f"{HERE}/pause", data={"days": "30"}).status_code == 303
    text = seat.get(HERE).text
    assert "Paused until" in text
    assert "A pause began" in text
    assert ada(desk).paused_until is not None
    assert seat.post(f"{HERE}/pause", data={"days": "0"}).status_code == 303
    assert ada(desk).paused_until is None
    assert "Paused until" not in seat.get(HERE).text
    assert seat.post(f"{HERE}/pause", data={"days": "7"}).status_code == 422


def test_never_write_to_me_silences_everything_at_the_persons_request(
    desk: Desk, seat: Seat
) -> None:
    answer = seat.post(f"{HERE}/never", data={"never_said": "By phone, ada@example.com"})
    assert "Nothing is sent to Ada any more" in seat.follow(answer).text
    with desk.sessions() as session:
        [found] = suppression.standing(session, "ada@example.com")
    assert (found.scope, found.reason) == (Scope.EVERYTHING, SuppressionReason.REQUEST)
    assert deeds(desk) == [("suppress contact", "contact 1", "By phone, a***@example.com")]
    text = seat.get(HERE).text
    assert "the person asked never to be written to" in text
    assert "not even letters about a booking" in text
    again = seat.post(f"{HERE}/never", data={"never_said": "once more"})
    assert "nothing changed" in seat.follow(again).text


def test_never_takes_the_way_it_was_asked_for(desk: Desk, seat: Seat) -> None:
    answer = seat.post(f"{HERE}/never", data={"never_said": " "})
    assert answer.status_code == 422
    assert "Fill this in." in answer.text
    with desk.sessions() as session:
        assert suppression.standing(session, "ada@example.com") == []


@pytest.mark.parametrize("reason", [SuppressionReason.REQUEST, SuppressionReason.BOUNCE])
def test_a_suppression_is_lifted_with_a_reason_only(
    desk: Desk, seat: Seat, reason: SuppressionReason
) -> None:
    number = suppressed(desk, reason)
    lifted = {"suppression": str(number), "lift_said": ""}
    assert seat.post(f"{HERE}/lift", data=lifted).status_code == 422
    answer = seat.post(f"{HERE}/lift", data=lifted | {"lift_said": "She asked by phone"})
    assert "They may be written to again" in seat.follow(answer).text
    with desk.sessions() as session:
        assert suppression.standing(session, "ada@example.com") == []
    assert deeds(desk) == [("lift suppression", "contact 1", "She asked by phone")]
    assert "May be written to again" in seat.get(HERE).text
    assert seat.post(f"{HERE}/lift", data=lifted | {"lift_said": "x"}).status_code == 404


def test_a_complaint_is_lifted_by_a_coordinator_not_at_the_front_desk(
    desk: Desk, seat: Seat
) -> None:
    number = suppressed(desk, SuppressionReason.COMPLAINT, Scope.MARKETING)
    lifted = {"suppression": str(number), "lift_said": "She pressed it by mistake"}
    assert "An owner or a coordinator can lift that" in seat.get(HERE).text
    assert seat.post(f"{HERE}/lift", data=lifted).status_code == 403
    assert desk.as_(Role.COORDINATOR).post(f"{HERE}/lift", data=lifted).status_code == 303


def test_two_suppressions_are_lifted_one_by_one(desk: Desk, seat: Seat) -> None:
    suppressed(desk, SuppressionReason.BOUNCE)
    suppressed(desk, SuppressionReason.COMPLAINT, Scope.MARKETING)
    text = desk.as_(Role.OWNER).get(HERE).text
    assert "Which one is to go?" in text
    assert "Which one is to go?" not in seat.get(HERE).text


def test_details_are_corrected_and_the_address_never_is(desk: Desk, seat: Seat) -> None:
    typed = {"first_name": "Augusta", "last_name": "", "region": "us-ok", "language": "es"}
    answer = seat.post(f"{HERE}/correct", data=typed | {"address": "other@example.com"})
    assert answer.status_code == 303
    found = ada(desk)
    assert (found.first_name, found.region, found.language) == ("Augusta", "US-OK", "es")
    assert found.address == "ada@example.com"
    assert deeds(desk) == [("correct contact", "contact 1", "")]
    assert "Nothing was different" in seat.follow(seat.post(f"{HERE}/correct", data=typed)).text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"region": "Atlantis"}, "is not a region"),
        ({"language": "English"}, "is not a language"),
        ({"zone": "Mars/Olympus"}, "is not a time zone"),
        ({"first_name": "x" * 101}, "Use at most 100 characters."),
    ],
)
def test_a_detail_that_cannot_be_is_said_beside_its_field(
    desk: Desk, seat: Seat, typed: dict[str, str], sentence: str
) -> None:
    answer = seat.post(f"{HERE}/correct", data={"first_name": "Kept"} | typed)
    assert answer.status_code == 422
    assert sentence in answer.text.replace("&#39;", "'")
    assert ada(desk).first_name == "Ada"


def test_an_erased_person_is_a_page_without_anything_to_do(desk: Desk, seat: Seat) -> None:
    with desk.sessions.begin() as session:
        contact = queries.by_id(session, 1)
        contact.address = contact.canonical_address = contact.address_key = None
        contact.first_name, contact.erased_at = "", clock.now(session)
    text = seat.get(HERE).text
    assert "This person was erased" in text
    assert '<details class="more"' not in text
    for path, data in {
        "give": PROOF,
        "never": {"never_said": "x"},
        "correct": {"first_name": "x"},
    }.items():
        assert seat.post(f"{HERE}/{path}", data=data).status_code == 409


def test_the_timeline_is_paged(desk: Desk, seat: Seat) -> None:
    with desk.sessions.begin() as session:
        contact = queries.by_id(session, 1)
        for number in range(30):
            consent.give(
                session,
                contact,
                topic=Topic.OFFERS,
                source=f"form {number:02}",
                words="Yes.",
                at=clock.now(session) - days(number + 1),
            )
    first = seat.get(HERE).text
    assert "form 00" in first
    assert "form 28" not in first
    link = first.partition('href="/desk/contacts/1?after=')[2].partition("#")[0]
    second = seat.get(f"{HERE}?after={link}").text
    assert "form 28" in second
    assert "form 00 with" not in second
    piece = seat.get(f"{HERE}?after={link}", headers={"hx-request-type": "partial"}).text
    assert "<html" not in piece
    assert "form 28" in piece
    assert seat.get(f"{HERE}?after=nonsense").status_code == 422


def test_why_she_did_not_get_it_is_answered_for_a_campaign_to_come(desk: Desk, seat: Seat) -> None:
    with desk.sessions.begin() as session:
        make_campaign(session, name="spring", topic=Topic.OFFERS)
        other = make_segment(session, rule={"region": "US-OK"})
        make_campaign(session, name="oklahoma", segment_id=other.id)
    text = seat.get(f"{HERE}?campaign=spring").text
    assert "it would not be sent. The person never agreed to this topic." in text
    assert "Consent with its proof would change it" in text
    assert "is not in the segment" in seat.get(f"{HERE}?campaign=oklahoma").text
    assert "no such campaign" in seat.get(f"{HERE}?campaign=nothing").text
    seat.post(f"{HERE}/give", data=PROOF)
    assert "Nothing stands against it" in seat.get(f"{HERE}?campaign=spring").text


ACTS: dict[str, dict[str, Any]] = {
    "give": PROOF,
    "withdraw": {"topic": "all"},
    "pause": {"days": "30"},
    "never": {"never_said": "x"},
    "lift": {"suppression": "1", "lift_said": "x"},
    "correct": {"first_name": "x"},
}


@pytest.mark.parametrize("role", [Role.VIEWER, Role.CLINICAL, Role.LEGAL])
@pytest.mark.parametrize("act", ACTS)
@pytest.mark.usefixtures("seat")
def test_who_may_not_change_a_contact_cannot(desk: Desk, role: Role, act: str) -> None:
    assert desk.as_(role).post(f"{HERE}/{act}", data=ACTS[act]).status_code == 403
    assert deeds(desk) == []


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (375, "dark")])
def test_the_page_is_accessible_also_with_everything_open(
    live: Live, width: int, scheme: Scheme
) -> None:
    desk = Desk(live.sessions)
    with live.sessions.begin() as session:
        make_contact(session, "ada@example.com", paused_until=clock.now(session) + days(9))
        make_campaign(session, name="spring")
    suppressed(desk, SuppressionReason.BOUNCE)
    suppressed(desk, SuppressionReason.COMPLAINT, Scope.MARKETING)
    page = live.as_(Role.OWNER, path=f"{HERE}?campaign=spring", width=width, scheme=scheme)
    live.inspect(page)
    for each in page.locator("details.more > summary").all():
        each.click()
    live.inspect(page)
    page.get_by_role("button", name="Record their consent").click()
    page.get_by_role("alert").first.wait_for()
    assert Axe().run(page).violations_count == 0


@pytest.mark.browser
def test_a_caller_is_helped_by_keyboard_alone(live: Live) -> None:
    with live.sessions.begin() as session:
        make_contact(session, "ada@example.com", topics=(Topic.EDUCATION,))
    page = live.as_(Role.DESK, path=HERE)
    page.get_by_text("Record that they agree").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("Off")
    page.keyboard.press("Tab")
    page.keyboard.type("Said so on the phone")
    page.keyboard.press("Tab")
    page.keyboard.type("Yes, offers please.")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent").strip() == "Record their consent":
            break
    page.keyboard.press("Enter")
    page.get_by_text("Recorded: Ada agreed to offers.").wait_for()


@pytest.mark.browser
def test_earlier_happenings_are_added_below(live: Live) -> None:
    with live.sessions.begin() as session:
        contact = make_contact(session, "ada@example.com")
        for number in range(40):
            consent.give(
                session,
                contact,
                topic=Topic.OFFERS,
                source=f"form {number:02}",
                words="Yes.",
                at=clock.now(session) - days(number + 1),
            )
    page = live.as_(Role.DESK, path=HERE)
    page.get_by_role("link", name="Earlier").click()
    page.get_by_text("form 39").wait_for()
    assert page.get_by_text("form 00").is_visible()
    live.inspect(page)

"""The list of contacts: searched, filtered, paged; and adding one person with the proof."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from campaigns import clock
from campaigns.accounts.models import Role
from campaigns.contacts import consent, listing, queries, suppression
from campaigns.contacts.models import ConsentState, Scope, SuppressionReason, Topic
from tests.factories import days, make_contact, make_segment
from tests.web.pages.desk import Desk, Live, Scheme

HERE = "/desk/contacts"
ADA = {"address": "ada@example.com", "first_name": "Ada", "language": "en"}
PROOF = {"source": "Said so on the phone", "words": "Yes, write to me."}


def some_people(desk: Desk) -> None:
    with desk.sessions.begin() as session:
        make_contact(session, "ada@example.com", first_name="Ada", last_name="Lovelace")
        ben = make_contact(session, "ben.smith@example.com", first_name="Ben", last_name="Smith")
        consent.withdraw(session, ben, through="phone", topics=[Topic.OFFERS])
        make_contact(session, "carla@example.com", first_name="Carla", topics=(Topic.OFFERS,))
        quiet = make_contact(session, "dora@example.com", first_name="Dora")
        consent.pause(session, quiet, days=30)
        gone = make_contact(session, "fred@example.com", first_name="Fred", region="US-OK")
        suppression.suppress(
            session,
            canonical=gone.canonical_address or "",
            scope=Scope.EVERYTHING,
            reason=SuppressionReason.BOUNCE,
        )
        make_segment(session, rule={"region": "US-OK"}).name = "oklahoma"
        make_contact(session, "erased@example.com", erased_at=clock.now(session))


def named(text: str) -> set[str]:
    return {
        name for name in ("Ada", "Ben", "Carla", "Dora", "Fred", "erased") if f">{name}" in text
    }


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"Ada", "Ben", "Carla", "Dora", "Fred"}),
        ("?q=LOVE", {"Ada"}),
        ("?q=smith+ben", {"Ben"}),
        ("?q=arla%40exam", {"Carla"}),
        ("?q=%25", set()),
        ("?q=a_a%40", set()),
        ("?q=%00", {"Ada", "Ben", "Carla", "Dora", "Fred"}),
        ("?consent=offers:withdrawn", {"Ben"}),
        ("?consent=education:never", {"Carla"}),
        ("?consent=offers:given&q=dora", {"Dora"}),
        ("?consent=gossip:given", {"Ada", "Ben", "Carla", "Dora", "Fred"}),
        ("?standing=suppressed", {"Fred"}),
        ("?standing=paused", {"Dora"}),
        ("?standing=free", {"Ada", "Ben", "Carla"}),
        ("?standing=odd", {"Ada", "Ben", "Carla", "Dora", "Fred"}),
        ("?segment=oklahoma", {"Fred"}),
    ],
)
def test_contacts_are_found_by_name_address_consent_and_standing(
    desk: Desk, query: str, found: set[str]
) -> None:
    some_people(desk)
    answer = desk.as_(Role.DESK).get(HERE + query)
    assert answer.status_code == 200
    assert named(answer.text) == found
    assert f"{len(found)} contact{'' if len(found) == 1 else 's'}" in answer.text


def test_a_segment_that_does_not_exist_is_said(desk: Desk) -> None:
    assert desk.as_(Role.DESK).get(f"{HERE}?segment=nobody").status_code == 404


def test_the_list_is_paged_by_where_it_stands(desk: Desk) -> None:
    with desk.sessions.begin() as session:
        for number in range(listing.PAGE + 2):
            make_contact(
                session, f"r{number:03}@example.com", first_name=f"R{number:03}", topics=()
            )
    seat = desk.as_(Role.DESK)
    first = seat.get(HERE).text
    assert "R051" in first
    assert "R001<" not in first
    assert 'rel="next"' in first
    assert 'rel="prev"' not in first
    second = seat.get(f"{HERE}?older=3&q=r").text
    assert "R001<" in second
    assert "R002<" not in second
    assert 'href="/desk/contacts?q=r&amp;newer=2"' in second
    back = seat.get(f"{HERE}?newer=2").text
    assert "R002<" in back
    assert "R051" in back


def test_more_than_can_be_counted_quickly_is_said_as_more(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    some_people(desk)
    monkeypatch.setattr(listing, "COUNTED_UP_TO", 2)
    assert "More than 2 contacts" in desk.as_(Role.DESK).get(HERE).text


def test_an_empty_clinic_is_taught_to_import(desk: Desk) -> None:
    text = desk.as_(Role.COORDINATOR).get(HERE).text
    assert "Nobody is here yet" in text
    assert "/desk/contacts/import" in text
    assert "A coordinator imports" in desk.as_(Role.DESK).get(HERE).text


def test_only_a_piece_is_sent_where_a_piece_is_asked_for(desk: Desk) -> None:
    some_people(desk)
    answer = desk.as_(Role.DESK).get(f"{HERE}?q=ada", headers={"hx-request-type": "partial"})
    assert "<html" not in answer.text
    assert named(answer.text) == {"Ada"}


@pytest.mark.parametrize("role", [Role.VIEWER, Role.CLINICAL, Role.LEGAL])
@pytest.mark.parametrize("path", ["", "/new", "/import", "/1"])
def test_who_may_not_see_contacts_sees_no_address(desk: Desk, role: Role, path: str) -> None:
    some_people(desk)
    answer = desk.as_(role).get(HERE + path)
    assert answer.status_code == 403
    assert "@example.com" not in answer.text.replace("@clinic.example.com", "")


def test_names_are_text_and_never_markup(desk: Desk) -> None:
    with desk.sessions.begin() as session:
        make_contact(session, "x@example.com", first_name="<script>alert(1)</script>")
    for path in ("", "/1", "?q=script"):
        text = desk.as_(Role.DESK).get(HERE + path).text
        assert "<script>alert" not in text
        assert "&lt;script&gt;alert(1)" in text


def test_one_person_is_added_with_what_they_agreed_to(desk: Desk) -> None:
    seat = desk.as_(Role.DESK)
    topics = {"topics": ["offers"], "given_on": "2026-03-31", "region": "us-tx"}
    answer = seat.post(f"{HERE}/new", data=ADA | PROOF | topics)
    assert answer.status_code == 303
    with desk.sessions() as session:
        ada = queries.by_address(session, "ada@example.com")
        assert answer.headers["location"] == f"{HERE}/{ada.id}"
        assert (ada.first_name, ada.region) == ("Ada", "US-TX")
        [event] = queries.history(session, ada)
        assert (event.topic, event.state) == (Topic.OFFERS, ConsentState.GIVEN)
        assert (event.source, event.words) == (PROOF["source"], PROOF["words"])
        assert event.at.isoformat() == "2026-03-31T05:00:00+00:00"
    text = seat.follow(answer).text
    assert "Ada is added." in text
    assert "Added by hand" in text


def test_a_person_without_consent_is_added_for_letters_only(desk: Desk) -> None:
    assert desk.as_(Role.DESK).post(f"{HERE}/new", data=ADA).status_code == 303
    with desk.sessions() as session:
        ada = queries.by_address(session, "ada@example.com")
        assert consent.states(session, ada) == {}


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"address": ""}, "Fill this in."),
        ({"address": "nobody"}, "is not an email address"),
        ({"topics": ["offers"]}, "Say where and how they agreed."),
        ({"topics": ["offers"], "source": "form"}, "Write down the words"),
        ({"topics": ["gossip"]}, "Choose one of the list."),
        ({"region": "Atlantis"}, "is not a region that is known"),
        ({"language": "English"}, "is not a language such as en"),
        ({"given_on": "31.3.2026"}, "Enter a date"),
        ({"topics": ["offers"], "given_on": "2199-01-01"} | PROOF, "in the future"),
        ({"first_name": "Ad\x07a"}, "control characters"),
        ({"last_name": "x" * 101}, "Use at most 100 characters."),
    ],
)
def test_what_cannot_be_taken_is_said_and_what_was_typed_is_kept(
    desk: Desk, typed: dict[str, object], sentence: str
) -> None:
    answer = desk.as_(Role.DESK).post(f"{HERE}/new", data=ADA | {"first_name": "Adele"} | typed)
    assert answer.status_code == 422
    assert sentence in answer.text.replace("&#39;", "'")
    assert "Adele" in answer.text or "first_name" in typed
    with desk.sessions() as session:
        assert queries.how_many(session) == 0


def test_an_address_that_is_known_leads_to_its_page(desk: Desk) -> None:
    some_people(desk)
    answer = desk.as_(Role.DESK).post(f"{HERE}/new", data=ADA | {"address": "ADA@example.com"})
    assert answer.status_code == 422
    assert "is a contact already" in answer.text
    assert 'href="/desk/contacts/1"' in answer.text


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (375, "dark")])
def test_the_list_and_the_form_are_accessible(live: Live, width: int, scheme: Scheme) -> None:
    some_people(Desk(live.sessions))
    page = live.as_(Role.COORDINATOR, path=HERE, width=width, scheme=scheme)
    live.inspect(page)
    page.goto(f"{HERE}/new")
    live.inspect(page)
    page.get_by_role("button", name="Add this person").click()
    page.get_by_role("alert").wait_for()
    assert Axe().run(page).violations_count == 0


@pytest.mark.browser
def test_the_list_narrows_while_one_types(live: Live) -> None:
    some_people(Desk(live.sessions))
    page = live.as_(Role.DESK, path=HERE)
    page.get_by_label("Name or address").press_sequentially("love")
    page.get_by_text("1 contact found").wait_for()
    assert page.url.endswith("q=love&consent=&standing=&segment=")
    page.get_by_role("link", name="Ada Lovelace").click()
    page.get_by_role("heading", name="Ada Lovelace").wait_for()
    live.inspect(page)


@pytest.mark.browser
def test_without_scripts_the_search_is_a_plain_form(live: Live) -> None:
    some_people(Desk(live.sessions))
    page = live.as_(Role.DESK, path=HERE, scripts=False)
    page.get_by_label("Written to").select_option("Not at all")
    page.get_by_role("button", name="Search").click()
    assert page.get_by_text("1 contact found").is_visible()


def test_a_pause_that_is_over_counts_as_free(desk: Desk) -> None:
    with desk.sessions.begin() as session:
        now = clock.now(session)
        make_contact(session, first_name="Dora", paused_until=now - days(1))
    assert named(desk.as_(Role.DESK).get(f"{HERE}?standing=free").text) == {"Dora"}

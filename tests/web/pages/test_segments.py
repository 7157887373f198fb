"""Segments at the desk: whom each names, how many, and no campaign is changed unawares."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from sqlalchemy import select

from campaigns.accounts.models import AuditEntry, Role
from campaigns.contacts import queries, segments
from campaigns.contacts.models import Topic
from campaigns.planning.models import Campaign, CampaignStatus
from tests.factories import make_campaign, make_contact, make_segment
from tests.web.pages.desk import Desk, Live, Scheme, Seat

HERE = "/desk/segments"
TEXAS = {"title": "Texans", "fact-0": "region", "is-0": "yes", "value-0": "US-TX"}


def stored(desk: Desk, name: str = "texans") -> Any:
    with desk.sessions() as session:
        return segments.named(session, name).rule


@pytest.fixture
def seat(desk: Desk) -> Seat:
    """A coordinator; two people in Texas, one in Oklahoma."""
    with desk.sessions.begin() as session:
        make_contact(session, "ada@example.com", first_name="Ada")
        make_contact(session, "ben@example.com", first_name="Ben", topics=(Topic.EDUCATION,))
        make_contact(session, "carla@example.com", first_name="Carla", region="US-OK")
    return desk.as_(Role.COORDINATOR)


def texans(desk: Desk, **campaign: Any) -> int:
    """The segment of Texans, used by a campaign in this state; the campaign's id."""
    with desk.sessions.begin() as session:
        made = make_segment(session, rule={"region": "US-TX"})
        made.name, made.title = "texans", "Texans"
        used = make_campaign(session, segment_id=made.id, name="spring", **campaign)
        return used.id


def test_the_first_segment_is_taught(seat: Seat) -> None:
    text = seat.get(HERE).text
    assert "No segment yet" in text
    assert 'href="/desk/segments/new"' in text


def test_the_list_says_whom_each_names_how_many_and_what_uses_it(desk: Desk, seat: Seat) -> None:
    texans(desk)
    with desk.sessions.begin() as session:
        make_segment(session)
    text = " ".join(seat.get(HERE).text.split())
    assert "Everyone who lives in US-TX." in text
    assert '<td class="number">2</td> <td>1 campaign</td>' in text
    assert '<td class="number">3</td> <td><span class="soft">nothing yet</span></td>' in text


def test_a_segment_is_made_line_by_line_without_any_script(desk: Desk, seat: Seat) -> None:
    assert "3 people now" in seat.get(f"{HERE}/new").text
    added = seat.post(f"{HERE}/new", data={"title": "Texans", "act": "add", "new": "region"})
    assert added.status_code == 200
    assert 'name="fact-0" value="region"' in added.text
    assert "Finish the conditions" in added.text
    both = TEXAS | {"act": "add", "new": "consents_to", "match": "all"}
    added = seat.post(f"{HERE}/new", data=both)
    assert 'name="fact-1" value="consents_to"' in added.text
    whole = TEXAS | {"fact-1": "consents_to", "is-1": "no", "value-1": ["offers"], "match": "all"}
    counted = seat.post(f"{HERE}/new", data=whole | {"act": "count"}).text
    assert "1 person now" in counted
    assert "Everyone who lives in US-TX and does not agree to offers." in counted
    fewer = seat.post(f"{HERE}/new", data=whole | {"act": "remove-1"}).text
    assert 'name="fact-1"' not in fewer
    assert "2 people now" in fewer
    answer = seat.post(f"{HERE}/new", data=whole | {"act": "save"})
    assert answer.headers["location"] == f"{HERE}/texans"
    assert stored(desk) == {"all": [{"region": ["US-TX"]}, {"none": [{"consents_to": ["offers"]}]}]}
    page = seat.follow(answer).text
    assert "1 person now" in page
    assert "Ben" in page


def test_the_size_alone_is_sent_where_it_alone_is_asked_for(seat: Seat) -> None:
    data = TEXAS | {"act": "count"}
    partial = {"hx-request-type": "partial"}
    text = seat.post(f"{HERE}/new", data=data, headers=partial).text
    assert "<html" not in text
    assert "2 people now" in text
    broken = seat.post(f"{HERE}/new", data=data | {"value-0": ""}, headers=partial).text
    assert "Finish the conditions" in broken


def test_nobody_but_everyone_is_meant_without_a_condition(desk: Desk, seat: Seat) -> None:
    seat.post(f"{HERE}/new", data={"title": "All of them", "act": "save"})
    assert stored(desk, "all-of-them") == {"everyone": True}


@pytest.mark.parametrize(
    ("title", "name"),
    [("Texans", "texans-2"), ("Ünser Kreis!", "unser-kreis"), ("…", "segment"), ("X", "segment-x")],
)
def test_a_name_for_commands_is_made_from_the_title(
    desk: Desk, seat: Seat, title: str, name: str
) -> None:
    texans(desk)
    answer = seat.post(f"{HERE}/new", data={"title": title, "act": "save"})
    assert answer.headers["location"] == f"{HERE}/{name}"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"title": ""}, "Give it a name"),
        ({"value-0": " "}, "Fill this in: an ISO code such as US-TX"),
        ({"fact-0": "clicked_within_days", "value-0": "soon"}, "a number of days from 1 to 3650"),
        ({"fact-0": "clicked_within_days", "value-0": "0"}, "a number of days from 1 to 3650"),
        ({"fact-0": "consents_to", "value-0": []}, "Fill this in: a topic"),
    ],
)
def test_what_is_missing_is_said_beside_the_condition(
    desk: Desk, seat: Seat, typed: dict[str, Any], sentence: str
) -> None:
    answer = seat.post(f"{HERE}/new", data=TEXAS | typed | {"act": "save"})
    assert answer.status_code == 422
    assert sentence in answer.text
    with desk.sessions() as session:
        assert queries.segments(session) == []


def test_a_hostile_value_is_a_word_like_any_other(desk: Desk, seat: Seat) -> None:
    bad = "<img src=x onerror=alert(1)>' OR 1=1"
    data = TEXAS | {"title": bad, "value-0": bad, "act": "save"}
    answer = seat.post(f"{HERE}/new", data=data)
    for path in (HERE, answer.headers["location"], answer.headers["location"] + "/edit"):
        text = seat.get(path).text
        assert "<img src=x" not in text
        assert "0 people now" in text or path == HERE


def test_a_topic_that_is_none_names_nobody_instead_of_failing(seat: Seat) -> None:
    data = {"fact-0": "consents_to", "is-0": "yes", "value-0": "gossip", "title": "x"}
    assert "Finish the conditions" in seat.post(f"{HERE}/new", data=data | {"act": "count"}).text
    assert seat.post(f"{HERE}/new", data=data | {"act": "save"}).status_code == 422


def test_eight_conditions_are_the_most(seat: Seat) -> None:
    data = {
        f"{part}-{at}": value
        for at in range(8)
        for part, value in (("fact", "language"), ("is", "yes"), ("value", "en"))
    }
    text = seat.post(f"{HERE}/new", data=data | {"act": "add", "new": "region"}).text
    assert "as many conditions as this form takes" in text
    assert 'name="fact-8"' not in text


def test_a_draft_may_be_changed_freely(desk: Desk, seat: Seat) -> None:
    texans(desk)
    text = seat.get(f"{HERE}/texans/edit").text
    assert 'value="US-TX"' in text
    assert "handed in already" not in text
    answer = seat.post(f"{HERE}/texans/edit", data=TEXAS | {"value-0": "US-OK", "act": "save"})
    assert answer.status_code == 303
    assert stored(desk) == {"all": [{"region": ["US-OK"]}]}


@pytest.mark.parametrize(
    "state", [CampaignStatus.SCHEDULED, CampaignStatus.APPROVED, CampaignStatus.IN_REVIEW]
)
def test_a_campaign_that_was_handed_in_is_never_changed_silently(
    desk: Desk, seat: Seat, state: CampaignStatus
) -> None:
    used = texans(desk, status=state)
    data = TEXAS | {"value-0": "US-OK", "act": "save"}
    assert "“Spring”" in seat.get(f"{HERE}/texans/edit").text
    answer = seat.post(f"{HERE}/texans/edit", data=data)
    assert answer.status_code == 422
    assert "This changes who gets “Spring”" in answer.text
    assert stored(desk) == {"region": "US-TX"}
    assert seat.post(f"{HERE}/texans/edit", data=data | {"agreed": ["x"]}).status_code == 422
    answer = seat.post(f"{HERE}/texans/edit", data=data | {"agreed": [str(used)]})
    assert answer.status_code == 303
    assert stored(desk) == {"all": [{"region": ["US-OK"]}]}
    with desk.sessions() as session:
        campaign = session.get_one(Campaign, used)
    assert (campaign.status, campaign.status_reason) == (CampaignStatus.DRAFT, "audience changed")
    assert campaign.scheduled_at is None


def test_one_paused_before_it_began_keeps_its_segment(desk: Desk, seat: Seat) -> None:
    texans(desk, status=CampaignStatus.PAUSED, paused_from=CampaignStatus.SCHEDULED)
    data = TEXAS | {"value-0": "US-OK", "act": "save"}
    answer = seat.post(f"{HERE}/texans/edit", data=data)
    assert answer.status_code == 422
    assert "is paused before its start" in answer.text
    assert stored(desk) == {"region": "US-TX"}


def test_a_segment_stands_still_while_an_audience_is_put_together(desk: Desk, seat: Seat) -> None:
    texans(desk, status=CampaignStatus.PREPARING)
    data = TEXAS | {"value-0": "US-OK", "act": "save"}
    answer = seat.post(f"{HERE}/texans/edit", data=data)
    assert "Try again in a minute" in answer.text
    assert stored(desk) == {"region": "US-TX"}


def test_saving_the_same_rule_asks_nothing(desk: Desk, seat: Seat) -> None:
    texans(desk, status=CampaignStatus.SCHEDULED)
    with desk.sessions.begin() as session:
        segments.named(session, "texans").rule = {"region": ["US-TX"]}
    assert seat.post(f"{HERE}/texans/edit", data=TEXAS | {"act": "save"}).status_code == 303
    assert stored(desk) == {"region": ["US-TX"]}


def test_it_is_renamed_and_campaigns_stay(desk: Desk, seat: Seat) -> None:
    texans(desk, status=CampaignStatus.SCHEDULED)
    answer = seat.post(f"{HERE}/texans/rename", data={"title": "People in Texas"})
    assert "Renamed." in seat.follow(answer).text
    with desk.sessions() as session:
        assert segments.named(session, "texans").title == "People in Texas"
        verbs = session.scalars(select(AuditEntry.verb))
        assert list(verbs) == ["rename segment"]
    answer = seat.post(f"{HERE}/texans/rename", data={"title": " "})
    assert answer.status_code == 422
    assert "A segment needs a name." in answer.text


def test_an_unused_segment_is_removed_a_used_one_stays(desk: Desk, seat: Seat) -> None:
    texans(desk)
    with desk.sessions.begin() as session:
        make_segment(session).name = "nobody"
    assert "Remove this segment" not in seat.get(f"{HERE}/texans").text
    assert seat.post(f"{HERE}/texans/remove").status_code == 409
    assert "Remove this segment" in seat.get(f"{HERE}/nobody").text
    assert "No contact was changed" in seat.follow(seat.post(f"{HERE}/nobody/remove")).text
    assert seat.get(f"{HERE}/nobody").status_code == 404


def test_a_rule_with_groups_in_groups_is_shown_in_words_only(desk: Desk, seat: Seat) -> None:
    nested = {"any": [{"language": "es"}, {"all": [{"region": "US-TX"}, {"has_booked": False}]}]}
    with desk.sessions.begin() as session:
        make_segment(session, rule=nested).name = "nested"
    text = seat.get(f"{HERE}/nested").text
    assert (
        "Everyone who reads es or (lives in US-TX and has no confirmed or attended booking)."
        in text
    )
    assert "/desk/segments/nested/edit" not in text
    answer = seat.get(f"{HERE}/nested/edit")
    assert answer.headers["location"] == f"{HERE}/nested"


@pytest.mark.parametrize("role", [Role.VIEWER, Role.CLINICAL, Role.LEGAL])
def test_who_may_not_see_contacts_sees_numbers_and_no_names(
    desk: Desk, seat: Seat, role: Role
) -> None:
    assert "Ada" not in (seat.user.name if seat.user else "")
    texans(desk)
    other = desk.as_(role)
    text = other.get(f"{HERE}/texans").text
    assert "2 people now" in text
    assert "Ada" not in text
    assert "@example.com" not in text
    assert "2" in other.get(HERE).text
    for path in ("new", "texans/edit", "texans/rename", "texans/remove"):
        assert other.post(f"{HERE}/{path}", data=TEXAS | {"act": "save"}).status_code == 403
    assert other.get(f"{HERE}/new").status_code == 403


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (375, "dark")])
def test_segments_are_accessible(live: Live, width: int, scheme: Scheme) -> None:
    desk = Desk(live.sessions)
    texans(desk, status=CampaignStatus.SCHEDULED)
    with live.sessions.begin() as session:
        make_contact(session, "ada@example.com")
    page = live.as_(Role.COORDINATOR, path=HERE, width=width, scheme=scheme)
    live.inspect(page)
    page.get_by_role("link", name="Texans").click()
    page.get_by_role("heading", name="1 person now").wait_for()
    live.inspect(page)
    page.get_by_role("link", name="Change whom it names").click()
    for fact in ("consents to a topic", "clicked in the last days"):
        page.get_by_label("Add a condition").select_option(fact)
        page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_role("button", name="Remove condition 3").wait_for()
    live.inspect(page)
    page.get_by_role("button", name="Save this segment").click()
    page.get_by_role("alert").wait_for()
    assert Axe().run(page).violations_count == 0


@pytest.mark.browser
def test_the_size_follows_the_form(live: Live) -> None:
    with live.sessions.begin() as session:
        for number in range(3):
            make_contact(session, region="US-OK" if number else "US-TX")
    page = live.as_(Role.COORDINATOR, path=f"{HERE}/new")
    page.get_by_text("3 people now").wait_for()
    page.get_by_role("textbox", name="Name").fill("Oklahoma")
    page.get_by_label("Add a condition").select_option("lives in a region")
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_label("an ISO code such as US-TX").press_sequentially("US-OK")
    page.get_by_text("2 people now").wait_for()
    page.get_by_label("Whether it holds").select_option("does not live in")
    page.get_by_text("1 person now").wait_for()
    live.inspect(page)
    page.get_by_role("button", name="Save this segment").click()
    page.get_by_text("“Oklahoma” is saved.").wait_for()


@pytest.mark.browser
def test_a_segment_is_made_by_keyboard_and_without_scripts(live: Live) -> None:
    with live.sessions.begin() as session:
        make_contact(session)
    page = live.as_(Role.COORDINATOR, path=f"{HERE}/new", scripts=False)
    page.get_by_role("textbox", name="Name").focus()
    page.keyboard.type("Lately")
    page.get_by_label("Add a condition").focus()
    page.keyboard.type("was added")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_label("Number of days").focus()
    page.keyboard.type("30")
    page.keyboard.press("Enter")
    page.get_by_text("1 person now").wait_for()
    page.get_by_role("button", name="Save this segment").focus()
    page.keyboard.press("Enter")
    page.get_by_text("“Lately” is saved.").wait_for()

"""The list of campaigns, the way into one, and what can be done with it as a whole."""

from datetime import timedelta

import pytest
from sqlalchemy import event, select
from sqlalchemy.engine import Engine

from campaigns import clock
from campaigns.accounts.models import AuditEntry, Role
from campaigns.compliance import preflight
from campaigns.compliance.findings import finding
from campaigns.database import Sessions
from campaigns.planning import queries
from campaigns.planning.models import Campaign, CampaignStatus
from campaigns.web.pages.campaigns import campaign_frame, campaign_words
from tests.delivery.factories import make_deliveries, make_sending
from tests.factories import make_campaign, make_version
from tests.web.pages import campaigns
from tests.web.pages.campaigns import Desked, change, get
from tests.web.pages.desk import Desk

LIST = "/desk/campaigns"


@pytest.fixture
def clinic(desk: Desk, committed: Sessions) -> Desked:
    return campaigns.set_up(committed)


def test_where_there_is_no_campaign_the_page_teaches(desk: Desk) -> None:
    page = desk.as_(Role.COORDINATOR).get(LIST)
    assert page.status_code == 200
    assert "No campaign yet" in page.text
    assert "Begin the first one" in page.text
    viewer = desk.as_(Role.VIEWER).get(LIST).text
    assert "No campaign yet" in viewer
    assert "/desk/campaigns/new" not in viewer


def test_the_list_says_what_each_campaign_is_and_what_comes_next(
    desk: Desk, clinic: Desked, committed: Sessions
) -> None:
    page = desk.as_(Role.COORDINATOR).get(LIST).text
    assert "2 campaigns" in page
    assert "Autumn letter" in page
    assert "Sample Clinic: what a visit is like" in page
    assert "Up to [saving] through [last day]" in page
    assert "Education newsletter" in page
    assert page.count("Go on writing") == 2
    now = clock.now
    with committed.begin() as session:
        at = now(session)
    states = {
        CampaignStatus.RENDERING: ("Being checked", "Look at it"),
        CampaignStatus.IN_REVIEW: ("Waiting for approval", "See who has to sign"),
        CampaignStatus.APPROVED: ("Approved", "Schedule or send"),
        CampaignStatus.SCHEDULED: ("Starts", "/review"),
        CampaignStatus.SENDING: ("0 of 0 done", "See its progress"),
        CampaignStatus.PAUSED: ("By Cora: too fast.", "See its progress"),
        CampaignStatus.FINISHED: ("Done", "Read the report"),
        CampaignStatus.CANCELLED: ("Ended", "Look at it"),
    }
    for status, words in states.items():
        began = at if status in {"sending", "paused", "finished"} else None
        over = at if status in {"finished", "cancelled"} else None
        change(
            committed,
            clinic.letter,
            status=status,
            status_reason="by Cora: too fast" if status == "paused" else "",
            started_at=began,
            finished_at=over,
            scheduled_at=at,
        )
        page = desk.as_(Role.COORDINATOR).get(LIST).text
        for each in words:
            assert each in page, (status, each)


def test_who_may_sign_is_led_to_it(desk: Desk, clinic: Desked, committed: Sessions) -> None:
    change(committed, clinic.letter, status=CampaignStatus.IN_REVIEW)
    assert "Read and sign" in desk.as_(Role.LEGAL).get(LIST).text
    assert "Look at it" in desk.as_(Role.LEGAL).get(LIST).text


def test_a_viewer_reads_the_list_and_begins_nothing(desk: Desk, clinic: Desked) -> None:
    viewer = desk.as_(Role.VIEWER)
    page = viewer.get(LIST)
    assert page.status_code == 200
    assert "Go on writing" not in page.text
    assert "New campaign" not in page.text
    for path in ("/new", f"/{clinic.letter}/rename", f"/{clinic.letter}/cancel"):
        assert viewer.get(LIST + path).status_code == 403
    for path in ("/new", *(f"/{clinic.letter}/{each}" for each in ("archive", "cancel", "who"))):
        assert viewer.post(LIST + path, data={"title": "x"}).status_code == 403


@pytest.mark.parametrize(
    ("asked", "there", "gone"),
    [
        ("q=letter", "Autumn letter", "Package offers"),
        ("q=visit+is", "Autumn letter", "Package offers"),
        ("topic=offers", "Package offers", "Autumn letter"),
        ("state=draft&topic=education", "Autumn letter", "Package offers"),
        ("state=finished", "Nothing matches", "Autumn letter"),
        ("archived=yes", "Nothing matches", "Autumn letter"),
        ("state=nonsense&topic=nonsense", "Autumn letter", "Nothing matches"),
    ],
)
def test_the_list_is_searched_and_filtered(
    desk: Desk, clinic: Desked, asked: str, there: str, gone: str
) -> None:
    page = desk.as_(Role.COORDINATOR).get(f"{LIST}?{asked}").text
    assert there in page
    assert gone not in page.split("campaign-search")[-1]


def test_a_part_of_the_page_is_only_the_list(desk: Desk, clinic: Desked) -> None:
    asked = {"hx-request": "true", "hx-request-type": "partial"}
    part = desk.as_(Role.COORDINATOR).get(f"{LIST}?q=letter", headers=asked).text
    assert "Autumn letter" in part
    assert "<html" not in part


def test_a_long_list_has_pages_that_keep_what_was_asked(
    desk: Desk, clinic: Desked, committed: Sessions
) -> None:
    with committed.begin() as session:
        for number in range(30):
            made = make_campaign(session, name=f"letter-{number}", author_id=clinic.cora.id)
            make_version(session, made)
    seat = desk.as_(Role.COORDINATOR)
    first = seat.get(f"{LIST}?q=letter&page=1").text
    assert "31 campaigns found" in first
    assert f'href="{LIST}?q=letter&amp;page=2"' in first
    assert "Previous" not in first
    last = seat.get(f"{LIST}?q=letter&page=2").text
    assert f'href="{LIST}?q=letter&amp;page=1"' in last
    assert "Next</a>" not in last
    assert seat.get(f"{LIST}?page=0").status_code == 422


def test_a_campaigns_own_address_leads_back_to_where_one_was(
    desk: Desk, clinic: Desked, committed: Sessions
) -> None:
    seat, other = desk.as_(Role.COORDINATOR), desk.as_(Role.COORDINATOR)
    home = f"{LIST}/{clinic.offers}"
    assert seat.get(home).headers["location"] == f"{home}/content"
    seat.get(f"{home}/when")
    seat.get(f"{home}/offer")
    assert seat.get(home).headers["location"] == f"{home}/offer"
    assert other.get(home).headers["location"] == f"{home}/content"
    with committed.begin() as session:
        at = clock.now(session)
    change(committed, clinic.offers, status=CampaignStatus.SENDING, started_at=at)
    assert seat.get(home).headers["location"] == f"{home}/live"
    change(committed, clinic.offers, status=CampaignStatus.FINISHED)
    assert seat.get(home).headers["location"] == f"{home}/report"
    assert seat.get(f"{LIST}/nothing").status_code == 404


def test_a_campaign_is_renamed_and_a_bad_title_stays_typed(
    desk: Desk, clinic: Desked, committed: Sessions
) -> None:
    seat = desk.as_(user=clinic.cora)
    path = f"{LIST}/{clinic.letter}/rename"
    assert 'value="Autumn letter"' in seat.get(path).text
    for title, words in (("", "Fill this in."), ("x" * 130, "at most 120 characters")):
        refused = seat.post(path, data={"title": title})
        assert refused.status_code == 422
        assert words in refused.text
        assert f'value="{title}"' in refused.text
    done = seat.post(path, data={"title": "A letter in autumn"})
    assert done.headers["location"] == f"{LIST}/{clinic.letter}"
    assert get(committed, clinic.letter).title == "A letter in autumn"
    assert "A letter in autumn" in seat.get(LIST).text


def test_a_title_that_a_colleague_just_gave_is_not_replaced_unread(
    desk: Desk, clinic: Desked, committed: Sessions
) -> None:
    seat = desk.as_(user=clinic.cora)
    path = f"{LIST}/{clinic.letter}/rename"
    assert 'name="seen" value="Autumn letter"' in seat.get(path).text
    change(committed, clinic.letter, title="Letter of October")
    mine = {"title": "My letter", "seen": "Autumn letter"}
    refused = seat.post(path, data=mine)
    assert refused.status_code == 422
    assert "Meanwhile somebody called it “Letter of October”" in refused.text
    assert 'name="seen" value="Letter of October"' in refused.text
    assert get(committed, clinic.letter).title == "Letter of October"
    seat.post(path, data=mine | {"seen": "Letter of October"})
    assert get(committed, clinic.letter).title == "My letter"


def test_archiving_can_be_undone_where_it_is_told(
    desk: Desk, clinic: Desked, committed: Sessions
) -> None:
    seat = desk.as_(user=clinic.cora)
    told = seat.follow(seat.post(f"{LIST}/{clinic.letter}/archive"))
    assert "Autumn letter is archived. Its figures and links stay." in told.text
    assert f'action="{LIST}/{clinic.letter}/unarchive"' in told.text
    assert get(committed, clinic.letter).archived_at is not None
    assert "Autumn letter" in seat.get(f"{LIST}?archived=yes").text
    inside = seat.get(f"{LIST}/{clinic.letter}/who").text
    assert "It is out of the way and cannot be changed." in inside
    assert "Save and go on" not in inside
    seat.post(f"{LIST}/{clinic.letter}/unarchive")
    assert get(committed, clinic.letter).archived_at is None


def test_what_is_under_way_is_not_archived(desk: Desk, clinic: Desked, committed: Sessions) -> None:
    change(committed, clinic.letter, status=CampaignStatus.APPROVED)
    refused = desk.as_(user=clinic.cora).post(f"{LIST}/{clinic.letter}/archive")
    assert refused.status_code == 409
    assert "cannot be archived while it is under way" in refused.text


def test_cancelling_says_what_is_lost_and_ends_it(
    desk: Desk, clinic: Desked, committed: Sessions
) -> None:
    seat = desk.as_(user=clinic.cora)
    path = f"{LIST}/{clinic.letter}/cancel"
    change(committed, clinic.letter, status=CampaignStatus.APPROVED)
    page = seat.get(path).text
    assert "Its review and its signatures end with it." in page
    assert "Nobody has got it yet, and nobody will." in page
    assert "It cannot be undone" in page
    refused = seat.post(path, data={"reason": "x" * 501})
    assert refused.status_code == 422
    assert "Use at most 500 characters." in refused.text
    assert get(committed, clinic.letter).status is CampaignStatus.APPROVED
    told = seat.follow(seat.post(path, data={"reason": "Wrong month."}))
    assert told.headers["location"] == f"{LIST}/{clinic.letter}/content"
    assert get(committed, clinic.letter).status is CampaignStatus.CANCELLED
    with committed.begin() as session:
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert entry is not None
        assert (entry.verb, entry.reason) == ("cancel campaign", "Wrong month.")
    assert seat.get(path).status_code == 409


def test_cancelling_says_how_many_will_not_get_it(
    desk: Desk, clinic: Desked, committed: Sessions
) -> None:
    with committed.begin() as session:
        campaign, program = make_sending(session, name="under-way", started_at=clock.now(session))
        make_deliveries(session, campaign, program)
    seat = desk.as_(user=clinic.cora)
    path = f"{LIST}/under-way/cancel"
    assert "3 people who are still waiting for it will not get it." in seat.get(path).text
    home = seat.follow(seat.post(path, data={}))
    assert home.headers["location"] == f"{LIST}/under-way/report"
    told = seat.get(f"{LIST}/under-way/who", cookies={})
    assert "Cancelled" in told.text


def test_the_steps_say_what_is_left_to_do(desk: Desk, clinic: Desked, committed: Sessions) -> None:
    base, seat = f"{LIST}/{clinic.letter}", desk.as_(user=clinic.cora)

    def states() -> list[str]:
        with committed.begin() as session:
            letter = queries.named(session, clinic.letter)
            framed = campaign_frame.frame(session, letter, clinic.cora, step="who")
            assert framed.next_step.key == "offer"
            return [f"{each.key}: {each.state} {each.note}".strip() for each in framed.steps]

    assert seat.get(f"{base}/who").status_code == 200
    assert states() == [
        "content: done",
        "who: current",
        "offer: done none needed",
        "check: todo",
        "when: todo",
    ]
    with committed.begin() as session:
        version = queries.newest_version(session, queries.named(session, clinic.letter))
        version.subject, blocks = " ", version.blocks
        found = [finding("HC-04", "message", why="It is missing."), finding("GO-01", "audience")]
        preflight.store(session, version, found)
    assert states()[0] == "content: todo a subject is missing"
    assert states()[3] == "check: problem 2 findings stop it"
    page = " ".join(seat.get(f"{base}/who").text.split())
    assert "Still to do:" in page
    assert f'<a href="{base}/content">Content</a> (a subject is missing),' in page
    assert "Still to do" not in desk.as_(Role.VIEWER).get(f"{base}/who").text
    with committed.begin() as session:
        version = queries.newest_version(session, queries.named(session, clinic.letter))
        version.subject, version.blocks = "News", [blocks[0], blocks[-1]]
        preflight.store(session, version, found[:1])
    assert states()[0] == "content: todo nothing is said yet"
    assert states()[3] == "check: problem 1 finding stops it"


def test_every_status_has_its_words_and_every_reason_reads_as_a_sentence() -> None:
    assert set(campaign_words.STATES) == {each.value for each in CampaignStatus}
    said = {
        "": "",
        "edited": campaign_words.NEWS["edited"],
        "by Cora: too fast": "By Cora: too fast.",
        "why?": "Why?",
    }
    for reason, words in said.items():
        assert campaign_words.reason(Campaign(status_reason=reason)) == words


def test_the_menu_offers_only_what_is_allowed(
    desk: Desk, clinic: Desked, committed: Sessions
) -> None:
    base = f"{LIST}/{clinic.letter}"
    page = desk.as_(Role.COORDINATOR).get(f"{base}/who").text
    for each in ("rename", "archive", "cancel"):
        assert f"{base}/{each}" in page
    assert f"/desk/campaigns/new?from={clinic.letter}" in page
    viewer = desk.as_(Role.VIEWER).get(f"{base}/who").text
    assert f"{base}/archive" not in viewer
    assert f"{base}/cancel" not in viewer
    with committed.begin() as session:
        at = clock.now(session) - timedelta(hours=1)
    change(committed, clinic.letter, status=CampaignStatus.FINISHED, started_at=at, finished_at=at)
    page = desk.as_(Role.COORDINATOR).get(f"{base}/who").text
    assert f"{base}/cancel" not in page
    assert f"{base}/report" in page
    assert f"{base}/archive" in page


def test_a_longer_list_asks_the_database_no_more(
    desk: Desk, clinic: Desked, committed: Sessions, engine: Engine
) -> None:
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    seat = desk.as_(Role.COORDINATOR)
    seat.get(LIST)
    event.listen(engine, "before_cursor_execute", note)
    try:
        seat.get(LIST)
        few = len(asked)
        with committed.begin() as session:
            for number in range(20):
                made = make_campaign(session, name=f"letter-{number}", author_id=clinic.cora.id)
                make_version(session, made)
        asked.clear()
        assert "22 campaigns" in seat.get(LIST).text
        assert len(asked) == few <= 14
    finally:
        event.remove(engine, "before_cursor_execute", note)

"""The report of a campaign on a page: figures with what they count, charts, files."""

import csv
import io

import pytest
from sqlalchemy import select

from campaigns.accounts.models import AuditEntry, Role
from campaigns.database import Sessions
from tests.factories import make_campaign, make_version
from tests.reporting import reported
from tests.web.pages.desk import Desk, Live, Scheme, Seat

HERE = "/desk/campaigns/autumn/report"


@pytest.fixture
def clinic(committed: Sessions) -> Sessions:
    """A clinic whose campaign was sent four days ago."""
    with committed.begin() as session:
        reported.make(session)
    return committed


@pytest.fixture
def viewer(clinic: Sessions) -> Seat:
    return Desk(clinic).as_(Role.VIEWER)


def test_the_parts_add_up_in_sight(viewer: Seat) -> None:
    page = viewer.get(HERE)
    assert page.status_code == 200
    assert "24 + 5 + 2 + 1 = 32" in " ".join(page.text.split())
    assert "Never agreed to this topic." in page.text
    assert "$1,887" in page.text
    assert "Autumn savings" in page.text


def test_the_segments_are_told_as_they_stand_today(clinic: Sessions, viewer: Seat) -> None:
    text = " ".join(viewer.get(HERE).text.split())
    table = text.split('id="segments-title"')[1].split("</table>")[0]
    assert "as it stands today" in table
    assert "the lines overlap and do not add up" in table
    assert "$1,887" in table
    [line] = csv.DictReader(io.StringIO(viewer.get(f"{HERE}/segments.csv").text, newline=""))
    assert (line["accepted"], line["people_who_clicked"], line["booked"]) == ("24", "8", "1")
    assert line["revenue_cents"] == "188700"


def test_each_figure_says_what_it_counts(viewer: Seat) -> None:
    text = viewer.get(HERE).text
    for sentence in (
        "Accepted is not delivered",
        "What scanners and previews follow is left out.",
        "An open proves nothing",
        "An open never gives credit",
        "Not people, and in none of the figures above.",
    ):
        assert sentence in text


def test_a_viewer_is_shown_no_address_and_given_none(clinic: Sessions, viewer: Seat) -> None:
    text = viewer.get(HERE).text
    assert "@example.com" not in text
    assert "people.csv" not in text
    assert viewer.post(f"{HERE}/people.csv").status_code == 403
    for name in ("figures", "links", "days", "regions", "segments"):
        file = viewer.get(f"{HERE}/{name}.csv")
        assert file.status_code == 200
        assert "@" not in file.text
        assert f'filename="autumn-{name}.csv"' in file.headers["content-disposition"]
        assert file.headers["content-type"].startswith("text/csv")


def test_who_sees_contacts_takes_the_people_and_the_trail_says_so(clinic: Sessions) -> None:
    seat = Desk(clinic).as_(Role.COORDINATOR)
    assert "people.csv" in seat.get(HERE).text
    file = seat.post(f"{HERE}/people.csv")
    rows = list(csv.DictReader(io.StringIO(file.text, newline="")))
    assert len(rows) == reported.AUDIENCE
    assert file.headers["cache-control"] == "no-store"
    with clinic() as session:
        assert "export people of a report" in set(session.scalars(select(AuditEntry.verb)))


def test_before_it_is_sent_the_page_says_what_will_stand_there(desk: Desk) -> None:
    with desk.sessions.begin() as session:
        campaign = make_campaign(session, name="winter")
        make_version(session, campaign)
    page = desk.as_(Role.VIEWER).get("/desk/campaigns/winter/report")
    assert "No report yet" in page.text
    assert desk.as_(Role.VIEWER).get("/desk/campaigns/nowhere/report").status_code == 404


def test_nobody_reads_it_without_signing_in(desk: Desk) -> None:
    assert desk.nobody().get(HERE).status_code == 303


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (375, "dark")])
def test_charts_are_drawn_from_their_tables(
    clinic: Sessions, live: Live, width: int, scheme: Scheme
) -> None:
    page = live.as_(Role.OWNER, path=HERE, width=width, scheme=scheme)
    page.locator("figure[data-chart=days] canvas").wait_for()
    assert page.locator("details.numbers[open]").count() == 0
    live.inspect(page)
    for summary in page.locator(".report details > summary").all():
        summary.click()
    live.inspect(page)


@pytest.mark.browser
def test_without_scripts_the_numbers_stand_in_tables(clinic: Sessions, live: Live) -> None:
    page = live.as_(Role.OWNER, path=HERE, scripts=False)
    assert page.locator("#days").is_visible()
    assert not page.locator("figure[data-chart=days]").is_visible()

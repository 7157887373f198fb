"""An event of a message can be put into a calendar, as the message said it when it was approved."""

import re
from datetime import UTC, datetime

import pytest

from campaigns import icalendar, public_urls, tokens
from campaigns.database import Sessions
from campaigns.planning.models import CampaignVersion
from campaigns.rendering.freeze import freeze
from tests.factories import make_campaign, make_organisation, make_version
from tests.tracking.factories import stop_clock
from tests.web.browsing import Browser

EVENT = {
    "type": "event",
    "id": "evening",
    "heading": "Questions, answers; and tea",
    "starts": "2026-12-04T18:00",
    "ends": "2026-12-04T19:30",
    "zone": "America/Chicago",
    "place": "100 Example Plaza, Allen",
    "text": "<p>Bring your questions to <strong>{clinic}</strong>.</p>",
    "cta": {"text": "Save a seat", "url": "https://renew.example.com/seat"},
}


@pytest.fixture
def version(committed: Sessions) -> CampaignVersion:
    """A version with an event, not frozen yet."""
    with committed.begin() as session:
        stop_clock(session)
        make_organisation(session, name="Renew Health", sender_address="hello@renew.example.com")
        campaign = make_campaign(session)
        return make_version(session, campaign, blocks=[EVENT, {"type": "footer"}])


def frozen(committed: Sessions, version: CampaignVersion) -> dict[str, str]:
    """Both parts of the frozen message, and where its links lead."""
    with committed.begin() as session:
        program = freeze(session, session.get_one(CampaignVersion, version.id))
        return {
            "text": program.content["text"],
            "links": "\n".join(each["url"] for each in program.content["links"]),
        }


def path(version: CampaignVersion, block: str = "evening") -> str:
    return f"/e/{tokens.mint_version(version.id)}/{block}.ics"


def unfolded(file: str) -> dict[str, str]:
    lines = re.sub(r"\r\n ", "", file).split("\r\n")
    return {name: value for name, _, value in (each.partition(":") for each in lines if each)}


def test_the_message_leads_to_a_file_with_what_it_says(
    browser: Browser, committed: Sessions, version: CampaignVersion
) -> None:
    said = frozen(committed, version)
    address = public_urls.event(tokens.mint_version(version.id), "evening")
    assert address in said["links"]
    answer = browser.get(path(version))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == icalendar.MEDIA_TYPE
    assert answer.headers["content-disposition"] == 'attachment; filename="event.ics"'
    entry = unfolded(answer.text)
    assert entry["DTSTART"] == "20261205T000000Z"
    assert entry["DTEND"] == "20261205T013000Z"
    assert entry["SUMMARY"] == r"Questions\, answers\; and tea"
    assert entry["LOCATION"] == r"100 Example Plaza\, Allen"
    assert entry["DESCRIPTION"] == "Bring your questions to Renew Health."
    assert entry["URL"] == "https://renew.example.com/seat"
    assert entry["UID"].endswith("@renew.example.com")
    assert entry["SEQUENCE"] == str(version.revision)
    assert entry["STATUS"] == "CONFIRMED"


def test_a_later_version_replaces_the_entry_in_the_calendar(
    browser: Browser, committed: Sessions, version: CampaignVersion
) -> None:
    frozen(committed, version)
    with committed.begin() as session:
        first = session.get_one(CampaignVersion, version.id)
        moved = EVENT | {"starts": "2026-12-05T18:00", "ends": "2026-12-05T19:30"}
        later = CampaignVersion(
            campaign_id=first.campaign_id,
            revision=first.revision + 1,
            subject=first.subject,
            preheader=first.preheader,
            blocks=[moved, {"type": "footer"}],
            created_at=first.created_at,
            created_by=first.created_by,
        )
        session.add(later)
        session.flush()
        freeze(session, later)
    before, after = (unfolded(browser.get(path(each)).text) for each in (version, later))
    assert before["UID"] == after["UID"]
    assert int(after["SEQUENCE"]) > int(before["SEQUENCE"])
    assert after["DTSTART"] == "20261206T000000Z"


def test_an_event_that_nobody_approved_is_not_shown(
    browser: Browser, committed: Sessions, version: CampaignVersion
) -> None:
    assert browser.get(path(version)).status_code == 404
    frozen(committed, version)
    assert browser.get(path(version, "footer")).status_code == 404
    assert browser.get(path(version)[:-12] + "AAAAAAAA.ics").status_code == 404
    gone = f"/e/{tokens.mint_version(version.id + 1000)}/evening.ics"
    assert browser.get(gone).status_code == 404


def test_an_entry_says_only_what_is_known_and_folds_long_lines() -> None:
    at = datetime(2026, 12, 4, 18, tzinfo=UTC)
    entry = icalendar.Entry(
        uid="a@example.com", stamp=at, starts_at=at, ends_at=at, summary="é" * 60
    )
    file = icalendar.file(entry, made_by="Tests").decode()
    assert "LOCATION" not in file
    assert all(len(each.encode()) <= 75 for each in file.split("\r\n"))
    assert unfolded(file)["SUMMARY"] == "é" * 60

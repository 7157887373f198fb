"""What a program reads: campaigns whose figures add up, their reports, how sending goes."""

from datetime import datetime

import pytest

from campaigns import clock
from campaigns.database import Sessions
from campaigns.delivery import heartbeat
from campaigns.planning.models import Campaign, CampaignOccurrence, CampaignStatus
from campaigns.web.api.campaigns import SIZE
from tests.factories import make_campaign, make_version
from tests.tracking.factories import make_reader
from tests.web.api.conftest import MakeProgram


@pytest.fixture
def autumn(committed: Sessions) -> str:
    """A campaign that named two people and reached them."""
    with committed.begin() as session:
        campaign = make_campaign(session, name="autumn", status=CampaignStatus.FINISHED)
        make_version(session, campaign)
        for _ in range(2):
            make_reader(session, campaign)
        session.add(
            CampaignOccurrence(
                campaign_id=campaign.id,
                due_at=clock.now(session),
                local_time=clock.now(session).replace(tzinfo=None),
                zone="UTC",
                audience_count=2,
            )
        )
    return campaign.name


def test_campaigns_come_with_their_state_and_figures_that_add_up(
    program: MakeProgram, autumn: str
) -> None:
    (found,) = program("reports").get("/api/v1/campaigns").json()["campaigns"]
    assert (found["name"], found["status"], found["topic"]) == (autumn, "finished", "education")
    assert found["deliveries"] == {
        "queued": 0, "inflight": 0, "sent": 2, "skipped": 0, "failed": 0, "uncertain": 0,
    }  # fmt: skip
    assert (found["audience"], found["adds_up"]) == (2, True)
    assert (found["revenue_cents"], found["currency"]) == (0, "USD")
    assert datetime.fromisoformat(found["created_at"]).tzinfo is not None
    assert "@" not in str(found)


def test_figures_that_do_not_add_up_are_not_said_to(
    program: MakeProgram, committed: Sessions, autumn: str
) -> None:
    with committed.begin() as session:
        make_reader(session, session.query(Campaign).one())
    asking = program("reports")
    (found,) = asking.get("/api/v1/campaigns").json()["campaigns"]
    assert (found["audience"], found["deliveries"]["sent"], found["adds_up"]) == (2, 3, False)
    assert asking.get(f"/api/v1/campaigns/{autumn}").json()["adds_up"] is False


def test_a_report_is_the_one_that_staff_read(program: MakeProgram, autumn: str) -> None:
    report = program("reports").get(f"/api/v1/campaigns/{autumn}").json()
    assert (report["campaign"], report["audience"], report["adds_up"]) == (autumn, 2, True)
    assert report["waterfall"] == [{"status": "sent", "reason": "", "count": 2}]


def test_campaigns_come_a_page_at_a_time(program: MakeProgram, committed: Sessions) -> None:
    with committed.begin() as session:
        for _ in range(SIZE + 1):
            make_version(session, make_campaign(session))
    asking = program("reports")
    first = asking.get("/api/v1/campaigns").json()
    second = asking.get("/api/v1/campaigns?page=2").json()
    assert (len(first["campaigns"]), first["has_more"]) == (SIZE, True)
    assert (len(second["campaigns"]), second["has_more"], second["total"]) == (1, False, SIZE + 1)
    assert asking.get("/api/v1/campaigns?archived=true").json()["campaigns"] == []


def test_the_state_of_sending_is_told_as_facts_and_in_sentences(
    program: MakeProgram, committed: Sessions
) -> None:
    asking = program("status")
    before = asking.get("/api/v1/status").json()
    assert before["is_well"] is False
    assert any("has not ticked" in each for each in before["worries"])
    with committed.begin() as session:
        heartbeat.beat(session, heartbeat.TICK)
    after = asking.get("/api/v1/status").json()
    assert (after["is_well"], after["queued"], after["campaigns"]) == (True, 0, [])
    assert any("No message is due." in each for each in after["sentences"])

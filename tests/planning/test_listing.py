"""Campaigns are found by words, state and topic; archived ones only where asked for."""

from campaigns import clock
from campaigns.contacts.models import Topic
from campaigns.database import Session
from campaigns.planning import listing
from campaigns.planning.models import Campaign, CampaignStatus
from tests.factories import make_campaign, make_version


def made(session: Session, name: str, subject: str = "News", **values: object) -> Campaign:
    campaign = make_campaign(session, name=name, **values)
    make_version(session, campaign, subject=subject)
    return campaign


def found(session: Session, **asked: object) -> list[str]:
    listed = listing.search(session, **asked)  # type: ignore[arg-type]
    assert listed.total == len(listed.rows)
    return [each.campaign.name for each in listed.rows]


def test_words_state_and_topic_narrow_the_list_together(session: Session) -> None:
    assert not listing.are_there_any(session)
    made(session, "spring", "Save 100% of your time", topic=Topic.OFFERS)
    made(session, "summer", title="Long days", status=CampaignStatus.FINISHED)
    made(session, "autumn", status=CampaignStatus.FINISHED, archived_at=clock.now(session))
    assert listing.are_there_any(session)
    assert found(session) == ["summer", "spring"]
    assert found(session, text=" long DAYS") == ["summer"]
    assert found(session, text="100%") == ["spring"]
    assert found(session, text="1%0") == []
    assert found(session, text="spr") == ["spring"]
    assert found(session, status=CampaignStatus.FINISHED) == ["summer"]
    assert found(session, topic=Topic.OFFERS) == ["spring"]
    assert found(session, topic=Topic.OFFERS, status=CampaignStatus.FINISHED) == []
    assert found(session, archived=True) == ["autumn"]
    assert [each.name for each in listing.as_pattern(session, most=2)] == ["autumn", "summer"]


def test_the_newest_words_are_searched_and_shown(session: Session) -> None:
    campaign = made(session, "letter", "The old subject")
    campaign.revision = 2
    make_version(session, campaign, subject="The new subject")
    assert found(session, text="old") == []
    [row] = listing.search(session, text="new").rows
    assert (row.subject, row.segment.id) == ("The new subject", campaign.segment_id)


def test_a_long_list_has_pages(session: Session) -> None:
    for number in range(5):
        made(session, f"letter-{number}")
    first = listing.search(session, size=2)
    last = listing.search(session, size=2, page=3)
    assert (first.total, first.has_more, last.has_more) == (5, True, False)
    assert [each.campaign.name for each in first.rows] == ["letter-4", "letter-3"]
    assert [each.campaign.name for each in last.rows] == ["letter-0"]

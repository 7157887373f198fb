"""Who gets which part is settled with the audience, kept, and shown again as it was."""

from email import message_from_bytes, policy

import pytest
from sqlalchemy import select

from campaigns import clock, tokens
from campaigns.contacts import queries as contacts
from campaigns.contacts import segments
from campaigns.contacts.models import Contact, Segment
from campaigns.database import Session, Sessions
from campaigns.delivery import batch, dispatch, programs
from campaigns.delivery.models import Delivery
from campaigns.delivery.transports.memory import Memory
from campaigns.planning.models import Campaign, CampaignOccurrence, CampaignStatus
from campaigns.registry import REGISTRY
from campaigns.rendering import freeze
from campaigns.web.app import create_app
from tests.factories import (
    make_campaign,
    make_contact,
    make_organisation,
    make_segment,
    make_version,
)
from tests.rendering.factories import make_letter
from tests.web.browsing import Browser

BLOCKS = [
    {"id": "all", "type": "quote", "text": "For all of you.", "source": "The desk"},
    {"id": "texas", "type": "quote", "text": "For Texans.", "source": "A", "visibility": "texans"},
    {"id": "oklahoma", "type": "quote", "text": "For Sooners.", "source": "B",
     "visibility": "sooners"},
    {"id": "footer", "type": "footer"},
]  # fmt: skip


def prepare(session: Session) -> Campaign:
    """A campaign whose content is pinned and whose audience is about to be frozen."""
    make_organisation(session)
    for name, region in (("texans", "US-TX"), ("sooners", "US-OK")):
        make_segment(session, rule={"region": region}).name = name
    now = clock.now(session)
    when = {"scheduled_at": now, "zone": "America/Chicago", "local_time": now.replace(tzinfo=None)}
    campaign = make_campaign(session, status=CampaignStatus.PREPARING, **when)
    program = freeze.freeze(session, make_version(session, campaign, blocks=BLOCKS))
    campaign.pinned_version_id, campaign.pinned_hash = program.version_id, program.content_hash
    session.add(
        CampaignOccurrence(
            campaign_id=campaign.id,
            due_at=now,
            local_time=now.replace(tzinfo=None),
            zone="America/Chicago",
        )
    )
    for name, region in (("tessa", "US-TX"), ("oliver", "US-OK"), ("nora", "US-NM")):
        make_contact(session, f"{name}@example.com", region=region)
    return campaign


@pytest.fixture
def prepared(committed: Sessions) -> int:
    """The campaign's id."""
    programs.forget()
    with committed.begin() as session:
        return prepare(session).id


def parts_of(text: str) -> list[str]:
    """Which parts stand in a text."""
    return [each for each in ("For all", "For Texans", "For Sooners") if each in text]


def sent(sessions: Sessions) -> dict[str, list[str]]:
    """Which parts each address got."""
    way = Memory()
    batch.run(sessions, way, seconds=20)
    found = {}
    for envelope, raw in way.sent:
        part = message_from_bytes(raw, policy=policy.default).get_body(("plain",))
        assert part is not None
        found[envelope.rcpt_to.partition("@")[0]] = parts_of(part.get_content())
    return found


def test_each_reader_gets_the_parts_of_the_segments_they_are_within(
    committed: Sessions, prepared: int
) -> None:
    dispatch.freeze_audience(committed, prepared, REGISTRY)
    assert sent(committed) == {
        "tessa": ["For all", "For Texans"],
        "oliver": ["For all", "For Sooners"],
        "nora": ["For all"],
    }


def test_what_was_shown_is_settled_with_the_audience_and_shown_again_in_the_browser(
    committed: Sessions, prepared: int
) -> None:
    dispatch.freeze_audience(committed, prepared, REGISTRY)
    with committed.begin() as session:
        tessa = contacts.by_address(session, "tessa@example.com")
        tessa.region = "US-OK"
        kept = session.scalars(select(Delivery.shown)).all()
        assert sorted(kept) == [0, 1, 2]
    assert sent(committed)["tessa"] == ["For all", "For Texans"]
    with committed.begin() as session:
        tessa = contacts.by_address(session, "tessa@example.com")
        delivery = session.scalars(select(Delivery).where(Delivery.contact_id == tessa.id)).one()
        segments.named(session, "texans").rule = {"region": "US-NM"}
        token = _view_token(delivery)
    assert parts_of(Browser(create_app(committed)).get(f"/v/{token}").text) == [
        "For all",
        "For Texans",
    ]


def _view_token(delivery: Delivery) -> str:
    return tokens.mint(
        tokens.Family.TRACK, campaign_id=delivery.campaign_id, delivery_id=delivery.id
    )


def test_a_segment_that_is_gone_pauses_the_campaign_before_anybody_is_written_to(
    committed: Sessions, prepared: int
) -> None:
    with committed.begin() as session:
        session.delete(segments.named(session, "texans"))
    dispatch.freeze_audience(committed, prepared, REGISTRY)
    with committed() as session:
        campaign = session.get_one(Campaign, prepared)
        assert campaign.status is CampaignStatus.PAUSED
        assert "no segment 'texans' any more" in campaign.status_reason
        assert not session.scalars(select(Delivery)).all()
        assert session.scalars(select(Contact)).all()
        assert session.scalars(select(Segment)).all()


def test_nobody_is_asked_about_where_nothing_depends_on_it(session: Session) -> None:
    version = make_letter(session, BLOCKS[0])
    assert freeze.freeze(session, version).content["conditions"] == []

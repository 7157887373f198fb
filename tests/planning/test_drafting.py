"""Every edit is a new version, and what was approved before no longer counts."""

import threading
from collections.abc import Sequence

import pytest
from sqlalchemy import select

from campaigns import clock
from campaigns.accounts.models import AuditEntry, Role, User
from campaigns.contacts.models import Topic
from campaigns.database import Session, Sessions
from campaigns.errors import Conflict, Invalid, NotAllowed, NotFound, NotInState
from campaigns.planning import content, drafting, lifecycle, queries
from campaigns.planning.models import Campaign, CampaignApproval, CampaignStatus, CampaignVersion
from tests.factories import make_campaign, make_segment, make_user, make_version
from tests.promotions.factories import make_promotion

BLOCKS = [{"id": "header", "type": "header"}, {"id": "footer", "type": "footer"}]


def begin(
    session: Session,
    actor: User,
    name: str = "autumn-savings",
    segment: str = "",
    promotions: Sequence[str] = (),
) -> Campaign:
    return drafting.begin(
        session,
        actor=actor,
        name=name,
        topic=Topic.OFFERS,
        segment=segment or make_segment(session).name,
        promotion_codes=promotions,
        subject="A visit for less",
        preheader="Until 12 December",
        blocks=BLOCKS,
        pace_per_minute=60,
    )


def edit(session: Session, campaign: Campaign, actor: User) -> CampaignVersion:
    return drafting.edit(
        session, campaign, actor=actor, subject="A new subject", preheader="", blocks=BLOCKS
    )


@pytest.fixture
def author(session: Session) -> User:
    return make_user(session, Role.COORDINATOR)


def test_a_campaign_begins_as_a_draft_with_its_first_version(
    session: Session, author: User
) -> None:
    campaign = begin(session, author)
    assert (campaign.status, campaign.revision) == (CampaignStatus.DRAFT, 1)
    assert (campaign.author_id, campaign.pace_per_minute) == (author.id, 60)
    version = queries.newest_version(session, campaign)
    assert (version.subject, version.blocks, version.revision) == ("A visit for less", BLOCKS, 1)
    assert version.content_hash == ""
    entry = session.scalars(select(AuditEntry)).one()
    assert (entry.actor, entry.subject) == (author.address, "campaign autumn-savings")


@pytest.mark.parametrize("name", ["Autumn", "autumn savings", "-autumn", "a", "x" * 81, ""])
def test_a_name_that_commands_could_not_take(session: Session, author: User, name: str) -> None:
    with pytest.raises(Invalid, match="use a-z, 0-9 and hyphens"):
        begin(session, author, name)


def test_a_name_that_is_taken(session: Session, author: User) -> None:
    begin(session, author)
    with pytest.raises(Conflict, match="There is a campaign autumn-savings already"):
        begin(session, author)


def test_a_segment_that_does_not_exist(session: Session, author: User) -> None:
    with pytest.raises(NotFound, match="There is no segment nobody"):
        begin(session, author, segment="nobody")


def test_a_campaign_carries_its_promotions_and_so_does_its_duplicate(
    session: Session, author: User
) -> None:
    promotion = make_promotion(session, "package-savings")
    campaign = begin(session, author, promotions=["package-savings"])
    second = drafting.duplicate(session, campaign, actor=author, name="winter-savings")
    for each in (campaign, second):
        assert queries.promotion_ids(session, each) == [promotion.id]
    with pytest.raises(NotFound):
        begin(session, author, "spring", promotions=["spring-savings"])


def test_who_may_not_write_campaigns_is_told(session: Session) -> None:
    approver = make_user(session, Role.LEGAL)
    with pytest.raises(NotAllowed, match="may not write campaigns"):
        begin(session, approver)
    campaign = make_campaign(session)
    make_version(session, campaign)
    with pytest.raises(NotAllowed):
        edit(session, campaign, approver)
    with pytest.raises(NotAllowed):
        drafting.duplicate(session, campaign, actor=approver, name="second")


def test_an_edit_is_a_new_version_and_the_old_one_stays(session: Session, author: User) -> None:
    campaign = begin(session, author)
    version = edit(session, campaign, author)
    assert (campaign.revision, version.revision) == (2, 2)
    assert queries.newest_version(session, campaign) is version
    subjects = session.scalars(select(CampaignVersion.subject).order_by(CampaignVersion.revision))
    assert subjects.all() == ["A visit for less", "A new subject"]


@pytest.mark.parametrize("status", [CampaignStatus.IN_REVIEW, CampaignStatus.APPROVED])
def test_an_edit_voids_the_approval(session: Session, author: User, status: CampaignStatus) -> None:
    campaign = begin(session, author)
    campaign.status = status
    approved = queries.newest_version(session, campaign)
    approved.content_hash = "abc"
    session.add(
        CampaignApproval(
            campaign_id=campaign.id,
            content_hash="abc",
            role=Role.CLINICAL,
            user_id=author.id,
            reason="read it",
            at=clock.now(session),
        )
    )
    session.flush()
    assert len(queries.approvals(session, campaign, "abc")) == 1
    version = edit(session, campaign, author)
    assert (campaign.status, campaign.status_reason) == (CampaignStatus.DRAFT, "edited")
    assert version.content_hash == ""
    assert queries.approvals(session, campaign, version.content_hash) == []


@pytest.mark.parametrize("status", sorted(set(CampaignStatus) - lifecycle.EDITABLE))
def test_what_is_on_its_way_cannot_be_edited(
    session: Session, author: User, status: CampaignStatus
) -> None:
    campaign = begin(session, author)
    campaign.status = status
    session.flush()
    with pytest.raises(NotInState, match=f"is {status}; only a draft, or one in review"):
        edit(session, campaign, author)
    assert campaign.revision == 1


def test_an_edit_waits_for_a_submission_on_its_way_and_then_is_refused(
    committed: Sessions,
) -> None:
    with committed.begin() as session:
        author = make_user(session, Role.COORDINATOR)
        name = begin(session, author).name
    refusals: list[str] = []

    def do() -> None:
        with committed() as other:
            try:
                edit(other, queries.named(other, name), author)
            except NotInState as refusal:
                refusals.append(str(refusal))

    with committed.begin() as session:
        lifecycle.submit(session, queries.named(session, name))
        meanwhile = threading.Thread(target=do)
        meanwhile.start()
        meanwhile.join(timeout=0.3)
        assert meanwhile.is_alive()
    meanwhile.join()
    assert len(refusals) == 1
    assert "is rendering" in refusals[0]


def test_a_duplicate_is_a_draft_with_the_newest_content(session: Session, author: User) -> None:
    campaign = begin(session, author)
    edit(session, campaign, author)
    campaign.status = CampaignStatus.FINISHED
    session.flush()
    second = drafting.duplicate(session, campaign, actor=author, name="winter-savings")
    assert (second.status, second.revision) == (CampaignStatus.DRAFT, 1)
    assert (second.topic, second.segment_id) == (campaign.topic, campaign.segment_id)
    assert second.pace_per_minute == campaign.pace_per_minute
    assert queries.newest_version(session, second).subject == "A new subject"
    assert second.scheduled_at is None


def test_a_campaign_is_found_by_name_or_number(session: Session, author: User) -> None:
    campaign = begin(session, author)
    assert queries.named(session, "autumn-savings") is campaign
    assert queries.named(session, str(campaign.id)) is campaign
    with pytest.raises(NotFound, match="There is no campaign spring"):
        queries.named(session, "spring")
    with pytest.raises(NotFound):
        queries.named(session, "9" * 30)
    assert queries.listed(session) == [campaign]
    assert queries.in_status(session, CampaignStatus.DRAFT) == [campaign]
    assert queries.in_status(session, CampaignStatus.SENDING) == []
    assert queries.occurrence(session, campaign) is None


FILE = """\
name: autumn-savings
topic: offers
segment: {segment}
subject: {subject}
preheader: Until 12 December
pace_per_minute: 30
blocks:
  - type: header
  - type: footer
"""


def save(session: Session, actor: User, segment: str, subject: str) -> Campaign:
    file = content.read(FILE.format(segment=segment, subject=subject))
    return drafting.save(session, file, actor=actor)


def test_a_file_saved_again_is_a_new_version(session: Session, author: User) -> None:
    segment = make_segment(session).name
    first = save(session, author, segment, "A visit for less")
    again = save(session, author, segment, "A visit for much less")
    assert again is first
    assert (first.revision, first.pace_per_minute) == (2, 30)
    assert queries.newest_version(session, first).subject == "A visit for much less"


def test_a_file_of_the_same_name_with_another_plan_is_refused(
    session: Session, author: User
) -> None:
    save(session, author, make_segment(session).name, "A visit for less")
    with pytest.raises(Conflict, match="has another topic, segment or promotions"):
        save(session, author, make_segment(session).name, "A visit for less")


def test_a_file_may_say_what_people_call_it(session: Session, author: User) -> None:
    segment = make_segment(session).name
    text = FILE.format(segment=segment, subject="A visit for less")
    plain = drafting.save(session, content.read(text), actor=author)
    assert plain.title == "Autumn savings"
    titled = content.read(text.replace("topic:", "title: Savings before winter\ntopic:", 1))
    assert drafting.save(session, titled, actor=author).title == "Savings before winter"
    drafting.save(session, content.read(text), actor=author)
    assert plain.title == "Savings before winter"

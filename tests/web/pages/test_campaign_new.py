"""A campaign begins from a starter, from an earlier one, or with an empty page."""

import pytest

from campaigns.accounts.models import Role
from campaigns.contacts import queries as contacts
from campaigns.contacts import segments
from campaigns.contacts.models import Topic
from campaigns.database import Sessions
from campaigns.planning import queries
from campaigns.planning.models import Campaign, CampaignStatus, CampaignVersion
from campaigns.promotions import lifecycle
from campaigns.promotions import queries as promotions
from campaigns.rendering import starters
from tests.web.pages import campaigns
from tests.web.pages.campaigns import Desked
from tests.web.pages.desk import Desk

NEW = "/desk/campaigns/new"
STARTER = f"{NEW}?kind=starter&name=discount"


@pytest.fixture
def clinic(desk: Desk, committed: Sessions) -> Desked:
    return campaigns.set_up(committed)


def made(sessions: Sessions, name: str) -> tuple[Campaign, CampaignVersion, str, list[str]]:
    """A campaign with its content, its segment's name and the codes of its promotions."""
    with sessions.begin() as session:
        campaign = queries.named(session, name)
        ids = queries.promotion_ids(session, campaign)
        return (
            campaign,
            queries.newest_version(session, campaign),
            contacts.segment(session, campaign.segment_id).name,
            [each.code for each in promotions.by_ids(session, ids)],
        )


def test_the_gallery_shows_every_starter_and_every_earlier_campaign(
    desk: Desk, clinic: Desked
) -> None:
    page = desk.as_(Role.COORDINATOR).get(NEW).text
    for each in starters.listed():
        assert f"{NEW}?kind=starter&amp;name={each.name}" in page
        assert each.file.about in page
        assert f'src="/static/starters/{each.name}.png?v=' in page
    for topic in Topic:
        assert f"{NEW}?kind=empty&amp;name={topic}" in page
    assert f'<option value="{clinic.letter}">Autumn letter</option>' in page


def test_without_an_earlier_campaign_none_is_offered(desk: Desk) -> None:
    assert "From an earlier campaign" not in desk.as_(Role.COORDINATOR).get(NEW).text


def test_a_starter_asks_for_title_audience_and_offer(desk: Desk, clinic: Desked) -> None:
    page = desk.as_(Role.COORDINATOR).get(STARTER).text
    assert 'value="Discount newsletter"' in page
    assert "1 contact today: lives in US-TX." not in page
    assert "2 contacts today: lives in US-TX." in page
    assert "Everyone who agreed to hear from us" in page
    assert "Autumn savings" in page
    assert "What is in it" in page
    assert "Save up to [saving] on visit packages" in page
    assert "Sample Clinic: package savings of up to [saving]" in page


def test_the_only_choice_there_is_is_made_already(
    desk: Desk, clinic: Desked, committed: Sessions
) -> None:
    seat = desk.as_(user=clinic.cora)
    assert " checked" not in seat.get(STARTER).text
    with committed.begin() as session:
        winter = promotions.named(session, "winter")
        lifecycle.end(session, winter, actor=session.merge(clinic.cora))
        everyone = segments.everyone(session)
        for each in queries.listed(session):
            each.segment_id = everyone.id
        session.flush()
        for other in contacts.segments(session):
            if other.id != everyone.id:
                session.delete(other)
    page = seat.get(STARTER).text
    assert 'value="everyone" checked' in page
    assert 'value="autumn" checked' in page


def test_a_draft_begins_from_a_starter_with_an_offer(
    desk: Desk, clinic: Desked, committed: Sessions
) -> None:
    seat = desk.as_(user=clinic.cora)
    form = {"title": "Savings in autumn!", "segment": clinic.texas, "promotions": ["autumn"]}
    done = seat.post(STARTER, data=form)
    assert done.status_code == 303
    assert done.headers["location"] == "/desk/campaigns/savings-in-autumn/content"
    campaign, version, segment, codes = made(committed, "savings-in-autumn")
    assert (campaign.title, campaign.status) == ("Savings in autumn!", CampaignStatus.DRAFT)
    assert (campaign.topic, campaign.author_id) == (Topic.OFFERS, clinic.cora.id)
    assert (segment, codes) == (clinic.texas, ["autumn"])
    starter = starters.named("discount").file
    assert (version.subject, version.preheader) == (starter.subject, starter.preheader)
    assert [each["type"] for each in version.blocks] == [each.type for each in starter.blocks]


def test_two_of_the_same_title_get_addresses_of_their_own(
    desk: Desk, clinic: Desked, committed: Sessions
) -> None:
    seat = desk.as_(user=clinic.cora)
    for name in ("spring", "spring-2"):
        done = seat.post(STARTER, data={"title": "Spring", "segment": clinic.texas})
        assert done.headers["location"] == f"/desk/campaigns/{name}/content"
        assert made(committed, name)[0].title == "Spring"


def test_everyone_is_a_segment_that_is_made_when_it_is_first_chosen(
    desk: Desk, clinic: Desked, committed: Sessions
) -> None:
    seat = desk.as_(user=clinic.cora)
    path = f"{NEW}?kind=empty&name=education"
    for name in ("first", "second"):
        seat.post(path, data={"title": name, "segment": "everyone", "promotions": ["autumn"]})
        campaign, version, segment, codes = made(committed, name)
        assert (campaign.topic, segment, codes) == (Topic.EDUCATION, "everyone", [])
        assert version.subject == name
        assert [each["type"] for each in version.blocks] == ["header", "greeting", "footer"]


def test_an_earlier_campaign_is_copied_whole(
    desk: Desk, clinic: Desked, committed: Sessions
) -> None:
    seat = desk.as_(user=clinic.cora)
    page = seat.get(f"{NEW}?from={clinic.offers}").text
    assert 'value="Package offers (copy)"' in page
    assert "Whom it is for" not in page
    path = f"{NEW}?kind=campaign&amp;name={clinic.offers}"
    assert path in page
    done = seat.post(path.replace("&amp;", "&"), data={"title": "Package offers (copy)"})
    assert done.headers["location"] == "/desk/campaigns/package-offers-copy/content"
    old, new = made(committed, clinic.offers), made(committed, "package-offers-copy")
    assert new[1].blocks == old[1].blocks
    assert new[2:] == old[2:]
    assert new[0].id != old[0].id


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"title": "", "segment": "everyone"}, "Fill this in."),
        ({"title": "Spring"}, "Choose whom it is for; you can change it later."),
        ({"title": "x" * 121, "segment": "everyone"}, "A title is one line of at most 120"),
        ({"title": "Spring", "segment": "nobody"}, "Choose one of the list."),
        (
            {"title": "Spring", "segment": "everyone", "promotions": ["summer"]},
            "Choose among these: the offers have changed meanwhile.",
        ),
    ],
)
def test_bad_input_is_told_beside_its_field_and_stays_typed(
    desk: Desk, clinic: Desked, committed: Sessions, form: dict[str, str], words: str
) -> None:
    refused = desk.as_(user=clinic.cora).post(STARTER, data=form)
    assert refused.status_code == 422
    assert words in refused.text
    assert f'value="{form["title"]}"' in refused.text
    with committed.begin() as session:
        assert len(queries.listed(session)) == 2


@pytest.mark.parametrize(
    "asked", ["kind=starter&name=none", "kind=empty&name=news", "kind=x&name=y", "from=none"]
)
def test_there_is_nothing_of_that_kind_to_begin_from(
    desk: Desk, clinic: Desked, asked: str
) -> None:
    assert desk.as_(user=clinic.cora).get(f"{NEW}?{asked}").status_code == 404

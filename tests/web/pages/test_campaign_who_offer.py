"""The steps Who and Offer say what is, and what a change would undo."""

import pytest

from campaigns.accounts.models import Role
from campaigns.contacts import queries as contacts
from campaigns.database import Sessions
from campaigns.planning import queries
from campaigns.planning.models import CampaignStatus
from campaigns.promotions import lifecycle
from campaigns.promotions import queries as promotions
from campaigns.promotions.models import CodeMode
from tests.factories import make_contact
from tests.web.pages import campaigns
from tests.web.pages.campaigns import Desked, change
from tests.web.pages.desk import Desk

BASE = "/desk/campaigns"
OFFER = f"{BASE}/package-offers/offer"
WHO = f"{BASE}/package-offers/who"


@pytest.fixture
def clinic(desk: Desk, committed: Sessions) -> Desked:
    return campaigns.set_up(committed)


def plan(sessions: Sessions, name: str) -> tuple[CampaignStatus, str, list[str]]:
    """Where it stands, its segment's name, and the codes of its promotions."""
    with sessions.begin() as session:
        campaign = queries.named(session, name)
        segment = contacts.segment(session, campaign.segment_id).name
        carried = promotions.by_ids(session, queries.promotion_ids(session, campaign))
        return campaign.status, segment, [each.code for each in carried]


def test_the_waterfall_counts_and_names_by_reason(desk: Desk, clinic: Desked) -> None:
    seat = desk.as_(user=clinic.cora)
    page = seat.get(WHO).text
    assert "<strong>3</strong><p>named by" in page
    assert "The person never agreed to this topic." in page
    assert "would get it if it left now" in page
    assert "carla@example.com" not in page
    kept = seat.get(f"{WHO}?reason=no_consent").text
    assert "carla@example.com" in kept
    assert "ada@example.com" not in kept
    assert "/desk/contacts/" in kept
    sent = seat.get(f"{WHO}?reason=sent").text
    assert "Those who would get it" in sent
    assert "ada@example.com" in sent
    assert "carla@example.com" not in sent
    assert "carla@example.com" not in seat.get(f"{WHO}?reason=nonsense").text


def test_names_come_in_pages(desk: Desk, clinic: Desked, committed: Sessions) -> None:
    with committed.begin() as session:
        for number in range(20):
            make_contact(session, f"reader-{number}@example.com", first_name=f"R{number:02}")
    seat = desk.as_(user=clinic.cora)
    first = seat.get(f"{WHO}?reason=sent").text
    assert f"{WHO}?reason=sent&amp;page=2#people" in first
    second = seat.get(f"{WHO}?reason=sent&page=2").text
    assert f"{WHO}?reason=sent&amp;page=1#people" in second
    assert "R19" in second
    assert "R00" not in second


@pytest.mark.parametrize("role", [Role.VIEWER, Role.LEGAL])
def test_who_may_not_see_contacts_sees_numbers_only(desk: Desk, clinic: Desked, role: Role) -> None:
    page = desk.as_(role).get(f"{WHO}?reason=no_consent").text
    assert "The person never agreed to this topic." in page
    assert "Names are shown to people who may see contacts." in page
    assert "example.com" not in page
    assert "Save and go on" not in page


def test_another_segment_is_chosen_and_leads_on(
    desk: Desk, clinic: Desked, committed: Sessions
) -> None:
    seat = desk.as_(user=clinic.cora)
    done = seat.post(WHO, data={"segment": clinic.texas, "then": "next"})
    assert done.headers["location"] == OFFER
    assert plan(committed, clinic.offers)[1] == clinic.texas
    assert "Saved: it goes to another segment now." in seat.follow(done).text
    again = seat.post(WHO, data={"segment": clinic.texas, "then": "stay"})
    assert again.headers["location"] == WHO
    assert "Saved" not in seat.follow(again).text
    seat.post(WHO, data={"segment": "everyone"})
    assert plan(committed, clinic.offers)[1] == "everyone"


@pytest.mark.parametrize("segment", ["", "nobody"])
def test_a_segment_that_is_not_there_is_refused_beside_its_field(
    desk: Desk, clinic: Desked, committed: Sessions, segment: str
) -> None:
    before = plan(committed, clinic.offers)
    refused = desk.as_(user=clinic.cora).post(WHO, data={"segment": segment})
    assert refused.status_code == 422
    assert 'id="segment-error"' in refused.text
    assert plan(committed, clinic.offers) == before


def test_an_audience_of_nobody_is_a_problem_that_is_told(desk: Desk, clinic: Desked) -> None:
    seat = desk.as_(user=clinic.cora)
    page = seat.follow(seat.post(WHO, data={"segment": clinic.nowhere, "then": "stay"})).text
    assert "Nobody would get it" in page
    assert "names no contact at all today" in page
    assert "/desk/contacts/import" in page
    assert "3 further contacts are not named by this segment." in page


def test_an_audience_that_is_kept_back_whole_is_told_too(
    desk: Desk, clinic: Desked, committed: Sessions
) -> None:
    with committed.begin() as session:
        for each in ("ada@example.com", "ben@example.com"):
            contacts.by_address(session, each).region = "CA-ON"
    page = desk.as_(user=clinic.cora).get(WHO).text
    assert "names 3 people, and each of them is kept back" in page


@pytest.mark.parametrize("status", [CampaignStatus.IN_REVIEW, CampaignStatus.APPROVED])
def test_that_a_change_voids_the_approval_is_said_before_and_done_after(
    desk: Desk, clinic: Desked, committed: Sessions, status: CampaignStatus
) -> None:
    seat = desk.as_(user=clinic.cora)
    for path, form in ((WHO, {"segment": clinic.texas}), (OFFER, {"promotions": ["winter"]})):
        change(committed, clinic.offers, status=status)
        assert "its review and signatures end" in seat.get(path).text
        seat.post(path, data=form)
        assert plan(committed, clinic.offers)[0] is CampaignStatus.DRAFT
        page = seat.get(path).text
        assert "its review and signatures end" not in page
        assert "Why it stands here" in page


def test_what_is_scheduled_or_began_is_shown_and_not_changed(
    desk: Desk, clinic: Desked, committed: Sessions
) -> None:
    seat = desk.as_(user=clinic.cora)
    change(committed, clinic.offers, status=CampaignStatus.SCHEDULED)
    for path, form in ((WHO, {"segment": clinic.texas}), (OFFER, {"promotions": ["winter"]})):
        page = seat.get(path).text
        assert "Save" not in page.split("<section")[-1]
        assert "It cannot be changed as the campaign stands." in page
        refused = seat.post(path, data=form)
        assert refused.status_code == 422
        assert plan(committed, clinic.offers)[2] == ["autumn"]
    with committed.begin() as session:
        began = queries.named(session, clinic.letter).created_at
    change(committed, clinic.offers, status=CampaignStatus.SENDING, started_at=began)
    page = seat.get(WHO).text
    assert "The audience is settled" in page
    assert f"{BASE}/package-offers/live" in page
    assert "named by" not in page


def test_the_offer_shows_prices_the_claim_and_what_it_may_not_count(
    desk: Desk, clinic: Desked
) -> None:
    page = desk.as_(Role.COORDINATOR).get(OFFER).text
    for words in (
        "Autumn savings", "/desk/promotions/autumn", "Can be had", "$2,550", "$1,887", "$663",
        "26%", "“save up to 26%”", "1 of 1 package reaches it: Initial series.",
        "<strong>Plan of three:</strong> The package is a draft.", "25 of 25 places",
        "No code is needed", "One for each person.", "1 time each",
    ):  # fmt: skip
        assert words in " ".join(page.split()), words


def test_an_offer_that_cannot_be_had_is_a_problem(
    desk: Desk, clinic: Desked, committed: Sessions
) -> None:
    with committed.begin() as session:
        promotion = promotions.named(session, "autumn")
        lifecycle.pause(session, promotion, actor=session.merge(clinic.cora))
    page = desk.as_(user=clinic.cora).get(OFFER).text
    assert "Cannot be had" in page
    assert "It cannot go out with this offer" in page
    assert "No saving may be named" in page
    assert "(needs you)" in desk.as_(user=clinic.cora).get(WHO).text


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        (CodeMode.UNIQUE, "Each person gets a code of their own"),
        (CodeMode.SHARED, "Everyone types the same word"),
    ],
)
def test_codes_are_said_in_words(
    desk: Desk, clinic: Desked, committed: Sessions, mode: CodeMode, words: str
) -> None:
    with committed.begin() as session:
        promotion = promotions.named(session, "autumn")
        promotion.code_mode, promotion.budget_cents = mode, 1_200_000
        promotion.max_redemptions, promotion.new_contacts_only = None, True
    page = desk.as_(user=clinic.cora).get(OFFER).text
    assert words in page
    assert "$12,000 of savings" in page
    assert "New patients only" in page
    assert "For new patients only." in page


def test_two_offers_are_claimed_for_together_and_apart(
    desk: Desk, clinic: Desked, committed: Sessions
) -> None:
    seat = desk.as_(user=clinic.cora)
    done = seat.post(OFFER, data={"promotions": ["autumn", "winter"], "then": "next"})
    assert done.headers["location"] == f"{BASE}/package-offers/check"
    assert plan(committed, clinic.offers)[2] == ["autumn", "winter"]
    page = seat.get(OFFER).text
    assert "All of them together" in page
    assert "Winter savings" in page


def test_without_an_offer_the_step_teaches_and_warns(
    desk: Desk, clinic: Desked, committed: Sessions
) -> None:
    seat = desk.as_(user=clinic.cora)
    seat.post(OFFER, data={"then": "stay"})
    assert plan(committed, clinic.offers)[2] == []
    page = seat.get(OFFER).text
    assert "No offer is chosen yet" in page
    assert "1 block shows an offer and cannot be put together without one." in page
    seat.post(OFFER, data={"promotions": ["winter"]})
    with committed.begin() as session:
        version = queries.newest_version(session, queries.named(session, clinic.offers))
        version.blocks = [each for each in version.blocks if each["type"] != "offer_card"]
    assert "No block of the content shows an offer." in seat.get(OFFER).text


def test_an_offer_that_is_not_there_is_refused_beside_its_field(
    desk: Desk, clinic: Desked, committed: Sessions
) -> None:
    refused = desk.as_(user=clinic.cora).post(OFFER, data={"promotions": ["summer"]})
    assert refused.status_code == 422
    assert 'id="promotions-error"' in refused.text
    assert plan(committed, clinic.offers)[2] == ["autumn"]


def test_where_nothing_is_open_the_step_leads_to_promotions(
    desk: Desk, clinic: Desked, committed: Sessions
) -> None:
    seat = desk.as_(user=clinic.cora)
    seat.post(OFFER, data={"then": "stay"})
    with committed.begin() as session:
        for each in promotions.listed(session):
            lifecycle.end(session, each, actor=session.merge(clinic.cora))
    page = seat.get(OFFER).text
    assert "No promotion is open or planned." in page
    assert 'href="/desk/promotions"' in page
    begin = seat.get("/desk/campaigns/new?kind=starter&name=discount").text
    assert "No offer is open" in begin


def test_an_education_newsletter_needs_no_offer(
    desk: Desk, clinic: Desked, committed: Sessions
) -> None:
    path = f"{BASE}/{clinic.letter}/offer"
    seat = desk.as_(user=clinic.cora)
    assert "No offer, and none needed" in seat.get(path).text
    refused = seat.post(path, data={"promotions": ["autumn"]})
    assert refused.status_code == 422
    assert plan(committed, clinic.letter)[2] == []


def test_a_promotion_that_begins_later_says_from_when(
    desk: Desk, clinic: Desked, committed: Sessions
) -> None:
    with committed.begin() as session:
        winter = promotions.named(session, "winter")
        winter.starts_at = winter.ends_at - (winter.ends_at - winter.starts_at) / 4
    assert "From 9 Dec 2026 through 15 Dec 2026." in desk.as_(user=clinic.cora).get(OFFER).text


def test_what_a_colleague_chose_meanwhile_is_never_overwritten_silently(
    desk: Desk, clinic: Desked, committed: Sessions
) -> None:
    mine, theirs = desk.as_(user=clinic.cora), desk.as_(Role.COORDINATOR)
    shown = plan(committed, clinic.offers)[1]
    assert f'name="seen" value="{shown}"' in mine.get(WHO).text
    theirs.post(WHO, data={"segment": clinic.nowhere, "seen": shown})
    refused = mine.post(WHO, data={"segment": clinic.texas, "seen": shown})
    assert refused.status_code == 422
    assert "Meanwhile somebody chose “Segment" in refused.text
    assert f'name="seen" value="{clinic.nowhere}"' in refused.text
    assert plan(committed, clinic.offers)[1] == clinic.nowhere
    mine.post(WHO, data={"segment": clinic.texas, "seen": clinic.nowhere})
    assert plan(committed, clinic.offers)[1] == clinic.texas


def test_an_offer_a_colleague_chose_meanwhile_is_told(
    desk: Desk, clinic: Desked, committed: Sessions
) -> None:
    mine, theirs = desk.as_(user=clinic.cora), desk.as_(Role.COORDINATOR)
    assert 'name="seen" value="autumn"' in mine.get(OFFER).text
    theirs.post(OFFER, data={"promotions": ["winter"], "seen": "autumn"})
    refused = mine.post(OFFER, data={"promotions": ["autumn", "winter"], "seen": "autumn"})
    assert refused.status_code == 422
    assert "Meanwhile somebody chose Winter savings." in refused.text
    assert plan(committed, clinic.offers)[2] == ["winter"]
    theirs.post(OFFER, data={"seen": "winter"})
    refused = mine.post(OFFER, data={"promotions": ["autumn"], "seen": "winter"})
    assert "Meanwhile somebody chose no offer." in refused.text
    assert 'name="seen" value=""' in refused.text
    mine.post(OFFER, data={"promotions": ["autumn"], "seen": ""})
    assert plan(committed, clinic.offers)[2] == ["autumn"]


def test_the_second_person_sees_that_someone_is_there(desk: Desk, clinic: Desked) -> None:
    mine, theirs = desk.as_(user=clinic.cora), desk.as_(Role.COORDINATOR)
    assert "editing this now" not in mine.get(WHO).text
    page = theirs.get(OFFER).text
    assert "Cora is editing this now." in page
    assert "editing this now" not in desk.as_(Role.VIEWER).get(OFFER).text


def test_an_education_newsletter_goes_on_to_the_check(desk: Desk, clinic: Desked) -> None:
    path = f"{BASE}/{clinic.letter}/who"
    done = desk.as_(user=clinic.cora).post(path, data={"segment": clinic.texas, "then": "next"})
    assert done.headers["location"] == f"{BASE}/{clinic.letter}/check"

"""The desk in the morning: what needs this person, the month, and how the last campaigns did."""

from datetime import timedelta
from typing import Any

import pytest

from campaigns import clock
from campaigns.accounts.models import Role
from campaigns.bookings import lifecycle
from campaigns.database import Sessions
from campaigns.delivery import restored, stopping
from campaigns.planning.models import CampaignStatus
from tests.bookings import factories
from tests.factories import (
    make_campaign,
    make_contact,
    make_organisation,
    make_segment,
    make_user,
    make_version,
)
from tests.reporting import reported
from tests.web.pages.desk import Desk, Live, Scheme

C = CampaignStatus


@pytest.fixture
def busy(committed: Sessions) -> Sessions:
    """A clinic with something of everything: sent, sending, paused, scheduled twice, to confirm."""
    with committed.begin() as session:
        clinic = reported.make(session)
        now, segment = clock.now(session), make_segment(session)
        clinic.promotion.ends_at = now + timedelta(days=3)
        soon = now + timedelta(days=2)
        kinds: dict[str, dict[str, Any]] = {
            "winter-letter": {"status": C.SCHEDULED, "scheduled_at": soon},
            "holiday-hours": {"status": C.SCHEDULED, "scheduled_at": soon},
            "spring-offer": {
                "status": C.PAUSED,
                "started_at": now,
                "status_reason": "offer_changed: a promotion it carries was edited or paused",
            },
            "monthly-letter": {"status": C.SENDING, "started_at": now},
            "to-sign": {"status": C.IN_REVIEW},
            "ready": {"status": C.APPROVED},
        }
        for name, values in kinds.items():
            made = make_campaign(session, name=name, segment_id=segment.id, **values)
            make_version(session, made)
        reader = factories.make_contact(session, "bea@example.com")
        delivery = factories.make_delivery(session, clinic.campaign, reader)
        wish = factories.make_wish(clinic, slot_id=clinic.slots[2].id, name="Bea Example")
        lifecycle.request(session, delivery=delivery, wish=wish, key="bea")
    return committed


def test_a_new_clinic_learns_the_first_three_steps(desk: Desk) -> None:
    text = desk.as_(Role.COORDINATOR).get("/desk").text
    assert "in three steps" in text
    assert "Bring in your contacts" in text
    assert "Nothing needs you right now." in text
    assert "in three steps" not in desk.as_(Role.VIEWER).get("/desk").text


def test_the_steps_that_are_done_say_so(desk: Desk) -> None:
    with desk.sessions.begin() as session:
        make_contact(session)
        make_campaign(session)
    text = desk.as_(Role.OWNER).get("/desk").text
    assert "1 people are here" in text
    assert "Go on writing" in text


@pytest.mark.parametrize(
    ("role", "told", "not_told"),
    [
        (
            Role.COORDINATOR,
            ("Spring offer is paused", "Bea Example", "Ready is approved", "ends in 3 days"),
            ("Read and sign",),
        ),
        (Role.OWNER, ("Read and sign To sign", "Spring offer is paused"), ()),
        (Role.DESK, ("Bea Example",), ("Spring offer is paused", "Ready is approved", "ends in")),
        (Role.VIEWER, ("Nothing needs you right now.",), ("Bea Example", "is paused")),
    ],
)
def test_each_role_is_told_what_it_can_do_something_about(
    busy: Sessions, role: Role, told: tuple[str, ...], not_told: tuple[str, ...]
) -> None:
    text = Desk(busy).as_(role).get("/desk").text
    for each in told:
        assert each in text
    for each in not_told:
        assert each not in text


def test_a_paused_campaign_comes_with_its_reason_and_its_mend(busy: Sessions) -> None:
    text = Desk(busy).as_(Role.OWNER).get("/desk").text
    assert "A promotion it carries was edited or paused." in text
    assert 'action="/desk/campaigns/spring-offer/live/resume"' in text
    assert 'href="/desk/campaigns/spring-offer/offer"' in text


def test_two_campaigns_to_the_same_people_on_a_day_are_marked(busy: Sessions) -> None:
    text = Desk(busy).as_(Role.VIEWER).get("/desk").text
    assert "Same segment as “Holiday hours”" in text
    assert "Same segment as “Winter letter”" in text


def test_other_months_are_a_link_away(busy: Sessions) -> None:
    seat = Desk(busy).as_(Role.VIEWER)
    text = seat.get("/desk?month=2026-10").text
    assert "October 2026" in text
    assert "?month=2026-09" in text
    assert "?month=2026-11" in text
    assert "Nothing is scheduled in October." in text
    assert "This month is shown instead." in seat.get("/desk?month=soon").text


def test_the_last_campaigns_have_figures_with_what_they_count(busy: Sessions) -> None:
    text = Desk(busy).as_(Role.VIEWER).get("/desk").text
    assert 'href="/desk/campaigns/autumn/report"' in text
    assert "$1,887" in text
    assert "An open never gives credit" in text
    assert "@example.com" not in text


def test_what_is_paused_for_all_can_be_resumed_from_here(desk: Desk) -> None:
    with desk.sessions.begin() as session:
        stopping.pause_all(session, actor=make_user(session))
    seat = desk.as_(Role.COORDINATOR)
    assert "Resume all sending" in seat.get("/desk").text
    assert "Resume all sending" not in desk.as_(Role.DESK).get("/desk").text
    seat.post("/desk/sending/resume-all")
    assert "Resume all sending" not in seat.get("/desk").text


def test_a_restored_copy_says_what_it_does_not_know(desk: Desk) -> None:
    with desk.sessions.begin() as session:
        make_organisation(
            session, sending_paused_at=clock.now(session), sending_paused_by=restored.BY
        )
    assert "This is a restored or copied database" in desk.as_(Role.OWNER).get("/desk").text


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (375, "dark")])
def test_it_can_be_used_by_everyone(busy: Sessions, live: Live, width: int, scheme: Scheme) -> None:
    page = live.as_(Role.OWNER, path="/desk", width=width, scheme=scheme)
    page.get_by_role("heading", name="What needs you").wait_for()
    assert page.get_by_role("table", name="What goes out in").is_visible() == (width > 1000)
    live.inspect(page)
    page.get_by_text("What these figures count").click()
    live.inspect(page)


@pytest.mark.browser
def test_the_first_day_can_be_used_by_everyone(live: Live) -> None:
    page = live.as_(Role.OWNER, path="/desk", width=375)
    page.get_by_role("heading", name="in three steps").wait_for()
    live.inspect(page)

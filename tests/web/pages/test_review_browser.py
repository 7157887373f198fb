"""A campaign from hand-in to finished in a browser, with the workers' own verbs and real SMTP."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

import pytest
from playwright.sync_api import Locator, Page, expect

from campaigns.delivery import batch, dispatch, programs, upkeep
from campaigns.delivery.transports.smtp import Smtp
from campaigns.planning.models import CampaignStatus
from campaigns.registry import REGISTRY
from tests.delivery.relay import relay
from tests.factories import make_contact
from tests.web.pages.campaign_desk import House, make_house
from tests.web.pages.desk import Live, Scheme

pytestmark = pytest.mark.browser

OFFER = "/desk/campaigns/offer"
BOTH: list[tuple[int, Scheme]] = [(1280, "light"), (375, "dark")]


@contextmanager
def _workers(house: House, *, delay: float = 0.0) -> Iterator[None]:
    """A scheduler and a worker, without a broker, on a mail server that takes its time."""
    programs.forget()
    stop = Event()
    with relay() as ledger:
        ledger.delay = delay
        way = Smtp(f"smtp://127.0.0.1:{ledger.port}")

        def work() -> None:
            while not stop.wait(0.1):
                house.render()
                dispatch.start_due(house.sessions, REGISTRY)
                dispatch.freeze_prepared(house.sessions, REGISTRY)
                batch.run(house.sessions, way, seconds=2)
                upkeep.sweep(house.sessions)

        worker = Thread(target=work)
        worker.start()
        try:
            yield
        finally:
            stop.set()
            worker.join(timeout=30)
            way.close()


def _figure(page: Page) -> Locator:
    """How many the mail server accepted, as the page shows it."""
    return page.locator("#live-figures .stat", has_text="Accepted by the mail server").locator("dd")


def _accepted(page: Page) -> int:
    return int(_figure(page).inner_text().split()[0])


def test_handed_in_signed_sent_paused_resumed_and_finished(live: Live) -> None:
    house = make_house(live.sessions)
    with live.sessions.begin() as session:
        for number in range(9):
            make_contact(session, f"more{number}@example.com")
    with _workers(house, delay=0.06):
        cora = live.as_(user=house.cora, path=f"{OFFER}/review")
        cora.get_by_role("button", name="Hand in for review").click()
        expect(cora.get_by_text("It waits for legal approver")).to_be_visible(timeout=15_000)

        lena = live.as_(user=house.lena, path=f"{OFFER}/review")
        lena.get_by_label("Why you sign").fill("Prices and terms are those of the promotion.")
        lena.get_by_role("button", name="Approve").click()
        lena.get_by_text("Signed: it is approved").wait_for()

        cora.goto(f"{OFFER}/review")
        expect(cora.get_by_text("12 people get it at once")).to_be_visible()
        cora.get_by_role("button", name="Send it now").click()
        cora.get_by_role("heading", name="Progress").wait_for()
        going_out = cora.locator(".notice-title", has_text="It is going out")
        expect(going_out).to_be_visible(timeout=20_000)
        expect(_figure(cora)).to_have_text(re.compile(r"^([2-9]|1\d)"), timeout=20_000)
        cora.get_by_label("Why").fill("a price is wrong")
        cora.get_by_role("button", name="Pause").click()
        expect(cora.get_by_text("By Cora: a price is wrong.")).to_be_visible()
        assert house.status("offer") is CampaignStatus.PAUSED
        cora.wait_for_timeout(1500)
        before = _accepted(cora)
        cora.wait_for_timeout(1500)
        assert 0 < before == _accepted(cora) < 12
        live.inspect(cora)

        cora.get_by_role("button", name="Resume").last.click()
        cora.get_by_text("It goes on.").wait_for()
        expect(cora.locator(".notice-title", has_text="Finished")).to_be_visible(timeout=40_000)
        assert _accepted(cora) == 12
        expect(cora.get_by_role("link", name="Read its report").first).to_be_visible()
        live.inspect(cora)


def test_who_watches_sees_what_a_colleague_does_without_touching_anything(live: Live) -> None:
    house = make_house(live.sessions)
    house.scheduled("offer")
    watching = live.as_(user=house.lena, path=f"{OFFER}/live", width=375, scheme="dark")
    expect(watching.locator(".notice-title", has_text="Scheduled")).to_be_visible()
    cora = live.as_(user=house.cora, path=f"{OFFER}/live")
    cora.get_by_role("button", name="Pause").click()
    expect(watching.locator(".notice-title", has_text="Paused")).to_be_visible()
    expect(watching.locator(".campaign-head")).to_contain_text("Paused")
    expect(watching.locator("#spoken")).to_have_text("Paused")
    expect(watching.get_by_role("button", name="Resume")).to_have_count(0)
    live.inspect(watching)


def test_a_note_goes_back_to_the_author(live: Live) -> None:
    house = make_house(live.sessions)
    house.in_review("letter")
    lena = live.as_(user=house.lena, path="/desk/campaigns/letter/review")
    lena.get_by_text("Send it back with a note").click()
    lena.get_by_label("What is to be changed").fill("Name the clinic in the first line.")
    lena.get_by_role("button", name="Send back").click()
    lena.get_by_text("Sent back").first.wait_for()
    cora = live.as_(user=house.cora, path="/desk/campaigns/letter/content")
    expect(cora.get_by_text("Name the clinic in the first line.").first).to_be_visible()


def test_the_whole_review_without_scripts(live: Live) -> None:
    house = make_house(live.sessions)
    cora = live.as_(user=house.cora, path="/desk/campaigns/letter/review", scripts=False)
    cora.get_by_role("button", name="Hand in for review").click()
    expect(cora.get_by_role("heading", name="It is being put together")).to_be_visible()
    house.render()
    expect(cora.get_by_text("It waits for any approver")).to_be_visible(timeout=15_000)
    lena = live.as_(user=house.lena, path="/desk/campaigns/letter/review", scripts=False)
    lena.get_by_role("button", name="Approve").click()
    cora.reload()
    cora.get_by_role("button", name="Send it now").click()
    cora.get_by_role("button", name="Pause").click()
    expect(cora.locator(".notice-title", has_text="Paused")).to_be_visible()


def test_the_review_by_keyboard_alone(live: Live) -> None:
    house = make_house(live.sessions)
    house.in_review("letter")
    page = live.as_(user=house.lena, path="/desk/campaigns/letter/review")
    page.get_by_role("link", name="Go to your decision").focus()
    page.keyboard.press("Enter")
    for _ in range(3):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "reason":
            break
    page.keyboard.type("Read it twice.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("Signed: it is approved").wait_for()
    assert house.status("letter") is CampaignStatus.APPROVED


@pytest.mark.parametrize(("width", "scheme"), BOTH)
@pytest.mark.parametrize("stage", ["draft", "in_review", "approved", "scheduled"])
def test_every_stage_of_the_review_is_accessible(
    live: Live, stage: str, width: int, scheme: Scheme
) -> None:
    house = make_house(live.sessions)
    if stage != "draft":
        getattr(house, stage)("offer")
    user = house.lena if stage == "in_review" else house.cora
    page = live.as_(user=user, path=f"{OFFER}/review", width=width, scheme=scheme)
    page.locator("iframe").first.wait_for()
    live.inspect(page)


@pytest.mark.parametrize(("width", "scheme"), BOTH)
def test_progress_is_accessible(live: Live, width: int, scheme: Scheme) -> None:
    house = make_house(live.sessions)
    house.scheduled("offer")
    dispatch.start_due(house.sessions, REGISTRY)
    dispatch.freeze_prepared(house.sessions, REGISTRY)
    page = live.as_(user=house.cora, path=f"{OFFER}/live", width=width, scheme=scheme)
    page.locator("#live-figures .stat").first.wait_for()
    live.inspect(page)

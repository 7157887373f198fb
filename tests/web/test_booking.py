"""The booking pages as a reader meets them: asked, promised, moved, cancelled, refused."""

import re
from html import unescape

import pytest
from sqlalchemy import func, select

from campaigns import tokens
from campaigns.bookings import lifecycle, queries
from campaigns.bookings.models import Booking, BookingStatus
from campaigns.contacts.models import Topic
from campaigns.database import Sessions
from campaigns.delivery import codes
from campaigns.promotions import codes as promo_codes
from campaigns.promotions.models import CodeMode, Package, Promotion, PromotionStatus, Slot
from campaigns.tokens import Family
from tests.bookings import factories
from tests.bookings.factories import Clinic
from tests.web.browsing import Browser

S = BookingStatus


@pytest.fixture
def clinic(committed: Sessions) -> Clinic:
    with committed.begin() as session:
        return factories.make_clinic(session)


def link(clinic: Clinic) -> str:
    delivery = clinic.delivery
    token = tokens.mint(Family.BOOK, campaign_id=delivery.campaign_id, delivery_id=delivery.id)
    return f"/b/{token}"


def filled(clinic: Clinic, **changes: str) -> dict[str, str]:
    return {
        "package": "SER-6:188700",
        "slot": str(clinic.slots[0].id),
        "name": "Ada Example",
        "phone": "(555) 010-0123",
        "attest": "1",
        "key": "form-key-0123456789",
    } | changes


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


def count(committed: Sessions) -> int:
    with committed() as session:
        return session.scalar(select(func.count()).select_from(Booking)) or 0


def only_booking(committed: Sessions) -> Booking:
    with committed() as session:
        return session.scalars(select(Booking)).one()


def manage_path(html: str) -> str:
    found = re.search(r'href="http://localhost:8125(/m/[^".]+)"', html)
    assert found
    return found[1]


def test_the_page_shows_the_price_the_saving_and_the_conditions(
    browser: Browser, clinic: Clinic
) -> None:
    answer = browser.get(link(clinic))

    assert answer.status_code == 200
    text = text_of(answer.text)
    for shown in (
        "$1,887",
        "regular $2,550",
        "save $663 (26%)",
        "book through Sat 12 Dec 2026",
        "26% on Package SER-6",
        "Medicare, Medicaid, TRICARE",
        "A clinician decides whether this treatment is appropriate",
        "America/Chicago",
        "Prices are fictitious.",
    ):
        assert shown in text
    assert "Package CONSULT" not in text, "a package without an offer is not in an offer's link"
    assert "<script" not in answer.text
    assert "This is a demonstration" not in text


def test_looking_makes_no_booking(browser: Browser, clinic: Clinic, committed: Sessions) -> None:
    assert browser.head(link(clinic)).status_code == 200
    browser.get(link(clinic))

    assert count(committed) == 0


def test_a_request_is_answered_with_what_happens_next(
    browser: Browser, clinic: Clinic, committed: Sessions
) -> None:
    answer = browser.post(link(clinic), data=filled(clinic))

    assert answer.status_code == 200
    text = text_of(answer.text)
    booking = only_booking(committed)
    assert booking.reference in text
    assert "Wed 25 Nov 2026, 09:00 CST" in text
    assert "held for you until" in text
    assert (booking.name, booking.phone) == ("Ada Example", "(555) 010-0123")
    assert booking.price_cents == 188_700
    assert booking.delivery_id == clinic.delivery.id


def test_a_double_click_is_one_booking_and_the_same_answer(
    browser: Browser, clinic: Clinic, committed: Sessions
) -> None:
    first = browser.post(link(clinic), data=filled(clinic))
    second = browser.post(link(clinic), data=filled(clinic))

    assert first.status_code == second.status_code == 200
    assert first.text == second.text
    assert count(committed) == 1


def test_a_double_click_after_the_desk_confirmed_says_so(
    browser: Browser, clinic: Clinic, committed: Sessions
) -> None:
    browser.post(link(clinic), data=filled(clinic))
    with committed.begin() as session:
        lifecycle.confirm(session, session.scalars(select(Booking)).one(), actor=clinic.desk)

    again = browser.post(link(clinic), data=filled(clinic))

    assert "The clinic has confirmed it already." in text_of(again.text)


def test_what_is_missing_is_said_beside_its_field_and_what_was_typed_stays(
    browser: Browser, clinic: Clinic, committed: Sessions
) -> None:
    form = filled(clinic, name="", phone="call me", slot="", attest="", package="")

    answer = browser.post(link(clinic), data=form)

    assert answer.status_code == 422
    assert count(committed) == 0
    for field in ("package", "slot", "name", "phone", "attest"):
        assert f'href="#{field}"' in answer.text
        assert f'id="{field}-error"' in answer.text
    assert 'value="call me"' in answer.text
    assert 'value="form-key-0123456789"' in answer.text
    assert "autofocus" in answer.text


@pytest.mark.parametrize(
    ("field", "value"),
    [("slot", "9" * 30), ("slot", "-1"), ("package", "\x00:1"), ("name", "\x00"), ("slot", "²")],
)
def test_odd_input_is_asked_for_again(
    browser: Browser, clinic: Clinic, committed: Sessions, field: str, value: str
) -> None:
    answer = browser.post(link(clinic), data=filled(clinic, **{field: value}))

    assert answer.status_code in {409, 422}
    assert count(committed) == 0


def test_a_taken_time_is_said_beside_the_times_and_the_choice_of_package_stays(
    browser: Browser, clinic: Clinic, committed: Sessions
) -> None:
    with committed.begin() as session:
        session.get_one(Slot, clinic.slots[0].id).held = 1

    answer = browser.post(link(clinic), data=filled(clinic))

    assert answer.status_code == 409
    assert 'id="slot-error"' in answer.text
    assert "This time is no longer free" in answer.text
    assert re.search(r'value="SER-6:188700" checked', answer.text)
    assert count(committed) == 0


def test_a_price_that_rose_is_shown_before_it_is_taken(
    browser: Browser, clinic: Clinic, committed: Sessions
) -> None:
    answer = browser.post(link(clinic), data=filled(clinic, package="SER-6:100000"))

    assert answer.status_code == 409
    assert "The price has changed to $1,887" in answer.text
    assert count(committed) == 0


def test_a_used_offer_leads_to_the_regular_price(
    browser: Browser, clinic: Clinic, committed: Sessions
) -> None:
    browser.post(link(clinic), data=filled(clinic))

    answer = browser.get(link(clinic))

    assert answer.status_code == 409
    assert "You have used this offer already" in answer.text
    assert f'href="{link(clinic)}?regular=1"' in answer.text


def test_a_second_wish_on_a_used_form_is_refused_with_words(
    browser: Browser, clinic: Clinic, committed: Sessions
) -> None:
    with committed.begin() as session:
        session.get_one(Promotion, clinic.promotion.id).max_per_contact = 2
    browser.post(link(clinic), data=filled(clinic))

    answer = browser.post(link(clinic), data=filled(clinic, slot=str(clinic.slots[1].id)))

    assert answer.status_code == 409
    assert "This form already made the booking BK-" in answer.text
    assert 'value="form-key-0123456789"' not in answer.text, "the next try is a new request"
    assert count(committed) == 1


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (PromotionStatus.ENDED, "This offer ended on 12 Dec 2026."),
        (PromotionStatus.PAUSED, "This offer is paused at the moment."),
        (PromotionStatus.EXHAUSTED, "All places of this offer are taken."),
    ],
)
def test_a_closed_offer_says_so_and_shows_other_ways(
    browser: Browser,
    clinic: Clinic,
    committed: Sessions,
    status: PromotionStatus,
    sentence: str,
) -> None:
    with committed.begin() as session:
        factories.set_status(session, clinic.promotion, status)

    for answer in (browser.get(link(clinic)), browser.post(link(clinic), data=filled(clinic))):
        assert answer.status_code == 410
        assert sentence in text_of(answer.text)
        assert "?regular=1" in answer.text
        assert 'href="tel:(555)010-0199"' in answer.text
    assert count(committed) == 0


def test_a_closed_offer_is_said_before_mistakes_in_the_form(
    browser: Browser, clinic: Clinic, committed: Sessions
) -> None:
    with committed.begin() as session:
        factories.set_status(session, clinic.promotion, PromotionStatus.ENDED)

    answer = browser.post(link(clinic), data=filled(clinic, name=""))

    assert answer.status_code == 410


def test_the_regular_price_can_be_booked_after_the_offer(
    browser: Browser, clinic: Clinic, committed: Sessions
) -> None:
    with committed.begin() as session:
        factories.set_status(session, clinic.promotion, PromotionStatus.ENDED)

    page = text_of(browser.get(link(clinic) + "?regular=1").text)
    answer = browser.post(
        link(clinic), data=filled(clinic, regular="1", package="SER-6:255000", attest="")
    )

    assert "$2,550" in page
    assert "Package CONSULT" in page
    assert "Medicare" not in page
    assert answer.status_code == 200
    assert only_booking(committed).price_cents == 255_000


def test_an_educational_message_leads_to_a_friendly_page(
    browser: Browser, clinic: Clinic, committed: Sessions
) -> None:
    with committed.begin() as session:
        campaign = factories.make_campaign(session, clinic.desk, topic=Topic.EDUCATION)
        clinic.delivery = factories.make_delivery(session, campaign, clinic.contact)

    answer = browser.get(link(clinic))

    assert answer.status_code == 200
    assert "carries no offer" in answer.text
    assert f'href="{link(clinic)}?regular=1"' in answer.text


def test_a_link_to_a_message_that_is_gone_is_refused_kindly(
    browser: Browser, clinic: Clinic
) -> None:
    clinic.delivery.id += 100
    answer = browser.get(link(clinic))

    assert answer.status_code == 404
    assert "no longer here" in answer.text


def test_the_code_of_the_message_is_filled_in_and_a_wrong_one_is_refused(
    browser: Browser, clinic: Clinic, committed: Sessions
) -> None:
    with committed.begin() as session:
        promotion = session.get_one(Promotion, clinic.promotion.id)
        promotion.code_mode = CodeMode.UNIQUE
        codes.assign(session, promotion_ids=[promotion.id], delivery_ids=[clinic.delivery.id])
        word = promo_codes.of_contact(promotion, clinic.contact.id)

    page = browser.get(link(clinic))
    wrong = browser.post(link(clinic), data=filled(clinic, code="WRONGWRONG22"))
    right = browser.post(link(clinic), data=filled(clinic, code=word.lower()))

    assert f'value="{word}"' in page.text
    assert wrong.status_code == 422
    assert 'id="code-error"' in wrong.text
    assert 'value="WRONGWRONG22"' in wrong.text
    assert right.status_code == 200
    assert only_booking(committed).code_id is not None


def test_without_a_free_time_the_page_says_to_call(
    browser: Browser, clinic: Clinic, committed: Sessions
) -> None:
    with committed.begin() as session:
        for slot in session.scalars(select(Slot)):
            slot.held = 1

    assert "No time is free at the moment" in browser.get(link(clinic)).text


def test_a_request_without_a_proper_key_is_still_taken_once(
    browser: Browser, clinic: Clinic, committed: Sessions
) -> None:
    for _ in range(2):
        assert browser.post(link(clinic), data=filled(clinic, key="'--")).status_code == 200
    assert count(committed) == 1


def test_the_demo_says_that_its_prices_are_invented(
    browser: Browser, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    from campaigns import settings

    monkeypatch.setenv("BEDSIDE_MODE", "demo")
    settings.current.cache_clear()
    try:
        text = text_of(browser.get(link(clinic) + "?regular=1").text)
    finally:
        monkeypatch.undo()
        settings.current.cache_clear()

    assert "all prices are fictitious" in text


def test_a_reader_moves_the_booking_and_sees_the_new_time(
    browser: Browser, clinic: Clinic, committed: Sessions
) -> None:
    path = manage_path(browser.post(link(clinic), data=filled(clinic)).text)

    page = browser.get(path)
    moved = browser.post(path, data={"action": "change", "slot": str(clinic.slots[1].id)})

    assert f'value="{clinic.slots[0].id}"' not in page.text, "its own time is no choice"
    assert moved.status_code == 200
    assert "has a new time" in moved.text
    assert "Thu 26 Nov 2026, 09:00 CST" in text_of(moved.text)
    booking = only_booking(committed)
    assert (booking.slot_id, booking.sequence) == (clinic.slots[1].id, 1)


def test_moving_without_a_time_or_to_a_taken_one_changes_nothing(
    browser: Browser, clinic: Clinic, committed: Sessions
) -> None:
    path = manage_path(browser.post(link(clinic), data=filled(clinic)).text)
    with committed.begin() as session:
        session.get_one(Slot, clinic.slots[1].id).held = 1

    missing = browser.post(path, data={"action": "change"})
    taken = browser.post(path, data={"action": "change", "slot": str(clinic.slots[1].id)})

    assert missing.status_code == 422
    assert "Choose a time." in missing.text
    assert taken.status_code == 409
    assert "no longer free" in taken.text
    assert only_booking(committed).slot_id == clinic.slots[0].id


def test_cancelling_takes_a_button_and_twice_is_once(
    browser: Browser, clinic: Clinic, committed: Sessions
) -> None:
    path = manage_path(browser.post(link(clinic), data=filled(clinic)).text)

    assert browser.get(path).status_code == 200
    assert only_booking(committed).status is S.HELD
    for _ in range(2):
        answer = browser.post(path, data={"action": "cancel"})
        assert "Your booking is cancelled" in answer.text
    assert only_booking(committed).status is S.CANCELLED
    with committed() as session:
        assert queries.ledger_differences(session) == []
    assert "Move to this time" not in browser.get(path).text


@pytest.mark.parametrize(
    ("status", "words"),
    [(S.DECLINED, "could not take this booking"), (S.EXPIRED, "no longer held")],
)
def test_a_booking_that_fell_away_says_why(
    browser: Browser, clinic: Clinic, committed: Sessions, status: S, words: str
) -> None:
    path = manage_path(browser.post(link(clinic), data=filled(clinic)).text)
    with committed.begin() as session:
        booking = session.scalars(select(Booking)).one()
        if status is S.DECLINED:
            lifecycle.decline(session, booking, actor=clinic.desk, reason="")
        else:
            factories.move_clock(session, hours=72)
    lifecycle.expire_due(committed)

    assert words in text_of(browser.get(path).text)


def test_the_calendar_file_is_offered_under_a_neutral_name(
    browser: Browser, clinic: Clinic
) -> None:
    path = manage_path(browser.post(link(clinic), data=filled(clinic)).text)

    answer = browser.get(f"{path}.ics")

    assert answer.headers["content-type"].startswith("text/calendar")
    assert re.search(r'filename="visit-BK-\w{5}\.ics"', answer.headers["content-disposition"])
    assert "STATUS:TENTATIVE\r\n" in answer.text


def test_a_manage_link_grows_old(browser: Browser, clinic: Clinic, committed: Sessions) -> None:
    path = manage_path(browser.post(link(clinic), data=filled(clinic)).text)
    with committed.begin() as session:
        factories.move_clock(session, days=40)

    answer = browser.get(path)

    assert answer.status_code == 404
    assert "too old" in answer.text


def test_a_booking_link_manages_nothing_and_the_other_way_round(
    browser: Browser, clinic: Clinic
) -> None:
    made = browser.post(link(clinic), data=filled(clinic))

    assert browser.get(link(clinic).replace("/b/", "/m/")).status_code == 404
    assert browser.get(manage_path(made.text).replace("/m/", "/b/")).status_code == 404


def test_packages_of_several_kinds_keep_their_times_apart(
    browser: Browser, clinic: Clinic, committed: Sessions
) -> None:
    with committed.begin() as session:
        consult = session.get_one(Package, clinic.consult.id)
        factories.make_slot(session, clinic.location, days=9, category=consult.category)

    page = browser.get(link(clinic) + "?regular=1").text

    assert "Choose a package above to see its times." in page
    assert "pick-1" in page
    assert "times-1" in page


def test_many_days_are_folded_away_and_unfold_for_a_chosen_one(
    browser: Browser, clinic: Clinic, committed: Sessions
) -> None:
    with committed.begin() as session:
        far = [factories.make_slot(session, clinic.location, days=each).id for each in range(5, 12)]

    assert '<details class="more" open>' not in browser.get(link(clinic)).text
    again = browser.post(link(clinic), data=filled(clinic, slot=str(far[-1]), name=""))
    assert '<details class="more" open>' in again.text

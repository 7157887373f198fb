"""Previews show a version before it is frozen; views show a message after it was sent."""

from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy

from sqlalchemy import func, select, update

from campaigns.clock import Clock
from campaigns.database import Session
from campaigns.planning.models import Campaign, CampaignStatus
from campaigns.promotions.models import Offer
from campaigns.registry import FACTS
from campaigns.rendering.freeze import freeze
from campaigns.rendering.models import CampaignLink, Program
from campaigns.rendering.preview import HARD, MARIA, NAMELESS, Reader, letter, look, preview
from campaigns.rendering.view import view
from tests import factories as people
from tests.rendering import factories


def move_clock(session: Session, days: int) -> None:
    """So many days later."""
    session.get_one(Clock, True).shift = timedelta(days=days)
    session.flush()
    session.info.pop("bedside.now", None)


def test_a_preview_shows_a_name_that_careless_programs_get_wrong(session: Session) -> None:
    version = factories.make_newsletter(session, "education")
    message = preview(session, version, first_name="Zoë O'Neil <b>")
    assert "Hello Zoë O&#x27;Neil &lt;b&gt;," in message.html
    assert "Hello Zoë O'Neil <b>," in message.text
    assert message.html_bytes == len(message.html.encode())
    assert message.headers["Subject"] == message.subject


def test_a_preview_shows_what_one_contact_would_see_and_stores_nothing(session: Session) -> None:
    version = factories.make_newsletter(session, "savings")
    ada = people.make_contact(session, "ada.l@example.com", first_name="Ada")
    message = preview(session, version, ada)
    assert "Hello Ada," in message.text
    assert message.headers["To"] == "ada.l@example.com"
    assert "/o/" not in message.html
    assert not session.scalar(select(func.count(Program.id)))
    assert not session.scalar(select(func.count()).select_from(CampaignLink))


def test_a_test_message_is_a_whole_message_to_any_address(session: Session) -> None:
    version = factories.make_newsletter(session, "savings")
    raw = letter(session, version, to="me@example.com", sent_by="Olive")
    message = message_from_bytes(raw, policy=policy.default)
    assert message["To"] == "me@example.com"
    text = message.get_body(("plain",))
    assert text is not None
    assert "Hello Maria," in text.get_content()


def test_a_test_message_says_on_top_that_it_is_one_and_by_whom(session: Session) -> None:
    version = factories.make_newsletter(session, "savings")
    raw = letter(session, version, to="me@example.com", sent_by="Zoë <b>")
    assert max(len(line) for line in raw.split(b"\r\n\r\n", 1)[1].split(b"\r\n")) <= 76
    assert not any(line.startswith(b".") for line in raw.split(b"\r\n"))
    message = message_from_bytes(raw, policy=policy.default)
    assert str(message["Subject"]).startswith("[Test] ")
    said = "This is a test message, sent by Zoë {} only to the addresses chosen for it."
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().startswith(said.format("<b>"))
    assert said.format("&lt;b&gt;") in html.get_content()


def test_nobody_can_unsubscribe_by_a_test_message(session: Session) -> None:
    version = factories.make_newsletter(session, "savings")
    raw = letter(session, version, to="me@example.com", sent_by="Olive")
    assert b"List-Unsubscribe" not in raw
    assert {"List-Unsubscribe", "List-Unsubscribe-Post"} <= set(preview(session, version).headers)


def test_what_is_in_review_is_shown_as_it_was_frozen(session: Session) -> None:
    version = factories.make_newsletter(session, "savings")
    campaign = session.get_one(Campaign, version.campaign_id)
    campaign.status = CampaignStatus.RENDERING
    assert "26%" in preview(session, version).html
    freeze(session, version)
    session.execute(update(Offer).values(percent_bp=1000))
    session.expire_all()
    campaign.status = CampaignStatus.IN_REVIEW
    assert "26%" in preview(session, version).html
    assert b"26%" in letter(session, version, to="me@example.com", sent_by="Olive")
    campaign.status = CampaignStatus.DRAFT
    assert "26%" not in preview(session, version).html


def test_a_view_is_the_message_without_its_pixel(session: Session) -> None:
    version = factories.make_newsletter(session, "savings")
    program = freeze(session, version)
    seen = view(session, program, factories.make_recipient(version))
    assert "Hello Ada," in seen
    assert "/o/" not in seen
    assert "/c/" in seen
    assert "This offer ended" not in seen


def test_a_view_of_an_old_message_says_which_offer_is_over(session: Session) -> None:
    version = factories.make_newsletter(session, "savings")
    program = freeze(session, version)
    move_clock(session, 30)
    seen = view(session, program, factories.make_recipient(version))
    assert "Package savings: This offer ended on 15 Dec 2026." in seen


def test_a_view_of_a_message_without_an_offer_has_no_such_line(session: Session) -> None:
    version = factories.make_newsletter(session, "education")
    program = freeze(session, version)
    move_clock(session, 30)
    assert 'role="note"' not in view(session, program, factories.make_recipient(version))


def test_a_look_says_what_depends_on_who_looks(session: Session) -> None:
    people.make_segment(session, rule={"region": "US-TX"}).name = "texans"
    only = {"type": "quote", "text": "For Texans alone.", "source": "The desk"}
    version = factories.make_letter(
        session, only | {"visibility": "texans"}, preheader="News for {first_name|you}"
    )
    everybody = look(session, version, MARIA)
    assert (everybody.asked, everybody.within) == (("texans",), frozenset({"texans"}))
    assert "For Texans alone." in everybody.message.text
    assert everybody.preheader == "News for Maria"
    nobody = look(session, version, replace(NAMELESS, within=frozenset({"elsewhere"})))
    assert nobody.within == frozenset()
    assert "For Texans alone." not in nobody.message.text
    assert nobody.preheader == "News for you"


def test_a_look_as_a_contact_has_the_parts_of_the_segments_it_is_in(session: Session) -> None:
    people.make_segment(session, rule={"region": "US-TX"}).name = "texans"
    only = {"type": "quote", "text": "For Texans alone.", "source": "The desk"}
    version = factories.make_letter(session, only | {"visibility": "texans"})
    texan = people.make_contact(session, "tex@example.com", region="US-TX")
    other = people.make_contact(session, "ora@example.com", region="US-CA")
    for contact, within in ((texan, {"texans"}), (other, set())):
        seen = look(session, version, Reader.of(contact), facts=FACTS)
        assert seen.within == within
        raw = letter(
            session,
            version,
            to="me@example.com",
            sent_by="Olive",
            reader=Reader.of(contact),
            facts=FACTS,
        )
        assert (b"For Texans alone." in raw) is bool(within)
        assert message_from_bytes(raw, policy=policy.default)["To"] == "me@example.com"


def test_the_hard_case_is_inert_wherever_it_stands(session: Session) -> None:
    version = factories.make_newsletter(session, "education", subject="For {first_name|you}")
    seen = look(session, version, HARD).message
    assert seen.subject == "For Zoë O'Neil <b>"
    assert "<b>" not in seen.html
    assert "Hello Zoë O'Neil <b>," in seen.text

"""Letters of the system's own: a folder each, values as data, one Message-ID over all attempts."""

import json
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from campaigns import addresses, clock, notices, tokens
from campaigns.database import Session
from campaigns.errors import BadAddress, Invalid
from campaigns.notices import Notice
from campaigns.rendering import templates
from campaigns.rendering.notices import render_notice
from tests.rendering import factories

FOLDER = templates.BESIDE / "notices"
KINDS = sorted(each.name for each in FOLDER.iterdir() if each.is_dir())


def sample(kind: str) -> dict[str, Any]:
    """The values that show this letter."""
    return dict(json.loads((FOLDER / kind / "sample.json").read_text(encoding="utf-8")))


def make_notice(session: Session, kind: str, **values: Any) -> Notice:
    """A letter of this kind that was left for Ada."""
    factories.make_clinic(session)
    notices.leave(
        session,
        key=f"{kind}:1",
        kind=kind,
        to=addresses.parse("ada@example.com"),
        **{"name": "Ada", "context": sample(kind) if kind in KINDS else {}, **values},
    )
    return session.query(Notice).one()


def read(session: Session, notice: Notice) -> EmailMessage:
    """The letter as a mail program sees it."""
    return message_from_bytes(render_notice(session, notice), policy=policy.default)


def parts(message: EmailMessage) -> tuple[str, str]:
    """Its text and its HTML."""
    text, html = (message.get_body((each,)) for each in ("plain", "html"))
    assert text is not None
    assert html is not None
    return str(text.get_content()), str(html.get_content())


@pytest.mark.parametrize("kind", KINDS)
def test_every_letter_is_a_folder_of_four_and_is_written_whole(session: Session, kind: str) -> None:
    assert {each.name for each in (FOLDER / kind).iterdir()} == {
        "subject.txt", "body.html", "body.txt", "sample.json",
    }  # fmt: skip
    message = read(session, make_notice(session, kind))
    text, html = parts(message)
    assert html.startswith("<!DOCTYPE html>")
    for value in sample(kind).values():
        assert value in html or value in ("+1 555 0100", "Zoë O'Neil <b>") or value not in text
    assert all(len(line) <= 76 for line in text.splitlines() if "http" not in line)
    assert max(len(line) for line in render_notice(session, make_again(session)).splitlines()) < 998


def make_again(session: Session) -> Notice:
    """The notice of this test."""
    return session.query(Notice).one()


@pytest.mark.parametrize("kind", KINDS)
def test_no_letter_names_a_condition_or_an_offer(session: Session, kind: str) -> None:
    message = read(session, make_notice(session, kind))
    words = " ".join((str(message["Subject"]), *parts(message))).lower()
    for word in ("ketamine", "pain", "infusion", "discount", "% off"):
        assert word not in words


def test_a_letter_greets_by_name_and_a_hostile_name_is_inert(session: Session) -> None:
    notice = make_notice(session, "booking_received", name="<b>{{7*7}}</b>".replace("/", ""))
    text, html = parts(read(session, notice))
    assert "Hello <b>{{7*7}}<b>," in text
    assert "Hello &lt;b&gt;{{7*7}}&lt;b&gt;," in html


@pytest.mark.parametrize(
    "name", ["", "Win at http://evil.example", "www.evil.example", "a@evil.example", "x" * 81]
)
def test_a_name_that_a_stranger_typed_cannot_carry_an_address(session: Session, name: str) -> None:
    text, html = parts(read(session, make_notice(session, "confirm_address", name=name)))
    assert "Hello,\n" in text.replace("\r\n", "\n")
    assert "evil" not in text + html


def test_every_attempt_has_the_same_message_id_and_says_it_is_automatic(session: Session) -> None:
    notice = make_notice(session, "booking_confirmed")
    first, second = render_notice(session, notice), render_notice(session, notice)
    message = read(session, notice)
    assert first == second
    assert message["Message-ID"] == tokens.notice_message_id(notice.id, domain="renew.example.com")
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["To"] == "ada@example.com"
    assert message["Reply-To"] == "Renew Health <desk@renew.example.com>"
    assert message["Date"].datetime == clock.now(session)


def test_values_with_line_breaks_do_not_reach_the_headers(session: Session) -> None:
    context = sample("booking_declined") | {"reference": "X\r\nBcc: all@example.com"}
    message = read(session, make_notice(session, "booking_declined", context=context))
    assert message["Bcc"] is None
    assert message["Subject"] == "About your request (X Bcc: all@example.com)"


@pytest.mark.parametrize("kind", ["unheard_of", "../base", "Booking"])
def test_a_letter_that_does_not_exist_is_refused(session: Session, kind: str) -> None:
    with pytest.raises(Invalid, match="There is no letter of the kind"):
        render_notice(session, make_notice(session, kind))


def test_a_missing_value_is_refused_and_named(session: Session) -> None:
    with pytest.raises(Invalid, match=r"booking_received cannot be written \(subject.txt\)"):
        render_notice(session, make_notice(session, "booking_received", context={}))


def test_an_address_that_no_header_can_carry_is_refused(session: Session) -> None:
    notice = make_notice(session, "confirm_address")
    notice.address = "zoë@example.com"
    with pytest.raises(BadAddress):
        render_notice(session, notice)


def test_every_letter_of_a_clone_is_found_in_an_installed_package_too() -> None:
    assert templates.folders()[-1] == templates.BESIDE
    assert templates.INSIDE.parts[-3:] == ("campaigns", "templates", "email")
    assert isinstance(FOLDER, Path)

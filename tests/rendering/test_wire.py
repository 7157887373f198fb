"""The bytes that leave: read back by Python's email, they say what a plain message would say."""

from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns import settings as knobs
from campaigns import tokens
from campaigns.database import Session
from campaigns.errors import BadAddress, Invalid
from campaigns.promotions.models import CodeMode
from campaigns.rendering import headers
from campaigns.rendering.freeze import freeze
from campaigns.rendering.merge import Recipient, Values, merged
from campaigns.rendering.models import Program
from campaigns.rendering.program import places_of
from campaigns.rendering.wire import Wire
from campaigns.tokens import Family
from tests.rendering import factories
from tests.rendering.reading import bodies, read_back

HOSTILE = [
    "",
    "<b>",
    "{{7*7}}",
    "{% for x in y %}",
    'O\'Neil "Zoë"',
    "Ada\r\nBcc: all@example.com",
    "Ada\n\n--=_boundary",
    "مريم\u202e",
    "👩‍⚕️🎉",
    "x" * 300,
    "é" * 300,
    ".",
    "..\r\n.",
    "From here",
    "=?utf-8?q?=0D=0A?=",
    "&amp;<!--x-->",
    " \t ",
    "\x00\x07",
    "a\u2028b",
]
NAMES = st.sampled_from(HOSTILE) | st.text(st.characters(exclude_categories=["Cs"]), max_size=120)


@pytest.fixture
def program(session: Session) -> Program:
    """The discount newsletter with codes of one's own, frozen."""
    version = factories.make_offer(
        session,
        {"type": "header"},
        {"type": "greeting", "fallback": "there", "text": "Café.\n\n. A dot, and From here"},
        {"type": "offer_card"},
        mode=CodeMode.UNIQUE,
    )
    version.subject = "Café: up to {saving} through {last_day}"
    return freeze(session, version)


def recipient(program: Program, **values: Any) -> Recipient:
    """Ada, delivery 7."""
    return Recipient(
        **{
            "address": "ada@example.com",
            "first_name": "Ada",
            "campaign_id": program.campaign_id,
            "delivery_id": 7,
            "at": datetime(2026, 11, 24, 18, 0, tzinfo=UTC),
            "code": "ABCD2345EFGH",
            **values,
        }
    )


def reference(program: Program, to: Recipient) -> EmailMessage:
    """The same message built slowly and plainly."""
    content = program.content
    places, values = places_of(content), Values(to)
    message = EmailMessage(policy=policy.SMTP)
    message["To"] = to.address
    message["Date"] = format_datetime(to.at)
    message["Message-ID"] = tokens.message_id(to.delivery_id, domain="renew.example.com")
    for name, value in content["headers"].items():
        message[name] = value
    message.set_content(merged(places.split(content["text"]), places.known, values.text))
    message.add_alternative(
        merged(places.split(content["html"]), places.known, values.html), subtype="html"
    )
    return message


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(first_name=NAMES, code=st.sampled_from(["ABCD2345EFGH", "A<B>&\"'"]))
def test_whatever_a_contact_is_called_the_message_is_the_plain_one(
    program: Program, first_name: str, code: str
) -> None:
    to = recipient(program, first_name=first_name, code=code)
    raw = Wire.of(program).fill(to)
    sent, plain = read_back(raw), reference(program, to)
    assert not sent.defects
    assert bodies(sent) == bodies(plain)
    for name in ("To", "From", "Reply-To", "Subject", "Date", "Message-ID", "List-Id",
                 "List-Unsubscribe-Post"):  # fmt: skip
        assert [str(each) for each in sent.get_all(name, [])] == [str(plain[name])]
    assert sorted(sent.keys()) == sorted([*plain.keys(), "List-Unsubscribe", "Feedback-ID"])


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(first_name=NAMES)
def test_the_bytes_need_no_dot_stuffing_and_no_long_lines(
    program: Program, first_name: str
) -> None:
    raw = Wire.of(program).fill(recipient(program, first_name=first_name))
    assert raw.isascii()
    assert raw.endswith(b"\r\n")
    assert b"\n" not in raw.replace(b"\r\n", b"")
    head, _, body = raw.partition(b"\r\n\r\n")
    assert not [line for line in raw.split(b"\r\n") if line.startswith(b".")]
    assert max(len(line) for line in body.split(b"\r\n")) <= 76
    assert max(len(line) for line in head.split(b"\r\n")) < 998


def test_a_message_has_text_first_and_then_html(program: Program) -> None:
    message = read_back(Wire.of(program).fill(recipient(program)))
    kinds = [each.get_content_type() for each in message.iter_parts()]
    assert (message.get_content_type(), kinds) == (
        "multipart/alternative",
        ["text/plain", "text/html"],
    )


def test_the_markup_of_a_name_is_inert_in_html_and_as_it_is_in_text(program: Program) -> None:
    text, html = bodies(read_back(Wire.of(program).fill(recipient(program, first_name="<b>{{1}}"))))
    assert "Hello <b>{{1}}," in text
    assert "Hello &lt;b&gt;{{1}}," in html


def test_where_no_name_is_known_the_fallback_stands(program: Program) -> None:
    text, _html = bodies(read_back(Wire.of(program).fill(recipient(program, first_name=" \n "))))
    assert "Hello there," in text


def test_one_click_stands_in_the_headers_unfolded(program: Program) -> None:
    raw = Wire.of(program).fill(recipient(program))
    message = read_back(raw)
    act = tokens.mint(Family.ACT, campaign_id=program.campaign_id, delivery_id=7)
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    line = next(each for each in raw.split(b"\r\n") if each.startswith(b"List-Unsubscribe: "))
    assert line.decode() == (
        f"List-Unsubscribe: <{knobs.current().public_url}/u/{act}>, "
        f"<mailto:desk@renew.example.com?subject=unsubscribe%20{act}>"
    )


def test_headers_name_the_list_and_the_stream_but_no_person(program: Program) -> None:
    message = read_back(Wire.of(program).fill(recipient(program)))
    assert message["List-Id"] == "<education.renew.example.com>"
    assert message["Feedback-ID"] == f"{program.campaign_id}:education:newsletter:bedside"
    assert message["Message-ID"] == tokens.message_id(7, domain="renew.example.com")
    assert message["X-Auto-Response-Suppress"] == "OOF, AutoReply"
    assert parsedate_to_datetime(message["Date"]) == datetime(2026, 11, 24, 18, 0, tzinfo=UTC)


def test_links_in_both_parts_carry_the_token_of_this_delivery(program: Program) -> None:
    track = tokens.mint(Family.TRACK, campaign_id=program.campaign_id, delivery_id=7)
    text, html = bodies(read_back(Wire.of(program).fill(recipient(program))))
    assert f"/c/{track}/1" in text
    assert f"/c/{track}/1" in html
    assert f"/o/{track}.gif" in html
    assert f"/o/{track}.gif" not in text
    assert ".invalid" not in text + html


def test_the_return_path_names_the_delivery(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    wire, to = Wire.of(program), recipient(program)
    local, _, domain = wire.return_path(to).partition("@")
    assert domain == "renew.example.com"
    assert tokens.read_verp(local.removeprefix("bounce-")).delivery_id == 7
    other = knobs.current().model_copy(update={"bounce_domain": "bounces.example.com"})
    monkeypatch.setattr(knobs, "current", lambda: other)
    assert wire.return_path(to).endswith("@bounces.example.com")


@pytest.mark.parametrize(
    "address",
    ["zoë@example.com", "a b@example.com", "a@example.com\r\nBcc: b@example.com", "a,b@example.com",
     "<a@example.com>", "a@exämple.com", ""],
)  # fmt: skip
def test_an_address_that_no_header_can_carry_is_refused_by_name(
    program: Program, address: str
) -> None:
    with pytest.raises(BadAddress, match="SMTPUTF8"):
        Wire.of(program).fill(recipient(program, address=address))


def test_a_message_with_a_code_is_not_written_without_one(program: Program) -> None:
    wire = Wire.of(program)
    assert wire.needs_code
    with pytest.raises(Invalid, match="this contact has none"):
        wire.fill(recipient(program, code=""))


def test_a_header_cannot_be_broken_open() -> None:
    with pytest.raises(Invalid, match="line break"):
        headers.frozen({"Subject": "News\r\nBcc: all@example.com"})
    with pytest.raises(Invalid, match="plain ASCII"):
        headers.frozen({"List-Id": "<é.example.com>"})


def test_a_worker_refuses_a_format_it_does_not_know(program: Program) -> None:
    program.format = 99
    with pytest.raises(Invalid, match="format 99"):
        Wire.of(program)

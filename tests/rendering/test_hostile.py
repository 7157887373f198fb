"""Whatever a contact is called, what arrives is what a slow, plain message would have said."""

import re
from collections.abc import Mapping
from email.message import EmailMessage
from typing import Any

import pytest
from dkim.canonicalization import Relaxed
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from campaigns import settings as knobs
from campaigns.database import Session
from campaigns.errors import BadAddress
from campaigns.planning import content
from campaigns.planning.models import CampaignPromotion, CampaignVersion
from campaigns.promotions.models import CodeMode
from campaigns.rendering.freeze import freeze
from campaigns.rendering.merge import Recipient
from campaigns.rendering.models import Program
from campaigns.rendering.view import view
from campaigns.rendering.wire import Wire
from tests import factories as people
from tests.rendering import factories, reference
from tests.rendering.reading import bodies, read_back

HOSTILE = [
    "",
    " ",
    "<b>",
    "</td></tr></table><script>alert(1)</script>",
    "<!--",
    "-->",
    "{{7*7}}",
    "{% for x in y %}",
    "{first_name|x}",
    "{saving}",
    "${7*7} #{7*7} %(x)s %s {0}",
    'O\'Neil "Zoë" <b>',
    '" onmouseover="alert(1)',
    "Ada\r\nBcc: all@example.com",
    "Ada\r\n\r\n<html>",
    "Ada\n\n--=_boundary--",
    "مريم \u202eeta",
    "\u200fשרה\u200e",
    "👩‍⚕️🎉",
    "x" * 300,
    "é" * 300,
    "👩" * 80,
    "a " * 150,
    ".",
    "..\r\n.",
    "From here",
    "From ",
    "=3D",
    "=",
    "==0D=0A",
    "=?utf-8?q?=0D=0ABcc:_a?=",
    "=?utf-8?b?4oKs?= and more",
    "&amp;<!--x-->",
    "&#x27;",
    " \t ",
    "a\u00a0b",
    "\x00\x07",
    "a\u2028b\u2029c",
    "\ufeffAda\ufeff",
    "\ud800",
    "Ada \udfff and \ud83d",
    "q" + "0" * 20 + "x0z",
    "https://qx0z.invalid/",
    "javascript:alert(1)",
    "%0d%0aBcc:",
    "\\r\\n",
]
NAMES = (
    st.sampled_from(HOSTILE) | st.text(max_size=120) | st.text(".=F \r\n\t\x00aé<&", max_size=90)
)
LOCALS = st.text("abcXYZ019!#$%&'*+-/=?^_`{|}~.", min_size=1, max_size=40)
SUBJECT = "{first_name|Hello}, {last_name|friend}: up to {saving} off {last_day}. Café"
PROPERTY = settings(
    deadline=None, max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def blocks() -> list[dict[str, Any]]:
    """Fields wherever staff can write, and parts for some."""
    link = '<a href="https://example.com/a?x=1&amp;y=2">read on</a>'
    return [
        {"type": "header"},
        {"type": "hero", "heading": "For {first_name|you}", "text": "Only {email}"},
        {"type": "greeting", "fallback": "there & “you”", "text": "Café.\n\n. A dot. From here"},
        {"type": "offer_card"},
        {
            "type": "article",
            "heading": "{last_name|Friend}'s page",
            "text": f"<p>{{first_name|there}}, {link}.</p><ul><li>{{last_name|friend}}</li></ul>",
        },
        {"type": "quote", "text": "Texas", "source": "{first_name|You}", "visibility": "texans"},
        {"type": "divider", "visibility": "named"},
        {"type": "footer"},
    ]


def pasted() -> list[dict[str, Any]]:
    """A message from another tool, with that tool's names for the reader's."""
    source = (
        "<!DOCTYPE html><html><head><title>News</title></head><body>"
        '<p title="*|FNAME|*">Dear *|FNAME|* *|LNAME|*, we write to *|EMAIL|*.</p>'
        '<p>{{ first_name | default: "you" }} &amp; {{last_name}}</p>'
        '<a href="https://example.com/a?x=1&amp;y=2">Read on here</a>'
        '<a href="*|UNSUB|*">Unsubscribe</a></body></html>'
    )
    return [{"type": "html", "source": source}, {"type": "footer"}]


@pytest.fixture(params=[blocks, pasted], ids=lambda each: each.__name__)
def version(session: Session, request: pytest.FixtureRequest) -> CampaignVersion:
    """A letter with parts for two segments and names in its subject; one pasted from elsewhere."""
    factories.make_clinic(session)
    for name in ("texans", "named"):
        people.make_segment(session).name = name
    session.flush()
    campaign = people.make_campaign(session)
    promotion = factories.make_savings(session, code_mode=CodeMode.UNIQUE)
    session.add(CampaignPromotion(campaign_id=campaign.id, promotion_id=promotion.id))
    return people.make_version(
        session,
        campaign,
        subject=SUBJECT,
        preheader="{first_name|Reader}, a word",
        blocks=content.raw(content.parse(request.param())),
    )


@pytest.fixture
def program(session: Session, version: CampaignVersion) -> Program:
    """The letter, frozen."""
    return freeze(session, version)


@st.composite
def readers(draw: st.DrawFn) -> dict[str, Any]:
    """Contacts as badly named as can be."""
    return {
        "first_name": draw(NAMES),
        "last_name": draw(NAMES),
        "code": draw(NAMES.filter(bool)),
        "address": f"{draw(LOCALS)}@example.com",
        "conditions": frozenset(draw(st.sets(st.sampled_from(["texans", "named"])))),
    }


def reader(program: Program, values: Mapping[str, Any]) -> Recipient:
    """A contact of this campaign."""
    version = CampaignVersion(campaign_id=program.campaign_id)
    return factories.make_recipient(version, **values)


def heads(message: EmailMessage) -> dict[str, str]:
    """What every header says, but those about the form of the body."""
    names = [name for name in message if name not in {"MIME-Version", "Content-Type"}]
    assert len(set(names)) == len(names)
    return {name: str(message[name]) for name in names}


@PROPERTY
@given(readers())
@example({"first_name": "<b>", "last_name": "\ud800", "code": "A<B>&\"'"})
def test_what_arrives_is_the_plain_message(program: Program, values: dict[str, Any]) -> None:
    to = reader(program, values)
    sent = read_back(Wire.of(program).fill(to))
    assert not sent.defects
    assert not [each for part in sent.iter_parts() for each in part.defects]
    assert heads(sent) == reference.headers(program.content, to)
    assert bodies(sent) == bodies(reference.message(program.content, to))


@PROPERTY
@given(readers())
def test_the_bytes_hold_to_the_rules_of_the_wire(program: Program, values: dict[str, Any]) -> None:
    raw = Wire.of(program).fill(reader(program, values))
    head, _, body = raw.partition(b"\r\n\r\n")
    assert raw.isascii()
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"\r" not in raw.replace(b"\r\n", b"")
    assert not raw.count(b"\0")
    lines = body.split(b"\r\n")
    assert max(map(len, lines)) <= 76
    assert not [line for line in lines if line.startswith((b".", b"From "))]
    assert max(map(len, head.split(b"\r\n"))) < 998
    assert Relaxed.canonicalize_body(body) == body


@PROPERTY
@given(readers())
def test_no_reader_writes_a_header_or_a_part_of_their_own(
    program: Program, values: dict[str, Any]
) -> None:
    usual = read_back(Wire.of(program).fill(reader(program, {"conditions": values["conditions"]})))
    sent = read_back(Wire.of(program).fill(reader(program, values)))
    assert sent.keys() == usual.keys()
    kinds = [[each.get_content_type() for each in message.walk()] for message in (usual, sent)]
    assert kinds[0] == kinds[1]


def test_a_reader_who_guesses_our_words_reads_them_as_they_wrote_them(program: Program) -> None:
    nonce = program.content["nonce"]
    for number in range(len(program.content["places"])):
        name = f"{nonce}x{number}z https://{nonce}x{number}z.invalid/ <!--{nonce}x{number}z-->"
        to = reader(program, {"first_name": name, "conditions": frozenset({"texans"})})
        sent = read_back(Wire.of(program).fill(to))
        text, html = bodies(sent)
        assert name in text
        assert reference.escaped(name) in html
        assert str(sent["Subject"]).startswith(f"{name},")
        assert bodies(sent) == bodies(reference.message(program.content, to))


def test_markup_in_a_name_adds_no_element(program: Program) -> None:
    counts = set()
    for name in HOSTILE:
        to = reader(program, {"first_name": name or "x", "last_name": name or "x"})
        html = bodies(read_back(Wire.of(program).fill(to)))[1]
        counts.add(len(re.findall(r"<[a-z!/]", html)))
    assert len(counts) == 1


def test_however_long_our_address_is_lines_stay_within_their_width(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    to = reader(program, {})
    for length in range(20, 110):
        url = f"https://{'long-name.' * 12}"[: length - 4] + ".com"
        changed = knobs.current().model_copy(update={"public_url": url})
        monkeypatch.setattr(knobs, "current", lambda changed=changed: changed)
        raw = Wire.of(program).fill(to)
        assert max(map(len, raw.partition(b"\r\n\r\n")[2].split(b"\r\n"))) <= 76
        assert bodies(read_back(raw)) == bodies(reference.message(program.content, to))


@settings(PROPERTY, max_examples=40)
@given(readers())
def test_a_browser_shows_the_same_page(
    session: Session, program: Program, values: dict[str, Any]
) -> None:
    to = reader(program, values)
    assert view(session, program, to) == reference.page(program.content, to)


@settings(PROPERTY, max_examples=300)
@given(st.text(max_size=60))
def test_an_address_is_written_whole_or_refused_by_name(program: Program, address: str) -> None:
    to = reader(program, {"address": address})
    try:
        raw = Wire.of(program).fill(to)
    except BadAddress:
        return
    assert str(read_back(raw)["To"]) == address

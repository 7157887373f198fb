"""Messages from fourteen tools: frozen, sent and read back, with nothing left of the other tool."""

import re

import pytest
from lxml import html
from sqlalchemy import select

from campaigns.database import Session
from campaigns.planning.models import CampaignVersion
from campaigns.rendering.foreign import pasted
from campaigns.rendering.foreign.pasted import Foreign
from campaigns.rendering.freeze import freeze
from campaigns.rendering.inlining import inline_css
from campaigns.rendering.message import Rendered
from campaigns.rendering.models import CampaignLink
from campaigns.rendering.wire import Wire
from tests.rendering import factories
from tests.rendering.foreign import messages
from tests.rendering.reading import bodies, read_back

LEFT_OVER = re.compile(
    r"\*\||\|\*|\{\{|\}\}|\{%|%\}|<%|%%|\[\[|\{\$|@TrackLink|fallback=|%[A-Z]{4,}%"
)
ACTIVE = ("script", "form", "input", "link", "base", "iframe", "object", "embed", "svg", "noscript")
EVERY = pytest.mark.parametrize("name", messages.NAMES)


def own(session: Session, source: str) -> CampaignVersion:
    """A version of this HTML, with our footer."""
    return factories.make_letter(session, {"type": "html", "source": source})


@EVERY
def test_a_message_of_another_tool_goes_out_whole_and_nothing_of_that_tool(
    session: Session, name: str
) -> None:
    version = own(session, messages.read(name))
    program = freeze(session, version)
    to = factories.make_recipient(version, first_name="Zoë O'Neil <b>")
    text, page = bodies(read_back(Wire.of(program).fill(to)))
    assert not LEFT_OVER.search(page.partition("<body")[2]), LEFT_OVER.search(page)
    assert not LEFT_OVER.search(text)
    root = html.document_fromstring(page)
    assert not [each.tag for each in root.iter(*ACTIVE)]
    assert not re.search(r"@import|@font-face|cmail19|r20\.example|/track/open", page.lower())
    assert "/u/" in page
    assert "/u/" in text
    assert page.startswith("<!DOCTYPE html>")
    assert root.get("lang")
    assert root.get("dir")


@EVERY
def test_its_links_are_counted_and_stand_in_both_parts(session: Session, name: str) -> None:
    rendered = Rendered.of(freeze(session, own(session, messages.read(name))))
    assert rendered.links
    body = html.document_fromstring(rendered.html).find("body")
    assert body is not None
    hrefs = [str(each.get("href")) for each in body.iter("a")]
    assert not [each for each in hrefs if each.startswith("http") and each not in rendered.text]
    ours = ("http://localhost", "https://renew.example.com/privacy", "mailto:", "tel:", "#")
    assert not [each for each in hrefs if not each.startswith(ours)]


@EVERY
def test_the_same_source_gives_the_same_message(session: Session, name: str) -> None:
    pasted.read.cache_clear()
    first = pasted.read(messages.read(name), title="A")
    pasted.read.cache_clear()
    assert pasted.read(messages.read(name), title="A") == first


@EVERY
def test_a_cleaned_message_is_clean(name: str) -> None:
    once = pasted.read(messages.read(name), title="A")
    words = _worded(once)
    twice = pasted.read(words, title="A")
    assert not [str(each) for each in twice.changes if each.done in ("taken out", "added")]
    assert inline_css(_worded(twice)) == inline_css(words)


def test_a_link_is_counted_however_its_address_is_quoted(session: Session) -> None:
    """A quotation mark in an address makes the parser write it in single ones."""
    source = (
        "<p><a href='https://x.example.com/?q=\"a b\"'>Rooms</a></p>"
        "<!--[if mso]><a href='https://x.example.com/?q=\"c\"'>Rooms</a><![endif]-->"
        "<p><a href='https://x.example.com/?q=\"&apos;'>Prices</a></p>"
    )
    rendered = Rendered.of(freeze(session, own(session, source)))
    assert {each.url for each in session.scalars(select(CampaignLink))} == {
        "https://x.example.com/?q=%22a%20b%22",
        "https://x.example.com/?q=%22c%22",
        "https://x.example.com/?q=%22'",
    }
    assert "x.example.com" not in rendered.html + rendered.text


def _worded(read: Foreign) -> str:
    """The page with a word in the place of each field."""

    def word(found: re.Match[str]) -> str:
        return "https://renew.example.com/page" if found[1] == "h" else "Ada"

    return re.sub(rf"{read.nonce}([kah])\d+z", word, read.html)


@EVERY
def test_everything_that_was_done_is_told_in_sentences(name: str) -> None:
    for each in pasted.read(messages.read(name)).changes:
        said = str(each)
        assert said[0].isupper() or said[0].isdigit()
        assert said.endswith(".")
        assert each.what
        assert each.why
        assert all(0 < line <= messages.read(name).count("\n") + 1 for line in each.lines)

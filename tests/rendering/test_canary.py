"""Nothing is fetched and no file is read while a message is frozen, whatever it asks for."""

import contextlib
import re
import socket
import urllib.request
from pathlib import Path
from typing import Any

import cssutils
import pytest

from campaigns.database import Session
from campaigns.errors import Invalid
from campaigns.rendering import inlining
from campaigns.rendering.freeze import freeze
from campaigns.rendering.inlining import inline_css
from campaigns.rendering.unescaped import unescaped
from tests.rendering import factories
from tests.rendering.canary import SECRET, Canary, Trick, canary, tricks
from tests.rendering.templates import write

__all__ = ["canary"]

CORPUS = tricks()
ASKS = re.compile(
    r"<(link|base|script|iframe|frame|object|embed|applet|video|audio|bgsound|svg|math|form|input)\b"
    r"|@import|@font-face|behavior:|-moz-binding|http-equiv=.refresh|<[^>]*\s(srcset|ping|on\w+)="
)
"""What makes a mail program or a browser fetch or run something, but for pictures."""
RAW = "{% raw %}TRICK{% endraw %}"


def named(trick: Trick) -> str:
    """The trick in one word for pytest."""
    return trick.name.replace(" ", "-")


def test_the_canary_sings_when_it_is_called_and_notes_who_tries(canary: Canary) -> None:
    with urllib.request.urlopen(f"{canary.url}/a.css") as answer:
        assert answer.status == 200
    with canary.guarded(), pytest.raises(OSError, match="no reason"):
        socket.create_connection(("127.0.0.1", 9))
    assert canary.calls == ["GET /a.css"]
    assert len(canary.attempts) == 1
    assert not canary.is_silent()


def test_a_parser_of_style_sheets_left_to_itself_would_call(canary: Canary) -> None:
    sheet = canary.aimed("@import url(http://CANARY/a.css);")
    cssutils.CSSParser(loglevel=50).parseString(sheet)
    assert canary.calls == ["GET /a.css"]


@pytest.mark.parametrize("trick", CORPUS, ids=named)
def test_inlining_asks_nobody(canary: Canary, trick: Trick) -> None:
    page = trick.html(canary)
    inlined = ""
    with canary.guarded(), contextlib.suppress(Invalid):
        inlined = inline_css(page)
    assert canary.is_silent()
    assert SECRET not in inlined


def test_what_is_behind_inlining_asks_nobody_even_where_no_trick_was_noticed(
    canary: Canary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inlining, "_refuse_unsendable", lambda page: None)
    for trick in CORPUS:
        inlined = ""
        with canary.guarded(), contextlib.suppress(Invalid, ValueError):
            inlined = inline_css.__wrapped__(trick.html(canary))
        assert canary.is_silent(), trick.name
        assert SECRET not in inlined, trick.name


def frozen(session: Session, *blocks: dict[str, Any]) -> str:
    """Both parts of a letter of these blocks, undone afterwards; empty where it is refused."""
    said = ""
    with contextlib.suppress(Invalid), session.begin_nested() as point:
        content = freeze(session, factories.make_letter(session, *blocks)).content
        said = content["html"] + content["text"]
        point.rollback()
    return said


def test_what_staff_paste_into_a_text_is_frozen_without_a_call(
    session: Session, canary: Canary
) -> None:
    said = {}
    for trick in CORPUS:
        text = f"<p>x</p>{trick.piece(canary)}"
        with canary.guarded():
            said[trick.name] = frozen(
                session, {"type": "article", "heading": "A heading", "text": text}
            )
        assert canary.is_silent(), trick.name
    assert not [name for name, each in said.items() if SECRET in each]
    assert sum(map(bool, said.values())) > len(CORPUS) / 2


def test_a_template_of_the_owners_own_is_frozen_without_a_call(
    session: Session, canary: Canary, own_templates: Path
) -> None:
    said = {}
    for trick in CORPUS:
        write(own_templates, "blocks/divider/block.html", RAW.replace("TRICK", trick.piece(canary)))
        with canary.guarded():
            said[trick.name] = frozen(session, {"type": "divider"})
        assert canary.is_silent(), trick.name
    assert not [name for name, each in said.items() if SECRET in each]
    assert sum(map(bool, said.values())) > len(CORPUS) / 3


def plain(page: str) -> str:
    """A page without comments and escapes of style rules."""
    return unescaped(inlining._COMMENT.sub("", page))


def test_a_message_pasted_from_elsewhere_is_frozen_without_a_call_and_calls_nobody_later(
    session: Session, canary: Canary
) -> None:
    said = {}
    for trick in CORPUS:
        with canary.guarded():
            said[trick.name] = frozen(session, {"type": "html", "source": trick.html(canary)})
        assert canary.is_silent(), trick.name
    assert not [name for name, each in said.items() if SECRET in each]
    assert not [name for name, each in said.items() if ASKS.search(plain(each))]
    assert sum(map(bool, said.values())) > len(CORPUS) * 0.9

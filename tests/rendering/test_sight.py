"""What hides an element, and which elements of a page are seen by all, by some, by nobody."""

import pytest
from lxml import html

from campaigns.rendering import hiding, sight
from campaigns.rendering.sight import Kept


@pytest.mark.parametrize(
    "style",
    [
        "display: none !important",
        "display:none!important;display:block",
        "DISPLAY:NONE",
        "opacity:0%",
        "content-visibility:hidden",
        "-webkit-filter:blur(9px)",
        "filter:alpha(opacity=0)",
        "clip:rect(0 0 0 0)",
        "clip-path:circle(0)",
        "clip-path:polygon(0 0, 0 0, 0 0)",
        "transform:scale(1, 0)",
        "transform:scale3d(.0, 1, 1)",
        "transform:translate(-50em, 0)",
        "zoom:0",
        "text-indent:9999px",
        "margin:0 0 0 -999px",
        "position:fixed;top:-500pt",
        "width:0;overflow-x:clip",
        "max-height:0px",
        "display:/**/none",
    ],
)
def test_what_takes_an_element_away(style: str) -> None:
    assert hiding.hides(hiding.says(style))


@pytest.mark.parametrize(
    "style",
    [
        "",
        "no declaration",
        "display:block!important;display:none",
        "opacity:.9",
        "filter:opacity(100%) grayscale(1)",
        "clip-path:inset(0 round 8px)",
        "transform:translate(-50%, 0) scale(1.5)",
        "transform:rotate(3deg)",
        "margin:-20px auto 0",
        "left:-9999px",
        "position:relative;left:auto",
        "height:0;line-height:1",
        "overflow:hidden;height:40px;line-height:1",
        "text-indent:2em",
        "max-height:none",
    ],
)
def test_what_leaves_it_there(style: str) -> None:
    assert not hiding.hides(hiding.says(style))
    assert not hiding.unseen_text(hiding.says(style))


@pytest.mark.parametrize(
    "style",
    [
        "font-size:0",
        "font-size:2pt",
        "font-size:10%",
        "font:bold 0/0 Arial",
        "font:1px Arial",
        "color:#0000",
        "color:rgb(0 0 0 / 0%)",
        "color:hsla(0,0%,0%,.01)",
        "-webkit-text-fill-color:transparent;color:#111",
        "line-height:0;overflow:hidden",
    ],
)
def test_letters_that_nobody_can_read(style: str) -> None:
    assert hiding.unseen_text(hiding.says(style))


@pytest.mark.parametrize(
    "style",
    ["font-size:x-small", "font:italic bold Arial", "font-size:larger", "font:17px/26px Arial",
     "color:rgb(0,0,0)", "color:rgba(255,255,0,.5)", "color:inherit", "visibility:inherit"],
)  # fmt: skip
def test_letters_that_can_be_read(style: str) -> None:
    assert not hiding.unseen_text(hiding.says(style))


def _unseen(body: str, *, style: str = "", strictly: bool = True) -> list[str]:
    root = html.document_fromstring(f"<head><style>{style}</style></head><body>{body}</body>")
    kept = Kept.of(root)
    found = sight.unseen(root, kept, strictly=strictly)
    return [str(each.get("id")) for each in root.iter() if each in found and each.get("id")]


def test_what_is_within_may_be_seen_where_only_letters_were_hidden() -> None:
    body = (
        '<div id="a" style="font-size:0"><p id="b" style="font-size:16px">x</p></div>'
        '<div id="c" style="visibility:hidden"><p id="d" style="visibility:visible">x</p></div>'
        '<div id="e" style="opacity:0"><p id="f" style="opacity:1">x<!-- y --></p></div>'
        '<div id="g" hidden><p id="h">x</p></div>'
    )
    assert _unseen(body) == ["a", "c", "e", "f", "g", "h"]


def test_a_value_that_is_worked_out_later_hides_from_some() -> None:
    body = '<p id="a" style="opacity:var(--o)">x</p>'
    assert _unseen(body) == ["a"]
    assert _unseen(body, strictly=False) == []


def test_a_rule_that_cannot_be_read_hides_what_it_may_mean() -> None:
    assert _unseen('<p id="a" class="x">x</p>', style=".x:new-thing(1){display:none}") == ["a"]
    assert _unseen('<p id="a">x</p>', style="p!{display:none}") == ["a"]


def test_an_animation_that_ends_with_nothing_hides() -> None:
    steps = "@keyframes go { to { opacity: 0 } }"
    assert _unseen('<p id="a" style="animation:go 1s">x</p>', style=steps) == ["a"]
    assert _unseen('<p id="a">x</p>', style=f"{steps} p {{ animation: go 1s }}") == ["a"]
    assert _unseen('<p id="a" style="animation:go 1s">x</p>') == []

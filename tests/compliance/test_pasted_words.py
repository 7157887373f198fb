"""Every word of a pasted page is read that any reader may see; what all must see, all see."""

from collections.abc import Callable
from typing import Any

import pytest

from campaigns.accounts import queries as accounts
from campaigns.compliance import approval
from campaigns.compliance.findings import Finding
from campaigns.compliance.models import Severity
from campaigns.database import Session
from campaigns.planning import statements
from campaigns.rendering.foreign import pasted
from tests.compliance.conftest import EVERYTHING, Clinic, make_draft

SAID = "One session cures depression, guaranteed, with no side effects. Save 90% today for $99."
ADDRESS = "__ADDRESS__"
LINK = '<p class="u"><a class="l" href="*|UNSUB|*">Unsubscribe</a></p>'
PHONE = "@media (max-width:600px){.m{display:block!important}}"
Check = Callable[..., list[Finding]]


@pytest.fixture
def found(session: Session, clinic: Clinic) -> Check:
    """What stops a pasted page of this body and these rules, without our footer."""

    def check(body: str, *, style: str = "", link: str = LINK, **values: Any) -> list[Finding]:
        address = accounts.organisation(session).postal_address
        inside = f"{body}{link}"
        if ADDRESS not in inside:
            inside += f"<p>{ADDRESS}</p>"
        page = (
            f"<!DOCTYPE html><html><head><style>{style}</style></head>"
            f"<body><h1>Our rooms</h1>{inside}</body></html>"
        ).replace(ADDRESS, address)
        draft = make_draft(session, clinic, [{"type": "html", "source": page}], **values)
        everything = approval.check(session, draft, **EVERYTHING)
        return [each for each in everything if each.severity is Severity.BLOCK]

    return check


def _rules(found: list[Finding]) -> set[str]:
    return {each.rule for each in found}


def test_a_page_that_says_who_writes_and_how_to_stop_it_is_stopped_by_nothing(found: Check) -> None:
    assert found("<p>Come and look at our rooms on Saturday.</p>") == []


@pytest.mark.parametrize(
    ("body", "style"),
    [
        ("<p>{}</p>", ""),
        ('<p class="m" style="display:none">{}</p>', PHONE),
        ('<p class="m" style="display:none">{}</p>', "@media all{.m{display:block!important}}"),
        ('<div style="max-height:0;overflow:hidden"><p>{}</p></div>', ""),
        ("<!--[if mso]><p>{}</p><![endif]-->", ""),
        ("<!--[if gte mso 9]><v:rect><v:textbox>{}</v:textbox></v:rect><![endif]-->", ""),
        ('<p title="{}">Rooms</p>', ""),
        ('<p aria-label="{}">Rooms</p>', ""),
        ('<!--[if mso]><img alt="{}"><![endif]-->', ""),
    ],
)
def test_words_that_some_reader_sees_or_hears_are_read(found: Check, body: str, style: str) -> None:
    said = found("<p>Rooms.</p>" + body.format(SAID), style=style)
    assert {"HC-02", "PC-17"} <= _rules(said)
    assert {each.place for each in said} == {"block html"}


@pytest.mark.parametrize(
    "broken",
    [
        "c&#8203;ures depres&shy;sion, guar&#8288;anteed",
        "c<span style='display:none'>x</span>ures depression",
        "c<mark>ure</mark>s depression",
        "c<i style='font-size:0'>x</i>ures depression",
        "c<span class='h'>x</span>ures depression",
        "c<div style='display:inline'>ures</div> depression",
        "c\ufe0fur\U000e0020es depression",
    ],
)
def test_a_word_is_found_whatever_nobody_sees_within_it(found: Check, broken: str) -> None:
    style = "@media screen{.h{display:none!important}}"
    assert "HC-02" in _rules(found(f"<div>One session {broken}.</div>", style=style))


def test_a_word_in_the_subject_is_found_through_soft_hyphens(found: Check) -> None:
    said = found("<p>Rooms.</p>", subject="For your depres\u00adsion")
    assert [(each.rule, each.place) for each in said] == [("PR-07", "subject")]


def test_a_word_in_a_block_is_found_through_soft_hyphens(session: Session, clinic: Clinic) -> None:
    said = {
        "type": "how_it_works",
        "heading": "How",
        "steps": [{"title": "First", "text": "<p>Keta\u00admine cu\u200bres.</p>"}],
        "evidence": "<p>Little is known.</p>",
    }
    draft = make_draft(session, clinic, [{"type": "header"}, said, {"type": "footer"}])
    assert {"HC-02", "BK-how_it_works"} <= _rules(approval.check(session, draft, **EVERYTHING))


HIDDEN = [
    "display:none",
    "opacity:0",
    "opacity:.05",
    "visibility:hidden",
    "visibility:collapse",
    "text-indent:-9999px;overflow:hidden;height:0",
    "height:1px;overflow:hidden",
    "max-height:0",
    "width:1px;overflow:hidden",
    "font-size:0",
    "font-size:1px;line-height:1px",
    "font:0/0 a",
    "margin-top:-5000px",
    "position:absolute;left:-9999px",
    "clip-path:inset(100%)",
    "transform:scale(0)",
    "transform:translateX(-9999px)",
    "filter:opacity(0)",
    "color:transparent",
    "color:rgba(0,0,0,0)",
    "mso-hide:all",
    "opacity:calc(1 - 1)",
]


@pytest.mark.parametrize("style", HIDDEN)
def test_a_link_that_nobody_sees_is_no_link(found: Check, style: str) -> None:
    link = f'<div style="{style}"><p><a href="*|UNSUB|*">Unsubscribe</a></p></div>'
    assert "CS-02" in _rules(found("<p>Rooms.</p>", link=link))


@pytest.mark.parametrize("style", HIDDEN)
def test_an_address_that_nobody_sees_is_none(found: Check, style: str) -> None:
    assert "CS-01" in _rules(found(f'<div style="{style}"><p>{ADDRESS}</p></div>'))


@pytest.mark.parametrize(
    "style",
    [
        "@media all{.u{display:none!important}}",
        "@media screen{.u{display:none!important}}",
        "@media (min-width:1px){.u{opacity:0!important}}",
        "@media (max-width:600px){.u{display:none!important}}",
        "@supports (display:block){.u{font-size:0!important}}",
        "a:link{display:none!important}",
        "a:any-link{visibility:hidden}",
        "p:is(.u){display:none}",
        "[data-ogsc] .u{display:none}",
        "u + .body .l, .ExternalClass .l{display:none}",
        ".x_u{display:none}",
        "@media all{body *{color:transparent!important}}",
        "@keyframes go{to{opacity:0}} .u:first-letter{} p:hover, .u:nth-child(n){animation:go 1s}",
    ],
)
def test_a_link_that_a_rule_of_the_head_may_hide_is_no_link(found: Check, style: str) -> None:
    assert "CS-02" in _rules(found("<p>Rooms.</p>", style=style))


@pytest.mark.parametrize(
    "style",
    [
        "@media print{.u{display:none}}",
        ".u:hover{opacity:0}",
        "p::selection{color:transparent}",
        "@media (max-width:600px){.wide{display:none!important} .u{display:block;font-size:17px}}",
        "@media (prefers-color-scheme:dark){.u,.l{color:#ffffff!important}}",
    ],
)
def test_a_rule_that_hides_something_else_hides_no_link(found: Check, style: str) -> None:
    assert "CS-02" not in _rules(found("<p>Rooms.</p>", style=style))


@pytest.mark.parametrize(
    "link",
    [
        '<a href="*|UNSUB|*"><span style="display:none">Unsubscribe</span> .</a>',
        '<details><summary>More</summary><p><a href="*|UNSUB|*">Unsubscribe</a></p></details>',
        '<!--[if mso]><a href="*|UNSUB|*">Unsubscribe</a><![endif]-->',
    ],
)
def test_a_link_without_words_that_all_see_is_no_link(found: Check, link: str) -> None:
    assert "CS-02" in _rules(found("<p>Rooms.</p>", link=link))


@pytest.mark.parametrize(
    "link",
    [
        '<td style="font-size:0"><p style="font-size:14px"><a href="*|UNSUB|*">Unsubscribe</a></p>',
        '<p style="overflow:hidden;line-height:1"><a href="*|UNSUB|*">Unsubscribe</a></p>',
        '<details><summary><a href="*|UNSUB|*">Unsubscribe</a></summary>More</details>',
    ],
)
def test_a_link_that_is_shown_again_within_what_hides_is_seen(found: Check, link: str) -> None:
    assert "CS-02" not in _rules(found("<p>Rooms.</p>", link=link))


def test_a_crisis_line_that_phones_hide_is_none(found: Check) -> None:
    words = "<p>We talk about suicide.</p>"
    assert "SS-01" not in _rules(found(f"{words}<p>{statements.CRISIS_LINE}</p>"))
    hidden = f'{words}<p class="wide">{statements.CRISIS_LINE}</p>'
    style = "@media (max-width:600px){.wide{display:none!important}}"
    assert "SS-01" in _rules(found(hidden, style=style, name="phones"))


@pytest.mark.parametrize(
    "style",
    [
        "p:before{content:'cures depression'}",
        "p:before{content:'\\63 ures'}",
        "p:after{content:attr(data-said)}",
        "li{list-style-type:'cures '}",
        "q{quotes:'cures' 'depression'}",
        "ul{list-style:symbols('cures' 'all')}",
        "p:before{content:open-quote}",
    ],
)
def test_words_that_a_style_writes_are_taken_out_and_named(style: str) -> None:
    read = pasted.read(f"<style>{style}</style><p data-said='cures'>a</p>")
    assert "cures'" not in read.html.replace("data-said", "")
    assert any("Words that a style writes" in each.what for each in read.changes)


@pytest.mark.parametrize(
    "style",
    ["p:before{content:'\\2022 '}", "p:before{content:none}", "p{font-family:'Open Sans'}"],
)
def test_a_mark_and_the_name_of_a_font_are_no_words(style: str) -> None:
    read = pasted.read(f"<style>{style}</style><p>a</p>")
    assert not any("Words that a style" in each.what for each in read.changes)


def test_a_gap_that_only_phones_show_is_found(found: Check) -> None:
    hidden = '<p class="m" style="display:none">Hello [YOUR NAME]</p>'
    assert "DL-02" in _rules(found(f"<p>Rooms.</p>{hidden}", style=PHONE))

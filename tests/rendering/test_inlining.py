"""What inlining must not do: each of these was seen to happen."""

import threading

import pytest

from campaigns.errors import Invalid
from campaigns.rendering import inlining
from campaigns.rendering.inlining import inline_css
from tests.rendering.canary import Canary, canary

__all__ = ["canary"]

DARK = "@media (prefers-color-scheme: dark) { .a { color: #ffffff !important; } }"


def page(head: str = "", body: str = "<p class='a'>Hello</p>") -> str:
    """A whole page with this in its head and body."""
    return f"<!DOCTYPE html><html><head><title>A</title>{head}</head><body>{body}</body></html>"


def test_a_body_that_asks_for_a_style_sheet_is_refused_too(canary: Canary) -> None:
    with pytest.raises(Invalid, match="style sheet"):
        inline_css(page(body=f'<p>x</p><style>@import url("{canary.url}/a.css");</style>'))
    assert canary.calls == []


def test_the_parser_behind_it_could_not_fetch_even_if_asked(canary: Canary) -> None:
    sneaky = page(f"<style>@import url({canary.url}/a.css); .a {{ color: red }}</style>")
    with pytest.raises(Invalid, match="nothing is fetched"):
        inlining._inliner(sneaky).transform()
    assert canary.calls == []


def test_a_doctype_in_lower_case_is_kept_for_without_it_mail_shows_in_quirks_mode() -> None:
    lower = page().replace("<!DOCTYPE html>", "\n<!doctype HTML>")
    assert inline_css(lower).startswith("<!DOCTYPE html>")


def test_a_page_without_a_doctype_is_refused() -> None:
    with pytest.raises(Invalid, match="must begin with"):
        inline_css(page().removeprefix("<!DOCTYPE html>"))


@pytest.mark.parametrize("rest", ["", "<html></html>", "<html lang='en'><!-- a note --></html>"])
def test_a_page_with_nothing_in_it_is_refused_in_words(rest: str) -> None:
    with pytest.raises(Invalid, match="neither <head> nor <body>"):
        inline_css(f"<!DOCTYPE html>{rest}")


def test_a_doctype_that_is_lost_on_the_way_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inlining._Inliner, "transform", lambda self, **_: "<html></html>")
    with pytest.raises(Invalid, match="lost its doctype"):
        inline_css(page())


def test_important_rules_for_dark_and_small_screens_survive() -> None:
    kept = inline_css(page(f'<style data-premailer="ignore">{DARK}</style>'))
    assert DARK in kept
    assert "!important" in inline_css(page(f"<style>{DARK}</style>"))
    assert "color:red !important" in inline_css(page("<style>.a{color:red !important}</style>"))


def test_styles_go_into_the_elements_and_classes_stay_for_the_media_rules() -> None:
    inlined = inline_css(page("<style>.a { color: #123456; }</style>"))
    assert '<p class="a" style="color:#123456">' in inlined
    assert "<style>" not in inlined


@pytest.mark.parametrize(
    "rule",
    ["@font-face {}", "@supports (x:y) {}", "@keyframes x {}", "@page {}", "@layer a;",
     "@container (x) {}", "@media x { @media y {} }", "@media x { .a {} @supports (x:y) {} }",
     ".a { color: red; @media x { color: blue } }"],
)  # fmt: skip
def test_rules_that_inlining_would_drop_without_a_word_are_refused(rule: str) -> None:
    with pytest.raises(Invalid, match="put it into"):
        inline_css(page(f"<style>{rule}</style>"))
    assert rule in inline_css(page(f'<style data-premailer="ignore">{rule}</style>'))


def test_a_sign_within_words_of_a_rule_is_no_rule() -> None:
    rule = '.a { content: "{ @x"; background: url(https://example.com/@x.png) }'
    assert "content" in inline_css(page(f"<style>{rule}</style>"))


def test_a_selector_that_cannot_be_read_is_refused_with_its_fault() -> None:
    with pytest.raises(Invalid, match="selector that cannot be read"):
        inline_css(page("<style>\\31 a { color: red }</style>"))


def test_no_space_comes_between_inline_blocks() -> None:
    body = "<div><a>1</a><a>2</a></div><p>x</p><div><span>3</span><span>4</span></div>"
    assert body in inline_css(page(body=body))


def test_places_addresses_and_conditions_for_outlook_are_left_as_they_are() -> None:
    body = (
        '<!--[if mso]><table><tr><td><![endif]--><a href="https://qab12x3z.invalid/">qab12x4z</a>'
        "<table><tr><!--qab12b0z--><td>x</td><!--qab12e0z--></tr></table>"
        "<!--[if mso]></td></tr></table><![endif]-->"
    )
    assert body in inline_css(page(body=body))


def test_the_size_of_an_image_stays_as_written() -> None:
    inlined = inline_css(
        page("<style>img { width: 100%; height: auto }</style>", '<img width="44" height="44">')
    )
    assert 'width="44"' in inlined
    assert 'height="44"' in inlined


def test_many_threads_may_ask_at_once() -> None:
    answers: set[str] = set()
    work = [
        threading.Thread(
            target=lambda: answers.add(inline_css(page("<style>.a { color: #123456; }</style>")))
        )
        for _ in range(8)
    ]
    for each in work:
        each.start()
    for each in work:
        each.join()
    assert len(answers) == 1

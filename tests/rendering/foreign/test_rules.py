"""Style rules of a pasted page: what fits nothing is dropped, and what nobody can read refused."""

import pytest

from campaigns.errors import Invalid
from campaigns.rendering.foreign import pasted
from campaigns.rendering.foreign.merge_tags import MOST_REFUSED
from campaigns.rendering.foreign.rules import MOST_RULES
from campaigns.rendering.inlining import inline_css
from tests.rendering.foreign.test_taken_out import page, told


def cleaned(css: str, body: str = "<p>Hello</p>") -> str:
    """What is left of a page with this style sheet."""
    return pasted.read(page(body, f"<style>{css}</style>")).html


def test_rules_for_what_does_not_stand_in_the_page_never_reach_the_inliner() -> None:
    library = "".join(f".col-{n} p{{color:red}}#row-{n}{{margin:0}}" for n in range(3000))
    left = cleaned(f"{library}video p{{top:0}}.card b{{color:#123456}}", '<p class="card"><b>a</b>')
    assert "<style>.card b{color:#123456}</style>" in left
    assert "6002 style rules for what does not stand in the page: taken out; nothing" in told(
        page("<p>a</p>", f"<style>{library}video p{{top:0}}.a{{top:0}}</style>")
    )


@pytest.mark.parametrize(
    "selector",
    ["p", "P", ".card", "#Top", "td.card > p", "td p.in", "p + b", ".\\63 ard", "td[class] p",
     "[class~='card']", "TD.card > P", "table\ntd", ".card.wide p", ".none, .in", "p.in#Top"],
)  # fmt: skip
def test_a_rule_that_fits_something_is_inlined_as_before(selector: str) -> None:
    body = '<table><tr><td class="card wide"><p class="in" id="Top">a</p><b>b</b></td></tr></table>'
    assert "color:#123456" in inline_css(cleaned(f"{selector}{{color:#123456}}", body))


@pytest.mark.parametrize(
    "selector", [".none", "p.none", ".none p", "td.none > p", "#top", "video p"]
)
def test_a_rule_of_which_one_name_is_missing_is_dropped(selector: str) -> None:
    body = '<table><tr><td class="card"><p id="Top">a</p></td></tr></table>'
    assert "#123456" not in cleaned(f"{selector}{{color:#123456}}", body)


def test_of_a_rule_with_several_selectors_those_that_fit_stay() -> None:
    assert "<style>p, b{top:0}</style>" in cleaned(".a, p, #c,b{top:0}", "<p>a <b>b</b></p>")


def test_rules_for_what_comes_later_stay_in_the_head_for_inlining_them_takes_long() -> None:
    assert '<style data-premailer="ignore">p ~ b{top:0}</style>' in cleaned(
        "p ~ b{top:0}", "<p>a</p><b>b</b>"
    )


def test_more_rules_than_a_message_can_mean_are_refused() -> None:
    cleaned("p{top:0}" * MOST_RULES)
    with pytest.raises(Invalid, match=r"have 1,501 rules for what stands in the page; the most is"):
        cleaned("p{top:0}" * MOST_RULES + "p{left:0}")
    with pytest.raises(Invalid, match=r"1,520 rules"):
        cleaned((",".join(["p"] * 95) + "{top:0}") * 16)


DEEP = "<div>" * 100 + "<p>a</p>" + "</div>" * 100


@pytest.mark.parametrize(
    ("css", "body"),
    [
        ("p{color:red}" * 1000, "<p>a</p>" * 500),
        ("p{" + "color:red;" * 1000 + "}", "<p>a</p>" * 500),
        ("div div{top:0}" * 1000, DEEP),
        ("p + p{top:0}" * 100, "<p>a</p>" * 1000),
        ("div > div{top:0}p p{top:0}" * 700, "<div>" * 100 + "<p>a</p>" * 5000 + "</div>" * 100),
    ],
)
def test_rules_that_would_be_held_against_too_many_elements_are_refused(
    css: str, body: str
) -> None:
    with pytest.raises(Invalid, match=r"would be written into its \d\S+ elements too often"):
        cleaned(css, body)


@pytest.mark.parametrize(
    "css",
    ["a:" + "f(" * 3000, "a:" + "(" * 3000, "background:url('" * 3000, "a:" + "[" * 60_000,
     "a:" + "f(')'" * 3000],
    ids=["functions", "brackets", "addresses", "very deep", "ends in words"],
)  # fmt: skip
def test_styles_nested_deep_are_refused_with_their_line(css: str) -> None:
    with pytest.raises(Invalid, match=r"Line 4: brackets stand more than 20 deep"):
        pasted.read(page(f'<p style="{css}">x</p>'))
    with pytest.raises(Invalid, match=r"Line 5: brackets stand more than 20 deep"):
        pasted.read(page("<p>x</p>", f"\n<style>\np{{top:0}}\np{{{css}}}</style>"))


def test_braces_nested_deep_are_refused_too() -> None:
    with pytest.raises(Invalid, match="Line 2: brackets stand more than"):
        cleaned("@media x{" * 3000)
    assert "Line 2" not in told(page("<p>a</p>", "<style>p{a:" + "f(" * 18 + "</style>"))


def test_a_selector_or_a_value_without_end_is_taken_out() -> None:
    css = f"{'p ' * 2000}{{top:0}} p{{a:{'b ' * 40_000};color:#123456}}"
    said = told(page("<p>a</p>", f"<style>{css}</style>"))
    assert "A style rule that cannot be read (line 2): taken out" in said
    assert "A style that is too long (a) (line 2): taken out" in said
    assert '<p style="color:#123456">' in inline_css(cleaned(css))
    assert "too long (a) (line 4)" in told(page(f"<p style='a:{'b ' * 40_000}'>a</p>"))


def test_unknown_fields_are_refused_one_by_one_until_they_are_many() -> None:
    lines = "\n".join(f"*|XY{number}|*" for number in range(3000))
    found = pasted.read(f"<!DOCTYPE html>\n{lines}<p>a</p>").refused
    assert len(found) == MOST_REFUSED + 1
    assert str(found[-1]) == "Line 52: What follows was not looked at: mend these first."

"""Traps that newsletters fall into, each met once; a letter of ours steps around all of them."""

import re
import threading
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from lxml import etree

from campaigns import settings, tokens
from campaigns.database import Session
from campaigns.planning import catalogue
from campaigns.planning.models import CampaignVersion
from campaigns.promotions.models import CodeMode
from campaigns.rendering import inlining
from campaigns.rendering.freeze import freeze
from campaigns.rendering.inlining import inline_css
from campaigns.rendering.merge import Values
from campaigns.rendering.message import Rendered
from campaigns.rendering.models import Program
from campaigns.rendering.places import Kind, Place, Places
from campaigns.rendering.wire import Wire
from campaigns.tokens import Family
from tests.letters.test_blocks import sample
from tests.rendering import factories
from tests.rendering.reading import bodies, read_back
from tests.rendering.templates import write

GMAIL_STYLE_BYTES = 16 * 1024
LETTERS = ("savings", "education", "every block")
LETTER = {"type": "article", "heading": "A heading", "text": "<p>Words.</p>"}


def page(head: str = "", body: str = '<p class="a">Hello</p>', html: str = "<html>") -> str:
    """A whole page with this in its head and body."""
    return f"<!DOCTYPE html>{html}<head><title>A</title>{head}</head><body>{body}</body></html>"


@pytest.fixture(params=LETTERS)
def newsletter(request: pytest.FixtureRequest, session: Session) -> Program:
    """Each newsletter of the demo, and a letter of the samples of all blocks, frozen."""
    if request.param != "every block":
        return freeze(session, factories.make_newsletter(session, request.param))
    blocks = [sample(each) for each in catalogue.kinds()
              if each != "footer" and not catalogue.kind(each).stands_alone]  # fmt: skip
    return freeze(session, factories.make_offer(session, *blocks, mode=CodeMode.UNIQUE))


@pytest.fixture
def tree(newsletter: Program) -> etree._Element:
    """Its page as elements."""
    return etree.fromstring(Rendered.of(newsletter).html, etree.HTMLParser())


# What inliners do


def test_delimiters_of_templates_would_not_survive_but_our_words_do() -> None:
    words = Places("q" + "5" * 20)
    name = words.field("first_name", "there")
    link = words.address(Place(Kind.LINK, number=0))
    body = f'<a href="{link}" title="{name}" style="color:#abc">{name}</a>'
    inlined = inline_css(page("<style>a { margin: 0 }</style>", body))
    assert f'href="{link}"' in inlined
    assert f'title="{name}"' in inlined
    assert f">{name}<" in inlined
    assert "{{ x }}" not in inline_css(page(body='<a href="{{ x }}">x</a>'))


def test_braces_that_staff_write_are_words_to_read(session: Session) -> None:
    text = "<p>{{ 7*7 }} {% if x %} ${7} #{7}</p>"
    version = factories.make_letter(session, LETTER | {"heading": "{{7*7}}", "text": text})
    html, text = (
        Rendered.of(freeze(session, version)).html,
        Rendered.of(freeze(session, version)).text,
    )
    for part in (html, text):
        assert "{{7*7}}" in part
        assert "{{ 7*7 }} {% if x %} ${7} #{7}" in part


def test_important_rules_of_phones_and_the_dark_keep_their_importance(newsletter: Program) -> None:
    html = Rendered.of(newsletter).html
    for query in ("max-width: 480px", "prefers-color-scheme: dark"):
        rules = html.partition(f"@media ({query})")[2].partition("\n}")[0]
        assert rules.count("!important") > 3


def test_a_base_template_in_lower_case_still_begins_with_a_doctype(
    session: Session, own_templates: Path
) -> None:
    base = (Path("templates") / "email" / "base.html").read_text(encoding="utf-8")
    write(own_templates, "base.html", base.replace("<!DOCTYPE html>", "<!doctype html>"))
    program = freeze(session, factories.make_letter(session, LETTER))
    assert Rendered.of(program).html.startswith("<!DOCTYPE html>\n<html")


@pytest.mark.parametrize(
    "rule",
    [
        "@font-face { font-family: x; src: local(x) }",
        "@supports (display: grid) { .a { display: grid } }",
        "@media screen { @media (max-width: 9px) { .a { color: red } } }",
        "@media (max-width: 9px) { .a { color: red !important } }",
        "a:hover { color: red }",
    ],
)
def test_progressive_rules_are_kept_letter_by_letter_where_they_are_set_apart(rule: str) -> None:
    assert f">{rule}</style>" in inline_css(page(f'<style data-premailer="ignore">{rule}</style>'))


def test_columns_stay_side_by_side_for_nothing_comes_between_them() -> None:
    columns = '<div class="a">1</div><!--[if mso]></td><td><![endif]--><div class="a">2</div>'
    inlined = inline_css(page("<style>.a { display: inline-block }</style>", columns))
    assert re.search(r"</div><!--\[if mso\]></td><td><!\[endif\]--><div ", inlined)


@pytest.mark.parametrize(
    "text",
    ["a &lt;b&gt; c", "Café 👩‍⚕️ “x”", "a &amp;amp; b", "a\u00a0b", "x\u034f\u200c\u00adx", "مرحبا"],
)
def test_letters_and_entities_say_what_they_said(text: str) -> None:
    assert f"<p>{text}</p>" in inline_css(page(body=f"<p>{text}</p>"))


@pytest.mark.parametrize(
    "comment",
    [
        "<!-- a note -->",
        "<!--[if mso]><v:rect xmlns:v='urn:x'><v:fill type='frame'/></v:rect><![endif]-->",
        "<!--[if gte mso 9]><xml><o:PixelsPerInch>96</o:PixelsPerInch></xml><![endif]-->",
        "<!--[if !mso]><!--><p>x</p><!--<![endif]-->",
        "<!--[if mso | IE]><table><tr><td><![endif]-->",
    ],
)
def test_comments_and_what_classic_outlook_reads_in_them_are_left(comment: str) -> None:
    assert comment in inline_css(page(head=comment, body=f"<p>x</p>{comment}"))


def test_the_names_that_classic_outlook_needs_stay_on_the_page() -> None:
    html = '<html lang="en" xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:x">'
    assert inline_css(page(html=html)).startswith(f"<!DOCTYPE html>\n{html}")


@pytest.mark.parametrize("style", ["color", "color:", ";;", ":red", "color;margin:0", "{{c}}"])
def test_half_a_style_neither_stops_the_page_nor_takes_the_sheets_rules(style: str) -> None:
    body = f'<p class="a" style="{style}">x</p>'
    assert "color:#123456" in inline_css(page("<style>.a { color: #123456 }</style>", body))


def test_styles_that_only_some_programs_know_are_kept() -> None:
    rule = "mso-line-height-rule:exactly; -webkit-text-size-adjust:100%"
    assert rule in inline_css(page(f"<style>.a {{ {rule} }}</style>"))


def test_conditions_stay_where_they_stand_in_a_table() -> None:
    body = "<table><!--qa1z--><tr><!--qa2z--><td>x</td><!--qa3z--></tr><!--qa4z--></table>"
    assert body in inline_css(page(body=body))


def test_two_who_freeze_at_once_get_each_their_own_page(monkeypatch: pytest.MonkeyPatch) -> None:
    at_once: list[int] = []
    inside: list[str] = []
    transform = inlining._Inliner.transform

    def watched(self: inlining._Inliner, **more: object) -> str:
        inside.append(threading.current_thread().name)
        at_once.append(len(inside))
        try:
            made: str = transform(self, **more)
            return made
        finally:
            inside.pop()

    monkeypatch.setattr(inlining._Inliner, "transform", watched)
    answers: dict[int, str] = {}

    def work(number: int) -> None:
        sheet = "".join(f".a{each} {{ margin: {each}px 1{number}px }}" for each in range(60))
        body = "".join(f'<p class="a{each}">x</p>' for each in range(60))
        answers[number] = inline_css(page(f"<style>{sheet}</style>", body))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert max(at_once) == 1
    for number, answer in answers.items():
        assert re.findall(r"margin:\d+(?:px)? (\d+)px", answer) == [f"1{number}"] * 60


# What mail programs do


def test_a_way_out_of_a_list_is_one_line_however_long_the_address(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = factories.make_letter(session, LETTER)
    url = f"https://{'long-name.' * 20}example.com"
    changed = settings.current().model_copy(update={"public_url": url})
    monkeypatch.setattr(settings, "current", lambda: changed)
    raw = Wire.of(freeze(session, version)).fill(factories.make_recipient(version))
    head = raw.partition(b"\r\n\r\n")[0].decode("ascii")
    line = next(each for each in head.split("\r\n") if each.startswith("List-Unsubscribe:"))
    assert line.startswith(f"List-Unsubscribe: <{url}/u/")
    assert line.endswith(">")
    assert "=?" not in head
    assert len(line) < 998


@pytest.mark.parametrize("family", Family)
def test_what_links_carry_is_short_whatever_the_numbers(family: Family) -> None:
    most = {"campaign_id": 2**32 - 1, "delivery_id": 2**40 - 1}
    assert len(tokens.mint(family, **most)) <= 28


def test_a_doctype_stands_before_everything(newsletter: Program) -> None:
    assert Rendered.of(newsletter).html.startswith("<!DOCTYPE html>")


def test_language_and_direction_are_said_where_mail_programs_keep_them(
    tree: etree._Element,
) -> None:
    body = tree.find("body")
    assert body is not None
    for element in (tree, *body.iterchildren("*")):
        assert element.get("lang") == "en"
        assert element.get("dir") == "ltr"


def test_preheader_and_pixel_stand_within_the_wrapper(
    session: Session, newsletter: Program
) -> None:
    version = session.get_one(CampaignVersion, newsletter.version_id)
    to = factories.make_recipient(version)
    html = bodies(read_back(Wire.of(newsletter).fill(to)))[1]
    body = etree.fromstring(html, etree.HTMLParser()).find("body")
    assert body is not None
    wrapper, *others = body.iterchildren("*")
    assert others == []
    first = "".join(str(each) for each in wrapper.itertext()).strip()
    assert first.startswith(newsletter.content["preheader"])
    assert [each.get("src", "").endswith(".gif") for each in wrapper.iter("img")].count(True) == 1
    assert Values(to).track in html


def test_every_table_is_for_layout_or_has_heads(tree: etree._Element) -> None:
    tables = list(tree.iter("table"))
    assert tables
    for table in tables:
        heads = [each for each in table.iter("th") if each.get("scope")]
        assert table.get("role") == "presentation" or heads


def test_every_picture_has_words_and_a_size_and_is_ours(tree: etree._Element) -> None:
    pixel = [each for each in tree.iter("img") if each.get("src", "").endswith(".gif")]
    assert len(pixel) == 1
    for picture in set(tree.iter("img")) - set(pixel):
        assert picture.get("alt") is not None
        assert picture.get("width", "").isdigit()
        assert re.fullmatch(r"https?://[^/]+/.+\.(png|jpe?g)", picture.get("src", ""))


def test_colours_are_written_out_and_dark_rules_are_important(newsletter: Program) -> None:
    html = Rendered.of(newsletter).html
    assert "var(--" not in html
    assert not re.search(r"\b(rgba?|hsla?|oklch|color-mix)\(", html)
    dark = html.partition("@media (prefers-color-scheme: dark) {")[2].partition("\n}\n")[0]
    colours = re.findall(r"[^;{]*color[^;}]*[;}]", dark)
    assert colours
    assert all("!important" in each for each in colours)


def test_the_light_and_the_dark_are_announced(tree: etree._Element) -> None:
    named = {each.get("name"): each.get("content") for each in tree.iter("meta")}
    assert named["color-scheme"] == named["supported-color-schemes"] == "light dark"


def test_style_sheets_are_small_and_flat_for_gmail_drops_them_whole(tree: etree._Element) -> None:
    sheets = ["".join(str(text) for text in each.itertext()) for each in tree.iter("style")]
    assert sum(len(each.encode()) for each in sheets) < GMAIL_STYLE_BYTES
    for sheet in sheets:
        assert not list(_nested(sheet))


def _nested(sheet: str) -> Iterator[str]:
    depth = 0
    for sign in re.findall(r"[{}@]", sheet):
        depth += {"{": 1, "}": -1}.get(sign, 0)
        if sign == "@" and depth:
            yield sign


def test_classic_outlook_gets_a_table_as_wide_as_the_sheet(newsletter: Program) -> None:
    html = Rendered.of(newsletter).html
    opened, closed = html.count("<!--[if mso]><table"), html.count("</table><![endif]-->")
    assert opened == closed > 0
    assert 'width="600"' in html


def test_links_lead_somewhere_whole_and_say_where(tree: etree._Element) -> None:
    for link in tree.iter("a"):
        assert re.match(r"(https?://|mailto:|tel:|sms:)", link.get("href", ""))
        words = "".join(str(each) for each in link.itertext()).split()
        assert words


def test_the_text_twin_has_narrow_lines_and_addresses_on_their_own(newsletter: Program) -> None:
    lines = Rendered.of(newsletter).text.split("\n")
    assert max(len(line) for line in lines if "://" not in line) <= 76
    assert not [line for line in lines if "://" in line and len(line.split()) > 1]
    assert not [number for number, pair in enumerate(pairwise(lines)) if pair == ("", "")]

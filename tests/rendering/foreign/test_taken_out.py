"""What runs, fetches or counts is taken out of a pasted page, and the report names it."""

import contextlib
import re
import time
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from campaigns.errors import Invalid
from campaigns.rendering.foreign import pasted
from campaigns.rendering.inlining import inline_css


def page(body: str, head: str = "") -> str:
    """A whole page with this in it."""
    top = f"<!DOCTYPE html>\n<html lang='en' dir='ltr'><head>{head}</head>"
    return f"{top}\n<body>\n{body}\n</body></html>"


def told(source: str) -> str:
    """The report as one text."""
    return "\n".join(map(str, pasted.read(source).changes))


BODY = (
    ("<p>a</p>\n<script>alert(1)</script>", "A script (line 5): taken out; no mail program"),
    ("<p onclick='x()'>a</p>", "What was to happen on “click” (onclick) (line 4): taken out"),
    ("<p ONMouseOver=x()>a</p>", "(onmouseover)"),
    ("<a href='javascript:alert(1)'>x</a>", "A link that begins with javascript: (line 4)"),
    ("<a href=' java\tscript:alert(1)'>x</a>", "A link that begins with javascript:"),
    ("<a href='&#106;avascript:alert(1)'>x</a>", "A link that begins with javascript:"),
    ("<a href='vbscript:x'>x</a>", "A link that begins with vbscript:"),
    ("<a href='data:text/html,<script>'>x</a>", "A link that begins with data:"),
    ("<a href='file:///etc/passwd'>x</a>", "A link that begins with file:"),
    ("<img src='cid:logo@x' width='20'>", "A picture that begins with cid:"),
    ("<img src='data:image/svg+xml;base64,AAAA'>", "A picture that begins with data:"),
    ("<iframe src='https://x.example.net'></iframe>", "A page within the page (iframe) (line 4)"),
    ("<object data='https://x.example.net'>a</object>", "An embedded object (line 4)"),
    ("<embed src='https://x.example.net'>", "An embedded object"),
    ("<applet code='x'>a</applet>", "An embedded program"),
    ("<video src='https://x.example.net/a.mp4'><p>Watch</p></video>", "A film (line 4)"),
    ("<audio src='https://x.example.net/a.mp3'>a</audio>", "A sound (line 4)"),
    ("<form action='/x'><p>Name</p><input name=a></form>", "A field of a form (line 4)"),
    ("<noscript><img src='https://x.example.net/a'></noscript>", "for browsers without scripts"),
    ("<svg onload=x()><script>1</script></svg>", "A drawing (SVG) (line 4)"),
    ("<math><maction href='javascript:1'>a</maction></math>", "A formula (MathML)"),
    ("<amp-carousel><img src='https://x.example.net/a.png'></amp-carousel>", "An AMP part"),
    ("<blink>Now</blink>", "The element <blink> (line 4)"),
    ("<p style='width:expression(alert(1))'>a</p>", "A style that runs a program (line 4)"),
    ("<p style='behavior:url(x.htc)'>a</p>", "A style that runs a program"),
    ("<p style='-moz-binding:url(x.xml#a)'>a</p>", "A style that runs a program"),
    ("<p style='wid\\74h:e/**/xpression(1)'>a</p>", "A style that runs a program"),
    ("<p style='background:url(javascript:1)'>a</p>", "A style that runs a program"),
    ("<p style='cursor:url(https://x.example.net/c)'>a</p>", "asks for something from x"),
    ("<img src='https://x.example.net/p.gif' width=1 height=1>", "An unseen picture that tells x"),
    ("<img src='https://x.example.net/p.gif' style='display:none'>", "An unseen picture"),
    ("<img src='https://u.example.net/wf/open?upn=a' width=30>", "An unseen picture"),
    ("<a href='https://x.example.net/u'>Unsubscribe here</a>", "it leads to our page now"),
    ("<a href='https://x.example.net/u'>unsubscribe</a>", "led to x.example.net (line 4)"),
    ("<a href='https://x.example.net/1'>View it in your browser</a>", "view in the browser now"),
    ("<a href='#'>Manage preferences</a>", "led nowhere (line 4)"),
    ("<a href='https://click.example.net/x?u=1'>Read</a>", "that counts clicks (line 4)"),
    ("<a href='https://[x.example.net'>Unsubscribe</a>", "led to elsewhere (line 4)"),
    ("<p style='color:red;;}'>a</p><blink>b</blink>", "The element <blink>"),
    ("<p style='content:image-set(\"https://x.example.net/a\")'>a</p>", "asks for something"),
    ("<a href='//x.example.net/a'>Read</a>", "An address without https: (line 4): changed"),
    ("<a href='/prices'>Read</a>", "The link “/prices” has no whole address (line 4): nobody's"),
    ("<img src='images/a.png' alt='A'>", "The picture “images/a.png” has no whole address"),
    ("<div style='display:none'>Look inside</div><p>Hi</p>", "The hidden first line “Look inside”"),
    ("<!--[if mso]><script>1</script><![endif]--><p>a</p>", "A part for Outlook alone (line 4)"),
    ("<!--[if mso]><a href='javascript:1'>a</a><![endif]-->", "A part for Outlook alone"),
    ("<!--[if mso]><p onclick=x()>a</p><![endif]-->", "A part for Outlook alone"),
    ("<!--[if mso]> --!><img src=x onerror=1><![endif]-->", "(onerror) (line 4)"),
    ("<!--[if mso]><style>@import 'a.css';</style><![endif]-->", "A part for Outlook alone"),
    ("{email}\n{email}\n{email}\n{email}", "(lines 4, 5, 6 and 1 more)"),
    ("<!--[if mso]><p style='b\\65havior:url(x)'>a</p><![endif]-->", "A part for Outlook alone"),
    ("<p style='content:{url(https://x.example.net)}'>a</p>", "asks for something from x"),
    ("<div style='display:none'>&nbsp;</div><p>{email}</p>", "it is the reader"),
    ("<img src='https://x.example/a.png' srcset='b.png 2x'>", "picture (srcset) (line 4)"),
    ("<a href='https://x.example.net' ping='https://x.example.net/p'>x</a>", "told of a click"),
    ("<td contenteditable='true'>a</td>", "The attribute contenteditable (line 4): taken out"),
    ("<table><tr><td>a</td></tr></table>", "A word for screen readers on 1 table: added"),
)  # fmt: skip
HEAD = (
    ("<link rel=stylesheet href='https://x.example.net/a.css'>", "A style sheet was asked"),
    ("<link href='https://fonts.example.net/css'>", "from fonts.example.net"),
    ("<style>@import url(https://x.example.net/a.css);</style>", "A style sheet was asked"),
    ("<style>@\\69mport 'https://fonts.example.net/a';</style>", "A web font was asked for"),
    ("<style>@font-face{font-family:A;src:url(https://f.example.net/a)}</style>", "f.example.net"),
    ("<style>@media screen{@font-face{font-family:A}}</style>", "A style rule within another"),
    ("<style>@page{margin:0}</style>", "The style rule @page"),
    ("<style>p{color:red} q</style>", "A style rule that cannot be read"),
    ("<meta http-equiv=refresh content='0;url=https://x.example.net'>", "moves on by itself"),
    ("<base href='https://x.example.net/'>", "A base address for all links (<base>)"),
)  # fmt: skip


@pytest.mark.parametrize(("body", "sentence"), BODY)
def test_what_runs_fetches_or_counts_is_taken_out_and_named_with_its_line(
    body: str, sentence: str
) -> None:
    source = page(body)
    assert sentence in told(source)
    _require_dead(pasted.read(source).html)


@pytest.mark.parametrize(("head", "sentence"), HEAD)
def test_a_head_fetches_nothing(head: str, sentence: str) -> None:
    source = page("<p>Hello</p>", head)
    assert sentence in told(source)
    _require_dead(inline_css(pasted.read(source).html))


def _require_dead(cleaned: str) -> None:
    """Nothing active, read by a parser of another kind than the one that cleaned it."""

    class Strict(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            assert tag not in {"script", "iframe", "object", "embed", "link", "base", "form", "svg"}
            for name, value in attrs:
                assert not name.startswith("on"), (tag, name)
                squeezed = re.sub(r"[\x00-\x20]", "", value or "").lower()
                assert not squeezed.startswith(("javascript:", "vbscript:", "data:text", "file:"))
                if name == "style":
                    assert "expression(" not in squeezed
                    assert "-moz-binding" not in squeezed

        def handle_comment(self, data: str) -> None:
            self.__class__().feed(data)

    Strict().feed(cleaned)


def test_a_definition_from_elsewhere_is_never_read() -> None:
    source = (
        '<?xml version="1.0"?>\n<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/hostname">]>\n'
        "<html><body><p>a &x; b</p></body></html>"
    )
    assert "A definition from elsewhere (ENTITY) (line 1): taken out" in told(source)
    assert "ENTITY" not in pasted.read(source).html
    assert "/etc" not in pasted.read(source).html


def test_rules_that_cannot_be_inlined_stay_and_the_rest_is_inlined() -> None:
    css = "<style>p{color:#111111!important;margin:0} a:hover{color:#222222} #outlook a{padding:0}"
    source = page("<p>Hi <a href='https://x.example.com'>you</a></p>", css + (
        "@media (max-width:480px){p{color:#333333!important}} @keyframes k{from{top:0}}"
        "@supports (display:grid){p{margin:1px}} .v{behavior:url(#default#VML);top:0}</style>"
        "<style media='print'>p{color:#444444}</style><style media=all>i{color:#555555}</style>"
    ))  # fmt: skip
    inlined = inline_css(pasted.read(source).html)
    assert 'style="color:#111; margin:0"' in inlined
    kept = re.findall(r"<style>(.*?)</style>", inlined, re.DOTALL)
    for each in (
        "a:hover{color:#222222}",
        "#outlook a{padding:0}",
        "p{color:#333333 !important}",
        "p{color:#111111 !important;margin:0}",
        "@media print{p{color:#444444}}",
    ):
        assert each in kept[0]
    assert kept[1:] == ["@keyframes k{from{top:0}}", "@supports (display:grid){p{margin:1px}}"]
    assert "behavior" not in inlined


def test_an_escape_in_a_style_sheet_does_not_end_it() -> None:
    css = '<style>p{content:"\\3c/style>\\3cscript>alert(1)\\3c/script>"} q[a="\\3c/style>"]{top:0}'
    cleaned = pasted.read(page("<p>x</p>", css + "@media x\\3c/style>{a{b:c}}</style>")).html
    assert "<script" not in cleaned
    assert cleaned.count("</style") == cleaned.count("<style")


def test_a_large_style_sheet_is_told_of() -> None:
    rules = "".join(f"a.c{n}:hover{{color:#12345{n % 10}}}" for n in range(900))
    assert "Gmail drops style sheets of more than 16 KB" in told(
        page("<p>a</p>", f"<style>{rules}</style>")
    )


def test_what_outlook_alone_sees_stays_where_it_is_harmless() -> None:
    body = (
        "<![if !mso]><b>modern</b><![endif]>\n<!--[if mso]><table><tr><td><![endif]--><p>a</p>"
        "<!--[if mso]></td></tr></table><![endif]-->"
        '<!--[if mso]><v:roundrect href="https://x.example.com/a?n={email}" fillcolor="#333333">'
        "<w:anchorlock/><center>Go {first_name|there}</center></v:roundrect>"
        '<a href="{unsubscribe}">'
        "x</a><![endif]--><!-- a note --><!--[if !mso]><!--><i>b</i><!--<![endif]-->"
    )
    found = pasted.read(page(body))
    assert "<!--[if !mso]><!--><b>modern</b><!--<![endif]-->" in found.html
    assert "<!--[if mso]><table><tr><td><![endif]-->" in found.html
    assert f'/a" fillcolor="#333333"><w:anchorlock/><center>Go {found.nonce}' in found.html
    assert re.search(rf'<a href="{found.nonce}h\d+z">x</a><!\[endif\]', found.html)
    assert "a note" not in found.html
    assert "A link told x.example.com about the reader: {email} (line 5)" in told(page(body))


def test_a_page_without_a_frame_gets_one() -> None:
    found = pasted.read("<p>Hello</p>", language="es", direction="ltr", title="A & B")
    assert found.html.startswith('<!DOCTYPE html>\n<html lang="es" dir="ltr">')
    for each in (
        '<meta charset="utf-8">',
        "width=device-width",
        'content="light"',
        "<title>A &amp; B</title>",
        'role="article"',
        'aria-label="A &amp; B"',
    ):
        assert each in found.html
    said = "\n".join(map(str, found.changes))
    assert "The language (es): added; screen readers and mail programs ask for it." in said
    assert "The encoding (UTF-8): added" in said
    assert "The first line <!DOCTYPE html>: added" in said


def test_a_page_that_has_dark_rules_says_so_and_one_wrapper_is_enough() -> None:
    css = "<style>@media (prefers-color-scheme: dark){p{color:#ffffff}}</style>"
    assert 'content="light dark"' in pasted.read(page("<p>a</p>", css)).html
    once = pasted.read(page("<p>a</p>")).html
    assert pasted.read(once).html.count('role="article"') == 1


PHONE = '<div class="phone" style="display:none;max-height:0;overflow:hidden">%s</div>'


@pytest.mark.parametrize(
    ("first", "css"),
    [
        (PHONE % '<img src="https://x.example/m.jpg" alt="Rooms" width="300">', ""),
        (PHONE % "<table><tr><td><a href='https://x.example/a'>Book</a></td></tr></table>", ""),
        (PHONE % "<p>Tap to call us</p>", "@media screen{.phone{display:block!important}}"),
        (PHONE % "<p>Tap to call us</p>", "@media screen{div[class=phone]{display:block}}"),
        (PHONE % "<p>Tap</p>", "@supports (top:0){.phone{max-height:none}}"),
    ],
)
def test_what_a_page_begins_with_on_phones_alone_stays(first: str, css: str) -> None:
    source = page(f"{first}<p>Hello</p>", f"<style>{css}</style>")
    assert 'class="phone"' in pasted.read(source).html
    assert "hidden first line" not in told(source)


def test_the_hidden_line_goes_wherever_it_stands_before_the_first_words() -> None:
    css = "<style>@media screen{.line{display:none!important}}</style>"
    line = '<div class="line" style="display:none"><span>A</span> look</div>'
    picture = PHONE % '<img src="https://x.example/m.jpg" alt="Rooms" width="300">'
    for body in (line, picture + line, f"<table><tr><td>{line}</td></tr></table>", line * 2):
        source = page(f"{body}<p>Hello</p>", css)
        assert 'class="line"' not in pasted.read(source).html
        assert "The hidden first line “A look” (line 4): taken out" in told(source)


@pytest.mark.parametrize("before", ["Hello", "<b>Hello</b>", "<br>Hello", "<img src='https://a'>"])
def test_hidden_words_after_the_first_seen_ones_are_no_preheader(before: str) -> None:
    source = page(f"{before}<div style='display:none'>Quiet</div>")
    assert "Quiet" in pasted.read(source).html


def test_pictures_from_elsewhere_are_counted_by_host() -> None:
    body = (
        '<img src="https://a.example.net/1.png" alt="One"><img src="https://a.example.net/2.png">'
        '<p style="background:url(https://b.example.net/d.png)">x</p>'
    )
    said = told(page(body))
    assert "2 pictures are loaded from a.example.net: upload them here" in said


@pytest.mark.parametrize(
    ("source", "sentence"),
    [("<div>" * 400, "deep in one another"), ("<!-- only a note -->", "")],
)
def test_what_no_mail_program_reads_is_refused_in_words(source: str, sentence: str) -> None:
    if sentence:
        with pytest.raises(Invalid, match=sentence):
            pasted.read(source)
    else:
        assert "<body>" in pasted.read(source).html


@pytest.mark.parametrize(
    "source",
    ["<!--" * 50_000, "<script>" * 25_000, "<style>" * 28_000, "{{" * 100_000, "*|" * 100_000,
     "<!doctype [" * 18_000, "<?" * 100_000, "<![if " * 30_000, "[a" * 100_000, "{% " * 66_000,
     "<!--[if mso]>" + "/*" * 90_000 + "<![endif]-->", "<style>" + "a{" * 90_000],
    ids=lambda each: each[:8],
)  # fmt: skip
def test_a_page_that_was_made_to_take_long_does_not(source: str) -> None:
    began = time.thread_time()
    with contextlib.suppress(Invalid):
        pasted.read.__wrapped__(source)
    assert time.thread_time() - began < 5


PIECES = st.sampled_from(
    ["<script>", "</script>", "<svg>", "</svg>", "<style>", "</style>", "<!--", "-->", "--!>",
     "<p>",
     "<!--[if mso]>", "<![endif]-->", "<![if !mso]>", "<math>", "<title>", "</title>", "<textarea>",
     "<xmp>", "<noscript>", "</noscript>", "<template>", "<table>", "<td>", "<a href='", "'>", '">',
     "<a href=javascript:alert(1)>", "<img src=x onerror=alert(1)>", "<iframe srcdoc='<script>'>",
     "onload=alert(1) ", "java\nscript:alert(1)", "@import 'a';", "expression(alert(1))", "\\3c",
     "<form action=javascript:1>", "<b style='x:expression(1)'>", "]]>", "<![CDATA[", "<?php",
     "<plaintext>", "<body onload=1>", "<html onload=1>", "<base href=javascript:>", "\x00", "é",
     "{first_name|there}", "{unsubscribe}", "<p data-{x}=1 ",
     "<p {x}y=", "*|FNAME|*", "</p>", "</body>", "<select>", "<option>"]
)  # fmt: skip


@settings(max_examples=600, deadline=None)
@given(st.lists(PIECES, max_size=14))
def test_however_it_is_nested_nothing_that_runs_survives(pieces: list[str]) -> None:
    cleaned = ""
    with contextlib.suppress(Invalid):
        cleaned = pasted.read.__wrapped__("".join(pieces)).html
    _require_dead(cleaned)
    root = html.document_fromstring(cleaned or "<p>")
    for element in root.iter():
        if isinstance(element.tag, str):
            assert element.tag not in {"script", "form", "iframe", "svg", "math", "template", "xmp"}
            assert not [name for name in element.attrib if str(name).startswith("on")]
            assert "javascript:" not in str(element.get("href")).lower()


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=12))
def test_what_was_cleaned_once_is_clean(pieces: list[str]) -> None:
    once = "<p>"
    with contextlib.suppress(Invalid):
        once = pasted.read.__wrapped__("".join(pieces)).html
    said = pasted.read.__wrapped__(once).changes
    assert not [
        str(each) for each in said if each.done == "taken out" and "hidden first" not in each.what
    ]


@pytest.mark.parametrize(
    ("hidden", "line"),
    [
        ("Look inside&#847;&zwnj;&nbsp; &#847;", "Look inside"),
        ("*|FNAME|*, look inside", "{first_name|there}, look inside"),
        ("{{ first_name|default:'you' }}: a look", "{first_name|you}: a look"),
        ("A look *|LNAME|* for {{ email }}", "A look for {email}"),
        ("*|MC_PREVIEW_TEXT|*", ""),
    ],
)
def test_the_hidden_first_line_is_kept_in_our_words(hidden: str, line: str) -> None:
    source = page(f"<div style='display:none'>{hidden}</div><p>Hi</p>")
    assert pasted.read(source).preheader == line


def test_a_page_without_a_hidden_first_line_has_none() -> None:
    assert pasted.read(page("<p>Hi</p>")).preheader == ""

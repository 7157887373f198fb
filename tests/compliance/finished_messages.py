"""Finished messages that break a rule, and such as keep it, by the rule."""

from dataclasses import replace
from typing import Any

from campaigns import public_urls
from campaigns.compliance.checked import Checked
from tests.compliance.messages import block, message

STUDY = "https://www.example.com/study"
WORDS = "Movement, sleep and company help many people. " * 12


def page(inside: str = "", *, style: str = "", text: str = "", **values: Any) -> Checked:
    """A good message with this in its body, and this in its style sheet."""
    made = message(block("article", WORDS, markup=inside))
    head = f"<head><style>{style}</style></head>" if style else ""
    markup = made.markup.replace("<body>", f"{head}<body>")
    return replace(made, markup=markup, text=f"{made.text}\n{text}", **values)


def dark(rules: str) -> str:
    """These rules for dark mode."""
    return f"@media (prefers-color-scheme: dark) {{ {rules} }}"


def body(markup: str) -> Checked:
    """A message of which this is the whole HTML part."""
    return replace(message(), markup=markup)


LINK = f'<p>Read <a href="{STUDY}">what the study says</a> today.</p>'
LAYOUT = '<table role="presentation"><tr><td>Words</td></tr></table>'
PRICES = (
    '<table><tr><th scope="col">Visit</th></tr><tr><td><table role="presentation">'
    "<tr><td>inside</td></tr></table></td></tr></table>"
)
PICTURE = '<img src="https://www.example.com/a.png" alt="A nurse at a desk" width="512">'
NESTED = "@media screen { @media (max-width: 480px) { p { margin: 0 } } }"

FIRES: dict[str, list[Checked]] = {
    "DL-05": [page(style="p { color: #111111 } " * 800)],
    "DL-07": [
        page('<p><a href="/prices">See all prices</a></p>'),
        page('<p><a href="www.example.com">See all prices</a></p>'),
        page('<img src="picture.png" alt="A nurse">'),
    ],
    "DL-08": [
        page('<p><a href="">See all prices</a></p>'),
        page('<p><a href="#top">See all prices</a></p>'),
        page('<img alt="A nurse at a desk">'),
    ],
    "DL-09": [
        page('<p><a href="javascript:alert(1)">See all prices</a></p>'),
        page('<p><a href="https:///prices">See all prices</a></p>'),
        page('<p><a href="http://[oops/">See all prices</a></p>'),
    ],
    "DL-10": [
        page('<p><a href="http://www.example.com/">See all prices</a></p>'),
        page(f'<p><a href="{STUDY}">See all prices</a></p>', targets={STUDY: "http://example.com"}),
    ],
    "DL-11": [page('<img src="http://www.example.com/a.png" alt="A nurse at a desk">')],
    "DL-12": [page(LINK), page(text=f"See {STUDY}.")],
    "DL-13": [
        message(
            block(
                "article",
                "Sleep, movement, company, music, light, water, rest, time.",
                text="Hello.",
            )
        ),
    ],
    "LN-01": [message(subject="What a visit at the clinic looks like, and who sits at the table")],
    "LN-02": [
        message(subject="NEWS FROM THE CLINIC"),
        message(subject="News! From the clinic!"),
        message(preheader="What a visit to the clinic is like: read it now!!!"),
    ],
    "LN-03": [message(preheader="Plain words"), message(preheader="")],
    "LN-04": [message(preheader="What a visit to the clinic looks like. " * 3)],
    "LN-05": [message(subject="News from the clinic", preheader="News from the clinic.")],
    "AX-01": [
        body('<html dir="ltr"><body><p lang="en" dir="ltr">Hello</p></body></html>'),
        body(
            '<html lang="en" dir="ltr"><body><p lang="english!" dir="ltr">Hello</p></body></html>'
        ),
    ],
    "AX-02": [
        body('<html lang="en"><body><p lang="en" dir="ltr">Hello</p></body></html>'),
        body('<html lang="en" dir="ltr"><body><p lang="en">Hello</p></body></html>'),
    ],
    "AX-03": [page("<table><tr><td>Words</td></tr></table>" * 2)],
    "AX-04": [
        page("<table><tr><th>Visit</th></tr></table>"),
        page(PRICES.replace("<table>", '<table role="presentation">', 1)),
    ],
    "AX-05": [
        page('<img src="https://www.example.com/team.png">'),
        page('<img src="https://www.example.com/">'),
    ],
    "AX-06": [
        page(PICTURE.replace("A nurse at a desk", each))
        for each in ("IMG_2034", "team-photo.jpg", "Image", "a.png", "Screenshot 2026")
    ],
    "AX-07": [
        page(f'<a href="{STUDY}"><img src="https://www.example.com/a.png" alt=""></a>'),
        page(f'<a href="{STUDY}"> </a>'),
    ],
    "AX-08": [
        page('<p style="color: #949494">Grey on white</p>'),
        page('<h2 style="color: #aaaaaa">Large and grey</h2>'),
        page('<div bgcolor="#777777"><p style="color: #ffffff">White on grey</p></div>'),
        page('<p class="x">Dark</p>', style=dark(".x { color: #555555 }")),
        page(
            '<p class="x" style="background: #ffffff">Pale</p>',
            style=dark(".x { color: #999999 !important }"),
        ),
        page("<p><span>Pale</span></p>", style="p span { color: #949494 }"),
        page('<p style="background-color: rgba(0, 0, 0, 0.6)">Black on grey</p>'),
        page('<p style="color: rgba(0, 0, 0, 0.5)">Half of black</p>'),
        page('<p style="color: #949494; font-size: 12pt; font-weight: bold">Not large</p>'),
        page('<p style="color: #949494; font-size: 120%">Not large</p>'),
        page('<div style="font-size: 10px"><p style="color: #949494; font-size: 2em">No</p></div>'),
    ],
    "AX-09": [
        page('<p style="color: #eeeeee">White on white</p>'),
        page("<p>Gone</p>", style="@media (min-width: 1px) { p { color: #fff !important } }"),
        page("<p>Gone</p>", style="@supports (display: block) { p { color: white } }"),
        page(
            "<p>Gone</p>",
            style="@media (prefers-color-scheme:dark) and (min-width:1px) { p { color: #111 } }",
        ),
    ],
    "AX-10": [
        page("<h2>Below</h2>"),
        page("<h1>One</h1><h1>Two</h1>"),
        page("<h1>One</h1><h3>Three</h3>"),
    ],
    "AX-11": [page(f'<p><a href="{STUDY}">Read more</a></p>')],
    "AX-12": [
        page('<a href="https://a.example.com">See it all</a><a href="tel:5550100">See it all</a>')
    ],
    "AX-13": [
        page(LINK.replace("<a ", '<a style="text-decoration: none" ')),
        page(LINK.replace("<a ", '<a style="text-decoration: none; border: 0" ')),
    ],
    "AX-14": [
        message(block("article", "Few words.", markup=PICTURE)),
        replace(message(block("article", "Few words.", markup=PICTURE * 2))),
        replace(message(), blocks=(), html="Few words.", markup=PICTURE),
    ],
    "MC-01": [page('<form><input type="text"></form>')],
    "MC-02": [page("<script>alert(1)</script>"), page('<p onclick="alert(1)" onblur="x">Hi</p>')],
    "MC-03": [
        page('<p style="position: absolute">Hello</p>'),
        page(style="p { position: fixed }"),
    ],
    "MC-04": [page("<svg></svg>"), page(PICTURE.replace(".png", ".svg?x=1"))],
    "MC-05": [
        page(PICTURE.replace(".png", ".webp")),
        page("<p style=\"background: #fff url('https://www.example.com/a.avif')\">Hello</p>"),
    ],
    "MC-06": [page(PICTURE.replace("https://www.example.com/a.png", "data:image/png;base64,AA=="))],
    "MC-07": [page(style=":root { --ink: #111 }"), page('<p style="color: var(--ink)">Hello</p>')],
    "MC-08": [page(style=NESTED), page(style="p { & b { margin: 0 } @media print { margin: 0 } }")],
    "MC-10": [page('<p style="display: flex">Hello</p>')],
    "MC-11": [page(style=dark("p { display: grid }"))],
    "MC-12": [page('<p style="gap: 8px">Hello</p>')],
    "MC-13": [
        page(style="@font-face { font-family: Own; src: url(https://www.example.com/o.woff) }"),
        page(style="@import url(https://www.example.com/own.css);"),
        page('<link rel="stylesheet" href="https://www.example.com/own.css">'),
    ],
    "MC-14": [
        page("<p style=\"background-image: url('https://www.example.com/a.png')\">Hello</p>"),
        page('<p style="background: url(https://www.example.com/a.png) transparent">Hello</p>'),
        page('<table role="presentation" background="https://www.example.com/a.png"></table>'),
    ],
    "MC-15": [page('<video src="https://www.example.com/a.mp4"></video>')],
}

SILENT: dict[str, list[Checked]] = {
    "DL-05": [page(style="p { color: #111111 } " * 400)],
    "DL-07": [
        page(LINK),
        page('<p><a href="tel:+15555550100">Call us</a> <a name="top">Top</a></p>'),
        page('<p><a href="mailto:desk@example.com">Write to us</a></p>'),
    ],
    "DL-08": [page(LINK), page(PICTURE)],
    "DL-09": [page('<p><a href="sms:988">Text 988</a></p>'), page(LINK)],
    "DL-10": [page(LINK), page(targets={STUDY: "http://www.example.com"})],
    "DL-11": [
        page(PICTURE),
        page(f'<img src="{public_urls.asset("a.png")}" alt="A nurse at a desk">'),
        page('<img src="data:image/png;base64,AA==" alt="A nurse at a desk">'),
    ],
    "DL-12": [
        page(LINK, text=f"The study:\n{STUDY}\n"),
        page('<p><a href="tel:988">Call 988</a></p>'),
        page(f'<a href="{STUDY}"><img src="https://www.example.com/a.png" alt=""></a>'),
        replace(message(), markup=" "),
    ],
    "DL-13": [message(block("article", "Sleep, movement, company, music, light.", text="Hello."))],
    "LN-01": [message(subject="What a visit at the clinic looks like")],
    "LN-02": [message(subject="FAQ: your USA visit!"), message(subject="Good news?")],
    "LN-03": [message()],
    "LN-04": [message()],
    "LN-05": [message(subject="")],
    "AX-01": [
        message(),
        body('<html lang="en-US" dir="rtl"><body><p hidden lang="x" style="display:none"></body>'),
    ],
    "AX-02": [message(), replace(message(), markup=" ")],
    "AX-03": [page(LAYOUT), page("<table><caption>Hours</caption><tr><td>Mon</td></tr></table>")],
    "AX-04": [page(PRICES), page(LAYOUT)],
    "AX-05": [page(PICTURE), page('<img src="https://www.example.com/a.png" alt="">')],
    "AX-06": [page(PICTURE), page(PICTURE.replace("A nurse at a desk", ""))],
    "AX-07": [
        page(LINK),
        page(f'<a href="{STUDY}">{PICTURE}</a>'),
        page(f'<a href="{STUDY}" aria-label="The study"></a>'),
        page('<a name="here"></a>'),
    ],
    "AX-08": [
        page('<p style="color: #767676">Grey on white</p>'),
        page('<h2 style="color: #949494">Large and grey</h2>'),
        page('<p style="color: #949494; font-size: 1.2em; font-weight: 700">Large</p>'),
        page('<p style="color: #949494; font-size: 18pt">Large</p>'),
        page('<p style="color: #eeeeee; display: none">Nobody sees this</p>'),
        page('<p style="color: #eeeeee">→ —</p>'),
        page(
            '<p class="x">Dark</p>', style=dark(".x { color: #bbbbbb } .x::before { color: red }")
        ),
        page('<p class="x">x</p>', style=".x:focus-visible { color: #eeeeee }"),
        page("<p>Print</p>", style="@media print { p { color: #eeeeee } }"),
        page(
            '<p class="x">Both ways</p>',
            style="@media (max-width: 600px) { .x { color: #ffffff; background: #111111 } }"
            "@media (min-width: 601px) { .x { background: #ffffff } }",
        ),
        page('<p style="color: #333333">Kept</p>', style="p { color: #eeeeee }"),
        page('<p style="background: url(https://www.example.com/a.png)">On a picture</p>'),
        page('<p background="https://x.test/a.png" bgcolor="#000000">On a picture</p>'),
        page(
            '<div style="background: #000 url(https://www.example.com/a.png)">'
            '<p style="background: #fff">Covered</p></div>'
        ),
        page('<p style="color: #333333 !important">Kept</p>', style="p { color: #eee !important }"),
    ],
    "AX-09": [page('<p style="color: #949494">Grey on white</p>')],
    "AX-10": [page("<h1>One</h1><h2>Two</h2><h3>Three</h3><h2>Four</h2><h2> </h2>"), page()],
    "AX-11": [page(LINK), page(f'<a href="{STUDY}"></a><a href="">Here</a>')],
    "AX-12": [
        page(
            f'<a href="{STUDY}?1">The study</a> <a href="{STUDY}?2">The study</a>',
            targets={f"{STUDY}?1": STUDY, f"{STUDY}?2": STUDY},
        ),
    ],
    "AX-13": [
        page(LINK),
        page(LINK.replace("<a ", '<a style="text-decoration: underline" ')),
        page(LINK.replace("<a ", '<a style="text-decoration: none; font-weight: bold" ')),
        page(LINK.replace("<a ", '<a style="text-decoration: none; background: #eeeeee" ')),
        page(f'<p><a style="text-decoration: none" href="{STUDY}">Stands alone</a></p>'),
        page(f'<p><a style="text-decoration: none" href="{STUDY}"><u>The study</u></a> says</p>'),
        page('<p>Words <a style="text-decoration: none">no link</a></p>'),
    ],
    "AX-14": [
        page(PICTURE),
        message(block("header", "Clinic", markup=PICTURE), block("article", "Few words.")),
        message(block("article", "Few.", markup=PICTURE.replace("512", "32"))),
    ],
    "MC-01": [page(LINK)],
    "MC-02": [page(LINK)],
    "MC-03": [page('<p style="position: relative">Hello</p>')],
    "MC-04": [page(PICTURE), page('<img src="https://www.example.com/a" alt="A nurse">')],
    "MC-05": [page(PICTURE), page('<p style="background: #fff url(https://x.test/a.png)">Hi</p>')],
    "MC-06": [page(PICTURE)],
    "MC-07": [page(style="p { color: #111 }")],
    "MC-08": [
        page(style=dark("p { margin: 0 }") + "p { margin: 0 }"),
        page(style="@layer mail { @media screen { p { margin: 0 } } }"),
        page(style="@charset 'utf-8'; @media print; p { color: ; } }"),
    ],
    "MC-10": [page(style="@supports (display: flex) { p { display: flex } }")],
    "MC-11": [page('<p style="display: block">Hello</p>')],
    "MC-12": [page('<p style="padding: 8px">Hello</p>')],
    "MC-13": [page('<link rel="icon" href="https://www.example.com/a.png">')],
    "MC-14": [
        page('<p style="background: #fff url(https://www.example.com/a.png)">Hello</p>'),
        page('<p background="https://www.example.com/a.png" bgcolor="#ffffff">Hello</p>'),
        page('<p background="https://x.test/a.png" style="background-color: #fff">Hello</p>'),
    ],
    "MC-15": [page(PICTURE)],
}

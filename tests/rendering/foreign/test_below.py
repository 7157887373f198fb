"""Blocks of ours below a page of somebody's own: whole, in their own looks, never smaller."""

import re
from html.parser import HTMLParser

import pytest
from lxml import html
from sqlalchemy.orm import Session

from campaigns.planning import statements
from campaigns.promotions.models import CodeMode
from campaigns.rendering.compose import Composition, compose
from campaigns.rendering.foreign.paragraphs import paragraph_size
from tests.rendering import factories

RISK = {"type": "risk_information"}
PAGE = {
    "type": "html",
    "source": "<style>h2 { color: #ff0000 } td { text-align: center }</style><body>"
    "<table width='600'><tr><td><h2>Rooms</h2><p>Ketamine, calmly.</p></td></tr></table></body>",
}
CARDS = (
    {"type": "offer_card"},
    {"type": "price_table", "heading": "Prices"},
    {"type": "booking_card", "heading": "Book"},
)


class _Balance(HTMLParser):
    """The elements of a page that are open, and whether any was closed that was not."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.odd: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in {"meta", "img", "br", "hr", "link", "input", "col"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.odd.append(tag)


def assert_balanced(page: str) -> None:
    balance = _Balance()
    balance.feed(page)
    assert (balance.odd, balance.open) == ([], [])


@pytest.mark.parametrize("footer", [True, False])
def test_the_risk_statement_stands_in_both_twins_between_the_page_and_the_footer(
    session: Session, footer: bool
) -> None:
    version = factories.make_letter(session, PAGE, RISK)
    if not footer:
        version.blocks = version.blocks[:-1]
    made = compose(session, version)
    assert_balanced(made.html)
    shown = " ".join(str(html.document_fromstring(made.html).xpath("string()")).split())
    text = " ".join(made.text.split())
    for paragraph in statements.RISKS["ketamine-1"]:
        assert shown.index("Ketamine, calmly.") < shown.index(paragraph)
        assert text.index("Ketamine, calmly.") < text.index(paragraph)
        assert not footer or shown.index(paragraph) < shown.index("Unsubscribe")
    assert [each.type for each in made.blocks] == [
        "html", "risk_information", *(["footer"] if footer else []),
    ]  # fmt: skip


def test_an_offer_stands_below_a_page_with_its_code_and_its_button(session: Session) -> None:
    version = factories.make_offer(session, PAGE, *CARDS, RISK, mode=CodeMode.UNIQUE)
    made = compose(session, version)
    assert_balanced(made.html)
    assert [each.block for each in made.links].count("offer-card") == 1
    code = made.places.field("code")
    card = next(each for each in made.blocks if each.type == "offer_card")
    assert code in card.html
    assert code in card.text


def test_neither_styles_the_other(session: Session) -> None:
    made = compose(session, factories.make_letter(session, PAGE, RISK))
    theirs, ours = made.blocks[0].html, made.blocks[1].html
    assert "color:#f00" in theirs
    assert "color:#f00" not in ours
    assert "center" not in ours
    assert made.html.count("@media") == 0


def _risk_sizes(made: Composition) -> set[int]:
    [box] = html.fragment_fromstring(made.blocks[1].html, create_parent="div").cssselect(".risk")
    return {
        int(found[1])
        for each in box.iter("p")
        if (found := re.search(r"font-size:\s*(\d+)px", each.get("style", "")))
    }


@pytest.mark.parametrize(("theirs", "least"), [(14, 16), (22, 22)])
def test_the_risk_statement_is_no_smaller_than_the_page(
    session: Session, theirs: int, least: int
) -> None:
    source = f"<p style='font-size:{theirs}px'>Ketamine, calmly.</p>" * 3
    made = compose(session, factories.make_letter(session, PAGE | {"source": source}, RISK))
    [size] = _risk_sizes(made)
    assert size >= least
    assert (size == theirs) is (theirs == least)


def test_a_page_that_says_no_size_has_none() -> None:
    assert paragraph_size("<p>One</p>") == 0
    assert paragraph_size('<p style="font-size:17.5px">1</p><p style="font-size: 15px">2</p>') == 18

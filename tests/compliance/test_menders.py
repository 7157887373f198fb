"""Whatever stands in a draft, a mend that is offered can be saved, and none stops the page."""

from dataclasses import replace
from typing import Any

import pytest

from campaigns.compliance import menders, mending
from campaigns.compliance.menders import MENDERS, Draft, Mend
from campaigns.errors import NotFound
from campaigns.planning import content
from campaigns.planning.catalogue import MOST_BLOCKS

SAID = "Ketamine for chronic pain, suicide, and up to 50% saved."
PAGE: dict[str, Any] = {"id": "html", "type": "html", "source": f"<p>{SAID}</p>"}
NEWS: dict[str, Any] = {
    "id": "news", "type": "article", "heading": "News", "text": f"<p>{SAID}</p>",
}  # fmt: skip
FOOTER = {"id": "footer", "type": "footer"}
DRAFT = Draft("Up to 50%", "Up to 50%", (NEWS,), promotion="savings", percent=26,
              reaches_enough=True)  # fmt: skip
LONG = "<p>" + "word " * 2370 + f"{SAID}</p>"


def _of(*blocks: dict[str, Any]) -> Draft:
    return replace(DRAFT, blocks=tuple(content.tidy(blocks)))


DRAFTS = {
    "a page of one's own": _of(PAGE),
    "a page of one's own with our footer": _of(PAGE, FOOTER),
    "as many blocks as there may be": _of(
        NEWS, *({"type": "divider"} for _ in range(MOST_BLOCKS - 2)), FOOTER
    ),
    "as many, without a footer": _of(NEWS, *({"type": "divider"} for _ in range(MOST_BLOCKS - 1))),
    "a text as long as it may be": _of({**NEWS, "text": LONG}, FOOTER),
    "a heading as long as it may be": _of({**NEWS, "heading": "Up to 50% " * 24 + "50%"}, FOOTER),
    "lines as long as they may be": replace(
        _of(NEWS, FOOTER), subject="up to 50% " * 25, preheader="up to 50% " * 25
    ),
}


@pytest.mark.parametrize("name", DRAFTS)
@pytest.mark.parametrize("rule", MENDERS)
def test_what_is_offered_can_be_saved(rule: str, name: str) -> None:
    draft = DRAFTS[name]
    places = ("message", "subject", "preheader", *(f"block {each['id']}" for each in draft.blocks))
    for place in places:
        mend = mending.offered(draft, rule=rule, place=place)
        if mend is not None:
            content.tidy(mend.draft.blocks)
            assert len(mend.draft.subject) <= 250 >= len(mend.draft.preheader)


@pytest.mark.parametrize("rule", ["HC-04", "PC-02", "PC-05", "PC-11", "PC-15"])
def test_no_block_is_offered_where_none_can_stand(rule: str) -> None:
    full = DRAFTS["as many blocks as there may be"]
    assert mending.offered(full, rule=rule, place="block news") is None
    assert mending.offered(_of(NEWS, FOOTER), rule=rule, place="block news") is not None


@pytest.mark.parametrize("rule", ["HC-04", "PC-02", "PC-05", "PC-11", "PC-15"])
@pytest.mark.parametrize("below", [(), (FOOTER,)])
def test_what_a_page_of_ones_own_lacks_is_put_below_it(
    rule: str, below: tuple[dict[str, Any], ...]
) -> None:
    mend = mending.offered(_of(PAGE, *below), rule=rule, place="block html")
    assert mend is not None
    kinds = [each["type"] for each in mend.draft.blocks]
    put = "risk_information" if rule == "HC-04" else "offer_card"
    assert kinds == ["html", put, *(["footer"] if below else [])]


def test_a_line_that_would_be_too_long_is_for_a_person() -> None:
    draft = DRAFTS["lines as long as they may be"]
    assert mending.offered(draft, rule="PC-01", place="subject") is None


def test_a_mender_that_fails_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(draft: Draft, place: str) -> Mend | None:
        raise NotFound("There is no such thing.")

    monkeypatch.setattr(mending, "MENDERS", {**menders.MENDERS, "XX-01": fails})
    assert mending.offered(DRAFT, rule="XX-01", place="message") is None


@pytest.mark.parametrize(
    ("block", "field", "before", "after"),
    [
        (
            {"type": "article", "heading": "News", "text": '<p><a href="http://a.example">A</a></p>'},
            "text",
            "http://a.example",
            '<p><a href="https://a.example">A</a></p>',
        ),
        (
            {"type": "html", "source": "<p x='http://c.example'>http://d.example <a class=b HREF='http://a.example/?b=http://c.example'>A</a></p>"},
            "source",
            "http://a.example/?b=http://c.example",
            "<p x='http://c.example'>http://d.example <a class=b HREF='https://a.example/?b=http://c.example'>A</a></p>",
        ),
    ],
)  # fmt: skip
def test_links_are_secured_where_they_stand(
    block: dict[str, Any], field: str, before: str, after: str
) -> None:
    draft = _of({"id": "here", **block}, FOOTER)
    mend = mending.offered(draft, rule="DL-10", place="block here")
    assert mend is not None
    assert (mend.before, mend.draft.blocks[0][field]) == (before, after)
    assert mend.after == before.replace("http://", "https://", 1)
    assert mending.offered(mend.draft, rule="DL-10", place="block here") is None
    assert mending.offered(draft, rule="DL-10", place="message") is None


def test_the_link_of_a_button_is_secured_too() -> None:
    button = {"id": "go", "type": "cta_button", "text": "See the page", "url": "http://a.example/b"}
    mend = mending.offered(_of(button, FOOTER), rule="DL-10", place="block go")
    assert mend is not None
    assert mend.draft.blocks[0]["url"] == "https://a.example/b"

"""Nobody is counted at a crisis line or at the privacy notice, wherever such a link stands."""

from typing import Any

import pytest

from campaigns.accounts.models import Organisation
from campaigns.database import Session
from campaigns.rendering import queries
from campaigns.rendering.freeze import freeze
from campaigns.rendering.message import Rendered
from campaigns.rendering.places import Kind
from campaigns.rendering.program import places_of
from campaigns.rendering.untracked import is_untracked
from tests.rendering import factories

PRIVACY = "https://renew.example.com/privacy"
UNTRACKED = (
    "https://988lifeline.org",
    "https://988lifeline.org/chat/",
    "https://chat.988lifeline.org/?lang=es&from=letter",
    "HTTPS://WWW.988Lifeline.ORG/chat",
    "https://988lifeline.org./",
    "http://www.crisistextline.org/",
    "https://www.veteranscrisisline.net/get-help-now/chat/",
    "https://www.thetrevorproject.org/get-help/",
    "https://www.samhsa.gov/find-help/helplines",
    "https://www.samaritans.org/how-we-can-help/",
    "https://talksuicide.ca/",
    "https://findahelpline.com/countries/us",
    PRIVACY,
    f"{PRIVACY}/",
    f"{PRIVACY}?utm_source=letter",
    f"{PRIVACY}#your-rights",
    "http://www.renew.example.com/privacy",
)
TRACKED = (
    "https://renew.example.com/",
    "https://renew.example.com/privacy-of-sleep",
    "https://renew.example.com/our/privacy",
    "https://other.example.com/privacy",
    "https://my988lifeline.org/",
    "https://988lifeline.org.example.com/",
    "https://988lifeline.org@example.com/",
    "https://example.com/988lifeline.org",
    "https://example.com/?to=https://988lifeline.org",
    "https://[example.com/",
)


@pytest.mark.parametrize("url", UNTRACKED)
def test_a_crisis_line_and_the_privacy_notice_are_known_however_they_are_written(url: str) -> None:
    assert is_untracked(url, privacy=PRIVACY)


@pytest.mark.parametrize("url", TRACKED)
def test_an_address_that_only_looks_like_one_is_tracked(url: str) -> None:
    assert not is_untracked(url, privacy=PRIVACY)


def test_a_notice_that_is_named_behind_the_address_is_that_page_alone() -> None:
    asked, within = "https://renew.example.com/?page=privacy", "https://renew.example.com/#/privacy"
    assert is_untracked(f"{asked}&from=letter", privacy=asked)
    assert is_untracked(within, privacy=within)
    for home in ("https://renew.example.com/", "https://renew.example.com/?page=prices"):
        assert not is_untracked(home, privacy=asked)
        assert not is_untracked(home, privacy=within)


def test_without_a_notice_crisis_lines_stay_untracked() -> None:
    assert is_untracked("https://988lifeline.org/", privacy="")
    assert not is_untracked("https://renew.example.com/", privacy="")
    assert not is_untracked("https:///", privacy="")


CHAT = "https://988lifeline.org/chat/?a=1&b=2"
NOTICE = f"{PRIVACY}?from=letter"
ARTICLE = "https://renew.example.com/article"
LINKS = "".join(
    f'<p>Here is <a href="{url}">{words}</a> to read.</p>'.replace("&", "&amp;")
    for url, words in ((CHAT, "the crisis chat"), (NOTICE, "what we keep"), (ARTICLE, "more"))
)
WAYS: dict[str, list[dict[str, Any]]] = {
    "rich text": [{"type": "article", "heading": "Help", "text": LINKS}],
    "buttons": [
        {"type": "cta_button", "text": f"Go to page {number}", "url": url}
        for number, url in enumerate((CHAT, NOTICE, ARTICLE), start=1)
    ],
    "a pasted page": [
        {"type": "html", "source": f"<!DOCTYPE html><html><body>{LINKS}</body></html>"}
    ],
}


@pytest.mark.parametrize("way", WAYS)
def test_wherever_it_stands_such_a_link_is_left_as_it_is_in_both_twins(
    session: Session, way: str
) -> None:
    program = freeze(session, factories.make_letter(session, *WAYS[way]))
    rendered = Rendered.of(program)
    assert [each.url for each in rendered.links] == [ARTICLE]
    assert [each.url for each in queries.links(session, program.campaign_id)] == [ARTICLE]
    for url in (CHAT, NOTICE):
        assert f'href="{url}"'.replace("&", "&amp;") in rendered.html
        assert f"{url}\n" in rendered.text
    assert ARTICLE not in rendered.html + rendered.text
    known = {each.name for each in places_of(program.content).known if each.kind is Kind.UNTRACKED}
    assert {CHAT, NOTICE, PRIVACY} <= known


def test_a_notice_that_moves_is_untracked_at_its_new_address(session: Session) -> None:
    version = factories.make_letter(session, *WAYS["rich text"])
    session.get_one(Organisation, 1).privacy_url = ARTICLE
    rendered = Rendered.of(freeze(session, version))
    assert [each.url for each in rendered.links] == [NOTICE]

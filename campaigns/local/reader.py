"""A reader at their phone: reads the inbox, opens a message, follows its links, fills forms in."""

from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urljoin

import httpx
from lxml import html

_PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/19.1 Mobile/15E148 Safari/604.1"
)
_PROXY = "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)"
_SECONDS = 20.0
_SCANNER = "Mozilla/5.0 (compatible; link-check/1.0)"


@dataclass(frozen=True, slots=True)
class Page:
    """What came back, and where it came from."""

    status: int
    url: str
    text: str

    def form(self) -> tuple[str, dict[str, str]]:
        """The first form that is posted: its address and what it would send as it is."""
        document = cast("html.HtmlElement", html.document_fromstring(self.text))
        for form in document.forms:
            if form.method.upper() == "POST":
                values = {str(name): str(value) for name, value in form.form_values()}
                return urljoin(self.url, str(form.action)), values
        raise LookupError(f"{self.url} has no form")

    def choices(self, name: str) -> list[str]:
        """The values that a field offers."""
        return _found(self.text, f"//input[@name='{name}']/@value")


class Inbox:
    """The development inbox as scripts read it."""

    def __init__(self, url: str) -> None:
        self._url = url

    def messages(self, *, to: str = "", query: str = "") -> list[dict[str, Any]]:
        """What arrived for an address, newest first."""
        answer = httpx.get(
            f"{self._url}/api/messages",
            params={"to": to, "query": query, "limit": 1000},
            timeout=_SECONDS,
        )
        answer.raise_for_status()
        return list(answer.json()["messages"])

    def message(self, number: int) -> dict[str, Any]:
        """One message with its headers, text and HTML."""
        answer = httpx.get(f"{self._url}/api/messages/{number}", timeout=_SECONDS)
        answer.raise_for_status()
        return dict(answer.json())


class Reader:
    """One person with one message."""

    def __init__(self, message: dict[str, Any]) -> None:
        self._html = str(message["html"])
        self._headers = {str(name).lower(): str(value) for name, value in message["headers"]}

    def open(self) -> int:
        """Let the mail program load the pictures, as Gmail's proxy does; says the status."""
        [pixel] = _found(self._html, "//img[contains(@src, '/o/')]/@src")
        return self._get(pixel, _PROXY).status

    def links(self) -> list[str]:
        """The tracked links, in the order in which they stand, each once."""
        return list(dict.fromkeys(_found(self._html, "//a[contains(@href, '/c/')]/@href")))

    def click_to_book(self) -> Page:
        """Press each link until one leads to the booking page."""
        for link in self.links():
            answer = httpx.get(link, headers={"User-Agent": _PHONE}, timeout=_SECONDS)
            target = answer.headers.get("location", "")
            if "/b/" in target:
                return self._get(target, _PHONE)
        raise LookupError("no link of this message leads to the booking page")

    def scan(self) -> int:
        """Do as a security scanner does: fetch every link at once; says how many."""
        links = self.links()
        for link in links:
            httpx.get(link, headers={"User-Agent": _SCANNER}, timeout=_SECONDS)
        return len(links)

    def unsubscribe(self) -> int:
        """One click in the mail program (RFC 8058); says the status."""
        url = self._headers["list-unsubscribe"].partition("<")[2].partition(">")[0]
        body = {"List-Unsubscribe": "One-Click"}
        answer = httpx.post(url, data=body, headers={"User-Agent": _PHONE}, timeout=_SECONDS)
        return answer.status_code

    def post(self, url: str, values: dict[str, str]) -> Page:
        """Send a form."""
        answer = httpx.post(url, data=values, headers={"User-Agent": _PHONE}, timeout=_SECONDS)
        return Page(answer.status_code, str(answer.url), answer.text)

    def _get(self, url: str, agent: str) -> Page:
        answer = httpx.get(
            url, headers={"User-Agent": agent}, timeout=_SECONDS, follow_redirects=True
        )
        return Page(answer.status_code, str(answer.url), answer.text)


def _found(page: str, path: str) -> list[str]:
    return [str(each) for each in cast("list[str]", html.document_fromstring(page).xpath(path))]

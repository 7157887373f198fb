"""Tracked links: each web address of a block becomes a row of the campaign's link table."""

import re
from dataclasses import dataclass, field
from html import escape, unescape

from campaigns.database import Session
from campaigns.errors import Invalid
from campaigns.rendering import queries
from campaigns.rendering.models import CampaignLink
from campaigns.rendering.places import Kind, Place, Places
from campaigns.rendering.untracked import is_untracked

_ANCHOR = re.compile(
    r"""(<(?:a|area|v:\w+)\b[^>]*?\shref=)(?:"(https?://[^"]*)"|'(https?://[^']*)')""",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"https?://[^\s<>\"]+")


@dataclass(frozen=True, slots=True)
class Link:
    """Where a tracked link leads, what it is (`content` or `book`) and in which block it stands."""

    url: str
    kind: str
    block: str


@dataclass
class Links:
    """The links of one message, in the order of their appearance."""

    places: Places
    privacy: str
    """The address of the organisation's privacy notice; it and crisis lines are not tracked."""
    found: list[Link] = field(default_factory=list)

    def rewrite_html(self, html: str, block: str) -> str:
        """The block's HTML with a place for every web address it links to, tracked if it may be."""

        def tracked(anchor: re.Match[str]) -> str:
            address = self._address(unescape(anchor[2] or anchor[3]), block)
            return f'{anchor[1]}"{escape(address)}"'

        return _ANCHOR.sub(tracked, html)

    def rewrite_text(self, text: str, block: str) -> str:
        """The block's text with the same places for the addresses that its HTML links to."""

        def tracked(found: re.Match[str]) -> str:
            url = found.group()
            known = [each for each in self.found if each.block == block]
            is_ours = self.places.of_address(url) is not None
            is_known = any(each.url == url for each in known)
            return self._address(url, block) if is_ours or is_known else url

        return _ADDRESS.sub(tracked, text)

    def _address(self, url: str, block: str) -> str:
        place = self.places.of_address(url)
        if place is not None and place != Place(Kind.LINK, "book"):
            return url
        if place is None and self.places.nonce in url:
            raise Invalid(
                f"Block {block}: a web address cannot carry a value of the reader's own; each link "
                "knows its reader already."
            )
        if place is None and is_untracked(url, privacy=self.privacy):
            return self.places.untracked(url)
        link = Link("" if place else url, "book" if place else "content", block)
        if link not in self.found:
            self.found.append(link)
        return self.places.address(Place(Kind.LINK, "link", number=self.found.index(link)))


def store(session: Session, campaign_id: int, links: list[Link]) -> list[int]:
    """The number of each link in the campaign's table, new ones added; the campaign is locked."""
    known = {Link(each.url, each.kind, each.block): each.index
             for each in queries.links(session, campaign_id)}  # fmt: skip
    for link in links:
        if link not in known:
            known[link] = max(known.values(), default=0) + 1
            session.add(
                CampaignLink(
                    campaign_id=campaign_id,
                    index=known[link],
                    url=link.url,
                    kind=link.kind,
                    block=link.block,
                )
            )
    session.flush()
    return [known[link] for link in links]

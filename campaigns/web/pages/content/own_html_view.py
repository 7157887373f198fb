"""A message of somebody's own HTML as its page shows it: what was changed, and where it stands."""

import re
from dataclasses import dataclass, field
from typing import Any

from campaigns.errors import Invalid
from campaigns.planning import editing, own_html
from campaigns.planning.fields import MOST_PAGE_BYTES
from campaigns.planning.models import CampaignVersion
from campaigns.rendering.foreign import pasted, remote
from campaigns.rendering.foreign.merge_tags import Refusal
from campaigns.rendering.foreign.remote import Remote
from campaigns.rendering.foreign.report import ADDED, CHANGED, LOOK, TAKEN_OUT, Change
from campaigns.rendering.scene import direction

_HEADINGS = {
    TAKEN_OUT: "Taken out",
    CHANGED: "Changed",
    ADDED: "Added",
    LOOK: "Look at this",
}
_BETWEEN = r"(?:<[^>]{0,300}>|&#?\w{1,8};|[^\w<&]|&)+?"
_MOST_WORDS = 12


@dataclass(frozen=True, slots=True)
class Read:
    """What became of a pasted message, and what stops it."""

    changes: tuple[tuple[str, tuple[Change, ...]], ...] = ()
    """By heading, in the order in which they are told."""
    refused: tuple[Refusal, ...] = ()
    wrong: str = ""
    """Why it cannot be read at all."""
    preheader: str = ""
    """Its own hidden first line."""

    @property
    def number(self) -> int:
        """How many things were taken out, changed or added."""
        return sum(len(found) for said, found in self.changes if said != _HEADINGS[LOOK])


@dataclass(frozen=True, slots=True)
class Page:
    """The form and the report of a campaign whose content is HTML of its own."""

    source: str
    has_footer: bool
    seen: str
    read: Read
    errors: dict[str, str] = field(default_factory=dict)
    notice: str = ""
    is_stored: bool = True
    pictures: tuple[Remote, ...] = ()
    """Those that it shows from other hosts."""

    @property
    def kilobytes(self) -> int:
        """The size of what was pasted."""
        return -(-len(self.source.encode()) // 1000)

    @property
    def most_kilobytes(self) -> int:
        """The most that may be pasted."""
        return MOST_PAGE_BYTES // 1000

    def line_of(self, sentence: str) -> int | None:
        """The line on which a sentence of the message begins in what was pasted."""
        words = re.findall(r"\w+", sentence)[:_MOST_WORDS]
        if not words:
            return None
        found = re.search(_BETWEEN.join(map(re.escape, words)), self.source, re.IGNORECASE)
        return self.source.count("\n", 0, found.start()) + 1 if found else None


def read(source: str, *, language: str) -> Read:
    """What would become of a pasted message."""
    try:
        found = pasted.read(source, language=language, direction=direction(language))
    except Invalid as error:
        return Read(wrong=str(error))
    grouped = tuple(
        (said, those)
        for done, said in _HEADINGS.items()
        if (those := tuple(each for each in found.changes if each.done == done))
    )
    return Read(grouped, found.refused, preheader=found.preheader)


def stored(version: CampaignVersion) -> Page:
    """The page of what is stored."""
    source = own_html.source_of(version)
    return Page(
        source=source,
        has_footer=own_html.has_footer(version),
        seen=editing.stamp(version),
        read=read(source, language=version.language),
        pictures=pictures(source, language=version.language),
    )


def pictures(source: str, *, language: str) -> tuple[Remote, ...]:
    """The pictures of other hosts in a page; none where it cannot be read."""
    try:
        return remote.pictures(source, language=language, direction=direction(language))
    except Invalid:
        return ()


def of(version: CampaignVersion) -> Page | None:
    """The page of what is stored, None where it is made of blocks."""
    return stored(version) if own_html.source_of(version) else None


def blank(version: CampaignVersion) -> Page:
    """The page where HTML is to take the place of blocks."""
    return Page("", True, editing.stamp(version), Read(), is_stored=False)


def values(page: Page | None) -> dict[str, Any]:
    """What the templates of this page name."""
    return {"own": page, "own_read": page.read if page else None}

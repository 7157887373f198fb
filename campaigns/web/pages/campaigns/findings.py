"""Findings as pages show them: how bad, where with a way there, why by what source, how to mend."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol
from urllib.parse import quote

from campaigns.accounts import roles
from campaigns.compliance import findings, mending
from campaigns.compliance.menders import Draft, Mend
from campaigns.compliance.models import Severity
from campaigns.planning import catalogue
from campaigns.web.pages.content import content_findings

FROM_THE_CATALOGUE = frozenset({"PC-01", "PC-02", "PC-03", "PC-17", "PC-19"})
"""Rules whose finding may go away by reading prices and terms anew."""

_BAD: Mapping[Severity, tuple[str, str]] = {
    Severity.BLOCK: ("Stops it", "bad"),
    Severity.REVIEW: ("Asks for judgement", "warn"),
    Severity.WARN: ("Worth a look", "info"),
}
_PLACES: Mapping[str, tuple[str, str]] = {
    "subject": ("The subject", "content#subject"),
    "preheader": ("The preheader", "content#preheader"),
    "message": ("The message as a whole", "content"),
    "audience": ("Who it goes to", "who"),
    "promotions": ("The offer", "offer"),
    "approval": ("The approval", "review"),
}
_ELSEWHERE: Mapping[str, tuple[str, str]] = {
    "organisation": ("The clinic's settings", "/desk/settings"),
    "sender name": ("The sender's name", "/desk/settings/senders"),
}
_MARKS: Mapping[str, str] = {
    "V": "We read its wording.",
    "S": "We rest on a secondary source.",
    "M": "We rest on general knowledge.",
    "design": "A choice of this product.",
}


_AREAS: Mapping[str, str] = {
    "AX": "Accessibility",
    "CS": "Sender and opting out",
    "DL": "Delivery",
    "GO": "Audience, offer and approval",
    "HC": "Health claims",
    "LN": "Subject and preheader",
    "MC": "Mail programs",
    "PC": "Prices and offers",
    "PR": "Privacy",
    "SS": "Crisis line",
}
"""What a rule is about, by how its name begins."""
_GROUPS: Mapping[str, tuple[str, str]] = {
    "bad": ("What stops it", "It goes out to nobody as long as one of these stands."),
    "warn": ("What asks for judgement", "Whoever signs reads these and says why."),
    "info": ("What is worth a look", "It can go out as it is; readers have more of it without."),
}


class Found(Protocol):
    """A finding as it was just found, or as it was stored."""

    @property
    def rule(self) -> Any: ...
    @property
    def severity(self) -> Any: ...
    @property
    def role(self) -> Any: ...
    @property
    def place(self) -> Any: ...
    @property
    def field(self) -> Any: ...
    @property
    def sentence(self) -> Any: ...
    @property
    def message(self) -> Any: ...
    @property
    def mend(self) -> Any: ...


@dataclass(frozen=True, slots=True)
class Shown:
    """One finding in words."""

    rule: str
    area: str
    """What it is about; empty for what a block says of itself."""
    place: str
    how_bad: str
    tone: str
    where: str
    href: str
    """Where it can be mended by hand; empty where no page helps."""
    what: str
    """What is wrong, in a line."""
    more: str
    """What else is known of it, as which mail programs it is about; may be empty."""
    sentence: str
    how_to: str
    source: str
    url: str
    mark: str
    reviewed_on: date
    mend: Mend | None

    @property
    def stops(self) -> bool:
        """Whether it cannot go out as long as this stands."""
        return self.tone == "bad"


@dataclass(frozen=True, slots=True)
class Group:
    """Findings that are equally bad."""

    title: str
    lede: str
    found: tuple[Shown, ...]


def groups(found: Sequence[Shown]) -> list[Group]:
    """The findings by how bad they are, the worst first; no group without any."""
    made = [
        Group(title, lede, tuple(each for each in found if each.tone == tone))
        for tone, (title, lede) in _GROUPS.items()
    ]
    return [each for each in made if each.found]


def shown(
    found: Iterable[Found],
    *,
    base: str,
    blocks: Sequence[Mapping[str, Any]],
    draft: Draft | None = None,
) -> list[Shown]:
    """Findings in words; with a draft, each with the mend that a machine can make."""
    return [_shown(each, base, blocks, draft) for each in found]


def _shown(
    found: Found, base: str, blocks: Sequence[Mapping[str, Any]], draft: Draft | None
) -> Shown:
    said, tone = _BAD[found.severity]
    where, href = _where(found, base, blocks, opens=draft is not None)
    what, _, more = found.message.partition("\n")
    source = findings.source_of(found.rule)
    asked = f": {roles.titles([found.role]).lower()}" if found.role else ""
    return Shown(
        rule=found.rule,
        area=_AREAS.get(found.rule[:2], ""),
        place=found.place,
        how_bad=f"{said}{asked}",
        tone=tone,
        where=where,
        href=href,
        what=what,
        more=more,
        sentence=found.sentence,
        how_to=found.mend,
        source=source.title,
        url=source.url,
        mark=_MARKS[source.mark],
        reviewed_on=source.reviewed_on,
        mend=mending.offered(draft, rule=found.rule, place=found.place) if draft else None,
    )


def _where(
    found: Found, base: str, blocks: Sequence[Mapping[str, Any]], *, opens: bool
) -> tuple[str, str]:
    """What the place is called, and its address; `opens` for who may write there."""
    place: str = found.place
    if place in _PLACES:
        label, path = _PLACES[place]
        return label, f"{base}/{path}"
    if place in _ELSEWHERE:
        return _ELSEWHERE[place]
    name = place.removeprefix("block ")
    for number, block in enumerate(blocks, start=1):
        if block.get("id") == name:
            said = f"Block {number}, {catalogue.name_of(block['type'])}"
            heading = block.get("heading")
            field = content_findings.label(block["type"], found.field)
            href = f"{base}/content{_asks(name, found.field, opens=opens)}"
            said = f"{said}: “{heading}”" if heading else said
            return said if said.endswith(field) else f"{said}, {field}", href
    return place[:1].upper() + place[1:], ""


def _asks(block: str, field: str, *, opens: bool) -> str:
    """The block, or its open form at the field that is meant."""
    if not opens:
        return f"#block-{block}"
    if not field:
        return f"?edit={block}#block-{block}"
    return f"?edit={block}&field={quote(field)}#form-{block}-{quote(field)}"

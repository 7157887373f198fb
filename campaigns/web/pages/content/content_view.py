"""The content step as its templates see it: blocks in order, the open form, the two lines."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from campaigns.accounts import queries as accounts
from campaigns.contacts import queries as contacts
from campaigns.database import Session
from campaigns.planning import catalogue, editing, placeholders, queries
from campaigns.planning.models import Campaign, CampaignVersion
from campaigns.promotions import queries as promotions
from campaigns.rendering import looks
from campaigns.web import forms
from campaigns.web.forms import Form
from campaigns.web.pages.content import content_controls, content_words
from campaigns.web.pages.content.content_controls import Choosable, Control, Typed
from campaigns.web.pages.content.content_typed import Reading
from campaigns.web.pages.content.content_words import Clash

LONGEST_SUMMARY = 140
CUTS: Mapping[str, tuple[tuple[str, int], ...]] = {
    "subject": (("phone", 38), ("computer", 60)),
    "preheader": (("inbox", 90),),
}
"""About how many letters of a line an inbox shows, by where it is read."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A line as an inbox shows it."""

    where: str
    most: int
    shown: str
    is_cut: bool


@dataclass(frozen=True, slots=True)
class Piece:
    """One block as the list shows it."""

    id: str
    kind: str
    name: str
    title: str
    summary: str
    mark: str
    fixed: str
    """Why it cannot be moved, empty where it can."""
    may_rise: bool
    may_sink: bool
    may_go: bool


@dataclass(frozen=True, slots=True)
class Opened:
    """The form of a block that is open; `id` is empty for one that is not there yet."""

    id: str
    kind: str
    name: str
    purpose: str
    after: str
    seen: str
    controls: tuple[Control, ...]
    errors: Mapping[str, str]
    clash: Clash | None = None

    @property
    def fields(self) -> frozenset[str]:
        """The names of its controls, beside which something can be said."""
        return frozenset(_names(self.controls))


def _names(controls: Iterable[Control]) -> Iterator[str]:
    for each in controls:
        if each.slot.kind == "picture":
            continue
        yield each.name
        yield from _names(each.parts)
        for row in each.rows:
            yield from _names(row.controls)


@dataclass(frozen=True, slots=True)
class Offered:
    """A kind of block in the menu."""

    kind: str
    name: str
    purpose: str
    is_taken: bool
    needs_offer: bool


def pieces(version: CampaignVersion) -> list[Piece]:
    """The blocks of a version, in order."""
    blocks = editing.blocks_of(version)
    movable = [each["id"] for each in blocks if not catalogue.kind(each["type"]).why_there]
    return [_piece(each, movable, is_only=len(blocks) == 1) for each in blocks]


def _piece(block: dict[str, Any], movable: Sequence[str], *, is_only: bool) -> Piece:
    name, kind = block["id"], block["type"]
    record = catalogue.kind(kind)
    at = movable.index(name) if name in movable else -1
    return Piece(
        id=name,
        kind=kind,
        name=record.name,
        title=catalogue.title(block),
        summary=_summary(block),
        mark=editing.mark(block),
        fixed=record.why_there,
        may_rise=at > 0,
        may_sink=0 <= at < len(movable) - 1,
        may_go=not record.why_it_stays and not is_only,
    )


def _summary(block: dict[str, Any]) -> str:
    said = " · ".join(content_words.words_of(block))
    return said if len(said) <= LONGEST_SUMMARY else f"{said[: LONGEST_SUMMARY - 1].rstrip()}…"


def opened(
    session: Session,
    campaign: Campaign,
    typed: Typed,
    *,
    block_id: str,
    seen: str,
    after: str = "",
    errors: Mapping[str, str] | None = None,
    clash: Clash | None = None,
) -> Opened:
    """The open form of a block of this campaign."""
    record = catalogue.kind(typed.kind)
    return Opened(
        id=block_id,
        kind=typed.kind,
        name=record.name,
        purpose=record.purpose,
        after=after,
        seen=seen,
        controls=content_controls.controls(typed, _choosable(session, campaign)),
        errors=errors or {},
        clash=clash,
    )


def stored(session: Session, campaign: Campaign, block_id: str) -> Opened | None:
    """The form of a block as it stands; None where there is no such block."""
    version = queries.newest_version(session, campaign)
    for block in editing.blocks_of(version):
        if block["id"] == block_id:
            typed = Typed(block["type"], dict(block))
            mark = editing.mark(block)
            return opened(session, campaign, typed, block_id=block_id, seen=mark)
    return None


def clashing(
    session: Session,
    campaign: Campaign,
    reading: Reading,
    refused: editing.ChangedMeanwhile,
    name: str,
) -> Opened:
    """The form with my words, beside what somebody else made of the block meanwhile."""
    version = queries.newest_version(session, campaign)
    theirs = next((each for each in editing.blocks_of(version) if each["id"] == name), None)
    typed = reading.typed
    clash = Clash(
        sentence=str(refused),
        by=refused.by,
        at=refused.at,
        is_gone=theirs is None,
        differences=tuple(content_words.differences(typed.kind, typed.values, theirs))
        if theirs
        else (),
    )
    return opened(
        session,
        campaign,
        typed,
        block_id="" if theirs is None else name,
        seen="" if theirs is None else editing.mark(theirs),
        clash=clash,
    )


def _choosable(session: Session, campaign: Campaign) -> Choosable:
    carried = promotions.by_ids(session, queries.promotion_ids(session, campaign))
    return Choosable(
        promotions=tuple((each.code, each.name) for each in carried),
        segments=tuple((each.name, each.title) for each in contacts.segments(session)),
        zone=accounts.organisation(session).zone,
    )


def menu(version: CampaignVersion, *, has_offer: bool) -> dict[str, list[Offered]]:
    """Every kind of block by its heading, and whether one more of it may be put in."""
    there = {each["type"] for each in version.blocks}
    is_page = any(catalogue.kind(each).stands_alone for each in there)
    offered: dict[str, list[Offered]] = {}
    for kind, record in catalogue.kinds().items():
        may_stand = record.below_a_page or not is_page
        if record.in_menu and may_stand and not (record.why_there and kind in there):
            offered.setdefault(record.group, []).append(
                Offered(
                    kind=kind,
                    name=record.name,
                    purpose=record.purpose,
                    is_taken=record.once and kind in there,
                    needs_offer=record.needs_offer and not has_offer,
                )
            )
    return offered


def edit_values(
    session: Session,
    campaign: Campaign,
    *,
    lines: Form[Any] | None = None,
    lines_clash: Clash | None = None,
    form: Opened | None = None,
    menu_after: str | None = None,
) -> dict[str, Any]:
    """Everything that the edited half of the page shows."""
    version = queries.newest_version(session, campaign)
    listed = pieces(version)
    shown = lines or forms.blank(**editing.lines_of(version))
    named = looks.named_values(session, version)
    movable = [each for each in listed if not each.fixed]
    carried = bool(queries.promotion_ids(session, campaign))
    return {
        "campaign_name": campaign.name,
        "base": f"/desk/campaigns/{campaign.name}/content",
        "pieces": listed,
        "last_movable": movable[-1].id if movable else listed[0].id,
        "lines": shown,
        "cuts": {each: cuts(each, str(shown.value(each)), named) for each in CUTS},
        "lines_mark": editing.mark(editing.lines_of(version)),
        "lines_clash": lines_clash,
        "opened": form,
        "menu_after": menu_after,
        "offered": menu(version, has_offer=carried),
        "stamp": stamp(version),
        "named": placeholders.NAMES,
        "fields": {placeholders.example(name): said for name, said in placeholders.FIELDS.items()},
        "named_now": named,
    }


def cuts(line: str, text: str, named: Mapping[str, str]) -> list[Cut]:
    """How inboxes cut a line, with its named values in place."""
    for name, value in named.items():
        text = text.replace(f"{{{name}}}", value)
    text = placeholders.for_nobody(text)
    return [Cut(where, most, text[:most].rstrip(), len(text) > most) for where, most in CUTS[line]]


stamp = editing.stamp

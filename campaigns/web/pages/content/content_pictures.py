"""Pictures as a block's form shows them: the one that is chosen, and those there are to choose."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from campaigns.database import Session
from campaigns.rendering import queries, shipped, showing
from campaigns.web.pages.content.content_controls import Control
from campaigns.web.pages.content.content_view import Opened

ON_A_PAGE = 12
LAST_PAGE = 10_000
_FOLDER = f"/assets/{showing.FOLDER}"


@dataclass(frozen=True, slots=True)
class Card:
    """One picture of the shelf."""

    name: str
    src: str
    title: str
    about: str
    """How large it is."""
    where: str
    """Which campaigns show it."""
    may_go: bool


@dataclass(frozen=True, slots=True)
class Shelf:
    """The pictures that there are, opened below one control."""

    control: str
    page: int
    cards: tuple[Card, ...]
    along: tuple[Card, ...]
    """Those that came along, on the first page."""
    has_more: bool


@dataclass(frozen=True, slots=True)
class Chosen:
    """The picture that a control has."""

    src: str
    width: int
    height: int


def shelf(session: Session, *, control: str, page: int) -> Shelf:
    """One page of the pictures, newest first."""
    page = min(max(1, page), LAST_PAGE)
    rows = queries.shelf(session, page=page, size=ON_A_PAGE)
    more, rows = len(rows) > ON_A_PAGE, rows[:ON_A_PAGE]
    names = {each.name for each in rows}
    files = showing.sizes(session, names)
    shown = queries.shown_in(session, names)
    cards = tuple(
        Card(
            name=each.name,
            src=_FOLDER + files[each.name][0].name,
            title=each.file_name or "Without a name",
            about=f"{each.width} × {each.height}, {_kilobytes(each.bytes)}",
            where=_where(shown.get(each.name, [])),
            may_go=not each.was_logo and each.name not in shown,
        )
        for each in rows
    )
    along = _along(names) if page == 1 else ()
    return Shelf(control, page, cards, along, has_more=more)


def _along(there: set[str]) -> tuple[Card, ...]:
    return tuple(
        Card(
            name=each.name,
            src=_FOLDER + min(shipped.sizes(each.name), key=lambda size: size.width).name,
            title=each.title,
            about=f"{each.width} × {each.height}",
            where="",
            may_go=False,
        )
        for each in shipped.listed()
        if each.name not in there
    )


def chosen(session: Session, form: Opened | None) -> dict[str, Chosen]:
    """The pictures that this form's controls have, by name; those not kept are missing."""
    names = {each for each in _names(form.controls if form else ()) if each}
    found = {}
    for name, files in showing.sizes(session, names).items():
        shown = next((each for each in files if each.width >= 600), files[-1])
        found[name] = Chosen(_FOLDER + shown.name, shown.width, shown.height)
    return found


def _names(controls: Iterable[Control]) -> Iterator[str]:
    for each in controls:
        if each.slot.kind == "picture":
            yield file_of(each)
        yield from _names(each.parts)
        for row in each.rows:
            yield from _names(row.controls)


def file_of(control: Control) -> str:
    """The name of the picture that a control has; empty where it has none."""
    return next((each.value for each in control.parts if each.slot.name == "file"), "")


def _where(titles: list[str]) -> str:
    more = f" and {len(titles) - 2} more" if len(titles) > 2 else ""
    return f"In {', '.join(titles[:2])}{more}" if titles else ""


def _kilobytes(size: int) -> str:
    return f"{max(1, round(size / 1000))} KB"


def suggested(name: str) -> str:
    """What a picture that came along shows, in words; empty for the clinic's own."""
    found: Mapping[str, str] = {each.name: each.alt for each in shipped.listed()}
    return found.get(name, "")

"""The brand's page in words: grounds, pairs of colours side by side, the footer as typed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import FormData

from campaigns.rendering.brand_record import Footer
from campaigns.rendering.palette import Pair
from campaigns.web import forms
from campaigns.web.forms import Form

PAGES = (
    ("sand", "Sand"),
    ("mist", "Mist, a cool grey"),
    ("sage", "Sage, a pale green"),
    ("rose", "Rose"),
    ("white", "White"),
)
"""What the ground around a letter is called."""

_LINES = ("about", "licence", "reason")


@dataclass(frozen=True, slots=True)
class Meeting:
    """Two colours that meet, on a light and on a dark screen."""

    where: str
    light: Pair | None
    dark: Pair | None


@dataclass(frozen=True, slots=True)
class Contrast:
    """Every pair, and in a sentence how they stand."""

    meetings: tuple[Meeting, ...]
    said: str
    is_enough: bool


def contrast(pairs: Iterable[Pair]) -> Contrast:
    """The pairs side by side, light and dark."""
    found = list(pairs)
    places = dict.fromkeys(each.where for each in found)
    by_place = {(each.where, each.scheme): each for each in found}
    failing = [each for each in found if not each.is_enough]
    return Contrast(
        meetings=tuple(
            Meeting(each, by_place.get((each, "light")), by_place.get((each, "dark")))
            for each in places
        ),
        said=_said(found, failing),
        is_enough=not failing,
    )


def _said(found: list[Pair], failing: list[Pair]) -> str:
    closest = min(failing or found, key=lambda each: each.ratio / each.needed)
    where = f"{closest.where} ({closest.scheme}), {closest.said} where {closest.needed} is needed"
    if not failing:
        return f"All {len(found)} pairs can be read. The closest: {where}."
    too = "1 pair is" if len(failing) == 1 else f"{len(failing)} pairs are"
    return f"{too} too close to be read, so these colours are not taken. The closest: {where}."


def typed_footer(given: FormData | Footer) -> Form[Any]:
    """The footer as its form has it: each page elsewhere is a line, its name and its address."""
    if isinstance(given, Footer):
        social = "\n".join(f"{each.name} {each.url}" for each in given.social)
        return forms.blank(**given.model_dump(include=set(_LINES)), social=social)
    values = {name: str(given.get(name, "")).strip() for name in (*_LINES, "social")}
    return forms.blank(**values)


def footer_of(form: Form[Any]) -> Mapping[str, Any]:
    """What the form means, for the record to check."""
    lines = [each.strip() for each in str(form.value("social")).splitlines() if each.strip()]
    pages = [each.rpartition(" ") for each in lines]
    social = [{"name": name.strip(" :"), "url": url} for name, _, url in pages]
    return {name: str(form.value(name)) for name in _LINES} | {"social": social}

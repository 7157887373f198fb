"""Type in messages: a few named scales, each step a size and a line height that fit together."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

ScaleName = Literal["compact", "comfortable", "large"]
Face = Literal["serif", "sans"]

SERIF = "Georgia, 'Times New Roman', serif"
SANS = "-apple-system, BlinkMacSystemFont, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
FACES: Mapping[str, str] = {"serif": SERIF, "sans": SANS}
"""Fonts that readers have already: a message loads none."""

_ORDER: tuple[ScaleName, ...] = ("compact", "comfortable", "large")
STEPS: Mapping[str, tuple[str, str, str]] = {
    "text": ("16/25", "17/28", "19/30"),
    "lead": ("18/28", "19/30", "21/33"),
    "note": ("15/23", "16/25", "18/28"),
    "small": ("14/21", "15/23", "17/26"),
    "fine": ("13/19", "14/20", "16/23"),
    "eyebrow": ("12/17", "13/18", "14/20"),
    "foot": ("13/20", "14/22", "16/24"),
    "button": ("16/21", "17/22", "19/24"),
    "price": ("16/22", "17/24", "19/27"),
    "price_phone": ("15/21", "16/23", "17/24"),
    "masthead": ("20/26", "22/28", "24/30"),
    "h1": ("32/40", "36/44", "40/49"),
    "h1_phone": ("28/35", "31/38", "34/42"),
    "h2": ("23/30", "25/33", "28/36"),
    "h2_phone": ("21/28", "23/30", "26/34"),
    "h3": ("17/24", "18/26", "20/29"),
    "title": ("25/33", "28/36", "31/39"),
    "figure": ("30/38", "34/42", "38/47"),
    "figure_phone": ("26/33", "29/36", "32/40"),
    "phone": ("24/31", "26/34", "29/38"),
    "quote": ("19/30", "20/32", "22/35"),
    "code": ("19/25", "20/26", "22/29"),
    "number": ("17/36", "18/36", "20/36"),
}
"""Each step in each scale, as size/line in pixels."""


@dataclass(frozen=True, slots=True)
class Step:
    """One size of type; in a stylesheet it says both of its declarations."""

    size: int
    line: int

    def __str__(self) -> str:
        return f"font-size: {self.size}px; line-height: {self.line}px"

    @property
    def firmly(self) -> str:
        """The same where it has to win over an inlined style."""
        return f"font-size: {self.size}px !important; line-height: {self.line}px !important"


class Scale:
    """All steps of one name: `scale.h1.size`, or `{{ scale.h1 }}` for the declarations."""

    __slots__ = ("_steps", "name")

    def __init__(self, name: ScaleName) -> None:
        self.name = name
        at = _ORDER.index(name)
        self._steps = {step: _read(sizes[at]) for step, sizes in STEPS.items()}

    def __getattr__(self, step: str) -> Step:
        try:
            return self._steps[step]
        except KeyError:
            raise AttributeError(f"no size of type is called {step}") from None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Scale) and other.name == self.name

    def __hash__(self) -> int:
        return hash(self.name)

    @property
    def said(self) -> str:
        """The scale as a person chooses it, by the size of its running text."""
        return f"{self.name.capitalize()}, {self.text.size}/{self.text.line}"


def _read(pair: str) -> Step:
    size, _, line = pair.partition("/")
    return Step(int(size), int(line))


SCALES: Mapping[str, Scale] = {each: Scale(each) for each in _ORDER}


def face(name: str) -> Markup:
    """The fonts of a face, as a stylesheet lists them."""
    return Markup(FACES[name])  # noqa: S704 - our own words

"""What hides an element from who reads: the one list that reading, cleaning and checks share.

`hides` takes an element away with all that is in it. What only a text of its own is unseen by
(its size, its colour, `visibility`) an element within may undo: `unseen_text` says that.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

import tinycss2

LETTERS = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff"
)
"""Letters that nobody sees, for a set of an expression: soft hyphens, joiners, blank fillers."""
INVISIBLE = re.compile(f"[{LETTERS}]")
BLANK = re.compile(rf"[\s{LETTERS}]+")
"""What takes room at most: white space, and letters that nobody sees."""
SMALLEST = 5.0
"""Text below this size, in pixels, is read by nobody."""
Says = Mapping[str, str]
"""Declarations by their property, values in lower case."""

_FLAT, _FAR, _OFF = 2.0, 200.0, 400.0
_PX = {"": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 37.8, "mm": 3.78, "rem": 16.0}
_OF_FONT = {"em": 1.0, "%": 0.01, "ex": 0.5, "ch": 0.5}
_NUMBER = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)([a-z%]*)")
_NAMED_SIZES = {"xx-small": 9.0, "x-small": 10.0, "small": 13.0, "medium": 16.0, "large": 18.0,
                "x-large": 24.0, "xx-large": 32.0, "xxx-large": 48.0}  # fmt: skip
_COMPUTED = re.compile(r"(?:var|calc|min|max|clamp|env|attr)\(")
_PLAIN = re.compile(r"(?:[^\"'\\(/{]|/(?!\*))*")
_IMPORTANT = re.compile(r"\s*!\s*important$")
_NOTHING = r"\s*(?:0?\.0\d*|0+)%?\s*\)"
_CLEAR = re.compile(
    rf"transparent|(?:rgb|hsl)a?\((?:[^,/)]+,){{3}}{_NOTHING}|(?:rgb|hsl)a?\([^/)]*/{_NOTHING}"
    r"|#(?:[0-9a-f]{3}0|[0-9a-f]{6}0[0-9a-f])"
)
_CLIPPED = re.compile(
    r"(?:inset|circle|ellipse)\(\s*(?:[5-9]\d|100)(?:\.\d+)?%|(?:circle|ellipse)\(\s*0"
    r"|inset\([^)]*\b(?:[5-9]\d|100)%"
    r"|polygon\(\s*0(?:px|%)?\s+0(?:px|%)?\s*(?:,\s*0(?:px|%)?\s+0(?:px|%)?\s*)+\)"
)
_SHRUNK = re.compile(rf"scale(?:3d|x|y)?\((?:[^)]*,)?(?:{_NOTHING}|\s*0?(?:\.0\d*)?0?\s*,)")
_MOVED = re.compile(r"(-?\d+(?:\.\d+)?)(px|em|rem|pt|vw|vh|%)")
_FADED = re.compile(r"opacity[(=:]\s*(?:0?\.0\d*%?|\d(?:\.\d+)?%|0)\s*\)|opacity=0\b|blur\(")


@lru_cache(maxsize=4096)
def says(style: str) -> Says:
    """What a style declares: the last of each property, those that are `!important` before all."""
    if _PLAIN.fullmatch(style):
        pairs = (each.partition(":") for each in style.lower().split(";"))
        found = [(name.strip(), value.strip()) for name, _colon, value in pairs]
        said = [(name, _IMPORTANT.sub("", value), _IMPORTANT.search(value) is not None)
                for name, value in found]  # fmt: skip
    else:
        parsed = tinycss2.parse_blocks_contents(style, skip_comments=True, skip_whitespace=True)
        said = [
            (each.lower_name, tinycss2.serialize(each.value).strip().lower(), each.important)
            for each in parsed
            if each.type == "declaration"
        ]
    plain = {name: value for name, value, is_important in said if not is_important}
    return plain | {name: value for name, value, is_important in said if is_important}


def hides(style: Says) -> bool:
    """Whether this takes an element away from every reader, with all that is in it."""
    asked = _TAKES_AWAY.keys() & style.keys()
    return any(_TAKES_AWAY[each](style[each], style) for each in asked) or _is_flat(style)


def is_hidden(style: str) -> bool:
    """Whether a style attribute hides its element, as long as no other rule says otherwise."""
    said = says(style)
    return hides(said) or is_unseen(said) is True


def is_uncertain(style: Says) -> bool:
    """Whether it may take an element away: the value is worked out by who shows it."""
    return any(_COMPUTED.search(style.get(name, "")) for name in _DECIDED)


def unseen_text(style: Says) -> bool:
    """Whether text directly within such an element is unseen, where nothing around it says more."""
    size = font_size(style, 16.0)
    is_small = size is not None and size < SMALLEST
    return is_small or is_unseen(style) is True or is_clear(style) is True or is_squeezed(style)


def is_unseen(style: Says) -> bool | None:
    """What it says of `visibility`; None where nothing."""
    said = style.get("visibility")
    return None if said in {None, "inherit"} else said in {"hidden", "collapse"}


def is_clear(style: Says) -> bool | None:
    """Whether letters have no colour; None where nothing is said of it."""
    said = style.get("-webkit-text-fill-color") or style.get("color")
    return None if said in {None, "", "inherit"} else _CLEAR.fullmatch(str(said)) is not None


def font_size(style: Says, around: float) -> float | None:
    """The size of its letters in pixels, that of what is around given; None where unsaid."""
    said = style.get("font-size") or _size_in(style.get("font", ""))
    if said in _NAMED_SIZES:
        return _NAMED_SIZES[said]
    return _pixels(said, around) if said else None


def _size_in(font: str) -> str:
    """The size in the shorthand `font`: what a `/` follows, or the first length."""
    before = font.partition("/")[0].split()
    if "/" in font and before:
        return before[-1]
    return next((each for each in before if re.fullmatch(r"0|\d*\.?\d+[a-z%]+", each)), "")


def _pixels(said: str, font: float = 16.0) -> float | None:
    found = _NUMBER.fullmatch(said)
    if found is None:
        return None
    number, unit = float(found[1]), found[2]
    return number * _PX[unit] if unit in _PX else number * _OF_FONT.get(unit, 16.0) * font


def is_squeezed(style: Says) -> bool:
    """Whether its lines have no height, and what flows over is cut off."""
    height = style.get("line-height", "")
    is_length = height == "0" or not height.replace(".", "").isdecimal()
    return _cuts(style) and is_length and _is_at_most(height, _FLAT)


def _is_flat(style: Says) -> bool:
    """Whether nothing is left of it: no height or no width, and what flows over is cut off."""
    if _is_at_most(style.get("max-height", ""), 0.0):
        return True
    sides = ("max-height", "height", "max-width", "width")
    return _cuts(style) and any(_is_at_most(style.get(each, ""), _FLAT) for each in sides)


def _cuts(style: Says) -> bool:
    said = " ".join(style.get(each, "") for each in ("overflow", "overflow-x", "overflow-y"))
    return any(each in said for each in ("hidden", "clip", "scroll", "auto"))


def _is_at_most(said: str, most: float) -> bool:
    number = _pixels(said)
    return number is not None and number <= most


def _is_faint(value: str, _style: Says) -> bool:
    number = _pixels(value)
    return number is not None and number <= (1.6 if value.endswith("%") else 0.1)


def _is_far(value: str, _style: Says) -> bool:
    """Whether a side is pulled so far out that nothing of the element is on the page."""
    return any((_pixels(each) or 0.0) <= -_FAR for each in value.split())


def _is_outdented(value: str, _style: Says) -> bool:
    number = _pixels(value) or 0.0
    return number <= -_FAR or number >= 5 * _FAR


def _is_off(value: str, style: Says) -> bool:
    is_placed = style.get("position", "static") not in {"static", "inherit", ""}
    return is_placed and abs(_pixels(value) or 0.0) >= _OFF


def _is_moved_off(value: str, _style: Says) -> bool:
    lengths = (_pixels(number + unit) or 0.0 for number, unit in _MOVED.findall(value))
    is_moved = "translate" in value and any(abs(each) >= _OFF for each in lengths)
    return is_moved or ("scale" in value and _SHRUNK.search(value) is not None)


def _is(*values: str) -> Callable[[str, Says], bool]:
    return lambda value, _style: value in values


def _found(pattern: re.Pattern[str]) -> Callable[[str, Says], bool]:
    return lambda value, _style: pattern.search(value) is not None


_TAKES_AWAY: Mapping[str, Callable[[str, Says], bool]] = {
    "display": _is("none"),
    "content-visibility": _is("hidden"),
    "mso-hide": _is("all"),
    "opacity": _is_faint,
    "filter": _found(_FADED),
    "-webkit-filter": _found(_FADED),
    "-ms-filter": _found(_FADED),
    "clip": _found(re.compile(r"rect\(")),
    "clip-path": _found(_CLIPPED),
    "-webkit-clip-path": _found(_CLIPPED),
    "transform": _is_moved_off,
    "-webkit-transform": _is_moved_off,
    "scale": _is_faint,
    "zoom": _is_faint,
    "text-indent": _is_outdented,
    "margin": _is_far,
    "margin-top": _is_far,
    "margin-left": _is_far,
    "margin-right": _is_far,
    "left": _is_off,
    "right": _is_off,
    "top": _is_off,
    "bottom": _is_off,
}
_DECIDED = ("display", "visibility", "opacity", "font-size", "max-height", "color", "text-indent",
            "transform", "content-visibility")  # fmt: skip

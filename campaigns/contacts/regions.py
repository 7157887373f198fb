"""Where somebody lives, as people write it, read into one code: a country, or a state of one."""

import re
import unicodedata
from collections.abc import Collection, Iterable
from functools import cache

from campaigns.accounts.models import Organisation
from campaigns.contacts.places import COUNTRIES, OTHER_NAMES, STATES
from campaigns.database import Session
from campaigns.errors import Invalid

_EXAMPLES = "Write a code such as US-TX, or a name such as Texas or Canada."
_WHOLE = re.compile(r"([A-Z]{2})-([A-Z0-9]{1,3})")
_STATE_AND_ZIP = re.compile(r"\b(?P<state>[A-Za-z][A-Za-z .]{1,40}?),?\s+\d{5}(?:-\d{4})?\b")
_OF_ZONES = {
    "US": ("New_York", "Chicago", "Denver", "Phoenix", "Los_Angeles", "Anchorage", "Honolulu"),
    "CA": ("Toronto", "Vancouver", "Edmonton", "Winnipeg", "Halifax", "Regina", "St_Johns"),
}


def homes(session: Session) -> tuple[str, ...]:
    """The clinic's own countries: those it markets to, else that of its clock (primary key)."""
    clinic = session.get(Organisation, 1)
    if clinic is None:
        return ()
    if clinic.regions:
        return tuple(sorted({each[:2] for each in clinic.regions}))
    city = clinic.zone.rsplit("/", 1)[-1]
    return tuple(country for country, cities in _OF_ZONES.items() if city in cities)


def read(text: str, *, homes: Collection[str], is_state: bool = False) -> str:
    """The code of what somebody wrote (`TX`, `Texas`, `us-tx`, `USA`); raises Invalid.

    Two letters alone are a state of the clinic's own countries, or a country. What could be either
    is refused, unless it stands where only states do (`is_state`).
    """
    found = _meant(text.strip(), homes)
    states = [each for each in found if "-" in each]
    if is_state and len(states) == 1:
        return states[0]
    if not found:
        raise Invalid(f"{text!r} is not a region that is known. {_EXAMPLES}")
    if len(found) > 1:
        could = " or ".join(f"{_name(each)} ({each})" for each in found)
        wanted = " or ".join(states + [COUNTRIES[each] for each in found if "-" not in each])
        raise Invalid(f"{text!r} could be a region twice over: {could}. Write {wanted}.")
    return found[0]


def of_postal_address(text: str) -> str:
    """The state that an address of the United States ends in, such as `US-TX`; empty elsewhere."""
    states = STATES["US"]
    for found in _STATE_AND_ZIP.finditer(text):
        written = found["state"].strip()
        if written.upper() in states and written.isupper():
            return f"US-{written}"
        last = _plain(written)
        named = [code for code, name in states.items() if last.endswith(_plain(name))]
        if named:
            return f"US-{max(named, key=lambda each: len(states[each]))}"
    return ""


def is_within(region: str, allowed: Iterable[str]) -> bool:
    """Whether newsletters may go to this region; anywhere where nothing is said of either."""
    wanted = list(allowed)
    return not (region and wanted) or any(
        region == each or region.startswith(f"{each}-") for each in wanted
    )


def _meant(text: str, homes: Collection[str]) -> list[str]:
    code = text.upper().replace("_", "-").replace(" - ", "-")
    whole = _WHOLE.fullmatch(code)
    if whole is not None:
        country, part = whole.groups()
        is_known = country in COUNTRIES and part in STATES.get(country, {part})
        return [code] if is_known else []
    if len(code) == 2 and code.isalpha():
        found = [f"{each}-{code}" for each in homes if code in STATES.get(each, {})]
        found += [code] if code in COUNTRIES else []
        return found or _names().get(_plain(code), [])
    return _names().get(_plain(text), [])


@cache
def _names() -> dict[str, list[str]]:
    named: dict[str, list[str]] = {name: [code] for name, code in OTHER_NAMES.items()}
    for country, states in STATES.items():
        for code, name in states.items():
            named.setdefault(_plain(name), []).append(f"{country}-{code}")
    for code, name in COUNTRIES.items():
        known = named.setdefault(_plain(name), [])
        if not known or _plain(name) == "georgia":
            known.append(code)
    return named


def _plain(text: str) -> str:
    """What the ways of writing a name share: no accents, no dots, one space."""
    bare = "".join(
        each for each in unicodedata.normalize("NFKD", text) if not unicodedata.combining(each)
    )
    return " ".join(re.sub(r"[^\w\s]", "", bare).casefold().split())


def _name(code: str) -> str:
    country, _, part = code.partition("-")
    return STATES[country][part] if part else COUNTRIES[country]

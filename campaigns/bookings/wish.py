"""What a reader asks for, and what is missing in it, said beside each field."""

import re
from dataclasses import dataclass

from campaigns.language import translate as _

_LONGEST_NAME = 100
_PHONE = re.compile(r"\+?[0-9 ().\-/]{7,30}(?:x[0-9]{1,6})?")


@dataclass(frozen=True, slots=True)
class Wish:
    """A package at a moment for a person; nothing medical is asked, and nothing is kept."""

    package_code: str
    slot_id: int
    name: str
    phone: str = ""
    code: str = ""
    self_pay_attested: bool = False
    at_regular_price: bool = False
    """Book without the offer: it has ended, or it does not fit."""
    seen_cents: int | None = None
    """The price that was shown; a higher one is never taken without being shown first."""


def problems(wish: Wish, *, language: str = "en") -> dict[str, str]:
    """A sentence for each field that cannot be taken as it is; empty when all is well."""
    found = {
        "package": "" if wish.package_code else _("Choose a package.", language),
        "slot": "" if wish.slot_id > 0 else _("Choose a time.", language),
        "name": _name(wish.name, language),
        "phone": _phone(wish.phone, language),
        "attest": _attest(wish, language),
    }
    return {field: sentence for field, sentence in found.items() if sentence}


def _name(name: str, language: str) -> str:
    if not name:
        return _("Enter your name.", language)
    if len(name) > _LONGEST_NAME or not name.isprintable():
        return _("Enter your name in 100 letters or fewer, on one line.", language)
    return ""


def _phone(phone: str, language: str) -> str:
    if not phone or _PHONE.fullmatch(phone):
        return ""
    return _("Enter a phone number such as (555) 010-0123, or leave it empty.", language)


def _attest(wish: Wish, language: str) -> str:
    if wish.at_regular_price or wish.self_pay_attested:
        return ""
    return _("Confirm that you will pay for these visits yourself to use the offer.", language)

"""Every check of the finished message, run once for equal messages."""

from collections.abc import Callable, Iterable
from functools import lru_cache

from campaigns.compliance.checked import Checked
from campaigns.compliance.findings import Finding
from campaigns.compliance.finished import (
    accessibility,
    addresses,
    contrast,
    gaps,
    lines,
    mail_clients,
    sheets,
)
from campaigns.compliance.finished.page import Finished, Page, Piece

_CHECKS: tuple[Callable[[Finished, Page], Iterable[Finding]], ...] = (
    *lines.CHECKS,
    *gaps.CHECKS,
    *addresses.CHECKS,
    *sheets.CHECKS,
    *mail_clients.CHECKS,
    *accessibility.CHECKS,
    *contrast.CHECKS,
)


def finished(checked: Checked) -> Iterable[Finding]:
    """Everything found in the two parts and the two lines of this message."""
    return found(plain(checked))


def plain(checked: Checked) -> Finished:
    """What of a message these checks read."""
    return Finished(
        subject=checked.subject,
        preheader=checked.preheader,
        markup=checked.markup,
        html=checked.html,
        text=checked.text,
        pieces=tuple(
            Piece(each.place, each.type, each.markup, each.html, each.text, each.more)
            for each in checked.blocks
        ),
        targets=tuple(checked.targets.items()),
        own=tuple(checked.urls.values()),
    )


@lru_cache(maxsize=64)
def found(message: Finished) -> tuple[Finding, ...]:
    """The findings of a message: people look at the same one again and again."""
    page = Page.of(message)
    return tuple(dict.fromkeys(each for check in _CHECKS for each in check(message, page)))


CHECKS = (finished,)

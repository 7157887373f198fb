"""Addresses that nobody is counted at: lines for people in a crisis, and the privacy notice.

Who asks for help, or reads what is kept of them, is never written down here.
"""

from functools import cache
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, urlsplit

import yaml

_FILE = Path(__file__).parent / "crisis_lines.yaml"


@cache
def _crisis_lines() -> frozenset[str]:
    """The hosts of crisis lines of all countries."""
    table: dict[str, str] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return frozenset(host for hosts in table.values() for host in hosts.split())


def is_untracked(url: str, *, privacy: str) -> bool:
    """Whether an address leads to a crisis line, or to this privacy notice."""
    try:
        asked, notice = urlsplit(url.strip()), urlsplit(privacy.strip())
    except ValueError:
        return False
    return _is_crisis_line(_host(asked)) or _is_same_page(asked, notice)


def _host(split: SplitResult) -> str:
    return (split.hostname or "").rstrip(".").removeprefix("www.")


def _is_crisis_line(host: str) -> bool:
    names = host.split(".")
    return any(".".join(names[number:]) in _crisis_lines() for number in range(len(names)))


def _is_same_page(asked: SplitResult, notice: SplitResult) -> bool:
    """Whether they are one page; a link may say more behind it, such as where it came from."""
    return (
        _host(asked) == _host(notice) != ""
        and asked.path.rstrip("/") == notice.path.rstrip("/")
        and set(parse_qsl(notice.query)) <= set(parse_qsl(asked.query))
        and notice.fragment in ("", asked.fragment)
    )

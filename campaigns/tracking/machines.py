"""Who made a hit: a person, a mail provider's proxy, or a machine; labelled, never turned away.

Strongest is the burst: a scanner follows every link at once, a person does not. Opens are never
proof of anything: Apple and the image proxies fetch pictures whether or not anyone looks.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from campaigns.tracking.models import Event, EventKind, MadeBy

RULE_VERSION = 1
"""Raised by every change of these rules, so that history can be judged again."""

BURST_WINDOW = timedelta(seconds=2)
BURST_LINKS = 3

BURST = "burst"
PAGES_AND_LINKS = "pages_and_links"
LASTING = frozenset({BURST, PAGES_AND_LINKS})
"""What marks a whole burst, also what came before and what comes within two seconds after."""

_PROXIES = (
    ("apple_privacy", re.compile(r"^Mozilla/5\.0$")),
    ("google_proxy", re.compile(r"GoogleImageProxy")),
    ("yahoo_proxy", re.compile(r"YahooMailProxy")),
)
# Cubot makes telephones.
_ROBOTS = re.compile(
    r"(?<!cu)bot\b|crawl|spider|slurp|scanner|link ?check|preview|headless|monitor|"
    r"\b(curl|wget|httpx?|python|java|okhttp|libwww|perl|ruby|php|node|axios|go-http)[-/ ]",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Judgement:
    """Who made a hit and why we think so; `burst` are earlier events to be judged with it."""

    made_by: MadeBy
    reasons: tuple[str, ...] = ()
    burst: tuple[Event, ...] = ()
    rule_version: int = RULE_VERSION


def classify(
    earlier: Sequence[Event],
    *,
    kind: EventKind,
    link_index: int | None,
    method: str,
    agent: str,
    now: datetime,
) -> Judgement:
    """Judge a hit on one delivery, given its earlier events (others than the window's may be in).

    Three or more distinct links within two seconds, or the unsubscribe or preferences page
    together with a content link, are a burst: all of it is a machine's, also what came before.
    """
    for reason, pattern in _PROXIES:
        if pattern.search(agent):
            return Judgement(MadeBy.PROXY, (reason,))
    near = [each for each in earlier if each.occurred_at >= now - BURST_WINDOW and _follows(each)]
    reasons = [*_by_itself(method, agent), *_with_others(near, kind, link_index)]
    if not reasons:
        return Judgement(MadeBy.HUMAN)
    burst = tuple(near) if LASTING.intersection(reasons) else ()
    return Judgement(MadeBy.MACHINE, tuple(reasons), burst)


def _follows(event: Event) -> bool:
    """Whether this came from following an address, as scanners do."""
    return event.kind in {EventKind.CLICKED, EventKind.VISITED, EventKind.VIEWED}


def _by_itself(method: str, agent: str) -> list[str]:
    found = []
    if method == "HEAD":
        found.append("head")
    if not agent.strip():
        found.append("no_agent")
    elif _ROBOTS.search(agent):
        found.append("announced_robot")
    return found


def _with_others(near: Sequence[Event], kind: EventKind, link_index: int | None) -> list[str]:
    if kind is EventKind.OPENED:
        return []
    kinds = {kind} | {each.kind for each in near}
    links = {each.link_index for each in near if each.kind is EventKind.CLICKED}
    if kind is EventKind.CLICKED:
        links.add(link_index)
    found = [reason for reason in sorted(LASTING) if any(reason in each.reasons for each in near)]
    if len(links) >= BURST_LINKS and BURST not in found:
        found.append(BURST)
    if {EventKind.CLICKED, EventKind.VISITED} <= kinds and PAGES_AND_LINKS not in found:
        found.append(PAGES_AND_LINKS)
    return found

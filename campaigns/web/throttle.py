"""Count attempts and refuse too many: in Redis, and in this process while Redis is away.

No address enters Redis: what is counted by is a keyed hash.
"""

import hashlib
import ipaddress
import math
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, partial

from limits import (
    RateLimitItem,
    RateLimitItemPerDay,
    RateLimitItemPerHour,
    RateLimitItemPerMinute,
)
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import MovingWindowRateLimiter
from redis import ConnectionPool, RedisError

from campaigns import logs, settings
from campaigns.errors import TooMany

log = logs.get(__name__)

_REDIS_SECONDS = 1.0
_LEFT_ALONE_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Rule:
    """So many attempts in such a time, counted by these of the keys given; kept after success?"""

    most: RateLimitItem
    by: tuple[int, ...]
    outlives_success: bool = False
    failures_only: bool = False
    """Counts what `fail` tells; `check` then only looks, so what succeeds costs nothing."""
    spares_familiar: bool = False
    """Does not hold where the same keys succeeded in the last month."""


RULES: Mapping[str, tuple[Rule, ...]] = {
    "login": (
        Rule(RateLimitItemPerMinute(5, 15), by=(0, 1)),
        Rule(RateLimitItemPerMinute(30, 15), by=(1,), outlives_success=True, failures_only=True),
        Rule(
            RateLimitItemPerHour(50),
            by=(0,),
            outlives_success=True,
            failures_only=True,
            spares_familiar=True,
        ),
    ),
    "reset": (
        Rule(RateLimitItemPerHour(3), by=(0,), outlives_success=True),
        Rule(RateLimitItemPerHour(20), by=(1,), outlives_success=True),
    ),
    "password": (Rule(RateLimitItemPerMinute(5, 15), by=(0,)),),
    "setup": (Rule(RateLimitItemPerMinute(20, 15), by=(0,)),),
    "test message": (
        Rule(RateLimitItemPerHour(20), by=(0,)),
        Rule(RateLimitItemPerHour(60), by=()),
    ),
    "api": (Rule(RateLimitItemPerMinute(120), by=(0,)),),
    "api unknown": (Rule(RateLimitItemPerMinute(20), by=(0,)),),
}
"""By kind: `login` and `reset` take (address, client), the others one key.

Thirty people behind one address sign in as they like: only wrong passwords count there. Guessing
at one person from everywhere is slowed, but never where that person signed in before.
"""

_FAMILIAR = RateLimitItemPerDay(1, 30)

_WORDS = {
    "login": "Too many attempts to sign in.",
    "reset": "Too many letters were asked for.",
    "password": "Too many wrong passwords.",
    "test message": "Too many test messages.",
    "api": "Too many requests with this key.",
}


def check(kind: str, *keys: str) -> None:
    """Count this attempt; raises TooMany, with when to try again, where it is one too many."""
    for rule in RULES[kind]:
        if rule.spares_familiar and _is_familiar(kind, keys):
            continue
        ask = _look if rule.failures_only else _wait
        seconds = _ask(partial(ask, most=rule.most, named=_hashed(rule.by, kind, keys)))
        if seconds:
            raise TooMany(_sentence(kind, seconds), seconds=seconds)


def fail(kind: str, *keys: str) -> None:
    """After a failure, count it where only failures count."""
    for rule in RULES[kind]:
        if rule.failures_only:
            _ask(partial(_wait, most=rule.most, named=_hashed(rule.by, kind, keys)))


def forget(kind: str, *keys: str) -> None:
    """After success, forget what these keys tried, but for what outlives it; know them again."""
    for rule in RULES[kind]:
        if not rule.outlives_success:
            _ask(partial(_clear, most=rule.most, named=_hashed(rule.by, kind, keys)))
    if any(rule.spares_familiar for rule in RULES[kind]):
        named = _hashed(range(len(keys)), kind, keys)
        _ask(partial(_clear, most=_FAMILIAR, named=named))
        _ask(partial(_wait, most=_FAMILIAR, named=named))


def _is_familiar(kind: str, keys: tuple[str, ...]) -> bool:
    named = _hashed(range(len(keys)), kind, keys)
    return _ask(partial(_look, most=_FAMILIAR, named=named)) > 0


def _counted(key: str) -> str:
    """What attempts are counted by: an address in one spelling, a client by its network."""
    try:
        address = ipaddress.ip_address(key)
    except ValueError:
        return key.strip().casefold()
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    mapped = address.ipv4_mapped
    return str(mapped or ipaddress.ip_network((address, 64), strict=False))


def _sentence(kind: str, seconds: int) -> str:
    minutes = max(1, math.ceil(seconds / 60))
    unit = "minute" if minutes == 1 else "minutes"
    return f"{_WORDS.get(kind, 'Too many attempts.')} Please try again in {minutes} {unit}."


def _wait(limiter: MovingWindowRateLimiter, *, most: RateLimitItem, named: str) -> int:
    """How long to wait in seconds; 0 when this attempt is counted and may go on."""
    return 0 if limiter.hit(most, named) else _left(limiter, most, named)


def _look(limiter: MovingWindowRateLimiter, *, most: RateLimitItem, named: str) -> int:
    """The same without counting."""
    return 0 if limiter.test(most, named) else _left(limiter, most, named)


def _left(limiter: MovingWindowRateLimiter, most: RateLimitItem, named: str) -> int:
    return max(1, math.ceil(limiter.get_window_stats(most, named).reset_time - time.time()))


def _clear(limiter: MovingWindowRateLimiter, *, most: RateLimitItem, named: str) -> int:
    limiter.clear(most, named)
    return 0


def _hashed(by: Iterable[int], kind: str, keys: tuple[str, ...]) -> str:
    secret = settings.current().suppression_key.get_secret_value().encode()
    named = "\0".join((kind, *(_counted(keys[each]) for each in by)))
    return hashlib.blake2b(
        named.encode(errors="replace"),
        key=hashlib.sha256(secret).digest(),
        digest_size=16,
        person=b"bedside-throttle",
    ).hexdigest()


class _Breaker:
    """Leaves a Redis that does not answer alone for a while, so that nobody waits for it twice."""

    def __init__(self) -> None:
        self.until = 0.0

    def is_open(self) -> bool:
        return time.monotonic() < self.until

    def trip(self) -> None:
        self.until = time.monotonic() + _LEFT_ALONE_SECONDS


_breaker = _Breaker()


def close_breaker() -> None:
    """Ask Redis again at once, whether or not it answered last time."""
    _breaker.until = 0.0


def _ask(what: Callable[[MovingWindowRateLimiter], int]) -> int:
    url = settings.current().redis_url
    if url and not _breaker.is_open():
        try:
            return what(_in_redis(url, settings.current().redis_prefix))
        except (RedisError, OSError) as error:
            _breaker.trip()
            log.warning("attempts are counted in this process", error=type(error).__name__)
    return what(_in_memory())


@cache
def _in_redis(url: str, prefix: str) -> MovingWindowRateLimiter:
    plain = url.replace("redis+socket://", "unix://", 1)
    pool = ConnectionPool.from_url(
        plain, socket_timeout=_REDIS_SECONDS, socket_connect_timeout=_REDIS_SECONDS
    )
    return MovingWindowRateLimiter(
        RedisStorage("redis://", connection_pool=pool, key_prefix=f"{prefix}throttle")
    )


@cache
def _in_memory() -> MovingWindowRateLimiter:
    return MovingWindowRateLimiter(MemoryStorage())

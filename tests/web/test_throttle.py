"""Attempts are counted by who and from where, in Redis or without it, and refused in words."""

from collections.abc import Iterator
from itertools import count
from uuid import uuid4

import pytest
from redis import Redis

from campaigns import settings
from campaigns.errors import TooMany
from campaigns.web import throttle

_numbers = count(1)


@pytest.fixture
def somebody() -> str:
    """An address that no other test counts by."""
    return f"{uuid4().hex}@example.com"


@pytest.fixture
def client() -> str:
    """A client that no other test counts by."""
    return uuid4().hex


@pytest.fixture
def no_redis(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A Redis that does not answer."""
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1/0")
    settings.current.cache_clear()
    yield
    monkeypatch.undo()
    settings.current.cache_clear()
    throttle.close_breaker()


def attempts(kind: str, *keys: str) -> int:
    """How many attempts pass before one is refused."""
    for passed in range(200):
        try:
            throttle.check(kind, *keys)
        except TooMany:
            return passed
    raise AssertionError("none was refused")


def test_the_sixth_wrong_password_within_a_quarter_of_an_hour_is_refused_and_says_until_when(
    somebody: str, client: str
) -> None:
    assert attempts("login", somebody, client) == 5
    with pytest.raises(TooMany, match=r"to sign in\. Please try again in 15 minutes\.") as refused:
        throttle.check("login", somebody, client)
    assert refused.value.status == 429
    assert 0 < refused.value.seconds <= 900


def test_a_success_forgets_the_persons_own_attempts(somebody: str, client: str) -> None:
    assert attempts("login", somebody, client) == 5
    throttle.forget("login", somebody, client)
    throttle.check("login", somebody, client)


def test_somebody_else_at_the_same_desk_may_still_sign_in(somebody: str, client: str) -> None:
    attempts("login", somebody, client)
    throttle.check("login", f"other-{somebody}", client)


def test_one_client_cannot_try_many_addresses_nor_reset_its_count_by_signing_in(
    somebody: str, client: str
) -> None:
    for number in range(30):
        throttle.check("login", f"{number}-{somebody}", client)
        throttle.fail("login", f"{number}-{somebody}", client)
    throttle.forget("login", f"0-{somebody}", client)
    with pytest.raises(TooMany):
        throttle.check("login", somebody, client)


def test_a_whole_clinic_behind_one_address_signs_in_as_often_as_it_likes(
    somebody: str, client: str
) -> None:
    for number in range(60):
        throttle.check("login", f"{number}-{somebody}", client)
        throttle.forget("login", f"{number}-{somebody}", client)
    throttle.check("login", somebody, client)


def test_guessing_at_one_person_from_everywhere_is_slowed(somebody: str, client: str) -> None:
    for number in range(50):
        throttle.check("login", somebody, f"{number}-{client}")
        throttle.fail("login", somebody, f"{number}-{client}")
    with pytest.raises(TooMany) as refused:
        throttle.check("login", somebody, f"another-{client}")
    assert 0 < refused.value.seconds <= 3600
    throttle.check("login", f"other-{somebody}", f"another-{client}")


def test_who_signed_in_there_before_is_not_locked_out_by_others(somebody: str, client: str) -> None:
    throttle.forget("login", somebody, client)
    for number in range(50):
        throttle.fail("login", somebody, f"{number}-{client}")
    with pytest.raises(TooMany):
        throttle.check("login", somebody, f"0-{client}")
    assert attempts("login", somebody, client) == 5


def test_case_and_blanks_do_not_make_another_address(somebody: str, client: str) -> None:
    attempts("login", somebody, client)
    with pytest.raises(TooMany):
        throttle.check("login", f" {somebody.upper()} ", client)


def test_three_letters_an_hour_and_a_key_120_times_a_minute(somebody: str, client: str) -> None:
    assert attempts("reset", somebody, client) == 3
    assert attempts("api", somebody) == 120


def test_what_has_no_words_of_its_own_is_refused_in_general_words(somebody: str) -> None:
    assert attempts("api unknown", somebody) == 20
    with pytest.raises(TooMany, match=r"Too many attempts\. Please try again in 1 minute\."):
        throttle.check("api unknown", somebody)


def test_without_redis_attempts_are_counted_all_the_same(
    no_redis: None, somebody: str, client: str
) -> None:
    assert attempts("login", somebody, client) == 5
    throttle.forget("login", somebody, client)
    throttle.check("login", somebody, client)


def test_no_address_enters_redis(somebody: str, client: str) -> None:
    throttle.check("login", somebody, client)
    configured = settings.current()
    with Redis.from_url(configured.redis_url.replace("redis+socket", "unix", 1)) as redis:
        names = [each.decode() for each in redis.keys(f"{configured.redis_prefix}throttle*")]
    assert names
    assert not [each for each in names if somebody in each or client in each]


@pytest.mark.parametrize(
    ("first", "second", "is_one"),
    [
        ("2001:db8:1:{}::1", "2001:db8:1:{}:bbbb::9", True),
        ("2001:db8:1:{}::1", "2001:db8:2:{}::1", False),
        ("192.0.2.{}", "::ffff:192.0.2.{}", True),
        ("192.0.2.{}", "198.51.100.{}", False),
    ],
)
def test_a_household_of_ipv6_addresses_is_one_client(first: str, second: str, is_one: bool) -> None:
    number = next(_numbers)
    assert attempts("login", "ada@example.com", first.format(number)) == 5
    passed = attempts("login", "ada@example.com", second.format(number))
    assert passed == (0 if is_one else 5)


def test_a_person_sends_twenty_test_messages_an_hour_and_the_house_sixty(somebody: str) -> None:
    assert attempts("test message", somebody) == 20
    with pytest.raises(TooMany, match=r"Too many test messages\. Please try again in \d+ minutes"):
        throttle.check("test message", somebody)
    passed = sum(attempts("test message", f"{number}-{somebody}") for number in range(4))
    assert passed == 40

"""Secrets lie encrypted; the key ring opens them, for their purpose only."""

from collections.abc import Iterator

import pytest

from campaigns import settings, vault
from campaigns.vault import Unreadable

OLD = "1:an-old-key-of-thirty-two-characters"
NEW = "2:a-newer-key-of-thirty-two-characters"


@pytest.fixture(autouse=True)
def ring(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    turn(monkeypatch, OLD)
    yield monkeypatch
    settings.current.cache_clear()


def turn(monkeypatch: pytest.MonkeyPatch, *keys: str) -> None:
    monkeypatch.setenv("BEDSIDE_KEYS", ",".join(keys))
    settings.current.cache_clear()


def test_what_was_sealed_opens_and_is_another_text_each_time() -> None:
    sealed = vault.seal("s3cret ✓", purpose="test")
    assert "s3cret" not in sealed
    assert sealed != vault.seal("s3cret ✓", purpose="test")
    assert vault.unseal(sealed, purpose="test") == "s3cret ✓"


def test_a_turned_ring_still_opens_and_a_lost_key_says_what_to_do(
    ring: pytest.MonkeyPatch,
) -> None:
    sealed = vault.seal("s3cret", purpose="test")
    turn(ring, NEW, OLD)
    assert vault.unseal(sealed, purpose="test") == "s3cret"
    assert vault.seal("s3cret", purpose="test").startswith("2:")
    turn(ring, NEW)
    with pytest.raises(Unreadable, match="version 1 of BEDSIDE_KEYS, which is no longer"):
        vault.unseal(sealed, purpose="test")


def test_another_key_or_another_purpose_opens_nothing(ring: pytest.MonkeyPatch) -> None:
    sealed = vault.seal("s3cret", purpose="test")
    with pytest.raises(Unreadable, match="cannot be opened"):
        vault.unseal(sealed, purpose="another")
    turn(ring, "1:a-different-key-under-the-same-number")
    with pytest.raises(Unreadable, match="not the key it was sealed with"):
        vault.unseal(sealed, purpose="test")


def test_a_fingerprint_names_a_text_and_tells_nothing_of_it() -> None:
    one = vault.fingerprint("s3cret", purpose="test")
    assert one == vault.fingerprint("s3cret", purpose="test")
    assert one != vault.fingerprint("s3cret", purpose="another")
    assert "s3cret" not in one

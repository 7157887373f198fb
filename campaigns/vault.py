"""Secrets at rest: sealed with a key derived from `BEDSIDE_KEYS`, opened again only in memory."""

import base64
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from campaigns import settings
from campaigns.errors import Misconfigured

_NONCE_BYTES = 12


class Unreadable(Misconfigured):
    """A sealed secret cannot be opened: its key has left the ring."""


def seal(secret: str, *, purpose: str) -> str:
    """The secret encrypted (AES-256-GCM) under the newest key; it opens for this purpose only."""
    version, key = _ring(purpose)[0]
    nonce = os.urandom(_NONCE_BYTES)
    sealed = nonce + AESGCM(key).encrypt(nonce, secret.encode(), purpose.encode())
    return f"{version}:{base64.b64encode(sealed).decode()}"


def unseal(sealed: str, *, purpose: str) -> str:
    """What was sealed; raises Unreadable where no key of the ring opens it."""
    version, _, text = sealed.partition(":")
    key = dict(_ring(purpose)).get(version)
    if key is None:
        raise Unreadable(
            f"A stored secret was sealed with version {version} of BEDSIDE_KEYS, which is no "
            "longer in the ring. Put that key back, or enter the secret again."
        )
    raw = base64.b64decode(text)
    try:
        opened = AESGCM(key).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], purpose.encode())
    except InvalidTag as error:
        raise Unreadable(
            f"A stored secret cannot be opened: version {version} of BEDSIDE_KEYS is not the key "
            "it was sealed with. Put that key back, or enter the secret again."
        ) from error
    return opened.decode()


def fingerprint(text: str, *, purpose: str) -> str:
    """A keyed hash that names a text and tells nothing of it; another one after a new key."""
    _, key = _ring(f"fingerprint of {purpose}")[0]
    return hmac.new(key, text.encode(), "sha256").hexdigest()[:32]


def _ring(purpose: str) -> list[tuple[str, bytes]]:
    """The key of this purpose for each version, newest first (HKDF, RFC 5869)."""
    info = f"bedside vault: {purpose}".encode()
    return [
        (version, HKDF(hashes.SHA256(), 32, salt=None, info=info).derive(secret.encode()))
        for version, _, secret in (each.partition(":") for each in settings.current().keys)
    ]

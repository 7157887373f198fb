"""Tokens for links and keys that let somebody in: long, random, and kept only as a hash."""

import hashlib
import secrets

_BYTES = 32


def make() -> str:
    """A new token, 43 characters of base64url; it is shown once and kept nowhere."""
    return secrets.token_urlsafe(_BYTES)


def hashed(token: str) -> bytes:
    """What is kept of a token and looked up by; it has too much chance in it to be guessed."""
    return hashlib.sha256(token.encode(errors="replace")).digest()

"""Short signed tokens that public links carry: a MAC says who is meant, no look-up needed.

Delivery tokens: `version(1) family(1) campaign(4) delivery(5) | keyed blake2s MAC(8)`, 19 bytes,
26 base64url characters. Notice tokens (`confirm`, `manage`): `version(1) family(1) id(5)
expiry(4) | MAC(8)`. Version tokens (`event`): `version(1) family(1) id(5) | MAC(8)`. Each family
has a MAC of its own, so that none serves for another. The key ring is by version byte: the newest
signs, all verify.
"""

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from functools import cache

from campaigns import settings
from campaigns.errors import BadToken

_MAC_BYTES = 8
_DAMAGED = "This link is damaged. Please use the link from your message once more."


class Family(IntEnum):
    """What a token may be used for."""

    TRACK = 1
    ACT = 2
    BOOK = 3
    VERP = 4
    CONFIRM = 5
    MANAGE = 6
    EVENT = 7


@dataclass(frozen=True, slots=True)
class DeliveryToken:
    """Whom a link in a campaign's message is for."""

    campaign_id: int
    delivery_id: int


@cache
def _keys() -> tuple[tuple[int, bytes], ...]:
    ring = []
    for each in settings.current().keys:
        version, _, secret = each.partition(":")
        ring.append((int(version), hashlib.sha256(secret.encode()).digest()))
    return tuple(ring)


def _mac(key: bytes, body: bytes) -> bytes:
    person = b"bed-t%d" % body[1]
    return hashlib.blake2s(body, key=key, digest_size=_MAC_BYTES, person=person).digest()


def _sign(rest: bytes, family: Family) -> bytes:
    version, key = _keys()[0]
    body = bytes((version, family)) + rest
    return body + _mac(key, body)


def _verify(raw: bytes, family: Family, size: int) -> bytes:
    if len(raw) != size + 2 + _MAC_BYTES or raw[1] != family:
        raise BadToken(_DAMAGED)
    body, mac = raw[:-_MAC_BYTES], raw[-_MAC_BYTES:]
    key = dict(_keys()).get(body[0])
    if key is None or not hmac.compare_digest(mac, _mac(key, body)):
        raise BadToken(_DAMAGED)
    return body[2:]


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _encode32(raw: bytes) -> str:
    return base64.b32encode(raw).rstrip(b"=").decode().lower()


def _decode(text: str) -> bytes:
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadToken(_DAMAGED) from error
    if _encode(raw) != text:
        raise BadToken(_DAMAGED)
    return raw


def mint(family: Family, *, campaign_id: int, delivery_id: int) -> str:
    """A token for one delivery, 26 characters of base64url."""
    rest = campaign_id.to_bytes(4, "big") + delivery_id.to_bytes(5, "big")
    return _encode(_sign(rest, family))


def read(text: str, family: Family) -> DeliveryToken:
    """Whom this token is for; raises BadToken when it is not ours or of another family."""
    rest = _verify(_decode(text), family, 9)
    return DeliveryToken(int.from_bytes(rest[:4], "big"), int.from_bytes(rest[4:], "big"))


def mint_verp(*, campaign_id: int, delivery_id: int) -> str:
    """The return-path token: base32, lower case, because mail systems fold the local part."""
    rest = campaign_id.to_bytes(4, "big") + delivery_id.to_bytes(5, "big")
    return _encode32(_sign(rest, Family.VERP))


def read_verp(text: str) -> DeliveryToken:
    """Whom this return path is for; raises BadToken."""
    try:
        raw = base64.b32decode(text.upper() + "=" * (-len(text) % 8))
    except (binascii.Error, ValueError) as error:
        raise BadToken(_DAMAGED) from error
    if _encode32(raw) != text.lower():
        raise BadToken(_DAMAGED)
    rest = _verify(raw, Family.VERP, 9)
    return DeliveryToken(int.from_bytes(rest[:4], "big"), int.from_bytes(rest[4:], "big"))


def mint_notice(family: Family, *, subject_id: int, expires_at: datetime) -> str:
    """A token for a notice: a contact's id (confirm) or a booking's (manage), and its end."""
    rest = subject_id.to_bytes(5, "big") + int(expires_at.timestamp()).to_bytes(4, "big")
    return _encode(_sign(rest, family))


def read_notice(text: str, family: Family, *, now: datetime) -> int:
    """The id that this notice token names; raises BadToken when forged or past its end."""
    rest = _verify(_decode(text), family, 9)
    expires_at = datetime.fromtimestamp(int.from_bytes(rest[5:], "big"), UTC)
    if expires_at < now:
        raise BadToken("This link is too old. Please ask us for a new one.")
    return int.from_bytes(rest[:5], "big")


def mint_version(version_id: int) -> str:
    """A token for what a frozen version of a campaign says to everyone."""
    return _encode(_sign(version_id.to_bytes(5, "big"), Family.EVENT))


def read_version(text: str) -> int:
    """The version that this token names; raises BadToken."""
    return int.from_bytes(_verify(_decode(text), Family.EVENT, 5), "big")


def message_id(delivery_id: int, *, domain: str) -> str:
    """The Message-ID of a delivery, the same over all attempts (RFC 5322)."""
    return _named_id("d", delivery_id, domain)


def notice_message_id(notice_id: int, *, domain: str) -> str:
    """The Message-ID of a notice, the same over all attempts (RFC 5322)."""
    return _named_id("n", notice_id, domain)


def _named_id(prefix: str, number: int, domain: str) -> str:
    # The oldest key, so that a rotated ring does not rename what was sent.
    key = _keys()[-1][1]
    digest = hmac.new(key, f"{prefix}{number}".encode(), "sha256").digest()
    return f"<{prefix}.{base64.b32encode(digest[:20])[:26].decode().lower()}@{domain}>"

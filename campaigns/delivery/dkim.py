"""Sign a message as its domain: DKIM (RFC 6376), rsa-sha256, relaxed/relaxed.

The bytes signed are those that the mail server is given, before dots are stuffed.
"""

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from campaigns.rendering.wire import Canonical

_SIGNED = (
    "from",
    "reply-to",
    "to",
    "subject",
    "date",
    "message-id",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
    "list-id",
    "list-unsubscribe",
    "list-unsubscribe-post",
    "feedback-id",
    "auto-submitted",
)
_ONCE = ("from", "subject", "to", "date")
"""Named once more than they stand there, so that none can be added on the way."""
_BITS = 2048
_BLANKS = re.compile(rb"[ \t]+")
_RUNS = re.compile(rb"[ \t]{2,}|\t")
_FOLD = re.compile(rb"\r\n(?=[ \t])")
_ADDRESS = re.compile(rb"@([A-Za-z0-9.-]+)\s*>?\s*$")

Header = tuple[str, bytes]


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs for one domain under one selector."""

    domain: str
    selector: str
    key: rsa.RSAPrivateKey

    def sign(self, message: bytes) -> bytes:
        """The message with a DKIM-Signature header on top."""
        end = message.find(b"\r\n\r\n")
        headers = _headers(message[:end] if end >= 0 else message)
        names = _to_sign(headers)
        digest = base64.b64encode(_body_hash(message, end)).decode()
        unsigned = (
            f"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d={self.domain};\r\n"
            f"\ts={self.selector}; h={_folded(names)};\r\n\tbh={digest};\r\n\tb="
        )
        own = _canonical(("dkim-signature", unsigned.partition(":")[2].encode()))
        signed = b"".join(_canonical(each) + b"\r\n" for each in _chosen(headers, names)) + own
        raw = self.key.sign(signed, padding.PKCS1v15(), hashes.SHA256())
        signature = base64.b64encode(raw).decode()
        lines = [signature[start : start + 72] for start in range(0, len(signature), 72)]
        return (unsigned + "\r\n\t".join(lines) + "\r\n").encode() + message


def sender_domain(message: bytes) -> str:
    """The domain of the message's From address; empty where there is none."""
    head = message.partition(b"\r\n\r\n")[0]
    value = next((value for name, value in _headers(head) if name == "from"), b"")
    found = _ADDRESS.search(_FOLD.sub(b"", value))
    return found[1].decode().lower() if found else ""


def new_key() -> tuple[str, str]:
    """A fresh private key (PEM) and its public half as a record carries it (base64 DER)."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=_BITS)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return private.decode(), base64.b64encode(public).decode()


def private_key(pem: str) -> rsa.RSAPrivateKey:
    """A private key as it was made."""
    key = serialization.load_pem_private_key(pem.encode(), password=None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return key


def _headers(head: bytes) -> list[Header]:
    """Each header's lower-case name with its value as it stands there, folds and all."""
    found: list[Header] = []
    for line in re.split(rb"\r\n(?![ \t])", head):
        name, colon, value = line.partition(b":")
        if colon:
            found.append((name.strip().lower().decode("ascii", "replace"), value))
    return found


def _to_sign(headers: Sequence[Header]) -> list[str]:
    present = [name for name, _ in headers]
    names = [name for name in _SIGNED for _ in range(present.count(name))]
    return [*names, *(each for each in _ONCE if each in present)]


def _chosen(headers: Sequence[Header], names: Sequence[str]) -> list[Header]:
    """The headers that these names mean: each the next one from below (RFC 6376, 5.4.2)."""
    left = list(headers)
    chosen = []
    for name in names:
        for index in range(len(left) - 1, -1, -1):
            if left[index][0] == name:
                chosen.append(left.pop(index))
                break
    return chosen


def _canonical(header: Header) -> bytes:
    """A header in the relaxed form (RFC 6376, 3.4.2), without its line end."""
    name, value = header
    return name.encode() + b":" + _BLANKS.sub(b" ", _FOLD.sub(b"", value)).strip(b" \t\r\n")


def _body_hash(message: bytes, head_ends: int) -> bytes:
    """The hash of the body in its relaxed form; a program's message has it already."""
    if isinstance(message, Canonical):
        return hashlib.sha256(memoryview(message)[head_ends + 4 :]).digest()
    body = message[head_ends + 4 :] if head_ends >= 0 else b""
    return hashlib.sha256(_body(body)).digest()


def _body(body: bytes) -> bytes:
    """A body in the relaxed form (RFC 6376, 3.4.4)."""
    tidy = _RUNS.sub(b" ", body).replace(b" \r\n", b"\r\n").rstrip(b" \r\n")
    return tidy + b"\r\n" if tidy else b""


def _folded(names: Sequence[str]) -> str:
    """Header names with colons between, no line longer than mail allows."""
    half = (len(names) + 1) // 2
    return f"{':'.join(names[:half])}:\r\n\t {':'.join(names[half:])}"

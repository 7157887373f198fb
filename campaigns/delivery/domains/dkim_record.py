"""DKIM records: ours, or that of whoever signs for the domain."""

import base64
import binascii
from collections.abc import Sequence

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from campaigns.delivery import dkim_keys
from campaigns.delivery.domains.dmarc import tags_of
from campaigns.delivery.domains.findings import Finding, Standing
from campaigns.delivery.domains.lookup import Lookup
from campaigns.delivery.models import DkimKey

WHAT = "DKIM"
COMMON = (
    "default",
    "google",
    "selector1",
    "selector2",
    "k1",
    "k2",
    "s1",
    "s2",
    "mail",
    "dkim",
    "smtp",
    "key1",
    "fm1",
    "zoho",
    "pm",
)
"""Names under which mail providers usually publish their keys."""
_WEAK_BITS = 1024


def check_ours(lookup: Lookup, key: DkimKey) -> Finding:
    """Whether the record of our key stands as it must."""
    name, wanted = dkim_keys.record_name(key), dkim_keys.record_value(key)
    found = lookup.texts(name)
    there = "\n".join(found)
    if not found:
        sentence = "The record of our key is not there yet. Until then messages leave unsigned."
        advice = "New records take from some minutes to a day until they are seen everywhere."
        return Finding(WHAT, Standing.MISSING, sentence, name, value=wanted, advice=advice)
    if len(found) > 1:
        sentence = "There are several records here; mail servers then heed none of them."
        return Finding(WHAT, Standing.WRONG, sentence, name, there, wanted, "Keep this one only.")
    if _key_of(found[0]) != key.public_key:
        sentence = "The record is there, but it is not our key: a part is missing, or it is older."
        advice = "Copy the value whole; it is one line without breaks."
        return Finding(WHAT, Standing.WRONG, sentence, name, there, wanted, advice)
    sentence = "Our key is published: messages are signed with it from now on."
    return Finding(WHAT, Standing.FOUND, sentence, name, there)


def check_others(lookup: Lookup, domain: str, *, selector: str) -> Finding:
    """Whether somebody's key is published: under this selector, or under a common one."""
    asked: Sequence[str] = (selector,) if selector else COMMON
    for each in asked:
        name = f"{each}._domainkey.{domain}"
        found = [text for text in lookup.texts(name) if "p" in tags_of(text)]
        if found:
            return _judged(name, each, found[0])
    if selector:
        name = f"{selector}._domainkey.{domain}"
        sentence = f"Nothing is published under the selector {selector}."
        return Finding(WHAT, Standing.MISSING, sentence, name, advice=_MAKE)
    sentence = "No key is published under any of the usual names."
    return Finding(WHAT, Standing.MISSING, sentence, f"…._domainkey.{domain}", advice=_MAKE)


_MAKE = (
    "If your mail provider signs, its help page names the selector: enter it. Otherwise let "
    "Bedside sign: make a key, and publish its record."
)


def _judged(name: str, selector: str, record: str) -> Finding:
    text = _key_of(record)
    if not text:
        sentence = f"The key under the selector {selector} was withdrawn (its p= is empty)."
        return Finding(WHAT, Standing.WRONG, sentence, name, record, advice=_MAKE)
    bits = _bits(text)
    if bits == 0:
        sentence = f"What stands under the selector {selector} is no key that can be read."
        return Finding(WHAT, Standing.WRONG, sentence, name, record, advice=_MAKE)
    if bits < _WEAK_BITS:
        sentence = f"The key under the selector {selector} has {bits} bits: too short to be heeded."
        return Finding(WHAT, Standing.WRONG, sentence, name, record, advice=_MAKE)
    sentence = (
        f"A key is published under the selector {selector}. Whether your mail server signs with "
        "it shows in a test message: its original says dkim=pass."
    )
    return Finding(WHAT, Standing.FOUND, sentence, name, record)


def _key_of(record: str) -> str:
    return "".join(tags_of(record).get("p", "").split())


def _bits(text: str) -> int:
    """How long this key is; Ed25519 counts as long enough, what is no key as 0 (RFC 8463)."""
    try:
        raw = base64.b64decode(text, validate=True)
        if len(raw) == 32:
            return 4096
        key = serialization.load_der_public_key(raw)
    except (binascii.Error, ValueError, UnsupportedAlgorithm):
        return 0
    return key.key_size if isinstance(key, rsa.RSAPublicKey) else 0

"""Read, tidy, compare and mask an email address."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email

from campaigns import settings
from campaigns.errors import BadAddress

_ANY = re.compile(
    r"""([^\s@<>",;:()\[\]'`{}][^\s@<>",;:()\[\]]*) (?:@|%40) ([^\s@<>"',;:()\[\]}]+)""", re.VERBOSE
)


@dataclass(frozen=True, slots=True)
class Address:
    """An address as given for sending, and as compared (two people never share `canonical`)."""

    given: str
    canonical: str

    @property
    def domain(self) -> str:
        """The domain, lower case and IDNA-encoded."""
        return self.canonical.rpartition("@")[2]


def parse(text: str) -> Address:
    """Read an address; raises BadAddress saying what is wrong (RFC 5321, 5322, 6531).

    The canonical form is NFC with the domain lower case and IDNA-encoded and the local part
    case-folded; dots and plus tags are kept, for they can be two people.
    """
    try:
        found = validate_email(
            unicodedata.normalize("NFC", text.strip()),
            check_deliverability=False,
            test_environment=True,
            strict=True,
        )
    except EmailNotValidError as error:
        raise BadAddress(f"{text.strip()[:100]!r} is not an email address: {error}") from error
    domain = (found.ascii_domain or found.domain).lower()
    local = unicodedata.normalize("NFC", found.local_part.casefold())
    return Address(given=f"{found.local_part}@{domain}", canonical=f"{local}@{domain}")


def suppression_key(canonical: str) -> bytes:
    """The keyed hash (32 bytes) under which a suppressed address is remembered."""
    key = settings.current().suppression_key.get_secret_value().encode()
    return hashlib.blake2b(
        canonical.encode(), key=hashlib.sha256(key).digest(), digest_size=32, person=b"bedside-supp"
    ).digest()


def mask(address: str) -> str:
    """An address as logs may show it: `j***@example.com`."""
    local, at, domain = address.rpartition("@")
    return f"{local[:1]}***{at}{domain}"


def mask_all(text: str) -> str:
    """A text with every address in it masked, percent-encoded ones too."""
    return _ANY.sub(lambda found: mask(f"{found[1]}@{found[2]}"), text)

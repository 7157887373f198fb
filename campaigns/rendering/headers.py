"""The headers of a campaign's messages: those that never change, frozen; the rest for a contact.

List-*, Feedback-ID and Message-ID stand unfolded: Python's folding turns long ones into encoded
words that mail programs do not read.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import lru_cache

from campaigns import tokens
from campaigns.accounts.models import Organisation
from campaigns.contacts.models import Topic
from campaigns.errors import BadAddress, Invalid
from campaigns.rendering import encoded_words
from campaigns.rendering.merge import Values, tidy

_DELIVERABLE = re.compile(r"[!#-'*+\--9=?A-Z^-~.]+@[A-Za-z0-9.-]+")
_PLAIN = re.compile(r"[ -~]*")
_ONE_CLICK = "List-Unsubscribe-Post"
SUBJECT = "Subject"


def domain_of(address: str) -> str:
    """The domain of an address."""
    return address.rpartition("@")[2].lower()


def deliverable(address: str) -> str:
    """The address itself; raises BadAddress where a mail server would need SMTPUTF8 to take it."""
    if not _DELIVERABLE.fullmatch(address):
        raise BadAddress(
            "This address has characters before the @ that few mail servers take (it would need "
            "SMTPUTF8, RFC 6531)."
        )
    return address


def fixed(organisation: Organisation, *, topic: Topic, subject: str) -> dict[str, str]:
    """The headers that are the same for every contact."""
    sender, domain = organisation.sender_address, domain_of(organisation.sender_address)
    return {
        "From": mailbox(organisation.sender_name, sender),
        "Reply-To": mailbox(organisation.sender_name, organisation.reply_address),
        SUBJECT: subject,
        "List-Id": f"<{topic.value}.{domain}>",
        _ONE_CLICK: "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "OOF, AutoReply",
    }


def frozen(headers: Mapping[str, str]) -> str:
    """Headers as they stand on the wire, CRLF after each; raises Invalid for a line break."""
    lines: list[str] = []
    for name, value in headers.items():
        if "\r" in value or "\n" in value:
            raise Invalid(f"The header {name} has a line break in it.")
        if name == SUBJECT:
            lines.append(subject(value))
        elif name.startswith(("List-", "X-")):
            lines.append(_unfolded(name, value))
        else:
            lines.append(_folded(name, value))
    return "".join(lines)


def subject(text: str) -> str:
    """A subject of any letters as it stands on the wire; a line break in it becomes a blank."""
    return encoded_words.header(SUBJECT, tidy(text))


def is_listed(headers: Mapping[str, str]) -> bool:
    """Whether a message offers one-click unsubscribing; its two headers go together (RFC 8058)."""
    return _ONE_CLICK in headers


def as_test(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers of a test message: it says so, and nobody can unsubscribe by it."""
    kept = {name: value for name, value in headers.items() if name != _ONE_CLICK}
    return kept | {SUBJECT: f"[Test] {headers[SUBJECT]}"}


def personal(
    values: Values, *, topic: str, sender: str, reply_to: str, listed: bool = True
) -> dict[str, str]:
    """The headers of one contact's message; raises BadAddress where SMTPUTF8 would be needed."""
    recipient = values.recipient
    domain = domain_of(sender)
    way_out = {
        "List-Unsubscribe": (
            f"<{values.url('unsubscribe')}>, <mailto:{reply_to}?subject=unsubscribe%20{values.act}>"
        )
    }
    return {
        "To": deliverable(recipient.address),
        "Date": _date(recipient.at.replace(microsecond=0)),
        "Message-ID": tokens.message_id(recipient.delivery_id, domain=domain),
        **(way_out if listed else {}),
        "Feedback-ID": f"{recipient.campaign_id}:{topic}:newsletter:bedside",
    }


def joined(headers: Mapping[str, str]) -> str:
    """Unfolded headers, CRLF after each."""
    return "".join(_unfolded(name, value) for name, value in headers.items())


def mailbox(name: str, address: str) -> str:
    """A name and an address as a header has them."""
    local, _, domain = address.rpartition("@")
    return str(Address(display_name=name, username=local, domain=domain))


@lru_cache(maxsize=64)
def _date(at: datetime) -> str:
    """Many messages leave within one second."""
    return format_datetime(at.astimezone(UTC))


def _folded(name: str, value: str) -> str:
    message = EmailMessage(policy=SMTP)
    message[name] = value
    return message.as_bytes().decode("ascii").removesuffix("\r\n")


def _unfolded(name: str, value: str) -> str:
    if not _PLAIN.fullmatch(value):
        raise Invalid(f"The header {name} can carry plain ASCII only.")
    return f"{name}: {value}\r\n"

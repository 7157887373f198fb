"""Messages read back as a mail program reads them."""

from email import message_from_bytes, policy
from email.message import EmailMessage


def read_back(raw: bytes) -> EmailMessage:
    """What a mail program sees."""
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def bodies(message: EmailMessage) -> list[str]:
    """The text and the HTML of a message, with line ends as they are in text."""
    return [
        str(part.get_content()).replace("\r\n", "\n").rstrip("\n")
        for part in message.iter_parts()
        if isinstance(part, EmailMessage)
    ]

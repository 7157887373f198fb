"""What can go wrong with a mail server, in plain words, each with what to do about it."""

from dataclasses import dataclass

from campaigns.delivery.models import Security
from campaigns.delivery.transports import Server
from campaigns.delivery.transports.probing import Found, Trouble

_PORTS = (
    "Usual are port 587 with STARTTLS, and port 465 with TLS; many networks block port 25 on "
    "the way out."
)

_SENTENCES: dict[Trouble, tuple[str, str]] = {
    Trouble.NAME_NOT_FOUND: (
        "There is no machine of the name {host}.",
        "Check the spelling: it is often like smtp.example.com or mail.example.com, and your mail "
        "provider's help page names it.",
    ),
    Trouble.REFUSED: (
        "{host} refuses connections on port {port}.",
        "Either the mail server is not running there, or it listens on another port. " + _PORTS,
    ),
    Trouble.TIMED_OUT: (
        "{host} did not answer on port {port} in time.",
        "Usually a firewall in between swallows the connection, or the port is wrong. " + _PORTS,
    ),
    Trouble.UNREACHABLE: (
        "There is no way from this machine to {host}.",
        "Check that this machine has a network, and that the name is right.",
    ),
    Trouble.SILENT: (
        "{host} took the connection on port {port}, and then did not answer in time.",
        "{silent}",
    ),
    Trouble.NOT_READY: (
        "{host} answers, but does not want to talk to us now.",
        "Read its words below. It may be busy, or it may not take mail from this machine's "
        "address: then ask your mail provider to allow it.",
    ),
    Trouble.CLOSED: (
        "{host} closed the connection in the middle.",
        "Check the port and the encryption. " + _PORTS,
    ),
    Trouble.NO_STARTTLS: (
        "{host} offers no STARTTLS on port {port}.",
        "Choose TLS with port 465. Only for a mail server on this machine itself choose no "
        "encryption.",
    ),
    Trouble.TLS_WANTED: (
        "{host} wants encryption before it goes on.",
        "Choose STARTTLS (usually port 587) or TLS (usually port 465).",
    ),
    Trouble.NO_TLS_HERE: (
        "{host} does not begin with encryption on port {port}.",
        "Choose STARTTLS for this port, or keep TLS and use port 465.",
    ),
    Trouble.TLS_FAILED: (
        "No secure connection to {host} came about.",
        "Check that port and encryption belong together. " + _PORTS + " A very old mail server "
        "may not know today's encryption: it needs an update.",
    ),
    Trouble.CERTIFICATE_NAME: (
        "The certificate of this mail server is for another name than {host}.",
        "Use the name that the certificate is for; your mail provider's help page gives it. If it "
        "is the right name, someone else may be answering in its place.",
    ),
    Trouble.CERTIFICATE_EXPIRED: (
        "The certificate of {host} is out of date.",
        "Ask whoever runs the mail server to renew it; and check that the clock of this machine "
        "is right.",
    ),
    Trouble.CERTIFICATE_SELF_SIGNED: (
        "{host} has written its own certificate; nobody vouches for it.",
        "Give the mail server a certificate of a public authority (Let's Encrypt is free). If it "
        "is your own authority, name its file to this installation as SSL_CERT_FILE.",
    ),
    Trouble.CERTIFICATE_UNKNOWN: (
        "The certificate of {host} cannot be checked.",
        "Often the mail server leaves out a part of its chain: ask whoever runs it to install the "
        "full chain.",
    ),
    Trouble.NO_LOGIN_OFFERED: (
        "{host} takes no user name and password on port {port}.",
        "Use port 587 or 465, or leave the user name empty if this mail server needs none.",
    ),
    Trouble.LOGIN_WANTED: (
        "{host} wants a user name and a password.",
        "Enter those of the account that messages are sent with.",
    ),
    Trouble.PASSWORD: (
        "{host} does not accept this user name and password.",
        "Type both again. The user name is often the whole address. Google, Microsoft and others "
        "want a password made for programs (an app password), not the one you sign in with.",
    ),
    Trouble.SENDER: (
        "{host} does not let us send as {sender}.",
        "The account must be allowed to send as every address of {domain}: what cannot be "
        "delivered comes back to an address of its own for each message. Ask your mail provider to "
        "allow the whole domain, or use a sender's address of a domain that belongs to this "
        "account.",
    ),
    Trouble.RECIPIENT: (
        "{host} does not take a message to {recipient}.",
        "Check the address. A trial account often writes to confirmed addresses only.",
    ),
    Trouble.RELAYING: (
        "{host} does not pass messages on for us.",
        "It takes mail for its own people only. Enter a user name and password, or use the mail "
        "server that is meant for sending.",
    ),
    Trouble.MESSAGE: (
        "{host} refused the message itself.",
        "Read its words below: often the sender's domain is not confirmed there yet, or a limit "
        "is reached.",
    ),
}


@dataclass(frozen=True, slots=True)
class Explained:
    """What is wrong, what to do, and the mail server's own words."""

    what: str
    mend: str
    words: str


def explained(found: Found, server: Server, *, sender: str, recipient: str) -> Explained | None:
    """Why the test message did not leave; None where it did."""
    if found.trouble is None:
        return None
    what, mend = _SENTENCES[found.trouble]
    names = {
        "host": server.host,
        "port": server.port,
        "sender": sender,
        "domain": sender.rpartition("@")[2],
        "recipient": recipient,
        "silent": _silent(server),
    }
    return Explained(what.format(**names), mend.format(**names), found.words)


def _silent(server: Server) -> str:
    if server.security is not Security.TLS and server.port == 465:
        return "Port 465 begins with encryption: choose TLS."
    return (
        "It may expect encryption from the start: try TLS with port 465. Otherwise it is very "
        "slow today; try again in some minutes."
    )

"""Which SPF term allows a mail server: its provider's own, or the machine's name."""

import ipaddress

_PROVIDERS = {
    "gmail.com": "include:_spf.google.com",
    "google.com": "include:_spf.google.com",
    "office365.com": "include:spf.protection.outlook.com",
    "outlook.com": "include:spf.protection.outlook.com",
    "amazonaws.com": "include:amazonses.com",
    "sendgrid.net": "include:sendgrid.net",
    "mailgun.org": "include:mailgun.org",
    "mandrillapp.com": "include:spf.mandrillapp.com",
    "mtasv.net": "include:spf.mtasv.net",
    "postmarkapp.com": "include:spf.mtasv.net",
    "sparkpostmail.com": "include:sparkpostmail.com",
    "mailjet.com": "include:spf.mailjet.com",
    "brevo.com": "include:spf.brevo.com",
    "zoho.com": "include:zoho.com",
    "messagingengine.com": "include:spf.messagingengine.com",
    "fastmail.com": "include:spf.messagingengine.com",
}

_SHARED = frozenset(
    (
        "gmail.com",
        "googlemail.com",
        "yahoo.com",
        "outlook.com",
        "hotmail.com",
        "live.com",
        "msn.com",
        "icloud.com",
        "me.com",
        "aol.com",
        "gmx.com",
        "gmx.de",
        "web.de",
        "proton.me",
        "protonmail.com",
        "comcast.net",
        "att.net",
        "verizon.net",
    )
)


def is_shared(domain: str) -> bool:
    """Whether everyone may have an address there, so that its records are not ours to change."""
    return domain.lower() in _SHARED


def provider_term(host: str) -> str:
    """The term that a known provider asks for; empty for others."""
    plain = host.lower().rstrip(".")
    found = (
        term
        for domain, term in _PROVIDERS.items()
        if plain == domain or plain.endswith(f".{domain}")
    )
    return next(found, "")


def is_public(address: str) -> bool:
    """Whether the world sees this address."""
    return ipaddress.ip_address(address).is_global


def ip_term(address: str) -> str:
    """The term that allows one address; it costs no look-up."""
    return f"ip{ipaddress.ip_address(address).version}:{address}"

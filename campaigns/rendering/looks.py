"""How a message looks to whom: in light or dark, and what named values stand for at the moment."""

from campaigns import public_urls
from campaigns.database import Session
from campaigns.planning.models import CampaignVersion
from campaigns.rendering.scene import Scene

_ASKED = "(prefers-color-scheme: dark)"
_BOTH = "light dark"


def in_scheme(html: str, *, dark: bool) -> str:
    """The message as a reader sees it whose device is dark (or light), on any device."""
    settled = html.replace(_ASKED, "all" if dark else "not all")
    return settled.replace(_BOTH, "dark" if dark else "light")


def at_home(html: str) -> str:
    """The message with our own pictures from wherever the page itself is served."""
    return html.replace(f'src="{public_urls.asset("")}', 'src="/assets/')


def named_values(session: Session, version: CampaignVersion) -> dict[str, str]:
    """What each named value would be replaced with now; those without one are missing."""
    return Scene.of(session, version).values(set())

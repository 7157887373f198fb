"""A message that shows a brand before it is kept: real blocks with their samples' words."""

import json
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from campaigns import public_urls
from campaigns.accounts.models import Organisation
from campaigns.planning import content
from campaigns.rendering import looks, templates
from campaigns.rendering.brand import Brand
from campaigns.rendering.brand_record import BrandRecord
from campaigns.rendering.inlining import inline_css
from campaigns.rendering.scene import Clinic, direction

BLOCKS = ("header", "hero", "article", "symptom_list", "footer")
_LANGUAGE = "en"


def sample(organisation: Organisation, record: BrandRecord, *, dark: bool) -> str:
    """The message in this brand, as a light or a dark screen shows it; its links lead nowhere."""
    environment = templates.environment(_LANGUAGE)
    names = _names(organisation, record)
    blocks = content.parse([_words(environment, each) for each in BLOCKS])
    twins = [
        {
            "type": block.type,
            "html": Markup(_rendered(environment, f"blocks/{block.type}/block.html", names, block)),  # noqa: S704 - rendered with autoescape
        }
        for block in blocks
    ]
    page = environment.get_template("base.html").render(**names, blocks=twins)
    return looks.in_scheme(looks.at_home(inline_css(page)), dark=dark)


def _names(organisation: Organisation, record: BrandRecord) -> dict[str, Any]:
    return {
        "clinic": Clinic.of(organisation),
        "brand": Brand.of(record),
        "topic": "education",
        "language": _LANGUAGE,
        "direction": direction(_LANGUAGE),
        "subject": "A sample of your brand",
        "preheader": "",
        "field": lambda name, fallback="": fallback,
        "url": lambda name: "#",
        "untracked": lambda url: url,
        "asset": public_urls.asset,
        "pixel": "",
        "banner": "",
    }


def _words(environment: Environment, kind: str) -> dict[str, Any]:
    assert environment.loader is not None
    source, _, _ = environment.loader.get_source(environment, f"blocks/{kind}/sample.json")
    words: dict[str, Any] = json.loads(source)
    return words


def _rendered(environment: Environment, name: str, names: dict[str, Any], block: Any) -> str:
    return environment.get_template(name).render(**names, block=block)

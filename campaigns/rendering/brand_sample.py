"""A message that shows a brand before it is kept: real blocks with their samples' words."""

import json
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from campaigns import clock
from campaigns.accounts.models import Organisation
from campaigns.contacts.models import Topic
from campaigns.database import Session
from campaigns.planning import content
from campaigns.promotions.standing import day_text
from campaigns.rendering import looks, offers, templates
from campaigns.rendering.brand import Brand
from campaigns.rendering.brand_record import BrandRecord
from campaigns.rendering.inlining import inline_css
from campaigns.rendering.places import Places
from campaigns.rendering.scene import Clinic, Scene
from campaigns.rendering.showing import Pictures

BLOCKS = ("header", "hero", "article", "symptom_list", "footer")
_LANGUAGE = "en"


def sample(session: Session, organisation: Organisation, record: BrandRecord, *, dark: bool) -> str:
    """The message in this brand, as a light or a dark screen shows it; its links lead nowhere."""
    environment = templates.environment(_LANGUAGE)
    words = [_words(environment, each) for each in BLOCKS]
    names = _names(session, organisation, record, words)
    twins = [
        {
            "type": each.type,
            "html": Markup(  # noqa: S704 - rendered with autoescape
                environment.get_template(f"blocks/{each.type}/block.html").render(
                    **names, block=each
                )
            ),
        }
        for each in content.parse(words)
    ]
    page = environment.get_template("base.html").render(**names, blocks=twins)
    return looks.in_scheme(looks.at_home(inline_css(page)), dark=dark)


def _names(
    session: Session, organisation: Organisation, record: BrandRecord, words: list[dict[str, Any]]
) -> dict[str, Any]:
    """What the templates of a message may name, with nothing in the places for a contact."""
    today = clock.now(session).astimezone(clock.zone(organisation.zone)).date()
    scene = Scene(
        clinic=Clinic.of(organisation),
        brand=Brand.of(record),
        topic=Topic.EDUCATION,
        language=_LANGUAGE,
        as_of=day_text(today),
        year=today.year,
        offers=offers.of(session, [], zone=organisation.zone, language=_LANGUAGE),
        pictures=Pictures.of(session, words),
        version_id=0,
    )
    return scene.names(Places("")) | {
        "subject": "A sample of your brand",
        "preheader": "",
        "field": lambda name, fallback="": fallback,
        "url": lambda name: "#",
        "untracked": lambda url: url,
        "pixel": "",
        "banner": "",
    }


def _words(environment: Environment, kind: str) -> dict[str, Any]:
    assert environment.loader is not None
    source, _, _ = environment.loader.get_source(environment, f"blocks/{kind}/sample.json")
    words: dict[str, Any] = json.loads(source)
    return words

"""A message looks as light or dark as is asked, and names say what the message would say."""

from sqlalchemy import delete

from campaigns.database import Session
from campaigns.promotions.models import Offer
from campaigns.rendering import looks
from campaigns.rendering.preview import preview
from campaigns.rendering.scene import Scene
from tests.factories import make_campaign, make_organisation, make_version
from tests.rendering import factories


def test_a_message_is_dark_or_light_whatever_the_device(session: Session) -> None:
    make_organisation(session)
    version = make_version(session, make_campaign(session))
    html = preview(session, version, first_name="Maria").html
    dark, light = looks.in_scheme(html, dark=True), looks.in_scheme(html, dark=False)
    assert "prefers-color-scheme" in html
    assert "prefers-color-scheme" not in dark + light
    assert "@media all" in dark
    assert "@media not all" in light
    assert "Hello Maria," in dark


def test_names_are_what_the_message_would_say(session: Session) -> None:
    make_organisation(session)
    version = make_version(session, make_campaign(session))
    assert looks.named_values(session, version) == {
        "clinic": "Sample Clinic",
        "phone": "+1 555 0100",
    }
    assert looks.named_values(session, version) == Scene.of(session, version).values(set())


def test_names_of_an_offer_are_those_of_the_promotion(session: Session) -> None:
    version = factories.make_newsletter(session, "savings")
    named = looks.named_values(session, version)
    assert named["saving"] == "26%"
    assert named == Scene.of(session, version).values(set())
    session.execute(delete(Offer))
    session.expire_all()
    without = looks.named_values(session, version)
    assert "saving" not in without
    assert without == Scene.of(session, version).values(set())

"""Three readers stand for the audience, the same three each time."""

from campaigns.database import Session
from campaigns.planning import examples
from campaigns.planning.examples import Kind
from campaigns.planning.models import Campaign
from campaigns.registry import FACTS, RULES
from tests.factories import make_campaign, make_contact, make_organisation


def _three(session: Session, campaign: Campaign) -> list[tuple[Kind, str | None]]:
    found = examples.three(session, campaign, language="en", rules=RULES, facts=FACTS)
    return [(each.kind, each.contact.address) for each in found]


def test_one_with_a_name_one_without_and_one_of_another_language(session: Session) -> None:
    make_organisation(session)
    campaign = make_campaign(session)
    make_contact(session, "ada@example.com", topics=())
    make_contact(session, "ben@example.com", first_name="Ben")
    make_contact(session, "cho@example.com", first_name="Cho")
    make_contact(session, "dee@example.com", first_name="")
    make_contact(session, "eva@example.com", first_name="Eva", language="es")
    expected = [
        (Kind.NAMED, "ben@example.com"),
        (Kind.UNNAMED, "dee@example.com"),
        (Kind.OTHER_LANGUAGE, "eva@example.com"),
    ]
    assert _three(session, campaign) == expected
    assert _three(session, campaign) == expected


def test_where_all_are_alike_the_next_ones_stand_in(session: Session) -> None:
    make_organisation(session)
    campaign = make_campaign(session)
    assert _three(session, campaign) == []
    for name in ("ada", "ben", "cho", "dee"):
        make_contact(session, f"{name}@example.com")
    assert _three(session, campaign) == [
        (Kind.NAMED, "ada@example.com"),
        (Kind.ANOTHER, "ben@example.com"),
        (Kind.ANOTHER, "cho@example.com"),
    ]

"""Campaigns in review that nobody here can sign: a role is asked for that nobody has."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from campaigns.accounts import permissions, roles
from campaigns.accounts import queries as accounts
from campaigns.accounts.models import User
from campaigns.accounts.permissions import Verb
from campaigns.compliance import signing, waiting
from campaigns.database import Session, remembered
from campaigns.planning.models import Campaign


@dataclass(frozen=True, slots=True)
class Unsigned:
    """A campaign in review, and which signature nobody here can give."""

    campaign: Campaign
    sentence: str


def needing(session: Session, user: User) -> list[Unsigned]:
    """Those of this person, or all for who may invite somebody (a query more than `waiting`)."""
    invites = permissions.may(user, Verb.MANAGE_PEOPLE)
    found = [
        Unsigned(each.campaign, _why(session, each))
        for each in waiting.in_review(session)
        if invites or user.id in each.authors
    ]
    return [each for each in found if each.sentence]


def why(session: Session, campaign: Campaign) -> str:
    """Which signature of this campaign nobody here can give, a sentence; empty where none."""
    found = (each for each in waiting.in_review(session) if each.campaign.id == campaign.id)
    return " ".join(_why(session, each) for each in found)


def _why(session: Session, waits: waiting.InReview) -> str:
    barred = waits.authors if accounts.organisation(session).four_eyes else frozenset()
    people = remembered(session, "people", lambda: accounts.people(session))
    return _sentence(waits.missing, people, barred)


def _sentence(lacking: Iterable[str], people: Sequence[User], barred: frozenset[int]) -> str:
    said = []
    for role in lacking:
        holders = {each.id for each in people if signing.may_sign_as(each, role)}
        if not holders - barred:
            title = roles.titles([role]).lower() if role != signing.ANY_APPROVER else "approver"
            article = "an" if title[0] in "aeiou" else "a"
            said.append(f"Nobody {'else ' if holders else ''}here is {article} {title} yet.")
    return " ".join(said)

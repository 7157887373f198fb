"""The demo clinic: fictitious people, packages and prices; each contact has a reason.

Of the 24 contacts the discount newsletter reaches ten; the other fourteen are skipped, each for
a named reason.
"""

from importlib.resources import files

from campaigns import database
from campaigns.accounts import organisation, passwords, people
from campaigns.accounts import queries as accounts
from campaigns.accounts.models import Role, User
from campaigns.contacts import importing, segments
from campaigns.contacts.importing import ImportReport, Proof
from campaigns.contacts.models import Topic
from campaigns.database import Session, Sessions
from campaigns.local.sample import history
from campaigns.planning import content, drafting
from campaigns.promotions import importing as offers
from campaigns.registry import FACTS
from campaigns.rendering import branding

OWNER = "olive@renew-health.example.com"
COORDINATOR = "cora@renew-health.example.com"
CLINICAL = "claude@renew-health.example.com"
LEGAL = "leo@renew-health.example.com"
DESK = "dana@renew-health.example.com"
VIEWER = "vera@renew-health.example.com"

_STAFF = (
    (OWNER, "Olive Owner", Role.OWNER),
    (COORDINATOR, "Cora Coordinator", Role.COORDINATOR),
    (CLINICAL, "Dr. Claude Clinical", Role.CLINICAL),
    (LEGAL, "Leo Legal", Role.LEGAL),
    (DESK, "Dana Desk", Role.DESK),
    (VIEWER, "Vera Viewer", Role.VIEWER),
)

PROOFS = {
    Topic.OFFERS: Proof(
        topics=(Topic.OFFERS,),
        source="Paper form at the front desk (demo)",
        words="Yes, email me about package offers. I can leave at any time.",
    ),
    Topic.EDUCATION: Proof(
        topics=(Topic.EDUCATION,),
        source="Sign-up form on the website (demo)",
        words="Yes, email me the monthly health letter. I can leave at any time.",
    ),
}
NEWSLETTERS = ("education.yaml", "savings.yaml")


def text(name: str) -> str:
    """One of the demo's files."""
    return (files(__name__) / name).read_text(encoding="utf-8")


def is_loaded(session: Session) -> bool:
    """Whether anything was loaded already."""
    return accounts.has_users(session)


def load(sessions: Sessions) -> None:
    """Load the clinic, its people, offers, contacts and two drafts; does nothing a second time."""
    with database.transaction(sessions) as session:
        if is_loaded(session):
            return
        set_up(session)
    for topic in Topic:
        import_contacts(sessions, topic)
    with database.transaction(sessions) as session:
        remember(session)
        write(session)


def set_up(session: Session) -> None:
    """The clinic, its people, what it sells and on what occasion, and the segments."""
    organisation.import_yaml(session, text("clinic.yaml"), actor=None)
    branding.settle(session)
    owner: User | None = None
    for address, name, role in _STAFF:
        added = people.add(session, actor=owner, address=address, name=name, roles=[role.value])
        passwords.set_password(added, passwords.DEMO)
        owner = owner or added
    coordinator = accounts.user(session, COORDINATOR)
    offers.import_packages(session, text("packages.yaml"), actor=coordinator)
    offers.import_promotions(session, text("promotions.yaml"), actor=coordinator)
    segments.import_yaml(session, text("segments.yaml"), facts=FACTS, actor=coordinator)


def import_contacts(sessions: Sessions, topic: Topic) -> ImportReport:
    """The demo's people who agreed to this topic; two rows of the offers' file are refused."""
    raw = text(f"{topic}.csv").encode()
    with database.transaction(sessions) as session:
        coordinator = accounts.user(session, COORDINATOR)
    return importing.import_contacts(sessions, raw, proof=PROOFS[topic], actor=coordinator)


def remember(session: Session) -> None:
    """What happened before today: who left, who bounced, who booked, who was written to."""
    history.withdrawals(session)
    history.suppressions(session)
    history.an_earlier_campaign(session, author=accounts.user(session, COORDINATOR))
    history.bookings(session)


def write(session: Session) -> None:
    """Both newsletters as drafts."""
    coordinator = accounts.user(session, COORDINATOR)
    for name in NEWSLETTERS:
        drafting.save(session, content.read(text(name)), actor=coordinator)

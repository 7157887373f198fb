"""The sample clinic's discount newsletter, from a draft to a campaign that sends."""

from campaigns import clock
from campaigns.accounts import queries as accounts
from campaigns.accounts.models import User
from campaigns.compliance import approval
from campaigns.database import Session, Sessions
from campaigns.delivery import dispatch, programs
from campaigns.local import sample
from campaigns.planning import queries as planning
from campaigns.planning.models import Campaign, CampaignStatus
from campaigns.registry import FACTS, REGISTRY, RULES

NAME = "package-savings"
TO_SEND = 10
"""Of the audience of 24, these get it; each of the others has its reason."""
_SIGNERS = {"clinical_approver": sample.CLINICAL, "legal_approver": sample.LEGAL}


def named(session: Session) -> Campaign:
    """The campaign."""
    return planning.named(session, NAME)


def owner(session: Session) -> User:
    """The person who looks after the installation."""
    return accounts.user(session, sample.OWNER)


def desk(session: Session) -> User:
    """A person who may not touch campaigns."""
    return accounts.user(session, sample.DESK)


def coordinator(session: Session) -> User:
    """The person who writes campaigns."""
    return accounts.user(session, sample.COORDINATOR)


def approve(sessions: Sessions) -> None:
    """Load the clinic; submit, review and sign the newsletter."""
    programs.forget()
    sample.load(sessions)
    with sessions.begin() as session:
        approval.submit(session, named(session), actor=coordinator(session))
    with sessions() as session:
        [version_id] = approval.waiting(session)
    approval.review(sessions, version_id, rules=RULES, facts=FACTS)
    with sessions.begin() as session:
        for role in approval.still_to_sign(session, named(session)):
            signer = accounts.user(session, _SIGNERS[role])
            approval.approve(session, named(session), actor=signer, reason="Read and checked.")
        assert named(session).status is CampaignStatus.APPROVED


def start(sessions: Sessions) -> None:
    """Approve it and let it go: its audience is frozen and it sends."""
    approve(sessions)
    with sessions.begin() as session:
        actor = coordinator(session)
        approval.start(session, named(session), actor=actor, rules=RULES, facts=FACTS)
        assert clock.now(session) == named(session).scheduled_at
    dispatch.start_due(sessions, REGISTRY)
    dispatch.freeze_prepared(sessions, REGISTRY)

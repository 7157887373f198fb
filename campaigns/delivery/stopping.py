"""A person pauses, resumes or cancels a campaign, or all sending at once."""

from collections.abc import Sequence

from campaigns import clock
from campaigns.accounts import audit, permissions
from campaigns.accounts import queries as accounts
from campaigns.accounts.models import User
from campaigns.accounts.permissions import Verb
from campaigns.compliance import approval, foreseen
from campaigns.contacts.facts import Fact, Rule
from campaigns.database import Session
from campaigns.delivery import bells, dispatch, lifecycle
from campaigns.errors import Blocked, NotInState
from campaigns.planning import lifecycle as campaign_lifecycle
from campaigns.planning import timing
from campaigns.planning.models import Campaign, CampaignStatus


def pause(session: Session, campaign: Campaign, *, actor: User, reason: str = "") -> None:
    """Hold a scheduled or sending campaign; it acts before the next message."""
    permissions.require(actor, Verb.STOP)
    why = f"by {actor.name}" + (f": {reason}" if reason else "")
    if not campaign_lifecycle.pause(session, campaign, reason=why):
        raise NotInState(f"“{campaign.title}” cannot be paused: it is {campaign.status.said}.")
    _audit(session, campaign, actor, "pause campaign", reason)


def resume(
    session: Session,
    campaign: Campaign,
    *,
    actor: User,
    rules: Sequence[Rule],
    facts: Sequence[Fact],
) -> None:
    """Let a paused campaign go on, after the checks of the moment at which it does.

    Before its start it is scheduled again; later, it pins the offers as they are now.
    """
    permissions.require(actor, Verb.STOP)
    if campaign.status is not CampaignStatus.PAUSED:
        raise NotInState(f"“{campaign.title}” is not paused: it is {campaign.status.said}.")
    findings = foreseen.check_resume(session, campaign, rules=rules, facts=facts)
    if findings:
        raise Blocked(
            f"“{campaign.title}” cannot go on yet:",
            findings=[f"{each.rule}: {each.message} {each.mend}" for each in findings],
        )
    goes_on_at = timing.goes_on_at(session, campaign)
    campaign.send_not_after = approval.not_after(session, campaign, goes_on_at)
    if timing.is_held_before_start(campaign):
        campaign.scheduled_at = goes_on_at
        session.flush()
    else:
        dispatch.pin_offers(session, campaign)
    campaign_lifecycle.resume(session, campaign)
    bells.ring(session, campaign.id)
    _audit(session, campaign, actor, "resume campaign")


def unschedule(session: Session, campaign: Campaign, *, actor: User) -> None:
    """Take a scheduled campaign off the schedule; its approval stands."""
    permissions.require(actor, Verb.STOP)
    campaign_lifecycle.unschedule(session, campaign)
    _audit(session, campaign, actor, "unschedule campaign")


def cancel(session: Session, campaign: Campaign, *, actor: User, reason: str = "") -> int:
    """End it for good; says how many will not get it. What already left, left."""
    permissions.require(actor, Verb.STOP)
    campaign_lifecycle.cancel(session, campaign)
    number = lifecycle.cancel_queued(session, campaign)
    _audit(session, campaign, actor, "cancel campaign", reason)
    return number


def pause_all(session: Session, *, actor: User) -> None:
    """Stop every newsletter of this installation before its next message; notices still go."""
    permissions.require(actor, Verb.PAUSE_ALL)
    clinic = accounts.organisation(session)
    if clinic.sending_paused_at is None:
        clinic.sending_paused_at, clinic.sending_paused_by = clock.now(session), actor.name
        audit.record(session, actor=actor, verb="pause all sending", subject="organisation")


def resume_all(session: Session, *, actor: User) -> None:
    """Let newsletters go again."""
    permissions.require(actor, Verb.PAUSE_ALL)
    clinic = accounts.organisation(session)
    if clinic.sending_paused_at is not None:
        clinic.sending_paused_at, clinic.sending_paused_by = None, ""
        audit.record(session, actor=actor, verb="resume all sending", subject="organisation")


def _audit(session: Session, campaign: Campaign, actor: User, verb: str, reason: str = "") -> None:
    audit.record(
        session, actor=actor, verb=verb, subject=f"campaign {campaign.name}", reason=reason
    )

"""A person has what failed or is uncertain tried again, or leaves it as it is.

Each verb locks the campaign first, as the counting of what is finished does, so that a campaign is
never finished over a row that was queued a moment ago. The intent looks at consent and suppression
again before anything leaves.
"""

from collections.abc import Sequence

from campaigns import clock
from campaigns.accounts import audit, permissions
from campaigns.accounts.models import User
from campaigns.accounts.permissions import Verb
from campaigns.compliance import approval
from campaigns.contacts.facts import Fact, Rule
from campaigns.database import Session
from campaigns.delivery import dispatch, lifecycle
from campaigns.delivery.models import Reason
from campaigns.errors import Blocked, Conflict, NotInState
from campaigns.jobs import Job, enqueue
from campaigns.planning import lifecycle as campaign_lifecycle
from campaigns.planning.models import Campaign, CampaignStatus

_TAKES_MORE = (CampaignStatus.SENDING, CampaignStatus.PAUSED, CampaignStatus.FINISHED)
_ABOUT_THE_AUDIENCE = frozenset({"GO-01", "GO-04"})
"""Findings on who would get it now; the audience was frozen at the start."""


def retry_failed(
    session: Session,
    campaign: Campaign,
    *,
    actor: User,
    reason: Reason,
    rules: Sequence[Rule],
    facts: Sequence[Fact],
) -> int:
    """Queue what failed in this way again; a finished campaign sends once more; how many.

    Raises Blocked with the findings that stand against sending a finished campaign now.
    """
    _take(session, campaign, actor)
    number = lifecycle.queue_again(session, campaign, lifecycle.failed_as(reason))
    if not number:
        raise NotInState(f"Nothing of “{campaign.title}” has failed as {reason} (any more).")
    _let_go(session, campaign, rules=rules, facts=facts)
    _audit(session, campaign, actor, "retry failed messages", number, kind=reason.value)
    return number


def resend_uncertain(
    session: Session,
    campaign: Campaign,
    *,
    actor: User,
    expected: int,
    rules: Sequence[Rule],
    facts: Sequence[Fact],
) -> int:
    """Queue the undecided uncertain ones again, though a person may get it twice; how many.

    `expected` is the number that the person saw; raises Conflict where it is another one by now.
    """
    _take(session, campaign, actor)
    number = lifecycle.queue_again(session, campaign, lifecycle.undecided())
    if not number:
        raise NotInState(f"Nothing of “{campaign.title}” is uncertain (any more).")
    if number != expected:
        raise Conflict(
            f"{number} messages of “{campaign.title}” are uncertain now, not {expected}. "
            "Nothing was sent again; look at the number and decide once more."
        )
    _let_go(session, campaign, rules=rules, facts=facts)
    _audit(session, campaign, actor, "send uncertain messages again", number)
    return number


def leave_uncertain(session: Session, campaign: Campaign, *, actor: User) -> int:
    """Settle the uncertain ones as they are: they are never sent again; how many."""
    permissions.require(actor, Verb.MEND_SENDING)
    number = lifecycle.leave(session, campaign)
    if number:
        _audit(session, campaign, actor, "leave messages as uncertain", number)
    return number


def take_up_uncertain(session: Session, campaign: Campaign, *, actor: User) -> int:
    """Open the question of those left as uncertain once more; how many."""
    permissions.require(actor, Verb.MEND_SENDING)
    number = lifecycle.take_up(session, campaign)
    if number:
        _audit(session, campaign, actor, "ask about uncertain messages again", number)
    return number


def _take(session: Session, campaign: Campaign, actor: User) -> None:
    permissions.require(actor, Verb.MEND_SENDING)
    session.refresh(campaign, with_for_update=True)
    if campaign.status not in _TAKES_MORE:
        raise NotInState(
            f"Nothing of “{campaign.title}” can be sent: it is {campaign.status.said}."
        )


def _let_go(
    session: Session, campaign: Campaign, *, rules: Sequence[Rule], facts: Sequence[Fact]
) -> None:
    """A finished campaign sends again, after the checks of a start; the others go on by themselves.

    The next round of upkeep gathers the rows into batches; a paused campaign keeps them queued.
    """
    if campaign.status is CampaignStatus.FINISHED:
        found = approval.check_start(session, campaign, rules=rules, facts=facts)
        against = [each for each in found if each.rule not in _ABOUT_THE_AUDIENCE]
        if against:
            raise Blocked(
                f"“{campaign.title}” cannot send again:",
                findings=[f"{each.rule}: {each.message} {each.mend}" for each in against],
            )
        until = approval.not_after(session, campaign, clock.now(session))
        dispatch.pin_offers(session, campaign)
        campaign_lifecycle.reopen(session, campaign, send_not_after=until)
    enqueue(session, Job.REAP)


def _audit(
    session: Session, campaign: Campaign, actor: User, verb: str, number: int, **after: str
) -> None:
    audit.record(
        session,
        actor=actor,
        verb=verb,
        subject=f"campaign {campaign.name}",
        after={"messages": number} | after,
    )

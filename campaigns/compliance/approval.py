"""The gate: submit, review, approve, schedule, start; the checks first, the status after.

Pages, API and commands call these verbs, never `planning.lifecycle` beneath. An approval is bound
to the hash of the frozen content, by every role that the findings ask for.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete

from campaigns import clock, database
from campaigns.accounts import audit, permissions
from campaigns.accounts import queries as accounts
from campaigns.accounts.models import User
from campaigns.accounts.permissions import Verb
from campaigns.clock import Moment
from campaigns.compliance import preflight, queries, signing
from campaigns.compliance import seen as shown
from campaigns.compliance.findings import Finding, finding
from campaigns.compliance.models import Severity, StoredFinding
from campaigns.contacts.facts import Fact, Rule
from campaigns.database import Session, Sessions
from campaigns.errors import BedsideError, Blocked, Invalid, NotInState
from campaigns.jobs import Job, enqueue
from campaigns.planning import drafting, lifecycle, timing
from campaigns.planning import queries as planning
from campaigns.planning.models import Campaign, CampaignApproval, CampaignStatus, CampaignVersion
from campaigns.promotions import queries as catalogue
from campaigns.rendering import freeze
from campaigns.rendering import queries as rendering
from campaigns.rendering.message import Rendered


def check(
    session: Session, campaign: Campaign, *, rules: Sequence[Rule], facts: Sequence[Fact]
) -> list[Finding]:
    """What a submission would find now; stores nothing. Raises Invalid where it cannot render."""
    return look(session, campaign, rules=rules, facts=facts)[1]


def look(
    session: Session, campaign: Campaign, *, rules: Sequence[Rule], facts: Sequence[Fact]
) -> tuple[Rendered, list[Finding]]:
    """The same, with the message that it was found in."""
    version = planning.newest_version(session, campaign)
    content = freeze.unstored(session, version)
    rendered = Rendered.of_content(content, campaign_id=campaign.id)
    found = preflight.run(session, campaign, version, rendered, rules=rules, facts=facts)
    return rendered, found


def submit(session: Session, campaign: Campaign, *, actor: User, seen: str | None = None) -> None:
    """Hand a draft over to be rendered and checked; signatures under earlier content are void.

    Raises Changed where it is not as `seen`, the mark of what this person was shown.
    """
    permissions.require(actor, Verb.SUBMIT)
    if campaign.status is CampaignStatus.DRAFT:
        shown.require(session, campaign, seen)
    version = planning.newest_version(session, campaign)
    if version.content_hash and campaign.status is CampaignStatus.DRAFT:
        # What was frozen once is never rendered again: prices may have changed since.
        version = drafting.edit(
            session,
            campaign,
            actor=actor,
            subject=version.subject,
            preheader=version.preheader,
            blocks=version.blocks,
        )
    lifecycle.submit(session, campaign)
    session.execute(delete(CampaignApproval).where(CampaignApproval.campaign_id == campaign.id))
    _audit(session, campaign, actor, "submit campaign", after={"revision": version.revision})
    enqueue(session, Job.RENDER, version_id=version.id)


def waiting(session: Session) -> list[int]:
    """The versions that were submitted and not reviewed yet (index on status), oldest first."""
    left = planning.in_status(session, CampaignStatus.RENDERING)
    return [planning.newest_version(session, each).id for each in left]


def give_up(session: Session, version_id: int, *, error: str) -> None:
    """Send a version back to its author that our own fault keeps from being reviewed."""
    version = session.get_one(CampaignVersion, version_id)
    campaign = session.get_one(Campaign, version.campaign_id)
    lifecycle.refuse(
        session,
        campaign,
        reason=f"It could not be rendered because of a fault of ours ({error}). "
        "Tell the operator: the worker's log has the details.",
    )


def review(
    sessions: Sessions, version_id: int, *, rules: Sequence[Rule], facts: Sequence[Fact]
) -> None:
    """Freeze what was submitted and run every check: back to draft, or open for signatures.

    A long verb of one transaction; run twice, or for a version that was edited since, it does
    nothing.
    """
    with database.transaction(sessions) as session:
        version = session.get_one(CampaignVersion, version_id)
        campaign = session.get_one(Campaign, version.campaign_id, with_for_update=True)
        is_waiting = campaign.status is CampaignStatus.RENDERING
        if not is_waiting or campaign.revision != version.revision:
            return
        try:
            with session.begin_nested():
                rendered = Rendered.of(freeze.freeze(session, version))
                found = preflight.run(
                    session, campaign, version, rendered, rules=rules, facts=facts
                )
        except BedsideError as error:
            lifecycle.refuse(session, campaign, reason=f"It cannot be rendered: {error}")
            return
        preflight.store(session, version, found)
        _decide(session, campaign, found)


def _decide(session: Session, campaign: Campaign, found: list[Finding]) -> None:
    stopping = preflight.blocking(found)
    if stopping:
        rules = ", ".join(dict.fromkeys(each.rule for each in stopping))
        lifecycle.refuse(session, campaign, reason=f"{len(stopping)} findings block it: {rules}")
    else:
        lifecycle.open_review(session, campaign)


def approve(
    session: Session, campaign: Campaign, *, actor: User, reason: str = "", seen: str | None = None
) -> tuple[str, ...]:
    """Sign for every role of this person that is asked for; the roles that are still missing.

    With the last signature the campaign is approved. Findings that ask for a review ask for a
    reason, which is kept with the signature. Raises Changed where it is not as `seen`.
    """
    session.refresh(campaign, with_for_update=True)
    if campaign.status is not CampaignStatus.IN_REVIEW:
        raise NotInState(f"“{campaign.title}” is not in review: it is {campaign.status.said}.")
    version = planning.newest_version(session, campaign)
    roles = signing.require_may_sign(session, campaign, version, actor)
    shown.require(session, campaign, seen)
    if roles != (signing.ANY_APPROVER,) and not reason.strip():
        raise Invalid("Findings ask for your judgement: say why you sign (--reason).")
    if signing.is_own(session, campaign, actor):
        reason = f"Own campaign, four-eyes approval is off. {reason}".strip()
    for role in roles:
        session.add(
            CampaignApproval(
                campaign_id=campaign.id,
                content_hash=version.content_hash,
                role=role,
                user_id=actor.id,
                reason=reason,
                at=clock.now(session),
            )
        )
    session.flush()
    after = {"roles": ", ".join(roles), "content_hash": version.content_hash}
    _audit(session, campaign, actor, "sign campaign", after=after, reason=reason)
    still = signing.missing(session, campaign, version)
    if not still:
        lifecycle.approve(session, campaign)
    return still


def send_back(session: Session, campaign: Campaign, *, actor: User, reason: str) -> None:
    """Return it to its author with a note; its signatures count no more."""
    permissions.require(actor, Verb.APPROVE)
    lifecycle.send_back(session, campaign, reason=reason)
    _audit(session, campaign, actor, "send campaign back", reason=reason)


def schedule(
    session: Session,
    campaign: Campaign,
    *,
    actor: User,
    moment: Moment,
    rules: Sequence[Rule],
    facts: Sequence[Fact],
) -> None:
    """Set the moment at which it starts; checked against the facts of that moment.

    Raises Invalid for the past and Blocked with every finding that stands against it.
    """
    permissions.require(actor, Verb.SCHEDULE)
    now = clock.now(session)
    if moment.instant < now:
        said = clock.local_text(moment.instant, moment.zone)
        raise Invalid(f"{said} is in the past: it is now {clock.local_text(now, moment.zone)}.")
    if campaign.status is not CampaignStatus.APPROVED:
        raise NotInState(
            f"“{campaign.title}” cannot be scheduled: it is {campaign.status.said}, not approved."
        )
    found = against(session, campaign, rules=rules, facts=facts, at=moment.instant)
    if found:
        raise Blocked(f"“{campaign.title}” cannot be scheduled:", findings=[str(f) for f in found])
    last_moment = not_after(session, campaign, moment.instant)
    lifecycle.schedule(session, campaign, moment=moment, send_not_after=last_moment)
    after = {"at": moment.instant.isoformat(), "zone": moment.zone}
    _audit(session, campaign, actor, "schedule campaign", after=after)


def start(
    session: Session,
    campaign: Campaign,
    *,
    actor: User,
    rules: Sequence[Rule],
    facts: Sequence[Fact],
) -> None:
    """Schedule it for this very moment: the next tick starts it."""
    now = clock.now(session)
    zone = accounts.organisation(session).zone
    local = now.astimezone(clock.zone(zone)).replace(tzinfo=None)
    moment = Moment(local=local, zone=zone, instant=now, shift="")
    schedule(session, campaign, actor=actor, moment=moment, rules=rules, facts=facts)
    enqueue(session, Job.START_DUE)


def check_start(
    session: Session, campaign: Campaign, *, rules: Sequence[Rule], facts: Sequence[Fact]
) -> list[Finding]:
    """What stands against sending it now; empty: let it go.

    Its promotions are kept from being edited until the transaction ends, so that what was checked
    is what gets pinned.
    """
    catalogue.stand_still(session, planning.promotion_ids(session, campaign))
    return against(session, campaign, rules=rules, facts=facts, at=clock.now(session))


def still_to_sign(session: Session, campaign: Campaign) -> tuple[str, ...]:
    """The roles that a campaign in review waits for."""
    if campaign.status is not CampaignStatus.IN_REVIEW:
        return ()
    return signing.missing(session, campaign, planning.newest_version(session, campaign))


def stored_findings(session: Session, campaign: Campaign) -> list[StoredFinding]:
    """What was found in the newest version when it was submitted, worst first."""
    return queries.of_version(session, planning.newest_version(session, campaign))


def against(
    session: Session,
    campaign: Campaign,
    *,
    rules: Sequence[Rule],
    facts: Sequence[Fact],
    at: datetime,
) -> list[Finding]:
    """Every finding that stops it at that moment, and the signatures that are missing."""
    version = planning.newest_version(session, campaign)
    program = rendering.program_of(session, version.id, language=version.language)
    if program is None or program.content_hash != version.content_hash:
        return [finding("GO-03", "approval", roles="everyone")]
    rendered = Rendered.of(program)
    found = preflight.run(session, campaign, version, rendered, rules=rules, facts=facts, at=at)
    wanted = {each.role for each in found if each.severity is Severity.REVIEW}
    wanted |= set(signing.asked(session, version))
    signed = {each.role for each in planning.approvals(session, campaign, version.content_hash)}
    stopping = preflight.blocking(found)
    if wanted - signed:
        stopping.append(finding("GO-03", "approval", roles=", ".join(sorted(wanted - signed))))
    return stopping


def not_after(session: Session, campaign: Campaign, starts_at: datetime) -> datetime:
    """Until when a delivery may still leave: some hours, never past an offer or its last day.

    Raises Invalid where the last day that was chosen is over before it starts.
    """
    return timing.ends(session, campaign, starts_at)


def _audit(
    session: Session,
    campaign: Campaign,
    actor: User,
    verb: str,
    *,
    after: dict[str, Any] | None = None,
    reason: str = "",
) -> None:
    subject = f"campaign {campaign.name}"
    audit.record(session, actor=actor, verb=verb, subject=subject, after=after, reason=reason)

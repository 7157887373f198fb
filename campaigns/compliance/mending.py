"""Mend a finding by itself, shown before it is done and undone as easily; each is a new version."""

from pydantic import TypeAdapter, ValidationError

from campaigns.accounts.models import User
from campaigns.compliance.menders import MENDERS, Draft, Mend
from campaigns.database import Session
from campaigns.errors import BedsideError, Conflict, Invalid, NotInState
from campaigns.planning import content, drafting, queries
from campaigns.planning.fields import Line
from campaigns.planning.models import Campaign, CampaignVersion
from campaigns.promotions import claims
from campaigns.promotions import queries as promotions

_LINE: TypeAdapter[str] = TypeAdapter(Line)


def read(session: Session, campaign: Campaign, version: CampaignVersion) -> Draft:
    """The content of a version as menders see it."""
    ids = queries.promotion_ids(session, campaign)
    at = claims.first_moment(session, ids)
    claim = claims.best(session, ids, at=at, language=version.language) if ids else None
    carried = promotions.by_ids(session, ids)
    return Draft(
        subject=version.subject,
        preheader=version.preheader,
        blocks=tuple(content.raw(content.parse(version.blocks))),
        promotion=carried[0].code if carried else "",
        percent=claim.percent if claim else 0,
        reaches_enough=claim.reaches_enough if claim else False,
    )


def offered(draft: Draft, *, rule: str, place: str) -> Mend | None:
    """The change that ends this finding; None where only a person can.

    A change after which the content could not be saved is none: the page that asks opens anyway.
    """
    mender = MENDERS.get(rule)
    try:
        mend = mender(draft, place) if mender else None
    except BedsideError:
        return None
    return mend if mend and _can_be_saved(mend.draft, draft) else None


def _can_be_saved(draft: Draft, before: Draft) -> bool:
    changed = {draft.subject, draft.preheader} - {before.subject, before.preheader}
    try:
        content.parse(draft.blocks)
        for each in changed:
            _LINE.validate_python(each)
    except (Invalid, ValidationError):
        return False
    return True


def apply(
    session: Session, campaign: Campaign, *, actor: User, rule: str, place: str, revision: int
) -> Mend:
    """Make the change as a new version; what was signed is a draft again.

    Raises Conflict where somebody edited since `revision`, or where nothing is left to mend.
    """
    _require_unchanged(session, campaign, revision)
    draft = read(session, campaign, queries.newest_version(session, campaign))
    mend = offered(draft, rule=rule, place=place)
    if mend is None:
        raise Conflict("There is nothing left here that can be mended by itself. Check again.")
    _save(session, campaign, actor, mend.draft)
    return mend


def refresh(session: Session, campaign: Campaign, *, actor: User, revision: int) -> None:
    """The same content as a new draft, so that its prices and terms are read anew."""
    _require_unchanged(session, campaign, revision)
    version = queries.newest_version(session, campaign)
    draft = Draft(version.subject, version.preheader, tuple(version.blocks))
    _save(session, campaign, actor, draft)


def undo(session: Session, campaign: Campaign, *, actor: User, revision: int) -> None:
    """Bring back the content before `revision`, as a version of its own.

    Raises NotInState where somebody edited since.
    """
    _require_unchanged(session, campaign, revision)
    earlier = queries.version_at(session, campaign, revision - 1)
    draft = Draft(earlier.subject, earlier.preheader, tuple(earlier.blocks))
    _save(session, campaign, actor, draft)


def _require_unchanged(session: Session, campaign: Campaign, revision: int) -> None:
    session.refresh(campaign, with_for_update=True)
    if campaign.revision != revision:
        raise NotInState(
            "Somebody changed the content in the meantime, so nothing was done. "
            "Look at it as it is now, and check again."
        )


def _save(session: Session, campaign: Campaign, actor: User, draft: Draft) -> None:
    drafting.edit(
        session,
        campaign,
        actor=actor,
        subject=draft.subject,
        preheader=draft.preheader,
        blocks=list(draft.blocks),
    )

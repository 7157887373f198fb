"""Ask somebody to work here: a letter with a link, with which they choose a password and are in."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from sqlalchemy import select

from campaigns import addresses, clock, notices, public_urls
from campaigns.accounts import audit, link_tokens, passwords, people, permissions
from campaigns.accounts import roles as words
from campaigns.accounts.models import Invitation, User
from campaigns.accounts.permissions import Verb
from campaigns.database import Session
from campaigns.errors import BadToken, Conflict, NotFound
from campaigns.notices import Notice, NoticeStatus

HOLDS = timedelta(days=7)
KIND = "invitation"


def invite(
    session: Session, *, actor: User, address: str, name: str, roles: Sequence[str]
) -> Invitation:
    """Leave the letter; raises Conflict where they work here or are asked already."""
    permissions.require(actor, Verb.MANAGE_PEOPLE)
    known = words.read(roles)
    to = addresses.parse(address)
    tidy = people.tidy_name(name)
    _require_stranger(session, to.canonical)
    now = clock.now(session)
    earlier = _of_address(session, to.canonical)
    if earlier is not None:
        if earlier.expires_at > now:
            raise Conflict(f"{to.canonical} was invited already. Send that letter again instead.")
        earlier.withdrawn_at = now
        session.flush()
    invitation = Invitation(
        address=to.canonical,
        name=tidy,
        roles=[each.value for each in known],
        token_hash=b"",
        invited_by=actor.id,
        created_at=now,
        sent_at=now,
        expires_at=now,
    )
    _send(session, invitation, actor=actor)
    _record(session, invitation, actor=actor, verb="invite", after={"roles": invitation.roles})
    return invitation


def resend(session: Session, invitation: Invitation, *, actor: User) -> None:
    """Leave the letter once more with a new link; the old link ends, the seven days begin anew."""
    permissions.require(actor, Verb.MANAGE_PEOPLE)
    _require_waiting(invitation)
    invitation.invited_by = actor.id
    _send(session, invitation, actor=actor)
    _record(session, invitation, actor=actor, verb="invite again")


def withdraw(session: Session, invitation: Invitation, *, actor: User) -> None:
    """End the link before it is used."""
    permissions.require(actor, Verb.MANAGE_PEOPLE)
    _require_waiting(invitation)
    invitation.withdrawn_at = clock.now(session)
    _record(session, invitation, actor=actor, verb="withdraw invitation")


def find(session: Session, token: str) -> tuple[Invitation, User]:
    """The invitation of this link and who asks, while it holds; raises BadToken saying why not."""
    return _standing(session, token, hold=False)


def accept(session: Session, token: str, *, name: str, password: str) -> User:
    """Somebody comes to work here; the link is used up. Raises BadToken, Invalid, Conflict."""
    invitation, inviter = _standing(session, token, hold=True)
    # First of all, so that a poor password leaves nobody behind who works here without one.
    passwords.require_good(password, user=User(address=invitation.address, name=name))
    user = people.add(
        session, actor=inviter, address=invitation.address, name=name, roles=invitation.roles
    )
    passwords.set_password(user, password)
    invitation.used_at = clock.now(session)
    _record(session, invitation, actor=user, verb="accept invitation")
    return user


def by_id(session: Session, invitation_id: int) -> Invitation:
    """The invitation of this number (primary key), locked; raises NotFound."""
    found = session.get(Invitation, invitation_id, with_for_update=True)
    if found is None:
        raise NotFound("There is no such invitation.")
    return found


def waiting(session: Session) -> list[Invitation]:
    """Those that nobody used or withdrew, the newest first (a handful of rows)."""
    return list(
        session.scalars(
            select(Invitation)
            .where(Invitation.used_at.is_(None), Invitation.withdrawn_at.is_(None))
            .order_by(Invitation.id.desc())
        )
    )


def unsent(session: Session, those: Iterable[Invitation]) -> set[int]:
    """Those among these whose letter could not be sent (unique index on the letter's key)."""
    keys = {_letter_key(each): each.id for each in those}
    failed = select(Notice.key).where(Notice.key.in_(keys), Notice.status == NoticeStatus.FAILED)
    return {keys[each] for each in session.scalars(failed)}


def _letter_key(invitation: Invitation) -> str:
    """A letter for each link, so that sending again is a letter of its own."""
    return f"{KIND}:{invitation.id}:{invitation.token_hash.hex()[:16]}"


def _require_stranger(session: Session, canonical: str) -> None:
    known = session.scalar(select(User).where(User.address == canonical))
    if known is None:
        return
    if known.disabled_at is not None:
        raise Conflict(f"{canonical} worked here before. Let them in again instead.")
    raise Conflict(f"{canonical} works here already.")


def _require_waiting(invitation: Invitation) -> None:
    if invitation.used_at is not None:
        raise Conflict(f"{invitation.name} has accepted already.")
    if invitation.withdrawn_at is not None:
        raise Conflict("This invitation was withdrawn. Invite them anew.")


def _of_address(session: Session, canonical: str) -> Invitation | None:
    """The standing invitation of an address (uq_staff_invitation_standing)."""
    return session.scalar(
        select(Invitation).where(
            Invitation.address == canonical,
            Invitation.used_at.is_(None),
            Invitation.withdrawn_at.is_(None),
        )
    )


def _standing(session: Session, token: str, *, hold: bool) -> tuple[Invitation, User]:
    query = select(Invitation).where(Invitation.token_hash == link_tokens.hashed(token))
    if hold:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.scalar(query)
    if found is None:
        raise BadToken("This invitation is damaged, or a newer letter replaced it.")
    if found.used_at is not None:
        raise BadToken("This invitation was used already. Sign in with the password you chose.")
    inviter = session.get_one(User, found.invited_by)
    holds = found.withdrawn_at is None and found.expires_at > clock.now(session)
    if not holds or not permissions.may(inviter, Verb.MANAGE_PEOPLE):
        raise BadToken("This invitation holds no more. Ask who invited you for a new one.")
    return found, inviter


def _send(session: Session, invitation: Invitation, *, actor: User) -> None:
    token, now = link_tokens.make(), clock.now(session)
    invitation.token_hash = link_tokens.hashed(token)
    invitation.sent_at, invitation.expires_at = now, now + HOLDS
    session.add(invitation)
    session.flush()
    notices.leave(
        session,
        key=_letter_key(invitation),
        kind=KIND,
        to=addresses.parse(invitation.address),
        name=invitation.name,
        context={
            "inviter": actor.name,
            "roles": words.titles(invitation.roles),
            "invitation_url": public_urls.invitation(token),
        },
    )


def _record(
    session: Session,
    invitation: Invitation,
    *,
    actor: User,
    verb: str,
    after: dict[str, object] | None = None,
) -> None:
    subject = f"user {invitation.address}"
    audit.record(session, actor=actor, verb=verb, subject=subject, after=after)

"""Saved rules over contacts: read from YAML, checked against the facts, turned into SQL.

A rule is one of `{all: [rule, ...]}`, `{any: [...]}`, `{none: [...]}` or `{fact: value}`.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from itertools import count
from typing import Any

import yaml
from sqlalchemy import ColumnElement, and_, false, func, not_, or_, select
from sqlalchemy.dialects.postgresql import insert

from campaigns import clock
from campaigns.accounts import audit, permissions
from campaigns.accounts.models import User
from campaigns.accounts.permissions import Verb
from campaigns.contacts.facts import AudienceContext, Fact
from campaigns.contacts.models import Contact, Segment, Topic
from campaigns.database import Session
from campaigns.errors import BadFile, Invalid, NotFound

_DEEPEST = 8
EVERYONE = "everyone"
EVERYONE_TITLE = "Everyone who agreed to hear from us"


def compile_rule(
    rule: Any, *, facts: Mapping[str, Fact], context: AudienceContext, depth: int = 0
) -> ColumnElement[bool]:
    """The SQL condition of a rule; raises Invalid that names what is not understood."""
    if not isinstance(rule, dict) or len(rule) != 1 or depth > _DEEPEST:
        raise Invalid("A rule is one of all, any, none or a fact with its value.")
    [(word, value)] = rule.items()
    if word in {"all", "any", "none"}:
        if not isinstance(value, list) or not value:
            raise Invalid(f"`{word}` takes a list of rules.")
        parts = [
            compile_rule(each, facts=facts, context=context, depth=depth + 1) for each in value
        ]
        if word == "all":
            return and_(*parts)
        return or_(*parts) if word == "any" else not_(or_(*parts))
    if word not in facts:
        raise Invalid(f"`{word}` is not known; segments may ask: {', '.join(sorted(facts))}.")
    # What is unknown (never clicked) does not hold: "none clicked" must not lose those people.
    return func.coalesce(facts[word].condition(context, value), false())


def members(
    segment: Segment, *, facts: Iterable[Fact], context: AudienceContext
) -> ColumnElement[bool]:
    """The condition over `Contact` that holds for everyone the segment names."""
    by_name = {fact.name: fact for fact in facts}
    condition = compile_rule(segment.rule, facts=by_name, context=context)
    return and_(Contact.erased_at.is_(None), condition)


def import_yaml(
    session: Session, text: str, *, facts: Iterable[Fact], actor: User
) -> list[Segment]:
    """Take segments in from YAML: a list under `segments` of name, title and rule."""
    permissions.require(actor, Verb.EDIT_SEGMENTS)
    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise BadFile("this is not YAML", line=mark.line + 1 if mark else None) from error
    entries = document.get("segments") if isinstance(document, dict) else None
    if not isinstance(entries, list) or not entries:
        raise BadFile("A segments file has a list under `segments:`.")
    known = list(facts)
    return [_saved_from_file(session, entry, known, actor) for entry in entries]


def save(
    session: Session,
    *,
    name: str,
    title: str,
    rule: Any,
    facts: Iterable[Fact],
    actor: User,
) -> Segment:
    """Make a segment or change it; raises Invalid for a rule that is not understood."""
    permissions.require(actor, Verb.EDIT_SEGMENTS)
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{1,79}", name):
        raise Invalid(f"{name!r} cannot name a segment: use a-z, 0-9 and hyphens.")
    if not title.strip():
        raise Invalid(f"Segment {name} needs a title.")
    now = clock.now(session)
    segment = session.scalar(select(Segment).where(Segment.name == name))
    if segment is None:
        segment = Segment(name=name)
        session.add(segment)
    before = {"title": segment.title, "rule": segment.rule} if segment.rule else {}
    segment.title, segment.rule, segment.updated_at = title.strip(), rule, now
    members(segment, facts=facts, context=AudienceContext(topic=Topic.EDUCATION, now=now))
    session.flush()
    after = {"title": segment.title, "rule": segment.rule}
    audit.record(
        session,
        actor=actor,
        verb="save segment",
        subject=f"segment {name}",
        before={each: old for each, old in before.items() if old != after[each]},
        after={each: new for each, new in after.items() if before.get(each) != new},
    )
    return segment


def rename(session: Session, segment: Segment, *, title: str, actor: User) -> None:
    """Call it something else; its rule and the campaigns that use it stay as they are."""
    permissions.require(actor, Verb.EDIT_SEGMENTS)
    if not title.strip():
        raise Invalid("A segment needs a name.")
    before, segment.title = segment.title, title.strip()
    session.flush()
    audit.record(
        session,
        actor=actor,
        verb="rename segment",
        subject=f"segment {segment.name}",
        before={"title": before},
        after={"title": segment.title},
    )


def free_name(session: Session, title: str) -> str:
    """A name for a new segment, made from its title, that no other has (unique index)."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    base = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60] or "segment"
    base = base if len(base) > 1 else f"segment-{base}"
    taken = set(session.scalars(select(Segment.name).where(Segment.name.startswith(base))))
    numbered = (f"{base}-{number}" for number in count(2))
    return base if base not in taken else next(each for each in numbered if each not in taken)


def size(session: Session, rule: Any, *, facts: Iterable[Fact]) -> int:
    """How many contacts a rule names now (one scan); raises Invalid."""
    context = AudienceContext(topic=Topic.EDUCATION, now=clock.now(session))
    condition = members(Segment(rule=rule), facts=facts, context=context)
    return session.scalar(select(func.count(Contact.id)).where(condition)) or 0


def _saved_from_file(session: Session, entry: Any, facts: list[Fact], actor: User) -> Segment:
    if not isinstance(entry, dict) or set(entry) != {"name", "title", "rule"}:
        raise BadFile("Each segment has a name, a title and a rule, and nothing else.")
    name, title = str(entry["name"]), str(entry["title"] or "")
    try:
        return save(session, name=name, title=title, rule=entry["rule"], facts=facts, actor=actor)
    except Invalid as error:
        about = "" if name in str(error) else f"Segment {name}: "
        raise BadFile(f"{about}{error}") from error


def named(session: Session, name: str) -> Segment:
    """The segment of this name (unique index); raises NotFound."""
    found = session.scalar(select(Segment).where(Segment.name == name))
    if found is None:
        raise NotFound(f"There is no segment {name}.", what="segment")
    return found


def everyone(session: Session) -> Segment:
    """The segment of all contacts, made where there is none: the rules of consent come on top."""
    made = insert(Segment).values(
        name=EVERYONE,
        title=EVERYONE_TITLE,
        rule={"everyone": True},
        updated_at=clock.now(session),
    )
    session.execute(made.on_conflict_do_nothing(index_elements=["name"]))
    return named(session, EVERYONE)

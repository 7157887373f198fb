"""Saved rules over contacts: read from YAML, checked against the facts, turned into SQL.

A rule is one of `{all: [rule, ...]}`, `{any: [...]}`, `{none: [...]}` or `{fact: value}`.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import yaml
from sqlalchemy import ColumnElement, and_, false, func, not_, or_, select

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
    return [_save(session, entry, known, actor) for entry in entries]


def _save(session: Session, entry: Any, facts: list[Fact], actor: User) -> Segment:
    if not isinstance(entry, dict) or set(entry) != {"name", "title", "rule"}:
        raise BadFile("Each segment has a name, a title and a rule, and nothing else.")
    name, title = str(entry["name"]), str(entry["title"] or "").strip()
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{1,79}", name):
        raise BadFile(f"{name!r} cannot name a segment: use a-z, 0-9 and hyphens.")
    if not title:
        raise BadFile(f"Segment {name} needs a title.")
    now = clock.now(session)
    segment = session.scalar(select(Segment).where(Segment.name == name))
    if segment is None:
        segment = Segment(name=name)
        session.add(segment)
    before = segment.rule
    segment.title, segment.rule, segment.updated_at = title, entry["rule"], now
    try:
        members(segment, facts=facts, context=AudienceContext(topic=Topic.EDUCATION, now=now))
    except Invalid as error:
        raise BadFile(f"Segment {name}: {error}") from error
    session.flush()
    audit.record(
        session,
        actor=actor,
        verb="save segment",
        subject=f"segment {name}",
        before={"rule": before} if before else {},
        after={"rule": segment.rule},
    )
    return segment


def named(session: Session, name: str) -> Segment:
    """The segment of this name (unique index); raises NotFound."""
    found = session.scalar(select(Segment).where(Segment.name == name))
    if found is None:
        raise NotFound(f"There is no segment {name}. `bedside segments list` shows them.")
    return found


def everyone(session: Session) -> Segment:
    """The segment of all contacts, made where there is none: the rules of consent come on top."""
    known = session.scalar(select(Segment).where(Segment.name == EVERYONE))
    if known is None:
        known = Segment(
            name=EVERYONE,
            title="Everyone who agreed to hear from us",
            rule={"everyone": True},
            updated_at=clock.now(session),
        )
        session.add(known)
        session.flush()
    return known

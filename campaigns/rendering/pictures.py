"""Pictures of the clinic's own: written anew, then kept under the name of what is in them.

A name never stands for anything else, and what a message shows is never removed: so a message that
was sent looks in ten years as it looked on its day.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from campaigns import clock
from campaigns.accounts import audit, permissions
from campaigns.accounts.models import User
from campaigns.accounts.permissions import Verb
from campaigns.database import Session
from campaigns.errors import Conflict, NotFound
from campaigns.rendering import picture_reading, queries, shipped
from campaigns.rendering.models import Picture
from campaigns.rendering.picture_reading import Fresh
from campaigns.rendering.showing import names_in

SMALLER = (256, 600)
"""How wide a picture is kept besides: for 128 and for 300 points on a sharp screen."""
_LONGEST_NAME = 120
_FILE = re.compile(r"[0-9a-f]{20}(?:-\d{3})?\.(?:png|jpg)")


@dataclass(frozen=True, slots=True)
class Taken:
    """A picture that was given; `said` is what its person should know of it."""

    name: str
    is_new: bool
    said: str = ""


class File(NamedTuple):
    """What is served under a picture's name."""

    kind: str
    content: bytes


def take(session: Session, *, actor: User, content: bytes, file_name: str = "") -> Taken:
    """Keep this file as a picture for messages; raises Invalid saying why it cannot be one."""
    permissions.require(actor, Verb.EDIT_CAMPAIGNS)
    fresh = picture_reading.read(content)
    called = _tidy(file_name)
    name = name_of(fresh)
    if session.get(Picture, name) is not None:
        return Taken(name, is_new=False, said=fresh.said)
    keep(session, fresh, actor=actor, file_name=called)
    audit.record(
        session,
        actor=actor,
        verb="add picture",
        subject=f"picture {name}",
        after={"file": called, "width": fresh.width, "height": fresh.height},
    )
    return Taken(name, is_new=True, said=fresh.said)


def name_of(fresh: Fresh) -> str:
    """The name that is made of a picture's content."""
    return f"{hashlib.sha256(fresh.content).hexdigest()[:20]}.{fresh.ending}"


def keep(
    session: Session, fresh: Fresh, *, actor: User, file_name: str = "", is_logo: bool = False
) -> str:
    """Keep a picture that was written anew, and it made smaller; its name. Twice is once."""
    name = name_of(fresh)
    about = {"file_name": file_name, "made_by": actor.id, "was_logo": is_logo}
    _store(session, fresh, about | {"name": name})
    for width in SMALLER:
        if width < fresh.width:
            less = picture_reading.smaller(fresh, width=width)
            called = f"{name.partition('.')[0]}-{width}.{less.ending}"
            _store(session, less, about | {"name": called, "of": name})
    return name


def remove(session: Session, *, actor: User, name: str) -> None:
    """Forget a picture that no message shows; raises Conflict saying where it is shown."""
    permissions.require(actor, Verb.EDIT_CAMPAIGNS)
    found = session.get(Picture, name)
    if found is None or found.of is not None:
        raise NotFound("There is no such picture.")
    if found.was_logo:
        raise Conflict(
            "This picture stays: it is or was the logo, and letters already sent show it."
        )
    where = queries.shows(session, name)
    if where:
        raise Conflict(
            f"This picture stays: {_named(where)} shows it, now or in an earlier version, and a "
            "message that was sent keeps its pictures."
        )
    session.execute(delete(Picture).where(Picture.of == name))
    session.execute(delete(Picture).where(Picture.name == name))
    audit.record(
        session,
        actor=actor,
        verb="remove picture",
        subject=f"picture {name}",
        before={"file": found.file_name, "width": found.width, "height": found.height},
    )


def hold(session: Session, blocks: Iterable[Mapping[str, Any]]) -> None:
    """Keep what these blocks show of the pictures that came along, should those ever go."""
    for _block, name in names_in(blocks):
        for each in sorted(shipped.sizes(name), key=lambda size: size.of or ""):
            fresh = Fresh(each.content, each.kind, each.width, each.height)
            _store(session, fresh, {"name": each.name, "of": each.of, "file_name": each.title})


def file(session: Session, name: str) -> File:
    """What is served under this name (primary key), else what came along; raises NotFound."""
    known = _FILE.fullmatch(name)
    found = known and (session.get(Picture, name) or shipped.named(name))
    if not found:
        raise NotFound("There is no such picture.")
    return File(found.kind, found.content)


def _store(session: Session, fresh: Fresh, about: Mapping[str, Any]) -> None:
    row = {
        "kind": fresh.kind,
        "content": fresh.content,
        "width": fresh.width,
        "height": fresh.height,
        "made_at": clock.now(session),
        **about,
    }
    stored = insert(Picture).values(row)
    session.execute(
        stored.on_conflict_do_update(
            index_elements=["name"],
            set_={"was_logo": True},
            where=stored.excluded.was_logo,
        )
    )


def _named(titles: list[str]) -> str:
    more = f" and {len(titles) - 3} more" if len(titles) > 3 else ""
    return ", ".join(f"“{each}”" for each in titles[:3]) + more


def _tidy(file_name: str) -> str:
    last = file_name.replace("\\", "/").rpartition("/")[2]
    return "".join(each for each in last if each.isprintable()).strip()[-_LONGEST_NAME:]

"""A picture is kept once under the name of its content, and stays as long as a message shows it."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from campaigns.accounts.models import AuditEntry, Role
from campaigns.database import Session
from campaigns.errors import Conflict, Invalid, NotAllowed, NotFound
from campaigns.planning.fields import Picture as Part
from campaigns.rendering import branding, picture_reading, pictures, queries, shipped, showing
from campaigns.rendering.freeze import freeze
from campaigns.rendering.models import Picture
from campaigns.rendering.preview import preview
from tests.factories import make_campaign, make_organisation, make_user, make_version
from tests.rendering import factories
from tests.rendering.picture_files import moving, opened, photograph, picture, telephone

HERO = {"type": "hero", "heading": "A picture"}
HOME = "http://localhost:8125/assets/pictures/"


def put(session: Session, content: bytes | None = None, file_name: str = "hills.jpg") -> str:
    taken = pictures.take(
        session,
        actor=make_user(session, Role.COORDINATOR),
        content=content or photograph(),
        file_name=file_name,
    )
    return taken.name


def with_picture(name: str, alt: str = "Hills in the sun") -> dict[str, object]:
    return {"id": "hero", **HERO, "image": {"file": name, "alt": alt}}


def test_a_picture_is_kept_under_the_name_of_its_content_with_smaller_ones(
    session: Session,
) -> None:
    coordinator = make_user(session, Role.COORDINATOR)
    taken = pictures.take(
        session, actor=coordinator, content=photograph(), file_name="C:\\me\\hi\x07lls.jpg"
    )
    kept = session.get_one(Picture, taken.name)
    assert taken.is_new
    assert taken.name.endswith(".jpg")
    assert (kept.kind, kept.width, kept.height) == ("image/jpeg", 1200, 900)
    assert (kept.file_name, kept.made_by, kept.of) == ("hills.jpg", coordinator.id, None)
    stem = taken.name.partition(".")[0]
    files = showing.sizes(session, [taken.name])[taken.name]
    assert [each.name for each in files] == [f"{stem}-256.jpg", f"{stem}-600.jpg", taken.name]
    assert [(each.width, each.height) for each in files] == [(256, 192), (600, 450), (1200, 900)]
    assert opened(pictures.file(session, f"{stem}-256.jpg").content).size == (256, 192)
    entry = session.scalars(select(AuditEntry)).one()
    assert (entry.verb, entry.subject) == ("add picture", f"picture {taken.name}")
    assert entry.after == {"file": "hills.jpg", "width": 1200, "height": 900}


def test_the_same_file_twice_is_one_picture(session: Session) -> None:
    coordinator = make_user(session, Role.COORDINATOR)
    content = telephone()
    first = pictures.take(session, actor=coordinator, content=content)
    again = pictures.take(session, actor=coordinator, content=content, file_name="other.jpg")
    assert (again.name, again.is_new) == (first.name, False)
    fresh = picture_reading.read(content)
    assert pictures.keep(session, fresh, actor=coordinator) == first.name
    assert session.scalar(select(func.count()).select_from(Picture)) == 3
    assert session.scalar(select(func.count()).select_from(AuditEntry)) == 1


def test_what_its_person_should_know_is_said(session: Session) -> None:
    coordinator = make_user(session, Role.COORDINATOR)
    assert "standing still" in pictures.take(session, actor=coordinator, content=moving()).said


def test_only_who_writes_campaigns_adds_and_removes_pictures(session: Session) -> None:
    name = put(session)
    for role in (Role.CLINICAL, Role.LEGAL, Role.DESK, Role.VIEWER):
        person = make_user(session, role)
        with pytest.raises(NotAllowed):
            pictures.take(session, actor=person, content=picture())
        with pytest.raises(NotAllowed):
            pictures.remove(session, actor=person, name=name)


def test_a_picture_that_no_message_shows_is_removed_with_its_smaller_ones(
    session: Session,
) -> None:
    name = put(session)
    coordinator = make_user(session, Role.COORDINATOR)
    pictures.remove(session, actor=coordinator, name=name)
    assert session.scalar(select(func.count()).select_from(Picture)) == 0
    assert session.scalars(select(AuditEntry.verb)).all() == ["add picture", "remove picture"]
    for gone in (name, f"{name[:20]}-256.jpg"):
        with pytest.raises(NotFound):
            pictures.remove(session, actor=coordinator, name=gone)


def test_a_picture_stays_that_any_version_shows(session: Session) -> None:
    name = put(session)
    coordinator = make_user(session, Role.COORDINATOR)
    campaigns = [make_campaign(session, name=each) for each in ("autumn", "june", "may", "winter")]
    for each in campaigns:
        make_version(session, each, blocks=[with_picture(name)])
    campaigns[0].revision = 2
    make_version(session, campaigns[0], revision=2, blocks=[{"id": "hero", **HERO}])
    assert queries.shown_in(session, {name}) == {name: ["June", "May", "Winter"]}
    with pytest.raises(Conflict, match="“Autumn”, “June”, “May” and 1 more shows it"):
        pictures.remove(session, actor=coordinator, name=name)


def test_a_picture_in_a_sent_message_never_changes(session: Session) -> None:
    name = put(session)
    version = factories.make_letter(session, with_picture(name))
    program = freeze(session, version)
    before = pictures.file(session, name)
    version.blocks = [{"id": "hero", **HERO}, {"id": "footer", "type": "footer"}]
    session.flush()
    with pytest.raises(Conflict, match="keeps its pictures"):
        pictures.remove(session, actor=make_user(session, Role.COORDINATOR), name=name)
    put(session, photograph((1600, 1199)))
    assert pictures.file(session, name) == before
    assert f"{HOME}{name}" in str(program.content)


def test_a_logo_of_before_stays_for_the_letters_that_show_it(session: Session) -> None:
    make_organisation(session)
    owner = make_user(session)
    name = branding.put_logo(session, actor=owner, content=picture())
    branding.drop_logo(session, actor=owner)
    put(session, picture())
    with pytest.raises(Conflict, match="was the logo"):
        pictures.remove(session, actor=owner, name=name)


def test_a_picture_that_becomes_the_logo_stays_as_well(session: Session) -> None:
    make_organisation(session)
    owner = make_user(session)
    name = put(session, picture(), file_name="mark.png")
    assert branding.put_logo(session, actor=owner, content=picture()) == name
    session.expire_all()
    kept = session.get_one(Picture, name)
    assert (kept.was_logo, kept.file_name) == (True, "mark.png")


def test_a_message_shows_the_smallest_file_that_is_sharp(session: Session) -> None:
    name = put(session)
    shown = showing.Pictures.of(session, [with_picture(name)])
    part = Part(file=name, alt="Hills")
    stem = name.partition(".")[0]
    assert shown.shown(part) == (f"{HOME}{name}", 600, 450)
    assert shown.shown(part, width=512) == (f"{HOME}{name}", 512, 384)
    assert shown.shown(part, width=300) == (f"{HOME}{stem}-600.jpg", 300, 225)
    assert shown.shown(part, width=96) == (f"{HOME}{stem}-256.jpg", 96, 72)


def test_a_message_never_enlarges_a_small_picture(session: Session) -> None:
    name = put(session, photograph((200, 100)))
    shown = showing.Pictures.of(session, [with_picture(name)])
    assert shown.shown(Part(file=name, alt="Hills")) == (f"{HOME}{name}", 200, 100)


def test_a_block_whose_picture_is_not_there_is_named(session: Session) -> None:
    version = factories.make_letter(session, with_picture("0" * 20 + ".png"))
    with pytest.raises(Invalid, match=r"The block hero shows a picture that is not there: 0{20}"):
        preview(session, version)


def test_pictures_are_found_wherever_a_block_names_them() -> None:
    blocks: list[dict[str, Any]] = [
        {"type": "columns", "items": [{"image": {"file": "a" * 20 + ".png", "alt": "A"}}, {}]},
        {"id": "two", "type": "x", "image": {"file": "b" * 20 + ".jpg"}},
        {"id": "three", "type": "x", "file": "holiday.jpg"},
    ]
    found = list(showing.names_in(blocks))
    assert found == [("columns", "a" * 20 + ".png"), ("two", "b" * 20 + ".jpg")]


def test_a_picture_that_came_along_is_kept_once_a_message_is_frozen_with_it(
    session: Session,
) -> None:
    along = shipped.listed()[0]
    version = factories.make_letter(session, with_picture(along.name))
    assert along.name in preview(session, version).html
    assert session.scalar(select(func.count()).select_from(Picture)) == 0
    first = freeze(session, version).content["html"]
    kept = session.get_one(Picture, along.name)
    assert (kept.content, kept.made_by, kept.file_name) == (along.content, None, along.title)
    assert showing.sizes(session, [along.name])[along.name] == [
        showing.Size(each.name, each.width, each.height)
        for each in sorted(shipped.sizes(along.name), key=lambda size: size.width)
    ]
    assert along.name in first
    campaign = queries.shows(session, along.name)
    assert campaign
    with pytest.raises(Conflict):
        pictures.remove(session, actor=make_user(session), name=along.name)


@pytest.mark.parametrize("each", shipped.listed(), ids=lambda each: each.title)
def test_what_comes_along_is_what_we_would_keep(each: shipped.Shipped) -> None:
    assert each.kind in {"image/png", "image/jpeg"}
    assert max(size.width for size in shipped.sizes(each.name)) == each.width <= 1200
    assert len(each.content) < 70_000
    assert each.alt
    assert shipped.named("other.png") is None


def test_the_newest_pictures_stand_first_a_page_at_a_time(session: Session) -> None:
    names = [put(session, photograph((100, 60 + each)), f"{each}.jpg") for each in range(5)]
    for minute, name in enumerate(names):
        session.get_one(Picture, name).made_at = datetime(2026, 11, 24, 18, minute, tzinfo=UTC)
    session.flush()
    first = queries.shelf(session, page=1, size=2)
    assert [each.file_name for each in first] == ["4.jpg", "3.jpg", "2.jpg"]
    last = queries.shelf(session, page=3, size=2)
    assert [(each.file_name, each.width, each.was_logo) for each in last] == [("0.jpg", 100, False)]
    assert last[0].bytes == len(pictures.file(session, names[0]).content)


def test_a_frozen_campaign_names_its_pictures_by_our_own_host(session: Session) -> None:
    name = put(session)
    version = factories.make_letter(session, with_picture(name))
    content = freeze(session, version).content
    assert f'src="{HOME}{name}"' in content["html"]


def test_a_telephone_does_not_load_a_large_file_for_a_small_face(session: Session) -> None:
    name = put(session, photograph((1400, 1400)))
    bio = {
        "type": "clinician_bio",
        "person": "Ana Example",
        "role": "Nurse practitioner",
        "text": "<p>Ana meets everyone who comes for a first visit.</p>",
        "photo": {"file": name, "alt": "Ana"},
    }
    html = preview(session, factories.make_letter(session, bio)).html
    assert f'src="{HOME}{name[:20]}-256.jpg" width="96" height="96" alt="Ana"' in html
    assert name not in html

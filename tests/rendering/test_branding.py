"""Colours are taken only where they can be read; a logo is written anew, and nothing else is."""

import io
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from sqlalchemy import func, select

from campaigns.accounts.models import AuditEntry, Organisation, Role
from campaigns.database import Session
from campaigns.errors import Invalid, NotAllowed, NotFound
from campaigns.rendering import branding, palette, pictures
from campaigns.rendering.brand import GROUNDS, Brand
from campaigns.rendering.brand_record import BrandRecord, Page
from campaigns.rendering.branding import HardToRead
from campaigns.rendering.models import Picture
from tests.factories import make_organisation, make_user

COLOURS = st.from_regex(r"#[0-9a-f]{6}", fullmatch=True)


def said(organisation: Organisation) -> dict[str, object]:
    """What was decided of the brand, without what was measured of it."""
    return {name: each for name, each in organisation.brand.items() if name != "contrast"}


def picture(
    size: tuple[int, int] = (300, 150),
    kind: str = "PNG",
    mode: str = "RGB",
    colour: str | tuple[int, ...] = "teal",
    **more: object,
) -> bytes:
    made = io.BytesIO()
    Image.new(mode, size, colour).save(made, kind, **more)
    return made.getvalue()


def photograph(size: tuple[int, int], **more: object) -> bytes:
    made = io.BytesIO()
    Image.effect_noise(size, 80).convert("RGB").save(made, "JPEG", **more)
    return made.getvalue()


def test_readable_colours_are_taken_and_used_as_they_are(session: Session) -> None:
    organisation = make_organisation(session, brand={"logo": "x.png"})
    branding.paint(session, actor=make_user(session), primary="#7A1F5C ", accent="#f2c14e")
    assert said(organisation) == {"logo": "x.png", "primary": "#7a1f5c", "accent": "#f2c14e"}
    assert Brand.of(organisation.brand).primary == "#7a1f5c"
    entry = session.scalars(select(AuditEntry)).one()
    assert entry.after == {"primary": "#7a1f5c", "accent": "#f2c14e"}
    branding.paint(session, actor=make_user(session), primary="#7a1f5c", accent="#f2c14e")
    assert session.scalar(select(func.count()).select_from(AuditEntry)) == 1


@pytest.mark.parametrize(
    ("primary", "accent", "field"),
    [("#ffcc00", "#f2c14e", "primary"), ("#1d5c63", "#123456", "accent")],
)
def test_a_colour_that_cannot_be_read_names_the_pair_and_the_nearest_that_can(
    session: Session, primary: str, accent: str, field: str
) -> None:
    organisation = make_organisation(session)
    owner = make_user(session)
    with pytest.raises(HardToRead, match=r"needed\. The nearest colour that would do is #") as told:
        branding.paint(session, actor=owner, primary=primary, accent=accent)
    assert told.value.field == field
    assert organisation.brand == {}
    colours: dict[str, Any] = {"primary": primary, "accent": accent, field: told.value.nearest}
    branding.paint(session, actor=owner, **colours)


@pytest.mark.parametrize("text", ["red", "#12345", "#12345g", ""])
def test_what_is_no_colour_is_refused(session: Session, text: str) -> None:
    make_organisation(session)
    with pytest.raises(HardToRead, match="is written like"):
        branding.paint(session, actor=make_user(session), primary="#1d5c63", accent=text)


@settings(deadline=None, max_examples=40)
@given(primary=COLOURS, accent=COLOURS, page=st.sampled_from(sorted(GROUNDS)))
def test_the_nearest_colours_always_pass_every_pair(primary: str, accent: str, page: Page) -> None:
    record = BrandRecord(primary=primary, accent=accent, page=page)
    main = palette.nearest(record, "primary")
    record = record.model_copy(update={"primary": main})
    record = record.model_copy(update={"accent": palette.nearest(record, "accent")})
    assert [each for each in palette.pairs(record) if not each.is_enough] == []
    assert palette.nearest(record, "primary") == main
    assert Brand.of(record).primary == main


def test_a_ratio_is_never_said_to_be_more_than_it_is() -> None:
    pair = palette.Pair("x", "light", "#777777", "#ffffff", 4.5)
    assert (pair.said, pair.is_enough) == ("4.47", False)


def test_a_logo_is_written_anew_small_and_without_what_was_hidden_in_it(session: Session) -> None:
    organisation = make_organisation(session)
    exif = Image.Exif()
    exif[0x010E] = "taken at 12 Secret Street"
    content = photograph((3000, 1500), exif=exif)
    assert b"Secret Street" in content
    name = branding.put_logo(session, actor=make_user(session), content=content)
    kept = pictures.file(session, name)
    assert b"Secret Street" not in kept.content
    fresh = Image.open(io.BytesIO(kept.content))
    assert (fresh.format, fresh.size) == ("JPEG", (1200, 600))
    assert (kept.kind, name[-4:]) == ("image/jpeg", ".jpg")
    assert said(organisation) == {"logo": f"pictures/{name}", "logo_width": 88}
    assert Brand.of(organisation.brand).logo_width == 88


def test_a_photograph_that_was_taken_sideways_stands_upright(session: Session) -> None:
    make_organisation(session)
    exif = Image.Exif()
    exif[0x0112] = 6
    content = picture((400, 200), "JPEG", exif=exif)
    name = branding.put_logo(session, actor=make_user(session), content=content)
    assert Image.open(io.BytesIO(pictures.file(session, name).content)).size == (200, 400)


def test_a_logo_keeps_what_is_see_through_and_the_same_picture_its_name(session: Session) -> None:
    make_organisation(session)
    owner = make_user(session)
    content = picture(mode="RGBA", colour=(0, 128, 128, 90))
    name = branding.put_logo(session, actor=owner, content=content)
    assert branding.put_logo(session, actor=owner, content=content) == name
    assert Image.open(io.BytesIO(pictures.file(session, name).content)).mode == "RGBA"
    other = branding.put_logo(session, actor=owner, content=picture((64, 64)))
    assert other != name
    assert (
        session.scalar(select(func.count()).select_from(Picture).where(Picture.of.is_(None))) == 2
    )


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "Save it as PNG"),
        (b"<?xml version='1.0'?><svg/>", "Save it as PNG"),
        (b"GIF89a" + b"x" * 50, "no picture that can be read"),
        (picture()[:60], "no picture that can be read"),
        (b"", "no picture that can be read"),
        (picture((20, 20)), "at least 32 points"),
        (picture((400, 40)), "eight times as wide"),
        (picture((7000, 6000), "PNG", "1"), "too many points"),
        (b"x" * 10_000_001, "too large"),
    ],
)
def test_what_is_no_good_as_a_logo_is_refused(
    session: Session, content: bytes, sentence: str
) -> None:
    make_organisation(session)
    with pytest.raises(Invalid, match=sentence):
        branding.put_logo(session, actor=make_user(session), content=content)


def test_without_a_logo_the_mark_that_came_along_is_shown(session: Session) -> None:
    organisation = make_organisation(session)
    owner = make_user(session)
    name = branding.put_logo(session, actor=owner, content=picture())
    branding.drop_logo(session, actor=owner)
    assert said(organisation) == {}
    assert Brand.of(organisation.brand).logo == "logo.png"
    assert pictures.file(session, name).kind == "image/png"
    with pytest.raises(NotFound):
        pictures.file(session, "other.png")


def test_only_an_owner_changes_the_brand(session: Session) -> None:
    coordinator = make_user(session, Role.COORDINATOR)
    with pytest.raises(NotAllowed):
        branding.paint(session, actor=coordinator, primary="#1d5c63", accent="#f2c14e")
    with pytest.raises(NotAllowed):
        branding.put_logo(session, actor=coordinator, content=picture())
    with pytest.raises(NotAllowed):
        branding.drop_logo(session, actor=coordinator)

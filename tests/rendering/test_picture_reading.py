"""Whatever picture is given: what is kept is small, upright, in sRGB, and says nothing else."""

import io
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from campaigns.errors import Invalid
from campaigns.rendering import picture_reading as reading
from tests.rendering.picture_files import (
    SECRET,
    grey_of_sixteen_bits,
    moving,
    opened,
    photograph,
    picture,
    swapped_profile,
    telephone,
)


def near(one: object, other: tuple[int, ...]) -> bool:
    assert isinstance(one, tuple)
    return all(abs(a - b) < 14 for a, b in zip(one, other, strict=True))


def test_where_and_when_a_photograph_was_taken_never_leaves() -> None:
    given = telephone()
    assert opened(given).getexif().get_ifd(0x8825)
    assert SECRET in given
    fresh = reading.read(given)
    kept = opened(fresh.content)
    for hidden in (SECRET, b"Exif", b"A telephone", b"ICC_PROFILE", b"http://ns.adobe.com"):
        assert hidden not in fresh.content
    assert dict(kept.getexif()) == {}
    assert set(kept.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive",
                              "progression"}  # fmt: skip
    assert kept.info["progressive"]


def test_a_photograph_is_kept_for_sharp_screens_and_no_wider() -> None:
    fresh = reading.read(photograph((3000, 2000)))
    assert (fresh.kind, fresh.width, fresh.height) == ("image/jpeg", 1200, 800)
    assert opened(fresh.content).size == (1200, 800)


def test_a_small_picture_is_never_enlarged() -> None:
    fresh = reading.read(picture((320, 200)))
    assert (fresh.width, fresh.height, fresh.said) == (320, 200, "")


@pytest.mark.parametrize("orientation", [3, 5, 6, 8])
def test_a_photograph_taken_sideways_stands_upright(orientation: int) -> None:
    fresh = reading.read(telephone((800, 400), orientation=orientation))
    assert (fresh.width, fresh.height) == ((800, 400) if orientation == 3 else (400, 800))


def test_colours_are_what_the_profile_of_the_file_says_they_are() -> None:
    fresh = reading.read(picture(colour=(250, 0, 0), icc_profile=swapped_profile()))
    assert near(opened(fresh.content).convert("RGB").getpixel((9, 9)), (0, 0, 250))
    half = picture(mode="RGBA", colour=(250, 0, 0, 90), icc_profile=swapped_profile())
    assert near(
        opened(reading.read(half).content).convert("RGBA").getpixel((9, 9)), (0, 0, 250, 90)
    )


def test_a_profile_that_is_broken_or_of_other_colours_counts_as_none() -> None:
    for profile in (b"nonsense" * 30, swapped_profile()[:200]):
        fresh = reading.read(picture(colour=(250, 0, 0), icc_profile=profile))
        assert near(opened(fresh.content).convert("RGB").getpixel((9, 9)), (250, 0, 0))
    grey = reading.read(picture(mode="L", colour=90, icc_profile=swapped_profile()))
    assert near(opened(grey.content).convert("RGB").getpixel((9, 9)), (90, 90, 90))


@pytest.mark.parametrize(
    ("content", "colour"),
    [
        (picture(kind="JPEG", mode="CMYK", colour=(0, 200, 200, 0)), (255, 55, 55)),
        (grey_of_sixteen_bits(), (155, 155, 155)),
        (picture(mode="1", colour=1), (255, 255, 255)),
        (picture(mode="L", colour=77), (77, 77, 77)),
        (picture(mode="P", colour=0), (0, 0, 0)),
        (picture(mode="RGBA", colour=(20, 40, 200, 255)), (20, 40, 200)),
        (picture(kind="WEBP", colour=(20, 40, 200)), (20, 40, 200)),
        (picture(kind="GIF", mode="L", colour=77), (77, 77, 77)),
    ],
)
def test_every_way_of_writing_colours_is_read(content: bytes, colour: tuple[int, ...]) -> None:
    fresh = reading.read(content)
    assert fresh.said == ""
    assert near(opened(fresh.content).convert("RGB").getpixel((9, 9)), colour)


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_what_is_see_through_stays_so(mode: str) -> None:
    colour = (0, 128, 128, 90) if mode == "RGBA" else (128, 90)
    fresh = reading.read(picture(mode=mode, colour=colour))
    assert fresh.kind == "image/png"
    assert opened(fresh.content).convert("RGBA").getpixel((3, 3))[3] == 90  # type: ignore[index]


def test_a_see_through_photograph_has_fewer_colours_rather_than_a_megabyte() -> None:
    noise = Image.effect_noise((1400, 1000), 90).convert("RGB")
    noise.putalpha(Image.linear_gradient("L").resize(noise.size))
    made = io.BytesIO()
    noise.save(made, "PNG")
    fresh = reading.read(made.getvalue())
    assert (fresh.kind, fresh.width) == ("image/png", 1200)
    assert opened(fresh.content).mode == "P"
    assert len(fresh.content) < len(made.getvalue()) / 2


def test_a_drawing_is_kept_sharp_and_small_and_a_photograph_as_jpeg() -> None:
    drawing = reading.read(picture((1200, 600), kind="JPEG"))
    assert (drawing.kind, opened(drawing.content).mode) == ("image/png", "P")
    assert len(drawing.content) < 4000
    assert reading.read(photograph()).kind == "image/jpeg"


def test_of_a_moving_picture_the_first_is_taken_and_that_is_said() -> None:
    fresh = reading.read(moving())
    assert "standing still" in fresh.said
    assert near(opened(fresh.content).convert("RGB").getpixel((9, 9)), (255, 0, 0))


def test_the_same_file_gives_the_same_bytes() -> None:
    content = telephone()
    assert reading.read(content) == reading.read(content)


def test_a_page_behind_a_picture_is_gone_when_it_is_written_anew() -> None:
    given = photograph((400, 300)) + b"<script>alert(1)</script>"
    assert b"<script>" not in reading.read(given).content


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few hundred bytes that says it is so large."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(b"\0" * 100_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"x" * 10_000_001, "too large: at most 10 MB"),
        (bomb(100_000, 100_000), "too many points"),
        (bomb(10_000, 9_500), "too many points"),
        (bomb(7_000, 6_000), "too many points"),
        (bomb(800, 600), "no picture that can be read"),
        (picture()[:-40], "no picture that can be read"),
        (photograph()[:5000], "no picture that can be read"),
        (b"<html><body>hello</body></html>", "no picture that can be read"),
        (b"GIF89a<script>alert(1)</script>", "no picture that can be read"),
        (picture(kind="BMP"), "no picture that can be read"),
        (picture(kind="TIFF"), "no picture that can be read"),
        (b"", "no picture that can be read"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "Save it as PNG"),
        (b"\n<?xml version='1.0'?><!-- x --><svg/>", "Save it as PNG"),
        (b"\0\0\0\x18ftypheic" + b"\0" * 90, "Save it as JPEG first"),
        (picture((15, 300)), "too small: at least 16"),
        (picture((400, 20)), "twelve times"),
        (picture((20, 400)), "twelve times"),
    ],
)
def test_what_cannot_be_taken_is_refused_in_a_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        reading.read(content)


SEEDS = [picture(), photograph((90, 60)), moving(), picture(kind="WEBP"), telephone((90, 60))]


@settings(deadline=None, max_examples=150)
@given(
    seed=st.sampled_from(SEEDS),
    cut=st.floats(0, 1),
    places=st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), max_size=12),
)
def test_a_damaged_file_is_a_picture_or_a_refusal_and_nothing_else(
    seed: bytes, cut: float, places: list[tuple[float, int]]
) -> None:
    content = bytearray(seed[: max(1, int(len(seed) * (0.2 + cut)))])
    for place, value in places:
        content[int(place * len(content))] = value
    try:
        fresh = reading.read(bytes(content))
    except Invalid:
        return
    assert opened(fresh.content).size == (fresh.width, fresh.height)


def test_a_smaller_one_keeps_its_shape_and_what_is_see_through() -> None:
    photo = reading.smaller(reading.read(photograph((1600, 1200))), width=256)
    assert (photo.kind, photo.width, photo.height) == ("image/jpeg", 256, 192)
    glass = reading.read(picture((700, 500), mode="RGBA", colour=(0, 128, 128, 90)))
    less = reading.smaller(glass, width=256)
    assert opened(less.content).convert("RGBA").getpixel((3, 3))[3] == 90  # type: ignore[index]

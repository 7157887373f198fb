"""Whatever a clinic's colours are, text on them can be read."""

from hypothesis import given
from hypothesis import strategies as st

from campaigns.rendering.brand import Brand, brightened, colour, contrast

COLOURS = st.integers(0, 0xFF_FF_FF).map(lambda number: f"#{number:06x}")


@given(COLOURS, COLOURS)
def test_every_pair_of_ink_and_ground_has_contrast_enough(primary: str, accent: str) -> None:
    brand = Brand.of({"primary": primary, "accent": accent})
    for ink, ground in (
        (brand.primary, brand.card),
        (brand.primary, brand.soft),
        (brand.deep, brand.card),
        (brand.on_deep, brand.deep),
        (brand.on_deep_soft, brand.deep),
        (brand.on_accent, brand.accent),
        ("#ffffff", brand.primary),
        (brand.muted, brand.page),
        (brand.ink, brand.tint),
        (brand.dark_primary, brand.dark_card),
        (brand.dark_ink, brand.dark_deep),
        (brand.dark_muted, brand.dark_soft),
        (brand.dark_page, brand.dark_primary),
    ):
        assert contrast(colour(ink), colour(ground)) >= 4.5, (ink, ground)


def test_a_colour_that_is_none_is_the_default() -> None:
    assert Brand.of({"primary": "red; }", "accent": 7}) == Brand.of({})


def test_a_ground_on_which_nothing_bright_can_be_read_gets_white() -> None:
    assert brightened((100, 100, 100), on=(128, 128, 128)) == (255, 255, 255)

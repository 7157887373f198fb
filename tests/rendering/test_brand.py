"""Whatever a clinic's colours are, text on them can be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.rendering import templates, typescale
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
    assert Brand.of(
        {"primary": "red; }", "accent": 7, "scale": "huge", "font": "Papyrus"}
    ) == Brand.of({})


def test_a_ground_on_which_nothing_bright_can_be_read_gets_white() -> None:
    assert brightened((100, 100, 100), on=(128, 128, 128)) == (255, 255, 255)


def test_every_step_of_a_scale_grows_with_it_and_its_lines_are_apart_enough() -> None:
    steps = typescale.STEPS
    for step in steps:
        sizes = [getattr(typescale.SCALES[name], step) for name in typescale.SCALES]
        assert [each.size for each in sizes] == sorted({each.size for each in sizes}), step
        assert all(each.line >= 1.2 * each.size for each in sizes), step
    assert [each.text.size for each in typescale.SCALES.values()] == [16, 17, 19]
    assert typescale.SCALES["large"].said == "Large, 19/30"


def test_a_size_that_no_scale_has_is_an_error_of_the_template() -> None:
    with pytest.raises(AttributeError, match="no size of type is called gigantic"):
        _ = typescale.SCALES["large"].gigantic
    assert len({*typescale.SCALES.values(), typescale.Scale("large")}) == 3


def test_a_stylesheet_takes_its_sizes_from_the_scale() -> None:
    sheet = templates.environment().get_template("style.css")
    large = sheet.render(brand=Brand.of({"scale": "large", "headings": "sans"}), direction="ltr")
    assert "h1 { margin: 0; font-family: -apple-system, BlinkMacSystemFont, 'Segoe UI'" in large
    assert "font-size: 40px; line-height: 49px" in large
    assert "Georgia" not in large

"""The brand's page: what is taken, what is refused with what would do, and a message in it."""

import io

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import expect

from campaigns.accounts import queries
from campaigns.accounts.models import Organisation, Role
from campaigns.rendering.palette import Pair
from campaigns.web.pages.settings.brand_words import contrast
from tests.web.pages.desk import Desk, Live

HERE = "/desk/settings/brand"
GOOD = {"primary": "#7a1f5c", "accent": "#f2c14e"}


def organisation(desk: Desk) -> Organisation:
    with desk.sessions.begin() as session:
        return queries.organisation(session)


def decided(desk: Desk) -> dict[str, object]:
    """What was decided of the brand, without what was measured."""
    brand = organisation(desk).brand
    return {name: each for name, each in brand.items() if name != "contrast"}


def logo() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (200, 100), "teal").save(made, "PNG")
    return made.getvalue()


def test_colours_and_type_that_can_be_read_are_saved(desk: Desk) -> None:
    owner = desk.as_(Role.OWNER)
    look = GOOD | {"page": "mist", "scale": "large", "headings": "sans"}
    assert owner.post(HERE, data=look).status_code == 303
    assert decided(desk) == look
    assert len(organisation(desk).brand["contrast"]) > 30
    page = owner.get(HERE).text
    assert '<option value="mist" selected>' in page
    assert '<option value="large" selected>' in page


def test_a_size_that_is_not_offered_is_refused_by_its_field(desk: Desk) -> None:
    owner = desk.as_(Role.OWNER)
    answer = owner.post(HERE, data=GOOD | {"scale": "huge"})
    assert answer.status_code == 422
    assert "Choose one of the list." in answer.text
    assert decided(desk) == {}


def test_colours_that_cannot_be_read_are_refused_with_what_would_do(desk: Desk) -> None:
    owner = desk.as_(Role.OWNER)
    answer = owner.post(HERE, data={"primary": "#ffcc00", "accent": "#f2c14e"})
    assert answer.status_code == 422
    assert "is needed. The nearest colour that would do is #" in answer.text
    assert 'value="#ffcc00"' in answer.text
    button = '<button class="button plain" name="primary" value="'
    offered = answer.text.partition(button)[2][:7]
    taken = owner.post(
        HERE,
        content=f"primary=%23ffcc00&accent=%23f2c14e&primary=%23{offered[1:]}",
        headers={"content-type": "application/x-www-form-urlencoded"},
    )
    assert taken.status_code == 303
    assert organisation(desk).brand["primary"] == offered
    assert owner.post(HERE, data={}).status_code == 422


def test_the_page_shows_every_pair_with_its_ratio_in_light_and_dark(desk: Desk) -> None:
    page = desk.as_(Role.OWNER).get(HERE).text
    assert "pairs can be read. The closest:" in page
    for where in ("Words on a button", "Headings on a soft block", "Small grey text on"):
        assert where in page
    assert page.count('class="swatch"') > 30


def test_colours_are_measured_while_they_are_chosen_and_nothing_is_saved(desk: Desk) -> None:
    owner = desk.as_(Role.OWNER)
    part = owner.get(f"{HERE}/contrast?primary=ffcc00&accent=f2c14e&scale=huge").text
    assert "so these colours are not taken" in part
    assert "#ffcc00 on #ffffff" in part
    assert "too close" in part
    assert decided(desk) == {}


def test_a_single_pair_that_fails_is_named() -> None:
    good, bad = ("#000000", "#ffffff"), ("#777777", "#ffffff")
    found = contrast(Pair(where, "light", *two, 4.5) for where, two in (("A", good), ("B", bad)))
    assert found.said.startswith("1 pair is too close to be read")
    assert found.said.endswith("The closest: B (light), 4.47 where 4.5 is needed.")


def test_a_sample_is_a_message_in_the_brand_that_is_asked_for(desk: Desk) -> None:
    owner = desk.as_(Role.OWNER)
    answer = owner.get(f"{HERE}/sample?primary=7a1f5c&scale=large&look=dark")
    assert "frame-ancestors 'self'" in answer.headers["content-security-policy"]
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "#7a1f5c" in answer.text
    assert "font-size:40px" in answer.text.replace(" ", "")
    assert "@media all" in answer.text
    assert "font-size:36px" in owner.get(f"{HERE}/sample").text.replace(" ", "")


def test_a_sample_takes_colours_only(desk: Desk) -> None:
    path = f"{HERE}/sample?primary=112233&accent=}}body{{display:none;color:red&headings=Papyrus"
    html = desk.as_(Role.OWNER).get(path).text
    assert "#112233" in html
    assert "color:red" not in html.replace(" ", "")
    assert "Papyrus" not in html


def test_the_footer_is_saved_and_shown_in_the_sample(desk: Desk) -> None:
    owner = desk.as_(Role.OWNER)
    footer = {
        "about": "Care for tired people.",
        "licence": "Licensed in Texas, no. EX-4411.",
        "reason": "",
        "social": "Instagram https://social.example.com/renew\r\n\r\nYouTube: https://v.example.com",
    }
    assert owner.post(f"{HERE}/footer", data=footer).status_code == 303
    assert organisation(desk).brand["footer"]["social"] == [
        {"name": "Instagram", "url": "https://social.example.com/renew"},
        {"name": "YouTube", "url": "https://v.example.com"},
    ]
    page = owner.get(HERE).text
    assert "YouTube https://v.example.com</textarea>" in page
    sample = owner.get(f"{HERE}/sample").text
    assert "Licensed in Texas, no. EX-4411." in sample
    assert "https://social.example.com/renew" in sample


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("social", "Instagram"),
        ("social", "Instagram http://social.example.com"),
        ("social", "\n".join(["A https://a.example.com"] * 7)),
        ("about", "x" * 301),
        ("reason", "You are a friend of {clinic}."),
        ("licence", "Dr. *|NAME|*"),
        ("social", "{{name}} https://a.example.com"),
    ],
)
def test_a_footer_that_cannot_be_is_refused_by_its_field_and_kept_as_typed(
    desk: Desk, field: str, typed: str
) -> None:
    answer = desk.as_(Role.OWNER).post(f"{HERE}/footer", data={field: typed})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert typed.splitlines()[0] in answer.text
    assert decided(desk) == {}


def test_only_an_owner_sees_a_sample_or_writes_the_footer(desk: Desk) -> None:
    coordinator = desk.as_(Role.COORDINATOR)
    assert coordinator.get(f"{HERE}/sample").status_code == 403
    assert coordinator.get(f"{HERE}/contrast").status_code == 403
    assert coordinator.post(f"{HERE}/footer", data={"about": "x"}).status_code == 403


def test_a_logo_is_served_to_readers_for_a_year_and_can_be_removed(desk: Desk) -> None:
    owner = desk.as_(Role.OWNER)
    files = {"logo": ("logo.png", logo(), "image/png")}
    assert owner.post("/desk/settings/brand/logo", files=files).status_code == 303
    address = f"/assets/{organisation(desk).brand['logo']}"
    served = desk.nobody().get(address)
    assert served.headers["content-type"] == "image/png"
    assert "immutable" in served.headers["cache-control"]
    assert address in owner.get("/desk/settings/brand").text
    assert desk.nobody().get("/assets/clinic/none.png").status_code == 404
    owner.post("/desk/settings/brand/logo/remove")
    assert decided(desk) == {}
    assert desk.nobody().get(address).status_code == 200


def test_what_is_no_picture_is_refused_by_its_field(desk: Desk) -> None:
    owner = desk.as_(Role.OWNER)
    files = {"logo": ("logo.svg", b"<svg></svg>", "image/svg+xml")}
    answer = owner.post("/desk/settings/brand/logo", files=files)
    assert answer.status_code == 422
    assert "Save it as PNG" in answer.text
    assert "Choose a picture first" in owner.post("/desk/settings/brand/logo").text


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (375, "dark")])
def test_the_brand_is_plain_and_accessible(live: Live, width: int, scheme: str) -> None:
    page = live.as_(
        Role.OWNER, path=HERE, width=width, scheme="dark" if scheme == "dark" else "light"
    )
    live.inspect(page)
    page.get_by_label("Main colour").fill("#ffcc00")
    expect(page.get_by_text("so these colours are not taken")).to_be_visible()
    live.inspect(page)
    page.get_by_role("button", name="Save colours and type").click()
    page.get_by_role("button", name="instead").wait_for()
    assert Axe().run(page).violations_count == 0


@pytest.mark.browser
def test_the_sample_follows_colours_and_type_while_they_are_chosen(live: Live) -> None:
    page = live.as_(Role.OWNER, path=HERE)
    page.get_by_label("Main colour").fill("#7a1f5c")
    page.get_by_label("Size of type").select_option("large")
    frame = page.frame_locator("iframe[data-look=light]:not(.coming)")
    button = frame.get_by_role("link", name="See open times")
    expect(button).to_have_css("font-size", "19px")
    cell = frame.get_by_role("link", name="Read more about visits").locator("..")
    expect(cell).to_have_css("background-color", "rgb(122, 31, 92)")
    live.inspect(page)

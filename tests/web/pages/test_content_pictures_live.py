"""A picture chosen, dropped, taken from the shelf and taken out, in Chromium."""

import base64
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from campaigns.rendering import pictures, shipped
from tests.rendering.picture_files import photograph, picture
from tests.web.pages.content_desk import PATH, Draft, make_draft
from tests.web.pages.desk import Live, Scheme

pytestmark = pytest.mark.browser

OPEN = f"{PATH}?edit=visit"


@pytest.fixture
def draft(live: Live) -> Draft:
    return make_draft(live.sessions)


def saved(page: Page) -> None:
    expect(page.locator("[data-saving]")).to_have_text("All changes are saved.")


def fill_shelf(draft: Draft) -> None:
    with draft.sessions.begin() as session:
        person = session.merge(draft.cora)
        for number, size in enumerate([(1600, 900), (900, 1400), (640, 480)]):
            content = photograph(size)
            pictures.take(session, actor=person, content=content, file_name=f"visit-{number}.jpg")


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (375, "dark")])
def test_a_picture_is_uploaded_as_soon_as_it_is_chosen_and_seen_beside(
    live: Live, draft: Draft, tmp_path: Path, width: int, scheme: Scheme
) -> None:
    file = tmp_path / "hills.jpg"
    file.write_bytes(shipped.listed()[0].content)
    page = live.as_(path=OPEN, user=draft.cora, width=width, scheme=scheme)
    page.get_by_label("Heading").fill("Your first visit")
    page.get_by_label("A picture from this computer").set_input_files(file)
    words = page.get_by_label("What it shows")
    expect(words).to_be_focused()
    expect(page.get_by_label("Heading")).to_have_value("Your first visit")
    expect(page.locator("[data-saving]")).to_have_text("Not saved yet: say what the picture shows.")
    live.inspect(page)
    words.fill("Hills in the sun")
    saved(page)
    image = draft.blocks()["visit"]["image"]
    assert image["alt"] == "Hills in the sun"
    message = page.frame_locator("iframe:not(.coming)")
    expect(message.get_by_role("img", name="Hills in the sun")).to_be_visible()
    live.inspect(page)


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (375, "dark")])
def test_a_picture_is_taken_from_the_shelf(
    live: Live, draft: Draft, width: int, scheme: Scheme
) -> None:
    fill_shelf(draft)
    page = live.as_(path=OPEN, user=draft.cora, width=width, scheme=scheme)
    page.get_by_role("button", name="Choose one that is here").click()
    shelf = page.get_by_role("group", name="Pictures that are here")
    expect(shelf).to_be_focused()
    live.inspect(page)
    shelf.get_by_role("button", name="Delete visit-2.jpg").click()
    expect(page.get_by_text("The picture is deleted.").first).to_be_visible()
    expect(shelf.get_by_text("visit-2.jpg")).to_have_count(0)
    shelf.get_by_role("button", name="Choose A quiet room").click()
    expect(page.get_by_label("What it shows")).to_have_value(
        "Drawing: an armchair beside a bright window, with a plant, a lamp and a cup of tea"
    )
    saved(page)
    assert draft.blocks()["visit"]["image"]["file"] == shipped.listed()[1].name
    page.get_by_role("button", name="Take it out of this block").click()
    expect(page.get_by_label("What it shows")).to_have_count(0)
    saved(page)
    assert "image" not in draft.blocks()["visit"]


def test_a_picture_is_dropped_beside_the_form(live: Live, draft: Draft) -> None:
    page = live.as_(path=OPEN, user=draft.cora)
    data = base64.b64encode(picture()).decode()
    dropped = page.evaluate_handle(
        """data => {
          const made = new DataTransfer();
          const bytes = Uint8Array.from(atob(data), (each) => each.charCodeAt(0));
          made.items.add(new File([bytes], "dropped.png", { type: "image/png" }));
          return made;
        }""",
        data,
    )
    place = page.locator("[data-picture]")
    place.dispatch_event("dragover", {"dataTransfer": dropped})
    expect(place).to_have_class("group picture-of dropping")
    place.dispatch_event("dragleave", {"dataTransfer": dropped})
    place.dispatch_event("drop", {"dataTransfer": dropped})
    expect(page.get_by_label("What it shows")).to_be_focused()
    expect(page.get_by_alt_text("The picture as it is now")).to_be_visible()


def test_what_cannot_be_taken_is_said_and_the_file_is_not_sent_again(
    live: Live, draft: Draft, tmp_path: Path
) -> None:
    broken, large = tmp_path / "notes.png", tmp_path / "large.jpg"
    broken.write_bytes(b"no picture")
    large.write_bytes(b"x" * 10_100_000)
    page = live.as_(path=OPEN, user=draft.cora)
    field = page.get_by_label("A picture from this computer")
    field.set_input_files(large)
    expect(page.get_by_text("This file is too large: at most 10 MB.")).to_be_visible()
    live.inspect(page)
    field.set_input_files(broken)
    expect(page.get_by_text("This is no picture that can be read.")).to_be_visible()
    page.get_by_label("Heading").fill("Words go on")
    saved(page)
    assert draft.blocks()["visit"]["heading"] == "Words go on"


def test_it_works_without_scripts(live: Live, draft: Draft, tmp_path: Path) -> None:
    file = tmp_path / "hills.jpg"
    file.write_bytes(photograph())
    page = live.as_(path=OPEN, user=draft.cora, scripts=False, width=375)
    page.get_by_label("A picture from this computer").set_input_files(file)
    page.get_by_role("button", name="Upload it").click()
    page.get_by_label("What it shows").fill("Grey noise")
    page.get_by_role("button", name="Save and close").click()
    expect(page.get_by_text("is saved.")).to_be_visible()
    assert draft.blocks()["visit"]["image"]["alt"] == "Grey noise"

"""`bedside pictures add | list | remove`, and a campaign file that shows one."""

from pathlib import Path

import pytest
import yaml

from campaigns.database import Sessions
from campaigns.local import sample
from tests.cli.conftest import SAMPLE, Shell
from tests.rendering.picture_files import moving, photograph


@pytest.fixture
def hills(tmp_path: Path) -> Path:
    """A photograph in a folder."""
    file = tmp_path / "hills.jpg"
    file.write_bytes(photograph())
    return file


def test_a_picture_is_kept_and_its_name_said(bedside: Shell, clinic: Sessions, hills: Path) -> None:
    made = bedside.json("pictures", "add", str(hills), as_=sample.COORDINATOR)
    assert made["is_new"] is True
    again = bedside.ok("pictures", "add", str(hills), as_=sample.COORDINATOR)
    assert f"image: {{file: {made['name']}, alt:" in again
    assert "was here already" in again
    [row] = bedside.json("pictures", "list", as_=sample.COORDINATOR)
    assert (row["name"], row["file"], row["width"]) == (made["name"], "hills.jpg", 1200)


def test_what_should_be_known_of_it_is_said(
    bedside: Shell, clinic: Sessions, tmp_path: Path
) -> None:
    file = tmp_path / "dance.gif"
    file.write_bytes(moving())
    assert "standing still" in bedside.ok("pictures", "add", str(file), as_=sample.COORDINATOR)


def test_a_campaign_file_shows_a_picture_by_its_name(
    bedside: Shell, clinic: Sessions, hills: Path, tmp_path: Path
) -> None:
    name = bedside.json("pictures", "add", str(hills), as_=sample.COORDINATOR)["name"]
    letter = yaml.safe_load((SAMPLE / "education.yaml").read_text())
    hero = next(each for each in letter["blocks"] if each["type"] == "hero")
    hero["image"] = {"file": name, "alt": "Grey hills"}
    letter["name"] = "with-picture"
    file = tmp_path / "letter.yaml"
    file.write_text(yaml.safe_dump(letter, sort_keys=False))
    bedside.ok("campaigns", "new", str(file), as_=sample.COORDINATOR)
    page = tmp_path / "letter.html"
    bedside.ok("campaigns", "preview", "with-picture", "--html", str(page), as_=sample.COORDINATOR)
    assert f"/assets/pictures/{name}" in page.read_text()
    [row] = bedside.json("pictures", "list", as_=sample.COORDINATOR)
    assert row["shown in"] == "With picture"
    said = bedside.refused("pictures", "remove", name, as_=sample.COORDINATOR)
    assert "This picture stays" in said


def test_a_picture_that_nothing_shows_is_deleted(
    bedside: Shell, clinic: Sessions, hills: Path
) -> None:
    name = bedside.json("pictures", "add", str(hills), as_=sample.COORDINATOR)["name"]
    assert "is deleted" in bedside.ok("pictures", "remove", name, as_=sample.COORDINATOR)
    assert "no such picture" in bedside.refused("pictures", "remove", name, as_=sample.COORDINATOR)
    assert "No pictures yet" in bedside.ok("pictures", "list", as_=sample.COORDINATOR)

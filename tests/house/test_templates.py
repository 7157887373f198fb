"""A block is a folder of four, a notice as well; the installed package finds them."""

import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from campaigns.planning import catalogue
from tests.house.sources import ROOT, modules

EMAIL = ROOT / "templates" / "email"
BLOCK = {"block.py", "block.html", "block.txt", "sample.json"}
NOTICE = {"subject.txt", "body.html", "body.txt", "sample.json"}


def folders(name: str) -> dict[str, set[str]]:
    found = {
        each.name: {file.name for file in each.iterdir() if file.is_file()}
        for each in (EMAIL / name).iterdir()
        if each.is_dir() and each.name != "__pycache__"
    }
    assert found
    return found


def test_every_block_has_a_record_both_twins_and_a_sample() -> None:
    assert {name: BLOCK ^ files for name, files in folders("blocks").items() if BLOCK ^ files} == {}


def test_every_notice_has_a_subject_both_twins_and_a_sample() -> None:
    odd = {name: NOTICE ^ files for name, files in folders("notices").items() if NOTICE ^ files}
    assert odd == {}


def test_every_sample_is_json_and_no_file_is_empty() -> None:
    for file in EMAIL.rglob("*"):
        if file.is_file() and "__pycache__" not in file.parts:
            assert file.read_bytes().strip(), file
        if file.name == "sample.json":
            assert json.loads(file.read_text(encoding="utf-8")) is not None


def test_every_kind_of_block_has_its_folder_and_every_folder_a_kind() -> None:
    assert set(catalogue.kinds()) == set(folders("blocks"))


def test_every_notice_that_is_left_has_its_folder() -> None:
    """`notices.leave(..., kind="booking_received")` names a folder."""
    named = set()
    for module in modules("campaigns"):
        text = (ROOT / module.name).read_text(encoding="utf-8")
        if re.search(r"\bnotices\b", text):
            named |= set(re.findall(r'\bkind="([a-z_]+)"', text))
    assert named <= set(folders("notices"))
    assert named


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The distribution as it would be published, unpacked."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=120,
    )
    [built] = folder.glob("*.whl")
    with zipfile.ZipFile(built) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def test_the_wheel_carries_every_file_that_the_product_reads(wheel: Path) -> None:
    for source, target in ((EMAIL, "campaigns/templates/email"), (ROOT / "campaigns", "campaigns")):
        files = [
            file.relative_to(source)
            for file in source.rglob("*")
            if file.is_file() and "__pycache__" not in file.parts
        ]
        missing = [str(file) for file in files if not (wheel / target / file).is_file()]
        assert missing == []
    for name in ("workers/app.py", "scheduler.py", "campaigns/templates/email/base.html"):
        assert (wheel / name).is_file()
    assert not (wheel / "tests").exists()


def test_the_installed_package_finds_its_templates(wheel: Path) -> None:
    program = (
        "from campaigns.rendering import templates;"
        "print(templates.environment().get_template('base.html').filename)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=wheel,
        env={"PYTHONPATH": str(wheel), "BEDSIDE_MODE": "test", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()) == wheel / "campaigns/templates/email/base.html"

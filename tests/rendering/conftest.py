"""What several tests of rendering stand on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from campaigns import settings


@pytest.fixture
def own_templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of the owner's own templates, searched first."""
    changed = settings.current().model_copy(update={"templates_dir": tmp_path})
    monkeypatch.setattr(settings, "current", lambda: changed)
    yield tmp_path
    monkeypatch.undo()

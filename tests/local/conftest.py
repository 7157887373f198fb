"""What the tests of the embedded default share: folders with awkward names, and free ports."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from campaigns import settings
from campaigns.local import demo, servers
from campaigns.settings import Settings


@pytest.fixture
def sockets() -> Iterator[Path]:
    """A short folder for sockets."""
    folder = servers.make_socket_dir()
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def home() -> Iterator[Path]:
    """A data folder with spaces, longer than a socket's path may be, that any account can reach."""
    outer = Path(tempfile.mkdtemp(prefix="bedside test "))
    outer.chmod(0o711)
    inner = outer / ("a long way down " * 8).strip()
    inner.mkdir(mode=0o711)
    yield inner / ".bedside"
    shutil.rmtree(outer)


@pytest.fixture
def alone(home: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings of a demo that touches nothing else on this machine."""
    for name in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(name)
    return demo.with_free_ports(settings.load(mode="demo", data_dir=home))

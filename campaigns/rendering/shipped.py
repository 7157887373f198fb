"""Pictures that come along with the templates: drawings that starters and samples show."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from PIL import Image

from campaigns import template_folders

FOLDER = "pictures"
_LIST = "pictures.yaml"
_KINDS = {".png": "image/png", ".jpg": "image/jpeg"}


@dataclass(frozen=True, slots=True)
class Shipped:
    """A file of such a picture; `of` names the picture where this is it made smaller."""

    name: str
    path: Path
    width: int
    height: int
    title: str
    alt: str
    of: str | None = None

    @property
    def kind(self) -> str:
        """What browsers call its kind."""
        return _KINDS[self.path.suffix]

    @property
    def content(self) -> bytes:
        """The file."""
        return self.path.read_bytes()


def listed() -> tuple[Shipped, ...]:
    """Every picture that comes along, without its smaller ones; the owner's own folder first."""
    return tuple(each for each in _read(template_folders.folders()).values() if each.of is None)


def named(name: str) -> Shipped | None:
    """The file of this name."""
    return _read(template_folders.folders()).get(name)


def sizes(name: str) -> tuple[Shipped, ...]:
    """A picture and what there is of it made smaller."""
    known = _read(template_folders.folders()).values()
    return tuple(each for each in known if name in (each.name, each.of))


@cache
def _read(folders: tuple[Path, ...]) -> dict[str, Shipped]:
    found: dict[str, Shipped] = {}
    for folder in (each / FOLDER for each in folders):
        if not (folder / _LIST).is_file():
            continue
        for name, words in yaml.safe_load((folder / _LIST).read_text(encoding="utf-8")).items():
            stem = name.partition(".")[0]
            for path in sorted(folder.glob(f"{stem}*")):
                with Image.open(path) as picture:
                    width, height = picture.size
                found[path.name] = Shipped(
                    name=path.name,
                    path=path,
                    width=width,
                    height=height,
                    title=str(words["title"]),
                    alt=str(words["alt"]),
                    of=None if path.name == name else name,
                )
    return found

"""Messages as other tools make them: invented words in the markup of each."""

from pathlib import Path

_FOLDER = Path(__file__).parent / "messages"

NAMES = tuple(sorted(each.stem for each in _FOLDER.glob("*.html")))


def read(name: str) -> str:
    """The HTML of this message."""
    return (_FOLDER / f"{name}.html").read_text(encoding="utf-8")

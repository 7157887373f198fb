"""Templates of the owner's own, which are found first."""

from pathlib import Path


def write(folder: Path, name: str, text: str) -> None:
    """One template of the owner's own."""
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")

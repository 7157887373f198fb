"""The folders that templates of messages are looked for in: the owner's own first, then ours."""

from pathlib import Path

from campaigns import settings

_PACKAGE = Path(__file__).resolve().parent
INSIDE = _PACKAGE / "templates" / "email"
"""In an installed wheel."""
BESIDE = _PACKAGE.parent / "templates" / "email"
"""In a clone."""


def folders() -> tuple[Path, ...]:
    """Where templates are looked for, in order: the owner's own folder, then ours."""
    own = settings.current().templates_dir
    return tuple(each for each in (own, INSIDE, BESIDE) if each is not None)

"""Where templates are found and the sandbox they run in; staff text is data, never a template."""

from functools import cache
from pathlib import Path

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from campaigns import language, settings
from campaigns.rendering import plaintext

_PACKAGE = Path(__file__).resolve().parents[1]
INSIDE = _PACKAGE / "templates" / "email"
"""In an installed wheel."""
BESIDE = _PACKAGE.parent / "templates" / "email"
"""In a clone."""


def folders() -> tuple[Path, ...]:
    """Where templates are looked for, in order: the owner's own folder, then ours."""
    own = settings.current().templates_dir
    return tuple(each for each in (own, INSIDE, BESIDE) if each is not None)


def environment(for_language: str = "en") -> ImmutableSandboxedEnvironment:
    """The sandbox for one language: autoescaped, and an unknown name is an error."""
    return _environment(for_language, folders())


@cache
def _environment(for_language: str, searched: tuple[Path, ...]) -> ImmutableSandboxedEnvironment:
    made = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader([str(each) for each in searched]),
        autoescape=lambda name: name is None or not name.endswith(".txt"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.install_gettext_translations(  # type: ignore[attr-defined]
        language.catalogue(for_language), newstyle=True
    )
    made.filters |= {
        "wrap": plaintext.wrapped,
        "ruled": plaintext.ruled,
        "plain": plaintext.plain,
    }
    return made

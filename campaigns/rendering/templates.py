"""Where templates are found and the sandbox they run in; staff text is data, never a template."""

from functools import cache
from pathlib import Path

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from campaigns import language
from campaigns.rendering import plaintext
from campaigns.rendering.conditions import Rif
from campaigns.template_folders import BESIDE, INSIDE, folders

__all__ = ["BESIDE", "INSIDE", "environment", "folders"]


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
        extensions=["jinja2.ext.i18n", Rif],
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

"""Sentences shown to readers come from a gettext catalogue: a language is a file."""

import gettext
from functools import cache
from pathlib import Path

LOCALES = Path(__file__).parent / "locales"
"""One folder a language: `<language>/LC_MESSAGES/bedside.mo`; English is the source itself."""


@cache
def catalogue(language: str = "en", folder: Path = LOCALES) -> gettext.NullTranslations:
    """The sentences of this language; where it has no file or no entry, English."""
    return gettext.translation("bedside", localedir=folder, languages=[language], fallback=True)


def translate(sentence: str, language: str = "en") -> str:
    """One sentence in this language."""
    return catalogue(language).gettext(sentence)


def mark(sentence: str) -> str:
    """Mark a sentence for the catalogue, as `_`; it is translated where it is shown."""
    return sentence

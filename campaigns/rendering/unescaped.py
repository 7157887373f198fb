"""Style rules without the escapes that disguise them from a reader, though from no program."""

import re

_HEX_ESCAPE = re.compile(r"\\([0-9a-f]{1,6})\s?", re.IGNORECASE)


def unescaped(css: str) -> str:
    """Style rules in lower case, each escape as its letter: for looking, never for sending."""

    def letter(found: re.Match[str]) -> str:
        number = int(found.group(1), 16)
        return chr(number) if 0 < number < 0x11_0000 else ""

    return _HEX_ESCAPE.sub(letter, css).replace("\\", "").lower()

"""A language is a file; where it has no entry, English is shown."""

import struct
from pathlib import Path

from campaigns import language


def make_catalogue(folder: Path, name: str, entries: dict[str, str]) -> None:
    """Write a gettext `.mo` file (the format of the GNU gettext manual, section 10.3)."""
    pairs = sorted({"": "Content-Type: text/plain; charset=UTF-8\n", **entries}.items())
    encoded = [(key.encode(), value.encode()) for key, value in pairs]
    start = 28 + 16 * len(encoded)
    keys, values, text = b"", b"", b""
    for column in (0, 1):
        for pair in encoded:
            place = struct.pack("<II", len(pair[column]), start + len(text))
            keys, values = (keys + place, values) if column == 0 else (keys, values + place)
            text += pair[column] + b"\0"
    header = struct.pack("<7I", 0x950412DE, 0, len(encoded), 28, 28 + 8 * len(encoded), 0, 0)
    target = folder / name / "LC_MESSAGES" / "bedside.mo"
    target.parent.mkdir(parents=True)
    target.write_bytes(header + keys + values + text)


def test_a_language_is_a_file(tmp_path: Path) -> None:
    make_catalogue(tmp_path, "es", {"Book your visit": "Reserve su visita"})
    spanish = language.catalogue("es", tmp_path)
    assert spanish.gettext("Book your visit") == "Reserve su visita"
    assert spanish.gettext("Not translated yet") == "Not translated yet"


def test_a_language_without_a_file_is_shown_in_english() -> None:
    assert language.translate("Book your visit", "tlh") == "Book your visit"

"""Write caniemail's data anew from its npm package: `make mail-clients`.

Of the whole only the features that a rule of ours names are kept, each with the newest tested
version of every mail program, so that equal packages and rules make equal files.
"""

import json
import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from campaigns.compliance.finished import mail_clients

_KNOWN_BEST = (
    "apple-mail", "gmail", "outlook", "yahoo", "samsung-email", "aol", "thunderbird", "protonmail",
)  # fmt: skip
"""Families as they are named first: those that most people read with."""
_PLATFORMS = {
    "desktop-webmail": "web", "webmail": "web", "mobile-webmail": "web on phones",
    "desktop-app": "desktop", "ios": "iOS", "android": "Android", "macos": "macOS",
    "windows": "Windows", "windows-mail": "Windows Mail", "outlook-com": "web",
}  # fmt: skip


def main(arguments: list[str]) -> None:
    """Read the package that is named, and write what its checks need beside them."""
    package = Path(arguments[0])
    mail_clients.FOLDER.mkdir(exist_ok=True)
    with tarfile.open(package) as archive:
        data, about = (
            json.loads(_file(archive, "data/caniemail.json")),
            json.loads(_file(archive, "package.json")),
        )
        licence = _file(archive, "LICENSE")
    written = json.dumps(reduced(data, about), indent=1, ensure_ascii=False, sort_keys=True)
    (mail_clients.FOLDER / "features.json").write_text(f"{written}\n", encoding="utf-8")
    (mail_clients.FOLDER / "LICENSE").write_bytes(licence)


def reduced(data: Mapping[str, Any], about: Mapping[str, Any]) -> dict[str, Any]:
    """What the checks read of caniemail's data; raises KeyError for a feature it does not have."""
    known = {each["slug"]: each for each in data["data"]}
    return {
        "source": f"https://www.npmjs.com/package/{about['name']}/v/{about['version']}",
        "licence": f"{about['license']}, see LICENSE beside this file",
        "from": "https://www.caniemail.com",
        "updated": data["last_update_date"][:10],
        "features": {slug: _feature(known[slug], data) for slug in sorted(mail_clients.rules())},
    }


def _file(archive: tarfile.TarFile, name: str) -> bytes:
    found = archive.extractfile(f"package/{name}")
    assert found is not None
    return found.read()


def _feature(each: Mapping[str, Any], data: Mapping[str, Any]) -> dict[str, Any]:
    year, month, day = each["last_test_date"].split("-")
    names = data["nicenames"]["family"]
    return {
        "title": each["title"],
        "url": each["url"],
        "tested_on": f"{year}-{month:0>2}-{day:0>2}",
        "without": list(_named(each["stats"], "n", names)),
        "in_part": list(_named(each["stats"], "a", names)),
    }


def _named(
    stats: Mapping[str, Mapping[str, Mapping[str, str]]], answer: str, names: Mapping[str, str]
) -> Iterator[str]:
    """The mail programs of this answer, with the places it is about where it is not all of them."""
    order = [*(each for each in _KNOWN_BEST if each in stats), *sorted(set(stats) - {*_KNOWN_BEST})]
    for family in order:
        newest = {name: list(tested.values())[-1] for name, tested in stats[family].items()}
        meant = [name for name, said in newest.items() if said.split()[0] == answer]
        if not meant:
            continue
        places = ", ".join(dict.fromkeys(_PLATFORMS[each] for each in meant))
        yield names[family] if len(meant) == len(newest) else f"{names[family]} ({places})"

"""The finished message is held against mail programs and readers; each rule is tried both ways."""

import io
import json
import tarfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from campaigns.compliance import findings, preflight
from campaigns.compliance.findings import Finding
from campaigns.compliance.finished import checks, mail_clients, refresh
from campaigns.compliance.models import Severity
from tests.compliance.finished_messages import FIRES, NESTED, SILENT, dark, page
from tests.compliance.messages import block, message


def _found(number: int, rule: str, tried: dict[str, Any]) -> list[Finding]:
    return [each for each in preflight.inspect(tried[rule][number]) if each.rule == rule]


@pytest.mark.parametrize(
    ("rule", "number"), [(rule, n) for rule, each in FIRES.items() for n in range(len(each))]
)
def test_the_rule_fires(rule: str, number: int) -> None:
    found = _found(number, rule, FIRES)
    assert found
    for each in found:
        assert each.mend
        assert each.place


@pytest.mark.parametrize(
    ("rule", "number"), [(rule, n) for rule, each in SILENT.items() for n in range(len(each))]
)
def test_the_rule_is_silent(rule: str, number: int) -> None:
    assert _found(number, rule, SILENT) == []


def test_every_rule_on_the_finished_message_is_tried_both_ways() -> None:
    assert set(FIRES) == set(SILENT)


def test_a_finding_on_a_mail_program_says_which_and_when_it_was_tested() -> None:
    [found] = _found(0, "MC-10", FIRES)
    assert found.message == (
        "“display: flex” does not work in every mail program: things that stand side by side "
        "would stand one below the other.\n"
        "Not in Outlook (Windows, Windows Mail), GMX (web), Orange, WEB.DE (web); "
        "only in part in Gmail (iOS, Android). Tested by caniemail on 2 Nov 2021."
    )
    assert "https://www.caniemail.com/features/css-display-flex/" in found.source
    [found] = _found(0, "MC-04", FIRES)
    assert " and 5 more" in found.message


def test_a_feature_that_is_nowhere_missing_is_said_to_work_in_part() -> None:
    known = mail_clients.features()["css-display-flex"]
    assert known.model_copy(update={"without": ()}).where == (
        "Only in part in Gmail (iOS, Android)"
    )


def test_every_rule_on_mail_programs_names_features_that_caniemail_tested() -> None:
    named = [each for rule in findings.pack().values() for each in rule.features]
    assert len(named) == len(set(named))
    assert set(named) == set(mail_clients.features())
    for slug, each in mail_clients.features().items():
        assert each.without or each.in_part, slug
        assert date(2019, 1, 1) <= each.tested_on <= date(2026, 1, 1), slug
        assert slug in each.url


def test_what_mail_programs_never_show_stops_it_and_what_some_show_does_not() -> None:
    severities = {rule: said.severity for rule, said in findings.pack().items() if rule[:2] == "MC"}
    stopping = {rule for rule, each in severities.items() if each is Severity.BLOCK}
    assert stopping == {f"MC-0{number}" for number in range(1, 9)}
    assert {severities[each] for each in set(severities) - stopping} == {Severity.WARN}


def test_the_licence_of_the_data_lies_beside_it() -> None:
    assert "MIT License" in (mail_clients.FOLDER / "LICENSE").read_text(encoding="utf-8")


def test_the_data_is_written_anew_from_the_package_and_equal_packages_make_equal_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = mail_clients.features()
    feature: dict[str, Any] = {
        "last_test_date": "2024-05-1",
        "stats": {
            "zeta": {"ios": {"1": "y", "2": "n #1"}, "webmail": {"1": "y"}},
            "gmail": {"ios": {"1": "a"}, "webmail": {"1": "a #2"}},
            "outlook": {"windows": {"2019": "y"}},
        },
    }
    data = {
        "last_update_date": "2025-09-09 18:08:06 +0000",
        "nicenames": {"family": {"gmail": "Gmail", "outlook": "Outlook", "zeta": "Zeta"}},
        "data": [
            feature | {"slug": slug, "title": each.title, "url": each.url}
            for slug, each in known.items()
        ],
    }
    about = {"name": "caniemail", "version": "9.9.9", "license": "MIT"}
    package = tmp_path / "caniemail.tgz"
    with tarfile.open(package, "w:gz") as archive:
        for name, written in (
            ("data/caniemail.json", json.dumps(data)),
            ("package.json", json.dumps(about)),
            ("LICENSE", "MIT License"),
        ):
            entry = tarfile.TarInfo(f"package/{name}")
            entry.size = len(written)
            archive.addfile(entry, io.BytesIO(written.encode()))
    written_now = []
    for folder in ("one", "two"):
        monkeypatch.setattr(mail_clients, "FOLDER", tmp_path / folder)
        refresh.main([str(package)])
        written_now.append((tmp_path / folder / "features.json").read_bytes())
    assert written_now[0] == written_now[1]
    made = json.loads(written_now[0])
    assert set(made["features"]) == set(known)
    assert made["features"]["html-form"] == {
        "title": "<form> element",
        "url": "https://www.caniemail.com/features/html-form/",
        "tested_on": "2024-05-01",
        "without": ["Zeta (iOS)"],
        "in_part": ["Gmail"],
    }
    assert made["source"].endswith("/caniemail/v/9.9.9")


def test_contrast_is_measured_in_light_and_in_dark_with_the_colours_named() -> None:
    spoilt = page('<p class="x" style="color: #767676">Fine in light</p>', style=dark(".x {}"))
    [found] = [each for each in preflight.inspect(spoilt) if each.rule == "AX-08"]
    assert found.message == (
        "Text is hard to read in dark mode: #767676 on #121212 has a contrast of 4.1 to 1, "
        "and 4.5 is the least."
    )
    assert found.sentence == "Fine in light"
    assert found.place == "block article"


def test_the_same_colours_are_told_once_a_block() -> None:
    grey = '<p style="color: #949494">Grey</p>'
    twice = message(block("article", "Grey", markup=grey * 2), block("quote", "Grey", markup=grey))
    places = [each.place for each in preflight.inspect(twice) if each.rule == "AX-08"]
    assert places == ["block article", "block quote"]


def test_what_stands_in_no_block_is_told_of_the_whole_message() -> None:
    [found] = [each for each in preflight.inspect(page(style=NESTED)) if each.rule == "MC-08"]
    assert found.place == "message"
    assert "@media screen { @media (max-width: 480px)" in found.message


def test_an_equal_message_is_looked_through_once() -> None:
    checks.found.cache_clear()
    first = preflight.inspect(page('<p style="gap: 8px">Hello</p>'))
    again = preflight.inspect(page('<p style="gap: 8px">Hello</p>'))
    assert first == again
    assert checks.found.cache_info().misses == 1

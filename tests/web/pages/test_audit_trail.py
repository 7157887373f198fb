"""The audit trail tells owners in words who did what, and hands it out as a file."""

import csv
from typing import Any

import pytest

from campaigns.accounts import audit
from campaigns.accounts.models import Organisation, Role, User
from campaigns.accounts.trail import PAGE
from campaigns.web.pages.settings.audit_trail import HERE
from tests.factories import make_user
from tests.web.pages.desk import Desk, Live


def record(desk: Desk, user: User | None, subject: str, **values: Any) -> None:
    assert user is not None
    with desk.sessions.begin() as session:
        known = {"verb": "change roles", "subject": subject} | values
        audit.record(session, actor=session.get_one(User, user.id), **known)


def test_a_deed_is_told_in_words_with_before_and_after(desk: Desk) -> None:
    owner = desk.as_(Role.OWNER)
    record(
        desk,
        owner.user,
        "user ada@example.com",
        before={"roles": ["desk"]},
        after={"roles": ["owner", "viewer"]},
        reason="She runs the place now.",
    )
    page = owner.get(HERE).text
    assert owner.user is not None
    for words in (
        owner.user.name,
        "changed roles: user ada@example.com",
        "user ada@example.com",
        "Front desk",
        "Owner, Viewer",
        "She runs the place now.",
    ):
        assert words in page
    assert "{" not in page.partition("<main")[2]


def test_it_is_narrowed_by_person_subject_and_day(desk: Desk) -> None:
    owner = desk.as_(Role.OWNER)
    with desk.sessions.begin() as session:
        cora = make_user(session, Role.COORDINATOR)
    record(desk, owner.user, "campaign autumn")
    record(desk, cora, "campaign spring")
    by_person = owner.get(HERE, params={"person": cora.id}).text
    assert "campaign spring" in by_person
    assert "campaign autumn" not in by_person.partition("<ol")[2]
    assert "campaign autumn" in owner.get(HERE, params={"subject": "AUTUMN"}).text
    nothing = owner.get(HERE, params={"since": "2020-01-01", "until": "2020-01-02"}).text
    assert "Nothing was done here" in nothing
    assert 'value="2020-01-01"' in nothing


def test_pages_lead_to_one_another_and_keep_what_was_looked_for(desk: Desk) -> None:
    owner = desk.as_(Role.OWNER)
    for number in range(PAGE + 1):
        record(desk, owner.user, f"campaign {number:03}")
    first = owner.get(HERE, params={"subject": "campaign"}).text
    assert "campaign 000" not in first
    assert "subject=campaign&amp;below=" in first
    oldest = first.partition("below=")[2].partition('"')[0]
    second = owner.get(HERE, params={"subject": "campaign", "below": oldest}).text
    assert "campaign 000" in second
    assert 'rel="prev"' in second


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"since": "yesterday"}, "Enter a date, such as 2026-11-24."),
        ({"since": "0001-01-01"}, "Enter 2000-01-01 or more."),
        ({"until": "9999-12-31"}, "Enter 2999-12-31 or less."),
        ({"person": "x"}, "Enter a whole number"),
        ({"below": "99999999999999999999"}, "Please look at the marked"),
        ({"subject": "x" * 201}, "Use at most 200 characters."),
    ],
)
@pytest.mark.parametrize("path", [HERE, f"{HERE}/file"])
def test_what_cannot_be_looked_for_is_said(
    desk: Desk, path: str, asked: dict[str, str], sentence: str
) -> None:
    answer = desk.as_(Role.OWNER).get(path, params=asked)
    assert answer.status_code == 422
    assert sentence in answer.text or "please look at the marked" in answer.text


def test_the_file_has_everything_that_was_looked_for(desk: Desk) -> None:
    owner = desk.as_(Role.OWNER)
    for number in range(PAGE + 1):
        record(desk, owner.user, f"campaign {number:03}")
    answer = owner.get(f"{HERE}/file", params={"subject": "campaign"})
    assert answer.headers["content-type"].startswith("text/csv")
    assert "audit-trail.csv" in answer.headers["content-disposition"]
    rows = list(csv.reader(answer.text.splitlines()))
    assert len(rows) == PAGE + 2
    assert rows[1][4] == f"campaign {PAGE:03}"


def test_before_the_clinic_is_set_up_the_trail_speaks_utc(desk: Desk) -> None:
    owner = desk.as_(Role.OWNER)
    with desk.sessions.begin() as session:
        session.delete(session.get_one(Organisation, 1))
    record(desk, owner.user, "campaign autumn")
    assert "UTC" in owner.get(HERE).text


@pytest.mark.parametrize("role", [each for each in Role if each is not Role.OWNER])
@pytest.mark.parametrize("path", [HERE, f"{HERE}/file"])
def test_nobody_but_an_owner_reads_it(desk: Desk, role: Role, path: str) -> None:
    assert desk.as_(role).get(path).status_code == 403


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (375, "dark")])
def test_the_trail_is_plain_and_accessible(live: Live, width: int, scheme: str) -> None:
    with live.sessions.begin() as session:
        owner = make_user(session, name="Olive Owner")
        for name in ("autumn", "spring"):
            audit.record(
                session,
                actor=owner,
                verb="edit campaign",
                subject=f"campaign {name}",
                before={"title": "Old"},
                after={"title": f"The {name} letter"},
                reason="Shorter.",
            )
    page = live.as_(user=owner, path=HERE, width=width, scheme=scheme)  # type: ignore[arg-type]
    live.inspect(page)
    page.get_by_label("What it was about").fill("spring")
    page.get_by_role("button", name="Look").click()
    page.get_by_role("link", name="Show everything").wait_for()
    assert page.locator(".trail > li").count() == 1
    live.inspect(page)

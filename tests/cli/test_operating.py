"""For the operator: the knobs, the schema, the big switch, and the demo."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from campaigns import settings
from campaigns.accounts import queries as accounts
from campaigns.accounts.models import AuditEntry, Role
from campaigns.database import Session, Sessions
from campaigns.local import demo, sample, servers
from campaigns.local.processes import environment_of
from tests.cli.conftest import Shell
from tests.factories import make_user

SECRETS = {
    "DATABASE_URL": "postgresql://clinic:hunter2@db.example.com:5432/bedside",
    "REDIS_URL": "redis://:hunter2@redis.example.com:6379/0",
    "BEDSIDE_SMTP_URL": "smtp+starttls://news:hunter2@mail.example.com:587",
    "BEDSIDE_KEYS": "2:hunter2-hunter2-hunter2,1:hunter2-hunter2-hunter2-old",
    "BEDSIDE_SUPPRESSION_KEY": "hunter2-hunter2-hunter2-hunter2",
}


def test_every_setting_is_shown_with_what_it_means(bedside: Shell) -> None:
    rows = {each["setting"]: each for each in bedside.json("settings", "check")}
    assert set(rows) == {settings.variable(name) for name in settings.Settings.model_fields}
    assert all(each["means"] for each in rows.values())
    assert rows["BEDSIDE_MODE"]["value"] == "test"
    assert bedside.ok("settings", "check").endswith("The settings can be used.\n")


def test_no_secret_is_shown_not_even_inside_an_address(bedside: Shell) -> None:
    for said in (
        bedside.ok("settings", "check", **SECRETS),
        bedside.ok("settings", "check", "--json", **SECRETS),
    ):
        assert "hunter2" not in said
        for shown in ("clinic:***@db.example.com", "redis://:***@redis.example.com:6379/0"):
            assert shown in said
        assert said.count("(set, not shown)") == 3


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://clinic:hun:ter@2@db.example.com/bedside",
        "postgresql://clinic:hunter/2@db.example.com/bedside",
        "postgresql://db.example.com/bedside?user=clinic&password=hunter2&sslmode=require",
        "postgresql://db.example.com/bedside?sslpassword=hunter2",
    ],
)
def test_a_password_is_hidden_wherever_it_stands(bedside: Shell, url: str) -> None:
    rows = bedside.json("settings", "check", DATABASE_URL=url)
    (shown,) = (each["value"] for each in rows if each["setting"] == "DATABASE_URL")
    assert "hun" not in shown
    assert "***" in shown
    assert "db.example.com/bedside" in shown


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BEDSIDE_MODE", "live"),
        ("BEDSIDE_PUBLIC_URL", "mail.example.com"),
        ("BEDSIDE_SMTP_URL", "http://news:hunter2@mail.example.com"),
        ("DATABASE_URL", "mysql://news:hunter2@db.example.com/x"),
        ("BEDSIDE_KEYS", "hunter2"),
    ],
)
def test_a_wrong_setting_is_named_and_not_shown(bedside: Shell, name: str, value: str) -> None:
    said = bedside.refused("settings", "check", **{name: value})
    assert said.startswith(f"{name} is wrong: ")
    assert "hunter2" not in said


def test_a_shell_without_settings_checks_those_of_the_running_demo(
    bedside: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "data"
    tenancy = servers.Tenancy(folder)
    environment = {"BEDSIDE_MODE": "demo", "DATABASE_URL": "postgresql://demo@/bedside"}
    tenancy.announce(environment, socket_dir=tmp_path)
    names = ("BEDSIDE_MODE", "DATABASE_URL", "REDIS_URL", "BEDSIDE_REDIS_PREFIX")
    before = {name: os.environ.get(name) for name in names}
    try:
        rows = bedside.json(
            "settings", "check", BEDSIDE_DATA_DIR=str(folder), DATABASE_URL="", BEDSIDE_MODE=""
        )
    finally:
        tenancy.leave()
    shown = {each["setting"]: each["value"] for each in rows}
    assert shown["BEDSIDE_MODE"] == "demo"
    assert shown["DATABASE_URL"] == "postgresql+psycopg://demo@/bedside"
    assert before == {name: os.environ.get(name) for name in names}


def paused_by(sessions: Sessions) -> str:
    with sessions() as session:
        return accounts.organisation(session).sending_paused_by


def test_all_sending_stops_and_goes_on(bedside: Shell, clinic: Sessions) -> None:
    said = bedside.ok("pause-all", as_=sample.OWNER)
    assert "`bedside resume-all` lets them go on." in said
    assert paused_by(clinic) == "Olive Owner"
    assert "message" in bedside.json("pause-all", as_=sample.COORDINATOR)
    assert paused_by(clinic) == "Olive Owner", "who paused first is named"
    assert bedside.ok("resume-all", as_=sample.COORDINATOR) == "Newsletters go on.\n"
    assert paused_by(clinic) == ""
    assert "message" in bedside.json("resume-all", as_=sample.OWNER)
    with clinic() as session:
        verbs = [each.verb for each in session.query(AuditEntry).order_by(AuditEntry.id)]
    assert verbs[-2:] == ["pause all sending", "resume all sending"]


def test_migrating_a_database_that_is_up_to_date_changes_nothing(
    bedside: Shell, committed: Sessions
) -> None:
    assert bedside.ok("migrate") == "The database is up to date.\n"
    assert bedside.json("migrate") == {"message": "The database is up to date."}


def test_an_empty_database_is_migrated(bedside: Shell, database_url: str) -> None:
    plain = make_url(database_url).set(drivername="postgresql")
    name = f"{plain.database}_empty"
    with psycopg.connect(
        plain.render_as_string(hide_password=False), autocommit=True
    ) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0'.encode())
        try:
            url = plain.set(database=name).render_as_string(hide_password=False)
            assert "run `bedside migrate`" in bedside.refused("campaigns", "list", DATABASE_URL=url)
            bedside.ok("migrate", DATABASE_URL=url)
            assert bedside.json("campaigns", "list", DATABASE_URL=url) == []
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


def test_a_database_of_another_version_is_not_touched(bedside: Shell, committed: Sessions) -> None:
    with committed.begin() as session:
        before = version(session)
        session.execute(text("UPDATE alembic_version SET version_num = 'from_tomorrow'"))
    try:
        said = bedside.refused("migrate")
        assert "made by another version of Bedside" in said
        assert "from_tomorrow" in said
    finally:
        with committed.begin() as session:
            session.execute(text("UPDATE alembic_version SET version_num = :v"), {"v": before})


def version(session: Session) -> str:
    return str(session.scalar(text("SELECT version_num FROM alembic_version")))


def test_reset_deletes_the_demos_data_and_nothing_else(bedside: Shell, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    (folder / "postgres").mkdir(parents=True)
    (folder / "inbox.sqlite3").touch()
    (folder / "mine.txt").touch()
    said = bedside.ok("demo", "--reset", BEDSIDE_DATA_DIR=str(folder))
    assert said == "The demo's data is deleted.\n"
    assert [each.name for each in folder.iterdir() if each.name != "lock"] == ["mine.txt"]
    missing = str(tmp_path / "nowhere")
    said = bedside.ok("demo", "--reset", BEDSIDE_DATA_DIR=missing)
    assert said == "There is no demo's data to delete.\n"


def test_reset_waits_for_a_demo_that_runs(bedside: Shell, tmp_path: Path) -> None:
    tenancy = servers.Tenancy(tmp_path)
    try:
        said = bedside.refused("demo", "--reset", BEDSIDE_DATA_DIR=str(tmp_path))
    finally:
        tenancy.leave()
    assert "The demo is already running" in said
    assert "stop it with Ctrl-C first" in said


def test_the_demo_does_not_run_in_production(bedside: Shell) -> None:
    production = SECRETS | {
        "BEDSIDE_MODE": "production",
        "BEDSIDE_PUBLIC_URL": "https://mail.example.com",
    }
    for words in (("demo",), ("demo", "--once")):
        said = bedside.refused(*words, **production)
        assert said == "The demo does not run in production: BEDSIDE_MODE is production."


@pytest.mark.processes
def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        given = settings.load(mode="demo", data_dir=tmp_path, web_port=port)
        ports = demo.with_free_ports(given).model_copy(update={"web_port": port})
        done = subprocess.run(
            [sys.executable, "-m", "campaigns", "demo"],
            env=os.environ | environment_of(ports),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert str(port) in done.stderr
    assert "BEDSIDE_WEB_PORT" in done.stderr


def test_a_person_who_left_may_not_act(bedside: Shell, clinic: Sessions) -> None:
    with clinic.begin() as session:
        gone = make_user(session, Role.OWNER)
        gone.disabled_at = gone.created_at
        address = gone.address
    assert "may not pause all sending" in bedside.refused("pause-all", as_=address)

"""A wrong setting stops the start and names itself; secrets may come from files."""

from pathlib import Path

import pytest

from campaigns import settings
from campaigns.errors import Misconfigured
from campaigns.settings import Settings

ROOT = Path(__file__).parents[2]

WRONG = {
    "BEDSIDE_MODE": "staging",
    "DATABASE_URL": "mysql://db/bedside",
    "REDIS_URL": "http://redis",
    "BEDSIDE_PUBLIC_URL": "mail.example.com",
    "BEDSIDE_TEXAS_TESTIMONIALS": "perhaps",
    "BEDSIDE_WEB_PORT": "99999",
    "BEDSIDE_TRUSTED_PROXIES": "the proxy",
    "BEDSIDE_KEYS": "1:short",
    "BEDSIDE_SMTP_URL": "http://mail.example.com",
    "BEDSIDE_SMTP_TIMEOUT_SECONDS": "0",
    "BEDSIDE_DNS_SERVER": "dns.example.com",
    "BEDSIDE_INBOX_SMTP_PORT": "0",
    "BEDSIDE_INBOX_WEB_PORT": "web",
    "BEDSIDE_TEMPLATES_DIR": "/nowhere/at/all",
    "BEDSIDE_CURRENCY": "dollars",
    "BEDSIDE_PACE_PER_MINUTE": "-1",
    "BEDSIDE_BATCH_SIZE": "0",
    "BEDSIDE_LEASE_SECONDS": "1",
    "BEDSIDE_TICK_SECONDS": "0",
    "BEDSIDE_MISSED_WINDOW_MINUTES": "0",
    "BEDSIDE_SEND_WITHIN_HOURS": "0",
    "BEDSIDE_ATTRIBUTION_DAYS": "31",
    "BEDSIDE_HOLD_HOURS": "0",
    "BEDSIDE_REFERENCE_DAYS_OFFERED": "91",
    "BEDSIDE_REFERENCE_DAYS_UNRAISED": "-1",
    "BEDSIDE_REFERENCE_PROMOTION_PERCENT": "101",
    "BEDSIDE_CLAIM_SHARE_PERCENT": "0",
    "BEDSIDE_WORKER_CONCURRENCY": "0",
    "BEDSIDE_LOG_FORMAT": "xml",
    "BEDSIDE_LOG_LEVEL": "loud",
}
FREE = {  # any text serves
    "BEDSIDE_REDIS_PREFIX",
    "BEDSIDE_WEB_HOST",
    "BEDSIDE_SUPPRESSION_KEY",
    "BEDSIDE_BOUNCE_DOMAIN",
    "BEDSIDE_DATA_DIR",
    "BEDSIDE_USER",
}


@pytest.mark.parametrize(("variable", "value"), WRONG.items())
def test_a_wrong_value_is_refused_and_its_variable_named(
    environment: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    environment.setenv(variable, value)
    with pytest.raises(Misconfigured, match=f"^{variable} is wrong: "):
        settings.load()


def test_every_setting_that_can_be_wrong_is_tested() -> None:
    assert {settings.variable(name) for name in Settings.model_fields} == WRONG.keys() | FREE


def test_several_wrong_values_are_all_named(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("BEDSIDE_MODE", "staging")
    environment.setenv("BEDSIDE_BATCH_SIZE", "many")
    with pytest.raises(Misconfigured, match=r"BEDSIDE_MODE.*\n(.*\n)*.*BEDSIDE_BATCH_SIZE"):
        settings.load()


@pytest.mark.parametrize(
    "value",
    ["https://mail.example.com/", "https://mail.example.com:port", "https://mail.example.com?a=b"],
)
def test_a_public_address_that_would_break_links_is_refused(
    environment: pytest.MonkeyPatch, value: str
) -> None:
    environment.setenv("BEDSIDE_PUBLIC_URL", value)
    with pytest.raises(Misconfigured, match="BEDSIDE_PUBLIC_URL"):
        settings.load()


def test_a_mail_server_with_an_impossible_port_is_refused(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("BEDSIDE_SMTP_URL", "smtp://mail.example.com:70000")
    with pytest.raises(Misconfigured, match="BEDSIDE_SMTP_URL"):
        settings.load()


@pytest.mark.parametrize(
    "ring", ["0:long-enough-secret-000", "256:long-enough-secret-000", "long-enough-secret-000"]
)
def test_a_key_without_a_version_from_1_to_255_is_refused(
    environment: pytest.MonkeyPatch, ring: str
) -> None:
    environment.setenv("BEDSIDE_KEYS", ring)
    with pytest.raises(Misconfigured, match="BEDSIDE_KEYS is wrong: each key is version:secret"):
        settings.load()


def test_two_keys_of_one_version_are_refused(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("BEDSIDE_KEYS", "1:first-secret-abcdef, 1:other-secret-abcdef")
    with pytest.raises(Misconfigured, match="a version of its own"):
        settings.load()


def test_a_refusal_never_shows_a_secret(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("BEDSIDE_KEYS", "sesame")
    with pytest.raises(Misconfigured) as refusal:
        settings.load()
    assert "sesame" not in str(refusal.value)


def test_secrets_are_not_in_a_printed_record(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("BEDSIDE_KEYS", "2:a-secret-for-links-1")
    environment.setenv("BEDSIDE_SUPPRESSION_KEY", "a-secret-for-hashes")
    environment.setenv("BEDSIDE_SMTP_URL", "smtp://clinic:a-secret-for-mail@mail.example.com")
    assert "a-secret" not in repr(settings.load())


def test_a_secret_may_come_from_a_file(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("kept-in-a-file-for-years\n", encoding="utf-8")
    (tmp_path / "url").write_text("postgresql://clinic:secret@db/bedside\n", encoding="utf-8")
    environment.setenv("BEDSIDE_SUPPRESSION_KEY_FILE", str(tmp_path / "key"))
    environment.delenv("DATABASE_URL")
    environment.setenv("DATABASE_URL_FILE", str(tmp_path / "url"))
    loaded = settings.load()
    assert loaded.suppression_key.get_secret_value() == "kept-in-a-file-for-years"
    assert loaded.database_url == "postgresql+psycopg://clinic:secret@db/bedside"


def test_the_variable_itself_goes_before_its_file(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "user").write_text("filed@example.com", encoding="utf-8")
    environment.setenv("BEDSIDE_USER_FILE", str(tmp_path / "user"))
    environment.setenv("BEDSIDE_USER", "given@example.com")
    assert settings.load().user == "given@example.com"


def test_a_secret_file_that_cannot_be_read_is_named(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    environment.setenv("BEDSIDE_KEYS_FILE", str(tmp_path / "missing"))
    with pytest.raises(Misconfigured, match=r"BEDSIDE_KEYS_FILE: cannot read .*missing: No such"):
        settings.load()


def test_a_secret_file_in_another_encoding_is_named(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "key").write_bytes(b"\xff\xfe1\x00")
    environment.setenv("BEDSIDE_KEYS_FILE", str(tmp_path / "key"))
    with pytest.raises(Misconfigured, match=r"BEDSIDE_KEYS_FILE: .* is not UTF-8 text"):
        settings.load()


def test_an_empty_variable_counts_as_not_set(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("BEDSIDE_TEMPLATES_DIR", "")
    environment.setenv("BEDSIDE_BATCH_SIZE", "")
    assert settings.load().templates_dir is None
    assert settings.load().batch_size == 200


PRODUCTION = {
    "BEDSIDE_MODE": "production",
    "BEDSIDE_KEYS": "1:a-true-secret-of-our-own",
    "BEDSIDE_SUPPRESSION_KEY": "another-true-secret",
    "BEDSIDE_PUBLIC_URL": "https://mail.example.com",
}


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("BEDSIDE_KEYS", ""),
        ("BEDSIDE_KEYS", "9:bedside-demo-and-test-only-key-never-for-production"),
        ("BEDSIDE_SUPPRESSION_KEY", ""),
        ("BEDSIDE_PUBLIC_URL", "http://mail.example.com"),
    ],
)
def test_production_refuses_the_demos_keys_and_plain_http(
    environment: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    for name, each in (PRODUCTION | {variable: value}).items():
        environment.setenv(name, each)
    with pytest.raises(Misconfigured, match=variable):
        settings.load()


def test_production_starts_with_secrets_of_its_own(environment: pytest.MonkeyPatch) -> None:
    for name, value in PRODUCTION.items():
        environment.setenv(name, value)
    assert settings.load().mode == "production"


def test_without_any_setting_the_mode_is_production_and_refuses(
    environment: pytest.MonkeyPatch,
) -> None:
    environment.delenv("BEDSIDE_MODE")
    with pytest.raises(Misconfigured, match="BEDSIDE_KEYS is not set"):
        settings.load()


def test_the_example_file_is_what_the_settings_say() -> None:
    written = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert written == settings.example(), "make env-example"


def test_an_empty_file_sets_nothing(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "smtp").write_text(" \n")
    environment.setenv("BEDSIDE_SMTP_URL_FILE", str(tmp_path / "smtp"))
    assert "smtp_url" not in settings.load().model_fields_set


def test_every_setting_has_a_sentence() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []

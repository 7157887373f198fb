"""Every knob, read once from the environment; a bad value stops the start and names itself."""

import os
import re
from functools import cache
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from campaigns.errors import Misconfigured

Mode = Literal["demo", "test", "production"]

_DEMO_KEY = "1:bedside-demo-and-test-only-key-never-for-production"
_DEMO_SUPPRESSION_KEY = "bedside-demo-and-test-only-suppression-key"


class Settings(BaseSettings):
    """One frozen record; each field becomes `BEDSIDE_NAME` unless it says otherwise."""

    model_config = SettingsConfigDict(
        env_prefix="BEDSIDE_",
        env_ignore_empty=True,
        frozen=True,
        extra="ignore",
        populate_by_name=True,
    )

    mode: Mode = Field("production", description="demo, test or production")
    database_url: str = Field(
        "",
        validation_alias=AliasChoices("DATABASE_URL", "database_url"),
        description="PostgreSQL 18, as postgresql://user@host/name; empty: the embedded server",
    )
    redis_url: str = Field(
        "",
        validation_alias=AliasChoices("REDIS_URL", "redis_url"),
        description="Redis (or Valkey), as redis://host:6379/0; empty: the embedded server",
    )
    redis_prefix: str = Field("bedside:", description="prefix of every key in Redis")
    public_url: str = Field(
        "http://localhost:8125", description="where readers reach this installation; no final /"
    )
    web_host: str = Field("127.0.0.1", description="address the web server listens on")
    web_port: int = Field(8125, ge=1, le=65535, description="port the web server listens on")
    trusted_proxies: str = Field(
        "127.0.0.1,::1",
        description="proxies (addresses or networks, commas between) believed on who asks",
    )
    keys: Annotated[tuple[str, ...], NoDecode] = Field(
        (_DEMO_KEY,),
        repr=False,
        description="key ring for links, as version:secret, newest first, commas between",
    )
    suppression_key: SecretStr = Field(
        SecretStr(_DEMO_SUPPRESSION_KEY),
        description="key under which suppressed addresses are hashed; never change it",
    )
    smtp_url: str = Field(
        "smtp://127.0.0.1:1125",
        repr=False,
        description="mail server: smtp://, smtp+starttls:// or smtps://user:password@host:port",
    )
    smtp_timeout_seconds: float = Field(30.0, gt=0, description="longest wait for one SMTP answer")
    bounce_domain: str = Field(
        "", description="domain of the return path; empty: the domain of the sender's address"
    )
    dns_server: str = Field(
        "",
        pattern=r"^([0-9a-fA-F.:]+@\d{1,5})?$",
        description="where public records are looked up, as address@port; empty: the system's",
    )
    inbox_smtp_port: int = Field(1125, ge=1, le=65535, description="development inbox: SMTP port")
    inbox_web_port: int = Field(8126, ge=1, le=65535, description="development inbox: web port")
    data_dir: Path = Field(
        Path(".bedside"), description="where the embedded servers keep their data"
    )
    templates_dir: Path | None = Field(
        None, description="your own folder of email templates, searched before the shipped ones"
    )
    texas_testimonials: bool = Field(
        False,
        description="let clinics in Texas quote patients; only on a lawyer's advice",
    )
    currency: str = Field(
        "USD", pattern="^[A-Z]{3}$", description="ISO 4217 currency of all prices"
    )
    pace_per_minute: int = Field(
        0, ge=0, description="messages a minute over all campaigns; 0: as fast as possible"
    )
    batch_size: int = Field(200, ge=1, le=5000, description="most deliveries in one batch")
    lease_seconds: int = Field(60, ge=2, le=3600, description="how long a worker holds a batch")
    tick_seconds: float = Field(2.0, ge=0.2, le=60, description="how often the scheduler looks")
    missed_window_minutes: int = Field(
        120, ge=1, description="a campaign later than this is paused, and a person asked"
    )
    send_within_hours: int = Field(72, ge=1, description="a delivery not sent by then expires")
    attribution_days: int = Field(
        7, ge=1, le=30, description="a booking is credited to a click this many days back at most"
    )
    hold_hours: int = Field(72, ge=1, description="how long a requested booking holds its place")
    reference_days_offered: int = Field(
        28, ge=1, le=90, description="days of the last 90 a price stood before it is compared with"
    )
    reference_days_unraised: int = Field(
        28, ge=0, description="days before a promotion in which its regular price was not raised"
    )
    reference_promotion_percent: int = Field(
        50, ge=1, le=100, description="most of the last 180 days a package may be on promotion"
    )
    claim_share_percent: int = Field(
        10, ge=1, le=100, description="least share of packages at the saving that a claim names"
    )
    worker_concurrency: int = Field(2, ge=1, le=64, description="worker processes")
    log_format: Literal["text", "json"] = Field("text", description="text for people, or json")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="log level")
    user: str = Field("", description="who acts on the command line where --as is not given")

    @field_validator("keys", mode="before")
    @classmethod
    def _split_keys(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",")) if isinstance(value, str) else value

    @field_validator("keys")
    @classmethod
    def _keys_are_a_ring(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for each in value:
            if not re.fullmatch(r"(?:[1-9]\d?|1\d\d|2[0-4]\d|25[0-5]):.{16,}", each):
                raise ValueError(
                    "each key is version:secret, version 1 to 255, secret 16+ characters"
                )
        if len({each.partition(":")[0] for each in value}) < len(value):
            raise ValueError("each key needs a version of its own")
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _proxies_are_networks(cls, value: str) -> str:
        for each in value.split(","):
            try:
                ip_network(each.strip())
            except ValueError as error:
                raise ValueError(f"{each.strip()!r} is not an address or network") from error
        return value

    @field_validator("public_url")
    @classmethod
    def _public_url_is_an_address(cls, value: str) -> str:
        parts = urlsplit(value)
        plain = parts.scheme in {"http", "https"} and not (parts.query or parts.fragment)
        if not plain or not parts.hostname or value.endswith("/") or not _has_a_real_port(value):
            raise ValueError("must be like https://mail.example.com, without a final /")
        return value

    @field_validator("smtp_url")
    @classmethod
    def _smtp_url_is_a_relay(cls, value: str) -> str:
        parts = urlsplit(value)
        known = parts.scheme in {"smtp", "smtp+starttls", "smtps"}
        if not known or not parts.hostname or not _has_a_real_port(value):
            raise ValueError("must be like smtp+starttls://user:password@mail.example.com:587")
        return value

    @field_validator("templates_dir")
    @classmethod
    def _templates_are_a_folder(cls, value: Path | None) -> Path | None:
        if value is not None and not value.is_dir():
            raise ValueError("there is no such folder")
        return value

    @field_validator("database_url")
    @classmethod
    def _database_is_postgresql(cls, value: str) -> str:
        if value and not re.match(r"postgres(ql)?(\+psycopg)?://", value):
            raise ValueError("must be a PostgreSQL address, like postgresql://user@host/name")
        return re.sub(r"^postgres(ql)?(\+psycopg)?://", "postgresql+psycopg://", value)

    @field_validator("redis_url")
    @classmethod
    def _redis_is_redis(cls, value: str) -> str:
        if value and not re.match(r"(rediss?|redis\+socket|unix)://", value):
            raise ValueError("must be a Redis address, like redis://host:6379/0")
        return value

    def require_production_secrets(self) -> None:
        """Refuse to run in production with the demo's keys or over plain HTTP."""
        if self.mode != "production":
            return
        if any(_is_demo_key(each) for each in self.keys):
            raise Misconfigured(
                "BEDSIDE_KEYS is not set: links could be forged. Set it to 1: and 32 random "
                "characters, for example from `python -c 'import secrets; "
                "print(secrets.token_urlsafe(32))'`."
            )
        if self.suppression_key.get_secret_value() == _DEMO_SUPPRESSION_KEY:
            raise Misconfigured(
                "BEDSIDE_SUPPRESSION_KEY is not set. Set it once to 32 random characters "
                "and never change it: suppressed addresses are recognised by it."
            )
        if not self.public_url.startswith("https://"):
            raise Misconfigured("BEDSIDE_PUBLIC_URL must begin with https:// in production.")


def _has_a_real_port(url: str) -> bool:
    try:
        return urlsplit(url).port != 0
    except ValueError:
        return False


def _is_demo_key(key: str) -> bool:
    return key.partition(":")[2] == _DEMO_KEY.partition(":")[2]


def _secrets_from_files(environment: dict[str, str]) -> dict[str, Any]:
    """The value of every `NAME_FILE` whose `NAME` is a setting; an empty file sets nothing."""
    values: dict[str, Any] = {}
    for field in Settings.model_fields:
        plain = variable(field)
        path = environment.get(f"{plain}_FILE")
        if path and not environment.get(plain):
            try:
                text = Path(path).read_text(encoding="utf-8").strip()
            except OSError as error:
                raise Misconfigured(
                    f"{plain}_FILE: cannot read {path}: {error.strerror}"
                ) from error
            except UnicodeDecodeError as error:
                raise Misconfigured(f"{plain}_FILE: {path} is not UTF-8 text") from error
            if text:
                values[field] = text
    return values


def load(**overrides: Any) -> Settings:
    """Read the settings afresh; raises Misconfigured naming each wrong variable."""
    values = _secrets_from_files(dict(os.environ)) | overrides
    try:
        settings = Settings(**values)
    except ValidationError as error:
        raise Misconfigured("\n".join(_sentence(each) for each in error.errors())) from error
    settings.require_production_secrets()
    return settings


def _sentence(error: Any) -> str:
    field = str(error["loc"][0]) if error["loc"] else "settings"
    message = error["msg"].removeprefix("Value error, ")
    return f"{variable(field.lower())} is wrong: {message}."


@cache
def current() -> Settings:
    """The settings of this process, read once."""
    return load()


def variable(field: str) -> str:
    """The environment variable that sets this field."""
    plain = field.upper()
    return plain if field in {"database_url", "redis_url"} else f"BEDSIDE_{plain}"


def example() -> str:
    """`.env.example`: every variable with its sentence and its default, commented out."""
    lines = [
        "# Written by `make env-example` from campaigns/settings.py; copy it to .env.",
        "# Each variable may also come from a file: NAME_FILE=/run/secrets/name",
    ]
    for name, field in Settings.model_fields.items():
        sentence = f"{(field.description or '')[:1].upper()}{(field.description or '')[1:]}."
        lines += ["", f"# {sentence}", f"#{variable(name)}={_as_written(name, field.default)}"]
    return "\n".join(lines) + "\n"


def _as_written(name: str, default: Any) -> str:
    """A default as the environment spells it; secrets are left for the owner to choose."""
    if name in {"keys", "suppression_key"} or default is None:
        return ""
    return str(default)

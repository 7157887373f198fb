"""The compose file is what Docker would take, and names only settings and commands that exist.

`schemas/compose-spec.json` is the schema of the Compose Specification (Apache-2.0).
"""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from campaigns.settings import Settings, variable
from tests.house.sources import ROOT, project
from workers.app import ALL_QUEUES

OWN = ("migrate", "web", "newsletters", "worker", "beat")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    """The compose file as Docker reads it, anchors resolved."""
    read: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return read


def settings_named(compose: dict[str, Any]) -> set[str]:
    named = {name for each in OWN for name in compose["services"][each]["environment"]}
    return {name.removesuffix("_FILE") for name in named}


def test_it_fits_the_schema_of_compose_files(compose: dict[str, Any]) -> None:
    schema = json.loads((Path(__file__).parent / "schemas" / "compose-spec.json").read_text())
    jsonschema.validate(compose, schema)


def test_the_schema_would_find_a_slip(compose: dict[str, Any]) -> None:
    schema = json.loads((Path(__file__).parent / "schemas" / "compose-spec.json").read_text())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**compose, "servces": {}}, schema)


def test_every_setting_it_names_is_a_setting(compose: dict[str, Any]) -> None:
    assert settings_named(compose) <= {variable(each) for each in Settings.model_fields}


def test_it_sets_whatever_production_refuses_to_start_without(compose: dict[str, Any]) -> None:
    needed = {"DATABASE_URL", "BEDSIDE_KEYS", "BEDSIDE_SUPPRESSION_KEY", "BEDSIDE_PUBLIC_URL"}
    assert needed <= settings_named(compose)


def test_every_secret_is_a_file_that_its_service_is_given(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        given = set(service.get("secrets", []))
        assert given <= set(compose["secrets"]), name
        read = {
            value.removeprefix("/run/secrets/")
            for value in service.get("environment", {}).values()
            if str(value).startswith("/run/secrets/")
        }
        assert read == given, name


def test_every_command_of_ours_is_one_that_the_package_installs(compose: dict[str, Any]) -> None:
    installed = set(project()["project"]["scripts"])
    for name in OWN:
        program, *words = compose["services"][name]["command"]
        assert program in installed or words == ["-m", "campaigns.web"], name


def test_between_them_the_workers_serve_every_queue(compose: dict[str, Any]) -> None:
    served = [
        queue
        for name in ("newsletters", "worker")
        for queue in compose["services"][name]["command"][2].split(",")
    ]
    assert sorted(served) == sorted(ALL_QUEUES)


def test_what_must_not_be_public_is_not(compose: dict[str, Any]) -> None:
    assert "path /metrics /readyz" in compose["configs"]["proxy"]["content"]
    published = {name for name, each in compose["services"].items() if "ports" in each}
    assert published == {"proxy", "mailpit"}
    assert compose["services"]["mailpit"]["ports"] == ["127.0.0.1:8025:8025"]
    assert compose["services"]["mailpit"]["profiles"] == ["inbox"]


def test_the_network_whose_word_is_trusted_is_the_one_the_proxy_stands_in(
    compose: dict[str, Any],
) -> None:
    (inside,) = compose["networks"]["inside"]["ipam"]["config"]
    trusted = compose["services"]["web"]["environment"]["BEDSIDE_TRUSTED_PROXIES"]
    assert trusted == inside["subnet"]


def test_the_image_is_built_from_files_that_are_there() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    copied = [each.split()[1] for each in lines if each.startswith("COPY") and "--from" not in each]
    assert copied
    for each in copied:
        assert (ROOT / each).exists(), each
    ignored = (ROOT / ".dockerignore").read_text().split()
    assert {".git", "secrets", ".env"} <= set(ignored)
    assert not {"campaigns", "workers", "templates", "requirements"} & set(ignored)

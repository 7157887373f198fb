"""Ports: a taken one is named before anything starts, with the setting that changes it."""

import socket
from collections.abc import Iterator

import pytest

from campaigns.errors import Misconfigured
from campaigns.local import ports


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_taken_port_is_refused_with_its_setting_and_a_free_one(taken: int) -> None:
    with pytest.raises(Misconfigured, match=rf"Port {taken} is in use.*BEDSIDE_WEB_PORT=\d+"):
        ports.require_free(taken, field="web_port", use="the web server")


def test_a_free_port_is_let_pass() -> None:
    ports.require_free(ports.free_port(), field="web_port", use="the web server")

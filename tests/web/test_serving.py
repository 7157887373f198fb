"""Starting the web server: a port in use and a wrong setting are said in one sentence."""

import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from campaigns import settings
from campaigns.errors import Misconfigured
from campaigns.web.__main__ import listen
from tests.web.browsing import Browser

ROOT = Path(__file__).parents[2]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def serve(monkeypatch: pytest.MonkeyPatch, **environment: str) -> subprocess.Popen[str]:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return subprocess.Popen(
        [sys.executable, "-m", "campaigns.web"], cwd=ROOT, stderr=subprocess.PIPE, text=True
    )


@pytest.mark.processes
def test_the_server_answers_and_stops_when_told(monkeypatch: pytest.MonkeyPatch) -> None:
    port = free_port()
    server = serve(monkeypatch, BEDSIDE_WEB_PORT=str(port))
    try:
        transport = httpx.HTTPTransport(retries=0)
        with httpx.Client(transport=transport, base_url=f"http://127.0.0.1:{port}") as asking:
            for _ in range(100):
                try:
                    answer = asking.get("/readyz")
                    break
                except httpx.ConnectError:
                    assert server.poll() is None
                    time.sleep(0.2)
            assert answer.json()["ready"] is True
            assert "server" not in answer.headers
    finally:
        server.terminate()
        _, said = server.communicate(timeout=20)
    assert server.returncode in {0, -15}
    assert "Traceback" not in said


@pytest.mark.processes
def test_a_port_in_use_is_said_with_the_setting_that_moves_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        server = serve(monkeypatch, BEDSIDE_WEB_PORT=str(port))
        _, said = server.communicate(timeout=60)
    assert server.returncode == 1
    assert said.strip() == (
        f"Port {port} on 127.0.0.1 is in use by another program. Stop that one, or set "
        "BEDSIDE_WEB_PORT to a free port."
    )


@pytest.mark.processes
def test_without_a_database_the_server_says_so_and_does_not_start(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = serve(monkeypatch, DATABASE_URL="", BEDSIDE_WEB_PORT=str(free_port()))
    _, said = server.communicate(timeout=60)
    assert server.returncode == 1
    assert "DATABASE_URL" in said
    assert "Traceback" not in said


def test_an_address_that_is_not_this_machines_names_its_setting() -> None:
    configured = settings.load(mode="test", web_host="192.0.2.1")
    with pytest.raises(Misconfigured, match="BEDSIDE_WEB_HOST"):
        listen(configured)


def test_the_server_listens_on_ipv6_too() -> None:
    configured = settings.load(mode="test", web_host="::1", web_port=free_port())
    with listen(configured) as listening:
        assert listening.family == socket.AF_INET6


def test_a_browser_that_can_unpack_gets_the_packed_file(browser: Browser) -> None:
    plain = browser.get("/static/dist/desk.css", headers={"accept-encoding": "identity"})
    packed = browser.get("/static/dist/desk.css", headers={"accept-encoding": "br, gzip"})
    assert packed.headers["content-encoding"] == "br"
    assert packed.headers["content-type"].startswith("text/css")
    assert packed.headers["vary"] == "Accept-Encoding"
    assert int(packed.headers["content-length"]) < len(plain.content) / 3


def test_a_file_without_a_packed_twin_is_served_as_it_is(browser: Browser) -> None:
    answer = browser.get("/static/reader.css", headers={"accept-encoding": "br"})
    assert answer.headers.get("content-encoding") != "br"
    assert answer.status_code == 200

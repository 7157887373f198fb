"""How long the desk takes to begin each answer, and how heavy its pages are, on the demo's data.

`make bench-desk` runs it: the demo's own processes, a campaign sent, every page of the table of
permissions that can be shown, asked for over a kept connection as the owner. Prints a table and, as
its last line, one JSON object: the worst page's p95 of the time to first byte (ms), the heaviest
page with its scripts and styles (KB as they travel).
"""

import gzip
import json
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx

from campaigns import database
from campaigns.accounts import logins
from campaigns.accounts import queries as accounts
from campaigns.local import demo, sample
from campaigns.web import templating
from campaigns.web.staff import COOKIE
from docs.taking import desk, sending

EDITOR = "dist/editor.js"
"""Fetched by the content's script when a text is opened; weighed with its page."""
ROUNDS = 60
DRAFT = "/desk/campaigns/savings-again"
"""A draft with offers, for the one that is sent is not checked afresh."""
WARM = 5
FILES = re.compile(rb'(?:src|href)="(/static/[^"]+\.(?:css|js|svg)\?v=[0-9a-f]+)"')


@dataclass(frozen=True)
class Page:
    """One page: how long its first byte took each time (ms), and what travels for it (bytes)."""

    path: str
    times: list[float]
    weight: int

    @property
    def p95(self) -> float:
        """The 95th percentile of the time to first byte, in milliseconds."""
        return statistics.quantiles(self.times, n=20)[-1]


def ask(client: httpx.Client, path: str) -> tuple[float, bytes, int]:
    """Time to the first byte in ms, what came (a page: unpacked), and how much travelled."""
    began = time.perf_counter()
    with client.stream("GET", path) as answer:
        first = (time.perf_counter() - began) * 1000
        raw = b"".join(answer.iter_raw())
    if answer.status_code != 200:
        raise SystemExit(f"{path} answers {answer.status_code}: nothing to measure")
    packed = answer.headers.get("content-encoding") == "gzip"
    return first, gzip.decompress(raw) if packed else raw, len(raw)


def measured(client: httpx.Client, paths: list[str]) -> Iterator[Page]:
    """Every page, measured in rounds so that no page has a quiet moment to itself."""
    times: dict[str, list[float]] = {path: [] for path in paths}
    weights: dict[str, int] = {}
    for round_ in range(WARM + ROUNDS):
        for path in paths:
            first, html, size = ask(client, path)
            if round_ >= WARM:
                times[path].append(first)
            elif path not in weights:
                files = {each.decode() for each in FILES.findall(html)}
                if path.endswith("/content"):
                    files.add(templating.static(EDITOR))
                weights[path] = size + sum(ask(client, each)[2] for each in files)
    for path in paths:
        yield Page(path, times[path], weights[path])


def main() -> None:
    """Start a demo, send, measure, stop the demo."""
    with tempfile.TemporaryDirectory(prefix="bedside-bench-") as folder:
        settings = demo.with_free_ports(demo.demo_settings(data_dir=Path(folder)))
        with demo.running(settings, quiet=True) as running:
            sending.send()
            sending.copy(DRAFT.rpartition("/")[2])
            with database.transaction(database.sessions()) as session:
                token = logins.begin(session, accounts.user(session, sample.OWNER))
            client = httpx.Client(
                base_url=running.settings.public_url,
                cookies={COOKIE: token},
                headers={"accept-encoding": "br, gzip"},
                timeout=30,
            )
            with client:
                pages = list(measured(client, [*desk.paths(), f"{DRAFT}/check", f"{DRAFT}/review"]))
    slowest = max(pages, key=lambda each: each.p95)
    heaviest = max(pages, key=lambda each: each.weight)
    out = sys.stdout
    for each in sorted(pages, key=lambda page: -page.p95):
        median = statistics.median(each.times)
        out.write(
            f"{each.path:<55} median {median:6.1f} ms   p95 {each.p95:6.1f} ms   "
            f"{each.weight / 1000:6.1f} KB\n"
        )
    result = {
        "pages": len(pages),
        "rounds": ROUNDS,
        "p95_ms": round(slowest.p95, 1),
        "slowest": slowest.path,
        "heaviest_kb": round(heaviest.weight / 1000, 1),
        "heaviest": heaviest.path,
    }
    out.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    main()

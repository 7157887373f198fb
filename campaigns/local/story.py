"""`bedside demo --once`: the whole road once, through the real processes, on a fresh clinic.

Staff work is done by the very commands that people type; readers come through the public pages;
worker, beat, web and inbox are processes of their own. Ends with 0 only if every figure adds up.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from rich.console import Console

from campaigns import clock, database
from campaigns.accounts import queries as accounts
from campaigns.contacts.models import Topic
from campaigns.errors import Unavailable
from campaigns.local import demo, sample
from campaigns.local.reader import Inbox, Page, Reader

T = TypeVar("T")

_EDUCATION, _OFFERS = "health-letter", "package-savings"
_SKIPPED = {
    "suppressed": 3,
    "no_consent": 2,
    "cap": 2,
    **dict.fromkeys(("withdrawn", "unconfirmed", "paused_by_contact", "region"), 1),
    **dict.fromkeys(("booking_upcoming", "cool_down", "promotion_used"), 1),
}
_AUDIENCE, _SENT, _PRICE_CENTS = 24, 10, 188_700
_PATIENCE_SECONDS = 90.0
_AHEAD = timedelta(seconds=12)


class Story:
    """The telling: what is done is printed, and each figure is compared with what it must be."""

    def __init__(self, console: Console, running: demo.Running) -> None:
        self._console = console
        self._inbox = Inbox(running.inbox_url)
        self._differences: list[str] = []
        self._subjects: dict[str, str] = {}

    def tell(self) -> list[str]:
        """Walk the road; returns what did not add up."""
        self._chapter("The clinic, its people, packages and promotions")
        with database.transaction(database.sessions()) as session:
            sample.set_up(session)
        self._contacts()
        self._campaigns()
        self._arrivals()
        self._readers()
        reference = self._booking()
        self._desk(reference)
        self._figures()
        return self._differences

    def _contacts(self) -> None:
        self._chapter("Contacts come in, each with the proof of their consent")
        for topic, refused in (("offers", 2), ("education", 0)):
            proof = sample.PROOFS[Topic(topic)]
            with as_file(files(sample) / f"{topic}.csv") as path:
                report = self._run(
                    "contacts", "import", str(path), "--topic", topic,
                    "--source", proof.source, "--words", proof.words, as_=sample.COORDINATOR,
                )  # fmt: skip
            self._say(f"{report['added']} added, {report['updated']} updated, {refused} refused")
            self._compare(f"refused rows of {topic}.csv", report["refused"], refused)
        with database.transaction(database.sessions()) as session:
            sample.remember(session)

    def _campaigns(self) -> None:
        self._chapter("Two newsletters are written, rendered, checked and signed")
        for name, file in zip((_EDUCATION, _OFFERS), sample.NEWSLETTERS, strict=True):
            with as_file(files(sample) / file) as path:
                self._run("campaigns", "new", str(path), as_=sample.COORDINATOR)
            self._run("campaigns", "submit", name, as_=sample.COORDINATOR)
            shown = self._wait(
                f"the worker to render and check {name}",
                lambda name=name: self._shown(name, {"in_review", "draft"}),  # type: ignore[misc]
            )
            found = Counter((each["severity"], each["rule"]) for each in shown["findings"])
            for (severity, rule), number in found.items():
                self._say(f"{severity}: {rule}, {number} times")
            self._compare(f"status of {name} after its checks", shown["status"], "in_review")
            self._sign(name, shown["still_to_sign"])
        self._chapter("Both are scheduled; the scheduler's tick will start them")
        for name in (_EDUCATION, _OFFERS):
            self._run(
                "campaigns", "schedule", name, "--at", self._soon(), as_=sample.COORDINATOR
            )  # fmt: skip

    def _sign(self, name: str, roles: list[str]) -> None:
        by_role = {"clinical_approver": sample.CLINICAL, "legal_approver": sample.LEGAL}
        for role in roles or ["legal_approver"]:
            reason = "Read against the rule pack; fictitious demo content."
            self._run(
                "campaigns", "approve", name, "--reason", reason,
                as_=by_role.get(role, sample.LEGAL),
            )  # fmt: skip

    def _soon(self) -> str:
        with database.transaction(database.sessions()) as session:
            zone = ZoneInfo(accounts.organisation(session).zone)
            moment = clock.now(session).astimezone(zone) + _AHEAD
        return moment.replace(tzinfo=None, microsecond=0).isoformat(sep=" ")

    def _arrivals(self) -> None:
        self._chapter("Worker and mail server do their part; the inbox fills")
        for name in (_EDUCATION, _OFFERS):
            report = self._wait(f"{name} to finish", lambda name=name: self._finished(name))  # type: ignore[misc]
            self._compare(f"{name} adds up", report["adds_up"], True)
            sent = _count(report, "sent")
            arrived = [each for each in self._inbox.messages() if self._is_of(each, name)]
            addresses = Counter(address for each in arrived for address in each["envelope_to"])
            self._say(f"{name}: {sent} accepted by the mail server, {len(arrived)} in the inbox")
            self._compare(f"messages of {name} in the inbox", len(arrived), sent)
            self._compare(
                f"most copies of {name} for one person", max(addresses.values(), default=0), 1
            )

    def _is_of(self, message: dict[str, Any], name: str) -> bool:
        if name not in self._subjects:
            shown = self._run("campaigns", "preview", name, quiet=True)
            self._subjects[name] = shown["subject"]
        return bool(message["subject"] == self._subjects[name])

    def _readers(self) -> None:
        self._chapter("Readers open, a scanner presses everything, one person leaves")
        self._compare("status of the open pixel", self._reader("elena@example.com").open(), 200)
        scanned = self._reader("ben@example.com").scan()
        self._say(f"a scanner fetched {scanned} links of one message at once")
        self._compare("one-click unsubscribe", self._reader("carla@example.com").unsubscribe(), 200)
        withdrawn = self._run("contacts", "show", "carla@example.com", as_=sample.COORDINATOR)
        states = {each["topic"]: each["state"] for each in withdrawn["consents"]}
        self._compare("consent after one click", set(states.values()), {"withdrawn"})

    def _reader(self, address: str) -> Reader:
        found = [each for each in self._inbox.messages(to=address) if self._is_of(each, _OFFERS)]
        return Reader(self._inbox.message(found[0]["id"]))

    def _booking(self) -> str:
        self._chapter("Ada opens her message, presses the offer and asks for a first visit")
        ada = self._reader("ada@example.com")
        ada.open()
        page = ada.click_to_book()
        self._compare("status of the booking page", page.status, 200)
        url, values = page.form()
        values |= _wish(page)
        answer = ada.post(url, values)
        again = ada.post(url, values)
        self._compare("status of the request", answer.status, 200)
        self._compare("status of the same request once more", again.status, 200)
        bookings = self._run("bookings", "list", as_=sample.DESK)
        mine = [each for each in bookings if each["name"] == values["name"]]
        self._compare("bookings made by pressing twice", len(mine), 1)
        reference = str(mine[0]["reference"])
        self._letter("ada@example.com", reference, number=1)
        return reference

    def _desk(self, reference: str) -> None:
        self._chapter("The desk confirms")
        self._run("bookings", "confirm", reference, as_=sample.DESK)
        self._letter("ada@example.com", reference, number=2)

    def _letter(self, address: str, reference: str, *, number: int) -> None:
        """Wait for the letter of this number about a booking; its subject carries the reference."""

        def arrived() -> str:
            letters = [
                each["subject"]
                for each in self._inbox.messages(to=address)
                if reference in each["subject"]
            ]
            return letters[0] if len(letters) >= number else ""

        self._say(f"in the inbox: {self._wait('the letter about ' + reference, arrived)}")

    def _figures(self) -> None:
        self._chapter("What it was worth")
        report = self._run("report", _OFFERS)
        skipped = {
            each["reason"]: each["count"]
            for each in report["waterfall"]
            if each["status"] == "skipped"
        }
        for what, found, wanted in (
            ("audience", report["audience"], _AUDIENCE),
            ("accepted", _count(report, "sent"), _SENT),
            ("skipped, by reason", skipped, _SKIPPED),
            ("clicked by people", report["clicked_by_people"], 1),
            ("clicked by machines", report["clicked_by_machines"], 1),
            ("unsubscribed", report["unsubscribed"], 1),
            ("opens seen", report["opens"]["seen"], 2),
            ("bookings requested", report["bookings"]["requested"], 1),
            ("bookings confirmed", report["bookings"]["confirmed"], 1),
            ("revenue in cents", report["bookings"]["revenue_cents"], _PRICE_CENTS),
        ):
            self._compare(what, found, wanted)
        self._table("report", _OFFERS)
        if self._table("verify") != 0:
            self._differences.append("bedside verify found something (see above)")

    def _shown(self, name: str, statuses: set[str]) -> dict[str, Any] | None:
        shown = self._run("campaigns", "show", name, quiet=True)
        return shown if shown["status"] in statuses else None

    def _finished(self, name: str) -> dict[str, Any] | None:
        report = self._run("report", name, quiet=True)
        if report["status"] == "paused":
            raise Unavailable(f"Campaign {name} was paused: {report['status_reason']}")
        return report if report["status"] == "finished" else None

    def _run(self, *words: str, as_: str = "", quiet: bool = False) -> Any:
        """Run a command as a person would, and read its JSON."""
        command = [*words, *(("--as", as_) if as_ else ())]
        if not quiet:
            shown = " ".join(f'"{word}"' if " " in word else Path(word).name for word in command)
            self._console.print(f"  $ bedside {shown}", style="dim", markup=False, highlight=False)
        done = subprocess.run(
            [sys.executable, "-m", "campaigns", *command, "--json"],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise Unavailable(f"`bedside {' '.join(command)}` failed:\n{done.stderr.strip()}")
        return json.loads(done.stdout)

    def _table(self, *words: str) -> int:
        """Run a command for its tables."""
        self._console.print(f"  $ bedside {' '.join(words)}", style="dim", highlight=False)
        return subprocess.run([sys.executable, "-m", "campaigns", *words], check=False).returncode

    def _wait(self, what: str, look: Callable[[], T | None]) -> T:
        until = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < until:
            found = look()
            if found:
                return found
            time.sleep(0.3)
        raise Unavailable(f"Waited {_PATIENCE_SECONDS:.0f} s for {what}, in vain.")

    def _compare(self, what: str, found: object, wanted: object) -> None:
        if found == wanted:
            self._console.print(f"  [green]ok[/green]  {what}: {found}", highlight=False)
        else:
            self._console.print(f"  [red]NO[/red]  {what}: {found}, not {wanted}", highlight=False)
            self._differences.append(f"{what}: {found}, not {wanted}")

    def _chapter(self, title: str) -> None:
        self._console.print(f"\n[bold]{title}[/bold]", highlight=False)

    def _say(self, sentence: str) -> None:
        self._console.print(f"      {sentence}", markup=False, highlight=False)


def _count(report: dict[str, Any], status: str) -> int:
    return sum(each["count"] for each in report["waterfall"] if each["status"] == status)


def _wish(page: Page) -> dict[str, str]:
    """What Ada fills in: the package that the newsletter names, the first free time, her name."""
    package = next(each for each in page.choices("package") if each.startswith("SER-6"))
    return {
        "package": package,
        "slot": page.choices("slot")[0],
        "name": "Ada Sample",
        "attest": "1",
    }


def tell() -> int:
    """Start everything on free ports and fresh data, tell the story, stop everything; exit code."""
    console = Console(soft_wrap=True)
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="bedside-once-") as folder:
        own = demo.demo_settings(data_dir=Path(folder), database_url="", redis_url="")
        settings = demo.with_free_ports(own)
        with demo.running(settings, console=console, with_sample=False) as running:
            differences = Story(console, running).tell()
    seconds = time.monotonic() - started
    if differences:
        console.print(f"\n[red]Not everything adds up[/red] ({seconds:.0f} s):")
        for each in differences:
            console.print(f"  - {each}", markup=False)
        return 1
    console.print(f"\n[green]Every figure adds up[/green] ({seconds:.0f} s).")
    return 0

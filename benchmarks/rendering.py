"""What one contact's message costs: from a frozen program, by Jinja, by Jinja and premailer.

`make bench-rendering` runs it: a campaign is frozen on an embedded PostgreSQL by the product's own
freeze (an HTML part of about 30 KB, 12 places for a contact's values, 8 tracked links); then three
ways to make the same message run on one core in turns. Prints a table and, as its last line, one
JSON object.
"""

import gc
import json
import os
import shutil
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import rendering_letter as letter
from benchmarks.rendering_plain import Plain, agree
from campaigns import database, settings
from campaigns.database import Session
from campaigns.local import servers
from campaigns.promotions.models import Promotion
from campaigns.rendering.freeze import freeze
from campaigns.rendering.merge import Recipient
from campaigns.rendering.wire import Wire

ROUNDS = 15
MESSAGES = {"program": 400, "jinja": 24, "premailer": 6}
"""How many messages each way makes in a round."""
FREEZES = 11
WARM = 50_000
MANY = int(os.environ.get("MESSAGES", "1000000"))
"""Messages after which the memory must be where it was."""
NAMES = ["Ada", "Zoë O'Neil <b>", "", "María José", "يوسف", "Grace", "Søren", "Anne-Marie"]


@contextmanager
def clinic() -> Iterator[Session]:
    """A database of its own, gone afterwards."""
    home = servers.make_socket_dir()
    (home / "data").mkdir()
    (home / "pg").mkdir()
    home.chmod(0o711)
    server = servers.start_postgres(home / "data", home / "pg", durable=False)
    try:
        os.environ |= {"BEDSIDE_MODE": "test", "DATABASE_URL": server.url}
        settings.current.cache_clear()
        database.migrate(server.url)
        with Session(database.engine()) as session:
            yield session
        database.engine().dispose()
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)


def recipients(campaign_id: int) -> Callable[[int], Recipient]:
    """Contacts without end, each with a delivery, an address and a code of its own."""
    moment = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
    first = Recipient(address="", first_name="", campaign_id=campaign_id, delivery_id=1, at=moment)

    def numbered(number: int) -> Recipient:
        return replace(
            first,
            address=f"reader{number}@example.com",
            first_name=NAMES[number % len(NAMES)],
            last_name=NAMES[number // 3 % len(NAMES)],
            delivery_id=number + 1,
            code=f"SAVE{number:08d}",
        )

    return numbered


def timed(make: Callable[[Recipient], bytes], contacts: list[Recipient]) -> float:
    """Microseconds of the processor for a message: nobody waits for anything here."""
    began = time.process_time()
    for each in contacts:
        make(each)
    return (time.process_time() - began) / len(contacts) * 1_000_000


def sent(wire: Wire) -> Callable[[Recipient], bytes]:
    """What delivery does for a contact: the return path, then the message."""

    def make(to: Recipient) -> bytes:
        wire.return_path(to)
        return wire.fill(to)

    return make


def side_by_side(
    makes: dict[str, Callable[[Recipient], bytes]], numbered: Callable[[int], Recipient]
) -> dict[str, list[float]]:
    """Every way in every round, so that none has a quiet moment to itself."""
    times: dict[str, list[float]] = {name: [] for name in makes}
    for round_ in range(ROUNDS + 1):
        for name, make in makes.items():
            contacts = [numbered(round_ * 1000 + each) for each in range(MESSAGES[name])]
            found = timed(make, contacts)
            if round_:
                times[name].append(found)
    return times


def freezes(session: Session, offer: Promotion) -> list[float]:
    """Milliseconds by the clock of each freeze and its commit.

    The subject is new each time, and every word of ours follows from the content: no page that was
    kept can answer.
    """
    times: list[float] = []
    for number in range(FREEZES + 1):
        version = letter.version(session, offer, subject=f"{letter.SUBJECT} {number}")
        session.commit()
        began = time.perf_counter()
        freeze(session, version)
        session.commit()
        times.append((time.perf_counter() - began) * 1000)
    return times


def resident_mb() -> float:
    """The memory that this process holds now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1_000_000


def growth(make: Callable[[Recipient], bytes], numbered: Callable[[int], Recipient]) -> float:
    """Megabytes that a million messages leave behind, after a warm-up."""
    for number in range(WARM):
        make(numbered(number))
    gc.collect()
    before = resident_mb()
    for number in range(WARM, WARM + MANY):
        make(numbered(number))
    gc.collect()
    return resident_mb() - before


def alone_on_one_core() -> None:
    """Stay on one core where the system lets us choose."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def main() -> None:
    """Freeze, compare what the three ways say, measure, print."""
    with clinic() as session:
        alone_on_one_core()
        offer = letter.promotion(session)
        cold, *warm = freezes(session, offer)
        version = letter.version(session, offer, subject=letter.SUBJECT)
        with letter.pages() as pages:
            program = freeze(session, version)
        letter.expect(program.content)
        wire, numbered = Wire.of(program), recipients(version.campaign_id)
        plain = Plain.of(program.content, page=pages[-1])
        make = sent(wire)
        ways = {"program": make, "jinja": plain.with_jinja, "premailer": plain.with_premailer}
        for number in range(len(NAMES)):
            agree([each(numbered(number)) for each in ways.values()])
        times = side_by_side(ways, numbered)
        grown = growth(make, numbered)
    report(times, cold=cold, warm=warm, grown=grown, counted=letter.counted(program.content))


def report(
    times: dict[str, list[float]],
    *,
    cold: float,
    warm: list[float],
    grown: float,
    counted: tuple[int, int, int],
) -> None:
    """The table, then the line for machines."""
    says = {
        "program": "the frozen program: return path, headers, both parts (what is sent)",
        "jinja": "Jinja of the inlined page, EmailMessage, as_bytes for each contact",
        "premailer": "Jinja, then premailer, then EmailMessage for each contact",
    }
    ours = times["program"]
    ratios = {
        name: statistics.median(a / b for a, b in zip(each, ours, strict=True))
        for name, each in times.items()
    }
    out = sys.stdout
    fields, links, size = counted
    out.write(f"HTML part of {size / 1000:.1f} KB with {fields} fields and {links} tracked links, ")
    out.write(f"{ROUNDS} rounds in turns, one core\n\n")
    out.write("us a message    slowest round    times the program\n")
    for name, each in times.items():
        out.write(
            f"{statistics.median(each):12.1f}    {max(each):13.1f}    {ratios[name]:17.1f}    "
            f"{says[name]}\n"
        )
    out.write(f"\nfreeze: {statistics.median(warm):.1f} ms warm ({max(warm):.1f} the slowest), ")
    out.write(f"{cold:.1f} ms the first\n")
    out.write(f"memory after {MANY:,} more messages: {grown:+.1f} MB\n")
    result = {
        "program_us": round(statistics.median(ours), 1),
        "vs_jinja_emailmessage": round(ratios["jinja"], 1),
        "vs_premailer_each": round(ratios["premailer"], 1),
        "freeze_ms": round(statistics.median(warm), 1),
        "rss_growth_mb": round(grown, 1),
    }
    out.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    main()

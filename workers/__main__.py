"""`bedside-worker`: a Celery worker on every queue; `--no-broker` does the same work in a loop."""

import argparse
import signal
import sys
import threading

from campaigns import logs, settings
from campaigns.errors import BedsideError
from workers.app import ALL_QUEUES, app, configure

_ROUND_SECONDS = 1.0
_ALONE = ("--without-gossip", "--without-mingle")
"""Workers meet in the database; not having to find each other starts them a second sooner."""


def main() -> None:
    """Start a worker; a wrong setting stops it with one clear line."""
    parser = argparse.ArgumentParser(
        prog="bedside-worker",
        description="Does the work: renders, sends, sweeps up.",
        epilog="example: bedside-worker --queues send.bulk,send.notice",
    )
    parser.add_argument(
        "--queues", default=",".join(ALL_QUEUES), help="which queues to serve (default: all)"
    )
    parser.add_argument(
        "--no-broker", action="store_true", help="work without Redis: look for work in a loop"
    )
    arguments = parser.parse_args()
    try:
        configure()
    except BedsideError as error:
        sys.exit(str(error))
    if arguments.no_broker:
        _loop()
    else:
        app.worker_main(["worker", "--queues", arguments.queues, "--loglevel", "INFO", *_ALONE])


def _loop() -> None:
    """Round after round; told to stop, it ends with the round, and no answer is lost."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    configured = settings.current()
    logs.configure(log_format=configured.log_format, level=configured.log_level)
    app.loader.import_default_modules()
    while not stop.wait(_ROUND_SECONDS):
        one_round()


def one_round() -> None:
    """Everything that ticks and queues would have had done, once; what fails waits for the next."""
    from workers import bookings, contacts, delivery, promotions, rendering

    log = logs.get(__name__)
    for work, arguments in (
        (rendering.render_left, ()),
        (promotions.end_promotions, ()),
        (bookings.release_holds, ()),
        (contacts.take_uploads, ()),
        (delivery.start_due, ()),
        (delivery.reap, ()),
        (delivery.send_notices, ()),
        (delivery.look_at_records, ()),
        (delivery.send_batch, (0,)),
    ):
        try:
            work(*arguments)
        except Exception as error:
            log.warning("this round failed; the next tries again", work=work.name, error=str(error))


if __name__ == "__main__":
    main()

"""Every command with words that it takes, for sweeps over all of them."""

from collections.abc import Iterator
from typing import Any

from typer.main import get_command

from campaigns.cli.app import app
from campaigns.local import sample
from campaigns.web import templating
from tests.cli.conftest import LETTER, SAMPLE

LOGO = templating.STATIC / "assets" / "logo.png"
_PROOF = ("--topic", "offers", "--source", "a form", "--words", "Yes.")

ACTING: dict[str, tuple[str, ...]] = {
    "contacts import": (str(SAMPLE / "offers.csv"), *_PROOF),
    "contacts show": ("ada@example.com",),
    "packages import": (str(SAMPLE / "packages.yaml"),),
    "promotions import": (str(SAMPLE / "promotions.yaml"),),
    "segments import": (str(SAMPLE / "segments.yaml"),),
    "campaigns new": (str(SAMPLE / "education.yaml"),),
    "campaigns preview": (LETTER, "--contact", "ada@example.com"),
    "campaigns test-send": (LETTER, "--to", "me@example.com"),
    "campaigns submit": (LETTER,),
    "campaigns approve": (LETTER,),
    "campaigns send-back": (LETTER, "--reason", "Shorter."),
    "campaigns schedule": (LETTER, "--at", "2031-01-02 09:00"),
    "campaigns start": (LETTER,),
    "campaigns unschedule": (LETTER,),
    "campaigns pause": (LETTER,),
    "campaigns resume": (LETTER,),
    "campaigns cancel": (LETTER,),
    "campaigns duplicate": (LETTER, "another-letter"),
    "pictures add": (str(LOGO),),
    "pictures list": (),
    "pictures remove": ("0" * 20 + ".png",),
    "deliveries retry": (LETTER, "--kind", "refused"),
    "deliveries resend": (LETTER, "--number", "2"),
    "deliveries settle": (LETTER,),
    "deliveries release": (),
    "bookings list": (),
    "bookings confirm": ("BK-DEMO1",),
    "bookings decline": ("BK-DEMO1", "--reason", "closed"),
    "organisation import": (str(SAMPLE / "clinic.yaml"),),
    "user add": ("zoe@example.com", "--name", "Zoe", "--role", "desk"),
    "user password": (sample.VIEWER,),
    "pause-all": (),
    "resume-all": (),
}
"""Commands that a person answers for."""

READING: dict[str, tuple[str, ...]] = {
    "segments list": (),
    "promotions show": (),
    "campaigns list": (),
    "campaigns check": (LETTER,),
    "campaigns show": (LETTER,),
    "user list": (),
    "report": (LETTER,),
    "verify": (),
    "status": (),
    "deliveries troubles": (),
}
"""Commands that only look."""

OPERATING = ("settings check", "migrate", "demo")


def every() -> Iterator[tuple[str, Any]]:
    """Each command by its words, such as `campaigns new`."""
    yield from _of(get_command(app), ())


def _of(command: Any, words: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    if not hasattr(command, "commands"):
        yield " ".join(words), command
        return
    for name, inner in command.commands.items():
        yield from _of(inner, (*words, name))

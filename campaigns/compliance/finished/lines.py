"""The two lines that are read before a message is opened: subject and preheader."""

import re
from collections.abc import Iterable, Iterator

from campaigns.compliance import reading
from campaigns.compliance.findings import Finding, finding
from campaigns.compliance.finished.page import Finished, Page

LONGEST_SUBJECT = 60
SHORTEST_PREHEADER, LONGEST_PREHEADER = 40, 110
_SHOUTS = re.compile(r"[!?]{2,}|!.*!")
_LEAST_LETTERS = 8


def subject(finished: Finished, page: Page) -> Iterable[Finding]:
    """LN-01, LN-02: a subject that is seen whole and does not shout."""
    said = finished.subject
    if len(said) > LONGEST_SUBJECT:
        yield finding("LN-01", "subject", said, count=len(said), most=LONGEST_SUBJECT)
    yield from _shouting("subject", said)


def preheader(finished: Finished, page: Page) -> Iterable[Finding]:
    """LN-02 to LN-05: a preheader that fills its place and says more than the subject."""
    said = finished.preheader
    if len(said) < SHORTEST_PREHEADER:
        yield finding("LN-03", "preheader", said, count=len(said), least=SHORTEST_PREHEADER)
    if len(said) > LONGEST_PREHEADER:
        yield finding("LN-04", "preheader", said, count=len(said), most=LONGEST_PREHEADER)
    if said and reading.bare(said) == reading.bare(finished.subject):
        yield finding("LN-05", "preheader", said)
    yield from _shouting("preheader", said)


def _shouting(place: str, said: str) -> Iterator[Finding]:
    letters = [each for each in said if each.isalpha()]
    capitals = sum(each.isupper() for each in letters)
    if len(letters) >= _LEAST_LETTERS and capitals > 0.7 * len(letters):
        yield finding("LN-02", place, said, why="It is written in capital letters.")
    if _SHOUTS.search(said):
        yield finding("LN-02", place, said, why="It has more than one “!” or “?”.")


CHECKS = (subject, preheader)

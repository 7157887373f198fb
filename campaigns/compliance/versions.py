"""The two versions of a message as different readers get them: what is certain, and what is not."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a message, as the readers who are asked about get it."""

    name: str
    certain: str
    """What each of these readers gets."""
    whole: str
    """With what only some of them get."""

    def lacks(self, says: Callable[[str], bool]) -> str:
        """Where something is not said to each of these readers; empty where it is."""
        if says(self.certain):
            return ""
        some = " for some readers" if says(self.whole) else ""
        return f"in the {self.name} version{some}"


@dataclass(frozen=True, slots=True)
class Certain:
    """What every reader gets, whichever segments each is within."""

    markup: str
    html: str
    text: str

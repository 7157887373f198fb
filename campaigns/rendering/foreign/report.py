"""The report of what was changed in a pasted message: what, on which line, and why."""

from dataclasses import dataclass, field

TAKEN_OUT, CHANGED, ADDED, LOOK = "taken out", "changed", "added", "look"
_MOST_LINES = 3


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that was taken out, changed or added, or that a person should look at."""

    what: str
    done: str
    why: str
    lines: tuple[int, ...] = ()

    @property
    def where(self) -> str:
        """`line 12`, `lines 12 and 40`, `lines 12, 40, 52 and 3 more`; empty without a line."""
        if not self.lines:
            return ""
        shown = [str(each) for each in self.lines[:_MOST_LINES]]
        more = len(self.lines) - len(shown)
        if more:
            shown.append(f"{more} more")
        listed = ", ".join(shown[:-1])
        return f"lines {listed} and {shown[-1]}" if listed else f"line {shown[0]}"

    def __str__(self) -> str:
        place = f" ({self.where})" if self.where else ""
        done = "" if self.done == LOOK else f" {self.done};"
        return f"{self.what}{place}:{done} {self.why}."


@dataclass
class Report:
    """Gathers changes; the same thing on several lines is told once."""

    found: dict[tuple[str, str, str], list[int]] = field(default_factory=dict)
    preheader: str = ""
    """The page's own hidden first line, its fields in our words."""

    def tell(self, what: str, done: str, why: str, *, line: int | None = None) -> None:
        """Keep one change."""
        lines = self.found.setdefault((what, done, why), [])
        if line is not None and line not in lines:
            lines.append(line)

    def changes(self) -> tuple[Change, ...]:
        """Every change: what was taken out first, then changed, added, and to be looked at."""
        order = (TAKEN_OUT, CHANGED, ADDED, LOOK)
        made = [Change(*said, tuple(sorted(lines))) for said, lines in self.found.items()]
        return tuple(sorted(made, key=lambda each: order.index(each.done)))


def counted(number: int, one: str, many: str) -> str:
    """`1 picture`, `12 pictures`."""
    return f"{number} {one if number == 1 else many}"

"""Finding: one thing wrong and its mend; the rule pack says how bad it is, and by what source."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter

from campaigns.accounts.models import Role
from campaigns.compliance.models import Severity

_PACK = Path(__file__).parent / "rules.yaml"


class Source(BaseModel):
    """What a rule rests on; `mark` says how well it was read."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    url: str = ""
    mark: str
    reviewed_on: date

    def __str__(self) -> str:
        said = f"{self.title} (mark {self.mark}, reviewed {self.reviewed_on})"
        return f"{said} {self.url}" if self.url else said


class RuleText(BaseModel):
    """What a rule says to the person it stops."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    severity: Severity
    role: Role | None = None
    source: Source
    message: str
    """What is wrong in a line; a second line may say more."""
    mend: str
    features: tuple[str, ...] = ()
    """What it is about in caniemail's data, for rules on mail programs."""


OF_BLOCKS = Source(title="The block's own check", mark="design", reviewed_on=date(2026, 11, 22))
"""What a finding rests on that a block makes of itself; its folder says more."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong: where, which sentence, why, and what to do."""

    rule: str
    severity: Severity
    role: str
    place: str
    sentence: str
    message: str
    mend: str
    source: str
    field: str = ""
    """The path within the block, as `items.2.text`; empty: the place as a whole."""

    def __str__(self) -> str:
        quoted = f" “{self.sentence}”" if self.sentence else ""
        said = " ".join(self.message.split())
        return f"{self.rule} {self.place}: {said}{quoted} {self.mend}"


@cache
def pack() -> dict[str, RuleText]:
    """Every rule by its id."""
    loaded = yaml.safe_load(_PACK.read_text(encoding="utf-8"))
    return TypeAdapter(dict[str, RuleText]).validate_python(loaded)


def source_of(rule: str) -> Source:
    """What a rule rests on; the rules of blocks stand with their blocks, not in the pack."""
    said = pack().get(rule)
    return said.source if said else OF_BLOCKS


def finding(
    rule: str, place: str, sentence: str = "", *, field: str = "", **words: object
) -> Finding:
    """A finding of this rule; `words` fill the rule's message."""
    said = pack()[rule]
    return Finding(
        rule=rule,
        severity=said.severity,
        role=said.role.value if said.role else "",
        place=place,
        sentence=sentence,
        message=said.message.format(**words),
        mend=said.mend.format(),
        source=str(said.source),
        field=field,
    )

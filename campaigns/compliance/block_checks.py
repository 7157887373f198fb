"""What the blocks of a message find wrong with themselves, as findings: rule `BK-<type>`."""

from collections.abc import Iterable, Iterator
from typing import Any

from campaigns.compliance import reading
from campaigns.compliance.checked import Checked, Section
from campaigns.compliance.findings import OF_BLOCKS, Finding
from campaigns.compliance.models import Severity
from campaigns.errors import Invalid
from campaigns.planning import catalogue, content
from campaigns.planning.blocks import Block, Letter, Problem

RULE = "BK-"
_REWRITE = "Write it anew with the named values in mind: they take room too."


def of_blocks(checked: Checked) -> Iterable[Finding]:
    """BK-…: what each block says of itself, read with the others of its message.

    A message that no moment belongs to has no blocks that could be asked.
    """
    moment = checked.facts.moment
    if moment is None:
        return
    read: list[tuple[Section, Block]] = []
    for section in checked.blocks:
        try:
            [block] = content.parse([_visible(dict(section.data))])
        except Invalid as error:
            yield _finding(section, Problem("", "block", str(error), _REWRITE))
        else:
            read.append((section, block))
    letter = Letter(
        blocks=tuple(block for _section, block in read),
        now=moment,
        topic=checked.facts.topic,
        language=checked.facts.language,
        regions=checked.facts.regions,
    )
    for section, block in read:
        yield from _found(section, block, letter)


def _visible(part: Any) -> Any:
    """A block's data without letters that nobody sees, which would hide a word from its checks."""
    if isinstance(part, dict):
        return {name: _visible(each) for name, each in part.items()}
    if isinstance(part, list):
        return [_visible(each) for each in part]
    return reading.visible(part) if isinstance(part, str) else part


def _found(section: Section, block: Block, letter: Letter) -> Iterator[Finding]:
    for each in block.problems(letter):
        yield _finding(section, each)


def _finding(section: Section, problem: Problem) -> Finding:
    severity = Severity(problem.severity)
    return Finding(
        rule=f"{RULE}{section.type}",
        severity=severity,
        role=problem.role.value if severity is Severity.REVIEW else "",
        place=section.place,
        sentence=problem.sentence,
        message=problem.message,
        mend=problem.mend,
        source=f"{OF_BLOCKS} {catalogue.name_of(section.type)}",
        field=problem.field,
    )


CHECKS = (of_blocks,)

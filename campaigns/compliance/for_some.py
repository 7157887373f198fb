"""Parts that only some readers get: an offer's terms stand wherever its claim does.

Every check reads the message with all its parts. Where a block is for a segment, the terms of an
offer are looked for once more as each of the others gets it: readers of no segment, and readers of
one alone.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from campaigns.compliance import figures, price_claims, terms
from campaigns.compliance.checked import Checked, Section
from campaigns.compliance.findings import Finding
from campaigns.planning import catalogue

_OF_OFFERS = (
    price_claims.share_at_maximum,
    price_claims.conditions_beside,
    price_claims.government_programmes,
    price_claims.clinician_decides,
)
_MEND = (
    "Show the blocks that carry the offer's terms to everyone, or make each claim of it visible "
    "only to the segment that they are for."
)


def terms_for_each(checked: Checked) -> Iterable[Finding]:
    """PC-02, PC-05, PC-11, PC-15: whoever is shown a claim is shown its terms."""
    known = {(each.rule, each.place) for check in _OF_OFFERS for each in check(checked)}
    for who, shown in _as_shown(checked):
        for each in (found for check in _OF_OFFERS for found in check(shown)):
            if (each.rule, each.place) not in known:
                known.add((each.rule, each.place))
                yield replace(each, message=f"{each.message}\nSo it is for {who}.", mend=_MEND)


def _as_shown(checked: Checked) -> Iterator[tuple[str, Checked]]:
    """The message as readers of no segment and of one alone get it, with whom that is."""
    asked = sorted({_segment(each) for each in checked.blocks} - {""})
    if not asked:
        return
    yield f"readers who are not in {' or '.join(asked)}", _shown_to(checked, "")
    if len(asked) > 1:
        for segment in asked:
            yield f"readers who are in {segment} alone", _shown_to(checked, segment)


def _shown_to(checked: Checked, segment: str) -> Checked:
    blocks = tuple(each for each in checked.blocks if _segment(each) in {"", segment})
    shown = replace(
        checked,
        blocks=blocks,
        html="\n".join(each.html for each in blocks),
        text="\n".join(each.text for each in blocks),
    )
    if any(_speaks_of_an_offer(each) for each in shown.everywhere):
        return shown
    return replace(shown, facts=replace(checked.facts, promotions=()))


def _speaks_of_an_offer(section: Section) -> bool:
    return (
        section.type in catalogue.of_offers()
        or terms.has("saving", section.both)
        or any(each.is_up_to for each in figures.percentages(section.both))
    )


def _segment(section: Section) -> str:
    return str(section.data.get("visibility") or "")


CHECKS = (terms_for_each,)

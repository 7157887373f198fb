"""What a machine can mend: for a rule, the change of the content that ends its finding.

Only approved wording, blocks whose words come from the promotion, the named value `{saving}` and
`https://` are ever put in; what asks for judgement has no entry here.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import escape

from campaigns.compliance import figures, reading, terms
from campaigns.compliance.block_texts import as_read, each_text, words_of
from campaigns.compliance.figures import Percentage
from campaigns.planning import catalogue, content, statements

Block = dict[str, Any]

_UP_TO = re.compile(r"^(?:up\s+to|as\s+much\s+as)(?:\s+an?)?", re.IGNORECASE)
_UNSECURED = re.compile(
    r"(?P<before>\A|<a(?:rea)?\b[^>]*?\shref\s*=\s*[\"']?\s*)http://(?P<rest>[^\s\"'<>]+)",
    re.IGNORECASE,
)
"""A link's address, alone in its field or in markup."""
_LAST = ("footer",)
_OFF_LABEL = statements.RISKS["ketamine-1"][0]


@dataclass(frozen=True, slots=True)
class Draft:
    """The content as it stands, and what its promotions allow to be said."""

    subject: str
    preheader: str
    blocks: tuple[Block, ...]
    promotion: str = ""
    """The code of the promotion that a card would show; empty without one."""
    percent: int = 0
    """The best saving that may be claimed."""
    reaches_enough: bool = False


@dataclass(frozen=True, slots=True)
class Mend:
    """One change that is offered: what it does, and what stands there before and after."""

    says: str
    before: str
    after: str
    draft: Draft


Mender = Callable[[Draft, str], Mend | None]


def _types(draft: Draft) -> list[str]:
    return [each["type"] for each in draft.blocks]


def _with(draft: Draft, blocks: list[Block]) -> Draft:
    named = content.raw(content.parse(blocks))
    return replace(draft, blocks=tuple(named))


def _before_footer(draft: Draft, block: Block) -> Draft:
    blocks = list(draft.blocks)
    at = len(blocks) - 1 if blocks and blocks[-1]["type"] in _LAST else len(blocks)
    blocks.insert(at, block)
    return _with(draft, blocks)


def _risk_statement(draft: Draft, _place: str) -> Mend | None:
    if "risk_information" in _types(draft):
        return None
    return Mend(
        says="Adds the block “Safety information”, in its approved words, before the footer.",
        before="No safety information.",
        after=" ".join(statements.RISKS["ketamine-1"]),
        draft=_before_footer(draft, {"type": "risk_information"}),
    )


def _footer(draft: Draft, place: str) -> Mend | None:
    if place != "message" or "footer" in _types(draft):
        return None
    return Mend(
        says="Adds the footer.",
        before="No footer.",
        after="The clinic's postal address, why the reader gets it, and the link to unsubscribe.",
        draft=_with(draft, [*draft.blocks, {"type": "footer"}]),
    )


def _offer_card(draft: Draft, _place: str) -> Mend | None:
    """Prices, dates, limits and conditions as the promotion has them, where no card shows them."""
    cards = [each for each in draft.blocks if each["type"] == "offer_card"]
    if cards and all(each.get("visibility") for each in cards):
        return _to_everyone(draft, cards[0])
    if not draft.promotion or cards:
        return None
    card = {"type": "offer_card", "promotion": draft.promotion}
    return Mend(
        says="Adds the block “Offer” before the footer.",
        before="No block “Offer”.",
        after="Dates, limits, who it is for and all terms, taken from the promotion.",
        draft=_before_footer(draft, card),
    )


def _to_everyone(draft: Draft, card: Block) -> Mend:
    """The card shown to every reader, since its claim is."""
    shown = {name: value for name, value in card.items() if name != "visibility"}
    return Mend(
        says="Shows the block “Offer” to every reader.",
        before=f"Only readers in {card['visibility']} are shown it.",
        after="Every reader is shown it.",
        draft=_with(draft, [shown if each is card else each for each in draft.blocks]),
    )


def _disclosure(draft: Draft, place: str) -> Mend | None:
    return _offer_card(draft, place) if draft.reaches_enough else None


def _conditions_beside(draft: Draft, place: str) -> Mend | None:
    """The offer card right after the claim: moved there, or added."""
    at = _index(draft, place)
    if at is None or not draft.promotion:
        return None
    card = next((each for each in draft.blocks if each["type"] == "offer_card"), None)
    claim = draft.blocks[at]
    if claim is card:
        return None
    if card and card.get("visibility") not in {None, claim.get("visibility")}:
        return _to_everyone(draft, card)
    rest = [each for each in draft.blocks if each is not card]
    rest.insert(rest.index(claim) + 1, card or {"type": "offer_card", "promotion": draft.promotion})
    changed = _with(draft, rest)
    if changed == draft:
        return None
    return Mend(
        says=f"{'Moves' if card else 'Adds'} the block “Offer” right after the claim.",
        before="The conditions stand elsewhere." if card else "No block “Offer”.",
        after="Both prices, the last day, the limits and who it is for stand beside the claim.",
        draft=changed,
    )


def _ask_the_promotion(draft: Draft, place: str) -> Mend | None:
    """`up to 40%` becomes `up to {saving}`, which the promotion fills."""
    if not draft.percent:
        return None

    def asked(text: str) -> str:
        for said in figures.percentages(text):
            if _is_too_much(said, draft.percent):
                prefix = _UP_TO.match(said.word)
                words = prefix.group() if prefix else "up to"
                text = text.replace(said.word, f"{words} {{saving}}")
        return text

    return _rewrite(
        draft,
        place,
        asked,
        says=f"Lets the promotion say the number: {draft.percent}% at this moment.",
    )


def _is_too_much(said: Percentage, percent: int) -> bool:
    return said.is_up_to and any(each > percent for each in said.values)


def _crisis_line(draft: Draft, place: str) -> Mend | None:
    return _one_more_paragraph(
        draft, place, statements.CRISIS_LINE, says="Adds the crisis line to this block."
    )


def _off_label(draft: Draft, place: str) -> Mend | None:
    """The approved statement speaks of chronic pain: for another condition a person writes it."""
    at = _index(draft, place)
    said = words_of(draft.blocks[at]) if at is not None else ""
    conditions = [each.group().lower() for each in terms.found("condition", said)]
    if not conditions or not all("pain" in each for each in conditions):
        return None
    return _one_more_paragraph(
        draft, place, _OFF_LABEL, says="Adds the approved statement to this block."
    )


def _secured(draft: Draft, place: str) -> Mend | None:
    """`http://` becomes `https://` in the links of a block, a pasted page's too."""
    at = _index(draft, place)
    if at is None:
        return None
    found: list[str] = []

    def change(text: str) -> str:
        found.extend(each["rest"] for each in _UNSECURED.finditer(text))
        return _UNSECURED.sub(r"\g<before>https://\g<rest>", text)

    blocks = list(draft.blocks)
    blocks[at] = each_text(blocks[at], change, but=())
    if not found:
        return None
    return Mend(
        says="Writes https:// in these addresses. Try each link once it is done.",
        before="\n".join(f"http://{each}" for each in dict.fromkeys(found)),
        after="\n".join(f"https://{each}" for each in dict.fromkeys(found)),
        draft=_with(draft, blocks),
    )


def _one_more_paragraph(draft: Draft, place: str, line: str, *, says: str) -> Mend | None:
    at = _index(draft, place)
    name = catalogue.kind(draft.blocks[at]["type"]).takes_more if at is not None else ""
    if at is None or not name:
        return None
    block = draft.blocks[at]
    before = str(block.get(name) or "")
    if reading.tidy(line) in reading.tidy(as_read(before)):
        return None
    changed = block | {name: f"{before}<p>{escape(line)}</p>"}
    blocks = [changed if each is block else each for each in draft.blocks]
    return Mend(
        says=says,
        before=as_read(before) or "Nothing.",
        after=as_read(changed[name]),
        draft=_with(draft, blocks),
    )


def _rewrite(draft: Draft, place: str, change: Callable[[str], str], *, says: str) -> Mend | None:
    if place in {"subject", "preheader"}:
        is_subject = place == "subject"
        before = draft.subject if is_subject else draft.preheader
        after = change(before)
        changed = replace(draft, subject=after) if is_subject else replace(draft, preheader=after)
    else:
        at = _index(draft, place)
        if at is None:
            return None
        block = draft.blocks[at]
        new = each_text(block, change)
        before, after = words_of(block), words_of(new)
        changed = replace(
            draft, blocks=tuple(new if each is block else each for each in draft.blocks)
        )
    if changed == draft:
        return None
    return Mend(says=says, before=as_read(before), after=as_read(after), draft=changed)


def _index(draft: Draft, place: str) -> int | None:
    name = place.removeprefix("block ")
    found = [number for number, each in enumerate(draft.blocks) if each["id"] == name]
    return found[0] if found and name != place else None


MENDERS: Mapping[str, Mender] = {
    "CS-01": _footer,
    "CS-02": _footer,
    "BK-how_it_works": _off_label,
    "DL-10": _secured,
    "HC-03": _off_label,
    "HC-04": _risk_statement,
    "PC-01": _ask_the_promotion,
    "PC-02": _disclosure,
    "PC-05": _conditions_beside,
    "PC-11": _offer_card,
    "PC-15": _offer_card,
    "SS-01": _crisis_line,
}
"""Which rules have a mend that needs nobody's judgement, and the function that makes it."""

"""What is said of prices and savings: true at this moment, with its conditions beside it."""

import re
from collections.abc import Iterable, Iterator
from datetime import date

from campaigns.compliance import figures, reading, terms
from campaigns.compliance.checked import Checked, Section
from campaigns.compliance.figures import Percentage
from campaigns.compliance.findings import Finding, finding
from campaigns.compliance.versions import Version
from campaigns.planning import catalogue
from campaigns.promotions.claims import Claim
from campaigns.promotions.pricing import Quote

_BETWEEN = frozenset({"header", "greeting", "divider"})
_FRAME = frozenset({"header", "footer", "risk_information", "crisis_line"})
_OFFER = re.compile(r"\boffers?\b", re.I)
_NOT_VALID = re.compile(r"\b(?:not|cannot|never)\b", re.I)
_PROGRAMMES = ("medicare", "medicaid", "tricare")
_DECIDES = re.compile(r"\bclinician decides whether\b", re.I)
_REFUND = re.compile(r"\b(?:refund(?:ed|s)?|do not pay|pay nothing)\b", re.I)
_NOT_FOR_YOU = re.compile(r"\b(?:candidate|appropriate|suitable)\b", re.I)


def up_to(checked: Checked) -> Iterable[Finding]:
    """PC-01: "up to N %" is supported by the best saving of the campaign's promotions."""
    for section, sentence, said in _up_to(checked):
        if not all(checked.facts.claim.supports(each) for each in said.values):
            why = _arithmetic(said, checked.facts.claim)
            yield finding("PC-01", section.place, sentence, why=why)


def _arithmetic(said: Percentage, claim: Claim) -> str:
    if not claim.percent:
        reasons = " ".join(dict.fromkeys(each.sentence for each in claim.excluded))
        return f"“{said.word}” is not supported: no saving can be claimed now. {reasons}".strip()
    best = claim.at_maximum[0]
    return (
        f"“{said.word}” is not true: the best saving is {claim.percent} %, on "
        f"{best.package.name}: 100 x ({best.regular} - {best.price}) / {best.regular}, "
        "rounded down."
    )


def share_at_maximum(checked: Checked) -> Iterable[Finding]:
    """PC-02: the packages that reach the number are named, and there are enough of them."""
    readers = _readers(section for section, _, _ in _up_to(checked))
    claim = checked.facts.claim
    if not readers or not claim.percent:
        return
    if not claim.reaches_enough:
        why = f"Only {len(claim.at_maximum)} of {claim.of} packages are at the maximum."
        yield finding("PC-02", "message", why=why)
    said = [each.disclosure for each in checked.facts.claims if each.percent == claim.percent]

    def says(part: str) -> bool:
        return any(each in reading.tidy(part) for each in said)

    for version in (each for segment in readers for each in checked.versions(segment)):
        where = version.lacks(says)
        if where:
            why = f"This is not said as now {where}: {claim.disclosure}"
            yield finding("PC-02", "message", why=why)


def _readers(sections: Iterable[Section]) -> tuple[str, ...]:
    """Whose readers these are: everyone, as no segment, or the contacts of some segments."""
    segments = dict.fromkeys(each.segment for each in sections)
    return ("",) if "" in segments else tuple(segments)


def bona_fide(checked: Checked) -> Iterable[Finding]:
    """PC-03: no comparison with a regular price that was not truly asked."""
    doubted = [each for each in checked.facts.quotes if not each.may_compare]
    for section in checked.everywhere:
        for quote in doubted:
            if _compares(section, quote):
                why = (
                    f"{quote.price} stands beside the regular price {quote.regular} of "
                    f"{quote.package.name}, which may not be compared with."
                )
                yield finding("PC-03", section.place, why=why)


def _compares(section: Section, quote: Quote) -> bool:
    shown = {each.cents for each in figures.amounts(section.both, quote.currency)}
    return {quote.regular_cents, quote.price_cents} <= shown


def conditions_beside(checked: Checked) -> Iterable[Finding]:
    """PC-05: beside the claim stand both prices, the last day, the limits and who it is for."""
    claim = checked.facts.claim
    if not claim.percent:
        return
    blocks = [each for each in checked.blocks if each.type not in _BETWEEN]
    for number, section in enumerate(blocks):
        said = next((each for each in figures.percentages(section.both) if each.is_up_to), None)
        if said is None:
            continue
        near = blocks[max(0, number - 1) : number + 2]
        same = (each for each in near if each.segment in {"", section.segment})
        missing = list(_missing("\n".join(each.seen for each in same), claim))
        if missing:
            shown = not any(_missing("\n".join(each.both for each in near), claim))
            some = " (only some of its readers see them)" if shown else ""
            said_missing = f"{', '.join(missing)}{some}"
            yield finding("PC-05", section.place, word=said.word, missing=said_missing)


def _missing(text: str, claim: Claim) -> Iterator[str]:
    best = claim.at_maximum[0]
    shown = {each.cents for each in figures.amounts(text, best.currency)}
    if best.regular_cents not in shown:
        yield "the regular price"
    if best.price_cents not in shown:
        yield "the price under the offer"
    if claim.through and not any(each in text for each in _ways_to_write(claim.through)):
        yield "the last day"
    if not terms.has("limits", text):
        yield "the limits"
    if not terms.has("eligibility", text):
        yield "who it is for"


def _ways_to_write(day: date) -> tuple[str, ...]:
    return tuple(f"{day:{each}}" for each in ("%-d %b", "%b %-d", "%-d %B", "%B %-d"))


def government_programmes(checked: Checked) -> Iterable[Finding]:
    """PC-11: an offer says that it is not valid for services billed to government programmes."""
    for version in _versions_of_offer(checked):
        where = version.lacks(_says_programmes)
        if where:
            yield finding("PC-11", "message", where=where)


def _says_programmes(part: str) -> bool:
    return any(_excludes_programmes(each) for each in reading.sentences(part))


def _excludes_programmes(sentence: str) -> bool:
    said = sentence.lower()
    return all(each in said for each in _PROGRAMMES) and bool(_NOT_VALID.search(said))


def clinician_decides(checked: Checked) -> Iterable[Finding]:
    """PC-15: an offer says that a clinician decides, and what is refunded to whom."""
    for version in _versions_of_offer(checked):
        where = version.lacks(_says_who_decides)
        if where:
            yield finding("PC-15", "message", where=where)


def _says_who_decides(part: str) -> bool:
    refunds = any(
        _REFUND.search(each) and _NOT_FOR_YOU.search(each) for each in reading.sentences(part)
    )
    return refunds and bool(_DECIDES.search(part))


def _versions_of_offer(checked: Checked) -> Iterator[Version]:
    """Both versions as those get them who read anything of the offer; else as everyone does."""
    if checked.has_offer:
        speaking = (each for each in checked.everywhere if _speaks_of_offer(checked, each))
        for segment in _readers(speaking) or ("",):
            yield from checked.versions(segment)


def _speaks_of_offer(checked: Checked, section: Section) -> bool:
    if section.type in catalogue.of_offers():
        return True
    said = section.both
    names = (promotion.name for promotion, _ in checked.facts.promotions)
    return (
        any(terms.has(each, said) for each in ("saving", "price_tag", "urgency"))
        or any(True for _ in figures.amounts(said, checked.facts.currency))
        or any(True for _ in figures.percentages(said))
        or any(each.lower() in said.lower() for each in names)
        or (section.type not in _FRAME and bool(_OFFER.search(said)))
    )


def numbers_of_the_catalogue(checked: Checked) -> Iterable[Finding]:
    """PC-17: every price, and every percentage about prices, is one of the catalogue now."""
    facts = checked.facts
    savings = {each.percent for each in facts.quotes if each.may_compare}
    cents = set(facts.regular_cents)
    cents |= {c for each in facts.quotes for c in (each.price_cents, each.saving.cents)}
    for section in checked.everywhere:
        for sentence in section.sentences():
            words = [
                a.word for a in figures.amounts(sentence, facts.currency) if a.cents not in cents
            ]
            if _is_about_prices(section, sentence):
                words += _unknown_percentages(sentence, savings)
            for word in words:
                yield finding("PC-17", section.place, sentence, word=word)


def _unknown_percentages(sentence: str, savings: set[int]) -> list[str]:
    plain = (each for each in figures.percentages(sentence) if not each.is_up_to)
    return [each.word for each in plain if not savings.issuperset(each.values)]


def _is_about_prices(section: Section, sentence: str) -> bool:
    shown_first = section.type in {"subject", "preheader"} | catalogue.of_offers()
    return shown_first or terms.has("saving", sentence)


def _up_to(checked: Checked) -> Iterator[tuple[Section, str, Percentage]]:
    """Every "up to N %" that is about prices."""
    for section in checked.everywhere:
        for sentence in section.sentences():
            for said in figures.percentages(sentence):
                if said.is_up_to and _is_claim(checked, section, sentence):
                    yield section, sentence, said


def _is_claim(checked: Checked, section: Section, sentence: str) -> bool:
    bare = re.sub(r"\bup\s+to\b", "", sentence, flags=re.I)
    return checked.has_offer or _is_about_prices(section, bare)


CHECKS = (
    up_to,
    share_at_maximum,
    bona_fide,
    conditions_beside,
    government_programmes,
    clinician_decides,
    numbers_of_the_catalogue,
)

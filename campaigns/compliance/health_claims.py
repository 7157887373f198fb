"""What is said of drugs and conditions: no promise, never without what is not known."""

import re
from collections.abc import Iterable, Iterator

from lxml import html

from campaigns.compliance import reading, terms
from campaigns.compliance.checked import Checked, Section
from campaigns.compliance.findings import Finding, finding
from campaigns.planning import statements

_PRONOUN = re.compile(r"\b(?:it|its|they|their|these|this)\b", re.I)
_NOT_ONLY = re.compile(r"\bnot (?:only|just|merely)\b", re.I)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_FONT_SIZE = re.compile(r"font-size:\s*(\d+(?:\.\d+)?)px")
_FRAME = ("header", "footer", "risk_information", "crisis_line")


def benefit(checked: Checked) -> Iterable[Finding]:
    """HC-01: no sentence promises that a drug or treatment helps.

    A sentence that says what is not known, or only quotes, is no promise.
    """
    for section, sentence in _sentences(checked):
        said = _NOT_ONLY.sub("", reading.unquoted(sentence))
        if terms.has("treatment", said) and not terms.has("not_established", said):
            word = terms.first("benefit", said)
            if word:
                yield finding("HC-01", section.place, sentence, word=word)


def banned_words(checked: Checked) -> Iterable[Finding]:
    """HC-02: no cure, no guarantee, no treatment without risk."""
    for section, sentence in _sentences(checked):
        for match in terms.found("banned", reading.unquoted(sentence)):
            if not _negated(reading.unquoted(sentence), match):
                yield finding("HC-02", section.place, sentence, word=match.group())


def _negated(sentence: str, match: re.Match[str]) -> bool:
    before = " ".join(sentence[: match.start()].split()[-3:])
    return terms.has("negation", before)


def off_label(checked: Checked) -> Iterable[Finding]:
    """HC-03: where ketamine and a condition meet, the off-label statement stands too.

    The block “How it works” asks for it wherever ketamine is named, and says so itself.
    """
    for section in checked.without("how_it_works").everywhere:
        for said, seen in section.said:
            word = terms.first("condition", said)
            if word and terms.has("drug", said) and not statements.says_off_label(seen):
                yield finding("HC-03", section.place, word=word)
                break


def risk_information(checked: Checked) -> Iterable[Finding]:
    """HC-04: a message about the drug, or with an offer, carries the risk statement in full."""
    content = checked.without(*_FRAME)
    if not (checked.has_offer or any(terms.has("drug", s.both) for s in content.everywhere)):
        return
    everyones = (each for each in checked.blocks if not each.segment)
    risks = [each for each in everyones if each.type == "risk_information"]
    if not any(_is_complete(each) for each in risks):
        yield finding("HC-04", "message", why="The approved risk statement is missing.")
    elif _is_smaller(risks, content.blocks):
        why = "The risk statement is set smaller than the text beside it."
        yield finding("HC-04", risks[0].place, why=why)


def _is_complete(section: Section) -> bool:
    twins = [reading.tidy(each) for each in section.twins]
    return any(
        all(reading.tidy(part) in twin for part in statement for twin in twins)
        for statement in statements.RISKS.values()
    )


def _is_smaller(risks: list[Section], others: Iterable[Section]) -> bool:
    beside = sorted(size for each in others for size in _paragraph_sizes(each))
    own = [size for each in risks for size in _paragraph_sizes(each)]
    return bool(own and beside and min(own) < beside[len(beside) // 2])


def _paragraph_sizes(section: Section) -> Iterator[float]:
    if not section.markup.strip():
        return
    for paragraph in html.fragment_fromstring(section.markup, create_parent="div").iter("p"):
        found = _FONT_SIZE.search(str(paragraph.get("style") or ""))
        if found:
            yield float(found[1])


def duration(checked: Checked) -> Iterable[Finding]:
    """HC-05: no sentence about a drug or relief says how long an effect lasts."""
    for section, sentence in _sentences(checked):
        word = terms.first("duration", sentence)
        about = terms.has("treatment", sentence) or terms.has("benefit", word)
        if word and about and not terms.has("not_established", sentence):
            yield finding("HC-05", section.place, sentence, word=word)


def studies(checked: Checked) -> Iterable[Finding]:
    """HC-07: "studies show" names the study and its year, or the block has sources."""
    for section, sentence in _sentences(checked):
        word = terms.first("studies", sentence)
        if word and not section.data.get("sources") and not _YEAR.search(sentence):
            yield finding("HC-07", section.place, sentence, word=word)


def drug_effect(checked: Checked) -> Iterable[Finding]:
    """HC-16: what a drug does in nerves, muscles, mood or symptoms is for the legal approver."""
    for section in checked.everywhere:
        if not terms.has("drug", section.both):
            continue
        for sentence in section.sentences():
            about_drug = terms.has("treatment", sentence) or _PRONOUN.search(sentence)
            word = terms.first("nervous", sentence)
            if word and about_drug:
                yield finding("HC-16", section.place, sentence, word=word)


def _sentences(checked: Checked) -> Iterator[tuple[Section, str]]:
    for section in checked.without(*_FRAME).everywhere:
        for sentence in section.sentences():
            yield section, sentence


CHECKS = (benefit, banned_words, off_label, risk_information, duration, studies, drug_effect)

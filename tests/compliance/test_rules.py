"""Every rule with messages in which it must fire and messages in which it must not."""

from dataclasses import replace
from datetime import date

import pytest

from campaigns.compliance import findings, preflight
from campaigns.compliance.checked import Checked
from campaigns.compliance.models import Severity
from campaigns.promotions.bona_fide import Doubt
from campaigns.promotions.claims import Claim, Excluded
from campaigns.promotions.standing import Standing
from tests.compliance import finished_messages
from tests.compliance.messages import (
    ADDRESS,
    CARD,
    CLAIM,
    CONDITIONS,
    DISCLOSURE,
    EDUCATION,
    FOOTER,
    LINE,
    OFF_LABEL,
    OFFER,
    RISK,
    SERIES,
    UNSUBSCRIBE,
    article,
    block,
    message,
    offer,
    promotion,
    quote,
)

CONSULT = quote("CONSULT", "Consultation", 15_000, 9_900, doubts=(Doubt.RAISED,))
NO_CLAIM = Claim(0, (), (), (Excluded("X", "y", "draft", "It is a draft."),), None, "")
FEW = replace(CLAIM, packages=(SERIES,) * 11, at_maximum=(SERIES,))
SMALL_RISK = replace(RISK, markup='<p style="font-size:11px">small</p>')
MIXED_RISK = replace(RISK, markup='<p>plain</p><p style="font-size:17px">sized</p>')
BARE_RISK = replace(RISK, markup=" ")

FIRES: dict[str, list[Checked]] = {
    "CS-01": [
        message(footer=replace(FOOTER, html="Sample Clinic")),
        message(footer=replace(FOOTER, text="Sample Clinic. Unsubscribe")),
        message(facts=replace(EDUCATION, postal_address="  ")),
    ],
    "CS-02": [
        replace(message(), markup="<p>No link</p>"),
        replace(message(), markup=" "),
        replace(message(), urls={}),
        replace(message(), markup=f'<a href="{UNSUBSCRIBE}">here</a>'),
        replace(
            message(),
            markup=f'<p style="display: none"><a href="{UNSUBSCRIBE}">Unsubscribe</a></p>',
        ),
        replace(message(), text=f"{ADDRESS} Unsubscribe"),
        replace(message(), text=f"{ADDRESS} {UNSUBSCRIBE}"),
    ],
    "CS-11": [
        replace(message(), headers={"List-Unsubscribe": f"<{UNSUBSCRIBE}>"}),
        replace(message(), headers={"List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}),
    ],
    "PR-07": [
        message(subject="Living with chronic pain"),
        message(preheader="How ketamine acts"),
        message(subject="Before your next visit"),
        message(facts=replace(EDUCATION, sender_name="Allen Pain Center")),
    ],
    "HC-01": [
        article("Ketamine can reduce pain."),
        article("Our infusions not only calm, they improve your day."),
        message(block("article", "Rest.", text="The medication is effective."), RISK),
    ],
    "HC-02": [
        article("We cure it."),
        article("Infusions are non-addictive."),
        article("Results are guaranteed."),
        article("A treatment with no side effects."),
        article("It is FDA-approved for chronic pain."),
    ],
    "HC-03": [
        article("Ketamine and pain."),
        article("Ketamine and pain. This is off-label."),
        message(
            block("article", f"Ketamine and pain. {OFF_LABEL}", text="Ketamine and pain."), RISK
        ),
    ],
    "HC-04": [
        message(block("article", "Ketamine is a medicine.")),
        message(block("offer_card", CARD), facts=OFFER),
        message(block("article", "Ketamine."), replace(RISK, html="Risks: see our site.")),
        message(block("article", "Ketamine is a medicine."), SMALL_RISK),
    ],
    "HC-05": [
        article("This leads to long-term relief."),
        article("Infusions work for more than two weeks."),
    ],
    "HC-07": [
        article("Many studies suggest so."),
        article("Recent evidence points to it."),
    ],
    "HC-16": [
        article(f"Ketamine blocks receptors in the brain. {OFF_LABEL}"),
        article(f"{OFF_LABEL} It acts on nerve cells."),
        offer(),
    ],
    "PC-01": [
        offer(subject="Save up to 30%"),
        offer(subject="Save up to 26.5 %"),
        offer(block("offer_card", CARD.replace("up to 26%", "up to 27 percent"))),
        offer(facts=replace(OFFER, claims=(NO_CLAIM,))),
        article("Save up to 20% on packages."),
    ],
    "PC-02": [
        offer(facts=replace(OFFER, claims=(FEW,))),
        offer(block("offer_card", CARD.replace(DISCLOSURE, ""))),
        offer(block("offer_card", CARD, text=CONDITIONS)),
    ],
    "PC-03": [
        offer(
            block("price_table", "Consultation: regular $150, now $99"),
            facts=replace(OFFER, quotes=(SERIES, CONSULT)),
        ),
    ],
    "PC-05": [
        offer(
            block("hero", "Save up to 26%"), block("article", "Hello."), block("offer_card", CARD)
        ),
        offer(block("offer_card", f"Save up to 26%\n{CONDITIONS}")),
        offer(block("offer_card", f"Save up to 26%\n{DISCLOSURE}")),
    ],
    "PC-11": [
        offer(block("offer_card", CARD.replace("TRICARE", ""))),
        offer(block("offer_card", CARD.replace("Not valid", "Valid"))),
        offer(block("offer_card", CARD, text=DISCLOSURE)),
    ],
    "PC-15": [
        message(block("offer_card", CARD.replace("decides whether", "thinks")), facts=OFFER),
        offer(block("offer_card", CARD.replace("is refunded", "is kept"))),
    ],
    "PC-17": [
        offer(block("offer_card", CARD), block("article", "It costs $1,900.")),
        offer(subject="25% off"),
        offer(block("offer_card", CARD), block("article", "Take 15–26 % off today.")),
        article("A visit costs $450."),
    ],
    "PC-19": [
        offer(block("offer_card", CARD.replace("One for each person.", "Two for each person."))),
        offer(facts=replace(OFFER, promotions=((promotion(max_redemptions=6), Standing.OPEN),))),
        offer(block("offer_card", CARD, text=f"{DISCLOSURE}\n{CONDITIONS[:-21]}")),
    ],
    "SS-01": [
        article("Thoughts of suicide are an emergency."),
        article(f"Feelings of hopelessness. {LINE}", text="Feelings of hopelessness."),
        article("Some end\ntheir life."),
        message(subject="Suicide prevention month"),
    ],
    "SS-02": [
        offer(block("offer_card", CARD), block("article", f"Thoughts of suicide. {LINE}")),
        message(block("article", f"Suicidal thoughts. {LINE}"), block("cta_button", "Book now")),
        message(block("article", f"Suicidal thoughts. {LINE}"), block("article", "From $99 only.")),
    ],
    "DL-01": [replace(message(), markup="x" * 100_000)],
    "DL-02": [
        article("Hello {{ first_name }}."),
        article("Hello {saving}."),
        message(subject="[DATE] news"),
        article("Lorem ipsum dolor."),
        article("See https://abc.invalid/"),
        article("Hello *|FNAME|*."),
        article("Hello %%first_name%%."),
        article("Hello {first_name|there}."),
        article("Hello [NAME]."),
        article("Hello.", markup='<a href="https://www.example.com/%7B%7Bcode%7D%7D">Book</a>'),
        replace(message(), markup='<a href="https://abc.invalid">Book</a>'),
    ],
    "DL-03": [replace(message(), text="Hello.")],
    "DL-04": [replace(message(), markup="x" * 80_000)],
    "GO-01": [message(facts=replace(EDUCATION, audience=0, to_send=0))],
    "GO-02": [offer(facts=replace(OFFER, promotions=((promotion(), Standing.PAUSED),)))],
    "GO-04": [message(facts=replace(EDUCATION, to_send=0))],
}

SILENT: dict[str, list[Checked]] = {
    "CS-01": [
        message(),
        message(footer=replace(FOOTER, html=ADDRESS.replace("Suite", "\n Suite"))),
    ],
    "CS-02": [message()],
    "CS-11": [message()],
    "PR-07": [
        message(subject="Sample Clinic: package savings of up to 26% through Dec 12"),
        message(subject="Stress, sleep and good questions"),
        article("Chronic pain in the body of a message."),
    ],
    "HC-01": [
        article("Ketamine is not proven to reduce pain."),
        article("You may read that ketamine “boosts endorphins”."),
        article("Sleep and movement can reduce stress."),
        article("We do not offer ketamine as a stress treatment."),
    ],
    "HC-02": [
        article("There is no cure."),
        article("Nothing is guaranteed, and we never promise cures."),
    ],
    "HC-03": [
        article(f"Ketamine and pain. {OFF_LABEL}"),
        article("Ketamine is a medicine."),
        article("Pain is a signal."),
    ],
    "HC-04": [
        message(block("article", "Movement and sleep.")),
        offer(),
        message(block("article", "Ketamine."), BARE_RISK),
        message(block("article", "Ketamine."), MIXED_RISK),
    ],
    "HC-05": [
        article("Chronic stress hampers long-term memory."),
        article("Pain that lasts three months or longer is usually called chronic."),
        article("It is unknown whether infusions have lasting effects."),
    ],
    "HC-07": [
        article("Many studies suggest so.", data={"sources": [{"title": "A study"}]}),
        article("Recent studies (Br J Anaesth 2015) measured it."),
    ],
    "HC-16": [
        message(block("article", "Pain is a signal of the nervous system.")),
        message(block("article", "Ketamine is a medicine. People differ. Pain is a signal.")),
    ],
    "PC-01": [
        offer(subject="Save up to 26%"),
        offer(subject="Save up to 25 %"),
        article("Up to 24% of adults."),
    ],
    "PC-02": [offer(), article("Save up to 20% on packages.")],
    "PC-03": [
        offer(
            block("price_table", "Consultation: $99"),
            facts=replace(OFFER, quotes=(SERIES, CONSULT)),
        ),
        offer(block("price_table", "Initial series: $2,550, now $1,887")),
    ],
    "PC-05": [
        offer(
            block("header", "Clinic"),
            block("hero", "Save up to 26%"),
            block("greeting", "Hello there"),
            block("offer_card", CARD),
        ),
        offer(subject="Save up to 26%"),
        offer(facts=replace(OFFER, claims=(replace(CLAIM, through=None),))),
        message(block("article", "Up to 24% of adults.")),
    ],
    "PC-11": [offer(), article("An article needs no such line.")],
    "PC-15": [offer(), article("An article needs no such line.")],
    "PC-17": [
        offer(block("offer_card", CARD), block("article", "Save $663. A single visit is $450.")),
        offer(subject="20% off"),
        article("24.3% of US adults reported it, at a cost of $560 billion."),
    ],
    "PC-19": [
        offer(),
        offer(facts=replace(OFFER, promotions=((promotion(max_redemptions=1), Standing.OPEN),))),
        offer(block("offer_card", "Another one.", data={"promotion": "booster-week"})),
        article("An article needs no such line."),
    ],
    "SS-01": [article(f"Thoughts of suicide. {LINE}"), article("Joint pain.")],
    "SS-02": [
        message(
            block("article", f"Thoughts of suicide. {LINE}"), block("booking_card", "Book a visit")
        )
    ],
    "DL-01": [replace(message(), markup="x" * 99_999)],
    "DL-02": [
        article("A set {like this} or [1] is fine, 40 % to 50 % too."),
        article("Hello.", markup='<a href="https://www.example.com/?a=%7Ba%20b%7D">Book</a>'),
    ],
    "DL-03": [message()],
    "DL-04": [replace(message(), markup="x" * 79_999)],
    "GO-01": [message(), message(facts=replace(EDUCATION, audience=None))],
    "GO-02": [offer()],
    "GO-04": [message(), message(facts=replace(EDUCATION, audience=None, to_send=None))],
}


def _found(checked: Checked, rule: str) -> list[findings.Finding]:
    return [each for each in preflight.inspect(checked) if each.rule == rule]


@pytest.mark.parametrize(
    ("rule", "number"), [(rule, n) for rule, each in FIRES.items() for n in range(len(each))]
)
def test_the_rule_fires(rule: str, number: int) -> None:
    found = _found(FIRES[rule][number], rule)
    assert found
    for each in found:
        assert each.source
        assert each.mend
        assert rule in str(each)


@pytest.mark.parametrize(
    ("rule", "number"), [(rule, n) for rule, each in SILENT.items() for n in range(len(each))]
)
def test_the_rule_is_silent(rule: str, number: int) -> None:
    assert _found(SILENT[rule][number], rule) == []


def test_every_rule_of_the_pack_is_tried_both_ways() -> None:
    tried_elsewhere = {"GO-03", *finished_messages.FIRES}
    assert set(FIRES) == set(SILENT) == set(findings.pack()) - tried_elsewhere


def test_every_rule_says_where_it_comes_from_and_when_it_was_reviewed() -> None:
    for rule, said in findings.pack().items():
        assert said.source.reviewed_on >= date(2026, 11, 1), rule
        assert said.source.mark in {"V", "S", "M", "design"}, rule
        assert bool(said.role) is (said.severity is Severity.REVIEW), rule


def test_a_good_message_has_nothing_against_it() -> None:
    assert preflight.inspect(message(block("article", "Movement and sleep."))) == []
    assert preflight.blocking(preflight.inspect(offer())) == []


def test_the_arithmetic_of_a_wrong_claim_is_shown() -> None:
    [found] = _found(offer(subject="Save up to 30%"), "PC-01")
    assert found.message == (
        "“up to 30%” is not true: the best saving is 26 %, on Initial series: "
        "100 x ($2,550 - $1,887) / $2,550, rounded down."
    )
    [found] = _found(
        offer(block("hero", "Up to 9% off"), facts=replace(OFFER, claims=(NO_CLAIM,))), "PC-01"
    )
    assert found.message == (
        "“Up to 9%” is not supported: no saving can be claimed now. It is a draft."
    )


def test_what_is_missing_beside_a_claim_is_named() -> None:
    [found] = _found(offer(block("hero", "Save up to 26%")), "PC-05")
    assert found.message.endswith(
        "the regular price, the price under the offer, the last day, the limits, who it is for."
    )


def test_the_worst_comes_first_and_each_thing_once() -> None:
    found = preflight.inspect(article("Ketamine can reduce pain.\nKetamine can reduce pain."))
    assert len(set(found)) == len(found)
    order = [each.severity for each in found]
    assert order == sorted(order, key=list(Severity).index)

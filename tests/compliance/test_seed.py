"""The clinic's old page comes out red, and its rewritten articles do not."""

import pytest

from campaigns.compliance import preflight
from campaigns.compliance.checked import Checked
from campaigns.compliance.findings import Finding
from tests.compliance.messages import EDUCATION, LINE, RISK, block, message

SUICIDE = (
    "Suicidal thoughts: Chronic pain’s persistent and often debilitating nature can lead to "
    "feelings of hopelessness and even thoughts of suicide. It is important to seek help if you "
    "are experiencing these thoughts."
)
MECHANISM = (
    "Recent evidence points to ketamine’s inhibitory effects on the NMDA receptor in the lateral "
    "habenula. This new growth may reroute the brain from hyperactive areas associated with "
    "negative reward signals, thereby providing long-term relief from mental health and chronic "
    "pain conditions."
)
BENEFITS = (
    "Many studies suggest that ketamine stimulates the production of endorphins, natural "
    "compounds that can reduce pain.",
    "By increasing levels of endorphins, ketamine may work proactively to prevent severe levels "
    "of chronic pain in the future.",
    "According to recent studies, intravenous ketamine can prevent the brain from sending "
    "numerous neural signals, and the medication could reduce signals related to chronic pain.",
    "Generally, ketamine can decrease neural signals for more than two weeks.",
    "Ketamine can substantially reduce levels of cortisol.",
    "The reduction in cortisol likely means ketamine is effective at reducing chronic stress.",
    "Ketamine may, over time, reverse these effects, yielding higher cognitive performance, "
    "better retention, and more task focus resulting in improved critical thinking.",
    "Ketamine infusion therapy has shown promise in the treatment of chronic pain and may be able "
    "to provide relief where other treatments have failed.",
    "The medication is believed to work by increasing the production of endorphins, natural "
    "pain-relieving substances produced by the body.",
)
DISCOUNT = "Special Discounts Now Available\nSave up to 26 % ON KETAMINE Packages"


@pytest.fixture(scope="module")
def seed() -> Checked:
    """The old page as a newsletter."""
    return message(
        block("symptom_list", SUICIDE),
        block("how_it_works", MECHANISM),
        block("article", "\n".join(BENEFITS)),
        block("hero", DISCOUNT),
        subject="Chronic Pain Treatment",
    )


def _of(checked: Checked, rule: str) -> list[Finding]:
    return [each for each in preflight.inspect(checked) if each.rule == rule]


def test_nine_sentences_promise_what_a_drug_does(seed: Checked) -> None:
    assert [each.sentence for each in _of(seed, "HC-01")] == list(BENEFITS)


@pytest.mark.parametrize(
    ("rule", "place"),
    [
        ("SS-01", "block symptom_list"),
        ("SS-02", "block symptom_list"),
        ("HC-03", "block article"),
        ("HC-04", "message"),
        ("HC-05", "block how_it_works"),
        ("HC-05", "block article"),
        ("HC-07", "block how_it_works"),
        ("HC-07", "block article"),
        ("PC-01", "block hero"),
        ("PR-07", "subject"),
    ],
)
def test_the_old_page_is_red(seed: Checked, rule: str, place: str) -> None:
    assert place in {each.place for each in _of(seed, rule)}


ARTICLES = (
    "Pain that lasts three months or longer is usually called chronic. In a 2023 national survey, "
    "24.3% of US adults reported it (CDC/NCHS Data Brief 518, Nov 2024). People describe it "
    "differently: aching joints, deep muscle soreness, or burning and electric feelings when "
    "nerves are involved. No single sign tells you the cause, so a visit with a clinician who "
    "knows your history is a sensible first step.",
    "Ketamine blocks NMDA receptors, one of the places where nerve cells receive glutamate "
    "signals. Laboratory work links this to AMPA-receptor activity and to growth signals called "
    "BDNF and mTOR. That is biology, not proof that a person's pain will change. The FDA has "
    "approved ketamine only as an anesthetic; using it for chronic pain is off-label. A 2018 "
    "guideline from three specialist societies rated the evidence as moderate for one condition "
    "(CRPS, up to 12 weeks) and weak or absent for others. A 2025 Cochrane review of 67 trials of "
    "ketamine and related medicines found no clear evidence that they lower chronic pain, and "
    "more unwanted effects with ketamine infusions. Ask us how this applies to you.",
    "Pain is stressful, and stress can make pain harder to bear. Sleep, breathing exercises, "
    "counselling and gentle activity are low-risk places to start. We do not offer ketamine as a "
    "stress treatment: in a small randomized study of 12 healthy men, ketamine raised cortisol "
    "production while it was being given (Br J Anaesth 2015). The FDA has approved ketamine only "
    "as an anesthetic; using it for pain is off-label.",
    "Researchers are still debating how far ketamine works through the opioid system, and we make "
    'no promise about it. You may read that ketamine "boosts endorphins".',
    f"Some people think of suicide. {LINE}",
)


@pytest.mark.parametrize("text", ARTICLES)
def test_a_balanced_article_passes(text: str) -> None:
    found = preflight.inspect(message(block("article", text), RISK, facts=EDUCATION))
    assert preflight.blocking(found) == []


def test_a_balanced_article_on_the_drug_still_goes_to_the_legal_approver() -> None:
    found = preflight.inspect(message(block("article", ARTICLES[1]), RISK))
    assert {(each.rule, each.role) for each in found} == {("HC-16", "legal_approver")}

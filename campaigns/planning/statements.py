"""Sentences whose wording is approved and not for editing: the risk statement, the crisis line."""

import re
from collections.abc import Mapping


def _(sentence: str) -> str:
    """Mark a sentence for the catalogue; it is translated where it is shown."""
    return sentence


CRISIS_LINE = _(
    "If you or someone you know is struggling or in crisis, help is available. "
    "Call or text 988 or chat 988lifeline.org."
)
"""SAMHSA's wording for the 988 Lifeline, exactly."""

_ONLY_ANESTHETIC = re.compile(r"\bapproved\b[^.]{0,60}\bonly as an an(?:a)?esthetic\b", re.I)
_OFF_LABEL = re.compile(r"\boff-label\b", re.I)


def says_off_label(text: str) -> bool:
    """Whether a text says what ketamine is approved for, and that this use is off-label."""
    joined = " ".join(text.split())
    return bool(_ONLY_ANESTHETIC.search(joined) and _OFF_LABEL.search(joined))


RISKS: Mapping[str, tuple[str, ...]] = {
    "ketamine-1": (
        _(
            "Ketamine is a Schedule III controlled substance. The FDA has approved it only as an "
            "anesthetic; its use for chronic pain is off-label and it has not been shown to work "
            "for everyone."
        ),
        _(
            "Side effects can include sleepiness, feeling detached from your body or surroundings "
            "(dissociation), anxiety or hallucinations, nausea and vomiting, and raised blood "
            "pressure or heart rate. Slowed breathing, misuse and dependence, liver injury, and "
            "bladder or urinary problems have been reported."
        ),
        _(
            "It is not suitable for everyone, for example with poorly controlled blood pressure or "
            "heart disease, certain mental-health conditions, serious liver disease, or active "
            "substance use. A clinician decides whether it is appropriate for you."
        ),
    ),
}
"""Approved risk statements by version, a paragraph each; a new wording is a new version."""

"""Messages to check, complete by default: each test changes what it is about."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from campaigns.compliance.checked import Checked, Facts, Section
from campaigns.compliance.versions import Certain
from campaigns.contacts.models import Topic
from campaigns.planning import statements
from campaigns.promotions.claims import Claim
from campaigns.promotions.models import CodeMode, Package, Promotion, PromotionStatus
from campaigns.promotions.pricing import Quote
from campaigns.promotions.standing import Standing

ADDRESS = "100 Example Plaza, Suite 200, Allen, TX 75000 (demo)"
UNSUBSCRIBE = "https://news.example.com/u/token"
LINE = statements.CRISIS_LINE
OFF_LABEL = (
    "The FDA has approved ketamine only as an anesthetic; using it for chronic pain is off-label."
)
DISCLOSURE = (
    "26% on Initial series (6 visits, $2,550 → $1,887). Other packages 20%. "
    "1 of 2 promoted packages is at the maximum. Through 12 Dec 2026."
)
CONDITIONS = (
    "1 booking for each person. Anyone who pays for their visits themselves. Not valid for "
    "services billed to Medicare, Medicaid, TRICARE or other government programs. A clinician "
    "decides whether this is appropriate for you. If you are not a candidate, what you have paid "
    "is refunded. One for each person."
)
CARD = f"Save up to 26% on selected packages\n{DISCLOSURE}\n{CONDITIONS}"


def block(kind: str, text: str, /, **values: Any) -> Section:
    """A block whose two twins say the same."""
    paragraphs = "".join(f'<p style="font-size:17px">{line}</p>' for line in text.split("\n"))
    made = Section(
        place=f"block {kind}", type=kind, html=text, text=text, data={}, markup=paragraphs
    )
    return replace(made, **values)


RISK = block("risk_information", "\n".join(statements.RISKS["ketamine-1"]))
FOOTER = block("footer", f"Sample Clinic\n{ADDRESS}\nUnsubscribe")


def quote(code: str, name: str, regular: int, price: int, **values: Any) -> Quote:
    """A package under a promotion."""
    package = Package(code=code, name=name, visits=6, published=True, bookable=True)
    made = Quote(package, promotion(), regular, price, "USD")
    return replace(made, **values)


def promotion(
    status: PromotionStatus = PromotionStatus.ACTIVE, *, max_redemptions: int | None = None
) -> Promotion:
    """The demo's promotion."""
    return Promotion(
        code="package-savings",
        name="Package savings",
        status=status,
        starts_at=datetime(2026, 11, 20, tzinfo=UTC),
        ends_at=datetime(2026, 12, 13, tzinfo=UTC),
        last_day=date(2026, 12, 12),
        terms="One for each person.",
        max_redemptions=max_redemptions,
        code_mode=CodeMode.NONE,
    )


SERIES = quote("SER-6", "Initial series", 255_000, 188_700)
EXTENDED = quote("EXT-3", "Extended-visit series", 360_000, 288_000)
CLAIM = Claim(26, (SERIES, EXTENDED), (SERIES,), (), date(2026, 12, 12), DISCLOSURE)
OFFER = Facts(
    sender_name="Sample Clinic",
    postal_address=ADDRESS,
    topic=Topic.OFFERS,
    promotions=((promotion(), Standing.OPEN),),
    quotes=(SERIES, EXTENDED),
    claims=(CLAIM, CLAIM),
    regular_cents=frozenset({255_000, 360_000, 45_000}),
    audience=3,
    to_send=2,
)
EDUCATION = Facts(sender_name="Sample Clinic", postal_address=ADDRESS, audience=3, to_send=2)


def message(
    *blocks: Section,
    subject: str = "News from the clinic",
    preheader: str = "Plain words about what a visit to the clinic is like",
    facts: Facts = EDUCATION,
    footer: Section = FOOTER,
) -> Checked:
    """A message with a good footer and headers; nothing is wrong unless a block says so."""
    everything = (*blocks, footer)
    everyones = [each for each in everything if not each.segment]
    return Checked(
        facts=facts,
        subject=subject,
        preheader=preheader,
        blocks=everything,
        markup=markup(everything),
        html="\n".join(each.html for each in everything),
        text="\n".join([*(each.text for each in everything), UNSUBSCRIBE]),
        apart=None
        if everyones == list(everything)
        else Certain(
            markup(everyones),
            "\n".join(each.html for each in everyones),
            "\n".join([*(each.text for each in everyones), UNSUBSCRIBE]),
        ),
        headers={
            "List-Unsubscribe": f"<{UNSUBSCRIBE}>, <mailto:desk@example.com>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
        urls={"unsubscribe": UNSUBSCRIBE},
    )


def markup(blocks: Sequence[Section]) -> str:
    """A whole HTML part with the unsubscribe link."""
    inside = "".join(each.markup for each in blocks)
    return (
        f'<html lang="en" dir="ltr"><body><div lang="en" dir="ltr">{inside}'
        f'<p><a href="{UNSUBSCRIBE}">Unsubscribe</a></p></div></body></html>'
    )


def article(text: str, /, **values: Any) -> Checked:
    """A message of one article."""
    return message(block("article", text, **values), RISK)


def offer(*blocks: Section, **values: Any) -> Checked:
    """A message with a complete offer card."""
    return message(*(blocks or (block("offer_card", CARD),)), RISK, **({"facts": OFFER} | values))

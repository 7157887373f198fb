"""What the checks say of the content as it stands, each finding beside the field it is about."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count

from fastapi import APIRouter, Response

from campaigns import registry
from campaigns.accounts import permissions
from campaigns.accounts.models import User
from campaigns.accounts.permissions import Verb
from campaigns.compliance import approval, mending
from campaigns.compliance.findings import Finding
from campaigns.compliance.menders import Mend
from campaigns.database import Session
from campaigns.errors import Invalid
from campaigns.planning import catalogue, editing, queries
from campaigns.planning.fields import Part
from campaigns.planning.models import Campaign, CampaignStatus
from campaigns.web.pages.content.content_controls import slots
from campaigns.web.visit import Visit

router = APIRouter(prefix="/desk/campaigns/{name}/content")

LINES = ("subject", "preheader")


@dataclass(frozen=True, slots=True)
class Beside:
    """One finding as it stands beside a field, or beside its block."""

    finding: Finding
    label: str
    """What the field is called; empty where the block as a whole is meant."""
    mend: Mend | None
    number: int


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything that was found, and why nothing could be where nothing could."""

    found: tuple[Beside, ...] = ()
    refusal: str = ""

    def at(self, place: str) -> list[Beside]:
        """What was found at this place: a line, or `block` and its id."""
        return [each for each in self.found if each.finding.place == place]

    def of_field(self, place: str, field: str, *, fields: Iterable[str]) -> list[Beside]:
        """What stands beside this field of a block whose form is open and has these fields."""
        known = set(fields)
        return [each for each in self.at(place) if _nearest(each.finding.field, known) == field]

    def ids(self, place: str, field: str, *, fields: Iterable[str]) -> list[str]:
        """The ids of what stands beside this field, for its control to name."""
        return [f"found-{each.number}" for each in self.of_field(place, field, fields=fields)]

    @property
    def elsewhere(self) -> int:
        """How many are about the message as a whole, or what it leans on."""
        here = {each.finding.place for each in self.found if each.finding.place.startswith("block")}
        return sum(
            each.finding.place not in here and each.finding.place not in LINES
            for each in self.found
        )


def _nearest(field: str, known: set[str]) -> str:
    """The field itself, or what it is a part of, where the form has that; else empty."""
    while field and field not in known:
        field = field.rpartition(".")[0]
    return field


@router.get("/findings")
def show(visit: Visit, name: str) -> Response:
    """What the checks would say now, for the page to put beside its fields."""
    campaign = queries.named(visit.session, name)
    return visit.part(
        "desk/campaigns/content/_findings.html",
        checked=of(visit.session, campaign, visit.user),
        base=f"/desk/campaigns/{campaign.name}",
        revision=campaign.revision,
    )


def of(session: Session, campaign: Campaign, user: User) -> Findings:
    """Every finding, with its field's name and with the mend that a machine can make."""
    try:
        found = approval.check(session, campaign, rules=registry.RULES, facts=registry.FACTS)
    except Invalid as error:
        return Findings(refusal=str(error))
    version = queries.newest_version(session, campaign)
    kinds = {f"block {each['id']}": each["type"] for each in editing.blocks_of(version)}
    may_mend = permissions.may(user, Verb.EDIT_CAMPAIGNS)
    is_draft = campaign.status is CampaignStatus.DRAFT
    draft = mending.read(session, campaign, version) if found and may_mend and is_draft else None
    numbers = count(1)
    return Findings(
        tuple(
            Beside(
                finding=each,
                label=label(kinds.get(each.place, ""), each.field),
                mend=mending.offered(draft, rule=each.rule, place=each.place) if draft else None,
                number=next(numbers),
            )
            for each in found
        )
    )


def label(kind: str, field: str) -> str:
    """What a field is called, such as `Questions 2: Answer`; empty where it has no name."""
    if not kind or not field:
        return ""
    model: type[Part] = catalogue.kind(kind)
    said: list[str] = []
    for step in field.split("."):
        if step.isdecimal() and said:
            said[-1] = f"{said[-1]} {int(step) + 1}"
            continue
        slot = next((each for each in slots(model) if each.name == step), None)
        if slot is None:
            break
        said.append(slot.label.label)
        model = slot.part or model
    return ": ".join(said)

"""A caller reads out a code or an address: what they are given now, and a booking for them."""

import secrets
from collections.abc import Mapping
from datetime import date

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from campaigns.bookings import calling, menu
from campaigns.bookings.calling import Caller
from campaigns.bookings.quoting import Changed
from campaigns.bookings.wish import Wish, problems
from campaigns.database import Session
from campaigns.errors import BadAddress, Conflict, Invalid, NotFound, SlotFull
from campaigns.promotions import queries as promotions
from campaigns.promotions.models import Promotion
from campaigns.promotions.standing import sentence, standing
from campaigns.web import forms
from campaigns.web.forms import Form, Posted
from campaigns.web.pages.bookings.booking_answers import done, own_page
from campaigns.web.visit import Visit

router = APIRouter(prefix="/desk")

_FIELD_OF = ((SlotFull, "slot"), (BadAddress, "address"), (Changed, "package"))


class Code(BaseModel):
    """What the caller reads out: a code, or the address their message came to."""

    code: str = Field(max_length=320)


class Call(BaseModel):
    """What the caller chose."""

    code: str = Field("", max_length=320)
    package: str = Field("", max_length=80)
    """The package's code and the price that was shown, such as `SER-6:188700`."""
    slot: int = Field(0, ge=0, lt=2**62)
    name: str = Field("", max_length=300)
    phone: str = Field("", max_length=100)
    address: str = Field("", max_length=320)
    attest: bool = False
    key: str = Field("", max_length=64)

    def wish(self) -> Wish:
        """What the caller asks for, as a booking takes it."""
        package, _, cents = self.package.rpartition(":")
        return Wish(
            package_code=package,
            slot_id=self.slot,
            name=self.name,
            phone=self.phone,
            code=self.code,
            self_pay_attested=self.attest,
            seen_cents=int(cents) if cents.isdecimal() and len(cents) < 12 else None,
        )


@router.get("/bookings/call")
def ask(visit: Visit) -> Response:
    """Ask for the code."""
    return visit.page("desk/bookings/call.html", form=forms.blank())


@router.post("/bookings/caller")
def find(visit: Visit, posted: Posted) -> Response:
    """Who calls, and what the code gives them."""
    form = forms.read(Code, posted)
    if form.model is None:
        form.errors["code"] = "Enter the code that the caller reads out, or their email address."
        return _asked(visit, form)
    try:
        caller = calling.find(visit.session, form.model.code, actor=visit.user)
    except (NotFound, BadAddress) as error:
        form.refuse("code", str(error))
        return _asked(visit, form)
    contact = caller.contact
    name = f"{contact.first_name} {contact.last_name}".strip() if contact else ""
    fresh = forms.blank(code=form.model.code, name=name, key=secrets.token_urlsafe(18))
    return _found(visit, caller, fresh)


@router.post("/bookings/call")
def book(visit: Visit, posted: Posted) -> Response:
    """Book and confirm what the caller chose."""
    form = forms.read(Call, posted)
    try:
        caller = calling.find(visit.session, str(form.value("code"))[:320], actor=visit.user)
    except (NotFound, BadAddress) as error:
        form.refuse("code", str(error))
        return _asked(visit, form)
    given = form.model
    if given is not None:
        for field, wrong in _wrong(caller, given).items():
            form.refuse(field, wrong)
    if given is None or form.model is None:
        return _found(visit, caller, form, status=422)
    key = given.key or secrets.token_urlsafe(18)
    try:
        booking = calling.book(
            visit.session,
            caller,
            wish=given.wish(),
            address=given.address,
            key=key,
            actor=visit.user,
        )
    except (Conflict, Invalid) as error:
        field = next((name for kind, name in _FIELD_OF if isinstance(error, kind)), "form")
        form.refuse(field, str(error))
        form.values["key"] = secrets.token_urlsafe(18)
        return _found(visit, caller, form, status=error.status)
    return done(visit.session, booking, "is confirmed", own_page(booking))


def _wrong(caller: Caller, given: Call) -> Mapping[str, str]:
    found = problems(given.wish())
    if "attest" in found:
        found["attest"] = "Ask whether they will pay for these visits themselves, and tick it."
    if "name" in found and not given.name:
        found["name"] = "Enter the caller's name."
    if caller.contact is None and not given.address:
        found["address"] = "Ask for their email address: the confirmation goes there."
    return found


def _asked(visit: Visit, form: Form[Code] | Form[Call]) -> Response:
    return visit.page("desk/bookings/call.html", status=422, form=form)


def _found(
    visit: Visit,
    caller: Caller,
    form: Form[Call],
    *,
    status: int = 200,
) -> Response:
    choices = calling.choices(visit.session, caller)
    categories = dict.fromkeys(each.quote.package.category for each in choices if not each.refusal)
    return visit.page(
        "desk/bookings/caller.html",
        status=status,
        caller=caller,
        promotions=[
            (each, sentence(standing(visit.session, each), each), _left(visit.session, each))
            for each in caller.promotions
        ],
        choices=choices,
        days={
            each: menu.days(visit.session, category=each, until=_until(caller))
            for each in categories
        },
        form=form,
    )


def _until(caller: Caller) -> date | None:
    """The last day that any of the promotions can be used; None where one has no end."""
    last = [each.use_by for each in caller.promotions]
    known = [each for each in last if each is not None]
    return max(known) if known and len(known) == len(last) else None


def _left(session: Session, promotion: Promotion) -> str:
    if promotion.max_redemptions is None:
        return "no limit"
    counter = promotions.counter(session, promotion)
    free = max(0, promotion.max_redemptions - counter.held - counter.captured)
    return f"{free} of {promotion.max_redemptions} left"

"""The desk's answers: confirm, decline, offer another time; each can be undone for 30 seconds."""

from collections.abc import Callable

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field, model_validator

from campaigns.accounts.models import User
from campaigns.bookings import lifecycle, menu, offering, queries, steps, undoing
from campaigns.bookings.models import Booking, BookingStatus
from campaigns.database import Session
from campaigns.errors import BedsideError, Conflict, Invalid
from campaigns.web import desk, forms
from campaigns.web.dependencies import InTransaction
from campaigns.web.forms import Form, Posted
from campaigns.web.pages.bookings import booking_words
from campaigns.web.staff import SignedIn, is_own_page
from campaigns.web.visit import Visit

router = APIRouter(prefix="/desk")

HOME = "/desk/bookings"
REASONS = {
    "taken": "This time is no longer possible for us.",
    "closed": "We are closed at that time.",
    "call": "We would like to talk with you first. Please call us.",
}
"""What a letter may say in one press; the fourth choice is the desk's own words."""


class Decline(BaseModel):
    """Why a request is declined, as the letter says it."""

    reason: str = ""
    own: str = Field("", max_length=300)

    @model_validator(mode="after")
    def _is_said(self) -> "Decline":
        if self.reason not in {*REASONS, "own"}:
            raise ValueError("Choose what the letter says.")
        if self.reason == "own" and not self.own:
            raise ValueError("Write what the letter says.")
        return self

    @property
    def sentence(self) -> str:
        """What the letter says."""
        return REASONS.get(self.reason, self.own)


class OtherTime(BaseModel):
    """Another time, and whether the person has agreed to it by phone."""

    slot: int = Field(gt=0, lt=2**62)
    agreed: bool = False
    say: str = Field("", max_length=300)


@router.post("/bookings/{reference}/confirm")
def confirm(session: InTransaction, user: SignedIn, posted: Posted, reference: str) -> Response:
    """Expect them; the letter leaves when the time to undo is over."""
    booking = queries.by_reference(session, reference)
    back = _back(posted.get("back"), booking)

    def deed() -> None:
        lifecycle.confirm(session, booking, actor=user, undoable=True)

    return _answer(session, booking, user, deed, wished=BookingStatus.CONFIRMED, back=back)


@router.get("/bookings/{reference}/decline")
def declining(visit: Visit, reference: str) -> Response:
    """What the letter of a declined request says."""
    booking = queries.by_reference(visit.session, reference)
    return _declining(visit, booking, forms.blank(reason="taken"))


@router.post("/bookings/{reference}/decline")
def decline(visit: Visit, posted: Posted, reference: str) -> Response:
    """Let the place and the offer go; the letter says why."""
    booking = queries.by_reference(visit.session, reference)
    form = forms.read(Decline, posted)
    if form.model is None:
        sentence = form.errors.pop("form", "")
        if sentence:
            form.refuse("own" if form.value("reason") == "own" else "reason", sentence)
        return _declining(visit, booking, form, status=422)
    said = form.model.sentence

    def deed() -> None:
        lifecycle.decline(
            visit.session, booking, actor=visit.user, reason=said, say=said, undoable=True
        )

    return _answer(
        visit.session, booking, visit.user, deed, wished=BookingStatus.DECLINED, back=HOME
    )


@router.get("/bookings/{reference}/time")
def other_times(visit: Visit, reference: str) -> Response:
    """The free times to offer instead."""
    booking = queries.by_reference(visit.session, reference)
    return _other_times(visit, booking, forms.blank())


@router.post("/bookings/{reference}/time")
def offer_time(visit: Visit, posted: Posted, reference: str) -> Response:
    """Keep another time for them, and ask; agreed by phone it is confirmed at once."""
    booking = queries.by_reference(visit.session, reference)
    form = forms.read(OtherTime, posted)
    if form.model is None:
        if "slot" in form.errors:
            form.errors["slot"] = "Choose a time."
        return _other_times(visit, booking, form, status=422)
    wish = form.model
    try:
        offering.offer_time(
            visit.session,
            booking,
            slot_id=wish.slot,
            actor=visit.user,
            agreed=wish.agreed,
            say=wish.say,
            undoable=True,
        )
    except (Conflict, Invalid) as error:
        form.refuse("slot", str(error))
        return _other_times(visit, booking, form, status=error.status)
    return done(visit.session, booking, "has a new time", HOME)


@router.post("/bookings/{reference}/undo/{step_id}")
def undo(session: InTransaction, user: SignedIn, reference: str, step_id: int) -> Response:
    """Take an answer back before its letter leaves."""
    booking = queries.by_reference(session, reference)
    own = own_page(booking)
    try:
        undoing.undo(session, booking, step_id=step_id, actor=user)
    except BedsideError as error:
        return desk.moved(own, say=f"Not undone. {error}", tone="bad")
    return desk.moved(
        own, say=f"Undone: booking {booking.reference} is as it was, and no letter left."
    )


def _answer(
    session: Session,
    booking: Booking,
    user: User,
    deed: Callable[[], None],
    *,
    wished: BookingStatus,
    back: str,
) -> Response:
    """Do it; who comes second is told who was faster, and a double press is one."""
    try:
        deed()
    except Conflict as error:
        step = steps.last(session, booking)
        if booking.status is wished and step is not None and step.user_id == user.id:
            return done(session, booking, f"is {wished}", back)
        faster = f" {step.by} was faster." if step is not None and step.by else ""
        return desk.moved(own_page(booking), say=f"{error}{faster}", tone="bad")
    return done(session, booking, f"is {wished}", back)


def done(session: Session, booking: Booking, became: str, back: str) -> Response:
    """Back, with the way to undo for as long as there is one."""
    visit = queries.visit(session, booking)
    step = steps.undoable(session, booking)
    way = ("Undo", f"{own_page(booking)}/undo/{step.id}") if step else None
    waits = f" The letter leaves in {steps.UNDO_SECONDS} seconds." if step else ""
    said = f"{booking.reference} {became}: {booking.name}, {visit.when}.{waits}"
    return desk.moved(back, say=said, undo=way)


def _declining(
    visit: Visit,
    booking: Booking,
    form: Form[Decline],
    *,
    status: int = 200,
) -> Response:
    return visit.page(
        "desk/bookings/decline.html",
        status=status,
        visit=queries.visit(visit.session, booking),
        booking=booking,
        form=form,
        reasons=REASONS,
        may_answer=booking.status is BookingStatus.HELD,
        state=booking_words.status(booking),
    )


def _other_times(
    visit: Visit,
    booking: Booking,
    form: Form[OtherTime],
    *,
    status: int = 200,
) -> Response:
    booked = queries.visit(visit.session, booking)
    promotion = queries.promotion_of(visit.session, booking)
    until = promotion.use_by if promotion else None
    days = menu.days(
        visit.session, category=booked.package.category, until=until, without=booking.slot_id
    )
    return visit.page(
        "desk/bookings/time.html",
        status=status,
        visit=booked,
        booking=booking,
        form=form,
        days=days,
        until=until,
        may_move=lifecycle.may_change(visit.session, booking),
        is_held=booking.status is BookingStatus.HELD,
        state=booking_words.status(booking),
    )


def own_page(booking: Booking) -> str:
    """The page of one booking."""
    return f"{HOME}/{booking.reference}"


def _back(wished: object, booking: Booking) -> str:
    """Where the button was pressed, if that is a page of ours; else the booking's own."""
    is_ours = isinstance(wished, str) and wished.startswith(HOME) and is_own_page(wished)
    return str(wished) if is_ours else own_page(booking)

"""The pages behind an offer's link: book, and later change or cancel; no script, no medical field.

A GET never changes anything; what a form says wrong is said beside its field, and kept.
"""

import re
import secrets
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Response
from fastapi.responses import HTMLResponse

from campaigns import clock, icalendar, tokens
from campaigns.bookings import invitation, letters, lifecycle, menu, offering, queries
from campaigns.bookings.menu import Menu
from campaigns.bookings.models import Booking
from campaigns.bookings.quoting import Changed, WrongCode
from campaigns.bookings.wish import problems
from campaigns.contacts.models import Contact
from campaigns.database import Session
from campaigns.delivery.models import Delivery
from campaigns.errors import Conflict, Invalid, OfferEnded, SlotFull
from campaigns.promotions import claims
from campaigns.public_urls import calendar, manage
from campaigns.tokens import Family
from campaigns.web import templating
from campaigns.web.dependencies import InTransaction
from campaigns.web.public.booking_form import BookingForm, ManageForm

router = APIRouter()

_FIELD_OF = ((SlotFull, "slot"), (WrongCode, "code"), (Changed, "package"))
_FIELDS = ("package", "slot", "name", "phone", "code", "attest", "form")
_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")


@router.api_route("/b/{token}", methods=["GET", "HEAD"])
def choose(
    session: InTransaction, token: str, regular: Annotated[str, Query()] = ""
) -> HTMLResponse:
    """What can be booked through this link, and the form to ask for it."""
    delivery, contact = _invited(session, token)
    form = BookingForm(regular=regular, name=_full_name(contact))
    return _show_form(session, delivery, contact, form, errors={}, status=200, fill_code=True)


@router.post("/b/{token}")
def ask(session: InTransaction, token: str, form: Annotated[BookingForm, Form()]) -> HTMLResponse:
    """Take the request; the same form sent twice gets the same answer."""
    delivery, contact = _invited(session, token)
    wish = form.wish()
    errors = problems(wish, language=contact.language)
    if errors:
        return _show_form(session, delivery, contact, form, errors=errors, status=422)
    key = form.key if _KEY.fullmatch(form.key) else _fresh_key()
    try:
        booking = lifecycle.request(session, delivery=delivery, wish=wish, key=key)
    except OfferEnded as ended:
        return _show_ended(session, contact, token, ended)
    except (Conflict, Invalid) as refused:
        field = next((name for kind, name in _FIELD_OF if isinstance(refused, kind)), "form")
        form.key = _fresh_key()
        return _show_form(
            session, delivery, contact, form, errors={field: str(refused)}, status=refused.status
        )
    return _page(session, "public/booked.html", contact, **_booking(session, booking))


@router.api_route("/m/{token}.ics", methods=["GET", "HEAD"])
def calendar_entry(session: InTransaction, token: str) -> Response:
    """The booking as a file that any calendar takes."""
    booking = _managed(session, token)
    content = invitation.calendar(
        session, queries.visit(session, booking), manage_url=manage(token)
    )
    return Response(
        content,
        media_type=icalendar.MEDIA_TYPE,
        headers={"Content-Disposition": f'attachment; filename="visit-{booking.reference}.ics"'},
    )


@router.api_route("/m/{token}", methods=["GET", "HEAD"])
def look_after(session: InTransaction, token: str) -> HTMLResponse:
    """A booking as it stands, with other times and a way to cancel."""
    return _show_booking(session, _managed(session, token))


@router.post("/m/{token}")
def change_or_cancel(
    session: InTransaction, token: str, form: Annotated[ManageForm, Form()]
) -> HTMLResponse:
    """Say yes to the offered time, move the booking to another one, or cancel it; twice is once."""
    booking = _managed(session, token)
    try:
        if form.action == "cancel":
            lifecycle.cancel(session, booking)
            return _show_booking(session, booking, done="cancelled")
        if form.action == "accept":
            offering.accept(session, booking)
            return _show_booking(session, booking, done="accepted")
        if not form.slot_id:
            return _show_booking(session, booking, missing=True, status=422)
        lifecycle.change(session, booking, slot_id=form.slot_id)
        return _show_booking(session, booking, done="changed")
    except Conflict as refused:
        return _show_booking(session, booking, error=str(refused), status=refused.status)


def _invited(session: Session, token: str) -> tuple[Delivery, Contact]:
    delivery = queries.invited(session, tokens.read(token, Family.BOOK))
    return delivery, session.get_one(Contact, delivery.contact_id)


def _managed(session: Session, token: str) -> Booking:
    now = clock.now(session)
    return queries.by_id(session, tokens.read_notice(token, Family.MANAGE, now=now))


def _show_form(
    session: Session,
    delivery: Delivery,
    contact: Contact,
    form: BookingForm,
    *,
    errors: dict[str, str],
    status: int,
    fill_code: bool = False,
) -> HTMLResponse:
    token = tokens.mint(Family.BOOK, campaign_id=delivery.campaign_id, delivery_id=delivery.id)
    if not form.regular and not queries.promotions_of(session, delivery.campaign_id):
        return _page(session, "public/no_offer.html", contact, token=token)
    try:
        shown = _menu(session, delivery, contact, form)
    except Conflict as refused:
        return _show_ended(session, contact, token, refused)
    if fill_code:
        form.code = menu.code_to_show(session, shown, delivery)
    promotion_ids = [each.id for each in shown.promotions]
    return _page(
        session,
        "public/booking.html",
        contact,
        status=status,
        token=token,
        menu=shown,
        form=form,
        errors=dict.fromkeys(_FIELDS, "") | errors,
        wrong=errors,
        key=form.key if _KEY.fullmatch(form.key) else _fresh_key(),
        disclosure=claims.best(session, promotion_ids, language=contact.language).disclosure,
    )


def _menu(session: Session, delivery: Delivery, contact: Contact, form: BookingForm) -> Menu:
    if form.regular:
        return menu.at_regular_price(session)
    return menu.offered(session, delivery, language=contact.language)


def _show_ended(session: Session, contact: Contact, token: str, refused: Conflict) -> HTMLResponse:
    return _page(
        session,
        "public/offer_ended.html",
        contact,
        status=refused.status,
        token=token,
        reason=refused.reason if isinstance(refused, OfferEnded) else "not_for_you",
        sentence=str(refused),
    )


def _show_booking(
    session: Session,
    booking: Booking,
    *,
    done: str = "",
    error: str = "",
    missing: bool = False,
    status: int = 200,
) -> HTMLResponse:
    shown = _booking(session, booking)
    visit = shown["visit"]
    promotion = queries.promotion_of(session, booking)
    until = promotion.use_by if promotion else None
    may_change = lifecycle.may_change(session, booking)
    days = menu.days(session, category=visit.package.category, until=until, without=booking.slot_id)
    return _page(
        session,
        "public/manage.html",
        visit.contact,
        status=status,
        done=done,
        error=error,
        missing=missing,
        may_change=may_change,
        days=days,
        **shown,
    )


def _booking(session: Session, booking: Booking) -> dict[str, Any]:
    visit = queries.visit(session, booking)
    token = letters.manage_token(visit)
    return {
        "visit": visit,
        "booking": booking,
        "token": token,
        "manage_url": manage(token),
        "calendar_url": calendar(token),
        "held_until": visit.held_until,
    }


def _page(
    session: Session, template: str, contact: Contact, *, status: int = 200, **values: Any
) -> HTMLResponse:
    return templating.page(session, template, contact=contact, status=status, **values)


def _full_name(contact: Contact) -> str:
    return f"{contact.first_name} {contact.last_name}".strip()


def _fresh_key() -> str:
    return secrets.token_urlsafe(18)

"""Which page takes which permission: one table; a route without a row answers nobody."""

from collections.abc import Mapping
from enum import Enum

from campaigns.accounts.models import User
from campaigns.accounts.permissions import Verb, may, require
from campaigns.errors import NotAllowed


class Access(Enum):
    """Who may come in without a verb of the roles' table."""

    ANYONE = "anyone, signed in or not"
    SIGNED_IN = "everyone who works here"


ANYONE, SIGNED_IN = Access.ANYONE, Access.SIGNED_IN

ROUTES: Mapping[str, Verb | Access] = {
    # Signing in
    "GET /desk/login": ANYONE,
    "POST /desk/login": ANYONE,
    "POST /desk/logout": SIGNED_IN,
    # Today
    "GET /desk": SIGNED_IN,
    # Campaigns
    "GET /desk/campaigns": Verb.SEE_REPORTS,
    "GET /desk/campaigns/new": Verb.EDIT_CAMPAIGNS,
    "POST /desk/campaigns/new": Verb.EDIT_CAMPAIGNS,
    "GET /desk/campaigns/{name}": Verb.SEE_REPORTS,
    "GET /desk/campaigns/{name}/rename": Verb.EDIT_CAMPAIGNS,
    "POST /desk/campaigns/{name}/rename": Verb.EDIT_CAMPAIGNS,
    "POST /desk/campaigns/{name}/archive": Verb.EDIT_CAMPAIGNS,
    "POST /desk/campaigns/{name}/unarchive": Verb.EDIT_CAMPAIGNS,
    "GET /desk/campaigns/{name}/cancel": Verb.STOP,
    "POST /desk/campaigns/{name}/cancel": Verb.STOP,
    # Content
    "GET /desk/campaigns/{name}/content": Verb.SEE_REPORTS,
    "POST /desk/campaigns/{name}/content/lines": Verb.EDIT_CAMPAIGNS,
    "POST /desk/campaigns/{name}/content/take-back": Verb.EDIT_CAMPAIGNS,
    "POST /desk/campaigns/{name}/content/here": Verb.EDIT_CAMPAIGNS,
    "POST /desk/campaigns/{name}/content/mend": Verb.EDIT_CAMPAIGNS,
    "GET /desk/campaigns/{name}/content/html": Verb.EDIT_CAMPAIGNS,
    "POST /desk/campaigns/{name}/content/html": Verb.EDIT_CAMPAIGNS,
    "POST /desk/campaigns/{name}/content/html/leave": Verb.EDIT_CAMPAIGNS,
    "POST /desk/campaigns/{name}/content/html/pictures": Verb.EDIT_CAMPAIGNS,
    "POST /desk/campaigns/{name}/content/blocks": Verb.EDIT_CAMPAIGNS,
    "POST /desk/campaigns/{name}/content/blocks/{block}": Verb.EDIT_CAMPAIGNS,
    "POST /desk/campaigns/{name}/content/blocks/{block}/move": Verb.EDIT_CAMPAIGNS,
    "POST /desk/campaigns/{name}/content/blocks/{block}/remove": Verb.EDIT_CAMPAIGNS,
    "POST /desk/campaigns/{name}/content/blocks/{block}/put-back": Verb.EDIT_CAMPAIGNS,
    "POST /desk/campaigns/{name}/content/pictures": Verb.EDIT_CAMPAIGNS,
    "GET /desk/campaigns/{name}/content/preview": Verb.SEE_REPORTS,
    "GET /desk/campaigns/{name}/content/preview/facts": Verb.SEE_REPORTS,
    "GET /desk/campaigns/{name}/content/readers": Verb.SEE_CONTACTS,
    "GET /desk/campaigns/{name}/content/findings": Verb.SEE_REPORTS,
    "GET /desk/campaigns/{name}/content/history": Verb.SEE_REPORTS,
    "GET /desk/campaigns/{name}/content/history/{revision}": Verb.SEE_REPORTS,
    "POST /desk/campaigns/{name}/content/history/{revision}/restore": Verb.EDIT_CAMPAIGNS,
    # Who, offer, when
    "GET /desk/campaigns/{name}/who": Verb.SEE_REPORTS,
    "POST /desk/campaigns/{name}/who": Verb.EDIT_CAMPAIGNS,
    "GET /desk/campaigns/{name}/offer": Verb.SEE_REPORTS,
    "POST /desk/campaigns/{name}/offer": Verb.EDIT_CAMPAIGNS,
    "GET /desk/campaigns/{name}/when": Verb.SEE_REPORTS,
    "POST /desk/campaigns/{name}/when": Verb.EDIT_CAMPAIGNS,
    # Check, review, live
    "GET /desk/campaigns/{name}/check": SIGNED_IN,
    "GET /desk/campaigns/{name}/check/state": SIGNED_IN,
    "POST /desk/campaigns/{name}/check/mend": Verb.EDIT_CAMPAIGNS,
    "POST /desk/campaigns/{name}/check/undo": Verb.EDIT_CAMPAIGNS,
    "POST /desk/campaigns/{name}/check/refresh": Verb.EDIT_CAMPAIGNS,
    "GET /desk/campaigns/{name}/review": SIGNED_IN,
    "POST /desk/campaigns/{name}/review/submit": Verb.SUBMIT,
    "POST /desk/campaigns/{name}/review/approve": Verb.APPROVE,
    "POST /desk/campaigns/{name}/review/send-back": Verb.APPROVE,
    "POST /desk/campaigns/{name}/review/schedule": Verb.SCHEDULE,
    "POST /desk/campaigns/{name}/review/unschedule": Verb.STOP,
    "GET /desk/campaigns/{name}/test": Verb.SEND_TEST,
    "POST /desk/campaigns/{name}/test": Verb.SEND_TEST,
    "GET /desk/campaigns/{name}/live": SIGNED_IN,
    "GET /desk/campaigns/{name}/live/events": SIGNED_IN,
    "POST /desk/campaigns/{name}/live/pause": Verb.STOP,
    "POST /desk/campaigns/{name}/live/resume": Verb.STOP,
    # Reports
    "GET /desk/campaigns/{name}/report": Verb.SEE_REPORTS,
    "GET /desk/campaigns/{name}/report/figures.csv": Verb.SEE_REPORTS,
    "GET /desk/campaigns/{name}/report/links.csv": Verb.SEE_REPORTS,
    "GET /desk/campaigns/{name}/report/days.csv": Verb.SEE_REPORTS,
    "GET /desk/campaigns/{name}/report/regions.csv": Verb.SEE_REPORTS,
    "GET /desk/campaigns/{name}/report/segments.csv": Verb.SEE_REPORTS,
    "POST /desk/campaigns/{name}/report/people.csv": Verb.SEE_CONTACTS,
    # Contacts and segments
    "GET /desk/contacts": Verb.SEE_CONTACTS,
    "GET /desk/contacts/new": Verb.EDIT_CONTACTS,
    "POST /desk/contacts/new": Verb.EDIT_CONTACTS,
    "GET /desk/contacts/import": Verb.IMPORT_CONTACTS,
    "POST /desk/contacts/import": Verb.IMPORT_CONTACTS,
    "GET /desk/contacts/import/{upload_id}": Verb.IMPORT_CONTACTS,
    "POST /desk/contacts/import/{upload_id}/check": Verb.IMPORT_CONTACTS,
    "POST /desk/contacts/import/{upload_id}/take": Verb.IMPORT_CONTACTS,
    "POST /desk/contacts/import/{upload_id}/discard": Verb.IMPORT_CONTACTS,
    "GET /desk/contacts/import/{upload_id}/refused.csv": Verb.IMPORT_CONTACTS,
    "GET /desk/contacts/{contact_id}": Verb.SEE_CONTACTS,
    "POST /desk/contacts/{contact_id}/give": Verb.EDIT_CONTACTS,
    "POST /desk/contacts/{contact_id}/withdraw": Verb.EDIT_CONTACTS,
    "POST /desk/contacts/{contact_id}/pause": Verb.EDIT_CONTACTS,
    "POST /desk/contacts/{contact_id}/never": Verb.EDIT_CONTACTS,
    "POST /desk/contacts/{contact_id}/lift": Verb.EDIT_CONTACTS,
    "POST /desk/contacts/{contact_id}/correct": Verb.EDIT_CONTACTS,
    "GET /desk/segments": Verb.SEE_REPORTS,
    "GET /desk/segments/new": Verb.EDIT_SEGMENTS,
    "POST /desk/segments/new": Verb.EDIT_SEGMENTS,
    "GET /desk/segments/{name}": Verb.SEE_REPORTS,
    "GET /desk/segments/{name}/edit": Verb.EDIT_SEGMENTS,
    "POST /desk/segments/{name}/edit": Verb.EDIT_SEGMENTS,
    "POST /desk/segments/{name}/rename": Verb.EDIT_SEGMENTS,
    "POST /desk/segments/{name}/remove": Verb.EDIT_SEGMENTS,
    # Packages and promotions
    "GET /desk/packages": Verb.SEE_OFFERS,
    "GET /desk/packages/new": Verb.EDIT_OFFERS,
    "POST /desk/packages": Verb.EDIT_OFFERS,
    "GET /desk/packages/{code}": Verb.SEE_OFFERS,
    "GET /desk/packages/{code}/edit": Verb.EDIT_OFFERS,
    "POST /desk/packages/{code}": Verb.EDIT_OFFERS,
    "GET /desk/packages/{code}/price": Verb.EDIT_OFFERS,
    "POST /desk/packages/{code}/price": Verb.EDIT_OFFERS,
    "POST /desk/packages/{code}/price/withdraw": Verb.EDIT_OFFERS,
    "POST /desk/packages/{code}/retire": Verb.EDIT_OFFERS,
    "POST /desk/packages/{code}/return": Verb.EDIT_OFFERS,
    "GET /desk/promotions": Verb.SEE_OFFERS,
    "GET /desk/promotions/new": Verb.EDIT_OFFERS,
    "POST /desk/promotions": Verb.EDIT_OFFERS,
    "GET /desk/promotions/{code}": Verb.SEE_OFFERS,
    "GET /desk/promotions/{code}/edit": Verb.EDIT_OFFERS,
    "POST /desk/promotions/{code}": Verb.EDIT_OFFERS,
    "GET /desk/promotions/{code}/{deed}": Verb.EDIT_OFFERS,
    "POST /desk/promotions/{code}/{deed}": Verb.EDIT_OFFERS,
    # Bookings
    "GET /desk/bookings": Verb.BOOKINGS,
    "GET /desk/bookings/call": Verb.BOOKINGS,
    "POST /desk/bookings/caller": Verb.BOOKINGS,
    "POST /desk/bookings/call": Verb.BOOKINGS,
    "GET /desk/bookings/{reference}": Verb.BOOKINGS,
    "POST /desk/bookings/{reference}/confirm": Verb.BOOKINGS,
    "GET /desk/bookings/{reference}/decline": Verb.BOOKINGS,
    "POST /desk/bookings/{reference}/decline": Verb.BOOKINGS,
    "GET /desk/bookings/{reference}/time": Verb.BOOKINGS,
    "POST /desk/bookings/{reference}/time": Verb.BOOKINGS,
    "POST /desk/bookings/{reference}/undo/{step_id}": Verb.BOOKINGS,
    "GET /desk/slots": Verb.BOOKINGS,
    "POST /desk/slots": Verb.BOOKINGS,
    "POST /desk/slots/{slot_id}/close": Verb.BOOKINGS,
    "POST /desk/slots/{slot_id}/places/{places}": Verb.BOOKINGS,
    # Sending (the operator)
    "GET /desk/sending": Verb.MEND_SENDING,
    "POST /desk/sending/pause-all": Verb.PAUSE_ALL,
    "POST /desk/sending/resume-all": Verb.PAUSE_ALL,
    "POST /desk/sending/release": Verb.MEND_SENDING,
    "POST /desk/sending/servers/{relay}/retry": Verb.MEND_SENDING,
    "POST /desk/sending/campaigns/{name}/retry": Verb.MEND_SENDING,
    "GET /desk/sending/campaigns/{name}/uncertain": Verb.MEND_SENDING,
    "POST /desk/sending/campaigns/{name}/uncertain/resend": Verb.MEND_SENDING,
    "POST /desk/sending/campaigns/{name}/uncertain/leave": Verb.MEND_SENDING,
    "POST /desk/sending/campaigns/{name}/uncertain/take-up": Verb.MEND_SENDING,
    "POST /desk/sending/letters/{kind}/retry": Verb.MEND_SENDING,
    # First run
    "GET /desk/setup": ANYONE,
    "POST /desk/setup": ANYONE,
    "GET /desk/setup/clinic": Verb.MANAGE_PEOPLE,
    "GET /desk/setup/brand": Verb.MANAGE_PEOPLE,
    "POST /desk/setup/brand": Verb.MANAGE_PEOPLE,
    "POST /desk/setup/brand/logo": Verb.MANAGE_PEOPLE,
    "GET /desk/setup/mail": Verb.MANAGE_PEOPLE,
    "GET /desk/setup/domain": Verb.MANAGE_PEOPLE,
    "GET /desk/setup/newsletter": Verb.MANAGE_PEOPLE,
    "POST /desk/setup/newsletter": Verb.MANAGE_PEOPLE,
    # Settings: clinic, brand, senders
    "GET /desk/settings": Verb.MANAGE_PEOPLE,
    "POST /desk/settings": Verb.MANAGE_PEOPLE,
    "POST /desk/settings/regions": Verb.MANAGE_PEOPLE,
    "POST /desk/settings/four-eyes": Verb.MANAGE_PEOPLE,
    "GET /desk/settings/places/new": Verb.MANAGE_PEOPLE,
    "POST /desk/settings/places/new": Verb.MANAGE_PEOPLE,
    "GET /desk/settings/places/{location_id}": Verb.MANAGE_PEOPLE,
    "POST /desk/settings/places/{location_id}": Verb.MANAGE_PEOPLE,
    "GET /desk/settings/brand": Verb.MANAGE_PEOPLE,
    "POST /desk/settings/brand": Verb.MANAGE_PEOPLE,
    "POST /desk/settings/brand/logo": Verb.MANAGE_PEOPLE,
    "POST /desk/settings/brand/logo/remove": Verb.MANAGE_PEOPLE,
    "POST /desk/settings/brand/footer": Verb.MANAGE_PEOPLE,
    "GET /desk/settings/brand/sample": Verb.MANAGE_PEOPLE,
    "GET /desk/settings/brand/contrast": Verb.MANAGE_PEOPLE,
    "GET /desk/settings/senders": Verb.MANAGE_PEOPLE,
    "POST /desk/settings/senders": Verb.MANAGE_PEOPLE,
    "POST /desk/settings/senders/mail-server": Verb.MANAGE_PEOPLE,
    "POST /desk/settings/senders/default": Verb.MANAGE_PEOPLE,
    "POST /desk/settings/senders/test": Verb.MANAGE_PEOPLE,
    "POST /desk/settings/senders/proof": Verb.MANAGE_PEOPLE,
    "POST /desk/settings/senders/records": Verb.MANAGE_PEOPLE,
    "POST /desk/settings/senders/key": Verb.MANAGE_PEOPLE,
    # Settings: people, keys, audit
    "GET /desk/forgotten": ANYONE,
    "POST /desk/forgotten": ANYONE,
    "GET /desk/reset/{token}": ANYONE,
    "POST /desk/reset/{token}": ANYONE,
    "GET /desk/invitation/{token}": ANYONE,
    "POST /desk/invitation/{token}": ANYONE,
    "GET /desk/settings/people": Verb.MANAGE_PEOPLE,
    "GET /desk/settings/people/invite": Verb.MANAGE_PEOPLE,
    "POST /desk/settings/people/invite": Verb.MANAGE_PEOPLE,
    "POST /desk/settings/people/invitations/{invitation_id}/again": Verb.MANAGE_PEOPLE,
    "POST /desk/settings/people/invitations/{invitation_id}/withdraw": Verb.MANAGE_PEOPLE,
    "GET /desk/settings/people/{user_id}": Verb.MANAGE_PEOPLE,
    "POST /desk/settings/people/{user_id}/roles": Verb.MANAGE_PEOPLE,
    "POST /desk/settings/people/{user_id}/disable": Verb.MANAGE_PEOPLE,
    "POST /desk/settings/people/{user_id}/enable": Verb.MANAGE_PEOPLE,
    "POST /desk/settings/people/{user_id}/letter": Verb.MANAGE_PEOPLE,
    "GET /desk/settings/me": SIGNED_IN,
    "POST /desk/settings/me/name": SIGNED_IN,
    "POST /desk/settings/me/password": SIGNED_IN,
    "POST /desk/settings/me/sessions/others/end": SIGNED_IN,
    "POST /desk/settings/me/sessions/{session_id}/end": SIGNED_IN,
    "GET /desk/settings/keys": Verb.MANAGE_PEOPLE,
    "POST /desk/settings/keys": Verb.MANAGE_PEOPLE,
    "POST /desk/settings/keys/{key_id}/revoke": Verb.MANAGE_PEOPLE,
    "POST /desk/settings/keys/{key_id}/restore": Verb.MANAGE_PEOPLE,
    "GET /desk/settings/audit": Verb.MANAGE_PEOPLE,
    "GET /desk/settings/audit/file": Verb.MANAGE_PEOPLE,
    # The API
    "GET /api/v1/campaigns": Verb.SEE_REPORTS,
    "GET /api/v1/campaigns/{name}": Verb.SEE_REPORTS,
    "POST /api/v1/contacts": Verb.EDIT_CONTACTS,
    "GET /api/v1/status": Verb.MEND_SENDING,
}


def of(method: str, path: str) -> Verb | Access | None:
    """What this route takes; None where the table does not know it."""
    return ROUTES.get(f"{method} {path}")


def check(user: User, method: str, path: str) -> None:
    """Raise NotAllowed unless this person may use this route."""
    rule = of(method, path)
    if rule is None:
        raise NotAllowed("Nobody may use this page: it has no row in the table of permissions.")
    if isinstance(rule, Verb):
        require(user, rule)


def may_use(user: User, method: str, path: str) -> bool:
    """Whether this person may use this route, given by its pattern; for hiding what leads there."""
    rule = of(method, path)
    return may(user, rule) if isinstance(rule, Verb) else rule is not None

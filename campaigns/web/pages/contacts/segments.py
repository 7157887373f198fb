"""Segments: the list with sizes, one segment with who is in it, and the small form."""

from typing import Any

from fastapi import APIRouter, Response

from campaigns import clock
from campaigns.accounts.permissions import Verb, may
from campaigns.contacts import conditions, listing, queries, segments
from campaigns.contacts.facts import AudienceContext
from campaigns.contacts.listing import Wanted
from campaigns.contacts.models import Segment, Topic
from campaigns.database import Session
from campaigns.errors import Conflict, Invalid
from campaigns.planning import audience, segment_use
from campaigns.registry import FACTS
from campaigns.web import desk, forms
from campaigns.web.dependencies import InTransaction
from campaigns.web.forms import Form, Posted
from campaigns.web.pages.campaigns import campaign_words
from campaigns.web.pages.contacts import segment_form
from campaigns.web.pages.contacts.segment_form import Typed
from campaigns.web.staff import SignedIn
from campaigns.web.visit import Visit

HERE = "/desk/segments"
_NAMES = 10

router = APIRouter(prefix=HERE)


@router.get("")
def show(visit: Visit) -> Response:
    """Every segment: whom it names, how many that are now, which campaigns use it."""
    everything = queries.segments(visit.session)
    return visit.page(
        "desk/segments/list.html",
        segments=everything,
        in_words={each.id: conditions.in_words(each.rule, facts=FACTS) for each in everything},
        sizes=audience.segment_sizes(visit.session, everything, topic=Topic.EDUCATION, facts=FACTS),
        used=segment_use.used_by(visit.session),
    )


@router.get("/new")
def ask(visit: Visit) -> Response:
    """An empty form: everyone, until a condition is added."""
    return _form_page(visit, Typed(), forms.blank())


@router.post("/new")
def make(visit: Visit, posted: Posted) -> Response:
    """Add or remove a line, count, or save."""
    typed, form = segment_form.read(posted, FACTS), forms.blank()
    if posted.get("act") != "save":
        return _shown(visit, typed, form)
    rule = _checked(typed, form)
    if rule is None:
        return _form_page(visit, typed, form, status=422)
    name = segments.free_name(visit.session, typed.title)
    made = segments.save(
        visit.session, name=name, title=typed.title, rule=rule, facts=FACTS, actor=visit.user
    )
    return desk.moved(f"{HERE}/{made.name}", say=f"“{made.title}” is saved.")


@router.get("/{name}")
def one(visit: Visit, name: str) -> Response:
    """One segment: its rule, its size, who is in it, and what uses it."""
    return _segment_page(visit, segments.named(visit.session, name), None)


@router.get("/{name}/edit")
def edit(visit: Visit, name: str) -> Response:
    """The form with the rule as it is stored."""
    segment = segments.named(visit.session, name)
    typed = segment_form.of_rule(segment.title, segment.rule, FACTS)
    if typed is None:
        return desk.moved(
            f"{HERE}/{name}",
            say="This rule has groups within groups, which the form does not show yet.",
            tone="info",
        )
    return _form_page(visit, typed, forms.blank(), segment=segment)


@router.post("/{name}/edit")
def save(visit: Visit, name: str, posted: Posted) -> Response:
    """Add or remove a line, count, or save; a scheduled campaign is never changed unawares."""
    segment = segments.named(visit.session, name)
    typed, form = segment_form.read(posted, FACTS), forms.blank()
    if posted.get("act") != "save":
        return _shown(visit, typed, form, segment=segment)
    rule = _checked(typed, form)
    agreed = [int(str(each)) for each in posted.getlist("agreed") if str(each).isdecimal()]
    form.values["agreed"] = agreed
    if rule is not None:
        try:
            segment_use.change(
                visit.session,
                segment,
                title=typed.title,
                rule=rule,
                facts=FACTS,
                actor=visit.user,
                agreed=agreed,
            )
        except Conflict as error:
            form.refuse("form", str(error))
        else:
            return desk.moved(f"{HERE}/{name}", say=f"“{typed.title}” is saved.")
    return _form_page(visit, typed, form, segment=segment, status=422)


@router.post("/{name}/rename")
def rename(visit: Visit, name: str, posted: Posted) -> Response:
    """Call it something else."""
    segment = segments.named(visit.session, name)
    form = forms.blank(title=str(posted.get("title", "")).strip()[:100])
    try:
        segments.rename(visit.session, segment, title=form.values["title"], actor=visit.user)
    except Invalid as error:
        form.refuse("title", str(error))
        return _segment_page(visit, segment, form, status=422)
    return desk.moved(f"{HERE}/{name}", say="Renamed.")


@router.post("/{name}/remove")
def remove(session: InTransaction, user: SignedIn, name: str) -> Response:
    """Take away a segment that no campaign uses."""
    segment = segments.named(session, name)
    segment_use.remove(session, segment, actor=user)
    return desk.moved(HERE, say=f"“{segment.title}” is removed. No contact was changed by it.")


def _checked(typed: Typed, form: Form[Any]) -> dict[str, Any] | None:
    if not typed.title:
        form.refuse("title", "Give it a name, such as: Readers in Texas.")
    rule = typed.rule()
    if rule is None:
        form.refuse("conditions", "Please look at the marked condition.")
    return None if form.errors else rule


def _size(session: Session, typed: Typed) -> tuple[int | None, str]:
    rule = typed.rule()
    if rule is None:
        return None, ""
    try:
        number = segments.size(session, rule, facts=FACTS)
    except Invalid:
        return None, ""
    return number, conditions.in_words(rule, facts=FACTS)


def _shown(
    visit: Visit,
    typed: Typed,
    form: Form[Any],
    *,
    segment: Segment | None = None,
) -> Response:
    if visit.is_partial:
        number, said = _size(visit.session, typed)
        return visit.part("desk/segments/_size.html", number=number, in_words=said)
    return _form_page(visit, typed, form, segment=segment)


def _form_page(
    visit: Visit,
    typed: Typed,
    form: Form[Any],
    *,
    segment: Segment | None = None,
    status: int = 200,
) -> Response:
    used = segment_use.users(visit.session, segment) if segment else []
    number, said = _size(visit.session, typed)
    for line in typed.lines if status == 200 else []:
        line.error = ""
    form.values.setdefault("title", typed.title)
    form.values.setdefault("match", typed.match)
    return visit.page(
        "desk/segments/form.html",
        status=status,
        typed=typed,
        form=form,
        segment=segment,
        number=number,
        in_words=said,
        changing=segment_use.changing(used),
        facts=[fact for fact in FACTS if fact.name != segment_form.EVERYONE],
        most=conditions.MOST,
        tail=segment_form.tail,
        states=campaign_words.STATES,
        topics=[each.value for each in Topic],
    )


def _segment_page(
    visit: Visit,
    segment: Segment,
    form: Form[Any] | None,
    *,
    status: int = 200,
) -> Response:
    context = AudienceContext(topic=Topic.EDUCATION, now=clock.now(visit.session))
    members = segments.members(segment, facts=FACTS, context=context)
    found = None
    if may(visit.user, Verb.SEE_CONTACTS):
        found = listing.page(visit.session, Wanted(members=members), size=_NAMES)
    return visit.page(
        "desk/segments/show.html",
        status=status,
        segment=segment,
        in_words=conditions.in_words(segment.rule, facts=FACTS),
        number=segments.size(visit.session, segment.rule, facts=FACTS),
        can_edit=conditions.simple(segment.rule, facts=FACTS) is not None,
        found=found,
        used=segment_use.users(visit.session, segment),
        states=campaign_words.STATES,
        form=form or forms.blank(title=segment.title),
    )

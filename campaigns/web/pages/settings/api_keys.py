"""Settings: keys with which other programs ask; each is shown once."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from campaigns import settings
from campaigns.accounts import keys
from campaigns.accounts.models import KeyScope
from campaigns.errors import Conflict, Invalid
from campaigns.web import desk, forms, permissions
from campaigns.web.dependencies import InTransaction, Number
from campaigns.web.forms import Form, Posted
from campaigns.web.staff import SignedIn
from campaigns.web.visit import Visit

HERE = "/desk/settings/keys"
SCOPES: Mapping[KeyScope, tuple[str, str]] = {
    KeyScope.REPORTS: ("Read campaigns and reports", "Counts and money; no names, no addresses."),
    KeyScope.CONTACTS: (
        "Add contacts",
        "One at a time, each with the proof of what they agreed to.",
    ),
    KeyScope.STATUS: ("Read how sending goes", "What waits, what is stuck, when it last moved."),
    KeyScope.METRICS: ("Read the figures for monitoring", "For Prometheus and its kind."),
}

router = APIRouter(prefix=HERE)


class Wanted(BaseModel):
    """What a new key is for."""

    name: str = Field(max_length=keys.LONGEST_NAME)
    scopes: Annotated[list[KeyScope], Field(min_length=1)]


@router.get("")
def show(visit: Visit) -> Response:
    """The keys there are, and the form for a new one."""
    return _page(visit, forms.blank(scopes=[]))


@router.post("")
def make(visit: Visit, posted: Posted) -> Response:
    """Make a key and show it, this once."""
    form = forms.read(Wanted, posted)
    if form.model is None:
        return _page(visit, form, status=422)
    try:
        key, secret = keys.make(
            visit.session, actor=visit.user, name=form.model.name, scopes=form.model.scopes
        )
    except (Conflict, Invalid) as error:
        form.refuse("name", str(error))
        return _page(visit, form, status=422)
    return _page(visit, forms.blank(scopes=[]), made=(key, secret))


@router.post("/{key_id}/revoke")
def revoke(session: InTransaction, user: SignedIn, key_id: Number) -> Response:
    """End a key on the spot."""
    key = keys.by_id(session, key_id)
    keys.revoke(session, key, actor=user)
    return desk.moved(
        HERE,
        say=f"The key “{key.name}” works no more.",
        undo=("Let it work again", f"{HERE}/{key.id}/restore"),
    )


@router.post("/{key_id}/restore")
def restore(session: InTransaction, user: SignedIn, key_id: Number) -> Response:
    """Take a revocation back, shortly after it."""
    key = keys.by_id(session, key_id)
    keys.restore(session, key, actor=user)
    return desk.moved(HERE, say=f"The key “{key.name}” works again.")


def _page(
    visit: Visit,
    form: Form[Any],
    *,
    status: int = 200,
    made: tuple[Any, str] | None = None,
) -> Response:
    return visit.page(
        "desk/settings/keys.html",
        status=status,
        form=form,
        made=made,
        keys=keys.every(visit.session),
        scopes={scope.value: words for scope, (words, _) in SCOPES.items()},
        opens=[(words, _opened(scope)) for scope, (words, _) in SCOPES.items()],
        choices=[(scope.value, words, more) for scope, (words, more) in SCOPES.items()],
        base=f"{settings.current().public_url}/api/v1",
    )


def _opened(scope: KeyScope) -> list[str]:
    """What a key for this may ask, as the table of permissions has it."""
    if scope not in keys.VERBS:
        return ["GET /metrics", "GET /readyz"]
    wanted = keys.VERBS[scope]
    return [
        route for route, rule in permissions.ROUTES.items() if rule is wanted and " /api/" in route
    ]

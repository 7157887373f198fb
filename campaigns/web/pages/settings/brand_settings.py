"""Settings: the clinic's colours, taken only where they can be read, and its logo."""

from typing import Annotated, Any

from fastapi import APIRouter, File, Response, UploadFile
from pydantic import BaseModel

from campaigns.errors import Invalid
from campaigns.rendering import branding, palette
from campaigns.rendering.brand import Brand
from campaigns.rendering.branding import HardToRead
from campaigns.web import brand, desk, forms
from campaigns.web.dependencies import InTransaction
from campaigns.web.forms import Form, Posted
from campaigns.web.pages.setup import first_steps
from campaigns.web.staff import SignedIn
from campaigns.web.visit import Visit

HERE = "/desk/settings/brand"

router = APIRouter(prefix=HERE)


class Colours(BaseModel):
    """The two colours that everything else follows from."""

    primary: str
    accent: str


@router.get("")
def show(visit: Visit) -> Response:
    """The colours with what can be read how well, the logo, and a sample."""
    return page(visit)


@router.post("")
def paint(visit: Visit, posted: Posted) -> Response:
    """Take the colours, or say which pair cannot be read and what would do."""
    in_setup = posted.get("where") == "setup"
    form = forms.read(Colours, posted)
    nearest = ("", "")
    if form.model is not None:
        given = form.model
        try:
            branding.paint(
                visit.session, actor=visit.user, primary=given.primary, accent=given.accent
            )
        except HardToRead as error:
            form.refuse(error.field, str(error))
            nearest = (error.field, error.nearest)
        else:
            to = first_steps.after("brand") if in_setup else HERE
            return desk.moved(to, say="The colours are saved. Every new message shows them.")
    return page(visit, form=form, nearest=nearest, in_setup=in_setup, status=422)


@router.post("/logo")
def put_logo(
    visit: Visit,
    posted: Posted,
    logo: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Take a picture as the logo."""
    in_setup = posted.get("where") == "setup"
    content = logo.file.read() if logo is not None else b""
    form: Form[Any] = forms.blank()
    try:
        if not content:
            raise Invalid("Choose a picture first.")
        branding.put_logo(visit.session, actor=visit.user, content=content)
    except Invalid as error:
        form.refuse("logo", str(error))
        return page(visit, logo=form, in_setup=in_setup, status=422)
    to = f"{first_steps.HOME}/brand" if in_setup else HERE
    return desk.moved(to, say="The logo is saved. Every new message shows it.")


@router.post("/logo/remove")
def drop_logo(session: InTransaction, user: SignedIn) -> Response:
    """Go back to the mark that came along."""
    branding.drop_logo(session, actor=user)
    return desk.moved(HERE, say="The logo is removed. Messages already sent keep theirs.")


@router.get("/sample.css")
def sample(session: InTransaction, user: SignedIn, primary: str = "", accent: str = "") -> Response:
    """The colours of a sample, as a stylesheet: those asked for, else the clinic's."""
    here = first_steps.organisation(session)
    kept = here.brand if here else {}
    asked = kept | {name: f"#{each}" for name, each in _asked(primary, accent) if each}
    sheet = brand.sample_stylesheet(asked)
    return Response(sheet, media_type="text/css", headers={"Cache-Control": "no-store"})


def _asked(primary: str, accent: str) -> list[tuple[str, str]]:
    return [("primary", primary.lstrip("#")), ("accent", accent.lstrip("#"))]


def page(
    visit: Visit,
    *,
    form: Form[Any] | None = None,
    logo: Form[Any] | None = None,
    nearest: tuple[str, str] = ("", ""),
    in_setup: bool = False,
    status: int = 200,
) -> Response:
    """The settings of the brand, or the step of the first run that asks for them."""
    here = first_steps.organisation(visit.session)
    kept = here.brand if here else {}
    of = Brand.of(kept)
    typed = form or forms.blank(primary=of.primary, accent=of.accent)
    return visit.page(
        "desk/setup/brand.html" if in_setup else "desk/settings/brand.html",
        status=status,
        form=typed,
        logo=logo or forms.blank(),
        nearest=nearest,
        pairs=palette.pairs(of.primary, of.accent),
        brand=of,
        has_logo="logo" in kept,
        shown={name: str(typed.value(name)).lstrip("#") for name in ("primary", "accent")},
        steps=first_steps.steps(visit.session, current="brand") if in_setup else [],
        skip=first_steps.after("brand"),
    )

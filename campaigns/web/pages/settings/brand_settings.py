"""Settings: the clinic's brand, taken only where everybody can read it, with a message in it."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, File, Query, Response, UploadFile
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, ValidationError

from campaigns.errors import Invalid, NotFound
from campaigns.rendering import brand_sample, branding, palette
from campaigns.rendering.brand import Brand
from campaigns.rendering.brand_record import BrandRecord, Footer, Page
from campaigns.rendering.branding import HardToRead
from campaigns.rendering.typescale import SCALES, Face, ScaleName
from campaigns.web import desk, forms
from campaigns.web.dependencies import InTransaction
from campaigns.web.forms import Form, Posted
from campaigns.web.pages.settings.brand_words import PAGES, contrast, footer_of, typed_footer
from campaigns.web.pages.setup import first_steps
from campaigns.web.security import FRAMED_POLICY
from campaigns.web.staff import SignedIn
from campaigns.web.visit import Visit

HERE = "/desk/settings/brand"
_FRAMED = {"Content-Security-Policy": FRAMED_POLICY, "X-Frame-Options": "SAMEORIGIN"}

router = APIRouter(prefix=HERE)


class Colours(BaseModel):
    """The two colours that everything else follows from, and the type."""

    primary: str
    accent: str
    page: Page | None = None
    scale: ScaleName | None = None
    headings: Face | None = None


class Asked(BaseModel):
    """A brand as an address asks for it: colours without their sign, the rest by name."""

    primary: str = ""
    accent: str = ""
    page: str = ""
    scale: str = ""
    headings: str = ""

    def record(self, kept: Mapping[str, Any]) -> BrandRecord:
        """The brand as it would be; what cannot be read of what is asked stays as it is."""
        given = self.model_dump(exclude={"primary", "accent"}, exclude_defaults=True)
        for name in ("primary", "accent"):
            if getattr(self, name):
                given[name] = f"#{getattr(self, name).lstrip('#')}"
        return BrandRecord.of({**kept, **BrandRecord.of(given).stored()})


Wished = Annotated[Asked, Query()]


@router.get("")
def show(visit: Visit) -> Response:
    """The brand with what can be read how well, the logo, the footer, and a sample."""
    return page(visit)


@router.post("")
def paint(visit: Visit, posted: Posted) -> Response:
    """Take colours and type, or say which pair cannot be read and what would do."""
    in_setup = posted.get("where") == "setup"
    form = forms.read(Colours, posted)
    nearest = ("", "")
    if form.model is not None:
        try:
            branding.paint(visit.session, actor=visit.user, **form.model.model_dump())
        except HardToRead as error:
            form.refuse(error.field, str(error))
            nearest = (error.field, error.nearest)
        else:
            to = first_steps.after("brand") if in_setup else HERE
            return desk.moved(to, say="The look is saved. Every new message shows it.")
    return page(visit, form=form, nearest=nearest, in_setup=in_setup, status=422)


@router.post("/footer")
def write_footer(visit: Visit, posted: Posted) -> Response:
    """Take what every message says at its end."""
    form = typed_footer(posted)
    try:
        footer = Footer.model_validate(footer_of(form))
    except ValidationError as error:
        for each in error.errors():
            form.refuse(str(each["loc"][0]), forms.sentence(each))
        return page(visit, footer=form, status=422)
    branding.write_footer(visit.session, actor=visit.user, footer=footer)
    return desk.moved(HERE, say="The footer is saved. Every new message ends with it.")


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


@router.get("/sample")
def sample(visit: Visit, wished: Wished, look: str = "light") -> Response:
    """A message in the brand that is asked for, shut in, for a frame within the page."""
    here = first_steps.organisation(visit.session)
    if here is None:
        raise NotFound("There is no clinic yet.")
    asked = wished.record(here.brand)
    html = brand_sample.sample(visit.session, here, asked, dark=look == "dark")
    return HTMLResponse(html, headers=_FRAMED)


@router.get("/contrast")
def measure(visit: Visit, wished: Wished) -> Response:
    """How well each pair of the colours asked for can be read."""
    here = first_steps.organisation(visit.session)
    found = contrast(palette.pairs(wished.record(here.brand if here else {})))
    return visit.part("desk/settings/_contrast.html", contrast=found, is_saved=False)


def page(
    visit: Visit,
    *,
    form: Form[Any] | None = None,
    logo: Form[Any] | None = None,
    footer: Form[Any] | None = None,
    nearest: tuple[str, str] = ("", ""),
    in_setup: bool = False,
    status: int = 200,
) -> Response:
    """The settings of the brand, or the step of the first run that asks for them."""
    here = first_steps.organisation(visit.session)
    kept = here.brand if here else {}
    record = BrandRecord.of(kept)
    typed = form or forms.blank(**record.model_dump(exclude={"footer", "contrast"}))
    return visit.page(
        "desk/setup/brand.html" if in_setup else "desk/settings/brand.html",
        status=status,
        form=typed,
        logo=logo or forms.blank(),
        footer=footer or typed_footer(record.footer),
        nearest=nearest,
        contrast=contrast(palette.pairs(record)),
        is_saved=True,
        brand=Brand.of(record),
        has_logo="logo" in kept,
        pages=PAGES,
        scales=[(name, scale.said) for name, scale in SCALES.items()],
        asked={name: str(typed.value(name)).lstrip("#") for name in Colours.model_fields},
        steps=first_steps.steps(visit.session, current="brand") if in_setup else [],
        skip=first_steps.after("brand"),
    )

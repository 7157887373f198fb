"""Pictures of every page of the staff's desk: wide, on a telephone, in the dark."""

from typing import Any, NamedTuple

from playwright.sync_api import Browser, Page

from campaigns import database
from campaigns.accounts import passwords
from campaigns.contacts import queries as contacts
from campaigns.local import sample
from docs.taking.camera import keep, open_page
from docs.taking.sending import CAMPAIGN

DRAFT = "health-letter"
SCREENS = (("", 1280, "light"), ("-375", 375, "light"), ("-dark", 1280, "dark"))


class Shot(NamedTuple):
    """One page: the picture's name, its address and who looks at it."""

    name: str
    path: str
    person: str = sample.OWNER


def shots() -> list[Shot]:
    """Every page of the desk that the demo has something to show on."""
    with database.transaction(database.sessions()) as session:
        ada = contacts.by_address(session, "ada@example.com").id
    return [
        Shot("today", "/desk", sample.COORDINATOR),
        Shot("campaigns", "/desk/campaigns", sample.COORDINATOR),
        Shot("campaign-new", "/desk/campaigns/new", sample.COORDINATOR),
        *(
            Shot(f"campaign-{step}", f"/desk/campaigns/{DRAFT}/{step}", sample.COORDINATOR)
            for step in ("content", "who", "offer", "check", "when", "review")
        ),
        Shot("campaign-live", f"/desk/campaigns/{CAMPAIGN}/live", sample.COORDINATOR),
        Shot("campaign-report", f"/desk/campaigns/{CAMPAIGN}/report", sample.COORDINATOR),
        Shot("contacts", "/desk/contacts", sample.COORDINATOR),
        Shot("contact", f"/desk/contacts/{ada}", sample.COORDINATOR),
        Shot("contacts-import", "/desk/contacts/import", sample.COORDINATOR),
        Shot("segments", "/desk/segments", sample.COORDINATOR),
        Shot("packages", "/desk/packages", sample.COORDINATOR),
        Shot("package", "/desk/packages/SER-6", sample.COORDINATOR),
        Shot("promotions", "/desk/promotions", sample.COORDINATOR),
        Shot("promotion", f"/desk/promotions/{CAMPAIGN}", sample.COORDINATOR),
        Shot("bookings", "/desk/bookings", sample.DESK),
        Shot("sending", "/desk/sending"),
        *(
            Shot(f"settings-{tab or 'clinic'}", f"/desk/settings/{tab}".rstrip("/"))
            for tab in ("", "brand", "senders", "people", "me", "keys", "audit")
        ),
    ]


def paths() -> list[str]:
    """The address of every page that is pictured."""
    return [each.path for each in shots()]


def enter(page: Page, person: str) -> None:
    """Sign in at the door as this person of the demo."""
    page.goto("/desk/login")
    page.get_by_label("Email address").fill(person)
    page.get_by_label("Password").fill(passwords.DEMO)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/desk")


def sign_in(browser: Browser, url: str, person: str, *, width: int, scheme: Any) -> Page:
    """A window in which this person is signed in."""
    context = browser.new_context(
        base_url=url, viewport={"width": width, "height": 800}, color_scheme=scheme
    )
    page = context.new_page()
    enter(page, person)
    return page


def take(browser: Browser, url: str) -> None:
    """Go through the desk as each person, on every screen."""
    for suffix, width, scheme in SCREENS:
        keep(open_page(browser, f"{url}/desk/login", width=width, scheme=scheme), f"door{suffix}")
        windows: dict[str, Page] = {}
        for each in shots():
            if each.person not in windows:
                windows[each.person] = sign_in(
                    browser, url, each.person, width=width, scheme=scheme
                )
            page = windows[each.person]
            page.set_viewport_size({"width": width, "height": 800})
            page.goto(each.path, wait_until="load")
            page.wait_for_timeout(500)
            keep(page, each.name + suffix)
        for page in windows.values():
            page.context.close()

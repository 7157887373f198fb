"""Every public route, what it needs, and what a bad token gets: one table, nothing beside it."""

from typing import NamedTuple

import pytest
from fastapi.routing import APIRoute

from campaigns.database import Sessions
from campaigns.tracking.models import Event
from campaigns.web import api, pages
from campaigns.web.app import ROUTERS, create_app
from tests.web.browsing import Browser


class Route(NamedTuple):
    """A public route: the methods it knows and what it needs of the caller."""

    path: str
    methods: str
    needs: str


ROUTES = [
    Route("/", "GET", "nothing"),
    Route("/robots.txt", "GET", "nothing"),
    Route("/brand.css", "GET", "nothing"),
    Route("/assets/clinic/{name}", "GET HEAD", "the name of a picture"),
    Route("/assets/pictures/{name}", "GET HEAD", "the name of a picture"),
    Route("/e/{token}/{block}.ics", "GET HEAD", "event"),
    Route("/healthz", "GET", "nothing"),
    Route("/readyz", "GET", "nothing"),
    Route("/metrics", "GET", "nothing"),
    Route("/o/{token}.gif", "GET HEAD", "any token: always an image"),
    Route("/c/{token}/{index}", "GET HEAD", "track"),
    Route("/v/{token}", "GET HEAD", "track"),
    Route("/u/{token}", "GET HEAD POST", "act"),
    Route("/p/{token}", "GET HEAD POST", "act"),
    Route("/confirm/{token}", "GET HEAD POST", "confirm"),
    Route("/b/{token}", "GET HEAD POST", "book"),
    Route("/m/{token}", "GET HEAD POST", "manage"),
    Route("/m/{token}.ics", "GET HEAD", "manage"),
]


def test_the_table_names_every_route_and_every_route_is_there() -> None:
    served: dict[str, set[str]] = {}
    for route in [each for router in ROUTERS for each in router.routes]:
        assert isinstance(route, APIRoute)
        served.setdefault(route.path, set()).update(route.methods or ())
    others = len(pages.ROUTERS) + len(api.ROUTERS) + len(["/static", "/assets"])
    assert len(create_app().routes) == len(ROUTERS) + others
    assert served == {each.path: set(each.methods.split()) for each in ROUTES}


@pytest.mark.parametrize(
    "bad", ["x", "AQEAAAABAAAAAAHm4oSZ5tPqZg", "%F0%9F%92%8A", "..%2f..", "A" * 26]
)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        (method, each.path)
        for each in ROUTES
        if each.needs in {"track", "act", "confirm", "book", "manage"}
        for method in each.methods.split()
        if method != "HEAD"
    ],
)
def test_a_forged_or_damaged_token_gets_a_friendly_page(
    browser: Browser, committed: Sessions, method: str, path: str, bad: str
) -> None:
    address = path.replace("{token}", bad).replace("{index}", "0")
    answer = browser.ask(method, address)
    assert answer.status_code == 404
    assert "Please use the link from your message once more" in answer.text
    with committed() as session:
        assert session.query(Event).count() == 0

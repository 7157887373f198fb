"""No page without a row in the table of permissions, and no row without a page."""

from fastapi.routing import APIRoute

from campaigns.web import pages, permissions


def served() -> set[str]:
    routes = [each for router in pages.ROUTERS for each in router.routes]
    found = set()
    for route in routes:
        assert isinstance(route, APIRoute), route
        assert len(route.methods or ()) == 1, f"{route.path}: one method a function"
        found |= {f"{method} {route.path}" for method in route.methods or ()}
    assert len(found) == len(routes), "two functions serve one route"
    return found


def test_every_route_of_the_desk_has_a_row_in_the_table() -> None:
    assert served() - set(permissions.ROUTES) == set()


def test_every_row_of_the_table_is_a_route_that_is_there() -> None:
    rows = {each for each in permissions.ROUTES if not each.split()[1].startswith("/api/")}
    assert rows - served() == set()


def test_every_page_stands_under_the_desk_where_its_guards_are() -> None:
    assert {each.split()[1].split("/")[1] for each in served()} == {"desk"}

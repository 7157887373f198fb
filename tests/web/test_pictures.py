"""Pictures are served to every mail program for a year, as what they are and nothing else."""

import pytest

from campaigns.accounts.models import Role
from campaigns.database import Sessions
from campaigns.rendering import pictures, shipped
from campaigns.web.app import create_app
from tests.factories import make_organisation, make_user
from tests.rendering.picture_files import photograph
from tests.web.browsing import Browser


@pytest.fixture
def reader(committed: Sessions) -> Browser:
    with committed.begin() as session:
        make_organisation(session)
    return Browser(create_app(committed))


@pytest.fixture
def name(committed: Sessions) -> str:
    with committed.begin() as session:
        person = make_user(session, Role.COORDINATOR)
        return pictures.take(session, actor=person, content=photograph()).name


def test_a_picture_may_be_kept_for_a_year_and_is_what_it_says(reader: Browser, name: str) -> None:
    served = reader.get(f"/assets/pictures/{name}")
    assert served.status_code == 200
    assert served.headers["content-type"] == "image/jpeg"
    assert served.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert served.headers["x-content-type-options"] == "nosniff"
    assert served.headers["content-length"] == str(len(served.content))
    assert "set-cookie" not in served.headers
    assert served.content.startswith(b"\xff\xd8")
    assert reader.get(f"/assets/pictures/{name[:20]}-256.jpg").status_code == 200


def test_a_mail_program_that_has_it_is_not_sent_it_again(reader: Browser, name: str) -> None:
    path = f"/assets/pictures/{name}"
    tag = reader.get(path).headers["etag"]
    for has in (tag, f"W/{tag}"):
        again = reader.get(path, headers={"if-none-match": has})
        assert (again.status_code, again.content) == (304, b"")
        assert "immutable" in again.headers["cache-control"]
    assert reader.get(path, headers={"if-none-match": '"other"'}).status_code == 200


def test_a_proxy_may_ask_for_the_head_alone(reader: Browser, name: str) -> None:
    head = reader.ask("HEAD", f"/assets/pictures/{name}")
    assert head.status_code == 200
    assert int(head.headers["content-length"]) > 1000


def test_messages_of_before_find_their_logo_where_it_was(reader: Browser, name: str) -> None:
    assert reader.get(f"/assets/clinic/{name}").status_code == 200


def test_a_picture_that_came_along_is_served_before_anybody_used_it(reader: Browser) -> None:
    along = shipped.listed()[0]
    assert reader.get(f"/assets/pictures/{along.name}").content == along.content


@pytest.mark.parametrize("name", ["none.png", "pictures.yaml", "..%2Fpictures.yaml", "%00.png"])
def test_what_is_no_picture_is_a_plain_page_of_not_found(reader: Browser, name: str) -> None:
    answer = reader.get(f"/assets/pictures/{name}")
    assert answer.status_code == 404
    assert "text/html" in answer.headers["content-type"]
    assert "immutable" not in answer.headers["cache-control"]

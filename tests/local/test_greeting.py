"""What the demo says once it runs."""

from campaigns import settings
from campaigns.accounts import passwords
from campaigns.database import Sessions
from campaigns.local import greeting
from tests.factories import make_user


def greeted(*, has_desk: bool = True) -> str:
    said = greeting.lines(settings.current(), inbox_url="http://localhost:8126", has_desk=has_desk)
    return "\n".join(said)


def test_an_empty_demo_says_where_the_first_person_comes_in(committed: Sessions) -> None:
    said = greeted()
    assert "/desk/setup?token=" in said
    assert passwords.DEMO not in said


def test_a_demo_with_its_clinic_says_as_whom_to_sign_in(committed: Sessions) -> None:
    with committed.begin() as session:
        make_user(session)
    said = greeted()
    assert "/desk\n" in said
    assert passwords.DEMO in said
    assert "token" not in said


def test_without_the_desk_only_the_inbox_is_named(committed: Sessions) -> None:
    said = greeted(has_desk=False)
    assert "/desk" not in said
    assert "http://localhost:8126" in said

"""What the desk refuses is said to people: no command of a terminal, no test without end."""

import pytest

from campaigns.accounts.models import Role
from campaigns.web import throttle
from tests.web.pages.campaign_desk import House, make_house
from tests.web.pages.desk import Desk

LETTER = "/desk/campaigns/letter/review"


@pytest.fixture
def house(desk: Desk) -> House:
    return make_house(desk.sessions)


@pytest.mark.parametrize(
    "path",
    [
        "campaigns/nothing/check",
        "contacts/segments/nothing",
        "offers/promotions/nothing",
        "offers/packages/nothing",
        "bookings/NOTHING",
    ],
)
def test_what_is_not_there_is_said_at_the_desk_without_a_command(desk: Desk, path: str) -> None:
    answer = desk.as_(Role.OWNER).get(f"/desk/{path}")
    assert answer.status_code == 404
    assert "bedside " not in answer.text.replace("Bedside", "")


def test_one_test_message_too_many_is_refused_with_the_time_to_wait(
    desk: Desk, house: House
) -> None:
    for _ in range(20):
        throttle.check("test message", str(house.cora.id))
    answer = desk.as_(user=house.cora).post(
        "/desk/campaigns/letter/test", data={"to": "me@example.com"}
    )
    assert answer.status_code == 429
    assert "Too many test messages." in answer.text

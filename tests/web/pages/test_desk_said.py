"""What a cookie says happened is told, and never trusted."""

import base64

import pytest

from campaigns.accounts.models import Role
from tests.web.pages.desk import Desk


@pytest.mark.parametrize(
    "said",
    [
        "not json",
        "5",
        "[]",
        '["a", ["b"], {"c": 1}]',
        '["a", "good", ["Undo", "https://evil.example.com"]]',
        '["a", "good", ["Undo", 5]]',
        '["a", "good", 5]',
        '["<b>", "good", ["<i>", "/desk/logout"]]',
    ],
)
def test_a_cookie_that_somebody_wrote_themselves_does_no_harm(desk: Desk, said: str) -> None:
    kept = base64.urlsafe_b64encode(said.encode()).decode()
    answer = desk.as_(Role.VIEWER).get("/desk/settings/me", cookies={"bedside_said": kept})
    assert answer.status_code == 200
    assert "evil" not in answer.text
    assert "<b>" not in answer.text

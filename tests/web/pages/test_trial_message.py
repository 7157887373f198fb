"""A test message: to whom one names, as whom one likes, never to who is not to be written to."""

from collections.abc import Iterator

import pytest

from campaigns import settings
from campaigns.accounts.models import AuditEntry, Role
from campaigns.contacts import suppression
from campaigns.contacts.models import Contact, Scope, SuppressionReason
from campaigns.delivery.models import Delivery
from tests.delivery.relay import Ledger, relay
from tests.web.pages.campaign_desk import House, make_house
from tests.web.pages.desk import Desk, Seat

TEST = "/desk/campaigns/letter/test"


@pytest.fixture
def house(desk: Desk) -> House:
    return make_house(desk.sessions)


@pytest.fixture
def cora(desk: Desk, house: House) -> Seat:
    return desk.as_(user=house.cora)


@pytest.fixture
def mail(monkeypatch: pytest.MonkeyPatch) -> Iterator[Ledger]:
    """A mail server that keeps a ledger, as the configured one."""
    with relay() as ledger:
        monkeypatch.setenv("BEDSIDE_SMTP_URL", f"smtp://127.0.0.1:{ledger.port}")
        settings.current.cache_clear()
        yield ledger
        monkeypatch.undo()
        settings.current.cache_clear()


def test_it_goes_to_each_address_counts_nowhere_and_is_noted(
    cora: Seat, house: House, mail: Ledger
) -> None:
    data = {"to": "me@example.com, you@example.com;me@example.com", "back": "check"}
    answer = cora.post(TEST, data=data)
    assert answer.headers["location"] == "/desk/campaigns/letter/check"
    page = cora.follow(answer).text
    assert "accepted a test message for me@example.com and you@example.com. It counts" in page
    assert len(mail.accepted) == 2
    assert house.do(lambda session: session.query(Delivery).count()) == 0
    noted = house.do(lambda session: session.query(AuditEntry).all())
    assert [(each.verb, each.after) for each in noted] == [
        ("send test message", {"to": "m***@example.com"}),
        ("send test message", {"to": "y***@example.com"}),
    ]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Type at least one address."),
        ("nobody", "is not an email address"),
        ("ok@example.com x@localhost@example.com", "is not an email address"),
        (" ".join(f"a{n}@example.com" for n in range(6)), "to 5 addresses at most"),
    ],
)
def test_what_cannot_be_sent_is_said_beside_what_was_typed_and_nothing_leaves(
    cora: Seat, mail: Ledger, typed: str, sentence: str
) -> None:
    answer = cora.post(TEST, data={"to": typed})
    assert answer.status_code == 422
    assert f'value="{typed}"' in answer.text
    assert 'id="to-error"' in answer.text
    assert sentence in answer.text
    assert not mail.accepted


def test_who_is_not_to_be_written_to_gets_no_test_and_nobody_else_does(
    cora: Seat, house: House, mail: Ledger
) -> None:
    house.do(
        lambda session: suppression.suppress(
            session,
            canonical="gone@example.com",
            scope=Scope.MARKETING,
            reason=SuppressionReason.COMPLAINT,
        )
    )
    answer = cora.post(TEST, data={"to": "me@example.com, gone@example.com"})
    assert answer.status_code == 409
    assert "gone@example.com: This address is not to be written to" in answer.text
    assert not mail.accepted


def test_what_the_mail_server_says_against_it_is_told(cora: Seat, mail: Ledger) -> None:
    mail.says["rcpt"] = "550 5.1.1 nobody here"
    answer = cora.post(TEST, data={"to": "me@example.com"})
    assert answer.status_code == 409
    assert "It did not leave." in answer.text
    assert "nobody here" in answer.text


def test_it_is_written_as_the_contact_who_was_chosen(
    cora: Seat, house: House, mail: Ledger
) -> None:
    ada = house.do(lambda session: session.query(Contact).filter_by(first_name="Ada").one().id)
    cora.post(TEST, data={"to": "me@example.com", "person": str(ada)})
    cora.post(TEST, data={"to": "me@example.com", "person": "hard"})
    cora.post(TEST, data={"to": "me@example.com", "person": "nameless"})
    noted = house.do(lambda session: session.query(AuditEntry).order_by(AuditEntry.id).all())
    assert [each.after.get("as_contact") for each in noted] == [ada, None, None]
    assert len(mail.accepted) == 3


def test_who_may_not_see_contacts_cannot_send_as_one(
    desk: Desk, house: House, mail: Ledger
) -> None:
    ada = house.do(lambda session: session.query(Contact).filter_by(first_name="Ada").one().id)
    lena = desk.as_(user=house.lena)
    data = {"to": "me@example.com", "person": str(ada)}
    assert lena.post(TEST, data=data).status_code == 403
    assert lena.post(TEST, data={"to": "me@example.com"}).status_code == 303
    assert desk.as_(Role.VIEWER).get(TEST).status_code == 403
    assert len(mail.accepted) == 1


@pytest.mark.parametrize("role", list(Role))
def test_whoever_writes_or_signs_may_send_one(desk: Desk, house: House, role: Role) -> None:
    may = role in {Role.OWNER, Role.COORDINATOR, Role.CLINICAL, Role.LEGAL}
    assert (desk.as_(role).post(TEST, data={"to": ""}).status_code == 422) is may
    assert (desk.as_(role).get(TEST).status_code == 200) is may


def test_a_contact_who_is_gone_is_not_written_as(cora: Seat, mail: Ledger) -> None:
    answer = cora.post(TEST, data={"to": "me@example.com", "person": "999999"})
    assert answer.status_code == 404
    assert "as_contact" not in answer.text
    assert not mail.accepted


def test_it_is_sent_from_the_content_the_check_and_the_review(cora: Seat) -> None:
    for step in ("content", "check", "review"):
        page = cora.get(f"/desk/campaigns/letter/{step}").text
        assert f'action="{TEST}"' in page
        assert f'name="back" value="{step}"' in page
    assert "Whoever gets it" in cora.get(TEST).text

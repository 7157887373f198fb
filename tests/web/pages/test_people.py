"""Owners say who works here and as what; nobody else does, whatever they post."""

import pytest
from sqlalchemy import select, update

from campaigns import clock
from campaigns.accounts import keys, logins
from campaigns.accounts.models import AuditEntry, Invitation, Role, User
from campaigns.notices import Notice, NoticeStatus
from campaigns.web.pages.settings.people import HERE
from tests.factories import make_user
from tests.web.pages.desk import Desk, Live, Seat

WANTED = {"name": "Ada Example", "address": "ada@example.com", "roles": ["desk", "viewer"]}


def add(desk: Desk, *roles: Role, **values: object) -> User:
    with desk.sessions.begin() as session:
        return make_user(session, *roles, **values)


def afresh(desk: Desk, user: User) -> User:
    with desk.sessions() as session:
        return session.get_one(User, user.id)


def invited(desk: Desk, owner: Seat) -> Invitation:
    assert owner.post(f"{HERE}/invite", data=WANTED).status_code == 303
    with desk.sessions() as session:
        return session.scalars(select(Invitation)).one()


def test_everyone_stands_in_the_list_with_roles_in_plain_words(desk: Desk) -> None:
    owner = desk.as_(Role.OWNER)
    add(desk, Role.CLINICAL, Role.LEGAL, name="Lea Example")
    add(desk, Role.DESK, name="Gone Example", disabled_at=clock_now(desk))
    page = owner.get(HERE).text
    for words in ("Lea Example", "Clinical approver", "Legal approver", "Let them in again"):
        assert words in page
    assert "sign for clinical content" in page
    assert "(you)" in page


def clock_now(desk: Desk) -> object:
    with desk.sessions() as session:
        return clock.now(session)


def test_an_invitation_is_left_as_a_letter_and_stands_in_the_list(desk: Desk) -> None:
    owner = desk.as_(Role.OWNER)
    assert "schedules what others approved" in owner.get(f"{HERE}/invite").text
    answer = owner.post(f"{HERE}/invite", data=WANTED)
    assert answer.headers["location"] == HERE
    page = owner.follow(answer).text
    assert "A letter to Ada Example is on its way to ada@example.com." in page
    assert "Send again" in page
    with desk.sessions() as session:
        assert session.scalars(select(Notice.kind)).one() == "invitation"


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"name": ""}, "Fill this in."),
        ({"name": "Ada\0"}, "A name is one line"),
        ({"address": "ada"}, "is not an email address"),
        ({"roles": []}, "Fill this in."),
        ({"roles": ["boss"]}, "Choose one of the list."),
        ({"address": "here@example.com"}, "works here already"),
    ],
)
def test_what_cannot_be_invited_is_said_beside_the_field_and_stays_typed(
    desk: Desk, given: dict[str, object], sentence: str
) -> None:
    owner = desk.as_(Role.OWNER)
    add(desk, address="here@example.com")
    answer = owner.post(f"{HERE}/invite", data=WANTED | given)
    assert answer.status_code == 422
    assert sentence in answer.text
    kept = (WANTED | given)["address"]
    assert f'value="{kept}"' in answer.text
    with desk.sessions() as session:
        assert session.scalars(select(Invitation)).all() == []


def test_a_letter_is_sent_again_and_an_invitation_withdrawn(desk: Desk) -> None:
    owner = desk.as_(Role.OWNER)
    invitation = invited(desk, owner)
    again = owner.post(f"{HERE}/invitations/{invitation.id}/again")
    assert "The earlier link has ended." in owner.follow(again).text
    owner.post(f"{HERE}/invitations/{invitation.id}/withdraw")
    with desk.sessions() as session:
        assert session.scalars(select(Invitation.withdrawn_at)).one() is not None
        assert len(session.scalars(select(Notice)).all()) == 2
    assert owner.post(f"{HERE}/invitations/{invitation.id}/again").status_code == 409


def test_roles_change_and_the_trail_knows_before_and_after(desk: Desk) -> None:
    owner, cora = desk.as_(Role.OWNER), add(desk, Role.COORDINATOR, name="Cora Example")
    page = owner.get(f"{HERE}/{cora.id}").text
    assert 'value="coordinator" checked' in page
    answer = owner.post(f"{HERE}/{cora.id}/roles", data={"roles": ["desk", "legal_approver"]})
    assert "Cora Example is now: Legal approver, Front desk." in owner.follow(answer).text
    assert afresh(desk, cora).roles == ["desk", "legal_approver"]
    with desk.sessions() as session:
        entry = session.scalars(select(AuditEntry)).one()
        assert (entry.before, entry.after) == (
            {"roles": ["coordinator"]},
            {"roles": ["desk", "legal_approver"]},
        )


def test_a_person_without_roles_or_a_clinic_without_owner_is_refused(desk: Desk) -> None:
    owner = desk.as_(Role.OWNER)
    assert owner.user is not None
    empty = owner.post(f"{HERE}/{owner.user.id}/roles", data={"roles": []})
    assert (empty.status_code, "Fill this in." in empty.text) == (422, True)
    last = owner.post(f"{HERE}/{owner.user.id}/roles", data={"roles": ["viewer"]})
    assert (last.status_code, "is the only owner" in last.text) == (422, True)
    assert afresh(desk, owner.user).roles == ["owner"]


def test_an_owner_who_gives_the_role_away_is_led_to_a_page_they_may_see(desk: Desk) -> None:
    owner = desk.as_(Role.OWNER)
    add(desk, Role.OWNER)
    assert owner.user is not None
    answer = owner.post(f"{HERE}/{owner.user.id}/roles", data={"roles": ["viewer"]})
    assert owner.follow(answer).status_code == 200


def test_who_is_let_in_no_more_is_signed_out_at_once_and_can_be_let_in_again(desk: Desk) -> None:
    owner, cora = desk.as_(Role.OWNER), desk.as_(Role.COORDINATOR)
    assert cora.user is not None
    answer = owner.post(f"{HERE}/{cora.user.id}/disable")
    assert cora.get("/desk/settings/me").headers["location"].startswith("/desk/login")
    assert "Let them in again" in owner.follow(answer).text
    with desk.sessions() as session:
        assert logins.of_user(session, session.get_one(User, cora.user.id)) == []
    assert "cannot sign in" in owner.get(f"{HERE}/{cora.user.id}").text
    owner.post(f"{HERE}/{cora.user.id}/enable")
    assert afresh(desk, cora.user).disabled_at is None


def test_the_page_says_what_is_lost_before_somebody_is_let_in_no_more(desk: Desk) -> None:
    owner, other = desk.as_(Role.OWNER), desk.as_(Role.OWNER)
    with desk.sessions.begin() as session:
        assert other.user is not None
        maker = session.get_one(User, other.user.id)
        keys.make(session, actor=maker, name="Website", scopes=["contacts"])
    page = owner.get(f"{HERE}/{other.user.id}").text
    assert "(1 browser)" in page
    assert "1 API key they made stops working" in page
    assert "in no more" not in owner.get(f"{HERE}/{owner.user.id}").text  # type: ignore[union-attr]


def test_a_link_for_a_new_password_is_sent(desk: Desk) -> None:
    owner, cora = desk.as_(Role.OWNER), add(desk, Role.COORDINATOR)
    assert "has none yet" in owner.get(f"{HERE}/{cora.id}").text
    answer = owner.post(f"{HERE}/{cora.id}/letter")
    assert answer.headers["location"] == f"{HERE}/{cora.id}"
    with desk.sessions() as session:
        assert session.scalars(select(Notice.kind)).one() == "password_reset"


def test_a_letter_that_could_not_be_sent_is_told(desk: Desk) -> None:
    owner = desk.as_(Role.OWNER)
    invited(desk, owner)
    with desk.sessions.begin() as session:
        session.execute(update(Notice).values(status=NoticeStatus.FAILED))
    assert "The letter could not be sent" in owner.get(HERE).text


@pytest.mark.parametrize("path", ["/invite", "/1/roles"])
def test_a_letter_that_nothing_can_keep_is_the_senders_mistake(desk: Desk, path: str) -> None:
    owner = desk.as_(Role.OWNER)
    answer = owner.post(HERE + path, data=WANTED | {"name": "Ada\0"})
    assert answer.status_code in {303, 422}
    assert owner.get("/desk/settings/audit", params={"subject": "\0"}).status_code == 422


@pytest.mark.parametrize("role", [each for each in Role if each is not Role.OWNER])
def test_nobody_but_an_owner_sees_or_changes_any_of_it(desk: Desk, role: Role) -> None:
    owner, stranger = desk.as_(Role.OWNER), desk.as_(role)
    assert owner.user is not None
    assert stranger.user is not None
    invitation = invited(desk, owner)
    for path in ("", "/invite", f"/{owner.user.id}"):
        assert stranger.get(HERE + path).status_code == 403
    posts = {
        "/invite": WANTED,
        f"/invitations/{invitation.id}/again": {},
        f"/invitations/{invitation.id}/withdraw": {},
        f"/{stranger.user.id}/roles": {"roles": ["owner"]},
        f"/{owner.user.id}/disable": {},
        f"/{owner.user.id}/enable": {},
        f"/{owner.user.id}/letter": {},
    }
    for path, data in posts.items():
        assert stranger.post(HERE + path, data=data).status_code == 403
    assert afresh(desk, stranger.user).roles == [role.value]
    assert afresh(desk, owner.user).disabled_at is None


@pytest.mark.parametrize("number", ["0", "999999", "99999999999999999999", "x"])
def test_a_person_who_is_not_there_is_not_found(desk: Desk, number: str) -> None:
    assert desk.as_(Role.OWNER).get(f"{HERE}/{number}").status_code == 404


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (375, "dark")])
def test_the_people_pages_are_plain_and_accessible(live: Live, width: int, scheme: str) -> None:
    with live.sessions.begin() as session:
        make_user(session, Role.COORDINATOR, Role.DESK, name="Cora Example")
        make_user(session, Role.DESK, name="Gone Example", disabled_at=clock.now(session))
    page = live.as_(Role.OWNER, path=HERE, width=width, scheme=scheme)  # type: ignore[arg-type]
    live.inspect(page)
    page.get_by_role("link", name="Invite somebody").click()
    live.inspect(page)
    page.get_by_role("textbox", name="Name", exact=True).fill("Ada Example")
    page.get_by_label("Email address").fill("ada@example.com")
    page.get_by_label("Front desk").check()
    page.get_by_role("button", name="Send the invitation").click()
    page.get_by_text("A letter to Ada Example is on its way").wait_for()
    live.inspect(page)
    page.get_by_role("link", name="Cora Example", exact=True).click()
    page.get_by_role("button", name="Let Cora Example in no more").wait_for()
    live.inspect(page)

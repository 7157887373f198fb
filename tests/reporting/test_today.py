"""What needs a person: each thing by role, and nothing that they can do nothing about."""

from datetime import timedelta

import pytest
from sqlalchemy import event, update

from campaigns import clock
from campaigns.accounts.models import Role, User
from campaigns.bookings import lifecycle
from campaigns.compliance.models import Severity, StoredFinding
from campaigns.database import Session
from campaigns.delivery import heartbeat, restored, stopping
from campaigns.delivery.models import Delivery, DeliveryStatus
from campaigns.planning.models import CampaignApproval, CampaignStatus, CampaignVersion
from campaigns.promotions.models import Promotion
from campaigns.reporting import today
from tests.bookings import factories
from tests.bookings.factories import Clinic
from tests.delivery.factories import make_deliveries, make_sending
from tests.factories import make_campaign, make_contact, make_organisation, make_user, make_version
from tests.reporting import reported

C = CampaignStatus


@pytest.fixture
def clinic(session: Session) -> Session:
    make_organisation(session)
    return session


def in_review(session: Session, *roles: Role, author: User | None = None) -> CampaignVersion:
    """A campaign in review, whose findings ask for these roles."""
    author = author or make_user(session, Role.COORDINATOR)
    campaign = make_campaign(session, status=C.IN_REVIEW, author_id=author.id)
    version = make_version(session, campaign, content_hash=f"hash-{campaign.id}")
    for role in roles:
        session.add(
            StoredFinding(
                version_id=version.id,
                rule="HC-01",
                severity=Severity.REVIEW,
                role=role.value,
                place="a",
                sentence="",
                message="",
                mend="",
                source="",
                found_at=clock.now(session),
            )
        )
    session.flush()
    return version


def roles_asked(session: Session, user: User) -> list[tuple[str, ...]]:
    return [each.roles for each in today.needs(session, user).to_sign]


def test_at_a_clinic_at_rest_nothing_needs_anybody(clinic: Session) -> None:
    for role in Role:
        assert not today.needs(clinic, make_user(clinic, role)), role


def test_a_campaign_in_review_needs_only_who_may_sign_it(clinic: Session) -> None:
    author = make_user(clinic, Role.OWNER)
    in_review(clinic, Role.CLINICAL, Role.LEGAL, author=author)
    assert roles_asked(clinic, make_user(clinic, Role.CLINICAL)) == [("clinical_approver",)]
    assert roles_asked(clinic, make_user(clinic, Role.CLINICAL, Role.LEGAL)) == [
        ("clinical_approver", "legal_approver")
    ]
    for role in (Role.OWNER, Role.COORDINATOR, Role.DESK, Role.VIEWER):
        assert roles_asked(clinic, make_user(clinic, role)) == []


def test_where_no_finding_asks_any_approver_is_asked_but_not_its_author(clinic: Session) -> None:
    author = make_user(clinic, Role.OWNER)
    in_review(clinic, author=author)
    assert roles_asked(clinic, make_user(clinic, Role.OWNER)) == [("approver",)]
    assert roles_asked(clinic, author) == []
    make_organisation(clinic, four_eyes=False)
    assert roles_asked(clinic, author) == [("approver",)]


def test_who_has_signed_is_not_asked_again(clinic: Session) -> None:
    version = in_review(clinic, Role.CLINICAL, Role.LEGAL)
    signer = make_user(clinic, Role.CLINICAL)
    clinic.add(
        CampaignApproval(
            campaign_id=version.campaign_id,
            content_hash=version.content_hash,
            role=Role.CLINICAL.value,
            user_id=signer.id,
            reason="Read.",
            at=clock.now(clinic),
        )
    )
    clinic.flush()
    assert roles_asked(clinic, signer) == []
    assert roles_asked(clinic, make_user(clinic, Role.LEGAL)) == [("legal_approver",)]


def test_what_came_back_needs_its_author(clinic: Session) -> None:
    author, other = (make_user(clinic, Role.COORDINATOR) for _ in "ab")
    back = make_campaign(clinic, author_id=author.id, status_reason="Shorter, please.")
    make_campaign(clinic, author_id=author.id)
    make_campaign(clinic, author_id=author.id, status_reason="old", archived_at=clock.now(clinic))
    assert today.needs(clinic, author).returned == (back,)
    assert today.needs(clinic, other).returned == ()


def test_paused_and_approved_campaigns_need_who_may_move_them(clinic: Session) -> None:
    paused = make_campaign(clinic, status=C.PAUSED, status_reason="by Cora")
    approved = make_campaign(clinic, status=C.APPROVED)
    found = today.needs(clinic, make_user(clinic, Role.COORDINATOR))
    assert (found.paused, found.approved) == ((paused,), (approved,))
    assert not today.needs(clinic, make_user(clinic, Role.CLINICAL, Role.DESK))


def test_a_pause_of_everything_needs_who_may_end_it(clinic: Session) -> None:
    owner = make_user(clinic)
    stopping.pause_all(clinic, actor=owner)
    found = today.needs(clinic, make_user(clinic, Role.COORDINATOR))
    assert (found.paused_by, found.is_restored) == (owner.name, False)
    assert today.needs(clinic, make_user(clinic, Role.VIEWER)).paused_by == ""
    make_organisation(clinic, sending_paused_by=restored.BY)
    assert today.needs(clinic, owner).is_restored


def test_a_silent_scheduler_is_told_where_something_waits_for_it(clinic: Session) -> None:
    owner = make_user(clinic)
    assert not today.needs(clinic, owner).is_silent
    make_campaign(clinic, status=C.SCHEDULED)
    assert today.needs(clinic, owner).is_silent
    heartbeat.beat(clinic, heartbeat.TICK)
    clinic.expire_all()
    assert not today.needs(clinic, owner).is_silent


def test_uncertain_messages_need_who_looks_after_sending(clinic: Session) -> None:
    campaign, program = make_sending(clinic)
    make_deliveries(clinic, campaign, program, make_contact(clinic), make_contact(clinic))
    heartbeat.beat(clinic, heartbeat.TICK)
    clinic.execute(
        update(Delivery).values(status=DeliveryStatus.UNCERTAIN, settled_at=None, batch_id=None)
    )
    assert today.needs(clinic, make_user(clinic)).uncertain == 2
    assert today.needs(clinic, make_user(clinic, Role.VIEWER)).uncertain == 0
    clinic.execute(update(Delivery).values(settled_at=clock.now(clinic)))
    assert today.needs(clinic, make_user(clinic)).uncertain == 0


@pytest.fixture
def booking(session: Session) -> Clinic:
    return factories.make_clinic(session, max_per_contact=2)


def test_bookings_to_confirm_need_the_desk_the_first_to_expire_first(
    session: Session, booking: Clinic
) -> None:
    for slot, key in ((2, "late"), (0, "soon")):
        wish = factories.make_wish(booking, slot_id=booking.slots[slot].id)
        made = lifecycle.request(session, delivery=booking.delivery, wish=wish, key=key)
        made.hold_until = factories.NOW + timedelta(days=1 + slot)
    session.flush()
    found = today.needs(session, factories.make_user(session, Role.DESK)).bookings
    assert [each.booking.slot_id for each in found] == [booking.slots[0].id, booking.slots[2].id]
    assert today.needs(session, factories.make_user(session, Role.LEGAL)).bookings == ()


def test_an_offer_that_ends_soon_needs_who_makes_offers(session: Session, booking: Clinic) -> None:
    owner = factories.make_user(session, Role.OWNER)

    def ends_in(**step: float) -> tuple[Promotion, ...]:
        booking.promotion.ends_at = factories.NOW + timedelta(**step)
        session.flush()
        return today.needs(session, owner).ending

    assert ends_in(days=7) == (booking.promotion,)
    assert ends_in(days=7, seconds=1) == ()
    assert ends_in(seconds=0) == ()
    ends_in(days=1)
    assert today.needs(session, factories.make_user(session, Role.DESK)).ending == ()


def test_what_goes_out_now_says_how_many_wait(clinic: Session) -> None:
    assert today.going(clinic) == []
    campaign, program = make_sending(clinic)
    make_deliveries(clinic, campaign, program)
    preparing = make_campaign(clinic, status=C.PREPARING)
    first, second = today.going(clinic)
    assert (first.campaign, first.waiting) == (campaign, 3)
    assert (second.campaign, second.audience, second.done) == (preparing, 0, 0)


def test_the_last_campaigns_have_their_figures_and_archived_ones_are_left_out(
    session: Session,
) -> None:
    made = reported.make(session)
    [done] = today.last(session)
    assert (done.summary.sent, done.summary.clickers, done.openers) == (reported.SENT, 8, 12)
    assert (done.summary.bookings, done.summary.revenue_cents) == (1, 188_700)
    made.campaign.archived_at = factories.NOW
    session.flush()
    assert today.last(session) == []


def test_a_new_clinic_is_told_how_far_it_has_come_until_it_has_sent(clinic: Session) -> None:
    make_contact(clinic)
    campaign = make_campaign(clinic)
    found = today.beginning(clinic)
    assert found is not None
    assert (found.contacts, found.campaigns) == (1, 1)
    campaign.started_at = clock.now(clinic)
    clinic.flush()
    assert today.beginning(clinic) is None


def test_ten_campaigns_in_review_ask_no_more_questions_than_one(clinic: Session) -> None:
    legal = make_user(clinic, Role.LEGAL)
    in_review(clinic, Role.LEGAL)

    def asked() -> int:
        statements: list[str] = []

        def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
            statements.append(statement)

        bound = clinic.connection()
        event.listen(bound, "before_cursor_execute", note)
        today.needs(clinic, legal)
        event.remove(bound, "before_cursor_execute", note)
        return len(statements)

    once = asked()
    for _ in range(9):
        in_review(clinic, Role.LEGAL)
    assert asked() == once

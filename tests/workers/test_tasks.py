"""Each job has one task, which calls the right verb on a real database, as Celery would."""

import inspect
from collections.abc import Iterator
from datetime import timedelta
from importlib import import_module

import pytest
from celery import Celery, signals
from sqlalchemy import select, update

from campaigns import clock, database
from campaigns.accounts.models import Role
from campaigns.addresses import Address
from campaigns.bookings import lifecycle as bookings
from campaigns.bookings import queries as booked
from campaigns.bookings.models import BookingStatus
from campaigns.compliance import approval
from campaigns.database import Session, Sessions
from campaigns.delivery import programs
from campaigns.delivery import queries as delivery
from campaigns.delivery.models import (
    Batch,
    BatchState,
    Delivery,
    DeliveryStatus,
    Reason,
)
from campaigns.errors import Unavailable
from campaigns.jobs import QUEUES, Job
from campaigns.notices import Notice, NoticeStatus, leave
from campaigns.planning import queries
from campaigns.planning.models import Campaign, CampaignStatus
from campaigns.promotions.models import Promotion, PromotionStatus
from campaigns.registry import FACTS, RULES
from campaigns.rendering.models import Program
from tests.bookings import factories as booking_factories
from tests.delivery.factories import make_deliveries, make_sending
from tests.delivery.relay import Ledger, relay
from tests.factories import (
    make_campaign,
    make_contact,
    make_organisation,
    make_user,
    make_version,
    move_clock,
)
from tests.ground.conftest import read_afresh
from workers import bookings as booking_tasks
from workers import delivery as delivery_tasks
from workers import promotions as promotion_tasks
from workers import rendering as rendering_tasks
from workers.__main__ import one_round
from workers.app import ALL_QUEUES, app, configure

S = DeliveryStatus


@pytest.fixture
def mail_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Ledger]:
    """A real mail server, which the tasks of this process know as theirs."""
    programs.forget()
    with relay() as ledger, monkeypatch.context() as patch:
        patch.setenv("BEDSIDE_SMTP_URL", f"smtp://127.0.0.1:{ledger.port}")
        read_afresh()
        delivery_tasks.transport.cache_clear()
        yield ledger
        delivery_tasks.transport().close()
        delivery_tasks.transport.cache_clear()
    read_afresh()


def make_reviewed(session: Session) -> Campaign:
    """A campaign with a reader, submitted by its author."""
    make_organisation(session)
    make_contact(session, "ada@example.com")
    author = make_user(session, Role.COORDINATOR)
    campaign = make_campaign(session, author_id=author.id)
    make_version(session, campaign)
    approval.submit(session, campaign, actor=author)
    return campaign


def make_due(sessions: Sessions) -> Campaign:
    """A campaign that was approved and starts now."""
    with sessions.begin() as session:
        campaign = make_reviewed(session)
        version_id = queries.newest_version(session, campaign).id
    rendering_tasks.render(version_id)
    with sessions.begin() as session:
        campaign = session.get_one(Campaign, campaign.id)
        assert campaign.status is CampaignStatus.IN_REVIEW, campaign.status_reason
        signers = make_user(session, Role.OWNER, Role.CLINICAL, Role.LEGAL)
        approval.approve(session, campaign, actor=signers, reason="Read.")
        approval.start(session, campaign, actor=signers, rules=RULES, facts=FACTS)
        return campaign


def status(sessions: Sessions, campaign: Campaign) -> CampaignStatus:
    with sessions() as session:
        return session.get_one(Campaign, campaign.id).status


def counts(sessions: Sessions, campaign: Campaign) -> dict[tuple[DeliveryStatus, Reason], int]:
    with sessions() as session:
        return dict(delivery.counts(session, campaign.id))


def test_every_job_has_one_task_of_its_name_that_takes_ids_only() -> None:
    configure().loader.import_default_modules()
    for job in Job:
        task = app.tasks[job.value]
        parameters = inspect.signature(task.run).parameters.values()
        assert all(each.annotation is int and each.name.endswith("_id") for each in parameters)
        assert task.run.__module__.startswith("workers.")
        assert QUEUES[job] in ALL_QUEUES


def test_the_application_serves_every_queue_and_stores_no_results() -> None:
    configured = configure().conf
    assert sorted(each.name for each in configured.task_queues) == sorted(ALL_QUEUES)
    assert configured.task_ignore_result
    assert configured.task_acks_late is False
    assert configured.worker_prefetch_multiplier == 1
    assert configured.task_soft_time_limit < configured.task_time_limit
    assert configured.broker_transport_options["socket_timeout"]


@pytest.fixture
def wrong_setting(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A setting that no worker can start with."""
    with monkeypatch.context() as patch:
        patch.setenv("BEDSIDE_LEASE_SECONDS", "soon")
        read_afresh()
        yield
    read_afresh()


@pytest.mark.usefixtures("wrong_setting")
def test_an_application_that_celery_configures_stops_at_a_wrong_setting() -> None:
    with pytest.raises(SystemExit, match=r"^BEDSIDE_LEASE_SECONDS is wrong: "):
        app.on_configure.send(sender=Celery("another", set_as_current=False))


def test_an_application_that_celery_configures_gets_our_settings() -> None:
    another = Celery("another", set_as_current=False)
    app.on_configure.send(sender=another)
    assert another.conf.task_queues == configure().conf.task_queues


def test_a_forked_child_shares_no_connection_with_its_parent() -> None:
    engine = database.engine()
    with engine.connect():
        parents = engine.pool
    signals.worker_process_init.send(sender=None)
    assert engine.pool is not parents
    parents.dispose()


def test_a_forked_child_connects_to_nothing_before_it_works() -> None:
    database.engine().dispose()
    database.engine.cache_clear()
    database.sessions.cache_clear()
    signals.worker_process_init.send(sender=None)
    assert database.engine.cache_info().currsize == 0


def test_the_package_exports_the_application() -> None:
    assert import_module("workers").app is configure()


def test_render_reviews_what_was_submitted(committed: Sessions) -> None:
    with committed.begin() as session:
        campaign = make_reviewed(session)
        version_id = queries.newest_version(session, campaign).id
    rendering_tasks.render(version_id)
    assert status(committed, campaign) is CampaignStatus.IN_REVIEW


def test_a_lost_bell_is_made_up_for(committed: Sessions) -> None:
    with committed.begin() as session:
        campaign = make_reviewed(session)
    rendering_tasks.render_left()
    assert status(committed, campaign) is CampaignStatus.IN_REVIEW


def test_a_fault_of_ours_sends_a_version_back_instead_of_leaving_it(committed: Sessions) -> None:
    with committed.begin() as session:
        campaign = make_reviewed(session)
        version = queries.newest_version(session, campaign)
        version.content_hash = "damaged"
        session.add(
            Program(
                campaign_id=campaign.id,
                version_id=version.id,
                format=1,
                content={},
                content_hash="damaged",
                created_at=clock.now(session),
            )
        )
    rendering_tasks.render(version.id)
    with committed() as session:
        found = session.get_one(Campaign, campaign.id)
        assert found.status is CampaignStatus.DRAFT
        assert found.status_reason


@pytest.mark.usefixtures("away")
def test_a_database_that_is_away_leaves_the_version_for_a_later_tick() -> None:
    with pytest.raises(Unavailable):
        rendering_tasks.render(1)


def test_the_tick_starts_what_is_due_and_freezes_its_audience(committed: Sessions) -> None:
    campaign = make_due(committed)
    delivery_tasks.start_due()
    assert status(committed, campaign) is CampaignStatus.SENDING
    assert counts(committed, campaign) == {(S.QUEUED, Reason.NONE): 1}
    with committed() as session:
        assert [each.name for each in delivery.heartbeats(session)] == ["tick"]


def test_an_audience_half_frozen_is_frozen_to_the_end(committed: Sessions) -> None:
    campaign = make_due(committed)
    delivery_tasks.start_due()
    with committed.begin() as session:
        session.execute(update(Campaign).values(status=CampaignStatus.PREPARING))
        make_contact(session, "zoe@example.com")
    delivery_tasks.freeze_audience(campaign.id)
    assert status(committed, campaign) is CampaignStatus.SENDING
    assert counts(committed, campaign) == {(S.QUEUED, Reason.NONE): 2}


def test_a_bell_for_a_batch_sends_what_waits_and_finishes(
    committed: Sessions, mail_server: Ledger
) -> None:
    with committed.begin() as session:
        campaign, program = make_sending(session)
        batch, _ = make_deliveries(session, campaign, program)
    delivery_tasks.send_batch(batch.id)
    assert len(set(mail_server.accepted)) == 3
    assert counts(committed, campaign) == {(S.SENT, Reason.NONE): 3}
    assert status(committed, campaign) is CampaignStatus.FINISHED


def test_the_connection_is_kept_between_batches(committed: Sessions, mail_server: Ledger) -> None:
    for _ in range(2):
        with committed.begin() as session:
            batch, _ = make_deliveries(session, *make_sending(session))
        delivery_tasks.send_batch(batch.id)
    assert (len(mail_server.accepted), mail_server.connections) == (6, 1)


def test_the_reaper_takes_over_from_a_worker_that_is_gone(committed: Sessions) -> None:
    with committed.begin() as session:
        campaign, program = make_sending(session)
        batch, (first, *_) = make_deliveries(session, campaign, program)
        batch.state, batch.owner = BatchState.CLAIMED, "gone:1"
        batch.lease_until = clock.now(session) - timedelta(seconds=1)
        first.status = S.INFLIGHT
    delivery_tasks.reap()
    with committed() as session:
        assert session.get_one(Batch, batch.id).state is BatchState.WAITING
        assert session.get_one(Delivery, first.id).status is S.UNCERTAIN


def test_letters_that_are_due_are_sent(committed: Sessions, mail_server: Ledger) -> None:
    with committed.begin() as session:
        make_organisation(session)
        context = {"name": "Ada", "confirm_url": "https://mail.example.com/confirm/x"}
        address = Address("ada@example.com", "ada@example.com")
        leave(session, key="k", kind="confirm_address", to=address, context=context)
    delivery_tasks.send_notices()
    assert len(mail_server.accepted) == 1
    with committed() as session:
        assert session.scalars(select(Notice.status)).all() == [NoticeStatus.SENT]


def test_a_hold_that_is_over_is_let_go(committed: Sessions) -> None:
    with committed.begin() as session:
        clinic = booking_factories.make_clinic(session)
        reference = bookings.request(
            session,
            delivery=clinic.delivery,
            wish=booking_factories.make_wish(clinic),
            key="form",
        ).reference
    booking_tasks.release_holds()
    with committed() as session:
        assert booked.by_reference(session, reference).status is BookingStatus.HELD
    with committed.begin() as session:
        move_clock(session, by=timedelta(days=4))
    booking_tasks.release_holds()
    with committed() as session:
        assert booked.by_reference(session, reference).status is BookingStatus.EXPIRED


def test_a_promotion_ends_at_its_hour(committed: Sessions) -> None:
    with committed.begin() as session:
        clinic = booking_factories.make_clinic(session)
        move_clock(session, by=timedelta(days=60))
    promotion_tasks.end_promotions()
    with committed() as session:
        found = session.get_one(Promotion, clinic.promotion.id)
        assert found.status is PromotionStatus.ENDED


def test_rounds_without_a_broker_take_a_due_campaign_to_its_end(
    committed: Sessions, mail_server: Ledger
) -> None:
    campaign = make_due(committed)
    for _ in range(2):
        one_round()
    assert len(mail_server.accepted) == 1
    assert counts(committed, campaign) == {(S.SENT, Reason.NONE): 1}
    assert status(committed, campaign) is CampaignStatus.FINISHED
    one_round()
    assert len(mail_server.accepted) == 1

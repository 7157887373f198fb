"""What a message promises is not edited while the message leaves."""

from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillWaiting

import pytest

from campaigns import database
from campaigns.accounts import queries as accounts
from campaigns.database import Sessions
from campaigns.promotions import importing, queries
from tests.promotions import factories
from tests.promotions.test_importing import PACKAGE, PROMOTION


def test_a_price_edit_waits_for_the_look_before_a_message_and_then_raises_the_epoch(
    committed: Sessions,
) -> None:
    with database.transaction(committed) as session:
        factories.stop_clock(session)
        factories.make_clinic(session)
        cora = factories.make_user(session)
        importing.import_packages(session, PACKAGE, actor=cora)
        importing.import_promotions(session, PROMOTION, actor=cora)

    def edit() -> None:
        with database.transaction(committed) as other:
            dearer = PACKAGE.replace("2,550", "2,600")
            actor = accounts.user(other, "cora@example.com")
            importing.import_packages(other, dearer, actor=actor)

    with ThreadPoolExecutor(1) as pool:
        with database.transaction(committed) as session:
            promotion = queries.named(session, "savings")
            queries.stand_still(session, [promotion.id])
            waiting = pool.submit(edit)
            with pytest.raises(StillWaiting):
                waiting.result(timeout=0.5)
            assert promotion.epoch == 1
        waiting.result(timeout=10)
    with database.transaction(committed) as session:
        assert queries.named(session, "savings").epoch == 2

"""What answers mean."""

from datetime import timedelta

import pytest

from campaigns.delivery.replies import Phase, Reply, Verdict, back_off


@pytest.mark.parametrize(
    ("phase", "code", "text", "verdict"),
    [
        (Phase.DOT, 250, "2.0.0 queued", Verdict.ACCEPTED),
        (Phase.DOT, None, "", Verdict.UNKNOWN),
        (Phase.RCPT, None, "", Verdict.RELAY),
        (Phase.RCPT, 421, "4.3.2 closing", Verdict.RELAY),
        (Phase.RCPT, 450, "4.7.1 greylisted", Verdict.LATER),
        (Phase.DOT, 451, "4.3.0 later", Verdict.LATER),
        (Phase.MAIL, 550, "5.1.8 bad sender", Verdict.OUR_SENDER),
        (Phase.RCPT, 550, "5.1.7 bad sender", Verdict.OUR_SENDER),
        (Phase.DATA, 530, "5.7.0 authenticate first", Verdict.RELAY),
        (Phase.RCPT, 550, "5.1.1 unknown", Verdict.NO_SUCH_ADDRESS),
        (Phase.RCPT, 550, "5.1.10 null MX", Verdict.NO_SUCH_ADDRESS),
        (Phase.RCPT, 550, "5.2.1 disabled", Verdict.NO_SUCH_ADDRESS),
        (Phase.RCPT, 550, "No such user here", Verdict.NO_SUCH_ADDRESS),
        (Phase.DOT, 550, "No such user here", Verdict.REFUSED),
        (Phase.RCPT, 552, "5.2.2 mailbox full", Verdict.MAILBOX_FULL),
        (Phase.DOT, 552, "5.3.4 message too big", Verdict.TOO_LARGE),
        (Phase.DOT, 554, "rejected", Verdict.POLICY),
        (Phase.DOT, 550, "5.7.26 unauthenticated", Verdict.POLICY),
        (Phase.RCPT, 550, "go away", Verdict.REFUSED),
    ],
)
def test_an_answer_means_what_the_table_says(
    phase: Phase, code: int | None, text: str, verdict: Verdict
) -> None:
    assert Reply(phase, code, text).verdict is verdict


def test_the_wait_grows_from_minutes_to_hours_and_is_spread() -> None:
    for attempts, minutes in ((1, 5), (2, 15), (6, 240), (50, 240)):
        for _ in range(20):
            wait = back_off(attempts)
            assert timedelta(minutes=minutes * 0.8) <= wait <= timedelta(minutes=minutes * 1.2)

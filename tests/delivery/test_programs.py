"""A worker keeps the programs it used last, and no more than it has room for."""

import pytest

from campaigns.database import Session
from campaigns.delivery import programs
from tests.delivery.factories import make_sending


def test_the_programs_used_last_are_kept_and_the_others_read_again(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs.forget()
    monkeypatch.setattr(programs, "_MOST", 2)
    ids = [make_sending(session)[1].id for _ in range(3)]
    first, second = (programs.wire(session, each) for each in ids[:2])
    assert programs.wire(session, ids[0]) is first
    programs.wire(session, ids[2])
    assert programs.wire(session, ids[0]) is first
    assert programs.wire(session, ids[1]) is not second
    programs.forget()
    assert programs.wire(session, ids[0]) is not first

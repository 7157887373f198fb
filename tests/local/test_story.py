"""The whole road once; `make demo-once` is the same story told with the right figures."""

import pytest

from campaigns.local import story


@pytest.mark.processes
def test_a_single_wrong_figure_fails_the_story_and_is_named(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(story, "_PRICE_CENTS", 188_701)

    assert story.tell() == 1

    told = capfd.readouterr().out
    assert told.count("NO  ") == 1
    assert "revenue in cents: 188700, not 188701" in told
    assert "accepted by the mail server" in told
    assert "Everything adds up." in told

"""A person, a proxy or a machine: who followed a link is judged by what they did together."""

from datetime import timedelta

import pytest

from campaigns.tracking import machines
from campaigns.tracking.machines import Judgement
from campaigns.tracking.models import Event, EventKind, MadeBy
from tests.tracking.factories import NOW, PHONE


def earlier(kind: EventKind, index: int | None, *, seconds_ago: float, **values: object) -> Event:
    return Event(
        kind=kind,
        link_index=index,
        occurred_at=NOW - timedelta(seconds=seconds_ago),
        **({"made_by": MadeBy.HUMAN, "reasons": []} | values),
    )


def click(
    before: list[Event], *, index: int = 0, agent: str = PHONE, method: str = "GET"
) -> Judgement:
    return machines.classify(
        before,
        kind=EventKind.CLICKED,
        link_index=index,
        method=method,
        agent=agent,
        now=NOW,
    )


def test_one_click_with_a_telephone_is_a_persons() -> None:
    assert click([]).made_by is MadeBy.HUMAN


def test_three_links_within_two_seconds_are_a_machines_also_those_before() -> None:
    first = earlier(EventKind.CLICKED, 0, seconds_ago=1.9)
    second = earlier(EventKind.CLICKED, 1, seconds_ago=0.4)

    judged = click([first, second], index=2)

    assert judged.made_by is MadeBy.MACHINE
    assert judged.reasons == ("burst",)
    assert judged.burst == (first, second)


def test_three_links_in_five_seconds_are_a_readers() -> None:
    first = earlier(EventKind.CLICKED, 0, seconds_ago=5)
    second = earlier(EventKind.CLICKED, 1, seconds_ago=2.5)
    assert click([first, second], index=2).made_by is MadeBy.HUMAN


def test_the_same_link_three_times_is_an_impatient_person() -> None:
    before = [earlier(EventKind.CLICKED, 2, seconds_ago=each) for each in (1.5, 0.7)]
    assert click(before, index=2).made_by is MadeBy.HUMAN


def test_a_burst_goes_on_while_the_pauses_are_short() -> None:
    marked = earlier(
        EventKind.CLICKED, 2, seconds_ago=1.5, made_by=MadeBy.MACHINE, reasons=["burst"]
    )
    judged = click([marked], index=3)
    assert judged.made_by is MadeBy.MACHINE
    assert judged.reasons == ("burst",)


def test_the_unsubscribe_page_together_with_a_content_link_is_a_scanner() -> None:
    visit = earlier(EventKind.VISITED, None, seconds_ago=1)
    judged = click([visit])
    assert (judged.made_by, judged.reasons) == (MadeBy.MACHINE, ("pages_and_links",))
    assert judged.burst == (visit,)


def test_a_person_who_only_looks_at_the_preferences_is_a_person() -> None:
    judged = machines.classify(
        [earlier(EventKind.VISITED, None, seconds_ago=1)],
        kind=EventKind.VISITED,
        link_index=None,
        method="GET",
        agent=PHONE,
        now=NOW,
    )
    assert judged.made_by is MadeBy.HUMAN


def test_an_open_in_the_middle_of_a_burst_is_judged_by_itself() -> None:
    before = [earlier(EventKind.CLICKED, each, seconds_ago=1) for each in range(5)]
    judged = machines.classify(
        before, kind=EventKind.OPENED, link_index=None, method="GET", agent=PHONE, now=NOW
    )
    assert judged.made_by is MadeBy.HUMAN


@pytest.mark.parametrize(
    ("agent", "reason"),
    [
        ("Mozilla/5.0", "apple_privacy"),
        (
            "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com "
            "GoogleImageProxy)",
            "google_proxy",
        ),
        ("YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html", "yahoo_proxy"),
    ],
)
def test_mail_providers_proxies_are_neither_person_nor_robot(agent: str, reason: str) -> None:
    judged = click([], agent=agent)
    assert (judged.made_by, judged.reasons) == (MadeBy.PROXY, (reason,))


@pytest.mark.parametrize(
    "agent",
    [
        "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
        "BarracudaLinkScanner/1.0",
        "curl/8.5.0",
        "python-requests/2.32",
        "python-httpx/0.28.1",
        "Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/130.0.0.0 Safari/537.36",
        "Go-http-client/2.0",
    ],
)
def test_who_says_to_be_a_robot_is_believed(agent: str) -> None:
    judged = click([], agent=agent)
    assert (judged.made_by, judged.reasons) == (MadeBy.MACHINE, ("announced_robot",))
    assert judged.burst == ()


@pytest.mark.parametrize(
    "agent",
    [
        PHONE,
        "Mozilla/5.0 (Linux; Android 12; CUBOT X18) AppleWebKit/537.36 Chrome/129.0 Safari/537.36",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0",
    ],
)
def test_browsers_people_use_are_people(agent: str) -> None:
    assert click([], agent=agent).made_by is MadeBy.HUMAN


def test_looking_only_at_the_headers_is_a_machines() -> None:
    assert click([], method="HEAD").reasons == ("head",)


def test_a_program_without_a_name_is_a_machine() -> None:
    assert click([], agent=" ").reasons == ("no_agent",)


def test_every_judgement_names_its_rules() -> None:
    assert click([]).rule_version == machines.RULE_VERSION

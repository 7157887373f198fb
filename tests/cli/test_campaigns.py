"""Write a campaign, look at it and try it out."""

from pathlib import Path

import pytest
from sqlalchemy import update

from campaigns.accounts import queries as accounts
from campaigns.accounts.models import Organisation
from campaigns.database import Sessions
from campaigns.local import sample
from campaigns.planning import queries
from campaigns.planning.models import CampaignStatus
from tests.cli.conftest import LETTER, OFFERS, SAMPLE, Shell
from tests.delivery.relay import relay
from tests.factories import make_campaign

COORDINATOR = sample.COORDINATOR

CAMPAIGN = """\
name: spring-letter
topic: education
segment: education-readers
subject: What a visit looks like
preheader: A short walk through the first hour
blocks:
  - type: header
  - type: greeting
    fallback: there
  - type: article
    heading: What a visit looks like
    text: First comes a consultation with a clinician.
  - type: footer
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "spring.yaml"
    path.write_text(CAMPAIGN, encoding="utf-8")
    return path


def test_a_file_becomes_a_draft_and_an_edited_file_its_next_revision(
    bedside: Shell, clinic: Sessions, file: Path
) -> None:
    said = bedside.ok("campaigns", "new", str(file), as_=COORDINATOR)
    assert said == (
        "Campaign spring-letter is a draft (revision 1). "
        "Next: bedside campaigns check spring-letter\n"
    )
    file.write_text(CAMPAIGN.replace("What a visit", "How a visit"), encoding="utf-8")
    record = bedside.json("campaigns", "new", str(file), as_=COORDINATOR)
    assert (record["name"], record["revision"]) == ("spring-letter", 2)


@pytest.mark.parametrize(
    ("mistake", "words"),
    [
        (("type: article", "type: artikle"), "line 10: block 3: there is no block 'artikle'."),
        (("fallback: there", "fallbak: there"), "line 9: block 2, fallbak: there is no such field"),
        (("segment:", "segments:"), "line 3: segments: there is no such field"),
        (("topic: education", "topic: news"), "line 2: topic: "),
        (("  - type: footer\n", ""), "the last block must be a footer: it carries the postal"),
        (("name: spring-letter", "name: spring letter"), "line 1: name: "),
        (("subject: What", "subject: {saving}: What"), "line 4"),
    ],
)
def test_a_file_with_a_mistake_is_refused_with_the_line(
    bedside: Shell, clinic: Sessions, file: Path, mistake: tuple[str, str], words: str
) -> None:
    file.write_text(CAMPAIGN.replace(*mistake), encoding="utf-8")
    assert words in bedside.refused("campaigns", "new", str(file), as_=COORDINATOR)
    with clinic() as session:
        assert len(queries.listed(session)) == 3


def test_an_unknown_segment_is_said(bedside: Shell, clinic: Sessions, file: Path) -> None:
    file.write_text(CAMPAIGN.replace("education-readers", "everybody"), encoding="utf-8")
    assert "everybody" in bedside.refused("campaigns", "new", str(file), as_=COORDINATOR)


def test_the_list_is_newest_first(bedside: Shell, clinic: Sessions) -> None:
    rows = bedside.json("campaigns", "list")
    assert [each["name"] for each in rows] == [OFFERS, LETTER, "earlier-offer"]
    assert rows[0]["status"] == "draft"
    assert OFFERS in bedside.ok("campaigns", "list")


def test_an_empty_list_says_how_to_begin(bedside: Shell, committed: Sessions) -> None:
    assert bedside.ok("campaigns", "list") == ("No campaigns yet: `bedside campaigns new FILE`.\n")
    assert bedside.json("campaigns", "list") == []


def test_a_check_of_a_good_campaign_leaves_with_0(
    bedside: Shell, clinic: Sessions, file: Path
) -> None:
    bedside.ok("campaigns", "new", str(file), as_=COORDINATOR)
    findings = bedside.json("campaigns", "check", "spring-letter")
    assert all(each["severity"] != "block" for each in findings)
    headless = next(each for each in findings if each["rule"] == "AX-10")
    assert headless["where"] == "block article, heading"
    bedside.ok("campaigns", "check", OFFERS)


def test_a_check_that_blocks_names_the_rule_the_mend_and_leaves_with_1(
    bedside: Shell, clinic: Sessions
) -> None:
    with clinic.begin() as session:
        session.execute(update(Organisation).values(postal_address=""))
    blocking = [
        each
        for each in bedside.json("campaigns", "check", LETTER, code=1)
        if each["severity"] == "block"
    ]
    assert blocking
    assert all(each["rule"] and each["mend"] and each["source"] for each in blocking)
    shown = bedside("campaigns", "check", LETTER)
    assert shown.exit_code == 1
    assert blocking[0]["rule"] in shown.stdout
    assert "postal address" in shown.stdout


def test_a_preview_is_the_message_of_one_contact(
    bedside: Shell, clinic: Sessions, tmp_path: Path
) -> None:
    page = tmp_path / "preview.html"
    words = ("campaigns", "preview", OFFERS, "--contact", "ada@example.com", "--html", str(page))
    assert "Say who acts" in bedside.refused(*words)
    said = bedside.ok(*words, as_=COORDINATOR)
    assert said.startswith("Subject: ")
    assert f"written to {page}" in said
    assert "Ada" in page.read_text(encoding="utf-8")
    record = bedside.json("campaigns", "preview", OFFERS)
    assert "26%" in record["subject"].replace(" ", "")
    assert record["html_bytes"] == len(record["html"].encode())
    assert "<html" not in record["text"]


def test_a_preview_that_cannot_be_written_or_made_is_said(
    bedside: Shell, clinic: Sessions, tmp_path: Path
) -> None:
    said = bedside.refused("campaigns", "preview", OFFERS, "--html", str(tmp_path))
    assert said == f"{tmp_path} cannot be written: Is a directory."
    said = bedside.refused(
        "campaigns", "preview", OFFERS, "--contact", "nobody@example.com", as_=COORDINATOR
    )
    assert said == "There is no contact nobody@example.com."


def test_a_test_message_reaches_the_mail_server(bedside: Shell, clinic: Sessions) -> None:
    words = ("campaigns", "test-send", OFFERS, "--to", "me@example.com")
    with relay() as ledger:
        way = f"smtp://127.0.0.1:{ledger.port}"
        said = bedside.ok(*words, as_=COORDINATOR, BEDSIDE_SMTP_URL=way)
        record = bedside.json(*words, as_=COORDINATOR, BEDSIDE_SMTP_URL=way)
    assert said == "The mail server accepted the test: 2.0.0 queued as 4XYZ\n"
    assert (record["to"], record["answer"]) == ("me@example.com", "2.0.0 queued as 4XYZ")
    assert len(ledger.accepted) == 2


def test_a_test_goes_to_several_addresses_as_a_contact_gets_it(
    bedside: Shell, clinic: Sessions
) -> None:
    words = ["campaigns", "test-send", OFFERS, "--to", "me@example.com", "--to", "you@example.com"]
    with relay() as ledger:
        way = f"smtp://127.0.0.1:{ledger.port}"
        said = bedside.ok(
            *words, "--as-contact", "ada@example.com", as_=COORDINATOR, BEDSIDE_SMTP_URL=way
        )
        assert len(ledger.accepted) == 2
        more = [*words, *(f"--to=x{number}@example.com" for number in range(4))]
        refused = bedside.refused(*more, as_=COORDINATOR, BEDSIDE_SMTP_URL=way)
        assert len(ledger.accepted) == 2
    assert "accepted the test for you@example.com" in said
    assert "A test goes to 5 addresses at most." in refused


def test_an_unreachable_mail_server_is_said(bedside: Shell, clinic: Sessions) -> None:
    words = ("campaigns", "test-send", OFFERS, "--to", "me@example.com")
    said = bedside.refused(
        *words, as_=COORDINATOR, BEDSIDE_SMTP_URL="smtp://cora:hunter2@127.0.0.1:1"
    )
    assert said.startswith("The mail server 127.0.0.1:1 does not answer: ")
    assert "BEDSIDE_SMTP_URL" in said
    assert "hunter2" not in said


@pytest.mark.parametrize(
    ("says", "words"),
    [
        ({"rcpt": "550 5.1.1 no such user"}, "The mail server refused the test: 550"),
        ({"data": "close"}, "The mail server closed the connection; try again."),
    ],
)
def test_a_test_message_that_is_not_taken_is_said(
    bedside: Shell, clinic: Sessions, says: dict[str, str], words: str
) -> None:
    with relay(says) as ledger:
        said = bedside.refused(
            "campaigns", "test-send", OFFERS, "--to", "me@example.com",
            as_=COORDINATOR, BEDSIDE_SMTP_URL=f"smtp://127.0.0.1:{ledger.port}",
        )  # fmt: skip
    assert said.startswith(words)


def test_a_test_to_no_address_is_refused(bedside: Shell, clinic: Sessions) -> None:
    said = bedside.refused("campaigns", "test-send", OFFERS, "--to", "me", as_=COORDINATOR)
    assert "'me' is not an email address" in said


def test_show_says_where_it_stands_and_who_would_get_it(bedside: Shell, approved: Sessions) -> None:
    record = bedside.json("campaigns", "show", OFFERS)
    assert (record["status"], record["topic"], record["revision"]) == ("approved", "offers", 1)
    assert record["content_hash"]
    assert record["still_to_sign"] == []
    assert {each["role"] for each in record["signatures"]} == {"legal_approver"}
    assert record["findings"]
    audience, to_send, *skipped = record["waterfall"]
    assert (audience["contacts"], to_send["contacts"]) == (24, 10)
    assert sum(each["contacts"] for each in skipped) == 14
    assert all(each["why"] for each in skipped)
    shown = bedside.ok("campaigns", "show", OFFERS)
    for part in ("status:", "approved", "Findings", "Signatures", "Waterfall", "would be sent"):
        assert part in shown
    assert "Signatures" not in bedside.ok("campaigns", "show", LETTER)


def test_a_campaign_is_found_by_its_number_too(bedside: Shell, clinic: Sessions) -> None:
    with clinic() as session:
        number = queries.named(session, OFFERS).id
    assert bedside.json("campaigns", "show", str(number))["name"] == OFFERS


def test_a_duplicate_is_a_draft_of_its_own(bedside: Shell, approved: Sessions) -> None:
    record = bedside.json("campaigns", "duplicate", OFFERS, "winter", as_=COORDINATOR)
    assert record["name"] == "winter"
    with approved() as session:
        assert queries.named(session, "winter").status is CampaignStatus.DRAFT
        assert queries.named(session, OFFERS).status is CampaignStatus.APPROVED
    said = bedside.refused("campaigns", "duplicate", OFFERS, "winter", as_=COORDINATOR)
    assert said == "There is a campaign winter already. Choose another name."
    said = bedside.refused("campaigns", "duplicate", OFFERS, "Winter!", as_=COORDINATOR)
    assert "cannot name a campaign" in said


def test_a_campaign_that_is_going_out_cannot_be_edited(bedside: Shell, clinic: Sessions) -> None:
    with clinic.begin() as session:
        author = accounts.user(session, COORDINATOR)
        queries.named(session, LETTER).status = CampaignStatus.SENDING
        make_campaign(session, author_id=author.id)
    said = bedside.refused("campaigns", "new", str(SAMPLE / "education.yaml"), as_=COORDINATOR)
    assert "Unschedule or duplicate it." in said

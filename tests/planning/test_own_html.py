"""HTML of one's own takes the place of blocks, and the history keeps what there was."""

import pytest

from campaigns.accounts.models import Role, User
from campaigns.database import Session
from campaigns.errors import BadFile, Conflict, Invalid, NotAllowed
from campaigns.planning import content, editing, own_html, queries
from campaigns.planning.models import Campaign, CampaignStatus, CampaignVersion
from tests.factories import make_campaign, make_user, make_version

PAGE = "<!DOCTYPE html><html><body><p>Hello {{first_name}} {color}</p></body></html>"


@pytest.fixture
def cora(session: Session) -> User:
    return make_user(session, Role.COORDINATOR, name="Cora")


@pytest.fixture
def campaign(session: Session, cora: User) -> Campaign:
    made = make_campaign(session, author_id=cora.id)
    make_version(session, made)
    return made


def newest(session: Session, campaign: Campaign) -> CampaignVersion:
    return queries.newest_version(session, campaign)


def write(
    session: Session, campaign: Campaign, actor: User, source: str = PAGE, *, footer: bool = True
) -> CampaignVersion:
    seen = editing.stamp(newest(session, campaign))
    return own_html.write(
        session, campaign, actor=actor, source=source, with_footer=footer, seen=seen
    )


def test_html_takes_the_place_of_all_blocks_exactly_as_it_was_pasted(
    session: Session, campaign: Campaign, cora: User
) -> None:
    assert own_html.source_of(newest(session, campaign)) == ""
    made = write(session, campaign, cora)
    assert own_html.source_of(made) == PAGE
    assert own_html.has_footer(made)
    assert [each["type"] for each in made.blocks] == ["html", "footer"]
    assert not own_html.has_footer(write(session, campaign, cora, footer=False))


def test_a_footer_of_ones_own_words_stays(session: Session, campaign: Campaign, cora: User) -> None:
    version = newest(session, campaign)
    version.blocks = [*version.blocks[:-1], {"type": "footer", "reason": "You asked at the desk."}]
    session.flush()
    assert write(session, campaign, cora).blocks[-1]["reason"] == "You asked at the desk."


def test_the_way_back_brings_the_blocks_that_stood_there_last(
    session: Session, campaign: Campaign, cora: User
) -> None:
    before = editing.blocks_of(newest(session, campaign))
    write(session, campaign, cora)
    write(session, campaign, cora, "<p>Another</p>")
    seen = editing.stamp(newest(session, campaign))
    made = own_html.back_to_blocks(session, campaign, actor=cora, seen=seen)
    assert editing.blocks_of(made) == before


def test_a_campaign_that_never_had_blocks_goes_back_to_an_empty_page(
    session: Session, campaign: Campaign, cora: User
) -> None:
    newest(session, campaign).blocks = [{"type": "html", "source": PAGE}]
    session.flush()
    seen = editing.stamp(newest(session, campaign))
    made = own_html.back_to_blocks(session, campaign, actor=cora, seen=seen)
    assert made.blocks == content.tidy(own_html.EMPTY)


def test_what_somebody_changed_meanwhile_is_not_replaced(
    session: Session, campaign: Campaign, cora: User
) -> None:
    with pytest.raises(Conflict, match="Somebody changed the content"):
        own_html.write(session, campaign, actor=cora, source=PAGE, with_footer=True, seen="1.0")


def test_who_may_not_edit_may_not_paste(session: Session, campaign: Campaign) -> None:
    with pytest.raises(NotAllowed):
        write(session, campaign, make_user(session, Role.VIEWER))


def test_what_is_in_review_is_not_taken_back_by_a_paste(
    session: Session, campaign: Campaign, cora: User
) -> None:
    campaign.status = CampaignStatus.IN_REVIEW
    session.flush()
    with pytest.raises(Conflict, match="handed in for review"):
        write(session, campaign, cora)


def test_a_page_that_is_too_long_is_refused_with_its_size(
    session: Session, campaign: Campaign, cora: User
) -> None:
    with pytest.raises(Invalid, match="this has 201 kB; a page may have 200 kB"):
        write(session, campaign, cora, "é" * 100_500)


FILE = """\
name: autumn
topic: education
segment: everyone
subject: A subject
preheader: A preheader
blocks:
  - type: html
    source: |
      <!DOCTYPE html>
      <html><body><p>Hello {{{{ contact.first_name }}}} {{a_css_rule}}</p></body></html>
{more}"""


def test_a_file_may_carry_html_of_ones_own_with_or_without_our_footer() -> None:
    alone = content.read(FILE.format(more=""))
    assert "{{ contact.first_name }}" in str(alone.blocks[0].model_dump()["source"])
    assert [each.type for each in content.read(FILE.format(more="  - type: footer\n")).blocks] == [
        "html",
        "footer",
    ]


def test_what_the_law_asks_for_stands_below_the_page_and_stays_there_when_it_is_pasted_anew(
    session: Session, campaign: Campaign, cora: User
) -> None:
    write(session, campaign, cora)
    risk = content.parse([{"type": "risk_information"}])[0]
    editing.add(session, campaign, actor=cora, block=risk, after="html")
    made = write(session, campaign, cora, "<p>Another</p>")
    assert [each["type"] for each in made.blocks] == ["html", "risk_information", "footer"]
    assert own_html.below(made) == [made.blocks[1]]
    made = write(session, campaign, cora, footer=False)
    assert [each["type"] for each in made.blocks] == ["html", "risk_information"]


def test_html_stands_alone_in_a_file() -> None:
    with pytest.raises(BadFile, match="the html block is the whole message"):
        content.read(FILE.format(more="  - type: divider\n  - type: footer\n"))


@pytest.mark.parametrize(
    ("had", "given", "has"),
    [
        ("", "Look inside, {first_name|there}", "Look inside, {first_name|there}"),
        ("Ours", "Look inside", "Ours"),
        ("", "x" * 251, ""),
        ("", "", ""),
    ],
)
def test_the_pages_own_preheader_fills_an_empty_one(
    session: Session, campaign: Campaign, cora: User, *, had: str, given: str, has: str
) -> None:
    version = newest(session, campaign)
    version.preheader = had
    session.flush()
    made = own_html.write(
        session, campaign, actor=cora, source=PAGE, with_footer=True,
        seen=editing.stamp(version), preheader=given,
    )  # fmt: skip
    assert made.preheader == has

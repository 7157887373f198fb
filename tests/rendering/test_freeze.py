"""Content is frozen once: what is approved is what is sent, and a damaged template is refused."""

import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update

from campaigns.accounts.models import Organisation
from campaigns.clock import Clock
from campaigns.database import Session, Sessions
from campaigns.errors import Invalid, NotFound
from campaigns.planning.models import CampaignVersion
from campaigns.promotions import lifecycle
from campaigns.promotions.models import CodeMode, Package, Promotion
from campaigns.rendering import queries
from campaigns.rendering.compose import compose
from campaigns.rendering.freeze import freeze, unstored
from campaigns.rendering.message import MOST_BYTES, WARN_BYTES, Rendered, sample
from campaigns.rendering.models import CampaignLink, Program
from campaigns.rendering.program import Sender, content_hash, content_of
from campaigns.rendering.view import view
from campaigns.rendering.wire import Wire
from tests.promotions.factories import NOON, make_user
from tests.rendering import factories
from tests.rendering.templates import write

ARTICLE = {
    "type": "article",
    "heading": "A heading",
    "text": '<p>One <a href="https://example.com/a?x=1&amp;y=2">link</a>.</p>',
}


def test_a_version_is_frozen_once_and_never_again(session: Session) -> None:
    version = factories.make_newsletter(session, "savings")
    first = freeze(session, version)
    session.get_one(Organisation, 1).name = "Another Name"
    assert freeze(session, version) is first
    assert version.content_hash == first.content_hash
    assert session.scalar(select(func.count(Program.id))) == 1


def test_two_workers_who_freeze_the_same_version_store_one_program(committed: Sessions) -> None:
    with committed.begin() as session:
        version_id = factories.make_newsletter(session, "savings").id

    def work() -> int:
        with committed.begin() as session:
            return freeze(session, session.get_one(CampaignVersion, version_id)).id

    with ThreadPoolExecutor(2) as workers:
        found = {each.result() for each in [workers.submit(work) for _ in range(4)]}
    assert len(found) == 1


def test_the_same_content_has_the_same_hash_and_other_content_another(session: Session) -> None:
    first = freeze(session, factories.make_letter(session, ARTICLE))
    again = freeze(session, factories.make_letter(session, {"type": "divider"}, ARTICLE))
    same = freeze(session, factories.make_letter(session, ARTICLE))
    assert first.content_hash == same.content_hash
    assert first.content_hash != again.content_hash


def test_the_hash_covers_subject_sender_and_where_links_lead(session: Session) -> None:
    hashes = {freeze(session, factories.make_letter(session, ARTICLE)).content_hash}
    hashes.add(
        freeze(session, factories.make_letter(session, ARTICLE, subject="Other")).content_hash
    )
    other = ARTICLE | {"text": ARTICLE["text"].replace("/a?", "/b?")}
    hashes.add(freeze(session, factories.make_letter(session, other)).content_hash)
    session.get_one(Organisation, 1).reply_address = "other@renew.example.com"
    version = factories.make_letter(session, ARTICLE)
    session.get_one(Organisation, 1).reply_address = "other@renew.example.com"
    hashes.add(freeze(session, version).content_hash)
    assert len(hashes) == 4


def test_each_link_of_both_twins_is_one_row_of_the_campaign(session: Session) -> None:
    program = freeze(session, factories.make_letter(session, ARTICLE))
    rows = queries.links(session, program.campaign_id)
    assert [(each.index, each.url, each.kind, each.block) for each in rows] == [
        (1, "https://example.com/a?x=1&y=2", "content", "article")
    ]
    assert queries.link(session, campaign_id=program.campaign_id, index=1) is rows[0]
    with pytest.raises(NotFound):
        queries.link(session, campaign_id=program.campaign_id, index=2)
    rendered = Rendered.of(program)
    clicks = [re.findall(r"/c/[\w-]+/(\d+)", part) for part in (rendered.html, rendered.text)]
    assert clicks == [["1"], ["1"]]


def test_a_link_keeps_its_number_over_all_versions_of_a_campaign(session: Session) -> None:
    version = factories.make_letter(session, ARTICLE)
    freeze(session, version)
    newer = CampaignVersion(
        campaign_id=version.campaign_id,
        revision=2,
        subject="Newer",
        preheader="Newer",
        blocks=[
            {"type": "cta_button", "id": "a", "text": "Read more here", "url": "https://a.example"},
            *version.blocks,
        ],
        created_at=version.created_at,
        created_by=version.created_by,
    )
    session.add(newer)
    session.flush()
    assert [each["index"] for each in freeze(session, newer).content["links"]] == [2, 1]


def test_offer_buttons_lead_to_the_booking_page(session: Session) -> None:
    program = freeze(session, factories.make_newsletter(session, "savings"))
    kinds = [(each.kind, each.url) for each in Rendered.of(program).links]
    assert kinds == [("book", "")] * 4


def test_phone_mail_crisis_and_unsubscribe_links_are_never_tracked(session: Session) -> None:
    blocks = [
        {"type": "crisis_line"},
        {"type": "cta_button", "text": "Call us now", "action": "call"},
        {"type": "cta_button", "text": "Answer this message", "action": "reply"},
    ]
    program = freeze(session, factories.make_letter(session, *blocks))
    rendered = Rendered.of(program)
    assert rendered.links == ()
    for address in ("tel:988", "sms:988", "https://988lifeline.org/chat/", "tel:+15550100",
                    "mailto:desk@renew.example.com", "https://renew.example.com/privacy",
                    rendered.urls["unsubscribe"], rendered.urls["preferences"],
                    rendered.urls["view"]):  # fmt: skip
        assert f'href="{address}"' in rendered.html
    assert "https://988lifeline.org/chat/" in rendered.text
    assert rendered.urls["unsubscribe"] in rendered.text


def test_checks_read_each_block_as_it_stands_in_the_message(session: Session) -> None:
    rendered = Rendered.of(freeze(session, factories.make_newsletter(session, "savings")))
    assert [each.type for each in rendered.blocks][:3] == ["header", "hero", "greeting"]
    assert all(each.html in rendered.html and each.text in rendered.text
               for each in rendered.blocks)  # fmt: skip
    assert "font-size:17px" in next(
        each.html for each in rendered.blocks if each.type == "risk_information"
    )
    assert rendered.subject == "Renew Health: package savings of up to 26% through 15 Dec"
    assert rendered.blocks[1].data["heading"] == "Save up to 26% on visit packages"
    assert "List-Unsubscribe-Post" in rendered.headers
    assert 0 < rendered.html_bytes < WARN_BYTES < MOST_BYTES


def test_prices_come_from_the_promotion_and_a_drafts_thirty_percent_does_not_count(
    session: Session,
) -> None:
    text = Rendered.of(freeze(session, factories.make_newsletter(session, "savings"))).text
    assert "$1,887 instead of the regular $2,550: save 26%" in text
    assert "1 of 4 promoted packages is at the maximum" in text
    assert "30%" not in text


def test_a_saving_that_cannot_be_claimed_stops_the_content_and_says_why(session: Session) -> None:
    version = factories.make_newsletter(session, "savings")
    promotion = session.query(Promotion).one()
    lifecycle.pause(session, promotion, actor=make_user(session))
    with pytest.raises(
        Invalid, match=r"supports no saving at the moment\. The promotion is paused"
    ):
        freeze(session, version)
    assert not session.scalar(select(func.count(Program.id)))
    assert not session.scalar(select(func.count()).select_from(CampaignLink))


def test_a_regular_price_that_may_not_be_compared_with_is_not_shown(session: Session) -> None:
    version = factories.make_offer(
        session, {"type": "price_table", "heading": "Prices"}, mode=CodeMode.NONE
    )
    package = session.query(Package).filter_by(code="SER-6").one()
    from tests.promotions.factories import add_price

    add_price(session, package, 255_100, since_days=10)
    text = Rendered.of(freeze(session, version)).text
    assert "$2,551" not in text
    assert "$1,887" in text


@pytest.mark.parametrize(
    ("mode", "shown"),
    [(CodeMode.NONE, ""), (CodeMode.SHARED, "SAVE26"), (CodeMode.UNIQUE, "SAMPLE234567")],
)
def test_a_code_is_shown_as_the_promotion_hands_it_out(
    session: Session, mode: CodeMode, shown: str
) -> None:
    from campaigns.promotions import codes

    version = factories.make_offer(session, {"type": "offer_card"}, mode=mode)
    if mode is CodeMode.SHARED:
        codes.share(session, session.query(Promotion).one(), "save26")
    rendered = Rendered.of(freeze(session, version))
    assert ("promo code" in rendered.text) is bool(shown)
    assert shown in rendered.html


def test_an_offer_that_no_claim_may_count_is_named_without_a_number(session: Session) -> None:
    version = factories.make_offer(session, {"type": "offer_card"}, mode=CodeMode.NONE)
    promotion = session.query(Promotion).one()
    promotion.in_claims, promotion.new_contacts_only, promotion.max_redemptions = False, True, None
    text = Rendered.of(freeze(session, version)).text
    assert "Save up to" not in text
    assert "New contacts who pay" in text
    assert "in all." not in text


def test_an_offer_block_names_a_promotion_that_the_campaign_carries(session: Session) -> None:
    version = factories.make_offer(
        session, {"type": "offer_card", "promotion": "other"}, mode=CodeMode.NONE
    )
    with pytest.raises(Invalid, match="not other; it has package-savings"):
        freeze(session, version)


def test_staff_text_is_data_and_never_a_template(session: Session) -> None:
    version = factories.make_letter(
        session, ARTICLE | {"heading": "{{ clinic.__class__ }} {% raw %} <script>"}
    )
    rendered = Rendered.of(freeze(session, version))
    assert "{{ clinic.__class__ }} {% raw %} &lt;script&gt;" in rendered.html
    assert "{{ clinic.__class__ }} {% raw %} <script>" in rendered.text


def test_the_owners_own_template_is_found_first_and_its_links_are_tracked(
    session: Session, own_templates: Path
) -> None:
    quoted = """<a href="https://own.example/x">Own</a> <a href='https://own.example/y'>Two</a>"""
    write(own_templates, "blocks/divider/block.html", quoted)
    write(own_templates, "blocks/divider/block.txt", "https://own.example/x https://own.example/y")
    program = freeze(session, factories.make_letter(session, {"type": "divider"}))
    rendered = Rendered.of(program)
    assert [each.url[-1] for each in rendered.links] == ["x", "y"]
    assert "https://own.example" not in rendered.html + rendered.text


@pytest.mark.parametrize(
    ("template", "text", "words"),
    [
        ("blocks/divider/block.html", "{{ nothing }}", "'nothing' is undefined"),
        ("blocks/divider/block.html", "{{ block.__class__.__mro__ }}", "unsafe"),
        ("blocks/divider/block.html", "{% if %}", "does not work"),
        ("blocks/divider/block.html", "{{ field('diagnosis') }}", "field 'diagnosis'"),
        ("blocks/divider/block.html", "{{ url('evil') }}", "address 'evil'"),
        ("blocks/divider/block.html", '<img alt="{{ url("view")[8:-9] }}">', "address where text"),
        ("blocks/divider/block.html", '<a href="https://{{ field("code") }}.invalid/">x</a>',
         "text into an address"),
        ("blocks/divider/block.txt", "{{ field('code')[:-1] }}", "damaged the place"),
        ("base.html", "<!DOCTYPE html><html><head></head><body></body></html>", "not balanced"),
        ("base.html", "<!DOCTYPE html><html></html>", "neither <head> nor <body>"),
        ("base.html", "<html><body></body></html>", "must begin with <!DOCTYPE"),
        ("style.css", "@import url(https://example.com/a.css);", "style sheet"),
    ],
)  # fmt: skip
def test_a_template_that_would_damage_a_message_is_refused_in_words(
    session: Session, own_templates: Path, template: str, text: str, words: str
) -> None:
    write(own_templates, template, text)
    with pytest.raises(Invalid, match=re.escape(words)):
        freeze(session, factories.make_letter(session, {"type": "divider"}))


def test_an_element_that_runs_from_one_block_into_another_is_refused(
    session: Session, own_templates: Path
) -> None:
    write(
        own_templates,
        "base.html",
        "<!DOCTYPE html><html><head></head><body>"
        "{% for block in blocks | reverse %}{{ block.html }}{% endfor %}</body></html>",
    )
    with pytest.raises(Invalid, match="not balanced"):
        freeze(session, factories.make_letter(session, {"type": "divider"}))


def test_a_language_written_from_the_right_says_so(session: Session) -> None:
    version = factories.make_letter(session, ARTICLE, language="ar")
    assert 'lang="ar" dir="rtl"' in Rendered.of(freeze(session, version)).html


def test_the_price_tables_day_is_the_clinics(session: Session) -> None:
    version = factories.make_newsletter(session, "savings")
    late = session.get_one(Clock, True)
    late.stopped_at = NOON.replace(day=25, hour=3)
    session.flush()
    session.info.pop("bedside.now", None)
    assert "Prices as of 24 Nov 2026" in Rendered.of(freeze(session, version)).text


def test_the_same_campaign_has_the_same_hash_in_every_process(committed: Sessions) -> None:
    with committed.begin() as session:
        version = factories.make_newsletter(session, "savings")
        version_id, content = version.id, unstored(session, version)
    script = (
        "from campaigns import database\n"
        "from campaigns.planning.models import CampaignVersion\n"
        "from campaigns.rendering.freeze import unstored\n"
        "from campaigns.rendering.program import content_hash\n"
        "with database.Session(database.engine()) as session:\n"
        f"    version = session.get_one(CampaignVersion, {version_id})\n"
        "    print(content_hash(unstored(session, version)))\n"
    )
    for seed in ("1", "2"):
        said = subprocess.run(
            [sys.executable, "-c", script],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            text=True,
        )
        assert said.stdout.strip() == content_hash(content)


def test_what_is_frozen_stays_or_is_not_sent(session: Session) -> None:
    program = freeze(session, factories.make_letter(session, ARTICLE))
    assert Wire.of(program).text
    altered = program.content | {"text": program.content["text"].replace("One", "Two")}
    session.execute(update(Program).where(Program.id == program.id).values(content=altered))
    session.expire(program)
    for read in (Wire.of, Rendered.of):
        with pytest.raises(Invalid, match="not what was frozen: its hash is another"):
            read(program)


def test_the_bytes_on_the_wire_are_part_of_the_hash(session: Session) -> None:
    content = freeze(session, factories.make_letter(session, ARTICLE)).content
    html = [*content["wire"]["html"][:-1], "</html>"]
    assert content_hash(content | {"wire": content["wire"] | {"html": html}}) != (
        content_hash(content)
    )


@pytest.mark.parametrize("format_", [1, 3])
def test_content_of_another_format_is_never_sent_unchecked(session: Session, format_: int) -> None:
    program = freeze(session, factories.make_letter(session, ARTICLE))
    program.content, program.format = program.content | {"format": format_}, format_
    for read in (Wire.of, Rendered.of):
        with pytest.raises(Invalid, match=f"has format {format_}; this release reads 2"):
            read(program)


def test_what_an_earlier_release_sent_is_still_shown(session: Session) -> None:
    version = factories.make_letter(session, ARTICLE)
    program = freeze(session, version)
    recipient = sample(version.campaign_id)
    today = view(session, program, recipient)
    older = {each: said for each, said in program.content.items() if each != "conditions"}
    program.content, program.format = older | {"format": 1}, 1
    assert view(session, program, recipient) == today


def test_names_stand_in_subject_preheader_lines_and_rich_text(session: Session) -> None:
    version = factories.make_letter(
        session,
        ARTICLE | {"heading": "For {first_name|you}", "text": "<p>Dear {last_name|a &amp; b}</p>"},
        subject="{first_name|Hello}, news",
        preheader="For {first_name|you}",
    )
    program = freeze(session, version)
    rendered = Rendered.of(program)
    assert (rendered.subject, rendered.preheader) == ("Hello, news", "For you")
    assert rendered.headers["Subject"] == "Hello, news"
    assert ">For you<" in rendered.html
    assert "Dear a &amp; b" in rendered.html
    assert "Dear a & b" in rendered.text
    assert rendered.blocks[0].data["heading"] == "For you"
    assert program.content["nonce"] not in str([each.data for each in rendered.blocks])


@pytest.mark.parametrize(
    "block",
    [
        {"type": "cta_button", "text": "Read more here", "url": "https://a.example/{email}"},
        ARTICLE | {"text": '<p><a href="https://a.example/?n={first_name|x}">Read</a></p>'},
    ],
)
def test_a_link_carries_no_value_of_a_reader(session: Session, block: dict[str, Any]) -> None:
    with pytest.raises(Invalid, match=r"Block .*: a web address cannot carry a value"):
        freeze(session, factories.make_letter(session, block))


def test_no_header_but_the_subject_carries_a_value_of_a_reader(session: Session) -> None:
    version = factories.make_letter(session, ARTICLE)
    composed = compose(session, version)
    word = composed.places.field("first_name", "x")
    sender = Sender("a@example.com", "b@example.com", "education")
    numbers = [1] * len(composed.links)
    fine = content_of(composed, numbers=numbers, unchanging={"Subject": word}, sender=sender)
    assert fine["headers"]["Subject"] == word
    for headers in ({"From": word}, {"Subject": composed.places.url("view")}):
        with pytest.raises(Invalid, match="cannot carry a value of the reader's own"):
            content_of(composed, numbers=numbers, unchanging=headers, sender=sender)


def test_a_message_without_its_doctype_is_not_stored(session: Session) -> None:
    composed = compose(session, factories.make_letter(session, ARTICLE))
    bare = replace(composed, html=composed.html.removeprefix("<!DOCTYPE html>"))
    sender = Sender("a@example.com", "b@example.com", "education")
    with pytest.raises(Invalid, match="no doctype"):
        content_of(bare, numbers=[1], unchanging={"Subject": "x"}, sender=sender)


def test_a_page_of_its_own_must_have_a_body_for_what_we_add(
    session: Session, own_templates: Path
) -> None:
    page = "<!DOCTYPE html><html><head><title>x</title></head></html>"
    write(own_templates, "blocks/html/block.html", page)
    version = factories.make_letter(session, {"type": "html", "source": "<p>Hello</p>"})
    with pytest.raises(Invalid, match="Block html: the page has no <body>"):
        freeze(session, version)

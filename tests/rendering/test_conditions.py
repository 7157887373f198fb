"""Parts of a message for some: what each reader gets, and marks that cannot be damaged."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from campaigns.contacts.models import Segment
from campaigns.database import Session
from campaigns.errors import Invalid
from campaigns.planning import content, membership
from campaigns.planning.models import Campaign, CampaignVersion
from campaigns.registry import FACTS
from campaigns.rendering import conditions
from campaigns.rendering.freeze import freeze
from campaigns.rendering.message import Rendered
from campaigns.rendering.places import Kind, Places, nonce
from campaigns.rendering.preview import preview
from campaigns.rendering.program import conditions_of
from campaigns.rendering.view import view
from campaigns.rendering.wire import Wire
from tests import factories as people
from tests.rendering import factories
from tests.rendering.reading import bodies, read_back
from tests.rendering.templates import write

TEXANS: dict[str, Any] = {"type": "quote", "text": "For Texans alone.", "source": "The desk"}
PLAIN: dict[str, Any] = {"type": "quote", "text": "For all of you.", "source": "The desk"}
RIF = (
    "{% rif 'texans' %}\n<p>In Texas</p>\n{% rif 'named' %}\n<p>and named</p>\n{% endrif %}\n"
    "{% relse %}\n<p>Elsewhere</p>\n{% endrif %}\n"
)
RIF_TEXT = (
    "{% rif 'texans' %}\nIn Texas\n\n{% rif 'named' %}\nand named\n\n{% endrif %}\n"
    "{% relse %}\nElsewhere\n\n{% endrif %}\nAlways\n"
)


@pytest.fixture(autouse=True)
def segments(session: Session) -> dict[str, Segment]:
    """Those who live in Texas, those who read English."""
    made = {
        "texans": people.make_segment(session, rule={"region": "US-TX"}),
        "named": people.make_segment(session, rule={"language": "en"}),
    }
    for name, segment in made.items():
        segment.name = name
    session.flush()
    return made


def letter(session: Session, *blocks: dict[str, Any]) -> CampaignVersion:
    """A version of these blocks."""
    return factories.make_letter(session, *blocks)


def sent(session: Session, version: CampaignVersion, within: Iterable[str]) -> tuple[str, str]:
    """Text and HTML as a reader of these segments reads them."""
    wire = Wire.of(freeze(session, version))
    to = factories.make_recipient(version, conditions=frozenset(within))
    text, html = bodies(read_back(wire.fill(to)))
    return text, html


def words(text: str) -> str:
    return " ".join(text.split())


def test_a_block_for_a_segment_reaches_its_members_alone(session: Session) -> None:
    version = letter(session, PLAIN, TEXANS | {"visibility": "texans"}, PLAIN)
    for part in sent(session, version, ["texans"]):
        assert "For Texans alone." in part
    for part in sent(session, version, []):
        assert "For Texans alone." not in part
        assert part.count("For all of you.") == 2


def test_the_text_has_no_gap_where_a_block_is_left_out(session: Session) -> None:
    plain, _ = sent(session, letter(session, PLAIN, PLAIN), [])
    some = letter(session, PLAIN, TEXANS | {"visibility": "texans"}, PLAIN)
    assert sent(session, some, [])[0].partition("--")[0] == plain.partition("--")[0]
    whole = letter(session, PLAIN, TEXANS, PLAIN)
    assert (
        sent(session, some, ["texans"])[0].partition("--")[0]
        == (sent(session, whole, [])[0].partition("--")[0])
    )


@pytest.mark.parametrize(
    ("within", "text"),
    [
        ({"texans", "named"}, "In Texas and named Always"),
        ({"texans"}, "In Texas Always"),
        ({"named"}, "Elsewhere Always"),
        (set(), "Elsewhere Always"),
    ],
)
def test_a_template_may_choose_by_segment_and_nest_its_choices(
    session: Session, own_templates: Path, within: set[str], text: str
) -> None:
    write(own_templates, "blocks/divider/block.html", RIF + "<p>Always</p>")
    write(own_templates, "blocks/divider/block.txt", RIF_TEXT)
    version = letter(session, {"type": "divider"})
    plain, html = sent(session, version, within)
    assert words(plain).startswith(text)
    assert text in words(re.sub(r"<!--.*?-->|<[^>]*>", " ", html.partition("<body")[2]))
    assert nonce_of(session, version) not in plain + html.replace("=_", "")


def nonce_of(session: Session, version: CampaignVersion) -> str:
    return str(freeze(session, version).content["nonce"])


def test_checks_read_both_halves(session: Session, own_templates: Path) -> None:
    write(own_templates, "blocks/divider/block.html", RIF)
    write(own_templates, "blocks/divider/block.txt", RIF_TEXT)
    version = letter(session, {"type": "divider"}, TEXANS | {"visibility": "texans"})
    rendered = Rendered.of(freeze(session, version))
    for part in (rendered.html, rendered.text):
        assert all(each in part for each in ("In Texas", "Elsewhere", "For Texans alone."))
        assert rendered.blocks[1].html in rendered.html
    assert "For Texans alone." in rendered.blocks[1].text


def test_a_segment_that_does_not_exist_is_named_with_its_block(session: Session) -> None:
    version = letter(session, TEXANS | {"visibility": "texas", "id": "for-texans"})
    with pytest.raises(
        Invalid, match=r"Block for-texans: there is no segment 'texas'.*Did you mean 'texans'\?"
    ):
        freeze(session, version)


def test_a_templates_segment_that_does_not_exist_is_named_too(
    session: Session, own_templates: Path
) -> None:
    write(own_templates, "blocks/divider/block.html", "{% rif 'nobody' %}x{% endrif %}")
    with pytest.raises(Invalid, match="Block divider: there is no segment 'nobody'"):
        freeze(session, letter(session, {"type": "divider"}))


@pytest.mark.parametrize(
    ("markup", "said"),
    [
        ("<p title=\"{% rif 'texans' %}x{% endrif %}\">x</p>", "within a tag"),
        ("<p {% rif 'texans' %}class='x'{% endrif %}>x</p>", "within a tag"),
        ("<!-- {% rif 'texans' %}x{% endrif %} -->", "within a tag"),
        ("{% rif 'texans' %}<div>{% endrif %}</div>", "begins in one element"),
        ("<div>{% rif 'texans' %}</div>{% endrif %}", "begins in one element"),
        ("{{ condition('texans', 'when', 'html') }}", "has no end"),
        ("{{ condition('texans', 'end', 'html') }}", "ends where none is open"),
        ("{% rif 'texans' %}{{ condition('named', 'end', 'html') }}{% endrif %}",
         "'named' ends where none is open"),
        ("{% rif 'texans' %}{% relse %}{{ condition('texans', 'otherwise', 'html') }}{% endrif %}",
         "two other halves"),
        ("{% rif 'texans' %}a", "does not work"),
        ("{% rif %}a{% endrif %}", "does not work"),
    ],
)  # fmt: skip
def test_a_condition_that_would_break_a_message_is_refused(
    session: Session, own_templates: Path, markup: str, said: str
) -> None:
    write(own_templates, "blocks/divider/block.html", markup)
    with pytest.raises(Invalid, match=said):
        freeze(session, letter(session, {"type": "divider"}))


def test_inlining_keeps_a_condition_where_it_stands_in_a_table(
    session: Session, own_templates: Path
) -> None:
    rows = "<table>{% rif 'texans' %}<tr><td>One</td></tr>{% endrif %}<tr><td>Two</td></tr></table>"
    write(own_templates, "blocks/divider/block.html", rows)
    version = letter(session, {"type": "divider"})
    _, html = sent(session, version, [])
    assert "One" not in html
    assert "Two" in html
    assert html.count("<tr") == html.count("</tr")


def test_there_is_an_end_to_how_many_segments_decide(session: Session, own_templates: Path) -> None:
    names = [f"segment-x{number}" for number in range(membership.MOST + 1)]
    for name in names:
        people.make_segment(session).name = name
    session.flush()
    marks = "".join(f"{{% rif '{name}' %}}x{{% endrif %}}" for name in names)
    write(own_templates, "blocks/divider/block.html", marks)
    with pytest.raises(Invalid, match="At most 62 segments"):
        freeze(session, letter(session, {"type": "divider"}))


def test_a_contacts_preview_follows_its_segments_and_the_sample_is_in_all(
    session: Session,
) -> None:
    version = letter(session, TEXANS | {"visibility": "texans"})
    ada = people.make_contact(session, region="US-TX")
    olga = people.make_contact(session, region="US-OK")
    said = [preview(session, version, each, facts=FACTS).text for each in (ada, olga, None)]
    assert ["For Texans" in each for each in said] == [True, False, True]


def test_the_view_in_a_browser_shows_what_was_shown(session: Session) -> None:
    version = letter(session, TEXANS | {"visibility": "texans"})
    program = freeze(session, version)
    for within in (frozenset({"texans"}), frozenset[str]()):
        to = factories.make_recipient(version, conditions=within)
        assert ("For Texans" in view(session, program, to)) is bool(within)


def test_membership_is_asked_once_for_many_and_kept_as_bits(session: Session) -> None:
    version = letter(session, TEXANS | {"visibility": "texans"}, PLAIN | {"visibility": "named"})
    names = conditions_of(freeze(session, version).content)
    assert names == ("named", "texans")
    here = people.make_contact(session, region="US-TX")
    there = people.make_contact(session, region="US-OK", language="es")
    campaign = session.get_one(Campaign, version.campaign_id)
    masks = membership.masks(session, campaign, [here.id, there.id], names=names, facts=FACTS)
    assert masks == {here.id: 3, there.id: 0}
    assert membership.held(names, 2) == {"texans"}
    assert membership.masks(session, campaign, [here.id], names=(), facts=FACTS) == {here.id: 0}


def test_a_segment_that_is_gone_is_said_before_anybody_is_asked_for(session: Session) -> None:
    version = letter(session, PLAIN)
    campaign = session.get_one(Campaign, version.campaign_id)
    ada = people.make_contact(session)
    with pytest.raises(Invalid, match="no segment 'gone' any more"):
        membership.of(session, campaign, ada, names=("gone",), facts=FACTS)


def test_marks_in_text_are_words_and_in_html_comments() -> None:
    places = Places(nonce("x"), segments={"texans"})
    written = conditions.written(places)
    word = written("texans", "when", "text")
    assert word.isalnum()
    assert written("texans", "when", "html") == f"<!--{word}-->"
    text = f"a{word}b{places.condition(Kind.END, 'texans')}c"
    pieces = places.split(text)
    conditions.check(pieces, places.known)
    assert conditions.shown(pieces, places.known, set()) == ["a", "c"]
    assert conditions.shown(pieces, places.known, {"texans"}) == ["a", "b", "c"]
    assert conditions.shown(pieces, places.known) == ["a", "b", "c"]


@pytest.mark.parametrize("kind", ["header", "footer", "risk_information", "crisis_line"])
def test_what_everybody_must_be_told_cannot_be_for_some(kind: str) -> None:
    with pytest.raises(Invalid, match="visibility: every reader is shown this"):
        content.parse([{"type": kind, "visibility": "texans"}])


def test_readers_of_many_segments_do_not_fill_a_workers_memory(
    session: Session, own_templates: Path
) -> None:
    names = [f"segment-x{number}" for number in range(6)]
    for name in names:
        people.make_segment(session).name = name
    session.flush()
    marks = "".join(f"{{% rif '{name}' %}}<p>[{name}]</p>{{% endrif %}}" for name in names)
    write(own_templates, "blocks/divider/block.html", marks)
    version = letter(session, {"type": "divider"})
    wire = Wire.of(freeze(session, version))
    for mask in [*range(64), 5]:
        within = membership.held(names, mask)
        to = factories.make_recipient(version, conditions=within)
        html = bodies(read_back(wire.fill(to)))[1]
        assert {name for name in names if f"[{name}]" in html} == within
    assert len(wire._plans) <= 32

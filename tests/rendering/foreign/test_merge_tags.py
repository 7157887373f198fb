"""Merge fields of other tools become places of ours; what we do not know is refused by its line."""

import pytest

from campaigns.database import Session
from campaigns.errors import Invalid
from campaigns.promotions.models import CodeMode
from campaigns.rendering.foreign import pasted
from campaigns.rendering.foreign.pasted import Foreign
from campaigns.rendering.freeze import freeze
from campaigns.rendering.message import Rendered
from campaigns.rendering.wire import Wire
from tests.rendering import factories
from tests.rendering.reading import bodies, read_back

FIRST, LAST, EMAIL = "first_name", "last_name", "email"
OPT_OUT, TOPICS, VIEW = "unsubscribe", "preferences", "view"

FIELDS = (
    ("#recipient:name#", "first_name", "there"),
    ("[% member:first_name %]", "first_name", "there"),
    ("##first##", "first_name", "there"),
    ("@@firstname@@", "first_name", "there"),
    ("$first_name", "first_name", "there"),
    ("&lt;&lt;Last Name&gt;&gt;", "last_name", ""),
    ("[first_name]", "first_name", "there"),
    ("{FIRSTNAME}", "first_name", "there"),
    # Mailchimp
    ("*|FNAME|*", FIRST, "there"),
    ("*|LNAME|*", LAST, ""),
    ("*|EMAIL|*", EMAIL, ""),
    ("*|TITLE:FNAME|*", FIRST, "there"),
    ("*%7CFNAME%7C*", FIRST, "there"),
    # listmonk
    ("{{ .Subscriber.FirstName }}", FIRST, "there"),
    ("{{.Subscriber.LastName}}", LAST, ""),
    ("{{ .Subscriber.Name }}", FIRST, "there"),
    ("{{- .Subscriber.Email -}}", EMAIL, ""),
    ('{{ or .Subscriber.FirstName "friend" }}', FIRST, "friend"),
    ('{{ .Subscriber.FirstName | default "friend" }}', FIRST, "friend"),
    ('{{ default "friend" .Subscriber.FirstName }}', FIRST, "friend"),
    # Handlebars, SendGrid, Iterable
    ("{{first_name}}", FIRST, "there"),
    ("{{{first_name}}}", FIRST, "there"),
    ("{{&first_name}}", FIRST, "there"),
    ('{{insert first_name "default=you"}}', FIRST, "you"),
    ('{{defaultIfEmpty firstName "you"}}', FIRST, "you"),
    # Liquid: Customer.io, Braze, Drip, Brevo, Klaviyo
    ("{{ customer.first_name }}", FIRST, "there"),
    ("{{ subscriber.first_name | default: 'you' }}", FIRST, "you"),
    ("{{ contact.first_name | default: &quot;you&quot; }}", FIRST, "you"),
    ("{{${first_name} | default: 'you'}}", FIRST, "you"),
    ('{{ contact.FIRSTNAME | default : "you" }}', FIRST, "you"),
    ("{{ first_name|default:'there' }}", FIRST, "there"),
    ("{{ person.first_name|title|default:'' }}", FIRST, ""),
    ("{{ person.email }}", EMAIL, ""),
    ("%7B%7Bfirst_name%7D%7D", FIRST, "there"),
    # HubSpot
    ("{{ contact.firstname }}", FIRST, "there"),
    ("{{ personalization_token('contact.lastname', 'neighbour') }}", LAST, "neighbour"),
    # Campaign Monitor, MailPoet
    ("[firstname,fallback=there]", FIRST, "there"),
    ("[lastname,fallback=]", LAST, ""),
    ("[firstname]", FIRST, "there"),
    ("[subscriber:firstname | default:reader]", FIRST, "reader"),
    # ActiveCampaign, Mailgun
    ("%FIRSTNAME%", FIRST, "there"),
    ("%LASTNAME%", LAST, ""),
    ("%recipient.first_name%", FIRST, "there"),
    # Constant Contact, Mailjet, GetResponse
    ('[[FirstName OR "Friend"]]', FIRST, "Friend"),
    ("[[firstname]]", FIRST, "there"),
    ('[[data:firstname:"vous"]]', FIRST, "vous"),
    ("{{data:firstname:'vous'}}", FIRST, "vous"),
    ("{{var:firstname}}", FIRST, "there"),
    # MailerLite, AWeber, Zoho, Salesforce
    ("{$name}", FIRST, "there"),
    ("{$email}", EMAIL, ""),
    ("{!firstname_fix}", FIRST, "there"),
    ("$[FNAME]$", FIRST, "there"),
    ("%%First_Name%%", FIRST, "there"),
    ("%%emailaddr%%", EMAIL, ""),
    # Ours
    ("{first_name|there}", FIRST, "there"),
    ("{last_name|}", LAST, ""),
    ("{email}", EMAIL, ""),
)
ADDRESSES = (
    ("*|UNSUB|*", OPT_OUT),
    ("*|UPDATE_PROFILE|*", TOPICS),
    ("*|ARCHIVE|*", VIEW),
    ("{{ UnsubscribeURL }}", OPT_OUT),
    ("{{ UnsubscribeURL . }}", OPT_OUT),
    ("{{ ManageURL }}", TOPICS),
    ("{{ MessageURL }}", VIEW),
    ("{{{unsubscribe}}}", OPT_OUT),
    ("{{{unsubscribe_preferences}}}", TOPICS),
    ("<%asm_group_unsubscribe_raw_url%>", OPT_OUT),
    ("<%asm_preferences_raw_url%>", TOPICS),
    ("{{{ pm:unsubscribe }}}", OPT_OUT),
    ("{{ unsubscribe_link }}", OPT_OUT),
    ("{{ view_as_page_url }}", VIEW),
    ("{{ unsubscribe }}", OPT_OUT),
    ("{{ mirror }}", VIEW),
    ("{{ update_profile }}", TOPICS),
    ("{% unsubscribe_link %}", OPT_OUT),
    ("{% unsubscribe_url %}", OPT_OUT),
    ("{% manage_preferences_link %}", TOPICS),
    ("{% web_view_link %}", VIEW),
    ("{{${set_user_to_unsubscribed_url}}}", OPT_OUT),
    ("{{unsubscribeUrl}}", OPT_OUT),
    ("%UNSUBSCRIBELINK%", OPT_OUT),
    ("%WEBCOPY%", VIEW),
    ("%unsubscribe_url%", OPT_OUT),
    ("[unsubscribe]", OPT_OUT),
    ("[webversion]", VIEW),
    ("[weblink]", VIEW),
    ("[[UNSUB_LINK_EN]]", OPT_OUT),
    ("[link:subscription_unsubscribe_url]", OPT_OUT),
    ("{$unsubscribe}", OPT_OUT),
    ("%%unsub_center_url%%", OPT_OUT),
    ("%%profile_center_url%%", TOPICS),
    ("%%view_email_url%%", VIEW),
    ("{unsubscribe}", OPT_OUT),
    ("{preferences}", TOPICS),
    ("{view}", VIEW),
)
FACTS = (
    ("*|LIST:COMPANY|*", "clinic"),
    ("*|LIST:ADDRESS|*", "address"),
    ("*|HTML:LIST_ADDRESS_HTML|*", "address"),
    ("*|LIST:PHONE|*", "phone"),
    ("*|CURRENT_YEAR|*", "year"),
    ("*|DATE:Y|*", "year"),
    ("*|MC:SUBJECT|*", "subject"),
    ("*|MC_PREVIEW_TEXT|*", "preheader"),
    ("{{ .Campaign.Subject }}", "subject"),
    ("{{ organization.name }}", "clinic"),
    ("{{ organization.full_address }}", "address"),
    ("{% current_year %}", "year"),
    ("{{ site_settings.company_name }}", "clinic"),
    ("{{ site_settings.company_street_address_1 }}", "address"),
    ("%SENDER-INFO%", "address"),
    ("{{Sender_Name}}", "clinic"),
    ("%%Member_Addr%%", "address"),
)
GONE = (
    "{{ TrackView }}",
    "*|IF:REWARDS|*",
    "*|END:IF|*",
    "*|HTML:REWARDS|*",
    "{{! a note }}",
    "{{/* a note */}}",
    "{# a note #}{% comment %}{% endcomment %}",
    "{{ site_settings.company_zip }}",
)
CONDITIONS = (
    "*|IF:CITY=Allen|*",
    "*|INTERESTED:Sport:Running|*",
    "{% if person.city %}",
    "{% for item in items %}",
    "{{#if first_name}}",
    "{{#each items}}",
    "{{ if .Subscriber.Attribs.city }}",
    "{{ range .Items }}",
    "{% include 'footer' %}",
    "<% if x %>",
    "*|RSSITEMS:|*",
    "%%[ IF x == 1 ]%%",
    "%%=v(@city)=%%",
)
UNKNOWN = (
    ("*|MMERGE7|*", "is not known here. What can be filled in is the reader's first name"),
    ("{{ contact.firstnam }}", "If it is the reader's first name, write {first_name|there}."),
    ("{{ endpoint_url }}", "is not known here"),
    ("{{ first_name|date:'Y' }}", "is not known here"),
    ("{{ . }}", "is not known here"),
    ("%PLAN_NAME%", "is not known here"),
    ("[[Points]]", "is not known here"),
    ("[points,fallback=0]", "is not known here"),
    ("{$points}", "is not known here"),
    ("${points}", "is not known here"),
    ("{var:points}", "is not known here"),
    ("{% do_this %}", "is not known here"),
    ("<%points%>", "is not known here"),
    ("{unsubscribed|x}", "If it is the link to unsubscribe, write {unsubscribe}."),
    ("{{ organizatio.nam }}", "is not known here"),
    ("{{", "begins or ends a field whose other half is missing"),
    ("*|FNAME", "begins or ends a field whose other half is missing"),
    ("$$imie$$", "is not known here"),
    ("##shoe_size##", "is not known here"),
    ("[% member:shoe_size %]", "is not known here"),
)


def page(body: str) -> Foreign:
    """What becomes of a page with this on its third line."""
    return pasted.read(f"<!DOCTYPE html>\n<html><body>\n{body}\n</body></html>")


@pytest.mark.parametrize(("written", "name", "fallback"), FIELDS)
def test_a_field_of_another_tool_is_a_field_of_ours(written: str, name: str, fallback: str) -> None:
    for body in (
        f"<p>Dear {written},</p>",
        f'<img alt="For {written}" src="https://x.example.com">',
    ):
        found = page(body)
        assert found.refused == ()
        [tag] = found.tags
        assert (tag.means.kind, tag.means.name, tag.means.fallback) == ("field", name, fallback)
        assert tag.line == 3
        assert found.nonce in found.html


@pytest.mark.parametrize(("written", "name"), ADDRESSES)
def test_an_address_of_another_tool_is_an_address_of_ours(written: str, name: str) -> None:
    found = page(f'<p><a href="{written}">Words</a> and {written}</p>')
    assert found.refused == ()
    assert {(each.means.kind, each.means.name) for each in found.tags} == {("url", name)}
    assert found.html.count(f'href="{found.nonce}h') == 2


@pytest.mark.parametrize(("written", "name"), FACTS)
def test_what_another_tool_knows_of_the_sender_is_the_clinics(written: str, name: str) -> None:
    [tag] = page(f"<p>By {written}</p>").tags
    assert (tag.means.kind, tag.means.name) == ("fact", name)


@pytest.mark.parametrize("written", GONE)
def test_what_another_tool_puts_in_for_itself_is_gone(written: str) -> None:
    found = page(f"<p>a{written}b</p>")
    assert found.refused == ()
    assert {each.means.kind for each in found.tags} <= {"nothing"}


@pytest.mark.parametrize("written", CONDITIONS)
def test_a_condition_is_refused_with_its_line_and_a_way_out(written: str) -> None:
    [refused] = page(f"<p>a {written} b</p>").refused
    assert refused.line == 3
    assert "is a condition or a list, which cannot be taken over." in str(refused)


@pytest.mark.parametrize(("written", "sentence"), UNKNOWN)
def test_an_unknown_field_is_refused_with_its_line_and_a_suggestion(
    written: str, sentence: str
) -> None:
    [refused] = page(f"<p>a {written} b</p>").refused
    assert str(refused).startswith(f"Line 3: {written[:2]}")
    assert sentence in str(refused)


@pytest.mark.parametrize(
    "words",
    ["[sic]", "100% SURE 50% off", "{color}", "a|b", "5 * 3 | 4", "[see page 4]", "%E2%80%99",
     "$50 off, #1: b#", "$hello",
     "<a href='https://x.example.com/%C3%84BC%20'>x</a>", "me@TrackLinks.example.com"],
)  # fmt: skip
def test_words_that_only_look_like_fields_stay(words: str) -> None:
    found = page(f"<p>{words}</p>")
    assert (found.refused, found.tags) == ((), ())


def test_a_field_in_a_comment_a_script_or_a_style_is_nobodys() -> None:
    found = page("<!-- {{ foo }} --><script>var x = {{ bar }};</script><p>a</p>")
    assert (found.refused, found.tags) == ((), ())
    styled = pasted.read("<style>p{color:{{ brand_color }}}</style><style>a{b:{{email}}}</style>")
    assert [each.line for each in styled.refused] == [1, 1]
    assert "stands in a style sheet" in str(styled.refused[1])


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (
            "<img src='https://x.example.com/{{email}}.png'>",
            "stands within the address of a picture",
        ),
        ("<a href='https://x.example.com/{{first_name}}'>x</a>", "stands within a link"),
        ("<a href='https://[x/?a={email}'>x</a>", "stands within a link: write the whole"),
        ("<a href='{{first_name}}'>x</a>", "stands where an address is needed, and is none."),
        ("<p style='color:{{email}}'>x</p>", "stands in a style, where nothing can be filled in."),
        ("<img src='*|ARCHIVE|*'>", "stands where an address is needed"),
    ],
)
def test_a_field_where_nothing_can_be_filled_in_is_refused(body: str, sentence: str) -> None:
    [refused] = page(body).refused
    assert sentence in str(refused)


def test_a_telephone_link_takes_the_clinics_number_and_nobody_elses() -> None:
    [refused] = page("<a href='tel:{{first_name}}'>x</a>").refused
    assert "stands within a link" in str(refused)
    assert page("<img src='{{ TrackView }}'><p>a</p>").refused == ()


def test_a_link_tells_nobody_who_reads() -> None:
    found = page('<a href="https://x.example.com/?a=1&amp;mail={{email}}&amp;n=*|FNAME|*">x</a>')
    assert 'href="https://x.example.com/?a=1"' in found.html
    assert len([each for each in found.changes if "told x.example.com about" in each.what]) == 2


def test_what_a_tool_wraps_around_an_address_is_taken_off() -> None:
    found = page(
        '<a href="{{ TrackLink "https://x.example.com/?a=1&b=2" . }}">x</a> '
        '<a href="https://x.example.com/c@TrackLink">y</a> <a href="tel:*|LIST:PHONE|*">z</a> '
        '<a href="{{ forward }}">Forward it</a>'
    )
    assert 'href="https://x.example.com/?a=1&amp;b=2"' in found.html
    assert 'href="https://x.example.com/c"' in found.html
    assert f'href="tel:{found.nonce}a0z"' in found.html
    assert "Forward it" not in found.html


def test_a_link_that_a_tool_writes_whole_is_a_link_with_words() -> None:
    found = page(
        "<p>Stop: {% unsubscribe 'No more' %}, or {% web_view %} now. <a href='*|ARCHIVE|*'>"
        "*|ARCHIVE|*"
        "</a></p>{% manage_preferences %}<unsubscribe style='color:red'>Out</unsubscribe>"
    )
    for words in ("No more", "View in browser", "Choose topics"):
        assert f'z">{words}</a>' in found.html
    assert found.html.count("View in browser</a>") == 2
    assert f'<a style="color:red" href="{found.nonce}h' in found.html


def test_fields_are_filled_for_each_reader_and_facts_for_all(session: Session) -> None:
    version = factories.make_letter(session, {"type": "html", "source": (
        "<p>Dear {{first_name}} *|LNAME|* at *|EMAIL|*, *|LIST:COMPANY|* at *|LIST:ADDRESS|* wrote "
        "*|MC:SUBJECT|* in *|CURRENT_YEAR|*. {phone}</p><a href='{{ organization.url }}'>Home</a>"
    )})  # fmt: skip
    program = freeze(session, version)
    to = factories.make_recipient(version, first_name="<b>Zoë", last_name="O'Neil & Söhne")
    text, html = bodies(read_back(Wire.of(program).fill(to)))
    assert (
        "Dear &lt;b&gt;Zoë O&#x27;Neil &amp; Söhne at ada@example.com, Renew Health at 100" in html
    )
    words = " ".join(text.split())
    assert "Dear <b>Zoë O'Neil & Söhne at ada@example.com, Renew Health at 100 Example" in words
    assert "wrote News from the clinic in 2026. +1 555 0100" in words
    assert [each.url for each in Rendered.of(program).links] == ["https://renew.example.com"]


def test_a_link_may_lead_to_the_booking_page_of_the_reader(session: Session) -> None:
    source = {"type": "html", "source": '<p><a href="{book}">Find an hour</a> or {book}</p>'}
    rendered = Rendered.of(freeze(session, factories.make_letter(session, source)))
    [link] = rendered.links
    assert (link.kind, link.url) == ("book", "")
    assert "Book a visit</a>" in rendered.html
    assert rendered.text.count("/c/") == 2


def test_an_unknown_field_stops_the_message_by_name_and_line(session: Session) -> None:
    version = factories.make_letter(session, {"type": "html", "source": "<p>\n{{ points }}</p>"})
    with pytest.raises(Invalid, match=r"Block html: Line 2: \{\{ points \}\} is not known here"):
        freeze(session, version)


def test_a_saving_is_asked_of_the_promotion(session: Session) -> None:
    source = {"type": "html", "source": "<p>Save up to {saving}</p>"}
    with pytest.raises(Invalid, match="carries no promotion"):
        freeze(session, factories.make_letter(session, source))


def test_a_saving_is_filled_where_there_is_a_promotion(session: Session) -> None:
    source = {"type": "html", "source": "<p>Save up to {saving}</p>"}
    version = factories.make_offer(session, source, mode=CodeMode.NONE)
    assert "Save up to 26%" in Rendered.of(freeze(session, version)).html

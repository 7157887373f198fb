"""Links of a pasted page: ordinary ones stay, those of another tool lead to ours."""

import pytest

from campaigns.rendering.foreign import pasted
from campaigns.rendering.foreign.report import CHANGED, LOOK

CLINIC = "https://renew.example.com"
ORDINARY = (
    (f"{CLINIC}/book", "See open times online"),
    (f"{CLINIC}/book", "Read more and book online"),
    (f"{CLINIC}/book", "Open the online booking"),
    (f"{CLINIC}/voices", "See what patients say online"),
    (f"{CLINIC}/book", "View all our locations and book online today"),
    (f"{CLINIC}/prices.pdf", "Show the prices as a web page"),
    (f"{CLINIC}/portal", "Set your health profile"),
    (f"{CLINIC}/portal", "Update your profile photo"),
    (f"{CLINIC}/portal", "Change your appointment"),
    (f"{CLINIC}/portal", "Manage your visits and your sleep profile"),
    (f"{CLINIC}/topics", "Choose from our topics"),
    (f"{CLINIC}/topics", "Choose a topic for the next letter"),
    (f"{CLINIC}/plans", "Compare subscriptions and single visits"),
    (f"{CLINIC}/blog/how-to-unsubscribe-from-stress", "A good article"),
    ("https://shop.example.com/opt-out-of-pain", "See the book"),
    (f"{CLINIC}/blog/unsubscribed", "The podcast"),
    (f"{CLINIC}/blog/preferences-of-sleepers", "What sleepers like"),
    (f"{CLINIC}/welcome?next=/unsubscribe", "Our rooms"),
    (f"{CLINIC}/stop", "How to stop emails from piling up at night"),
    ("https://notlist-manage.com.example.com/profile?u=1", "Meet Dr. Lee"),
    ("https://example.us1.list-manage.com/subscribe?u=1", "Get our letters"),
    ("https://manage.kmail-lists.com/subscriptions/subscribe?a=1", "Hear from us too"),
    ("https://clinic.activehosted.com/proc.php?act=sub", "Join the waiting list"),
    ("https://letters.substack.com/p/unsubscribe-from-worry", "Our letter on worry"),
    ("https://renew.example.com/?to=x.list-manage.com/unsubscribe", "Come in"),
)
OF_A_TOOL = (
    ("https://a.us1.list-manage.com/unsubscribe?u=1&id=2", "here", "unsubscribe"),
    ("https://a.us1.list-manage.com/profile?u=1&id=2", "here", "preferences"),
    ("https://manage.kmail-lists.com/subscriptions/unsubscribe?a=1", "No more", "unsubscribe"),
    ("https://manage.kmail-lists.com/subscriptions/update?a=1", "Tell us", "preferences"),
    ("https://clinic.cmail20.com/t/j-u-abc-def-r/", "No more", "unsubscribe"),
    ("https://clinic.createsend1.com/t/j-e-abc-def-r/", "Look", "view"),
    ("https://clinic.updatemyprofile.com/j-l-2AD73FFF-l-q", "Your details", "preferences"),
    ("https://u1.ct.sendgrid.net/asm/unsubscribe/?user_id=1", "here", "unsubscribe"),
    ("https://u1.ct.sendgrid.net/asm/?user_id=1&data=2", "here", "preferences"),
    ("https://6fbj4.r.bh.d.sendibt3.com/mk/un/T9KR", "here", "unsubscribe"),
    ("https://6fbj4.r.bh.d.sendibt3.com/mk/mr/T9KR", "here", "view"),
    ("https://026ui.mjt.lu/unsub2?m=AUs", "here", "unsubscribe"),
    ("https://hs-1.s.hubspotemail.net/hs/manage-preferences/unsubscribe-simple", "Update your "
     "subscription preferences", "preferences"),
    ("https://visitor.constantcontact.com/do?p=un&m=001", "Ada, no more", "unsubscribe"),
    ("https://visitor.constantcontact.com/do?p=oo&m=001", "Your details", "preferences"),
    ("https://clinic.activehosted.com/proc.php?nl=1&act=unsub", "here", "unsubscribe"),
    ("https://unsubscribe.convertkit-mail2.com/abc", "here", "unsubscribe"),
    ("https://preferences.convertkit-mail2.com/abc", "here", "preferences"),
    ("https://www.aweber.com/z/r/?TIzM", "here", "unsubscribe"),
    ("https://cl.s10.exct.net/unsub_center.aspx?qs=1", "here", "unsubscribe"),
    ("https://cl.s10.exct.net/profile_center.aspx?qs=1", "here", "preferences"),
    ("https://letters.substack.com/action/disable_email?token=1", "here", "unsubscribe"),
)  # fmt: skip
SAID = (
    ("Unsubscribe", "unsubscribe"),
    ("» Unsubscribe here.", "unsubscribe"),
    ("Click here to unsubscribe", "unsubscribe"),
    ("unsubscribe from this list", "unsubscribe"),
    ("Unsubscribe from all future emails", "unsubscribe"),
    ("Unsubscribe or update your preferences", "unsubscribe"),
    ("Opt out of these emails", "unsubscribe"),
    ("Newsletter abmelden", "unsubscribe"),
    ("Se désabonner", "unsubscribe"),
    ("Darse de baja", "unsubscribe"),
    ("Email preferences", "preferences"),
    ("Manage preferences", "preferences"),
    ("update subscription preferences", "preferences"),
    ("Manage your email settings", "preferences"),
    ("Preference center", "preferences"),
    ("View this email in your browser", "view"),
    ("View in browser", "view"),
    ("Read this newsletter online", "view"),
    ("Web version", "view"),
    ("Im Browser ansehen", "view"),
    ("Voir dans votre navigateur", "view"),
)
MAYBE = (
    (f"{CLINIC}/portal", "Update your profile", "preferences"),
    (f"{CLINIC}/plan", "Manage your subscription", "preferences"),
    (f"{CLINIC}/portal", "Tell us your appointment preferences", "preferences"),
    (f"{CLINIC}/course", "Unsubscribe from stress: the winter course", "unsubscribe"),
    (f"{CLINIC}/privacy", "Opt out", "unsubscribe"),
    (f"{CLINIC}/unsubscribe?u=1", "here", "unsubscribe"),
    (f"{CLINIC}/hs/manage-preferences/unsubscribe-test?d=1", "here", "unsubscribe"),
    (f"{CLINIC}/brochure", "View it online", "view"),
    ("/email-preferences", "here", "preferences"),
)
NOWHERE = (
    ("Update your profile", "preferences"),
    ("Choose your topics", "preferences"),
    ("Opt out", "unsubscribe"),
    ("View online", "view"),
    ("Unsubscribe", "unsubscribe"),
)


def _read(href: str, words: str) -> tuple[pasted.Foreign, list[str]]:
    """The page with this link, and which of our addresses stand in it."""
    read = pasted.read(f"<p>Hello, <a href='{href.replace('&', '&amp;')}'>{words}</a></p>")
    return read, [each.means.name for each in read.tags]


@pytest.mark.parametrize(("href", "words"), ORDINARY)
def test_an_ordinary_link_stays_without_a_word(href: str, words: str) -> None:
    read, ours = _read(href, words)
    assert ours == []
    assert f'href="{href}"'.replace("&", "&amp;") in read.html
    assert not any(words in each.what for each in read.changes)


@pytest.mark.parametrize(("href", "words", "name"), OF_A_TOOL)
def test_a_page_of_another_tool_becomes_ours_whatever_its_words(
    href: str, words: str, name: str
) -> None:
    read, ours = _read(href, words)
    assert ours == [name]
    assert href not in read.html.replace("&amp;", "&")
    assert any(each.done == CHANGED and words in each.what for each in read.changes)


@pytest.mark.parametrize(("words", "name"), SAID)
def test_words_that_mean_one_thing_lead_to_ours_from_wherever_they_led(
    words: str, name: str
) -> None:
    assert _read("https://go.example.net/1", words)[1] == [name]


@pytest.mark.parametrize(("href", "words", "name"), MAYBE)
def test_a_link_that_only_may_be_another_tools_stays_and_is_to_be_looked_at(
    href: str, words: str, name: str
) -> None:
    read, ours = _read(href, words)
    assert ours == []
    assert f'href="{href}"' in read.html
    told = [each for each in read.changes if f"“{words}” may be" in each.what]
    assert [each.done for each in told] == [LOOK]
    assert f"write {{{name}}} as its address" in str(told[0])
    assert _read(f"{{{name}}}", words)[1] == [name]


@pytest.mark.parametrize("address", ["", "#", "https://", "http://#"])
@pytest.mark.parametrize(("words", "name"), NOWHERE)
def test_a_link_that_leads_nowhere_yet_leads_to_ours_by_its_whole_words(
    address: str, words: str, name: str
) -> None:
    assert _read(address, words)[1] == [name]
    assert _read(address, f"{words} with a friend")[1] == []


def test_a_name_to_jump_to_is_no_link() -> None:
    read = pasted.read("<p><a name='stop'>Unsubscribe</a><a>Unsubscribe</a></p>")
    assert [each.means.name for each in read.tags] == ["unsubscribe"]

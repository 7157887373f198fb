"""Links and pictures by which another tool kept its own book: ours stand in their place."""

import re
from collections import Counter

from lxml.html import HtmlElement

from campaigns import public_urls
from campaigns.rendering import hiding
from campaigns.rendering.foreign import leads
from campaigns.rendering.foreign.elements import Cleaner
from campaigns.rendering.foreign.merge_expressions import Meaning
from campaigns.rendering.foreign.merge_tags import Tag
from campaigns.rendering.foreign.report import CHANGED, LOOK, TAKEN_OUT, counted
from campaigns.rendering.foreign.styles import host

_SAID = {
    "unsubscribe": "it leads to our page now, which stops all newsletters",
    "preferences": "it leads to our page now, where a reader chooses topics",
    "view": "it leads to our view in the browser now",
}
_MAYBE = {
    "unsubscribe": "to unsubscribe",
    "preferences": "to choose topics",
    "view": "to view it in the browser",
}
_PIXELS = re.compile(
    r"list-manage\.com/track/open|/track/open|/wf/open|/e3t/(?:cto|to)|/o/eJ|/open\.(?:php|aspx|gif)"
    r"|trk\.klclick|/trk/open|pixel\.gif|/beacon|/imp\?|mailtrack|/email/open|/opens?/[\w-]{8,}",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"list-manage\.com/track/click|/ls/click\?|\bclick\.[\w.-]+/|trk\.klclick|/e3t/ctc|/track/click"
    r"|klclick\d?\.com|\bcmail\d+\.com/t/|createsend\d*\.com/t/",
    re.IGNORECASE,
)
_ZERO = re.compile(r"(?:^|;)\s*(?:width|height|max-height)\s*:\s*[01](?:px)?\s*(?:!|;|$)", re.I)
_URL = re.compile(r"""url\(\s*['"]?(https?://[^'")]+)""", re.IGNORECASE)


def replace(cleaner: Cleaner) -> None:
    """Let links to unsubscribe and the like lead to ours; take counting pictures out."""
    for link in list(cleaner.root.iter("a")):
        _link(cleaner, link)
    for image in list(cleaner.root.iter("img")):
        _image(cleaner, image)
    _pictures(cleaner)


def _link(cleaner: Cleaner, link: HtmlElement) -> None:
    href = str(link.get("href") or "").strip()
    words = " ".join(cleaner.fields.without(str(link.text_content())).split())
    if cleaner.fields.belongs_elsewhere(href):
        link.drop_tree()
        return
    if cleaner.fields.is_word(href) or href.lower().startswith(("mailto:", "tel:", "sms:")):
        return
    if link.get("href") is None and (link.get("name") or link.get("id")):
        return
    lead, line = leads.meant(href, words), cleaner.line_of(link)
    shown = words[: leads.LONGEST] or href[: leads.LONGEST]
    if lead and lead.is_sure:
        led = f" led to {host(href)}" if href.startswith("http") else " led nowhere"
        cleaner.report.tell(f"The link “{shown}”{led}", CHANGED, _SAID[lead.name], line=line)
        link.set("href", cleaner.fields.added(Tag(href, line, Meaning("url", lead.name))))
    elif lead:
        cleaner.report.tell(f"The link “{shown}” may be the other tool's, {_MAYBE[lead.name]}",
                            LOOK, f"it stays as it is: if so, write {{{lead.name}}} as its address",
                            line=line)  # fmt: skip
    elif _COUNTED.search(href):
        cleaner.report.tell(f"A link leads through a page of {host(href)} that counts clicks", LOOK,
                            "it may end one day: put the address that it leads to",
                            line=line)  # fmt: skip


def _image(cleaner: Cleaner, image: HtmlElement) -> None:
    source = str(image.get("src") or "")
    if not source:
        image.drop_tree()
    elif _is_pixel(image, source):
        cleaner.report.tell(f"An unseen picture that tells {host(source)} who opens the message",
                            TAKEN_OUT, "ours stands in the message already",
                            line=cleaner.line_of(image))  # fmt: skip
        image.drop_tree()


def _is_pixel(image: HtmlElement, source: str) -> bool:
    style = str(image.get("style") or "")
    sizes = [str(image.get(name) or "").strip().removesuffix("px") for name in ("width", "height")]
    tiny = [each in {"0", "1"} for each in sizes]
    hidden = hiding.hides(hiding.says(style))
    is_remote = source.lower().startswith("http")
    return is_remote and (all(tiny) or len(_ZERO.findall(style)) > 1 or hidden
                          or _PIXELS.search(source) is not None)  # fmt: skip


def _pictures(cleaner: Cleaner) -> None:
    """Say from where pictures are loaded."""
    found: Counter[str] = Counter()
    for element in cleaner.root.iter():
        if not isinstance(element.tag, str):
            continue
        sources = [str(element.get("background") or ""), *_URL.findall(element.get("style") or "")]
        if element.tag == "img":
            sources.append(str(element.get("src") or ""))
        found.update(host(each) for each in sources if _is_elsewhere(each))
    rules = "".join([*map(str, cleaner.sheets.to_inline), *cleaner.sheets.kept])
    found.update(host(each) for each in _URL.findall(rules) if _is_elsewhere(each))
    for name, number in sorted(found.items()):
        cleaner.report.tell(
            f"{counted(number, 'picture is', 'pictures are')} loaded from {name}",
            LOOK,
            f"upload {'it' if number == 1 else 'them'} here to keep "
            f"{'it' if number == 1 else 'them'} from breaking",
        )


def _is_elsewhere(address: str) -> bool:
    return address.lower().startswith("http") and not public_urls.is_ours(address)

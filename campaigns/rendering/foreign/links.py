"""Links and pictures by which another tool kept its own book: ours stand in their place."""

import re
from collections import Counter

from lxml.html import HtmlElement

from campaigns.rendering import hiding
from campaigns.rendering.foreign.elements import Cleaner
from campaigns.rendering.foreign.merge_expressions import Meaning
from campaigns.rendering.foreign.merge_tags import Tag
from campaigns.rendering.foreign.report import CHANGED, LOOK, TAKEN_OUT, counted
from campaigns.rendering.foreign.styles import host, parts

_LONGEST = 70
_WORDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("unsubscribe", re.compile(
        r"\bunsubscribe|\bopt[- ]?out\b|\babmelden\b|\babbestellen\b|d[ée]s(?:abonner|inscri)"
        r"|\bdarse de baja\b|cancelar (?:la )?suscripci|\bafmelden\b|stop (?:all )?emails", re.I)),
    ("preferences", re.compile(
        r"\b(?:manage|update|change|edit|choose|set)\b.{0,30}\b(?:preferences|subscriptions?|profile|topics)\b"
        r"|\bemail (?:preferences|settings)\b|\bpreference cent", re.I)),
    ("view", re.compile(
        r"\b(?:view|read|open|see|show)\b.{0,40}\b(?:browser|online|web ?page|web version)\b"
        r"|^\s*(?:web ?version|online version)\s*$|im browser (?:ansehen|öffnen)", re.I)),
)  # fmt: skip
_SAID = {
    "unsubscribe": "it leads to our page now, which stops all newsletters",
    "preferences": "it leads to our page now, where a reader chooses topics",
    "view": "it leads to our view in the browser now",
}
_PATHS = (
    ("unsubscribe", re.compile(r"unsubscribe|/unsub\b|opt-?out", re.IGNORECASE)),
    (
        "preferences",
        re.compile(r"list-manage\.com/profile|/preferences?\b|manage_preferences", re.I),
    ),
)
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
    words = " ".join(str(link.text_content()).split())
    if cleaner.fields.belongs_elsewhere(href):
        link.drop_tree()
        return
    if cleaner.fields.is_word(href) or href.lower().startswith(("mailto:", "tel:", "sms:")):
        return
    meant = _meant(href, words)
    if meant:
        line = cleaner.line_of(link)
        led = f" led to {host(href)}" if href.startswith("http") else " led nowhere"
        cleaner.report.tell(f"The link “{words[:_LONGEST] or href[:_LONGEST]}”{led}", CHANGED,
                            _SAID[meant], line=line)  # fmt: skip
        link.set("href", cleaner.fields.added(Tag(href, line, Meaning("url", meant))))
    elif _COUNTED.search(href):
        cleaner.report.tell(f"A link leads through a page of {host(href)} that counts clicks", LOOK,
                            "it may end one day: put the address that it leads to",
                            line=cleaner.line_of(link))  # fmt: skip


def _meant(href: str, words: str) -> str:
    if words and len(words) <= _LONGEST:
        for name, said in _WORDS:
            if said.search(words):
                return name
    if not href.startswith("http"):
        return ""
    where = f"{parts(href).netloc}{parts(href).path}"
    return next((name for name, path in _PATHS if path.search(where)), "")


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
        found.update(host(each) for each in sources if each.lower().startswith("http"))
    rules = "".join([*cleaner.sheets.to_inline, *cleaner.sheets.kept])
    found.update(host(each) for each in _URL.findall(rules))
    for name, number in sorted(found.items()):
        cleaner.report.tell(
            f"{counted(number, 'picture is', 'pictures are')} loaded from {name}",
            LOOK,
            f"upload {'it' if number == 1 else 'them'} here to keep "
            f"{'it' if number == 1 else 'them'} from breaking",
        )

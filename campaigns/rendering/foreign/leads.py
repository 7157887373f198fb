"""What a link of another tool leads to: told by its whole words, or by a page of that tool.

A link that only might be one stays as it is, and a person is told: a button that books a visit
must never end a subscription.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from campaigns.rendering.foreign.styles import parts

LONGEST = 70
"""Longer words are a sentence that is linked, not the name of a page."""

_ENDS = re.compile(r"^\W+|\W+$")
_MAIL = r"(?:e-?mails?|messages?|newsletters?|letters?|campaigns?)"
_LIST = rf"(?:(?:future|our|mail|marketing|list|lists|communications?|{_MAIL}) ?)"
_CHANGE = r"(?:manage|update|change|edit|set|choose)"
_YOUR = r"(?:your |my )?"
_WHICH = r"(?:e-?mail|newsletter|communications?|contact|subscription|marketing)"
_SHOW = r"(?:view|read|open|see|show|display)"
_THIS = rf"(?:(?:this |the |our )?{_MAIL} )"


def _whole(*phrases: str) -> re.Pattern[str]:
    return re.compile("|".join(phrases))


_SURE = {
    "unsubscribe": _whole(
        r"(?:click here to |tap here to |you can |one-click |instant )?unsubscribe(?: me)?"
        r"(?: here| now| instantly| at any time)?"
        rf"(?: from (?:all|(?:all |any )?(?:this|these|the|our|future|all)(?: {_LIST}+)))?"
        r"(?: here| now| instantly| at any time)?",
        rf"unsubscribe (?:or|and|/) {_CHANGE} {_YOUR}(?:{_WHICH} )?preferences",
        rf"opt[- ]?out of (?:all |these |our )?(?:{_WHICH} )?{_MAIL}",
        rf"stop (?:receiving )?(?:all|these|our|all our|all these) {_MAIL}",
        r"(?:(?:hier|vom newsletter|newsletter|jetzt) )?(?:abmelden|abbestellen)",
        r"(?:(?:se|me|vous) )?(?:d[ée]sabonner|d[ée]sinscrire)(?: ici)?|d[ée]sabonnement"
        r"|d[ée]sinscription",
        r"dar(?:se|me) de baja(?: aqu[íi])?|(?:cancelar|anular) (?:la |mi )?suscripci[óo]n",
        r"(?:hier )?(?:afmelden|uitschrijven)",
    ),
    "preferences": _whole(
        rf"{_CHANGE} {_YOUR}(?:{_WHICH} )*preferences(?: here)?",
        rf"{_CHANGE} {_YOUR}{_WHICH} (?:settings|subscriptions?)",
        rf"{_YOUR}{_WHICH} (?:preferences|settings)|preferences|unsubscribe preferences",
        rf"(?:{_WHICH} )?preferences? cent(?:er|re)",
        r"(?:newsletter-?|e-?mail-?)einstellungen(?: [äa]ndern)?",
        r"(?:g[ée]rer|modifier) (?:mes|vos) pr[ée]f[ée]rences",
        r"(?:administrar|gestionar|actualizar) (?:mis|sus|tus) preferencias",
    ),
    "view": _whole(
        rf"(?:click here to )?{_SHOW} (?:{_THIS}|it )?(?:in|with) (?:your |a |the |my )?"
        r"(?:web )?browser",
        rf"{_SHOW} {_THIS}(?:online|on the web|as a web ?page)|{_SHOW} as (?:a )?web ?page",
        rf"(?:{_SHOW} )?(?:the )?(?:web ?version|browser version)",
        rf"(?:having )?(?:trouble|problems) (?:viewing|reading|seeing) {_THIS}?.{{0,30}}browser",
        r"(?:im browser|online) (?:ansehen|[öo]ffnen|anzeigen)|webansicht|browseransicht",
        r"(?:voir|afficher|lire) (?:cet? (?:e-?mail|message) )?dans (?:le |votre |mon )?navigateur",
        r"version en ligne|versi[óo]n (?:en l[íi]nea|web)",
        r"ver (?:este (?:correo|mensaje) )?en (?:el |tu |su |mi )?navegador",
        r"bekijk (?:deze (?:e-?mail|nieuwsbrief) )?in (?:je |uw )?browser",
    ),
}
"""Words that mean this wherever they lead."""

_WITHOUT_ADDRESS = {
    "unsubscribe": _whole(r"opt[- ]?out(?: here)?", r"remove me", r"leave (?:this|the|our) list",
                          rf"stop {_MAIL}"),
    "preferences": _whole(rf"{_CHANGE} {_YOUR}(?:profile|subscriptions?|topics|settings)",
                          r"profile cent(?:er|re)"),
    "view": _whole(rf"{_SHOW} (?:it |this )?online", r"online version", r"view on (?:the )?web"),
}  # fmt: skip
"""Words that mean this where they lead nowhere yet; elsewhere they may as well mean the clinic's
own pages, such as the profile of its portal."""

_MAYBE = {
    "unsubscribe": re.compile(
        r"\bunsubscribe\b|\bopt[- ]?out\b|\babmelden\b|\babbestellen\b|d[ée]s(?:abonn|inscri)"
        r"|\bde baja\b|\bafmelden\b|\buitschrijven\b"
    ),
    "preferences": re.compile(r"\bpreferences\b|\bpreference cent"),
    "view": re.compile(r"\bbrowser\b|\bweb ?version\b"),
}
_MAYBE_PATH = {
    "unsubscribe": re.compile(
        r"(?:global[-_]?)?unsub(?:scribe)?\d?(?:[-_]?(?:all|cent(?:er|re)|simple|test))?"
        r"(?:\.\w{2,5})?|opt[-_]?out(?:\.\w{2,5})?"
    ),
    "preferences": re.compile(
        r"(?:manage[-_]?)?(?:e-?mail[-_]?)?preferences?(?:[-_]?cent(?:er|re))?(?:\.\w{2,5})?"
        r"|(?:profile|subscription)[-_]center(?:\.\w{2,5})?"
    ),
}
"""One whole step of a path: `/unsubscribe`, not `/how-to-unsubscribe-from-stress`."""

_TOOLS = re.compile(
    r"(?:[\w-]+\.)*(?:(?:mail)?list-manage|kmail-lists|createsend\d*|cmail\d+|updatemyprofile"
    r"|sendgrid|sendib[mt]\d|mjt|hubspotemail|constantcontact|activehosted|acemln\w|emlnk\d*"
    r"|convertkit-mail\d*|aweber|getresponse|mlsend\d*|mailerlite|exct|exacttarget|e2ma|zcsend"
    r"|beehiiv|substack)\.(?:com|net|lu)"
)
"""Hosts of tools that send newsletters."""

_PAGES = {
    "unsubscribe": re.compile(
        r"(?:[\w-]+\.)*(?:(?:createsend\d*|cmail\d+)\.com/t/\w+-u-|sendib[mt]\d\.com/mk/un/"
        r"|constantcontact\.com/do\?(?:[^#]*&)?p=un\b|aweber\.com/z/r/"
        r"|(?:activehosted|acemln\w|emlnk\d*)\.com/[^#]*\b(?:act|funcml)=unsub"
        r"|unsubscribe\.convertkit-mail\d*\.com/|substack\.com/action/disable_email\b)"
    ),
    "preferences": re.compile(
        r"(?:[\w-]+\.)*(?:list-manage\.com/profile\b|kmail-lists\.com/subscriptions/update\b"
        r"|updatemyprofile\.com/|constantcontact\.com/do\?(?:[^#]*&)?p=oo\b|sendgrid\.net/asm/\?"
        r"|preferences\.convertkit-mail\d*\.com/|getresponse\.com/change_details\.html)"
    ),
    "view": re.compile(
        r"(?:[\w-]+\.)*(?:(?:createsend\d*|cmail\d+)\.com/t/\w+-e-|sendib[mt]\d\.com/mk/mr/"
        r"|kmail-lists\.com/subscriptions/web-view\b)"
    ),
}
"""Pages of those tools that are nothing else."""


@dataclass(frozen=True, slots=True)
class Lead:
    """What a link of another tool is: one of our own addresses, for sure or maybe."""

    name: str
    is_sure: bool


def meant(href: str, words: str) -> Lead | None:
    """What a link with these words means here; None for an ordinary one."""
    said = _ENDS.sub("", words.lower()) if len(words) <= LONGEST else ""
    leads_nowhere = href.rstrip("#/").lower() in {"", "http:", "https:"}
    sure = (
        _full(_SURE, said)
        or (_full(_WITHOUT_ADDRESS, said) if leads_nowhere else "")
        or _page(href)
    )
    if sure:
        return Lead(sure, is_sure=True)
    maybe = _full(_WITHOUT_ADDRESS, said) or _search(_MAYBE, said) or _step(href)
    return Lead(maybe, is_sure=False) if maybe else None


def _full(table: Mapping[str, re.Pattern[str]], said: str) -> str:
    return _first(name for name, phrase in table.items() if phrase.fullmatch(said))


def _search(table: Mapping[str, re.Pattern[str]], said: str) -> str:
    return _first(name for name, phrase in table.items() if phrase.search(said))


def _page(href: str) -> str:
    """What a page of a known tool is for."""
    split = parts(href)
    at = split.hostname or ""
    whole = f"{at}{split.path}?{split.query}"
    known = _first(name for name, page in _PAGES.items() if page.match(whole))
    return known or (_step(href) if _TOOLS.fullmatch(at) else "")


def _step(href: str) -> str:
    steps = parts(href).path.lower().split("/")
    return _first(
        name for name, step in _MAYBE_PATH.items() if any(step.fullmatch(each) for each in steps)
    )


def _first(names: Iterable[str]) -> str:
    return next(iter(names), "")

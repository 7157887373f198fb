"""What is written inside a merge field, by the tool it comes from: a name, with a word instead."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from campaigns.planning import placeholders
from campaigns.rendering.foreign import merge_names


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a merge field means: `kind` is field, url, link, fact, value, address or nothing."""

    kind: str
    name: str = ""
    fallback: str = ""
    has_fallback: bool = False
    """Whether the other tool said what stands where nothing is known."""
    words: str = ""
    """What a link of the other tool says."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A question, a loop or an include: only a template engine could answer it."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A name that is in no table."""

    name: str


Understood = Meaning | Condition | Unknown

NOTHING = Meaning("nothing")
_QUOTED = r"""(?:"([^"]*)"|'([^']*)')"""
_HARMLESS = frozenset(
    {"capitalize", "title", "titlecase", "trim", "strip", "escape", "e", "h", "html", "safe"}
    | {"forceescape", "striptags", "upcase", "downcase", "upper", "lower", "urlencode", "raw"}
)
_ENDS = re.compile(
    r"/(?!\*)|(?:else|elsif|elseif|elif|end(?:if|for|unless|case|with|block|comment)?)(?![\w.])",
    re.IGNORECASE,
)
"""What goes on with a condition or ends it; where it begins, it is refused."""
_CONDITIONS = re.compile(
    r"[#^>]|(?:if|unless|range|with|for|each|case|when|block|template"
    r"|define|include|extends|import|macro|set|assign|capture|cycle|tablerow|switch|catalog"
    r"|module|dnd_\w+|widget\w*|content_attribute)\b",
    re.IGNORECASE,
)
_MAILCHIMP_GIVEN = re.compile(r"IF:(?:MC_PREVIEW_TEXT|REWARDS)|IFNOT:ARCHIVE_PAGE", re.IGNORECASE)
"""Conditions that stand in every template of Mailchimp, and are always so in a message of ours."""
_MAILCHIMP_ENDS = re.compile(r"END:|ELSE:|ELSEIF:", re.IGNORECASE)
_MAILCHIMP_CONDITIONS = re.compile(
    r"(?:IF:|IFNOT:|INTERESTED:|GROUP:|FEEDBLOCK|RSS|MC:TOC|DYNAMIC:)",
    re.IGNORECASE,
)


def understood(dialect: str, inner: str) -> Understood:
    """What stands inside a merge field of this dialect (the name of its group in the scanner)."""
    inner = inner.strip()
    read = _DIALECTS.get(dialect)
    return read(inner) if read else _named(inner)


def _named(name: str, fallback: str | None = None) -> Understood:
    """A name of the table, with the word that stands where the field is empty."""
    meant = merge_names.meaning(name)
    if meant is None:
        return Unknown(name)
    kind, ours = meant
    if kind != "field":
        return Meaning(kind, ours)
    default = merge_names.DEFAULTS[ours]
    return Meaning(kind, ours, default if fallback is None else fallback, fallback is not None)


def _mailchimp(inner: str) -> Understood:
    if _MAILCHIMP_GIVEN.fullmatch(inner) or _MAILCHIMP_ENDS.match(inner):
        return NOTHING
    if _MAILCHIMP_CONDITIONS.match(inner):
        return Condition()
    if inner.upper().startswith(("DATE:Y", "CURRENT_YEAR")):
        return Meaning("fact", "year")
    return _named(re.sub(r"^(?:URL|HTML|TITLE|UPPER|LOWER):(?!LIST)", "", inner))


def _braces(inner: str) -> Understood:
    """`{{ … }}`: Handlebars, Liquid, HubL, Go templates and those that look like them."""
    inner = inner.strip("{}~- ").removeprefix("&").strip()
    if inner.startswith(("!", "/*")):
        return NOTHING
    if _ENDS.match(inner):
        return NOTHING
    if _CONDITIONS.match(inner):
        return Condition()
    for read in (_go_function, _function, _piped):
        found = read(inner)
        if found is not None:
            return found
    return _named(inner)


def _braze(inner: str) -> Understood:
    """Braze: `{{${first_name} | default: 'there'}}`."""
    return _braces(re.sub(r"\$\{(.*?)\}", r"\1", inner))


def _go_function(inner: str) -> Understood | None:
    """listmonk: `TrackLink "https://…" .`, `UnsubscribeURL .`, `or .FirstName "…"`."""
    link = re.match(rf"TrackLink\s+{_QUOTED}", inner)
    if link:
        return Meaning("address", link[1] or link[2] or "")
    chosen = re.match(rf"(?:or|default|defaultIfEmpty|insert)\s+(\S+)\s+{_QUOTED}$", inner)
    if chosen:
        fallback = (chosen[2] or chosen[3] or "").removeprefix("default=")
        return _named(chosen[1], fallback)
    turned = re.match(rf"default\s+{_QUOTED}\s+(\S+)$", inner)
    if turned:
        return _named(turned[3], turned[1] or turned[2] or "")
    called = re.match(r"(\w+)\s+\.$", inner)
    return _named(called[1]) if called else None


def _function(inner: str) -> Understood | None:
    """HubSpot: `personalization_token('contact.firstname', 'there')`; Mailjet's `data:…:"…"`."""
    token = re.match(rf"personalization_token\(\s*{_QUOTED}\s*(?:,\s*{_QUOTED})?\s*\)$", inner)
    if token:
        given = token[3] if token[3] is not None else token[4]
        return _named(token[1] or token[2] or "", given)
    mailjet = re.match(rf"(?:data|var|contact):(\w+)(?::\s*{_QUOTED}?)?$", inner)
    if mailjet:
        return _named(mailjet[1], mailjet[2] if mailjet[2] is not None else mailjet[3])
    return None


def _piped(inner: str) -> Understood | None:
    """Liquid, Klaviyo, Brevo: `first_name | default: 'there' | capitalize`."""
    name, bar, rest = inner.partition("|")
    if not bar:
        return None
    fallback: str | None = None
    for each in rest.split("|"):
        given = re.match(rf"\s*default\s*(?::|\(|\s)\s*{_QUOTED}", each)
        if given:
            fallback = given[1] if given[1] is not None else given[2]
        elif merge_names.bare(each.partition(":")[0].partition("(")[0]) not in _HARMLESS:
            return Unknown(inner)
    return _named(name, fallback)


def _statement(inner: str) -> Understood:
    """`{% … %}`: Klaviyo's and Customer.io's links; conditions of all others."""
    inner = inner.strip("- ")
    if inner.startswith(("#", "comment")) or _ENDS.match(inner):
        return NOTHING
    found = re.match(rf"(\w+)(?:\s+{_QUOTED})?\s*$", inner)
    meant = merge_names.meaning(found[1]) if found else None
    if found is None or meant is None:
        return Condition() if _CONDITIONS.match(inner) else Unknown(inner)
    kind, ours = meant
    if kind == "url" and found[1] in {"unsubscribe", "manage_preferences", "web_view"}:
        words = found[2] or found[3] or merge_names.LINK_WORDS[ours]
        return Meaning("link", ours, words=words)
    if kind == "fact" and found[1] == "current_year":
        return Meaning("fact", "year")
    return Meaning(kind, ours) if kind in {"url", "fact", "nothing"} else _named(found[1])


def _angle(inner: str) -> Understood:
    """`<%asm_group_unsubscribe_raw_url%>` of SendGrid; programs of all others."""
    found = re.fullmatch(r"\w+", inner)
    return _named(inner) if found else Condition()


def _doubled(inner: str) -> Understood:
    """Salesforce: `%%First_Name%%`, `%%=v(@x)=%%`."""
    return Condition() if inner.startswith(("=", "[")) else _named(inner)


def _squares(inner: str) -> Understood:
    """Constant Contact `[[FirstName OR "there"]]`, Mailjet `[[data:firstname:"there"]]`."""
    chosen = re.match(rf"([\w .]+?)\s+OR\s+{_QUOTED}$", inner)
    if chosen:
        return _named(chosen[1], chosen[2] if chosen[2] is not None else chosen[3])
    return _function(inner) or _named(inner)


_IN_SQUARES = re.compile(
    r"first_?name|last_?name|unsubscribe|webversion|weblink|preferences|currentyear"
    r"|view_in_browser_url|manage_url",
    re.IGNORECASE,
)
"""What a field in square brackets names; anything else in them is somebody's words."""


def _square(inner: str) -> Understood:
    """Campaign Monitor `[firstname,fallback=x]`, MailPoet `[firstname | default:x]`."""
    name, _comma, given = inner.partition(",")
    if given.strip().startswith("fallback="):
        return _named(name, given.strip().removeprefix("fallback=").strip())
    name, bar, given = inner.partition("|")
    if bar:
        return _named(name, given.strip().removeprefix("default:").strip())
    if not _IN_SQUARES.search(inner):
        return Unknown(inner)
    return _named(inner)


def _dollar(inner: str) -> Understood:
    return _piped(inner) or _named(inner)


def _own(inner: str) -> Understood:
    """Our own: `{first_name|there}`, `{saving}`, `{unsubscribe}`; GetResponse's `{FIRSTNAME}`."""
    name, bar, fallback = inner.partition("|")
    if name in placeholders.FIELDS and (bar or name in placeholders.ALWAYS_KNOWN):
        return Meaning("field", name, fallback.strip(), has_fallback=True)
    if name in placeholders.NAMES and not bar:
        return Meaning("value", name)
    if name in merge_names.LINK_WORDS and not bar:
        return Meaning("url", name)
    meant = None if bar else merge_names.meaning(name)
    return _named(name) if meant and meant[0] == "field" else Unknown(name)


def _suffix(_inner: str) -> Understood:
    """listmonk's `https://example.com@TrackLink`: every link is counted anyhow."""
    return Meaning("address", "")


_DIALECTS: Mapping[str, Callable[[str], Understood]] = {
    "mailchimp": _mailchimp,
    "triple": _braces,
    "double": _braces,
    "coded": _braces,
    "braze": _braze,
    "statement": _statement,
    "angle": _angle,
    "doubled": _doubled,
    "squares": _squares,
    "square": _square,
    "dollar": _dollar,
    "colon": lambda inner: _function(inner) or Unknown(inner),
    "braced": Unknown,
    "own": _own,
    "suffix": _suffix,
}

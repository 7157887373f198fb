"""A pasted message as a campaign's content: what it fills in becomes places, as in any block."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape

from markupsafe import Markup

from campaigns.errors import Invalid
from campaigns.rendering.foreign import merge_names, pasted, text
from campaigns.rendering.foreign.merge_expressions import Meaning
from campaigns.rendering.foreign.pasted import Foreign
from campaigns.rendering.inlining import inline_css
from campaigns.rendering.places import Places

Values = Callable[[set[str]], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class OwnHtml:
    """What the templates of the block `html` call: the page, and its text twin."""

    places: Places
    facts: Mapping[str, str]
    """What is the same for all readers, by its name in `merge_names`."""
    values: Values
    """The named values of staff text, such as `saving`."""
    language: str
    direction: str

    def page(self, source: str, subject: str, preheader: str) -> Markup:
        """The whole page; raises Invalid naming each merge field that is not known."""
        read = pasted.read(
            source, language=self.language, direction=self.direction, title=str(subject)
        )
        read.require()
        lines = {"subject": str(subject), "preheader": str(preheader)}
        return Markup(self._filled(read, {**self.facts, **lines}))  # noqa: S704 - cleaned above

    def text(self, source: str, subject: str, preheader: str) -> str:
        """What a reader sees of that page."""
        return text.written(inline_css(str(self.page(source, subject, preheader))))

    def _filled(self, read: Foreign, facts: Mapping[str, str]) -> str:
        named = {each.means.name for each in read.tags if each.means.kind == "value"}
        values = self.values(named) if named else {}

        def put(found: re.Match[str]) -> str:
            means = read.tags[int(found[2])].means
            is_address = found[1] == "h"
            return self._put(means, facts, values, is_address=is_address)

        return re.sub(rf"{read.nonce}([kah])(\d+)z", put, read.html)

    def _put(
        self,
        means: Meaning,
        facts: Mapping[str, str],
        values: Mapping[str, str],
        *,
        is_address: bool,
    ) -> str:
        match means.kind:
            case "field":
                return self.places.field(means.name, means.fallback)
            case "url" | "link":
                words = means.words or merge_names.LINK_WORDS[means.name]
                return self.places.url(means.name) if is_address else escape(words)
            case "fact":
                return escape(facts[means.name])
            case "value" if means.name not in values:
                raise Invalid(
                    f"The page uses {{{means.name}}}, but this campaign carries no promotion to "
                    "take it from."
                )
            case "value":
                return escape(values[means.name])
            case _:
                return ""

"""Blocks to one message with places: Jinja, then inlined styles, then tracked links."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jinja2 import TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup
from pydantic import BaseModel

from campaigns.database import Session
from campaigns.errors import Invalid
from campaigns.planning import content, membership, placeholders
from campaigns.planning.blocks import Block
from campaigns.planning.fields import NOT_WORDS
from campaigns.planning.models import CampaignVersion
from campaigns.rendering import conditions, templates
from campaigns.rendering import places as placing
from campaigns.rendering.foreign.paragraphs import paragraph_size
from campaigns.rendering.inlining import inline_css
from campaigns.rendering.links import Link, Links
from campaigns.rendering.places import Kind, Places
from campaigns.rendering.scene import Scene

_EMPTY_LINES = re.compile(r"\n{3,}")
_LINE_END_SPACE = re.compile(r"[ \t]+$", re.MULTILINE)
_FIXED = NOT_WORDS - {"url", "link"}
"""What is chosen and not written: no value is put in. In an address one is refused later on."""
_BODY = re.compile(r"<body\b[^>]*>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ComposedBlock:
    """One block of the message, with places in its two twins."""

    id: str
    type: str
    html: str
    text: str
    data: dict[str, Any]
    """What staff wrote, with values in place; what is not known of a reader has its fallback."""
    is_for_some: bool = False


@dataclass(frozen=True, slots=True)
class Composition:
    """A message whose places are not filled yet."""

    subject: str
    preheader: str
    html: str
    text: str
    blocks: tuple[ComposedBlock, ...]
    links: tuple[Link, ...]
    places: Places


def compose(session: Session, version: CampaignVersion) -> Composition:
    """The message of a version at this moment; raises Invalid saying what cannot be rendered."""
    scene = Scene.of(session, version)
    blocks = content.parse(version.blocks)
    lines = (version.subject, version.preheader)
    values = scene.values(placeholders.used([*lines, blocks]))
    places = Places(
        placing.nonce(version.language, *lines, version.blocks, values),
        segments=membership.known(session),
    )
    subject, preheader = (placeholders.fill(each, values, field=places.field) for each in lines)
    names = scene.names(places) | {"subject": subject, "preheader": preheader}
    stage = _Stage(templates.environment(version.language), places, names)
    return stage.compose(
        [_filled(each, values, places.field) for each in blocks],
        [_filled(each, values, None).model_dump(mode="json", exclude_none=True) for each in blocks],
    )


@dataclass(frozen=True, slots=True)
class _Stage:
    """Renders blocks with the same names."""

    environment: ImmutableSandboxedEnvironment
    places: Places
    names: Mapping[str, Any]

    def compose(self, blocks: Sequence[Block], said: Sequence[dict[str, Any]]) -> Composition:
        """The message of these blocks; `said` is each of them as compliance reads it."""
        links = Links(self.places, self.names["clinic"].privacy_url)
        parts = self._parts(blocks)
        composed: list[ComposedBlock] = []
        for number, (block, data) in enumerate(zip(blocks, said, strict=True)):
            name = _name(block)
            html = links.rewrite_html(parts[2 * number + 1], name)
            text = links.rewrite_text(self._text_twin(block), name)
            parts[2 * number + 1] = html
            is_for_some = block.visibility is not None
            composed.append(ComposedBlock(name, block.type, html, text, data, is_for_some))
        return Composition(
            subject=self.names["subject"],
            preheader=self.names["preheader"],
            html="".join(parts),
            text=self._text(composed),
            blocks=tuple(composed),
            links=tuple(links.found),
            places=self.places,
        )

    def _parts(self, blocks: Sequence[Block]) -> list[str]:
        """The inlined page as [before, block, between, block, ..., after]."""
        twins = [self._html_twin(each) for each in blocks]
        if blocks[0].stands_alone:
            return self._around(blocks, twins)
        return self._sheet("base.html", blocks, twins)

    def _sheet(
        self, template: str, blocks: Sequence[Block], twins: Sequence[str], **more: Any
    ) -> list[str]:
        """Blocks in a page of ours."""
        marked = [
            {"type": block.type, "html": Markup(self._marks(number, html))}  # noqa: S704
            for number, (block, html) in enumerate(zip(blocks, twins, strict=True))
        ]
        page = self._render(template, blocks=marked, **more).lstrip()
        return self._cut(inline_css(page), len(blocks))

    def _around(self, blocks: Sequence[Block], twins: Sequence[str]) -> list[str]:
        """A block that is a page of its own, with ours in its body: preheader, blocks, pixel."""
        page = inline_css(twins[0])
        opened = _BODY.search(page)
        inner, end, after = page.rpartition("</body>")
        if opened is None or not end:
            raise Invalid(f"Block {_name(blocks[0])}: the page has no <body>.")
        parts = [
            page[: opened.end()] + self._render("alone/top.html"),
            inner[opened.end() :],
            "",
        ]
        if len(blocks) > 1:
            parts[-1] = self._render("alone/before_below.html")
            below, theirs = (blocks[1:], twins[1:]), paragraph_size(page)
            parts += self._sheet("alone/below.html", *below, paragraph=theirs)[1:-1]
            parts.append(self._render("alone/after_below.html"))
        parts[-1] += self._render("alone/end.html") + end + after
        return parts

    def _html_twin(self, block: Block) -> str:
        return self._twin(block, "html", conditions.comment)

    def _text_twin(self, block: Block) -> str:
        return self._twin(block, "txt", str)

    def _twin(self, block: Block, ending: str, marked: Callable[[str], str]) -> str:
        """One twin of a block, between the marks of the segment that it is for."""
        try:
            twin = self._render(f"blocks/{block.type}/block.{ending}", block=block)
            if block.visibility is None:
                return twin if ending == "html" else _tidy(twin)
            when, end = (
                marked(self.places.condition(kind, block.visibility))
                for kind in (Kind.WHEN, Kind.END)
            )
        except Invalid as error:
            raise Invalid(f"Block {_name(block)}: {error}") from error
        return f"{when}{twin}{end}" if ending == "html" else f"{when}{_tidy(twin)}{end}"

    def _text(self, composed: Sequence[ComposedBlock]) -> str:
        """The text part; the blank line above a block that not everybody gets goes with it."""
        text = _tidy(self._render("base.txt", blocks=[each.text for each in composed]))
        begins = re.compile(rf"{self.places.nonce}x\d+z")
        for each in composed:
            found = begins.match(each.text) if each.is_for_some else None
            if found:
                rest = each.text[found.end() :]
                text = text.replace(f"\n\n{each.text}", f"{found.group()}\n\n{rest}", 1)
        return f"{text}\n"

    def _render(self, template: str, **more: Any) -> str:
        try:
            return self.environment.get_template(template).render(**self.names, **more)
        except TemplateError as error:
            raise Invalid(f"The template {template} does not work: {error}.") from error

    def _marks(self, number: int, html: str) -> str:
        return f"<!--{self.places.nonce}b{number}z-->{html}<!--{self.places.nonce}e{number}z-->"

    def _cut(self, page: str, count: int) -> list[str]:
        """The page as [before, block, between, block, ..., after]; raises Invalid if unbalanced."""
        marks = re.compile(rf"<!--{self.places.nonce}([be]\d+)z-->")
        expected = [f"{side}{number}" for number in range(count) for side in "be"]
        if marks.findall(page) != expected:
            raise Invalid(
                "A block's markup is not balanced: an element begins in one block and ends in "
                "another. Check the last template you changed."
            )
        return marks.split(page)[::2]


def _name(block: Block) -> str:
    return block.id or block.type


def _filled(block: Any, values: Mapping[str, str], field: placeholders.Field | None) -> Any:
    """A block, or a part of one, with its named values in place."""
    if isinstance(block, str):
        return placeholders.fill(block, values, field=field)
    if isinstance(block, list):
        return [_filled(each, values, field) for each in block]
    if isinstance(block, BaseModel):
        fields = type(block).model_fields
        return block.model_copy(
            update={
                name: _filled(getattr(block, name), values, field)
                for name in fields
                if name not in _FIXED
            }
        )
    return block


def _tidy(text: str) -> str:
    return _EMPTY_LINES.sub("\n\n", _LINE_END_SPACE.sub("", text)).strip("\n")

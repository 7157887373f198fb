"""Blocks to one message with places: Jinja, then inlined styles, then tracked links."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jinja2 import TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup
from pydantic import BaseModel

from campaigns.database import Session
from campaigns.errors import Invalid
from campaigns.planning import content, placeholders
from campaigns.planning.content import AnyBlock
from campaigns.planning.models import CampaignVersion
from campaigns.rendering import places as placing
from campaigns.rendering import templates
from campaigns.rendering.inlining import inline_css
from campaigns.rendering.links import Link, Links
from campaigns.rendering.places import Places
from campaigns.rendering.scene import Scene

_EMPTY_LINES = re.compile(r"\n{3,}")
_LINE_END_SPACE = re.compile(r"[ \t]+$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class ComposedBlock:
    """One block of the message, with places in its two twins."""

    id: str
    type: str
    html: str
    text: str
    data: dict[str, Any]


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
    values = scene.values(placeholders.used([version.subject, version.preheader, blocks]))
    subject = placeholders.fill(version.subject, values)
    preheader = placeholders.fill(version.preheader, values)
    places = Places(placing.nonce(version.language, subject, preheader, version.blocks, values))
    names = scene.names(places) | {"subject": subject, "preheader": preheader}
    filled = [_filled(each, values) for each in blocks]
    return _Stage(templates.environment(version.language), places, names).compose(filled)


@dataclass(frozen=True, slots=True)
class _Stage:
    """Renders blocks with the same names."""

    environment: ImmutableSandboxedEnvironment
    places: Places
    names: Mapping[str, Any]

    def compose(self, blocks: list[AnyBlock]) -> Composition:
        links = Links(self.places)
        twins = [self._render(f"blocks/{each.type}/block.html", block=each) for each in blocks]
        marked = [
            {"type": block.type, "html": Markup(self._marks(number, html))}  # noqa: S704
            for number, (block, html) in enumerate(zip(blocks, twins, strict=True))
        ]
        page = inline_css(self._render("base.html", blocks=marked))
        parts = self._cut(page, len(blocks))
        composed: list[ComposedBlock] = []
        for number, block in enumerate(blocks):
            name = block.id or block.type
            parts[2 * number + 1] = links.rewrite_html(parts[2 * number + 1], name)
            text = _tidy(self._render(f"blocks/{block.type}/block.txt", block=block))
            composed.append(
                ComposedBlock(
                    id=name,
                    type=block.type,
                    html=parts[2 * number + 1],
                    text=links.rewrite_text(text, name),
                    data=block.model_dump(mode="json", exclude_none=True),
                )
            )
        text = _tidy(self._render("base.txt", blocks=[each.text for each in composed]))
        return Composition(
            subject=self.names["subject"],
            preheader=self.names["preheader"],
            html="".join(parts),
            text=f"{text}\n",
            blocks=tuple(composed),
            links=tuple(links.found),
            places=self.places,
        )

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


def _filled(block: Any, values: Mapping[str, str]) -> Any:
    """A block, or a part of one, with its named values in place."""
    if isinstance(block, str):
        return placeholders.fill(block, values)
    if isinstance(block, list):
        return [_filled(each, values) for each in block]
    if isinstance(block, BaseModel):
        fields = type(block).model_fields
        return block.model_copy(
            update={name: _filled(getattr(block, name), values) for name in fields}
        )
    return block


def _tidy(text: str) -> str:
    return _EMPTY_LINES.sub("\n\n", _LINE_END_SPACE.sub("", text)).strip("\n")

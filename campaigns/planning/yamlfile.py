"""Read a YAML file that a person wrote, remembering on which line each thing stands."""

from collections.abc import Sequence
from typing import Any

import yaml

from campaigns.errors import BadFile

_LARGEST = 256 * 1024


class Lines:
    """On which line of the file a value stands, by its path."""

    def __init__(self, root: yaml.Node) -> None:
        self._root = root

    def of(self, path: Sequence[str | int]) -> int:
        """The line of the value at this path, or of the nearest thing that encloses it."""
        node, line = self._root, self._root.start_mark.line
        for part in path:
            found = _inside(node, part)
            if found is not None:
                node, line = found
        return line + 1


def read(text: str) -> tuple[dict[str, Any], Lines]:
    """The mapping in this file, each scalar as text, and its lines; raises BadFile."""
    if len(text) > _LARGEST:
        raise BadFile("This file is larger than 256 KB; a campaign is a few pages of text.")
    try:
        node = yaml.compose(text, Loader=yaml.BaseLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise BadFile(
            f"This is not YAML as it should be: {error.problem}.", line=mark.line + 1 if mark else 1
        ) from error
    except yaml.YAMLError as error:
        raise BadFile(f"This is not a text file in UTF-8: {error}.") from error
    except RecursionError as error:
        raise BadFile("The file is nested too deeply.", line=1) from error
    if not isinstance(node, yaml.MappingNode):
        raise BadFile("The file must begin with fields such as 'name: autumn-news'.", line=1)
    return _mapping(node, set()), Lines(node)


def _value(node: yaml.Node, seen: set[int]) -> Any:
    if id(node) in seen:
        raise BadFile("Write it out: aliases (*name) are not taken.", line=node.start_mark.line + 1)
    seen.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        return [_value(each, seen) for each in node.value]
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, seen)
    return node.value


def _mapping(node: yaml.MappingNode, seen: set[int]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise BadFile("A field needs a plain name.", line=line)
        if key.value in found:
            raise BadFile(f"The field {key.value!r} stands here twice.", line=line)
        found[key.value] = _value(value, seen)
    return found


def _inside(node: yaml.Node, part: str | int) -> tuple[yaml.Node, int] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == part:
                return value, key.start_mark.line
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part], node.value[part].start_mark.line
    return None

"""What was frozen is never written again."""

import ast

from tests.house.sources import dotted, modules

_WRITES = {"update", "delete"}


def test_no_code_of_ours_alters_or_deletes_a_program() -> None:
    found = [
        each.at(call)
        for each in modules()
        for call in each.walk(ast.Call)
        if dotted(call.func).rpartition(".")[2] in _WRITES
        and any(dotted(arg).rpartition(".")[2] == "Program" for arg in call.args)
    ]
    assert found == []

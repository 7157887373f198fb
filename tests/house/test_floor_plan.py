"""The plan of the house holds for code, tables and documents alike."""

import ast
import re
import sys
from collections.abc import Iterator

from sqlalchemy.orm import configure_mappers

from campaigns import schema
from campaigns.database import Base
from tests.house.sources import ROOT, Module, aliases, dotted, floor_order, functions, modules


def room_of_tables() -> dict[str, str]:
    return {
        mapper.class_.__tablename__: mapper.class_.__module__.split(".")[1]
        for mapper in Base.registry.mappers
    }


def test_every_foreign_key_points_to_the_same_room_or_to_the_left() -> None:
    order, rooms = floor_order(), room_of_tables()
    assert set(rooms) == set(schema.metadata.tables)
    uphill = [
        f"{table.name} -> {key.column.table.name}"
        for table in schema.metadata.sorted_tables
        for key in table.foreign_keys
        if order.index(rooms[key.column.table.name]) > order.index(rooms[table.name])
    ]
    assert uphill == []


def test_every_room_with_tables_is_named_in_the_schema_in_floor_order() -> None:
    named = [each.__name__.split(".")[1] for each in schema.ROOMS]
    assert set(named) == set(room_of_tables().values())
    rooms = [each for each in named if each not in {"clock", "notices"}]
    assert rooms == sorted(rooms, key=floor_order().index)


def test_only_the_gate_submits_approves_and_schedules() -> None:
    """Pages, API and commands go through `compliance.approval`, which checks first."""
    forbidden = {"submit", "approve", "schedule"}
    around = []
    for module in modules():
        if module.name == "campaigns/compliance/approval.py":
            continue
        names = aliases(module, "campaigns.planning.lifecycle")
        for node in module.walk(ast.Attribute):
            if node.attr in forbidden and dotted(node.value) in names:
                around.append(module.at(node))
        for verb in forbidden:
            if aliases(module, f"campaigns.planning.lifecycle.{verb}"):
                around.append(f"{module.name} imports {verb}")
    assert around == []


LIVES = {"status", "state"}
OTHER_LIVES = {
    "campaigns/delivery/notices.py": "a notice has no lifecycle.py: it is queued, sent or failed",
    "campaigns/notices.py": "and until it is begun with, it can be withdrawn",
    "campaigns/contacts/consent.py": "a consent's state is its last event's; this is its life",
}


def _updates_a_life(node: ast.Call) -> bool:
    """Whether this is `.values(status=...)` of an update, or an upsert that sets one."""
    if not isinstance(node.func, ast.Attribute):
        return False
    set_ = next((each.value for each in node.keywords if each.arg == "set_"), None)
    if isinstance(set_, ast.Dict):
        keys = {each.value for each in set_.keys if isinstance(each, ast.Constant)}
        return bool(keys & LIVES)
    if node.func.attr != "values" or not LIVES & {each.arg for each in node.keywords}:
        return False
    below: ast.AST = node.func
    while isinstance(below, ast.Attribute | ast.Call):
        below = below.value if isinstance(below, ast.Attribute) else below.func
    return isinstance(below, ast.Name) and below.id != "insert"


def test_a_status_moves_only_in_a_lifecycle() -> None:
    moved = []
    for module in modules("campaigns"):
        if module.name.endswith("/lifecycle.py") or module.name in OTHER_LIVES:
            continue
        for assignment in module.walk(ast.Assign):
            targets = [each for target in assignment.targets for each in ast.walk(target)]
            moved += [
                module.at(each)
                for each in targets
                if isinstance(each, ast.Attribute)
                and each.attr in LIVES
                and isinstance(each.ctx, ast.Store)
            ]
        moved += [module.at(each) for each in module.walk(ast.Call) if _updates_a_life(each)]
    assert moved == []


def test_a_life_that_is_an_exception_still_exists() -> None:
    assert [name for name in OTHER_LIVES if not (ROOT / name).exists()] == []


LONG_VERBS = {
    "campaigns/contacts/importing.py": {"import_contacts", "_record"},
    "campaigns/contacts/uploads.py": {"work", "work_on", "_claim", "_advance", "_end"},
    "campaigns/compliance/approval.py": {"review"},
    "campaigns/delivery/dispatch.py": {
        "start_due",
        "_start",
        "freeze_prepared",
        "freeze_audience",
        "_freeze_slice",
    },
    "campaigns/delivery/batch.py": {
        "send_next",
        "run",
        "_relay_down",
        "_send_batch",
        "_wait_for_pace",
        "_send_one",
        "_hand_over",
        "_render_failed",
        "_record",
        "_pause",
        "_give_back",
    },
    "campaigns/delivery/notices.py": {"send_due"},
    "campaigns/delivery/outgoing.py": {"following"},
    "campaigns/delivery/domains/checking.py": {"look_again"},
    "campaigns/delivery/upkeep.py": {"sweep"},
    "campaigns/bookings/lifecycle.py": {"expire_due", "_expire"},
}
EDGES = (
    "campaigns/database.py",
    "campaigns/web/",
    "campaigns/cli/",
    "campaigns/local/",
    "workers/",
)


def _takes_sessions(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    kinds = [ast.unparse(each.annotation) for each in arguments if each.annotation]
    return any(re.search(r"\bSessions\b|sessionmaker", kind) for kind in kinds)


def test_only_long_verbs_open_transactions_of_their_own() -> None:
    found: dict[str, set[str]] = {}
    for module in modules():
        if not module.name.startswith(EDGES):
            names = {each.name for each in functions(module) if _takes_sessions(each)}
            if names:
                found[module.name] = names
    assert found == LONG_VERBS


def test_nobody_commits_inside_a_verb() -> None:
    """The edges and the long verbs do; a verb that takes a session never ends its transaction."""
    ending = {"commit", "rollback"}
    committed = []
    for module in modules():
        if module.name.startswith(EDGES):
            continue
        allowed = {
            id(node)
            for function in functions(module)
            if _takes_sessions(function)
            for node in ast.walk(function)
        }
        committed += [
            module.at(node)
            for node in module.walk(ast.Call)
            if isinstance(node.func, ast.Attribute)
            and node.func.attr in ending
            and dotted(node.func.value).endswith(("session", "connection"))
            and id(node) not in allowed
        ]
    assert committed == []


WEB = {"fastapi", "starlette", "uvicorn"}
MAIL = {"smtplib", "aiosmtpd", "socket", "ssl"}


def _imports(module: Module) -> Iterator[tuple[str, str]]:
    """What a module imports, with where: `sqlalchemy.exc`, `smtplib`."""
    for node in module.walk(ast.ImportFrom):
        yield node.module or "", module.at(node)
    for plain in module.walk(ast.Import):
        for each in plain.names:
            yield each.name, module.at(plain)


def test_only_the_edges_know_the_web_and_only_transports_the_network() -> None:
    strangers = []
    for module in modules():
        for name, place in _imports(module):
            top = name.split(".")[0]
            if top in WEB and module.room not in {"web", "local"}:
                strangers.append(place)
            if top in MAIL and not module.name.startswith(
                ("campaigns/delivery/transports/", "campaigns/local/", "campaigns/web/__main__.py")
            ):
                strangers.append(place)
    assert strangers == []


def test_a_page_never_writes_a_select() -> None:
    """A read has a name in its room's `queries.py`; pages may only know SQLAlchemy's errors."""
    writing = [
        place
        for module in modules("campaigns/web/public", "campaigns/cli")
        for name, place in _imports(module)
        if name.startswith("sqlalchemy") and name != "sqlalchemy.exc"
    ]
    assert writing == []


def test_no_relationship_loads_by_itself() -> None:
    configure_mappers()
    lazy = [
        f"{mapper.class_.__name__}.{each.key}"
        for mapper in Base.registry.mappers
        for each in mapper.relationships
        if each.lazy not in {"raise", "raise_on_sql"}
    ]
    assert lazy == []


def test_no_module_bears_a_name_of_the_standard_library() -> None:
    names = {part.removesuffix(".py") for each in modules() for part in each.name.split("/")}
    assert names & set(sys.stdlib_module_names) - {"__main__"} == set()


def test_the_floor_plan_in_the_documents_is_what_import_linter_enforces() -> None:
    text = (ROOT / "docs" / "floor-plan.md").read_text(encoding="utf-8")
    [block] = re.findall(r"```floor-order\n(.*?)```", text, re.DOTALL)
    assert tuple(block.split()) == floor_order()


def test_every_part_of_the_product_is_on_the_floor_plan() -> None:
    parts = {each.room for each in modules("campaigns")} - {"__init__"}
    assert parts <= set(floor_order())
    text = (ROOT / "docs" / "floor-plan.md").read_text(encoding="utf-8")
    assert [part for part in sorted(parts) if part.strip("_") not in text] == []

"""Habits of the house: one clock, three doors, ids only, short modules, a sentence each."""

import ast
import re

import pytest

from campaigns import jobs, settings
from campaigns.jobs import QUEUES, Job
from tests.house.sources import ROOT, Module, dotted, functions, modules

WALL_CLOCKS = {
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "datetime.datetime.now",
    "datetime.date.today",
    "time.time",
    "time.time_ns",
    "time.gmtime",
    "time.localtime",
    "func.now",
    "func.current_timestamp",
    "func.transaction_timestamp",
    "func.statement_timestamp",
    "func.clock_timestamp",
    "func.localtimestamp",
}
OTHER_CLOCKS = {
    "campaigns/clock.py": "it is the one clock",
    "campaigns/local/inbox/store.py": "the development inbox has no database; it notes arrivals",
    "campaigns/web/throttle.py": "attempts are counted in Redis, which no clock of ours moves",
}
SQL_CLOCK = re.compile(
    r"\b(now|clock_timestamp|statement_timestamp|transaction_timestamp)\s*\(\s*\)"
    r"|\b(current_timestamp|current_date|current_time|localtimestamp|localtime)\b",
    re.IGNORECASE,
)


def _docstrings(module: Module) -> set[int]:
    """Texts that are for people: strings that stand alone as a statement."""
    return {
        id(each.value) for each in module.walk(ast.Expr) if isinstance(each.value, ast.Constant)
    }


def test_there_is_one_clock() -> None:
    others = []
    for module in modules():
        if module.name in OTHER_CLOCKS:
            continue
        others += [
            module.at(node) for node in module.walk(ast.Attribute) if dotted(node) in WALL_CLOCKS
        ]
        prose = _docstrings(module)
        others += [
            module.at(node)
            for node in module.walk(ast.Constant)
            if isinstance(node.value, str)
            and id(node) not in prose
            and re.search(r"\b(select|update|insert|where|interval)\b", node.value, re.IGNORECASE)
            and SQL_CLOCK.search(node.value)
        ]
    assert others == []


DOORS = {
    "campaigns/web/failures.py": "web: a kind page, never a trace",
    "workers/__main__.py": "task: what Celery's own door does, without a broker",
    "workers/rendering.py": "task: a version that cannot be reviewed goes back to its author",
}


def test_everything_is_caught_at_the_doors_only() -> None:
    caught = []
    for module in modules():
        for node in module.walk(ast.ExceptHandler):
            kinds = ast.unparse(node.type) if node.type else "bare"
            lets_go = isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None
            if re.search(r"\b(bare|Exception|BaseException)\b", kinds) and not lets_go:
                caught.append((module.name, module.at(node)))
    assert [place for name, place in caught if name not in DOORS] == []
    assert {name for name, _ in caught} == set(DOORS), "a door that is none any more"


def test_a_job_carries_ids_only() -> None:
    carried = []
    for module in modules():
        for node in module.walk(ast.Call):
            if dotted(node.func).split(".")[-1] not in {"enqueue", "publish"}:
                continue
            if not any("Job." in ast.unparse(each) for each in node.args):
                continue
            names = [each.arg for each in node.keywords]
            if len(node.args) > 2 or not all(name and name.endswith("_id") for name in names):
                carried.append(module.at(node))
    assert carried == []


def test_every_job_has_exactly_one_task_and_a_queue() -> None:
    from workers.app import configure

    app = configure()
    app.loader.import_default_modules()
    registered = [each for each in app.tasks if not each.startswith("celery.")]
    assert sorted(registered) == sorted(job.value for job in Job)
    declared = [
        ast.unparse(keyword.value)
        for module in modules("workers")
        for function in functions(module)
        for decorator in function.decorator_list
        if isinstance(decorator, ast.Call)
        for keyword in decorator.keywords
        if keyword.arg == "name"
    ]
    assert sorted(declared) == sorted(f"Job.{job.name}" for job in Job)
    assert set(QUEUES) == set(Job)


def test_every_scheduled_job_exists_and_none_waits_for_ever() -> None:
    import scheduler

    scheduled = set(scheduler.intervals())
    assert scheduled <= set(Job)
    text = "\n".join(
        (ROOT / each.name).read_text(encoding="utf-8")
        for each in modules("campaigns")
        if each.name != "campaigns/jobs.py"
    )
    rung = {job for job in Job if re.search(rf"\bJob\.{job.name}\b", text)}
    assert scheduled | rung == set(Job)
    beat = scheduler.beat_app().conf.beat_schedule
    assert {entry["task"] for entry in beat.values()} == {job.value for job in scheduled}
    assert {job.value: beat[job.value]["options"]["queue"] for job in scheduled} == {
        job.value: QUEUES[job] for job in scheduled
    }
    assert jobs.broker_settings(timeout_seconds=3)["accept_content"] == ["json"]
    assert settings.current().tick_seconds in scheduler.intervals().values()


@pytest.mark.parametrize(("tops", "ceiling"), [((), 300), (("tests",), 500)])
def test_no_module_grows_without_end(tops: tuple[str, ...], ceiling: int) -> None:
    long = {each.name: each.lines for each in modules(*tops) if each.lines > ceiling}
    assert long == {}


NAMELESS = re.compile(r"(^|_)(service|services|utils?|helpers?|managers?|common|misc)$")


def test_a_module_is_named_for_what_it_does() -> None:
    stems = {each.name: each.name.split("/")[-1].removesuffix(".py") for each in modules()}
    assert [name for name, stem in stems.items() if NAMELESS.search(stem)] == []


def test_every_module_and_public_function_says_what_it_does() -> None:
    silent = []
    for module in modules():
        if not ast.get_docstring(module.tree) and module.lines:
            silent.append(module.name)
        for node in module.tree.body:
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                continue
            if not node.name.startswith("_") and not ast.get_docstring(node):
                silent.append(module.at(node))
    assert silent == []

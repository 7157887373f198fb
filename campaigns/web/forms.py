"""Forms: what was posted, read into a model; a mistake stands by its field, nothing is lost."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Depends, Request
from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData, UploadFile

_M = TypeVar("_M", bound=BaseModel)

_SENTENCES = {
    "missing": "Fill this in.",
    "string_too_short": "Fill this in.",
    "too_short": "Choose at least one.",
    "int_parsing": "Enter a whole number, such as 20.",
    "int_type": "Enter a whole number, such as 20.",
    "decimal_parsing": "Enter a number, such as 12.50.",
    "float_parsing": "Enter a number, such as 12.5.",
    "enum": "Choose one of the list.",
    "literal_error": "Choose one of the list.",
    "bool_parsing": "Choose yes or no.",
    "url_parsing": "Enter a web address, such as https://example.com.",
}
_DATES = "Enter a date, such as 2026-11-24."
_TIMES = "Enter a date and a time."


async def _posted(request: Request) -> AsyncIterator[FormData]:
    async with request.form() as posted:
        yield posted


Posted = Annotated[FormData, Depends(_posted)]
"""What a browser posted: fields as text, files as uploads."""


@dataclass
class Form(Generic[_M]):
    """What was typed, what it means where it can be read, and a sentence for each mistake."""

    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    model: _M | None = None

    def refuse(self, name: str, sentence: str) -> None:
        """Say beside this field why it cannot be; the first sentence stays."""
        self.errors.setdefault(name, sentence)
        self.model = None

    def value(self, name: str) -> Any:
        """What stands in this field; empty where nothing was typed."""
        found = self.values.get(name)
        return "" if found is None else found


def blank(**values: Any) -> Form[Any]:
    """A form as it is first shown."""
    return Form(values=values)


def read(model: type[_M], posted: FormData | Mapping[str, Any]) -> Form[_M]:
    """The posted fields as this model; where they do not fit, `errors` says so field by field.

    A field whose type is a list takes every value of its name. Text is stripped, and an empty
    field counts as not given, so that a default applies.
    """
    typed = {name: _typed(name, model, posted) for name in _names(model, posted)}
    form: Form[_M] = Form(values=typed)
    given = {name: each for name, each in typed.items() if each not in ("", [])}
    try:
        form.model = model.model_validate(given)
    except ValidationError as error:
        for each in error.errors():
            name = str(each["loc"][0]) if each["loc"] else "form"
            form.errors.setdefault(name, sentence(each))
    return form


def sentence(error: Any) -> str:
    """One mistake in plain words."""
    kind, context = str(error["type"]), error.get("ctx", {})
    if kind == "value_error":
        said = str(error["msg"]).removeprefix("Value error, ")
        return said if said.endswith((".", "?", "!")) else f"{said}."
    if kind in _SENTENCES:
        return _SENTENCES[kind]
    if kind == "string_too_long":
        return f"Use at most {context['max_length']} characters."
    if kind.startswith("datetime"):
        return _TIMES
    if kind.startswith("date"):
        return _DATES
    return _bounds(context) or "This cannot be read. Check it once more."


def _bounds(context: Mapping[str, Any]) -> str:
    words = {
        "ge": "Enter {} or more.",
        "le": "Enter {} or less.",
        "gt": "Enter more than {}.",
        "lt": "Enter less than {}.",
    }
    return next((words[each].format(context[each]) for each in words if each in context), "")


def _names(model: type[BaseModel], posted: Any) -> list[str]:
    return [*dict.fromkeys([*model.model_fields, *posted.keys()])]


def _typed(name: str, model: type[BaseModel], posted: Any) -> Any:
    known = model.model_fields.get(name)
    if known is not None and "list" in str(known.annotation) and isinstance(posted, FormData):
        return [_plain(each) for each in posted.getlist(name)]
    return _plain(posted.get(name, ""))


def _plain(value: Any) -> Any:
    if isinstance(value, UploadFile) or not isinstance(value, str):
        return value
    return value.replace("\r\n", "\n").strip()

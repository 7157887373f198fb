"""What was posted is read field by field; each mistake has a sentence and nothing typed is lost."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

import pytest
from pydantic import AfterValidator, BaseModel, Field
from starlette.datastructures import FormData

from campaigns.web import forms


def even(value: int) -> int:
    if value % 2:
        raise ValueError("Enter an even number")
    return value


class Visit(BaseModel):
    name: str = Field(max_length=5)
    number: Annotated[int, AfterValidator(even), Field(ge=2, le=8)] = 2
    price: Decimal = Decimal(0)
    share: Annotated[float, Field(gt=0, lt=1)] = 0.5
    on: date | None = None
    at: datetime | None = None
    kind: Literal["first", "second"] = "first"
    days: list[str] = []
    sure: bool = False


def read(*fields: tuple[str, str]) -> forms.Form[Visit]:
    return forms.read(Visit, FormData([("name", "Ada"), *fields]))


def test_what_fits_becomes_the_model_and_empty_fields_keep_their_defaults() -> None:
    form = read(("number", " 4 "), ("price", ""), ("days", "Mon"), ("days", "Tue"), ("sure", "yes"))
    assert form.errors == {}
    assert form.model == Visit(name="Ada", number=4, days=["Mon", "Tue"], sure=True)


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        ("name", "", "Fill this in."),
        ("name", "Adelaide", "Use at most 5 characters."),
        ("number", "many", "Enter a whole number, such as 20."),
        ("number", "3", "Enter an even number."),
        ("number", "0", "Enter 2 or more."),
        ("number", "10", "Enter 8 or less."),
        ("share", "0", "Enter more than 0.0."),
        ("share", "1", "Enter less than 1.0."),
        ("price", "dear", "Enter a number, such as 12.50."),
        ("on", "soon", "Enter a date, such as 2026-11-24."),
        ("at", "soon", "Enter a date and a time."),
        ("kind", "third", "Choose one of the list."),
        ("sure", "perhaps", "Choose yes or no."),
    ],
)
def test_each_mistake_has_its_sentence_and_keeps_what_was_typed(
    name: str, typed: str, sentence: str
) -> None:
    fields: dict[str, Any] = {"name": "Ada", name: typed}
    form = forms.read(Visit, fields)
    assert form.model is None
    assert form.errors == {name: sentence}
    assert form.value(name) == typed


def test_a_refusal_of_a_room_stands_beside_its_field_and_the_first_one_stays() -> None:
    form = read()
    form.refuse("name", "Ada works here already.")
    form.refuse("name", "And more.")
    assert form.errors == {"name": "Ada works here already."}
    assert form.model is None
    assert form.value("name") == "Ada"


def test_a_blank_form_shows_what_it_was_given() -> None:
    form = forms.blank(name="Ada", number=None)
    assert (form.value("name"), form.value("number"), form.value("price")) == ("Ada", "", "")


def test_an_unknown_mistake_still_says_something_kind() -> None:
    assert forms.sentence({"type": "new_kind", "msg": "?"}).startswith("This cannot be read.")

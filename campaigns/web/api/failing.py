"""Refusals and failures as a program reads them: `{"error": sentence}`."""

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse

from campaigns.web import forms

_FOR_PROGRAMS = ("/api/", "/metrics", "/readyz")

_IN_GENERAL = {
    404: "There is no such address in this API.",
    405: "This address of the API takes another method.",
    422: "The request cannot be read.",
    500: "Something went wrong on our side, and nothing was done. Try again later.",
}


def is_asked(request: Request) -> bool:
    """Whether a program asks, and not a person in a browser."""
    return request.url.path.startswith(_FOR_PROGRAMS)


def answer(status: int, sentence: str = "") -> JSONResponse:
    """The refusal; in general words where no sentence is given."""
    return JSONResponse({"error": sentence or _IN_GENERAL.get(status, _IN_GENERAL[422])}, status)


def unreadable(error: RequestValidationError) -> JSONResponse:
    """What is wrong with the request, by the name of the first field that is."""
    first = error.errors()[0]
    if first["type"] == "json_invalid":
        return answer(422, "The body is not JSON.")
    if first["type"] == "extra_forbidden":
        return answer(422, f"{first['loc'][-1]}: there is no such field.")
    names = [str(each) for each in first["loc"][1:]]
    return answer(422, f"{'.'.join(names) or 'The body'}: {forms.sentence(first)}")

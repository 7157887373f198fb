"""What spoils a whole file is said in one clear sentence, with the line."""

import pytest

from campaigns.contacts import csv_reading
from campaigns.errors import BadFile


def refusal(raw: str | bytes) -> str:
    with pytest.raises(BadFile) as refused:
        csv_reading.read(raw.encode() if isinstance(raw, str) else raw)
    return str(refused.value)


@pytest.mark.parametrize("raw", ["", "\n\n", "name,city\nAda,Allen\n", "ada@example.com\n"])
def test_a_file_without_an_email_column(raw: str) -> None:
    assert refusal(raw).startswith("line 1: there is no email column")


@pytest.mark.parametrize("header", ["email,Email", "email,E-Mail address,name", "e-mail,mail"])
def test_a_file_with_two_email_columns(header: str) -> None:
    assert refusal(header + "\na@example.com,b@example.com\n") == (
        "line 1: there are two columns for email; keep one."
    )


@pytest.mark.parametrize(
    ("raw", "line"),
    [
        ("email,name\nada@example.com,Ada\nrené@example.com,René\n".encode("latin-1"), 3),
        ("email\nada@example.com\n".encode("utf-16"), 1),
    ],
)
def test_a_file_in_another_encoding(raw: bytes, line: int) -> None:
    assert refusal(raw).startswith(f"line {line}: this is not UTF-8 text. Save the file as")


def test_a_file_with_a_nul() -> None:
    assert refusal("email\nada@example.com\nbob\0@example.com\n").startswith(
        "line 3: there is a NUL character here"
    )


@pytest.mark.parametrize(
    "title",
    [
        *("Diagnosis", "diagnosis_code", "ICD-10", "icd10", "Dx", "Condition", "conditions"),
        *("Symptoms", "Medication", "dose", "Insurance", "insurance no.", "Member ID", "memberId"),
        *("SSN", "Date of birth", "dateOfBirth", "DOB", "birthday", "Birth_Date", "age"),
        *("Pain score", "Allergies", "Treatment", "MRN", "patient id", "Therapy"),
        "Medical history",
    ],
)
def test_a_column_that_looks_clinical(title: str) -> None:
    said = refusal(f"email,{title}\nada@example.com,x\n")
    assert said.startswith(f"line 1: the column {title!r} looks clinical or identifying.")
    assert "Nothing was imported" in said


@pytest.mark.parametrize("title", ["page", "Address line 2", "Company", "Accepts newsletter"])
def test_a_harmless_column_is_only_left_out(title: str) -> None:
    assert csv_reading.read(f"email,{title}\nada@example.com,x\n".encode()).left_out == (title,)


@pytest.mark.parametrize(
    ("raw", "line"),
    [('email\n"ada"x@example.com\n', 2), ('"email"x\nada@example.com\n', 1), ('email\n"ada\n', 2)],
)
def test_quotes_that_do_not_add_up(raw: str, line: int) -> None:
    assert refusal(raw).startswith(f"line {line}: the quotes do not add up")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_what_spreadsheets_save_is_read(delimiter: str, ending: str, mark: str) -> None:
    lines = [delimiter.join(each) for each in (("Email", "First name"), ("ada@example.com", "Ada"))]
    file = csv_reading.read((mark + ending.join(lines) + ending).encode())
    assert [each.values for each in file.rows] == [
        {"email": "ada@example.com", "first_name": "Ada"}
    ]


def test_lines_are_counted_as_an_editor_shows_them() -> None:
    raw = 'email,first_name\na@example.com,"Ada\nof Allen"\n\nbob@example.com,Bob\nz@example.com\n'
    file = csv_reading.read(raw.encode())
    assert [(each.line, each.fault) for each in file.rows] == [(2, ""), (5, ""), (6, "")]


def test_whether_rows_bring_their_own_dates() -> None:
    assert csv_reading.read(b"email,consent_at\n").has_consent_dates
    assert not csv_reading.read(b"email\n").has_consent_dates

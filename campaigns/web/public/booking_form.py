"""What the booking forms send, tidied; anything odd becomes empty and is asked for again."""

from pydantic import BaseModel, field_validator

from campaigns.bookings.wish import Wish

_LONGEST = 300


class BookingForm(BaseModel):
    """The fields of the booking page as typed, so that a page can show them again."""

    package: str = ""
    """The package's code and the price that was shown, such as `SER-6:188700`."""
    slot: str = ""
    name: str = ""
    phone: str = ""
    code: str = ""
    attest: str = ""
    regular: str = ""
    key: str = ""

    @field_validator("*")
    @classmethod
    def _tidy(cls, value: str) -> str:
        # A character that PostgreSQL cannot keep (NUL) or that no field needs becomes a space.
        return "".join(each if each.isprintable() else " " for each in value[:_LONGEST]).strip()

    @property
    def package_code(self) -> str:
        """The package that was chosen."""
        return self.package.rpartition(":")[0]

    @property
    def slot_id(self) -> int:
        """The moment that was chosen; 0 for none."""
        return number(self.slot)

    def wish(self) -> Wish:
        """What the reader asks for."""
        seen = number(self.package.rpartition(":")[2])
        return Wish(
            package_code=self.package_code,
            slot_id=self.slot_id,
            name=self.name,
            phone=self.phone,
            code=self.code,
            self_pay_attested=bool(self.attest),
            at_regular_price=bool(self.regular),
            seen_cents=seen or None,
        )


class ManageForm(BaseModel):
    """What the page of a booking sends."""

    action: str = ""
    slot: str = ""

    @property
    def slot_id(self) -> int:
        """The moment that was chosen; 0 for none."""
        return number(self.slot)


def number(text: str) -> int:
    """A whole number that fits a bigint, or 0."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else 0

"""An evening, a course, an open day: when and where, with a file for calendars."""

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar, Literal

from babel import Locale, UnknownLocaleError, dates
from pydantic import Field, ValidationInfo, field_validator

from campaigns import clock
from campaigns.planning.blocks import Block, Letter, Problem
from campaigns.planning.fields import Cta, Line, Moment, RichText, Zone


class Event(Block):
    """Something that takes place: in the future, with a beginning, an end and a place."""

    name: ClassVar[str] = "Event"
    purpose: ClassVar[str] = "When and where something takes place, and a file for calendars."
    order: ClassVar[int] = 95
    group: ClassVar[str] = "Offer and booking"
    takes_more: ClassVar[str] = "text"

    type: Literal["event"] = "event"
    heading: Line = Field(title="What it is", description="This is what calendars show too.")
    starts: Moment = Field(title="Begins")
    ends: Moment = Field(title="Ends")
    zone: Zone = Field(title="Time zone", description="Of the clocks where it takes place.")
    place: Line = Field(title="Where", description="Room and address, or that it is online.")
    text: RichText | None = Field(None, title="Text")
    cta: Cta | None = Field(
        None, title="Button", description="Such as Save a seat. Leave it empty for no button."
    )

    @field_validator("ends")
    @classmethod
    def _ends_after_it_begins(cls, ends: datetime, info: ValidationInfo) -> datetime:
        if "starts" in info.data and ends <= info.data["starts"]:
            raise ValueError("an event ends after it begins")
        return ends

    @property
    def starts_at(self) -> datetime:
        """The instant at which it begins."""
        return clock.moment(self.starts, self.zone).instant

    def when(self, language: str = "en") -> str:
        """Day and hours for readers, such as `Friday, December 4, 2026, 6:00 PM – 7:30 PM CST`."""
        return f"{self.day(language)}, {self.hours(language)}"

    def day(self, language: str = "en") -> str:
        """The day on which it begins."""
        return _day(self.starts, _locale(language))

    def hours(self, language: str = "en") -> str:
        """From when to when, with the day of its end where that is another."""
        locale = _locale(language)
        begins, ends = _day(self.starts, locale), _day(self.ends, locale)
        until = _hour(self.ends, locale)
        if begins != ends:
            until = f"{ends}, {until}"
        zone = clock.on_wall(self.starts_at, self.zone).tzname()
        return f"{_hour(self.starts, locale)} – {until} {zone}"

    def month(self, language: str = "en") -> str:
        """Its month as a sheet of a calendar has it, such as `Dec`."""
        return dates.format_date(self.starts, "MMM", locale=_locale(language))

    def problems(self, letter: Letter) -> Iterator[Problem]:
        """It is still to come when the message goes out, at an hour that the clocks show."""
        if clock.moment(self.starts, self.zone).shift == "gap":
            yield Problem(
                field="starts",
                severity="block",
                message="The clocks are put forward at that hour: they never show this time.",
                mend="Give it an hour earlier or later.",
            )
        if self.starts_at <= letter.now:
            yield Problem(
                field="starts",
                severity="block",
                message=f"“{self.heading}” has begun by the time this is sent "
                f"({self.when(letter.language)}).",
                mend="Give it another day, send the message earlier, or take the block out.",
            )


def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def _day(moment: datetime, locale: Locale) -> str:
    return dates.format_date(moment, "full", locale=locale)


def _hour(moment: datetime, locale: Locale) -> str:
    return dates.format_time(moment.time(), "short", locale=locale).replace("\u202f", " ")

"""Parsed parts of a phrase, before they are resolved to a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo

from posto_desktop.common.translation import translate
from posto_desktop.sdk.errors import WhenError
from posto_desktop.sdk.when.words import PARTS


class Unread(Exception):
    """Our grammar cannot parse the phrase; another parser may try."""

    def __init__(self, *, hopeless: bool = False) -> None:
        super().__init__()
        # Every word was understood, but together they give no time: no other parser would help.
        self.hopeless = hopeless


class PastWord(Exception):
    """The phrase is about the past ("yesterday", "2 days ago")."""


class NumberAlone(Exception):
    """The phrase is a number from 1 to 31 and nothing else."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


def impossible(message: str, suggestion: str | None = None) -> WhenError:
    """Return the error for a time outside calendar or clock."""
    return WhenError(message, kind="impossible", suggestion=suggestion)


@dataclass(slots=True)
class Spec:
    """The parts of a phrase. None means unspecified.

    A length of time is `months` + `days` (calendar) + `seconds` (elapsed).
    """

    continental: bool = False
    # A misspelt word that was corrected: (as typed, as meant).
    slip: tuple[str, str] | None = None

    has_length: bool = False
    # Whether the length has hours, minutes or seconds, even 0.
    elapsed: bool = False
    compact: bool = False
    months: int = 0
    days: int = 0
    workdays: int = 0
    seconds: float = 0.0
    from_day: bool = False

    rel: int | None = None
    weekday: int | None = None
    weekday_mode: str = ""
    weekend: bool = False
    extra_weeks: int = 0
    nth: int | None = None
    month: int | None = None
    dom: int | None = None
    year: int | None = None
    # The number in "Friday 4": an hour, or the day of the month if that Friday is the 4th.
    maybe_dom: int | None = None
    # The number in "14h": a length, or the hour in French.
    maybe_hour: int | None = None
    # The other order of 5/12, as (day, month).
    swapped: tuple[int, int] | None = None
    # Whether such a date was read with the month first.
    month_first: bool = False
    named: str | None = None
    edge: str | None = None
    unit: str | None = None
    shift: int | None = None

    hour: int | None = None
    minute: int = 0
    second: int = 0
    written: str = ""
    meridiem: str | None = None
    exact: bool = False
    digital: bool = False
    midnight: bool = False
    part: str | None = None
    same_time: bool = False

    zone: tzinfo | None = None
    zone_meant: str | None = None
    zone_name: str = ""

    def put(self, name: str, value: object) -> None:
        """Set a part once; two different values are an error."""
        before = getattr(self, name)
        if before is not None and before != value:
            raise Unread(hopeless=True)
        setattr(self, name, value)

    def set_clock(
        self,
        hour: int,
        minute: int = 0,
        second: int = 0,
        *,
        meridiem: str | None = None,
        exact: bool = False,
        written: str = "",
    ) -> None:
        """Set the clock time; raises WhenError for an invalid one."""
        if self.hour is not None or self.midnight:
            raise Unread(hopeless=True)
        shown = written or f"{hour}:{minute:02d}"
        if minute > 59 or second > 59:
            raise impossible(
                translate(
                    "When", "{time} is not a time of day: minutes and seconds go up to 59."
                ).format(time=shown)
            )
        if hour > 24 or (hour == 24 and (minute or second)):
            raise impossible(
                translate("When", "{time} is not a time of day: hours go from 0 to 23.").format(
                    time=shown
                )
            )
        if meridiem and not 1 <= hour <= 12:
            raise impossible(
                translate(
                    "When",
                    "{time} is not a time of day: am and pm go with hours from 1 to 12.",
                ).format(time=f"{shown} {meridiem}"),
                f"{hour % 24}:{minute:02d}",
            )
        self.hour, self.minute, self.second = hour, minute, second
        self.meridiem, self.exact, self.written = meridiem, exact, shown

    def put_part(self, part: str) -> None:
        """Set the part of the day; "late tomorrow evening" gives it in two words."""
        before = self.part
        if before is None or part == before:
            self.part = part
            return
        pair = {before, part}
        for modifier, word in (("early", "early"), ("late night", "late")):
            if modifier in pair:
                (base_part,) = pair - {modifier}
                named = f"{word} {base_part}"
                self.part = named if named in PARTS else modifier
                return
        if not pair <= {"evening", "night", "tonight", "late evening", "early evening"}:
            raise Unread(hopeless=True)
        if before != "tonight":
            self.part = part

    @property
    def is_no_time(self) -> bool:
        """Return whether the length of time is 0."""
        return not (self.months or self.days or self.workdays or self.seconds)

    @property
    def has_time(self) -> bool:
        return self.hour is not None or self.midnight

    @property
    def has_date(self) -> bool:
        """Return whether the phrase names a day other than by a length of time."""
        return not (
            self.rel is None
            and self.weekday is None
            and self.month is None
            and self.dom is None
            and self.year is None
            and self.named is None
            and self.edge is None
            and self.unit is None
        )

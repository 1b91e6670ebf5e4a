"""Parsed value of the When field, and the times at which a message goes out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, tzinfo
from html import escape

from posto_desktop.common.translation import translate
from posto_desktop.core.recurrence import Repeat, occurrences
from posto_desktop.models.when_text import tomorrow_at_nine
from posto_desktop.sdk.errors import WhenError


@dataclass(frozen=True)
class ParsedTime:
    """Result of parsing: ``ok`` and ``when`` (None: now), or the kind of problem and suggestions.

    ``wall`` is the typed time of day if the clocks skip it on that day.
    """

    ok: bool = True
    when: datetime | None = None
    alternative: datetime | None = None
    note: str = ""
    problem: str = ""
    kind: str = ""
    suggestions: tuple[str, ...] = ()
    wall: time | None = None

    def suggestion_links(self, offer: Callable[[str], str], colour: str) -> str:
        """Return the suggestions as links, each with the text from `offer`; "" for none.

        Underlined, because they follow red text. Lines do not break inside a link.
        """
        return " · ".join(
            f'<a href="suggestion:{number}" style="color:{colour}">'
            f"{escape(offer(text)).replace(' ', '&nbsp;')}</a>"
            for number, text in enumerate(self.suggestions)
        )

    def suggested(self, link: str) -> str:
        """Return the suggestion of a link made by `suggestion_links`; "" for other links."""
        kind, _, number = link.partition(":")
        place = int(number) if number.isdecimal() else 0
        return self.suggestions[place] if kind == "suggestion" and self.suggestions[place:] else ""


def parse_time(text: str, now: datetime, zone: tzinfo) -> ParsedTime:
    """Parse the field. Never raises: incomplete input is normal while typing."""
    if not text.strip():
        return ParsedTime()
    from posto_desktop.sdk.times import read_when  # imported with the first typed time

    try:
        reading = read_when(text, now=now, tz=zone)
    except WhenError as error:
        return ParsedTime(
            ok=False,
            when=error.when,
            problem=error.user_message,
            kind=error.kind,
            suggestions=error.suggestions,
        )
    return ParsedTime(
        when=reading.when,
        alternative=reading.alternative,
        note=reading.note or "",
        wall=reading.wall,
    )


def post_times(
    reading: ParsedTime, repeat: Repeat | None, zone: tzinfo
) -> tuple[ParsedTime, list[datetime]]:
    """Return the parsed time and the times (aware UTC) at which the message goes out: none for
    "now" or an empty field, one, or those of the repeat. A repeat that does not fit the time
    becomes a problem of the result."""
    if not reading.ok:
        return reading, []
    if repeat is None:
        return reading, [reading.when.astimezone(UTC)] if reading.when is not None else []
    if reading.when is None:
        words = translate("WhenReading", "Set a time for the first post of the repeat.")
        return ParsedTime(
            ok=False, problem=words, kind="repeat", suggestions=(tomorrow_at_nine(),)
        ), []
    times = occurrences(repeat, reading.when, zone, clock=reading.wall)
    if not times:
        words = translate("WhenReading", "The repeat ends before this time.")
        return ParsedTime(ok=False, when=reading.when, problem=words, kind="repeat"), []
    return reading, times

"""Times and lists of names inside of sentences, in all layers.

The app sets how times are written (`models.dates`); without it, as on the command line, they are
English.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from posto_desktop.common.translation import translate

__all__ = ["listed", "set_time_words", "time_words"]

TimeWords = Callable[[datetime], str]
"""Returns a moment (aware) with its day and year."""


def _english(moment: datetime) -> str:
    local = moment.astimezone()
    return f"{local:%a} {local.day} {local:%b %Y}, {local.hour}:{local:%M}"


_time_words: TimeWords = _english


def set_time_words(words: TimeWords) -> None:
    """Set the function that writes times from now on."""
    global _time_words
    _time_words = words


def time_words(moment: datetime) -> str:
    """Return "Mon 30 Nov 2026, 9:05" as the user's locale writes it."""
    return _time_words(moment)


def listed(names: Iterable[str]) -> str:
    """Return names as a list, "Lind, Nord, Süd", with the comma of the user's language."""
    #: Two names of a list that may go on: only the comma between them is used.
    pattern = translate("Lists", "{first}, {second}")
    comma = pattern.replace("{first}", "").replace("{second}", "")
    return comma.join(names)

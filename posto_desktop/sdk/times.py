"""Reads times and lengths of time as people write them: "tomorrow at 3pm", "1h", "nächsten Montag".

The phrase is read by our own grammar (`when.grammar`), which knows English, German, French,
Spanish, Italian, Portuguese, Turkish, Azerbaijani and Arabic: the language that the program has
chosen first (see `when.languages`), then English and its neighbours, then the others. What it does
not know is put into English by dateparser's dictionary of the user's language and read again; a
word that is left over refuses the phrase.

What everyday phrases are taken to mean:

- A day without a time of day is 09:00 (see `set_day_time`); "tonight" and "evening" are 19:00,
  "afternoon" 15:00. "Today" and "tonight" said after that time are the next full hour that is left.
- A time of day without a day is the next one that comes. "At 8" is 08:00, "at 3" is 15:00: bare
  hours from 1 to 6 are in the afternoon, and the other half of the day is the alternative.
  "3:30" is 03:30, as a clock shows it, with 15:30 as the alternative.
- "Next Monday" is the first Monday after today. Where that lies in the same week ("next Friday",
  said on a Wednesday), the one a week later is the alternative. "Friday next week" is in the next
  calendar week, and weeks start on Monday.
- "In 2 hours" is time that passes, reckoned in UTC. "In 2 days" is the same time of day two days
  on, whatever the clocks do; "2d" is 48 hours. "2h" and "14h" alone are lengths; from 13h on the
  time of day is the alternative. "In 0 minutes" is now.
- A number alone ("5", "17") is asked about: it can be the hour or the day of the month.
- A date without a year is the next such date. A day that has passed is refused.
- "5/12" follows the user's country: the month comes first in the United States and the
  Philippines only, and never beside words of another language. The note says which order was
  taken, and the other one is the alternative.
- A typing slip in a day, a month or a unit ("tuseday") is read when nothing else can be, and said.
- What repeats ("Mondays at 9"), lasts ("for 2 hours") or spans ("1 - 5 Dec") is refused.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Final

from posto_desktop.common.translation import translate
from posto_desktop.sdk.errors import WhenError
from posto_desktop.sdk.when import (
    grammar,
    languages,
    lexer,
    rules_length,
    vocabularies,
    zones,
)
from posto_desktop.sdk.when.fallback import in_english, month_comes_first
from posto_desktop.sdk.when.languages import phrases
from posto_desktop.sdk.when.moments import Clock, past, set_usual_clock, usual_clock
from posto_desktop.sdk.when.resolve import TimeReading, resolve, slip_words
from posto_desktop.sdk.when.spec import NumberAlone, PastWord, Spec, Unread, impossible
from posto_desktop.sdk.when.tokens import PhraseToken
from posto_desktop.sdk.when.words import COMMON, SEPARATE, Vocabulary
from posto_desktop.sdk.when.zones import local_zone, use_zone

__all__ = [
    "TimeReading",
    "WhenError",
    "day_time",
    "local_zone",
    "parse_duration",
    "parse_when",
    "read_when",
    "set_day_time",
    "use_zone",
]

# Longer texts are not times; parsing them would waste time.
LONGEST: Final = 100

_STAMP: Final = re.compile(r"@?(\d{9,10}|\d{12,13})(\.\d{1,6})?")
_AROUND: Final = " \"'“”„«»[]"
_ENDS: Final = " .,;:!?"
_SPACES: Final = re.compile(r"\s+")


def parse_when(
    text: str | int | float | datetime,
    now: datetime | None = None,
    tz: tzinfo | str | None = None,
) -> datetime:
    """Return the time that `text` means, aware, in the zone `tz`; never before `now`.

    `text` is a phrase, a Unix timestamp in seconds, or a datetime (a naive one is in `tz`). `now`
    is the time of reading (default: the clock; a naive one is in `tz`). `tz` is a zone or its IANA
    name (default: the zone of an aware `now` that names one, else this computer's zone).

    Raises WhenError, whose `kind` is "past", "impossible", "unknown" or "ambiguous", and whose
    `user_message` is fit for people. An empty text is unknown.
    """
    moment, zone = _moment(now, tz)
    if isinstance(text, str) and not text.strip():
        raise WhenError(translate("When", "No time is given."), kind="unknown")
    reading = _read(text, moment, zone)
    return reading.when if reading.when is not None else moment.astimezone(zone)


def read_when(
    text: str | int | float | datetime,
    now: datetime | None = None,
    tz: tzinfo | str | None = None,
) -> TimeReading:
    """Return the interpretation of `text`: as `parse_when`, with the other possible reading.

    `TimeReading.when` is None for "now", "in 0 minutes" and an empty text: at once.
    """
    moment, zone = _moment(now, tz)
    if isinstance(text, str) and not text.strip():
        return TimeReading(None)
    return _read(text, moment, zone)


def day_time() -> time:
    """Return the default time of day."""
    usual = usual_clock()
    return time(usual.hour, usual.minute)


def set_day_time(clock: time) -> None:
    """Set the default time of day of this whole program (09:00).

    For programs whose user has chosen one; scripts without it get 09:00 on every computer.
    """
    set_usual_clock(Clock(clock.hour, clock.minute))


def parse_duration(text: str | int | float | timedelta) -> timedelta:
    """Return the length of time in `text`: "30m", "1h30m", "7d", "1w", "half an hour", "2 Tage".

    A number is seconds. A month counts 30 days and a year 365. Raises WhenError for anything else,
    and for a length that is not above zero.
    """
    if isinstance(text, timedelta):
        length = text
    elif isinstance(text, str):
        length = _length(text)
    else:
        try:
            length = timedelta(seconds=float(text))
        except (OverflowError, ValueError):
            raise impossible(
                translate("When", "{text} is not a length of time.").format(text=text)
            ) from None
    if length <= timedelta(0):
        raise impossible(translate("When", "A length of time has to be above zero."), "1h")
    return length


def _length(text: str) -> timedelta:
    unknown = WhenError(
        translate(
            "When", "“{text}” cannot be read as a length of time. “{minutes}” and “{hours}” can."
        ).format(text=_shown(text), minutes=phrases().half_hour, hours=phrases().two_hours),
        kind="unknown",
        suggestion="1h",
    )
    if len(text) > LONGEST:
        raise unknown
    spec = length_of(text.strip(), r"i?", "L?")
    if spec is None:
        raise unknown
    try:
        years, months = divmod(spec.months, 12)
        return timedelta(days=spec.days + 30 * months + 365 * years, seconds=spec.seconds)
    except OverflowError:
        raise unknown from None


def length_of(text: str, before: str = "", behind: str = "") -> Spec | None:
    """Return the length of time that a text is, in any language; None if it is none. What may stand
    before and behind it is given as kinds of words."""
    for vocabulary in vocabularies.vocabularies():
        tokens = lexer.tokens(vocabularies.folded(text, vocabulary), vocabulary)
        kinds = "".join(token.kind for token in tokens)
        if not re.fullmatch(rf"{before}{rules_length.LENGTH}{behind}", kinds):
            continue
        spec = Spec()
        try:
            rules_length.set_length(
                spec, rules_length.lengths([token for token in tokens if token.kind not in "iL"])
            )
        except (Unread, OverflowError):
            continue
        return spec
    return None


def _moment(now: datetime | None, tz: tzinfo | str | None) -> tuple[datetime, tzinfo]:
    if isinstance(tz, str):
        named = zones.zone(tz)
        if named is None:
            raise WhenError(
                translate("When", "There is no time zone “{name}”.").format(name=_shown(tz)),
                kind="unknown",
            )
        tz = named
    if tz is None:
        # A caller who gives now in a named zone means that zone. UTC and bare offsets are internal
        # forms and say nothing about the reader.
        key = getattr(now.tzinfo, "key", None) if now is not None else None
        if now is not None and now.tzinfo is not None and key not in (None, "UTC", "Etc/UTC"):
            tz = now.tzinfo
        else:
            tz = local_zone()
    if now is None:
        return datetime.now(UTC), tz
    if now.tzinfo is None:
        now = now.replace(tzinfo=tz)
    return now.astimezone(UTC), tz


def _read(text: str | int | float | datetime, now: datetime, zone: tzinfo) -> TimeReading:
    try:
        if isinstance(text, str):
            return _phrase(text, now, zone)
        if isinstance(text, datetime):
            return _instant(text if text.tzinfo else text.replace(tzinfo=zone), now, zone)
        return _stamp(float(text), now, zone)
    except (OverflowError, OSError):
        raise impossible(translate("When", "That is too far ahead.")) from None


def _phrase(text: str, now: datetime, zone: tzinfo) -> TimeReading:
    if len(text) > LONGEST:
        raise _unknown(text)
    text = _SPACES.sub(" ", text)
    folded = lexer.fold(text).strip(_AROUND)
    stamp = _STAMP.fullmatch(folded)
    if stamp is not None:
        value = float(folded.removeprefix("@"))
        return _stamp(value / 1000 if len(stamp[1]) > 10 else value, now, zone)
    try:
        return _words(text, now, zone)
    except WhenError as error:
        if error.kind == "impossible":
            error.suggestions = tuple(
                suggestion for suggestion in error.suggestions if _usable(suggestion, now, zone)
            )
        raise
    except NumberAlone as alone:
        raise _which(text, alone.number) from None
    except PastWord:
        raise WhenError(
            translate("When", "“{text}” is in the past. Only times ahead can be scheduled.").format(
                text=_shown(text)
            ),
            kind="past",
            suggestion=phrases().tomorrow_at.format(clock="9:00"),
        ) from None
    except Unread:
        raise _unknown(text) from None


def _words(text: str, now: datetime, zone: tzinfo) -> TimeReading:
    """Read a phrase in the chosen language, in the common ones, in the others, by dateparser's
    dictionary, and at last with a typing slip."""
    own = vocabularies.own_vocabulary()
    is_chosen = bool(languages.chosen_language())
    is_hopeless = False
    for vocabulary in vocabularies.own_and_common():
        try:
            reading = _grammar(text, now, zone, vocabulary)
        except Unread as unread:
            is_hopeless = is_hopeless or (unread.hopeless and vocabulary is COMMON)
            continue
        is_own = vocabulary is own and is_chosen
        return _with_english(reading, text, now, zone) if is_own else reading
    other = _elsewhere(text, now, zone)
    if other is not None:
        return other
    if is_hopeless:
        raise Unread(hopeless=True)
    if own is None or own.lang not in SEPARATE:
        english = in_english(text.strip())
        try:
            if english is not None:
                return _grammar(english, now, zone)
        except Unread:
            pass
    if own is not None:
        try:
            return _grammar(text, now, zone, own, slips=True)
        except Unread:
            pass
    return _grammar(text, now, zone, slips=True)


def _with_english(own: TimeReading, text: str, now: datetime, zone: tzinfo) -> TimeReading:
    """Return a reading with what the words mean in English as the other one, if they mean another
    time there: "on may 10" is 10 May at 10:00 in Turkish."""
    if own.when is None:
        return own
    try:
        english = _grammar(text, now, zone).when
    except (Unread, WhenError, PastWord, NumberAlone):
        return own
    return own if english in (None, own.when) else replace(own, alternative=english)


def _elsewhere(text: str, now: datetime, zone: tzinfo) -> TimeReading | None:
    """Return the reading in another language; None if there is none, or two that differ."""
    readings: list[TimeReading] = []
    for vocabulary in vocabularies.other_vocabularies():
        try:
            readings.append(_grammar(text, now, zone, vocabulary))
        except (Unread, WhenError, PastWord, NumberAlone):
            continue
    whens = {reading.when for reading in readings}
    return readings[0] if len(whens) == 1 else None


def _usable(suggestion: str, now: datetime, zone: tzinfo) -> bool:
    """Return whether a suggestion is itself valid, unlike 28 February of a past year."""
    try:
        _grammar(suggestion, now, zone)
    except (WhenError, Unread):
        return False
    return True


def _grammar(
    text: str,
    now: datetime,
    zone: tzinfo,
    vocabulary: Vocabulary = COMMON,
    *,
    slips: bool = False,
) -> TimeReading:
    folded = vocabularies.folded(text, vocabulary).strip(_AROUND)
    tokens = lexer.tokens(folded, vocabulary, slips=slips)
    if [token.kind for token in tokens] == ["N"]:
        return TimeReading(None)
    if len(tokens) == 1 and _is_alone(tokens[0], folded):
        raise NumberAlone(tokens[0].value)
    try:
        return resolve(grammar.read(tokens, month_first=_month_first(zone)), now, zone)
    except WhenError as error:
        slip = next(((token.raw, token.slip) for token in tokens if token.slip), None)
        if slip is not None:
            error.user_message = f"{slip_words(slip)} {error.user_message}"
        raise


def _month_first(zone: tzinfo) -> bool:
    chosen = languages.month_first()
    return month_comes_first(zone) if chosen is None else chosen


def _is_alone(token: PhraseToken, folded: str) -> bool:
    """Return whether a phrase is only a number, such as "5", "5." or "five": "5ish" and "exactly 5"
    are hours."""
    number = token.kind == "n" and isinstance(token.value, int) and 1 <= token.value <= 31
    number = number and not token.glued  # Turkish "beşte" is at five
    return number and folded.strip(_ENDS).lower() == token.raw.lower()


def _which(text: str, number: int) -> WhenError:
    """Ask what a lone number means. The answers are phrases that can be parsed."""
    words = phrases()
    answers = [words.day_of_month.format(number=number, suffix=words.suffixes[number])]
    if number <= 24:
        answers.insert(0, words.hour.format(number=number) if number <= 12 else f"{number}:00")
    question = (
        translate("When", "Does “{text}” mean {first} or {second}?")
        if len(answers) > 1
        else translate("When", "Does “{text}” mean {first}?")
    )
    return WhenError(
        question.format(text=_shown(text), first=answers[0], second=answers[-1]),
        kind="ambiguous",
        suggestions=answers,
    )


def _stamp(seconds: float, now: datetime, zone: tzinfo) -> TimeReading:
    try:
        when = datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        raise impossible(translate("When", "That timestamp is too far ahead.")) from None
    return _instant(when, now, zone)


def _instant(when: datetime, now: datetime, zone: tzinfo) -> TimeReading:
    local = when.astimezone(zone)
    if when.astimezone(UTC) < now:
        raise past(local, now.astimezone(zone))
    return TimeReading(local)


def _unknown(text: str) -> WhenError:
    return WhenError(
        translate(
            "When",
            "“{text}” cannot be read as a time. “{example}”, “{date}” and “{length}” can.",
        ).format(
            text=_shown(text),
            example=phrases().tomorrow_at.format(clock="9:00"),
            date=phrases().date_time,
            length=phrases().length,
        ),
        kind="unknown",
        suggestion=phrases().tomorrow_at.format(clock="9:00"),
    )


def _shown(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 40 else line[:39] + "…"

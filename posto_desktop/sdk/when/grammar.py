"""Grammar of `when=`: from the tokens of a phrase to a `Spec`.

The kinds of all tokens form a string ("in 3 days at 9" is "inu@n"), and each rule is a regular
expression over that string with a handler. The first rule that matches at the first remaining token
consumes its tokens; a handler returns False to leave them to the following rules.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from posto_desktop.common.translation import translate
from posto_desktop.sdk.when import rules_clock, rules_day, rules_length
from posto_desktop.sdk.when.rules_length import LENGTH
from posto_desktop.sdk.when.spec import PastWord, Spec, Unread, impossible
from posto_desktop.sdk.when.tokens import PhraseToken

Tokens = Sequence[PhraseToken]
# Called with the spec, the tokens that the pattern matched, and the kinds of all other tokens.
Handler = Callable[[Spec, Tokens, str], bool]


_WITHIN: Final = frozenset(("within", "innerhalb", "d ici", "entro"))


def read(tokens: list[PhraseToken], *, month_first: bool) -> Spec:
    """Return the `Spec` of a phrase. Raises Unread, or WhenError for an invalid clock time."""
    kinds = "".join(token.kind for token in tokens)
    if not kinds or "?" in kinds:
        # An unknown word takes precedence over errors of the others.
        raise Unread()
    spec = Spec(
        slip=next(((t.raw, t.slip) for t in tokens if t.slip), None),
        continental=any(token.lang not in ("", "en") for token in tokens),
    )
    position = 0
    while position < len(kinds):
        for pattern, handler in _RULES:
            match = pattern.match(kinds, position)
            if match is None or match.end() == position:
                continue
            end = match.end()
            other_kinds = kinds[:position] + " " + kinds[end:]
            if handler(spec, tokens[position:end], other_kinds):
                position = end
                break
        else:
            raise Unread(hopeless=True)
    if spec.swapped is not None and spec.month is None:
        # Nobody who writes "le 5/12" or "5/12 um 9" puts the month first.
        _order_numeric(spec, month_first and not spec.continental)
    return spec


def _order_numeric(spec: Spec, month_first: bool) -> None:
    first, second = spec.swapped or (0, 0)
    spec.month_first = month_first
    as_month = (first, second) if month_first else (second, first)
    swapped_order = (second, first) if month_first else (first, second)
    spec.swapped = None
    for index, (month, day) in enumerate((as_month, swapped_order)):
        if 1 <= month <= 12 and 1 <= day <= 31:
            spec.month, spec.dom = month, day
            if index == 0 and day <= 12 and day != month:
                spec.swapped = (swapped_order[1], swapped_order[0])
            return
    raise impossible(
        translate("When", "There is no day {first}/{second}.").format(first=first, second=second)
    )


def _past(spec: Spec, tokens: Tokens, other_kinds: str) -> bool:
    raise PastWord()


def _vague(spec: Spec, tokens: Tokens, other_kinds: str) -> bool:
    raise Unread(hopeless=True)


def _start(spec: Spec, tokens: Tokens, other_kinds: str) -> bool:
    """Parse "starting tomorrow" as tomorrow; "after tomorrow" leaves the time open."""
    later = other_kinds.partition(" ")[2]
    return tokens[0].value == 1 and (
        other_kinds.startswith(" ") or (spec.has_date and later[0] in "nc@")
    )


def _after(spec: Spec, tokens: Tokens, other_kinds: str) -> bool:
    """Parse "after 2 hours" as in two hours."""
    return bool(tokens[0].value == 0)


def _on(spec: Spec, tokens: Tokens, other_kinds: str) -> bool:
    """Parse "in December"; "within Friday" leaves the time open."""
    if tokens[0].raw in _WITHIN:
        raise Unread(hopeless=True)
    return True


def _drop(spec: Spec, tokens: Tokens, other_kinds: str) -> bool:
    return True


_RULES: Final[tuple[tuple[re.Pattern[str], Handler], ...]] = tuple(
    (re.compile(pattern), handler)
    for pattern, handler in (
        (r"r|[wu]l(?!w)|<[n1]u", _past),
        (r"v", _vague),
        (rf"@(?={LENGTH}L)", _drop),
        (rf"(?<!.)f(?={LENGTH}(?!.))", _after),
        (r"i?nun(?!.)", rules_length.hours_and_minutes),
        (r"@nu(?:n(?!u)|[&<][1n]?q(?!u)|<n(?!u))?", rules_clock.hours_after_at),
        (r"(?<!i)nu(?:n(?!u)|[&<][1n]?q(?!u)|<n(?!u)|(?![L&nf1]))", rules_clock.hours_alone),
        (r"@?n[><f]q@?n(?!u)h?", rules_clock.minutes_beside_half),
        (r"@?1?qh?[><f]@?n(?!u)[ha]?", rules_clock.minutes_beside),
        (r"@?nu?[><f]@?n(?!u)[ha]?", rules_clock.minutes_beside),
        (r"@?(?:1?q|[n1]u?)[><f]t", rules_clock.minutes_beside_noon),
        (r"@?t[&<]1?[nq](?!u)", rules_clock.noon_and),
        (r"@?[nY]u", rules_clock.military),
        (r"ic", rules_length.length_of_clock),
        (r"(?<!.)c(?!.)", rules_length.length_of_clock),
        (rf"i?{LENGTH}f(?=[dwxskmoey])", rules_length.length_from),
        (rf"i?{LENGTH}L?", rules_length.length),
        (r"u?y", rules_day.numeric_date),
        (r"[ol]w", rules_day.nth_weekday),
        (r"[ol]u", rules_day.nth_day),
        (r"e", rules_day.edge),
        (r"wfx", rules_day.weekday),
        (r"(?<!.)uf?(?=[dw])", rules_length.week_on),
        (r"ufx|[xs]u|ux|u(?![n])", rules_day.period),
        (r"wu(?!fx)", rules_day.weekday),
        (r"[xs]?wn(?![uamhqn&<>])", rules_day.weekday_and_number),
        (r"xw|wx(?!u)|sw|w", rules_day.weekday),
        (r"Ym(?:o|n(?![ahu&m]))", rules_day.year_first),
        (r"nmY?(?![ah])|omY?|[xs]?m(?:o|n(?![ahu&m]))Y?|mY|[xs]?m", rules_day.day_and_month),
        (r"Y", rules_day.year),
        (r"u?o|un", rules_day.dom),
        (r"du|d", rules_day.rel),
        (r"k", rules_day.named),
        (r"@?qn", rules_clock.half_of),
        (r"@?ca?(?:h|u(?!n))?", rules_clock.clock),
        (r"@?[nY]a", rules_clock.hour),
        (r"@?nhn(?![uma])|@?nh?[&<][1n]?q|@?n[&<]n(?!u)|@?nha?", rules_clock.hour),
        (r"@?nn(?:a|(?![uamhqo]))", rules_clock.hour_and_minute),
        (r"@[nY]", rules_clock.hour),
        (r"[@s]?t", rules_clock.day_time),
        (r"[sx]?p", rules_clock.part),
        (r"S", rules_clock.same_time),
        (r"f(?=[dwxsmoky@ce]|n(?!u)|nu(?!.))", _start),
        (r"z", rules_clock.zone),
        (r"[nY]", rules_clock.hour),
        (r"@(?=[a-zA-Z])", _drop),
        (r"i(?=[pmtzeolkwdsx]|uf)", _on),
    )
)

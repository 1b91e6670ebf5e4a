"""Reads a line of quick capture: "Buns are back @instagram @facebook tomorrow 9".

Channels stand at the beginning or the end of a line, a time at its end; in between, all is message.
A time is taken where it is surely meant: after a channel, after an @, or when it names a day and a
time of day. Others ("See you tomorrow") are only offered. A backslash before a name or a time
leaves it in the text. Every character of the line is in the text, in a token, a backslash that has
done its work, or a space beside a token.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from itertools import islice
from typing import Literal

from posto_desktop.core.channel_names import MAX_NAME_WORDS, ChannelNames, NamedChannels
from posto_desktop.sdk.trailing_time import has_leading_time, is_time, trailing_times

__all__ = [
    "LineToken",
    "QuickLine",
    "escaped",
    "put_back",
    "read_line",
    "with_name",
    "with_time",
]

TokenKind = Literal["channel", "time", "offer"]
Span = tuple[int, int]
_MAX_TAIL = 300
"""Characters at the end of a line in which a name or time is looked for."""
_MAX_LINES = 20
"""Lines at the beginning and at the end of a long text that can name channels and a time."""
_MAX_ESCAPES = 100
_BEHIND = " \t,;."
_ESCAPE = re.compile(r"(?<!\S)\\+(?=[^\s\\])")
_WORD_END = re.compile(r"(?<=\S)(?!\S)")


@dataclass(frozen=True)
class LineToken:
    """A part of the line that says where or when: `line[start:end]`. `words` are without the @ and
    what stands behind. An "offer" is a time that stays in the text. `meanings` of a channel: one,
    or several to choose from. `is_leading`: it stands before the text of its line."""

    kind: TokenKind
    start: int
    end: int
    words: str
    meanings: Sequence[NamedChannels] = ()
    is_leading: bool = False


@dataclass(frozen=True)
class QuickLine:
    """`text` is the message, `removed` are the spans of the line that are not in it."""

    line: str
    text: str
    tokens: tuple[LineToken, ...] = ()
    removed: tuple[Span, ...] = ()

    @property
    def channels(self) -> list[LineToken]:
        """Return the tokens of channels in the order of the line."""
        return [token for token in self.tokens if token.kind == "channel"]

    @property
    def time(self) -> LineToken | None:
        return next((token for token in self.tokens if token.kind == "time"), None)

    @property
    def offer(self) -> LineToken | None:
        return next((token for token in self.tokens if token.kind == "offer"), None)

    @property
    def unknown_name(self) -> str:
        """Return the last word with an @ at an end of the text, which no channel has; "" for
        none."""
        for words in (self.text.split()[-1:], self.text.split()[:1]):
            if words and re.fullmatch(r"@\w[\w.\-]*", words[0]):
                return words[0]
        return ""

    @property
    def when_text(self) -> str:
        return self.time.words if self.time is not None else ""

    def channel_ids(self) -> tuple[int, ...]:
        """Return the channels that are named without a doubt, in the order of the line."""
        ids = [
            number
            for token in self.channels
            if len(token.meanings) == 1
            for number in token.meanings[0].channel_ids
        ]
        return tuple(dict.fromkeys(ids))


def read_line(line: str, names: ChannelNames, now: datetime, zone: tzinfo) -> QuickLine:
    """Return what a line says; any text is one. Of several times the last one counts."""
    return _Reader(line, names, now, zone).read()


def put_back(line: QuickLine, token: LineToken) -> str:
    """Return the line with a channel or time as words of its text, behind a backslash."""
    whole = line.line
    start = whole.rfind("\n", 0, token.start) + 1
    end = whole.find("\n", token.start)
    end = len(whole) if end < 0 else end
    beside = [t for t in line.tokens if start <= t.start < end and t.kind != "offer"]
    first = max((t.end for t in beside if t.is_leading), default=start)
    last = min((t.start for t in beside if not t.is_leading), default=end)
    before = [whole[t.start : t.end].strip() for t in beside if t.is_leading and t is not token]
    behind = [whole[t.start : t.end].strip() for t in beside if not t.is_leading and t is not token]
    body = [whole[first:last].strip(" \t")]
    body.insert(0 if token.is_leading else 1, "\\" + whole[token.start : token.end].strip())
    return whole[:start] + " ".join(filter(None, [*before, *body, *behind])) + whole[end:]


def with_name(line: QuickLine, token: LineToken, meaning: NamedChannels) -> str:
    """Return the line with the name of a channel that means nothing else."""
    end = token.start + 1 + len(token.words)
    return f"{line.line[: token.start]}@{meaning.name}{line.line[end:]}"


def with_time(line: QuickLine, token: LineToken) -> str:
    """Return the line with an offered time taken."""
    return f"{line.line[: token.start]}@{line.line[token.start :]}"


def escaped(text: str, names: ChannelNames, now: datetime, zone: tzinfo) -> str:
    """Return a line whose text is `text`, without channels and time."""
    reader = _Reader(text, names, now, zone)
    places = [span[0] for span in reader.escapes()]
    line = "".join("\\" * (place in places) + char for place, char in enumerate(text))
    while True:
        tokens = [t for t in read_line(line, names, now, zone).tokens if t.kind != "offer"]
        if not tokens:
            return line
        start = tokens[-1].start
        line = f"{line[:start]}\\{line[start:]}"


class _Reader:
    def __init__(self, line: str, names: ChannelNames, now: datetime, zone: tzinfo) -> None:
        self._line, self._names = line, names
        self._now, self._zone = now, zone
        self._tokens: list[LineToken] = []
        self._has_time = False
        self._has_offer = False

    def read(self) -> QuickLine:
        removed: list[Span] = []
        for start, end in self._lines():
            removed += self._read_one(start, end)
        removed += [(start, start + 1) for start, _end in self.escapes()]
        text, spans = _without(self._line, removed)
        tokens = tuple(
            sorted(
                (t for t in self._tokens if t.kind != "offer" or not self._has_time),
                key=lambda token: token.start,
            )
        )
        return QuickLine(self._line, text, tokens, spans)

    def _lines(self) -> list[Span]:
        """Return the lines from the last to the first; of a long text those at its ends."""
        breaks = [match.start() for match in re.finditer("\n", self._line)]
        ends = [*breaks, len(self._line)]
        lines = list(zip([0, *(at + 1 for at in breaks)], ends, strict=True))
        if len(lines) > 2 * _MAX_LINES:
            lines = [*lines[:_MAX_LINES], *lines[-_MAX_LINES:]]
        return lines[::-1]

    def escapes(self) -> Iterator[Span]:
        """Yield the backslashes before what would be a name or a time: one of each is dropped."""
        for match in islice(_ESCAPE.finditer(self._line), _MAX_ESCAPES):
            at = match.end()
            if self._line[at] == "@":
                if self._leading_name(at) is not None or self._is_time_at(at + 1):
                    yield match.start(), at
            elif self._is_time_at(at):
                yield match.start(), at

    def _is_time_at(self, at: int) -> bool:
        return has_leading_time(self._line[at : at + _MAX_TAIL], self._now, self._zone)

    # -- one line ------------------------------------------------------------------------------

    def _read_one(self, start: int, end: int) -> list[Span]:
        """Read what stands between two line breaks; return what is not text."""
        left = self._read_tail(start, end)
        first = self._read_head(start, left)
        removed = [(start, first)] if first > start else []
        if left < end:
            removed.append((left, end))
        is_bare = first >= left and (left < end or first > start)
        if is_bare and end < len(self._line):
            removed.append((end, end + 1))  # the line break of a line without text
        return removed

    def _read_tail(self, start: int, end: int) -> int:
        """Take channels and a time off the end; return where the text ends."""
        left = end
        while True:
            floor = max(start, left - _MAX_TAIL)
            token = self._last_token(floor, left)
            if token is None:
                return left
            self._tokens.append(token)
            if token.kind == "offer":
                self._has_offer = True
                return left
            self._has_time = self._has_time or token.kind == "time"
            left = token.start
            while left > start and self._line[left - 1] in " \t":
                left -= 1

    def _last_token(self, start: int, end: int) -> LineToken | None:
        line = self._line
        at = self._last_sign(start, end)
        if at >= 0:
            token = self._channel(at, end) or self._time_behind_name(at, end)
            token = token or self._time(at, at + 1, end)
            if token is not None:
                return token
        if self._has_time or self._is_escaped_time(start, end):
            return None
        for phrase in trailing_times(line[start:end].rstrip(), self._now, self._zone):
            begin = start + phrase.start
            if phrase.is_exact:
                return self._time(begin, begin, end)
            if not self._has_offer:
                words = line[begin:end].rstrip(_BEHIND)
                return LineToken("offer", begin, begin + len(words), words)
            return None
        return None

    def _time_behind_name(self, at: int, end: int) -> LineToken | None:
        """Return the time that follows the name of a channel."""
        if self._has_time:
            return None
        for phrase in trailing_times(self._line[at + 1 : end], self._now, self._zone):
            begin = at + 1 + phrase.start
            if self._channel(at, begin) is not None:
                return self._time(begin, begin, end)
        return None

    def _last_sign(self, start: int, end: int) -> int:
        """Return the last @ that begins a word; -1 if there is none."""
        at = self._line.rfind("@", start, end)
        while at > start and not self._line[at - 1].isspace():
            at = self._line.rfind("@", start, at)
        return at

    def _is_escaped_time(self, start: int, end: int) -> bool:
        return any(
            match.end() < end
            and is_time(self._line[match.end() : end].rstrip(), self._now, self._zone)
            for match in _ESCAPE.finditer(self._line, start, end)
        )

    def _channel(self, at: int, end: int) -> LineToken | None:
        """Return the channel of `@name`, which ends where the line does, signs aside."""
        words = self._line[at + 1 : end].rstrip(_BEHIND)
        if not words or words[0].isspace():
            return None
        meanings = self._names.meanings(words)
        return LineToken("channel", at, end, words, meanings) if meanings else None

    def _time(self, start: int, at: int, end: int) -> LineToken | None:
        """Return the time from `at` to the end; it begins at `start` with its @."""
        words = self._line[at:end].rstrip(_BEHIND)
        if self._has_time or not words or words[0].isspace():
            return None
        if not is_time(words, self._now, self._zone):
            return None
        return LineToken("time", start, end, words)

    def _read_head(self, start: int, end: int) -> int:
        """Take channels off the beginning; return where the text begins."""
        first = start
        while True:
            at = first
            while at < end and self._line[at] in " \t":
                at += 1
            token = self._leading_name(at, end) if self._line[at:end][:1] == "@" else None
            if token is None:
                return first
            self._tokens.append(replace(token, is_leading=True))
            first = token.end
            while first < end and self._line[first] in " \t":
                first += 1

    def _leading_name(self, at: int, end: int = -1) -> LineToken | None:
        """Return the channel that the words behind an @ name; the longest name counts."""
        stop = len(self._line) if end < 0 else end
        rest = self._line[at + 1 : min(stop, at + _MAX_TAIL)].partition("\n")[0]
        ends = [match.end() for match in _WORD_END.finditer(rest)][:MAX_NAME_WORDS]
        tokens = (self._channel(at, at + 1 + length) for length in reversed(ends))
        return next(filter(None, tokens), None)


def _without(line: str, removed: list[Span]) -> tuple[str, tuple[Span, ...]]:
    """Return the text without these spans and without spaces around it, and all that is left out
    as spans."""
    remaining: list[Span] = []
    at = 0
    for start, end in sorted(removed):
        if start > at:
            remaining.append((at, start))
        at = max(at, end)
    if at < len(line):
        remaining.append((at, len(line)))
    text = "".join(line[start:end] for start, end in remaining)
    before = len(text) - len(text.lstrip())
    behind = len(text.rstrip())
    spans: list[Span] = []
    at = place = 0
    for start, end in remaining:
        first = start + min(max(0, before - place), end - start)
        last = start + max(min(behind - place, end - start), 0)
        place += end - start
        if first < last:
            if first > at:
                spans.append((at, first))
            at = last
    if at < len(line):
        spans.append((at, len(line)))
    return text.strip(), tuple(spans)

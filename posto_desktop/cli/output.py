"""Results on stdout, as lines or JSON; talk and progress on stderr.

With `--json` stdout holds one object: `{"schema": 1, "data": …, "ok": true}`, or
`{"schema": 1, "data": …, "ok": false, "error": {…}}`. Rows of long lists are written one by one.
Commands that follow something write an object a line instead.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TextIO

import click

SCHEMA = 1
"""Version of all JSON output. It changes only when a field goes or changes its meaning."""


class Output:
    """Writes the result of one command.

    A reader that has gone, or a full disk, ends no command: what was done is done. `failure` is
    then the error, and nothing more is written.
    """

    def __init__(self, as_json: bool) -> None:
        self.as_json = as_json
        self._has_begun = False
        self._is_stream = False
        self.failure: OSError | None = None

    def result(self, data: object, lines: Iterable[str] = ()) -> None:
        """Write the result: `data` as JSON, else `lines`."""
        if self.as_json:
            self._begin()
            self._write(_dumped(data))
            return
        for line in lines:
            self._write(shown(line) + "\n")

    def rows(
        self, rows: Iterable[Mapping[str, Any]], line_of: Callable[[Mapping[str, Any]], str]
    ) -> int:
        """Write rows as they come; return their number. Raises what reading them raises: what came
        before is then a whole list."""
        count = 0
        if not self.as_json:
            for row in rows:
                self._write(shown(line_of(row)) + "\n")
                count += 1
                if self.failure is not None:
                    break
            return count
        self._begin()
        self._write("[")
        try:
            for row in rows:
                self._write((",\n" if count else "\n") + _dumped(row))
                count += 1
                if self.failure is not None:
                    break
        except Exception:
            self._write("]")
            raise
        self._write("]")
        return count

    def begin_stream(self) -> None:
        """Write an object a line from now on, without the object around all of them."""
        self._is_stream = True

    def event(self, data: Mapping[str, Any], line: str) -> None:
        """Write one object of a stream, or its line, at once."""
        if self.as_json:
            self._write(_dumped(data) + "\n")
        else:
            self._write(shown(line) + "\n")
        self._flush()

    def end(self, error: Mapping[str, Any] | None = None) -> None:
        """Finish the JSON object, with an error if the command failed."""
        self._end(error)
        self._flush()
        if self.failure is not None:
            # Python would complain when it flushes stdout at the end.
            with contextlib.suppress(OSError, ValueError), Path(os.devnull).open("w") as nowhere:
                os.dup2(nowhere.fileno(), sys.stdout.fileno())
            if not isinstance(self.failure, BrokenPipeError):
                why = self.failure.strerror or "it is closed"
                self.note(f"posto: The result could not be written: {why}.")

    def _end(self, error: Mapping[str, Any] | None) -> None:
        if not self.as_json:
            return
        if self._is_stream:
            if error is not None:
                self._write(f'{{"schema":{SCHEMA},"error":{_dumped(error)}}}\n')
            return
        if not self._has_begun:
            self._begin()
            self._write("null")
        if error is None:
            self._write(',"ok":true}\n')
        else:
            self._write(f',"ok":false,"error":{_dumped(error)}}}\n')

    def note(self, text: str) -> None:
        """Say something beside the result."""
        with contextlib.suppress(OSError, ValueError):
            click.echo(shown(text), err=True)

    def _begin(self) -> None:
        self._has_begun = True
        self._write(f'{{"schema":{SCHEMA},"data":')

    def _write(self, text: str) -> None:
        if self.failure is None:
            try:
                sys.stdout.write(text)
            except OSError as error:
                self.failure = error

    def _flush(self) -> None:
        if self.failure is None:
            try:
                sys.stdout.flush()
            except OSError as error:
                self.failure = error


class ProgressLine:
    """One line on a terminal that is written anew; nothing elsewhere."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._is_on = self._stream.isatty() and os.environ.get("TERM") != "dumb"
        self._width = 0

    def show(self, text: str) -> None:
        if not self._is_on:
            return
        line = shown(text)[:100]
        self._stream.write("\r" + line.ljust(self._width))
        self._stream.flush()
        self._width = len(line)

    def clear(self) -> None:
        if self._is_on and self._width:
            self._stream.write("\r" + " " * self._width + "\r")
            self._stream.flush()
            self._width = 0


def shown(text: str) -> str:
    """Return a text for a terminal: names and posts from elsewhere cannot control it."""
    return "".join(
        character if character.isprintable() or character in "\n\t" else "\N{REPLACEMENT CHARACTER}"
        for character in text
    )


def one_line(text: str, longest: int = 60) -> str:
    """Return the beginning of a text on one line."""
    words = " ".join(text.split())
    return words if len(words) <= longest else words[: longest - 1].rstrip() + "…"


def _dumped(value: object) -> str:
    # ASCII: no output encoding can break it, and lone surrogates of file names stay as they are.
    return json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))

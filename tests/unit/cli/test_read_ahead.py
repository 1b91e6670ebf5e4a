"""Tests of rows that are read ahead."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from posto_desktop.cli.read_ahead import read_ahead


def test_all_rows_come_in_order() -> None:
    assert list(read_ahead(range(1_234), 50)) == list(range(1_234))
    assert list(read_ahead([], 50)) == []


def test_error_comes_after_the_rows_before_it() -> None:
    def rows() -> Iterator[int]:
        yield from range(7)
        raise OSError("gone")

    reading = read_ahead(rows(), 5)
    assert [next(reading) for _ in range(5)] == list(range(5))
    with pytest.raises(OSError, match="gone"):
        list(reading)


def test_reading_stops_soon_after_nobody_takes_more() -> None:
    read = 0

    def rows() -> Iterator[int]:
        nonlocal read
        while True:
            read += 1
            yield read

    reading = read_ahead(rows(), 10)
    assert next(reading) == 1
    reading.close()  # type: ignore[attr-defined]
    assert read <= 10 * 7  # the pieces that wait, one in each hand
    assert not any(thread.name == "posto-read-ahead" for thread in threading.enumerate())

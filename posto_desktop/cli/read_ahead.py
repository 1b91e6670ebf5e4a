"""Reads rows on a thread of its own while the earlier ones are written."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

_Row = TypeVar("_Row")
_WAITING = 4
"""Most pieces that are read and not yet taken."""
_LOOK = 0.2


def read_ahead(rows: Iterable[_Row], piece: int) -> Iterator[_Row]:
    """Yield the rows of `rows`, which is read on another thread, at most some pieces of so many
    rows ahead. Raises what it raises."""
    pieces: queue.Queue[list[_Row] | BaseException] = queue.Queue(_WAITING)
    stop = threading.Event()

    def put(value: list[_Row] | BaseException) -> None:
        while not stop.is_set():
            try:
                return pieces.put(value, timeout=_LOOK)
            except queue.Full:
                continue

    def read() -> None:
        try:
            reading = iter(rows)
            while not stop.is_set():
                taken = list(islice(reading, piece))
                put(taken)
                if not taken:
                    return
        except BaseException as error:  # noqa: BLE001 - raised on the thread that takes
            put(error)

    thread = threading.Thread(target=read, name="posto-read-ahead", daemon=True)
    thread.start()
    try:
        while True:
            taken = pieces.get()
            if isinstance(taken, BaseException):
                raise taken
            if not taken:
                return
            yield from taken
    finally:
        stop.set()
        thread.join()

"""How reading the plan goes: whether it is there, how old it is, why it is not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TypedDict, Unpack

from PySide6.QtCore import QObject, Signal


@dataclass(frozen=True)
class LoadStatus:
    """``loaded``: the rows of the service have come, be they none. ``trouble``: why they have not.
    ``as_of``: how old the rows are, None when they are current. ``busy``: something is fetched or
    moved; ``done`` of ``total`` (0: not known) of it is here."""

    loaded: bool = False
    trouble: str = ""
    as_of: datetime | None = None
    busy: bool = False
    done: int = 0
    total: int = 0


class _Fields(TypedDict, total=False):
    loaded: bool
    trouble: str
    as_of: datetime | None
    busy: bool
    done: int
    total: int


class ScheduleLoadState(QObject):
    """Owns the `LoadStatus` of the page. Signal `changed(Reading, frozenset[str] fields)`."""

    changed = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reading = LoadStatus()
        self._is_moving = False
        self._trouble_since = self._read_at = datetime.fromtimestamp(0, UTC)

    @property
    def reading(self) -> LoadStatus:
        return self._reading

    def set_rows_loaded(self, from_cache: bool, as_of: datetime | None) -> None:
        """All rows have come. What is wrong stays said until rows come that were read later: a
        service can answer, and still not give its schedule."""
        now = self._reading
        if not from_cache:
            self._read_at = as_of or datetime.now(UTC)
            if self._read_at > self._trouble_since:
                now = replace(now, trouble="")
            now = replace(now, loaded=True, busy=now.busy and self._is_moving)
        self._set(replace(now, as_of=as_of if from_cache or now.trouble else None))

    def set_some_loaded(self, as_of: datetime | None) -> None:
        """Some rows have come; `as_of` is the age of what was only remembered."""
        if as_of is not None and not self._reading.loaded:
            self._change(as_of=as_of)

    def set_as_of(self, moment: datetime | None) -> None:
        """The rows are so old; None when they are current."""
        self._change(as_of=moment)

    def set_connection(self, kind: str, text: str) -> None:
        """The state of the workspace's connection, as of `ConnectionState`."""
        if kind == "connecting":
            self._change(trouble="", busy=True, done=0, total=0)
        elif kind == "connected":
            self._change(busy=False)
        else:
            self._trouble_since = datetime.now(UTC)
            as_of = self._read_at if self._reading.loaded else self._reading.as_of
            self._change(trouble=text, as_of=as_of, busy=False)

    def set_loading(self, on: bool) -> None:
        """The rows of a workspace are awaited; off: they have come."""
        if on:
            self._change(busy=True, done=0, total=0)
        else:
            self._change(busy=False, loaded=True)

    def set_progress(self, done: int, total: int) -> None:
        """So many rows of so many were read."""
        self._change(busy=not 0 < total <= done, done=done, total=total)

    def set_moving(self, ended: int, total: int) -> None:
        """So many posts of so many have got their new time: rows that come meanwhile do not end
        that."""
        self._is_moving = ended < total
        self._change(busy=self._is_moving, done=ended, total=total)

    def forget(self) -> None:
        """Another workspace comes. What is being fetched is told anew."""
        self._is_moving = False
        self._change(loaded=False, trouble="", as_of=None)

    def _change(self, **fields: Unpack[_Fields]) -> None:
        self._set(replace(self._reading, **fields))

    def _set(self, reading: LoadStatus) -> None:
        before, self._reading = self._reading, reading
        changed = frozenset(
            name for name, value in vars(reading).items() if value != getattr(before, name)
        )
        if changed:
            self.changed.emit(reading, changed)

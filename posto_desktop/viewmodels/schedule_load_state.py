"""Loading state of the schedule: loaded or not, its age, its error."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TypedDict, Unpack

from PySide6.QtCore import QObject, Signal


@dataclass(frozen=True)
class LoadStatus:
    """``loaded``: the rows of the service were read, even if there are none. ``trouble``: why they
    were not. ``as_of``: age of the rows, None if they are current. ``busy``: rows are loading or
    posts moving, ``done`` of ``total`` (0: unknown)."""

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
    """Owns the `LoadStatus` of the page. Signal `changed(LoadStatus, frozenset[str] fields)`."""

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
        """Record that all rows were read. An error stays until rows arrive that were read after it:
        a service can respond and still not return its schedule."""
        now = self._reading
        if not from_cache:
            self._read_at = as_of or datetime.now(UTC)
            if self._read_at > self._trouble_since:
                now = replace(now, trouble="")
            now = replace(now, loaded=True, busy=now.busy and self._is_moving)
        self._set(replace(now, as_of=as_of if from_cache or now.trouble else None))

    def set_some_loaded(self, as_of: datetime | None) -> None:
        """Record that some rows were read; `as_of` is the age of cached ones."""
        if as_of is not None and not self._reading.loaded:
            self._change(as_of=as_of)

    def set_as_of(self, moment: datetime | None) -> None:
        """Set the age of the rows; None if they are current."""
        self._change(as_of=moment)

    def set_connection(self, kind: str, text: str) -> None:
        """Set the connection of the workspace, as in `ConnectionState`."""
        if kind == "connecting":
            self._change(trouble="", busy=True, done=0, total=0)
        elif kind == "connected":
            self._change(busy=False)
        else:
            self._trouble_since = datetime.now(UTC)
            as_of = self._read_at if self._reading.loaded else self._reading.as_of
            self._change(trouble=text, as_of=as_of, busy=False)

    def set_loading(self, on: bool) -> None:
        """Start or end loading the rows of a workspace."""
        if on:
            self._change(busy=True, done=0, total=0)
        else:
            self._change(busy=False, loaded=True)

    def set_progress(self, done: int, total: int) -> None:
        self._change(busy=not 0 < total <= done, done=done, total=total)

    def set_moving(self, ended: int, total: int) -> None:
        """Set the progress of a move, which rows that arrive meanwhile do not end."""
        self._is_moving = ended < total
        self._change(busy=self._is_moving, done=ended, total=total)

    def forget(self) -> None:
        """Reset for another workspace; progress is reported again."""
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

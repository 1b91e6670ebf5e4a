"""What is on its way from the web into the message: fetched one or two at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from posto_desktop.common.user_error import message_of
from posto_desktop.viewmodels.notice import ComposeNotice

if TYPE_CHECKING:
    from posto_desktop.ui.compose.arrival_tiles import ArrivalTile
    from posto_desktop.workers.intake import IntakeProgress, Taken
    from posto_desktop.workers.runner import JobRunner

AT_ONCE = 2  # they may take minutes, and other work needs the threads as well


@dataclass(eq=False)
class _Arrival:
    url: str
    at: int | None
    picture: QImage | None
    tile: ArrivalTile
    name: str
    handle: Any = None


class Arrivals(QObject):
    """Signals: ``arrived(path, at)``; ``pageFound(address)``: it belongs into the text;
    ``tilesChanged(list)`` the tiles to show; ``noticed(ComposeNotice)``."""

    arrived = Signal(object, object)
    pageFound = Signal(str)
    tilesChanged = Signal(object)
    noticed = Signal(object)

    def __init__(self, runner: JobRunner, home: QWidget, parent: QObject) -> None:
        super().__init__(parent)
        self._runner = runner
        self._home = home
        self._folder = Path()
        self._transport: Any = None
        self._all: list[_Arrival] = []

    def equip(self, folder: Path, transport: Any = None) -> None:
        """Where fetched files are kept, and the way to addresses (None: a public one)."""
        self._folder, self._transport = folder, transport

    def fetch(
        self, urls: Sequence[str], at: int | None = None, picture: QImage | None = None
    ) -> None:
        """Fetch these addresses; where one fails, a picture that came along is taken instead."""
        from posto_desktop.ui.compose.arrival_tiles import ArrivalTile
        from posto_desktop.workers.intake import shown

        for url in urls:
            tile = ArrivalTile(shown(url), self._home)
            one = _Arrival(url, at, picture if len(urls) == 1 else None, tile, shown(url))
            tile.stopRequested.connect(self._stopped)
            tile.retryRequested.connect(self._again)
            self._all.append(one)
        self._tell()
        self._start_next()

    def tiles(self) -> list[ArrivalTile]:
        return [one.tile for one in self._all]

    def clear(self) -> None:
        """Another message is opened: what was on its way belonged to the one before."""
        for one in list(self._all):
            self._drop(one)
        self._tell()

    def _start_next(self) -> None:
        running = sum(one.handle is not None for one in self._all)
        for one in self._all:
            if running >= AT_ONCE:
                return
            if one.handle is None and not one.tile.problem:
                self._start(one)
                running += 1

    def _start(self, one: _Arrival) -> None:
        from posto_desktop.workers.intake import take_urls

        one.handle = self._runner.submit(
            take_urls, [one.url], self._folder, self._transport, parent=self, pool="net"
        )
        one.handle.progress.connect(self._progress)
        one.handle.done.connect(self._taken)
        one.handle.failed.connect(self._failed)

    def _of(self, sender: QObject) -> _Arrival | None:
        return next((one for one in self._all if sender in (one.handle, one.tile)), None)

    @Slot(object)
    def _progress(self, progress: IntakeProgress) -> None:
        one = self._of(self.sender())
        if one is not None:
            one.tile.set_progress(progress.name, progress.received, progress.total)

    @Slot(object)
    def _taken(self, found: list[Taken]) -> None:
        one = self._of(self.sender())
        if one is None:
            return
        taken = found[0]
        if not taken.path and one.picture is not None:
            # The pixels came along: a page that wants a password still gives its picture so.
            self._keep_picture(one)
        elif not taken.path and taken.is_page:
            self._drop(one)
            self._tell()
            self._start_next()
            self.pageFound.emit(one.url)
        else:
            self._settle(one, taken)

    def _keep_picture(self, one: _Arrival) -> None:
        from posto_desktop.workers.intake import take_picture

        picture, one.picture = one.picture, None
        one.handle = self._runner.submit(
            take_picture, picture, self._folder, self.tr("Picture"), parent=self
        )
        one.handle.done.connect(self._picture_taken)
        one.handle.failed.connect(self._failed)

    @Slot(object)
    def _picture_taken(self, taken: Taken) -> None:
        one = self._of(self.sender())
        if one is not None:
            self._settle(one, taken)

    def _settle(self, one: _Arrival, taken: Taken) -> None:
        one.handle = None
        if taken.path:
            self._drop(one)
            self.arrived.emit(taken.path, one.at)
        else:
            self._problem(one, taken.problem)
        self._tell()
        self._start_next()

    @Slot(object)
    def _failed(self, error: object) -> None:
        one = self._of(self.sender())
        if one is not None:
            one.handle = None
            words = message_of(error)
            self._problem(
                one, words or self.tr("{name} could not be fetched.").format(name=one.name)
            )
            self._tell()
            self._start_next()

    def _problem(self, one: _Arrival, sentence: str) -> None:
        one.tile.set_problem(sentence)

        def again() -> None:
            if one in self._all and one.handle is None:
                self._retry(one)

        self.noticed.emit(ComposeNotice("error", sentence, self.tr("Retry"), again))

    @Slot()
    def _again(self) -> None:
        one = self._of(self.sender())
        if one is not None:
            self._retry(one)

    def _retry(self, one: _Arrival) -> None:
        one.tile.set_problem("")
        self._start_next()

    @Slot()
    def _stopped(self) -> None:
        one = self._of(self.sender())
        if one is not None:
            self._drop(one)
            self._tell()
            self._start_next()

    def _drop(self, one: _Arrival) -> None:
        self._all.remove(one)
        handle, one.handle = one.handle, None
        if handle is not None:
            handle.cancel()
        one.tile.hide()
        one.tile.deleteLater()

    def _tell(self) -> None:
        self.tilesChanged.emit(self.tiles())

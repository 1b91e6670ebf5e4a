"""What is on its way from the web into the message: fetched one or two at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QWidget

from posto_desktop.common.user_error import message_of
from posto_desktop.ui import icons
from posto_desktop.ui.shared.media_tiles import CAPTION, GAP, RING
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import Button, IconButton
from posto_desktop.ui.widgets.progress import ProgressBar
from posto_desktop.viewmodels.notice import ComposeNotice
from posto_desktop.workers.keyed_jobs import KeyedJobs

if TYPE_CHECKING:
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


class Arrivals(QObject):
    """Signals: ``arrived(path, at)``; ``pageFound(address)``: it belongs into the text;
    ``tilesChanged(list)`` the tiles to show; ``noticed(ComposeNotice)``."""

    arrived = Signal(object, object)
    pageFound = Signal(str)
    tilesChanged = Signal(object)
    noticed = Signal(object)

    def __init__(self, runner: JobRunner, home: QWidget, parent: QObject) -> None:
        super().__init__(parent)
        self._fetching = KeyedJobs(runner, self)
        self._fetching.progress.connect(self._progress)
        self._fetching.done.connect(self._taken)
        self._keeping = KeyedJobs(runner, self)
        self._keeping.done.connect(self._settle)
        for jobs in (self._fetching, self._keeping):
            jobs.failed.connect(self._failed)
        self._home = home
        self._folder = Path()
        self._transport: Any = None
        self._all: list[_Arrival] = []

    def equip(self, folder: Path, transport: object = None) -> None:
        """Where fetched files are kept, and the way to addresses (None: a public one)."""
        self._folder, self._transport = folder, transport

    def fetch(
        self, urls: Sequence[str], at: int | None = None, picture: QImage | None = None
    ) -> None:
        """Fetch these addresses; where one fails, a picture that came along is taken instead."""
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
        from posto_desktop.workers.intake import take_urls

        for one in self._all:
            if len(self._fetching) + len(self._keeping) >= AT_ONCE:
                return
            if not self._is_running(one) and not one.tile.problem:
                self._fetching.start(
                    one, take_urls, [one.url], self._folder, self._transport, pool="net"
                )

    def _is_running(self, one: _Arrival) -> bool:
        return one in self._fetching or one in self._keeping

    @Slot(object, object)
    def _progress(self, one: _Arrival, progress: IntakeProgress) -> None:
        one.tile.set_progress(progress.name, progress.received, progress.total)

    @Slot(object, object)
    def _taken(self, one: _Arrival, found: list[Taken]) -> None:
        taken = found[0]
        if not taken.path and one.picture is not None:
            # The pixels came along: a page that wants a password still gives its picture so.
            from posto_desktop.workers.intake import take_picture

            picture, one.picture = one.picture, None
            self._keeping.start(one, take_picture, picture, self._folder, self.tr("Picture"))
        elif not taken.path and taken.is_page:
            self._drop(one)
            self._tell()
            self._start_next()
            self.pageFound.emit(one.url)
        else:
            self._settle(one, taken)

    @Slot(object, object)
    def _settle(self, one: _Arrival, taken: Taken) -> None:
        if taken.path:
            self._drop(one)
            self.arrived.emit(taken.path, one.at)
        else:
            self._problem(one, taken.problem)
        self._tell()
        self._start_next()

    @Slot(object, object)
    def _failed(self, one: _Arrival, error: object) -> None:
        words = message_of(error)
        self._problem(one, words or self.tr("{name} could not be fetched.").format(name=one.name))
        self._tell()
        self._start_next()

    def _problem(self, one: _Arrival, sentence: str) -> None:
        one.tile.set_problem(sentence)

        def again() -> None:
            if one in self._all and not self._is_running(one):
                self._retry(one)

        self.noticed.emit(ComposeNotice("error", sentence, self.tr("Retry"), again))

    def _sender(self) -> _Arrival | None:
        """The one whose tile's button was pressed."""
        return next((one for one in self._all if one.tile is self.sender()), None)

    @Slot()
    def _again(self) -> None:
        one = self._sender()
        if one is not None:
            self._retry(one)

    def _retry(self, one: _Arrival) -> None:
        one.tile.set_problem("")
        self._start_next()

    @Slot()
    def _stopped(self) -> None:
        one = self._sender()
        if one is not None:
            self._drop(one)
            self._tell()
            self._start_next()

    def _drop(self, one: _Arrival) -> None:
        self._all.remove(one)
        self._fetching.forget(one)
        self._keeping.forget(one)
        one.tile.hide()
        one.tile.deleteLater()

    def _tell(self) -> None:
        self.tilesChanged.emit(self.tiles())


class ArrivalTile(QWidget):
    """As large as a file's tile. Signals: ``stopRequested()`` by its ×, ``retryRequested()``."""

    stopRequested = Signal()
    retryRequested = Signal()

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("arrival")
        self._name = name
        self._problem = ""
        self.bar = ProgressBar(self.tr("Fetching {name}").format(name=name), self)
        self.bar.setRange(0, 0)
        self.stop = IconButton("x", self.tr("Cancel {name}").format(name=name), parent=self)
        self.stop.clicked.connect(self.stopRequested)
        self.again = Button(self.tr("Retry"), small=True, parent=self)
        self.again.setAccessibleName(self.tr("Fetch {name} again").format(name=name))
        self.again.setObjectName("fetch-again")
        self.again.clicked.connect(self.retryRequested)
        self.again.hide()
        self._tell()

    @property
    def problem(self) -> str:
        """The sentence of a failure, "" while it is fetched."""
        return self._problem

    def set_progress(self, name: str, received: int, total: int) -> None:
        """Bytes; `total` 0 where nobody knows it."""
        self._name = name or self._name
        # In thousands: large files have more bytes than a bar counts to.
        self.bar.setRange(0, total // 1000)
        self.bar.setValue(min(received, total) // 1000)
        self._tell()

    def set_problem(self, sentence: str) -> None:
        """It failed; "" when it is tried again."""
        self._problem = sentence
        self.bar.setVisible(not sentence)
        if not sentence:
            self.bar.setRange(0, 0)
        self.again.setVisible(bool(sentence))
        self._tell()
        self._place()
        self.update()

    def _tell(self) -> None:
        words = self._problem or self.tr("Fetching {name}").format(name=self._name)
        self.setToolTip(words)
        self.setAccessibleName(words)
        word = self.tr("Remove {name}") if self._problem else self.tr("Cancel {name}")
        self.stop.setAccessibleName(word.format(name=self._name))
        self.stop.setToolTip(word.format(name=self._name))

    def _tile(self) -> QRectF:
        side = self.height() - CAPTION - RING
        return QRectF(RING + 0.5, RING + 0.5, self.width() - GAP - 1, side - 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        tile = self._tile().toRect()
        self.stop.move(tile.right() - self.stop.width() - 2, tile.top() + 3)
        high = self.bar.sizeHint().height()
        self.bar.setGeometry(
            tile.left() + 10, tile.center().y() + 12, tile.width() - 20, max(6, high)
        )
        hint = self.again.sizeHint()
        width = min(hint.width(), tile.width() - 12)
        self.again.setGeometry(
            tile.center().x() - width // 2, tile.bottom() - hint.height() - 8, width, hint.height()
        )

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tile = self._tile()
        radius = theme.px("radius.card")
        painter.setPen(QPen(theme.colour("border_strong"), 1))
        painter.setBrush(theme.colour("failed_area" if self._problem else "sunken"))
        painter.drawRoundedRect(tile, radius, radius)
        name = "triangle-alert" if self._problem else "download"
        colour = theme.status("failed").solid if self._problem else theme.colour("text_muted")
        drawn = icons.pixmap(name, 20, colour, self.devicePixelRatioF())
        middle = tile.center()
        painter.drawPixmap(int(middle.x() - 10), int(middle.y() - 18), drawn)
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.colour("text_muted"))
        below = QRectF(tile.left(), tile.bottom() + 3, tile.width(), CAPTION - 4)
        words = self.tr("Not fetched") if self._problem else self._name.rsplit("/", 1)[-1]
        shown = painter.fontMetrics().elidedText(
            words, Qt.TextElideMode.ElideMiddle, int(below.width())
        )
        painter.drawText(below, int(Qt.AlignmentFlag.AlignVCenter), shown)
        painter.end()

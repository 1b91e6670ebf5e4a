"""Downloads of media from the web into the message, one or two at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QWidget

from posto_desktop.common.user_error import message_of
from posto_desktop.ui import icons
from posto_desktop.ui.shared.media_tile_delegate import GAP, RING, caption_height
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import Button, IconButton, name_control
from posto_desktop.ui.widgets.progress_bar import ProgressBar
from posto_desktop.viewmodels.notification import PageNotification
from posto_desktop.workers.keyed_jobs import KeyedJobs

if TYPE_CHECKING:
    from posto_desktop.sdk.transport import Transport
    from posto_desktop.workers.media_import import ImportedMedia, MediaImportProgress
    from posto_desktop.workers.runner import JobRunner

AT_ONCE = 2  # they may take minutes, and other jobs need threads as well


@dataclass(eq=False)
class _Download:
    url: str
    at: int | None
    picture: QImage | None
    tile: DownloadTile
    name: str


class MediaDownloads(QObject):
    """Signals: ``downloaded(path, at)``; ``pageFound(address)``: insert it into the text;
    ``tilesChanged(list)``: the tiles to show; ``notificationRequested(PageNotification)``."""

    downloaded = Signal(object, object)
    pageFound = Signal(str)
    tilesChanged = Signal(object)
    notificationRequested = Signal(object)

    def __init__(self, runner: JobRunner, home: QWidget, parent: QObject) -> None:
        super().__init__(parent)
        self._fetch_jobs = KeyedJobs(runner, self)
        self._fetch_jobs.progress.connect(self._progress)
        self._fetch_jobs.done.connect(self._fetched)
        self._save_jobs = KeyedJobs(runner, self)
        self._save_jobs.done.connect(self._finish)
        for jobs in (self._fetch_jobs, self._save_jobs):
            jobs.failed.connect(self._failed)
        self._home = home
        self._folder = Path()
        self._transport: Transport | Callable[[], Transport] | None = None
        self._downloads: list[_Download] = []

    def configure(
        self, folder: Path, transport: Transport | Callable[[], Transport] | None = None
    ) -> None:
        """Set the folder for downloads, and the transport or what opens one for each download
        (None: a public one)."""
        self._folder, self._transport = folder, transport

    def fetch(
        self, urls: Sequence[str], at: int | None = None, picture: QImage | None = None
    ) -> None:
        """Download these addresses; if one fails, use the picture that was dragged with it."""
        from posto_desktop.workers.media_import import shown

        for url in urls:
            tile = DownloadTile(shown(url), self._home)
            download = _Download(url, at, picture if len(urls) == 1 else None, tile, shown(url))
            tile.stopRequested.connect(self._stopped)
            tile.retryRequested.connect(self._retry_clicked)
            self._downloads.append(download)
        self._refresh()
        self._start_next()

    def tiles(self) -> list[DownloadTile]:
        return [download.tile for download in self._downloads]

    def clear(self) -> None:
        """Stop all downloads, because another message opens."""
        for download in list(self._downloads):
            self._drop(download)
        self._refresh()

    def _start_next(self) -> None:
        from posto_desktop.workers.media_import import import_urls

        for download in self._downloads:
            if len(self._fetch_jobs) + len(self._save_jobs) >= AT_ONCE:
                return
            if not self._is_running(download) and not download.tile.problem:
                self._fetch_jobs.start(
                    download, import_urls, [download.url], self._folder, self._transport, pool="net"
                )

    def _is_running(self, download: _Download) -> bool:
        return download in self._fetch_jobs or download in self._save_jobs

    @Slot(object, object)
    def _progress(self, download: _Download, progress: MediaImportProgress) -> None:
        download.tile.set_progress(progress.name, progress.received, progress.total)

    @Slot(object, object)
    def _fetched(self, download: _Download, imported_files: list[ImportedMedia]) -> None:
        imported = imported_files[0]
        if not imported.path and download.picture is not None:
            # Use the dragged picture: a page behind a sign-in still provides it.
            from posto_desktop.workers.media_import import import_picture

            picture, download.picture = download.picture, None
            self._save_jobs.start(
                download, import_picture, picture, self._folder, self.tr("Picture")
            )
        elif not imported.path and imported.is_page:
            self._drop(download)
            self._refresh()
            self._start_next()
            self.pageFound.emit(download.url)
        else:
            self._finish(download, imported)

    @Slot(object, object)
    def _finish(self, download: _Download, imported: ImportedMedia) -> None:
        if imported.path:
            self._drop(download)
            self.downloaded.emit(imported.path, download.at)
        else:
            self._problem(download, imported.problem)
        self._refresh()
        self._start_next()

    @Slot(object, object)
    def _failed(self, download: _Download, error: object) -> None:
        words = message_of(error)
        self._problem(
            download, words or self.tr("{name} could not be downloaded.").format(name=download.name)
        )
        self._refresh()
        self._start_next()

    def _problem(self, download: _Download, sentence: str) -> None:
        download.tile.set_problem(sentence)

        def retry() -> None:
            if download in self._downloads and not self._is_running(download):
                self._retry(download)

        self.notificationRequested.emit(
            PageNotification("error", sentence, self.tr("Retry"), retry)
        )

    def _sender(self) -> _Download | None:
        """Return the download whose tile emitted the signal."""
        return next(
            (download for download in self._downloads if download.tile is self.sender()), None
        )

    @Slot()
    def _retry_clicked(self) -> None:
        download = self._sender()
        if download is not None:
            self._retry(download)

    def _retry(self, download: _Download) -> None:
        download.tile.set_problem("")
        self._start_next()

    @Slot()
    def _stopped(self) -> None:
        download = self._sender()
        if download is not None:
            self._drop(download)
            self._refresh()
            self._start_next()

    def _drop(self, download: _Download) -> None:
        self._downloads.remove(download)
        self._fetch_jobs.forget(download)
        self._save_jobs.forget(download)
        download.tile.hide()
        download.tile.deleteLater()

    def _refresh(self) -> None:
        self.tilesChanged.emit(self.tiles())


class DownloadTile(QWidget):
    """A tile as large as that of a file. Signals: ``stopRequested()``, ``retryRequested()``."""

    stopRequested = Signal()
    retryRequested = Signal()

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("arrival")
        self._name = name
        self._problem = ""
        self.bar = ProgressBar(self.tr("Downloading {name}").format(name=name), "download", self)
        self.bar.setRange(0, 0)
        self.stop = IconButton(
            "x", self.tr("Cancel {name}").format(name=name), "cancel-download", parent=self
        )
        self.stop.clicked.connect(self.stopRequested)
        self.retry = Button(self.tr("Retry"), small=True, parent=self)
        words = self.tr("Download {name} again").format(name=name)
        name_control(self.retry, words, "fetch-again")
        self.retry.clicked.connect(self.retryRequested)
        self.retry.hide()
        self._refresh()

    @property
    def problem(self) -> str:
        """Return the error, "" without one."""
        return self._problem

    def set_progress(self, name: str, received: int, total: int) -> None:
        """Show progress in bytes; `total` is 0 if unknown."""
        self._name = name or self._name
        # In thousands, because large files exceed the bar's integers.
        self.bar.setRange(0, total // 1000)
        self.bar.setValue(min(received, total) // 1000)
        self._refresh()

    def set_problem(self, sentence: str) -> None:
        """Show an error; "" while it is downloaded again."""
        self._problem = sentence
        self.bar.setVisible(not sentence)
        if not sentence:
            self.bar.setRange(0, 0)
        self.retry.setVisible(bool(sentence))
        self._refresh()
        self._place()
        self.update()

    def _refresh(self) -> None:
        words = self._problem or self.tr("Downloading {name}").format(name=self._name)
        self.setToolTip(words)
        self.setAccessibleName(words)
        word = self.tr("Remove {name}") if self._problem else self.tr("Cancel {name}")
        self.stop.setAccessibleName(word.format(name=self._name))
        self.stop.setToolTip(word.format(name=self._name))

    def _tile(self) -> QRectF:
        side = self.height() - caption_height() - RING
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
        hint = self.retry.sizeHint()
        width = min(hint.width(), tile.width() - 12)
        self.retry.setGeometry(
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
        below = QRectF(tile.left(), tile.bottom() + 3, tile.width(), caption_height() - 4)
        words = self.tr("Not downloaded") if self._problem else self._name.rsplit("/", 1)[-1]
        shown = painter.fontMetrics().elidedText(
            words, Qt.TextElideMode.ElideMiddle, int(below.width())
        )
        painter.drawText(below, int(Qt.AlignmentFlag.AlignVCenter), shown)
        painter.end()

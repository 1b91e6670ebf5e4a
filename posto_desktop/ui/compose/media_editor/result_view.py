"""Results of the media editor: pixels, bytes and quality per network, rendered on a worker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from posto_desktop.common.locale_words import listed
from posto_desktop.common.user_error import message_of
from posto_desktop.core.draft import MediaRef
from posto_desktop.core.limits import network_name
from posto_desktop.core.renditions import Rendition
from posto_desktop.models.numbers import decimal
from posto_desktop.ui.compose.media_editor.file_watch import FileWatch
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.labels import label, set_role
from posto_desktop.ui.widgets.progress_bar import ProgressBar
from posto_desktop.ui.widgets.require import require_layout
from posto_desktop.viewmodels.media_edits import MediaEdits
from posto_desktop.workers.debouncer import Debouncer
from posto_desktop.workers.latest_job import LatestJob

if TYPE_CHECKING:
    from posto_desktop.media.renditions import RenditionStore
    from posto_desktop.workers.runner import JobRunner


WAIT_MS = 350


class ResultView(QFrame):
    """Renders one network after the other; a change of edits or of the file starts over.

    Signals: ``finished()``: every network has its result.
    """

    finished = Signal()

    def __init__(
        self, ref: MediaRef, renderer: RenditionStore, runner: JobRunner, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setObjectName("result")
        self._ref, self._renderer = ref, renderer
        self._edits = MediaEdits()
        self._networks: tuple[str, ...] = ()
        self._left: list[str] = []
        self._making = LatestJob(runner, self)
        self._making.done.connect(self._store_result)
        self._making.failed.connect(self._failed)
        self._results: dict[str, Rendition | str] = {}
        self._rows: list[QWidget] = []
        self._home: QScrollArea | None = None
        self._most = 0
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 10, 0, 0)
        column.setSpacing(6)
        column.addWidget(label(self.tr("What is sent"), "strong", object_name="what-is-sent"))
        self.bar = ProgressBar(self.tr("Preparing pictures"), "preparing-pictures", self)
        self.bar.setRange(0, 0)
        column.addWidget(self.bar)
        self.bar.hide()
        self._list = QVBoxLayout()
        self._list.setSpacing(6)
        column.addLayout(self._list)
        self._soon = Debouncer(WAIT_MS, self._begin, self)
        # Show progress only after 400 ms.
        self._late = QTimer(self, singleShot=True, interval=400)
        self._late.timeout.connect(self.bar.show)
        self.file_watch = FileWatch(ref.path, runner, self)
        self.file_watch.changed.connect(self._begin)

    def set_home(self, scroll: QScrollArea, most: int) -> None:
        """Set the scroll area, which fits the results up to `most` pixels high."""
        self._home, self._most = scroll, most
        self._fit_home()

    def _fit_home(self) -> None:
        if self._home is not None:
            fit_scroll_area(self._home, self._most)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._fit_home()

    def show_for(self, edits: MediaEdits, networks: Sequence[str]) -> None:
        """Render these networks after a pause, because the edits changed."""
        self._edits, self._networks = edits, tuple(networks)
        self._soon.call()

    def results(self) -> dict[str, Rendition | str]:
        """Return the rendition by network, or the error."""
        return dict(self._results)

    def labels(self) -> list[QLabel]:
        return [text_label for row in self._rows for text_label in row.findChildren(QLabel)]

    def stop(self) -> None:
        self.file_watch.stop()
        self._halt()

    def _halt(self) -> None:
        self._soon.cancel()
        self._late.stop()
        self._making.forget()

    @Slot()
    def _begin(self) -> None:
        self._halt()
        self.file_watch.start()
        self._results = {}
        self._left = list(self._networks or ("",))
        self._late.start()
        self._next()

    def _next(self) -> None:
        from posto_desktop.workers.rendition_jobs import make_rendition

        if not self._left:
            self._late.stop()
            self.bar.hide()
            self._fill()
            self.finished.emit()
            return
        network = self._left[0]
        ref = replace(
            self._ref, edit=self._edits.common, network_edits=dict(self._edits.network_edits)
        )
        self._making.start(make_rendition, self._renderer, ref, ref.edit_for(network), network)

    @Slot(object)
    def _failed(self, error: object) -> None:
        words = message_of(error)
        self._store_result(
            words or self.tr("{name} could not be prepared.").format(name=self._ref.name)
        )

    @Slot(object)
    def _store_result(self, result: Rendition | str) -> None:
        self._results[self._left.pop(0)] = result
        self._next()

    # -- texts -----------------------------------------------------------------------------

    def _fill(self) -> None:
        """Show one line for all networks with the same result."""
        for row in self._rows:
            row.deleteLater()
        self._rows = []
        groups: dict[str, list[str]] = {}
        for network, result in self._results.items():
            groups.setdefault(self._words(result), []).append(network)
        for words, networks in groups.items():
            first = self._results[networks[0]]
            self._add(self._names(networks, len(groups)), words, isinstance(first, str))
            lacks = [network for network in networks if self._lack(network)]
            for network in lacks:
                self._add("", self._lack(network), True)
        self._fit_home()

    def _names(self, networks: list[str], groups: int) -> str:
        if groups == 1 and len(networks) > 1:
            return self.tr("All %n network(s)", "", len(networks))
        return listed(network_name(network) for network in networks if network)

    def _add(self, names: str, words: str, bad: bool) -> None:
        row = QWidget(self)
        column = QVBoxLayout(row)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        if names:
            head = QHBoxLayout()
            name = label(names, "muted", wrap=True)
            head.addWidget(name, 1)
            column.addLayout(head)
        text: QLabel = label(words, wrap=True)
        if bad:
            set_role(text, "error-small")
        text.setFont(Theme.instance().numbers("body"))
        column.addWidget(text)
        self._list.addWidget(row)
        self._rows.append(row)
        row.show()

    def _words(self, result: Rendition | str) -> str:
        if isinstance(result, str):
            return result
        parts = []
        if result.width and result.height:
            parts.append(f"{result.width} × {result.height}")
        parts.append(size_text(result.size))
        form = result.mime.partition("/")[2].upper()
        if result.quality is not None:
            form = self.tr("{format} at quality {n}").format(format=form, n=result.quality)
        parts.append(form)
        if result.original:
            parts.append(self.tr("original file"))
        return " · ".join(parts)

    def _lack(self, network: str) -> str:
        result = self._results.get(network)
        if not isinstance(result, Rendition) or not result.unmet or not network:
            return ""
        name = network_name(network)
        words = {
            "aspect": self.tr("{network} does not support this shape. Crop the picture."),
            "small": self.tr("Too small for {network}. Use a larger picture."),
            "gif": self.tr("{network} does not support animations. Choose a still format."),
            "bytes": self.tr("Too large for {network}. Choose a smaller size."),
            "type": self.tr("{network} does not support this file type. Choose another format."),
        }
        return " ".join(words[requirement].format(network=name) for requirement in result.unmet)


def fit_scroll_area(scroll: QScrollArea, most: int) -> None:
    """Make a scroll area as high as what is in it, up to `most` pixels."""
    inside = scroll.widget()
    if inside is None:
        return
    require_layout(inside).activate()
    high = inside.heightForWidth(scroll.width()) if inside.hasHeightForWidth() else -1
    scroll.setFixedHeight(max(60, min(most, max(high, inside.sizeHint().height()))))


def size_text(size: int) -> str:
    """Return a size as "245 KB" or "1.2 MB", in powers of ten as networks count."""
    if size >= 1_000_000:
        return f"{decimal(size / 1_000_000)} MB"
    return f"{max(1, round(size / 1000))} KB"

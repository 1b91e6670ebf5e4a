"""Files and pictures dropped on the main window or pasted into it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject, QPoint, QRect, QTimer, Signal, Slot
from PySide6.QtGui import QImage

from posto_desktop.ui.widgets.drop_overlay import DragContent, elided_file_name, read_drag
from posto_desktop.workers.media_import import read_drop
from posto_desktop.workers.qt_pictures import raw_picture, read_pasted

if TYPE_CHECKING:
    from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent

    from posto_desktop.ui.main_frame import MainFrame
    from posto_desktop.ui.page import AppPage
    from posto_desktop.workers.runner import JobRunner

LEFT_MS = 60
"""Delay after a leave event: moving between widgets sends leave and enter."""


class WindowDropHandler(QObject):
    """Shows the drop overlay over the open page and sorts dropped data.

    `current_page` returns the open page, or None.

    Signals:
        filesDropped(list[str] paths), imagePasted(QImage): attach to the message.
        mediaDropped(object Dropped): download addresses and pictures from a browser.
        stylesDropped(list[str] paths): import files that may hold styles.
        campaignDropped(list[str] paths): make a new campaign with a message for each file.
        notificationRequested(kind, text): show a notification.
    """

    filesDropped = Signal(object)
    imagePasted = Signal(object)
    mediaDropped = Signal(object)
    stylesDropped = Signal(list)
    campaignDropped = Signal(list)
    notificationRequested = Signal(str, str)

    def __init__(
        self,
        frame: MainFrame,
        current_page: Callable[[], AppPage | None],
        runner: JobRunner | None,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._frame, self._current_page, self._runner = frame, current_page, runner
        self._left = QTimer(self, singleShot=True, interval=LEFT_MS)
        drop_overlay, bar = frame.drop_overlay, frame.top_bar
        drop_overlay.dropped.connect(self.handle_drop)
        drop_overlay.droppedForCampaign.connect(self._emit_campaign_dropped)
        drop_overlay.entered.connect(self._left.stop)
        drop_overlay.entered.connect(bar.leave_tab)
        drop_overlay.left.connect(self._left.start)
        self._left.timeout.connect(bar.leave_tab)
        self._left.timeout.connect(drop_overlay.hide)

    # Events of the window

    def entered(self, event: QDragEnterEvent) -> None:
        """Handle a drag that enters the window."""
        dragged = read_drag(event.mimeData())
        if not dragged.is_usable and not dragged.refused:
            return
        self._left.stop()
        # The overlay also explains a refusal; the drop is not accepted.
        self._frame.drop_overlay.present(dragged, self.overlay_area())
        if dragged.is_usable:
            event.acceptProposedAction()
        else:
            event.accept()

    def moved(self, event: QDragMoveEvent, at: QPoint) -> None:
        """Handle a drag move; `at` is its global position."""
        self._frame.top_bar.hold_over(at)
        if self._frame.drop_overlay.dragged.is_usable:
            event.acceptProposedAction()
        else:
            event.ignore()

    def left(self) -> None:
        """Handle a drag that leaves the window or one of its widgets."""
        self._left.start()

    @property
    def is_leaving(self) -> bool:
        """Return True if the overlay will close, unless the drag returns."""
        return self._left.isActive()

    def page_changed(self) -> None:
        """Move the overlay to the page opened by hovering over its tab."""
        if self._frame.drop_overlay.isVisible():
            self._frame.drop_overlay.setGeometry(self.overlay_area())

    def overlay_area(self) -> QRect:
        """Return the area of the overlay, in the frame's pixels."""
        page = self._current_page()
        return self._frame.main_area(page.drop_inset() if page is not None else 0)

    # Dropped data

    @Slot(object)
    def handle_drop(self, mime: QMimeData) -> None:
        """Attach what was dropped. It was accepted, so say it if the other program did not hand it
        over: the reading of its data may time out."""
        if not self.handle_mime(mime) and not read_drag(mime).refused:
            self._report_unreadable()

    def _report_unreadable(self) -> None:
        self.notificationRequested.emit(
            "warning", self.tr("The dropped content could not be read. Drop it again.")
        )

    def handle_mime(self, mime: QMimeData) -> bool:
        """Attach the data of a drop or the clipboard; report what cannot be used."""
        dragged = self._finish_drag(mime)
        if dragged.styles:
            self.stylesDropped.emit(list(dragged.styles))
        if dragged.paths:
            self.filesDropped.emit(list(dragged.paths))
        elif dragged.has_link:
            self.mediaDropped.emit(read_drop(mime))
        elif dragged.has_image:
            self._decode_picture(mime)
        return dragged.is_readable

    @Slot(object)
    def _emit_campaign_dropped(self, mime: QMimeData) -> None:
        paths = self._finish_drag(mime).paths
        if paths:
            self.campaignDropped.emit(list(paths))
        else:
            self._report_unreadable()

    def _finish_drag(self, mime: QMimeData) -> DragContent:
        """End the drag and return its content; report files that cannot be used."""
        self._frame.drop_overlay.hide()
        self._frame.top_bar.leave_tab()
        self._left.stop()
        dragged = read_drag(mime)
        if dragged.refused:
            names = ", ".join(elided_file_name(name) for name in dragged.refused[:3])
            if len(dragged.refused) > 3:
                names = self.tr("{names} and %n more", "", len(dragged.refused) - 3).format(
                    names=names
                )
            self.notificationRequested.emit(
                "warning", self.tr("{names} cannot be posted").format(names=names)
            )
        return dragged

    def _decode_picture(self, mime: QMimeData) -> None:
        raw = raw_picture(mime)
        if raw and self._runner is not None:
            handle = self._runner.submit(_decode, raw, parent=self, pool="images")
            handle.done.connect(self._picture_decoded)
            return
        # Without raw bytes the platform has already decoded it.
        self._picture_decoded(QImage(mime.imageData()))

    @Slot(object)
    def _picture_decoded(self, image: object) -> None:
        if isinstance(image, QImage) and not image.isNull():
            self.imagePasted.emit(image)
        else:
            self.notificationRequested.emit("error", self.tr("The pasted picture cannot be read"))


def _decode(_job: object, raw: bytes) -> QImage:
    """Return a clipboard picture, decoded on a worker; null if it is none."""
    return read_pasted(raw)

"""The files of the message: how they come in, are described, moved and removed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Slot
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog

from posto_desktop.models.media import MediaRow
from posto_desktop.ui.compose.alt_editor import AltEditor
from posto_desktop.ui.compose.notice import ComposeNotice
from posto_desktop.ui.compose.part import Part

FILE_ENDINGS = (
    "*.jpg *.jpeg *.png *.gif *.webp *.bmp *.tif *.tiff *.heic *.avif"
    " *.mp4 *.mov *.m4v *.webm *.mkv *.txt *.md"
)


class Files(Part):
    """Between the media strip, the intake and the dialogs about one file."""

    @Slot(object)
    @Slot(object, int)
    def add_files(self, paths: Sequence[str], at: int | None = None) -> None:
        """Attach files (before row ``at``); what cannot be posted is named in a notice."""
        self.page.intake.set_ratio(self.page.devicePixelRatioF())
        self.page.intake.add_files(list(paths), at)

    @Slot(QImage)
    def add_image(self, image: QImage, name: str = "") -> None:
        """Attach a pasted picture; it is kept as a file of its own."""
        self.page.intake.set_ratio(self.page.devicePixelRatioF())
        self.page.intake.add_image(image, name)

    @Slot()
    def choose_files(self) -> None:
        """Open the file dialog."""
        dialog = QFileDialog(self.page, self.tr("Add pictures or videos"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        known = self.tr("Pictures, videos and texts")
        dialog.setNameFilters([f"{known} ({FILE_ENDINGS})", self.tr("All files") + " (*)"])
        dialog.filesSelected.connect(self.add_files)
        dialog.open()

    @Slot(int)
    def describe(self, number: int) -> None:
        """Open the description editor over a tile."""
        if not 0 <= number < self.page.media.rowCount():
            return
        row = self.page.media.row(number)
        popup = AltEditor(row.ref.path, row.ref.name, row.ref.alt, row.picture, self.page)
        popup.described.connect(self.described)
        rect = self.page.strip.visualRect(self.page.media.index(number))
        popup.show_at(
            self.page.strip.viewport().mapToGlobal(QPoint(rect.left(), rect.bottom() + 4))
        )

    @Slot(object, str)
    def described(self, path: str, text: str) -> None:
        for number in self.page.media.rows_of(path):
            self.page.media.set_alt(number, text)

    @Slot(int, object)
    def file_removed(self, number: int, row: MediaRow) -> None:
        def back() -> None:
            self.page.media.put_back(number, row)

        name = row.ref.name.replace("\n", " ")
        words = self.tr("{name} removed from the message").format(name=name)
        self.page.noticeRequested.emit(ComposeNotice("ok", words, self.tr("Undo"), back))

    @Slot(int, int)
    def file_moved(self, source: int, target: int) -> None:
        def back() -> None:
            self.page.media.move(target, source)

        name = self.page.media.row(target).ref.name.replace("\n", " ")
        words = self.tr("{name} is now number {n}").format(name=name, n=target + 1)
        self.page.noticeRequested.emit(ComposeNotice("ok", words, self.tr("Undo"), back))

    @Slot(object)
    def missing_found(self, missing: frozenset[str]) -> None:
        if missing != self.page.composer.missing:
            self.page.composer.missing = missing
            self.page.composer.look_again()

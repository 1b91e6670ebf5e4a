"""The files of the message: how they come in, are described, edited, moved and removed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, Qt, Slot
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog, QLineEdit, QWidget
from shiboken6 import isValid

from posto_desktop.core.draft import MediaRef
from posto_desktop.core.edits import NOTHING
from posto_desktop.models.media import MediaRow
from posto_desktop.ui.compose.arrivals import Arrivals
from posto_desktop.ui.compose.media_kit import MediaKit
from posto_desktop.ui.compose.notice import ComposeNotice
from posto_desktop.ui.compose.part import Part

if TYPE_CHECKING:
    from posto_desktop.ui.compose.alt_editor import AltEditor
    from posto_desktop.ui.compose.page import ComposePage
    from posto_desktop.workers.intake import Dropped

FILE_ENDINGS = (
    "*.jpg *.jpeg *.png *.gif *.webp *.bmp *.tif *.tiff *.heic *.avif"
    " *.mp4 *.mov *.m4v *.webm *.mkv *.txt *.md"
)
# More at once are a folder, not what one will look for among the recent ones.
MOST_RECENT_AT_ONCE = 40


class Files(Part):
    """Between the media strip, the intake and the dialogs about one file."""

    def __init__(self, page: ComposePage, runner: Any, images: Any, kit: MediaKit) -> None:
        super().__init__(page)
        self._runner, self._images = runner, images
        self._alt: AltEditor | None = None
        self._described = 0
        self._message = page.composer.draft.id
        self.arrivals = Arrivals(runner, page.strip.parentWidget() or page, self)
        self.arrivals.arrived.connect(self._arrived)
        self.arrivals.pageFound.connect(page.writing.insert_text)
        self.arrivals.tilesChanged.connect(page.strip.set_arrivals)
        self.arrivals.tilesChanged.connect(self._arrivals_changed)
        self.arrivals.noticed.connect(page.noticeRequested)
        page.intake.message = lambda: page.composer.draft.id
        page.intake.put_elsewhere = self._put_elsewhere
        page.intake.attached.connect(self._remember)
        page.intake.pictureReady.connect(self._picture_ready)
        page.composer.assessed.connect(self._message_may_differ)
        page.strip.set_runner(runner)
        page.strip.editRequested.connect(self.edit)
        page.strip.recentRequested.connect(self.show_recent_at_tile)
        self.equip(kit)

    def equip(self, kit: MediaKit) -> None:
        """Where renditions and fetched files are kept, and what was used lately."""
        self.kit = kit
        self.arrivals.equip(kit.fetched, kit.transport)

    # -- coming in -------------------------------------------------------------------------

    @Slot(object)
    @Slot(object, int)
    def add_files(self, paths: Sequence[str], at: int | None = None) -> None:
        """Attach files (before row ``at``); what cannot be posted is named in a notice."""
        self.page.intake.set_ratio(self.page.devicePixelRatioF())
        self.page.intake.add_files(list(paths), at)

    def _put_elsewhere(self, draft_id: str, refs: Sequence[MediaRef], at: int | None) -> bool:
        """Files that were given to a message which is not at hand any more; whether it still is."""
        draft = self.page.shelf.get(draft_id)
        if draft is None:
            return False
        place = len(draft.media) if at is None else at
        media = (*draft.media[:place], *refs, *draft.media[place:])
        self.page.shelf.keep(replace(draft, media=media))
        return True

    @Slot(QImage)
    def add_image(self, image: QImage, name: str = "") -> None:
        """Attach a pasted picture; it is kept as a file of its own."""
        self.page.intake.set_ratio(self.page.devicePixelRatioF())
        self.page.intake.add_image(image, name)

    @Slot()
    def add_sample(self) -> None:
        """Attach a picture of the program's own, to try everything with."""
        from posto_desktop.storage.paths import resource
        from posto_desktop.workers.intake import take_sample

        source, name = resource("samples", "harbour.jpg"), self.tr("Harbour")
        handle = self._runner.submit(take_sample, source, self.kit.fetched, name, parent=self)
        handle.done.connect(self._bytes_taken)
        handle.failed.connect(self._bytes_failed)

    @Slot(object)
    def take(self, dropped: Dropped, at: int | None = None) -> None:
        """Attach what a drop or the clipboard carried: files, addresses, pictures out of a page."""
        from posto_desktop.workers.intake import take_bytes

        if dropped.files:
            self.add_files(dropped.files, at)
            return
        for data in dropped.inline:
            handle = self._runner.submit(
                take_bytes, data, self.kit.fetched, self.tr("Picture"), parent=self
            )
            handle.done.connect(self._bytes_taken)
            handle.failed.connect(self._bytes_failed)
        if dropped.urls:
            self.arrivals.fetch(dropped.urls, at, dropped.picture)
        elif dropped.picture is not None and not dropped.inline:
            self.add_image(dropped.picture)

    @Slot(object)
    def take_pasted(self, dropped: Dropped) -> None:
        """As `take`; an address can still become text."""
        self.take(dropped)
        if dropped.urls and dropped.text == dropped.urls[0]:
            address = dropped.text

            def as_text() -> None:
                self.page.writing.insert_text(address)

            words = self.tr("The address is fetched as a picture or video")
            self.page.noticeRequested.emit(
                ComposeNotice("info", words, self.tr("Insert as text"), as_text)
            )

    @Slot(object)
    def _bytes_taken(self, taken: Any) -> None:
        if taken.path:
            self.add_files([taken.path])
        else:
            self.page.noticeRequested.emit(ComposeNotice("error", taken.problem))

    @Slot(object)
    def _bytes_failed(self, error: object) -> None:
        words = getattr(error, "user_message", "") or self.tr("The picture could not be kept.")
        self.page.noticeRequested.emit(ComposeNotice("error", words))

    @Slot(object, object)
    def _arrived(self, path: str, at: int | None) -> None:
        self.add_files([path], at)

    @Slot(object)
    def _arrivals_changed(self, tiles: Sequence[QWidget]) -> None:
        if tiles:
            self.page.leave_first_run()

    @Slot()
    def choose_files(self) -> None:
        """Open the file dialog, in the folder where files were looked for last."""
        dialog = QFileDialog(self.page, self.tr("Add pictures or videos"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setDirectory(self.kit.folder() or str(Path.home()))
        known = self.tr("Pictures, videos and texts")
        dialog.setNameFilters([f"{known} ({FILE_ENDINGS})", self.tr("All files") + " (*)"])
        # The endings do not fit into the box; the words say what is shown.
        dialog.setOption(QFileDialog.Option.HideNameFilterDetails)
        name = dialog.findChild(QLineEdit, "fileNameEdit")  # none in the system's own dialog
        completer = name.completer() if name is not None else None
        popup = completer.popup() if completer is not None else None
        if popup is not None:
            popup.setObjectName("completions")
        dialog.filesSelected.connect(self._files_chosen)
        dialog.open()

    @Slot(list)
    def _files_chosen(self, paths: list[str]) -> None:
        if paths:
            self.kit.keep_folder(str(Path(paths[0]).parent))
        self.add_files(paths)

    # -- used lately -----------------------------------------------------------------------

    @Slot()
    def show_recent(self) -> None:
        """The files that were used lately, under the button."""
        self._show_recent(self.page.recent_button)

    @Slot()
    def show_recent_at_tile(self) -> None:
        self._show_recent(self.page.strip.add_tile().arrow)

    def _show_recent(self, button: QWidget) -> None:
        if self.kit.recent is None:
            return
        from posto_desktop.ui.compose.recent_media_popup import RecentMediaPopup

        popup = RecentMediaPopup(self.kit.recent, self._runner, self._images, self.page)
        popup.chosen.connect(self._recent_chosen)
        popup.show_at(button.mapToGlobal(QPoint(0, button.height() + 4)))

    @Slot(object)
    def _recent_chosen(self, file: Any) -> None:
        self.page.intake.set_ratio(self.page.devicePixelRatioF())
        self.page.intake.add_files([file.ref.path], None, {file.ref.path: file.ref.alt})

    @Slot(object)
    def _remember(self, refs: Sequence[MediaRef]) -> None:
        if self.kit.recent is None or self.page.media.rowCount() > MOST_RECENT_AT_ONCE:
            return
        from posto_desktop.workers.recent_media import add_recent

        self._runner.submit(add_recent, self.kit.recent, list(refs), parent=self)

    # -- one file --------------------------------------------------------------------------

    @Slot(int)
    def edit(self, number: int, slug: str = "", fit: Sequence[str] = ()) -> None:
        """Open the editor of a file: for all networks, or for one by its slug.

        It begins with a cut that the networks in `fit` take, where they do not take what is there.
        """
        if not 0 <= number < self.page.media.rowCount():
            return
        from posto_desktop.ui.compose.media_editor.dialog import MediaEditor

        ref = self.page.media.row(number).ref
        if ref.problem or ref.path in self.page.composer.missing:
            words = ref.problem or self.tr("{name} is no longer there.").format(name=ref.name)
            self.page.noticeRequested.emit(ComposeNotice("error", words))
            return
        editor = MediaEditor(
            ref,
            list(self.page.composer.networks()),
            runner=self._runner,
            images=self._images,
            renderer=self.kit.renderer(),
            slug=slug,
            fit=fit,
            parent=self.page,
        )

        def keep(wishes: Any) -> None:
            self._keep_wishes(number, ref.path, wishes)

        def given_up(wishes: Any) -> None:
            name = ref.name.replace("\n", " ")
            words = self.tr("The changes to {name} were discarded").format(name=name)
            notice = ComposeNotice("info", words, self.tr("Undo"), lambda: keep(wishes))
            self.page.noticeRequested.emit(notice)

        editor.edited.connect(keep)
        editor.given_up.connect(given_up)
        self.page.strip.setCurrentIndex(self.page.media.index(number))
        editor.open()

    def _keep_wishes(self, number: int, path: str, wishes: Any) -> None:
        media = self.page.media
        if not (0 <= number < media.rowCount() and media.row(number).ref.path == path):
            # It was moved or removed meanwhile; the same file may still be there.
            number = next(iter(media.rows_of(path)), -1)
        common = None if wishes.common == NOTHING else wishes.common
        media.set_edits(number, common, dict(wishes.own))

    @Slot(int)
    def describe(self, number: int) -> None:
        """Open the description editor over a tile."""
        if not 0 <= number < self.page.media.rowCount():
            return
        from posto_desktop.ui.compose.alt_editor import AltEditor

        self._described = number
        networks = list(self.page.composer.networks())
        popup = AltEditor(self._file_to_describe(), networks, self.page)
        popup.described.connect(self.described)
        popup.stepped.connect(self._describe_next)
        self._alt = popup
        rect = self.page.strip.visualRect(self.page.media.index(number))
        popup.show_at(
            self.page.strip.viewport().mapToGlobal(QPoint(rect.left(), rect.bottom() + 4))
        )

    def _file_to_describe(self) -> Any:
        from posto_desktop.ui.compose.alt_editor import Described

        media = self.page.media
        ref = media.row(self._described).ref
        picture = media.picture_as(ref.path, ref.edit)
        return Described(ref.path, ref.name, ref.alt, picture, self._described, media.rowCount())

    @Slot(int)
    def _describe_next(self, way: int) -> None:
        number = self._described + way
        if (
            self._alt is not None
            and isValid(self._alt)
            and 0 <= number < self.page.media.rowCount()
        ):
            self._described = number
            self.page.strip.setCurrentIndex(self.page.media.index(number))
            self._alt.show_file(self._file_to_describe())

    @Slot(object)
    def _picture_ready(self, path: str) -> None:
        picture = self.page.media.picture(path)
        if self._alt is not None and isValid(self._alt) and picture is not None:
            self._alt.set_picture(path, picture)

    @Slot()
    def _message_may_differ(self) -> None:
        """What is on its way belongs to the message that it was dropped on."""
        message = self.page.composer.draft.id
        if message != self._message:
            self._message = message
            self.arrivals.clear()

    @Slot(object, str)
    def described(self, path: str, text: str) -> None:
        for number in self.page.media.rows_of(path):
            self.page.media.set_alt(number, text)

    @Slot(int, object)
    def file_removed(self, number: int, row: MediaRow) -> None:
        back = self.page.undoing.way_back()
        name = row.ref.name.replace("\n", " ")
        words = self.tr("{name} removed from the message").format(name=name)
        self.page.noticeRequested.emit(ComposeNotice("ok", words, self.tr("Undo"), back))

    @Slot(int, int)
    def file_moved(self, source: int, target: int) -> None:
        back = self.page.undoing.way_back()
        name = self.page.media.row(target).ref.name.replace("\n", " ")
        words = self.tr("{name} is now number {n}").format(name=name, n=target + 1)
        self.page.noticeRequested.emit(ComposeNotice("ok", words, self.tr("Undo"), back))

    @Slot(object)
    def missing_found(self, missing: frozenset[str]) -> None:
        if missing != self.page.composer.missing:
            self.page.composer.missing = missing
            self.page.composer.look_again()

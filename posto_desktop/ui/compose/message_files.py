"""Attachments of the message: adding, describing, editing, moving and removing files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt, Slot
from PySide6.QtGui import QAction, QImage
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from posto_desktop.common.user_error import message_of
from posto_desktop.core.checks.finding import short
from posto_desktop.core.draft import Draft, MediaRef
from posto_desktop.core.edits import NOTHING
from posto_desktop.core.file_problems import FileProblem
from posto_desktop.core.limits import NetworkLimits, limits_of, network_name
from posto_desktop.models.media import MediaRow
from posto_desktop.ui.compose.file_menus import TickMenu, TileMenu
from posto_desktop.ui.compose.layout import ComposeLayout
from posto_desktop.ui.compose.media_downloads import MediaDownloads
from posto_desktop.ui.compose.media_import import MediaImporter
from posto_desktop.ui.compose.text_presenter import TextPresenter
from posto_desktop.ui.widgets.file_dialogs import ask_for_files
from posto_desktop.ui.widgets.popup import below
from posto_desktop.viewmodels.notification import PageNotification
from posto_desktop.viewmodels.open_message import OpenMessage
from posto_desktop.workers.images import ImageLoader
from posto_desktop.workers.runner import JobRunner

if TYPE_CHECKING:
    from posto_desktop.media.renditions import RenditionStore
    from posto_desktop.sdk.transport import Transport
    from posto_desktop.ui.compose.alt_editor import AltEditor, DescribedFile
    from posto_desktop.viewmodels.media_edits import MediaEdits
    from posto_desktop.workers.media_import import DropContent, ImportedMedia
    from posto_desktop.workers.recent_media import RecentFile, RecentMedia

FILE_PATTERNS = (
    "*.jpg *.jpeg *.png *.gif *.webp *.bmp *.tif *.tiff *.heic *.avif"
    " *.mp4 *.mov *.m4v *.webm *.mkv *.txt *.md"
)
# More files at once are a folder, which would flood the recent media.
MAX_RECENT_AT_ONCE = 40


class MessageFiles(QObject):
    """Connects the media strip, the import and the dialogs for one file."""

    def __init__(
        self,
        views: ComposeLayout,
        message: OpenMessage,
        text_presenter: TextPresenter,
        media_import: MediaImporter,
        runner: JobRunner,
        images: ImageLoader,
        media_services: MediaServices,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._views, self._message = views, message
        self._text_presenter = text_presenter
        self._media_import = media_import
        self._runner, self._images = runner, images
        self._alt: AltEditor | None = None
        self._described = 0
        self._draft_id = self._message.draft.id
        self.media_downloads = MediaDownloads(
            runner, self._views.strip.parentWidget() or self._views, self
        )
        self.media_downloads.downloaded.connect(self._download_done)
        self.media_downloads.pageFound.connect(self._text_presenter.insert_text)
        self.media_downloads.tilesChanged.connect(self._views.strip.set_downloads)
        self.media_downloads.tilesChanged.connect(self._downloads_changed)
        self.media_downloads.notificationRequested.connect(self._message.notifier.requested)
        self._media_import.message = lambda: self._message.draft.id
        self._media_import.add_to_closed_draft = self._add_to_closed_draft
        self._media_import.attached.connect(self._remember)
        self._media_import.pictureReady.connect(self._picture_ready)
        self._message.editor.opened.connect(self._message_opened)
        self._views.strip.set_runner(runner)
        self._views.strip.editRequested.connect(self.edit)
        self._views.strip.recentRequested.connect(self.show_recent_at_tile)
        self.configure(media_services)

    def configure(self, media_services: MediaServices) -> None:
        """Set the folders for renditions and downloads, and the recent media."""
        self.media_services = media_services
        self.media_downloads.configure(media_services.fetched, media_services.transport)

    # -- the draft's files -----------------------------------------------------------------

    @Slot()
    def files_changed(self) -> None:
        """Store the files after the user added, moved, removed or described some."""
        self._message.editor.edit(media=tuple(self._views.media.refs()))

    @Slot()
    def files_arrived(self) -> None:
        """Store a batch of added files; all batches of one import are one undo step."""
        media = tuple(self._views.media.refs())
        self._message.editor.edit("files", pauses=True, media=media)

    @Slot()
    def facts_found(self) -> None:
        self._message.editor.set_facts(self._views.media.refs())

    def show(self, draft: Draft) -> None:
        """Show the files of the draft if they differ from the strip."""
        media, strip = self._views.media, self._views.strip
        if tuple(media.refs()) == draft.media:
            return
        current = strip.currentIndex().row()
        media.set_files(draft.media)
        if current >= 0 and media.rowCount():
            strip.setCurrentIndex(media.index(min(current, media.rowCount() - 1)))
        for ref in draft.media:
            if not ref.width and not ref.problem:
                self._media_import.load_facts(ref.path)  # its facts are not read yet

    # -- adding files ----------------------------------------------------------------------

    @Slot(object)
    @Slot(object, int)
    def add_files(self, paths: Sequence[str], at: int | None = None) -> None:
        """Attach files (before row ``at``); a notification names unusable ones."""
        self._media_import.set_ratio(self._views.devicePixelRatioF())
        self._media_import.add_files(list(paths), at)

    def _add_to_closed_draft(self, draft_id: str, refs: Sequence[MediaRef], at: int | None) -> bool:
        """Attach files to a draft that is no longer open. Return False if it was deleted."""
        draft = self._message.store.get(draft_id)
        if draft is None:
            return False
        place = len(draft.media) if at is None else at
        media = (*draft.media[:place], *refs, *draft.media[place:])
        self._message.store.put(replace(draft, media=media))
        return True

    @Slot(QImage)
    def add_image(self, image: QImage, name: str = "") -> None:
        """Attach a pasted picture, saved as a file."""
        self._media_import.set_ratio(self._views.devicePixelRatioF())
        self._media_import.add_image(image, name)

    @Slot()
    def add_sample(self) -> None:
        from posto_desktop.common.resources import resource
        from posto_desktop.workers.media_import import import_sample

        source, name = resource("samples", "harbour.jpg"), self.tr("Harbour")
        handle = self._runner.submit(
            import_sample, source, self.media_services.fetched, name, parent=self
        )
        handle.done.connect(self._bytes_saved)
        handle.failed.connect(self._save_failed)

    @Slot(object)
    def add_dropped(self, dropped: DropContent, at: int | None = None) -> None:
        """Attach dropped or pasted content: files, addresses, pictures of a page."""
        from posto_desktop.workers.media_import import import_bytes

        if dropped.files:
            self.add_files(dropped.files, at)
            return
        for data in dropped.inline:
            handle = self._runner.submit(
                import_bytes, data, self.media_services.fetched, self.tr("Picture"), parent=self
            )
            handle.done.connect(self._bytes_saved)
            handle.failed.connect(self._save_failed)
        if dropped.urls:
            self.media_downloads.fetch(dropped.urls, at, dropped.picture)
        elif dropped.picture is not None and not dropped.inline:
            self.add_image(dropped.picture)

    @Slot(object)
    def add_pasted(self, dropped: DropContent) -> None:
        """Like `add_dropped`, but an address may turn out to be text."""
        self.add_dropped(dropped)
        if dropped.urls and dropped.text == dropped.urls[0]:
            address = dropped.text

            def as_text() -> None:
                self._text_presenter.insert_text(address)

            words = self.tr("Downloading this address as a picture or video")
            self._message.notifier.requested.emit(
                PageNotification("info", words, self.tr("Insert as text"), as_text)
            )

    @Slot(object)
    def _bytes_saved(self, imported: ImportedMedia) -> None:
        if imported.path:
            self.add_files([imported.path])
        else:
            self._message.notifier.requested.emit(PageNotification("error", imported.problem))

    @Slot(object)
    def _save_failed(self, error: object) -> None:
        words = message_of(error, self.tr("The picture could not be saved."))
        self._message.notifier.requested.emit(PageNotification("error", words))

    @Slot(object, object)
    def _download_done(self, path: str, at: int | None) -> None:
        self.add_files([path], at)

    @Slot(object)
    def _downloads_changed(self, tiles: Sequence[QWidget]) -> None:
        if tiles:
            self._views.leave_first_run()

    @Slot()
    def choose_files(self) -> None:
        """Open the file dialog in the last used folder."""
        known = self.tr("Pictures, videos and texts")
        ask_for_files(
            self._views,
            self.tr("Add pictures or videos"),
            [f"{known} ({FILE_PATTERNS})", self.tr("All files") + " (*)"],
            self._files_chosen,
            folder=self.media_services.folder() or str(Path.home()),
        )

    @Slot(list)
    def _files_chosen(self, paths: list[str]) -> None:
        if paths:
            self.media_services.save_folder(str(Path(paths[0]).parent))
        self.add_files(paths)

    # -- recent media ----------------------------------------------------------------------

    @Slot()
    def show_recent(self) -> None:
        self._show_recent(self._views.recent_button)

    @Slot()
    def show_recent_at_tile(self) -> None:
        self._show_recent(self._views.strip.add_tile().arrow)

    def _show_recent(self, button: QWidget) -> None:
        if self.media_services.recent is None:
            return
        from posto_desktop.ui.compose.recent_media_popup import RecentMediaPopup

        popup = RecentMediaPopup(
            self.media_services.recent, self._runner, self._images, self._views
        )
        popup.chosen.connect(self._recent_chosen)
        popup.show_at(below(button))

    @Slot(object)
    def _recent_chosen(self, file: RecentFile) -> None:
        self._media_import.set_ratio(self._views.devicePixelRatioF())
        self._media_import.add_files([file.ref.path], None, {file.ref.path: file.ref.alt})

    @Slot(object)
    def _remember(self, refs: Sequence[MediaRef]) -> None:
        if self.media_services.recent is None or self._views.media.rowCount() > MAX_RECENT_AT_ONCE:
            return
        from posto_desktop.workers.recent_media import add_recent

        self._runner.submit(add_recent, self.media_services.recent, list(refs), parent=self)

    # -- single files ----------------------------------------------------------------------

    @Slot(int)
    def edit(
        self,
        number: int,
        slug: str = "",
        fit: Sequence[str] = (),
        limits: Sequence[NetworkLimits] = (),
    ) -> None:
        """Open the editor of a file: for all networks, or for one by its slug.

        It starts with a crop that the networks in `fit` accept, and a video with what else they
        (or their channels, by `limits`) ask for.
        """
        if not 0 <= number < self._views.media.rowCount():
            return
        from posto_desktop.ui.compose.media_editor.dialog import MediaEditor

        ref = self._views.media.row(number).ref
        if ref.problem or ref.path in self._message.checks.missing:
            words = ref.problem or self.tr("{name} was not found.").format(name=ref.name)
            self._message.notifier.requested.emit(PageNotification("error", words))
            return
        editor = MediaEditor(
            ref,
            list(self._message.channels.networks()),
            runner=self._runner,
            images=self._images,
            renderer=self.media_services.renderer(),
            slug=slug,
            fit=fit,
            limits=limits,
            parent=self._views,
        )

        def save_edits(edits: MediaEdits) -> None:
            self._apply_edits(number, ref.path, edits)

        def discarded(edits: MediaEdits) -> None:
            name = ref.name.replace("\n", " ")
            words = self.tr("The changes to {name} were discarded").format(name=name)
            notification = PageNotification(
                "info", words, self.tr("Undo"), lambda: save_edits(edits)
            )
            self._message.notifier.requested.emit(notification)

        editor.edited.connect(save_edits)
        editor.discarded.connect(discarded)
        self._views.strip.setCurrentIndex(self._views.media.index(number))
        editor.open()

    def look_for_ffmpeg(self, path: str) -> None:
        """Tell if the video at a path is to be converted and nothing can do that."""
        from posto_desktop.workers.video_jobs import look_for_tools

        name = Path(path).name.replace("\n", " ")

        def looked(tools: object) -> None:
            if tools is None:
                words = FileProblem.of("video_tools", file=name).sentence
                self._message.notifier.requested.emit(PageNotification("error", words))

        handle = self._runner.submit(look_for_tools, self.media_services.ffmpeg(), parent=self)
        handle.done.connect(looked)

    def _apply_edits(self, number: int, path: str, edits: MediaEdits) -> None:
        media = self._views.media
        if not (0 <= number < media.rowCount() and media.row(number).ref.path == path):
            # The row was moved or removed meanwhile; the file may still be attached.
            number = next(iter(media.rows_of(path)), -1)
        common = None if edits.common == NOTHING else edits.common
        media.set_edits(number, common, dict(edits.network_edits))

    @Slot(int)
    def describe(self, number: int) -> None:
        """Open the editor of the alternative text over a tile."""
        if not 0 <= number < self._views.media.rowCount():
            return
        from posto_desktop.ui.compose.alt_editor import AltEditor

        self._described = number
        networks = [
            max(map(limits_of, channels), key=lambda limits: limits.alt_text_sent)
            for channels in self._message.channels.networks().values()
        ]
        popup = AltEditor(self._file_to_describe(), networks, self._views)
        popup.described.connect(self.described)
        popup.stepped.connect(self._describe_next)
        self._alt = popup
        rect = self._views.strip.visualRect(self._views.media.index(number))
        popup.show_at(
            self._views.strip.viewport().mapToGlobal(QPoint(rect.left(), rect.bottom() + 4))
        )

    def _file_to_describe(self) -> DescribedFile:
        from posto_desktop.ui.compose.alt_editor import DescribedFile

        media = self._views.media
        ref = media.row(self._described).ref
        picture = media.picture_as(ref.path, ref.edit)
        return DescribedFile(
            ref.path, ref.name, ref.alt, picture, self._described, media.rowCount()
        )

    @Slot(int)
    def _describe_next(self, step: int) -> None:
        number = self._described + step
        if (
            self._alt is not None
            and isValid(self._alt)
            and 0 <= number < self._views.media.rowCount()
        ):
            self._described = number
            self._views.strip.setCurrentIndex(self._views.media.index(number))
            self._alt.show_file(self._file_to_describe())

    @Slot(object)
    def _picture_ready(self, path: str) -> None:
        picture = self._views.media.picture(path)
        if self._alt is not None and isValid(self._alt) and picture is not None:
            self._alt.set_picture(path, picture)

    @Slot()
    def _message_opened(self, draft: Draft) -> None:
        """Stop the downloads of the previous message."""
        if draft.id != self._draft_id:
            self._draft_id = draft.id
            self.media_downloads.clear()

    @Slot(object, str)
    def described(self, path: str, text: str) -> None:
        for number in self._views.media.rows_of(path):
            self._views.media.set_alt(number, text)

    @Slot(int, object)
    def file_removed(self, _number: int, row: MediaRow) -> None:
        back = self._message.editor.undo_of()
        name = row.ref.name.replace("\n", " ")
        words = self.tr("{name} removed from the message").format(name=name)
        self._message.notifier.requested.emit(PageNotification("ok", words, self.tr("Undo"), back))

    @Slot(int, int)
    def file_moved(self, _source: int, target: int) -> None:
        back = self._message.editor.undo_of()
        name = self._views.media.row(target).ref.name.replace("\n", " ")
        words = self.tr("{name} is now number {n}").format(name=name, n=target + 1)
        self._message.notifier.requested.emit(PageNotification("ok", words, self.tr("Undo"), back))

    @Slot(object)
    def missing_found(self, missing: frozenset[str]) -> None:
        self._message.checks.set_missing(missing)


@dataclass
class MediaServices:
    """`renditions` is the folder for files rendered for networks, `fetched` that for downloads.
    `folder` and `save_folder` read and write the last used folder. `transport` fetches from
    addresses, or opens one that does (None: a public one). `ffmpeg` returns the chosen path of that
    program."""

    renditions: Path
    fetched: Path
    recent: RecentMedia | None = None
    folder: Callable[[], str] = str
    save_folder: Callable[[str], None] = lambda _folder: None
    transport: Transport | Callable[[], Transport] | None = None
    ffmpeg: Callable[[], str] = str
    _made: RenditionStore | None = None

    def renderer(self) -> RenditionStore:
        """Return the rendition store, created on first use because it imports the picture
        writers."""
        if self._made is None:
            from posto_desktop.media.renditions import RenditionStore

            self._made = RenditionStore(self.renditions, ffmpeg=self.ffmpeg)
        return self._made


LONGEST_NAME = 40


class NetworkMediaSelection(QObject):
    """Adds the selected networks to a tile's menu; each choice is an undo step."""

    def __init__(
        self,
        views: ComposeLayout,
        message: OpenMessage,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._views, self._message = views, message
        self._views.strip.menuOpened.connect(self._offer)
        self._views.variant_bar.filesRequested.connect(self._open)
        self._message.editor.changed.connect(self._draft_changed)
        self._message.editor.opened.connect(self.show_count)
        self._message.channels.listChanged.connect(self.show_count)
        self._views.tabs.chosen.connect(self.show_count)

    @Slot(object, int)
    def _offer(self, menu: TileMenu, row: int) -> None:
        ref = self._views.media.row(row).ref
        slugs = list(self._message.channels.networks())
        # A file always goes to the only network, unless it was excluded before.
        if len(slugs) > 1 or not all(map(ref.goes_to, slugs)):
            menu.offer_networks(ref, slugs)
            place = self._views.media.place(row)
            menu.chosen.connect(lambda slug, goes: self.send(place, slug, goes))

    # -- files of a network's tab ------------------------------------------------------------

    @Slot(object, object)
    def _draft_changed(self, _draft: object, changed: frozenset[str]) -> None:
        if "media" in changed:
            self.show_count()

    @Slot()
    def show_count(self, *_args: object) -> None:
        """Show how many files go to the network of the current tab."""
        slug, refs = self._views.tabs.current(), self._message.draft.media
        if not slug:
            return
        going = sum(1 for ref in refs if ref.goes_to(slug))
        able = len(self._message.channels.networks()) > 1 or going < len(refs)
        self._views.variant_bar.show_files(going, len(refs) if able else 0)

    @Slot()
    def _open(self) -> None:
        button = self._views.variant_bar.files
        self.menu_of_files().popup(below(button))

    def menu_of_files(self) -> TickMenu:
        """Return the menu of the message's files, ticked if they go to the network of the tab."""
        slug = self._views.tabs.current()
        menu = TickMenu(self._views.variant_bar)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setObjectName("files-for-network")
        for place, ref in enumerate(self._views.media.refs()):
            name = short(ref.name, LONGEST_NAME)
            words = self.tr("{n}. {name}").format(n=place + 1, name=name.replace("&", "&&"))
            action = menu.add(words)
            action.setCheckable(True)
            action.setChecked(ref.goes_to(slug))
            action.setData((place, slug))
        menu.triggered.connect(self._ticked)
        return menu

    @Slot(QAction)
    def _ticked(self, action: QAction) -> None:
        place, slug = action.data()
        self.send(place, slug, action.isChecked(), tell=False)

    # -- shared ------------------------------------------------------------------------------

    def send(self, place: int, slug: str, goes: bool, *, tell: bool = True) -> None:
        """Send a file to a network, or exclude it there. `place` is that among all files."""
        before = self._message.draft
        if not 0 <= place < len(before.media):
            return
        ref = before.media[place]
        changed = ref.leaving_out(slug, not goes)
        if changed is ref:
            return
        media = (*before.media[:place], changed, *before.media[place + 1 :])
        self._message.editor.set_content(replace(before, media=media))
        self._message.checks.refresh()
        if not tell:
            return
        words = self.tr("{name} is not sent to {network}")
        if goes:
            words = self.tr("{name} is sent to {network}")
        name = ref.name.replace("\n", " ")
        words = words.format(name=name, network=network_name(slug))
        self._message.offer_undo(words, before)

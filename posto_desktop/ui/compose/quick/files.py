"""Files of quick capture: dropped or pasted, taken as Compose takes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QImage

from posto_desktop.common.user_error import message_of
from posto_desktop.core.draft import Draft, MediaRef
from posto_desktop.models.media import MediaModel
from posto_desktop.ui.compose.media_import import MediaImporter
from posto_desktop.ui.compose.message_files import MediaServices
from posto_desktop.viewmodels.notification import PageNotification
from posto_desktop.viewmodels.quick_message import QuickMessage
from posto_desktop.workers.keyed_jobs import KeyedJobs

if TYPE_CHECKING:
    from posto_desktop.stores.drafts import DraftStore
    from posto_desktop.workers.images import ImageLoader
    from posto_desktop.workers.media_import import DropContent, ImportedMedia
    from posto_desktop.workers.runner import JobRunner


@dataclass(frozen=True)
class QuickFileServices:
    """What reads files: jobs, pictures, the store of drafts that were closed meanwhile, and the
    folder of pasted pictures."""

    runner: JobRunner
    images: ImageLoader
    store: DraftStore
    media: MediaServices
    pasted: Path


class QuickFiles(QObject):
    """Keeps the files of the message and those of its draft alike.

    Signals: ``changed()``: the files differ; ``textRead(str)``: a text file or an address to be
    inserted; ``problem(str)``: a sentence about what cannot be posted.
    """

    changed = Signal()
    textRead = Signal(str)
    problem = Signal(str)

    def __init__(
        self, message: QuickMessage, services: QuickFileServices, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._message, self._services = message, services
        self.model = MediaModel(self)
        self.importer = MediaImporter(
            services.runner, services.images, self.model, services.pasted, self
        )
        self.importer.message = lambda: message.draft.id
        self.importer.add_to_closed_draft = self._add_to_closed_draft
        self.importer.notificationRequested.connect(self._notified)
        self.importer.textRead.connect(self.textRead)
        self._downloads = KeyedJobs(services.runner, self)
        self._downloads.done.connect(self._downloaded)
        self._downloads.failed.connect(self._download_failed)
        message.is_reading_files = lambda: self.is_reading
        self.model.filesChanged.connect(self._files_changed)
        self.model.filesArrived.connect(self._files_changed)
        self.model.factsChanged.connect(self._facts_changed)
        message.editor.opened.connect(self._opened)

    @property
    def is_reading(self) -> bool:
        return self.importer.is_reading or bool(len(self._downloads))

    @Slot()
    def _files_changed(self) -> None:
        self._message.set_files(self.model.refs())
        self.changed.emit()

    @Slot()
    def _facts_changed(self) -> None:
        self._message.editor.set_facts(self.model.refs())

    @Slot(object)
    def _opened(self, draft: Draft) -> None:
        self.model.set_files(draft.media)
        self.changed.emit()

    def remove(self, row: int) -> None:
        self.model.remove(row)

    # -- adding --------------------------------------------------------------------------------

    @Slot(object)
    def add_files(self, paths: Sequence[str]) -> None:
        self.importer.add_files(list(paths))

    @Slot(QImage)
    def add_image(self, image: QImage) -> None:
        self.importer.add_image(image)

    @Slot(object)
    def add_dropped(self, dropped: DropContent) -> None:
        """Add files, pictures of a page, or addresses, which are downloaded."""
        from posto_desktop.workers.media_import import import_bytes, import_urls

        media, jobs = self._services.media, self._downloads
        if dropped.files:
            self.add_files(dropped.files)
        for number, data in enumerate(dropped.inline):
            jobs.start(("", number), import_bytes, data, media.fetched, self.tr("Picture"))
        for url in dropped.urls:
            jobs.start((url, 0), import_urls, [url], media.fetched, media.transport, pool="net")
        if dropped.picture is not None and not (dropped.inline or dropped.urls or dropped.files):
            self.add_image(dropped.picture)

    @Slot(object, object)
    def _downloaded(
        self, key: tuple[str, int], result: ImportedMedia | list[ImportedMedia]
    ) -> None:
        for imported in result if isinstance(result, list) else [result]:
            if imported.path:
                self.add_files([imported.path])
            elif imported.is_page:
                self.textRead.emit(key[0])
            else:
                self.problem.emit(imported.problem)

    @Slot(object, object)
    def _download_failed(self, _key: object, error: object) -> None:
        self.problem.emit(message_of(error, self.tr("The picture could not be saved.")))

    @Slot(object)
    def _notified(self, notification: PageNotification) -> None:
        if notification.kind != "info":
            self.problem.emit(notification.text)

    def _add_to_closed_draft(self, draft_id: str, refs: list[MediaRef], at: int | None) -> bool:
        draft = self._services.store.get(draft_id)
        if draft is None:
            return False
        place = len(draft.media) if at is None else at
        media = (*draft.media[:place], *refs, *draft.media[place:])
        self._services.store.put(replace(draft, media=media))
        return True

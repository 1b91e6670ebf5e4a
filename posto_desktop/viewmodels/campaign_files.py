"""Files for a campaign: pictures and films become media of messages, texts become messages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QImage

from posto_desktop.common.user_error import message_of
from posto_desktop.core.campaign import Message, split_paste
from posto_desktop.core.draft import MediaKind, MediaRef
from posto_desktop.viewmodels.campaign_editor import CampaignEditor
from posto_desktop.workers.decode import MediaFacts
from posto_desktop.workers.files import Look, keep_picture, look_at_files, open_folders, read_text
from posto_desktop.workers.images import ImageLoader
from posto_desktop.workers.runner import JobRunner

MOST_FILES = 2_000
_PIECE = 60
_LOOKS_AT_ONCE = 4


class CampaignFiles(QObject):
    """Signals: ``added(list ids)``: new messages; ``refused(str)``: a sentence about files that
    cannot be used; ``tablesFound(list paths)``: files with columns, to be imported."""

    added = Signal(list)
    refused = Signal(str)
    tablesFound = Signal(list)

    def __init__(
        self,
        runner: JobRunner,
        images: ImageLoader,
        editor: CampaignEditor,
        folder: Path,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._runner, self._images, self._editor = runner, images, editor
        self._folder = folder
        self._opening: dict[QObject, tuple[str, int | None]] = {}
        self._batches: dict[QObject, _Batch] = {}
        self._texts: dict[QObject, int | None] = {}
        self._kept: dict[QObject, str] = {}
        self._facts: dict[QObject, str] = {}
        self._waiting: list[str] = []

    def add_files(self, paths: Sequence[str], onto: str = "", at: int | None = None) -> None:
        """Look at files on a worker; the good ones go onto a message, or become one message each
        before the row `at` (None: at the end). A folder stands for the files in it."""
        handle = self._runner.submit(open_folders, list(paths), MOST_FILES, parent=self)
        self._opening[handle] = (onto, at)
        handle.done.connect(self._opened)
        handle.failed.connect(self._failed)

    @Slot(object)
    def _opened(self, paths: list[str]) -> None:
        onto, at = self._opening.pop(self.sender(), ("", None))
        tables = [one for one in paths if one.lower().endswith((".csv", ".tsv", ".xlsx", ".json"))]
        if tables and not onto:
            self.tablesFound.emit(tables)
        rest = [one for one in paths if one not in tables or onto]
        if rest:
            self._look(_Batch(rest, onto, at))

    def add_image(self, image: QImage, onto: str = "") -> None:
        """A picture without a file: it is kept, then added like one."""
        handle = self._runner.submit(
            keep_picture, self._folder, image, self.tr("Pasted picture"), parent=self
        )
        self._kept[handle] = onto
        handle.done.connect(self._picture_kept)
        handle.failed.connect(self._failed)

    def add_text(self, text: str, at: int | None = None) -> list[str]:
        """One message for each paragraph, cell or line; the ids of the new ones."""
        messages = [Message(text=one) for one in split_paste(text)]
        count = self._editor.add(messages, at)
        ids = [one.id for one in messages[:count]]
        if ids:
            self.added.emit(ids)
        return ids

    # -- on the way ----------------------------------------------------------------------------

    def _look(self, batch: _Batch) -> None:
        handle = self._runner.submit(look_at_files, batch.paths[:_PIECE], parent=self)
        self._batches[handle] = batch
        handle.done.connect(self._looked)
        handle.failed.connect(self._failed)

    @Slot(object)
    def _looked(self, looks: list[Look]) -> None:
        batch = self._batches.pop(self.sender(), None)
        if batch is None:
            return
        batch.looks += looks
        batch.paths = batch.paths[len(looks) :]
        if batch.paths and looks:
            self._look(batch)
        else:
            self._take(batch)

    def _take(self, batch: _Batch) -> None:
        good = [one for one in batch.looks if one.kind in ("image", "gif", "video")]
        media = [
            MediaRef(one.path, one.name, one.size, cast(MediaKind, one.kind), mime=one.mime)
            for one in good
        ]
        for one in batch.looks:
            if one.kind == "text":
                handle = self._runner.submit(read_text, one.path, parent=self)
                self._texts[handle] = batch.at
                handle.done.connect(self._text_read)
                handle.failed.connect(self._failed)
        bad = [one.problem for one in batch.looks if one.problem]
        if bad:
            more = self.tr(" And %n more.", "", len(bad) - 3) if len(bad) > 3 else ""
            self.refused.emit(" ".join(bad[:3]) + more)
        if not media:
            return
        message = self._editor.message(batch.onto) if batch.onto else None
        if message is not None:
            known = {one.path for one in message.media}
            new = tuple(one for one in media if one.path not in known)
            self._editor.set_message(replace(message, media=(*message.media, *new)))
        else:
            messages = [Message(media=(one,)) for one in media]
            count = self._editor.add(messages, batch.at)
            self.added.emit([one.id for one in messages[:count]])
        self._waiting += [one.path for one in media]
        self._ask_facts()

    @Slot(object)
    def _text_read(self, text: str) -> None:
        at = self._texts.pop(self.sender(), None)
        self.add_text(text, at)

    @Slot(object)
    def _picture_kept(self, path: str) -> None:
        self.add_files([path], self._kept.pop(self.sender(), ""))

    @Slot(object)
    def _failed(self, error: object) -> None:
        for waiting in (self._opening, self._batches, self._texts, self._kept):
            waiting.pop(self.sender(), None)
        said = message_of(error, self.tr("The file could not be read."))
        self.refused.emit(said)

    # -- facts ---------------------------------------------------------------------------------

    def _ask_facts(self) -> None:
        while self._waiting and len(self._facts) < _LOOKS_AT_ONCE:
            path = self._waiting.pop(0)
            handle = self._images.facts(path, self)
            self._facts[handle] = path
            handle.done.connect(self._facts_came)
            handle.failed.connect(self._facts_failed)

    @Slot(object)
    def _facts_came(self, facts: MediaFacts) -> None:
        path = self._facts.pop(self.sender(), "")
        self._editor.set_facts(path, facts)
        self._ask_facts()

    @Slot(object)
    def _facts_failed(self, _error: object) -> None:
        self._facts.pop(self.sender(), "")
        self._ask_facts()


class _Batch:
    """Files that came together."""

    def __init__(self, paths: list[str], onto: str, at: int | None) -> None:
        self.paths, self.onto, self.at = paths, onto, at
        self.looks: list[Look] = []

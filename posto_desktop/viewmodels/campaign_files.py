"""Adds files to a campaign: pictures and videos become attachments, texts become messages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QImage

from posto_desktop.common.user_error import message_of
from posto_desktop.core.campaign import CampaignMessage, split_paste
from posto_desktop.viewmodels.campaign_editor import CampaignEditor
from posto_desktop.workers.file_info import (
    FileInfo,
    keep_picture,
    look_at_files,
    open_folders,
    read_text,
)
from posto_desktop.workers.images import ImageLoader
from posto_desktop.workers.keyed_jobs import KeyedJobs
from posto_desktop.workers.runner import JobRunner
from posto_desktop.workers.thumbnails import MediaFacts

MAX_FILES = 2_000
_PIECE = 60
_LOOKS_AT_ONCE = 4


class CampaignFiles(QObject):
    """Signals: ``added(list ids)``: new messages; ``refused(str)``: error text about unusable
    files; ``tablesFound(list paths)``: files with columns to import."""

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
        self._images, self._editor = images, editor
        self._folder = folder
        self._opening = KeyedJobs(runner, self)
        self._opening.done.connect(self._opened)
        self._info_jobs = KeyedJobs(runner, self)
        self._info_jobs.done.connect(self._inspected)
        self._texts = KeyedJobs(runner, self)
        self._texts.done.connect(self._text_read)
        self._save_jobs = KeyedJobs(runner, self)
        self._save_jobs.done.connect(self._picture_saved)
        for jobs in (self._opening, self._info_jobs, self._texts, self._save_jobs):
            jobs.failed.connect(self._failed)
        self._facts = KeyedJobs(runner, self)
        self._facts.done.connect(self._facts_loaded)
        self._facts.failed.connect(self._facts_failed)
        self._waiting: list[str] = []

    def add_files(
        self, paths: Sequence[str], onto: str = "", at: int | None = None, part: int = 0
    ) -> None:
        """Read files on a worker. Usable ones are attached to a part of a message, or become a
        message each before the row `at` (None: at the end). A folder adds its files."""
        self._opening.start((onto, at, part), open_folders, list(paths), MAX_FILES)

    @Slot(object, object)
    def _opened(self, place: tuple[str, int | None, int], paths: list[str]) -> None:
        onto, at, part = place
        tables = [
            path for path in paths if path.lower().endswith((".csv", ".tsv", ".xlsx", ".json"))
        ]
        if tables and not onto:
            self.tablesFound.emit(tables)
        media_paths = [path for path in paths if path not in tables or onto]
        if media_paths:
            self._inspect(_Batch(media_paths, onto, at, part))

    def add_image(self, image: QImage, onto: str = "", part: int = 0) -> None:
        """Store a picture without a file, then add it like a file."""
        name = self.tr("Pasted picture")
        self._save_jobs.start((onto, part), keep_picture, self._folder, image, name)

    def add_text(self, text: str, at: int | None = None) -> list[str]:
        """Add a message for each paragraph, cell or line of a text. Return their ids."""
        messages = [CampaignMessage(text=paragraph) for paragraph in split_paste(text)]
        count = self._editor.add(messages, at)
        ids = [message.id for message in messages[:count]]
        if ids:
            self.added.emit(ids)
        return ids

    # -- files being read ----------------------------------------------------------------------

    def _inspect(self, batch: _Batch) -> None:
        self._info_jobs.start(batch, look_at_files, batch.paths[:_PIECE])

    @Slot(object, object)
    def _inspected(self, batch: _Batch, infos: list[FileInfo]) -> None:
        batch.infos += infos
        batch.paths = batch.paths[len(infos) :]
        if batch.paths and infos:
            self._inspect(batch)
        else:
            self._add_media(batch)

    def _add_media(self, batch: _Batch) -> None:
        media = [info.media for info in batch.infos if info.media is not None]
        for info in batch.infos:
            if info.kind == "text":
                self._texts.start(batch.at, read_text, info.path)
        bad = [info.problem for info in batch.infos if info.problem]
        if bad:
            more = self.tr(" And %n more.", "", len(bad) - 3) if len(bad) > 3 else ""
            self.refused.emit(" ".join(bad[:3]) + more)
        if not media:
            return
        message = self._editor.message(batch.onto) if batch.onto else None
        if message is not None:
            known = {ref.path for ref in message.media}
            new = tuple(ref.in_part("", batch.part) for ref in media if ref.path not in known)
            self._editor.set_message(replace(message, media=(*message.media, *new)))
        else:
            messages = [CampaignMessage(media=(ref,)) for ref in media]
            count = self._editor.add(messages, batch.at)
            self.added.emit([message.id for message in messages[:count]])
        self._waiting += [ref.path for ref in media]
        self._ask_facts()

    @Slot(object, object)
    def _text_read(self, at: int | None, text: str) -> None:
        self.add_text(text, at)

    @Slot(object, object)
    def _picture_saved(self, place: tuple[str, int], path: str) -> None:
        onto, part = place
        self.add_files([path], onto, part=part)

    @Slot(object, object)
    def _failed(self, _key: object, error: object) -> None:
        sentence = message_of(error, self.tr("The file could not be read."))
        self.refused.emit(sentence)

    # -- facts ---------------------------------------------------------------------------------

    def _ask_facts(self) -> None:
        while self._waiting and len(self._facts) < _LOOKS_AT_ONCE:
            path = self._waiting.pop(0)
            self._facts.follow(path, self._images.facts(path, self))

    @Slot(object, object)
    def _facts_loaded(self, path: str, facts: MediaFacts) -> None:
        self._editor.set_facts(path, facts)
        self._ask_facts()

    @Slot(object, object)
    def _facts_failed(self, _path: str, _error: object) -> None:
        self._ask_facts()


class _Batch:
    """Files that were added together."""

    def __init__(self, paths: list[str], onto: str, at: int | None, part: int) -> None:
        self.paths, self.onto, self.at, self.part = paths, onto, at, part
        self.infos: list[FileInfo] = []

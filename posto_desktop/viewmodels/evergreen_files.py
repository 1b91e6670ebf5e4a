"""Adds files to the open evergreen message."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal, Slot

from posto_desktop.common.user_error import message_of
from posto_desktop.viewmodels.campaign_editor import file_with_facts
from posto_desktop.viewmodels.evergreen_state import EvergreenViewState
from posto_desktop.workers.file_info import FileInfo, look_at_files, open_folders
from posto_desktop.workers.images import ImageLoader
from posto_desktop.workers.keyed_jobs import KeyedJobs
from posto_desktop.workers.runner import Job, JobRunner
from posto_desktop.workers.thumbnails import MediaFacts

MAX_FILES = 40


class EvergreenFiles(QObject):
    """Reads files on workers, then attaches them to the message that was open.

    Signal ``refused(str)``: a sentence about files that cannot be used.
    """

    refused = Signal(str)

    def __init__(
        self, state: EvergreenViewState, runner: JobRunner, images: ImageLoader, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._state, self._images = state, images
        self._jobs = KeyedJobs(runner, self)
        self._jobs.done.connect(self._inspected)
        self._jobs.failed.connect(self._failed)
        self._facts = KeyedJobs(runner, self)
        self._facts.done.connect(self._facts_loaded)

    @Slot(list)
    def add(self, paths: Sequence[str]) -> None:
        """Add files, and those of folders, to the open message."""
        message = self._state.message
        if message is not None and paths:
            self._jobs.start(message.id, inspect_job, list(paths))

    @Slot(object, object)
    def _inspected(self, message_id: str, infos: list[FileInfo]) -> None:
        problems = [info.problem for info in infos if info.problem]
        if problems:
            self.refused.emit(" ".join(problems[:3]))
        message = self._state.message
        media = [info.media for info in infos if info.media is not None]
        if message is None or message.id != message_id or not media:
            return
        known = {ref.path for ref in message.draft.media}
        new = tuple(ref for ref in media if ref.path not in known)
        self._state.edit_draft("", media=(*message.draft.media, *new))
        for ref in new:
            key = (message_id, ref.path)
            self._facts.follow(key, self._images.facts(ref.path, self))

    @Slot(object, object)
    def _facts_loaded(self, key: tuple[str, str], facts: MediaFacts) -> None:
        message_id, path = key
        message = self._state.message
        if message is None or message.id != message_id:
            return
        media = tuple(
            file_with_facts(ref, facts) if ref.path == path else ref for ref in message.draft.media
        )
        self._state.adopt_media(media)

    @Slot(object, object)
    def _failed(self, _key: object, error: object) -> None:
        self.refused.emit(message_of(error, self.tr("The file could not be read.")))


def inspect_job(job: Job, paths: Sequence[str]) -> list[FileInfo]:
    """Return what the files are, those of folders too."""
    return look_at_files(job, open_folders(job, list(paths), MAX_FILES))

"""Import of files, pictures and texts into the message, with errors for unusable ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize, QTimer, Signal, Slot
from PySide6.QtGui import QImage

from posto_desktop.common.locale_words import listed
from posto_desktop.common.user_error import message_of
from posto_desktop.core.draft import MediaRef
from posto_desktop.core.edits import Edit
from posto_desktop.models.media import MediaModel, MessagePart
from posto_desktop.viewmodels.notification import PageNotification
from posto_desktop.workers.file_changes import FileChanges, Stamp, look_for_changes
from posto_desktop.workers.file_info import FileInfo, keep_picture, look_at_files, read_text
from posto_desktop.workers.keyed_jobs import KeyedJobs
from posto_desktop.workers.latest_job import LatestJob

if TYPE_CHECKING:
    from posto_desktop.workers.images import ImageLoader
    from posto_desktop.workers.runner import JobRunner
    from posto_desktop.workers.thumbnails import MediaFacts


PICTURE = QSize(400, 400)
MAX_FILES = 1_000
MAX_PARALLEL_JOBS = 6
# Limits for one batch of tiles: so many files or seconds. A batch fits into a frame, and on a slow
# disk no file waits long for the ones behind it.
PIECE = 150
PIECE_SECONDS = 0.1
WATCH_MS = 4_000


@dataclass(eq=False)
class _Batch:
    """Files that were added together, and their facts."""

    paths: list[str]
    at: int | None
    alts: Mapping[str, str]
    message: str
    part: MessagePart
    taken: int = 0
    refused: list[FileInfo] = field(default_factory=list)


class MediaImporter(QObject):
    """Signals: ``notificationRequested(PageNotification)``, ``textRead(str)``, ``added(int)``
    (number of files), ``missingFound(frozenset)``, ``pictureReady(path)``,
    ``attached(list[MediaRef])`` once their facts are known."""

    notificationRequested = Signal(object)
    textRead = Signal(str)
    added = Signal(int)
    missingFound = Signal(object)
    pictureReady = Signal(object)
    attached = Signal(object)

    def __init__(
        self,
        runner: JobRunner,
        images: ImageLoader,
        model: MediaModel,
        folder: Path,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._runner = runner
        self._images = images
        self._model = model
        self._folder = folder
        self._info_jobs = KeyedJobs(runner, self)
        self._info_jobs.done.connect(self._inspected)
        self._info_jobs.failed.connect(self._inspection_failed)
        self._texts = KeyedJobs(runner, self)
        self._texts.done.connect(self._text_read)
        self._texts.failed.connect(self._text_failed)
        self._facts = KeyedJobs(runner, self)
        self._facts.done.connect(self._facts_known)
        self._facts.failed.connect(self._facts_failed)
        self._facts.cancelled.connect(self._load_next_facts)
        self._pictures = KeyedJobs(runner, self)
        self._pictures.done.connect(self._picture_loaded)
        self._pictures.failed.connect(self._picture_failed)
        self._edited = KeyedJobs(runner, self)
        self._edited.done.connect(self._edited_loaded)
        self._edited.failed.connect(self._picture_failed)
        self._changes = LatestJob(runner, self)
        self._changes.done.connect(self._changes_found)
        self._changes.failed.connect(self._ignore)
        self._versions: dict[str, Stamp] = {}
        self._hashes: dict[str, str] = {}
        self._known: dict[str, Stamp | None] = {}  # stamps at the start of the running check
        self._watch = QTimer(self, singleShot=True, interval=WATCH_MS)
        self._watch.timeout.connect(self._check_files_again)
        self.is_shown = True
        self.message: Callable[[], str] = str
        """Returns the id of the open message."""
        self.add_to_closed_draft: Callable[[str, list[MediaRef], int | None], bool] = _reject_files
        """Attaches files to another draft, before a row; returns False if it was deleted."""
        self._facts_queue: dict[str, None] = {}  # an ordered set
        self._ratio = 1.0
        self._saving = 0
        self.first_edit: Callable[[str], Edit | None] = lambda _kind: None
        """Returns the edit that the settings apply to an added file of a kind."""
        model.pictureWanted.connect(self.load_picture)
        model.editedWanted.connect(self._load_edited)

    @property
    def is_reading(self) -> bool:
        """Whether files or pictures are on their way into the message."""
        return bool(len(self._info_jobs) or self._saving)

    def set_ratio(self, ratio: float) -> None:
        """Set the screen's pixel ratio, for sharp pictures."""
        self._ratio = ratio

    # -- files -----------------------------------------------------------------------------

    def add_files(
        self, paths: Sequence[str], at: int | None = None, alts: Mapping[str, str] | None = None
    ) -> None:
        """Read these files on a worker, then insert the usable ones before row ``at``.

        `alts` are existing alternative texts by path.
        """
        paths = [path for path in paths if path]
        if not paths:
            return
        if len(paths) > MAX_FILES:
            words = self.tr(
                "Too many files. Only the first {most} of %n were added.", "", len(paths)
            )
            self._notify("warning", words.format(most=MAX_FILES))
            paths = paths[:MAX_FILES]
        self._inspect(_Batch(list(paths), at, alts or {}, self.message(), self._model.part))

    def _inspect(self, batch: _Batch) -> None:
        self._info_jobs.start(batch, look_at_files, batch.paths[:PIECE], PIECE_SECONDS)

    @Slot(object, object)
    def _inspected(self, batch: _Batch, infos: list[FileInfo]) -> None:
        batch.paths = batch.paths[len(infos) :]
        refs = [
            replace(look.media, alt=batch.alts.get(look.path, ""), edit=self.first_edit(look.kind))
            for look in infos
            if look.media is not None
        ]
        self._put(batch, refs)
        for look in infos:
            if look.kind == "text":
                self._texts.start(look.name, read_text, look.path)
        batch.refused += [look for look in infos if look.problem]
        if batch.paths:
            self._inspect(batch)
            return
        if batch.taken:
            # Notify once per batch, so that it is checked and undone as one step.
            self._model.emit_files_changed()
            self._watch.start()
        self._refuse(batch.refused)

    def _put(self, batch: _Batch, refs: list[MediaRef]) -> None:
        """Insert a batch into the message that it was added to, even if another one is open now."""
        elsewhere = batch.message != self.message()
        if not refs or (elsewhere and self.add_to_closed_draft(batch.message, refs, batch.at)):
            if batch.at is not None:
                batch.at += len(refs)
            return
        first = self._model.insert_files(refs, batch.at, notify=False, part=batch.part)
        if batch.at is not None:
            batch.at = first + len(refs)
        for ref in refs:
            self.load_facts(ref.path)
        batch.taken += len(refs)
        if batch.taken == len(refs):
            self.added.emit(len(refs))

    @Slot(object, object)
    def _inspection_failed(self, batch: _Batch, error: object) -> None:
        if batch.taken:
            self._model.emit_files_changed()
        words = message_of(error, self.tr("The files could not be read."))
        self._notify("error", words)
        self._refuse(batch.refused)

    def _refuse(self, infos: list[FileInfo]) -> None:
        if not infos:
            return
        if len(infos) == 1:
            words = infos[0].problem
        else:
            names = listed(look.name for look in infos[:3])
            if len(infos) > 3:
                names = self.tr("{names} and %n more", "", len(infos) - 3).format(names=names)
            words = self.tr("%n file(s) cannot be posted: {names}", "", len(infos))
            words = words.format(names=names)
        self._notify("error", words.replace("\n", " "))

    @Slot(object, object)
    def _text_read(self, _name: str, text: str) -> None:
        self.textRead.emit(text)

    @Slot(object, object)
    def _text_failed(self, name: str, error: object) -> None:
        if isinstance(error, UnicodeError):
            words = self.tr("{name} is not a readable text file.")
        elif isinstance(error, ValueError):
            words = self.tr("{name} is too long for a message.")
        else:
            words = self.tr("{name} could not be read.")
        self._notify("error", words.format(name=name))

    # -- facts and pictures ----------------------------------------------------------------

    def load_facts(self, path: str) -> None:
        """Read the facts of a file; a few at a time, so that hundreds do not block the window."""
        if path not in self._facts_queue:
            self._facts_queue[path] = None
        self._load_next_facts()

    @Slot()
    def _load_next_facts(self) -> None:
        while self._facts_queue and len(self._facts) < MAX_PARALLEL_JOBS:
            path = next(iter(self._facts_queue))
            del self._facts_queue[path]
            self._facts.follow(path, self._images.facts(path))

    @Slot(object, object)
    def _facts_known(self, path: str, facts: MediaFacts) -> None:
        values = {
            "kind": facts.kind if facts.kind in ("image", "gif", "video") else None,
            "width": facts.width,
            "height": facts.height,
            "size": facts.bytes,
            "duration": facts.duration,
            "mime": facts.mime,
            "video": facts.video,
        }
        known = {name: value for name, value in values.items() if value}
        self._model.set_facts(path, **known, problem=facts.problem or "")
        if facts.stamp:
            # The facts describe the file as it is now; later changes are detected by this stamp.
            self._versions[path] = (facts.bytes, facts.stamp)
        self._load_next_facts()
        known_refs = [ref for ref in self._model.refs() if ref.path == path]
        if known_refs and not facts.problem:
            self.attached.emit(known_refs[:1])

    @Slot(object, object)
    def _facts_failed(self, path: str, error: object) -> None:
        name = Path(path).name
        words = message_of(error, self.tr("{name} could not be read."))
        self._model.set_facts(path, problem=words.format(name=name))
        self._load_next_facts()

    @Slot(object)
    def load_picture(self, path: str) -> None:
        self._pictures.follow(path, self._images.thumbnail(path, PICTURE, self._ratio, self))

    @Slot(object, object)
    def _picture_loaded(self, path: str, image: QImage) -> None:
        self._model.set_picture(path, image)
        self.pictureReady.emit(path)

    @Slot(object, object)
    def _picture_failed(self, _key: object, _error: object) -> None:
        """Do nothing: the file's facts have the error. The tile shows an empty frame, or the
        unedited picture."""

    @Slot(object, object)
    def _load_edited(self, path: str, edit: Edit) -> None:
        handle = self._images.thumbnail(path, PICTURE, self._ratio, self, edit)
        self._edited.follow((path, edit), handle)

    @Slot(object, object)
    def _edited_loaded(self, key: tuple[str, Edit], image: QImage) -> None:
        path, edit = key
        self._model.set_edited(path, edit, image)
        self.pictureReady.emit(path)

    # -- pasted pictures -------------------------------------------------------------------

    def add_image(self, image: QImage, name: str = "") -> None:
        """Save a pasted picture as a file, then add it like any other."""
        if image.isNull():
            return
        stem = name or self.tr("Pasted picture")
        handle = self._runner.submit(keep_picture, self._folder, image.copy(), stem, parent=self)
        self._saving += 1
        handle.done.connect(self._image_saved)
        handle.failed.connect(self._image_failed)

    @Slot(object)
    def _image_saved(self, path: str) -> None:
        self._saving -= 1
        self.add_files([path])

    @Slot(object)
    def _image_failed(self, error: object) -> None:
        self._saving -= 1
        words = message_of(error)
        self._notify("error", words or self.tr("The pasted picture could not be saved."))

    # -- changed and deleted files ----------------------------------------------------------

    def check_files(self) -> None:
        """Check on a worker whether files are missing or changed."""
        self._watch.stop()
        paths = sorted({ref.path for ref in self._model.refs()})
        if not paths:
            self._versions, self._hashes = {}, {}
            self.missingFound.emit(frozenset())
            return
        self._known = {path: self._versions.get(path) for path in paths}
        self._changes.start(look_for_changes, self._known, frozenset(self._hashes))

    @Slot()
    def _check_files_again(self) -> None:
        if self.is_shown and not self._changes.is_running:
            self.check_files()

    @Slot(object)
    def _changes_found(self, changes: FileChanges) -> None:
        read = {
            path: self._versions[path]
            for path, stamp in self._known.items()
            if stamp is None and path in self._versions
        }
        # A missing file is compared with its old stamp once it is back; a file read meanwhile is
        # compared with its new stamp next time.
        away = {path: self._known.get(path) or _MISSING_STAMP for path in changes.missing}
        self._versions = {**away, **changes.versions, **read}
        self.missingFound.emit(changes.missing)
        changed = self._with_other_content(changes)
        for path in sorted(changed):
            self._model.forget_edited(path)
            self._model.forget_picture(path)
            self.load_facts(path)
        other_paths = [path for path in changed if self._known.get(path) != _MISSING_STAMP]
        if other_paths:
            names = listed(sorted(Path(path).name for path in other_paths)[:3])
            words = self.tr("{names} changed on disk. The message uses the new version.")
            self._notify("info", words.format(names=names.replace("\n", " ")))
        if self._model.refs():
            self._watch.start()

    def _with_other_content(self, changes: FileChanges) -> set[str]:
        """Return the files whose content changed since they were added, and remember the new
        content."""
        self._hashes = {
            path: sha256
            for path, sha256 in {**self._hashes, **changes.hashes}.items()
            if path in changes.versions
        }
        changed = set(changes.changed)
        for ref in self._model.refs():
            sha256 = changes.hashes.get(ref.path) or self._hashes.get(ref.path)
            if sha256 is None or ref.path not in changes.versions:
                continue
            if ref.sha256 is not None and ref.sha256 != sha256:
                changed.add(ref.path)
            elif (
                ref.sha256 == sha256 and len(self._known.get(ref.path) or ()) == _FULL_STAMP_LENGTH
            ):
                changed.discard(ref.path)  # saved again without a change
            self._model.set_hash(ref.path, sha256)
        return changed

    @Slot(object)
    def _ignore(self, _error: object) -> None:
        """Do nothing: sending checks each file again."""

    def _notify(self, kind: str, words: str) -> None:
        self.notificationRequested.emit(PageNotification(kind, words))


# Stamp of a file that was never read, so that any file in its place is read.
_MISSING_STAMP: Stamp = (-1, -1)
# Length of a stamp that was taken with the hash; stamps from facts are shorter.
_FULL_STAMP_LENGTH = 3


def _reject_files(_message: str, _refs: list[MediaRef], _at: int | None) -> bool:
    return False

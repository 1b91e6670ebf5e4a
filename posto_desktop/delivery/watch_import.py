"""Takes the new pictures and videos of one watched folder.

`scan` and `look` collect what changed, `step` takes the files that are complete: size and time have
not changed for a while, and the file's own structure reaches its end. Each content is taken once
for ever: what becomes of it is written in one transaction with its hash. Files of the folder are
only ever opened for reading.
"""

from __future__ import annotations

import logging
import os
import stat
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from posto_desktop.common.translation import translate
from posto_desktop.core.campaign import CampaignMessage
from posto_desktop.core.draft import Draft
from posto_desktop.core.evergreen import EvergreenMessage
from posto_desktop.core.file_problems import FileProblem
from posto_desktop.core.media_ref import MediaKind, MediaRef
from posto_desktop.core.watch_folder import FolderState, FolderStatus, WatchFolder, kind_of
from posto_desktop.core.watch_messages import Completion, content_digest, draft_of, message_of
from posto_desktop.delivery import evergreen_fill
from posto_desktop.delivery.watch_sidecars import MediaTexts, SidecarReader, WatchProblem
from posto_desktop.formats.pictures import HeaderError, PictureHeader, read_header
from posto_desktop.media.complete_files import is_complete
from posto_desktop.media.media_files import FileFacts, PictureError, cut_off, open_file
from posto_desktop.sdk.errors import Cancelled, PostoError
from posto_desktop.sdk.media import content_hash
from posto_desktop.sdk.media_types import is_media
from posto_desktop.sdk.when.zones import local_zone
from posto_desktop.storage import campaign_rows, regular_files, watch_rows
from posto_desktop.storage.database import Database
from posto_desktop.storage.watch_rows import BAD, EXISTING, SeenFile

log = logging.getLogger(__name__)

SETTLE_SECONDS = 2.0
"""A file is looked at again after so long: what has not changed by then is read."""
PATIENCE_SECONDS = 90.0
"""A file that cannot be read whole and does not change is reported after so long."""
SLOWEST_SECONDS = 60.0
"""Longest time between two looks at a file that waits."""
BATCH = 20
"""Files that are written in one transaction."""
MAX_FILES = 200_000
MAX_DEPTH = 12
_ABSENT_ON_WINDOWS = 0x1000 | 0x40000 | 0x400000
"""FILE_ATTRIBUTE_OFFLINE, RECALL_ON_OPEN, RECALL_ON_DATA_ACCESS: the cloud has the content."""
_ABSENT_ON_MACOS = 0x40000000
"""SF_DATALESS: the same there."""


@dataclass(frozen=True)
class MadeMessage:
    """What a file became, as it is in posto.db now: a draft, a message of a campaign, or an
    evergreen message."""

    name: str
    draft: Draft | None = None
    message: CampaignMessage | None = None
    campaign_id: str = ""
    evergreen_id: str = ""


@dataclass
class FolderImportResult:
    """What `step` did."""

    made: list[MadeMessage] = field(default_factory=list)
    problems: list[WatchProblem] = field(default_factory=list)
    completions: list[Completion] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.made or self.problems or self.completions)


@dataclass(frozen=True)
class _Pending:
    """A file that is not taken yet: how it is, since when, and when to look at it again."""

    size: int
    mtime: int
    since: float
    due: float


@dataclass(frozen=True)
class _Content:
    """A whole file with its hash and what is said of it."""

    seen: SeenFile
    media: MediaRef
    texts: MediaTexts


class _NotYet(Exception):
    """A file is not complete. `problem` is reported if that does not change."""

    def __init__(self, problem: WatchProblem | None = None, *, is_final: bool = True) -> None:
        super().__init__()
        self.problem, self.is_final = problem, is_final


class FolderImport:
    """Of one folder, on one thread. `cancel` ends a step between two files. `clock` is monotonic,
    in seconds; `groups` gives the setting with the user's groups of channels."""

    def __init__(
        self,
        folder: WatchFolder,
        db: Database,
        *,
        cancel: threading.Event | None = None,
        settle: float = SETTLE_SECONDS,
        patience: float = PATIENCE_SECONDS,
        groups: Callable[[], str] = str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.folder, self._db = folder, db
        self._root = Path(folder.path)
        self._cancel = cancel or threading.Event()
        self._settle, self._patience, self._clock = settle, patience, clock
        self._pending: dict[str, _Pending] = {}
        self._late_sidecars: dict[str, float] = {}
        self._reported: set[tuple[str, str]] = set()
        self._sidecars = SidecarReader(self._root, db, groups)
        self._done = 0

    # -- looking -------------------------------------------------------------------------------

    def scan(self) -> None:
        """Look at all files of the folder. Raises OSError if it cannot be listed."""
        if watch_rows.skips_existing(self._db, self.folder.id):
            self._remember_existing()
        known = watch_rows.files(self._db, self.folder.id)
        present: set[str] = set()
        for path, info in self._walk():
            if self._cancel.is_set():
                return
            present.add(path)
            if known.get(path) != (info.st_size, info.st_mtime_ns):
                self._wait_for(path, info)
        for path in [path for path in self._pending if path not in present]:
            del self._pending[path]

    def _remember_existing(self) -> None:
        """Remember all files as being there before the folder was watched: they become nothing."""
        seen = [
            SeenFile(path, info.st_size, info.st_mtime_ns, "", EXISTING)
            for path, info in self._walk()
        ]
        watch_rows.put_existing(self._db, self.folder.id, seen)

    def look(self, paths: Sequence[str]) -> None:
        """Look at these files, by their absolute paths."""
        for absolute in paths:
            path = self._relative(absolute)
            try:
                info = Path(absolute).stat()
            except (OSError, ValueError):
                self._pending.pop(path, None)
                continue
            if not self._is_inside(path) or not stat.S_ISREG(info.st_mode):
                continue
            state = (info.st_size, info.st_mtime_ns)
            if path in self._pending or watch_rows.file(self._db, self.folder.id, path) != state:
                self._wait_for(path, info)

    def _relative(self, absolute: str) -> str:
        """Return a path in the folder; some systems name files without the links on their way."""
        path = os.path.relpath(absolute, self._root)
        if path.startswith(os.pardir):
            path = os.path.relpath(absolute, os.path.realpath(self._root))
        return path

    def _is_inside(self, path: str) -> bool:
        parts = Path(path).parts
        if not parts or any(part.startswith(".") for part in parts):
            return False
        return len(parts) == 1 or (self.folder.has_subfolders and len(parts) <= MAX_DEPTH + 1)

    def _wait_for(self, path: str, info: os.stat_result) -> None:
        now, kind = self._clock(), kind_of(Path(path).name)
        if kind == "sidecar":
            self._late_sidecars[path] = now + self._settle
        elif kind == "media":
            before = self._pending.get(path)
            if before is None or (before.size, before.mtime) != (info.st_size, info.st_mtime_ns):
                self._pending[path] = _Pending(
                    info.st_size, info.st_mtime_ns, now, now + self._settle
                )

    def _walk(self) -> Iterator[tuple[str, os.stat_result]]:
        """Yield files with their relative paths, without hidden ones and without links to folders.
        Raises OSError if the folder itself cannot be listed."""
        folders = [("", 0)]
        count = 0
        while folders:
            relative, depth = folders.pop()
            try:
                entries = sorted(os.scandir(self._root / relative), key=lambda entry: entry.name)
            except OSError:
                if not relative:
                    raise
                continue  # one of its folders
            for entry in entries:
                path = str(Path(relative, entry.name))
                try:
                    if entry.name.startswith("."):
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        if self.folder.has_subfolders and depth < MAX_DEPTH:
                            folders.append((path, depth + 1))
                        continue
                    info = Path(entry.path).stat()
                except OSError:
                    continue  # it went meanwhile
                if stat.S_ISREG(info.st_mode):
                    count += 1
                    if count > MAX_FILES:
                        return
                    yield path, info

    # -- how it is doing -----------------------------------------------------------------------

    @property
    def next_due(self) -> float | None:
        """Return when `step` has something to do, by the clock; None for never."""
        dues = [pending.due for pending in self._pending.values()]
        return min([*dues, *self._late_sidecars.values()], default=None)

    def status(self, *, has_events: bool = True) -> FolderStatus:
        now, waiting = self._clock(), len(self._pending)
        state: FolderState = "watching" if has_events else "rescanning"
        if any(pending.due <= now for pending in self._pending.values()):
            state = "reading"
        elif waiting:
            state = "waiting"
        return FolderStatus(state, waiting, self._done, self._done + waiting, has_events)

    # -- taking --------------------------------------------------------------------------------

    def step(self) -> FolderImportResult:
        """Take some of the files that are due. Call it again while `next_due` has passed. Raises
        StorageError."""
        result, now = FolderImportResult(), self._clock()
        due = [path for path, pending in self._pending.items() if pending.due <= now][:BATCH]
        contents: list[_Content] = []
        for path in due:
            if self._cancel.is_set():
                break
            content = self._try(path, result)
            if content is not None:
                contents.append(content)
        self._write(contents, result)
        if not due:
            self._read_late_sidecars(now, result)
        if not self._pending:
            self._done = 0
        return result

    def _try(self, path: str, result: FolderImportResult) -> _Content | None:
        """Return a file if it is complete and its content is new."""
        pending, now = self._pending[path], self._clock()
        try:
            info = (self._root / path).stat()
        except OSError:
            del self._pending[path]
            return None
        if (info.st_size, info.st_mtime_ns) != (pending.size, pending.mtime):
            self._wait_for(path, info)
            return None
        try:
            content = self._read(path, info)
        except Cancelled:
            return None
        except _NotYet as reason:
            is_over = now - pending.since >= self._patience and reason.problem is not None
            if is_over and reason.problem is not None:
                self._report(reason.problem, result)
            if is_over and reason.is_final:
                self._remember(SeenFile(path, pending.size, pending.mtime, "", BAD))
                return None
            pause = min(SLOWEST_SECONDS, max(self._settle, (now - pending.since) / 2))
            self._pending[path] = replace(pending, due=now + pause)
            return None
        if content is None:
            self._remember(SeenFile(path, pending.size, pending.mtime))
        return content

    def _report(self, problem: WatchProblem, result: FolderImportResult) -> None:
        """Report a problem of a file once."""
        if (problem.cause, problem.name) not in self._reported:
            self._reported.add((problem.cause, problem.name))
            result.problems.append(problem)

    def _remember(self, seen: SeenFile) -> None:
        """A file is dealt with."""
        watch_rows.put_files(self._db, self.folder.id, [seen])
        self._pending.pop(seen.path, None)
        self._done += 1

    def _read(self, path: str, info: os.stat_result) -> _Content | None:
        """Return a whole file with its content's hash; None if that content came before. Raises
        _NotYet and Cancelled."""
        place = self._root / path
        if is_absent(info):
            raise _NotYet
        try:
            file = open_file(str(place))
            if not is_media(file.mime) or file.mime.startswith("audio/"):
                raise _NotYet(_problem(FileProblem.of("no_media", file=file.name), file.name))
            if not is_complete(place, file.mime):
                raise _NotYet(_problem(cut_off(file.name), file.name))
            digest = content_hash(place, self._cancel)
            after = place.stat()
        except PictureError as error:
            code = error.problem.code if isinstance(error.problem, FileProblem) else "unreadable"
            problem = WatchProblem(code, place.name, error.user_message)
            raise _NotYet(problem, is_final=code == "empty") from None
        except PostoError as error:
            problem = WatchProblem("unreadable", place.name, error.user_message)
            raise _NotYet(problem, is_final=False) from None
        except OSError as error:
            reason = FileProblem.of("unreadable", file=place.name, reason=error.strerror or "")
            raise _NotYet(_problem(reason, place.name), is_final=False) from None
        if (after.st_size, after.st_mtime_ns) != (info.st_size, info.st_mtime_ns):
            raise _NotYet
        seen = SeenFile(path, info.st_size, info.st_mtime_ns, digest)
        if self._came_before(seen):
            return None
        media = _media_ref(file, place, digest)
        texts = self._sidecars.texts_of(path, file.mime, self.folder.workspace)
        return _Content(seen, media, texts)

    def _came_before(self, seen: SeenFile) -> bool:
        """Return whether a content was taken, or was there before its folder was watched."""
        row = watch_rows.content(self._db, seen.sha256)
        if row is not None:
            place = Path(self._path_of(row["folder_id"]), watch_rows.path_of(row["path"]))
            if not place.exists():  # renamed, or moved here
                watch_rows.move_content(self._db, seen.sha256, self.folder.id, seen.path)
            return True
        for folder_id, existing in watch_rows.existing_of_size(self._db, seen.size):
            place = Path(self._path_of(folder_id), existing.path)
            if (folder_id, existing.path) == (self.folder.id, seen.path):
                continue  # this file has other content now
            try:
                if content_hash(place, self._cancel) == seen.sha256:
                    return True
            except PostoError:
                if existing.mtime == seen.mtime:  # renamed, or moved here
                    return True
        return False

    def _path_of(self, folder_id: str) -> str:
        if folder_id == self.folder.id:
            return self.folder.path
        rows = watch_rows.folders(self._db)
        return next((row["body"]["path"] for row in rows if row["id"] == folder_id), "")

    # -- writing -------------------------------------------------------------------------------

    def _write(self, contents: Sequence[_Content], result: FolderImportResult) -> None:
        """Write what becomes of these files, with their hashes, in one transaction."""
        if not contents:
            return
        made: list[MadeMessage] = []
        with self._db.transaction():
            campaign_id = self._campaign_id(result)
            for content in contents:
                # Another process, or an equal file of this batch, may have come first.
                if watch_rows.content(self._db, content.seen.sha256) is None:
                    made.append(self._make(content, campaign_id))
                else:
                    watch_rows.put_files(self._db, self.folder.id, [content.seen])
        for content in contents:
            for problem in content.texts.problems:
                self._report(problem, result)
            for sidecar in content.texts.sidecars:
                self._late_sidecars.pop(sidecar.path, None)
            del self._pending[content.seen.path]
        self._done += len(contents)
        result.made.extend(made)

    def _campaign_id(self, result: FolderImportResult) -> str:
        """Return the campaign that messages go to; "" for drafts, also where it was deleted."""
        if self.folder.destination != "campaign":
            return ""
        row = campaign_rows.campaign(self._db, self.folder.campaign_id)
        if row is not None and not row["deleted"]:
            return self.folder.campaign_id
        words = translate(
            "WatchFolders",
            "The campaign of {folder} was deleted. What comes there becomes drafts until you "
            "choose another in Settings.",
        )
        name = self.folder.name
        self._report(WatchProblem("campaign", name, words.format(folder=name)), result)
        return ""

    def _make(self, content: _Content, campaign_id: str) -> MadeMessage:
        """In a transaction: write a draft or message, and the hash of its file."""
        folder, texts = self.folder, content.texts
        draft = message = None
        evergreen_id = ""
        if campaign_id:
            message = message_of(
                content.media, texts.texts, texts.channel_ids, datetime.now(UTC), local_zone()
            )
            kind, target, body = "campaign", message.id, message.to_json()
            campaign_rows.add_message(self._db, campaign_id, target, body)
        elif folder.destination == "evergreen":
            evergreen = EvergreenMessage.from_draft(
                draft_of(folder, content.media, texts.texts, texts.channel_ids)
            )
            evergreen_id = evergreen.id
            kind, target, body = "evergreen", evergreen_id, evergreen.draft.to_json()
            evergreen_fill.add_message(self._db, evergreen)
        else:
            draft = draft_of(folder, content.media, texts.texts, texts.channel_ids)
            kind, target, body = "draft", draft.id, draft.to_json()
            self._db.put_draft(target, draft.workspace, body)
        with self._db.transaction() as connection:
            watch_rows.put_content(
                connection, folder.id, content.seen, kind, target, campaign_id, content_digest(body)
            )
        watch_rows.put_files(self._db, folder.id, texts.sidecars)
        return MadeMessage(content.media.name, draft, message, campaign_id, evergreen_id)

    # -- sidecars that come later --------------------------------------------------------------

    def _read_late_sidecars(self, now: float, result: FolderImportResult) -> None:
        due = [path for path, moment in self._late_sidecars.items() if moment <= now][:BATCH]
        for sidecar in due:
            del self._late_sidecars[sidecar]
            try:
                info = (self._root / sidecar).stat()
            except OSError:
                continue
            seen = SeenFile(sidecar, info.st_size, info.st_mtime_ns)
            watch_rows.put_files(self._db, self.folder.id, [seen])
            for path in self._sidecars.media_of(sidecar):
                if path not in self._pending:
                    self._complete(path, result)

    def _complete(self, path: str, result: FolderImportResult) -> None:
        rows = watch_rows.contents_at(self._db, self.folder.id, path)
        if not rows:
            return
        row = rows[0]
        try:
            mime = open_file(str(self._root / path)).mime
        except PictureError:
            return
        texts = self._sidecars.texts_of(path, mime, self.folder.workspace)
        for problem in texts.problems:
            self._reported.discard((problem.cause, problem.name))
            self._report(problem, result)
        result.completions.append(
            Completion(
                row["kind"],
                row["target"],
                row["parent"],
                row["digest"],
                texts.texts,
                texts.channel_ids,
            )
        )


def is_absent(info: os.stat_result) -> bool:
    """Return whether the cloud has a file's content and this computer has not: reading it would
    download it."""
    return bool(
        getattr(info, "st_file_attributes", 0) & _ABSENT_ON_WINDOWS
        or getattr(info, "st_flags", 0) & _ABSENT_ON_MACOS
    )


def _problem(problem: FileProblem, name: str) -> WatchProblem:
    return WatchProblem(problem.code, name, problem.sentence)


def _media_ref(file: FileFacts, place: Path, digest: str) -> MediaRef:
    """Return a file with what its header says."""
    header = PictureHeader(file.mime)
    if file.mime.startswith("image/"):
        try:
            with regular_files.open_file(place) as data:
                header = read_header(data, file.mime)
        except (OSError, HeaderError):
            pass  # sizes are unknown then
    kind: MediaKind = "video" if file.mime.startswith("video/") else "image"
    if file.mime == "image/gif":
        kind = "gif"
    return MediaRef(
        str(place),
        place.name,
        file.size,
        kind,
        width=header.width,
        height=header.height,
        sha256=digest,
        mime=file.mime,
    )

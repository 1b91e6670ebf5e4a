"""What `posto apply` creates, changes and deletes: the files of a folder beside their records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Literal

from posto_desktop.cli.exits import CommandError, Exit
from posto_desktop.cli.folder_files import Folder, FolderFile, digest_of
from posto_desktop.cli.message import draft_of, time_of
from posto_desktop.cli.preview import Preview, preview
from posto_desktop.cli.session import Session
from posto_desktop.cli.targets import find_channels
from posto_desktop.core.draft import Draft
from posto_desktop.core.draft_list import title_of
from posto_desktop.core.edited_message import can_edit
from posto_desktop.delivery.applied_files import (
    AppliedFile,
    AppliedFiles,
    CurrentVersion,
    Version,
    written_digest,
)
from posto_desktop.sdk.errors import WhenError
from posto_desktop.sdk.records import Channel, Schedule
from posto_desktop.storage import draft_rows

Action = Literal["create", "change", "delete", "unchanged", "left"]
_AGAIN = "Give the file another key to make it anew."


@dataclass(frozen=True)
class FileChange:
    """What happens to a file. "left": nothing, for the `reason`; with `is_conflict` although the
    file asks for it. `checked` is what is written, `made` what the file became before, `rows` its
    posts on the service, `earlier_key` the key of its record if the file was renamed."""

    action: Action
    kind: Literal["draft", "post"]
    record: AppliedFile
    title: str
    when: datetime | None = None
    reason: str = ""
    is_conflict: bool = False
    digest: str = ""
    words: str = ""
    checked: Preview | None = None
    draft: Draft | None = None
    made: CurrentVersion = field(default_factory=lambda: CurrentVersion(None))
    rows: Sequence[Schedule] = ()
    earlier_key: str = ""


class FolderComparison:
    """Compares a folder with its records. `prune`: what has no file any more is deleted."""

    def __init__(
        self, session: Session, applied: AppliedFiles, folder: Folder, *, prune: bool, final: bool
    ) -> None:
        self._session, self._applied, self._folder = session, applied, folder
        self._prune, self._is_final = prune, final
        self._now = datetime.now(UTC)
        self._problems: list[str] = []
        self._is_refused = False

    def changes(self) -> list[FileChange]:
        """Return what happens to each file. Raises CommandError with the problems of all files,
        if there are any: then nothing is done."""
        records = self._applied.all()
        present = {file.key for file in self._folder.files}
        missing = {key: record for key, record in records.items() if key not in present}
        changes = []
        for file in self._folder.files:
            change = self._change(file, records.get(file.key), missing)
            if change is not None:
                changes.append(change)
        if self._problems:
            code = Exit.REFUSED if self._is_refused else Exit.USAGE
            raise CommandError(code, "\n".join([*self._problems, "Nothing was changed."]))
        return [*changes, *self._of_missing(missing.values())]

    @cached_property
    def _channels(self) -> list[Channel]:
        return self._session.channels(may_be_known=not self._is_final)

    @cached_property
    def _open_ids(self) -> set[str]:
        """Ids of the drafts that are open in the app, if it runs."""
        open_ids = set(draft_rows.open_tabs(self._session.database)[0])
        return open_ids if open_ids and self._session.notify_app(["drafts"]) else set()

    # -- a file ------------------------------------------------------------------------------------

    def _change(
        self, file: FolderFile, record: AppliedFile | None, missing: dict[str, AppliedFile]
    ) -> FileChange | None:
        """Return what happens to a file, None if it has a problem."""
        try:
            channels = self._channels_of(file)
            digest = digest_of(
                file.message, self._folder.path, [channel.id for channel in channels]
            )
            earlier_key = ""
            if record is None:
                record, earlier_key = self._renamed(file, digest, missing)
            record = replace(record, key=file.key, path=file.path)
            compared = _Compared(file, record, digest, channels, self._applied.made(record))
            return replace(self._compared(compared), earlier_key=earlier_key)
        except _Problem as problem:
            self._is_refused = self._is_refused or problem.is_refused
            self._problems.append(f"{file.path}: {problem}")
        except CommandError as error:
            self._problems.append(f"{file.path}: {error.user_message}")
        return None

    def _channels_of(self, file: FolderFile) -> list[Channel]:
        if not file.message.to:
            return []
        return find_channels(file.message.to, self._channels, self._session.groups())

    def _renamed(
        self, file: FolderFile, digest: str, missing: dict[str, AppliedFile]
    ) -> tuple[AppliedFile, str]:
        """Return the record of a file that has another name now, else a new record."""
        for key, record in missing.items():
            version = self._applied.made(record).version
            if version is not None and version.digest == digest:
                del missing[key]
                return record, key
        return AppliedFile(file.key, file.path), ""

    def _compared(self, file: _Compared) -> FileChange:
        version = file.made.version
        if version is None:
            if file.record.versions and file.record.versions[-1].digest == file.digest:
                reason = "It was cancelled or refused. Change the file to schedule it again."
                return file.left(reason, is_conflict=True)
            return self._new(file)
        if version.kind == "draft":
            return self._of_draft(file, version)
        return self._of_post(file, version)

    def _new(self, file: _Compared, draft_id: str = "") -> FileChange:
        message = file.file.message
        if not message.when:
            draft = draft_of(message, self._session.workspace.id, file.channel_ids)
            if draft.is_empty:
                raise _Problem("It has neither a text nor a file.")
            return file.change("create", "draft", draft)
        try:
            share_at = self._time(message.when)
        except _PastTime as past:
            return file.left("Its time has passed, so nothing is made of it.", when=past.when)
        return self._checked(file, "create", share_at, draft_id)

    def _time(self, words: str) -> datetime:
        try:
            share_at = time_of(words, self._now)
        except WhenError as error:
            if error.kind == "past":
                raise _PastTime(error.when) from None
            raise _Problem(f"when: {error.user_message}") from None
        if share_at is None:
            raise _Problem("when: Only times ahead are applied. To send at once: posto post.")
        if share_at <= self._now:
            raise _PastTime(share_at)
        return share_at

    def _checked(
        self, file: _Compared, action: Action, share_at: datetime, draft_id: str = ""
    ) -> FileChange:
        """Return a post with what would go out. Raises _Problem if a channel would refuse it."""
        if not file.channels:
            raise _Problem("It has a time, but no channels. Add `to`.")
        draft = draft_of(file.file.message, self._session.workspace.id, file.channel_ids)
        draft = replace(draft, id=draft_id or draft.id)
        checked = preview(self._session, draft, file.channels, share_at)
        if checked.blocked:
            errors = [
                finding.sentence for finding in checked.findings if finding.severity == "error"
            ]
            raise _Problem(" ".join(errors), is_refused=True)
        return replace(file.change(action, "post", checked.draft), checked=checked, when=share_at)

    def _of_draft(self, file: _Compared, version: Version) -> FileChange:
        draft = self._applied.draft(version)
        if draft is None:
            reason = "It was deleted or posted in Posto."
            if version.digest == file.digest:
                return file.left(reason)
            return file.left(f"{reason} {_AGAIN}", is_conflict=True)
        if version.digest == file.digest:
            return file.change("unchanged", "draft", draft)
        if written_digest(draft) != version.written:
            show = f"posto draft show {draft.id[:8]} --format md"
            reason = f"The draft was changed in Posto, so it stays as it is. To see it: {show}"
            return file.left(reason, is_conflict=True)
        if draft.id in self._open_ids:
            reason = "The draft is open in Posto Desktop. Close its tab there first."
            return file.left(reason, is_conflict=True)
        if file.file.message.when:
            return self._new(file, draft.id)
        new = draft_of(file.file.message, draft.workspace, file.channel_ids)
        if new.is_empty:
            raise _Problem("It has neither a text nor a file.")
        return file.change(
            "change", "draft", replace(new, id=draft.id, created_at=draft.created_at)
        )

    def _of_post(self, file: _Compared, version: Version) -> FileChange:
        when, message = version.when, file.file.message
        if when is None or when <= self._now:
            reason = "" if version.digest == file.digest else "Its time has passed, so it stays."
            return replace(file.left(reason or "Its time has passed."), when=when)
        if version.digest == file.digest:
            return replace(file.change("unchanged", "post", None), when=when)
        if not message.when:
            reason = "It has no time any more, but is scheduled. Delete the file and --prune."
            return file.left(reason, is_conflict=True, when=when)
        try:
            share_at = when if message.when == version.words else self._time(message.when)
        except _PastTime:
            return file.left("Its new time has passed.", is_conflict=True, when=when)
        rows, reason = self._rows_to_replace(file.made)
        if reason:
            return file.left(reason, is_conflict=True, when=when)
        return replace(self._checked(file, "change", share_at), rows=rows)

    def _rows_to_replace(self, made: CurrentVersion) -> tuple[Sequence[Schedule], str]:
        """Return the posts of a message on the service, and why they cannot be replaced."""
        version, entry = made.version, made.entry
        assert version is not None
        if entry is not None and entry.state in ("unclear", "handing_over"):
            return (), "It may have been sent. Resolve that in Posto first."
        if entry is not None and entry.state != "sent":
            return (), ""
        assert version.when is not None
        rows = self._session.client.find_ref(version.mark, version.channel_ids, version.when)
        if not rows:
            return (), f"It was deleted or edited in Posto. {_AGAIN}"
        if not all(map(can_edit, rows)):
            return rows, "It is published, or being sent, on some channels."
        return rows, ""

    # -- files that are gone -----------------------------------------------------------------------

    def _of_missing(self, records: Iterable[AppliedFile]) -> Iterator[FileChange]:
        for record in records:
            made = self._applied.made(record)
            version = made.version
            if version is None:
                continue
            if version.kind == "draft":
                change = self._missing_draft(record, made, version)
            else:
                change = self._missing_post(record, made, version)
            if change is not None:
                yield change

    def _missing_draft(
        self, record: AppliedFile, made: CurrentVersion, version: Version
    ) -> FileChange | None:
        draft = self._applied.draft(version)
        if draft is None:
            return None
        left = FileChange("left", "draft", record, title_of(draft), made=made)
        if written_digest(draft) != version.written:
            return replace(left, reason="Its file is gone. It was changed in Posto, so it stays.")
        if draft.id in self._open_ids:
            return replace(left, reason="Its file is gone. It is open in Posto Desktop.")
        return self._pruned(left)

    def _missing_post(
        self, record: AppliedFile, made: CurrentVersion, version: Version
    ) -> FileChange | None:
        if version.when is None or version.when <= self._now:
            return None
        entry = made.entry
        title = entry.title_of(60) if entry is not None else record.path
        left = FileChange("left", "post", record, title, version.when, made=made)
        if not self._prune:
            return self._pruned(left)
        rows, reason = self._rows_to_replace(made)
        if reason and rows:
            return replace(left, reason=f"Its file is gone. {reason}", is_conflict=True)
        if reason and entry is not None and entry.state != "sent":
            return replace(left, reason=f"Its file is gone. {reason}", is_conflict=True)
        return replace(self._pruned(left), rows=rows)

    def _pruned(self, left: FileChange) -> FileChange:
        if self._prune:
            return replace(left, action="delete")
        return replace(left, reason="Its file is gone. To delete it, too: --prune.")


class _Problem(Exception):
    """A file cannot be applied. `is_refused`: a check refuses it."""

    def __init__(self, sentence: str, *, is_refused: bool = False) -> None:
        super().__init__(sentence)
        self.is_refused = is_refused


class _PastTime(Exception):
    """The time of a file has passed."""

    def __init__(self, when: datetime | None) -> None:
        super().__init__()
        self.when = when


@dataclass(frozen=True)
class _Compared:
    """A file beside its record."""

    file: FolderFile
    record: AppliedFile
    digest: str
    channels: Sequence[Channel]
    made: CurrentVersion

    @property
    def channel_ids(self) -> list[int]:
        return [channel.id for channel in self.channels]

    def _title(self) -> str:
        message = self.file.message
        return title_of(Draft(text=message.text, name=message.name)) or self.file.path

    def change(
        self, action: Action, kind: Literal["draft", "post"], draft: Draft | None
    ) -> FileChange:
        return FileChange(
            action,
            kind,
            self.record,
            self._title(),
            digest=self.digest,
            words=self.file.message.when,
            draft=draft,
            made=self.made,
        )

    def left(
        self, reason: str, *, is_conflict: bool = False, when: datetime | None = None
    ) -> FileChange:
        kind = self.made.version.kind if self.made.version else "post"
        change = self.change("left", kind, None)
        return replace(change, reason=reason, is_conflict=is_conflict, when=when)

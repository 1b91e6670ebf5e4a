"""What the files of a folder became: drafts and posts, with a record of each.

Every change of posto.db writes the record of its file in the same transaction. A process that is
killed anywhere leaves a record of what is there, so that the next one goes on and makes nothing
twice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal

from posto_desktop.common import json_text
from posto_desktop.core import copies
from posto_desktop.core.copies import Source
from posto_desktop.core.draft import Draft
from posto_desktop.core.edited_message import EditedMessage, Replacement, can_edit, message_key
from posto_desktop.core.entries import Entry
from posto_desktop.core.json_fields import get_list, get_text
from posto_desktop.delivery.outbox import Outbox, OutboxError
from posto_desktop.sdk.records import Channel, Schedule
from posto_desktop.storage import applied_files as table
from posto_desktop.storage import draft_rows, message_rows
from posto_desktop.storage.database import Database, Row

_NOT_MADE = ("cancelled", "refused")


@dataclass(frozen=True)
class Version:
    """A version of a file that was made: a draft, or an entry of the outbox (`id`). `digest` is
    that of the file, `at` the time of the post in Unix seconds, `words` the time as it was typed,
    `mark` its `posto_ref`, `written` the digest of the draft as it was written."""

    kind: Literal["draft", "post"]
    id: str
    digest: str
    at: float | None = None
    words: str = ""
    mark: str = ""
    channel_ids: tuple[int, ...] = ()
    written: str = ""

    @property
    def when(self) -> datetime | None:
        return datetime.fromtimestamp(self.at, UTC) if self.at is not None else None

    def to_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "id": self.id,
            "digest": self.digest,
            "at": self.at,
            "words": self.words,
            "mark": self.mark,
            "channel_ids": list(self.channel_ids),
            "written": self.written,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Version:
        at = data.get("at")
        return cls(
            kind="draft" if data.get("kind") == "draft" else "post",
            id=get_text(data, "id"),
            digest=get_text(data, "digest"),
            at=float(at) if isinstance(at, int | float) else None,
            words=get_text(data, "words"),
            mark=get_text(data, "mark"),
            channel_ids=tuple(
                number for number in get_list(data, "channel_ids") if isinstance(number, int)
            ),
            written=get_text(data, "written"),
        )


@dataclass(frozen=True)
class AppliedFile:
    """The record of a file: its key, its path in the folder, and its versions, the last one
    last."""

    key: str
    path: str
    versions: tuple[Version, ...] = ()

    @classmethod
    def of(cls, row: Row) -> AppliedFile:
        body = row["body"] if isinstance(row["body"], Mapping) else {}
        versions = [raw for raw in get_list(body, "versions") if isinstance(raw, Mapping)]
        return cls(row["key"], get_text(body, "path"), tuple(map(Version.from_json, versions)))

    def to_json(self) -> dict[str, Any]:
        return {"path": self.path, "versions": [version.to_json() for version in self.versions]}


@dataclass(frozen=True)
class CurrentVersion:
    """The version of a file that holds, None for none, and its entry if the outbox has it."""

    version: Version | None
    entry: Entry | None = None


@dataclass(frozen=True)
class FilePost:
    """A post as a file asks for it, at a time that it has in `words`. The style of `draft` is
    resolved."""

    draft: Draft
    channels: Sequence[Channel]
    share_at: datetime
    words: str
    digest: str


class AppliedFiles:
    """The records of one folder in one workspace."""

    def __init__(self, db: Database, outbox: Outbox, folder_id: str, workspace: str) -> None:
        self._db, self._outbox = db, outbox
        self._folder_id, self._workspace = folder_id, workspace

    def all(self) -> dict[str, AppliedFile]:
        """Return the records by key."""
        rows = table.of_folder(self._db, self._folder_id, self._workspace)
        return {row["key"]: AppliedFile.of(row) for row in rows}

    def get(self, key: str) -> AppliedFile | None:
        """Return the record of a key."""
        row = table.get(self._db, self._folder_id, self._workspace, key)
        return AppliedFile.of(row) if row is not None else None

    def made(self, record: AppliedFile) -> CurrentVersion:
        """Return the last version that was neither cancelled nor refused."""
        for version in reversed(record.versions):
            if version.kind == "draft" or self._db.outbox_row(version.id) is None:
                return CurrentVersion(version)  # an entry is forgotten a month after it was sent
            entry = self._outbox.entry(version.id)
            if entry.state not in _NOT_MADE:
                return CurrentVersion(version, entry)
        return CurrentVersion(None)

    def draft(self, version: Version) -> Draft | None:
        """Return the draft of a version, None if it is gone or unreadable."""
        row = draft_rows.draft(self._db, version.id)
        try:
            return Draft.from_json(row["body"]) if row is not None else None
        except ValueError:
            return None

    # -- drafts --------------------------------------------------------------------------------

    def put_draft(self, record: AppliedFile, draft: Draft, digest: str) -> None:
        """Write a draft and its record."""
        draft = replace(draft, updated_at=datetime.now(UTC))
        version = Version("draft", draft.id, digest, written=written_digest(draft))
        with self._db.transaction():
            self._demand_same(record)
            self._db.put_draft(draft.id, draft.workspace, draft.to_json())
            self._put(replace(record, versions=(version,)))

    def delete_draft(self, record: AppliedFile, version: Version) -> None:
        """Delete a draft, so that it can be brought back, and its record."""
        with self._db.transaction():
            draft_rows.delete(self._db, [version.id], datetime.now(UTC).timestamp())
            self.forget(record.key)

    # -- posts ---------------------------------------------------------------------------------

    def add_post(self, record: AppliedFile, post: FilePost) -> Entry:
        """Write a new post to the outbox, in place of its draft if it had one. Raises
        OutboxError."""
        with self._db.transaction():
            self._demand_same(record)
            entry = self._outbox.add(post.draft, post.channels, post.share_at)
            self._put_version(record, post, entry)
        return entry

    def edit_post(
        self, record: AppliedFile, made: CurrentVersion, post: FilePost, rows: Sequence[Schedule]
    ) -> Entry:
        """Write a new version of a post to the outbox, which replaces `rows`, or the entry that
        has not made them yet. Raises OutboxError."""
        assert made.version is not None
        posts = [row for row in rows if can_edit(row)]
        replaces, draft = Replacement(at=made.version.at, after=made.version.id), post.draft
        if posts:
            edited = copies.edit_of(self._before(made.version), posts).editing
            assert isinstance(edited, EditedMessage)
            replaces = Replacement(edited.posts, edited.at, message=message_key(posts[0]))
            draft = replace(draft, editing=edited)
        with self._db.transaction():
            self._demand_same(record)
            entry = self._outbox.add_edit(draft, post.channels, post.share_at, replaces)
            self._put_version(record, post, entry)
        return entry

    def _before(self, version: Version) -> Draft:
        body = message_rows.bodies(self._db, self._workspace, [version.mark]).get(version.mark)
        source = Source.from_json(body)
        draft = source.draft if source is not None else Draft()
        return replace(draft, workspace=self._workspace)

    def cancel(self, record: AppliedFile, entry: Entry) -> bool:
        """Cancel an entry that is not sent yet, and forget its file; return False if it is being
        sent."""
        with self._db.transaction():
            if not self._outbox.cancel(entry.id):
                return False
            self.forget(record.key)
        return True

    def _put_version(self, record: AppliedFile, post: FilePost, entry: Entry) -> None:
        version = Version(
            "post",
            entry.id,
            post.digest,
            post.share_at.timestamp(),
            post.words,
            entry.posto_ref,
            tuple(channel.id for channel in post.channels),
        )
        # What was a draft is one no more; earlier posts are needed while this can be refused.
        posts = tuple(earlier for earlier in record.versions if earlier.kind == "post")
        self._put(replace(record, versions=(*posts, version)))

    def _demand_same(self, record: AppliedFile) -> None:
        """Raise OutboxError if another process applied this file since the record was read."""
        now = self.get(record.key)
        if (now.versions if now is not None else ()) != record.versions:
            raise OutboxError("Another command applied this file meanwhile. Nothing was changed.")

    # -- records -------------------------------------------------------------------------------

    def _put(self, record: AppliedFile) -> None:
        now = datetime.now(UTC).timestamp()
        table.put(self._db, self._folder_id, self._workspace, record.key, record.to_json(), now)

    def rename(self, record: AppliedFile, key: str, path: str) -> AppliedFile:
        """Give a record the key of the file that it belongs to now."""
        renamed = replace(record, key=key, path=path)
        with self._db.transaction():
            self.forget(record.key)
            self._put(renamed)
        return renamed

    def take_back(self, key: str, entry_id: str) -> None:
        """Forget a version that the user stopped before it was sent, so that it is made again."""
        record = self.get(key)
        if record is None:
            return
        left = tuple(version for version in record.versions if version.id != entry_id)
        if left:
            self._put(replace(record, versions=left))
        else:
            self.forget(key)

    def forget(self, key: str) -> None:
        table.remove(self._db, self._folder_id, self._workspace, key)


def written_digest(draft: Draft) -> str:
    """Return a digest of a draft, to see whether somebody changed it."""
    values = {key: value for key, value in draft.to_json().items() if key != "updated_at"}
    return hashlib.sha256(json_text.dumps(values).encode("ascii")).hexdigest()


__all__ = ["AppliedFile", "AppliedFiles", "CurrentVersion", "FilePost", "OutboxError", "Version"]

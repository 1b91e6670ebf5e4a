"""Carries out what `posto apply` found: drafts, the outbox, deletions, and then sends."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from posto_desktop.cli.exits import Exit, refused
from posto_desktop.cli.folder_changes import FileChange
from posto_desktop.cli.sending import TIMEOUT, Outcome, PostSender
from posto_desktop.cli.session import Session
from posto_desktop.core.entries import Entry
from posto_desktop.delivery.applied_files import AppliedFiles, FilePost
from posto_desktop.delivery.outbox import OutboxError
from posto_desktop.sdk.errors import PostoError
from posto_desktop.storage.process_lock import ProcessLock

LOCK_FILE = "apply.lock"
_PATIENCE = 60.0
_OPEN = ("waiting", "uploading", "handing_over")


@dataclass(frozen=True)
class Applied:
    """A carried out change. `problem` is a sentence, "" for none, and `code` its exit code."""

    change: FileChange
    entry: Entry | None = None
    problem: str = ""
    code: Exit = Exit.DONE


@contextlib.contextmanager
def applying(data_folder: Path, patience: float = _PATIENCE) -> Iterator[None]:
    """Hold the lock of applying: two commands at once go one after the other. Raises CommandError
    if the other one does not end."""
    until = time.monotonic() + patience
    lock = ProcessLock(data_folder, LOCK_FILE)
    try:
        while not lock.acquire():
            if time.monotonic() > until:
                raise refused("Another posto apply runs. Nothing was changed. Try again later.")
            time.sleep(0.1)
        yield
    finally:
        lock.release()


class FolderApplier:
    """Carries out changes of one folder."""

    def __init__(self, session: Session, applied: AppliedFiles) -> None:
        self._session, self._applied = session, applied

    def run(self, changes: Sequence[FileChange]) -> list[Applied]:
        """Carry out all changes, and send what is in the outbox. Each is done or not, on its
        own."""
        done = [self._apply(change) for change in changes]
        if any(change.kind == "draft" and change.action != "unchanged" for change in changes):
            self._session.notify_app(["drafts"])
        return self._sent(done)

    def _apply(self, change: FileChange) -> Applied:
        try:
            if change.earlier_key:
                self._applied.rename(
                    replace(change.record, key=change.earlier_key),
                    change.record.key,
                    change.record.path,
                )
            if change.action in ("create", "change"):
                return self._write(change)
            if change.action == "delete":
                return self._delete(change)
        except OutboxError as error:
            return Applied(change, None, error.user_message, Exit.REFUSED)
        except PostoError as error:
            return Applied(change, None, error.user_message, Exit.UNREACHABLE)
        entry = change.made.entry
        if change.action != "unchanged" or entry is None:
            return Applied(change)
        return self._outcome(Applied(change, entry), entry)

    def _write(self, change: FileChange) -> Applied:
        if change.kind == "draft":
            assert change.draft is not None
            self._applied.put_draft(change.record, change.draft, change.digest)
            return Applied(change)
        checked = change.checked
        assert checked is not None
        assert checked.share_at is not None
        post = FilePost(
            checked.draft, checked.channels, checked.share_at, change.words, change.digest
        )
        if change.action == "create":
            return Applied(change, self._applied.add_post(change.record, post))
        entry = self._applied.edit_post(change.record, change.made, post, change.rows)
        return Applied(change, entry)

    def _delete(self, change: FileChange) -> Applied:
        version, entry = change.made.version, change.made.entry
        assert version is not None
        if version.kind == "draft":
            self._applied.delete_draft(change.record, version)
            return Applied(change)
        if entry is not None and entry.state in _OPEN:
            if self._applied.cancel(change.record, entry):
                return Applied(change)
            return Applied(change, None, "It is being sent. Apply again.", Exit.REFUSED)
        ids = [row.id for row in change.rows]
        if ids and self._session.client.remove(ids):
            return Applied(change, None, "Not all of its posts could be deleted.", Exit.REFUSED)
        self._applied.forget(change.record.key)
        return Applied(change)

    # -- sending -----------------------------------------------------------------------------------

    def _sent(self, done: Sequence[Applied]) -> list[Applied]:
        """Send what is in the outbox, from earlier commands, too. What the user stops meanwhile is
        forgotten, so that the next command makes it."""
        entries = [
            each.entry for each in done if each.entry is not None and each.entry.state in _OPEN
        ]
        if not entries:
            return list(done)
        if self._session.is_paused:
            self._session.out.note("Sending is paused in Posto, so posts wait in the outbox.")
            return list(done)
        sender = PostSender(self._session, timeout=TIMEOUT, stays_queued=True)
        ended = {entry.id: entry for entry in sender.send(entries)}
        return [self._with_outcome(each, ended) for each in done]

    def _with_outcome(self, each: Applied, ended: dict[str, Entry]) -> Applied:
        entry = ended.get(each.entry.id) if each.entry is not None else None
        if entry is None:
            return each
        if entry.state == "cancelled":
            self._applied.take_back(each.change.record.key, entry.id)
            return replace(each, entry=entry, problem="Stopped.", code=Exit.REFUSED)
        if entry.state in ("waiting", "uploading"):
            problem = f"It waits in the outbox. {entry.reason}".rstrip()
            code = Exit.SIGN_IN if entry.code == "sign_in" else Exit.UNREACHABLE
            return replace(each, entry=entry, problem=problem, code=code)
        return self._outcome(replace(each, entry=entry), entry)

    def _outcome(self, each: Applied, entry: Entry) -> Applied:
        """Return a change with what became of its entry; nothing yet, if it is still to be
        sent."""
        is_waiting = entry.state in ("waiting", "uploading")
        code = Exit.DONE if is_waiting else Outcome(entry).code
        problem = (entry.reason or "It was not accepted everywhere.") if code else ""
        return replace(each, problem=problem, code=code)


def code_of(done: Sequence[Applied]) -> Exit:
    """Return the exit code of all of it."""
    conflicts = [each for each in done if each.change.is_conflict]
    failed = [each.code for each in done if each.code]
    if not failed and not conflicts:
        return Exit.DONE
    if len(set(failed)) == 1 and len(failed) == len(done):
        return failed[0]
    return Exit.PARTLY

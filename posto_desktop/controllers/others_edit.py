"""Reads what others made of an edited message, and merges it with the own edit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import uuid4

from PySide6.QtCore import QObject, Slot

from posto_desktop.core.draft import Draft
from posto_desktop.core.edit_merge import EditMerge, merge_edits
from posto_desktop.core.edited_message import EditedMessage

if TYPE_CHECKING:
    from posto_desktop.delivery.present_message import MessageOnServer
    from posto_desktop.workers.message_opener import OpenedMessage
    from posto_desktop.workers.service import Service

__all__ = ["OthersVersion", "OthersVersionReader", "merged_with", "opened_draft"]


@dataclass(frozen=True)
class OthersVersion:
    """A message as others have saved it: a draft that would edit it. `changed` are the fields that
    the server knows to be changed, None if it does not know; `by` who saved last."""

    theirs: Draft
    changed: frozenset[str] | None = None
    by: str = ""


Then = Callable[[OthersVersion | None], object]


class OthersVersionReader(QObject):
    """Asks the open service; what is asked of an earlier workspace is never answered."""

    def __init__(self, service: Service, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._service = service
        self._asked: dict[str, Then] = {}
        self._present: dict[str, MessageOnServer] = {}
        service.team.message_read.connect(self._read)
        service.message_opened.connect(self._opened)

    def read(self, edited: EditedMessage, then: Then) -> None:
        """Call `then` with the message as it is now; None if it is as it was opened, if it cannot
        be edited any more, or if that is not known."""
        key = uuid4().hex
        self._asked[key] = then
        self._service.team.read_message(key, edited)

    def clear(self) -> None:
        """Another workspace opens."""
        self._asked.clear()
        self._present.clear()

    @Slot(str, object)
    def _read(self, key: str, present: MessageOnServer | None) -> None:
        if key not in self._asked:
            return
        if present is None:
            self._asked.pop(key)(None)
            return
        self._present[key] = present
        self._service.open_message(list(present.rows), key, edits=True)

    @Slot(object)
    def _opened(self, opened: OpenedMessage) -> None:
        then, present = self._asked.pop(opened.key, None), self._present.pop(opened.key, None)
        if then is None or present is None:
            return
        theirs = opened.draft
        if theirs is None or theirs.editing is None:
            then(None)
        else:
            then(OthersVersion(theirs, present.fields, present.by))


def opened_draft(edited: EditedMessage) -> Draft:
    """Return an edited message as it was opened."""
    before = Draft.from_json({**edited.before, "id": edited.before.get("id") or "before"})
    return replace(before, editing=edited)


def merged_with(
    draft: Draft, share_at: datetime | None, theirs: Draft, changed: frozenset[str] | None
) -> EditMerge:
    """Return the own edit with what is different in `theirs` since both were one; it edits the
    posts of `theirs` then. `draft` and `theirs` edit messages."""
    edited, present = draft.editing, theirs.editing
    assert edited is not None
    assert present is not None
    own_at = share_at.timestamp() if share_at is not None else None
    if own_at is not None and edited.at is not None and own_at // 60 == edited.at // 60:
        own_at = edited.at  # a field shows minutes
    merge = merge_edits(
        opened_draft(edited),
        draft,
        theirs,
        before_at=edited.at,
        mine_at=own_at,
        theirs_at=present.at,
        changed=changed,
    )
    return replace(merge, draft=replace(merge.draft, editing=present))

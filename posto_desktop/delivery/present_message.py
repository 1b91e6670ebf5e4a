"""What an edited message is on a team's server by now: others may have changed it meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from posto_desktop.core.edit_merge import changed_fields
from posto_desktop.core.edited_message import EditedMessage, can_edit, message_key
from posto_desktop.sdk.errors import PostoError
from posto_desktop.sdk.posto_sdk import PostoSDK
from posto_desktop.sdk.records import Schedule
from posto_desktop.sdk.review import ReviewStep

__all__ = ["MessageOnServer", "present_message"]


@dataclass(frozen=True)
class MessageOnServer:
    """The rows of a message that others have changed. `fields` is what they have changed, None if
    only the rows tell; `by` who changed it last."""

    rows: tuple[Schedule, ...]
    fields: frozenset[str] | None = None
    by: str = ""


def present_message(sdk: PostoSDK, edited: EditedMessage) -> MessageOnServer | None:
    """Return what the message is by now; None if it is as it was opened, or is not found. Raises
    `PostoError`."""
    ids = [post.id for post in edited.posts]
    rows = sdk.schedules.by_ids(ids)
    marks = {post.id: post.mark for post in edited.posts}
    is_same = len(rows) == len(ids) and all(
        (row.posto_ref or "") == marks[row.id] and _at(row) == edited.at for row in rows.values()
    )
    if is_same:
        return None
    present = list(rows.values()) if len(rows) == len(ids) else _found(sdk, edited)
    present = [row for row in present if can_edit(row)]
    if not present:
        return None
    try:
        steps = sdk.review.story(present[0].group_id)
    except PostoError:
        steps = []
    by = steps[-1].person if steps else ""
    return MessageOnServer(tuple(present), _fields(steps, set(marks.values())), by)


def _found(sdk: PostoSDK, edited: EditedMessage) -> list[Schedule]:
    """Return the rows that replaced those of the message."""

    def candidates() -> Iterator[Iterable[Schedule]]:
        for group_id in dict.fromkeys(post.group_id for post in edited.posts if post.group_id):
            yield sdk.schedules.iter(group_id=group_id)
        numbers = [number for listed in sdk.review.list() for number in listed.schedule_ids]
        yield sdk.schedules.by_ids(numbers).values()
        yield sdk.schedules.iter(status="not_sent")

    for rows in candidates():
        present = [row for row in rows if message_key(row) == edited.message]
        if present:
            return present
    return []


def _fields(steps: list[ReviewStep], marks: set[str]) -> frozenset[str] | None:
    """Return what differs since the version with these marks; None if it is not known."""
    known = [
        step
        for step in steps
        if step.posts and {str(post.data.get("posto_ref") or "") for post in step.posts} <= marks
    ]
    if not known or not steps[-1].posts:
        return None
    before, after = (
        {post.channel_id: post.data for post in step.posts} for step in (known[-1], steps[-1])
    )
    return changed_fields(before, after)


def _at(row: Schedule) -> float | None:
    return row.send_at.timestamp() if row.send_at is not None else None

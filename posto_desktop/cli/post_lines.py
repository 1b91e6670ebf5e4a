"""Posts of the schedule as JSON and as lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from posto_desktop.cli.output import one_line
from posto_desktop.cli.shapes import PartStoryData, PostRowData, StepData, StoryData
from posto_desktop.core.entries import Entry
from posto_desktop.core.limits import network_name
from posto_desktop.core.schedule_status import status_of
from posto_desktop.sdk.post_stories import PostStory
from posto_desktop.sdk.records import Schedule


def iso(moment: datetime | None) -> str | None:
    """Return a time as JSON has it, in this computer's zone."""
    return moment.astimezone().isoformat() if moment is not None else None


def clock_words(moment: datetime | None) -> str:
    """Return a time for people."""
    return f"{moment.astimezone():%a %d %b %Y %H:%M}" if moment is not None else "no time"


def post_json(row: Schedule, now: datetime) -> PostRowData:
    return {
        "id": row.id,
        "time": iso(row.send_at),
        "status": status_of(row, now),
        "service_status": row.status,
        "network": row.network,
        "network_name": network_name(row.network),
        "channel": row.channel_id,
        "channel_name": row.channel_name,
        "text": row.text,
        "parts": list(row.thread),
        "media": [file.url for file in row.media],
        "link": row.link,
        "error": row.error,
        "group": row.group_id,
        "ref": row.posto_ref or "",
    }


def post_line(row: Mapping[str, Any]) -> str:
    """Return the line of `post_json`."""
    moment = datetime.fromisoformat(row["time"]) if row["time"] else None
    when = f"{moment:%a %d %b %Y %H:%M}" if moment is not None else "no time"
    more = row["error"] or row["link"]
    line = (
        f"{row['id']:>7}  {when:<21}  {row['status']:<9}  {row['network_name']}: "
        f"{row['channel_name']}  {one_line(row['text'])}"
    )
    return f"{line}  {more}" if more else line


def story_json(story: PostStory | None) -> StoryData | None:
    if story is None:
        return None
    return {
        "stage": story.stage,
        "reason": story.reason,
        "due": iso(story.due_at),
        "parts": [
            PartStoryData(
                kind=part.kind,
                state=part.state,
                link=part.link,
                reason=part.reason,
                notes=list(part.notes),
                files=part.files,
                sent=iso(part.sent_at),
            )
            for part in story.parts
        ],
    }


def step_json(entry: Entry) -> list[StepData]:
    """Return what happened to an entry of the outbox, oldest first."""
    return [
        {"time": iso(step.at) or "", "what": step.text, "detail": step.detail}
        for step in entry.steps
    ]


def detail_lines(data: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines of a post with its story."""
    yield post_line(data)
    yield ""
    yield data["text"]
    for part in data["parts"]:
        yield ""
        yield part
    yield ""
    for address in data["media"]:
        yield f"File: {address}"
    yield from _story_lines(data["story"])
    for name, value in data["insights"].items():
        yield f"{name}: {value}"
    for step in data["history"]:
        yield step_line(step)


def step_line(step: Mapping[str, Any]) -> str:
    moment = clock_words(datetime.fromisoformat(step["time"])) if step["time"] else ""
    detail = f": {step['detail']}" if step["detail"] else ""
    return f"{moment}  {step['what']}{detail}"


def _story_lines(story: Mapping[str, Any] | None) -> Iterator[str]:
    if story is None:
        return
    if story["reason"]:
        yield story["reason"]
    parts: Sequence[Mapping[str, Any]] = story["parts"]
    for number, part in enumerate(parts, 1):
        name = "First comment" if part["kind"] == "comment" else f"Part {number}"
        name = "Post" if len(parts) == 1 else name
        yield f"{name}: {part['state']} {part['link'] or part['reason']}".rstrip()
        yield from (f"  {note}" for note in part["notes"])

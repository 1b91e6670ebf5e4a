"""Words about reviews: who proposed a post, what is to be changed, what happened to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from posto_desktop.common.locale_words import listed
from posto_desktop.common.translation import translate
from posto_desktop.core.version_differences import Stretch, TextChange, VersionStep
from posto_desktop.sdk.records import Schedule, ScheduleMedia
from posto_desktop.sdk.review import Remark, ReviewState, ReviewStep

__all__ = [
    "HistoryEntry",
    "ShownText",
    "change_words",
    "changed_words",
    "field_words",
    "file_words",
    "files_of",
    "headline_of",
    "history_entries",
    "proposed_words",
    "remark_words",
    "spoken_change",
    "subject_words",
]

Times = Callable[[datetime], str]
_FIELDS = {
    "post_content": "text",
    "posto_thread": "text",
    "upload_media": "files",
    "media_list_to_upload": "files",
    "upload_media_type": "files",
    "attach_link": "link",
    "custom_link": "link",
    "first_comment": "comment",
    "share_to_first_comment": "comment",
    "channels": "channels",
    "time": "time",
}


def headline_of(review: ReviewState) -> str:
    """Return who proposed a post, or who requests changes."""
    if review.state == "returned" and review.remark is not None:
        words = translate("Review", "{name} requests changes")
        return words.format(name=review.remark.by)
    if review.is_own:
        return translate("Review", "You proposed this post")
    return translate("Review", "Proposed by {name}").format(name=review.author)


def subject_words(subject: str) -> str:
    """Return what a request for changes is about; "" for all of it."""
    return {
        "text": translate("Review", "The text"),
        "media": translate("Review", "A picture or video"),
        "time": translate("Review", "The time"),
    }.get(subject, "")


def files_of(rows: Iterable[Schedule]) -> list[ScheduleMedia]:
    """Return the pictures and videos of a message, each once, in the order in which they are
    numbered in comments."""
    files: dict[int, ScheduleMedia] = {}
    for row in sorted(rows, key=lambda row: row.id):
        for file in row.media:
            files.setdefault(file.id, file)
    return [file for number, file in files.items() if number]


def file_words(files: Sequence[ScheduleMedia], media_id: int | None) -> str:
    """Return the name of a file in a comment; that of any file if it is not one of these."""
    for place, file in enumerate(files, 1):
        if file.id == media_id:
            is_video = file.type.startswith("video")
            words = (
                translate("Review", "Video {number}")
                if is_video
                else translate("Review", "Picture {number}")
            )
            return words.format(number=place)
    if media_id is not None and files:
        return translate("Review", "A picture or video that is not in the message any more")
    return subject_words("media")


def proposed_words(review: ReviewState, when: Times) -> str:
    """Return when a post was proposed, who changed what of it last, and when changes were requested
    of it; "" if it is not known."""
    lines = []
    if review.proposed_at is not None:
        lines.append(translate("Review", "Proposed: {time}").format(time=when(review.proposed_at)))
    if review.changed_at is not None:
        words = (
            translate("Review", "Changed by {name} · {time} · {fields}")
            if review.changed
            else translate("Review", "Changed by {name} · {time}")
        )
        lines.append(
            words.format(
                name=review.changed_by,
                time=when(review.changed_at),
                fields=changed_words(review.changed),
            )
        )
    remark = review.remark if review.state == "returned" else None
    if remark is not None and remark.at is not None:
        words = translate("Review", "Changes requested: {time}")
        lines.append(words.format(time=when(remark.at)))
    return "\n".join(lines)


def remark_words(remark: Remark, files: Sequence[ScheduleMedia] = ()) -> str:
    """Return the comment of a request for changes, with its subject."""
    subject = subject_words(remark.subject)
    if remark.subject == "media":
        subject = file_words(files, remark.media_id)
    return f"{subject}: {remark.comment}" if subject else remark.comment


@dataclass(frozen=True)
class ShownText:
    """A text of a version: its name, and what stayed, went and came."""

    name: str
    pieces: tuple[Stretch, ...]


@dataclass(frozen=True)
class HistoryEntry:
    """A step of a message as it is shown: what happened and when, what else is to be said, and the
    texts that changed."""

    title: str
    when: str
    lines: tuple[str, ...] = ()
    texts: tuple[ShownText, ...] = ()


def history_entries(
    steps: Sequence[VersionStep], when: Times, channel_name: Callable[[int], str]
) -> list[HistoryEntry]:
    """Return what happened to a message, the newest first."""
    return [_entry(step, when, channel_name) for step in reversed(steps)]


def _entry(version: VersionStep, when: Times, channel_name: Callable[[int], str]) -> HistoryEntry:
    step = version.step
    return HistoryEntry(
        _step_words(step),
        when(step.at) if step.at is not None else "",
        tuple(_lines(version, when, channel_name)),
        tuple(ShownText(_name_of(change, channel_name), change.pieces) for change in version.texts),
    )


def _name_of(change: TextChange, channel_name: Callable[[int], str]) -> str:
    name = {
        "text": translate("Review", "Text"),
        "comment": translate("Review", "First comment"),
        "link": translate("Review", "Link"),
    }[change.field]
    names = _names(change.channel_ids, channel_name)
    if not names:
        return name
    return translate("Review", "{field} for {channels}").format(field=name, channels=names)


def _names(channel_ids: Sequence[int], channel_name: Callable[[int], str]) -> str:
    return listed(
        channel_name(number) or translate("Review", "a channel that is not listed any more")
        for number in channel_ids
    )


def _lines(version: VersionStep, when: Times, channel_name: Callable[[int], str]) -> Iterable[str]:
    step = version.step
    if "time" in step.changed and step.share_at is not None:
        yield translate("Review", "New time: {time}").format(time=when(step.share_at))
    elif "time" in step.changed:
        yield translate("Review", "New time: at once")
    for words, channel_ids in (
        (translate("Review", "Channels added: {names}"), version.channels_added),
        (translate("Review", "Channels removed: {names}"), version.channels_removed),
    ):
        if channel_ids:
            yield words.format(names=_names(channel_ids, channel_name))
    if version.files_added:
        words = translate("Review", "%Ln picture(s) or video(s) added", "", version.files_added)
        yield words
    if version.files_removed:
        words = translate("Review", "%Ln picture(s) or video(s) removed", "", version.files_removed)
        yield words
    named = {"text", "time", "channels"} | {change.field for change in version.texts}
    if version.files_added or version.files_removed:
        named.add("files")
    others = [name for name in step.changed if _FIELDS.get(name, "options") not in named]
    if others:
        yield translate("Review", "Changed: {fields}").format(fields=changed_words(others))
    if step.remark is not None:
        subject = subject_words(step.remark.subject)
        comment = step.remark.comment
        yield f"{subject}: {comment}" if subject else comment


def spoken_change(pieces: Sequence[Stretch]) -> str:
    """Return in words how a text changed; the text itself where nothing went or came."""
    changed = [piece for piece in pieces if piece.kind != "same"]
    if not changed:
        return "".join(piece.text for piece in pieces)
    sentences: list[str] = []
    at = 0
    while at < len(changed):
        piece, following = changed[at], changed[at + 1] if at + 1 < len(changed) else None
        place = pieces.index(piece)
        if piece.kind == "removed" and following is not None and following is _after(pieces, place):
            words = translate("Review", "“{before}” became “{after}”.")
            sentences.append(words.format(before=piece.text.strip(), after=following.text.strip()))
            at += 2
            continue
        if piece.kind == "removed":
            words = translate("Review", "Removed: “{text}”.")
        else:
            words = translate("Review", "Added: “{text}”.")
        sentences.append(words.format(text=piece.text.strip()))
        at += 1
    return " ".join(sentences)


def _after(pieces: Sequence[Stretch], place: int) -> Stretch | None:
    return pieces[place + 1] if place + 1 < len(pieces) else None


def change_words(pieces: Sequence[Stretch], around: int = 60) -> list[Stretch]:
    """Return pieces with what stayed shortened to the words around what went and came."""
    if all(piece.kind == "same" for piece in pieces):
        return list(pieces)
    shown: list[Stretch] = []
    for at, piece in enumerate(pieces):
        text = piece.text
        if piece.kind == "same" and len(text) > 2 * around + 20:
            start = text[:around].rsplit(" ", 1)[0] if at else ""
            end = text[-around:].split(" ", 1)[-1] if at + 1 < len(pieces) else ""
            text = f"{start} … {end}"
        if piece.kind == "added" and shown and shown[-1].kind == "removed":
            shown.append(Stretch("same", " "))  # else both read as one word
        shown.append(Stretch(piece.kind, text))
    return shown


def _step_words(step: ReviewStep) -> str:
    words = {
        "proposed": translate("Review", "{name} proposed it"),
        "scheduled": translate("Review", "{name} scheduled it"),
        "edited": translate("Review", "{name} edited it"),
        "moved": translate("Review", "{name} moved it"),
        "returned": translate("Review", "{name} requests changes"),
        "approved": translate("Review", "{name} approved it"),
        "withdrawn": translate("Review", "{name} withdrew it"),
        "request_undone": translate("Review", "{name} took the request for changes back"),
        "approval_undone": translate("Review", "{name} took the approval back"),
        "withdrawal_undone": translate("Review", "{name} restored it"),
    }.get(step.step, "{name}")
    return words.format(name=step.person)


def changed_words(fields: Sequence[str]) -> str:
    """Return which parts of a post are different, of the names of its fields."""
    return field_words(_FIELDS.get(name, "options") for name in fields)


def field_words(fields: Iterable[str]) -> str:
    """Return the names of fields that `core.edit_merge` tells apart, in one line."""
    names = {
        "text": translate("Review", "text"),
        "files": translate("Review", "pictures and videos"),
        "time": translate("Review", "time"),
        "channels": translate("Review", "channels"),
        "link": translate("Review", "link"),
        "comment": translate("Review", "first comment"),
        "options": translate("Review", "options"),
    }
    return listed(names[field] for field in dict.fromkeys(fields))

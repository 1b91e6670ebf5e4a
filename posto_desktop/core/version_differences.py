"""What differs between two versions of a proposed post: texts piece by piece, files, channels."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from posto_desktop.sdk.review import ReviewStep

__all__ = ["Stretch", "TextChange", "VersionStep", "text_pieces", "version_steps"]

Kind = Literal["same", "removed", "added"]
Field = Literal["text", "comment", "link"]
PART_LINE = "\n⸻\n"
"""Stands between the parts of a thread."""
MOST_COMPARED = 400_000
"""Product of the words of two texts above which they are not compared word by word."""
LONGEST = 20_000
_WORDS = re.compile(r"\w+|\s+|[^\w\s]")
_FIELDS: Mapping[Field, str] = {
    "text": "post_content",
    "comment": "first_comment",
    "link": "custom_link",
}


@dataclass(frozen=True)
class Stretch:
    """A stretch of a text that stayed, went or came."""

    kind: Kind
    text: str


@dataclass(frozen=True)
class TextChange:
    """How a text changed. `channel_ids` are those that have it, none if all of the post have."""

    field: Field
    pieces: tuple[Stretch, ...]
    channel_ids: tuple[int, ...] = ()


@dataclass(frozen=True)
class VersionStep:
    """A step of a post with what changed since the version before. `texts` of the first version
    have it whole."""

    step: ReviewStep
    texts: tuple[TextChange, ...] = ()
    channels_added: tuple[int, ...] = ()
    channels_removed: tuple[int, ...] = ()
    files_added: int = 0
    files_removed: int = 0


def version_steps(steps: Sequence[ReviewStep]) -> list[VersionStep]:
    """Return the steps with their differences, the first one first."""
    compared: list[VersionStep] = []
    before: Mapping[int, Mapping[str, object]] | None = None
    for step in steps:
        after = {post.channel_id: post.data for post in step.posts}
        if before is None:
            compared.append(VersionStep(step, _texts({}, after)))
        elif step.changed and after:
            compared.append(_compared(step, before, after))
        else:
            compared.append(VersionStep(step))
        before = after or before
    return compared


def text_pieces(before: str, after: str) -> tuple[Stretch, ...]:
    """Return how a text became another one, word by word; long ones with little in common in two
    pieces."""
    first, second = _WORDS.findall(before[:LONGEST]), _WORDS.findall(after[:LONGEST])
    start = 0
    while start < min(len(first), len(second)) and first[start] == second[start]:
        start += 1
    end = 0
    while end < min(len(first), len(second)) - start and first[-1 - end] == second[-1 - end]:
        end += 1
    head = first[:start]
    tail = first[len(first) - end :]
    old, new = first[start : len(first) - end], second[start : len(second) - end]
    pieces = [Stretch("same", "".join(head))]
    if len(old) * len(new) > MOST_COMPARED:
        pieces += [Stretch("removed", "".join(old)), Stretch("added", "".join(new))]
    else:
        matcher = SequenceMatcher(None, old, new, autojunk=False)
        for tag, old_from, old_to, new_from, new_to in matcher.get_opcodes():
            if tag == "equal":
                pieces.append(Stretch("same", "".join(old[old_from:old_to])))
                continue
            pieces.append(Stretch("removed", "".join(old[old_from:old_to])))
            pieces.append(Stretch("added", "".join(new[new_from:new_to])))
    pieces.append(Stretch("same", "".join(tail)))
    return _joined(pieces)


def _joined(pieces: Sequence[Stretch]) -> tuple[Stretch, ...]:
    """Return pieces without empty ones. Blanks between two changes count as changed with them, so
    that whole phrases show as one change."""
    filled = [piece for piece in pieces if piece.text]
    joined: list[Stretch] = []
    removed = added = ""
    for at, piece in enumerate(filled):
        is_between = (
            piece.kind == "same"
            and (removed or added)
            and not piece.text.strip(" ")
            and at + 1 < len(filled)
        )
        if piece.kind == "removed" or is_between:
            removed += piece.text
        if piece.kind == "added" or is_between:
            added += piece.text
        if piece.kind == "same" and not is_between:
            joined += _changes(removed, added)
            removed = added = ""
            joined.append(piece)
    joined += _changes(removed, added)
    return tuple(joined)


def _changes(removed: str, added: str) -> list[Stretch]:
    pieces = [Stretch("removed", removed)] if removed else []
    return [*pieces, Stretch("added", added)] if added else pieces


def _compared(
    step: ReviewStep,
    before: Mapping[int, Mapping[str, object]],
    after: Mapping[int, Mapping[str, object]],
) -> VersionStep:
    common = [channel_id for channel_id in after if channel_id in before]
    old_files = {number for data in before.values() for number in _files(data)}
    new_files = {number for data in after.values() for number in _files(data)}
    return VersionStep(
        step,
        _texts(
            {channel_id: before[channel_id] for channel_id in common},
            {channel_id: after[channel_id] for channel_id in common},
        ),
        tuple(channel_id for channel_id in after if channel_id not in before),
        tuple(channel_id for channel_id in before if channel_id not in after),
        len(new_files - old_files),
        len(old_files - new_files),
    )


def _texts(
    before: Mapping[int, Mapping[str, object]], after: Mapping[int, Mapping[str, object]]
) -> tuple[TextChange, ...]:
    """Return how texts changed, each change once with the channels that it is of."""
    changes: list[TextChange] = []
    for field in _FIELDS:
        by_texts: dict[tuple[str, str], list[int]] = {}
        for channel_id, data in after.items():
            pair = (_text(before.get(channel_id, {}), field), _text(data, field))
            by_texts.setdefault(pair, []).append(channel_id)
        for (old, new), channel_ids in by_texts.items():
            if old == new:
                continue
            pieces = text_pieces(old, new) if before else (Stretch("same", new[:LONGEST]),)
            is_whole = len(channel_ids) == len(after)
            changes.append(TextChange(field, pieces, () if is_whole else tuple(channel_ids)))
    return tuple(changes)


def _text(data: Mapping[str, object], field: Field) -> str:
    value = data.get(_FIELDS[field])
    text = value if isinstance(value, str) else ""
    if field != "text":
        return text
    return PART_LINE.join((text, *(_words_of(part) for part in _parts(data))))


def _parts(data: Mapping[str, object]) -> list[Mapping[str, object]]:
    listed = data.get("posto_thread")
    return [part for part in listed if isinstance(part, dict)] if isinstance(listed, list) else []


def _words_of(part: Mapping[str, object]) -> str:
    text = part.get("text")
    return text if isinstance(text, str) else ""


def _files(data: Mapping[str, object]) -> list[int]:
    lists = [data.get("media_list_to_upload"), *(part.get("media") for part in _parts(data))]
    return [
        number
        for listed in lists
        if isinstance(listed, list)
        for number in listed
        if type(number) is int
    ]

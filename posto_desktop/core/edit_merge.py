"""Merges two edits of one scheduled message, field by field.

What only one of them changed is taken from there. Where both changed a field in different ways it
is a conflict, which keeps both values: nobody's words are lost.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from posto_desktop.core.draft import Draft

__all__ = ["Conflict", "EditMerge", "changed_fields", "merge_edits", "with_theirs"]

FIELDS = ("text", "files", "channels", "time", "link", "comment", "options")
"""Names of the fields in the order in which they are told."""
_OF_DATA = {
    "post_content": "text",
    "posto_thread": "text",
    "upload_media": "files",
    "upload_media_type": "files",
    "media_list_to_upload": "files",
    "posto_no_files": "files",
    "attach_link": "link",
    "custom_link": "link",
    "first_comment": "comment",
    "share_to_first_comment": "comment",
}
_NO_FIELD = frozenset({"posto_ref", "posto_message"})

Slot = tuple[str, str]
"""A field, and the key of a network or channel with a value of its own; "" for all."""
_V = TypeVar("_V")


@dataclass(frozen=True)
class Conflict:
    """A field that both changed. `key` is the network or channel, "" for all."""

    field: str
    key: str
    mine: object
    theirs: object


@dataclass(frozen=True)
class EditMerge:
    """Both edits in one. `draft` and `at` (Unix seconds, None for at once) have the own values
    where there are `conflicts`; `taken` are the fields that come from the other one."""

    draft: Draft
    at: float | None
    taken: tuple[str, ...] = ()
    conflicts: tuple[Conflict, ...] = ()


def changed_fields(
    before: Mapping[int, Mapping[str, Any]],
    after: Mapping[int, Mapping[str, Any]],
) -> frozenset[str]:
    """Return which fields differ between two versions on a service: what each channel has there,
    `custom_post_data` by channel id."""
    fields = {"channels"} if before.keys() != after.keys() else set()
    for channel_id in before.keys() & after.keys():
        first, second = before[channel_id], after[channel_id]
        fields |= {
            _OF_DATA.get(name, "options")
            for name in {**first, **second}
            if name not in _NO_FIELD and first.get(name) != second.get(name)
        }
    return frozenset(fields)


def merge_edits(
    before: Draft,
    mine: Draft,
    theirs: Draft,
    *,
    before_at: float | None,
    mine_at: float | None,
    theirs_at: float | None,
    changed: Collection[str] | None = None,
) -> EditMerge:
    """Return `mine` with what changed in `theirs` since `before`. `changed` are the fields that the
    other one is known to have changed, None if only the drafts tell."""
    base, own, other = _slots(before, before_at), _slots(mine, mine_at), _slots(theirs, theirs_at)
    if changed is not None:
        known = {*changed, "time"}
        other = {slot: value for slot, value in other.items() if slot[0] in known} | {
            slot: value for slot, value in base.items() if slot[0] not in known
        }
    merged, conflicts, taken = dict(own), [], set()
    for slot in dict.fromkeys((*base, *own, *other)):
        first, second, third = base.get(slot), own.get(slot), other.get(slot)
        if second == third or third == first:
            continue
        if slot[0] == "channels":
            value = _merged_ids(_ids(first), _ids(second), _ids(third))
            if value != second:
                merged[slot] = value
                taken.add("channels")
        elif second == first:
            _put(merged, slot, third)
            taken.add(slot[0])
        else:
            conflicts.append(Conflict(slot[0], slot[1], second, third))
    draft, at = _with_slots(mine, merged)
    return EditMerge(draft, at, _in_order(taken), tuple(conflicts))


def with_theirs(merge: EditMerge, fields: Collection[str]) -> EditMerge:
    """Return the merge with the other one's values where both changed these fields."""
    slots = _slots(merge.draft, merge.at)
    chosen = [conflict for conflict in merge.conflicts if conflict.field in fields]
    for conflict in chosen:
        _put(slots, (conflict.field, conflict.key), conflict.theirs)
    draft, at = _with_slots(merge.draft, slots)
    left = tuple(conflict for conflict in merge.conflicts if conflict not in chosen)
    taken = _in_order({*merge.taken, *(conflict.field for conflict in chosen)})
    return EditMerge(draft, at, taken, left)


def _slots(draft: Draft, at: float | None) -> dict[Slot, object]:
    """Return the values of a draft that are merged; a key without a value of its own has none."""
    slots: dict[Slot, object] = {
        ("text", ""): (draft.text, tuple(draft.threads.get("", ()))),
        ("files", ""): draft.media,
        ("channels", ""): draft.channel_ids,
        ("time", ""): at,
        ("link", ""): draft.link,
        ("comment", ""): draft.first_comment,
        ("options", "style"): draft.style,
        ("options", "numbered"): draft.numbered,
    }
    for key, text in draft.variants.items():
        slots["text", key] = (text, tuple(draft.threads.get(key, ())))
    for key, options in draft.options.items():
        slots["options", f"of {key}"] = dict(options)
    for key, form in draft.thread_forms.items():
        slots["options", f"form {key}"] = form
    return slots


def _with_slots(draft: Draft, slots: Mapping[Slot, Any]) -> tuple[Draft, float | None]:
    text, parts = slots["text", ""]
    threads = {"": parts} if parts else {}
    variants: dict[str, str] = {}
    for (field, key), value in slots.items():
        if field == "text" and key:
            variants[key] = value[0]
            if value[1]:
                threads[key] = value[1]
    draft = replace(
        draft,
        text=text,
        variants=variants,
        threads=threads,
        media=slots["files", ""],
        channel_ids=slots["channels", ""],
        link=slots["link", ""],
        first_comment=slots["comment", ""],
        style=slots["options", "style"],
        numbered=slots["options", "numbered"],
        options=_with_prefix(slots, "of "),
        thread_forms=_with_prefix(slots, "form "),
    )
    return draft, slots["time", ""]


def _with_prefix(slots: Mapping[Slot, _V], prefix: str) -> dict[str, _V]:
    return {
        key.removeprefix(prefix): value
        for (field, key), value in slots.items()
        if field == "options" and key.startswith(prefix)
    }


def _put(slots: dict[Slot, object], slot: Slot, value: object) -> None:
    """Set a value; None of a key that has one of its own takes that away."""
    if value is None and slot not in (("time", ""),):
        slots.pop(slot, None)
    else:
        slots[slot] = value


def _ids(value: object) -> tuple[int, ...]:
    return value if isinstance(value, tuple) else ()


def _merged_ids(
    first: tuple[int, ...], second: tuple[int, ...], third: tuple[int, ...]
) -> tuple[int, ...]:
    """Return the own channels with those that the other one added, without those it removed."""
    removed = set(first) - set(third)
    added = [number for number in third if number not in first and number not in second]
    return (*(number for number in second if number not in removed), *added)


def _in_order(fields: Iterable[str]) -> tuple[str, ...]:
    chosen = set(fields)
    return tuple(field for field in FIELDS if field in chosen)

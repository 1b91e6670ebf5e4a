"""Undo and redo of a draft: text, files and options on one stack.

A step holds the difference: the replaced stretch of a text, and the values before and after of
other fields, shared with the neighbouring steps. Typing merges into steps of a word. Changes that
no user made (file facts from a worker) make no step.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from posto_desktop.core.draft import CONTENT, TEXTS, Draft, MediaRef, part_key, split_part_key
from posto_desktop.core.history import MAX_BYTES, MAX_STEPS, History
from posto_desktop.core.text_changes import changed_stretch

PAUSE = 1.5
"""Pause in seconds after which typing begins a new step."""
_TYPED = 8
"""Most characters that one key press changes; a longer change (paste) is a separate step."""
_MERGED = 200
_VALUES = tuple(name for name in CONTENT if name not in TEXTS)


@dataclass(frozen=True)
class Caret:
    """Cursor position: the text (`key` of Draft.variants, "" the common one, or a `part_key`) and
    indexes into the str. `anchor` None: no selection."""

    key: str = ""
    position: int = 0
    anchor: int | None = None


@dataclass(frozen=True)
class Restored:
    """Result of undo or redo. `changed` names what differs: "text", "media", "options"; `keys` the
    changed texts."""

    draft: Draft
    caret: Caret
    changed: frozenset[str]
    keys: frozenset[str]


@dataclass(frozen=True)
class _Splice:
    """At `start` the text `old` became `new`. None: no own text."""

    start: int
    old: str | None
    new: str | None

    def flipped(self) -> _Splice:
        return _Splice(self.start, self.new, self.old)

    def applied(self, text: str | None) -> str | None:
        if self.new is None:
            return None
        if self.old is None:
            return self.new
        base = text or ""
        return base[: self.start] + self.new + base[self.start + len(self.old) :]


@dataclass(frozen=True)
class _Step:
    """A change of a draft: `before` and `after` hold the changed values by field name."""

    texts: Mapping[str, _Splice]
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    caret_before: Caret
    caret_after: Caret
    at: float
    typed: bool
    size: int = field(init=False)

    def __post_init__(self) -> None:
        letters = sum(
            len(change.old or "") + len(change.new or "") for change in self.texts.values()
        )
        values = sum(map(_weight, (*self.before.values(), *self.after.values())))
        object.__setattr__(self, "size", 300 + 4 * letters + values)

    def undone(self, record: Draft) -> Draft:
        splices = {key: splice.flipped() for key, splice in self.texts.items()}
        return _changed(record, splices, self.before)

    def redone(self, record: Draft) -> Draft:
        return _changed(record, self.texts, self.after)


class DraftHistory:
    """The undo steps of one draft. Not thread-safe.

    Call `record` after each change by the user; `now` is any monotonic clock, in seconds.
    """

    def __init__(
        self,
        draft: Draft,
        caret: Caret = Caret(),
        *,
        most_steps: int = MAX_STEPS,
        most_bytes: int = MAX_BYTES,
    ) -> None:
        self._history: History[_Step] = History(most_steps=most_steps, most_bytes=most_bytes)
        self._facts: dict[str, MediaRef] = {}
        self._draft = draft
        self._caret = caret
        self._is_open = False
        self._learn(draft)

    @property
    def can_undo(self) -> bool:
        return self._history.can_undo

    @property
    def can_redo(self) -> bool:
        return self._history.can_redo

    @property
    def steps(self) -> int:
        """Number of steps that can be undone."""
        return self._history.steps

    @property
    def size(self) -> int:
        """Approximate size of the steps in bytes."""
        return self._history.size

    def record(self, draft: Draft, caret: Caret | None = None, *, now: float) -> bool:
        """Record the draft; return whether it differs. Clears the redo steps.

        Key presses within `PAUSE` join one step until a word ends.
        """
        before, self._draft = self._draft, draft
        self._learn(draft)
        step = _difference(before, draft, self._caret, caret or self._caret, now)
        if step is None:
            if caret is not None and caret != self._caret:
                self._caret = caret
                self._is_open = False  # typing elsewhere begins another step
            return False
        last = self._history.last if self._is_open else None
        joined = _joined_steps(last, step) if last is not None else None
        if joined is not None:
            self._history.replace_last(joined)
        else:
            self._history.push(step)
        self._is_open = step.typed
        self._caret = step.caret_after
        return True

    def absorb(self, draft: Draft) -> None:
        """Add file facts from a worker to every later step without making one."""
        self._learn(draft)
        self._draft = replace(self._draft, media=self._with_facts(self._draft.media))

    def end_step(self) -> None:
        """Begin a new step with the next change (the field lost focus, the draft was saved)."""
        self._is_open = False

    def undo(self, draft: Draft, *, now: float = 0.0) -> Restored | None:
        """Return the draft before the last step, or None. Changes of `draft` that were not recorded
        become a step first, so that redo brings them back."""
        self.record(draft, now=now)
        step = self._history.undo()
        return None if step is None else self._restored(step, step.undone(draft), step.caret_before)

    def redo(self, draft: Draft, *, now: float = 0.0) -> Restored | None:
        """Return the draft after the step that was undone last, or None."""
        self.record(draft, now=now)
        step = self._history.redo()
        return None if step is None else self._restored(step, step.redone(draft), step.caret_after)

    # -- inside ------------------------------------------------------------------------------

    def _restored(self, step: _Step, draft: Draft, caret: Caret) -> Restored:
        draft = replace(draft, media=self._with_facts(draft.media))
        changed = {"text"} if step.texts else set()
        if "media" in step.before:
            changed.add("media")
        if any(name != "media" for name in step.before):
            changed.add("options")
        self._draft, self._caret, self._is_open = draft, caret, False
        return Restored(draft, caret, frozenset(changed), frozenset(step.texts))

    def _learn(self, draft: Draft) -> None:
        for ref in draft.media:
            self._facts[ref.path] = ref

    def _with_facts(self, media: Iterable[MediaRef]) -> tuple[MediaRef, ...]:
        """Return the files with all known facts."""
        return tuple(with_facts(ref, self._facts.get(ref.path)) for ref in media)


def _difference(
    before: Draft, after: Draft, caret_before: Caret, caret_after: Caret, now: float
) -> _Step | None:
    """Return the step from one draft to the other; None if the user sees no difference."""
    old_texts, new_texts = _texts_of(before), _texts_of(after)
    splices: dict[str, _Splice] = {}
    for key in {**old_texts, **new_texts}:
        old, new = old_texts.get(key), new_texts.get(key)
        if old is not new and old != new:
            splices[key] = _splice(old, new)
    # Most values are the same objects: after a key press only the text differs.
    values = [
        name
        for name in _VALUES
        if getattr(before, name) is not getattr(after, name) and _differs(name, before, after)
    ]
    if not splices and not values:
        return None
    return _Step(
        splices,
        {name: getattr(before, name) for name in values},
        {name: getattr(after, name) for name in values},
        caret_before,
        caret_after,
        now,
        typed=not values and len(splices) == 1 and all(map(_is_typed, splices.values())),
    )


def _differs(name: str, before: Draft, after: Draft) -> bool:
    old, new = getattr(before, name), getattr(after, name)
    if name == "media":
        return _chosen(old) != _chosen(new)
    if name == "options":
        old, new = ({key: own for key, own in options.items() if own} for options in (old, new))
    return bool(old != new)


def _changed(draft: Draft, splices: Mapping[str, _Splice], values: Mapping[str, Any]) -> Draft:
    texts: dict[str, str] = _texts_of(draft)
    for key, splice in splices.items():
        own = splice.applied(texts.get(key))
        if own is None:
            texts.pop(key, None)
        else:
            texts[key] = own
    text, variants, parts = "", {}, {}
    for key, own in texts.items():
        whose, number = split_part_key(key)
        if number:
            parts[whose, number] = own
        elif key:
            variants[key] = own
        else:
            text = own
    threads: dict[str, tuple[str, ...]] = {}
    for (whose, _), own in sorted(parts.items()):
        threads[whose] = (*threads.get(whose, ()), own)
    return replace(draft, text=text, variants=variants, threads=threads, **values)


def _joined_steps(last: _Step, step: _Step) -> _Step | None:
    """Merge a key press into the previous step; None if they belong to different words."""
    if not (last.typed and step.typed and 0 <= step.at - last.at <= PAUSE):
        return None
    ((key, first),) = last.texts.items()
    ((second_key, second),) = step.texts.items()
    joined = _joined(first, second) if key == second_key else None
    if joined is None:
        return None
    return replace(last, texts={key: joined}, caret_after=step.caret_after, at=step.at)


def _texts_of(draft: Draft) -> dict[str, str]:
    texts = {"": draft.text, **{key: text for key, text in draft.variants.items() if key}}
    for key, parts in draft.threads.items():
        texts.update((part_key(key, number), text) for number, text in enumerate(parts, 1))
    return texts


def _splice(old: str | None, new: str | None) -> _Splice:
    if old is None or new is None:
        return _Splice(0, old, new)
    start, end, new_end = changed_stretch(old, new)
    return _Splice(start, old[start:end], new[start:new_end])


def _is_typed(splice: _Splice) -> bool:
    if splice.old is None or splice.new is None:
        return False
    return len(splice.old) + len(splice.new) <= _TYPED


def _joined(first: _Splice, second: _Splice) -> _Splice | None:
    """Merge two key presses; None if a word ended between them or they are apart."""
    old, new = first.old or "", first.new or ""
    deleted_text, added = second.old or "", second.new or ""
    if len(old) + len(new) + len(deleted_text) + len(added) > _MERGED:
        return None
    if added and not deleted_text:  # typing
        if not new or second.start != first.start + len(new):
            return None
        if new[-1].isspace() and not added[0].isspace():
            return None
        return _Splice(first.start, old, new + added)
    if deleted_text and not added and not new:  # deleting
        if second.start + len(deleted_text) == first.start:  # with Backspace
            if old[0].isspace() != deleted_text[-1].isspace() and not deleted_text[-1].isspace():
                return None
            return _Splice(second.start, deleted_text + old, "")
        if second.start == first.start:  # with Delete
            if old[-1].isspace() and not deleted_text[0].isspace():
                return None
            return _Splice(first.start, old + deleted_text, "")
    return None


def _chosen(media: Iterable[MediaRef]) -> list[Any]:
    """Return the user's choices for the files, without facts from workers."""
    return [
        (ref.path, ref.alt, ref.edit, ref.network_edits, ref.left_out, ref.part, ref.own_parts)
        for ref in media
    ]


def with_facts(ref: MediaRef, newest: MediaRef | None) -> MediaRef:
    """Return the file with the facts of `newest` and its present choices."""
    if newest is None or newest is ref:
        return ref
    return replace(
        newest,
        alt=ref.alt,
        edit=ref.edit,
        network_edits=copy.copy(ref.network_edits),
        left_out=ref.left_out,
        part=ref.part,
        own_parts=copy.copy(ref.own_parts),
    )


def _weight(value: object) -> int:
    """Return the approximate size of a value in bytes."""
    if isinstance(value, str):
        return 60 + 4 * len(value)
    if isinstance(value, Mapping):
        return 100 + sum(_weight(key) + _weight(own) for key, own in value.items())
    if isinstance(value, tuple):
        return 60 + sum(map(_weight, value))
    return 500 if isinstance(value, MediaRef) else 60

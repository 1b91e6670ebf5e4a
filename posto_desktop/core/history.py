"""Undo and redo of a draft: text, files and options on one stack.

A step holds what changed: of a text the stretch that was replaced, of everything else the values
before and after, which are shared with the neighbouring steps. Typing is put together into steps
of a word. What no person did (the facts of a file that a worker found out) makes no step.
"""

from __future__ import annotations

import copy
import json
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from posto_desktop.core.draft import Draft, MediaRef
from posto_desktop.core.recurrence import Repeat
from posto_desktop.core.text_changes import changed_stretch

MOST_STEPS = 500
MOST_BYTES = 16 * 1024 * 1024
PAUSE = 1.5
"""Seconds without a key press after which typing begins a new step."""
_TYPED = 8
"""Characters that one key press may change; a longer change (paste) is a step of its own."""
_MERGED = 200


@dataclass(frozen=True)
class Caret:
    """Where the text cursor was: the text (`key` of Draft.variants, "" the common one) and the
    places in it, counted in characters of the str. `anchor` None: nothing was selected."""

    key: str = ""
    position: int = 0
    anchor: int | None = None


@dataclass(frozen=True)
class Restored:
    """What undo or redo gives back. `changed` names what differs from before: "text", "media",
    "options"; `keys` the texts that do."""

    draft: Draft
    caret: Caret
    changed: frozenset[str]
    keys: frozenset[str]


@dataclass(frozen=True)
class _Splice:
    """At `start` the text `old` became `new`. None: there was (is) no text of its own."""

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
class _Rest:
    """Everything of a draft but its texts and what no undo touches (id, channels, times)."""

    media: tuple[MediaRef, ...]
    options: tuple[tuple[str, str], ...]
    when_text: str
    link: str
    first_comment: str
    style: str
    labels: tuple[str, ...]
    title: str
    repeat: Repeat | None

    def weight(self) -> int:
        texts = (self.when_text, self.link, self.first_comment, self.style, self.title)
        return (
            500 * len(self.media)
            + 4 * sum(map(len, texts))
            + 4 * sum(len(key) + len(value) for key, value in self.options)
            + 100
        )


@dataclass
class _Step:
    texts: dict[str, _Splice]
    before: _Rest | None
    after: _Rest | None
    caret_before: Caret
    caret_after: Caret
    at: float
    typed: bool
    size: int = field(init=False)

    def __post_init__(self) -> None:
        self.weigh()

    def weigh(self) -> None:
        letters = sum(len(one.old or "") + len(one.new or "") for one in self.texts.values())
        rests = sum(one.weight() for one in (self.before, self.after) if one is not None)
        self.size = 300 + 4 * letters + rests


class History:
    """The steps of one draft. Not for several threads at once.

    Call `record` after each change that a person made; `now` is any clock that rises, in seconds.
    The last step always can be undone, even one above the limits.
    """

    def __init__(
        self,
        draft: Draft,
        caret: Caret = Caret(),
        *,
        most_steps: int = MOST_STEPS,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self._most_steps = most_steps
        self._most_bytes = most_bytes
        self._done: deque[_Step] = deque()
        self._undone: list[_Step] = []
        self._size = 0
        self._facts: dict[str, MediaRef] = {}
        self._texts = _texts_of(draft)
        self._rest = self._rest_of(draft)
        self._caret = caret
        self._open = False

    @property
    def can_undo(self) -> bool:
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        return bool(self._undone)

    @property
    def steps(self) -> int:
        """How many times one can undo."""
        return len(self._done)

    @property
    def size(self) -> int:
        """About how many bytes the steps take."""
        return self._size

    def record(self, draft: Draft, caret: Caret | None = None, *, now: float) -> bool:
        """Take note of the draft as it is now; whether it differs. What was undone is forgotten.

        Key presses within `PAUSE` become one step until a word ends.
        """
        step = self._difference(draft, caret or self._caret, now)
        if step is None:
            if caret is not None and caret != self._caret:
                self._caret = caret
                self._open = False  # typing elsewhere is another step
            return False
        for gone in self._undone:
            self._size -= gone.size
        self._undone.clear()
        last = self._done[-1] if self._done and self._open else None
        if last is None or not self._merge(last, step):
            self._done.append(step)
            self._size += step.size
        self._open = step.typed
        self._caret = step.caret_after
        self._trim()
        return True

    def absorb(self, draft: Draft) -> None:
        """Facts about files that a worker found out: part of every step from now on, never one."""
        for ref in draft.media:
            self._facts[ref.path] = ref
        self._rest = self._refreshed(self._rest)

    def end_step(self) -> None:
        """The next change begins a new step (the field was left, the draft was saved as one)."""
        self._open = False

    def undo(self, draft: Draft, *, now: float = 0.0) -> Restored | None:
        """The draft before the last step; None when there is none. What `draft` holds that was
        not recorded yet becomes a step first, so that it can come back."""
        self.record(draft, now=now)
        if not self._done:
            return None
        step = self._done.pop()
        self._undone.append(step)
        texts = {key: splice.flipped() for key, splice in step.texts.items()}
        return self._apply(draft, texts, step.before, step.caret_before)

    def redo(self, draft: Draft, *, now: float = 0.0) -> Restored | None:
        """The draft after the step that was undone last; None when there is none."""
        self.record(draft, now=now)
        if not self._undone:
            return None
        step = self._undone.pop()
        self._done.append(step)
        return self._apply(draft, step.texts, step.after, step.caret_after)

    # -- inside ------------------------------------------------------------------------------

    def _apply(
        self, draft: Draft, texts: dict[str, _Splice], rest: _Rest | None, caret: Caret
    ) -> Restored:
        changed = set()
        for key, splice in texts.items():
            text = splice.applied(self._texts.get(key))
            if text is None:
                self._texts.pop(key, None)
            else:
                self._texts[key] = text
            changed.add("text")
        if rest is not None:
            rest = self._refreshed(rest)
            if _chosen(rest.media) != _chosen(self._rest.media):
                changed.add("media")
            if replace(rest, media=()) != replace(self._rest, media=()):
                changed.add("options")
            self._rest = rest
        self._caret = caret
        self._open = False
        return Restored(self._filled(draft), caret, frozenset(changed), frozenset(texts))

    def _filled(self, draft: Draft) -> Draft:
        rest = self._rest
        texts = dict(self._texts)
        return replace(
            draft,
            text=texts.pop("", ""),
            variants=texts,
            media=rest.media,
            options={key: json.loads(value) for key, value in rest.options},
            when_text=rest.when_text,
            link=rest.link,
            first_comment=rest.first_comment,
            style=rest.style,
            labels=rest.labels,
            title=rest.title,
            repeat=rest.repeat,
        )

    def _difference(self, draft: Draft, caret: Caret, now: float) -> _Step | None:
        """The step from what is known to `draft`, which is known afterwards."""
        texts = _texts_of(draft)
        splices: dict[str, _Splice] = {}
        for key in {**self._texts, **texts}:
            old, new = self._texts.get(key), texts.get(key)
            if old is not new and old != new:
                splices[key] = _splice(old, new)
            elif old is not None:
                texts[key] = old  # the same text is kept once
        before = self._rest
        after = self._rest_of(draft)
        same = _without_facts(before) == _without_facts(after)
        if same:
            self._rest = after
            if not splices:
                return None
        step = _Step(
            splices,
            None if same else before,
            None if same else after,
            self._caret,
            caret,
            now,
            typed=same and len(splices) == 1 and all(map(_is_typed, splices.values())),
        )
        self._texts, self._rest = texts, after
        return step

    def _merge(self, last: _Step, step: _Step) -> bool:
        """Put a key press to the step before it, if both are the same word."""
        if not (last.typed and step.typed and 0 <= step.at - last.at <= PAUSE):
            return False
        ((key, first),) = last.texts.items()
        ((other, second),) = step.texts.items()
        if key != other:
            return False
        joined = _joined(first, second)
        if joined is None:
            return False
        self._size -= last.size
        last.texts = {key: joined}
        last.caret_after, last.at = step.caret_after, step.at
        last.weigh()
        self._size += last.size
        return True

    def _trim(self) -> None:
        while len(self._done) > 1 and (
            len(self._done) > self._most_steps or self._size > self._most_bytes
        ):
            self._size -= self._done.popleft().size

    def _rest_of(self, draft: Draft) -> _Rest:
        known = getattr(self, "_rest", None)
        for ref in draft.media:
            self._facts[ref.path] = ref
        rest = _Rest(
            media=draft.media,
            options=_frozen(draft.options, known),
            when_text=draft.when_text,
            link=draft.link,
            first_comment=draft.first_comment,
            style=draft.style,
            labels=draft.labels,
            title=draft.title,
            repeat=draft.repeat,
        )
        return known if known is not None and known == rest else rest

    def _refreshed(self, rest: _Rest) -> _Rest:
        """With what is known of the files by now."""
        media = tuple(_with_facts(ref, self._facts.get(ref.path)) for ref in rest.media)
        return rest if media == rest.media else replace(rest, media=media)


def _texts_of(draft: Draft) -> dict[str, str]:
    return {"": draft.text, **{key: text for key, text in draft.variants.items() if key}}


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
    """Two key presses as one change, None when a word ended between them or they lie apart."""
    old, new = first.old or "", first.new or ""
    gone, added = second.old or "", second.new or ""
    if len(old) + len(new) + len(gone) + len(added) > _MERGED:
        return None
    if added and not gone:  # typing on
        if not new or second.start != first.start + len(new):
            return None
        if new[-1].isspace() and not added[0].isspace():
            return None
        return _Splice(first.start, old, new + added)
    if gone and not added and not new:  # deleting on
        if second.start + len(gone) == first.start:  # backwards
            if old[0].isspace() != gone[-1].isspace() and not gone[-1].isspace():
                return None
            return _Splice(second.start, gone + old, "")
        if second.start == first.start:  # forwards
            if old[-1].isspace() and not gone[0].isspace():
                return None
            return _Splice(first.start, old + gone, "")
    return None


def _frozen(
    options: Mapping[str, Mapping[str, Any]], known: _Rest | None
) -> tuple[tuple[str, str], ...]:
    """Options as text that nobody changes; the texts of the last step where they are the same."""
    shared = {one: one for one in known.options} if known is not None else {}
    rows = ((key, json.dumps(dict(own), sort_keys=True)) for key, own in options.items() if own)
    return tuple(shared.get(row, row) for row in sorted(rows))


def _chosen(media: Iterable[MediaRef]) -> list[Any]:
    """What a person chose of the files, without what a worker found out about them."""
    return [(ref.path, ref.alt, ref.edit, ref.network_edits, ref.left_out) for ref in media]


def _without_facts(rest: _Rest) -> tuple[Any, ...]:
    return (_chosen(rest.media), replace(rest, media=()))


def _with_facts(ref: MediaRef, newest: MediaRef | None) -> MediaRef:
    if newest is None or newest is ref:
        return ref
    return replace(
        newest,
        alt=ref.alt,
        edit=ref.edit,
        network_edits=copy.copy(ref.network_edits),
        left_out=ref.left_out,
    )

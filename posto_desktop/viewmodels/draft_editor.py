"""The message that is being written: its one owner, with undo, redo and saving."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from posto_desktop.common.surrogates import replace_lone_surrogates
from posto_desktop.core.draft import CONTENT, Draft, MediaRef
from posto_desktop.core.draft_history import Caret, DraftHistory, Restored, with_facts
from posto_desktop.core.draft_list import MAX_OPEN
from posto_desktop.core.resolved_style import ResolvedStyle
from posto_desktop.stores.drafts import DraftStore
from posto_desktop.workers.debouncer import Debouncer

SAVE_MS = 500
TYPING_PAUSE_MS = 800
"""Typing in a field (link, time) becomes one step when it pauses this long."""
# Other drafts whose steps are remembered while they are put aside: as many as can be open, each
# and all together up to so many bytes.
MAX_KEPT_HISTORIES = MAX_OPEN
MAX_KEPT_BYTES = 4 * 1024 * 1024
MAX_TOTAL_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True)
class SavedState:
    """Whether the draft is on the disk: since when (aware; None: not yet), or why it is not, in a
    few words and in sentences."""

    saved_at: datetime | None = None
    problem: str = ""
    sentence: str = ""
    failed: bool = False


@dataclass(frozen=True, eq=False)
class _ChannelStep:
    """Channels that a fix left out: how to do so again, how to bring them back, and after how many
    steps of the content that was."""

    redo: Callable[[], None]
    undo: Callable[[], None]
    steps: int


class DraftEditor(QObject):
    """Holds the open draft. Everything that changes it does so here, by `edit` and its like; views
    show what `changed` gives them and are never asked.

    What was written is put into the `DraftStore` within a second.

    Signals:
        changed(Draft, frozenset[str]): the draft, and the names of the fields that differ.
        edited(): that was by the user's hand.
        opened(Draft): another draft is at hand, all of it is to be shown.
        caretMoved(Caret): undo or redo changed a text: that is where to go on.
        savedStateChanged(): `saved_state` is another one.
    """

    changed = Signal(object, object)
    edited = Signal()
    opened = Signal(object)
    caretMoved = Signal(object)
    savedStateChanged = Signal()

    def __init__(
        self,
        store: DraftStore,
        clock: Callable[[], datetime],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._store = store
        self._clock = clock
        self.now: Callable[[], float] = time.monotonic
        """Any clock that rises, in seconds: what is typed without a pause is one step."""
        self._draft = Draft()
        self._caret = Caret()
        self.find_resolved_style: Callable[[Draft], ResolvedStyle | None] = lambda draft: (
            draft.resolved_style
        )
        """What the style of a draft says; asked when its style or its time changes."""
        self._history = DraftHistory(self._draft)
        self._other_histories: dict[str, DraftHistory] = {}
        self._channel_steps: list[_ChannelStep] = []
        self._undone_channel_steps: list[_ChannelStep] = []
        self._typing = ""
        self._stored_ids: set[str] = set()
        self._is_dirty = False
        self._saved_at: datetime | None = None
        self._failures: dict[str, tuple[str, str]] = {}
        self._typing_pause = Debouncer(TYPING_PAUSE_MS, self.record, self)
        self._save_soon = Debouncer(SAVE_MS, self.save, self, restart=False)

    @property
    def draft(self) -> Draft:
        """The message as it is now."""
        return self._draft

    @property
    def caret(self) -> Caret:
        """Which text is being written, and where in it."""
        return self._caret

    # -- another draft -------------------------------------------------------------------------

    def open(self, draft: Draft, *, stored: bool) -> None:
        """Work on this draft from now on; the one before is not saved by this. `stored`: the store
        has it."""
        self._typing_pause.cancel()
        self._typing = ""
        self.discard_changes()
        if self._history.steps and self._history.size <= MAX_KEPT_BYTES:
            self._other_histories[self._draft.id] = self._history
        known = self._other_histories.pop(draft.id, None)
        while (
            len(self._other_histories) > MAX_KEPT_HISTORIES
            or self._history_size() > MAX_TOTAL_BYTES
        ):
            self._other_histories.pop(next(iter(self._other_histories)))
        draft = replace(
            draft,
            text=replace_lone_surrogates(draft.text),
            variants={key: replace_lone_surrogates(text) for key, text in draft.variants.items()},
            resolved_style=self.find_resolved_style(draft),
        )
        self._draft, self._caret = draft, Caret("", len(draft.text))
        self._history = known or DraftHistory(draft, self._caret)
        if known is not None:
            known.record(draft, now=self.now())
        self.forget_channel_steps()
        if stored:
            self._stored_ids.add(draft.id)
        self._saved_at = None
        self.opened.emit(draft)
        self.savedStateChanged.emit()

    def _history_size(self) -> int:
        return sum(one.size for one in self._other_histories.values())

    # -- changes -------------------------------------------------------------------------------

    def edit(self, kind: str = "", *, pauses: bool = False, **fields: Any) -> bool:
        """The user gives fields of the draft other values; whether they differ.

        That is one step of undo. Changes of one `kind` that follow each other without a pause are
        one step together: the letters that are typed in a field. `pauses`: also with pauses between
        them, until something else is done.
        """
        if self._typing and self._typing != kind:
            self.record()
        changed = self._change(fields)
        if not changed:
            return False
        if kind:
            self._typing = kind
            if pauses:
                self._typing_pause.cancel()
            else:
                self._typing_pause.call()
        else:
            self._record()
        self._touch()
        self._emit(changed)
        self.edited.emit()
        return True

    def edit_alone(self, **fields: Any) -> bool:
        """As `edit`, as a step that no typing before or after it is part of."""
        self.end_step()
        done = self.edit(**fields)
        self._history.end_step()
        return done

    def set_text(self, key: str, text: str, caret: Caret) -> None:
        """The user typed in one of the texts (`key` of `Draft.variants`, "" the common one)."""
        if self._typing:
            self.record()
        if key == "":
            changed = self._change({"text": text})
        else:
            changed = self._change({"variants": {**self._draft.variants, key: text}})
        self._caret = caret
        if not changed:
            return
        self._record()
        self._touch()
        self._emit(changed)
        self.edited.emit()

    def set_content(self, draft: Draft) -> None:
        """Give the message the content of this draft, as a step of its own."""
        self.edit_alone(**{name: getattr(draft, name) for name in CONTENT})

    def adopt(self, *, save: bool = True, **fields: Any) -> bool:
        """Fields get other values by nobody's hand (facts of files, another workspace): no step of
        undo. `save` false: it need not be kept. Whether they differ."""
        changed = self._change(fields)
        if not changed:
            return False
        self._history.absorb(self._draft)
        if save:
            self._touch()
        self._emit(changed)
        return True

    def set_facts(self, found: Iterable[MediaRef]) -> None:
        """Workers found out about files (by their paths): part of every step, none of its own."""
        newest = {ref.path: ref for ref in found}
        self.adopt(media=tuple(with_facts(ref, newest.get(ref.path)) for ref in self._draft.media))

    def move_caret(self, caret: Caret) -> None:
        """The user went elsewhere: typing there is another step, and undo leads back to here."""
        self._caret = caret
        if not self._typing:
            self._record()

    def _change(self, fields: dict[str, Any]) -> frozenset[str]:
        before = self._draft
        changed = frozenset(
            name
            for name, value in fields.items()
            if value is not getattr(before, name) and value != getattr(before, name)
        )
        if changed:
            self._draft = replace(before, **{name: fields[name] for name in changed})
        if changed & {"style", "when_text"}:
            changed |= self._change({"resolved_style": self.find_resolved_style(self._draft)})
        return changed

    def refresh_resolved_style(self) -> bool:
        """The styles are others; whether that changes what the draft's style says."""
        return self.adopt(save=False, resolved_style=self.find_resolved_style(self._draft))

    def _emit(self, changed: frozenset[str]) -> None:
        self.changed.emit(self._draft, changed)

    # -- undo and redo -------------------------------------------------------------------------

    @property
    def can_undo(self) -> bool:
        return bool(self._typing or self._history.can_undo or self._channel_steps)

    @property
    def can_redo(self) -> bool:
        return not self._typing and bool(self._history.can_redo or self._undone_channel_steps)

    @property
    def is_typing(self) -> bool:
        """Whether something is being typed in a field that is no step yet."""
        return bool(self._typing)

    @Slot()
    def record(self) -> None:
        """Make a step of what was typed since the last one."""
        self._typing_pause.cancel()
        self._typing = ""
        self._record()

    def _record(self) -> None:
        if self._history.record(self._draft, self._caret, now=self.now()):
            # Whatever a person does anew ends what could be done again.
            self._undone_channel_steps.clear()

    def end_step(self) -> None:
        """What follows is a step of its own, not the end of a word that was being typed."""
        self.record()
        self._history.end_step()

    @Slot()
    def undo(self) -> None:
        """Take the last step back."""
        self.record()
        if self._channel_steps and self._channel_steps[-1].steps >= self._history.steps:
            self._undo_channels(self._channel_steps[-1])
            return
        self._restore(self._history.undo(self._draft, now=self.now()))

    @Slot()
    def redo(self) -> None:
        """Do again what was taken back last."""
        self.record()
        steps = self._undone_channel_steps
        if steps and steps[-1].steps == self._history.steps:
            step = steps.pop()
            self._channel_steps.append(step)
            step.redo()
            return
        self._restore(self._history.redo(self._draft, now=self.now()))

    def _restore(self, restored: Restored | None) -> None:
        if restored is None:
            return
        changed = self._change({name: getattr(restored.draft, name) for name in CONTENT})
        self._caret = restored.caret
        self._touch()
        self._emit(changed)
        self.edited.emit()
        if "text" in restored.changed:
            self.caretMoved.emit(restored.caret)

    def undo_of(self, before: Draft | None = None) -> Callable[[], None]:
        """An Undo for what was just done: from `before` to the message as it is now. Without
        `before` it is the last step.

        If nothing was done since, it is the same as `undo`. Otherwise only the fields that are
        still as that step left them go back; what was taken back already stays.
        """
        self.end_step()
        after = self._draft
        if before is None:
            restored = self._history.undo(after, now=self.now())
            before = after if restored is None else restored.draft
            if restored is not None:
                self._history.redo(before, now=self.now())
        steps = self._history.steps

        def undo() -> None:
            draft = self._draft
            if draft.id != after.id:
                return
            self.record()
            if steps == self._history.steps and _content(self._draft) == _content(after):
                self.undo()
                return
            self.edit_alone(**_reverted(self._draft, before, after))

        return undo

    # Fixes that leave channels out are undone with everything else, though ticks are not.

    def edit_channels(
        self, redo: Callable[[], None], undo: Callable[[], None]
    ) -> Callable[[], None]:
        """A fix chooses other channels by `redo`, which is done now, and `undo` takes it back.
        The Undo for its notice, which does what `undo` does as long as nothing followed."""
        self.end_step()
        self._undone_channel_steps.clear()
        step = _ChannelStep(redo, undo, self._history.steps)
        self._channel_steps.append(step)
        redo()
        return lambda: self._undo_channels(step)

    def _undo_channels(self, step: _ChannelStep) -> None:
        if step in self._channel_steps:  # else it was undone already, or is forgotten
            self._channel_steps.remove(step)
            self._undone_channel_steps.append(step)
            step.undo()

    def forget_channel_steps(self) -> None:
        """Another draft or another workspace is at hand: the channels that fixes left out are not
        channels of that one, and neither undo, redo nor a notice brings them there."""
        self._channel_steps.clear()
        self._undone_channel_steps.clear()

    # -- saving --------------------------------------------------------------------------------

    @property
    def saved_state(self) -> SavedState:
        """Whether the draft at hand is on the disk."""
        failure = self._failures.get(self._draft.id)
        if failure is not None:
            return SavedState(None, *failure, failed=True)
        return SavedState(self._saved_at)

    def set_saved(self, draft_id: str, when: datetime | None = None) -> None:
        """A draft has reached the disk (at this time, aware)."""
        self._failures.pop(draft_id, None)
        if draft_id == self._draft.id:
            self._saved_at = when or self._clock()
            self.savedStateChanged.emit()

    def set_read(self, saved_at: datetime) -> None:
        """The draft at hand was read from the disk, where it is since this time (aware)."""
        self._saved_at = saved_at
        self.savedStateChanged.emit()

    def set_not_saved(self, draft_id: str, problem: str, sentence: str) -> None:
        """A draft cannot be written; that is tried again."""
        self._failures[draft_id] = (problem, sentence)
        if draft_id == self._draft.id:
            self.savedStateChanged.emit()

    def has_failed(self, draft_id: str) -> bool:
        """Whether a draft is in memory only, because it could not be written."""
        return draft_id in self._failures

    def touch(self) -> None:
        """Save the draft soon, though nothing of it differs: it came from elsewhere."""
        self._touch()

    def _touch(self) -> None:
        self._is_dirty = True
        # Not restarted: a draft is saved while typing goes on, not only after a pause.
        self._save_soon.call()

    @Slot()
    def save(self) -> None:
        """Put the draft into the store, if something of it is not there yet. One that has nothing
        left in it is removed there."""
        self._save_soon.cancel()
        if not self._is_dirty:
            return
        self._is_dirty = False
        self._draft = draft = replace(self._draft, updated_at=datetime.now(UTC))
        if not draft.is_empty:
            self._stored_ids.add(draft.id)
            self._store.put(draft)
        elif draft.id in self._stored_ids:
            self._stored_ids.discard(draft.id)
            self._saved_at = None
            self._store.remove(draft.id)
            self.savedStateChanged.emit()

    def is_saved(self, draft_id: str) -> bool:
        return draft_id in self._stored_ids

    def forget(self, draft_id: str) -> None:
        """The store has this draft no longer."""
        self._stored_ids.discard(draft_id)

    def discard_changes(self) -> None:
        """Nothing of this draft is to be saved any more: it was posted or discarded."""
        self._save_soon.cancel()
        self._is_dirty = False


def _content(draft: Draft) -> tuple[object, ...]:
    return tuple(getattr(draft, name) for name in CONTENT)


def _reverted(draft: Draft, before: Draft, after: Draft) -> dict[str, Any]:
    """The fields as they were before a step, where nothing came over them since."""
    reverted: dict[str, Any] = {}
    for name in CONTENT:
        was, became, now = (getattr(one, name) for one in (before, after, draft))
        if was == became or now == was:
            continue
        value: Any
        if name in ("variants", "options"):
            value = dict(now)
            for key in {**was, **became}:
                if was.get(key) != became.get(key) == now.get(key):
                    value.pop(key, None)
                    if key in was:
                        value[key] = was[key]
        elif name == "media":
            value = _reverted_files(now, was, became)
        else:
            value = was if now == became else now
        if value != now:
            reverted[name] = value
    return reverted


Files = tuple[MediaRef, ...]


def _reverted_files(now: Files, was: Files, became: Files) -> Files:
    """Files that a step took out come back at their places, those that it brought go; one that it
    changed is as before if it still is as the step left it."""
    if now == became:
        return was
    left = {one.path: one for one in became}
    old = {one.path: one for one in was}
    value = [
        old[one.path] if one.path in old and one == left.get(one.path) else one
        for one in now
        if one.path in old or one.path not in left
    ]
    here = {one.path for one in value}
    for number, one in enumerate(was):
        if one.path not in left and one.path not in here:
            value.insert(min(number, len(value)), one)
    return tuple(value)

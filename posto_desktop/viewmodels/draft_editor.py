"""Editor of the open message: owns it, with undo, redo and saving."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from posto_desktop.common.surrogates import replace_lone_surrogates
from posto_desktop.core.draft import CONTENT, TEXTS, Draft, MediaRef, split_part_key
from posto_desktop.core.draft_history import Caret, DraftHistory, Restored, with_facts
from posto_desktop.core.draft_list import MAX_OPEN
from posto_desktop.core.resolved_style import ResolvedStyle
from posto_desktop.stores.drafts import DraftStore
from posto_desktop.workers.debouncer import Debouncer

SAVE_MS = 500
TYPING_PAUSE_MS = 800
"""Milliseconds of pause after which typing in a field (link, time) becomes an undo step."""
# Limits for the undo history of other drafts: as many drafts as can be open, and so many bytes each
# and in total.
MAX_KEPT_HISTORIES = MAX_OPEN
MAX_KEPT_BYTES = 4 * 1024 * 1024
MAX_TOTAL_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True)
class SavedState:
    """Whether the draft is saved: since when (aware; None: not yet), or why not, in short and in
    sentences."""

    saved_at: datetime | None = None
    problem: str = ""
    sentence: str = ""
    failed: bool = False


@dataclass(frozen=True, eq=False)
class _ChannelStep:
    """Channels that a fix removed: functions to redo and undo that, and the number of content steps
    before it."""

    redo: Callable[[], None]
    undo: Callable[[], None]
    steps: int


class DraftEditor(QObject):
    """Owns the open draft. All changes go through `edit` and similar methods; views show what
    `changed` emits and are never read.

    Changes reach the `DraftStore` within a second.

    Signals:
        changed(Draft, frozenset[str]): the draft, and the names of the changed fields.
        edited(): the user made that change.
        opened(Draft): another draft is open; show all of it.
        caretMoved(Caret): undo or redo changed a text here.
        savedStateChanged(): `saved_state` changed.
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
        """A monotonic clock in seconds, which splits typing into undo steps."""
        self._draft = Draft()
        self._caret = Caret()
        self.find_resolved_style: Callable[[Draft], ResolvedStyle | None] = lambda draft: (
            draft.resolved_style
        )
        """Returns the resolved style of a draft, whenever its style or time changes."""
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
        return self._draft

    @property
    def caret(self) -> Caret:
        """Return the text being edited and the position in it."""
        return self._caret

    # -- opening -------------------------------------------------------------------------------

    def open(self, draft: Draft, *, stored: bool) -> None:
        """Open a draft without saving the previous one. `stored`: the store has it."""
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
            threads={
                key: tuple(map(replace_lone_surrogates, parts))
                for key, parts in draft.threads.items()
            },
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
        return sum(history.size for history in self._other_histories.values())

    # -- changes -------------------------------------------------------------------------------

    def edit(self, kind: str = "", *, pauses: bool = False, **fields: Any) -> bool:
        """Change fields as one undo step; return True if they differ.

        Changes of one `kind` without a pause join into one step, as letters typed in a field do.
        `pauses`: join them across pauses, too, until another edit.
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

    def edit_alone(self, caret: Caret | None = None, /, **fields: Any) -> bool:
        """Like `edit`, as a step that joins with no typing before or after it. `caret` is where the
        user goes on, and redo returns to."""
        self.end_step()
        self._caret = caret or self._caret
        done = self.edit(**fields)
        self._history.end_step()
        return done

    def set_text(self, key: str, text: str, caret: Caret, inherited: Sequence[str] = ()) -> None:
        """Set one of the texts as the user types (`key` of `Draft.variants`, "" for the common
        text, or the key of a further part). `inherited` are the parts that an own text begins
        with."""
        if self._typing:
            self.record()
        written = self._draft
        if inherited:
            written = written.with_parts(split_part_key(key)[0], inherited)
        written = written.with_text(key, text)
        changed = frozenset(
            name for name in TEXTS if getattr(written, name) != getattr(self._draft, name)
        )
        self._caret = caret
        if not changed:
            return
        self._draft = written
        self._record()
        self._touch()
        self._emit(changed)
        self.edited.emit()

    def set_content(self, draft: Draft, caret: Caret | None = None) -> None:
        """Copy the content of this draft, as one undo step. `caret` is where the user goes on."""
        self.edit_alone(caret, **{name: getattr(draft, name) for name in CONTENT})

    def adopt(self, *, save: bool = True, **fields: Any) -> bool:
        """Change fields without an undo step (facts of files, another workspace). `save` false: do
        not save for this alone. Return True if they differ."""
        changed = self._change(fields)
        if not changed:
            return False
        self._history.absorb(self._draft)
        if save:
            self._touch()
        self._emit(changed)
        return True

    def set_facts(self, refs: Iterable[MediaRef]) -> None:
        """Set facts of files, matched by path, without an undo step of their own."""
        newest = {ref.path: ref for ref in refs}
        self.adopt(media=tuple(with_facts(ref, newest.get(ref.path)) for ref in self._draft.media))

    def move_caret(self, caret: Caret) -> None:
        """Record that the user moved the caret: typing there starts a step, and undo returns
        here."""
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
        """Resolve the style again; return True if the result changed."""
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
        """Return True while text in a field is not yet an undo step."""
        return bool(self._typing)

    @Slot()
    def record(self) -> None:
        """Make an undo step of the changes since the last one."""
        self._typing_pause.cancel()
        self._typing = ""
        self._record()

    def _record(self) -> None:
        if self._history.record(self._draft, self._caret, now=self.now()):
            # A new edit clears the redo steps.
            self._undone_channel_steps.clear()

    def end_step(self) -> None:
        """Close the current step, so that the next edit starts a new one."""
        self.record()
        self._history.end_step()

    @Slot()
    def undo(self) -> None:
        self.record()
        if self._channel_steps and self._channel_steps[-1].steps >= self._history.steps:
            self._undo_channels(self._channel_steps[-1])
            return
        self._restore(self._history.undo(self._draft, now=self.now()))

    @Slot()
    def redo(self) -> None:
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
        """Return a function that undoes the change from `before` to the draft as it is now. Without
        `before` it undoes the last step.

        If nothing followed, it equals `undo`. Otherwise it reverts only the fields that are still
        as that step left them, and nothing that was undone already.
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

    # Undo covers channels removed by fixes, but not ticks.

    def edit_channels(
        self, redo: Callable[[], None], undo: Callable[[], None]
    ) -> Callable[[], None]:
        """Call `redo`, which changes channels for a fix, as an undo step with `undo`. Return the
        function for its toast, which equals `undo` until another edit follows."""
        self.end_step()
        self._undone_channel_steps.clear()
        step = _ChannelStep(redo, undo, self._history.steps)
        self._channel_steps.append(step)
        redo()
        return lambda: self._undo_channels(step)

    def _undo_channels(self, step: _ChannelStep) -> None:
        if step in self._channel_steps:  # else it was undone or forgotten already
            self._channel_steps.remove(step)
            self._undone_channel_steps.append(step)
            step.undo()

    def forget_channel_steps(self) -> None:
        """Drop the channel steps of fixes, because another draft or workspace has other
        channels."""
        self._channel_steps.clear()
        self._undone_channel_steps.clear()

    # -- saving --------------------------------------------------------------------------------

    @property
    def saved_state(self) -> SavedState:
        """Return whether the open draft is saved."""
        failure = self._failures.get(self._draft.id)
        if failure is not None:
            return SavedState(None, *failure, failed=True)
        return SavedState(self._saved_at)

    def set_saved(self, draft_id: str, when: datetime | None = None) -> None:
        """Record that a draft was saved at this aware time."""
        self._failures.pop(draft_id, None)
        if draft_id == self._draft.id:
            self._saved_at = when or self._clock()
            self.savedStateChanged.emit()

    def set_read(self, saved_at: datetime) -> None:
        """Record that the open draft was read from the disk, saved at this aware time."""
        self._saved_at = saved_at
        self.savedStateChanged.emit()

    def set_not_saved(self, draft_id: str, problem: str, sentence: str) -> None:
        """Record that saving a draft failed; it will be retried."""
        self._failures[draft_id] = (problem, sentence)
        if draft_id == self._draft.id:
            self.savedStateChanged.emit()

    def has_failed(self, draft_id: str) -> bool:
        """Return True if saving a draft failed, so that only memory has it."""
        return draft_id in self._failures

    def touch(self) -> None:
        """Save the draft soon, even if unchanged, because it came from elsewhere."""
        self._touch()

    def _touch(self) -> None:
        self._is_dirty = True
        # Not restarted, so that it saves while typing goes on.
        self._save_soon.call()

    @Slot()
    def save(self) -> None:
        """Save the draft if it changed; remove it from the store if it is empty."""
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
        """Record that the store no longer has this draft."""
        self._stored_ids.discard(draft_id)

    def discard_changes(self) -> None:
        """Drop unsaved changes, because the draft was posted or discarded."""
        self._save_soon.cancel()
        self._is_dirty = False


def _content(draft: Draft) -> tuple[object, ...]:
    return tuple(getattr(draft, name) for name in CONTENT)


def _reverted(draft: Draft, before: Draft, after: Draft) -> dict[str, Any]:
    """Return the fields as before a step, except those changed since."""
    reverted: dict[str, Any] = {}
    texts_changed = any(getattr(draft, name) != getattr(after, name) for name in TEXTS)
    # The texts of a thread belong together: half of a split cannot be taken back.
    whole = (*TEXTS, "media") if before.threads != after.threads and texts_changed else ()
    for name in CONTENT:
        if name in whole:
            continue
        was, became, now = (getattr(version, name) for version in (before, after, draft))
        if was == became or now == was:
            continue
        value: Any
        if name in ("variants", "options", "threads", "thread_forms"):
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
    """Return the files as before a step: restore the ones it removed at their places, remove the
    ones it added, and revert the ones it changed unless they changed again."""
    if now == became:
        return was
    left = {file.path: file for file in became}
    old = {file.path: file for file in was}
    value = [
        old[file.path] if file.path in old and file == left.get(file.path) else file
        for file in now
        if file.path in old or file.path not in left
    ]
    paths = {file.path for file in value}
    for number, file in enumerate(was):
        if file.path not in left and file.path not in paths:
            value.insert(min(number, len(value)), file)
    return tuple(value)

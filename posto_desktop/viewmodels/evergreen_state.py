"""State of the evergreen messages: all messages, their coming runs, one history of undo."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from posto_desktop.core.draft import LOCAL, Draft, MediaRef
from posto_desktop.core.draft_list import labels_of
from posto_desktop.core.evergreen import (
    ComingRun,
    EvergreenMessage,
    EvergreenPreview,
    Filling,
    MessageRuns,
    TakenBackRuns,
)
from posto_desktop.core.evergreen_words import filled_words, taken_back_words
from posto_desktop.core.history import History
from posto_desktop.models.channel_choice import ChannelTargets
from posto_desktop.models.evergreen import title_of
from posto_desktop.viewmodels.evergreen_steps import (
    EvergreenStep,
    Messages,
    Refill,
    RunRequest,
    is_empty,
)
from posto_desktop.viewmodels.notification import PageNotifier
from posto_desktop.workers.debouncer import Debouncer

SAVE_MS = 500
PREVIEW_MS = 120
MAX_STEPS = 300
UNDO_STEP = "undo evergreen"
"""Name of what the toasts offer, of which only the newest is the last step."""
DAYS_AHEAD = (3, 7, 14, 30, 60, 90)
"""The choices of the setting ``evergreen.days_ahead``."""
_TOGETHER = 1.5
"""Seconds within which changes of the same kind join into one undo step."""


class EvergreenViewState(QObject):
    """Owns the evergreen messages in memory, which of them is open, and the preview of their runs.

    `notifier` collects the notifications, `channel_choice` has the open message's channels.

    Signals:
        messagesChanged(): a message or its runs changed.
        opened(EvergreenMessage | None): another message is open, or none.
        changed(EvergreenMessage): the open message was changed.
        previewChanged(), refillChanged(), outlookChanged(): `preview`, `refill` or `outlook` did.
        saved(EvergreenMessage), removed(str id), restored(str id): write, remove, put back.
        runsRequested(RunRequest): ask the worker to change runs.
        previewRequested(str workspace), fillRequested(str workspace): compute, or write, the runs.
        refillRequested(Refill): keep these settings.
        selectionRequested(str id): make this message current in the list.
        historyChanged(): what older notifications offer is no more what Undo or Redo would do.
    """

    messagesChanged = Signal()
    opened = Signal(object)
    changed = Signal(object)
    previewChanged = Signal()
    refillChanged = Signal()
    outlookChanged = Signal()
    saved = Signal(object)
    removed = Signal(str)
    restored = Signal(str)
    runsRequested = Signal(object)
    previewRequested = Signal(str)
    fillRequested = Signal(str)
    refillRequested = Signal(object)
    selectionRequested = Signal(str)
    historyChanged = Signal()

    def __init__(
        self,
        clock: Callable[[], datetime],
        zone: tzinfo,
        first_channels: Callable[[], Sequence[int]] = tuple,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.clock, self.zone = clock, zone
        self.now: Callable[[], float] = time.monotonic
        """A monotonic clock in seconds."""
        self._first_channels = first_channels
        self.notifier = PageNotifier(self)
        self.workspace = LOCAL
        self.is_loaded = False
        """True once the stored messages were read."""
        self.runs: Mapping[str, MessageRuns] = {}
        """What has become of each message, by its id."""
        self.preview = EvergreenPreview(self.workspace)
        self.has_preview = False
        """True once the runs of the workspace were computed."""
        self.is_filling = False
        """True from `fill` to its answer."""
        self.refill = Refill()
        self.outlook = ""
        """Why posts would wait on this computer; "" if they would not."""
        self._messages: dict[str, EvergreenMessage] = {}
        self._open_id = ""
        self._unsaved: dict[str, EvergreenMessage] = {}  # changed, and not sent to be saved
        self._unconfirmed: set[str] = set()  # sent to be saved
        self._stored: set[str] = set()
        self._removed: set[str] = set()
        self._is_active = False
        self._history: History[EvergreenStep] = History(most_steps=MAX_STEPS)
        self._kind, self._at = "", 0.0
        self._save_soon = Debouncer(SAVE_MS, self.save, self, restart=False)
        self._preview_soon = Debouncer(PREVIEW_MS, self._ask_preview, self)
        self.channel_choice = ChannelTargets(
            "message", self._channel_ids, self._set_channels, parent=self
        )

    # -- input -----------------------------------------------------------------------------------

    def set_messages(
        self, messages: Iterable[EvergreenMessage], runs: Mapping[str, MessageRuns]
    ) -> None:
        """Set the stored messages of all workspaces; what was changed here meanwhile wins."""
        stored = {message.id: message for message in messages}
        self._stored |= stored.keys()
        pending = self._unsaved.keys() | self._unconfirmed
        for message_id in self._removed:
            stored.pop(message_id, None)
        stored |= {key: self._messages[key] for key in pending if key in self._messages}
        before = self._messages.get(self._open_id)
        self._messages, self.runs, self.is_loaded = stored, runs, True
        present = stored.get(self._open_id)
        self.messagesChanged.emit()
        if self._open_id and present is None:
            self.open("")
        elif present is not None and present != before:
            self.changed.emit(present)
        self.refresh_soon()

    def set_saved(self, message_id: str) -> None:
        self._unconfirmed.discard(message_id)
        self.refresh_soon()

    def set_not_saved(self, _message_id: str, sentence: str) -> None:
        self.notifier.notify("error", sentence)

    def set_workspace(self, workspace: str) -> None:
        """Show the messages of another workspace."""
        if workspace == self.workspace:
            return
        self.open("")
        self.workspace = workspace
        self._history.clear()
        self._kind = ""
        self.is_filling = False
        self._set_preview(EvergreenPreview(workspace), known=False)
        self.messagesChanged.emit()
        self.refresh_soon()

    def set_preview(self, preview: EvergreenPreview) -> None:
        """Set the computed runs; those of another workspace come too late."""
        if preview.workspace == self.workspace:
            self._set_preview(preview, known=True)

    def _set_preview(self, preview: EvergreenPreview, *, known: bool) -> None:
        if preview != self.preview or known != self.has_preview:
            self.preview, self.has_preview = preview, known
            self.previewChanged.emit()

    def set_refill(self, refill: Refill) -> None:
        if refill != self.refill:
            self.refill = refill
            self.refillChanged.emit()
            self.refresh_soon()

    def set_outlook(self, words: str) -> None:
        if words != self.outlook:
            self.outlook = words
            self.outlookChanged.emit()

    # -- reading ---------------------------------------------------------------------------------

    def listed(self) -> list[EvergreenMessage]:
        """Return the messages of the workspace, the newest first."""
        messages = (each for each in self._messages.values() if each.workspace == self.workspace)
        return sorted(messages, key=lambda message: message.created_at, reverse=True)

    def get(self, message_id: str) -> EvergreenMessage | None:
        return self._messages.get(message_id)

    @property
    def message(self) -> EvergreenMessage | None:
        """The open message; None while the list is shown."""
        return self._messages.get(self._open_id)

    def labels(self) -> list[str]:
        """Return the labels of the workspace's messages, sorted."""
        return labels_of(message.draft for message in self.listed())

    @property
    def can_undo(self) -> bool:
        return self._history.can_undo

    @property
    def can_redo(self) -> bool:
        return self._history.can_redo

    # -- preview ---------------------------------------------------------------------------------

    def set_active(self, on: bool) -> None:
        """Compute the runs from now on, or no more: nobody looks at them."""
        self._is_active = on
        if on:
            self.refresh_soon()
        else:
            self.save()

    @Slot()
    def refresh_soon(self) -> None:
        """Compute the runs soon, after messages, slots, schedule or channels changed."""
        if self._is_active:
            self._preview_soon.call()

    @Slot()
    def _ask_preview(self) -> None:
        self.previewRequested.emit(self.workspace)

    # -- opening ---------------------------------------------------------------------------------

    @Slot(str)
    def open(self, message_id: str) -> None:
        """Open a message; "" goes back to the list and drops a message that stayed empty."""
        if message_id == self._open_id:
            return
        left = self._messages.get(self._open_id)
        self._open_id = message_id if message_id in self._messages else ""
        self._kind = ""
        if left is not None and is_empty(left):
            self._forget_empty(left)
        self.save()
        self.opened.emit(self.message)
        self.channel_choice.changed.emit()
        if left is not None and not self._open_id:
            self.selectionRequested.emit(left.id)

    @Slot()
    def close(self) -> None:
        self.open("")

    @Slot()
    def new(self) -> None:
        """Open a new message with the channels of a new message."""
        draft = Draft(workspace=self.workspace, channel_ids=tuple(self._first_channels()))
        message = EvergreenMessage.from_draft(draft)
        self._change({message.id: message})
        self.open(message.id)

    def _forget_empty(self, message: EvergreenMessage) -> None:
        """Take a message that stayed empty out of the list and the history."""
        self._history.discard(lambda step: message.id in step.after and len(step.after) == 1)
        self._put(message.id, None)
        self.messagesChanged.emit()

    # -- changes of messages ---------------------------------------------------------------------

    def edit(self, kind: str = "", **fields: Any) -> None:
        """Change fields of the open message as one undo step. Consecutive changes of one `kind`
        join into one step; "" never joins."""
        message = self.message
        if message is None:
            return
        new = replace(message, **fields)
        if new != message:
            new = replace(new, updated_at=datetime.now(UTC))
            self._change({new.id: new}, f"{kind} {new.id}" if kind else "")

    def edit_draft(self, kind: str = "", **fields: Any) -> None:
        """Change fields of the open message's draft, as `edit` does."""
        message = self.message
        if message is not None:
            self.edit(kind, draft=replace(message.draft, **fields))

    def adopt_media(self, media: tuple[MediaRef, ...]) -> None:
        """Set what was found out about the open message's files, without an undo step."""
        message = self.message
        if message is not None and media != message.draft.media:
            self._apply({message.id: replace(message, draft=replace(message.draft, media=media))})

    def _channel_ids(self) -> Sequence[int]:
        message = self.message
        return message.channel_ids if message is not None else ()

    def _set_channels(self, ids: Sequence[int]) -> None:
        self.edit_draft("channels", channel_ids=tuple(ids))

    def add(self, messages: Sequence[EvergreenMessage]) -> None:
        """Add messages as one undo step."""
        self._change({message.id: message for message in messages})

    @Slot(list)
    def duplicate(self, ids: Sequence[str]) -> None:
        copies = [message.duplicate() for message in self._known(ids)]
        if not copies:
            return
        self.add(copies)
        if self._open_id:
            self.open(copies[0].id)
        else:
            self.selectionRequested.emit(copies[0].id)
        words = self.tr("%Ln evergreen message(s) duplicated", "", len(copies))
        self._offer_undo(words)

    @Slot(list)
    def delete(self, ids: Sequence[str]) -> None:
        """Delete messages. What they have scheduled stays."""
        messages = self._known(ids)
        if not messages:
            return
        scheduled = {run.message_id for run in self.preview.filled}
        has_scheduled = any(message.id in scheduled for message in messages)
        was_open = self._open_id in {message.id for message in messages}
        if was_open:
            self.open("")
        self._change({message.id: None for message in messages})
        words = self.tr("%Ln evergreen message(s) deleted", "", len(messages))
        if len(messages) == 1 and title_of(messages[0]):
            words = self.tr("“{name}” deleted").format(name=title_of(messages[0]))
        if has_scheduled:
            words += ". " + self.tr("What it had scheduled is taken back.")
        self._offer_undo(words, "deleted")

    @Slot(list)
    def pause(self, ids: Sequence[str]) -> None:
        """Pause these messages, or resume them if all are paused."""
        messages = self._known(ids)
        pause = not all(message.is_paused for message in messages)
        changed = [message for message in messages if message.is_paused != pause]
        if not changed:
            return
        now = datetime.now(UTC)
        self._change({each.id: replace(each, is_paused=pause, updated_at=now) for each in changed})
        words = self.tr("%Ln evergreen message(s) resumed", "", len(changed))
        if pause:
            words = self.tr("%Ln evergreen message(s) paused", "", len(changed))
        self._offer_undo(words)

    def _known(self, ids: Iterable[str]) -> list[EvergreenMessage]:
        return [self._messages[key] for key in ids if key in self._messages]

    def _change(self, after: Messages, kind: str = "") -> None:
        """Change messages as one undo step."""
        before = {key: self._messages.get(key) for key in after}
        now, last = self.now(), self._history.last
        joins = bool(kind) and kind == self._kind and now - self._at <= _TOGETHER
        if joins and last is not None and last.after.keys() == after.keys():
            self._history.replace_last(EvergreenStep(last.before, after))
        else:
            self._push(EvergreenStep(before, after))
        self._kind, self._at = kind, now
        self._apply(after)

    def _apply(self, messages: Messages) -> None:
        for message_id, message in messages.items():
            self._put(message_id, message)
        if self._open_id and self._open_id not in self._messages:
            self.open("")
        self.messagesChanged.emit()
        present = self.message
        if present is not None and present.id in messages:
            self.changed.emit(present)
            self.channel_choice.changed.emit()

    def _put(self, message_id: str, message: EvergreenMessage | None) -> None:
        if message is None:
            self._messages.pop(message_id, None)
            self._unsaved.pop(message_id, None)
            self._unconfirmed.discard(message_id)
            if message_id in self._stored:
                self._removed.add(message_id)
                self.removed.emit(message_id)
                self.refresh_soon()
            return
        self._messages[message_id] = message
        if message_id in self._removed:
            self._removed.discard(message_id)
            self.restored.emit(message_id)
        if not is_empty(message):
            self._unsaved[message_id] = message
            self._save_soon.call()

    @Slot()
    def save(self) -> None:
        """Have what was changed written now."""
        self._save_soon.cancel()
        unsaved, self._unsaved = self._unsaved, {}
        self._stored |= unsaved.keys()
        for message in unsaved.values():
            self._unconfirmed.add(message.id)
            self.saved.emit(message)

    # -- runs ------------------------------------------------------------------------------------

    @Slot()
    def fill(self) -> None:
        """Schedule the coming runs as far ahead as is set."""
        if not self.is_filling:
            self.save()
            self.is_filling = True
            self.previewChanged.emit()
            self.fillRequested.emit(self.workspace)

    def show_filled(self, filling: Filling) -> None:
        """Tell what a filling has scheduled, with Undo."""
        if filling.workspace == self.workspace:
            was_asked, self.is_filling = self.is_filling, False
            self.previewChanged.emit()
            self.refresh_soon()
            if not filling.runs:
                if was_asked:
                    self.notifier.notify("info", filled_words(filling))
                return
            undo, redo = (
                RunRequest("undo_fill", (filling.id,)),
                RunRequest("redo_fill", (filling.id,)),
            )
            self._push(EvergreenStep(undo=undo, redo=redo, filling_id=filling.id))
        if filling.runs:
            undo_filling = partial(self.undo_fill, filling.id)
            words = filled_words(filling)
            self.notifier.notify("ok", words, self.tr("Undo"), undo_filling, UNDO_STEP)

    def show_fill_failed(self, sentence: str) -> None:
        self.is_filling = False
        self.previewChanged.emit()
        self.notifier.notify("error", sentence)

    def undo_fill(self, filling_id: str) -> None:
        """Take back a filling, also after other changes."""
        step = next((each for each in self._history if each.filling_id == filling_id), None)
        if step is None:
            return  # it was taken back already
        self._history.take_back(step, step)
        self.historyChanged.emit()
        self.runsRequested.emit(RunRequest("undo_fill", (filling_id,)))

    def show_taken_back(self, taken_back: TakenBackRuns) -> None:
        """Tell what came of taking back a filling; what skips and pauses take back was told."""
        self.refresh_soon()
        if not taken_back.filling_id:
            if taken_back.sent:
                self.notifier.notify("info", taken_back_words(taken_back))
            return
        filling_id = taken_back.filling_id
        redo = RunRequest("redo_fill", (filling_id,))

        def repeat() -> None:
            step = next(
                (each for each in self._history.redoable if each.filling_id == filling_id), None
            )
            if step is not None:
                self._history.repeat(step, step)
            self.runsRequested.emit(redo)

        words = taken_back_words(taken_back)
        self.notifier.notify("ok", words, self.tr("Redo"), repeat, UNDO_STEP)

    def show_restored(self, filling: Filling) -> None:
        self.refresh_soon()
        self.notifier.notify("ok" if filling.runs else "info", filled_words(filling))

    def skip(self, run: ComingRun) -> None:
        """Let the next message take the place of this one, once."""
        words = self.tr("Skipped. Another message takes its turn.")
        if run.is_filled:
            words = self.tr("Taken off the schedule, and skipped.")
        self._change_runs("skip", (run,), "unskip", (run,), words)

    def skip_slot(self, run: ComingRun) -> None:
        """Leave this slot free."""
        words = self.tr("This slot stays free.")
        left_free = replace(run, message_id="")
        self._change_runs("skip_slot", (run,), "unskip", (left_free,), words)

    def pin(self, run: ComingRun, message_id: str = "") -> None:
        """Keep a message at this time, whatever changes before it: that of the run, or another."""
        words = self.tr("Pinned. This message keeps its time.")
        place = (run.channel_ids, run.when)
        pinned = (message_id or run.message_id, *place)
        if run.is_pinned:
            self._change_runs("pin", pinned, "pin", (run.message_id, *place), words)
        else:
            self._change_runs("pin", pinned, "unpin", place, words)

    def move_back(self, run: ComingRun) -> None:
        """Take back what was decided about a run: skipped, pinned or edited."""
        words = self.tr("The turn decides again.")
        place = (run.channel_ids, run.when)
        if run.is_edited:
            self._change_runs("unpin", place, "edit_run", (run, run.text), words)
        elif run.is_pinned:
            self._change_runs("unpin", place, "pin", (run.message_id, *place), words)
        else:
            self._change_runs("unskip", (run,), "skip_slot", (run,), words)

    def edit_run(self, run: ComingRun, text: str) -> None:
        """Give one run a text of its own, which pins it."""
        if text == run.text:
            return
        place = (run.channel_ids, run.when)
        undo, values = "unpin", place
        if run.is_edited:
            undo, values = "edit_run", (run, run.text)  # type: ignore[assignment]
        elif run.is_pinned:
            undo, values = "pin", (run.message_id, *place)  # type: ignore[assignment]
        words = self.tr("This run has a text of its own.")
        self._change_runs("edit_run", (run, text), undo, values, words)

    def _change_runs(
        self,
        action: str,
        arguments: tuple[Any, ...],
        undo_action: str,
        undo_arguments: tuple[Any, ...],
        words: str,
    ) -> None:
        redo = RunRequest(action, (self.workspace, *arguments))
        undo = RunRequest(undo_action, (self.workspace, *undo_arguments))
        self._push(EvergreenStep(undo=undo, redo=redo))
        self.save()
        self.runsRequested.emit(redo)
        self._offer_undo(words)

    # -- undo ------------------------------------------------------------------------------------

    def _offer_undo(self, words: str, kind: str = "ok") -> None:
        self.notifier.notify(kind, words, self.tr("Undo"), self.undo, UNDO_STEP)

    def _push(self, step: EvergreenStep) -> None:
        self._history.push(step)
        self._kind = ""
        self.historyChanged.emit()

    @Slot()
    def undo(self) -> None:
        """Undo the last change of messages or runs."""
        step = self._history.undo()
        if step is not None:
            self._take(step.before, step.undo)

    @Slot()
    def redo(self) -> None:
        step = self._history.redo()
        if step is not None:
            self._take(step.after, step.redo)

    def _take(self, messages: Messages, request: RunRequest | None) -> None:
        self._kind = ""
        self.historyChanged.emit()
        if messages:
            self._apply(messages)
            self.save()
            shown = next((key for key, message in messages.items() if message is not None), "")
            if shown and not self._open_id:
                self.selectionRequested.emit(shown)
        if request is not None:
            self.runsRequested.emit(request)

    # -- settings --------------------------------------------------------------------------------

    def set_refill_on(self, on: bool) -> None:
        self.refillRequested.emit(replace(self.refill, is_on=on))

    def set_days_ahead(self, days: int) -> None:
        if days != self.refill.days_ahead:
            self.refillRequested.emit(replace(self.refill, days_ahead=days))

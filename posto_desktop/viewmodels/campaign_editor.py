"""Editor of the open campaign: owns it, with undo, redo and saving."""

from __future__ import annotations

import operator
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import QObject, Signal, Slot

from posto_desktop.core.campaign import MAX_MESSAGES, Campaign, CampaignMessage, moved
from posto_desktop.core.campaign_results import MessageResult
from posto_desktop.core.draft import MediaKind, MediaRef
from posto_desktop.core.history import History, Snapshot
from posto_desktop.stores.campaigns import CampaignStore
from posto_desktop.viewmodels.draft_editor import SavedState
from posto_desktop.workers.debouncer import Debouncer

if TYPE_CHECKING:
    from posto_desktop.workers.thumbnails import MediaFacts

SAVE_MS = 500
MAX_STEPS = 300
_TOGETHER = 1.5
"""Seconds within which changes of the same kind join into one undo step."""
_FIELDS = tuple(Campaign.__dataclass_fields__)


class CampaignEditor(QObject):
    """Owns the open campaign. All changes go through `edit` and similar methods; views show what
    `changed` emits and are never read.

    It also owns the `results` of messages; messages with an open or sent post are locked. Changes
    reach the `CampaignStore` within a second.

    Signals:
        changed(Campaign, frozenset[str]): the campaign, and the names of the changed fields.
        opened(Campaign | None): another campaign is open, or none.
        resultsChanged(): `results` changed.
        savedStateChanged(): `saved_state` or `is_unsaved` changed.
    """

    changed = Signal(object, object)
    opened = Signal(object)
    resultsChanged = Signal()
    savedStateChanged = Signal()

    def __init__(self, store: CampaignStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self.now: Callable[[], float] = time.monotonic
        """A monotonic clock in seconds."""
        self._campaign: Campaign | None = None
        self._results: Mapping[str, MessageResult] = {}
        self._history: History[Snapshot[Campaign]] = History(most_steps=MAX_STEPS)
        self._facts: dict[str, MediaFacts] = {}  # by path; shared by all undo steps
        self._kind = ""
        self._at = 0.0
        self._is_dirty = False
        self._saved: dict[str, datetime] = {}
        self._failures: dict[str, str] = {}
        self._save_soon = Debouncer(SAVE_MS, self.save, self, restart=False)

    @property
    def campaign(self) -> Campaign | None:
        """Return the open campaign; None while the list is shown."""
        return self._campaign

    # -- opening and saving --------------------------------------------------------------------

    def open(self, campaign: Campaign | None) -> None:
        """Save the open campaign and open another one."""
        self.save()
        self._campaign = campaign
        self._results = {}
        self._history.clear()
        self._facts.clear()
        self._kind = ""
        self.opened.emit(campaign)

    @Slot()
    def save(self) -> None:
        self._save_soon.cancel()
        if self._is_dirty and self._campaign is not None:
            self._is_dirty = False
            self._store.put(self._campaign)

    @property
    def is_unsaved(self) -> bool:
        return self._is_dirty

    @property
    def saved_state(self) -> SavedState:
        """Return whether the open campaign is saved."""
        campaign_id = self._campaign.id if self._campaign is not None else ""
        failure = self._failures.get(campaign_id, "")
        if failure:
            return SavedState(sentence=failure, failed=True)
        return SavedState(self._saved.get(campaign_id))

    def set_saved(self, campaign_id: str, when: datetime) -> None:
        """Record that a campaign was saved at this aware time."""
        self._saved[campaign_id] = when
        self._failures.pop(campaign_id, None)
        self.savedStateChanged.emit()

    def set_not_saved(self, campaign_id: str, sentence: str) -> None:
        """Record that saving a campaign failed; it will be retried."""
        self._failures[campaign_id] = sentence
        self.savedStateChanged.emit()

    # -- results -------------------------------------------------------------------------------

    @property
    def results(self) -> Mapping[str, MessageResult]:
        """Return the results of started messages, by message id."""
        return self._results

    def set_results(self, results: Mapping[str, MessageResult]) -> None:
        if results != self._results:
            self._results = results
            self.resultsChanged.emit()

    def is_locked(self, message_id: str) -> bool:
        """Return True if the message is scheduled or sent and so cannot change."""
        result = self._results.get(message_id)
        return result is not None and not result.is_stopped

    @property
    def locked_ids(self) -> set[str]:
        return {key for key, result in self._results.items() if not result.is_stopped}

    @property
    def has_open_posts(self) -> bool:
        """Return True if unsent posts remain, which can be stopped."""
        return any(result.is_open for result in self._results.values())

    @property
    def is_running(self) -> bool:
        """Return True while the campaign runs: its rhythm and channels cannot change."""
        campaign = self._campaign
        return campaign is not None and campaign.state == "running" and self.has_open_posts

    # -- changes -------------------------------------------------------------------------------

    def edit(self, kind: str = "", **fields: Any) -> bool:
        """Change fields as one undo step; return True if they differ.

        Consecutive changes of one `kind` join into one step; "" never joins.
        """
        before = self._campaign
        if before is None:
            return False
        new = replace(before, **fields)
        if new == before:
            return False
        new = replace(new, updated_at=datetime.now(UTC))
        now = self.now()
        last = self._history.last
        if kind and kind == self._kind and now - self._at <= _TOGETHER and last is not None:
            self._history.replace_last(Snapshot(last.before, new))
        else:
            self._history.push(Snapshot(before, new))
        self._kind, self._at = kind, now
        self._set_campaign(new)
        return True

    def edit_rhythm(self, kind: str = "", **fields: Any) -> None:
        """Like `edit`, for fields that affect times. After the end of a run, the next messages
        start a new one."""
        self.edit(kind, **{**fields, **self._reset_if_ended()})

    def set_channels(self, ids: Iterable[int]) -> None:
        """Set the channels, like `edit_rhythm` but without an undo step."""
        self.adopt(channel_ids=tuple(ids), **self._reset_if_ended())

    def _reset_if_ended(self) -> dict[str, Any]:
        ended = self._campaign is not None and self._campaign.state == "running"
        return {"state": "draft", "start": None} if ended and not self.has_open_posts else {}

    def adopt(self, **fields: Any) -> None:
        """Change fields without an undo step: channels, state."""
        if self._campaign is not None:
            new = replace(self._campaign, **fields)
            if new != self._campaign:
                self._set_campaign(new)

    def rename_style(self, before: str, name: str) -> None:
        """Rename a style in the campaign and in all undo steps."""

        def renamed(campaign: Campaign) -> Campaign:
            return replace(campaign, style=name) if campaign.style == before else campaign

        self._history.convert(
            lambda step: replace(step, before=renamed(step.before), after=renamed(step.after))
        )
        if self._campaign is not None and self._campaign.style == before:
            self.adopt(style=name)

    def add_arrived(self, messages: Sequence[CampaignMessage]) -> None:
        """Append messages that no person added: they have no undo step, and stay when earlier ones
        are undone."""

        def extended(campaign: Campaign) -> Campaign:
            return replace(campaign, messages=(*campaign.messages, *messages)[:MAX_MESSAGES])

        if self._campaign is not None:
            self._history.convert(
                lambda step: replace(step, before=extended(step.before), after=extended(step.after))
            )
            self._set_campaign(extended(self._campaign))

    def complete(self, message: CampaignMessage) -> None:
        """Replace a message that nobody edited, without an undo step."""

        def completed(campaign: Campaign) -> Campaign:
            messages = tuple(message if old.id == message.id else old for old in campaign.messages)
            return replace(campaign, messages=messages)

        if self._campaign is not None:
            self._history.convert(
                lambda step: replace(
                    step, before=completed(step.before), after=completed(step.after)
                )
            )
            self._set_campaign(completed(self._campaign))

    def _set_campaign(self, campaign: Campaign) -> None:
        before, self._campaign = self._campaign, campaign
        self._is_dirty = True
        # Not restarted, so that it saves while typing goes on.
        self._save_soon.call()
        changed = {
            name for name in _FIELDS if getattr(before, name, None) != getattr(campaign, name)
        }
        self.changed.emit(campaign, frozenset(changed))

    # -- undo and redo -------------------------------------------------------------------------

    @property
    def can_undo(self) -> bool:
        return self._history.can_undo

    @property
    def can_redo(self) -> bool:
        return self._history.can_redo

    @Slot()
    def undo(self) -> None:
        """Undo the last step; locked messages stay as they are."""
        step = self._history.undo()
        if step is not None:
            self._restore(step.before)

    @Slot()
    def redo(self) -> None:
        step = self._history.redo()
        if step is not None:
            self._restore(step.after)

    def _restore(self, restored: Campaign) -> None:
        campaign = self._campaign
        if campaign is None:
            return
        self._kind = ""
        restored = _with_facts(restored, self._facts)
        self._set_campaign(
            replace(
                restored,
                messages=_with_locked(restored.messages, campaign.messages, self.locked_ids),
                channel_ids=campaign.channel_ids,
                state=campaign.state,
                start=campaign.start,
                updated_at=datetime.now(UTC),
            )
        )

    # -- messages ------------------------------------------------------------------------------

    def message(self, message_id: str) -> CampaignMessage | None:
        messages = self._campaign.messages if self._campaign is not None else ()
        return next((message for message in messages if message.id == message_id), None)

    def place_of(self, message_id: str) -> int:
        """Return the row of a message, -1 if it is missing."""
        messages = self._campaign.messages if self._campaign is not None else ()
        return next((at for at, message in enumerate(messages) if message.id == message_id), -1)

    def set_message(self, message: CampaignMessage, kind: str = "") -> bool:
        """Change one message, unless it is locked. Return True if it changed."""
        campaign, place = self._campaign, self.place_of(message.id)
        if campaign is None or place < 0 or self.is_locked(message.id):
            return False
        messages = (*campaign.messages[:place], message, *campaign.messages[place + 1 :])
        return self.edit(f"{kind}:{message.id}" if kind else "", messages=messages)

    def add(self, messages: Sequence[CampaignMessage], at: int | None = None) -> int:
        """Insert messages before the row `at` (None: at the end). Return how many fit."""
        campaign = self._campaign
        if campaign is None:
            return 0
        taken = list(messages[: max(0, MAX_MESSAGES - len(campaign.messages))])
        place = len(campaign.messages) if at is None else max(0, at)
        if taken:
            before, after = campaign.messages[:place], campaign.messages[place:]
            self.edit("", messages=(*before, *taken, *after))
        return len(taken)

    def remove(self, message_ids: Iterable[str]) -> int:
        """Remove messages, except locked ones. Return how many were removed."""
        campaign = self._campaign
        removed = set(message_ids) - self.locked_ids
        if campaign is None:
            return 0
        remaining = tuple(message for message in campaign.messages if message.id not in removed)
        count = len(campaign.messages) - len(remaining)
        if count:
            self.edit("", messages=remaining)
        return count

    def move(self, message_ids: Iterable[str], to: int) -> bool:
        """Move messages before the row `to`; the times stay in place."""
        campaign = self._campaign
        if campaign is None:
            return False
        moved_ids = set(message_ids)
        rows = [at for at, message in enumerate(campaign.messages) if message.id in moved_ids]
        if any(self.is_locked(message_id) for message_id in moved_ids):
            return False
        return self.edit("move", messages=moved(campaign.messages, rows, to))

    def set_facts(self, path: str, facts: MediaFacts) -> None:
        """Set the facts of a file, without an undo step of its own."""
        campaign = self._campaign
        if campaign is None or not path:
            return
        self._facts[path] = facts
        new = _with_facts(campaign, {path: facts})
        if new is not campaign:
            self._set_campaign(new)


def _with_facts(campaign: Campaign, facts: Mapping[str, MediaFacts]) -> Campaign:
    """Return the campaign with the facts of its files; the same object if nothing changed."""
    messages = tuple(_message_with_facts(message, facts) for message in campaign.messages)
    if all(map(operator.is_, messages, campaign.messages)):
        return campaign
    return replace(campaign, messages=messages)


def _message_with_facts(
    message: CampaignMessage, facts: Mapping[str, MediaFacts]
) -> CampaignMessage:
    if not any(ref.path in facts for ref in message.media):
        return message
    media = tuple(
        file_with_facts(ref, facts[ref.path]) if ref.path in facts else ref for ref in message.media
    )
    return message if media == message.media else replace(message, media=media)


def file_with_facts(file: MediaRef, facts: MediaFacts) -> MediaRef:
    """Return the file with what was found out about it."""
    return replace(
        file,
        kind=cast(MediaKind, facts.kind),
        width=facts.width,
        height=facts.height,
        duration=facts.duration or 0.0,
        mime=facts.mime or file.mime,
        size=facts.bytes or file.size,
        problem=facts.problem or "",
    )


def _with_locked(
    restored: Sequence[CampaignMessage], present: Sequence[CampaignMessage], locked: set[str]
) -> tuple[CampaignMessage, ...]:
    """Return the messages of another step, with locked messages as they are now."""
    held = {message.id: message for message in present if message.id in locked}
    messages = [held.pop(message.id, message) for message in restored]
    for place, message in enumerate(present):
        if message.id in held:
            messages.insert(min(place, len(messages)), message)
    return tuple(messages)

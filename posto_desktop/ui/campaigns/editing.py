"""The campaign that is open: what changes it, the way back, and when it is kept. No widgets."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from posto_desktop.core.campaign import MOST_MESSAGES, Campaign, Message, moved
from posto_desktop.core.campaign_results import Result

SAVE_MS = 500
MOST_STEPS = 300
_TOGETHER = 1.5
"""Seconds between two changes of the same kind that are one step back."""


class Editing(QObject):
    """Signals:

    opened(Campaign | None): another campaign is at hand
    changed(Campaign): its content is another one
    saveRequested(Campaign): keep it; at most a second after a change
    """

    opened = Signal(object)
    changed = Signal(object)
    saveRequested = Signal(object)

    def __init__(
        self,
        monotonic: Callable[[], float] = time.monotonic,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._monotonic = monotonic
        self.campaign: Campaign | None = None
        self.results: Mapping[str, Result] = {}
        """What became of the messages, by their ids; those that are on their way are locked."""
        self._undo: list[Campaign] = []
        self._redo: list[Campaign] = []
        self._kind = ""
        self._at = 0.0
        self._dirty = False
        self._save = QTimer(self)
        self._save.setSingleShot(True)
        self._save.setInterval(SAVE_MS)
        self._save.timeout.connect(self.keep)

    # -- opening and keeping -------------------------------------------------------------------

    def open(self, campaign: Campaign | None) -> None:
        """Work on this campaign from now on; what is not kept of the last one is kept first."""
        self.keep()
        self.campaign = campaign
        self.results = {}
        self._undo, self._redo, self._kind = [], [], ""
        self.opened.emit(campaign)

    @Slot()
    def keep(self) -> None:
        """Hand the campaign out for storing, if something changed."""
        self._save.stop()
        if self._dirty and self.campaign is not None:
            self._dirty = False
            self.saveRequested.emit(self.campaign)

    @property
    def unsaved(self) -> bool:
        return self._dirty

    def is_locked(self, message_id: str) -> bool:
        """Whether the message is on its way, or was sent: it cannot be changed any more."""
        result = self.results.get(message_id)
        return result is not None and not result.is_stopped

    @property
    def locked_ids(self) -> set[str]:
        return {key for key, one in self.results.items() if not one.is_stopped}

    @property
    def is_under_way(self) -> bool:
        """Whether something of the campaign is still to go out: it can be stopped."""
        return any(one.is_open for one in self.results.values())

    @property
    def is_held(self) -> bool:
        """Whether it runs: then neither its rhythm nor its channels can be changed."""
        campaign = self.campaign
        return campaign is not None and campaign.state == "running" and self.is_under_way

    # -- changing ------------------------------------------------------------------------------

    def change(self, kind: str, **values: Any) -> bool:
        """Give the campaign other values. Changes of the same `kind` shortly after one another are
        one step back; "" never joins. Whether anything changed."""
        campaign = self.campaign
        if campaign is None:
            return False
        new = replace(campaign, **values)
        if new == campaign:
            return False
        now = self._monotonic()
        if not kind or kind != self._kind or now - self._at > _TOGETHER:
            self._undo.append(campaign)
            del self._undo[:-MOST_STEPS]
        self._redo.clear()
        self._kind, self._at = kind, now
        self._take(replace(new, updated_at=datetime.now(UTC)))
        return True

    def change_rhythm(self, kind: str, **values: Any) -> None:
        """The same with what says when messages go out. Where all that was started has ended, what
        comes now begins anew."""
        self.change(kind, **{**values, **self._anew()})

    def set_channels(self, ids: Iterable[int]) -> None:
        """Let it go to these channels. As `change_rhythm`, but no step back."""
        self.set_quietly(channel_ids=tuple(ids), **self._anew())

    def _anew(self) -> dict[str, Any]:
        ended = self.campaign is not None and self.campaign.state == "running"
        return {"state": "draft", "start": None} if ended and not self.is_under_way else {}

    def set_quietly(self, **values: Any) -> None:
        """Change what is no step back: channels, state."""
        if self.campaign is not None:
            new = replace(self.campaign, **values)
            if new != self.campaign:
                self._take(new)

    def rename_style(self, before: str, name: str) -> None:
        """Follow the new name of a style, in the steps back as well."""
        for steps in (self._undo, self._redo):
            steps[:] = [replace(one, style=name) if one.style == before else one for one in steps]
        if self.campaign is not None and self.campaign.style == before:
            self.set_quietly(style=name)

    def _take(self, campaign: Campaign) -> None:
        self.campaign = campaign
        self._dirty = True
        if not self._save.isActive():
            # Not restarted: it is kept while typing goes on, not only after a pause.
            self._save.start()
        self.changed.emit(campaign)

    @property
    def can_undo(self) -> bool:
        return bool(self._undo)

    @property
    def can_redo(self) -> bool:
        return bool(self._redo)

    @Slot()
    def undo(self) -> bool:
        """One step back; what is on its way stays as it is."""
        return self._step(self._undo, self._redo)

    @Slot()
    def redo(self) -> bool:
        return self._step(self._redo, self._undo)

    def _step(self, source: list[Campaign], target: list[Campaign]) -> bool:
        campaign = self.campaign
        if campaign is None or not source:
            return False
        other = source.pop()
        target.append(campaign)
        self._kind = ""
        self._take(
            replace(
                other,
                messages=_with_locked(other.messages, campaign.messages, self.locked_ids),
                channel_ids=campaign.channel_ids,
                state=campaign.state,
                start=campaign.start,
                updated_at=datetime.now(UTC),
            )
        )
        return True

    # -- messages ------------------------------------------------------------------------------

    def message(self, message_id: str) -> Message | None:
        messages = self.campaign.messages if self.campaign is not None else ()
        return next((one for one in messages if one.id == message_id), None)

    def place_of(self, message_id: str) -> int:
        """The row of a message, -1 for none."""
        messages = self.campaign.messages if self.campaign is not None else ()
        return next((at for at, one in enumerate(messages) if one.id == message_id), -1)

    def set_message(self, message: Message, kind: str = "") -> bool:
        """Change one message; a locked one stays as it is."""
        campaign, place = self.campaign, self.place_of(message.id)
        if campaign is None or place < 0 or self.is_locked(message.id):
            return False
        messages = (*campaign.messages[:place], message, *campaign.messages[place + 1 :])
        return self.change(f"{kind}:{message.id}" if kind else "", messages=messages)

    def add(self, messages: Sequence[Message], at: int | None = None) -> int:
        """Put messages before the row `at` (None: at the end); how many there was room for."""
        campaign = self.campaign
        if campaign is None:
            return 0
        taken = list(messages[: max(0, MOST_MESSAGES - len(campaign.messages))])
        place = len(campaign.messages) if at is None else max(0, at)
        if taken:
            before, after = campaign.messages[:place], campaign.messages[place:]
            self.change("", messages=(*before, *taken, *after))
        return len(taken)

    def remove(self, message_ids: Iterable[str]) -> int:
        """Take messages out; how many that were. What is on its way stays."""
        campaign = self.campaign
        gone = set(message_ids) - self.locked_ids
        if campaign is None:
            return 0
        kept = tuple(one for one in campaign.messages if one.id not in gone)
        count = len(campaign.messages) - len(kept)
        if count:
            self.change("", messages=kept)
        return count

    def move(self, message_ids: Iterable[str], to: int) -> bool:
        """Put messages before the row `to`; the times stay."""
        campaign = self.campaign
        if campaign is None:
            return False
        wanted = set(message_ids)
        rows = [at for at, one in enumerate(campaign.messages) if one.id in wanted]
        if any(self.is_locked(one) for one in wanted):
            return False
        return self.change("move", messages=moved(campaign.messages, rows, to))

    def absorb_facts(self, path: str, facts: Any) -> None:
        """What a worker found out about a file (workers.decode.MediaFacts): no step back, and the
        steps back know it, too."""
        campaign = self.campaign
        if campaign is None or not path:
            return
        self._undo[-20:] = [_with_facts(one, path, facts) for one in self._undo[-20:]]
        new = _with_facts(campaign, path, facts)
        if new is not campaign:
            self._take(new)


def _with_facts(campaign: Campaign, path: str, facts: Any) -> Campaign:
    changed = False
    messages = []
    for message in campaign.messages:
        if any(one.path == path for one in message.media):
            media = tuple(
                replace(
                    one,
                    kind=facts.kind,
                    width=facts.width,
                    height=facts.height,
                    duration=facts.duration or 0.0,
                    mime=facts.mime or one.mime,
                    size=facts.bytes or one.size,
                    problem=facts.problem or "",
                )
                if one.path == path
                else one
                for one in message.media
            )
            if media != message.media:
                message, changed = replace(message, media=media), True
        messages.append(message)
    return replace(campaign, messages=tuple(messages)) if changed else campaign


def _with_locked(
    other: Sequence[Message], present: Sequence[Message], locked: set[str]
) -> tuple[Message, ...]:
    """The messages of another step, with those that are on their way as they are now."""
    held = {one.id: one for one in present if one.id in locked}
    messages = [held.pop(one.id, one) for one in other]
    for place, one in enumerate(present):
        if one.id in held:
            messages.insert(min(place, len(messages)), one)
    return tuple(messages)

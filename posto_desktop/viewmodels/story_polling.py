"""Polls the stories of the shown posts while they change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from posto_desktop.models.post_story import is_live
from posto_desktop.sdk.records import Schedule
from posto_desktop.viewmodels.post_facts import PostFacts

__all__ = ["StoryPolling"]

LIVE_MS = 1000


class StoryPolling(QObject):
    """Follows the posts that are shown. Signal `storyRequested(Schedule)`: read its story."""

    storyRequested = Signal(object)

    def __init__(self, facts: PostFacts, parent: QObject) -> None:
        super().__init__(parent)
        self._facts = facts
        self._shown: tuple[Schedule, ...] = ()
        self._moved_from: dict[int, datetime] = {}
        """Times from which shown posts are moved; the service may still tell them."""
        self._timer = QTimer(self, singleShot=True)
        self._timer.setInterval(LIVE_MS)
        self._timer.timeout.connect(self._look)
        facts.changed.connect(self._facts_changed)

    def follow(self, shown: Sequence[Schedule]) -> None:
        """Follow these posts and no others; each is read when it is new or has changed."""
        fresh = [schedule for schedule in shown if schedule not in self._shown]
        before = {schedule.id: schedule.send_at for schedule in self._shown}
        self._moved_from = {key: at for key, at in self._moved_from.items() if key in before}
        for schedule in fresh:
            time = before.get(schedule.id)
            if time is not None and time != schedule.send_at:
                self._moved_from[schedule.id] = time
        self._shown = tuple(shown)
        for schedule in fresh:
            self._ask(schedule)
        if not self._shown:
            self._timer.stop()

    def _ask(self, schedule: Schedule) -> None:
        if not self._facts.site:  # services tell no stories
            self.storyRequested.emit(schedule)

    @Slot(str)
    def _facts_changed(self, name: str) -> None:
        if name == "site" and not self._facts.site:
            self._look()
        elif name == "story":
            self._look_later()

    def _live(self) -> list[Schedule]:
        now = datetime.now(UTC)
        stories = [(schedule, self._facts.story_of(schedule)) for schedule in self._shown]
        return [
            schedule
            for schedule, story in stories
            if story is not None
            and (is_live(story, now) or story.due_at == self._moved_from.get(schedule.id, now))
        ]

    def _look_later(self) -> None:
        if self._live() and not self._timer.isActive():
            self._timer.start()

    @Slot()
    def _look(self) -> None:
        for schedule in self._live():
            self._ask(schedule)
        self._look_later()

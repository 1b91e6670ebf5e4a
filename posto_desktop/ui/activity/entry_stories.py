"""Stories of an entry's posts, one for each channel of this computer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from posto_desktop.models.post_story import story_steps
from posto_desktop.models.when_text import local_zone, short_day
from posto_desktop.sdk.records import Schedule
from posto_desktop.ui.shared.story_list import StoryList
from posto_desktop.viewmodels.post_facts import PostFacts

__all__ = ["MOST_STORIES", "EntryStories"]

MOST_STORIES = 8


class EntryStories(QWidget):
    """Shows what is known of `facts`. Signal `openRequested(str url)`."""

    openRequested = Signal(str)

    def __init__(self, facts: PostFacts, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("entry-stories")
        self._facts = facts
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 18, 0, 0)
        self._box.setSpacing(16)
        self._lists: list[StoryList] = []
        self.hide()

    def show_rows(self, rows: Sequence[Schedule]) -> None:
        """Show the stories of these posts."""
        stories = []
        for row in rows[:MOST_STORIES]:
            story = self._facts.story_of(row)
            steps = story_steps(story, _when) if story is not None else []
            if steps:
                stories.append((row.channel_name, steps))
        while len(self._lists) < len(stories):
            story_list = StoryList("", self)
            story_list.openRequested.connect(self.openRequested)
            self._box.addWidget(story_list)
            self._lists.append(story_list)
        for at, story_list in enumerate(self._lists):
            name, steps = stories[at] if at < len(stories) else ("", [])
            is_only = len(stories) == 1 or not name
            story_list.set_title(
                self.tr("Story") if is_only else self.tr("Story on {channel}").format(channel=name)
            )
            story_list.set_steps(steps)
        self.setVisible(bool(stories))

    def as_text(self) -> str:
        """Return the shown stories as lines of text."""
        return "\n".join(story_list.as_text() for story_list in self._lists if story_list.steps())


def _when(moment: datetime) -> str:
    return short_day(moment, local_zone(), datetime.now(UTC))

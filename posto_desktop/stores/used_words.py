"""Store of the hashtags and mentions that a workspace has used."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from PySide6.QtCore import QObject, Signal, Slot

from posto_desktop.core.draft import LOCAL, Draft, channel_of
from posto_desktop.core.suggestions import (
    UsedText,
    UsedWords,
    count_used,
    read_words,
    write_words,
)
from posto_desktop.sdk.records import Schedule
from posto_desktop.stores.drafts import DraftStore
from posto_desktop.workers.latest_job import LatestJob
from posto_desktop.workers.runner import JobRunner

MAX_REMOVED = 500


class UsedWordStore(QObject):
    """Owns what the posts, drafts and templates of the workspace have used, counted on a worker
    when it is needed, and what the user does not want to be suggested any more.

    Signals:
        changed(): the words were counted anew, or one was removed or restored.
        removedChanged(str): the removed words, to be saved.
    """

    changed = Signal()
    removedChanged = Signal(str)

    def __init__(
        self,
        drafts: DraftStore,
        runner: JobRunner,
        clock: Callable[[], datetime],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._drafts, self._clock = drafts, clock
        self._workspace = LOCAL
        self._rows: Sequence[Schedule] = ()
        self._words = UsedWords()
        self._removed: tuple[str, ...] = ()
        self._is_stale = True
        self._without = ""
        self._counting = LatestJob(runner, self)
        self._counting.done.connect(self._counted)
        drafts.changed.connect(self._drafts_changed)

    def set_workspace(self, workspace: str) -> None:
        """Set the open workspace, whose posts come later."""
        self._workspace = workspace or LOCAL
        self._words = UsedWords()
        self.set_rows(())

    def set_rows(self, rows: Sequence[Schedule]) -> None:
        """Set the posts of the workspace."""
        self._rows = rows
        self._is_stale = True

    @Slot()
    def _drafts_changed(self) -> None:
        self._is_stale = True

    # -- words -------------------------------------------------------------------------------

    def words(self) -> UsedWords:
        """Return what was counted last, without what was removed."""
        removed = {word.casefold() for word in self._removed}
        if not removed:
            return self._words
        return UsedWords(
            tuple(word for word in self._words.tags if word.text.casefold() not in removed),
            tuple(word for word in self._words.mentions if word.text.casefold() not in removed),
        )

    def refresh(self, without: str = "") -> None:
        """Count anew if anything has changed, but not in the draft with the id `without`, in which
        words are half typed."""
        if not self._is_stale and without == self._without:
            return
        self._is_stale, self._without = False, without
        drafts = [
            draft
            for draft in (*self._drafts.drafts(), *self._drafts.templates())
            if draft.id != without and draft.workspace == self._workspace
        ]
        self._counting.start(_count, self._rows, drafts, self._clock())

    @Slot(object)
    def _counted(self, words: UsedWords) -> None:
        self._words = words
        self.changed.emit()

    # -- removed words -----------------------------------------------------------------------

    def removed(self) -> tuple[str, ...]:
        return self._removed

    def restore_removed(self, saved: str) -> None:
        """Set the removed words as they were saved."""
        self._removed = read_words(saved)

    def remove(self, word: str) -> Callable[[], None]:
        """Suggest a word no more; return a function that takes this back."""
        self._set_removed((*self._removed, word))
        return lambda: self._set_removed(
            tuple(other for other in self._removed if other.casefold() != word.casefold())
        )

    def _set_removed(self, words: tuple[str, ...]) -> None:
        self._removed = words[-MAX_REMOVED:]
        self.removedChanged.emit(write_words(self._removed))
        self.changed.emit()


def _count(
    _job: object, rows: Sequence[Schedule], drafts: Sequence[Draft], now: datetime
) -> UsedWords:
    return count_used(_texts(rows, drafts), now)


def _texts(rows: Sequence[Schedule], drafts: Sequence[Draft]) -> Iterator[UsedText]:
    # A message is on many channels, mostly with the same text: count that once.
    posted: dict[tuple[str, str], tuple[datetime | None, set[str]]] = {}
    for row in rows:
        message = row.message or row.group_id
        for text in (row.text, *row.thread):
            known = posted.get((message, text))
            if known is None:
                posted[message, text] = (row.send_at, {row.network})
            else:
                known[1].add(row.network)
    for (message, text), (at, networks) in posted.items():
        yield UsedText(text, at, frozenset(networks), message)
    for draft in drafts:
        for network, text in _texts_of(draft):
            yield UsedText(text, draft.updated_at, frozenset({network}), draft.id)


def _texts_of(draft: Draft) -> Iterator[tuple[str, str]]:
    """Return the texts of a draft with the networks they are for, "" for several."""
    for text in (draft.text, draft.first_comment):
        yield "", text
    for key, text in draft.variants.items():
        yield "" if channel_of(key) is not None else key, text
    for key, parts in draft.threads.items():
        for text in parts:
            yield "" if channel_of(key) is not None else key, text
    for key, options in draft.options.items():
        comment = options.get("first_comment")
        if isinstance(comment, str):
            yield "" if channel_of(key) is not None else key, comment

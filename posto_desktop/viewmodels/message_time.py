"""Time of the open message: reads the typed words by the clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from posto_desktop.core.recurrence import Repeat
from posto_desktop.core.typed_time import typed
from posto_desktop.models.parsed_time import ParsedTime, parse_time, post_times
from posto_desktop.models.when_text import chips, tomorrow_at_nine
from posto_desktop.viewmodels.draft_editor import DraftEditor

TICK_MS = 15_000
# No relative time means the same after this.
_LATER = timedelta(days=400)


class MessageTime(QObject):
    """Reads `Draft.when_text` and `Draft.repeat` when they change and while time passes.

    Signal `changed()`: the reading, the times or the quick times may have changed.
    """

    changed = Signal()

    def __init__(
        self,
        editor: DraftEditor,
        clock: Callable[[], datetime],
        zone: tzinfo,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._editor = editor
        self.clock, self.zone = clock, zone
        self.reading = ParsedTime()
        """Meaning of the words: a time, at once, or a problem."""
        self.times: list[datetime] = []
        """Times of the posts, as aware UTC in order: none for at once or while the reading has a
        problem, one, or those of the repeat."""
        self.quick_times: list[tuple[str, str]] = []
        """Suggested times: (label, text to type)."""
        # Keep "in 5 days" and times that slip into the past up to date.
        self._tick = QTimer(self, interval=TICK_MS)
        self._tick.timeout.connect(self.refresh)
        editor.changed.connect(self._draft_changed)
        editor.opened.connect(self.refresh)
        self.refresh()

    @property
    def text(self) -> str:
        """Return the words as typed; "" means at once."""
        return self._editor.draft.when_text

    @property
    def repeat(self) -> Repeat | None:
        """Return the repeat; None if the message is sent once."""
        return self._editor.draft.repeat

    # -- user input ----------------------------------------------------------------------------

    def type(self, text: str) -> None:
        """Change the words while typing."""
        self._editor.edit("when", when_text=text)

    def choose(self, text: str) -> None:
        """Replace the words as one edit: a quick time, a suggestion."""
        self._editor.edit(when_text=text)

    def use(self, when: datetime) -> None:
        """Set this aware time."""
        self.choose(typed(when, self.zone))

    @Slot()
    def fix(self) -> None:
        """Replace words that mean another time later, such as "in 1 minute" or "tomorrow 9", by the
        time that they mean now: a message that is put away keeps the time that was shown."""
        now = self.clock()
        read = parse_time(self.text, now, self.zone)
        if not read.ok or read.when is None:
            return
        if parse_time(self.text, now + _LATER, self.zone).when != read.when:
            self.use(read.when)

    def set_repeat(self, repeat: Repeat | None) -> None:
        """Set the repeat; a message without a time gets one. A day that is that of the first post
        follows it later."""
        first, read = self.first_of_repeat()
        if repeat is not None:
            repeat = repeat.without_day_of(first.astimezone(self.zone))
        if repeat is not None and (not read.ok or read.when is None):
            self._editor.edit(repeat=repeat, when_text=tomorrow_at_nine())
        else:
            self._editor.edit(repeat=repeat)

    def first_of_repeat(self) -> tuple[datetime, ParsedTime]:
        """Return the start of a repeat (aware), and the reading of the words."""
        now = self.clock()
        read = parse_time(self.text, now, self.zone)
        first = read.when if read.ok else None
        return first or parse_time(tomorrow_at_nine(), now, self.zone).when or now, read

    # -- reading -------------------------------------------------------------------------------

    def set_watching(self, on: bool) -> None:
        """Follow the clock while the message is visible."""
        if on:
            self.refresh()
            self._tick.start()
        else:
            self._tick.stop()

    @Slot(object, object)
    def _draft_changed(self, _draft: object, changed: frozenset[str]) -> None:
        if changed & {"when_text", "repeat"}:
            self.refresh()

    @Slot()
    def refresh(self) -> None:
        self.quick_times = chips(self.clock(), self.zone)
        self._read()
        self.changed.emit()

    def read_now(self) -> ParsedTime:
        """Read the words now and return the reading."""
        before = (self.reading, self.times)
        self._read()
        if before != (self.reading, self.times):
            self.changed.emit()
        return self.reading

    def _read(self) -> None:
        text = self.text
        read = parse_time(text, self.clock(), self.zone)
        lowered = text.strip().lower()
        if lowered and any(typed.lower() == lowered for _words, typed in self.quick_times):
            read = replace(read, alternative=None)  # a chosen "Tomorrow 9:00" is not ambiguous
        self.reading, self.times = post_times(read, self.repeat, self.zone)

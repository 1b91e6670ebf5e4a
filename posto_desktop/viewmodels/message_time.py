"""When the open message goes out: what its words mean by the clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, tzinfo

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from posto_desktop.core.recurrence import Repeat
from posto_desktop.models.parsed_time import ParsedTime, parse_time, post_times
from posto_desktop.models.when_text import chips, typed
from posto_desktop.viewmodels.draft_editor import DraftEditor

TICK_MS = 15_000
# What a repeat starts from where the message has no time.
FIRST = "tomorrow 9:00"


class MessageTime(QObject):
    """Reads `Draft.when_text` and `Draft.repeat` anew when they change and while time passes.

    Signal `changed()`: the reading, the times, or the quick times may be others.
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
        """What the words mean: a time, at once, or a problem."""
        self.times: list[datetime] = []
        """When it goes out, as aware UTC in order: none for at once and while the reading has a
        problem, one, or those of the repeat."""
        self.quick_times: list[tuple[str, str]] = []
        """Times to choose by a click: (words, what they type)."""
        # "in 5 days" and a time that slips into the past must not go stale on the screen.
        self._tick = QTimer(self, interval=TICK_MS)
        self._tick.timeout.connect(self.refresh)
        editor.changed.connect(self._draft_changed)
        editor.opened.connect(self.refresh)
        self.refresh()

    @property
    def text(self) -> str:
        """The words as typed; "" is at once."""
        return self._editor.draft.when_text

    @property
    def repeat(self) -> Repeat | None:
        """How the message repeats; None: it goes out once."""
        return self._editor.draft.repeat

    # -- what the user does --------------------------------------------------------------------

    def type(self, text: str) -> None:
        """The words become others, a letter at a time."""
        self._editor.edit("when", when_text=text)

    def choose(self, text: str) -> None:
        """The words become others at once: a quick time, a suggestion."""
        self._editor.edit(when_text=text)

    def use(self, when: datetime) -> None:
        """Take this moment (aware)."""
        self.choose(typed(when, self.zone))

    def set_repeat(self, repeat: Repeat | None) -> None:
        """Repeat like this; a message without a time gets one."""
        read = parse_time(self.text, self.clock(), self.zone)
        if repeat is not None and (not read.ok or read.when is None):
            self._editor.edit(repeat=repeat, when_text=FIRST)
        else:
            self._editor.edit(repeat=repeat)

    def first_of_repeat(self) -> tuple[datetime, ParsedTime]:
        """What a repeat would start from (aware), and the reading of the words."""
        now = self.clock()
        read = parse_time(self.text, now, self.zone)
        first = read.when if read.ok else None
        return first or parse_time(FIRST, now, self.zone).when or now, read

    # -- reading -------------------------------------------------------------------------------

    def set_watching(self, on: bool) -> None:
        """Follow the clock while the message is on the screen."""
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
        """Read the words again: they are others, or time has passed."""
        self.quick_times = chips(self.clock(), self.zone)
        self._read()
        self.changed.emit()

    def read_now(self) -> ParsedTime:
        """The reading by the clock of this moment."""
        before = (self.reading, self.times)
        self._read()
        if before != (self.reading, self.times):
            self.changed.emit()
        return self.reading

    def _read(self) -> None:
        text = self.text
        read = parse_time(text, self.clock(), self.zone)
        wanted = text.strip().lower()
        if wanted and any(typed.lower() == wanted for _words, typed in self.quick_times):
            read = replace(read, alternative=None)  # who chose "Tomorrow 9:00" meant it
        self.reading, self.times = post_times(read, self.repeat, self.zone)

"""Announcements: what changes elsewhere than where the keyboard is, said by screen readers.

A screen reader breaks off what it says for an announcement, and breaks that off when the focus or
the current row moves. So what happens together is said together, a moment later.
"""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer, Slot
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QTextDocumentFragment
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from posto_desktop.common.translation import translate

__all__ = ["announce", "announce_at_once", "announce_folded", "announce_opened", "announce_reading"]

BATCH_MS = 220
"""Milliseconds after the first words of an announcement: the focus has moved by then."""
PAUSE_MS = 1000
"""Least milliseconds from one announcement to the next, also while somebody types."""
_ENDS = tuple(".!?…:؟。")

Politeness = QAccessible.AnnouncementPoliteness


class _Announcer(QObject):
    """Collects words and says them; owned by the application."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.setObjectName("announcer")
        self._waiting: dict[str, str] = {}
        self._is_assertive = False
        self._number = 0
        self._since = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)  # a coarse one comes too early
        self._timer.timeout.connect(self._say)

    def add(self, words: str, topic: str, *, assertive: bool) -> None:
        self._number += 1
        topic = topic or f"#{self._number}"
        self._waiting.pop(topic, None)  # newer words come later
        self._waiting[topic] = words
        self._is_assertive |= assertive
        if not self._timer.isActive():
            left = PAUSE_MS - self._since.elapsed() if self._since.isValid() else 0
            self._timer.start(max(BATCH_MS, left))

    @Slot()
    def _say(self) -> None:
        sentences = [_as_sentence(words) for words in self._waiting.values()]
        politeness = Politeness.Assertive if self._is_assertive else Politeness.Polite
        self._waiting.clear()
        self._is_assertive = False
        self._since.start()
        target = QApplication.focusWidget() or QApplication.activeWindow()
        if target is not None and sentences:
            _send(target, " ".join(sentences), politeness)


def announce(words: str, topic: str = "", *, assertive: bool = False) -> None:
    """Have a screen reader say this soon, together with what else happens now.

    Later words on the same `topic` replace those that have not been said yet. An `assertive` one
    may break off what is being said: for failures. Nothing is said while another program is active.
    """
    if not words or not QAccessible.isActive():
        return
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    announcer = app.findChild(_Announcer, "announcer") or _Announcer(app)
    announcer.add(words, topic, assertive=assertive)


def announce_at_once(widget: QWidget, words: str) -> None:
    """Have a screen reader say what an arrow key in a widget has just chosen."""
    if words and QAccessible.isActive():
        _send(widget, words, Politeness.Assertive)


def announce_opened(pane: str, is_open: bool) -> None:
    """Announce that a pane of this name was opened or closed."""
    if is_open:
        #: {pane}: its name, such as Details or Preview.
        words = translate("Announcer", "{pane} open")
    else:
        words = translate("Announcer", "{pane} closed")
    announce(words.format(pane=pane), f"pane {pane}")


def announce_reading(field: QLineEdit, words: str) -> None:
    """Announce how Posto understands a text, when it was changed while the keyboard was in the
    field or beside it; `words` may be rich text."""
    text, focus, place = field.text(), QApplication.focusWidget(), field.parentWidget()
    before = field.property("readingOf")
    field.setProperty("readingOf", text)
    if before is None or before == text or not QAccessible.isActive():
        return
    if focus is not None and place is not None and place.isAncestorOf(focus):
        plain = QTextDocumentFragment.fromHtml(words).toPlainText() if "<" in words else words
        announce(plain, "reading")


def announce_folded(part: str, is_folded: bool) -> None:
    """Announce that a part with this title was folded or unfolded."""
    if is_folded:
        words = translate("Announcer", "{part}, collapsed")
    else:
        words = translate("Announcer", "{part}, expanded")
    announce(words.format(part=part), "fold")


def _as_sentence(words: str) -> str:
    words = words.strip()
    return words if words.endswith(_ENDS) else f"{words}."


def _send(widget: QWidget, words: str, politeness: Politeness) -> None:
    event = QAccessibleAnnouncementEvent(widget, words)
    event.setPoliteness(politeness)
    QAccessible.updateAccessibility(event)

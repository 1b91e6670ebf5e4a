"""Completes hashtags and mentions while they are typed, in fields of a page."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAccessible, QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractScrollArea, QLineEdit, QPlainTextEdit

from posto_desktop.core.limits import network_name
from posto_desktop.core.suggestions import SIGNS, SuggestedWord, TypedWord
from posto_desktop.ui.accessibility.announcer import announce, announce_at_once

if TYPE_CHECKING:
    from posto_desktop.ui.shared.suggestion_fields import SuggestionField
    from posto_desktop.ui.shared.suggestion_popup import SuggestionPopup, SuggestionRow
    from posto_desktop.viewmodels.notification import PageNotifier
    from posto_desktop.viewmodels.suggestions import Suggestions

SETTING = "compose.suggestions"
"""The setting that allows suggestions."""
_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_FIRST_OF = (QEvent.Type.Move, QEvent.Type.Resize)


class SuggestionCompleter(QObject):
    """Sleeps until a field has a # or @ before its caret; from then on it follows the typed word,
    until it ends, nothing fits, or the user goes elsewhere. The field keeps the focus, and the
    input method what it composes.

    `area` scrolls the fields; `is_on` returns whether the user wants suggestions; `replacing`
    brackets the insertion of a word, so that it is one step of undo.

    Signal ``completing(QWidget or None)``: the field whose word is completed.
    """

    completing = Signal(object)

    def __init__(
        self,
        suggestions: Suggestions,
        area: QAbstractScrollArea,
        notifier: PageNotifier,
        is_on: Callable[[], bool],
        replacing: Callable[[], None] = lambda: None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._suggestions, self._area, self._notifier = suggestions, area, notifier
        self._is_on, self._replacing = is_on, replacing
        self._field: SuggestionField | None = None
        self._popup: SuggestionPopup | None = None
        self._word: TypedWord | None = None
        self._words: list[SuggestedWord] = []
        self._is_composing = False
        self._has_stepped = False
        suggestions.changed.connect(self._look)

    # -- where it is typed ---------------------------------------------------------------------

    def watch(self, field: QLineEdit | QPlainTextEdit, key: str = "") -> None:
        """Complete in a field, for a key of the draft's texts."""
        field.setProperty("textKey", key)
        if isinstance(field, QLineEdit):
            field.textEdited.connect(self._line_typed)
        else:
            field.textChanged.connect(self._lines_typed)

    def follow(self, field: QPlainTextEdit, key: str) -> None:
        """Complete what is being typed in a field that tells so itself."""
        from posto_desktop.ui.shared.suggestion_fields import LinesField

        if self._field is None or self._field.widget is not field:
            self._open(LinesField(field, key))
        self._look()

    @Slot()
    def _line_typed(self) -> None:
        from posto_desktop.ui.shared.suggestion_fields import LineField

        field = self.sender()
        if isinstance(field, QLineEdit):
            line = LineField(field)
            if self._is_begun(field, line.before()):
                self._open(line)
        self._look()

    @Slot()
    def _lines_typed(self) -> None:
        from posto_desktop.ui.shared.suggestion_fields import LinesField

        field = self.sender()
        if isinstance(field, QPlainTextEdit) and field.hasFocus():
            lines = LinesField(field, str(field.property("textKey")))
            if self._is_begun(field, lines.before()):
                self._open(lines)
            self._look()

    def _is_begun(self, field: QObject, before: str) -> bool:
        is_open = self._field is not None and self._field.widget is field
        return not is_open and before[-1:] in SIGNS

    # -- one word ------------------------------------------------------------------------------

    def _open(self, field: SuggestionField) -> None:
        self.close()
        if not self._is_on():
            return
        self._field = field
        self._is_composing = self._has_stepped = False
        field.widget.installEventFilter(self)
        self.completing.emit(field.widget)
        if isinstance(field.widget, QLineEdit | QPlainTextEdit):
            field.widget.cursorPositionChanged.connect(self._look)
        self._area.verticalScrollBar().valueChanged.connect(self._place)
        self._suggestions.refresh()

    @Slot()
    def close(self) -> None:
        """Hide the suggestions and sleep."""
        field, self._field = self._field, None
        self.completing.emit(None)
        self._word, self._words = None, []
        if self._popup is not None:
            self._popup.hide()
        if field is not None:
            field.widget.removeEventFilter(self)
            if isinstance(field.widget, QLineEdit | QPlainTextEdit):
                field.widget.cursorPositionChanged.disconnect(self._look)
            self._area.verticalScrollBar().valueChanged.disconnect(self._place)

    @Slot()
    def _look(self) -> None:
        """Show what fits the word before the caret; close where there is no word any more."""
        field = self._field
        if field is None:
            return
        if self._is_composing or field.is_composing():
            self._hide()
            return
        word = field.word()
        begun = self._word
        if word is None or (begun is not None and (word.sign, word.start) != (begun[0], begun[2])):
            self.close()
            return
        self._word = word
        self._words = self._suggestions.fitting(word, field.key(), field.text())
        if not self._words:
            self._hide()
            return
        popup = self._shown_popup()
        is_other = popup.set_rows(list(map(self._row, self._words)))
        if is_other:
            self._has_stepped = False
        if not self._has_stepped:
            # Enter after a word that was used so before is meant for the text.
            popup.choose(-1 if self._suggestions.is_complete(word) else 0)
        if is_other or popup.isHidden():
            self._announce()
        self._place()
        QTimer.singleShot(0, self, self._place)  # after the field has grown with its text

    def _hide(self) -> None:
        if self._popup is not None:
            self._popup.hide()

    def _shown_popup(self) -> SuggestionPopup:
        window = self._area.window()
        popup = self._popup
        if popup is None or popup.parentWidget() is not window:
            from posto_desktop.ui.shared.suggestion_popup import SuggestionPopup

            if popup is not None:
                popup.deleteLater()
            popup = self._popup = SuggestionPopup(window)
            popup.chosen.connect(self._accept)
            popup.removeRequested.connect(self._remove)
        return popup

    @Slot()
    def _place(self) -> None:
        field, word = self._field, self._word
        if self._popup is None or field is None or word is None or not self._words:
            return
        line = field.place(word)
        area = self._area.viewport()
        top = area.mapTo(field.widget.window(), area.rect().topLeft()).y()
        if top <= line.center().y() <= top + area.height():
            self._popup.show_at(line)
        else:
            self._popup.hide()  # its line was scrolled away

    # -- words of a row ------------------------------------------------------------------------

    def _row(self, word: SuggestedWord) -> SuggestionRow:
        from posto_desktop.ui.shared.suggestion_popup import SuggestionRow

        used = self.tr("used %n time(s)", "", word.uses) if word.uses else ""
        if word.text[0] == "#":
            return SuggestionRow(word.text, used, f"{word.text}, {used}", "", "", True)
        if word.is_plain:
            note = self.tr("name only")
            return SuggestionRow(word.text, note, f"{word.text}, {note}", "", "user-round")
        network = network_name(word.network) if word.network else ""
        note = word.name if word.name.lstrip("@") not in (word.text.lstrip("@"), "") else used
        parts = [part for part in (word.text, word.name, network, used) if part]
        name = ", ".join(dict.fromkeys(parts))
        return SuggestionRow(
            word.text, note or network, name, word.network, "at-sign", bool(word.uses)
        )

    def _announce(self) -> None:
        """Make a screen reader say the chosen suggestion, or how many there are."""
        if self._popup is None or self._field is None or not QAccessible.isActive():
            return
        count, row = len(self._words), self._popup.current()
        words = self.tr("%n suggestion(s)", "", count)
        if row >= 0:
            name = self._row(self._words[row]).name
            words = self.tr("{name}, {n} of {count}").format(name=name, n=row + 1, count=count)
        if row >= 0:
            announce_at_once(self._field.widget, words)
        else:
            announce(words, "suggestions")

    # -- keys ----------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._take(event)
        if kind == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if self._takes(event):
                event.accept()
                return True
        elif kind == QEvent.Type.InputMethod and isinstance(event, QInputMethodEvent):
            self._is_composing = bool(event.preeditString())
            if self._is_composing:
                self._hide()
        elif kind in (QEvent.Type.FocusOut, QEvent.Type.Hide):
            self.close()
        elif kind in _FIRST_OF:
            self._place()
        return super().eventFilter(watched, event)

    def _takes(self, event: QKeyEvent) -> bool:
        """Whether a key is for the suggestions."""
        popup = self._popup
        if popup is None or popup.isHidden() or self._is_composing:
            return False
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Delete:
            is_meant = held == Qt.KeyboardModifier.ShiftModifier or (not held and self._has_stepped)
            return is_meant and popup.current() >= 0
        if held:
            return False
        if key in _ENTER or key == Qt.Key.Key_Tab:
            return popup.current() >= 0
        return key in _STEPS or key == Qt.Key.Key_Escape

    def _take(self, event: QKeyEvent) -> bool:
        if not self._takes(event) or self._popup is None:
            return False
        key = Qt.Key(event.key())
        if key in _STEPS:
            self._popup.step(_STEPS[key])
            self._has_stepped = True
            self._announce()
        elif key == Qt.Key.Key_Escape:
            self.close()
        elif key == Qt.Key.Key_Delete:
            self._remove(self._popup.current())
        else:
            self._accept(self._popup.current())
        return True

    # -- what was chosen -----------------------------------------------------------------------

    @Slot(int)
    def _accept(self, row: int) -> None:
        """Replace the typed word, as one step of undo."""
        field, word = self._field, self._word
        if field is None or word is None or not 0 <= row < len(self._words):
            return
        text = self._words[row].text
        self.close()
        self._replacing()
        field.replace(word, text)
        self._replacing()

    @Slot(int)
    def _remove(self, row: int) -> None:
        """Suggest a hashtag or mention no more."""
        if not 0 <= row < len(self._words) or not self._words[row].uses:
            return
        word = self._words[row].text
        restore = self._suggestions.used.remove(word)
        self._notifier.offer_undo(
            self.tr("{word} is not suggested any more").format(word=word), restore
        )
        if self._popup is not None and self._words:
            # The next one comes to its place, for the next key.
            self._has_stepped = True
            self._popup.choose(min(row, len(self._words) - 1))
            self._announce()

"""Inserts emoji, hashtag groups, signatures and snippets into the text."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QObject, Qt, Slot
from PySide6.QtGui import QImage, QTextCursor
from PySide6.QtWidgets import QWidget

from posto_desktop.core.draft import channel_of
from posto_desktop.core.draft_history import Caret
from posto_desktop.core.page_text import page_text
from posto_desktop.core.snippets import Snippet, insert, sign, unsign
from posto_desktop.storage.paths import find_paths
from posto_desktop.ui.compose.layout import ComposeLayout
from posto_desktop.ui.compose.page_settings import PageSettings
from posto_desktop.ui.compose.text_presenter import TextPresenter
from posto_desktop.ui.widgets.popup import below
from posto_desktop.viewmodels.notification import PageNotification
from posto_desktop.viewmodels.open_message import OpenMessage
from posto_desktop.workers.keyed_jobs import KeyedJobs
from posto_desktop.workers.runner import JobRunner

if TYPE_CHECKING:
    from posto_desktop.workers.snippet_jobs import SnippetLibrary

SIGNATURE = "compose.signature"


class TextInserter(QObject):
    """Opens the pickers under their buttons and inserts what was chosen."""

    def __init__(
        self,
        views: ComposeLayout,
        message: OpenMessage,
        text_presenter: TextPresenter,
        page_settings: PageSettings,
        runner: JobRunner,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._views, self._message = views, message
        self._text_presenter = text_presenter
        self._page_settings = page_settings
        self._runner = runner
        self._snippets: SnippetLibrary | None = None
        self._folder: Path | None = None
        self._begun: set[str] = set()
        """Messages that were checked for the signature, each once."""
        self._to_sign = ""

    @property
    def snippets(self) -> SnippetLibrary:
        """Return the snippet library, created on first use."""
        if self._snippets is None:
            from posto_desktop.workers.snippet_jobs import SnippetLibrary

            folder = self._folder or find_paths().config
            self._snippets = SnippetLibrary(self._runner, folder, self)
            self._snippets.problem.connect(self._show_problem)
            self._snippets.changed.connect(self._snippets_loaded)
        return self._snippets

    def begin(self, folder: Path) -> None:
        """Set the folder of the snippets; read them at once only if a signature is set."""
        self._folder = folder
        if self._page_settings.get(SIGNATURE):
            self.snippets.load()

    @Slot(str)
    def _show_problem(self, sentence: str) -> None:
        if sentence:
            self._message.notifier.requested.emit(PageNotification("warning", sentence))

    # -- emoji -----------------------------------------------------------------------------

    @Slot()
    def pick_emoji(self) -> None:
        from posto_desktop.core import emoji
        from posto_desktop.ui.compose.emoji_picker import EmojiPicker

        self._views.leave_first_run()
        page_settings = self._page_settings
        recent = emoji.read_recent(page_settings.text("compose.emoji_recent"))
        picker = EmojiPicker(recent, page_settings.number("compose.emoji_tone"), self._views)
        picker.chosen.connect(self._insert_emoji)
        picker.toneChosen.connect(self._save_tone)
        job = self._runner.submit(_load_emoji, QLocale().name(), parent=picker)
        job.done.connect(picker.set_book)
        job.failed.connect(picker.set_failed)
        button = self._views.emoji_button
        picker.show_at(below(button))

    @Slot(str)
    def _insert_emoji(self, char: str) -> None:
        from posto_desktop.core import emoji

        self._message.editor.end_step()
        self._views.editor.textCursor().insertText(char)
        self._message.editor.end_step()
        self._views.editor.ensureCursorVisible()
        page_settings = self._page_settings
        recent = emoji.read_recent(page_settings.text("compose.emoji_recent"))
        page_settings.set("compose.emoji_recent", emoji.write_recent(emoji.used(recent, char)))
        picker = self.sender()
        if not (isinstance(picker, QWidget) and picker.isVisible()):
            self._views.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(int)
    def _save_tone(self, tone: int) -> None:
        self._page_settings.set("compose.emoji_tone", tone)

    # -- snippets --------------------------------------------------------------------------

    @Slot()
    def pick_snippet(self) -> None:
        from posto_desktop.ui.compose.snippets_popup import SnippetsPopup

        self._views.leave_first_run()
        popup = SnippetsPopup(self._network(), self._views)
        popup.chosen.connect(self.insert_snippet)
        popup.newRequested.connect(self.write_snippet)
        popup.manageRequested.connect(self.manage_snippets)
        self.snippets.changed.connect(popup.set_snippets)
        self.snippets.refused.connect(popup.set_failed)
        if self.snippets.known is not None:
            popup.set_snippets(self.snippets.known)
        self.snippets.load()
        button = self._views.snippet_button
        popup.show_at(below(button))

    def _network(self) -> str:
        """Return the network of the shown text; "" for the common text."""
        key = self._views.editor.target
        number = channel_of(key)
        if number is None:
            return key
        channel = self._message.channels.channel(number)
        return channel.network if channel is not None else ""

    @Slot(object)
    def insert_snippet(self, snippet: Snippet) -> None:
        """Insert a snippet by its kind: at the caret, or at the end."""
        editor = self._views.editor
        text = editor.toPlainText()
        if snippet.kind == "signature":
            new, place = sign(text, snippet.text, self._signatures())
        else:
            caret, anchor = editor.caret()
            ends = sorted((caret, caret if anchor is None else anchor))
            new, place = insert(text, ends[0], ends[1], snippet)
        if new == text and snippet.kind == "hashtags":
            words = self.tr("All hashtags of “{name}” are already in the text")
            words = words.format(name=snippet.name)
            self._message.notifier.requested.emit(PageNotification("info", words))
        self._put(new, place)
        editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def _put(self, text: str, caret: int) -> None:
        """Change the shown text as if it had been typed."""
        key = self._views.editor.key
        self._message.editor.end_step()
        self._text_presenter.write(key, text, Caret(key, caret))
        self._message.editor.end_step()

    def _signatures(self) -> list[str]:
        known = self.snippets.known or []
        return [snippet.text for snippet in known if snippet.kind == "signature"]

    @Slot()
    def write_snippet(self) -> None:
        self.manage_snippets(new=True)

    @Slot()
    def manage_snippets(self, *, new: bool = False) -> None:
        from posto_desktop.ui.compose.snippets_dialog import SnippetsDialog

        snippets, page_settings = self.snippets, self._page_settings
        dialog = SnippetsDialog(page_settings.text(SIGNATURE), self._views.window())
        dialog.saveRequested.connect(snippets.save)
        dialog.deleteRequested.connect(snippets.delete)
        dialog.restoreRequested.connect(snippets.restore)
        dialog.arrangeRequested.connect(snippets.arrange)
        dialog.signatureChanged.connect(self._save_signature)
        snippets.changed.connect(dialog.set_snippets)
        snippets.changed.connect(dialog.set_loaded)
        snippets.refused.connect(dialog.show_refused)
        if snippets.known is not None:
            dialog.set_snippets(snippets.known)
            dialog.set_loaded()
        snippets.load()
        if new:
            dialog.start_new()
        dialog.open()

    @Slot(str)
    def _save_signature(self, snippet_id: str) -> None:
        self._page_settings.set(SIGNATURE, snippet_id)

    # -- the signature of new messages -------------------------------------------------------

    def signed(self, key: str, text: str) -> str:
        """Return a typed text, with the signature if this is the first letter of a new message and
        the signature is on."""
        draft = self._message.draft
        if key or draft.id in self._begun or not text.strip():
            return text  # an input method only previews what it composes
        self._begun.add(draft.id)
        if draft.text or not self._page_settings.get(SIGNATURE):
            return text
        if self.snippets.known is None:
            self._to_sign = draft.id
            self.snippets.load()
            return text
        return self._with_signature(text)

    @Slot()
    def _snippets_loaded(self) -> None:
        draft_id, self._to_sign = self._to_sign, ""
        draft, caret = self._message.draft, self._message.editor.caret
        if draft_id and draft_id == draft.id:
            signed = self._with_signature(draft.text)
            if signed != draft.text:
                self._text_presenter.write("", signed, caret)

    def _with_signature(self, text: str) -> str:
        signature_id = self._page_settings.get(SIGNATURE)
        known = self.snippets.known or []
        chosen = next((snippet for snippet in known if snippet.id == signature_id), None)
        if chosen is None or any(
            unsign(text, signature) != text for signature in self._signatures()
        ):
            return text
        return sign(text, chosen.text)[0]


def _load_emoji(_job: object, language: str) -> object:
    from posto_desktop.core.emoji import load

    return load(language)


@dataclass(eq=False)
class _InsertPosition:
    """Where to insert words: message, key of the text, and range."""

    message: str
    key: str
    start: QTextCursor
    end: QTextCursor
    image: QImage | None


class PastedPageReader(QObject):
    """Inserts the words of a pasted page at the caret after they were read."""

    def __init__(
        self,
        views: ComposeLayout,
        message: OpenMessage,
        runner: JobRunner,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._views, self._message = views, message
        self._reading = KeyedJobs(runner, self)
        self._reading.done.connect(self._page_read)
        self._reading.failed.connect(self._failed)
        self._views.editor.pagePasted.connect(self.read_page)

    @Slot(str, object)
    def read_page(self, html: str, image: QImage | None) -> None:
        """Read a page; `image` was copied with it, for a page without words."""
        editor, now = self._views.editor, self._views.editor.textCursor()
        start, end = (
            _tracking_cursor(now, now.selectionStart()),
            _tracking_cursor(now, now.selectionEnd()),
        )
        place = _InsertPosition(self._message.draft.id, editor.key, start, end, image)
        self._reading.start(place, _read_page_text, html)

    @Slot(object, object)
    def _page_read(self, place: _InsertPosition, page: tuple[str, bool]) -> None:
        text, cut = page
        editor = self._views.editor
        is_same_text = (place.message, place.key) == (self._message.draft.id, editor.key)
        if not is_same_text or place.start.document() is not editor.document():
            self._notify(
                self.tr("Nothing was pasted, because another text is open now. Paste again.")
            )
            return
        if not text and place.image is not None:
            editor.imagePasted.emit(place.image)
            return
        cursor = QTextCursor(editor.document())
        cursor.setPosition(place.start.position())
        cursor.setPosition(place.end.position(), QTextCursor.MoveMode.KeepAnchor)
        editor.insert_text(cursor, text)
        editor.ensureCursorVisible()
        if cut:
            self._notify(self.tr("The pasted page is too long. Only its beginning was inserted."))

    @Slot(object, object)
    def _failed(self, _place: _InsertPosition, _error: object) -> None:
        self._notify(self.tr("The pasted page could not be read."))

    def _notify(self, words: str) -> None:
        self._message.notifier.requested.emit(PageNotification("warning", words))


def _tracking_cursor(cursor: QTextCursor, position: int) -> QTextCursor:
    """Return a cursor that follows the document; text typed at it stays behind it."""
    mark = QTextCursor(cursor)
    mark.setPosition(position)
    mark.setKeepPositionOnInsert(True)
    return mark


def _read_page_text(_job: object, html: str) -> tuple[str, bool]:
    return page_text(html)

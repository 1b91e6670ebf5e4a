"""Undo and redo on the Compose page: one stack for text, files, options and times."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QTextEdit, QWidget

from posto_desktop.core.draft import Draft, MediaRef
from posto_desktop.core.history import Caret, History, Restored
from posto_desktop.core.shelf import MOST_OPEN
from posto_desktop.ui.compose.notice import ComposeNotice
from posto_desktop.ui.compose.part import Part

if TYPE_CHECKING:
    from posto_desktop.ui.compose.page import ComposePage

# What goes back; channels, labels in lists and the dates of a draft stay as they are.
CONTENT = (
    "text",
    "variants",
    "media",
    "options",
    "when_text",
    "link",
    "first_comment",
    "style",
    "labels",
    "title",
    "repeat",
)
Files = tuple[MediaRef, ...]
# Typing in a field (link, time) becomes one step when it pauses this long or the field is left.
FIELD_PAUSE_MS = 800
# Other drafts whose steps are remembered while they are put aside: as many as can be open, each
# and all together up to so many bytes.
MOST_KEPT = MOST_OPEN
MOST_KEPT_BYTES = 4 * 1024 * 1024
MOST_BYTES_IN_ALL = 16 * 1024 * 1024


@dataclass(frozen=True, eq=False)
class _Ticks:
    """Channels that a fix left out: how to do so again, how to bring them back, and after how many
    steps of the content that was."""

    again: Callable[[], None]
    back: Callable[[], None]
    steps: int


class Undoing(Part):
    """Records what the user does to the draft and takes it back.

    After a change of the draft the page's `content_changed` calls `record`; what changes a draft
    as a whole (a fix) uses `change`.  A toast's Undo is made with `way_back` or `offer`.
    """

    def __init__(self, page: ComposePage) -> None:
        super().__init__(page)
        self.now: Callable[[], float] = time.monotonic
        self._history = History(Draft())
        self._draft_id = ""
        self._kept: dict[str, History] = {}
        self._ticks: list[_Ticks] = []
        self._unticked: list[_Ticks] = []
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(FIELD_PAUSE_MS)
        self._pause.timeout.connect(self.record_now)
        page.editor.installEventFilter(self)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._focus_changed)

    # -- recording -------------------------------------------------------------------------

    @Slot(object)
    def start(self, draft: Draft) -> None:
        """Another draft is at hand.  One that was open before can still be taken back."""
        self._pause.stop()
        self.forget_ticks()
        if self._draft_id and self._history.steps and self._history.size <= MOST_KEPT_BYTES:
            self._kept[self._draft_id] = self._history
        known = self._kept.pop(draft.id, None)
        while len(self._kept) > MOST_KEPT or self._size_kept() > MOST_BYTES_IN_ALL:
            self._kept.pop(next(iter(self._kept)))
        self._draft_id = draft.id
        self._history = known or History(draft, self._caret())
        if known is not None:
            known.record(draft, now=self.now())
        self._show_able()

    def _size_kept(self) -> int:
        return sum(one.size for one in self._kept.values())

    def record(self) -> None:
        """The user changed something; typing in a field is put together until it pauses."""
        if isinstance(QApplication.focusWidget(), QLineEdit) and self._only_fields():
            self._pause.start()
            self._show_able()
            return
        self.record_now()

    @Slot()
    def record_now(self) -> None:
        """Make a step of what has changed since the last one."""
        self._pause.stop()
        self.page.drafting.pull()
        self._record()
        self._show_able()

    def end_step(self) -> None:
        """What follows is a step of its own, not the end of a word that was being typed."""
        self.record_now()
        self._history.end_step()

    def facts_found(self) -> None:
        """Workers found out about files: part of every step, and none of its own."""
        self.page.drafting.pull()
        self._history.absorb(self.page.composer.draft)

    @Slot()
    def caret_moved(self) -> None:
        """Typing elsewhere is another step, and undo leads back to where the caret was."""
        if not self.page.drafting.loading and not self._pause.isActive():
            self._record()

    def _only_fields(self) -> bool:
        """Whether what is typed now is in a field: the message's texts are as they were."""
        before = (self.page.composer.draft.text, self.page.composer.draft.variants)
        media = self.page.composer.draft.media
        self.page.drafting.pull()
        draft = self.page.composer.draft
        return before == (draft.text, draft.variants) and media == draft.media

    def _caret(self) -> Caret:
        return Caret(self.page.editor.key, *self.page.editor.caret())

    # -- back and forth --------------------------------------------------------------------

    @property
    def can_undo(self) -> bool:
        return self._pause.isActive() or self._history.can_undo or bool(self._ticks)

    @property
    def can_redo(self) -> bool:
        return not self._pause.isActive() and (self._history.can_redo or bool(self._unticked))

    @Slot()
    def undo(self) -> None:
        """Take the last step back."""
        self.record_now()
        if self._ticks and self._ticks[-1].steps >= self._history.steps:
            self._bring_back(self._ticks[-1])
            return
        self._go(self._history.undo(self.page.composer.draft, now=self.now()))

    @Slot()
    def redo(self) -> None:
        """Do again what was taken back last."""
        self.record_now()
        if self._unticked and self._unticked[-1].steps == self._history.steps:
            ticks = self._unticked.pop()
            self._ticks.append(ticks)
            ticks.again()
            self._show_able()
            return
        self._go(self._history.redo(self.page.composer.draft, now=self.now()))

    def ticked(self, again: Callable[[], None], back: Callable[[], None]) -> Callable[[], None]:
        """A fix changes which channels are ticked by `again`, which is done now; `back` undoes it.
        The Undo for its notice, which does what Ctrl+Z does as long as nothing followed."""
        self.end_step()
        self._unticked.clear()
        ticks = _Ticks(again, back, self._history.steps)
        self._ticks.append(ticks)
        again()
        self._show_able()
        return lambda: self._bring_back(ticks)

    def forget_ticks(self) -> None:
        """Another draft or another workspace is at hand: the channels that fixes left out are not
        channels of that one, and neither undo, redo nor a notice brings them there."""
        self._ticks.clear()
        self._unticked.clear()
        self._show_able()

    def _bring_back(self, ticks: _Ticks) -> None:
        if ticks in self._ticks:  # else Ctrl+Z did it already, or they are forgotten
            self._ticks.remove(ticks)
            self._unticked.append(ticks)
            ticks.back()
        self._show_able()

    def _record(self) -> None:
        """Whatever a person does anew ends what could be done again."""
        if self._history.record(self.page.composer.draft, self._caret(), now=self.now()):
            self._unticked.clear()

    def _go(self, restored: Restored | None) -> None:
        if restored is None:
            return
        self.put(restored.draft)
        if "text" in restored.changed:
            editor = self.page.editor
            self.page.writing.show_key(restored.caret.key)
            if editor.key == restored.caret.key:
                editor.set_caret(restored.caret.position, restored.caret.anchor)
            if self.page.isVisible():
                editor.setFocus(Qt.FocusReason.OtherFocusReason)
        self._show_able()

    def change(self, draft: Draft) -> None:
        """Give the message this content, as one step that can be taken back."""
        self.record_now()
        self._history.end_step()
        self.put(draft)
        self._record()
        self._history.end_step()
        self._show_able()

    def put(self, draft: Draft) -> None:
        """Show this content in all widgets; the draft at hand stays the same one."""
        page, files = self.page, self.page.composer.draft.media
        page.drafting.loading = True
        try:
            content = {name: getattr(draft, name) for name in CONTENT}
            mine = page.composer.draft = replace(page.composer.draft, **content)
            page.editor.set_text("", mine.text, in_place=True)
            for key, text in mine.variants.items():
                page.editor.set_text(key, text, in_place=True)
            page.fields.set_values(mine.link, mine.first_comment)
            if page.when.text() != mine.when_text:
                page.when.set_text(mine.when_text)
            page.when.set_repeat(mine.repeat)
            if files != mine.media:
                self._put_files()
            page.composer.replaced.emit(mine)
        finally:
            page.drafting.loading = False
        page.asking.dismiss()
        page.writing.show_inherited()
        page.writing.show_variants()
        page.composer.touch()

    def _put_files(self) -> None:
        page = self.page
        current = page.strip.currentIndex().row()
        page.media.set_files(page.composer.draft.media)
        if current >= 0 and page.media.rowCount():
            page.strip.setCurrentIndex(page.media.index(min(current, page.media.rowCount() - 1)))
        for ref in page.composer.draft.media:
            if not ref.width and not ref.problem:
                page.intake.load_facts(ref.path)  # it was taken out before anything was known

    # -- the way back of a toast -----------------------------------------------------------

    def way_back(self, before: Draft | None = None) -> Callable[[], None]:
        """An Undo for what was just done: from `before` to the message as it is now.
        Without `before` it is the last step.

        If nothing was done since it is the same as Ctrl+Z.  Otherwise only the parts that are
        still as that step left them go back; what was taken back already stays.
        """
        self.end_step()
        after = self.page.composer.draft
        if before is None:
            restored = self._history.undo(after, now=self.now())
            before = after if restored is None else restored.draft
            if restored is not None:
                self._history.redo(before, now=self.now())
        steps = self._history.steps

        def back() -> None:
            draft = self.page.composer.draft
            if draft.id != after.id:
                return
            self.record_now()
            if steps == self._history.steps and _content(draft) == _content(after):
                self.undo()
                return
            mended = _reverted(draft, before, after)
            if mended is not None:
                self.change(mended)

        return back

    def offer(self, words: str, before: Draft) -> None:
        """Say what was done, with its Undo."""
        back = self.way_back(before)
        self.page.noticeRequested.emit(ComposeNotice("ok", words, self.tr("Undo"), back))

    # -- keys ------------------------------------------------------------------------------

    @Slot(QWidget, QWidget)
    def _focus_changed(self, _old: QWidget | None, now: QWidget | None) -> None:
        if self._pause.isActive():
            self.record_now()
        field = isinstance(now, QLineEdit | QPlainTextEdit | QTextEdit)
        if now is not None and field and self.page.isAncestorOf(now):
            now.installEventFilter(self)  # a second time is as once

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The fields of the page leave these keys to the page: there is one order of steps."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            undo, redo = QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo
            if event.matches(undo) or event.matches(redo):
                event.ignore()
                return True
        return super().eventFilter(watched, event)

    def _show_able(self) -> None:
        self.page.editor.undoable = (self.can_undo, self.can_redo)


def _content(draft: Draft) -> tuple[object, ...]:
    return tuple(getattr(draft, name) for name in CONTENT)


def _reverted(draft: Draft, before: Draft, after: Draft) -> Draft | None:
    """The draft with the parts as they were before a step, where nothing came over them since;
    None when there is nothing left of it."""
    changed: dict[str, Any] = {}
    value: Any
    for name in CONTENT:
        was, became, now = (getattr(one, name) for one in (before, after, draft))
        if was == became or now == was:
            continue
        if name in ("variants", "options"):
            value = dict(now)
            for key in {**was, **became}:
                if was.get(key) != became.get(key) == now.get(key):
                    value.pop(key, None)
                    if key in was:
                        value[key] = was[key]
        elif name == "media":
            value = _files_back(now, was, became)
        else:
            value = was if now == became else now
        if value != now:
            changed[name] = value
    return replace(draft, **changed) if changed else None


def _files_back(now: Files, was: Files, became: Files) -> Files:
    """Files that a step took out come back at their places, those that it brought go; one that it
    changed is as before if it still is as the step left it."""
    if now == became:
        return was
    left = {one.path: one for one in became}
    old = {one.path: one for one in was}
    value = [
        old[one.path] if one.path in old and one == left.get(one.path) else one
        for one in now
        if one.path in old or one.path not in left
    ]
    here = {one.path for one in value}
    for number, one in enumerate(was):
        if one.path not in left and one.path not in here:
            value.insert(min(number, len(value)), one)
    return tuple(value)

"""Presenter of the text: editor, network tabs, own texts and counters."""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QTextCursor

from posto_desktop.core.draft import Draft, channel_key, channel_of, part_key, split_part_key
from posto_desktop.core.draft_history import Caret
from posto_desktop.core.limits import limits_for, network_name
from posto_desktop.core.suggestions import SIGNS
from posto_desktop.core.thread import NEXT_PART, parts_at, thread_key
from posto_desktop.sdk.records import Channel
from posto_desktop.ui.compose.layout import ComposeLayout
from posto_desktop.ui.compose.variant_bar import VariantChoice
from posto_desktop.ui.widgets.buttons import name_control, object_name_of
from posto_desktop.viewmodels.assessment import Assessment, CharacterCount
from posto_desktop.viewmodels.open_message import OpenMessage
from posto_desktop.workers.debouncer import Debouncer

FOLLOW_MS = 30
# Pixels above and below the line of the caret.
LINE_ROOM = 10


class TextPresenter(QObject):
    """The texts of the message: the common one, those of networks and of single channels.

    A text has a key: "" for the common one, a network's slug, or `channel:ID`; a further part of
    its thread has a `part_key`. The editor's key is that of the shown text; the current tab is that
    of its network.

    Signals: ``shown()``: another text or part is in the editor; ``counted()``: the counts of a
    thread are new; ``blankLinesTyped()``: three blank lines stand before the caret;
    ``wordTyped()``: a hashtag or mention was begun, or while `is_suggesting` anything was typed.
    """

    shown = Signal()
    counted = Signal()
    blankLinesTyped = Signal()
    wordTyped = Signal()

    def __init__(
        self,
        views: ComposeLayout,
        message: OpenMessage,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._views, self._message = views, message
        self.signed: Callable[[str, str], str] = lambda _key, text: text
        """Returns the typed text of a key, with the signature if the message is new."""
        self.is_suggesting = False
        """Whether every change is of interest for suggestions."""
        self._shown_variants: Set[str] = frozenset()  # the keys of own texts as shown
        # After the editor has grown with its text: asking for the caret during a change would lay
        # out lines for a wrong width.
        self._caret = Debouncer(FOLLOW_MS, self._show_caret, self, restart=False)

    @Slot(str, object, object)
    def type(self, key: str, text: str, caret: Caret) -> None:
        signed = self.signed(key, text)
        if signed != text:
            self.write(key, signed, caret)
        else:
            before = len(self.parts()[split_part_key(key)[1]])
            self._store(key, text, caret)
            if len(text) == before + 1 and text[: caret.position].endswith(NEXT_PART):
                self.blankLinesTyped.emit()
        # A comparison only: this is on the way of each letter.
        if self.is_suggesting or text[caret.position - 1 : caret.position] in SIGNS:
            self.wordTyped.emit()

    def _store(self, key: str, text: str, caret: Caret) -> None:
        whose = split_part_key(key)[0]
        inherited = () if whose in self._message.draft.variants else self._inherited(whose)
        self._message.editor.set_text(key, text, caret, inherited if whose else ())

    def write(self, key: str, text: str, caret: Caret) -> None:
        self._store(key, text, caret)
        if self._views.editor.key == key:
            self._views.editor.set_caret(caret.position, caret.anchor)

    def show_texts(self, draft: Draft) -> None:
        """Show the texts of the draft that differ from the screen."""
        editor = self._views.editor
        self._set_texts("", (draft.text, *draft.threads.get("", ())))
        for key, text in draft.variants.items():
            self._set_texts(key, (text, *draft.threads.get(key, ())))
        self.show_inherited()
        last = len(self.parts()) - 1
        if editor.part > last:
            self._show(part_key(editor.target, last))  # its part was removed
        if draft.variants.keys() != self._shown_variants:
            self._shown_variants = draft.variants.keys()
            self.show_variants()

    def _set_texts(self, key: str, parts: Sequence[str]) -> None:
        for number, text in enumerate(parts):
            self._views.editor.set_text(part_key(key, number), text, in_place=True)

    def parts(self) -> tuple[str, ...]:
        """Return the texts of the shown thread as typed, or inherited."""
        key, draft = self._views.editor.target, self._message.draft
        return parts_at(draft, key) if key in draft.variants else self._inherited(key)

    def source(self) -> str:
        """Return the key of the text that the shown one is or inherits."""
        key, draft = self._views.editor.target, self._message.draft
        channel = self._channel(key)
        slug = "" if channel is None else limits_for(channel.network).slug
        return thread_key(draft, key, slug) if key else ""

    @Slot()
    def follow_caret(self) -> None:
        """Scroll to the caret soon."""
        if self._views.editor.hasFocus():
            self._caret.call()

    @Slot()
    def _show_caret(self) -> None:
        """Scroll so that the caret's line stays visible while typing."""
        editor, scroll = self._views.editor, self._views.scroll_area
        inside = scroll.widget()
        if not editor.hasFocus() or inside is None or not inside.isAncestorOf(editor):
            return
        line = editor.cursorRect()
        middle = editor.viewport().mapTo(inside, line.center())
        scroll.ensureVisible(middle.x(), middle.y(), 0, line.height() // 2 + LINE_ROOM)

    def show_from_first_line(self) -> None:
        """Scroll to the first line of the text once it has its place; to the caret if that is too
        far from it."""
        QTimer.singleShot(0, self, self._show_first_line)

    @Slot()
    def _show_first_line(self) -> None:
        box = self._views.editor_box
        top = box.y() if not self._views.part_bar.isHidden() else 0
        self._views.scroll_area.verticalScrollBar().setValue(top)
        self._show_caret()

    @Slot(str)
    def insert_text(self, text: str) -> None:
        """Append the content of a dropped text file."""
        cursor = self._views.editor.textCursor()
        if self._views.editor.document().characterCount() > 1:
            cursor.movePosition(cursor.MoveOperation.End)
            text = f"\n{text}"
        self._views.editor.insert_text(cursor, text)
        self._views.editor.setTextCursor(cursor)

    @Slot()
    def insert_hash(self) -> None:
        self.insert_sign("#")

    @Slot()
    def insert_at(self) -> None:
        self.insert_sign("@")

    def insert_sign(self, sign: str) -> None:
        """Insert a sign such as @ or #, after a space where needed."""
        self._views.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        cursor = self._views.editor.textCursor()
        before = cursor.block().text()[: cursor.positionInBlock()]
        cursor.insertText(sign if not before or before[-1].isspace() else f" {sign}")
        self._views.editor.setTextCursor(cursor)
        self._show_caret()  # at once: the editor may be scrolled out of sight

    def name_editor(self) -> None:
        key, count = self._views.editor.target, len(self.parts())
        name = self.tr("Message")
        if key:
            name = self.tr("Message for {network}").format(network=self._name_of(key))
        key_name = f"message-for-{object_name_of(self._name_of(key))}" if key else "message"
        name_control(self._views.editor, name, key_name)
        words = ""
        if count > 1:
            words = self.tr("Part {n} of {count}").format(
                n=self._views.editor.part + 1, count=count
            )
        self._views.editor.setAccessibleDescription(words)

    # -- shown text ------------------------------------------------------------------------

    @Slot(str)
    def show_tab(self, slug: str) -> None:
        """Show the text of a network, or the common one for ""."""
        self._show(slug)

    @Slot(str)
    def show_key(self, key: str) -> bool:
        """Show the text of a key in the tab of its network; return False if that is not
        selected."""
        whose, number = split_part_key(key)
        channel = self._channel(whose)
        if channel is None and channel_of(whose) is not None:
            return False
        slug = whose if channel is None else limits_for(channel.network).slug
        if not self._views.tabs.choose(slug):
            return False
        if self._views.editor.target != whose:
            self._show(whose)
        self.show_part(number)
        return True

    def show_part(self, number: int, caret: int | None = None) -> None:
        """Show a part of the shown thread, with the caret at an index (None: where it was)."""
        number = max(0, min(number, len(self.parts()) - 1))
        if number != self._views.editor.part:
            self._show(part_key(self._views.editor.target, number))
        if caret is not None:
            self._views.editor.set_caret(caret)

    def _show(self, key: str) -> None:
        editor = self._views.editor
        whose, number = split_part_key(key)
        own = whose in self._message.draft.variants
        if whose and not own:
            self._set_texts(whose, self._inherited(whose))
        editor.show_key(key)
        if whose and not own and not number:
            # It continues the common text.
            editor.moveCursor(QTextCursor.MoveOperation.End)
        self._message.editor.move_caret(editor.caret_now())
        self.name_editor()
        self.show_variants()
        self.show_counts(self._message.checks.result)
        slug = self._views.tabs.current()
        if slug:
            self._views.preview.show_network(slug)
        self.shown.emit()
        if self._views.isVisible() and not self._views.tabs.hasFocus():
            self._views.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(object)
    def go_to(self, caret: Caret) -> None:
        """Show the text that undo or redo changed, with the caret there."""
        self.place_caret(caret)
        self._views.focus_message()

    @Slot(object)
    def place_caret(self, caret: Caret) -> None:
        """Show a text with the caret at a position in it."""
        self.show_key(caret.key)
        if self._views.editor.key == caret.key:
            self._views.editor.set_caret(caret.position, caret.anchor)

    def show_inherited(self) -> None:
        """Update the shown text if it is inherited, because its source may have changed."""
        key = self._views.editor.target
        if key and key not in self._message.draft.variants:
            self._set_texts(key, self._inherited(key))

    def _inherited(self, key: str) -> tuple[str, ...]:
        """Return the texts that apply if there are none of this key's own."""
        draft = self._message.draft
        channel = self._channel(key) if key else None
        slug = "" if channel is None else limits_for(channel.network).slug
        return parts_at(draft, slug)

    def _channel(self, key: str) -> Channel | None:
        return self._message.channels.channel(channel_of(key))

    def _name_of(self, key: str) -> str:
        channel = self._channel(key)
        return network_name(key) if channel is None else channel.name

    # -- own texts -------------------------------------------------------------------------

    def show_variants(self) -> None:
        """Show dots on the tabs, and in the bar below whose text it is."""
        if (
            channel_of(self._views.editor.target) is not None
            and self._channel(self._views.editor.target) is None
        ):
            self._show(self._views.tabs.current())  # the channel is no longer selected
            return
        variants, networks = self._message.draft.variants, self._message.channels.networks()
        own = {key for key in variants if channel_of(key) is None}
        for slug, channels in networks.items():
            if any(channel_key(channel.id) in variants for channel in channels):
                own.add(slug)
        self._views.tabs.set_customised(own)
        slug = self._views.tabs.current()
        if self._views.variant_bar.isHidden() == bool(slug):
            self._views.variant_bar.setVisible(bool(slug))
            self._views.share_height()
        if not slug:
            return
        name, channels = network_name(slug), networks.get(slug, [])
        every = self.tr("All {network} channels").format(network=name)
        choices = [VariantChoice(slug, every, slug in variants)]
        if len(channels) > 1 or self._views.editor.target != slug:
            keys = [(channel_key(channel.id), channel.name) for channel in channels]
            choices += [
                VariantChoice(key, channel_name, key in variants) for key, channel_name in keys
            ]
        elif channels and channel_key(channels[0].id) in variants:
            choices.append(VariantChoice(channel_key(channels[0].id), channels[0].name, True))
        self._views.variant_bar.show_target(slug, choices, self._views.editor.target, name)

    @Slot()
    def use_common_text(self) -> None:
        """Drop an own text: a channel falls back to its network's text, a network to the common
        one."""
        key, draft = self._views.editor.target, self._message.draft
        if key not in draft.variants:
            return
        before = self._message.draft
        after = before.without_text(key)
        self._message.editor.set_content(after)
        self._views.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        channel = self._channel(key)
        slug = "" if channel is None else limits_for(channel.network).slug
        words = self.tr("{name} uses the common text").format(name=self._name_of(key))
        if slug in after.variants:
            words = self.tr("{name} uses the text for {network}").format(
                name=self._name_of(key), network=network_name(slug)
            )
        self._message.offer_undo(words, before)

    @Slot()
    def next_tab(self) -> None:
        self._views.tabs.step(1)

    @Slot()
    def previous_tab(self) -> None:
        self._views.tabs.step(-1)

    def show_counts(self, result: Assessment) -> None:
        """Show the counters, and the tint over the limit of the shown text."""
        counts, place = self.counts_of(result, self._views.editor.part)
        own = () if self._views.tabs.current() else self._message.draft.variants.keys()
        self._views.counters.set_counts(counts, own)
        self._views.editor.mark_over(place)
        if self._message.draft.threads:
            self.counted.emit()

    def counts_of(
        self, result: Assessment, number: int
    ) -> tuple[Sequence[CharacterCount], int | None]:
        """Return the counts of a part of the shown thread, and where it is over the limit."""
        slug, key = self._views.tabs.current(), self._views.editor.target
        if not slug:
            if not number:
                return result.counts, result.common_over
            if number > len(result.further):
                return (), None  # not assessed yet
            return result.further[number - 1].counts, result.further[number - 1].common_over
        if key not in result.by_key:
            key = slug  # a channel without own text or options
        key = part_key(key, number)
        count = result.by_key.get(key)
        return [count] if count is not None else [], result.typed_over.get(key)

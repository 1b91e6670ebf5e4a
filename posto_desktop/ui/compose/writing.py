"""Writing on the Compose page: the editor, its tabs, own texts and what is counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QTextCursor

from posto_desktop.core.draft import channel_key, channel_of
from posto_desktop.core.limits import limits_for, network_name
from posto_desktop.sdk.records import Channel
from posto_desktop.ui.compose.assess import Assessment
from posto_desktop.ui.compose.part import Part
from posto_desktop.ui.compose.variant_bar import Choice
from posto_desktop.ui.widgets.buttons import name_control

if TYPE_CHECKING:
    from posto_desktop.ui.compose.page import ComposePage

FOLLOW_MS = 30
# Above and below the line that one writes in.
LINE_ROOM = 10


class Writing(Part):
    """The texts of the message: the common one, those of networks and those of single channels.

    A text goes by its key: "" the common one, a network's slug, or `channel:ID`.  The editor's key
    says which is shown; the tab is that of its network.
    """

    def __init__(self, page: ComposePage) -> None:
        super().__init__(page)
        # After the editor has grown with its text: to ask for the caret in the middle of a change
        # would lay lines out for a width that they do not get.
        self._caret = QTimer(self)
        self._caret.setSingleShot(True)
        self._caret.setInterval(FOLLOW_MS)
        self._caret.timeout.connect(self._show_caret)

    @Slot(str)
    def edited(self, key: str) -> None:
        composer = self.page.composer
        if key and key not in composer.draft.variants:
            composer.draft = composer.draft.with_text(key, "")
            self.show_variants()
        self.page.content_changed()

    @Slot()
    def follow_caret(self) -> None:
        """The caret is somewhere else."""
        if not self._caret.isActive() and self.page.editor.hasFocus():
            self._caret.start()

    @property
    def is_following(self) -> bool:
        """Whether the page is about to scroll to the caret."""
        return self._caret.isActive()

    @Slot()
    def _show_caret(self) -> None:
        """Who writes sees where: the page scrolls to the line of the caret."""
        editor, scroll = self.page.editor, self.page.scroll_area
        inside = scroll.widget()
        if not editor.hasFocus() or inside is None or not inside.isAncestorOf(editor):
            return
        line = editor.cursorRect()
        middle = editor.viewport().mapTo(inside, line.center())
        scroll.ensureVisible(middle.x(), middle.y(), 0, line.height() // 2 + LINE_ROOM)

    @Slot(str)
    def insert_text(self, text: str) -> None:
        """The content of a dropped text file, behind what is there."""
        cursor = self.page.editor.textCursor()
        if self.page.editor.document().characterCount() > 1:
            cursor.movePosition(cursor.MoveOperation.End)
            text = f"\n{text}"
        self.page.editor.insert_text(cursor, text)
        self.page.editor.setTextCursor(cursor)

    @Slot()
    def insert_hash(self) -> None:
        self.insert_sign("#")

    @Slot()
    def insert_at(self) -> None:
        self.insert_sign("@")

    def insert_sign(self, sign: str) -> None:
        """A sign with a space before it where one is needed, ready for the name."""
        cursor = self.page.editor.textCursor()
        before = cursor.block().text()[: cursor.positionInBlock()]
        cursor.insertText(sign if not before or before[-1].isspace() else f" {sign}")
        self.page.editor.setTextCursor(cursor)
        self.page.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def name_editor(self) -> None:
        key = self.page.editor.key
        name = self.tr("Message")
        if key:
            name = self.tr("Message for {network}").format(network=self._name_of(key))
        name_control(self.page.editor, name)

    # -- which text is shown ---------------------------------------------------------------

    @Slot(str)
    def show_tab(self, slug: str) -> None:
        """The tab of a network was chosen: its text, or the common one for "" """
        self._show(slug)

    @Slot(str)
    def show_key(self, key: str) -> bool:
        """Show the text of a key, in the tab of its network; False if that is not selected."""
        channel = self._channel(key)
        if channel is None and channel_of(key) is not None:
            return False
        slug = key if channel is None else limits_for(channel.network).slug
        if not self.page.tabs.choose(slug):
            return False
        if self.page.editor.key != key:
            self._show(key)
        return True

    def _show(self, key: str) -> None:
        self.page.drafting.pull()
        editor, own = self.page.editor, key in self.page.composer.draft.variants
        if not own:
            editor.set_text(key, self._inherited(key))
        editor.show_key(key)
        if key and not own:
            # It continues the text that all others have.
            editor.moveCursor(QTextCursor.MoveOperation.End)
        self.page.undoing.caret_moved()
        self.name_editor()
        self.show_variants()
        self.show_counts(self.page.composer.result)
        slug = self.page.tabs.current()
        if slug:
            self.page.preview.show_network(slug)
        if (
            self.page.isVisible()
            and not self.page.tabs.hasFocus()
            and not self.page.drafting.loading
        ):
            self.page.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_inherited(self) -> None:
        """The text on screen may be another network's or the common one, which has changed."""
        key = self.page.editor.key
        if key and key not in self.page.composer.draft.variants:
            self.page.editor.set_text(key, self._inherited(key), in_place=True)

    def _inherited(self, key: str) -> str:
        """The text that counts where there is none of this key's own."""
        draft, channel = self.page.composer.draft, self._channel(key)
        if channel is None:
            return draft.text
        return draft.variants.get(limits_for(channel.network).slug, draft.text)

    def _channel(self, key: str) -> Channel | None:
        number = channel_of(key)
        return next((one for one in self.page.composer.channels if one.id == number), None)

    def _name_of(self, key: str) -> str:
        channel = self._channel(key)
        return network_name(key) if channel is None else channel.name

    # -- own texts -------------------------------------------------------------------------

    def show_variants(self) -> None:
        """Dots on the tabs, and in the bar below whose text this is."""
        page = self.page
        if channel_of(page.editor.key) is not None and self._channel(page.editor.key) is None:
            self._show(page.tabs.current())  # the channel is not selected any more
            return
        variants, networks = page.composer.draft.variants, page.composer.networks()
        own = {key for key in variants if channel_of(key) is None}
        for slug, channels in networks.items():
            if any(channel_key(one.id) in variants for one in channels):
                own.add(slug)
        page.tabs.set_own(own)
        slug = page.tabs.current()
        if page.variant_bar.isHidden() == bool(slug):
            page.variant_bar.setVisible(bool(slug))
            page.share_height()
        if not slug:
            return
        name, channels = network_name(slug), networks.get(slug, [])
        every = self.tr("All {network} channels").format(network=name)
        choices = [Choice(slug, every, slug in variants)]
        if len(channels) > 1 or page.editor.key != slug:
            keys = [(channel_key(one.id), one.name) for one in channels]
            choices += [Choice(key, one, key in variants) for key, one in keys]
        elif channels and channel_key(channels[0].id) in variants:
            choices.append(Choice(channel_key(channels[0].id), channels[0].name, True))
        page.variant_bar.show_target(slug, choices, page.editor.key, name)

    @Slot()
    def use_common_text(self) -> None:
        """Reset to common: a channel falls back on its network's text, that on the common one."""
        key, draft = self.page.editor.key, self.page.composer.draft
        if key not in draft.variants:
            return
        before = self.page.draft
        after = before.without_text(key)
        self.page.undoing.change(after)
        self.page.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        channel = self._channel(key)
        slug = "" if channel is None else limits_for(channel.network).slug
        words = self.tr("{name} uses the common text").format(name=self._name_of(key))
        if slug in after.variants:
            words = self.tr("{name} uses the text for {network}").format(
                name=self._name_of(key), network=network_name(slug)
            )
        self.page.undoing.offer(words, before)

    @Slot()
    def next_tab(self) -> None:
        self.page.tabs.step(1)

    @Slot()
    def previous_tab(self) -> None:
        self.page.tabs.step(-1)

    def show_counts(self, result: Assessment) -> None:
        """The counters, and the tail over the limit of the text that is shown."""
        slug, key = self.page.tabs.current(), self.page.editor.key
        if not slug:
            self.page.counters.set_counts(result.counts)
            self.page.editor.mark_over(result.common_over)
            return
        if key not in result.by_key:
            key = slug  # a channel without anything of its own
        count = result.by_key.get(key)
        self.page.counters.set_counts([count] if count is not None else [])
        self.page.editor.mark_over(result.typed_over.get(key))

"""Writing on the Compose page: the editor, its tabs, own texts and what is counted."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot

from posto_desktop.core.limits import network_name
from posto_desktop.ui.compose.assess import Assessment
from posto_desktop.ui.compose.notice import ComposeNotice
from posto_desktop.ui.compose.part import Part
from posto_desktop.ui.widgets.buttons import name_control


class Writing(Part):
    """The texts of the message: the common one and those of single networks."""

    @Slot(str)
    def edited(self, key: str) -> None:
        variants = self.page.composer.draft.variants
        if key and key not in variants:
            variants[key] = ""
            self.show_variants()
        self.page.content_changed()

    @Slot(str)
    def insert_text(self, text: str) -> None:
        """The content of a dropped text file, behind what is there."""
        cursor = self.page.editor.textCursor()
        if self.page.editor.document().characterCount() > 1:
            cursor.movePosition(cursor.MoveOperation.End)
            text = f"\n{text}"
        cursor.insertText(text)
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
            name = self.tr("Message for {network}").format(network=network_name(key))
        name_control(self.page.editor, name)

    @Slot(str)
    def show_tab(self, slug: str) -> None:
        self.page.drafting.pull()
        draft = self.page.composer.draft
        if slug and slug not in draft.variants:
            self.page.editor.set_text(slug, draft.text)
        self.page.editor.show_key(slug)
        self.name_editor()
        self.show_variants()
        self.show_counts(self.page.composer.result)
        if slug:
            self.page.preview.show_network(slug)
        if (
            self.page.isVisible()
            and not self.page.tabs.hasFocus()
            and not self.page.drafting.loading
        ):
            self.page.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_variants(self) -> None:
        variants = self.page.composer.draft.variants
        self.page.tabs.set_own(set(variants))
        slug = self.page.tabs.current()
        self.page.variant_bar.setVisible(bool(slug))
        if slug:
            self.page.variant_bar.show_network(slug, network_name(slug), slug in variants)

    @Slot()
    def use_common_text(self) -> None:
        slug, draft = self.page.tabs.current(), self.page.composer.draft
        if slug not in draft.variants:
            return
        self.page.drafting.pull()
        before = draft.variants.pop(slug)
        self.page.editor.set_text(slug, draft.text, undoable=True)
        self.show_variants()
        self.page.composer.touch()
        self.page.editor.setFocus(Qt.FocusReason.OtherFocusReason)

        def back() -> None:
            if self.page.composer.draft is draft and slug not in draft.variants:
                draft.variants[slug] = before
                self.page.editor.set_text(slug, before, undoable=True)
                self.show_variants()
                self.page.composer.touch()

        words = self.tr("{name} uses the common text").format(name=network_name(slug))
        self.page.noticeRequested.emit(ComposeNotice("ok", words, self.tr("Undo"), back))

    @Slot()
    def next_tab(self) -> None:
        self.page.tabs.step(1)

    @Slot()
    def previous_tab(self) -> None:
        self.page.tabs.step(-1)

    def show_counts(self, result: Assessment) -> None:
        slug, variants = self.page.tabs.current(), self.page.composer.draft.variants
        self.page.counters.set_counts([one for one in result.counts if slug in ("", one.slug)])
        if slug:
            self.page.editor.mark_over(result.typed_over.get(slug))
            return
        tails = [
            place
            for network, place in result.typed_over.items()
            if place is not None and network not in variants
        ]
        self.page.editor.mark_over(min(tails, default=None))

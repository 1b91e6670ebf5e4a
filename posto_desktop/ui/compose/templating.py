"""Templates on the Compose page: made from a message, used, renamed, deleted, brought back."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPoint, Signal, Slot
from PySide6.QtWidgets import QWidget

from posto_desktop.core.draft import Draft
from posto_desktop.core.folding import fold
from posto_desktop.core.shelf import draft_from, template_from, title_of
from posto_desktop.ui.compose.notice import ComposeNotice
from posto_desktop.ui.compose.part import Part
from posto_desktop.ui.compose.when_reading import understand


class Templating(Part):
    """Signals ``kept(Draft)``: store this template; ``deleted(str)``: remove it from the store."""

    kept = Signal(object)
    deleted = Signal(str)

    @Slot()
    def ask_name(self) -> None:
        """Keep the message as a template: under which name?"""
        from posto_desktop.ui.compose.name_row import NamePopup

        draft = self.page.draft
        if draft.is_empty:
            words = self.tr("There is nothing to keep yet")
            self.page.noticeRequested.emit(ComposeNotice("info", words))
            return
        popup = NamePopup(
            self.tr("Save as template"),
            self.tr("Text, files, channels, options, labels and the time as typed are kept."),
            self.page,
        )
        popup.setMinimumWidth(380)
        popup.named.connect(self.keep_message)
        bar: QWidget = self.page.action_bar
        hint = popup.sizeHint()
        place = QPoint(bar.width() - max(380, hint.width()) - 16, -hint.height() - 8)
        popup.show_at(bar.mapToGlobal(place))
        words = self.tr("Name of the template")
        popup.row.ask(words, self.tr("Save template"), title_of(draft)[:60])

    @Slot(str)
    def keep_message(self, name: str) -> None:
        """The message at hand becomes a template; it stays as it is."""
        self.keep(self.page.draft, name)

    @Slot(str, str)
    def keep_draft(self, draft_id: str, name: str) -> Draft | None:
        """The same for one of the drafts; returns the template."""
        draft = self.page.shelf.get(draft_id)
        return self.keep(draft, name) if draft is not None else None

    def keep(self, draft: Draft, name: str) -> Draft:
        """Keep a copy as a template. One of the same name is replaced; Undo brings it back."""
        template = template_from(draft, name)
        before = next(
            (
                one
                for one in self.page.shelf.templates()
                if fold(title_of(one)) == fold(title_of(template))
            ),
            None,
        )
        if before is not None:
            template = replace(template, id=before.id)
        self._put(template)

        def back() -> None:
            if before is not None:
                self._put(before)
            else:
                self._drop(template.id)

        words = self.tr("Template “{name}” saved")
        if before is not None:
            words = self.tr("Template “{name}” replaced")
        words = words.format(name=template.name)
        self.page.noticeRequested.emit(ComposeNotice("ok", words, self.tr("Undo"), back))
        return template

    @Slot(str)
    def use(self, template_id: str) -> None:
        """Begin a message with a template's content."""
        template = self.page.shelf.template(template_id)
        if template is None:
            return
        draft = draft_from(template, self.page.composer.workspace)
        if understand(draft.when_text, self.page.clock(), self.page.zone).kind == "past":
            draft = replace(draft, when_text="")  # a day that was meant once, not "fri 18:30"
        self.page.drafting.restore(draft)

    @Slot(str, str)
    def rename(self, template_id: str, name: str) -> None:
        template = self.page.shelf.template(template_id)
        if template is not None and name != template.name:
            self._put(replace(template, name=name))

    @Slot(str)
    def delete(self, template_id: str) -> None:
        """Remove a template; the notice brings it back."""
        template = self.page.shelf.template(template_id)
        if template is None:
            return
        self._drop(template_id)

        def back() -> None:
            self._put(template)

        self.page.shelf.remember(back)
        words = self.tr("Template “{name}” deleted").format(name=title_of(template))
        self.page.noticeRequested.emit(ComposeNotice("ok", words, self.tr("Undo"), back))

    def _put(self, template: Draft) -> None:
        self.page.shelf.put_template(template)
        self.kept.emit(template)

    def _drop(self, template_id: str) -> None:
        self.page.shelf.drop_template(template_id)
        self.deleted.emit(template_id)

"""The style of the message at hand: chosen, read, and kept up to date while files change."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot

from posto_desktop.core.draft import Draft
from posto_desktop.core.styles import Wardrobe
from posto_desktop.models.styles import style_title
from posto_desktop.ui.compose.part import Part

if TYPE_CHECKING:
    from posto_desktop.ui.compose.page import ComposePage


class Styling(Part):
    """Gives the draft its dress (core.styles), so that counters, checks, previews and what is
    posted are made with it."""

    def __init__(self, page: ComposePage) -> None:
        super().__init__(page)
        self.wardrobe: Wardrobe | None = None
        """All styles; None until they have been read."""
        self._service = ""
        page.style_row.chosen.connect(self._chosen)
        page.composer.replaced.connect(self._replaced)
        page.when.changed.connect(self._dress)

    @Slot(object)
    def set_wardrobe(self, wardrobe: Wardrobe) -> None:
        """The styles as they are now; the message follows at once."""
        self.wardrobe = wardrobe
        self.page.style_row.set_styles([(one.name, style_title(one)) for one in wardrobe.usable()])
        if self._dress():
            self.page.composer.refresh()

    def set_service(self, address: str) -> None:
        """The service whose defaults of channels count."""
        self._service = address
        if self._dress():
            self.page.composer.look_again()

    def choose(self, name: str) -> None:
        """Use a style for the message, as if it had been chosen in the box."""
        self.page.leave_first_run()
        self.page.style_row.set_value(name)
        self._chosen(name)

    @Slot(str)
    def _chosen(self, name: str) -> None:
        if self.page.composer.draft.style == name:
            return
        self.page.undoing.end_step()
        self.page.composer.draft = replace(self.page.composer.draft, style=name)
        self._dress()
        self.page.content_changed()

    @Slot(object)
    def _replaced(self, draft: Draft) -> None:
        self.page.style_row.set_value(draft.style)
        self._dress()

    @Slot()
    def _dress(self) -> bool:
        """Read what the style says into the draft; whether that is something else now."""
        if self.wardrobe is None:
            return False
        draft = self.page.composer.draft
        found = self.wardrobe.dress(draft.style, self._service, self._day())
        if found == draft.dress:
            return False
        self.page.composer.draft = replace(draft, dress=found)
        return True

    def _day(self) -> date:
        reading = self.page.when.reading
        when = reading.when if reading.ok and reading.when is not None else self.page.clock()
        return when.astimezone(self.page.zone).date()

    # -- names that change ---------------------------------------------------------------------

    def renamed(self, before: str, name: str) -> None:
        """A style has another name: drafts and templates that use it follow."""
        page = self.page
        if before == name:
            return
        for draft in page.shelf.drafts():
            if draft.style == before and draft.id != page.composer.draft.id:
                page.shelf.keep(replace(draft, style=name))
        for template in page.shelf.templates():
            if template.style == before:
                changed = replace(template, style=name)
                page.shelf.put_template(changed)
                page.templateKept.emit(changed)
        if page.composer.draft.style == before:
            page.composer.draft = replace(page.composer.draft, style=name)
            page.style_row.set_value(name)
            self._dress()
            page.composer.touch()

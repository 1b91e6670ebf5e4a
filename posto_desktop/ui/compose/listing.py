"""The list of drafts and templates: opened under the button in the head, and what it asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, Slot
from shiboken6 import isValid

from posto_desktop.core.draft import Draft
from posto_desktop.core.limits import limits_for
from posto_desktop.ui.compose.part import Part
from posto_desktop.ui.compose.when_text import ago

if TYPE_CHECKING:
    from posto_desktop.ui.compose.drafts_list import DraftsList
    from posto_desktop.ui.compose.page import ComposePage


class Listing(Part):
    """Nothing of it is imported or made before the list is opened for the first time."""

    def __init__(self, page: ComposePage, images: Any) -> None:
        super().__init__(page)
        self._images = images
        self._pictures: Any = None
        self._popup: DraftsList | None = None
        page.shelf.listChanged.connect(self._fill)

    @Slot()
    def show_drafts(self) -> None:
        """Open the list of drafts."""
        self._open(templates=False)

    @Slot()
    def show_templates(self) -> None:
        """Open the list with the templates: a message begins from the one that is chosen."""
        self._open(templates=True)

    def _open(self, *, templates: bool) -> None:
        from posto_desktop.models.drafts import Lookups
        from posto_desktop.ui.compose.draft_pictures import DraftPictures
        from posto_desktop.ui.compose.drafts_list import DraftsList

        page = self.page
        page.drafting.put_by()
        if self._pictures is None:
            self._pictures = DraftPictures(self._images, page.devicePixelRatioF(), self)
        lookups = Lookups(self._age, self._networks, self._pictures.get)
        popup = DraftsList(lookups, page.drafting.known_labels, page)
        popup.opened.connect(page.shelf.open)
        popup.duplicated.connect(page.shelf.duplicate)
        popup.deleted.connect(page.shelf.delete)
        popup.labelled.connect(page.drafting.label)
        popup.templateWanted.connect(self._keep_template)
        popup.templateUsed.connect(page.templating.use)
        popup.renamed.connect(page.templating.rename)
        popup.templateDeleted.connect(page.templating.delete)
        popup.newRequested.connect(page.drafting.start_new)
        popup.undoRequested.connect(page.shelf.take_back)
        self._pictures.arrived.connect(popup.model.pictures_changed)
        self._popup = popup
        if templates:
            popup.show_templates()
        self._fill()
        button, window = page.drafts_button, page.window()
        corner = button.mapTo(window, QPoint(button.width(), button.height() + 4))
        popup.fit(corner.x() - 8, window.height() - corner.y() - 8)
        popup.show_at(window.mapToGlobal(QPoint(corner.x() - popup.width(), corner.y())))

    @Slot(str, str)
    def _keep_template(self, draft_id: str, name: str) -> None:
        """Keep a draft as a template, and show it where it is now."""
        template = self.page.templating.keep_draft(draft_id, name)
        if template is not None and self._popup is not None:
            self._popup.show_templates(template.id)

    @Slot()
    def _fill(self) -> None:
        if self._popup is not None and isValid(self._popup):
            shelf = self.page.shelf
            self._popup.fill(shelf.drafts(), shelf.templates(), self.page.open_messages.ids)

    def _age(self, draft: Draft) -> str:
        return ago(draft.updated_at, self.page.clock())

    def _networks(self, draft: Draft) -> list[str]:
        """The numbers of channels mean something in their own workspace only."""
        page = self.page
        if draft.workspace != page.composer.workspace:
            return []
        found = map(page.targets.model.channel, draft.channel_ids)
        return list(dict.fromkeys(limits_for(one.network).slug for one in found if one is not None))

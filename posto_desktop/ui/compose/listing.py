"""The list of drafts and templates: opened under the button in the head, and what it asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QPoint, Slot
from shiboken6 import isValid

from posto_desktop.core.draft import Draft
from posto_desktop.core.limits import limits_for
from posto_desktop.core.shelf import title_of
from posto_desktop.models.when_text import ago
from posto_desktop.ui.compose.layout import ComposeLayout
from posto_desktop.viewmodels.message import Message
from posto_desktop.workers.images import ImageLoader

if TYPE_CHECKING:
    from posto_desktop.ui.compose.drafts_list import DraftsList


class Listing(QObject):
    """Nothing of it is imported or made before the list is opened for the first time."""

    def __init__(
        self,
        views: ComposeLayout,
        message: Message,
        images: ImageLoader,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._views, self._message = views, message
        self._images = images
        self._pictures: Any = None
        self._popup: DraftsList | None = None
        self._message.store.changed.connect(self._fill)

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
        from posto_desktop.ui.compose.drafts_list import DraftsList
        from posto_desktop.ui.shared.draft_pictures import DraftPictures

        self._message.editor.save()
        if self._pictures is None:
            self._pictures = DraftPictures(self._images, self._views.devicePixelRatioF(), self)
        lookups = Lookups(self._age, self._networks, self._pictures.get)
        popup = DraftsList(lookups, self._message.open_drafts.known_labels, self._views)
        popup.opened.connect(self._message.open_drafts.open_stored)
        popup.duplicated.connect(self._message.store.duplicate)
        popup.deleted.connect(self._message.open_drafts.delete)
        popup.labelled.connect(self._message.open_drafts.label)
        popup.templateWanted.connect(self._keep_template)
        popup.templateUsed.connect(self._message.templates.use)
        popup.renamed.connect(self._message.templates.rename)
        popup.templateDeleted.connect(self._message.templates.delete)
        popup.newRequested.connect(self._message.open_drafts.start_new)
        popup.undoRequested.connect(self._message.store.undo_delete)
        self._pictures.arrived.connect(popup.model.pictures_changed)
        self._popup = popup
        if templates:
            popup.show_templates()
        self._fill()
        button, window = self._views.drafts_button, self._views.window()
        corner = button.mapTo(window, QPoint(button.width(), button.height() + 4))
        popup.fit(corner.x() - 8, window.height() - corner.y() - 8)
        popup.show_at(window.mapToGlobal(QPoint(corner.x() - popup.width(), corner.y())))

    @Slot()
    def save_as_template(self) -> None:
        """Keep the message as a template: under which name? The message stays as it is."""
        from posto_desktop.ui.widgets.names import NamePopup

        draft = self._message.draft
        if draft.is_empty:
            self._message.notices.say("info", self.tr("There is nothing to keep yet"))
            return
        note = self.tr("Text, files, channels, options, labels and the time as typed are kept.")
        popup = NamePopup(
            "template-name-popup", self.tr("Save as template"), lambda _name: note, self._views
        )
        bar = self._views.action_bar
        popup.setMinimumWidth(380)
        popup.named.connect(lambda name: self._message.templates.keep(self._message.draft, name))
        words = self.tr("Name of the template")
        popup.row.ask(words, self.tr("Save template"), title_of(draft)[:60])
        hint = popup.sizeHint()
        place = QPoint(bar.width() - max(380, hint.width()) - 16, -hint.height() - 8)
        popup.show_at(bar.mapToGlobal(place))

    @Slot(str, str)
    def _keep_template(self, draft_id: str, name: str) -> None:
        """Keep a draft as a template, and show it where it is now."""
        template = self._message.templates.keep_draft(draft_id, name)
        if template is not None and self._popup is not None:
            self._popup.show_templates(template.id)

    @Slot()
    def _fill(self) -> None:
        if self._popup is not None and isValid(self._popup):
            shelf = self._message.store
            self._popup.fill(shelf.drafts(), shelf.templates(), self._message.open_drafts.ids)

    def _age(self, draft: Draft) -> str:
        return ago(draft.updated_at, self._message.clock())

    def _networks(self, draft: Draft) -> list[str]:
        """The numbers of channels mean something in their own workspace only."""
        if draft.workspace != self._message.channels.workspace:
            return []
        found = map(self._message.channels.model.channel, draft.channel_ids)
        return list(dict.fromkeys(limits_for(one.network).slug for one in found if one is not None))

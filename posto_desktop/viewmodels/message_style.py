"""The style of the open message: chosen, read, and kept up to date while files change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, tzinfo

from PySide6.QtCore import QObject, Signal, Slot

from posto_desktop.core.draft import Draft
from posto_desktop.core.dress import Dress
from posto_desktop.core.styles import Wardrobe
from posto_desktop.models.styles import style_title
from posto_desktop.models.when_reading import understand
from posto_desktop.stores.drafts import DraftStore
from posto_desktop.viewmodels.draft_editor import DraftEditor


class MessageStyle(QObject):
    """Gives the draft what its style says (`core.dress`), so that counters, checks, previews and
    what is posted are made with it.

    Signal `stylesChanged(list[tuple[str, str]])`: the styles to choose from, (name, title).
    """

    stylesChanged = Signal(list)

    def __init__(
        self,
        editor: DraftEditor,
        store: DraftStore,
        clock: Callable[[], datetime],
        zone: tzinfo,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._editor, self._store = editor, store
        self._clock, self._zone = clock, zone
        self.wardrobe: Wardrobe | None = None
        """All styles; None until they have been read."""
        self._service = ""
        editor.find_dress = self._dress_of

    @Slot(object)
    def set_wardrobe(self, wardrobe: Wardrobe) -> None:
        """The styles as they are now; the message follows at once."""
        self.wardrobe = wardrobe
        self._editor.refresh_dress()
        self.stylesChanged.emit([(one.name, style_title(one)) for one in wardrobe.usable()])

    def set_service(self, address: str) -> None:
        """The service whose defaults of channels count."""
        self._service = address
        self._editor.refresh_dress()

    @Slot(str)
    def choose(self, name: str) -> None:
        """Use a style for the message; "" for none."""
        self._editor.edit_alone(style=name)

    def rename(self, before: str, name: str) -> None:
        """A style has another name: drafts and templates that use it follow."""
        if before == name:
            return
        open_id = self._editor.draft.id
        for draft in self._store.drafts():
            if draft.style == before and draft.id != open_id:
                self._store.put(replace(draft, style=name))
        for template in self._store.templates():
            if template.style == before:
                self._store.put_template(replace(template, style=name))
        if self._editor.draft.style == before:
            self._editor.adopt(style=name)

    def _dress_of(self, draft: Draft) -> Dress | None:
        """What the style of a draft says, on the day on which it goes out."""
        if self.wardrobe is None:
            return draft.dress
        return self.wardrobe.dress(draft.style, self._service, self._day(draft))

    def _day(self, draft: Draft) -> date:
        now = self._clock()
        reading = understand(draft.when_text, now, self._zone)
        when = reading.when if reading.ok and reading.when is not None else now
        return when.astimezone(self._zone).date()

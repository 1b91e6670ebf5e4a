"""Style of the open message: chosen, resolved, and updated when style files change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, tzinfo

from PySide6.QtCore import QObject, Signal, Slot

from posto_desktop.core.draft import Draft
from posto_desktop.core.resolved_style import ResolvedStyle
from posto_desktop.core.styles import StyleRegistry
from posto_desktop.models.parsed_time import parse_time
from posto_desktop.models.styles import style_title
from posto_desktop.stores.drafts import DraftStore
from posto_desktop.viewmodels.draft_editor import DraftEditor


class MessageStyle(QObject):
    """Resolves the style of the draft (`core.resolved_style`) for counters, checks, previews and
    posts.

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
        self.style_registry: StyleRegistry | None = None
        """All styles; None until they are read."""
        self._service = ""
        editor.find_resolved_style = self._resolved_style_of

    @Slot(object)
    def set_style_registry(self, style_registry: StyleRegistry) -> None:
        """Set the styles and resolve the style of the message again."""
        self.style_registry = style_registry
        self._editor.refresh_resolved_style()
        self.stylesChanged.emit(
            [(style.name, style_title(style)) for style in style_registry.usable()]
        )

    def set_service(self, address: str) -> None:
        """Set the service whose channel defaults apply."""
        self._service = address
        self._editor.refresh_resolved_style()

    @Slot(str)
    def choose(self, name: str) -> None:
        self._editor.edit_alone(style=name)

    def rename(self, before: str, name: str) -> None:
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

    def _resolved_style_of(self, draft: Draft) -> ResolvedStyle | None:
        """Return the style of a draft, resolved for the day of its post."""
        if self.style_registry is None:
            return draft.resolved_style
        return self.style_registry.resolved_style(draft.style, self._service, self._day(draft))

    def _day(self, draft: Draft) -> date:
        now = self._clock()
        reading = parse_time(draft.when_text, now, self._zone)
        when = reading.when if reading.ok and reading.when is not None else now
        return when.astimezone(self._zone).date()

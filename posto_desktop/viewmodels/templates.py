"""Templates: save, use, rename, delete and restore."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, tzinfo

from PySide6.QtCore import QObject, Slot

from posto_desktop.core.draft import Draft
from posto_desktop.core.draft_list import draft_from, template_from, title_of
from posto_desktop.core.folding import fold
from posto_desktop.models.parsed_time import parse_time
from posto_desktop.stores.drafts import DraftStore
from posto_desktop.viewmodels.notification import PageNotifier
from posto_desktop.viewmodels.open_drafts import OpenDrafts


class Templates(QObject):
    """Makes templates of messages, and messages of templates; the store owns both."""

    def __init__(
        self,
        store: DraftStore,
        open_drafts: OpenDrafts,
        notifier: PageNotifier,
        clock: Callable[[], datetime],
        zone: tzinfo,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._store, self._open_drafts = store, open_drafts
        self._notifier = notifier
        self._clock, self._zone = clock, zone

    def save(self, draft: Draft, name: str) -> Draft:
        """Save a copy as a template, replacing one of the same name, with Undo."""
        template = template_from(draft, name)
        before = next(
            (
                existing
                for existing in self._store.templates()
                if fold(title_of(existing)) == fold(title_of(template))
            ),
            None,
        )
        if before is not None:
            template = replace(template, id=before.id)
        self._store.put_template(template)

        def undo() -> None:
            if before is not None:
                self._store.put_template(before)
            else:
                self._store.remove_template(template.id)

        words = self.tr("Template “{name}” saved")
        if before is not None:
            words = self.tr("Template “{name}” replaced")
        self._notifier.offer_undo(words.format(name=template.name), undo)
        return template

    def save_draft(self, draft_id: str, name: str) -> Draft | None:
        """Save a draft as a template and return the template; None if the id is unknown."""
        draft = self._store.get(draft_id)
        return self.save(draft, name) if draft is not None else None

    @Slot(str)
    def use(self, template_id: str) -> None:
        template = self._store.template(template_id)
        if template is None:
            return
        draft = draft_from(template, self._open_drafts.workspace)
        if parse_time(draft.when_text, self._clock(), self._zone).kind == "past":
            draft = replace(draft, when_text="")  # a date was meant once, unlike "fri 18:30"
        self._open_drafts.load_changed(draft)

    @Slot(str, str)
    def rename(self, template_id: str, name: str) -> None:
        template = self._store.template(template_id)
        if template is not None and name != template.name:
            self._store.put_template(replace(template, name=name))

    @Slot(str)
    def delete(self, template_id: str) -> None:
        template = self._store.template(template_id)
        restore = self._store.delete_template(template_id)
        if template is not None and restore is not None:
            words = self.tr("Template “{name}” deleted").format(name=title_of(template))
            self._notifier.offer_undo(words, restore)

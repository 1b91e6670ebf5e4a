"""Controller of the Styles page: reads and watches style files, and applies a style to the
message."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

from posto_desktop.controllers.context import AppContext
from posto_desktop.controllers.defaults import DefaultsController
from posto_desktop.controllers.notifier import show_notification
from posto_desktop.controllers.page_controller import PageController
from posto_desktop.core.style_uses import posts_of
from posto_desktop.viewmodels.styles_state import StylesState

if TYPE_CHECKING:
    from posto_desktop.core.entries import Entry
    from posto_desktop.core.styles import StyleRegistry
    from posto_desktop.delivery.style_store import StyleResult
    from posto_desktop.ui.shared.preview_posts import PreviewSources
    from posto_desktop.ui.styles.page import StylesPage
    from posto_desktop.viewmodels.open_message import OpenMessage
    from posto_desktop.workers.notification import ConnectionState

FIRST_READ_MS = 400


class StylesController(PageController["StylesPage"]):
    """Reads and watches the styles soon after the start, for Compose as well as for the Styles
    page."""

    KEY = "styles"
    ICON = "swatch-book"
    MODULES = (
        "posto_desktop.models.styles",
        "posto_desktop.ui.shared.template_edit",
        "posto_desktop.ui.styles.parts_card",
        "posto_desktop.ui.styles.form",
        "posto_desktop.ui.styles.preview",
        "posto_desktop.ui.styles.page",
    )

    def __init__(
        self,
        context: AppContext,
        message: OpenMessage,
        preview_sources: PreviewSources,
        parent: QObject | None = None,
    ) -> None:
        """`preview_sources` are the pictures of the open message, for the preview of a style."""
        super().__init__(context, parent)
        from posto_desktop.workers.styles import StyleLibrary

        self._message, self._preview_sources = message, preview_sources
        self.state = StylesState(message.store, self)
        self.styles = StyleLibrary(context.runner, context.paths.config, self)
        self.styles.changed.connect(self._changed)
        self.styles.done.connect(self._done)
        self.styles.refused.connect(self._refused)
        self.defaults = DefaultsController(context, self.styles, message, self)
        context.service.state_changed.connect(self._state_changed)
        context.service.outbox_changed.connect(self._entries_changed)
        context.window.stylesDropped.connect(self.import_files)
        # The first screen does not need the styles.
        self._first = QTimer(self, singleShot=True, interval=FIRST_READ_MS)
        self._first.timeout.connect(self.styles.watch)
        self._first.start()

    def title(self) -> str:
        return self.tr("Styles")

    def build(self) -> StylesPage:
        from posto_desktop.ui.styles.page import StylesPage
        from posto_desktop.ui.styles.sample_picture import SamplePicture

        page, styles = StylesPage(self.state, preview_sources=self._preview_sources), self.styles
        page.saveRequested.connect(styles.save)
        page.addRequested.connect(styles.add)
        page.deleteRequested.connect(styles.delete)
        page.restoreRequested.connect(styles.restore)
        page.arrangeRequested.connect(styles.arrange)
        page.importRequested.connect(self.import_files)
        page.exportRequested.connect(styles.export)
        page.watermarkRequested.connect(styles.import_watermark)
        page.defaultsRequested.connect(self._open_defaults)
        page.useRequested.connect(self._use)
        page.draftRequested.connect(self._open_draft)
        page.campaignsRequested.connect(partial(self.context.window.show_page, "campaigns"))
        page.notificationRequested.connect(partial(show_notification, self.context.window))
        page.presentRequested.connect(self._set_present)
        campaigns = self.context.service.campaigns
        page.presentRequested.connect(campaigns.look_for_styles)
        campaigns.styles_used.connect(self.state.uses.set_campaigns)
        if styles.known is None:
            self._first.stop()
            styles.watch()
        context = self.context
        page.set_picture(SamplePicture(context.runner, context.images, page))
        return page

    def flush(self) -> None:
        self.state.editor.save_all()
        self.styles.finish()

    def show_style(self, name: str) -> None:
        self.context.window.show_page(self.KEY)
        self.state.editor.open_named(name)

    @Slot(object)
    def import_files(self, paths: list[str]) -> None:
        """Import style files; the page shows the outcome."""
        for path in paths:
            self.styles.import_style(path)
        self.context.window.show_page(self.KEY)

    @Slot(object)
    def _changed(self, style_registry: StyleRegistry) -> None:
        self._message.style.set_style_registry(style_registry)
        self.defaults.changed(style_registry)
        self.state.set_style_registry(style_registry)

    @Slot(object)
    def _done(self, outcome: StyleResult) -> None:
        if self.defaults.done(outcome):
            return
        before, style = outcome.before, outcome.style
        was_own = before is not None and not before.builtin
        if outcome.kind == "saved" and before is not None and was_own and style is not None:
            self._message.style.rename(before.name, style.name)
        self.state.set_outcome(outcome)

    @Slot(str, str)
    def _refused(self, name: str, why: str) -> None:
        if self.defaults.refused(name, why):
            return
        if self.widget is not None:
            self.state.set_refused(name, why)
        else:
            self.context.window.show_notification("error", why)

    @Slot(object)
    def _state_changed(self, _state: ConnectionState) -> None:
        address = self.context.service.service_address
        self._message.style.set_service(address)
        self.state.set_service(address)

    @Slot(object)
    def _entries_changed(self, entries: Sequence[Entry]) -> None:
        self.state.uses.set_posts(posts_of(entries, datetime.now(UTC)))

    @Slot()
    def _set_present(self) -> None:
        self.state.set_present(self._message.draft, self._message.channels.listed)

    @Slot()
    def _open_defaults(self) -> None:
        style = self.state.editor.style
        self.defaults.open(None, style.name if style and not style.problem else None)

    @Slot(str)
    def _use(self, name: str) -> None:
        """Start a message with a style; the open one stays among the drafts."""
        self.context.window.show_page("compose")
        self._message.open_drafts.start_new()
        self._message.style.choose(name)

    @Slot(str)
    def _open_draft(self, draft_id: str) -> None:
        self.context.window.show_page("compose")
        if self._message.store.get(draft_id) is not None:
            self._message.open_drafts.open_by_id(draft_id)
        else:
            self._message.templates.use(draft_id)

"""Controller of what the site sends by itself: its rows on the pages, and its planners."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from posto_desktop.controllers.context import AppContext
from posto_desktop.controllers.page_controller import open_url
from posto_desktop.core.site_schedule import SiteSchedule
from posto_desktop.sdk.planners import ACTIVE, PAUSED
from posto_desktop.stores.site_schedule import SiteScheduleStore

if TYPE_CHECKING:
    from posto_desktop.controllers.calendar import CalendarController
    from posto_desktop.controllers.schedule import ScheduleController
    from posto_desktop.ui.dialogs.site_planners_dialog import SitePlannersDialog

__all__ = ["SiteScheduleController"]

PLANNERS_PAGE = "/wp-admin/admin.php?page=fs-poster#/planners"


class SiteScheduleController(QObject):
    """Gives the pages the rows of `store`, and carries out what they ask for planners. Signals:
    `rowsChanged(list[Schedule])`, `settingsChanged(AutoShareSettings or None)`: what the site does
    to links."""

    rowsChanged = Signal(object)
    settingsChanged = Signal(object)

    def __init__(
        self,
        context: AppContext,
        schedule: ScheduleController,
        calendar: CalendarController,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._context, self._schedule, self._calendar = context, schedule, calendar
        self.store = SiteScheduleStore(self)
        self._dialog: SitePlannersDialog | None = None
        site = context.service.site
        site.loaded.connect(self._loaded)
        site.changed.connect(self._changed)
        site.change_failed.connect(self._change_failed)
        context.channels.channelsChanged.connect(self._channels_changed)
        self.store.changed.connect(self._show)
        for pages in (schedule, calendar):
            pages.plannerPauseRequested.connect(self.pause)
            pages.siteRequested.connect(self.open_site)
            pages.plannersRequested.connect(self.open_planners)

    @Slot()
    def clear(self) -> None:
        """Show nothing while another workspace opens."""
        self.store.clear()

    @Slot(str, object)
    def _loaded(self, workspace: str, schedule: SiteSchedule) -> None:
        if workspace == self._context.service.workspace_id:
            self._channels_changed()
            self.store.set_schedule(schedule)

    @Slot()
    def _channels_changed(self) -> None:
        channels = {channel.id: channel for channel in self._context.channels.channels()}
        self.store.set_channels(channels)

    @Slot()
    def _show(self) -> None:
        rows, known = self.store.rows, self.store.schedule
        for controller in (self._schedule, self._calendar):
            controller.set_site_rows(rows, known)
        self._show_in_dialog()
        self.rowsChanged.emit(rows)
        self.settingsChanged.emit(known.settings)

    # -- pausing -------------------------------------------------------------------------------

    @Slot(int)
    def pause(self, planner_id: int) -> None:
        """Pause a planner of the site, with Undo: its posts go from the pages at once."""
        self._choose_with_undo(planner_id, PAUSED)

    @Slot(int)
    def resume(self, planner_id: int) -> None:
        """Have a paused planner go on, with Undo."""
        self._choose_with_undo(planner_id, ACTIVE)

    def _choose_with_undo(self, planner_id: int, status: str) -> None:
        planner = self.store.planner(planner_id)
        if planner is None or not self.store.schedule.can_change or planner.status == status:
            return
        name = planner.title
        self._choose(planner_id, status)
        revert = partial(self._choose, planner_id, planner.status)
        undo = self._schedule.undo.add_planner_step(
            revert, partial(self._choose, planner_id, status)
        )
        text = self.tr("“{name}” paused") if status == PAUSED else self.tr("“{name}” goes on")
        self._context.window.show_notification(
            "ok", text.format(name=name), action_text=self.tr("Undo"), callback=undo
        )

    def _choose(self, planner_id: int, status: str) -> None:
        self.store.choose_status(planner_id, status)
        self._context.service.site.change(planner_id, status)

    @Slot(str, int, str)
    def _changed(self, workspace: str, planner_id: int, status: str) -> None:
        if workspace != self._context.service.workspace_id:
            return
        self.store.confirm(planner_id, status)
        if status == ACTIVE:  # its posts are known only to the site
            self._context.service.site.read()

    @Slot(str, int, str)
    def _change_failed(self, workspace: str, planner_id: int, sentence: str) -> None:
        if workspace != self._context.service.workspace_id:
            return
        planner = self.store.planner(planner_id)
        name = planner.title if planner is not None else ""
        self.store.take_back(planner_id)
        text = self.tr("“{name}” was not changed on the site.").format(name=name)
        self._context.window.show_notification("error", " ".join((text, sentence)).strip())

    # -- all planners --------------------------------------------------------------------------

    @Slot()
    def open_planners(self) -> None:
        """List the planners of the site, and pause or resume them there."""
        from posto_desktop.ui.dialogs.site_planners_dialog import SitePlannersDialog

        dialog = SitePlannersDialog(lambda: datetime.now(UTC), self._context.window)
        dialog.statusRequested.connect(self._choose_with_undo)
        dialog.siteRequested.connect(self.open_site)
        dialog.finished.connect(self._dialog_closed)
        self._dialog = dialog
        self._show_in_dialog()
        dialog.open()

    @Slot()
    def _dialog_closed(self) -> None:
        self._dialog = None

    def _show_in_dialog(self) -> None:
        known = self.store.schedule
        if self._dialog is not None:
            self._dialog.show_planners(known.planners, can_change=known.can_change)

    # -- the site ------------------------------------------------------------------------------

    @Slot()
    def open_site(self) -> None:
        """Open the planners of the site in the browser."""
        address = self._context.service.service_address
        if address:
            open_url(address.rstrip("/") + PLANNERS_PAGE)

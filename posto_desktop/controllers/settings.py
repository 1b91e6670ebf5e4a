"""Controller of the settings: their window, and the effect of each setting."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal, Slot

from posto_desktop.controllers.context import AppContext
from posto_desktop.models import dates
from posto_desktop.models.locale_settings import use_day_time, use_locale
from posto_desktop.storage.setting_declarations import Value
from posto_desktop.ui.theme import Theme

if TYPE_CHECKING:
    from posto_desktop.controllers.activity import ActivityController
    from posto_desktop.controllers.calendar import CalendarController
    from posto_desktop.controllers.campaigns import CampaignsController
    from posto_desktop.controllers.compose import ComposeController
    from posto_desktop.controllers.evergreen import EvergreenController
    from posto_desktop.controllers.quick_capture import QuickCaptureController
    from posto_desktop.controllers.schedule import ScheduleController
    from posto_desktop.controllers.tray import TrayController
    from posto_desktop.delivery.route_provider import RouteProvider
    from posto_desktop.storage.accounts import AccountStore
    from posto_desktop.storage.secrets import SecretStore
    from posto_desktop.ui.settings.context import WatchServices
    from posto_desktop.ui.settings.dialog import SettingsDialog
    from posto_desktop.viewmodels.people_state import PeopleState


log = logging.getLogger(__name__)


class SettingsController(QObject):
    """Opens the settings and applies what is chosen there. `team` returns the people of the open
    workspace, None without a team.

    Signals: `restartRequested()`: a backup waits for the next start.
    """

    restartRequested = Signal()

    def __init__(
        self,
        context: AppContext,
        route_provider: RouteProvider,
        accounts: AccountStore,
        secrets: SecretStore,
        watch: WatchServices | None = None,
        team: Callable[[], PeopleState | None] = lambda: None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.context = context
        self._route_provider, self._accounts, self._secrets = route_provider, accounts, secrets
        self._watch, self._team = watch, team
        self._effects: dict[str, Callable[[Any], object]] = {}
        self._quick_capture: QuickCaptureController | None = None
        self._dialog: SettingsDialog | None = None

    def connect_settings(
        self,
        compose_controller: ComposeController,
        calendar: CalendarController,
        campaigns: CampaignsController,
        evergreen: EvergreenController,
        schedule: ScheduleController,
        activity: ActivityController,
        tray: TrayController,
    ) -> None:
        """Connect settings to their effects. A setting that is missing here is read when it is
        used."""
        theme, service = Theme.instance(), self.context.service
        used_words = compose_controller.page.message.suggestions.used

        def route_changed(_value: Value) -> None:
            service.route_changed()
            compose_controller.links.route_changed()

        def slots_changed(_value: Value) -> None:
            compose_controller.slots_changed()
            calendar.slots_changed()
            campaigns.slots_changed()
            schedule.slots_changed()
            service.evergreen.refill_soon()

        def refill_changed(_value: Value) -> None:
            service.evergreen.refill_soon()
            evergreen.settings_changed()

        def pause_changed(on: bool) -> None:
            activity.set_paused(on)
            tray.set_paused(on)

        def late_limit_changed(_minutes: int) -> None:
            service.late_limit_changed()
            self.renew_autostart()

        def formats_changed(code: str) -> None:
            use_locale(code)
            theme.changed.emit()

        def clock_changed(clock: str) -> None:
            dates.set_preferences(clock=clock)
            theme.changed.emit()

        def week_changed(day: str) -> None:
            dates.set_preferences(week_start=day)
            calendar.week_changed()
            theme.changed.emit()

        self._effects = {
            "appearance.scheme": theme.setMode,
            "appearance.text_size": theme.set_text_size,
            "appearance.row_height": theme.set_row_height,
            "appearance.contrast": theme.set_more_contrast,
            "appearance.less_motion": theme.set_less_motion,
            "calendar.clock": clock_changed,
            "evergreen.days_ahead": refill_changed,
            "evergreen.refill": refill_changed,
            "calendar.holidays": lambda _country: calendar.holidays_changed(),
            "calendar.week_start": week_changed,
            "compose.suggestions_removed": used_words.restore_removed,
            "insights.keep_days": lambda _days: service.insights.settings_changed(),
            "language.formats": formats_changed,
            "notifications.toast_seconds": lambda seconds: self.context.window.toasts.set_stay(
                seconds
            ),
            "notifications.before_due_minutes": lambda _minutes: service.due_checks.wake(),
            "publishing.day_minutes": use_day_time,
            "publishing.slots": slots_changed,
            "sending.keep_in_tray": lambda on: tray.show() if on else tray.hide(),
            "sending.late_limit_minutes": late_limit_changed,
            "sending.paused": pause_changed,
        }
        for name in (
            "network.proxy",
            "network.proxy_kind",
            "network.proxy_host",
            "network.proxy_port",
            "network.proxy_user",
            "network.ca_file",
            "network.connect_seconds",
            "network.read_seconds",
        ):
            self._effects[name] = route_changed

    def connect_quick_capture(self, quick_capture: QuickCaptureController) -> None:
        """Let the settings choose the shortcut of quick capture."""
        self._quick_capture = quick_capture
        self._effects["quick.shortcut"] = quick_capture.set_shortcut

    def apply(self, name: str, value: Value) -> None:
        """Apply the new value of a setting."""
        effect = self._effects.get(name)
        if effect is not None:
            effect(value)

    def _write(self, name: str, value: Value) -> None:
        """Save and apply a setting. Raises StorageError, after applying it."""
        try:
            self.context.settings.set(name, value)
        finally:
            self.apply(name, value)

    def renew_autostart(self) -> None:
        """Rewrite the autostart entry, if there is one, with the present settings."""
        from posto_desktop.workers.autostart import refresh_autostart

        context = self.context
        limit = int(context.settings.get("sending.late_limit_minutes"))
        handle = context.runner.submit(
            refresh_autostart, context.paths.workspace, limit, parent=self
        )
        # The old entry keeps working; its switch in the settings shows the details.
        handle.failed.connect(lambda error: log.warning("autostart is not renewed: %s", error))

    @Slot()
    def open(self, page: str = "", row: str = "") -> None:
        """Open the settings, at a page or a row by its key in the catalogue."""
        from posto_desktop.ui.settings.context import SettingsServices
        from posto_desktop.ui.settings.dialog import SettingsDialog

        context = self.context
        workspaces = context.workspaces
        tools = SettingsServices(
            context.runner,
            context.paths,
            context.settings,
            self._accounts,
            self._secrets,
            self._route_provider,
            workspaces.rename,
            self.restartRequested.emit,
            context.service.insights,
            self._watch,
            self._quick_capture.shortcut() if self._quick_capture is not None else None,
            self._team(),
        )
        dialog = SettingsDialog(
            context.settings,
            self._write,
            context.window,
            channels=context.channels.channels(),
            workspace=context.service.workspace_id,
            tools=tools,
            add_account=workspaces.ask_sign_in,
            forget_account=workspaces.forget,
            sign_in_again=workspaces.sign_in_again,
        )
        if row:
            dialog.show_row(row)
        elif page:
            dialog.show_page(page)
        dialog.finished.connect(dialog.deleteLater)
        dialog.finished.connect(self._closed)
        self._dialog = dialog
        dialog.open()

    @Slot()
    def close(self) -> None:
        """Close the settings: another workspace opens, and what they show is of this one."""
        if self._dialog is not None:
            self._dialog.accept()

    @Slot()
    def _closed(self) -> None:
        self._dialog = None

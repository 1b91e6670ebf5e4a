"""Creates all controllers and connects them to each other and to the window."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Slot

from posto_desktop.controllers.activity import ActivityController
from posto_desktop.controllers.calendar import CalendarController
from posto_desktop.controllers.campaigns import CampaignsController
from posto_desktop.controllers.channels import ChannelsController
from posto_desktop.controllers.compose import ComposeController
from posto_desktop.controllers.context import AppContext
from posto_desktop.controllers.due_checks import DueChecksController
from posto_desktop.controllers.duplication import DuplicationController
from posto_desktop.controllers.edit_merge import EditMergeController
from posto_desktop.controllers.evergreen import EvergreenController
from posto_desktop.controllers.feed import FeedController
from posto_desktop.controllers.launch_request import LaunchRequestController
from posto_desktop.controllers.message_edit import MessageEditController
from posto_desktop.controllers.network_settings import NetworkSettingsController
from posto_desktop.controllers.notifications import NotificationsController
from posto_desktop.controllers.open_workspace import OpenWorkspaceController
from posto_desktop.controllers.own_accounts import OwnAccountsController
from posto_desktop.controllers.page_controller import preload_modules
from posto_desktop.controllers.palette import PaletteController
from posto_desktop.controllers.people import PeopleController
from posto_desktop.controllers.presence import PresenceController
from posto_desktop.controllers.proposals import ProposalsController
from posto_desktop.controllers.quick_capture import QuickCaptureController
from posto_desktop.controllers.schedule import ScheduleController
from posto_desktop.controllers.settings import SettingsController
from posto_desktop.controllers.site_schedule import SiteScheduleController
from posto_desktop.controllers.styles import StylesController
from posto_desktop.controllers.team import TeamController
from posto_desktop.controllers.tray import TrayController
from posto_desktop.controllers.watch_folders import WatchFoldersController
from posto_desktop.delivery.route_provider import RouteProvider
from posto_desktop.models.notifications import NotificationsModel
from posto_desktop.storage.accounts import AccountStore
from posto_desktop.storage.secrets import SecretStore
from posto_desktop.ui.compose.page import ComposePage
from posto_desktop.ui.settings.context import WatchServices


class AppControllers(QObject):
    """Created once, after all services. `keep(name, value)` writes a setting."""

    def __init__(
        self,
        context: AppContext,
        page: ComposePage,
        notifications: NotificationsModel,
        route_provider: RouteProvider,
        accounts: AccountStore,
        secrets: SecretStore,
        save_setting: Callable[[str, Any], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._context, self._page, self._save_setting = context, page, save_setting
        message = page.message
        self.channels = ChannelsController(context, message, save_setting, self)
        self.schedule = ScheduleController(context, self)
        self.calendar = CalendarController(context, message, self.schedule.undo, self)
        self.site_schedule = SiteScheduleController(context, self.schedule, self.calendar, self)
        self.site_schedule.rowsChanged.connect(message.slots.set_site_rows)
        self.site_schedule.settingsChanged.connect(message.checks.set_site)
        self.campaigns = CampaignsController(
            context, message.channels.for_new, message.suggestions.used, self
        )
        self.site_schedule.rowsChanged.connect(self.campaigns.set_site_rows)
        self.styles = StylesController(
            context, message, page.preview_presenter.preview_sources, self
        )
        self.campaigns.use_styles(self.styles)
        self.network_settings = NetworkSettingsController(context, self)
        self.own_accounts = OwnAccountsController(context, secrets, save_setting, self)
        self.own_accounts.connected.connect(self.channels.choose_connected)
        self.activity = ActivityController(context, save_setting, self)
        self.feed = FeedController(context, self)
        self.compose = ComposeController(
            context, page, self.schedule, self.activity, save_setting, self
        )
        self.proposals = ProposalsController(context, self.activity, self.compose, self)
        self.duplication = DuplicationController(context, self.compose, self.schedule, self)
        self.message_edit = MessageEditController(
            context, self.compose, self.schedule, self.activity, self
        )
        self.evergreen = EvergreenController(
            context,
            self.campaigns,
            self.calendar,
            self.compose,
            self.schedule,
            self.message_edit,
            save_setting,
            self,
        )
        self.tray = TrayController(context, self)
        self.notifications = NotificationsController(
            context, notifications, self.schedule, self.activity, self.tray, self
        )
        self.due_checks = DueChecksController(
            context,
            notifications,
            self.schedule,
            self.activity,
            self.message_edit,
            self.own_accounts,
            self.tray,
            self,
        )
        self.team = TeamController(
            context, self.schedule, self.calendar, self.compose, notifications, self.tray, self
        )
        self.people = PeopleController(context, self.team, accounts, save_setting, self)
        self.edit_merge = EditMergeController(context, self.team, self.message_edit, self)
        self.presence = PresenceController(context, page, self.schedule, self.team, self)
        self.workspaces = OpenWorkspaceController(context, self)
        self.launch_request = LaunchRequestController(context, self.compose, self)
        self.watch_folders = WatchFoldersController(
            context, self.compose, self.campaigns, self.tray, self
        )
        self.settings = SettingsController(
            context,
            route_provider,
            accounts,
            secrets,
            WatchServices(
                self.watch_folders.store,
                context.service.watch_folders,
                lambda: [style.name for style in self.styles.state.view.style_registry.usable()],
            ),
            self.people.shown_state,
            self,
        )
        self.palette = PaletteController(
            context,
            message,
            self.schedule,
            self.styles,
            self.settings.open,
            lambda: self.people.shown_state() is not None,
            self,
        )
        self.quick_capture = QuickCaptureController(
            context,
            self.compose,
            self.channels,
            self.schedule,
            self.activity,
            self.tray,
            self.launch_request,
            self,
        )
        self._join()
        self._join_window()

    def _join(self) -> None:
        self.settings.connect_settings(
            self.compose,
            self.calendar,
            self.campaigns,
            self.evergreen,
            self.schedule,
            self.activity,
            self.tray,
        )
        self.settings.connect_quick_capture(self.quick_capture)
        self.schedule.duplicateRequested.connect(self.duplication.open)
        self.schedule.duplicatesRequested.connect(self.duplication.make)
        self.schedule.evergreenRequested.connect(self.evergreen.add_rows)
        self.schedule.editRequested.connect(self.message_edit.edit)
        self.schedule.editRefusedRequested.connect(self.message_edit.edit_refused)
        self.activity.editRefusedRequested.connect(self.message_edit.edit_refused)
        self.calendar.editRequested.connect(self.message_edit.edit)
        self.calendar.editEntryRequested.connect(self.message_edit.edit_entry)
        self.activity.editEntryRequested.connect(self.message_edit.edit_entry)
        self.channels.use("schedule", self.schedule.channel_filter)
        self.channels.use("calendar", self.calendar.channel_filter)
        self.channels.use("activity", self.activity.channel_filter)
        self.channels.use("feed", self.feed.channel_filter)
        self._show_campaign_channels()
        self.campaigns.choiceChanged.connect(self._show_campaign_channels)
        self.channels.linksChanged.connect(self.schedule.set_channel_links)
        self.channels.linksChanged.connect(self.activity.set_channel_links)
        self.calendar.duplicateRequested.connect(self.schedule.duplicateRequested)
        self.calendar.copyRequested.connect(self.duplication.open_copy)
        self.calendar.showRequested.connect(self.schedule.show_schedule)
        self.calendar.entryRequested.connect(self.activity.show_entry)
        self.campaigns.showRequested.connect(self.schedule.show_schedule)
        self.campaigns.editRequested.connect(self.message_edit.edit)
        self.campaigns.entryRequested.connect(self.activity.show_entry)
        self.campaigns.settingsRequested.connect(self.settings.open)
        self.feed.newMessageRequested.connect(self.compose.start_new)
        self.activity.showPostRequested.connect(self.schedule.show_schedule)
        self.activity.newMessageRequested.connect(self.compose.start_new)
        self.activity.reconnectRequested.connect(self.own_accounts.reconnect)
        self.notifications.signInAccountRequested.connect(self.own_accounts.reconnect_to)
        self.notifications.causeRequested.connect(self.due_checks.mend)
        self._page.checks_presenter.reconnectRequested.connect(self.own_accounts.reconnect)
        self.notifications.reviewsRequested.connect(self.team.show_posts)
        self.team.state.changed.connect(self.own_accounts.set_team)
        self.team.state.changed.connect(lambda view: self.quick_capture.set_person(view.person))
        self.notifications.watchedRequested.connect(self.watch_folders.run_action)
        self.watch_folders.draftsRequested.connect(self._page.show_drafts)
        self.tray.showRequested.connect(self.launch_request.activate_window)
        self.tray.composeRequested.connect(self.launch_request.compose)
        self.tray.quickRequested.connect(self.quick_capture.open)
        self.launch_request.quickRequested.connect(self.quick_capture.open_with_files)
        self.tray.pauseRequested.connect(lambda on: self._save_setting("sending.paused", on))
        self.workspaces.left.connect(self.settings.close)
        self.workspaces.left.connect(self.channels.clear)
        self.workspaces.left.connect(self.schedule.clear)
        self.workspaces.left.connect(self.calendar.clear)
        self.workspaces.left.connect(self.feed.clear)
        self.workspaces.left.connect(self.presence.leave)
        self.workspaces.left.connect(self.team.clear)
        self.workspaces.left.connect(self.people.clear)
        self.workspaces.left.connect(self.edit_merge.clear)
        self.workspaces.left.connect(self.site_schedule.clear)
        self.workspaces.begun.connect(self._page.set_workspace)
        self.workspaces.begun.connect(self.channels.groups.set_workspace)
        self.workspaces.begun.connect(self.quick_capture.set_workspace)
        self.workspaces.begun.connect(self.campaigns.clear)
        self.workspaces.begun.connect(self.schedule.set_loading)
        self.workspaces.begun.connect(self.calendar.set_loading)
        self.workspaces.reached.connect(self.feed.reload)

    def _join_window(self) -> None:
        window = self._context.window
        window.pageHovered.connect(self._page_hovered)
        window.set_page_preloader(self._preload_page)
        window.reloadRequested.connect(self.reload)
        window.settingsRequested.connect(self.settings.open)
        self._context.workspaces.settings_requested.connect(self.settings.open)
        window.searchRequested.connect(self.palette.open)
        window.quickRequested.connect(self.quick_capture.open)
        window.aboutRequested.connect(self._show_about)
        self._page.slotsRequested.connect(self._show_slots)

    @Slot()
    def _show_campaign_channels(self) -> None:
        self.channels.use("campaigns", self.campaigns.choice)

    @Slot()
    def reload(self) -> None:
        """Read channels, schedule and feed from the service again."""
        self._context.service.refresh_channels()
        self._context.service.refresh_schedules()
        self.feed.reload()

    def flush(self) -> None:
        """Write what waits to be saved, and carry out what waits for its Undo."""
        self.presence.leave()
        self.people.flush()
        self.quick_capture.close()
        self.styles.flush()
        self.campaigns.flush()
        self._page.flush()

    def close(self) -> None:
        """Close links and the tray icon, after `flush`."""
        self.compose.links.close()
        self.tray.close()

    # -- pages -----------------------------------------------------------------------------------

    @Slot(str)
    def _page_hovered(self, key: str) -> None:
        """Create the hovered page, so that a click only has to show it."""
        window = self._context.window
        if not window.has_page(key):
            self._preload_page(key, lambda: window.prepare_page(key))

    def _preload_page(self, key: str, then: Callable[[], object]) -> None:
        """Import the modules of a page, one an event. Not at the start: together they take four
        megabytes."""
        pages = (
            self.schedule, self.calendar, self.campaigns, self.styles, self.activity, self.feed
        )  # fmt: skip
        names = [
            name for controller in pages if key == controller.KEY for name in controller.MODULES
        ]
        preload_modules(names, self, then)

    @Slot()
    def _show_slots(self) -> None:
        self.settings.open("publishing")

    @Slot()
    def _show_about(self) -> None:
        self.settings.open("about")

"""The application: creates all parts and owns the order of starting and quitting.

Start: folders, the lock of this home, the window on screen; only then the pages, the database, the
local workspace and the pictures. Quit: save the draft, let the service store its state, end the
jobs, release the lock.
"""

from __future__ import annotations

import logging
import signal
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication

from posto_desktop import __version__
from posto_desktop.common.flatpak import desktop_entry
from posto_desktop.controllers.error_reporter import ErrorReporter
from posto_desktop.models.languages import use_language
from posto_desktop.storage import renames
from posto_desktop.storage.paths import Paths, find_paths
from posto_desktop.storage.setting_declarations import Value
from posto_desktop.storage.settings import Settings
from posto_desktop.ui.main_window import MainWindow
from posto_desktop.ui.theme import Theme
from posto_desktop.workers.garbage_collector import GarbageGuard
from posto_desktop.workers.instance import LaunchRequest, SingleInstance

if TYPE_CHECKING:
    from posto_desktop.workers.system_scheme import SystemScheme

QUIT_MS = 4_000
APPLICATION_ID = "Posto.Desktop"
"""Application user model id, by which Windows groups the windows with the start menu entry."""


def run(
    *,
    home: str | None = None,
    service: str | None = None,
    page: str | None = None,
    files: Sequence[str] = (),
    links: Sequence[str] = (),
    quick: bool = False,
) -> int:
    """Run the app until it quits. Return the exit code of the process."""
    launch_request = LaunchRequest(tuple(files), page, service, tuple(links), quick=quick)
    paths = find_paths(home)
    problem = _make_folders(paths)
    if sys.platform == "win32":
        from posto_desktop.storage import windows

        windows.set_application_id(APPLICATION_ID)
    qt = QApplication(sys.argv[:1])
    qt.setApplicationName("Posto Desktop")
    qt.setApplicationVersion(__version__)
    qt.setDesktopFileName(desktop_entry())
    qt.setQuitOnLastWindowClosed(False)
    use_language(qt, "")
    instance = SingleInstance(paths.data)
    while not instance.acquire():
        if instance.send_request(launch_request):
            return 0
        from posto_desktop.controllers.startup_error import ask_to_retry, not_responding_text

        title = QApplication.translate("StartProblem", "Posto Desktop is already running")
        if not ask_to_retry(title, not_responding_text(str(paths.data), instance.holder())):
            return 1
    reported = ("", "")
    if (paths.data / "restore.json").exists():
        from posto_desktop.controllers.restore import finish_restore

        reported = finish_restore(paths)
    renames.use_short_waits()
    app = DesktopApp(qt, paths, instance, launch_request, problem)
    app.startup_notification = reported
    app.begin()
    code = qt.exec()
    app.finish()
    if app.is_restarting:
        from posto_desktop.controllers.restore import relaunch

        relaunch(home)
    return code


def _make_folders(paths: Paths) -> str:
    """Create the folders of a home. Return the error message, or ""."""
    for folder in (paths.config, paths.data, paths.cache, paths.logs):
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            return QApplication.translate(
                "Desktop", "Posto cannot write to {folder}: {why}. Nothing will be saved."
            ).format(folder=folder, why=error.strerror)
    return ""


class DesktopApp(QObject):
    """The running app: owns its parts and connects them."""

    _setting_failed = Signal(str)
    _installer_waits = Signal()

    def __init__(
        self,
        qt: QApplication,
        paths: Paths,
        instance: SingleInstance,
        launch_request: LaunchRequest,
        problem: str = "",
    ) -> None:
        super().__init__()
        self._qt, self._paths, self._instance, self._launch_request = (
            qt,
            paths,
            instance,
            launch_request,
        )
        self._problem = problem
        self.settings = Settings(paths.settings)
        self._setting_failed.connect(self._show_setting_error)
        self.settings.write_in_background(
            lambda error: self._setting_failed.emit(error.user_message)
        )
        if language := self.settings.text("language.texts"):
            use_language(qt, language)
        self.theme = Theme.begin()
        self._apply_appearance()
        self.garbage = GarbageGuard(self)
        self.window = MainWindow(self.theme)
        self.error_reporter = ErrorReporter(self.window, self)
        self.window.restore_geometry(
            self.settings.text("window.geometry"), self.settings.text("window.splitter")
        )
        self.window.firstPainted.connect(self._build_rest)
        self.window.quitRequested.connect(self._ask_to_quit)
        self.window.close_guard = self._may_close
        self.window.closed.connect(self._window_closed)
        self._started = self._built = False
        self.scheme: SystemScheme | None = None
        self._quitting = False
        self._continue_sending = False
        self.is_restarting = False
        self.startup_notification = ("", "")
        for number in (signal.SIGTERM, signal.SIGINT):
            # Runs between two bytecodes of this thread; the garbage timer guarantees that some run.
            signal.signal(number, lambda *_: self.quit())

    def begin(self) -> None:
        """Show the window, or build all without it for quick capture alone."""
        if self._launch_request.quick:
            QTimer.singleShot(0, self, self._build_rest)
        else:
            self.window.show()

    # -- starting ------------------------------------------------------------------------------

    def _apply_appearance(self) -> None:
        """Apply theme, text size and rows before the window is shown."""
        settings = self.settings
        self.theme.set_text_size(settings.text("appearance.text_size"))
        self.theme.set_row_height(settings.text("appearance.row_height"))
        self.theme.set_more_contrast(settings.is_on("appearance.contrast"))
        self.theme.set_less_motion(settings.is_on("appearance.less_motion"))
        self.theme.setMode(settings.text("appearance.scheme"))

    @Slot()
    def _build_rest(self) -> None:
        """Create models, pages and workspace after the window is on screen."""
        if self._started:
            return  # shown for the first time later, after quick capture
        from posto_desktop.models.channels import ChannelsModel
        from posto_desktop.models.locale_settings import apply_locale_settings
        from posto_desktop.models.notifications import NotificationsModel
        from posto_desktop.ui import icons
        from posto_desktop.workers.logs import start_log
        from posto_desktop.workers.runner import JobRunner

        self._moved_logs = start_log(self._paths.logs)
        apply_locale_settings(self.settings)
        self.theme.apply_to_application()
        self.window.setWindowIcon(icons.app_icon())
        self.runner = JobRunner(self)
        self._started = True
        self.runner.unhandled.connect(self.error_reporter.job_failed)
        self.channels = ChannelsModel(self)
        self.notifications = NotificationsModel(self)
        self.window.set_models(self.channels, self.notifications, self.runner)
        QTimer.singleShot(0, self._build_pages)

    @Slot()
    def _build_pages(self) -> None:
        from posto_desktop.storage.accounts import AccountStore
        from posto_desktop.storage.secrets import SecretStore
        from posto_desktop.ui.compose.page import ComposePage
        from posto_desktop.workers.images import ImageLoader

        self.accounts = AccountStore(self._paths.accounts)
        self.secrets = SecretStore(self._paths.secrets)
        self.images = ImageLoader(self.runner, self._paths.thumbnails, self)
        self.images.ffmpeg = lambda: self.settings.text("media.ffmpeg")
        first_run = not self._paths.database.exists() and not self.accounts.list()
        self.compose = ComposePage(
            self.runner,
            self.images,
            self.channels,
            paste_folder=self._paths.data / "pasted",
        )
        self.compose.set_first_run(first_run)
        self.window.add_page("compose", self.tr("Compose"), "square-pen", self.compose)
        QTimer.singleShot(0, self._build_service)

    @Slot()
    def _build_service(self) -> None:
        from posto_desktop.controllers.app_controllers import AppControllers
        from posto_desktop.controllers.calendar_subscriptions import (
            CalendarSubscriptionController,
            make_calendar_server,
        )
        from posto_desktop.controllers.context import AppContext
        from posto_desktop.controllers.quit_request import QuitRequestController
        from posto_desktop.controllers.workspace_switcher import WorkspaceSwitcherController
        from posto_desktop.delivery.route_provider import RouteProvider
        from posto_desktop.workers.remote_pictures import RemotePictures
        from posto_desktop.workers.service import Service
        from posto_desktop.workers.sign_in import SignInFlow

        route_provider = RouteProvider(self.settings, self.secrets)
        self.service = Service(
            self._paths, self.settings, accounts=self.accounts, secrets=self.secrets, parent=self
        )
        self.pictures = RemotePictures(self.runner, self.service.fetch_picture, self)
        self.flow = SignInFlow(
            self.runner, self.accounts, self.secrets, self, route_provider=route_provider
        )
        self.workspaces = WorkspaceSwitcherController(
            self.window, self.accounts, self.flow, self._remember_workspace, self
        )
        server = make_calendar_server(self._paths, self.accounts)
        self.calendar_subscriptions = CalendarSubscriptionController(server, self.runner, self)
        self.calendar_subscriptions.problem.connect(self._warn)
        context = AppContext(
            paths=self._paths,
            settings=self.settings,
            window=self.window,
            runner=self.runner,
            images=self.images,
            pictures=self.pictures,
            channels=self.channels,
            service=self.service,
            workspaces=self.workspaces,
            route_provider=route_provider,
            calendar_server=server,
        )
        self.controllers = AppControllers(
            context,
            self.compose,
            self.notifications,
            route_provider,
            self.accounts,
            self.secrets,
            self._save_setting,
            self,
        )
        self.quit_request = QuitRequestController(
            context,
            lambda: self.controllers.schedule.rows,
            self._is_sending_continued,
            self._save_setting,
            self,
        )
        self.quit_request.accepted.connect(self._quit_accepted)
        self._wire()
        self._built = True
        self._open()

    def _open(self) -> None:
        """Load drafts and notifications, open the workspace and handle the launch request."""
        self.service.load_drafts()
        self.controllers.watch_folders.begin()
        self.service.notifications.load()
        self.controllers.proposals.reload()
        self.workspaces.show()
        if self._launch_request.service:
            self.workspaces.open("local")
        else:
            self.workspaces.open(self.settings.text("workspace.current"))
        self._instance.launch_requested.connect(self.controllers.launch_request.handle)
        if sys.platform == "darwin":
            self.controllers.launch_request.install_open_events(self._qt)
        self._instance.listen()
        self.controllers.launch_request.begin(
            self._launch_request, self.settings.text("general.start_page")
        )
        self.window.toasts.set_stay(int(self.settings.get("notifications.toast_seconds")))
        if self._problem:
            self._blocked("")
        kind, text = self.startup_notification
        if text:
            self.window.show_notification(kind, text)
        for sentence in (
            *filter(None, [self._instance.problem]),
            *self._moved_logs,
            *self.settings.problems,
            *self.accounts.problems,
            *self.secrets.problems,
        ):
            self.window.show_notification("warning", sentence)
        if self.settings.get("sending.keep_in_tray"):
            self.controllers.tray.show()
        self.garbage.settle()
        self.garbage.start()
        self.images.trim()
        self.calendar_subscriptions.begin()
        self.controllers.quick_capture.begin()
        self._follow_system()
        self._listen_to_installer()
        self.controllers.settings.renew_autostart()

    def _follow_system(self) -> None:
        """Follow the contrast and motion that the system asks for, and the colour scheme of a
        desktop that Qt does not support."""
        from posto_desktop.workers.system_accessibility import SystemAccessibility
        from posto_desktop.workers.system_scheme import SystemScheme

        accessibility = SystemAccessibility(self)
        accessibility.contrast_reported.connect(self.theme.set_system_contrast)
        accessibility.motion_reported.connect(self.theme.set_system_motion)
        accessibility.begin()
        if SystemScheme.is_possible():
            self.scheme = SystemScheme(self)
            if self.theme.system_is_unknown:
                self.scheme.reported.connect(self.theme.set_system_scheme)
            self.scheme.contrast_reported.connect(accessibility.set_portal_contrast)
            self.scheme.motion_reported.connect(self.theme.set_system_motion)
            self.scheme.begin()

    def _listen_to_installer(self) -> None:
        """Quit when the Windows installer asks, before it replaces the program."""
        if sys.platform == "win32":
            from posto_desktop.storage import windows

            chosen = self._paths.chosen

            def end() -> None:
                windows.start_after_install([] if chosen is None else ["--home", str(chosen)])
                self._installer_waits.emit()

            windows.watch_installer(end)

    def _wire(self) -> None:
        window, service = self.window, self.service
        window.pageChanged.connect(service.set_watching)
        window.bannerClicked.connect(self._unblock)
        service.blocked.connect(self._blocked)
        service.picture_loaded.connect(self.pictures.handle)
        service.picture_failed.connect(self.pictures.missing)
        self.workspaces.left.connect(self.calendar_subscriptions.forget)
        self.controllers.settings.restartRequested.connect(self.restart)
        self.controllers.tray.quitRequested.connect(self._ask_to_quit)
        self.controllers.quick_capture.left.connect(self._quick_capture_left)
        self._installer_waits.connect(self.quit)

    # -- settings --------------------------------------------------------------------------------

    def _remember_workspace(self, workspace: str) -> None:
        self._save_setting("workspace.current", workspace)

    def _save_setting(self, name: str, value: Value) -> None:
        self.settings.set(name, value)
        if self._built:
            self.controllers.settings.apply(name, value)

    @Slot(str)
    def _show_setting_error(self, sentence: str) -> None:
        """Show that settings could not be saved. They apply until the app ends."""
        if not self._quitting and not self.window.has_banner():  # the banner already says so
            holds = self.tr("{reason} The change lasts until Posto quits.").format(reason=sentence)
            self.window.show_notification("error", holds)

    # -- quitting --------------------------------------------------------------------------------

    def _may_close(self) -> bool:
        """Return True if the window may close. With the tray it only hides, and sending goes on."""
        self._save_geometry()
        if self._quitting or not self._built or not self.controllers.tray.is_shown:
            return True
        self.compose.flush()
        self.service.set_watching("")
        self.window.hide()
        return False

    def _save_geometry(self) -> None:
        if not self._built:
            return
        self.controllers.channels.flush()
        self._save_setting("window.geometry", self.window.geometry_text())
        self._save_setting("window.splitter", self.window.splitter_text())

    @Slot()
    def _window_closed(self) -> None:
        """Quit after the window closed without a tray; the server keeps sending if the settings say
        so."""
        self._continue_sending = bool(self.settings.get("sending.keep_in_tray"))
        self.quit()

    @Slot()
    def _quick_capture_left(self) -> None:
        """Quit after quick capture if nothing else of the app is to be seen."""
        if not self.window.isVisible() and not self.controllers.tray.is_shown:
            self._window_closed()

    @Slot()
    def _ask_to_quit(self) -> None:
        """Quit, after a question if posts of this computer wait."""
        if self._built and not self._quitting:
            self.quit_request.quit()
        else:
            self.quit()

    @Slot(bool)
    def _quit_accepted(self, keep_sending: bool) -> None:
        self._continue_sending = keep_sending
        self.quit()

    @Slot()
    def quit(self) -> None:
        """Quit the app; `finish` follows after the event loop."""
        if self._quitting:
            return
        self._quitting = True
        self.error_reporter.stop()
        self._save_geometry()
        self.window.hide()
        self._qt.quit()

    @Slot()
    def restart(self) -> None:
        """Quit the app with its local server and start it again."""
        self.is_restarting = True
        self.quit()

    def finish(self) -> None:
        """Shut down in stages, each with a time limit. Call it after the event loop."""
        if self._built:
            self.controllers.flush()
            self.workspaces.finish()
            self.service.shutdown(QUIT_MS, stop_server=not self._is_sending_continued())
            self.controllers.close()
            self.calendar_subscriptions.close()
            if self.scheme is not None:
                self.scheme.close()
        if self._started:
            self.runner.shutdown(QUIT_MS // 2)
        self.settings.close()
        self.garbage.stop()
        self.window.deleteLater()
        self._instance.close()
        logging.shutdown()

    def _is_sending_continued(self) -> bool:
        """Return True if the server keeps running: only the window was closed, or the user wants
        sending without the app. A restart always ends it."""
        from posto_desktop.workers.autostart import autostart

        if self.is_restarting:
            return False
        limit = int(self.settings.get("sending.late_limit_minutes"))
        start = autostart(self._paths.workspace, limit)
        return self._continue_sending or (start is not None and start.is_on())

    # -- unusable folder ------------------------------------------------------------------------

    @Slot(str)
    def _warn(self, sentence: str) -> None:
        self.window.show_notification("warning", sentence)

    @Slot(str)
    def _blocked(self, sentence: str) -> None:
        """Show a banner while nothing can be stored, because then nothing can be sent."""
        text = sentence or self._problem
        self.window.set_banner(text, self.tr("Check again") if text else "")

    @Slot()
    def _unblock(self) -> None:
        self._problem = _make_folders(self._paths)
        self.service.open_store_again()
        self.controllers.watch_folders.begin()
        self.controllers.reload()

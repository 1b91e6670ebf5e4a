"""Builds everything, and owns the order of starting and of quitting. Nothing else knows all parts.

Start: folders, the lock of this home, the window on screen; only then the pages, the database, the
embedded workspace and the pictures. Quit: flush the draft, let the service write down where it is,
end the jobs, give the lock back.
"""

from __future__ import annotations

import faulthandler
import logging
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication

from posto_desktop import __version__
from posto_desktop.storage.paths import Paths, find_paths
from posto_desktop.storage.settings import Settings
from posto_desktop.ui.main_window import MainWindow
from posto_desktop.ui.theme import Theme
from posto_desktop.workers.garbage import GarbageGuard
from posto_desktop.workers.instance import Handover, SingleInstance

if TYPE_CHECKING:
    from posto_desktop.storage.accounts import Account
    from posto_desktop.workers.notes import ConnectionState

log = logging.getLogger(__name__)

QUIT_MS = 4_000
LOG_BYTES = 1_000_000


def run(
    *,
    home: str | None = None,
    service: str | None = None,
    page: str | None = None,
    files: Sequence[str] = (),
    links: Sequence[str] = (),
) -> int:
    """Run the app until it is quit. Returns the exit code of the process."""
    wishes = Handover(tuple(files), page, service, tuple(links))
    paths = find_paths(home)
    problem = _make_folders(paths)
    qt = QApplication(sys.argv[:1])
    qt.setApplicationName("Posto Desktop")
    qt.setApplicationVersion(__version__)
    qt.setDesktopFileName("posto-desktop")
    qt.setQuitOnLastWindowClosed(False)
    instance = SingleInstance(paths.data)
    if not instance.acquire():
        if instance.hand_over(wishes):
            return 0
        sys.stderr.write("Posto Desktop already runs on this folder, but does not answer.\n")
        return 1
    told = ("", "")
    if (paths.data / "restore.json").exists():
        from posto_desktop.desk.restoring import finish_restore

        told = finish_restore(paths)
    desktop = Desktop(qt, paths, instance, wishes, problem)
    desktop.told_at_start = told
    desktop.window.show()
    code = qt.exec()
    desktop.finish()
    if desktop.starts_again:
        from posto_desktop.desk.restoring import start_again

        start_again(home)
    return code


def _make_folders(paths: Paths) -> str:
    """The folders of a home; the sentence of what could not be made, else ""."""
    for folder in (paths.config, paths.data, paths.cache, paths.logs):
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            return QApplication.translate(
                "Desktop", "Posto cannot write to {folder}: {why}. Nothing will be kept."
            ).format(folder=folder, why=error.strerror)
    return ""


def _start_log(folder: Path) -> None:
    """A log of this and the last runs, and a trace when the interpreter itself crashes."""
    import logging.handlers  # 10 ms that the first paint need not wait for

    handlers: list[logging.Handler] = [logging.StreamHandler()]
    with suppress(OSError):
        handlers.append(
            logging.handlers.RotatingFileHandler(
                folder / "posto.log", maxBytes=LOG_BYTES, backupCount=2, encoding="utf-8"
            )
        )
        # Kept open for the life of the process: it is written to while everything falls.
        faulthandler.enable((folder / "crash.log").open("a", encoding="utf-8"))
    logging.basicConfig(
        level=logging.INFO,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        handlers=handlers,
    )
    logging.getLogger("urllib3").setLevel(logging.WARNING)


class Desktop(QObject):
    """The running app: its parts, and the wires between them."""

    _failed = Signal(str)

    def __init__(
        self,
        qt: QApplication,
        paths: Paths,
        instance: SingleInstance,
        wishes: Handover,
        problem: str = "",
    ) -> None:
        super().__init__()
        self._qt, self._paths, self._instance, self._wishes = qt, paths, instance, wishes
        self._problem = problem
        self.settings = Settings(paths.settings)
        self.theme = Theme.begin()
        self._dress()
        self.garbage = GarbageGuard(self)
        self.window = MainWindow(self.theme)
        self.window.restore_place(
            self.settings.get("window.geometry"), self.settings.get("window.splitter")
        )
        self.window.firstPainted.connect(self._build_rest)
        self.window.quitRequested.connect(self.quit)
        self.window.close_guard = self._may_close
        self.window.closed.connect(self._window_closed)
        self._started = self._built = False
        self._quitting = False
        self._keep_sending = False
        self.starts_again = False
        self.told_at_start = ("", "")
        self._failed.connect(self._show_failure)
        for number in (signal.SIGTERM, signal.SIGINT):
            # Runs between two bytecodes of this thread; the garbage timer makes sure of some.
            signal.signal(number, lambda *_: self.quit())
        sys.excepthook = self._crashed
        threading.excepthook = lambda caught: self._crashed(
            caught.exc_type, caught.exc_value, caught.exc_traceback
        )

    # -- starting ------------------------------------------------------------------------------

    def _dress(self) -> None:
        """How everything looks, before the window is shown."""
        get = self.settings.get
        self.theme.set_text_size(get("appearance.text_size"))
        self.theme.set_row_height(get("appearance.row_height"))
        self.theme.set_more_contrast(get("appearance.contrast"))
        self.theme.set_less_motion(get("appearance.less_motion"))
        self.theme.setMode(get("appearance.scheme"))

    @Slot()
    def _build_rest(self) -> None:
        """The window is on screen: give it its models, then the pages, then the workspace."""
        from posto_desktop.models.channels import ChannelsModel
        from posto_desktop.models.notifications import NotificationsModel
        from posto_desktop.models.speaking import speak
        from posto_desktop.ui import icons
        from posto_desktop.workers.runner import JobRunner

        _start_log(self._paths.logs)
        speak(self.settings)
        self.theme.dress()
        self.window.setWindowIcon(icons.app_icon())
        self.runner = JobRunner(self)
        self._started = True
        self.runner.unhandled.connect(self._job_failed)
        self.channels = ChannelsModel(self)
        self.notices = NotificationsModel(self)
        self.window.set_models(self.channels, self.notices, self.runner)
        QTimer.singleShot(0, self._build_pages)

    @Slot()
    def _build_pages(self) -> None:
        from posto_desktop.storage.accounts import Accounts
        from posto_desktop.storage.secrets import Secrets
        from posto_desktop.ui.compose.page import ComposePage
        from posto_desktop.workers.images import ImageLoader

        self.accounts = Accounts(self._paths.accounts)
        self.secrets = Secrets(self._paths.secrets)
        self.images = ImageLoader(self.runner, self._paths.thumbnails, self)
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
        from posto_desktop.desk.activity import ActivityDesk
        from posto_desktop.desk.calendar import CalendarDesk
        from posto_desktop.desk.campaigns import CampaignsDesk
        from posto_desktop.desk.channels import ChannelsDesk
        from posto_desktop.desk.compose import ComposeDesk
        from posto_desktop.desk.duplicating import Duplicates
        from posto_desktop.desk.feed import FeedDesk
        from posto_desktop.desk.network_settings import NetworkSettingsDesk
        from posto_desktop.desk.palette import PaletteDesk
        from posto_desktop.desk.parts import Parts
        from posto_desktop.desk.schedule import ScheduleDesk
        from posto_desktop.desk.settings import SettingsDesk
        from posto_desktop.desk.styles import StylesDesk
        from posto_desktop.desk.tray import TrayDesk
        from posto_desktop.ui.dialogs.workspaces import Workspaces
        from posto_desktop.ui.news import News
        from posto_desktop.workers.remote_pictures import RemotePictures
        from posto_desktop.workers.service import Service
        from posto_desktop.workers.sign_in import SignInFlow
        from posto_desktop.workers.way import Way

        way = Way(self.settings, self.secrets)
        self.service = Service(
            self._paths, self.settings, accounts=self.accounts, secrets=self.secrets, parent=self
        )
        self.news = News(self.window, self.notices, self, wanted=self.settings.get)
        self.pictures = RemotePictures(self.runner, self.service.fetch_picture, self)
        self.flow = SignInFlow(self.runner, self.accounts, self.secrets, self, way=way)
        self.workspaces = Workspaces(
            self.window, self.accounts, self.flow, self._remember_workspace, self
        )
        parts = Parts(
            paths=self._paths,
            settings=self.settings,
            window=self.window,
            runner=self.runner,
            images=self.images,
            pictures=self.pictures,
            channels=self.channels,
            service=self.service,
            workspaces=self.workspaces,
            way=way,
        )
        self.channels_desk = ChannelsDesk(parts, self._keep_setting, self)
        self.schedule = ScheduleDesk(parts, self)
        self.calendar = CalendarDesk(parts, self.compose, self.schedule.undo, self)
        self.campaigns = CampaignsDesk(parts, self)
        self.styles = StylesDesk(parts, self.compose, self)
        self.campaigns.use_styles(self.styles)
        self.network_settings = NetworkSettingsDesk(parts, self)
        self.activity = ActivityDesk(parts, self._keep_setting, self)
        self.feed = FeedDesk(parts, self)
        self.composing = ComposeDesk(
            parts, self.compose, self.schedule, self.activity, self._keep_setting, self
        )
        self.duplicates = Duplicates(parts, self.compose, self)
        self.schedule.duplicatesRequested.connect(self.duplicates.make)
        self.tray = TrayDesk(parts, self)
        self.choosing = SettingsDesk(parts, way, self.accounts, self.secrets, self)
        self.choosing.wire(self.composing, self.calendar, self.campaigns, self.activity, self.tray)
        self.palette = PaletteDesk(
            parts, self.compose, self.schedule, self.styles, self.choosing.open, self
        )
        self._wire()
        self._built = True
        self.service.load_desk()
        self.service.notices.load()
        self.workspaces.show()
        if self._wishes.service:
            self.workspaces.open("local")
        else:
            self.workspaces.open(self.settings.get("workspace.current"))
        self._instance.handed_over.connect(self._take_handover)
        if sys.platform == "darwin":
            self._hear_open_events()
        self._instance.listen()
        self._fulfil(self._wishes)
        if not (self._wishes.page or self._wishes.files or self._wishes.service):
            self.window.show_page(self.settings.get("general.start_page"))
        if self._problem:
            self._blocked("")
        kind, said = self.told_at_start
        if said:
            self.window.show_notice(kind, said)
        for sentence in self.settings.problems + self.accounts.problems + self.secrets.problems:
            self.window.show_notice("warning", sentence)
        if self.settings.get("sending.keep_in_tray"):
            self.tray.show()
        self.garbage.settle()
        self.garbage.start()
        self.images.trim()
        self.choosing.renew_autostart()

    def _wire(self) -> None:
        window, service = self.window, self.service
        window.pageChanged.connect(service.set_watching)
        window.pageNear.connect(self._page_near)
        window.page_warmer = self._warm_page
        window.reloadRequested.connect(self._reload)
        window.settingsRequested.connect(self.choosing.open)
        window.searchRequested.connect(self.palette.open)
        self.choosing.restartRequested.connect(self.restart)
        window.aboutRequested.connect(self.show_about)
        window.lastingActed.connect(self._unblock)
        self.compose.slotsRequested.connect(self._show_slots)
        service.state_changed.connect(self._state_changed)
        service.blocked.connect(self._blocked)
        service.picture_loaded.connect(self.pictures.take)
        service.picture_failed.connect(self.pictures.missing)

        self.channels_desk.filterChanged.connect(self.schedule.set_channel_filter)
        self.channels_desk.filterChanged.connect(self.calendar.set_channel_filter)
        self.channels_desk.filterChanged.connect(self.activity.set_channel_filter)
        self.channels_desk.linksChanged.connect(self.schedule.set_channel_links)
        self.channels_desk.linksChanged.connect(self.activity.set_channel_links)
        self.calendar.duplicateRequested.connect(self.schedule.duplicateRequested)
        self.calendar.showRequested.connect(self.schedule.show_schedule)
        self.calendar.entryRequested.connect(self.activity.show_entry)
        self.campaigns.showRequested.connect(self.schedule.show_schedule)
        self.campaigns.entryRequested.connect(self.activity.show_entry)
        self.campaigns.settingsRequested.connect(self.choosing.open)
        self.feed.newMessageRequested.connect(self.composing.start_new)
        self.tray.showRequested.connect(self._bring_forward)
        self.tray.composeRequested.connect(self._compose_from_tray)
        self.tray.quitRequested.connect(self.quit)
        self.tray.pauseRequested.connect(lambda on: self._keep_setting("sending.paused", on))
        self.tray.actRequested.connect(self._act)

        service.message.connect(self.news.show_message)
        service.posts_ended.connect(self.news.show_endings)
        service.plan_changed.connect(self.news.watch_plan)
        self.news.planWanted.connect(service.refresh_schedules)
        service.notices_loaded.connect(self.notices.restore)
        self.notices.added.connect(service.notices.keep)
        self.notices.allRead.connect(service.notices.see)
        self.notices.cleared.connect(service.notices.clear)
        self.news.actRequested.connect(self._act)
        self.news.desktopNotice.connect(self.tray.notify)

        self.workspaces.local_chosen.connect(self._open_local)
        self.workspaces.account_chosen.connect(self._open_account)
        self.workspaces.left.connect(service.forget_account)

    # -- workspaces ------------------------------------------------------------------------------

    @Slot()
    def _open_local(self) -> None:
        self._clear_pages("local")
        self.window.set_page_visible("feed", True)
        self.service.connect_local(self._paths.workspace)

    @Slot(object, str)
    def _open_account(self, account: Account, password: str) -> None:
        self._clear_pages(account.id)
        self.window.set_page_visible("feed", False)
        self.service.connect_account(account, password)

    def _clear_pages(self, workspace: str) -> None:
        """Nothing of the last workspace may be taken for something of this one."""
        if self.service.workspace_id not in ("", workspace):
            self.channels_desk.clear()
            self.schedule.clear()
            self.calendar.clear()
            self.feed.clear()
            self.pictures.forget()
        self.compose.set_workspace(workspace)
        self.campaigns.clear(workspace)
        self.schedule.set_loading()
        self.calendar.set_loading()

    def _remember_workspace(self, workspace: str) -> None:
        self._keep_setting("workspace.current", workspace)

    @Slot(object)
    def _state_changed(self, state: ConnectionState) -> None:
        self.window.set_connection(state.kind, state.text)
        if state.kind == "sign_in_again":
            self.window.show_notice(
                "warning",
                state.text,
                action_text=self.tr("Sign in"),
                callback=lambda: self.workspaces.sign_in_again(state.workspace_id),
            )
        if state.kind == "connected":
            self.feed.reload()

    # -- showing ---------------------------------------------------------------------------------

    @Slot(str, str)
    def _act(self, kind: str, arg: str) -> None:
        if kind == "restore_schedules":
            self.schedule.undo.restore(arg)
        elif kind == "show_activity":
            self.activity.show_entry(arg)
        elif kind == "show_schedule":
            self.schedule.show_schedule(int(arg))
        elif kind == "retry_schedules":
            self.service.retry_schedules([int(one) for one in arg.split(",")], force=True)
        elif kind == "try_again":
            self.service.retry_schedules([int(one) for one in arg.split(",")])
        elif kind == "sign_in":
            self.workspaces.sign_in_again(self.workspaces.current)

    @Slot(str)
    def _page_near(self, key: str) -> None:
        """Make a page that may be clicked in a moment, so that the click only has to show it."""
        if not self.window.is_made(key):
            self._warm_page(key, lambda: self.window.prepare_page(key))

    def _warm_page(self, key: str, then: Callable[[], object]) -> None:
        """Load the modules of a page, one an event. Not before it is wanted: together they take
        four megabytes."""
        from posto_desktop.desk.page_desk import warm

        pages = (
            self.schedule, self.calendar, self.campaigns, self.styles, self.activity, self.feed
        )  # fmt: skip
        warm([desk for desk in pages if key == desk.KEY], self, then)

    @Slot()
    def _reload(self) -> None:
        self.service.refresh_channels()
        self.service.refresh_schedules()
        self.feed.reload()

    @Slot()
    def _show_slots(self) -> None:
        self.choosing.open("publishing")

    @Slot()
    def show_about(self) -> None:
        """Open what Posto is made with."""
        self.choosing.open("about")

    def _keep_setting(self, name: str, value: Any) -> None:
        from posto_desktop.storage.errors import StorageError

        try:
            self.settings.set(name, value)
        except StorageError as error:
            if not self.window.has_lasting_notice():  # which says it for all files
                self.window.show_notice("error", error.user_message)
        if self._built:
            self.choosing.apply(name, value)

    # -- tray, second starts ---------------------------------------------------------------------

    @Slot()
    def _bring_forward(self) -> None:
        self.window.show()
        self.window.setWindowState(
            self.window.windowState() & ~self.window.windowState().WindowMinimized
        )
        self.window.raise_()
        self.window.activateWindow()
        if self._built:
            self.service.set_watching(self.window.current_page())

    @Slot()
    def _compose_from_tray(self) -> None:
        self._bring_forward()
        self.composing.start_new()

    @Slot(object)
    def _take_handover(self, wishes: Handover) -> None:
        self._bring_forward()
        self._fulfil(wishes)

    def _hear_open_events(self) -> None:
        from posto_desktop.ui.open_events import OpenEvents

        events = OpenEvents(self)
        events.fileOpened.connect(lambda path: self._take_handover(Handover((path,))))
        events.linkOpened.connect(lambda url: self._take_handover(Handover(links=(url,))))
        self._qt.installEventFilter(events)

    def _fulfil(self, wishes: Handover) -> None:
        if wishes.page:
            self.window.show_page(wishes.page)
        if wishes.service:
            self.workspaces.open_address(wishes.service)
        for link in wishes.links:
            self._follow_link(link)
        if wishes.files:
            self.composing.attach(list(wishes.files))

    @Slot(str)
    def _follow_link(self, url: str) -> None:
        """A `posto:` link fills in and shows; it sends nothing."""
        from posto_desktop.core.deep_link import DeepLinkError, read

        try:
            link = read(url, tuple(self.window.top_bar.visible_pages()))
        except DeepLinkError as error:
            self.window.show_notice("error", error.user_message)
            return
        if link.brings_something:
            self.composing.begin(link.text, link.link, link.when)
        elif link.page == "compose":
            self.composing.start_new()
        else:
            self.window.show_page(link.page)

    # -- quitting --------------------------------------------------------------------------------

    def _may_close(self) -> bool:
        """The window is about to close. With the tray it only hides, and sending goes on."""
        self._keep_place()
        if self._quitting or not self._built or not self.tray.is_shown:
            return True
        self.compose.flush()
        self.service.set_watching("")
        self.window.hide()
        return False

    def _keep_place(self) -> None:
        if not self._built:
            return
        self.channels_desk.flush()
        self._keep_setting("window.geometry", self.window.geometry_text())
        self._keep_setting("window.splitter", self.window.splitter_text())

    @Slot()
    def _window_closed(self) -> None:
        """Closed without a tray to hide in: what is scheduled is sent by the server alone."""
        self._keep_sending = bool(self.settings.get("sending.keep_in_tray"))
        self.quit()

    @Slot()
    def quit(self) -> None:
        """End the app; `finish` follows once the event loop has ended."""
        if self._quitting:
            return
        self._quitting = True
        self._keep_place()
        self.window.hide()
        self._qt.quit()

    @Slot()
    def restart(self) -> None:
        """End the app, the server of its workspace with it, and start it again."""
        self.starts_again = True
        self.quit()

    def finish(self) -> None:
        """The stages of the end, each with its time limit. Called after the event loop."""
        if self._built:
            self.styles.flush()
            self.campaigns.flush()
            self.compose.flush()
            self.workspaces.finish()
            self.service.shutdown(QUIT_MS, stop_server=not self._goes_on_sending())
            self.images.shutdown()
            self.composing.links.close()
            self.tray.close()
        if self._started:
            self.runner.shutdown(QUIT_MS // 2)
        self.garbage.stop()
        self.window.deleteLater()
        self._instance.close()
        logging.shutdown()

    def _goes_on_sending(self) -> bool:
        """Whether the server stays: the window was closed only, or the user wants the sending
        without the app. A new start has to find it ended."""
        from posto_desktop.workers.autostart import autostart

        if self.starts_again:
            return False
        limit = int(self.settings.get("sending.late_limit_minutes"))
        start = autostart(self._paths.workspace, limit)
        return self._keep_sending or (start is not None and start.is_on())

    # -- a folder that cannot be used ------------------------------------------------------------

    @Slot(str)
    def _blocked(self, sentence: str) -> None:
        """Nothing can be kept, so nothing can be sent: that stays on the screen while it is so."""
        said = sentence or self._problem
        self.window.set_lasting_notice(said, self.tr("Check again") if said else "")

    @Slot()
    def _unblock(self) -> None:
        self._problem = _make_folders(self._paths)
        self.service.open_store_again()
        self._reload()

    # -- failures --------------------------------------------------------------------------------

    def _crashed(
        self, kind: type[BaseException], error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """An error nobody expected, on any thread: log it, and say it on the GUI thread."""
        if error is None or issubclass(kind, KeyboardInterrupt):
            return
        log.error("Unexpected error", exc_info=(kind, error, trace))
        with suppress(RuntimeError):
            self._failed.emit(f"{kind.__name__}: {error}")

    @Slot(object)
    def _job_failed(self, error: object) -> None:
        said = getattr(error, "user_message", "")
        self._show_failure(said) if said else self._failed.emit(f"{type(error).__name__}: {error}")

    @Slot(str)
    def _show_failure(self, detail: str) -> None:
        if not self._quitting:
            self.window.show_notice(
                "error",
                self.tr("Something unexpected went wrong; the log has the details."),
                detail,
            )

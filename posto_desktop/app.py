"""Builds everything, and owns the order of starting and of quitting. Nothing else knows all parts.

Start: folders, the lock of this home, the window on screen; only then the pages, the database, the
embedded workspace and the pictures. Quit: flush the draft, let the service write down where it is,
end the jobs, give the lock back.
"""

from __future__ import annotations

import faulthandler
import json
import logging
import signal
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QSize, QTimer, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices, QImage
from PySide6.QtWidgets import QApplication

from posto_desktop import __version__
from posto_desktop.storage.paths import Paths, find_paths
from posto_desktop.storage.settings import Settings
from posto_desktop.ui.main_window import MainWindow
from posto_desktop.ui.theme import Theme
from posto_desktop.workers.garbage import GarbageGuard
from posto_desktop.workers.instance import Handover, SingleInstance

if TYPE_CHECKING:
    from posto_desktop.core.draft import Draft
    from posto_desktop.core.outbox import Entry
    from posto_desktop.sdk.records import Schedule
    from posto_desktop.storage.accounts import Account
    from posto_desktop.ui.tray import Tray
    from posto_desktop.workers.notes import ConnectionState

log = logging.getLogger(__name__)

QUIT_MS = 4_000
LOG_BYTES = 1_000_000
ACTIVITY_THUMB = QSize(96, 96)


def run(
    *,
    home: str | None = None,
    service: str | None = None,
    page: str | None = None,
    files: Sequence[str] = (),
) -> int:
    """Run the app until it is quit. Returns the exit code of the process."""
    paths = find_paths(home)
    problem = _make_folders(paths)
    qt = QApplication(sys.argv[:1])
    qt.setApplicationName("Posto Desktop")
    qt.setApplicationVersion(__version__)
    qt.setDesktopFileName("posto-desktop")
    qt.setQuitOnLastWindowClosed(False)
    instance = SingleInstance(paths.data)
    if not instance.acquire():
        if instance.hand_over(Handover(tuple(files), page, service)):
            return 0
        sys.stderr.write("Posto Desktop already runs on this folder, but does not answer.\n")
        return 1
    desktop = Desktop(qt, paths, instance, Handover(tuple(files), page, service), problem)
    desktop.window.show()
    code = qt.exec()
    desktop.finish()
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
        self.theme.set_text_size(self.settings.get("appearance.text_size"))
        self.theme.setMode(self.settings.get("appearance.scheme"))
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
        self._tray: Tray | None = None
        self._dialog: Any = None
        self._ticked = self._read_ticked()
        self._ticks_settle = QTimer(self)
        self._ticks_settle.setSingleShot(True)
        self._ticks_settle.setInterval(800)
        self._ticks_settle.timeout.connect(self._keep_ticked)
        self._failed.connect(self._show_failure)
        for number in (signal.SIGTERM, signal.SIGINT):
            # Runs between two bytecodes of this thread; the garbage timer makes sure of some.
            signal.signal(number, lambda *_: self.quit())
        sys.excepthook = self._crashed
        threading.excepthook = lambda caught: self._crashed(
            caught.exc_type, caught.exc_value, caught.exc_traceback
        )

    # -- starting ------------------------------------------------------------------------------

    @Slot()
    def _build_rest(self) -> None:
        """The window is on screen: give it its models, then the pages, then the workspace."""
        from posto_desktop.models.channels import ChannelsModel
        from posto_desktop.models.notifications import NotificationsModel
        from posto_desktop.ui import icons
        from posto_desktop.workers.runner import JobRunner

        _start_log(self._paths.logs)
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
        from posto_desktop.ui.activity.page import ActivityPage
        from posto_desktop.ui.dialogs.workspaces import Workspaces
        from posto_desktop.ui.feed.page import FeedPage
        from posto_desktop.ui.news import News
        from posto_desktop.ui.schedule.page import SchedulePage
        from posto_desktop.workers.remote_pictures import RemotePictures
        from posto_desktop.workers.service import Service
        from posto_desktop.workers.sign_in import SignInFlow

        self.service = Service(
            self._paths, self.settings, accounts=self.accounts, secrets=self.secrets, parent=self
        )
        self.news = News(self.window, self.notices, self)
        self.pictures = RemotePictures(self.runner, self.service.fetch_picture, self)
        self.flow = SignInFlow(self.runner, self.accounts, self.secrets, self)
        self.workspaces = Workspaces(
            self.window, self.accounts, self.flow, self._remember_workspace, self
        )
        self.schedule = SchedulePage()
        self.activity = ActivityPage()
        self.feed = FeedPage()
        self.window.add_page("schedule", self.tr("Schedule"), "list", self.schedule)
        self.window.add_page("activity", self.tr("Activity"), "activity", self.activity)
        self.window.add_page("feed", self.tr("Feed"), "newspaper", self.feed)
        self._wire()
        self._built = True
        self.service.load_drafts()
        self.service.load_notices()
        self.workspaces.show()
        if self._wishes.service:
            self.workspaces.open("local")
        else:
            self.workspaces.open(self.settings.get("workspace.current"))
        self._instance.handed_over.connect(self._take_handover)
        self._instance.listen()
        self._fulfil(self._wishes)
        if self._problem:
            self._blocked("")
        for sentence in self.settings.problems + self.accounts.problems + self.secrets.problems:
            self.window.show_notice("warning", sentence)
        if self.settings.get("sending.keep_in_tray"):
            self._show_tray()
        self.garbage.settle()
        self.garbage.start()
        self.images.trim()

    def _wire(self) -> None:
        window, service = self.window, self.service
        window.pageChanged.connect(service.set_watching)
        window.filesDropped.connect(self._attach)
        window.imagePasted.connect(self._attach_image)
        window.newMessageRequested.connect(self._new_message)
        window.reloadRequested.connect(self._reload)
        window.settingsRequested.connect(self.show_settings)
        window.aboutRequested.connect(self.show_about)

        compose = self.compose
        compose.postRequested.connect(self._post)
        compose.draftChanged.connect(service.save_draft)
        compose.draftDeleted.connect(service.delete_draft)
        compose.signInRequested.connect(self.workspaces.ask_sign_in)
        compose.noticeRequested.connect(self._compose_notice)
        compose.channelsWanted.connect(self.channels.set_checked_ids)
        compose.channelSearchRequested.connect(window.channel_pane.focus_search)
        compose.pictureWanted.connect(self.pictures.want)
        compose.media.filesChanged.connect(self._count_files)

        schedule = self.schedule
        schedule.refreshRequested.connect(service.refresh_schedules)
        schedule.retryRequested.connect(service.retry_schedules)
        schedule.deleteRequested.connect(service.delete_schedules)
        schedule.sendNowRequested.connect(service.send_now)
        schedule.resolveRequested.connect(service.resolve_schedules)
        schedule.openRequested.connect(self._open_url)
        schedule.duplicateRequested.connect(self._duplicate)
        schedule.newMessageRequested.connect(self._new_message)
        schedule.pictureRequested.connect(self.pictures.want)

        activity = self.activity
        activity.cancelRequested.connect(self._cancel_entry)
        activity.retryRequested.connect(service.outbox_retry)
        activity.resolveRequested.connect(service.outbox_resolve)
        activity.retryRowsRequested.connect(service.retry_schedules)
        activity.sendNowRowsRequested.connect(service.send_now)
        activity.resolveRowsRequested.connect(service.resolve_schedules)
        activity.deleteRowsRequested.connect(service.delete_schedules)
        activity.pauseRequested.connect(self._pause)
        activity.set_paused(self.settings.get("sending.paused"))
        activity.openRequested.connect(self._open_url)
        activity.editRequested.connect(self._edit_entry)
        activity.pictureRequested.connect(self._thumbnail_for_activity)
        activity.model.countsChanged.connect(self._count_attention)

        self.feed.refreshRequested.connect(service.refresh_feed)
        self.feed.pictureRequested.connect(self.pictures.want)
        self.feed.openRequested.connect(self._open_url)
        self.feed.newMessageRequested.connect(self._new_message)

        service.channels_loaded.connect(self._channels_loaded)
        service.schedules_loaded.connect(self._schedules_loaded)
        service.schedules_progress.connect(schedule.set_progress)
        service.feed_loaded.connect(self.feed.set_items)
        service.outbox_changed.connect(activity.set_entries)
        service.state_changed.connect(self._state_changed)
        service.drafts_loaded.connect(compose.set_drafts)
        service.draft_saved.connect(self._draft_saved)
        service.message.connect(self.news.show_message)
        service.posts_ended.connect(self.news.show_endings)
        service.plan_changed.connect(activity.set_plan)
        service.notices_loaded.connect(self.notices.restore)
        self.notices.added.connect(service.keep_notice)
        self.notices.allRead.connect(service.see_notices)
        self.notices.cleared.connect(service.clear_notices)
        self.news.actRequested.connect(self._act)
        self.news.desktopNotice.connect(self._notify_desktop)
        service.blocked.connect(self._blocked)
        window.lastingActed.connect(self._unblock)
        service.posted.connect(self._posted)
        service.post_refused.connect(self._post_refused)
        service.files_fetched.connect(compose.add_files)
        service.picture_loaded.connect(self.pictures.take)
        service.picture_failed.connect(self.pictures.missing)
        self.pictures.ready.connect(self._picture_ready)
        self.pictures.ready.connect(compose.set_picture)
        self.pictures.ready.connect(schedule.set_picture)
        self.pictures.ready.connect(self.feed.set_picture)

        self.channels.selectionChanged.connect(self._selection_changed)
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
            self.channels.set_channels([])
            self.schedule.clear()
            self.feed.clear()
            self.pictures.forget()
        self.compose.set_workspace(workspace)
        self.schedule.set_loading(True)

    def _remember_workspace(self, workspace: str) -> None:
        self._keep_setting("workspace.current", workspace)

    @Slot(object)
    def _state_changed(self, state: ConnectionState) -> None:
        self.window.set_connection(state.kind, state.text)
        self.activity.set_connection(state.kind, state.text, state.host)
        self.schedule.set_connection(state.kind, state.text)
        if state.kind == "sign_in_again":
            self.window.show_notice(
                "warning",
                state.text,
                action_text=self.tr("Sign in"),
                callback=lambda: self.workspaces.sign_in_again(state.workspace_id),
            )
        if state.kind == "connected" and self.window.current_page() == "feed":
            self.service.refresh_feed()

    @Slot(object)
    def _channels_loaded(self, channels: list[Any]) -> None:
        first = not self.channels.channels()
        self.channels.set_channels(channels)
        links = {channel.id: channel.link for channel in channels if channel.link}
        self.schedule.set_channel_links(links)
        self.activity.set_channel_links(links)
        for channel in channels:
            if channel.picture:
                self.pictures.want(channel.picture)
        if first and channels and not self.channels.checked_ids():
            self._tick_as_before()

    def _tick_as_before(self) -> None:
        """Tick what was ticked here last. Posting must not need a lesson first: at the very first
        start one sandbox channel is ticked."""
        known = self._ticked.get(self.workspaces.current)
        if known is None and self.workspaces.current == "local":
            known = [self.channels.channels()[0].id]
        if known:
            self.channels.set_checked_ids(known)

    def _read_ticked(self) -> dict[str, list[int]]:
        try:
            stored = json.loads(self.settings.get("workspace.channels") or "{}")
            return {str(workspace): [int(one) for one in ids] for workspace, ids in stored.items()}
        except (ValueError, TypeError, AttributeError):
            return {}

    @Slot()
    def _keep_ticked(self) -> None:
        self._keep_setting("workspace.channels", json.dumps(self._ticked))

    @Slot()
    def _selection_changed(self) -> None:
        """The ticked channels filter the other pages; none or all ticked filters nothing."""
        ids = self.channels.checked_ids()
        if self.channels.channels():
            self._ticked[self.workspaces.current] = sorted(ids)
            self._ticks_settle.start()
        everything = not ids or len(ids) == len(self.channels.channels())
        chosen = None if everything else ids
        self.schedule.set_channel_filter(chosen)
        self.activity.set_channel_filter(chosen)

    @Slot(str, QImage)
    def _picture_ready(self, url: str, image: QImage) -> None:
        for channel in self.channels.channels():
            if channel.picture == url:
                self.channels.set_picture(channel.id, image)

    @Slot(object, bool, object)
    def _schedules_loaded(self, rows: list[Schedule], cached: bool, as_of: datetime) -> None:
        self.schedule.set_schedules(rows, cached, as_of)
        # The service leaves out what is being deleted; what it lists again was not deleted.
        self.schedule.restore_rows()
        if self._tray is not None:
            now = datetime.now(UTC)
            self._tray.set_pending(
                sum(1 for row in rows if row.status == "not_sent" and (row.send_at or now) >= now)
            )

    # -- composing and posting -------------------------------------------------------------------

    @Slot(object)
    def _attach(self, files: list[str]) -> None:
        self.window.show_page("compose")
        self.compose.add_files(files)

    @Slot(QImage)
    def _attach_image(self, image: QImage) -> None:
        self.window.show_page("compose")
        self.compose.add_image(image)

    @Slot()
    def _count_files(self) -> None:
        self.window.set_attached_count(self.compose.media.rowCount())

    @Slot()
    def _new_message(self) -> None:
        self.window.show_page("compose")
        self.compose.start_new()

    @Slot(object, object)
    def _post(self, draft: Draft, share_at: datetime | None) -> None:
        wanted = set(draft.channel_ids)
        chosen = [one for one in self.channels.channels() if one.id in wanted]
        self.service.post(draft, chosen, share_at)

    @Slot(object)
    def _posted(self, entry: Entry) -> None:
        """It is written down and safe: say so, with the way back while there is one."""
        count = len(entry.items)
        if entry.share_at is None or entry.share_at <= datetime.now(UTC):
            text = (
                self.tr("1 post is on its way")
                if count == 1
                else self.tr("{count} posts are on their way").format(count=count)
            )
            if self.settings.get("sending.paused"):
                text = self.tr("Sending is paused. The post waits in Activity.")
            self.window.show_notice("ok", text)
            return
        from posto_desktop.models import dates

        when = dates.short_when(entry.share_at, datetime.now(UTC))
        text = (
            self.tr("1 post scheduled: {when}").format(when=when)
            if count == 1
            else self.tr("{count} posts scheduled: {when}").format(count=count, when=when)
        )
        self.window.show_notice(
            "ok", text, action_text=self.tr("Undo"), callback=lambda: self._unschedule(entry)
        )

    def _unschedule(self, entry: Entry) -> None:
        """Undo of scheduling: out of the outbox or off the service, and back into the page."""
        current = self.activity.model.entry(entry.id)
        if current is None or current.can_cancel:
            self.service.outbox_cancel(entry.id)
        else:
            rows = self.schedule.model.schedules()
            ids = [row.id for row in rows if row.posto_ref == entry.posto_ref]
            if ids:
                self.service.delete_schedules(ids)
        self._edit_entry(entry.draft)

    @Slot(object)
    def _edit_entry(self, draft: Draft) -> None:
        self.window.show_page("compose")
        self.compose.restore(draft.duplicate())

    @Slot(object, str)
    def _post_refused(self, draft: Draft, sentence: str) -> None:
        self.window.show_notice("error", sentence)
        self.window.show_page("compose")
        self.compose.restore(draft)

    @Slot(str)
    def _cancel_entry(self, entry_id: str) -> None:
        """Cancel with a way back: the message goes back into the page when asked for."""
        entry = self.activity.model.entry(entry_id)
        self.service.outbox_cancel(entry_id)
        if entry is not None:
            self.window.show_notice(
                "info",
                self.tr("“{title}” is not sent").format(title=entry.title),
                action_text=self.tr("Edit"),
                callback=lambda: self._edit_entry(entry.draft),
            )

    @Slot(object)
    def _duplicate(self, rows: Sequence[Schedule]) -> None:
        """A new message from posts that there are: text, variants and channels."""
        from posto_desktop.core.draft import Draft

        first = rows[0]
        variants = {row.network: row.text for row in rows if row.text != first.text}
        draft = replace(
            Draft(),
            workspace=self.workspaces.current,
            text=first.text,
            variants=variants,
            channel_ids=[row.channel_id for row in rows],
        )
        self.window.show_page("compose")
        self.compose.restore(draft)
        addresses = [one.url for one in first.media if one.url]
        if addresses:
            self.service.fetch_files(addresses)

    @Slot(str, object)
    def _draft_saved(self, draft_id: str, when: datetime) -> None:
        if draft_id == self.compose.draft.id:
            self.compose.set_saved(when)

    # -- showing ---------------------------------------------------------------------------------

    @Slot(object)
    def _compose_notice(self, notice: Any) -> None:
        self.window.show_notice(
            notice.kind, notice.text, action_text=notice.action or None, callback=notice.callback
        )

    @Slot(str, str)
    def _notify_desktop(self, title: str, text: str) -> None:
        if self._tray is not None and self.settings.get("notifications.desktop"):
            self._tray.notify(title, text)

    @Slot(bool)
    def _pause(self, on: bool) -> None:
        """Hand nothing over until resumed, also after the next start."""
        self._keep_setting("sending.paused", on)
        self.service.pause_outbox(on)
        self.activity.set_paused(on)

    @Slot(str, str)
    def _act(self, kind: str, arg: str) -> None:
        if kind == "restore_schedules":
            self.service.restore_schedules(arg)
            self.schedule.restore_rows()
        elif kind == "show_activity":
            self.window.show_page("activity")
            self.activity.show_entry(arg)
        elif kind == "show_schedule":
            self.window.show_page("schedule")
            self.schedule.show_schedule(int(arg))
        elif kind == "retry_schedules":
            self.service.retry_schedules([int(one) for one in arg.split(",")], force=True)
        elif kind == "sign_in":
            self.workspaces.sign_in_again(self.workspaces.current)

    @Slot(str)
    def _open_url(self, url: str) -> None:
        if QUrl(url).scheme() in ("http", "https"):
            QDesktopServices.openUrl(QUrl(url))

    @Slot(str)
    def _thumbnail_for_activity(self, path: str) -> None:
        handle = self.images.thumbnail(
            path, ACTIVITY_THUMB, self.window.devicePixelRatioF(), self.activity
        )
        handle.setProperty("path", path)
        handle.done.connect(self._activity_thumbnail)
        handle.failed.connect(self._no_activity_thumbnail)

    @Slot(object)
    def _activity_thumbnail(self, image: QImage) -> None:
        self.activity.set_picture(self._asked_path(), image)

    @Slot(object)
    def _no_activity_thumbnail(self, _error: object) -> None:
        self.activity.set_picture(self._asked_path(), QImage())

    def _asked_path(self) -> str:
        from posto_desktop.workers.runner import JobHandle

        handle = self.sender()
        assert isinstance(handle, JobHandle)
        return str(handle.property("path"))

    @Slot()
    def _count_attention(self) -> None:
        self.window.set_page_badge("activity", self.activity.model.attention())

    @Slot()
    def _reload(self) -> None:
        self.service.refresh_channels()
        self.service.refresh_schedules()
        if self.window.current_page() == "feed":
            self.service.refresh_feed()

    @Slot()
    def show_settings(self, page: str = "") -> None:
        """Open the settings, at a page by its key; changes take effect at once."""
        from posto_desktop.ui.settings.dialog import SettingsDialog

        dialog = SettingsDialog(self.settings, self._keep_setting, self.window)
        if page:
            dialog.show_page(page)
        self.window.open_dialog(dialog)

    @Slot()
    def show_about(self) -> None:
        """Open what Posto is made with."""
        self.show_settings("about")

    def _keep_setting(self, name: str, value: Any) -> None:
        from posto_desktop.storage.errors import StorageError

        try:
            self.settings.set(name, value)
        except StorageError as error:
            if not self.window.has_lasting_notice():  # which says it for all files
                self.window.show_notice("error", error.user_message)
        if name == "sending.late_limit_minutes" and self._built:
            self.service.late_limit_changed()
        if name == "appearance.scheme":
            self.theme.setMode(value)
        elif name == "appearance.text_size":
            self.theme.set_text_size(value)
        elif name == "sending.keep_in_tray":
            if value:
                self._show_tray()
            elif self._tray is not None:
                self._tray.close()
                self._tray = None

    # -- tray, second starts ---------------------------------------------------------------------

    def _show_tray(self) -> None:
        from posto_desktop.ui import icons
        from posto_desktop.ui.tray import Tray

        if self._tray is None and Tray.is_available():
            self._tray = Tray(icons.app_icon(), self)
            self._tray.show_requested.connect(self._bring_forward)
            self._tray.compose_requested.connect(self._compose_from_tray)
            self._tray.quit_requested.connect(self.quit)
            self._tray.show()

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
        self._new_message()

    @Slot(object)
    def _take_handover(self, wishes: Handover) -> None:
        self._bring_forward()
        self._fulfil(wishes)

    def _fulfil(self, wishes: Handover) -> None:
        if wishes.page:
            self.window.show_page(wishes.page)
        if wishes.service:
            self.workspaces.open_address(wishes.service)
        if wishes.files:
            self._attach(list(wishes.files))

    # -- quitting --------------------------------------------------------------------------------

    def _may_close(self) -> bool:
        """The window is about to close. With the tray it only hides, and sending goes on."""
        self._keep_place()
        if self._quitting or self._tray is None:
            return True
        self.compose.flush()
        self.service.set_watching("")
        self.window.hide()
        return False

    def _keep_place(self) -> None:
        if not self._built:
            return
        self._ticks_settle.stop()
        self._keep_ticked()
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

    def finish(self) -> None:
        """The stages of the end, each with its time limit. Called after the event loop."""
        if self._built:
            self.compose.flush()
            self.workspaces.finish()
            self.service.shutdown(QUIT_MS, stop_server=not self._keep_sending)
            self.images.shutdown()
        if self._started:
            self.runner.shutdown(QUIT_MS // 2)
        if self._tray is not None:
            self._tray.close()
        self.garbage.stop()
        self.window.deleteLater()
        self._instance.close()
        logging.shutdown()

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

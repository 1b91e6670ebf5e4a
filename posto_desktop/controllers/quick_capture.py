"""Controller of quick capture: opens its window, posts what is written, and offers Undo."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from posto_desktop.common.translation import translate
from posto_desktop.controllers.context import AppContext
from posto_desktop.controllers.page_controller import preload_modules
from posto_desktop.workers.notification import DesktopNotification, NotificationAction

if TYPE_CHECKING:
    from posto_desktop.controllers.activity import ActivityController
    from posto_desktop.controllers.channels import ChannelsController
    from posto_desktop.controllers.compose import ComposeController
    from posto_desktop.controllers.launch_request import LaunchRequestController
    from posto_desktop.controllers.schedule import ScheduleController
    from posto_desktop.controllers.tray import TrayController
    from posto_desktop.core.draft import Draft
    from posto_desktop.core.entries import Entry
    from posto_desktop.sdk.records import Account, Channel
    from posto_desktop.ui.compose.quick.window import QuickWindow
    from posto_desktop.viewmodels.quick_message import QuickMessage
    from posto_desktop.workers.shortcuts.shortcut import GlobalShortcut

IN_TRANSIT = ("waiting", "uploading", "handing_over")
READY_MS = 2_500
"""Time after the start at which the window is made, so that it opens at once later."""
LEAVE_MS = 60_000
"""How long an app without a window and a tray waits for what is on its way, at most."""
UNDO = "undo_post"


class QuickCaptureController(QObject):
    """The window and its message are made when they are first wanted, or ahead by `prepare`.

    Signal ``left()``: its window closed, and what was posted is on its way.
    """

    left = Signal()
    MODULES = (
        "posto_desktop.core.quick_line",
        "posto_desktop.viewmodels.quick_message",
        "posto_desktop.ui.compose.quick.window",
    )

    def __init__(
        self,
        context: AppContext,
        compose: ComposeController,
        channels: ChannelsController,
        schedule: ScheduleController,
        activity: ActivityController,
        tray: TrayController,
        launch_request: LaunchRequestController,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._context, self._compose, self._channels = context, compose, channels
        self._schedule, self._activity, self._tray = schedule, activity, tray
        self._launch_request = launch_request
        self._shortcut: GlobalShortcut | None = None
        self._message: QuickMessage | None = None
        self._window: QuickWindow | None = None
        self._workspace = ""
        self._person: Account | None = None
        self._entries: Sequence[Entry] = ()
        self._posted: set[str] = set()
        self._underway: set[str] = set()
        self._undoable: dict[str, Entry] = {}
        self._leaving = QTimer(self, singleShot=True, interval=LEAVE_MS)
        self._leaving.timeout.connect(self.left)
        context.service.outbox_changed.connect(self._entries_changed)
        context.service.posted.connect(self._entry_posted)
        context.service.post_refused.connect(self._refused)
        tray.actionRequested.connect(self._run_action)

    @property
    def window(self) -> QuickWindow | None:
        """Return the window; None until it is made."""
        return self._window

    # -- the shortcut --------------------------------------------------------------------------

    def shortcut(self) -> GlobalShortcut | None:
        """Return the shortcut of this desktop; None where there is no such thing."""
        if self._shortcut is None:
            from posto_desktop.workers.shortcuts.system_shortcut import make_shortcut

            self._shortcut = make_shortcut(self)
            if self._shortcut is not None:
                self._shortcut.pressed.connect(self._open_by_key)
        return self._shortcut

    @Slot(str)
    def set_shortcut(self, keys: str) -> None:
        """Hold these keys in place of others; "" holds none."""
        shortcut = self.shortcut()
        if shortcut is not None:
            shortcut.set_keys(keys)
        if keys:
            self.prepare()

    def begin(self) -> None:
        """Hold the keys of the settings, and make the window ahead where it is likely to be
        wanted."""
        keys = self._context.settings.text("quick.shortcut")
        if keys:
            self.set_shortcut(keys)
        elif self._tray.is_shown:
            self.prepare()

    @Slot()
    def _open_by_key(self) -> None:
        self.open()
        if self._window is not None and self._shortcut is not None:
            # Many window managers give a new window the keyboard only if they are told why.
            self._shortcut.focus(int(self._window.winId()))

    # -- the window ----------------------------------------------------------------------------

    def prepare(self) -> None:
        """Make the window soon, while nothing else happens."""
        QTimer.singleShot(READY_MS, self, self._prepare)

    @Slot()
    def _prepare(self) -> None:
        if self._window is None:
            preload_modules(self.MODULES, self, self._made)

    @Slot()
    def open(self) -> None:
        """Show the window with the caret in its line."""
        window = self._made()
        self._leaving.stop()
        if not window.isVisible():
            # What is planned meanwhile is read once the window is there.
            QTimer.singleShot(0, self, self._renew)
        window.present()

    def open_with_files(self, files: Sequence[str]) -> None:
        """Show the window and take these files."""
        self.open()
        if files:
            self._made().files.add_files(list(files))

    def _made(self) -> QuickWindow:
        if self._window is not None:
            return self._window
        from posto_desktop.ui.compose.quick.files import QuickFileServices
        from posto_desktop.ui.compose.quick.window import QuickWindow
        from posto_desktop.viewmodels.quick_message import QuickMessage

        context, page = self._context, self._compose.page
        open_message = page.message
        message = self._message = QuickMessage(
            context.runner,
            open_message.store,
            context.channels,
            open_message.clock,
            open_message.zone,
            self,
        )
        message.ask_now = lambda: context.settings.is_on("sending.confirm_now")
        message.channels.used_last = lambda workspace: open_message.channels.used_last(workspace)
        message.posted.connect(self._post)
        message.composeRequested.connect(self._open_in_compose)
        message.draftKept.connect(self._say_kept)
        self._channels.groups.changed.connect(self._groups_changed)
        services = QuickFileServices(
            context.runner,
            context.images,
            open_message.store,
            page.files.media_services,
            context.paths.data / "pasted",
        )
        window = self._window = QuickWindow(message, services)
        window.files.importer.first_edit = page.media_import.first_edit
        window.hidden.connect(self._hidden)
        message.set_workspace(self._workspace)
        message.set_person(self._person)
        self._groups_changed()
        message.begin()
        return window

    @Slot()
    def _renew(self) -> None:
        """Tell the message which times are taken by now."""
        message = self._message
        if message is not None:
            message.slots.set_slots(self._context.settings.text("publishing.slots"))
            message.slots.set_rows(self._schedule.rows)
            message.slots.set_entries(self._entries)
            message.checks.set_schedules(self._schedule.rows)
            message.checks.set_entries(self._entries)

    @Slot(str)
    def set_workspace(self, workspace: str) -> None:
        """Write for the channels of another workspace from now on."""
        self._workspace = workspace
        if self._message is not None:
            self._message.set_workspace(workspace)

    def set_person(self, person: Account | None) -> None:
        """Set who is signed in, None where that is unknown."""
        self._person = person
        if self._message is not None:
            self._message.set_person(person)

    @Slot()
    def _groups_changed(self) -> None:
        if self._message is not None:
            self._message.set_groups(self._channels.groups.groups)

    # -- ends ----------------------------------------------------------------------------------

    @Slot(object, object, object)
    def _post(self, draft: Draft, channels: list[Channel], share_at: datetime | None) -> None:
        self._posted.add(draft.id)
        self._context.service.post(draft, channels, share_at)

    @Slot(object)
    def _entry_posted(self, entry: Entry) -> None:
        """Say on the desktop that a message is stored, unless the window says so to a person who
        looks at it."""
        if entry.draft.id not in self._posted:
            return
        self._posted.discard(entry.draft.id)
        self._underway.add(entry.id)
        if not self._context.window.isActiveWindow():
            self._undoable[entry.id] = entry
            undo = NotificationAction(self.tr("Undo"), UNDO, entry.id)
            self._tray.notify(
                DesktopNotification(
                    "ok", self._compose.posted_words(entry), entry.title, actions=(undo,)
                )
            )
        self._leave_if_done()

    @Slot(object)
    def _refused(self, draft: Draft) -> None:
        """Show the message in Compose, which has it again."""
        if draft.id in self._posted:
            self._posted.discard(draft.id)
            self._launch_request.activate_window()

    @Slot(str, str)
    def _run_action(self, kind: str, arg: str) -> None:
        entry = self._undoable.pop(arg, None) if kind == UNDO else None
        if entry is not None:
            self._compose.take_back(entry)

    @Slot(object)
    def _say_kept(self, draft: Draft) -> None:
        words = translate("OpenDrafts", "Saved in Drafts")
        self._compose.page.message.open_drafts.offer("ok", words, draft)

    @Slot(object)
    def _open_in_compose(self, draft: Draft) -> None:
        self._launch_request.activate_window()
        page = self._compose.open()
        if draft.is_empty:
            page.start_new()
        else:
            page.restore(draft)

    # -- an app that was started for it alone ----------------------------------------------------

    @Slot()
    def _hidden(self) -> None:
        self._leaving.start()
        self._leave_if_done()

    @Slot(object)
    def _entries_changed(self, entries: Sequence[Entry]) -> None:
        self._entries = entries
        done = {entry.id for entry in entries if entry.state not in IN_TRANSIT}
        self._underway -= done
        self._leave_if_done()

    def _leave_if_done(self) -> None:
        """Emit `left` when nothing is written and nothing is on its way any more."""
        if self._leaving.isActive() and not (self._posted or self._underway):
            self._leaving.stop()
            self.left.emit()

    def close(self) -> None:
        """Keep what is written, and remove the window."""
        self._leaving.stop()
        if self._shortcut is not None:
            self._shortcut.close()
        if self._window is not None:
            if self._window.isVisible() and self._message is not None:
                self._message.keep()
            self._window.hide()
            self._window.deleteLater()
            self._window = None

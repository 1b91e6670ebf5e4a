"""Notifications and connection states as values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

StateKind = Literal["connecting", "connected", "offline", "sign_in_again", "error"]
NotificationKind = Literal["ok", "error", "warning", "info", "deleted"]


@dataclass(frozen=True)
class ConnectionState:
    """How the current workspace is reached. `text` is a sentence, `host` empty on this computer."""

    kind: StateKind
    text: str
    workspace_id: str
    name: str
    host: str


@dataclass(frozen=True)
class NotificationAction:
    """A button of a notification. `kind`: "restore_schedules" (`arg` a token), "show_activity",
    "sign_in", "retry_schedules" or "try_again" (`arg` ids joined by commas; the former may be live
    already), "show_schedule" (`arg` an id), "undo_send_again" and "undo_send_now" (`arg` a
    token), "sign_in_account" (`arg` the id of a channel), "show_proposals", "due_cause" (`arg` the
    key of a `core.due_causes.DueCause`)."""

    label: str
    kind: str
    arg: str = ""


@dataclass(frozen=True)
class Notification:
    """A toast. `detail` is collapsed. Several with the same `about` in quick succession have one
    cause: `several` describes that many. `stay_ms`: how long it shows, 0 for the
    usual time; `countdown`: its text with {seconds} for those that are left. `is_listed`: False
    for what is true for seconds and does not belong into the list."""

    kind: NotificationKind
    text: str
    detail: str = ""
    action: NotificationAction | None = None
    about: str = ""
    several: Callable[[int], str] | None = field(default=None, compare=False)
    stay_ms: int = 0
    countdown: str = ""
    is_listed: bool = True


@dataclass(frozen=True)
class DesktopNotification:
    """A desktop notification, for users who do not look at the window.

    `opens` is shown on a click and must be harmless. `actions` are its buttons. A later one with
    the same `about` replaces it. `workspace` is the workspace of its ids. With a `key` it can be
    withdrawn.
    """

    kind: NotificationKind
    title: str
    text: str = ""
    opens: NotificationAction | None = None
    actions: tuple[NotificationAction, ...] = ()
    workspace: str = ""
    key: str = ""

    @property
    def about(self) -> str:
        return self.key or f"{self.workspace}\n{self.kind}\n{self.title}"

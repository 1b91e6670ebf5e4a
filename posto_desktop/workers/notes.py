"""What the service tells the app, as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

StateKind = Literal["connecting", "connected", "offline", "sign_in_again", "error"]
NoticeKind = Literal["ok", "error", "warning", "info", "deleted"]


@dataclass(frozen=True)
class ConnectionState:
    """How the current workspace is reached. `text` is a sentence, `host` empty on this computer."""

    kind: StateKind
    text: str
    workspace_id: str
    name: str
    host: str


@dataclass(frozen=True)
class NoticeAction:
    """A button of a notice. `kind`: "restore_schedules" (`arg` a token), "show_activity",
    "sign_in" or "retry_schedules" (`arg` ids joined by commas; these may be live already)."""

    label: str
    kind: str
    arg: str = ""


@dataclass(frozen=True)
class Notice:
    """Something worth a toast. `detail` goes behind a fold."""

    kind: NoticeKind
    text: str
    detail: str = ""
    action: NoticeAction | None = None

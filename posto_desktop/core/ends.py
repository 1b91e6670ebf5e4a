"""What an attempt to send comes to: the state of the entry, and when the next attempt is due."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from posto_desktop.core.entries import Entry
from posto_desktop.core.posts import Item
from posto_desktop.sdk.errors import AuthenticationError, MediaUploadError, NetworkError, PostoError
from posto_desktop.storage.database import Database

# Seconds until the next attempt. The first ones stay within 15 s: a network that comes back is
# used soon without anybody telling.
BACKOFF = (5.0, 10.0, 15.0, 15.0, 15.0, 30.0, 60.0)
# A service that answers with faults is not a missing network: at some point a person must look.
MOST_FAULTS = 12
_RETRY_STATUS = frozenset({408, 429, 502, 503, 504})


class Ends:
    """Writes down how far an entry is, if it is still where it was; `changed` hears of it."""

    def __init__(
        self, store: Database, clock: Callable[[], datetime], changed: Callable[[str], None]
    ) -> None:
        self._store = store
        self._clock = clock
        self._changed = changed

    def sent(self, entry: Entry, group_id: str, step: tuple[str, str]) -> None:
        """All of it is on the service, which said so or lists it."""
        self.set(
            entry,
            {"state": "sent", "group_id": group_id, "reason": "", "code": "", "next_try": None},
            ("handing_over", "waiting"),
            step,
        )

    def refuse(
        self, entry: Entry, reason: str, code: str, what: str = "refused", **more: Any
    ) -> None:
        """Nothing of it is on the service, and waiting would not help."""
        self.set(
            entry,
            {"state": "refused", "reason": reason, "code": code, "next_try": None, **more},
            ("waiting", "uploading", "handing_over"),
            (what, reason),
        )

    def unclear(self, entry: Entry, reason: str, code: str = "no_answer") -> None:
        """It may be on the service: the user has to look."""
        self.set(
            entry,
            {"state": "unclear", "reason": reason, "code": code, "next_try": None},
            ("handing_over", "waiting"),
            ("needs_you", reason),
        )

    def partly(self, entry: Entry, missing: Sequence[Item]) -> None:
        """It is on the service, but for these: the user has to decide."""
        names = ", ".join(item.channel_name for item in missing)
        self.unclear(
            entry,
            f"The service has this post, but not for {names}. Nothing more is sent.",
            "partly",
        )

    def wait(
        self,
        entry: Entry,
        row: dict[str, Any],
        error: PostoError,
        keep_code: str = "",
        **more: Any,
    ) -> None:
        """Nothing was sent: try again later, or give up on a service that keeps failing."""
        code = code_of(error)
        attempts = row.get("attempts", 0) + 1 if row.get("code") == code else 1
        if code == "busy" and attempts >= MOST_FAULTS:
            self.refuse(entry, f"{error.user_message} Nothing was posted.", "service", **more)
            return
        self.set(
            entry,
            {
                "state": "waiting",
                "reason": error.user_message,
                # What the user said must outlast a network that is away meanwhile.
                "code": keep_code if keep_code == "send_again" else code,
                "attempts": attempts,
                "next_try": self.later(wanted_delay(error, attempts)),
                **more,
            },
            ("waiting", "uploading", "handing_over"),
            ("waiting", error.user_message),
        )

    def later(self, seconds: float) -> float:
        """The Unix time in so many seconds."""
        return self._clock().timestamp() + seconds

    def set(
        self,
        entry: Entry,
        changes: dict[str, Any],
        expect: Sequence[str],
        step: tuple[str, str] | None = None,
    ) -> bool:
        """Change an entry whose state is one of `expect`; False when it was not."""
        done = self._store.change_outbox(
            entry.id, changes, now=self._clock().timestamp(), expect=expect, step=step
        )
        if done:
            self._changed(entry.id)
        return done


def is_passing(error: Exception) -> bool:
    """Whether waiting alone may help. A plain 500 is mostly a lasting fault of WordPress."""
    if isinstance(error, NetworkError):
        return True
    if isinstance(error, MediaUploadError) and isinstance(error.__cause__, NetworkError):
        return True
    return getattr(error, "status", None) in _RETRY_STATUS


def wanted_delay(error: PostoError, attempts: int) -> float:
    """Seconds until the next attempt after so many that failed."""
    planned = BACKOFF[min(attempts, len(BACKOFF)) - 1]
    if isinstance(error, AuthenticationError):
        return 300.0  # only a new password helps; signing in again comes at once anyway
    asked = getattr(error, "retry_after", None)
    return max(planned, min(float(asked), 3600.0)) if asked else planned


def code_of(error: PostoError) -> str:
    """What stands in the way of an entry that waits: "sign_in", "offline" or "busy"."""
    if isinstance(error, AuthenticationError):
        return "sign_in"
    if isinstance(error, NetworkError) or isinstance(error.__cause__, NetworkError):
        return "offline"
    return "busy"

"""Notifications of earlier runs, on the thread that owns posto.db."""

from __future__ import annotations

from posto_desktop.storage import notification_rows
from posto_desktop.workers.call_on_gui import GuiCallNow
from posto_desktop.workers.drafts import Run
from posto_desktop.workers.service_signals import ServiceSignals


class NotificationHistory:
    """Called on the GUI thread; each method returns at once. `run` puts a job on the worker,
    `call_on_gui` brings results back: ``notices_loaded(list[dict])``, newest first."""

    def __init__(self, run: Run, call_on_gui: GuiCallNow, signals: ServiceSignals) -> None:
        self._run = run
        self._call_on_gui, self._signals = call_on_gui, signals

    def load(self, limit: int = 200) -> None:
        """Emit `notifications_loaded`."""
        self._run(
            lambda db: self._call_on_gui(
                self._signals.notifications_loaded.emit, notification_rows.newest(db, limit)
            )
        )

    def store(
        self,
        kind: str,
        text: str,
        detail: str,
        leads_to: tuple[str, str, str] = ("", "", ""),
        about: str = "",
        *,
        is_seen: bool = False,
    ) -> None:
        """Store a notification and its target (see `storage.notification_rows`)."""
        self._run(
            lambda db: notification_rows.add(
                db, kind, text, detail, leads_to=leads_to, about=about, is_seen=is_seen
            )
        )

    def mark_all_seen(self) -> None:
        self._run(notification_rows.mark_seen)

    def clear(self) -> None:
        self._run(notification_rows.clear)

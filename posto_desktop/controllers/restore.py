"""Finishes a restore from a backup before anything of the home is open, and restarts the app."""

from __future__ import annotations

import sys

from PySide6.QtCore import QCoreApplication, QProcess

from posto_desktop.common.bundle import is_bundled
from posto_desktop.delivery import restoring
from posto_desktop.storage.paths import Paths


def finish_restore(paths: Paths) -> tuple[str, str]:
    """Finish a waiting restore. Return kind and text of its notification, both "" if none
    waited."""
    outcome = restoring.finish_restore(paths)
    if outcome is None:
        return "", ""
    if not outcome.done and not outcome.sentence:
        return "error", QCoreApplication.translate(
            "Desktop",
            "The backup was not restored, because the server on this computer did not"
            " stop. Posto tries again at the next start.",
        )
    return ("ok" if outcome.done else "error"), outcome.sentence


def relaunch(home: str | None) -> bool:
    """Start a new process of the app on the same home; the calling process must quit."""
    from posto_desktop.sdk.when.zones import use_zone

    use_zone("")  # the new process reads its time zone from its settings
    arguments = [] if is_bundled() else ["-m", "posto_desktop"]
    if home:
        arguments += ["--home", home]
    return bool(QProcess.startDetached(sys.executable, arguments)[0])

"""`posto-desktop --self-test`: starts every part in a temporary home and reports which ones work.

For packagers and problem reports: no screen, no account and no network are needed. Prints one JSON
line `{"ok": bool, "version": str, "checks": [{"name", "ok", "ms", "detail"}]}`; a check's `ms` is
its own wall time in milliseconds.
"""

from __future__ import annotations

import json
import logging
import os
import platform
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from posto_desktop import __version__

if TYPE_CHECKING:
    from posto_desktop.server.launch import Running

SENDING = 20.0
"""Seconds to wait for the sandbox to send a post."""


@dataclass(frozen=True)
class Check:
    """Result of one check."""

    name: str
    ok: bool
    ms: float
    detail: str


def _timed(name: str, work: Callable[[], str]) -> Check:
    started = time.perf_counter()
    try:
        detail, ok = work(), True
    except Exception as error:
        logging.getLogger(__name__).debug("self-test %s", name, exc_info=True)
        detail, ok = f"{type(error).__name__}: {error}", False
    return Check(name, ok, round((time.perf_counter() - started) * 1000, 1), detail)


def run_self_test() -> int:
    """Run all checks. Return 0 if all passed, else 1."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["POSTO_KEYRING"] = "off"  # a check must never open a password window
    with tempfile.TemporaryDirectory(prefix="posto-self-test-") as home:
        checks = _run_checks(Path(home))
    report = {
        "ok": all(check.ok for check in checks),
        "version": __version__,
        "python": platform.python_version(),
        "system": platform.platform(),
        "checks": [asdict(check) for check in checks],
    }
    sys.stdout.write(json.dumps(report) + "\n")
    sys.stdout.flush()
    return 0 if report["ok"] else 1


def _run_checks(home: Path) -> list[Check]:
    from posto_desktop.storage.paths import find_paths

    paths = find_paths(home)
    workspace = _WorkspaceCheck(paths.workspace)
    try:
        return [
            _timed("resources", _check_resources),
            _timed("database", lambda: _check_database(paths.database)),
            _timed("time reading", _check_times),
            _timed("counting", _check_counting),
            _timed("holidays", _check_holidays),
            _timed("spreadsheets", _check_spreadsheets),
            _timed("window", _check_window),
            _timed("pictures", lambda: _check_pictures(home)),
            _timed("HEIC and AVIF", _check_new_pictures),
            _timed("embedded workspace", workspace.start),
            _timed("sandbox post", workspace.post),
        ]
    finally:
        workspace.stop()


def _check_resources() -> str:
    from posto_desktop.common.resources import resource
    from posto_desktop.sdk.networks import network

    missing = [name for name in ("icons", "themes", "networks.json") if not resource(name).exists()]
    if missing:
        raise FileNotFoundError(", ".join(missing))
    return f"limits of {network('twitter').name} and others"


def _check_database(path: Path) -> str:
    from posto_desktop.storage.database import Database

    database = Database(path)
    database.close()
    return f"{path.name} opened and closed"


def _check_times() -> str:
    from posto_desktop.sdk.times import parse_when
    from posto_desktop.sdk.when.fallback import in_english

    if in_english("morgen um 9 Uhr", "de") is None:
        raise RuntimeError("the dictionaries of other languages are not there")
    return parse_when("tomorrow at 9am").isoformat()


def _check_counting() -> str:
    from posto_desktop.core.text import count

    family = "\N{MAN}\N{ZERO WIDTH JOINER}\N{WOMAN}\N{ZERO WIDTH JOINER}\N{GIRL}"
    if (signs := count(family, "bluesky")) != 1:
        raise RuntimeError(f"a family is {signs} signs")
    return "an emoji of three people is one sign"


def _check_holidays() -> str:
    from posto_desktop.core.public_holidays import holidays_of

    holidays = holidays_of("DE", [2026])
    if len(holidays) < 5:
        raise RuntimeError(f"{len(holidays)} holidays")
    return f"{len(holidays)} in Germany in 2026, such as {next(iter(holidays.values()))}"


def _check_spreadsheets() -> str:
    import io

    from openpyxl import Workbook

    from posto_desktop.core.importing.table_reader import read

    book, file = Workbook(), io.BytesIO()
    assert book.active is not None
    book.active.append(["Text", "Time"])
    book.active.append(["Good morning", "tomorrow"])
    book.save(file)
    return f"{len(read(file.getvalue(), 'messages.xlsx').rows(True))} message in a workbook"


def _check_window() -> str:
    from PySide6.QtWidgets import QApplication

    from posto_desktop.ui.theme import Theme

    application = QApplication.instance() or QApplication(sys.argv[:1])
    theme = Theme.instance()
    assert isinstance(application, QApplication)
    return f"Qt on {application.platformName()}, {theme.scheme} theme"


def _check_pictures(home: Path) -> str:
    from PySide6.QtGui import QImage

    from posto_desktop.workers import thumbnails

    picture = home / "picture.jpg"
    if not QImage(64, 48, QImage.Format.Format_RGB32).save(str(picture)):
        raise OSError("cannot write a JPEG picture")
    size = thumbnails.thumbnail(str(picture), 64, 64, None).size()
    from PySide6 import QtMultimedia

    formats = QtMultimedia.QMediaFormat().supportedFileFormats(
        QtMultimedia.QMediaFormat.ConversionMode.Decode
    )
    if not formats:
        raise OSError("no video format can be read")
    return f"{size.width()}x{size.height()} JPEG, {len(formats)} video formats"


def _check_new_pictures() -> str:
    import pillow_heif
    from PIL import features

    if not pillow_heif.libheif_info()["decoders"]:
        raise OSError("HEIC pictures cannot be read")
    if not features.check("avif"):
        raise OSError("AVIF pictures cannot be read")
    return f"libheif {pillow_heif.libheif_version()}"


class _WorkspaceCheck:
    """Starts the local server as a process and posts to its sandbox."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._running: Running | None = None

    def start(self) -> str:
        from posto_desktop.server import launch

        self._running = launch.start(self._folder)
        return "answers on this computer"

    def post(self) -> str:
        from posto_desktop.delivery.client_pool import local_client

        if self._running is None:
            raise RuntimeError("the embedded workspace did not start")
        with local_client(self._running) as posto:
            channel = posto.channels[0]
            result = posto.post("Self-test \N{DESERT ISLAND}", to=channel.id)
            if not result.success:
                raise RuntimeError(result.error_message or "refused")
            state, until, pause = "", time.monotonic() + SENDING, threading.Event()
            while state != "success" and time.monotonic() < until:
                pause.wait(0.1)
                rows = list(posto.schedules.list(group_id=result.schedule_group_id))
                state = rows[0].status if len(rows) == 1 else ""
            if state != "success":
                raise RuntimeError(f"not sent: {rows[0].error if rows else 'no post'}")
            return f"sent to {channel.name}"

    def stop(self) -> None:
        if self._running is not None:
            self._running.stop(5.0)

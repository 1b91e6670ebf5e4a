"""Quick capture: from the key of the global shortcut to the caret, beside an empty window.

On a real X display with a window manager; the time is from the key event to the input focus of the
window, as the display says it.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.figures import Figure

if TYPE_CHECKING:
    from tests.end2end.desktop import Desktop

ROUNDS = 15
LIMIT_MS = 200.0
KEYS = ("Control_L", "Alt_L", "p")
BARE = """
import sys
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit
from posto_desktop.workers.shortcuts.x11 import X11Shortcut

app = QApplication(sys.argv)
app.setQuitOnLastWindowClosed(False)
flags = Qt.WindowType
line = QLineEdit(None)
line.setWindowFlags(flags.Tool | flags.FramelessWindowHint | flags.WindowStaysOnTopHint)
line.setWindowTitle("Quick post")
line.keyPressEvent = lambda _event: line.hide()
shortcut = X11Shortcut()

def show():
    line.show()
    line.activateWindow()
    shortcut.focus(int(line.winId()))

shortcut.pressed.connect(show)
shortcut.set_keys("Ctrl+Alt+P")
sys.exit(app.exec())
"""


def measure() -> list[Figure]:
    from posto_desktop.storage.paths import find_paths
    from posto_desktop.storage.settings import Settings
    from tests.end2end.app import App
    from tests.end2end.desktop import end, running_desktop

    with tempfile.TemporaryDirectory(prefix="posto-bench-") as name, running_desktop() as desktop:
        folder = Path(name)
        bare = desktop.start([sys.executable, "-c", BARE], log=folder / "bare.log")
        try:
            empty = _openings(desktop)
        finally:
            end(bare)
        paths = find_paths(folder / "home")
        paths.config.mkdir(parents=True)
        Settings(paths.settings).set("quick.shortcut", "Ctrl+Alt+P")
        app = App.start(desktop, folder / "home")
        try:
            assert app.window
            times = _openings(desktop)
        finally:
            app.close()
    print(f"quick capture, {len(times)} times: {' '.join(f'{ms:.0f}' for ms in times)} ms")
    return [
        Figure(
            "shortcut to caret, median",
            statistics.median(times),
            "ms",
            statistics.median(empty),
            "an empty window",
            LIMIT_MS,
        ),
        Figure(
            "shortcut to caret, worst", max(times), "ms", max(empty), "an empty window", LIMIT_MS
        ),
    ]


def _openings(desktop: Desktop) -> list[float]:
    """Open the window again and again; the milliseconds that each time took."""
    from tests.end2end.waiting import wait_for
    from tests.end2end.x_keyboard import XKeyboard

    times: list[float] = []
    with XKeyboard(desktop.environment["DISPLAY"]) as keyboard:

        def window() -> int:
            keyboard.press(*KEYS)
            return next(iter(desktop.windows("^Quick post$")), 0)

        number = wait_for(window, "the first opening", every=0.5)
        wait_for(lambda: keyboard.focus() == number, "its focus")
        for _ in range(ROUNDS):
            keyboard.press("Escape")
            wait_for(lambda: keyboard.focus() != number, "the window before", every=0.005)
            keyboard.press(*KEYS)
            times.append(1_000 * keyboard.seconds_until(lambda focus: focus == number))
        keyboard.press("Escape")
    return times

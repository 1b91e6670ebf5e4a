"""Looks through all scenes of the pictures for what has no room, at any size of window and text:
``python -m tests.gui.golden.room 1360 860 200``. The pictures go to ``build/room``."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.gui.golden import stage as still

SHOWN = still.ROOT / "build" / "room"


def main(words: list[str]) -> int:
    """Print what is cut, by scene; return 1 if anything is."""
    width, height, text_size = int(words[0]), int(words[1]), words[2]
    SHOWN.mkdir(parents=True, exist_ok=True)
    has_lines = False
    with tempfile.TemporaryDirectory(prefix="posto-room-") as name:
        still.set_up(Path(name), 1)
        for scene, lines in look_through(Path(name), width, height, text_size):
            has_lines = has_lines or bool(lines)
            for line in lines:
                sys.stdout.write(f"{scene}: {line}\n")
    return int(has_lines)


def look_through(
    home: Path, width: int, height: int, text_size: str
) -> list[tuple[str, list[str]]]:
    """Each scene, and what is wrong with it."""
    from PySide6.QtCore import QLocale, qInstallMessageHandler
    from PySide6.QtWidgets import QApplication

    qInstallMessageHandler(lambda *_: None)  # the platform tells what it does not support
    qt = QApplication(["posto"])
    QLocale.setDefault(QLocale("en_GB"))
    from posto_desktop.models import english_plurals
    from posto_desktop.ui.theme import Theme
    from tests.gui.cut_text import cut_texts
    from tests.gui.golden import scenes
    from tests.gui.golden.filled_app import Stage

    english_plurals.install(qt)
    theme = Theme.instance()
    theme.set_less_motion(True)
    theme.setMode("light")
    stage = Stage(home)
    theme.set_text_size(text_size)
    seen = []
    for name, shot in scenes.SHOTS.items():
        stage.window.setMinimumSize(0, 0)
        stage.window.resize(width, height)
        widget = shot.scene(stage)
        assert widget is not None, f"{name} does not open"
        stage.window.resize(width, height)
        stage.tidy(widget)
        stage.calm()
        wrong = cut_texts(widget)
        if widget.width() > width or widget.height() > height:
            wrong.append(f"is {widget.width()}x{widget.height()}")
        needed = widget.minimumSizeHint()
        if needed.width() > widget.width() or needed.height() > widget.height():
            wrong.append(f"needs {needed.width()}x{needed.height()}")
        widget.grab().save(str(SHOWN / f"{name}.png"))
        seen.append((name, wrong))
        stage.close_over()
    stage.close()
    return seen


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

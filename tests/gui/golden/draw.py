"""Draws the pictures and compares them with those that are kept:
``python -m tests.gui.golden.draw [--renew] [--scale 2] [NAME …]``.

Needs a process of its own, see `stage`. What differs is written to ``build/golden``: the picture as
it was, as it is, and where it differs. With ``--renew`` the kept pictures that differ are replaced.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import traceback
from pathlib import Path
from typing import Any

from PIL import Image

from tests.gui.golden import likeness, spoken
from tests.gui.golden import stage as still

KEPT = still.ROOT / "tests" / "golden"
FAILED = still.ROOT / "build" / "golden"


class Album:
    """The kept pictures, and what became of them."""

    def __init__(self, scale: int, renew: bool) -> None:
        self.scale, self.renew = scale, renew
        self.seen: set[str] = set()
        self.differences: list[str] = []
        self.spoken: list[str] = []
        """What is wrong with names, roles and rows, see `spoken`."""

    def take(self, name: str, now: Image.Image) -> None:
        """Compare a picture with the kept one."""
        self.seen.add(name)
        now = likeness.coarse(now)
        path = KEPT / f"{name}.webp"
        before = likeness.read(path) if path.exists() else None
        difference = likeness.compare(before, now, self.scale) if before else "there was none"
        if not difference:
            return
        self.differences.append(f"{name}: {difference}")
        if self.renew:
            KEPT.mkdir(exist_ok=True)
            now.save(path, "WEBP", lossless=True, quality=90, method=4, exact=True)
            return
        FAILED.mkdir(parents=True, exist_ok=True)
        now.save(FAILED / f"{name}.now.png", compress_level=1)
        if before is not None:
            before.save(FAILED / f"{name}.before.png", compress_level=1)
            likeness.differences(before, now).save(FAILED / f"{name}.difference.png")

    def look_for_others(self) -> None:
        """Kept pictures that no scene makes."""
        twice = self.scale > 1
        for path in sorted(KEPT.glob("*.webp")):
            if path.stem.endswith("@2x") is twice and path.stem not in self.seen:
                self.differences.append(f"{path.stem}: no scene makes it any more")
                if self.renew:
                    path.unlink()


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="golden")
    parser.add_argument("--renew", action="store_true")
    parser.add_argument("--scale", type=int, default=1)
    parser.add_argument("names", nargs="*", metavar="NAME")
    asked = parser.parse_args(words)
    if asked.scale == 1:
        shutil.rmtree(FAILED, ignore_errors=True)
    album = Album(asked.scale, asked.renew)
    broken: list[str] = []

    def note(*raised: Any) -> None:
        """Qt goes on after an exception in a slot: its page would look wrong, or as before."""
        broken.append("".join(traceback.format_exception(*raised)))
        sys.__excepthook__(*raised)

    sys.excepthook = note
    with tempfile.TemporaryDirectory(prefix="posto-golden-") as name:
        still.set_up(Path(name), asked.scale)
        draw(album, Path(name), asked.names)
    if not asked.names:
        album.look_for_others()
    for line in (*broken, *album.spoken, *album.differences):
        sys.stdout.write(f"{line}\n")
    if album.differences and not asked.renew:
        sys.stdout.write(f"Look at {FAILED}\n")
    return 1 if broken or album.spoken or (album.differences and not asked.renew) else 0


def draw(album: Album, home: Path, names: list[str]) -> None:
    """Go through all scenes in one theme, then in the other. Also where only some are wanted: what
    was done before can be seen later."""
    from PySide6.QtCore import QLocale, qInstallMessageHandler
    from PySide6.QtWidgets import QApplication

    qInstallMessageHandler(lambda *_: None)  # the platform tells what it does not support
    qt = QApplication(["posto"])
    qt.setCursorFlashTime(0)
    QLocale.setDefault(QLocale("en_GB"))
    from posto_desktop.models import english_plurals
    from posto_desktop.ui.theme import Theme
    from tests.gui.golden import scenes
    from tests.gui.golden.filled_app import Stage

    english_plurals.install(qt)
    theme = Theme.instance()
    theme.set_less_motion(True)
    theme.setMode("light")
    stage = Stage(home)
    for mode in ("light", "dark"):
        theme.setMode(mode)
        for name, shot in scenes.SHOTS.items():
            if album.scale > 1 and not shot.twice:
                continue
            stage.window.resize(*scenes.LARGE)
            widget = shot.scene(stage)
            assert widget is not None, f"{name} does not open"
            if mode == "light" and album.scale == 1:
                album.spoken += [f"{name}: {problem}" for problem in spoken.problems(widget)]
            sizes = (scenes.SMALL,) if album.scale > 1 else shot.sizes_in(mode)
            for size in sizes:
                if size is not None:
                    stage.window.resize(*size)
                stage.tidy(widget)
                stage.calm()
                wide = f"-{size[0]}" if size is not None else ""
                twice = "@2x" if album.scale > 1 else ""
                if not names or name in names:
                    album.take(f"{name}{wide}-{mode}{twice}", picture_of(widget))
            stage.close_over()
    stage.close()


def picture_of(widget: Any) -> Image.Image:
    from PySide6.QtGui import QImage

    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    size = (image.width(), image.height())
    return Image.frombytes("RGB", size, bytes(image.bits()), "raw", "RGB", image.bytesPerLine())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Draws the icons of the packages from the one SVG."""

from __future__ import annotations

import os
from pathlib import Path

SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)


def make(svg: Path, folder: Path) -> None:
    """Write ``icons/SIZE.png``, ``posto.ico`` (Windows) and ``posto.icns`` (macOS)."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PIL import Image
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QGuiApplication, QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    _app = QGuiApplication.instance() or QGuiApplication([])
    renderer = QSvgRenderer(str(svg))
    icons = folder / "icons"
    icons.mkdir(parents=True)
    for size in (*SIZES, 1024):
        image = QImage(size, size, QImage.Format.Format_ARGB32)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        renderer.render(painter)
        painter.end()
        if not image.save(str(icons / f"{size}.png")):
            raise OSError(f"{icons / f'{size}.png'} cannot be written")
    with Image.open(icons / "256.png") as picture:
        picture.save(
            folder / "posto.ico", sizes=[(side, side) for side in (16, 24, 32, 48, 64, 256)]
        )
    with Image.open(icons / "1024.png") as picture:
        picture.save(folder / "posto.icns")
    (icons / "1024.png").unlink()

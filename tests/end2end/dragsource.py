"""A window of another program from which files are dragged: ``python dragsource.py FILE…``.

It shows a small window at the top left of the screen and prints ``ready X Y`` (where to press the
mouse), and ``pressed`` when that is done. While it drags it prints ``over copy`` or ``over ignore``
when what is under the mouse says so, and at the end ``done copy`` or ``done ignore``. Then it
hides, but lives on to serve the data until its standard input closes.
"""

from __future__ import annotations

import sys

from PySide6.QtCore import QMimeData, QPoint, QSocketNotifier, Qt, QTimer, QUrl
from PySide6.QtGui import QDrag, QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel


class Source(QLabel):
    def __init__(self, files: list[str]) -> None:
        super().__init__("drag me")
        self.setWindowTitle("drag me")
        self._files = files
        self.setWindowFlags(
            Qt.WindowType.FramelessWindowHint
            | Qt.WindowType.WindowStaysOnTopHint
            | Qt.WindowType.X11BypassWindowManagerHint
        )
        self.setGeometry(0, 0, 60, 40)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)

    def mousePressEvent(self, _event: QMouseEvent) -> None:
        print("pressed", flush=True)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(name) for name in self._files])
        drag = QDrag(self)
        drag.setMimeData(data)
        drag.actionChanged.connect(lambda answer: say("over", answer))
        answer = drag.exec(Qt.DropAction.CopyAction)
        self.hide()
        say("done", answer)


def say(when: str, answer: Qt.DropAction) -> None:
    print(when, "copy" if answer == Qt.DropAction.CopyAction else "ignore", flush=True)


def main() -> int:
    app = QApplication(sys.argv[:1])
    source = Source(sys.argv[1:])
    source.show()

    def tell() -> None:
        middle = source.mapToGlobal(QPoint(30, 20))
        print("ready", middle.x(), middle.y(), flush=True)

    QTimer.singleShot(0, tell)
    ends = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read)
    ends.activated.connect(app.quit)
    return app.exec()


if __name__ == "__main__":
    sys.exit(main())

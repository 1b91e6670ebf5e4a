"""Pictures that Qt decodes: by the first bytes alone, and never in the GUI thread's way."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from posto_desktop.workers import remote_pictures, thumbnails
from posto_desktop.workers.qt_pictures import read_bytes, read_pasted

# The main thread destroys objects with connections while others read pictures.
PROGRAM = """
import sys, threading
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Signal
from posto_desktop.workers import qt_pictures

class Node(QObject):
    changed = Signal()

application = QCoreApplication([])
data = open(sys.argv[1], "rb").read()
ends = threading.Event()
read = [0, 0]

def work(number):
    while not ends.is_set():
        qt_pictures.read_bytes(data)
        qt_pictures.read_pasted(data)
        qt_pictures.read_bytes(data[:8])
        read[number] += 1

threads = [threading.Thread(target=work, args=(n,), daemon=True) for n in range(2)]
for thread in threads:
    thread.start()
while min(read) < 8_000:
    nodes = [(Node(), Node()) for _ in range(50)]
    for first, second in nodes:
        for _ in range(20):  # each one is a moment at which both locks are wanted
            first.changed.connect(second.deleteLater)
            second.changed.connect(first.deleteLater)
    for pair in nodes:
        for node in pair:
            node.deleteLater()
    del nodes, first, second, pair, node
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
ends.set()
for thread in threads:
    thread.join()
print("read")
"""


def saved(folder: Path, kind: str, name: str = "picture") -> Path:
    path = folder / name
    Image.new("RGB", (48, 32), (20, 90, 160)).save(path, kind)
    return path


@pytest.mark.parametrize("kind", ["BMP", "GIF", "JPEG", "PNG", "TIFF", "WEBP"])
def test_the_first_bytes_decide(tmp_path: Path, kind: str) -> None:
    path = saved(tmp_path, kind, "wrong.svg")
    assert thumbnails.look(str(path), None).width == 48
    data = path.read_bytes()
    assert read_bytes(data).size().toTuple() == (48, 32)
    assert read_pasted(data).size().toTuple() == (48, 32)
    assert remote_pictures.decode(data, 24).size().toTuple() == (24, 16)


@pytest.mark.parametrize(
    "data", [b"", b"words", b'<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"/>']
)
def test_anything_else_is_no_picture(data: bytes) -> None:
    assert read_bytes(data).isNull()
    assert read_pasted(data).isNull()
    assert remote_pictures.decode(data).isNull()


def test_reading_beside_objects_that_are_destroyed_goes_on(tmp_path: Path) -> None:
    path = saved(tmp_path, "PNG")
    made = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(path)], capture_output=True, text=True, timeout=250
    )
    assert made.stdout.strip() == "read", made.stderr

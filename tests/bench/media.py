"""Photos in the compose page: memory, pauses of the GUI thread, and what a rendition costs.

Memory is that of a process with the real page, above the same page without a photo; shown beside
a bare window. A rendition is measured beside plain Pillow that only makes the picture smaller and
saves it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
from PIL import Image

from posto_desktop.core.draft import MediaRef
from posto_desktop.core.edits import Edit
from posto_desktop.media.renditions import RenditionStore
from tests.bench.figures import Figure, medians
from tests.bench.heartbeat import make_photos

PHOTOS = 100
DROPPED = 500
MB = 1024 * 1024
ROUNDS = 7


def measure() -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="posto-bench-") as name:
        folder = Path(name)
        make_photos(folder / "made")
        photos = many(folder / "made", folder / "photos", PHOTOS)
        small = many(small_photo(folder), folder / "small", DROPPED)
        held = child(folder, "page", photos)
        dropped = child(folder, "drop", small)
        sent = child(folder, "renditions", photos)
        return [
            Figure(
                f"memory of {PHOTOS} attached photos of 12 MP, settled",
                held["settled"] - held["idle"],
                "MB",
                held["bare"],
                "bare window",
                150,
            ),
            Figure(
                f"memory while {PHOTOS} photos come in, most",
                held["most"] - held["idle"],
                "MB",
                held["bare"],
                "bare window",
                150,
            ),
            Figure(
                f"memory while {PHOTOS} photos are made ready for Instagram, most",
                sent["most"] - sent["idle"],
                "MB",
                sent["bare"],
                "bare window",
                150,
            ),
            Figure(f"longest pause: {DROPPED} files dropped", dropped["gap"], "ms", limit=50),
            Figure(f"pauses, p99: {DROPPED} files dropped", dropped["gap_p99"], "ms", limit=16),
            Figure(f"most work between two beats: {DROPPED} files", dropped["own"], "ms", limit=50),
            Figure("the same while Undo takes all of them out", dropped["undo"], "ms", limit=50),
            Figure(f"{DROPPED} files dropped: all are listed after", dropped["seconds"], "s"),
            *throughput(folder, photos[0]),
        ]


def throughput(folder: Path, photo: Path) -> list[Figure]:
    """A photo of 12 MP made ready, each time into an empty cache, beside plain Pillow."""
    ref = MediaRef(str(photo), photo.name, photo.stat().st_size)

    def made(network: str, edit: Edit | None = None) -> Callable[[], float]:
        def once() -> float:
            cache = folder / "cache"
            shutil.rmtree(cache, ignore_errors=True)
            renditions = RenditionStore(cache)
            begun = time.perf_counter()
            renditions(ref, edit, network)
            return time.perf_counter() - begun

        return once

    def plain(side: int | None) -> Callable[[], float]:
        def once() -> float:
            begun = time.perf_counter()
            with Image.open(photo) as picture:
                if side is not None:
                    high = round(picture.height * side / picture.width)
                    small = picture.resize((side, high), Image.Resampling.LANCZOS)
                else:
                    small = picture.transpose(Image.Transpose.ROTATE_270)
                small.save(folder / "plain.jpg", quality=90)
            return time.perf_counter() - begun

        return once

    smaller, base = medians(ROUNDS, made("instagram"), plain(1440))
    turned, whole = medians(3, made("mastodon", Edit(turns=1)), plain(None))
    lighter = medians(3, made("bluesky"))[0]
    name = "plain Pillow"
    return [
        Figure("rendition: 12 MP to 1,440 pixels", smaller, "s", base, name, 1.5 * base),
        Figure("rendition: 12 MP turned at full size", turned, "s", whole, name, 2.0 * whole),
        Figure("rendition: 12 MP of noise below 1 MB", lighter, "s", whole, name),
    ]


def many(source: Path, folder: Path, count: int) -> list[Path]:
    """`count` files, each with bytes of its own."""
    folder.mkdir()
    files = sorted(source.iterdir()) if source.is_dir() else [source]
    made = []
    for number in range(count):
        path = folder / f"photo {number:03}.jpg"
        path.write_bytes(files[number % len(files)].read_bytes() + number.to_bytes(4, "big"))
        made.append(path)
    return made


def small_photo(folder: Path) -> Path:
    path = folder / "small.jpg"
    noise = Image.effect_noise((1200, 900), 60)
    Image.merge("RGB", (noise, noise, noise.rotate(180))).save(path, quality=80)
    return path


def child(
    folder: Path, kind: str, files: list[Path], module: str = "tests.bench.media"
) -> dict[str, float]:
    """Run one measurement of a module in a process of its own."""
    out, listed = folder / "out.json", folder / "files.json"
    out.unlink(missing_ok=True)
    listed.write_text(json.dumps([str(path) for path in files]))
    environment = {**os.environ, "POSTO_HOME": str(folder / f"home-{kind}")}
    environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    log = folder / f"{kind}.log"
    with log.open("wb") as stream:
        subprocess.run(
            [sys.executable, "-m", module, kind, str(listed), str(out)],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
            timeout=280,
            check=False,
        )
    if not out.exists():
        raise RuntimeError(f"{kind}:\n{log.read_text()[-3000:]}")
    facts = json.loads(out.read_text())
    assert isinstance(facts, dict)
    return facts


class Memory:
    """The resident memory of this process; `most` since the last `reset`."""

    def __init__(self) -> None:
        self._process = psutil.Process()
        self._stop = threading.Event()
        self.most = 0.0
        threading.Thread(target=self._watch, daemon=True).start()

    def now(self) -> float:
        return float(self._process.memory_info().rss) / MB

    def reset(self) -> None:
        self.most = self.now()

    def _watch(self) -> None:
        while not self._stop.wait(0.01):
            self.most = max(self.most, self.now())


class Stage:
    """The real page in a process of its own, and an event loop to wait in."""

    def __init__(self) -> None:
        from PySide6.QtCore import QEvent
        from PySide6.QtWidgets import QApplication, QMainWindow

        class Window(QMainWindow):
            """`updated` is called whenever all that was dirty is painted."""

            updated: Callable[[], None] = staticmethod(lambda: None)

            def event(self, event: QEvent) -> bool:
                handled = super().event(event)
                if event.type() == QEvent.Type.UpdateRequest:
                    self.updated()
                return handled

        self.app = QApplication.instance() or QApplication([])
        self.garbage: Any = None
        self.memory = Memory()
        self.window = Window()
        self.window.show()
        self.until(lambda: False, 0.5)
        self.bare = self.memory.now()

    def open_page(self) -> Any:
        from posto_desktop.delivery import serial_worker
        from posto_desktop.sdk.records import Channel
        from posto_desktop.storage.paths import find_paths
        from posto_desktop.ui.compose.page import ComposePage
        from posto_desktop.ui.theme import Theme
        from posto_desktop.workers.images import ImageLoader
        from posto_desktop.workers.runner import JobRunner

        sys.setswitchinterval(serial_worker.SWITCH)  # as the service does
        paths = find_paths()
        self.theme = Theme.instance()
        self.runner = JobRunner(self.app)
        self.images = ImageLoader(self.runner, paths.thumbnails, self.app)
        self.page = ComposePage(self.runner, self.images, paste_folder=paths.data / "pasted")
        self.page.set_channels_selection([Channel(1, "@nordlicht", "instagram")])
        self.window.setCentralWidget(self.page)
        self.window.resize(1280, 860)
        self.until(lambda: self.runner.running == 0, 10)
        self.until(lambda: False, 1.0)
        self.memory.reset()
        return self.page

    def until(self, done: Callable[[], bool], seconds: float) -> bool:
        from PySide6.QtCore import QEventLoop, QTimer

        loop, end = QEventLoop(), time.perf_counter() + seconds
        timer = QTimer()
        timer.timeout.connect(lambda: loop.quit() if done() or time.perf_counter() > end else None)
        timer.start(10)
        loop.exec()
        return done()

    def close(self) -> None:
        if self.garbage is not None:
            self.garbage.stop()
        self.runner.shutdown(5000)


def page(files: list[str]) -> dict[str, float]:
    """Attach the photos as a person would; wait until each has its facts and thumbnail."""
    stage = Stage()
    shown = stage.open_page()
    idle = stage.memory.now()
    shown.add_files(files)
    model = shown.media
    if not stage.until(lambda: model.rowCount() >= len(files), 60):
        raise RuntimeError(f"only {model.rowCount()} files came in")
    stage.until(lambda: stage.runner.running == 0, 120)
    stage.until(lambda: False, 1.0)
    facts = {"idle": idle, "most": stage.memory.most, "settled": stage.memory.now()}
    stage.close()
    return {**facts, "bare": stage.bare}


def drop(files: list[str]) -> dict[str, float]:
    """Hundreds of files at once, and away again: the longest pause between two beats of 4 ms, and
    the most that this thread itself did between two."""
    from PySide6.QtCore import Qt, QTimer

    stage = Stage()
    shown = stage.open_page()
    gaps: list[float] = []
    own: list[float] = []
    last = [time.perf_counter(), time.thread_time()]

    def beat() -> None:
        now, worked = time.perf_counter(), time.thread_time()
        gaps.append((now - last[0]) * 1000)
        own.append((worked - last[1]) * 1000)
        last[:] = now, worked

    heart = QTimer(interval=4)
    heart.setTimerType(Qt.TimerType.PreciseTimer)
    heart.timeout.connect(beat)
    heart.start()
    begun = time.perf_counter()
    QTimer.singleShot(50, lambda: shown.add_files(files))
    listed = stage.until(lambda: shown.media.rowCount() >= len(files), 120)
    seconds = time.perf_counter() - begun
    stage.until(lambda: stage.runner.running == 0, 120)
    count = shown.media.rowCount()
    measured = {"gap": max(gaps), "gap_p99": sorted(gaps)[round(0.99 * (len(gaps) - 1))]}
    measured["own"] = max(own)
    own.clear()
    QTimer.singleShot(50, shown.undo)
    is_empty = stage.until(lambda: shown.media.rowCount() == 0, 10)
    stage.until(lambda: False, 1.0)
    heart.stop()
    measured["undo"] = max(own)
    stage.close()
    if not listed:
        raise RuntimeError(f"only {count} files came in")
    if not is_empty:
        raise RuntimeError("one Undo does not take out what came together")
    return {**measured, "seconds": seconds, "bare": stage.bare}


def renditions(files: list[str]) -> dict[str, float]:
    """Make every photo ready for a network, on two threads as the outbox does."""
    from concurrent.futures import ThreadPoolExecutor

    from posto_desktop.storage.paths import find_paths

    stage = Stage()
    stage.open_page()
    idle = stage.memory.now()
    darkroom = RenditionStore(find_paths().renditions)
    refs = [MediaRef(path, Path(path).name) for path in files]
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda ref: darkroom(ref, None, "instagram"), refs))
    facts = {"idle": idle, "most": stage.memory.most, "settled": stage.memory.now()}
    stage.close()
    return {**facts, "bare": stage.bare}


if __name__ == "__main__":
    kinds = {"page": page, "drop": drop, "renditions": renditions}
    measured = kinds[sys.argv[1]](json.loads(Path(sys.argv[2]).read_text()))
    Path(sys.argv[3]).write_text(json.dumps(measured))

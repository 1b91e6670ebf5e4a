"""Benchmark of decompression bombs among pictures: their memory and time, and other jobs' waits.

Memory is that of the app's process and its helpers together, sampled, above the same processes at
rest. ``POSTO_MUTATED=10000`` tries that many damaged pictures instead of some hundreds.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil

from tests.bench.figures import Figure
from tests.bench.heartbeat import make_photos

MB = 1024 * 1024
MUTATED = int(os.environ.get("POSTO_MUTATED", "400"))
GOOD = 40


def measure() -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="posto-bench-") as name:
        folder = Path(name)
        make_photos(folder / "photos")
        child("build", folder)  # building takes memory of its own
        memory = child("bombs", folder)
        mutated = child("mutated", folder)
    return [
        Figure(
            f"memory of {memory['count']} bombs one by one, most", memory["alone"], "MB", limit=400
        ),
        Figure("all at once, above that of photos alone", memory["together"], "MB", limit=400),
        Figure(f"the slowest: {memory['slowest']}", memory["seconds"], "s", limit=5),
        Figure("its computing time, with all it was tried", memory["computing"], "s", limit=5),
        Figure(
            "longest wait for a photo meanwhile",
            memory["delay"],
            "s",
            memory["photo"],
            "without bombs",
            memory["photo"] + 1,
        ),
        Figure("photos of 12 MP looked at", memory["photos"], "/s"),
        Figure(f"{MUTATED} damaged pictures: unexpected ends", mutated["odd"], "", limit=0),
        Figure("the longest of them", mutated["longest"], "s", limit=30),
        Figure("helpers that died over them", mutated["died"], ""),
    ]


def child(what: str, folder: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.bench.pictures", what, str(folder)]
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, env=environment)
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def build(folder: Path) -> dict[str, Any]:
    from tests.fakes import bombs

    (folder / "bombs").mkdir()
    for name, make in {**bombs.BOMBS, **bombs.heavy_bombs()}.items():
        (folder / "bombs" / name).write_bytes(make())
    return {}


class Memory:
    """Samples the memory of this process and its children; `most` since the last `begin`."""

    def __init__(self) -> None:
        self._process = psutil.Process()
        self.most = 0.0
        threading.Thread(target=self._sample, daemon=True).start()

    def now(self) -> float:
        total = 0
        for process in (self._process, *self._process.children()):
            try:
                total += process.memory_info().rss
            except psutil.Error:
                continue
        return total / MB

    def _sample(self) -> None:
        while True:
            self.most = max(self.most, self.now())
            time.sleep(0.01)


def bombs_among_photos(folder: Path) -> dict[str, Any]:
    from PySide6.QtCore import QEventLoop, QObject, QSize, QTimer
    from PySide6.QtGui import QGuiApplication

    from posto_desktop.workers.images import ImageLoader
    from posto_desktop.workers.runner import JobRunner

    application = QGuiApplication([])
    runner = JobRunner()
    loader = ImageLoader(runner, folder / "thumbnails")
    owner = QObject()
    bombs = sorted((folder / "bombs").iterdir())
    photos = sorted((folder / "photos").iterdir())

    def wait(start: Callable[[], Any]) -> float:
        """The seconds until one answer."""
        loop = QEventLoop()
        begun = time.perf_counter()
        handle = start()
        handle.done.connect(loop.quit)
        handle.failed.connect(loop.quit)
        loop.exec()
        return time.perf_counter() - begun

    memory = Memory()
    wait(lambda: loader.facts(str(photos[0]), owner))
    idle = memory.now()
    memory.most = 0
    times = {}
    for path in bombs:
        before = helpers_time()
        taken = wait(lambda path=path: loader.facts(str(path), owner))
        times[path.name] = (taken, helpers_time() - before)
        print(f"{path.name}: {taken:.2f} s, {memory.most - idle:.0f} MB", file=sys.stderr)
    alone = memory.most - idle
    slowest = max(times, key=lambda name: times[name][0])
    photo = max(thumbnail(loader, photos[n], wait, QSize(400 + n, 300), owner) for n in range(8))
    memory.most = 0
    photos_left = 20
    loop = QEventLoop()

    def photo_ended(_facts: object) -> None:
        nonlocal photos_left
        photos_left -= 1
        if not photos_left:
            loop.quit()

    begun = time.perf_counter()
    for path in photos[10:30]:
        loader.facts(str(path), owner).done.connect(photo_ended)
    loop.exec()
    each_second = 20 / (time.perf_counter() - begun)
    working = memory.most - idle
    # All at once, and photos one after the other as long as they are worked on.
    memory.most = 0
    left = len(bombs)
    delays = []

    def ended(_facts: object) -> None:
        nonlocal left
        left -= 1

    for path in bombs:
        loader.facts(str(path), owner).done.connect(ended)
    number = 0
    while left > 0 and number < GOOD * 10:
        size = QSize(1100 + number, 900)  # each one is decoded
        path = photos[number % len(photos)]
        os.utime(path)
        delays.append(thumbnail(loader, path, wait, size, owner))
        number += 1
        pause = QEventLoop()
        QTimer.singleShot(100, pause.quit)
        pause.exec()
    together = memory.most - idle - working
    runner.shutdown(60_000)
    del application
    return {
        "count": len(bombs),
        "alone": alone,
        "together": together,
        "slowest": slowest,
        "seconds": times[slowest][0],
        "computing": max(computing for _, computing in times.values()),
        "photo": photo,
        "delay": max(delays),
        "photos": each_second,
    }


def helpers_time() -> float:
    """Computing time of all children so far, those that ended included."""
    own = os.times()
    ended = own.children_user + own.children_system
    alive = 0.0
    for process in psutil.Process().children():
        try:
            spent = process.cpu_times()
        except psutil.Error:
            continue
        alive += spent.user + spent.system
    return ended + alive


def thumbnail(loader: Any, path: Path, wait: Any, size: Any, owner: Any) -> float:
    taken: float = wait(lambda: loader.thumbnail(str(path), size, 1.0, owner))
    return taken


# -- damaged pictures --------------------------------------------------------------------------


def seeds() -> dict[str, bytes]:
    """A good file of each kind, by its ending."""
    import pillow_heif
    from PIL import Image

    from tests.fakes.bombs import animated_webp, apng, encoded, gif, jpeg, nested_notes

    pillow_heif.register_heif_opener()
    noise = Image.effect_noise((96, 64), 60)
    picture = Image.merge("RGB", (noise, noise.transpose(Image.Transpose.ROTATE_180), noise))
    made = {
        "jpg": encoded(picture, "JPEG"),
        "progressive.jpg": encoded(picture, "JPEG", progressive=True),
        "notes.jpg": nested_notes(),
        "scans.jpg": jpeg(96, 64, 12),
        "png": encoded(picture, "PNG"),
        "palette.png": encoded(picture.quantize(32), "PNG"),
        "apng.png": apng(5),
        "gif": encoded(picture.quantize(64), "GIF"),
        "moving.gif": gif(90, 60, 9),
        "webp": encoded(picture, "WEBP"),
        "lossless.webp": encoded(picture.convert("RGBA"), "WEBP", lossless=True),
        "moving.webp": animated_webp(90, 60, 4),
        "bmp": encoded(picture, "BMP"),
        "tiff": encoded(picture, "TIFF"),
        "lzw.tiff": encoded(picture, "TIFF", compression="tiff_lzw"),
        "heic": encoded(picture, "HEIF"),
        "avif": encoded(picture, "AVIF"),
    }
    return made


def mutate(data: bytes, chance: random.Random) -> bytes:
    """A few bytes changed, a piece cut out, doubled, put elsewhere, or the end lost."""
    made = bytearray(data)
    for _ in range(chance.randint(1, 5)):
        # Headers decide most.
        at = min(len(made) - 1, int(len(made) * chance.random() ** chance.choice((1, 3))))
        size = chance.randint(1, 16)
        match chance.randrange(7):
            case 0 | 1:
                made[at] = chance.randrange(256)
            case 2:
                made[at : at + 4] = chance.choice((b"\xff" * 4, b"\0" * 4, b"\x7f\xff\xff\xff"))
            case 3:
                del made[at : at + size]
            case 4:
                made[at:at] = made[at : at + size * 8]
            case 5:
                made[at:at] = chance.randbytes(size)
            case 6:
                del made[max(40, at) :]
        made = made or bytearray(b"\0")
    return bytes(made)


def mutated_pictures(folder: Path) -> dict[str, Any]:
    from posto_desktop.core.draft import MediaRef
    from posto_desktop.core.edits import Edit
    from posto_desktop.core.renditions import RenditionError
    from posto_desktop.media import picture_helpers
    from posto_desktop.media.media_files import PictureError
    from posto_desktop.media.renditions import RenditionStore
    from posto_desktop.workers import thumbnails

    good = seeds()
    names = sorted(good)
    renditions = RenditionStore(folder / "renditions")
    odd: list[str] = []
    times: list[float] = []
    died = [0]
    start = picture_helpers._helpers._start_process

    def counted() -> Any:
        died[0] += 1
        return start()

    picture_helpers._helpers._start_process = counted  # type: ignore[method-assign]

    def look_at_one(number: int) -> None:
        chance = random.Random(number)
        name = names[number % len(names)]
        path = folder / f"{number}.{name}"
        path.write_bytes(mutate(good[name], chance))
        begun = time.perf_counter()
        try:
            facts = thumbnails.look(str(path), None)
            if facts.problem is not None and not facts.problem.endswith("."):
                odd.append(f"{path.name}: {facts.problem!r}")
            if number % 5 == 0:
                thumbnails.thumbnail(str(path), 40, 40, None)
                ref = MediaRef(str(path), path.name, path.stat().st_size)
                renditions(ref, Edit(turns=1, max_side=30), "instagram")
        except (PictureError, RenditionError):
            pass
        except BaseException as error:  # noqa: BLE001 - each one counts
            odd.append(f"{path.name}: {error!r}")
        times.append(time.perf_counter() - begun)
        path.unlink()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(look_at_one, range(MUTATED)))
    for line in odd:
        print(line, file=sys.stderr)
    return {"odd": len(odd), "longest": max(times), "died": max(0, died[0] - 3)}


if __name__ == "__main__":
    tasks = {"build": build, "bombs": bombs_among_photos, "mutated": mutated_pictures}
    print(json.dumps(tasks[sys.argv[1]](Path(sys.argv[2]))))

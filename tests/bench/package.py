"""The packaged app beside the app from its source: how big, and how soon its window is painted.

Both are started in the same way on a virtual screen, and looked at from outside: what counts is
the moment at which the middle of the screen is no longer that of the empty desktop. The package is
built before by ``python3 dev.py package``.
"""

from __future__ import annotations

import contextlib
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from tests.bench.figures import Figure
from tests.end2end.desktop import ROOT, Desktop, end, running_desktop

WARM_ROUNDS = 7
COLD_ROUNDS = 3
GIVE_UP = 60.0
LOOK = 0.01
MB = 1024 * 1024
CACHES = Path("/proc/sys/vm/drop_caches")
BUILT = ROOT / "build" / "out" / "posto-desktop" / "posto-desktop"
_pause = threading.Event()


def size_of(*folders: Path) -> float:
    """MB of all files in there; one with several names counts once."""
    seen: dict[tuple[int, int], int] = {}
    for folder in folders:
        for path in folder.rglob("*"):
            facts = path.lstat()
            if path.is_file() and not path.is_symlink():
                seen[facts.st_dev, facts.st_ino] = facts.st_size
    return sum(seen.values()) / MB


def forget_files() -> bool:
    """Drop the system's cache of files, as after turning the computer on. False where not allowed:
    it takes the rights of root."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return False
    os.sync()
    try:
        CACHES.write_text("3")
    except OSError:
        return False
    return True


def first_paint(desktop: Desktop, command: Sequence[str | Path], home: Path) -> float:
    """Seconds from the start of the process until its window is painted; it is ended then."""
    empty = middle(desktop)
    began = time.monotonic()
    process = desktop.start([*command, "--home", home], POSTO_KEYRING="off")
    try:
        while middle(desktop) == empty:
            if process.poll() is not None:
                raise RuntimeError(f"{command[0]} ended with {process.returncode}")
            if time.monotonic() - began > GIVE_UP:
                raise RuntimeError(f"{command[0]} shows no window")
            _pause.wait(LOOK)
        taken = time.monotonic() - began
        _let_it_settle(home)
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(15)
        end(process)
    while middle(desktop) != empty:
        _pause.wait(LOOK)
    return taken


def _let_it_settle(home: Path) -> None:
    """Until its workspace runs: the next start is not to wait for the end of this one."""
    until = time.monotonic() + 20
    while not (home / "data" / "workspace" / "server.json").exists():
        if time.monotonic() > until:
            return
        _pause.wait(0.1)


def middle(desktop: Desktop) -> bytes:
    """A few pixels of the middle of the screen."""
    from PIL import ImageGrab

    whole = ImageGrab.grab(xdisplay=desktop.environment["DISPLAY"])
    left, top = whole.width // 2, whole.height // 2
    return bytes(whole.crop((left, top, left + 8, top + 8)).tobytes())


def measure() -> list[Figure]:
    if not BUILT.exists():
        print("no package to measure; build it first: python3 dev.py package", file=sys.stderr)
        return []
    packaged: list[str | Path] = [BUILT]
    source: list[str | Path] = [sys.executable, "-m", "posto_desktop"]
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # compiled modules are kept, as for anybody
    warm: dict[str, list[float]] = {"package": [], "source": []}
    cold: dict[str, list[float]] = {"package": [], "source": []}
    with running_desktop() as desktop, tempfile.TemporaryDirectory(prefix="posto-bench-") as name:
        ways = {"package": packaged, "source": source}

        def start(way: str) -> float:
            return first_paint(desktop, ways[way], Path(name) / way)

        for way in ways:
            start(way)  # makes its home, and fills the cache
        for _ in range(WARM_ROUNDS):
            for way in ways:
                warm[way].append(start(way))
        for _ in range(COLD_ROUNDS):
            for way in ways:
                if forget_files():
                    cold[way].append(start(way))
    return [*_sizes(), *_starts("warm", warm), *_starts("cold", cold)]


def _sizes() -> list[Figure]:
    libraries = Path(sys.prefix)
    own = (ROOT / "posto_desktop", ROOT / "resources")
    figures = [
        Figure(
            "package: installed",
            size_of(BUILT.parent),
            "MB",
            size_of(libraries, *own),
            "source, .venv",
        )
    ]
    for path in sorted((ROOT / "dist").glob("posto-desktop*")):
        if path.is_file():
            size = path.stat().st_size / MB
            figures.append(Figure(f"package: download, {path.suffix}", size, "MB"))
    return figures


def _starts(name: str, taken: dict[str, list[float]]) -> list[Figure]:
    if not taken["package"]:
        print(
            "warm starts only: the cache of files is root's to drop, and not here",
            file=sys.stderr,
        )
        return []
    package, source = (statistics.median(taken[way]) for way in ("package", "source"))
    words = f"package: first paint, {name} start"
    return [Figure(words, package, "s", source, "source")]

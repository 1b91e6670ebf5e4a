"""Tries the wheels in new environments: ``python3 packaging/try_wheels.py [WHEEL OF THE APP]``.

Installs ``dist/posto-*.whl`` (``dev.py build`` makes it) as pip does for anybody, without this
checkout, and ends with 1 if it brings Qt, is larger or starts slower than promised, or if a command
does not start. With the wheel of the app, that is installed beside it and has to pass its
self-test. Prints the figures, and the largest parts.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path
from typing import NamedTuple

DIST = Path(__file__).resolve().parents[1] / "dist"
WINDOWS = sys.platform == "win32"
MOST_MB = 60
MOST_HELP_MS = 150
STARTS = 20


class WheelError(Exception):
    """A wheel does not hold what was promised; the text says what."""


def size_of(path: Path) -> int:
    """Return the bytes of a file, or of all files below a folder."""
    if path.is_dir():
        return sum(file.lstat().st_size for file in path.rglob("*") if not file.is_dir())
    return path.lstat().st_size


class Start(NamedTuple):
    """Milliseconds of a start. Other work of the machine makes the first longer; Windows does not
    tell the second, which is 0 there."""

    wall: float
    computing: float

    def __str__(self) -> str:
        return f"{self.wall:.0f} ms ({self.computing:.0f} of computing)"


class Environment:
    """A new virtual environment in a folder that does not exist yet."""

    def __init__(self, folder: Path) -> None:
        venv.create(folder, with_pip=True)
        self.programs = folder / ("Scripts" if WINDOWS else "bin")
        self.python = self.programs / ("python.exe" if WINDOWS else "python")
        words = "import sysconfig; print(sysconfig.get_path('purelib'))"
        self.packages = Path(self.run(self.python, "-c", words).strip())
        self._before = {path.name for path in self.packages.iterdir()}

    def run(self, *words: str | Path) -> str:
        """Run a command away from the checkout; return what it prints."""
        command = [str(word) for word in words]
        home = self.python.parent.parent
        plain = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        done = subprocess.run(
            command, cwd=home, env=plain, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise WheelError(f"“{' '.join(command)}” ended with {done.returncode}.\n{done.stderr}")
        return done.stdout

    def install(self, *wheels: str | Path) -> None:
        self.run(self.python, "-m", "pip", "install", "-q", "--disable-pip-version-check", *wheels)

    def sizes(self) -> dict[str, int]:
        """Return the bytes of what was installed by the names of files and folders."""
        installed = [path for path in self.packages.iterdir() if path.name not in self._before]
        return {path.name: size_of(path) for path in installed}

    def median_ms(self, *words: str | Path) -> Start:
        """Return the medians of some starts of a command, after one that fills caches."""
        walls, computing = [], []
        for _ in range(STARTS + 1):
            before, began = os.times(), time.perf_counter()
            self.run(*words)
            after = os.times()
            walls.append(time.perf_counter() - began)
            computing.append(
                after.children_user
                + after.children_system
                - before.children_user
                - before.children_system
            )
        return Start(*(statistics.median(seconds[1:]) * 1000 for seconds in (walls, computing)))


def show_sizes(name: str, sizes: dict[str, int]) -> float:
    """Print a total with its largest parts; return the total in MB."""
    total = sum(sizes.values()) / 1e6
    largest = sorted(sizes.items(), key=lambda item: -item[1])[:8]
    parts = ", ".join(f"{part} {size / 1e6:.1f}" for part, size in largest)
    print(f"{name}: {total:.1f} MB ({parts})")
    return total


def try_core(folder: Path) -> None:
    """Raise WheelError if the wheel `posto` does not hold what was promised."""
    (wheel,) = DIST.glob("posto-*.whl")
    place = Environment(folder)
    place.install(wheel)
    sizes = place.sizes()
    total = show_sizes(wheel.name, sizes)
    unwanted = {name for name in sizes if name.lower().startswith(("pyside", "shiboken"))}
    if unwanted or total > MOST_MB:
        raise WheelError(
            f"It brings {total:.1f} MB (at most {MOST_MB}), and {unwanted or 'no Qt'}."
        )
    place.run(place.programs / "posto-server", "--help")
    help_start = place.median_ms(place.programs / "posto", "--help")
    sdk_start = place.median_ms(place.python, "-c", "import posto_desktop.sdk")
    bare_start = place.median_ms(place.python, "-c", "pass")
    print(
        f"median of {STARTS} starts: posto --help {help_start}, import posto_desktop.sdk "
        f"{sdk_start}, Python alone {bare_start}"
    )
    if help_start.computing > MOST_HELP_MS:
        raise WheelError(f"posto --help takes {help_start}, at most {MOST_HELP_MS}.")


def try_desktop(folder: Path, wheel: Path) -> None:
    """Raise WheelError if the app does not start from both wheels."""
    place = Environment(folder)
    place.install("--find-links", DIST, wheel)
    show_sizes(wheel.name, place.sizes())
    print(place.run(place.programs / "posto-desktop", "--self-test").splitlines()[0][:100])


def main(words: list[str]) -> int:
    with tempfile.TemporaryDirectory() as folder:
        try:
            try_core(Path(folder, "core"))
            for word in words:
                try_desktop(Path(folder, "desktop"), Path(word).resolve())
        except WheelError as error:
            print(error, file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

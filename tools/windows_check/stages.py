"""The stages of the check, each a function of the run that returns whether it passed."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.windows_check.lab import ROOT, Lab
from tools.windows_check.wine import Wine

PYTHON = r"C:\python\python.exe"
NOT_SHIPPED = (
    *(
        "opengl32sw",
        "qt6pdf",
        "qpdf",
        "qt6virtualkeyboard",
        "qt6quick3d",
        "qt6webengine",
        "qt6designer",
    ),
    *("qdirect2d", "qt6sql", "qt6test", "sqldrivers"),
)


@dataclass(frozen=True)
class Run:
    """The lab, a copy of its prefix, and the checkout on its drive C."""

    lab: Lab
    wine: Wine
    source: Path

    def python(self, *words: str, timeout: float) -> subprocess.CompletedProcess[bytes]:
        """Run Windows' Python in the checkout; its output goes to ours."""
        return self.wine.run(PYTHON, *words, cwd=self.source, timeout=timeout, shown=True)


def self_test(run: Run, _words: Sequence[str]) -> bool:
    """The app's own test, from source."""
    return passes_self_test(run, [PYTHON, "-m", "posto_desktop"], run.source)


def passes_self_test(run: Run, command: Sequence[str], folder: Path) -> bool:
    done = run.wine.run(*command, "--self-test", cwd=folder, timeout=600)
    output = done.stdout.decode("utf-8", "replace")
    line = next((line for line in output.splitlines() if line.startswith('{"ok"')), "")
    if not line:
        print(output)
        return False
    checks = json.loads(line)["checks"]
    for check in checks:
        if not check["ok"]:
            print(f"self-test: {check['name']}: FAILED, {check['detail']}")
    passed = sum(check["ok"] for check in checks)
    print(f"self-test: {passed} of {len(checks)} passed", flush=True)
    return passed == len(checks) and done.returncode == 0


def probes(run: Run, names: Sequence[str]) -> bool:
    """What differs on Windows: see probes.py."""
    module = "tools.windows_check.probes"
    return run.python("-X", "utf8", "-m", module, *names, timeout=600).returncode == 0


def unit_tests(run: Run, words: Sequence[str]) -> bool:
    """The unit tests, two processes side by side."""
    chosen = list(words) or ["tests/unit", "-n", "2", "--dist", "loadfile"]
    patient = ["-o", "timeout=900", "-o", "faulthandler_timeout=880"]  # Wine is slow
    pytest = [
        "-m",
        "pytest",
        "-p",
        "no:cacheprovider",
        "-q",
        "--no-header",
        "-rf",
        *patient,
        *chosen,
    ]
    return run.python(*pytest, timeout=5400).returncode == 0


def build(run: Run, _words: Sequence[str]) -> bool:
    """PyInstaller's folder, and its self-test. Nothing that is left out lies in it."""
    if not _package(run, "folder"):
        return False
    folder = run.source / "build" / "out" / "posto-desktop"
    sizes = {path: path.stat().st_size for path in folder.rglob("*") if path.is_file()}
    print(f"build: {len(sizes)} files, {sum(sizes.values()) / 1e6:.0f} MB")
    for path in sorted(sizes, key=lambda path: -sizes[path])[:12]:
        print(f"build: {sizes[path] / 1e6:6.1f} MB {path.relative_to(folder)}")
    unused = [path.name for path in sizes if path.name.lower().startswith(NOT_SHIPPED)]
    unused += [
        path.name for path in sizes if path.name.startswith("libx265") and sizes[path] > 9999
    ]
    if unused:
        print(f"build: not used by the app: {', '.join(unused)}")
    return passes_self_test(run, [str(folder / "posto-desktop.exe")], folder) and not unused


def setup(run: Run, _words: Sequence[str]) -> bool:
    """The installer, made with Inno Setup; it goes to dist/."""
    _add_32_bit(run)
    if not _package(run, "--built", "setup"):
        return False
    (ROOT / "dist").mkdir(exist_ok=True)
    for path in (run.source / "dist").glob("*-setup.exe"):
        shutil.copy(path, ROOT / "dist")
    return True


def installed(run: Run, _words: Sequence[str]) -> bool:
    """Install, upgrade and remove it while app and server run: see installed.py."""
    made = sorted((run.source / "dist").glob("*-setup.exe")) or sorted(
        (ROOT / "dist").glob("*windows*-setup.exe")
    )
    if not made:
        print("installed: there is no installer; run the stages build and setup")
        return False
    _add_32_bit(run)
    (run.wine.drive / "temp" / "setup.exe").write_bytes(made[-1].read_bytes())
    module = "tools.windows_check.installed"
    words = ["-X", "utf8", "-m", module, r"C:\temp\setup.exe"]
    return run.python(*words, timeout=5400).returncode == 0


def _package(run: Run, *words: str) -> bool:
    log = ["git", "-C", str(ROOT), "log", "-1", "--format=%ct"]
    epoch = subprocess.run(log, capture_output=True, check=True).stdout.decode().strip()
    done = run.wine.run(
        PYTHON, r"packaging\build.py", *words,
        cwd=run.source, timeout=5400, shown=True,
        SOURCE_DATE_EPOCH=epoch, WINEPATH=r"C:\inno", PYTHONUTF8="1",
    )  # fmt: skip
    return done.returncode == 0


def _add_32_bit(run: Run) -> None:
    """Let the prefix run the 32-bit programs of Inno Setup."""
    system = run.wine.drive / "windows" / "syswow64"
    marker = system / "posto-32-bit"
    if marker.exists():
        return
    source = run.lab.libraries_32_bit / "i386-windows"
    shutil.copytree(source, system, dirs_exist_ok=True)
    (run.wine.prefix / ".update-timestamp").unlink(missing_ok=True)
    run.wine.run("wineboot", "-u", timeout=600)
    marker.touch()


STAGES: dict[str, Callable[[Run, Sequence[str]], bool]] = {
    "self-test": self_test,
    "probes": probes,
    "unit-tests": unit_tests,
    "build": build,
    "setup": setup,
    "installed": installed,
}

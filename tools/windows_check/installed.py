"""The installer and what it installs, tried as a user does: run by Windows' own Python.

`python -m tools.windows_check.installed SETUP.exe`. Afterwards nothing is installed.
"""

from __future__ import annotations

import contextlib
import csv
import json
import os
import subprocess
import sys
import time
import winreg
from collections.abc import Generator, Sequence
from pathlib import Path

from posto_desktop.storage.paths import find_paths
from posto_desktop.workers.autostart import _RUN, NAME
from tools.windows_check import checks
from tools.windows_check.checks import hold, journey, let_go
from tools.windows_check.windows_program import App, is_there, wait_for, windows_of

assert sys.platform == "win32"

FOLDER = Path(os.environ["LOCALAPPDATA"]) / "Programs" / "Posto Desktop"
MENU = Path(os.environ["APPDATA"]) / "Microsoft" / "Windows" / "Start Menu"
DESKTOP = FOLDER / "posto-desktop.exe"
SERVER = FOLDER / "posto-server.exe"
KEYS = (
    r"Software\Classes\posto",
    r"Software\Classes\Applications\posto-desktop.exe",
    r"Software\Microsoft\Windows\CurrentVersion\Uninstall\{6B0E6C0B-6F0B-4C62-9B5B-6E0A5F3B7C51}_is1",
    r"Software\Posto Desktop",
)
SETUP_SECONDS = 900.0
QUIET = ("/VERYSILENT", "/SUPPRESSMSGBOXES", "/NORESTART")


def main(arguments: Sequence[str]) -> int:
    setup.append(arguments[0])
    return checks.main(list(arguments[1:]))


setup: list[str] = []


def run_setup() -> int:
    log = Path(os.environ["TEMP"]) / "setup.log"
    command = [setup[0], *QUIET, f"/LOG={log}"]
    return subprocess.run(command, timeout=SETUP_SECONDS, check=False).returncode


def files() -> set[str]:
    return {
        path.relative_to(FOLDER).as_posix()
        for path in FOLDER.rglob("*")
        if path.is_file() and not path.name.startswith("unins")
    }


def processes(name: str) -> list[int]:
    """Return the process ids of a program."""
    said = subprocess.run(["tasklist", "/fo", "csv", "/nh"], capture_output=True, check=True)
    rows = csv.reader(said.stdout.decode("utf-8", "replace").splitlines())
    return [int(row[1]) for row in rows if len(row) > 1 and row[0].lower() == name.lower()]


def self_test() -> str:
    done = subprocess.run([DESKTOP, "--self-test"], capture_output=True, timeout=600, check=False)
    line = next(line for line in done.stdout.splitlines() if line.startswith(b'{"ok"'))
    results = json.loads(line)["checks"]
    bad = [f"{check['name']}: {check['detail']}" for check in results if not check["ok"]]
    assert not bad, bad
    assert done.returncode == 0
    return f"{len(results)} checks"


def has_key(name: str) -> bool:
    try:
        winreg.CloseKey(winreg.OpenKey(winreg.HKEY_CURRENT_USER, name))
    except OSError:
        return False
    return True


def menu_entries() -> list[Path]:
    return [path for path in MENU.rglob("*") if "posto" in path.name.lower()]


def run_value() -> str:
    try:
        with winreg.OpenKey(winreg.HKEY_CURRENT_USER, _RUN) as key:
            return str(winreg.QueryValueEx(key, NAME)[0])
    except OSError:
        return ""


def start_both(home: Path) -> App:
    """Start the app, and a server that works without it, as at sign-in."""
    workspace = find_paths(home / "other").workspace
    command = subprocess.list2cmdline([str(SERVER), "--data", str(workspace), "--detach"])
    with winreg.CreateKey(winreg.HKEY_CURRENT_USER, _RUN) as key:
        winreg.SetValueEx(key, NAME, 0, winreg.REG_SZ, command)
    subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    wait_for(lambda: (workspace / "server.json").exists(), "the server")
    app = App(home, program=(str(DESKTOP),))
    app.wait_until_ready()
    return app


def await_both_again(ended: Sequence[int]) -> None:
    def run_again(name: str) -> bool:
        return any(pid not in ended for pid in processes(name))

    wait_for(lambda: run_again(SERVER.name), "the server again")
    wait_for(
        lambda: any(windows_of(pid) for pid in processes(DESKTOP.name) if pid not in ended),
        "the window again",
    )


@journey(
    "installs without a question",
    "passes its self-test",
    "posto works on the command line",
    "is known for links, files and in the start menu",
    "app and server run",
    "a failing upgrade leaves the old version whole, and both run again",
    "an upgrade replaces all files, and both run again",
    "passes its self-test after the upgrade",
    "removes itself while both run",
    "leaves nothing behind but what the user wrote",
)
def installer(home: Path) -> Generator[str, None, None]:
    assert run_setup() == 0
    first = files()
    assert {"posto-desktop.exe", "posto-server.exe", "posto.exe", "build-info.txt"} <= first
    size = sum((FOLDER / name).stat().st_size for name in first)
    yield f"{len(first)} files, {size / 1e6:.0f} MB"
    yield self_test()
    done = subprocess.run([FOLDER / "posto.exe", "--version"], capture_output=True, check=True)
    yield done.stdout.decode().strip()
    assert [key for key in KEYS if not has_key(key)] in ([], [KEYS[-1]])
    assert menu_entries()
    yield ""

    app = start_both(home)
    running = [*processes(DESKTOP.name), *processes(SERVER.name)]
    yield f"{len(running)} processes"
    held = hold(FOLDER / "build-info.txt")
    try:
        code = run_setup()
    finally:
        let_go(held)
    assert code != 0
    assert files() == first
    await_both_again(running)
    yield f"setup ended with {code}"

    running = [*processes(DESKTOP.name), *processes(SERVER.name)]
    written = (FOLDER / "build-info.txt").stat().st_ctime
    assert run_setup() == 0
    assert files() == first, files() ^ first
    assert (FOLDER / "build-info.txt").stat().st_ctime >= written
    await_both_again(running)
    yield ""
    yield self_test()

    running = [*processes(DESKTOP.name), *processes(SERVER.name)]
    assert len(running) >= 2, running
    assert run_value()
    uninstaller = next(FOLDER.glob("unins*.exe"))
    began = time.monotonic()
    # It copies itself elsewhere, and ends before the copy does.
    subprocess.run([uninstaller, *QUIET], timeout=SETUP_SECONDS, check=True)
    wait_for(lambda: not FOLDER.exists(), "the end of the folder")
    wait_for(lambda: not any(map(is_there, running)), "the end of the programs")
    yield f"{time.monotonic() - began:.1f} s"
    assert not [key for key in KEYS if has_key(key)]
    assert not run_value()
    assert not menu_entries()
    assert find_paths(home).database.exists()
    with contextlib.suppress(OSError):
        app.kill()
    yield ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Starts other programs, and checks whether one runs: the only place that does.

On Windows a console program opens a window, even if only for a moment; programs started here have
none.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from posto_desktop.common.bundle import is_bundled

_NICE = 10
"""Niceness of a patient program."""


def start(
    command: Sequence[str],
    *,
    stdin: int = subprocess.PIPE,
    stderr: IO[bytes] | int | None = None,
    environment: Mapping[str, str] | None = None,
    own_session: bool = False,
    folder: Path | None = None,
    is_patient: bool = False,
) -> subprocess.Popen[bytes]:
    """Start a program that answers on its standard output, in `folder` (None: this one's).
    `own_session`: it outlives this one's terminal. `is_patient`: others come first. Raises OSError
    if it cannot be started."""
    flags = getattr(subprocess, "CREATE_NO_WINDOW", 0)
    if is_patient:
        flags |= getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0)
    process = subprocess.Popen(
        command,
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=stderr,
        env=environment,
        start_new_session=own_session and os.name == "posix",
        creationflags=flags,
        cwd=folder,
    )
    if is_patient and sys.platform != "win32":
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, process.pid, _NICE)
    return process


def own_environment() -> dict[str, str]:
    """Return the environment for another process of this package, which may be importable only
    because of how this process was started."""
    environment = dict(os.environ)
    if not is_bundled():
        package = str(Path(__file__).resolve().parents[2])
        known = environment.get("PYTHONPATH", "")
        environment["PYTHONPATH"] = os.pathsep.join(path for path in (package, known) if path)
    return environment


def is_running(pid: int) -> bool:
    """Return whether a process runs; False for a zombie."""
    if sys.platform == "win32":
        from posto_desktop.storage import windows

        return windows.is_running(pid)
    if hasattr(os, "waitid"):
        with contextlib.suppress(ChildProcessError):
            peek = os.WEXITED | os.WNOHANG | os.WNOWAIT
            return os.waitid(os.P_PID, pid, peek) is None
    with contextlib.suppress(OSError):
        state = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2]
        return state.split()[:1] not in (["Z"], ["X"])
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def runs_with(pid: int, words: Sequence[str]) -> bool:
    """Return whether a process of this user runs with each of these words in its command line: the
    system may have reused a stored process id.

    False also if unknown: on Windows, which hides command lines.
    """
    if sys.platform == "win32" or pid <= 0 or not is_running(pid):
        return False
    process = Path(f"/proc/{pid}")
    try:
        if process.exists():
            is_ours = process.stat().st_uid == os.geteuid()
            line = (process / "cmdline").read_bytes().decode("utf-8", "replace")
        else:  # macOS
            done = subprocess.run(
                ["/bin/ps", "-ww", "-o", "uid=,command=", "-p", str(pid)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=5,
                check=True,
            )
            user, _, line = done.stdout.decode("utf-8", "replace").strip().partition(" ")
            is_ours = user == str(os.geteuid())
    except (OSError, subprocess.SubprocessError):
        return False
    return is_ours and all(word in line for word in words)

"""How processes that a test started are ended."""

from __future__ import annotations

import contextlib
import subprocess

import psutil


def end(process: subprocess.Popen[bytes], *, timeout: float = 5.0) -> None:
    """End a process and all that it started, by id."""
    family: list[psutil.Process] = []
    with contextlib.suppress(psutil.NoSuchProcess):
        family = psutil.Process(process.pid).children(recursive=True)
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(timeout)
        except subprocess.TimeoutExpired:
            process.kill()
    process.wait(timeout)
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream is not None:
            stream.close()
    for child in family:
        with contextlib.suppress(psutil.NoSuchProcess):
            child.terminate()
    for child in psutil.wait_procs(family, timeout)[1]:
        with contextlib.suppress(psutil.NoSuchProcess):
            child.kill()

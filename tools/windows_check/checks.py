"""Probes of a Windows machine: registered by decorators, run in order, reported by a line each."""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Probe:
    """One or more checks of one home, in order: `run` yields a detail after each."""

    name: str
    titles: tuple[str, ...]
    run: Callable[[Path], Generator[str, None, None]]


PROBES: list[Probe] = []


def probe(check: Callable[[Path], str]) -> Callable[[Path], str]:
    def run(home: Path) -> Generator[str, None, None]:
        yield check(home)

    PROBES.append(Probe(check.__name__, (check.__name__.replace("_", " "),), run))
    return check


def journey(
    *titles: str,
) -> Callable[
    [Callable[[Path], Generator[str, None, None]]], Callable[[Path], Generator[str, None, None]]
]:
    """A probe whose checks share a home and a start of the app, which is slow under Wine."""

    def add(
        run: Callable[[Path], Generator[str, None, None]],
    ) -> Callable[[Path], Generator[str, None, None]]:
        PROBES.append(Probe(run.__name__, titles, run))
        return run

    return add


def hold(path: Path) -> int:
    """Open a file so that nobody may write, rename or delete it, as an antivirus program does."""
    if sys.platform != "win32":
        raise OSError("needs Windows")
    kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    kernel.CreateFileW.restype = ctypes.c_void_p
    read, share_read, existing = 0x8000_0000, 1, 3
    handle = kernel.CreateFileW(str(path), read, share_read, None, existing, 0, None)
    assert handle not in (None, ctypes.c_void_p(-1).value), f"{path} cannot be opened"
    return int(handle)


def let_go(handle: int) -> None:
    if sys.platform == "win32":
        ctypes.WinDLL("kernel32").CloseHandle(ctypes.c_void_p(handle))


@contextlib.contextmanager
def new_home() -> Iterator[Path]:
    base = Path(tempfile.mkdtemp(prefix="Jörg Öz "))
    try:
        yield base / "home"
    finally:
        shutil.rmtree(base, ignore_errors=True)


def main(names: list[str]) -> int:
    """Run the probes of the importing module, or those with these names. Return 1 if one failed."""
    os.environ["POSTO_KEYRING"] = "off"
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    passed = failed = 0
    for wanted in PROBES:
        if names and wanted.name not in names:
            continue
        with new_home() as home:
            home.mkdir()
            good = _run(wanted, home)
        passed += good
        failed += len(wanted.titles) - good
    print(f"{passed} passed, {failed} failed", flush=True)
    return 1 if failed else 0


def _run(wanted: Probe, home: Path) -> int:
    """Run the checks of a probe; return how many passed. Those after a failure count as failed."""
    details = wanted.run(home)
    for number, title in enumerate(wanted.titles):
        began = time.monotonic()
        try:
            detail = next(details)
        except Exception as error:  # noqa: BLE001 - the next probe is tried whatever happens
            traceback.print_exc()
            seconds = time.monotonic() - began
            print(f"probe: {title}: FAILED, {seconds:.1f} s, {type(error).__name__}: {error}")
            for skipped in wanted.titles[number + 1 :]:
                print(f"probe: {skipped}: FAILED, was not reached", flush=True)
            return number
        said = f", {detail}" if detail else ""
        print(f"probe: {title}: good, {time.monotonic() - began:.1f} s{said}", flush=True)
    details.close()
    return len(wanted.titles)

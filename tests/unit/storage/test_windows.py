"""Tests of functions of Windows' own libraries."""

from __future__ import annotations

import ctypes
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

if sys.platform != "win32":
    pytest.skip("asks Windows' own libraries", allow_module_level=True)

import winreg

from posto_desktop.storage import windows

IS_WINE = hasattr(ctypes.WinDLL("ntdll"), "wine_get_version")


@pytest.fixture
def restarts(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A key of the test's own."""
    name = rf"Software\posto-test-{os.getpid()}"
    monkeypatch.setattr(windows, "RESTART_KEY", name)
    yield name
    winreg.DeleteKey(winreg.HKEY_CURRENT_USER, name)


def test_the_installer_asks_for_the_end_by_an_event(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windows, "END_EVENT", rf"Local\posto-test-{os.getpid()}")
    ended = threading.Event()
    windows.await_end(ended.set)
    assert not ended.is_set()
    kernel = ctypes.WinDLL("kernel32")
    kernel.OpenEventW.restype = ctypes.c_void_p
    kernel.SetEvent.argtypes = kernel.CloseHandle.argtypes = (ctypes.c_void_p,)
    event = kernel.OpenEventW(0x0002, False, ctypes.c_wchar_p(windows.END_EVENT))
    kernel.SetEvent(event)
    kernel.CloseHandle(event)
    assert ended.wait(30)
    # What is started while the installer works ends at once.
    late = threading.Event()
    windows.await_end(late.set)
    assert late.wait(30)


def test_a_program_that_is_not_installed_hears_no_installer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[object] = []
    monkeypatch.setattr(windows, "await_end", heard.append)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "posto-desktop.exe"))
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    windows.watch_installer(print)
    assert heard == []
    (tmp_path / "unins000.exe").touch()
    windows.watch_installer(print)
    assert heard == [print]


def test_what_the_installer_is_to_start_again(
    restarts: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", r"C:\Programs\Posto Desktop\posto-server.exe")
    windows.start_after_install(["--data", r"C:\a folder", "--detach"])
    with winreg.OpenKey(winreg.HKEY_CURRENT_USER, restarts) as key:
        name, value, _ = winreg.EnumValue(key, 0)
    assert name == f"posto-server.exe {os.getpid()}"
    assert value == r'--data "C:\a folder" --detach'


def test_who_has_a_file_open(tmp_path: Path) -> None:
    path = tmp_path / "held.txt"
    path.write_text("x")
    assert windows.programs_using([path]) == []
    with path.open():
        programs = windows.programs_using([path, tmp_path / "none"])
    assert programs or IS_WINE  # which has no Restart Manager
    assert windows.programs_using([]) == []

"""Sending that starts when the user signs in to this computer, without the app: an opt-in.

What is started is the workspace's server alone. Whether it is on is what the system knows, not a
setting of ours: a user can take it out there, too.

Linux: an entry by the XDG autostart specification. macOS: a launch agent. Windows: a value under
the user's Run key.
"""

from __future__ import annotations

import os
import plistlib
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from posto_desktop.server.launch import program
from posto_desktop.storage import atomic
from posto_desktop.storage.errors import StorageError

NAME = "posto-sending"
_RUN = r"Software\Microsoft\Windows\CurrentVersion\Run"


class Autostart(Protocol):
    """Turns it on and off. `set_on` raises `StorageError` where the system does not let us."""

    def is_on(self) -> bool: ...

    def set_on(self, on: bool) -> None: ...


def autostart(workspace: Path, late_limit: int) -> Autostart | None:
    """The way of this system, for the workspace in that folder; None where there is none."""
    command = [*program(), "--data", str(workspace), "--late-limit", str(late_limit), "--detach"]
    if sys.platform == "win32":
        return RunKey(command)
    if sys.platform == "darwin":
        return FileStart(
            Path.home() / "Library" / "LaunchAgents" / f"org.{NAME}.plist", agent(command)
        )
    if sys.platform == "linux":
        config = os.environ.get("XDG_CONFIG_HOME") or ""
        base = Path(config) if Path(config).is_absolute() else Path.home() / ".config"
        return FileStart(base / "autostart" / f"{NAME}.desktop", entry(command))
    return None


class FileStart:
    """A system that starts what a file says."""

    def __init__(self, path: Path, content: bytes) -> None:
        self.path, self._content = path, content

    def is_on(self) -> bool:
        try:
            text = self.path.read_bytes()
        except OSError:
            return False
        # A desktop's own settings turn an entry off by such a line.
        return b"Hidden=true" not in text.splitlines()

    def set_on(self, on: bool) -> None:
        try:
            if on:
                self.path.parent.mkdir(parents=True, exist_ok=True)
            else:
                self.path.unlink(missing_ok=True)
        except OSError as error:
            why = error.strerror or type(error).__name__
            raise StorageError(f"{self.path} cannot be changed: {why}.") from error
        if on:
            atomic.write_bytes(self.path, self._content, mode=0o644)


class RunKey:
    """Windows: a command under the Run key of the user."""

    def __init__(self, command: Sequence[str]) -> None:
        import subprocess

        self._command = subprocess.list2cmdline(command)

    def is_on(self) -> bool:
        import winreg  # type: ignore[import-not-found,unused-ignore]

        try:
            with winreg.OpenKey(winreg.HKEY_CURRENT_USER, _RUN) as key:  # type: ignore[attr-defined,unused-ignore]
                winreg.QueryValueEx(key, NAME)  # type: ignore[attr-defined,unused-ignore]
        except OSError:
            return False
        return True

    def set_on(self, on: bool) -> None:
        import winreg  # type: ignore[import-not-found,unused-ignore]

        try:
            with winreg.CreateKey(winreg.HKEY_CURRENT_USER, _RUN) as key:  # type: ignore[attr-defined,unused-ignore]
                if on:
                    winreg.SetValueEx(key, NAME, 0, winreg.REG_SZ, self._command)  # type: ignore[attr-defined,unused-ignore]
                elif self.is_on():
                    winreg.DeleteValue(key, NAME)  # type: ignore[attr-defined,unused-ignore]
        except OSError as error:
            why = error.strerror or type(error).__name__
            raise StorageError(f"Windows does not let Posto do that: {why}.") from error


def entry(command: Sequence[str]) -> bytes:
    """A desktop entry. Quoting by the Desktop Entry Specification: within double quotes four signs
    get a backslash, and in a file each backslash is written twice; a percent sign is doubled."""

    def quoted(word: str) -> str:
        plain = "".join(f"\\{sign}" if sign in '\\"`$' else sign for sign in word)
        return f'"{plain}"'.replace("\\", "\\\\").replace("%", "%%")

    words = " ".join(quoted(word) for word in command)
    text = (
        "[Desktop Entry]\nType=Application\nName=Posto Desktop: sending\n"
        "Comment=Sends posts of the workspace on this computer at their time\n"
        f"Exec={words}\nTerminal=false\nNoDisplay=true\nX-GNOME-Autostart-Delay=10\n"
    )
    return text.encode("utf-8", "surrogateescape")


def agent(command: Sequence[str]) -> bytes:
    """A launch agent, see `man launchd.plist`."""
    return plistlib.dumps(
        {
            "Label": f"org.{NAME}",
            "ProgramArguments": list(command),
            "RunAtLoad": True,
            "ProcessType": "Background",
        }
    )

"""Autostart: start the local server at login, without the app. Off by default.

The system is the only record of the choice, since the user can turn it off there, too.

Linux: an XDG autostart entry. macOS: a launch agent. Windows: a value under the user's Run key.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from posto_desktop.common.flatpak import flatpak_id
from posto_desktop.common.translation import translate
from posto_desktop.server.launch import program
from posto_desktop.storage import atomic, regular_files
from posto_desktop.storage.errors import StorageError
from posto_desktop.storage.paths import find_paths

if TYPE_CHECKING:
    from posto_desktop.workers.runner import Job

NAME = "posto-sending"
_LONGEST = 1_000_000
"""Longest autostart entry to read, in bytes."""
_RUN = r"Software\Microsoft\Windows\CurrentVersion\Run"


class Autostart(Protocol):
    """Turns autostart on and off. `set_on` raises `StorageError` if the system refuses.
    `is_current`: the registered command is the one that `set_on` would write now."""

    def is_on(self) -> bool: ...

    def is_current(self) -> bool: ...

    def set_on(self, on: bool) -> None: ...


def autostart(workspace: Path, late_limit: int) -> Autostart | None:
    """Return this system's autostart for the workspace in that folder; None if it has none, as in
    a Flatpak, of which nothing goes on when the app has ended."""
    if flatpak_id():
        return None
    command = [*program(), "--data", str(workspace), "--late-limit", str(late_limit), "--detach"]
    name = name_for(workspace)
    if sys.platform == "win32":
        return RegistryAutostart(command, name)
    if sys.platform == "darwin":
        agents = Path.home() / "Library" / "LaunchAgents"
        kind = FileAutostart if _is_lasting_place(command[0]) else UnmovedAutostart
        return kind(agents / f"org.{name}.plist", agent(command, name))
    if sys.platform == "linux":
        config = os.environ.get("XDG_CONFIG_HOME") or ""
        base = Path(config) if Path(config).is_absolute() else Path.home() / ".config"
        return FileAutostart(base / "autostart" / f"{name}.desktop", entry(command))
    return None


def name_for(workspace: Path) -> str:
    """Return the name of the entry. A home other than the user's default gets a separate name."""
    usual = find_paths().workspace
    if workspace == usual:
        return NAME
    digest = hashlib.sha256(os.fsencode(workspace)).hexdigest()
    return f"{NAME}-{digest[:8]}"


def set_autostart(_job: Job, start: Autostart, on: bool) -> bool:
    """A job: turn it on or off. Return the state that the system reports; raises `StorageError`."""
    start.set_on(on)
    return start.is_on()


def refresh_autostart(_job: Job, workspace: Path, late_limit: int) -> None:
    """A job: update an active entry, since the program's path or the late limit may have changed.
    Raises `StorageError`."""
    start = autostart(workspace, late_limit)
    if start is not None and start.is_on() and not start.is_current():
        start.set_on(True)


class FileAutostart:
    """Autostart by a file."""

    def __init__(self, path: Path, content: bytes) -> None:
        self.path, self._content = path, content

    def is_on(self) -> bool:
        try:
            text = regular_files.read_regular(self.path, _LONGEST)
        except OSError:
            return False
        # Desktop settings disable an entry by this line.
        return b"Hidden=true" not in text.splitlines()

    def is_current(self) -> bool:
        try:
            return regular_files.read_regular(self.path, _LONGEST) == self._content
        except OSError:
            return False

    def set_on(self, on: bool) -> None:
        try:
            if on:
                self.path.parent.mkdir(parents=True, exist_ok=True)
            else:
                self.path.unlink(missing_ok=True)
        except OSError as error:
            why = error.strerror or type(error).__name__
            raise StorageError(
                translate("Service", "{path} cannot be changed: {why}.").format(
                    path=self.path, why=why
                )
            ) from error
        if on:
            atomic.write_bytes(self.path, self._content, mode=0o644)


class UnmovedAutostart(FileAutostart):
    """Autostart of an app that macOS runs from a place that will not exist at the next login."""

    def is_current(self) -> bool:
        return True  # an active entry may name a place that lasts

    def set_on(self, on: bool) -> None:
        if on:
            raise StorageError(
                translate(
                    "Service",
                    "Move Posto Desktop to the Applications folder and open it from there. Where "
                    "it is now, macOS would not find it at the next login.",
                )
            )
        super().set_on(on)


def _is_lasting_place(program: str) -> bool:
    """Return whether a program stays where it is: macOS runs a downloaded app that was not moved
    from a random folder ("translocation"), and others run from the disk image."""
    return "/AppTranslocation/" not in program and not program.startswith("/Volumes/")


class RegistryAutostart:
    """Autostart on Windows: a command under the user's Run key."""

    def __init__(self, command: Sequence[str], name: str = NAME) -> None:
        import subprocess

        self._command, self._name = subprocess.list2cmdline(command), name

    def is_on(self) -> bool:
        return self._present() is not None

    def is_current(self) -> bool:
        return self._present() == self._command

    def _present(self) -> object:
        import winreg  # type: ignore[import-not-found,unused-ignore]

        try:
            with winreg.OpenKey(winreg.HKEY_CURRENT_USER, _RUN) as key:  # type: ignore[attr-defined,unused-ignore]
                return winreg.QueryValueEx(key, self._name)[0]  # type: ignore[attr-defined,unused-ignore]
        except OSError:
            return None

    def set_on(self, on: bool) -> None:
        import winreg  # type: ignore[import-not-found,unused-ignore]

        try:
            with winreg.CreateKey(winreg.HKEY_CURRENT_USER, _RUN) as key:  # type: ignore[attr-defined,unused-ignore]
                if on:
                    winreg.SetValueEx(key, self._name, 0, winreg.REG_SZ, self._command)  # type: ignore[attr-defined,unused-ignore]
                elif self.is_on():
                    winreg.DeleteValue(key, self._name)  # type: ignore[attr-defined,unused-ignore]
        except OSError as error:
            why = error.strerror or type(error).__name__
            raise StorageError(
                translate("Service", "Windows does not let Posto do that: {why}.").format(why=why)
            ) from error


def entry(command: Sequence[str]) -> bytes:
    """Return a desktop entry. Quoting by the Desktop Entry Specification: within double quotes four
    characters get a backslash, and in a file each backslash is written twice; a percent sign is
    doubled."""

    def quoted(word: str) -> str:
        plain = "".join(f"\\{sign}" if sign in '\\"`$' else sign for sign in word)
        return f'"{plain}"'.replace("\\", "\\\\").replace("%", "%%")

    words = " ".join(quoted(word) for word in command)
    # With TryExec the entry is ignored once the program has been removed.
    program_file = command[0].replace("\\", "\\\\")
    text = (
        "[Desktop Entry]\nType=Application\nName=Posto Desktop: sending\n"
        "Comment=Sends posts of the workspace on this computer at their time\n"
        f"TryExec={program_file}\nExec={words}\nTerminal=false\nNoDisplay=true\nX-GNOME-Autostart-Delay=10\n"
    )
    return text.encode("utf-8", "surrogateescape")


def agent(command: Sequence[str], name: str = NAME) -> bytes:
    """Return a launch agent, see `man launchd.plist`."""
    import plistlib  # imports an XML parser, which only macOS needs

    return plistlib.dumps(
        {
            "Label": f"org.{name}",
            "ProgramArguments": list(command),
            "RunAtLoad": True,
            "ProcessType": "Background",
        }
    )

"""A Wine prefix with a virtual screen, and programs that run in it."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

SYSTEM_LIBRARIES = Path("/usr/lib/x86_64-linux-gnu/wine")
LOADER = "/usr/lib/wine/wine64"
SCREEN = "1400x900x24"


def wine_environment() -> dict[str, str]:
    """Return the environment of this process without what a Windows program would take for its
    own."""
    kept = ("HOME", "LANG", "LOGNAME", "PATH", "TERM", "USER", "CI")
    return {name: os.environ[name] for name in kept if name in os.environ} | {
        "LC_ALL": "C.UTF-8",
        "WINEARCH": "win64",
        "WINEDEBUG": "-all",
        # No Mono and no Gecko; the stand-in for colour profiles instead of Wine's own.
        "WINEDLLOVERRIDES": "mscoree,mshtml,winemenubuilder.exe=;mscms=n",
        "TMP": r"C:\temp",
        "TEMP": r"C:\temp",
    }


class Wine:
    """A prefix on a screen of its own, as a context: what runs in it ends with the context.

    `libraries`: where Wine finds its own libraries if not in the system's folder.
    """

    def __init__(self, prefix: Path, *, libraries: Path | None = None) -> None:
        self.prefix = prefix
        self.drive = prefix / "drive_c"
        self.environment = {**wine_environment(), "WINEPREFIX": str(prefix)}
        if libraries is not None:
            self.environment["WINEDLLPATH"] = str(libraries)
        self._screen: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        reading, writing = os.pipe()
        command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", SCREEN, "-nolisten", "tcp"]
        null = subprocess.DEVNULL
        self._screen.append(subprocess.Popen(command, pass_fds=[writing], stdout=null, stderr=null))
        os.close(writing)
        with os.fdopen(reading) as answer:
            self.environment["DISPLAY"] = f":{answer.readline().strip()}"
        self._screen.append(
            subprocess.Popen(
                ["openbox"], env={**os.environ, **self.environment}, stdout=null, stderr=null
            )
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # Ends the processes of this prefix only.
        for words in (["-k"], ["-w"]):
            with contextlib.suppress(subprocess.TimeoutExpired):
                subprocess.run(
                    ["wineserver", *words],
                    env=self.environment,
                    check=False,
                    timeout=60,
                    stderr=subprocess.DEVNULL,
                )
        for process in reversed(self._screen):
            process.terminate()
            process.wait(10)

    def command(self, program: str, *words: str) -> list[str]:
        return [LOADER, program, *words]

    def run(
        self,
        program: str,
        *words: str,
        cwd: Path | None = None,
        timeout: float = 120,
        shown: bool = False,
        **environment: str,
    ) -> subprocess.CompletedProcess[bytes]:
        """Run a Windows program until it ends; after `timeout` seconds it is ended, with return
        code -9. What it says is returned, or `shown` as it comes."""
        # Not a pipe: programs that it has started keep that open.
        with tempfile.TemporaryFile() as output:
            process = subprocess.Popen(
                self.command(program, *words),
                cwd=cwd or self.drive.parent,
                env={**self.environment, **environment},
                stdin=subprocess.DEVNULL,
                stdout=None if shown else output,
                stderr=None if shown else subprocess.STDOUT,
                start_new_session=True,
            )
            try:
                process.wait(timeout)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
            output.seek(0)
            said = output.read()
        return subprocess.CompletedProcess(process.args, process.returncode, said, b"")


def copy_checkout(source: Path, target: Path) -> None:
    """Copy the files of a checkout that git knows or would add, and the compiled translations."""
    words = ["git", "-C", str(source), "ls-files", "-z", "--cached", "--others"]
    listed = subprocess.run([*words, "--exclude-standard"], capture_output=True, check=True)
    names = listed.stdout.decode("utf-8", "surrogateescape").split("\0")
    compiled = source.glob("resources/translations/*.qm")
    for name in [*names, *(path.relative_to(source).as_posix() for path in compiled)]:
        path = source / name
        if path.is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, target / name)


def copy_prefix(template: Path, target: Path, links: Mapping[str, Path]) -> None:
    """Copy a prefix, and link folders of this system into its drive C."""
    command = ["cp", "-a", "--reflink=auto", f"{template}/.", str(target)]
    target.mkdir(parents=True)
    subprocess.run(command, check=True)
    for name, folder in links.items():
        (target / "drive_c" / name).symlink_to(folder)

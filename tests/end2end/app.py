"""The real program as a process, with the real workspace server, on a home of its own.

It is the one of this checkout, or with `POSTO_PROGRAM` another, such as a package that was built.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import psutil
import requests

from tests.end2end.atspi import Accessible, RemovedError
from tests.end2end.desktop import Desktop, end
from tests.end2end.waiting import wait_for

SERVERS = ("posto_desktop.server", "posto-server")
"""What the command line of a workspace server holds, in a checkout and in a package."""


def program() -> list[str]:
    """The command that starts the app."""
    other = os.environ.get("POSTO_PROGRAM")
    return [other] if other else [sys.executable, "-X", "faulthandler", "-m", "posto_desktop"]


def _has_ended(process: psutil.Process) -> bool:
    """A process whose starter lives and has not looked after it since it ended counts, too."""
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


@dataclass
class App:
    """The running program. `window` is its main window on the accessibility bus."""

    desktop: Desktop
    home: Path
    process: subprocess.Popen[bytes]
    log: Path

    @classmethod
    def start(
        cls,
        desktop: Desktop,
        home: Path,
        *words: object,
        log: Path | None = None,
        **environment: str,
    ) -> App:
        """Start the app; does not wait for its window (see `window`). It makes its home itself.

        What it says goes to `log`, which lies beside the home if nothing else is said.
        """
        log = log or home.with_name(home.name + ".log")
        command = [*program(), "--home", home]
        process = desktop.start([*command, *map(str, words)], log=log, **environment)
        return cls(desktop, home, process, log)

    def output(self) -> str:
        """What the program has printed so far."""
        return self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""

    @property
    def program(self) -> Accessible:
        def look() -> Accessible | None:
            ended = self.process.poll()
            if ended is not None:
                raise RuntimeError(f"the app ended with {ended}:\n{self.output()}")
            for program in self.desktop.bus.programs():
                with contextlib.suppress(RemovedError):
                    mine = self.desktop.bus.process_of(program.bus_name) == self.process.pid
                    # On some desktops Qt registers twice, the first time without any window.
                    if mine and program.children():
                        return program
            return None

        return wait_for(look, "the app on the accessibility bus", explain=self.output)

    @property
    def window(self) -> Accessible:
        """The main window, once it shows."""

        def look() -> Accessible | None:
            for child in self.program.children():
                if child.name.startswith("Posto Desktop"):
                    return child
            return None

        return wait_for(look, "the main window", explain=self.output)

    def quit(self, timeout: float = 60.0) -> int:
        """Ctrl+Q in the window, as a person would; the exit code."""
        self.activate()
        self.desktop.keys("ctrl+q")
        return self.process.wait(timeout)

    def activate(self) -> None:
        """Bring the window to the front and give it the keyboard."""
        number = self.desktop.xdotool(
            "search",
            "--sync",
            "--onlyvisible",
            "--pid",
            self.process.pid,
            "--name",
            "Posto Desktop",
        ).split()[0]
        self.desktop.xdotool("windowactivate", "--sync", number)

    def kill(self) -> None:
        """End it as a power cut would (the server, too, sees its standard input close)."""
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait(60)

    def kill_server(self) -> bool:
        """The same for its server alone; False when there is none that runs."""
        server = self.server_process()
        if server is None:
            return False
        with contextlib.suppress(psutil.NoSuchProcess):
            server.kill()
            return True
        return False

    def close(self) -> None:
        """End the program and its server, whatever state they are in."""
        server = self.server_process()
        end(self.process)
        if server is not None:
            with contextlib.suppress(psutil.NoSuchProcess):
                server.terminate()
                try:
                    wait_for(lambda: _has_ended(server), "the end of the workspace")
                except AssertionError:
                    server.kill()

    # --- its server -----------------------------------------------------------------------------

    def server_facts(self) -> dict[str, object] | None:
        """What the workspace server wrote of itself: base_url, username, password, pid."""
        path = self.home / "data" / "workspace" / "server.json"
        try:
            facts = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return facts if isinstance(facts, dict) else None

    def server_process(self) -> psutil.Process | None:
        facts = self.server_facts()
        if facts is None:
            return None
        try:
            process = psutil.Process(int(str(facts["pid"])))
            # A process id can have gone to another program since.
            words = " ".join(process.cmdline())
            return process if any(name in words for name in SERVERS) else None
        except (psutil.NoSuchProcess, psutil.AccessDenied, KeyError, ValueError):
            return None

    def ask_server(self, path: str, **query: object) -> dict[str, object]:
        """A GET to the workspace server, as an independent witness of what the app shows."""
        facts = wait_for(self.server_facts, "the workspace server", explain=self.output)
        answer = requests.get(
            f"{facts['base_url']}/wp-json/{path}",
            params={name: str(value) for name, value in query.items()},
            auth=(str(facts["username"]), str(facts["password"])),
            timeout=60,
        )
        answer.raise_for_status()
        body = answer.json()
        assert isinstance(body, dict)
        return body

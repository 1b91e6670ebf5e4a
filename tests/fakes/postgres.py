"""A PostgreSQL of Debian for tests: a cluster of its own in a new folder, on a free port."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.needs import require

_FOLDERS = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
_USER = "postgres"


class Postgres:
    """A running cluster; `address` leads to its database. Ends with `stop`.

    `is_safe`: what is committed is on the disk, which tests of crashes of PostgreSQL itself need.
    """

    def __init__(self, *, is_safe: bool = False) -> None:
        require([] if _FOLDERS else ["PostgreSQL"])
        self._bin = _FOLDERS[-1]
        # The server refuses to be root, and its folder must be reachable for its own user.
        self._root = Path(tempfile.mkdtemp(prefix="posto-postgres-"))
        self._user = _USER if os.geteuid() == 0 else None
        self._is_safe = is_safe
        if self._user:
            shutil.chown(self._root, self._user)
        self._data = self._root / "data"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self._run(
            "initdb", "-D", self._data, "-U", "posto", "-A", "trust", "-N", "-E", "UTF8",
            "--locale=C.UTF-8",
        )  # fmt: skip
        self.address = f"postgresql://posto@127.0.0.1:{self.port}/postgres"
        self.start()

    def start(self) -> None:
        settings = {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": self._root,
            "max_connections": 200,
            "fsync": "on" if self._is_safe else "off",
        }
        options = " ".join(
            [f"-p {self.port}", *(f"-c {name}={value}" for name, value in settings.items())]
        )
        self._run(
            "pg_ctl", "-D", self._data, "-w", "-l", self._root / "log", "-o", options, "start"
        )

    def restart(self) -> None:
        """Stop it as if its computer lost power, and start it again."""
        self.halt()
        self.start()

    def halt(self) -> None:
        """Stop it as if its computer lost power: connections are refused until `start`."""
        self._run("pg_ctl", "-D", self._data, "-w", "-m", "immediate", "stop")

    @contextlib.contextmanager
    def frozen(self) -> Iterator[None]:
        """Have it take connections and bytes, and answer nothing, for the length of the block."""
        main = int((self._data / "postmaster.pid").read_text().split()[0])
        stopped = [main]
        os.kill(main, signal.SIGSTOP)  # first, so that it starts no other one meanwhile
        try:
            for process in _children(main):
                os.kill(process, signal.SIGSTOP)
                stopped.append(process)
            yield
        finally:
            for process in stopped:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, signal.SIGCONT)

    def stop(self) -> None:
        with contextlib.suppress(subprocess.CalledProcessError):
            self.halt()
        shutil.rmtree(self._root, ignore_errors=True)

    def _run(self, program: str, *arguments: object) -> None:
        subprocess.run(
            [str(self._bin / program), *map(str, arguments)],
            check=True, user=self._user, cwd=self._root, timeout=60,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip


def _children(parent: int) -> list[int]:
    listed = Path(f"/proc/{parent}/task/{parent}/children").read_text()
    return [int(number) for number in listed.split()]

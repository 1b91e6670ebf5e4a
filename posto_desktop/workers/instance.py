"""One copy of the app per home: the second hands its files to the first and ends.

The lock is the system's (storage.locks): it ends with the process, and what is in `posto.lock` does
not count. The way across is a local socket that only the same user can open. A message is one JSON
line:
`{"version": 1, "files": ["/a/b.jpg"], "page": "compose" | null, "service": url | null,
"links": ["posto:schedule"]}`.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QDeadlineTimer, QObject, QSysInfo, QThread, Signal, Slot

from posto_desktop.storage import atomic, locks, regular, renames

if TYPE_CHECKING:
    from PySide6.QtNetwork import QLocalServer

log = logging.getLogger(__name__)

PROTOCOL = 1
MAX_MESSAGE = 1_000_000  # bytes; a few thousand paths
_MOST_TRIES = 5
HAND_OVER_MS = 5_000  # the first copy may still be starting


@dataclass(frozen=True)
class Handover:
    """What a second start asks the first one to do."""

    files: tuple[str, ...] = ()
    page: str | None = None
    service: str | None = None
    links: tuple[str, ...] = ()

    def to_line(self) -> bytes:
        """The message on the wire, one line of UTF-8 JSON."""
        body = {
            "version": PROTOCOL,
            "files": list(self.files),
            "page": self.page,
            "service": self.service,
            "links": list(self.links),
        }
        # File names of any bytes must pass: surrogates (bytes that are not UTF-8) stay escaped.
        return json.dumps(body, ensure_ascii=True).encode("ascii") + b"\n"

    @classmethod
    def from_line(cls, line: bytes) -> Handover:
        """Read a message; raises `ValueError` for anything else."""
        try:
            body: Any = json.loads(line)
        except RecursionError:
            raise ValueError("nested too deeply") from None
        if not isinstance(body, Mapping) or body.get("version") != PROTOCOL:
            raise ValueError("not a message of this version")
        files, links = body.get("files", []), body.get("links", [])
        for words in (files, links):
            if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
                raise ValueError("files and links must be lists of texts")
        page, service = body.get("page"), body.get("service")
        return cls(
            files=tuple(files),
            page=page if isinstance(page, str) else None,
            service=service if isinstance(service, str) else None,
            links=tuple(links),
        )


def _is_mine(path: str) -> bool:
    """Whether a socket is this user's: names in a common folder can be taken by anybody."""
    if os.name != "posix":
        return True
    try:
        return Path(path).stat().st_uid == os.getuid()
    except OSError:
        return False


class SingleInstance(QObject):
    """Holds the lock of one home and receives what later starts hand over.

    `problem` is a sentence about something in the place of the lock that was no file.

    Signals:
        handed_over(object): a `Handover` from a second start.
    """

    handed_over = Signal(object)

    def __init__(self, data_folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder = data_folder
        self._path = data_folder / "posto.lock"
        self._lock: int | None = None  # the descriptor of the file, locked
        self.problem = ""
        self._server: QLocalServer | None = None

    def _name(self) -> str:
        """The socket's name: one for each home, short enough for every system."""
        import hashlib  # late, like QtNetwork: the first paint does not wait for it

        digest = hashlib.sha256(str(self._folder.resolve()).encode("utf-8", "surrogatepass"))
        return f"posto-desktop-{digest.hexdigest()[:20]}"

    def acquire(self) -> bool:
        """True when this is the first copy (also when the folder cannot hold a lock at all)."""
        for _ in range(_MOST_TRIES):
            try:
                descriptor = regular.open_regular(self._path, os.O_RDWR | os.O_CREAT)
            except regular.NotAFileError as error:
                self.problem = atomic.set_aside(self._path, str(error.strerror)).sentence
                continue
            except OSError as error:
                # Windows opens no file that an earlier version holds; the folder may be read-only.
                return not renames.is_in_use(error)
            try:
                if not locks.try_lock(descriptor):
                    os.close(descriptor)
                    return False
            except OSError as error:
                log.warning("This disk knows no locks: %s", error)
            self._lock = descriptor
            if self._is_in_place():
                self._sign()
                return True
            # Its holder removed the file between our opening and locking it.
            self._release()
        log.warning("%s cannot be held", self._path)
        return True

    def holder(self) -> int | None:
        """The number of the process that holds the lock, as far as it wrote that down."""
        with contextlib.suppress(OSError, ValueError):
            number = int(regular.read_regular(self._path, 1_000).split(b"\n")[0])
            return number if number > 0 else None
        return None

    def _is_in_place(self) -> bool:
        assert self._lock is not None
        with contextlib.suppress(OSError):
            return os.path.samestat(os.fstat(self._lock), self._path.stat())
        return False

    def _sign(self) -> None:
        """Say who holds it, for people, and for earlier versions, which read a QLockFile."""
        assert self._lock is not None
        if self._path.is_symlink():
            return  # what it leads to is not ours to write to
        with contextlib.suppress(OSError):
            os.ftruncate(self._lock, 0)
            os.write(
                self._lock, f"{os.getpid()}\nposto-desktop\n{QSysInfo.machineHostName()}\n".encode()
            )

    def _release(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def listen(self) -> None:
        """Start to receive; called after the first paint, on the GUI thread."""
        from PySide6.QtNetwork import QLocalServer

        name = self._name()
        QLocalServer.removeServer(name)  # left by a copy that was killed; we hold the lock
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._accept)
        if not self._server.listen(name):
            log.warning("cannot listen for a second start: %s", self._server.errorString())

    @Slot()
    def _accept(self) -> None:
        assert self._server is not None
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.readyRead.connect(self._read)
            socket.disconnected.connect(socket.deleteLater)

    @Slot()
    def _read(self) -> None:
        from PySide6.QtNetwork import QLocalSocket

        socket = self.sender()
        assert isinstance(socket, QLocalSocket)
        if socket.bytesAvailable() > MAX_MESSAGE:
            socket.abort()
            return
        if not socket.canReadLine():
            return
        try:
            message = Handover.from_line(bytes(socket.readLine().data()))
        except ValueError as error:
            log.warning("a second start sent something unreadable: %s", error)
            socket.abort()
            return
        socket.write(b"ok\n")
        socket.flush()
        socket.disconnectFromServer()
        self.handed_over.emit(message)

    def hand_over(self, message: Handover, timeout_ms: int = HAND_OVER_MS) -> bool:
        """Give `message` to the first copy. True when it was taken.

        Blocks up to `timeout_ms`: it runs in a start that ends right after.
        """
        from PySide6.QtNetwork import QLocalSocket

        name, deadline = self._name(), QDeadlineTimer(timeout_ms)
        while not deadline.hasExpired():
            socket = QLocalSocket()
            socket.connectToServer(name)
            if socket.waitForConnected(250):
                if not _is_mine(socket.fullServerName()):
                    log.warning("The way to the copy that runs belongs to another user")
                    return False
                socket.write(message.to_line())
                if socket.waitForReadyRead(int(max(1, deadline.remainingTime()))):
                    return bytes(socket.readAll().data()).startswith(b"ok")
            QThread.msleep(50)  # the first copy holds the lock but does not listen yet
        return False

    def close(self) -> None:
        """Stop receiving and give the lock back."""
        if self._server is not None:
            self._server.close()
            self._server = None
        if self._lock is not None and self._is_in_place() and os.name == "posix":
            # While it is held: nobody else may have made it theirs.
            with contextlib.suppress(OSError):
                self._path.unlink()
        self._release()

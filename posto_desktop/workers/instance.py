"""One copy of the app per home: the second hands its files to the first and ends.

The lock is the system's (storage.locks): it ends with the process, and what is in `posto.lock` does
not count. The way across is a local socket that only the same user can open. A message is one JSON
line, or several where there are many files:
`{"version": 1, "files": ["/a/b.jpg"], "page": "compose" | null, "service": url | null,
"links": ["posto:schedule"], "more": false}`.
All lines but the last say "more": true. They count together, and only once the last one is there.
Both sides give up when the other one stops: nothing of half a message is carried out.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QDeadlineTimer, QObject, QSysInfo, QThread, QTimer, Signal, Slot

from posto_desktop.common import json_text
from posto_desktop.storage import atomic, locks, regular_files, renames

if TYPE_CHECKING:
    from PySide6.QtNetwork import QLocalServer, QLocalSocket

log = logging.getLogger(__name__)

PROTOCOL = 1
LINE = 64 * 1024
"""Bytes of a line about which the next one begins."""
MAX_LINE = 256 * 1024
"""Bytes of any line; the longest path of any system has less."""
MAX_FILES = 100_000
MAX_AT_ONCE = 8
"""Connections that are listened to; the oldest gives way to a newer one."""
_MAX_TRIES = 5
HAND_OVER_MS = 5_000
"""So long nothing may move; the first copy may still be starting."""
RECEIVE_MS = 30_000
"""After this time a message must be there completely."""


@dataclass(frozen=True)
class LaunchRequest:
    """What a second start asks the first one to do."""

    files: tuple[str, ...] = ()
    page: str | None = None
    service: str | None = None
    links: tuple[str, ...] = ()

    def lines(self) -> Iterator[bytes]:
        """The message on the wire."""
        left = list(self.files)
        while True:
            count = length = 0
            while count < len(left) and length < LINE:
                length += len(json.dumps(left[count]))
                count += 1
            files, left = left[:count], left[count:]
            if not left:
                yield replace(self, files=tuple(files)).to_line()
                return
            yield LaunchRequest(tuple(files)).to_line(more=True)

    def to_line(self, *, more: bool = False) -> bytes:
        """One line of JSON in ASCII; `more` says that it is a part and others come after it."""
        body: dict[str, Any] = {
            "version": PROTOCOL,
            "files": list(self.files),
            "page": self.page,
            "service": self.service,
            "links": list(self.links),
        }
        if more:
            body["more"] = True
        # File names of any bytes must pass: surrogates (bytes that are not UTF-8) stay escaped.
        return json.dumps(body, ensure_ascii=True).encode("ascii") + b"\n"

    @classmethod
    def from_line(cls, line: bytes) -> tuple[LaunchRequest, bool]:
        """Return what a line says, and whether others come after it. Raises `ValueError`."""
        body = json_text.loads(line)
        if not isinstance(body, Mapping) or body.get("version") != PROTOCOL:
            raise ValueError("not a message of this version")
        files, links = body.get("files", []), body.get("links", [])
        for words in (files, links):
            if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
                raise ValueError("files and links must be lists of texts")
        page, service = body.get("page"), body.get("service")
        part = cls(
            files=tuple(files),
            page=page if isinstance(page, str) else None,
            service=service if isinstance(service, str) else None,
            links=tuple(links),
        )
        return part, body.get("more") is True


class _Reception(QObject):
    """One connection, as long as a message is on its way over it.

    Signals:
        taken(object): the `LaunchRequest`, once all of it is here.
        ended(object): itself, cut off.
    """

    taken = Signal(object)
    ended = Signal(object)

    def __init__(self, socket: QLocalSocket, parent: QObject) -> None:
        super().__init__(parent)
        self._socket = socket
        self._files: list[str] = []
        socket.setParent(self)
        socket.setReadBufferSize(2 * MAX_LINE)
        socket.readyRead.connect(self._read)
        socket.disconnected.connect(self.end)
        self._limit = QTimer(self, singleShot=True, interval=RECEIVE_MS)
        self._limit.timeout.connect(self.end)
        self._limit.start()

    @Slot()
    def _read(self) -> None:
        while self._socket.canReadLine():
            line = bytes(self._socket.readLine(MAX_LINE + 1).data())
            try:
                if not line.endswith(b"\n"):
                    raise ValueError("a line is too long")
                part, has_more = LaunchRequest.from_line(line)
                if len(self._files) + len(part.files) > MAX_FILES:
                    raise ValueError(f"more than {MAX_FILES} files")
            except ValueError as error:
                log.warning("a second start sent something unreadable: %s", error)
                self.end()
                return
            self._files += part.files
            if not has_more:
                self._handle_request(replace(part, files=tuple(self._files)))
                return
        if self._socket.bytesAvailable() > MAX_LINE:
            log.warning("a second start sent a line without an end")
            self.end()

    def _handle_request(self, message: LaunchRequest) -> None:
        self._socket.readyRead.disconnect(self._read)
        self._socket.write(b"ok\n")
        self._socket.flush()
        self._socket.disconnectFromServer()
        self.taken.emit(message)

    @Slot()
    def end(self) -> None:
        """Cut the connection off, if it is still there."""
        self._limit.stop()
        self._socket.blockSignals(True)  # `abort` would say that it is disconnected
        self._socket.abort()
        self.ended.emit(self)
        self.deleteLater()


def _belongs_to_user(path: str) -> bool:
    """Whether a socket is this user's: names in a common folder can be taken by anybody."""
    if os.name != "posix":
        return True
    try:
        return Path(path).stat().st_uid == os.getuid()
    except OSError:
        return False


def _is_written(socket: QLocalSocket, message: LaunchRequest, patience_ms: int) -> bool:
    """Write the message, one part after the other was taken. Whether all of them were, none after
    more than `patience_ms`, and all within `RECEIVE_MS`."""
    limit = QDeadlineTimer(RECEIVE_MS)
    for line in message.lines():
        socket.write(line)
        while socket.bytesToWrite() > 0:
            if limit.hasExpired() or not socket.waitForBytesWritten(patience_ms):
                return False
    return True


class SingleInstance(QObject):
    """Holds the lock of one home and receives what later starts hand over.

    `problem` is a sentence about something in the place of the lock that was no file.

    Signals:
        handed_over(object): a `LaunchRequest` from a second start.
    """

    launch_requested = Signal(object)

    def __init__(self, data_folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder = data_folder
        self._path = data_folder / "posto.lock"
        self._lock: int | None = None  # the descriptor of the file, locked
        self.problem = ""
        self._server: QLocalServer | None = None
        self._receptions: list[_Reception] = []  # the oldest first

    def _name(self) -> str:
        """The socket's name: one for each home, short enough for every system."""
        import hashlib  # late, like QtNetwork: the first paint does not wait for it

        digest = hashlib.sha256(str(self._folder.resolve()).encode("utf-8", "surrogatepass"))
        return f"posto-desktop-{digest.hexdigest()[:20]}"

    def acquire(self) -> bool:
        """True when this is the first copy (also when the folder cannot hold a lock at all)."""
        for _ in range(_MAX_TRIES):
            try:
                descriptor, moved = atomic.open_ours(self._path, os.O_RDWR | os.O_CREAT)
                if moved is not None:
                    self.problem = moved.sentence
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
            number = int(regular_files.read_regular(self._path, 1_000).split(b"\n")[0])
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
            reception = _Reception(socket, self)
            reception.taken.connect(self.launch_requested)
            reception.ended.connect(self._forget)
            self._receptions.append(reception)
            if len(self._receptions) > MAX_AT_ONCE:
                self._receptions[0].end()

    @Slot(object)
    def _forget(self, reception: _Reception) -> None:
        self._receptions.remove(reception)

    def send_request(self, message: LaunchRequest, timeout_ms: int | None = None) -> bool:
        """Give `message` to the first copy. True when it was taken.

        Blocks until nothing has moved for `timeout_ms` (`HAND_OVER_MS`): it runs in a start that
        ends right after.
        """
        from PySide6.QtNetwork import QLocalSocket

        name, patience = self._name(), timeout_ms or HAND_OVER_MS
        deadline = QDeadlineTimer(patience)
        while not deadline.hasExpired():
            socket = QLocalSocket()
            socket.setReadBufferSize(1_000)
            socket.connectToServer(name)
            if socket.waitForConnected(250):
                if not _belongs_to_user(socket.fullServerName()):
                    log.warning("The way to the copy that runs belongs to another user")
                    return False
                if _is_written(socket, message, patience) and socket.waitForReadyRead(patience):
                    return bytes(socket.readAll().data()).startswith(b"ok")
            QThread.msleep(50)  # the first copy holds the lock but does not listen yet
        return False

    def close(self) -> None:
        """Stop receiving and give the lock back."""
        if self._server is not None:
            self._server.close()
            for reception in tuple(self._receptions):
                reception.end()
            self._server = None
        if self._lock is not None and self._is_in_place() and os.name == "posix":
            # While it is held: nobody else may have made it theirs.
            with contextlib.suppress(OSError):
                self._path.unlink()
        self._release()

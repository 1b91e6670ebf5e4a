"""Single instance per home: a second start passes its files to the first and ends.

The system's lock (storage.locks) ends with the process; the content of `posto.lock` is informative
only. Messages use a local socket that only the same user can open. A message is one or more JSON
lines: `{"version": 1, "files": ["/a/b.jpg"], "page": "compose" | null, "service": url | null,
"links": ["posto:schedule"], "changed": ["outbox"], "quick": true, "more": false}`; "quick" and
"more" are optional. All lines but the last have "more": true; they count together, and only once
the last one arrived. Both sides time out; a partial message is never carried out.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QDeadlineTimer, QObject, QSysInfo, QThread, QTimer, Signal, Slot

from posto_desktop.common import json_text
from posto_desktop.delivery.running_app import LOCK_FILE, PROTOCOL
from posto_desktop.storage import atomic, locks, regular_files, renames

if TYPE_CHECKING:
    from PySide6.QtNetwork import QLocalServer, QLocalSocket

log = logging.getLogger(__name__)

LINE = 64 * 1024
"""Bytes of a line after which the next one begins."""
MAX_LINE = 256 * 1024
"""Longest accepted line in bytes; paths of all systems are shorter."""
MAX_FILES = 100_000
MAX_AT_ONCE = 8
"""Most simultaneous connections; a newer one replaces the oldest."""
_MAX_TRIES = 5
HAND_OVER_MS = 5_000
"""Time without progress before giving up; the first instance may still be starting."""
RECEIVE_MS = 30_000
"""Time limit for a complete message."""


@dataclass(frozen=True)
class LaunchRequest:
    """Request of a second start to the first, or of another process that `changed` something in
    posto.db or on the service (`delivery.running_app.Changed`). `quick`: for quick capture, not for
    the window."""

    files: tuple[str, ...] = ()
    page: str | None = None
    service: str | None = None
    links: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    quick: bool = False

    def lines(self) -> Iterator[bytes]:
        """Yield the message as lines."""
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
        """Return one line of ASCII JSON; `more` announces further lines."""
        body: dict[str, Any] = {
            "version": PROTOCOL,
            "files": list(self.files),
            "page": self.page,
            "service": self.service,
            "links": list(self.links),
            "changed": list(self.changed),
        }
        if self.quick:
            body["quick"] = True
        if more:
            body["more"] = True
        # File names of any bytes: surrogates (bytes that are not UTF-8) stay escaped.
        return json.dumps(body, ensure_ascii=True).encode("ascii") + b"\n"

    @classmethod
    def from_line(cls, line: bytes) -> tuple[LaunchRequest, bool]:
        """Return the request of a line, and whether others follow. Raises `ValueError`."""
        body = json_text.loads(line)
        if not isinstance(body, Mapping) or body.get("version") != PROTOCOL:
            raise ValueError("not a message of this version")
        files, links = body.get("files", []), body.get("links", [])
        changed = body.get("changed", [])
        for words in (files, links, changed):
            if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
                raise ValueError("files, links and changed must be lists of texts")
        page, service = body.get("page"), body.get("service")
        part = cls(
            files=tuple(files),
            page=page if isinstance(page, str) else None,
            service=service if isinstance(service, str) else None,
            links=tuple(links),
            changed=tuple(changed),
            quick=body.get("quick") is True,
        )
        return part, body.get("more") is True


class _Reception(QObject):
    """A connection while a message arrives.

    Signals:
        taken(object): the complete `LaunchRequest`.
        ended(object): itself, disconnected.
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
        """Disconnect, if still connected."""
        self._limit.stop()
        self._socket.blockSignals(True)  # `abort` would emit `disconnected`
        self._socket.abort()
        self.ended.emit(self)
        self.deleteLater()


def _belongs_to_user(path: str) -> bool:
    """Return whether a socket belongs to this user: in a shared folder anybody can create the
    name."""
    if os.name != "posix":
        return True
    try:
        return Path(path).stat().st_uid == os.getuid()
    except OSError:
        return False


def _is_written(socket: QLocalSocket, message: LaunchRequest, patience_ms: int) -> bool:
    """Write the message line by line. Return whether all was sent, with pauses of at most
    `patience_ms` and within `RECEIVE_MS`."""
    limit = QDeadlineTimer(RECEIVE_MS)
    for line in message.lines():
        socket.write(line)
        while socket.bytesToWrite() > 0:
            if limit.hasExpired() or not socket.waitForBytesWritten(patience_ms):
                return False
    return True


class SingleInstance(QObject):
    """Holds the lock of one home and receives the requests of later starts.

    `problem` is a sentence if something other than a file was in the lock's place.

    Signals:
        handed_over(object): a `LaunchRequest` from a second start.
    """

    launch_requested = Signal(object)

    def __init__(self, data_folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder = data_folder
        self._path = data_folder / LOCK_FILE
        self._lock: int | None = None  # descriptor of the locked file
        self.problem = ""
        self._server: QLocalServer | None = None
        self._receptions: list[_Reception] = []  # the oldest first

    def _name(self) -> str:
        """Return the socket's name: unique per home, short enough for every system."""
        import hashlib  # late, like QtNetwork, so as not to delay the first paint

        digest = hashlib.sha256(str(self._folder.resolve()).encode("utf-8", "surrogatepass"))
        return f"posto-desktop-{digest.hexdigest()[:20]}"

    def acquire(self) -> bool:
        """Return True for the first instance (also if the folder cannot hold a lock at all)."""
        for _ in range(_MAX_TRIES):
            try:
                descriptor, moved = atomic.open_ours(self._path, os.O_RDWR | os.O_CREAT)
                if moved is not None:
                    self.problem = moved.sentence
            except OSError as error:
                # On Windows an earlier version keeps the file open; or the folder is read-only.
                return not (renames.is_in_use(error) or self._is_open_elsewhere(error))
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
            # Its holder removed the file between our opening and locking.
            self._release()
        log.warning("%s cannot be held", self._path)
        return True

    def holder(self) -> int | None:
        """Return the process id of the lock's holder, if it wrote that."""
        with contextlib.suppress(OSError, ValueError):
            number = int(regular_files.read_regular(self._path, 1_000).split(b"\n")[0])
            return number if number > 0 else None
        return None

    def _is_open_elsewhere(self, error: OSError) -> bool:
        """Return whether Windows refuses to open the file, for which Python gives no Windows error
        number, and so no difference to a folder without write permission."""
        return sys.platform == "win32" and locks.is_held_elsewhere(error) and self._path.is_file()

    def _is_in_place(self) -> bool:
        assert self._lock is not None
        with contextlib.suppress(OSError):
            return os.path.samestat(os.fstat(self._lock), self._path.stat())
        return False

    def _sign(self, address: str = "") -> None:
        """Write the holder, for people and for earlier versions, which read a QLockFile, and the
        address of the local socket, for processes without Qt."""
        assert self._lock is not None
        if self._path.is_symlink():
            return  # never write through a link
        with contextlib.suppress(OSError):
            host = QSysInfo.machineHostName()
            os.ftruncate(self._lock, 0)
            os.lseek(self._lock, 0, os.SEEK_SET)
            words = f"{os.getpid()}\nposto-desktop\n{host}\n{address}\n"
            os.write(self._lock, words.encode(errors="surrogateescape"))

    def _release(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def listen(self) -> None:
        """Start to receive; called after the first paint, on the GUI thread."""
        from PySide6.QtNetwork import QLocalServer

        name = self._name()
        QLocalServer.removeServer(name)  # left by a killed instance; we hold the lock
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._accept)
        if not self._server.listen(name):
            log.warning("cannot listen for a second start: %s", self._server.errorString())
            return
        if self._lock is not None:
            self._sign(self._server.fullServerName())

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
        """Send `message` to the first instance. Return True if it was accepted.

        Blocks until nothing has moved for `timeout_ms` (`HAND_OVER_MS`): used by a start that ends
        right after.
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
            QThread.msleep(50)  # the first instance holds the lock but does not listen yet
        return False

    def close(self) -> None:
        """Stop receiving and release the lock."""
        if self._server is not None:
            self._server.close()
            for reception in tuple(self._receptions):
                reception.end()
            self._server = None
        if self._lock is not None and self._is_in_place() and os.name == "posix":
            # Remove it while locked: no other process can have acquired it.
            with contextlib.suppress(OSError):
                self._path.unlink()
        self._release()

"""TLS for connections of the HTTP server: a socket that never waits for its peer's handshake, and
a certificate that is renewed without a restart.

A handshake is made of the bytes that have come, on the thread that holds all connections, and
under the limits of a request's head: a peer that is slow in it, or never ends it, holds no thread.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import socket
import ssl
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from posto_desktop.server.errors import StartError
from posto_desktop.server.sockets import PacedSocket, PlainHttpError
from posto_desktop.storage import regular_files

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

__all__ = ["Certificate", "TlsSocket"]

log = logging.getLogger(__name__)

LOOK_SECONDS = 5.0
"""How often the files of a certificate are looked at, at most."""
_HANDSHAKE = 0x16  # the first byte of a TLS connection, RFC 8446, 5.1
_BLOCK = 64 * 1024


class TlsSocket(PacedSocket):
    """A connected socket whose bytes are encrypted on the way. `accepted` is a TCP socket."""

    def __init__(self, accepted: socket.socket, context: ssl.SSLContext) -> None:
        super().__init__(accepted)
        self._arrived, self._departing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._arrived, self._departing, server_side=True)
        self._unsent = bytearray()  # encrypted
        self._has_begun = self._is_established = False

    def read_ahead(self, most: int) -> bool:
        """As `PacedSocket`'s; makes the handshake first. Raises PlainHttpError."""
        try:
            data = socket.socket.recv(self, most)
        except (BlockingIOError, InterruptedError):
            return True
        if not data:
            return False
        if not self._has_begun:
            if data[0] != _HANDSHAKE:
                raise PlainHttpError("no TLS")
            self._has_begun = True
        self._arrived.write(data)
        return self._decrypt()

    def gather(self) -> None:
        self._decrypt()

    def take_into(self, buffer: WriteableBuffer) -> int:
        room = memoryview(buffer).cast("B")
        limit = time.monotonic() + (self.gettimeout() or 0.0)
        while True:
            try:
                block = self._tls.read(len(room))
            except ssl.SSLWantReadError:
                pass
            except ssl.SSLError as error:
                raise _lost(error) from error
            else:
                room[: len(block)] = block
                return len(block)
            self._send_encrypted(limit)  # an answer to a change of keys
            self._set_limit(limit)
            data = socket.socket.recv(self, _BLOCK)
            if not data:
                return 0
            self._arrived.write(data)

    def put(self, data: ReadableBuffer) -> int:
        seconds = self.gettimeout() or 0.0
        if not seconds and not self._flush_encrypted():
            raise BlockingIOError(errno.EAGAIN, "the peer reads slowly")
        try:
            count = self._tls.write(memoryview(data)[:_BLOCK])
        except ssl.SSLError as error:
            raise _lost(error) from error
        if seconds:
            self._send_encrypted(time.monotonic() + seconds)
        else:
            self._flush_encrypted()
        return count

    def flush(self) -> bool:
        return super().flush() and self._flush_encrypted()

    def send_now(self, data: bytes) -> None:
        if self._is_established:
            super().send_now(data)
        elif not self._has_begun:
            self.setblocking(False)
            socket.socket.send(self, data)

    def end_writing(self) -> None:
        if self._is_established:
            with contextlib.suppress(ssl.SSLError):  # the peer has not said its goodbye yet
                self._tls.unwrap()
            self._flush_encrypted()
        super().end_writing()

    def _decrypt(self) -> bool:
        """Append all that can be decrypted to `ahead`; return False at the end of the stream."""
        try:
            if not self._is_established:
                self._tls.do_handshake()
                self._is_established = True
            while block := self._tls.read(_BLOCK):
                self.ahead += block
        except ssl.SSLWantReadError:
            return True
        except ssl.SSLError as error:
            raise _lost(error) from error
        finally:
            with contextlib.suppress(OSError):  # why the handshake failed, for the peer
                self._flush_encrypted()
        return False

    def _flush_encrypted(self) -> bool:
        """Send what can be sent without blocking; return whether that was all."""
        self._unsent += self._departing.read()
        while self._unsent:
            try:
                count = socket.socket.send(self, self._unsent)
            except (BlockingIOError, InterruptedError):
                return False
            del self._unsent[:count]
        return True

    def _send_encrypted(self, limit: float) -> None:
        """Send all by then. Raises TimeoutError."""
        self._unsent += self._departing.read()
        while self._unsent:
            self._set_limit(limit)
            del self._unsent[: socket.socket.send(self, self._unsent)]

    def _set_limit(self, limit: float) -> None:
        left = limit - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        self.settimeout(left)


class Certificate:
    """A certificate with its chain, and its key, in PEM files that are read again when they
    change. Raises StartError if they cannot be used at first; later the ones before stay in use.

    Who can read the key can be this server for its clients, and so learn their passwords: a key
    that everybody on the computer can read is refused.
    """

    def __init__(
        self, certificate: Path, key: Path, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._certificate, self._key, self._clock = certificate, key, clock
        self._lock = threading.Lock()
        self._files = self._look()
        self._looked_at = clock()
        try:
            self._context = self._read()
        except (OSError, ValueError) as error:
            raise StartError(
                f"The certificate {certificate} with the key {key} cannot be used: "
                f"{_reason(error)}."
            ) from error

    def wrap(self, accepted: socket.socket) -> TlsSocket:
        """Return an accepted connection with TLS by the newest certificate."""
        return TlsSocket(accepted, self._newest())

    def _newest(self) -> ssl.SSLContext:
        with self._lock:
            now = self._clock()
            if now - self._looked_at < LOOK_SECONDS:
                return self._context
            self._looked_at = now
            files = self._look()
            if files != self._files:
                try:
                    self._context = self._read()
                except (OSError, ValueError) as error:
                    # Half of the pair may be new: it is read again until both fit.
                    log.warning("The new certificate cannot be used yet: %s", _reason(error))
                else:
                    self._files = files
                    log.info("The certificate was read again.")
            return self._context

    def _read(self) -> ssl.SSLContext:
        for path in (self._certificate, self._key):
            if (other := regular_files.no_file(path)) is not None:
                raise other
        if self._key.stat().st_mode & 0o004:
            raise PermissionError(errno.EPERM, "everybody may read the key; use chmod o-r")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.options |= ssl.OP_NO_COMPRESSION | ssl.OP_NO_RENEGOTIATION
        context.set_alpn_protocols(["http/1.1"])
        context.load_cert_chain(self._certificate, self._key, password=_no_password)
        return context

    def _look(self) -> tuple[object, ...]:
        """Return what changes whenever one of the files does."""
        marks: list[object] = []
        for path in (self._certificate, self._key):
            with contextlib.suppress(OSError):
                status = path.stat()
                marks.append((status.st_ino, status.st_size, status.st_mtime_ns))
        return tuple(marks)


def _no_password() -> str:
    raise ValueError("the key has a password")  # OpenSSL would ask for it on the terminal


def _lost(error: ssl.SSLError) -> ConnectionResetError:
    """Return the error of a connection that is lost, which all know how to end."""
    return ConnectionResetError(errno.ECONNRESET, f"TLS: {error.reason or 'no reason'}")


def _reason(error: Exception) -> str:
    if isinstance(error, ssl.SSLError):
        return str(error.reason or "they are not PEM files").lower().replace("_", " ")
    return str(error.strerror if isinstance(error, OSError) and error.strerror else error)

"""HTTP server of the workspace and the calendars: cheroot, with threads that never wait for a
client.

cheroot gives each new connection to a worker thread, which then waits for its request: a few silent
connections occupy them all. Here one thread holds all connections and reads the heads of their
requests as they arrive. Only whole heads go to workers, and those with a password or a signed
address go to separate workers: they never wait behind strangers. The same applies to clients that
ask for a proof before they send the password.

On loopback the address does not identify the client, nor does its user: the likeliest stranger is a
web page in the same user's browser. So only the password counts. Connections without it are limited
in number, time and bytes; above the limit the oldest is dropped. Connections that have shown it are
kept.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import math
import os
import queue
import re
import selectors
import socket
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from cheroot import wsgi

from posto_desktop.server import log_format
from posto_desktop.server.peer import MAX_HEAD, Peer, PeerGroup
from posto_desktop.server.request_head import RequestHead, read_head
from posto_desktop.server.sockets import PATIENCE, PacedSocket, PlainHttpError

if TYPE_CHECKING:
    from posto_desktop.server.tls_socket import Certificate

__all__ = ["HEAD_SECONDS", "KEEP_SECONDS", "ClientStanding", "Server", "Sizes"]

log = logging.getLogger(__name__)

HEAD_SECONDS = 10.0
"""Seconds from accepting a connection, or the first byte of a later request, to the end of the
head."""
KEEP_SECONDS = PATIENCE
"""Seconds that a known connection may be idle."""
LINGER_SECONDS = 5.0
"""Seconds that a peer may take to read its answer, and to go on sending after it."""
_BLOCK = 256 * 1024
_ACCEPTED_AT_ONCE = 128
_PAUSE_SECONDS = 0.1
_SCARCE = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}
# As cheroot parses it: a line that ends without CR ends the head, too, with an error.
_END_OF_HEAD = re.compile(rb"\r\n\r\n|(?<!\r)\n")
_TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
_HTTPS_TEXT = b"This port speaks HTTPS. Begin the address with https://\n"
_NOT_HTTPS = (
    b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n"
    b"Connection: close\r\n\r\n%s" % (len(_HTTPS_TEXT), _HTTPS_TEXT)
)
_TOO_MANY = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class ClientStanding(Enum):
    """Standing of a client according to its request."""

    KNOWN = "a password or a signed address"
    CAREFUL = "it wants a proof that this is the workspace, before it says its password"
    STRANGE = "nothing"
    SENDING = "nothing, but the route reads what it sends"


@dataclass(frozen=True)
class Sizes:
    """Threads of each pool, and limits of connections.

    A connection uses a descriptor, and on Windows `select` supports at most 512.
    """

    quick: int = 12
    long: int = 8
    careful: int = 2
    strangers: int = 2
    most_strangers: int = 2_048 if sys.platform != "win32" else 256
    most_kept: int = 64
    most_queued: int = 128
    most_of_address: int = 256  # strangers of one address, where addresses tell clients apart


class _Gateway(wsgi.Gateway_10):
    """Lets the application close a connection that it has not read completely."""

    def get_environ(self) -> dict[str, Any]:  # type: ignore[override]  # cheroot's hint is None
        gateway: Any = super()
        environ: dict[str, Any] = gateway.get_environ()
        environ["posto.connection"] = self.req
        return environ


class Server(wsgi.Server):
    """Binds `address` in `prepare` and serves the WSGI `application` until `stop`.

    `judge` is called on the connections' thread for every request, and must be fast.
    """

    gateway: Any

    def __init__(
        self,
        address: tuple[str, int],
        application: Callable[..., Any],
        judge: Callable[[RequestHead], ClientStanding],
        sizes: Sizes | None = None,
        certificate: Certificate | None = None,
    ) -> None:
        super().__init__(
            address,
            application,
            server_name="Posto",
            timeout=int(KEEP_SECONDS),
            request_queue_size=1024,
        )
        self.sizes = sizes or Sizes()
        self.certificate = certificate
        self.last_known = time.monotonic()
        """Time of the last request with the password."""
        self.judge = judge
        self.gateway = _Gateway
        self.max_request_header_size = MAX_HEAD
        self.max_request_body_size = 0  # each route has its own limit
        self.shutdown_timeout = 2
        self.requests = _WorkerPools(self, self.sizes)

    def prepare(self) -> None:
        """Bind the socket. Raises OSError."""
        super().prepare()
        cheroots: Any = self._connections
        cheroots.close()
        self._connections: Any = _Connections(self)
        if os.name == "posix":
            # Not before binding: with a port chosen by the system, another program could share it.
            # Accepted connections inherit it, so that their last minute does not block the next
            # start.
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)

    @staticmethod
    def bind_socket(socket_: socket.socket, bind_addr: tuple[str, int]) -> socket.socket:
        try:
            socket_.bind(bind_addr)
        except OSError:
            socket_.close()  # cheroot leaves it open
            raise
        return socket_

    def serve(self) -> None:
        """Serve until `stop`."""
        while self.ready:
            try:
                self._connections.run()
            except Exception:
                log.exception("The HTTP server stumbled; it goes on.")
                time.sleep(_PAUSE_SECONDS)

    @property
    def can_add_keepalive_connection(self) -> bool:
        return bool(self.ready)  # the oldest idle one makes room

    def process_conn(self, peer: Peer) -> None:
        raise NotImplementedError  # only cheroot's own connections are processed this way

    def hand_back(self, peer: Peer, *, keep: bool) -> None:
        """A worker has answered: wait for the next request, or close the connection."""
        self._connections.put(peer, keep=keep)

    def error_log(self, msg: str = "", level: int = 20, traceback: bool = False) -> None:
        log.log(level, "%s", msg, exc_info=traceback)


class _WorkerPools:
    """The worker threads, replacing cheroot's pool."""

    def __init__(self, server: Server, sizes: Sizes) -> None:
        self.quick = _WorkerPool("http", sizes.quick, server)
        self.long = _WorkerPool("http-long", sizes.long, server)
        # A proof is fast, so all clients may ask for one at once: the known ones get an answer even
        # while others keep asking.
        self.careful = _WorkerPool("http-careful", sizes.careful, server, sizes.most_strangers)
        self.strangers = _WorkerPool("http-strangers", sizes.strangers, server, sizes.most_queued)
        self._all = (self.quick, self.long, self.careful, self.strangers)

    def pool(self, standing: ClientStanding, head: RequestHead | None) -> _WorkerPool:
        if standing is ClientStanding.KNOWN:
            return self.long if head is not None and head.is_long else self.quick
        return self.careful if standing is ClientStanding.CAREFUL else self.strangers

    def start(self) -> None:
        """Each thread starts on demand."""

    def stop(self, timeout: float = 5) -> None:
        limit = time.monotonic() + timeout
        for pool in self._all:
            pool.end()
        for pool in self._all:
            pool.join(limit)


class _WorkerPool:
    """Threads that answer requests in order of arrival."""

    def __init__(self, name: str, most: int, server: Server, most_queued: float = math.inf) -> None:
        """Use up to `most` threads; the caller refuses requests above `most_queued`."""
        self._name, self._most, self._server = name, most, server
        self.most_queued = most_queued
        self._queue: queue.SimpleQueue[Peer | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._serving: dict[int, Peer] = {}
        self.unanswered = 0

    def put(self, peer: Peer) -> None:
        with self._lock:
            self.unanswered += 1
            if self.unanswered > len(self._threads) and len(self._threads) < self._most:
                thread = threading.Thread(target=self._work, name=self._name, daemon=True)
                try:
                    thread.start()
                except RuntimeError:
                    if not self._threads:
                        self.unanswered -= 1
                        raise
                else:
                    self._threads.append(thread)
        self._queue.put(peer)

    def end(self) -> None:
        for _ in self._threads:
            self._queue.put(None)

    def join(self, limit: float) -> None:
        """Wait until `limit` for running answers, then close their connections."""
        for thread in self._threads:
            thread.join(max(0.0, limit - time.monotonic()))
        with self._lock:
            serving = list(self._serving.values())
        for peer in serving:
            peer.cut_off()
        for thread in self._threads:
            thread.join(1)
        with contextlib.suppress(queue.Empty):
            while True:
                left = self._queue.get_nowait()
                if left is not None:
                    left.close()

    def _work(self) -> None:
        while (peer := self._queue.get()) is not None:
            with self._lock:
                self._serving[id(peer)] = peer
            keep = False
            try:
                peer.socket.begin_request()
                http: Any = peer.http(self._server)
                keep = bool(http.communicate())
            except Exception:
                log.exception("A request ended unexpectedly.")
            finally:
                log_format.end_request()
                with self._lock:
                    del self._serving[id(peer)]
                    self.unanswered -= 1
                self._server.hand_back(peer, keep=keep)


class _Connections:
    """All connections without a worker, on one thread, replacing cheroot's manager.

    `put`, `stop` and `close` may be called on any thread.
    """

    def __init__(self, server: Server) -> None:
        self._server, self._sizes = server, server.sizes
        self._listener = server.socket
        self._listener.setblocking(False)
        self._pools: _WorkerPools = server.requests
        self._strangers = PeerGroup(HEAD_SECONDS)
        self._resuming = PeerGroup(HEAD_SECONDS)  # known ones whose next head has begun
        self._kept_alive = PeerGroup(KEEP_SECONDS)
        self._answering = PeerGroup(LINGER_SECONDS)  # strangers that have not read the whole answer
        self._ending = PeerGroup(LINGER_SECONDS)
        # In the order in which they are dropped for lack of room.
        self._lesser = (self._ending, self._answering, self._strangers)
        self._places = (*self._lesser, self._kept_alive, self._resuming)
        self._dropped = bytearray(_BLOCK)
        self._selector = selectors.DefaultSelector()
        self._hearing, self._waking = socket.socketpair()
        self._hearing.setblocking(False)
        self._waking.setblocking(False)
        self._selector.register(self._hearing, selectors.EVENT_READ)
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._accepts_at: float | None = None  # until when accepting is paused
        self._returned: deque[Peer] = deque()
        self._lock = threading.Lock()
        self._stopping = self._closed = False
        self._ended = threading.Event()
        self._ended.set()

    # -- on any thread ---------------------------------------------------------------------------

    def put(self, peer: Peer, *, keep: bool) -> None:
        with self._lock:
            if not self._closed:
                peer.is_kept = keep
                self._returned.append(peer)
                self._wake()
                return
        peer.close()

    def stop(self) -> None:
        with self._lock:
            self._stopping = True
            if not self._closed:
                self._wake()
        self._ended.wait()

    def close(self) -> None:
        with self._lock:
            if self._closed:
                return
            self._closed = True
            returned = list(self._returned)
            self._returned.clear()
        waiting = [peer for place in self._places for peer in place]
        self._selector.close()
        self._hearing.close()
        self._waking.close()
        for peer in waiting + returned:
            peer.close()

    def _wake(self) -> None:
        with contextlib.suppress(BlockingIOError):  # full: it will wake up anyway
            self._waking.send(b"\0")

    # -- on its own thread -----------------------------------------------------------------------

    def run(self) -> None:
        """Serve until `stop`."""
        self._ended.clear()
        try:
            while not self._stopping:
                self._turn()
        finally:
            self._ended.set()

    def _turn(self) -> None:
        events = self._selector.select(self._until_next())
        for key, _ in events:
            if key.fileobj is self._listener:
                self._accept()
            elif key.fileobj is self._hearing:
                with contextlib.suppress(BlockingIOError):
                    self._hearing.recv(4096)
            elif key.data.place is not None:  # else it was just dropped for another one
                self._guarded(self._receive, key.data)
        while self._returned:
            self._guarded(self._reattach, self._returned.popleft())
        now = time.monotonic()
        for place in self._places:
            while (oldest := place.oldest()) is not None and oldest.deadline <= now:
                self._expire(oldest)
        if self._accepts_at is not None and self._accepts_at <= now:
            self._accepts_at = None
            self._selector.register(self._listener, selectors.EVENT_READ)

    def _until_next(self) -> float | None:
        oldest = (place.oldest() for place in self._places)
        times = [peer.deadline for peer in oldest if peer is not None]
        if self._accepts_at is not None:
            times.append(self._accepts_at)
        return max(0.0, min(times) - time.monotonic()) if times else None

    def _guarded(self, step: Callable[[Peer], None], peer: Peer) -> None:
        """Run a step; an error of one connection must not affect the others."""
        try:
            step(peer)
        except PlainHttpError:
            self._guarded(self._refuse_plain_http, peer)
        except OSError:
            self._close(peer)
        except Exception:
            log.exception("A connection ended unexpectedly.")
            self._close(peer)

    def _accept(self) -> None:
        for _ in range(_ACCEPTED_AT_ONCE):
            try:
                accepted, address = self._listener.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError as error:
                if error.errno in _SCARCE and self._make_room():
                    continue
                log.warning("No connection can be accepted for now: %s", error)
                self._selector.unregister(self._listener)
                self._accepts_at = time.monotonic() + _PAUSE_SECONDS
                return
            certificate = self._server.certificate
            if certificate is not None:
                self._make_room_beside(address[0])
            peer = Peer(
                certificate.wrap(accepted) if certificate else PacedSocket(accepted), address
            )
            while sum(map(len, self._lesser)) >= self._sizes.most_strangers:
                self._make_room()
            self._guarded(self._welcome, peer)

    def _make_room(self) -> bool:
        """Drop the least important connection; return False if there is none."""
        for place in (*self._lesser, self._kept_alive):
            peer = place.oldest()
            if peer is not None:
                self._close(peer)
                return True
        return False

    def _make_room_beside(self, host: str) -> None:
        """Drop the least important connection of an address that has too many: one client must not
        take the places of all others."""
        own = [peer for place in self._lesser for peer in place if peer.address[0] == host]
        if len(own) >= self._sizes.most_of_address:
            self._close(own[0])

    def _welcome(self, peer: Peer) -> None:
        peer.socket.setblocking(False)
        # Most have sent their request on accepting, or are closed again: neither waits.
        is_open = peer.socket.read_ahead(MAX_HEAD)
        if not self._go_on(peer, is_open=is_open):
            self._wait(peer, self._strangers)

    def _reattach(self, peer: Peer) -> None:
        """Send what a worker answered, then wait for the next request or close."""
        peer.socket.setblocking(False)
        if not peer.socket.flush():
            self._wait(peer, self._answering, selectors.EVENT_WRITE)
        elif peer.is_kept:
            self._resume(peer)
        else:
            self._linger(peer)

    def _resume(self, peer: Peer) -> None:
        peer.detach()
        if not peer.is_known:
            place = self._strangers
        else:
            place = self._resuming if peer.socket.ahead else self._kept_alive
        self._wait(peer, place)
        if (
            len(self._kept_alive) > self._sizes.most_kept
            and (oldest := self._kept_alive.oldest()) is not None
        ):
            self._close(oldest)
        if peer.socket.ahead:
            self._go_on(peer)

    def _linger(self, peer: Peer) -> None:
        """Close in two steps: a peer that is still sending would not see its answer."""
        peer.socket.end_writing()
        peer.socket.ahead.clear()
        self._wait(peer, self._ending)

    def _refuse_plain_http(self, peer: Peer) -> None:
        """Answer one who speaks HTTP where TLS is spoken. He is not sent on: with that, a program
        would go on showing its password to all who listen on its way here."""
        self._leave(peer)
        peer.send_answer(_NOT_HTTPS)
        self._linger(peer)

    def _wait(self, peer: Peer, place: PeerGroup, event: int = selectors.EVENT_READ) -> None:
        self._selector.register(peer.socket, event, peer)
        place.add(peer)

    def _receive(self, peer: Peer) -> None:
        if peer.place is self._answering:
            if peer.socket.flush():
                self._leave(peer)
                self._reattach(peer)
        elif peer.place is self._ending:
            if not peer.socket.drop_ahead(self._dropped):
                self._close(peer)
        else:
            self._read_on(peer)

    def _read_on(self, peer: Peer) -> None:
        is_open = peer.socket.read_ahead(MAX_HEAD)
        if peer.place is self._kept_alive and peer.socket.ahead:
            self._kept_alive.remove(peer)
            self._resuming.add(peer)
        self._go_on(peer, is_open=is_open)

    def _go_on(self, peer: Peer, *, is_open: bool = True) -> bool:
        """Dispatch a request once its head is whole, and a stranger's short body, or the stream
        ended; return False while more is expected."""
        ahead = peer.socket.ahead
        if is_open and len(ahead) < peer.needed:
            return False
        head_end = _END_OF_HEAD.search(ahead, max(0, peer.searched - 3)) if ahead else None
        if head_end is not None:
            return self._dispatch(peer, bytes(ahead[: head_end.end()]), is_open=is_open)
        elif len(ahead) > MAX_HEAD or (ahead and not is_open):
            self._dispatch(peer, None)  # cheroot writes the error answer
        elif not is_open:
            self._close(peer)
        else:
            peer.searched = len(ahead)
            return False
        return True

    def _dispatch(self, peer: Peer, text: bytes | None, *, is_open: bool = True) -> bool:
        """Give a request to a worker; return False if it has to wait for its short body: few
        threads answer strangers, and none of them waits for what a stranger does not send."""
        head = read_head(text, str(peer.address[0])) if text is not None else None
        standing = ClientStanding.STRANGE if head is None else self._server.judge(head)
        if head is not None and text is not None and standing is ClientStanding.SENDING and is_open:
            needed = len(text) + head.short_body
            if len(peer.socket.ahead) < needed:
                peer.needed = needed
                return False
        peer.needed = 0
        pool = self._pools.pool(standing, head)
        peer.is_known = standing is ClientStanding.KNOWN
        if peer.is_known:
            self._server.last_known = time.monotonic()
        peer.socket.holds_back = not peer.is_known
        if pool.unanswered >= pool.most_queued:
            peer.send_answer(_TOO_MANY)
            self._close(peer)
            return True
        self._leave(peer)
        pool.put(peer)
        return True

    def _expire(self, peer: Peer) -> None:
        if peer.place in (self._strangers, self._resuming) and peer.socket.ahead:
            peer.send_answer(_TOO_SLOW)
        self._close(peer)

    def _leave(self, peer: Peer) -> None:
        if peer.place is not None:
            peer.place.remove(peer)
            self._selector.unregister(peer.socket)

    def _close(self, peer: Peer) -> None:
        self._leave(peer)
        peer.close()

"""Proof of identity of the local server.

Its address is in `server.json`. After a crash that file stays, and any user of the computer can
listen on its port. So the client first sends a random number on each new connection; only a process
that knows the password has the answer. The answer is bound to both ends of this connection, which
the system never duplicates: a man in the middle, asking the server on another connection, gets an
answer that does not match. Neither question nor answer reveals the password.

Programs of the same user, and of the administrator, can read the password and are trusted.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import socket
import time

__all__ = ["ROUTE", "End", "UnprovenError", "demand_proof", "is_nonce", "make_proof"]

ROUTE = "/wp-json/posto/v1/proof"
"""`GET` with `nonce` returns the proof as plain text, without authentication."""

_LETTERS = 64  # of a nonce, and of a proof: 32 bytes in hexadecimal digits
_LONGEST_HEAD = 8 * 1024

End = tuple[str, int]
"""One end of a connection: an IP address and a port."""


class UnprovenError(ConnectionError):
    """The listener is not the local server: it has not proven to know the password."""


def is_nonce(text: str) -> bool:
    """Return whether this is a nonce as `demand_proof` sends it: 64 hexadecimal digits."""
    return len(text) == _LETTERS and all(letter in "0123456789abcdef" for letter in text)


def make_proof(password: str, nonce: str, server: End, client: End) -> str:
    """Return the answer to `nonce` on the connection between these two ends: 64 hexadecimal digits
    of HMAC-SHA256."""
    key = hashlib.sha256(b"posto proof\0" + "".join(password.split()).encode()).digest()
    addresses = f"{server[0]} {server[1]} {client[0]} {client[1]}"
    return hmac.new(key, f"{nonce} {addresses}".encode(), hashlib.sha256).hexdigest()


def demand_proof(connection: socket.socket, password: str, seconds: float) -> None:
    """Require the peer of a new connection to prove that it knows `password`.

    Afterwards the connection is ready for HTTP requests; its timeout is left changed. Raises
    UnprovenError for any other answer, TimeoutError after `seconds` in total, and other OSErrors if
    it disconnects or is overloaded, as the local server is when it ends.
    """
    addresses = time.monotonic() + seconds
    nonce = secrets.token_hex(_LETTERS // 2)
    host, port = connection.getpeername()[:2]
    name = f"[{host}]" if ":" in host else host
    request = f"GET {ROUTE}?nonce={nonce} HTTP/1.1\r\nHost: {name}:{port}\r\n\r\n"
    _set_timeout(connection, addresses)
    connection.sendall(request.encode("ascii"))
    received = _read_proof(connection, addresses)
    expected = make_proof(password, nonce, (host, port), connection.getsockname()[:2])
    if not hmac.compare_digest(received, expected.encode("ascii")):
        raise UnprovenError("its proof is wrong")


def _read_proof(connection: socket.socket, addresses: float) -> bytes:
    """Return the body of the answer, reading nothing beyond it."""
    data = b""
    while b"\r\n\r\n" not in data:
        if len(data) > _LONGEST_HEAD:
            raise UnprovenError("its answer is too long")
        data += _receive(connection, addresses)
    head, _, body = data.partition(b"\r\n\r\n")
    _check_head(head.decode("latin-1").lower())
    while len(body) < _LETTERS:
        body += _receive(connection, addresses)
    if len(body) > _LETTERS:
        raise UnprovenError("more follows its proof")
    return body


def _check_head(head: str) -> None:
    """Refuse an answer that is no proof, or that closes the connection."""
    status, *lines = head.split("\r\n")
    headers = {name.strip(): value.strip() for name, _, value in (x.partition(":") for x in lines)}
    if status.startswith("http/1.1 503 "):
        raise ConnectionRefusedError("it has too much to do")
    if not status.startswith("http/1.1 200 ") or headers.get("content-length") != str(_LETTERS):
        raise UnprovenError("it gives no proof")
    if headers.get("connection") == "close":
        raise UnprovenError("it keeps no connection open")


def _receive(connection: socket.socket, addresses: float) -> bytes:
    _set_timeout(connection, addresses)
    piece = connection.recv(4096)
    if not piece:
        raise ConnectionAbortedError("it hung up")
    return piece


def _set_timeout(connection: socket.socket, addresses: float) -> None:
    left = addresses - time.monotonic()
    if left <= 0:
        raise TimeoutError("it gave no proof in time")
    connection.settimeout(left)

"""A program on the workspace's port that records what it receives and answers as configured.

A process of its own, which can belong to another user of the computer.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

WAYS = ("agrees", "is silent", "never ends", "drips", "talks nonsense", "hangs up")
"""What it does with who connects. "agrees" answers 200 to whatever it is asked. "relays", with a
host and a port, is one more: it sends all to a server there, and back what that answers."""

_PROGRAM = """
import encodings.idna, os, socket, sys, threading

if hasattr(os, "geteuid") and os.geteuid() == 0:
    os.setuid(65534)  # before the socket is made: it belongs to who makes it
host, port, way, told = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4:]
family = socket.AF_INET6 if ":" in host else socket.AF_INET
listener = socket.socket(family)
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind((host, port))
listener.listen(64)
name = "[%s]:%d" % listener.getsockname()[:2] if ":" in host else "%s:%d" % listener.getsockname()
never = threading.Event()
OK = b"HTTP/1.1 200 OK\\r\\nContent-Type: application/json\\r\\nContent-Length: 2\\r\\n\\r\\n{}"

def keep(data):
    os.write(1, data)

def pump(source, target, kept):
    while data := source.recv(65536):
        if kept:
            keep(data)
            data = data.replace(b"Host: " + name.encode(), b"Host: " + ":".join(told).encode())
        target.sendall(data)
    target.shutdown(socket.SHUT_WR)

def serve(peer):
    if way == "relays":
        far = socket.create_connection((told[0], int(told[1])))
        threading.Thread(target=pump, args=(far, peer, False), daemon=True).start()
        return pump(peer, far, True)
    if way == "never ends":
        threading.Thread(target=read, args=(peer,), daemon=True).start()
        peer.sendall(b"HTTP/1.1 200 OK\\r\\nX-Endless: ")
        while True:
            peer.sendall(b"x" * 65536)
    if way == "hangs up":
        return peer.close()
    if way == "drips":
        threading.Thread(target=read, args=(peer,), daemon=True).start()
        for letter in b"HTTP/1.1 200 OK\\r\\nX-Slow: " + b"x" * 10_000:
            peer.sendall(bytes([letter]))
            never.wait(0.2)
    while data := peer.recv(65536):
        keep(data)
        if way == "agrees":
            peer.sendall(OK)
        if way == "talks nonsense":
            peer.sendall(bytes(range(256)) * 64)

def read(peer):
    while data := peer.recv(65536):
        keep(data)

def carefully(peer):
    try:
        serve(peer)
    except OSError:
        pass

os.write(2, b"ready %d\\n" % listener.getsockname()[1])
while True:
    peer, _ = listener.accept()
    threading.Thread(target=carefully, args=(peer,), daemon=True).start()
"""


class Impostor:
    """One that runs, at `port`."""

    def __init__(self, port: int, record: Path) -> None:
        self.port = port
        self._record = record

    def heard(self) -> bytes:
        """All that anybody has sent to it so far."""
        return self._record.read_bytes()


@contextmanager
def impostor(
    record: Path, port: int = 0, way: str = "agrees", *arguments: object, host: str = "127.0.0.1"
) -> Iterator[Impostor]:
    """Listen on a port (0 = any) until the block ends. What is heard is written to `record`. As
    root it is run as another user."""
    with record.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM, host, str(port), way, *map(str, arguments)],
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.PIPE,
        )
    assert process.stderr is not None
    try:
        line = process.stderr.readline()
        assert line.startswith(b"ready "), line + process.stderr.read()
        yield Impostor(int(line.split()[1]), record)
    finally:
        process.kill()
        process.wait()
        process.stderr.close()

"""A proof is for one password, one question and one connection; no answer of another one fits, and
none is waited for without end."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posto_desktop.storage.proof import (
    End,
    UnprovenError,
    demand_proof,
    is_nonce,
    make_proof,
)

PASSWORD = "AbCd EfGh JkLm NpQr StUv Wxyz"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 64\r\n\r\n"
Talk = Callable[[socket.socket], object]


@contextmanager
def connected(talk: Talk) -> Iterator[socket.socket]:
    """A connection whose other end is `talk`, on a thread of its own."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            try:
                with listener.accept()[0] as peer:
                    talk(peer)
            except OSError:
                pass  # the one who asked has gone

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            with socket.create_connection(listener.getsockname()) as connection:
                yield connection
        finally:
            thread.join()


def question(peer: socket.socket) -> str:
    """The nonce of the request that arrives."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += peer.recv(4096)
    match = re.search(rb"nonce=([0-9a-f]{64}) HTTP/1\.1\r\nHost: 127\.0\.0\.1:[0-9]+\r\n", data)
    assert match is not None
    return match.group(1).decode()


def proof(peer: socket.socket, password: str = PASSWORD) -> bytes:
    signature = make_proof(password, question(peer), peer.getsockname(), peer.getpeername())
    return signature.encode()


def test_the_right_proof_leaves_the_connection_ready_for_requests() -> None:
    def talk(peer: socket.socket) -> None:
        for letter in HEAD + proof(peer):  # however it arrives
            peer.sendall(bytes([letter]))
        peer.sendall(peer.recv(100).upper())

    with connected(talk) as connection:
        demand_proof(connection, PASSWORD.replace(" ", ""), 30)
        connection.sendall(b"hello")
        assert connection.recv(100) == b"HELLO"


def _answer(data: bytes) -> Talk:
    def talk(peer: socket.socket) -> None:
        question(peer)
        peer.sendall(data)
        peer.recv(1)  # until the other end has made up its mind

    return talk


@pytest.mark.parametrize(
    "talk",
    [
        lambda peer: peer.sendall(HEAD + proof(peer, "another password")),
        lambda peer: peer.sendall(HEAD + proof(peer).upper()),
        lambda peer: peer.sendall(HEAD + proof(peer)[:-1]),
        lambda peer: peer.sendall(HEAD + proof(peer) + b"HTTP/1.1 200 OK\r\n"),
        lambda peer: peer.sendall(HEAD.replace(b"200", b"401") + proof(peer)),
        lambda peer: peer.sendall(
            HEAD.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n") + proof(peer)
        ),
        lambda peer: peer.sendall(HEAD.replace(b"64", b"9" * 5000) + proof(peer)),
        _answer(HEAD + b"0" * 64),
        _answer(b"\r\n\r\n"),
        _answer(b"\x00" * 10_000),
        _answer(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 1_000_000),
        lambda peer: peer.close(),
    ],
    ids=[
        "another password",
        "other letters",
        "cut off",
        "more behind it",
        "another status",
        "about to close",
        "endless body",
        "zeros",
        "nothing",
        "garbage",
        "endless head",
        "hangs up",
    ],
)
def test_anything_else_is_refused(talk: Talk) -> None:
    with connected(talk) as connection, pytest.raises(ConnectionError):
        demand_proof(connection, PASSWORD, 30)


@pytest.mark.parametrize(
    "talk",
    [
        lambda peer: peer.close(),
        lambda peer: question(peer) and peer.close(),
        lambda peer: peer.sendall(HEAD + proof(peer)[:-1]),
        _answer(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"),
    ],
    ids=["hangs up", "after the question", "within the proof", "busy"],
)
def test_one_that_ends_or_is_busy_is_not_called_another_program(talk: Talk) -> None:
    with connected(talk) as connection, pytest.raises(ConnectionError) as caught:
        demand_proof(connection, PASSWORD, 30)
    assert not isinstance(caught.value, UnprovenError)


def _drip(peer: socket.socket) -> None:
    pause = threading.Event()
    while True:
        peer.sendall(b"x")
        pause.wait(0.02)


@pytest.mark.parametrize(
    "talk", [lambda peer: peer.recv(1) and peer.recv(500) and peer.recv(1), _drip]
)
def test_silence_and_drops_are_not_waited_for(talk: Talk) -> None:
    started = time.monotonic()
    with connected(talk) as connection, pytest.raises(TimeoutError):
        demand_proof(connection, PASSWORD, 0.2)
    assert time.monotonic() - started < 30  # in all, not from byte to byte


def test_an_answer_of_another_connection_does_not_fit() -> None:
    """Somebody in between, who asks the real server in a connection of their own."""

    def server(peer: socket.socket) -> None:
        peer.sendall(HEAD + proof(peer))
        peer.recv(1)

    with connected(server) as relayed:

        def between(peer: socket.socket) -> None:
            relayed.sendall(peer.recv(4096).replace(b"Host: ", b"Host: 127.0.0.1:1\r\nX-"))
            peer.sendall(relayed.recv(4096))
            peer.recv(1)

        with connected(between) as connection, pytest.raises(UnprovenError, match="wrong"):
            demand_proof(connection, PASSWORD, 30)


ENDS = st.tuples(st.sampled_from(["127.0.0.1", "127.0.0.2", "::1"]), st.integers(1, 65535))
ASKED = st.tuples(st.text("ab ", max_size=4), st.sampled_from(["0" * 64, "1" * 64]), ENDS, ENDS)


@given(ASKED, ASKED)
def test_each_part_counts(
    first: tuple[str, str, End, End], second: tuple[str, str, End, End]
) -> None:
    same = (first[0].replace(" ", ""), *first[1:]) == (second[0].replace(" ", ""), *second[1:])
    assert (make_proof(*first) == make_proof(*second)) == same


@pytest.mark.parametrize("text", ["", "0" * 63, "0" * 65, "G" * 64, "A" * 64, "٠" * 64])
def test_other_questions_are_none(text: str) -> None:
    assert not is_nonce(text)
    assert is_nonce("0123456789abcdef" * 4)

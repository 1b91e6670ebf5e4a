"""Logs for programs: one object a line, about whom and what, and never a secret."""

from __future__ import annotations

import json
import logging
import sys
import threading
from collections.abc import Callable, Iterable
from typing import Any

import pytest
import requests

from posto_desktop.server import log_format, redaction
from posto_desktop.server.http_server import ClientStanding, Server, Sizes
from posto_desktop.server.log_format import JsonFormatter

SECRET = 'sehr "geheime" Wörter'


def line(message: str, *values: object, fields: dict[str, Any] | None = None) -> dict[str, Any]:
    record = logging.LogRecord("posto.test", logging.WARNING, "", 1, message, values, None)
    if fields:
        record.fields = fields
    if sys.exc_info()[0]:
        record.exc_info = sys.exc_info()
    text = JsonFormatter().format(record)
    assert "\n" not in text
    entry: dict[str, Any] = json.loads(text)
    return entry


@pytest.fixture(autouse=True)
def no_context() -> None:
    """Requests of earlier tests on this thread leave theirs behind."""
    log_format.end_post()


def test_a_line_is_an_object() -> None:
    entry = line("%d of %s", 1, "ä\n", fields={"status": 200, "duration": 0.5})
    assert entry.pop("time")[10] == "T"
    assert entry == {
        "level": "warning",
        "logger": "posto.test",
        "message": "1 of ä\n",
        "status": 200,
        "duration": 0.5,
    }


def test_a_line_names_request_user_and_post() -> None:
    def work() -> None:
        log_format.begin_request("r1")
        log_format.set_user("anna")
        assert line("x").items() >= {"request": "r1", "user": "anna"}.items()
        log_format.begin_request("r2")
        assert "user" not in line("x")
        log_format.begin_post(7, 3, "mastodon")
        assert line("x").items() >= {"schedule": 7, "channel": 3, "network": "mastodon"}.items()
        log_format.end_post()
        assert "schedule" not in line("x")
        done.append(True)

    done: list[bool] = []
    thread = threading.Thread(target=work)
    thread.start()
    thread.join(60)
    assert done
    assert "request" not in line("x"), "another thread's"


def test_no_secret_is_written() -> None:
    redaction.hide(SECRET)
    try:
        raise ValueError(f"bad {SECRET}")
    except ValueError:
        text = json.dumps(line("%s", SECRET, fields={"user": f"x{SECRET}"}))
    assert "geheim" not in text.lower()
    assert text.count("***") == 3


def test_a_thread_forgets_whose_request_it_answered() -> None:
    contexts: list[dict[str, Any]] = []

    def answer(_environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        contexts.append(line("before"))
        log_format.begin_request("r1")
        log_format.set_user("anna")
        start("200 OK", [("Content-Length", "4")])
        yield b"blo"
        contexts.append(line("while a file is sent"))
        yield b"b"

    server = Server(("127.0.0.1", 0), answer, lambda _head: ClientStanding.KNOWN, Sizes(quick=1))
    server.prepare()
    thread = threading.Thread(target=server.serve)
    thread.start()
    try:
        for _ in range(2):
            url = f"http://127.0.0.1:{server.bind_addr[1]}/"
            assert requests.get(url, timeout=60).content == b"blob"
    finally:
        server.stop()
        thread.join(60)
    assert [context.get("user") for context in contexts] == [None, "anna", None, "anna"]

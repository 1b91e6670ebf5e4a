"""Tests of recognising the network of a handle, site or server."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from posto_desktop.server.connect.recognition import recognise

METHODS = {"mastodon", "bluesky", "matrix", "wordpress", "nostr", "ntfy"}


@pytest.fixture
def serve() -> Iterator[Callable[[dict[str, object]], str]]:
    """Start a server with these answers by path; all else is not found there."""
    running: list[ThreadingHTTPServer] = []

    def begin(answers: dict[str, object]) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                answer = answers.get(self.path)
                text = answer if isinstance(answer, str) else json.dumps(answer)
                body = text.replace("HERE", f"http://127.0.0.1:{server.server_port}").encode()
                self.send_response(200 if answer is not None else 404)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_words: object) -> None:
                return None

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        running.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"127.0.0.1:{server.server_port}"

    yield begin
    for server in running:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    ("typed", "method", "fields"),
    [
        ("@ann:matrix.org", "matrix", {"user": "@ann:matrix.org"}),
        ("ann.bsky.social", "bluesky", {"handle": "ann.bsky.social"}),
        ("@Ann.bsky.social", "bluesky", {"handle": "ann.bsky.social"}),
        ("wss://relay.example", "nostr", {"relays": "wss://relay.example"}),
        # A key is a secret: it is typed into its own field, not taken from here.
        ("nsec1qqqq", "nostr", {}),
    ],
)
def test_what_says_it_by_itself_is_asked_of_nobody(
    typed: str, method: str, fields: dict[str, str]
) -> None:
    recognised = recognise(typed, METHODS)
    assert recognised
    assert (recognised.method, recognised.fields) == (method, fields)


NODEINFO = {"links": [{"rel": "x", "href": "HERE/nodeinfo/2.0"}]}


@pytest.mark.parametrize(
    ("answers", "method", "software", "fields"),
    [
        (
            {
                "/.well-known/nodeinfo": NODEINFO,
                "/nodeinfo/2.0": {"software": {"name": "gotosocial"}},
                "/api/v1/instance": {"uri": "x", "title": "x"},
            },
            "mastodon",
            "GoToSocial",
            {"server": "SERVER"},
        ),
        ({"/api/v1/instance": {"uri": "x"}}, "mastodon", "Mastodon", {"server": "SERVER"}),
        (
            {"/?rest_route=/": {"name": "Site", "namespaces": ["oembed/1.0", "wp/v2"]}},
            "wordpress",
            "WordPress",
            {"server": "SERVER"},
        ),
        ({"/.well-known/atproto-did": "did:plc:abc"}, "bluesky", "Bluesky", {"handle": "HOST"}),
        (
            {"/xrpc/com.atproto.server.describeServer": {"availableUserDomains": []}},
            "bluesky",
            "Bluesky",
            {"server": "SERVER"},
        ),
        ({"/_matrix/client/versions": {"versions": []}}, "matrix", "Matrix", {"server": "SERVER"}),
        ({"/v1/health": {"healthy": True}}, "ntfy", "ntfy", {"server": "SERVER"}),
        (
            {
                "/.well-known/nodeinfo": NODEINFO,
                "/nodeinfo/2.0": {"software": {"name": "lemmy"}},
            },
            "",
            "Lemmy",
            {},
        ),
    ],
)
def test_a_server_is_asked_what_it_is(
    serve: Callable[[dict[str, object]], str],
    answers: dict[str, object],
    method: str,
    software: str,
    fields: dict[str, str],
) -> None:
    host = serve(answers)
    recognised = recognise(host, METHODS)
    assert recognised
    assert (recognised.method, recognised.software, recognised.host) == (
        method,
        software,
        "127.0.0.1",
    )
    places = {"SERVER": f"http://{host}", "HOST": host}
    assert recognised.fields == {name: places[text] for name, text in fields.items()}


def test_a_site_in_a_folder_keeps_it(serve: Callable[[dict[str, object]], str]) -> None:
    host = serve({"/blog/?rest_route=/": {"namespaces": ["wp/v2"]}})
    recognised = recognise(f"http://{host}/blog/", METHODS)
    assert recognised
    assert recognised.fields == {"server": f"http://{host}/blog"}


@pytest.mark.parametrize("typed", ["", "word", "two words.com", "ftp://a.example", "a@b@c", "[::1"])
def test_what_names_no_server_is_not_asked(typed: str) -> None:
    assert recognise(typed, METHODS) is None


@pytest.mark.parametrize("answer", ["<html>", "[]", '{"links": 5}', '{"links": [{"href": 7}]}'])
def test_odd_answers_are_nothing(serve: Callable[[dict[str, object]], str], answer: str) -> None:
    paths = ("/.well-known/nodeinfo", "/api/v1/instance", "/?rest_route=/", "/v1/health")
    assert recognise(serve(dict.fromkeys(paths, answer)), METHODS) is None


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("http://example.com", "must use https"),
        ("localhost:1", "localhost cannot be reached"),
    ],
)
def test_why_a_server_is_not_asked_is_said(typed: str, problem: str) -> None:
    recognised = recognise(typed, METHODS)
    assert recognised
    assert (recognised.method, recognised.software) == ("", "")
    assert problem in recognised.problem


def test_a_site_of_another_kind_is_no_problem(serve: Callable[[dict[str, object]], str]) -> None:
    assert recognise(serve({"/": "<p>Hello"}), METHODS) is None

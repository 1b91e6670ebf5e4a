"""Tests of fetching linked pages: public addresses only, within a time limit."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler

import pytest

from posto_desktop.net import addresses
from posto_desktop.server.publishers import outside
from posto_desktop.server.publishers.outside import OutsideError, fetch
from tests.fakes.site import Site, running_site


@pytest.fixture
def site() -> Iterator[Site]:
    with running_site() as site:
        yield site


@pytest.fixture
def loopback_is_public(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "is_public", lambda address: address == "127.0.0.1")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_this_computer_is_not_asked(site: Site, host: str) -> None:
    site.page("/", b"secret")
    url = site.url.replace("127.0.0.1", host)
    with pytest.raises(OutsideError):
        fetch(f"{url}/", ["text/html"], 1000)
    assert site.asked == []


@pytest.mark.usefixtures("loopback_is_public")
def test_a_page_is_read(site: Site) -> None:
    site.page("/there", b"<title>x</title>" * 100, "text/html; charset=utf-8")
    site.moved("/", "/there")
    answer = fetch(f"{site.url}/", ["text/html"], 500)
    assert answer.url == f"{site.url}/there"
    assert answer.content_type == "text/html; charset=utf-8"
    assert len(answer.body) == 500


@pytest.mark.usefixtures("loopback_is_public")
def test_a_redirect_into_a_private_network_is_not_followed(site: Site) -> None:
    for path, to in (("/a", "http://127.0.0.2/"), ("/b", "file:///etc/passwd"), ("/c", "//[")):
        site.moved(path, to)
        with pytest.raises(OutsideError):
            fetch(f"{site.url}{path}", ["text/html"], 500)


@pytest.mark.usefixtures("loopback_is_public")
def test_what_is_no_page_is_not_read(site: Site) -> None:
    site.page("/film", b"x" * 100, "video/mp4")
    site.page("/gone", b"x", status=404)
    site.page("/large", b"x" * 2000, "image/png")
    site.moved("/round", "/round")
    for path in ("/film", "/gone", "/round"):
        with pytest.raises(OutsideError):
            fetch(f"{site.url}{path}", ["text/html"], 1000)
    with pytest.raises(OutsideError):
        fetch(f"{site.url}/large", ["image/"], 1000, whole=True)


@pytest.mark.usefixtures("loopback_is_public")
def test_a_page_that_drips_is_given_up(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outside, "SECONDS", 0.5)
    over = threading.Event()

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "text/html")
        handler.end_headers()
        while not over.wait(0.05):
            handler.wfile.write(b"x")
            handler.wfile.flush()

    site.pages["/"] = drip
    try:
        with pytest.raises(OutsideError):
            fetch(f"{site.url}/", ["text/html"], 10_000)
    finally:
        over.set()


@pytest.mark.usefixtures("loopback_is_public")
def test_through_a_proxy_nothing_is_read(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.page("/", b"x")
    monkeypatch.setenv("http_proxy", site.url)
    with pytest.raises(OutsideError, match="proxy"):
        fetch("http://93.184.215.14/", ["text/html"], 1000)
    assert site.asked == []

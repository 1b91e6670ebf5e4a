"""Addresses that a service, a page or a file names lead to the public internet, and to nobody's own
computer or network."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from posto_desktop.sdk import MediaUploadError, PostoError, PostoSDK
from posto_desktop.sdk.endpoint import Endpoint
from posto_desktop.sdk.transport import Route, Transport

from .conftest import PATIENCE
from .proxy_servers import Proxy
from .scripted import PASSWORD, TOKEN, USER, Reply, Scripted, serving

SPELLINGS = (
    "127.0.0.1",
    "localhost",
    "localhost.",
    "other.localhost",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "2130706433",
    "0x7f.1",
    "0177.0.0.1",
    "0.0.0.0",
    "0",
)


@pytest.fixture
def private() -> Iterator[Scripted]:
    """Something at another port of this computer."""
    with serving() as made:
        made.files["/secret.png"] = Reply(200, b"secret")
        yield made


@pytest.fixture
def own(service: Scripted) -> Iterator[Transport]:
    with closing(Transport(Endpoint.parse(service.url), TOKEN, timeout=PATIENCE)) as made:
        yield made


def fetch(transport: Transport, url: str) -> bytes:
    got: list[bytes] = []
    transport.stream(url, got.append, limit=1000)
    return b"".join(got)


def refused(transport: Transport, url: str) -> None:
    with pytest.raises(MediaUploadError) as caught:
        fetch(transport, url)
    assert caught.value.reason == "private_address"


def test_the_services_own_files_may_be_at_a_private_address(
    service: Scripted, own: Transport
) -> None:
    service.files["/a.png"] = Reply(302, "", {"Location": "/b.png"})
    service.files["/b.png"] = Reply(200, b"mine")
    assert fetch(own, f"{service.url}/a.png") == b"mine"


@pytest.mark.parametrize("host", SPELLINGS)
def test_another_port_is_not_the_service(own: Transport, private: Scripted, host: str) -> None:
    refused(own, f"http://{host}:{private.port}/secret.png")
    assert private.connections == 0


@pytest.mark.parametrize("host", SPELLINGS)
def test_a_redirect_leads_to_no_private_address(
    service: Scripted, own: Transport, private: Scripted, host: str
) -> None:
    target = f"http://{host}:{private.port}/secret.png"
    service.files["/away.png"] = Reply(302, "", {"Location": target})
    refused(own, f"{service.url}/away.png")
    assert private.connections == 0


def test_the_way_back_into_the_service_is_checked_like_the_first(
    service: Scripted, private: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From outside to the service's own address, and on: each hop is judged by itself."""
    monkeypatch.setattr(
        "posto_desktop.net.addresses.is_public", lambda address: address == "127.0.0.1"
    )
    service.files["/a.png"] = Reply(302, "", {"Location": f"{private.url}/to.png"})
    private.files["/to.png"] = Reply(302, "", {"Location": f"{service.url}/c.png"})
    service.files["/c.png"] = Reply(302, "", {"Location": "http://127.0.0.2:1/x.png"})
    with closing(Transport(Endpoint.parse(service.url), TOKEN, timeout=PATIENCE)) as own:
        refused(own, f"{service.url}/a.png")
    assert [seen.headers.get("authorization") is not None for seen in service.seen] == [True, True]
    assert private.seen[0].headers.get("authorization") is None


def answers_of(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """Have names lead where `answers` say, one after the other. What was asked for."""
    asked: list[str] = []

    def look_up(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        asked.append(host)
        addresses = answers[min(len(asked), len(answers)) - 1]
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses
        ]

    monkeypatch.setattr("socket.getaddrinfo", look_up)
    return asked


def test_a_name_that_leads_to_a_private_address_is_refused(
    own: Transport, private: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers_of(monkeypatch, ["127.0.0.1"])
    refused(own, f"http://pictures.example:{private.port}/secret.png")
    assert private.connections == 0


def test_a_name_is_looked_up_once(
    own: Transport, private: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name server that says something public first, and something private when it is asked
    again, for the connection."""
    monkeypatch.setattr(
        "posto_desktop.net.addresses.is_public", lambda address: address == "127.0.0.1"
    )
    asked = answers_of(monkeypatch, ["127.0.0.1"], ["127.0.0.2"])
    assert fetch(own, f"http://pictures.example:{private.port}/secret.png") == b"secret"
    assert asked == ["pictures.example"]


def test_of_several_addresses_only_public_ones_are_tried(
    own: Transport, private: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[str] = []
    connect = socket.socket.connect

    def note(self: socket.socket, address: Any) -> None:
        tried.append(address[0])
        connect(self, address)

    monkeypatch.setattr(
        "posto_desktop.net.addresses.is_public", lambda address: address == "127.0.0.1"
    )
    answers_of(monkeypatch, ["127.0.0.2", "127.0.0.1", "127.0.0.3"])
    monkeypatch.setattr(socket.socket, "connect", note)
    assert fetch(own, f"http://pictures.example:{private.port}/secret.png") == b"secret"
    assert tried == ["127.0.0.1"]


@pytest.mark.parametrize("host", ["2130706433", "10.0.0.1", "intranet", "nas.local", "[fd00::1]"])
def test_a_proxy_is_not_asked_for_private_addresses(service: Scripted, host: str) -> None:
    with Proxy("http", service.port) as proxy:
        route = Route(f"http://127.0.0.1:{proxy.port}")
        with closing(Transport(Endpoint.parse(service.url), TOKEN, route=route)) as own:
            refused(own, f"http://{host}/secret.png")
            assert proxy.seen == []
            service.files["/p.png"] = Reply(200, b"picture")
            assert fetch(own, "http://pictures.example/p.png") == b"picture"


def test_pictures_of_channels_are_fetched_with_care(service: Scripted, private: Scripted) -> None:
    service.files["/avatar.png"] = Reply(200, b"avatar")
    service.files["/away.png"] = Reply(302, "", {"Location": f"{private.url}/secret.png"})
    with PostoSDK.from_credentials(USER, PASSWORD, base_url=service.url, timeout=PATIENCE) as sdk:
        assert sdk.download(f"{service.url}/avatar.png") == b"avatar"
        for url in (f"{private.url}/secret.png", f"{service.url}/away.png"):
            with pytest.raises(PostoError) as caught:
                sdk.download(url)
            assert caught.value.reason == "private_address"
    assert private.connections == 0


def test_a_copy_of_a_post_takes_no_files_of_this_network(
    service: Scripted, private: Scripted, tmp_path: Path
) -> None:
    from posto_desktop.workers.media_fetcher import fetch_all

    service.files["/mine.png"] = Reply(200, b"mine")
    service.files["/away.png"] = Reply(302, "", {"Location": f"{private.url}/secret.png"})
    urls = [f"{private.url}/secret.png", f"{service.url}/away.png", f"{service.url}/mine.png"]
    with PostoSDK.from_credentials(USER, PASSWORD, base_url=service.url, timeout=PATIENCE) as sdk:
        files, failures = fetch_all(sdk, urls, tmp_path)
    assert [Path(file).read_bytes() for file in files] == [b"mine"]
    assert len(failures) == 2
    assert all("lies in a private network" in failure for failure in failures)
    assert private.connections == 0

"""Which requests are served: at which address, from where, and to whom links lead."""

from __future__ import annotations

from pathlib import Path

import pytest

from posto_desktop.server.errors import ApiError, StartError
from posto_desktop.server.ingress import Exposure, Ingress, checked, host_of
from posto_desktop.server.request_head import read_head

PUBLIC = "https://posto.example.org"
FILE = Path("file.pem")
BEHIND = Exposure(proxies=("127.0.0.1",), public_url=PUBLIC)


def ingress(exposure: Exposure = BEHIND) -> Ingress:
    made = Ingress(checked(exposure))
    made.port = 8080
    return made


def environ(host: str, peer: str = "127.0.0.1", **headers: str) -> dict[str, str]:
    named = {f"HTTP_{name.upper()}": value for name, value in headers.items()}
    return {"HTTP_HOST": host, "REMOTE_ADDR": peer, **named}


def outcome(at: Ingress, asked: dict[str, str]) -> int:
    try:
        at.arrival(asked)
        at.check(asked)
    except ApiError as error:
        return error.status
    return 200


FORWARDED = {"x_forwarded_for": "203.0.113.9", "x_forwarded_proto": "https"}


@pytest.mark.parametrize(
    ("exposure", "sentence"),
    [
        (Exposure("0.0.0.0"), "passwords would cross the network"),
        (Exposure("0.0.0.0", public_url=PUBLIC), "--certificate FILE --key FILE"),
        (Exposure("::", FILE, public_url=PUBLIC), "belong together"),
        (Exposure("::", FILE, FILE), "give --public-url"),
        (Exposure("10.0.0.1", proxies=("10.0.0.0/8",)), "give --public-url"),
        (Exposure("::", FILE, FILE, public_url="http://posto.example.org"), "https://"),
        (Exposure(public_url="posto.example.org"), "the address at which people"),
        (Exposure(public_url="https://a@posto.example.org"), "the address at which people"),
        (Exposure(proxies=("10.0.0.300",)), "--behind-proxy"),
    ],
)
def test_passwords_are_never_exposed(exposure: Exposure, sentence: str) -> None:
    with pytest.raises(StartError) as raised:
        checked(exposure)
    assert sentence in raised.value.user_message


@pytest.mark.parametrize(
    "exposure",
    [
        Exposure("localhost"),
        BEHIND,
        Exposure("0.0.0.0", FILE, FILE, public_url=PUBLIC),
        Exposure("0.0.0.0", proxies=("10.0.0.0/8",), public_url=PUBLIC),
    ],
)
def test_what_is_encrypted_or_local_is_taken(exposure: Exposure) -> None:
    assert checked(exposure) is exposure
    assert exposure.is_local is (exposure.host == "localhost")


def test_only_the_public_address_is_served_behind_a_proxy() -> None:
    at = ingress()
    assert outcome(at, environ("posto.example.org", **FORWARDED)) == 200
    assert outcome(at, environ("POSTO.example.org:443", **FORWARDED)) == 200
    assert outcome(at, environ("x", x_forwarded_host="posto.example.org", **FORWARDED)) == 200
    for host in ("evil.example", "127.0.0.1:8080", "posto.example.org:8443", "", "a@b"):
        assert outcome(at, environ(host, **FORWARDED)) == 421, host
    assert outcome(at, environ("127.0.0.1:8080")) == 421, "past the proxy"
    at.check(environ("127.0.0.1:8080"), is_probe=True)
    plain = FORWARDED | {"x_forwarded_proto": "http"}
    assert outcome(at, environ("posto.example.org", **plain)) == 403
    assert outcome(at, environ("posto.example.org", x_forwarded_for="bad host, x" * 999)) == 400


def test_nobody_connects_past_a_proxy_that_encrypts() -> None:
    at = ingress(Exposure("0.0.0.0", proxies=("10.0.0.5",), public_url=PUBLIC))
    headers = FORWARDED | {"x_forwarded_for": "127.0.0.1"}
    assert outcome(at, environ("posto.example.org", "10.0.0.66", **headers)) == 403
    assert outcome(at, environ("posto.example.org", "10.0.0.5", **FORWARDED)) == 200


def test_links_and_limits_are_those_of_the_client() -> None:
    at = ingress()
    arrival = at.arrival(environ("posto.example.org", **FORWARDED))
    assert (arrival.client, arrival.base_url, arrival.is_near) == ("203.0.113.9", PUBLIC, False)
    assert at.arrival(environ("127.0.0.1:8080")).is_near
    head = read_head(
        b"GET / HTTP/1.1\r\nX-Forwarded-For: 1.1.1.1, 203.0.113.9\r\n\r\n", "127.0.0.1"
    )
    assert head is not None
    assert at.client(head) == "203.0.113.9"
    without = ingress(Exposure(proxies=("127.0.0.1",)))
    asked = environ("127.0.0.1:8080", x_forwarded_host="posto.example.org", **FORWARDED)
    assert without.arrival(asked).base_url == "https://posto.example.org"
    assert outcome(without, asked) == 200


def test_on_this_computer_only_its_own_names_are_served() -> None:
    at = ingress(Exposure())
    for host in ("127.0.0.1:8080", "LOCALHOST:8080", "[::1]:8080"):
        assert outcome(at, environ(host, **FORWARDED)) == 200
        assert at.arrival(environ(host, **FORWARDED)).client == "127.0.0.1"
    for host in ("evil.example:8080", "127.0.0.1", "127.0.0.1:1", "[::1", ""):
        assert outcome(at, environ(host)) == 421, host
    assert at.own_address == "http://127.0.0.1:8080"


def test_pages_of_other_addresses_are_turned_away() -> None:
    at, asked = ingress(), environ("posto.example.org", **FORWARDED)
    assert outcome(at, asked | {"HTTP_ORIGIN": PUBLIC}) == 200
    for origin in ("http://posto.example.org", "https://evil.example", "null", ""):
        assert outcome(at, asked | {"HTTP_ORIGIN": origin}) == 403
    assert outcome(at, asked | {"HTTP_SEC_FETCH_SITE": "same-site"}) == 403


def test_hosts_are_read_as_browsers_do() -> None:
    assert host_of("HTTPS://Posto.Example/x?y") == ("https", "posto.example", 443)
    assert host_of("http://[::1]:8080") == ("http", "::1", 8080)
    for text in ("ftp://a", "https://", "https://a:b", "https://a:123456", "https://[::1]x", "a"):
        assert host_of(text) is None

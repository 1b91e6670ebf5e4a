"""Every way a sign-in can fail has its own reason and its own sentence."""

from __future__ import annotations

import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posto_desktop.sdk import AuthenticationError, NetworkError, PostoError, ServiceError
from posto_desktop.sdk.connect import REASONS, check_sign_in, look_up, zone_of
from posto_desktop.sdk.moments import read_zone

from .conftest import PATIENCE
from .scripted import HTML, PASSWORD, TOKEN, USER, Reply, Scripted, serving

HOME = "<!DOCTYPE html><html><head><title>A blog</title></head>/wp-content/themes/</html>"


def check(
    base_url: str,
    username: str = USER,
    password: str = PASSWORD,
    *,
    timeout: tuple[float, float] = PATIENCE,
) -> Any:
    return check_sign_in(base_url, username, password, timeout=timeout)


def failure(base_url: str, username: str = USER, password: str = PASSWORD, **more: Any) -> Any:
    with pytest.raises(PostoError) as caught:
        check(base_url, username, password, **more)
    assert isinstance(caught.value, AuthenticationError | ServiceError | NetworkError)
    assert caught.value.reason in REASONS
    assert caught.value.user_message.endswith(".")
    assert password not in f"{caught.value}{caught.value.user_message}{caught.value!r}"
    return caught.value


def test_a_good_sign_in(service: Scripted) -> None:
    signed_in = check(service.url + "/wp-admin/")
    assert signed_in.base_url == service.url
    assert (signed_in.account_name, signed_in.site_name) == ("Ann", "Test Site")
    assert signed_in.timezone == "Europe/Lisbon"
    assert signed_in.has_plugin
    assert "/fs-poster/v1/composer" in signed_in.routes
    assert service.count() == 2
    assert "authorization" not in service.seen[0].headers


@pytest.mark.parametrize("password", [PASSWORD, f" {PASSWORD}\n"])
def test_a_pasted_password(service: Scripted, password: str) -> None:
    assert check(service.url, f" {USER} ", password).account_name == "Ann"


def test_a_wrong_password(service: Scripted) -> None:
    error = failure(service.url, USER, "wrong password here")
    assert error.reason == "wrong_password"
    assert "Authorization header" in error.user_message


@pytest.mark.parametrize(("username", "password"), [("", PASSWORD), (USER, "  ")])
def test_nothing_typed(service: Scripted, username: str, password: str) -> None:
    with pytest.raises(AuthenticationError) as caught:
        check(service.url, username, password)
    assert caught.value.reason == "wrong_password"
    assert all("authorization" not in seen.headers for seen in service.seen)


def test_application_passwords_off(service: Scripted) -> None:
    service.index["authentication"] = []
    assert failure(service.url, USER, "some other one").reason == "app_passwords_off"
    assert check(service.url).account_name == "Ann"  # it works all the same: fine


def test_no_plugin(service: Scripted) -> None:
    service.index["namespaces"] = ["wp/v2"]
    error = failure(service.url)
    assert error.reason == "no_plugin"
    assert "FS Poster" in error.user_message
    signed_in = check_sign_in(service.url, USER, PASSWORD, need_plugin=False)
    assert signed_in.has_plugin is False


def test_an_account_that_may_not_upload(service: Scripted) -> None:
    me = {"id": 5, "name": "Sue", "roles": ["subscriber"], "capabilities": {"read": True}}
    service.always("/users/me", Reply(200, me))
    assert failure(service.url).reason == "not_allowed"


@pytest.mark.parametrize(
    ("setup", "reason"),
    [
        (lambda s: s.always("/", Reply(200, "<html>a shop</html>")), "not_wordpress"),
        (lambda s: s.always("/", Reply(200, {"some": "api"})), "not_wordpress"),
        (lambda s: s.always("/", Reply(200, [1, 2])), "not_wordpress"),
        (lambda s: s.always("/", Reply(200, "")), "not_wordpress"),
        (lambda s: s.always("/", Reply(404, HTML)), "wrong_address"),
        (lambda s: s.always("/", Reply(403, HTML)), "not_allowed"),
        (lambda s: s.always("/", Reply(401, HTML)), "not_allowed"),
        (lambda s: s.always("/", Reply(502, HTML)), "offline"),
        (lambda s: s.always("/", Reply(429, HTML)), "offline"),
        (lambda s: s.always("/", Reply(how="reset")), "offline"),
        (lambda s: s.always("/", Reply(how="hang")), "timeout"),
        (lambda s: s.always("/", Reply(301, "", {"Location": "/"})), "redirect_loop"),
        (lambda s: s.always("/", Reply(301, "", {"Location": "http://[bad/"})), "wrong_address"),
        (
            lambda s: s.always(
                "/", Reply(200, HTML, {"Link": '<http://[bad/>; rel="https://api.w.org/"'})
            ),
            "not_wordpress",
        ),
        (lambda s: s.always("/users/me", Reply(200, HTML)), "not_wordpress"),
        (lambda s: s.always("/users/me", Reply(200, [])), "not_wordpress"),
        (lambda s: s.always("/users/me", Reply(403, HTML)), "not_allowed"),
        (lambda s: s.always("/users/me", Reply(503, HTML)), "offline"),
        (lambda s: s.always("/users/me", Reply(how="hang")), "timeout"),
        (
            lambda s: s.always(
                "/users/me",
                Reply(403, {"code": "blocked", "message": "Go away", "data": {"status": 403}}),
            ),
            "not_allowed",
        ),
    ],
)
def test_each_fault_has_its_reason(
    service: Scripted, setup: Callable[[Scripted], None], reason: str
) -> None:
    setup(service)
    timeout = (60, 0.5) if reason == "timeout" else PATIENCE
    error = failure(service.url, timeout=timeout)
    if reason == "redirect_loop":
        assert error.reason in {"redirect_loop", "wrong_address"}
    else:
        assert error.reason == reason


def test_looking_without_signing_in(service: Scripted) -> None:
    site = look_up(service.url, timeout=60)
    assert (site.base_url, site.site_name) == (service.url, "Test Site")
    assert site.host == f"127.0.0.1:{service.port}"
    assert (site.has_plugin, site.encrypted, site.application_passwords) == (True, False, True)
    service.index |= {"authentication": [], "namespaces": ["wp/v2"], "name": "<b>A</b> &amp; B"}
    site = look_up(service.url, timeout=60)
    assert (site.has_plugin, site.application_passwords, site.site_name) == (False, False, "A & B")
    assert all("authorization" not in seen.headers for seen in service.seen)
    with pytest.raises(PostoError) as caught:
        look_up("http://example.com")
    assert caught.value.reason == "insecure_http"


def test_notices_before_the_index(service: Scripted) -> None:
    import json

    service.fail("/wp-json/", Reply(200, "<b>Notice</b>: x\n" + json.dumps(service.index)))
    assert check(service.url).account_name == "Ann"


def test_nobody_there(refused_port: int) -> None:
    assert failure(f"http://127.0.0.1:{refused_port}").reason == "offline"
    assert failure("https://nowhere.invalid").reason == "offline"


def test_plain_http_is_refused_before_anything_is_sent() -> None:
    assert failure("http://example.com").reason == "insecure_http"
    assert failure("not an address").reason == "wrong_address"


def test_a_moved_site_is_followed_without_the_password(service: Scripted) -> None:
    with serving() as old:
        old.before.append(lambda seen: Reply(301, "", {"Location": f"{service.url}{seen.path}"}))
        assert check(old.url).base_url == service.url
        assert all("authorization" not in seen.headers for seen in old.seen)


def test_plain_permalinks_are_found_by_the_link_header(service: Scripted) -> None:
    def front(seen: Any) -> Reply | None:
        by_query = any(key == "rest_route" for key, _ in seen.query)
        if by_query:
            return None
        if seen.path.startswith("/wp-json"):
            return Reply(404, HTML)
        link = f'<{service.url}/index.php?rest_route=/>; rel="https://api.w.org/"'
        return Reply(200, HOME, {"Link": link})

    service.before.append(front)
    signed_in = check(service.url)
    assert signed_in.base_url == f"{service.url}/index.php?rest_route="


def test_plain_permalinks_are_found_without_the_header(service: Scripted) -> None:
    service.before.append(
        lambda seen: None if any(k == "rest_route" for k, _ in seen.query) else Reply(200, HOME)
    )
    signed_in = check(service.url)
    assert signed_in.base_url == f"{service.url}/?rest_route="
    from posto_desktop.sdk import PostoSDK

    with PostoSDK.from_token(TOKEN, base_url=signed_in.base_url) as posto:
        assert len(posto.channels) == 4


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate that nobody trusts."""
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    made = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
         "/CN=localhost", "-keyout", str(path), "-out", str(path.with_suffix(".crt"))],
        capture_output=True, check=False,
    )  # fmt: skip
    if made.returncode:
        pytest.skip("no openssl here")
    path.write_bytes(path.read_bytes() + path.with_suffix(".crt").read_bytes())
    return path


@pytest.fixture
def untrusted(certificate: Path) -> Iterator[str]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(10)
    ended = threading.Event()

    def serve() -> None:
        while not ended.is_set():
            try:
                plain, _ = listener.accept()
            except OSError:
                return
            try:
                context.wrap_socket(plain, server_side=True).close()
            except OSError:
                plain.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"https://127.0.0.1:{listener.getsockname()[1]}"
    ended.set()
    if sys.platform != "win32":
        listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(60)


def test_a_certificate_that_nobody_trusts(untrusted: str) -> None:
    error = failure(untrusted)
    assert error.reason == "tls"
    assert "certificate" in error.user_message


def test_https_to_a_server_that_speaks_http(service: Scripted) -> None:
    assert failure(service.url.replace("http:", "https:")).reason == "tls"


@pytest.mark.parametrize(
    ("index", "zone"),
    [
        ({"timezone_string": "Europe/Lisbon", "gmt_offset": 0}, "Europe/Lisbon"),
        ({"timezone_string": "", "gmt_offset": "5.5"}, "+05:30"),
        ({"timezone_string": "", "gmt_offset": -3.5}, "-03:30"),
        ({"gmt_offset": 0}, "UTC"),
        ({"gmt_offset": "x"}, ""),
        ({"gmt_offset": 99}, ""),
        ({"gmt_offset": {}}, "UTC"),
        ([], "UTC"),
    ],
)
def test_zones_of_sites(index: object, zone: str) -> None:
    assert zone_of(index) == zone
    read_zone(zone)


@given(st.text(max_size=12))
def test_any_zone_is_read_as_something(name: str) -> None:
    assert read_zone(name) is not None

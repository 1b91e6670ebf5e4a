from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posto_desktop.sdk import NetworkError, PostoError, ServiceError
from posto_desktop.sdk.endpoint import (
    Endpoint,
    same_origin,
)


@pytest.mark.parametrize(
    ("typed", "base"),
    [
        ("example.com", "https://example.com"),
        (" https://Example.com/ ", "https://example.com"),
        ("https://example.com/blog/wp-json/", "https://example.com/blog"),
        ("https://example.com/wp-admin/options.php", "https://example.com"),
        ("https://example.com/wp-login.php", "https://example.com"),
        ("localhost:8080", "http://localhost:8080"),
        ("http://127.0.0.1:81/", "http://127.0.0.1:81"),
        ("http://[::1]:81", "http://[::1]:81"),
        ("https://example.com/?rest_route=/", "https://example.com/?rest_route="),
        ("https://bücher.example", "https://bücher.example"),
    ],
)
def test_addresses_as_people_type_them(typed: str, base: str) -> None:
    assert Endpoint.parse(typed).base == base


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "ftp://example.com",
        "https://",
        "not a host",
        "https://exa mple.com",
        "https://u:p@example.com",
        "http://[::1",
        "https://example.com:99999",
    ],
)
def test_what_is_no_address(typed: str) -> None:
    with pytest.raises(ServiceError) as caught:
        Endpoint.parse(typed)
    assert caught.value.reason == "wrong_address"


def test_plain_http_only_to_this_computer() -> None:
    with pytest.raises(NetworkError) as caught:
        Endpoint.parse("http://example.com")
    assert caught.value.reason == "insecure_http"
    assert "https" in caught.value.user_message
    assert Endpoint.parse("http://example.com", allow_http=True).base == "http://example.com"


@given(st.text(max_size=60))
def test_any_text_is_an_address_or_an_error_with_a_sentence(text: str) -> None:
    error: PostoError | None = None
    base = ""
    try:
        base = Endpoint.parse(text).base
    except PostoError as caught:
        error = caught
    if error is not None:
        assert error.user_message.endswith(".")
    else:
        assert Endpoint.parse(base).base == base
        assert "@" not in base


def test_routes_by_path_and_by_query() -> None:
    pretty = Endpoint.parse("https://e.com/blog")
    assert pretty.url("wp/v2/media", [("a", "ä b")]) == (
        "https://e.com/blog/wp-json/wp/v2/media?a=%C3%A4+b"
    )
    plain = Endpoint.parse("https://e.com/index.php?rest_route=/")
    assert plain.url("wp/v2/media", [("a", 1)]) == (
        "https://e.com/index.php?rest_route=/wp/v2/media&a=1"
    )
    assert pretty.url("") == "https://e.com/blog/wp-json/"


def test_origins() -> None:
    assert same_origin("https://e.com/a", "https://E.com:443/b")
    assert not same_origin("https://e.com", "http://e.com")
    assert not same_origin("https://e.com", "https://e.com:8443")
    assert not same_origin("https://[", "https://e.com")

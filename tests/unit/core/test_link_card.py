from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posto_desktop.core.link_card import LinkCardError, _explain, fetch_card
from posto_desktop.formats.page_card import (
    LONGEST_DESCRIPTION,
    LONGEST_TITLE,
    LinkCard,
    decode,
    parse_card,
    parse_text,
)
from posto_desktop.sdk import web_pages
from posto_desktop.sdk.endpoint import Endpoint
from posto_desktop.sdk.errors import Cancelled, NetworkError, ServiceError
from posto_desktop.sdk.transport import Transport
from tests.unit.sdk.scripted import Reply, Scripted

URL = "https://www.nordlicht.example/blog/roast"
PAGE = """<!DOCTYPE html><!-- <meta property="og:title" content="in a comment"> -->
<html><head><title>
  Nordlicht &amp; friends </title>
<script>document.write('<meta property="og:title" content="in a script">')</script>
<META content='The "Winter Roast"' property=og:title>
<meta property="og:title" content="second">
<meta name="twitter:title" content="X title">
<meta name=description content="Plain description">
<meta property="og:image" content="/img/bag.png?a=1&amp;b=2">
<meta property="og:site_name" content="Nordlicht Coffee"/>
</head><body><meta property="og:description" content="too late"></body></html>"""


def test_what_a_page_says_of_itself() -> None:
    assert parse_text(PAGE, URL) == LinkCard(
        url=URL,
        title='The "Winter Roast"',
        description="Plain description",
        image_url="https://www.nordlicht.example/img/bag.png?a=1&b=2",
        site="Nordlicht Coffee",
    )


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("<title>T</title>", "T"),
        ("<title>a<b>c</title>", "a<b>c"),
        ("<title></title><title>second</title>", "second"),
        ("<title>never closed", "never closed"),
        ('<title>T</title><meta name="twitter:title" content="X">', "X"),
        ('<meta property="og:title" content="  "><title>T</title>', "T"),
        ('<meta property = "og:title" content = "spaces" >', "spaces"),
        ("<meta property=og:title content=bare>", "bare"),
        ('<meta property="og:title" content="a > b">', "a > b"),
        ('<meta content="a" content="b" property="og:title">', "a"),
        ('<meta property="OG:Title" content="case">', "case"),
        ('<meta property="og:title" content="no end', ""),
        ('<metas property="og:title" content="other tag"><title>T</title>', "T"),
        ('< meta property="og:title" content="no tag"><title>T</title>', "T"),
        ("<title>a\n\t b\0c\u202ed</title>", "a b cd"),
        ("<title>&lt;3 &#128512; &eacute;</title>", "<3 😀 é"),
        ("<style><title>no</title></style><title>T</title>", "T"),
        ("", ""),
    ],
)
def test_titles(head: str, title: str) -> None:
    assert parse_text(head, URL).title == title


@pytest.mark.parametrize(
    ("head", "image"),
    [
        (
            '<meta property="og:image" content="https://cdn.example/a.png">',
            "https://cdn.example/a.png",
        ),
        ('<meta property="og:image" content="//cdn.example/a.png">', "https://cdn.example/a.png"),
        ('<meta property="og:image" content="a.png">', "https://www.nordlicht.example/blog/a.png"),
        (
            '<base href="https://base.example/x/"><meta property="og:image" content="a.png">',
            "https://base.example/x/a.png",
        ),
        ('<link rel="image_src" href="/a.png">', "https://www.nordlicht.example/a.png"),
        ('<meta name="twitter:image:src" content="/t.png">', "https://www.nordlicht.example/t.png"),
        (
            '<meta property="og:image" content="data:image/png;base64,xx">'
            '<meta name="twitter:image" content="/t.png">',
            "https://www.nordlicht.example/t.png",
        ),
        ('<meta property="og:image" content="javascript:alert(1)">', ""),
        ('<meta property="og:image" content="file:///etc/passwd">', ""),
        ('<meta property="og:image" content="https://[broken">', ""),
        (f'<meta property="og:image" content="/{"a" * 3000}">', ""),
    ],
)
def test_pictures(head: str, image: str) -> None:
    assert parse_text(head, URL).image_url == image


def test_the_host_stands_for_a_missing_name() -> None:
    assert parse_text("", URL).site == "nordlicht.example"
    assert parse_text("", "https://[broken").site == ""


def test_long_texts_are_cut() -> None:
    page = f"<title>{'a' * 5000}</title><meta name=description content='{'b ' * 5000}'>"
    card = parse_text(page, URL)
    assert len(card.title) == LONGEST_TITLE
    assert card.title.endswith("a…")
    assert len(card.description) <= LONGEST_DESCRIPTION


@pytest.mark.parametrize(
    ("body", "content_type", "title"),
    [
        ("<title>Grüße</title>".encode(), "", "Grüße"),
        ("<title>Grüße</title>".encode("cp1252"), "", "Grüße"),
        ("<title>Grüße</title>".encode("utf-16"), "", "Grüße"),
        ("<title>Grüße</title>".encode("utf-8-sig"), "", "Grüße"),
        ("<title>Привет</title>".encode("cp1251"), "text/html; charset=windows-1251", "Привет"),
        ('<meta charset="shift_jis"><title>珈琲</title>'.encode("shift_jis"), "text/html", "珈琲"),
        ("<title>“quoted”</title>".encode("cp1252"), 'text/html; charset="ISO-8859-1"', "“quoted”"),
        ("<title>é</title>".encode(), "text/html; charset=no-such", "é"),
        ("<title>é</title>".encode(), "text/html; charset=base64", "é"),
        ("<title>é</title>".encode() + "é".encode()[:1], "", "é"),  # cut by the limit
    ],
)
def test_encodings(body: bytes, content_type: str, title: str) -> None:
    assert parse_card(body, URL, content_type).title == title


@given(st.binary(max_size=300), st.text(max_size=40))
def test_any_bytes_make_a_card(body: bytes, content_type: str) -> None:
    decode(body, content_type)
    assert parse_card(body, URL, content_type).url == URL


pieces = st.sampled_from(
    [
        "<",
        ">",
        "</",
        "<meta ",
        "<title>",
        "</title>",
        "<!--",
        "-->",
        "<!",
        "<base href=",
        "property=",
        "og:title",
        "og:image",
        "content=",
        '"',
        "'",
        "=",
        "/",
        "&",
        "&amp;",
        "&#x110000;",
        "http://a/",
        "//[",
        "é",
        "\u202e",
        "\x00",
        " ",
        "\n",
        "<script>",
        "</script",
        "x",
    ]
)


@given(st.lists(pieces, max_size=40).map("".join))
def test_any_markup_makes_a_card_that_can_be_shown(text: str) -> None:
    card = parse_text(text, URL)
    for line in (card.title, card.description, card.site):
        assert line.isprintable()
        assert "\u202e" not in line
    assert card.image_url == "" or card.image_url.startswith(("http://", "https://"))


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("&#" + "9" * 5000 + ";", "\ufffd"),
        ("&#" + "9" * 5000, "\ufffd"),
        ("&#x" + "f" * 5000 + ";", "\ufffd"),
        ("&#" + "0" * 5000 + "65;", "A"),
        ("&#X" + "0" * 5000 + "41;", "A"),
        ("&#" + "0" * 5000 + ";", "\ufffd"),
        ("&#65;&#x42;", "AB"),
        ("&#;&#x;-", "&#;&#x;-"),
    ],
)
def test_a_number_of_thousands_of_digits_is_no_character(number: str, shown: str) -> None:
    assert parse_text(f"<title>a{number}z</title>", URL).title == f"a{shown}z"
    for page in (
        f'<meta property="og:title" content="a{number}">',
        f"<meta property=og:title content=a{number.rstrip(';')}>",
    ):
        assert parse_text(page, URL).title == f"a{shown}"


@given(
    st.sampled_from(["&#", "&#x", "&#X", "&#0", "&"]),
    st.sampled_from(["9", "0", "f", "\N{ARABIC-INDIC DIGIT NINE}", "65", "lt"]),
    st.integers(0, 6000),
    st.sampled_from([";", "", "&#65;", " "]),
)
def test_any_reference_is_read(start: str, digit: str, count: int, end: str) -> None:
    text = f"{start}{digit * count}{end}"
    assert parse_text(f"<title>{text}</title><meta a='{text}'>", URL).url == URL


@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    "unit", ["<", "<!--", "<![CDATA[", "<a b=c ", "<a =", "<meta a='", "</", "<title>", "&#", "<a/"]
)
def test_a_hostile_page_takes_no_long_time(unit: str) -> None:
    page = unit * (512 * 1024 // len(unit))
    parse_text(page, URL)  # measured: at most 0.3 s; a quadratic reader needs minutes


# -- fetching --------------------------------------------------------------------------------


@pytest.fixture
def web() -> Iterator[Scripted]:
    made = Scripted()
    yield made
    made.close()


@pytest.fixture
def transport() -> Iterator[Transport]:
    made = Transport(
        Endpoint("https://outside.invalid"), None, timeout=(2, 2), retries=0, allow_private=True
    )
    yield made
    made.close()


def test_a_card_is_read_from_where_redirects_lead(web: Scripted, transport: Transport) -> None:
    web.files["/short"] = Reply(302, "", {"Location": "/deep/page"})
    web.files["/deep/page"] = Reply(200, '<title>T</title><meta property=og:image content="i.png">')
    card = fetch_card(f"{web.url}/short", transport=transport)
    assert card.url == f"{web.url}/deep/page"
    assert card.title == "T"
    assert card.image_url == f"{web.url}/deep/i.png"
    assert "Authorization" not in web.requests("GET", "/deep")[0].headers


def test_only_the_beginning_of_a_page_is_read(web: Scripted, transport: Transport) -> None:
    read: list[int] = []
    web.files["/long"] = Reply(200, f"<head><title>T</title></head>{'x' * 9_000_000}")
    web.files["/no-head"] = Reply(200, f"<title>T</title>{'x' * 9_000_000}")
    for path in ("/long", "/no-head"):
        page = web_pages.fetch_page(transport, web.url + path)
        read.append(len(page.body))
        assert parse_card(page.body, URL).title == "T"
    assert read[0] <= 128 * 1024
    assert read[1] == web_pages.PAGE_BYTES


@pytest.mark.parametrize(
    ("reply", "reason", "expected"),
    [
        (Reply(200, b"\x89PNG"), "type", "leads to a file"),
        (Reply(404, "no"), "refused", "answered 404"),
        (Reply(302, "", {"Location": "ftp://a.example/"}), "address", "is not a web address"),
        (Reply(302, "", {"Location": "/page"}), "redirect_loop", "in a loop"),
    ],
)
def test_why_there_is_no_card(
    web: Scripted, transport: Transport, reply: Reply, reason: str, expected: str
) -> None:
    web.files["/page"] = reply
    with pytest.raises(LinkCardError) as caught:
        fetch_card(f"{web.url}/page", transport=transport)
    assert caught.value.reason == reason
    assert expected in caught.value.user_message


def test_offline_there_is_one_calm_sentence() -> None:
    error = NetworkError(
        "no such host", user_message="a.example could not be found.", reason="offline"
    )
    assert (
        _explain("https://a.example/b", error) == "a.example does not answer. No preview available."
    )
    error = NetworkError(
        "slow", user_message="It took too long. Nothing was sent.", reason="timeout"
    )
    assert _explain("https://a.example/b", error) == "It took too long."


@pytest.mark.parametrize("url", ["", "no address", "file:///etc/passwd", "http://", "https://[::1"])
def test_what_is_no_address(url: str, transport: Transport) -> None:
    with pytest.raises(LinkCardError):
        fetch_card(url, transport=transport)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://127.0.0.1:99999/", "http://127.0.0.1:99999/ is not a web address."),
        ("http://[", "http://[ is not a web address."),
        ("https://user:secret/part@a.example/", "This is not a web address."),
    ],
)
def test_no_stars_are_said_of_what_is_no_address(
    url: str, expected: str, transport: Transport
) -> None:
    with pytest.raises(LinkCardError) as caught:
        fetch_card(url, transport=transport)
    assert caught.value.user_message == expected


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:{0}/", "http://localhost:{0}/", "http://[::1]:{0}/"]
)
def test_private_addresses_are_refused(web: Scripted, address: str) -> None:
    with pytest.raises(LinkCardError) as caught:
        fetch_card(address.format(web.port))
    assert caught.value.reason == "private_address"
    assert "No preview available." in caught.value.user_message
    assert web.count() == 0


def test_each_redirect_is_checked_again(web: Scripted, monkeypatch: pytest.MonkeyPatch) -> None:
    # Takes 127.0.0.1 for a public address; 127.0.0.2, the same server, is a private one.
    monkeypatch.setattr(
        "posto_desktop.net.addresses.is_public", lambda address: address == "127.0.0.1"
    )
    web.files["/"] = Reply(302, "", {"Location": f"http://127.0.0.2:{web.port}/secret"})
    web.files["/secret"] = Reply(200, "<title>secret</title>")
    with pytest.raises(LinkCardError) as caught:
        fetch_card(f"{web.url}/")
    assert caught.value.reason == "private_address"
    assert web.count("GET", "/secret") == 0


def test_a_cancelled_download_ends_at_once(web: Scripted, transport: Transport) -> None:
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(Cancelled):
        fetch_card(f"{web.url}/", transport=transport, cancel=cancel)
    assert web.count() == 0


def test_pictures_are_limited(web: Scripted, transport: Transport) -> None:
    web.files["/a.png"] = Reply(200, b"x" * 1000)
    assert len(web_pages.fetch_picture(transport, f"{web.url}/a.png")) == 1000
    with pytest.raises(ServiceError):
        web_pages.fetch_picture(transport, f"{web.url}/a.png", limit=999)

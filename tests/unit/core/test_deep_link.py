from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posto_desktop.core.deep_link import MAX_TEXT, DeepLink, DeepLinkError, read
from posto_desktop.core.draft import MAX_PARTS

PAGES = ("compose", "schedule", "calendar")


@pytest.mark.parametrize("url", ["posto:schedule", "posto://schedule", "POSTO://Schedule/"])
def test_a_page_by_either_way_of_writing(url: str) -> None:
    assert read(url, PAGES) == DeepLink("schedule")


@pytest.mark.parametrize("url", ["posto:", "posto://", "posto:///"])
def test_a_link_to_nowhere_is_a_new_message(url: str) -> None:
    link = read(url, PAGES)
    assert link == DeepLink("compose")
    assert not link.has_content


def test_a_message_is_filled_in() -> None:
    url = (
        "posto:compose?text=Caf%C3%A9%20%26%20cake%0AToday+only"
        "&link=https%3A%2F%2Fa.example%2F%3Fb%3D1&when=fri++9"
    )
    assert read(url, PAGES) == DeepLink(
        "compose", "Café & cake\nToday only", "https://a.example/?b=1", "fri 9"
    )


def test_each_further_text_is_a_part_of_a_thread() -> None:
    link = read(
        "posto://compose?text=One&text=&link=https://a.example&text=Two%0A%0Amore&text=3", PAGES
    )
    assert (link.text, link.further) == ("One", ("Two\n\nmore", "3"))
    assert link.link == "https://a.example"


def test_more_parts_than_a_thread_may_have_are_refused_and_not_cut() -> None:
    texts = "&".join(f"text={number}" for number in range(MAX_PARTS + 1))
    with pytest.raises(DeepLinkError, match=f"has {MAX_PARTS + 1} parts"):
        read(f"posto:compose?{texts}", PAGES)
    assert len(read(f"posto:compose?{texts.rpartition('&')[0]}", PAGES).further) == MAX_PARTS - 1


def test_fields_belong_to_messages_alone() -> None:
    assert read("posto:schedule?text=hello", PAGES) == DeepLink("schedule")


def test_what_cannot_be_seen_is_left_out() -> None:
    link = read("posto:compose?text=a%00%1b%5B31mb%E2%80%AEc%0Ad", PAGES)
    assert link.text == "a[31mbc\nd"


def test_joined_emoji_stay_joined() -> None:
    family = "👩‍👩‍👧 à\u00a0vous"
    assert read(f"posto:compose?text={quote(family)}", PAGES).text == family


@pytest.mark.parametrize(
    "address", ["file:///etc/passwd", "javascript:alert(1)", "/etc/passwd", "http://[::1"]
)
def test_only_addresses_of_the_web_are_attached(address: str) -> None:
    with pytest.raises(DeepLinkError, match="not a web address"):
        read(f"posto:compose?link={quote(address)}", PAGES)


@pytest.mark.parametrize(
    "url",
    [
        "posto:nowhere",
        "posto:../compose",
        "http:compose",
        "",
        "posto:compose?" + "&".join(f"a{number}=1" for number in range(200)),
        "posto:compose?text=" + "a" * 200_000,
    ],
)
def test_what_cannot_be_followed_says_so(url: str) -> None:
    with pytest.raises(DeepLinkError) as caught:
        read(url, PAGES)
    assert caught.value.user_message.endswith(".")
    assert len(caught.value.user_message) < 120


@given(st.text(max_size=200), st.text(max_size=200))
def test_whatever_is_written_is_read_or_refused(page: str, text: str) -> None:
    for url in (f"posto:{page}?{text}", f"posto:compose?text={quote(text)}", page):
        try:
            link = read(url, PAGES)
        except DeepLinkError:
            continue
        assert link.page in PAGES
        assert len(link.text) <= MAX_TEXT
        assert "\x00" not in link.text
        link.text.encode()

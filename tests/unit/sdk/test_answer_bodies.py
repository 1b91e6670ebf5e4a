from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from posto_desktop.sdk.answer_bodies import SHOWN, SMALL, read_body
from posto_desktop.sdk.answers import UnreadableAnswer
from posto_desktop.sdk.channels import ROUTE, fetch_channels
from posto_desktop.sdk.endpoint import Endpoint
from posto_desktop.sdk.errors import ServiceError
from posto_desktop.sdk.records import Channel, Schedule
from posto_desktop.sdk.schedules import ScheduleReader
from posto_desktop.sdk.transport import Transport
from tests.unit.sdk.scripted import TOKEN, Reply, Scripted, schedule

NOTICE = "<br />\n<b>Deprecated</b>: property $x [1] {or} in <b>/a/b.php</b>\n"
LONG = [{"id": n, "text": "a\u00e9\U0001f600" * 20} for n in range(5000)]


@pytest.fixture
def transport(service: Scripted) -> Iterator[Transport]:
    made = Transport(Endpoint.parse(service.url), TOKEN)
    yield made
    made.close()


def pieces(text: str | bytes, size: int = 65_536) -> list[bytes]:
    data = text.encode() if isinstance(text, str) else text
    return [data[at : at + size] for at in range(0, len(data), size)]


@pytest.mark.parametrize("before", ["", "\ufeff", " \n", NOTICE, "\ufeff" + NOTICE])
@pytest.mark.parametrize("value", [[{"a": 1}], LONG, {"items": LONG}])
@pytest.mark.parametrize("size", [65_536, 7001])
def test_long_answers_are_read_like_short_ones(before: str, value: Any, size: int) -> None:
    body = read_body(pieces(before + json.dumps(value, ensure_ascii=False) + "\n", size))
    assert body.problem is None
    assert body.value == value
    assert len(body.text) <= max(SMALL, SHOWN)


@pytest.mark.parametrize("end", ["", "x" * 2 * SMALL])
def test_a_web_page_is_no_answer(end: str) -> None:
    body = read_body(pieces(f"<!DOCTYPE html><title>Sorry</title><script>x=[1]</script>{end}"))
    assert body.value is None
    assert str(body.problem) == "the answer is a web page"
    assert body.text.startswith("<!DOCTYPE html><title>Sorry</title>")


@pytest.mark.parametrize("size", [1000, 65_536, 2_000_000])
def test_the_head_of_a_long_page_is_kept(size: int) -> None:
    page = "<!DOCTYPE html><head><style>" + "\u00e9" * 150_000 + "<link rel=api>" + "x" * 600_000
    text = read_body(pieces(page, size)).text
    assert text == page[:SHOWN]


@pytest.mark.parametrize("blank", [b"", b" \r\n", b"\xef\xbb\xbf\n", b" " * 2 * SMALL])
def test_nothing_is_neither_an_answer_nor_a_mistake(blank: bytes) -> None:
    body = read_body(pieces(blank))
    assert body.is_empty
    assert (body.value, body.problem) == (None, None)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (f'["{"a" * 600_000}"]', "in 0.6 MB it holds a text of more than 500,000 characters"),
        ("[" + "1," * 300_000 + "1]", "in 0.6 MB it holds more than 250,000 values"),
        ("[" * 600_000, "in 0.6 MB it holds lists and objects nested more than 100 deep"),
        ("[1] {" * 200_000, "the answer is not JSON"),
        ("nothing" * 100_000, "the answer is not JSON"),
    ],
)
def test_what_costs_too_much_is_said(text: str, why: str) -> None:
    body = read_body(pieces(text))
    assert isinstance(body.problem, UnreadableAnswer)
    assert str(body.problem) == why


def test_a_number_of_thousands_of_digits_hides_nothing() -> None:
    assert read_body([b"[" + b"1" * 5000 + b", 2]"]).value == [None, 2]
    assert read_body([b"[" * 200 + b"]" * 200]).problem is not None


def test_a_service_that_gives_all_schedules_at_once(
    service: Scripted, transport: Transport
) -> None:
    rows = [schedule(n, at=1_800_000_000) for n in range(1, 2001)]
    service.always("/schedules", Reply(200, {"schedules": rows, "total": 2000}))
    for lean in (True, False):
        page = ScheduleReader(transport, lean=lean).page()
        assert [row.id for row in page] == list(range(1, 2001))
        assert page.total == 2000
        assert page.items[0].send_at is not None
        assert dict.__contains__(page.items[0], "send_time") is not lean


def test_a_refusal_says_who_sent_what(service: Scripted, transport: Transport) -> None:
    service.always("/schedules", Reply(200, b"[" + b"{}," * 120_000 + b"{}]"))
    with pytest.raises(ServiceError) as caught:
        ScheduleReader(transport).page()
    assert caught.value.user_message == (
        f"The answer of {transport.endpoint.host} could not be read: in 0.3 MB it holds more than "
        "100,000 rows."
    )


def test_channels_are_no_60_megabytes(service: Scripted, transport: Transport) -> None:
    service.always(ROUTE, Reply(200, b'{"channels": [' + b" " * 17 * 1024 * 1024 + b"]}"))
    with pytest.raises(ServiceError) as caught:
        fetch_channels(transport)
    assert caught.value.reason == "too_large"
    assert caught.value.user_message.endswith(" is larger than 16 MB.")


def test_fields_of_rows_are_no_longer_than_they_can_be() -> None:
    long = "a" * 10_000
    channel = Channel.from_service(
        {"id": 1, "name": long, "social_network": long, "picture": long, "channel_type": long,
         "channel_link": long, "method": long, "labels": [{"label": long}] * 300}
    )  # fmt: skip
    assert channel is not None
    assert (channel.network, channel.picture, channel.link, channel.method) == ("", "", "", "")
    assert [len(label) for label in channel.labels] == [200] * 100
    row = Schedule.from_service(
        {"id": 1, "group_id": long, "status": long, "remote_post_link": "https://a.example/" + long,
         "wp_post": {"title": long}, "customization_data": {"posto_ref": long},
         "posting_data": {"content": long, "mediaList": [{"id": 1, "type": long, "url": long}]}},
        lean=True,
    )  # fmt: skip
    assert row is not None
    assert (row.group_id, row.status, row.link, row.posto_ref) == ("", "", "", None)
    assert len(row.wp_post_title) == 1000
    assert row.text == long  # what a post says is never cut
    assert (row.media[0].type, row.media[0].url) == ("image", "")


def test_a_few_zipped_bytes_are_no_gigabyte(service: Scripted, transport: Transport) -> None:
    import gzip
    import tracemalloc

    bomb = gzip.compress(b" " * 200_000_000, 9)
    service.always(ROUTE, Reply(200, bomb, {"Content-Encoding": "gzip"}))
    tracemalloc.start()
    try:
        with pytest.raises(ServiceError) as caught:
            fetch_channels(transport)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert caught.value.reason == "too_large"
    assert peak < 40_000_000

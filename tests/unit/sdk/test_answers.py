from __future__ import annotations

import contextlib
import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posto_desktop.sdk.answers import (
    UnreadableAnswer,
    as_bool,
    as_int,
    as_list,
    as_mapping,
    as_text,
    error_of,
    plain_text,
    read_json,
    safe_message,
)
from posto_desktop.sdk.records import Account, Channel, MediaItem, Schedule, read_time

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip
NOTICE = (
    "<br />\n<b>Deprecated</b>:  Creation of dynamic property Some_Plugin::$x [1] "
    "in <b>/a/b.php</b>\n"
)


@given(JSON)
def test_what_was_written_is_read(value: Any) -> None:
    assert read_json(json.dumps(value)) == value


@given(st.dictionaries(st.text(), JSON, max_size=4) | st.lists(JSON, max_size=4))
def test_notices_and_a_mark_before_the_json_do_not_matter(value: Any) -> None:
    assert read_json("\ufeff" + NOTICE + json.dumps(value) + "\n") == value


@given(st.text())
def test_any_text_is_json_or_unreadable(text: str) -> None:
    with contextlib.suppress(UnreadableAnswer):  # anything else fails the test
        read_json(text)


@pytest.mark.parametrize(
    "text",
    ["", "  ", '{"a": ', "<!DOCTYPE html><html>{}</html>", '<html><script>x=[1]</script></html>',
     "nothing",
        '<!DOCTYPE html><html>x</html>{"a": 1}', "[1] and more"],
)  # fmt: skip
def test_pages_and_halves_are_no_answers(text: str) -> None:
    with pytest.raises(UnreadableAnswer):
        read_json(text)


def test_a_hostile_depth_does_not_end_the_program() -> None:
    with pytest.raises(UnreadableAnswer):
        read_json("[" * 100_000)


@given(JSON)
def test_every_row_makes_a_record_or_none(value: Any) -> None:
    for kind in (Channel, Schedule, MediaItem, Account):
        made = kind.from_service(value)
        assert made is None or made.id is not None


FIELDS = [
    "name",
    "social_network",
    "status",
    "labels",
    "custom_post_data",
    "channel",
    "send_time",
    "posting_data",
    "customization_data",
    "error_msg",
    "wp_post",
    "group_id",
    "mime_type",
    "capabilities",
]


@given(st.fixed_dictionaries({"id": st.integers(1, 9)}, optional=dict.fromkeys(FIELDS, JSON)))
def test_rows_with_any_content_go_through_the_cache(row: dict[str, Any]) -> None:
    channel = Channel.from_service(row)
    schedule = Schedule.from_service(row)
    assert channel is not None
    assert schedule is not None
    json.dumps(channel.to_dict())
    assert Channel.from_dict(channel.to_dict()) == channel
    again = Schedule.from_dict(json.loads(json.dumps(schedule.to_dict())))
    assert again.to_dict() == schedule.to_dict()


@given(JSON)
def test_the_readers_never_fail(value: Any) -> None:
    assert isinstance(as_mapping(value), dict)
    assert isinstance(as_list(value), list)
    assert isinstance(as_bool(value), bool)
    assert isinstance(as_text(value), str)
    number = as_int(value)
    assert number is None or isinstance(number, int)
    read_time(value)
    error_of(value)


@pytest.mark.parametrize(
    ("value", "number"),
    [(7, 7), ("7", 7), (" 12 ", 12), (7.0, 7), (7.5, None), (True, None), ("x", None),
     ("1" * 40, None), (None, None)],
)  # fmt: skip
def test_ids_as_text(value: object, number: int | None) -> None:
    assert as_int(value) == number


def test_php_lists_with_holes() -> None:
    assert as_list({"0": "a", "2": "b"}) == ["a", "b"]
    assert as_list({"a": 1}) == []
    assert as_mapping([]) == {}


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>There is <b>no</b> such &quot;thing&quot;.</p><p>Really</p>",
         'There is no such "thing". Really'),
        ("<script>alert(1)</script>Bad", "Bad"),
        ("a<br/>b", "a b"),
        ("plain", "plain"),
    ],
)  # fmt: skip
def test_messages_lose_their_html(html: str, text: str) -> None:
    assert plain_text(html) == text


@given(st.text(max_size=800))
def test_plain_text_is_short_and_printable(text: str) -> None:
    shown = plain_text(text, 50)
    assert len(shown) <= 50
    assert shown.isprintable()


@given(st.text(st.sampled_from("aé <&;\n\x00\u200b\u3000"), max_size=12))
def test_texts_without_markup_come_out_as_those_with_it_do(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        quick = plain_text(text, 8)
        patch.setattr("posto_desktop.sdk.answers._MARKUP", re.compile(""))
        assert plain_text(text, 8) == quick


def test_a_plain_word_is_not_looked_through_for_markup(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []
    monkeypatch.setattr(
        "posto_desktop.sdk.answers.without_scripts", lambda text: looked.append(text) or text
    )
    assert plain_text("Café Nordlicht") == "Café Nordlicht"
    assert looked == []
    assert plain_text("Fish &amp; Chips") == "Fish & Chips"
    assert looked == ["Fish &amp; Chips"]


def test_paths_of_the_server_are_not_shown() -> None:
    text = safe_message("Uncaught Error in /var/www/html/wp-content/x.php on line 7 thrown")
    assert "/var" not in text
    assert "Uncaught Error" in text


def test_errors_of_plugin_and_wordpress() -> None:
    assert error_of({"error_msg": "<b>No</b> channel"}) == (None, "No channel")
    assert error_of({"error_msg": ["a", "b"]}) == (None, "a; b")
    assert error_of({"error_msg": ""}) is None
    wp = {"code": "rest_no_route", "message": "No <i>route</i>", "data": {"status": 404}}
    assert error_of(wp) == ("rest_no_route", "No route")
    assert error_of({"id": 3, "code": "x", "message": "y"}) is None
    assert error_of({"schedule_group_id": "g"}) is None


def test_times_of_every_kind() -> None:
    from zoneinfo import ZoneInfo

    assert read_time("1800000000") == read_time(1_800_000_000)
    lisbon = read_time("2026-07-01 12:00:00", lambda: ZoneInfo("Europe/Lisbon"))
    assert lisbon is not None
    assert lisbon.isoformat() == "2026-07-01T11:00:00+00:00"
    for nonsense in ("", "0000-00-00 00:00:00", "soon", 0, -5, 10**18, None, [], True):
        assert read_time(nonsense) is None


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        (" https://x.example/1 ", "https://x.example/1"),
        ("HTTP://x.example/1", "HTTP://x.example/1"),
        ("javascript:alert(1)", ""),
        ("file:///etc/passwd", ""),
        ("http", ""),
        (None, ""),
        ({"a": 1}, ""),
    ],
)
def test_a_post_links_to_the_web_or_nowhere(link: Any, expected: str) -> None:
    row = Schedule.from_service({"id": 1, "remote_post_link": link})
    assert row is not None
    assert row.link == expected

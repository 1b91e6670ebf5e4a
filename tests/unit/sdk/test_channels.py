from __future__ import annotations

import threading
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posto_desktop.sdk import Channel, ChannelError, PostoSDK, ServiceError
from posto_desktop.sdk.channels import ChannelDirectory

from .scripted import Reply, Scripted, channel


def book(*rows: dict[str, Any]) -> ChannelDirectory:
    made = [Channel.from_service(row) for row in rows]
    return ChannelDirectory(lambda: [row for row in made if row is not None])


NEWS = [
    channel(2, "News"),
    channel(3, "News Feed", "fb"),
    channel(7, "Others"),
    channel(8, "Area 7"),
    channel(12, "2", "vk"),
]


def test_channels_are_read_once_and_again_on_request(posto: PostoSDK, service: Scripted) -> None:
    assert [row.id for row in posto.channels] == [2, 3, 4, 5]
    assert posto.get_channel(3) is not None
    assert len(posto.get_active_channels()) == 3
    assert posto.get_channels_by_type("facebook") == posto.get_channels_by_type("fb") != []
    assert posto.get_channels_by_type("X") == posto.get_channels_by_type("twitter") != []
    assert service.count() == 1
    service.channels.append(channel(9, "New"))
    assert posto.get_channel(9) is None
    posto.refresh_channels()
    assert posto.get_channel(9) is not None
    assert service.count() == 2


def test_the_list_given_out_is_a_copy(posto: PostoSDK) -> None:
    posto.channels.clear()
    assert len(posto.channels) == 4


def test_secrets_of_a_row_are_dropped(posto: PostoSDK) -> None:
    shown = repr(posto.channels) + str([row.to_dict() for row in posto.channels])
    assert "hushhush" not in shown
    assert "sessionsecret" not in shown


def test_secrets_inside_the_channels_defaults_are_dropped_too(
    posto: PostoSDK, service: Scripted
) -> None:
    service.channels[0]["custom_post_data"] = {"a": {"proxy": "p:hushhush", "b": [{"x": 1}]}}
    assert posto.channels[0].defaults == {"a": {"b": [{"x": 1}]}}


def test_a_service_may_really_say_facebook(posto: PostoSDK, service: Scripted) -> None:
    service.channels = [channel(1, "Page", "facebook")]
    assert posto.channels[0].network == "fb"
    assert posto.get_channel_types() == ["fb"]
    assert posto.channels[0]["social_network"] == "fb"
    assert posto.channels[0].get("nothing", 7) == 7


def test_names_are_found_in_any_case_and_part(posto: PostoSDK) -> None:
    assert [row.name for row in posto.get_channel_by_name("NEWS")] == ["News Feed"]
    assert posto.find_channel("e") == posto.get_channel_by_name("e")
    assert posto.get_channel_by_name("nothing") == []
    assert posto.get_channel_by_name("  ") == []


@pytest.mark.parametrize(
    ("to", "ids"),
    [
        (2, [2]),
        ("news", [2]),  # the whole name wins over "News Feed"
        ("feed", [3]),
        ([3, "News", 2, "news feed"], [3, 2]),
        ((3,), [3]),
        ("2", [12]),  # a name before a number
        ("3", [3]),
        ("7", [7]),  # a number before a part of a name
        (" 7 ", [7]),
        (iter([3, "7"]), [3, 7]),
    ],
)
def test_targets(to: object, ids: list[int]) -> None:
    assert [row.id for row in book(*NEWS).resolve(to)] == ids


@pytest.mark.parametrize(
    ("to", "reason"),
    [
        (99, "unknown"),
        ("nobody", "unknown"),
        ("ne", "ambiguous"),
        (None, "none"),
        ([], "none"),
        ("", "none"),
        (True, "unknown"),
        (2.5, "unknown"),
        ([2, None], "unknown"),
        ([2, "nobody"], "unknown"),
        ("  ", "none"),
        (b"News", "unknown"),
        ({"id": 2}, "unknown"),
        ("9" * 5000, "unknown"),
    ],
)
def test_wrong_targets_list_what_there_is(to: object, reason: str) -> None:
    with pytest.raises(ChannelError) as caught:
        book(*NEWS).resolve(to)
    assert caught.value.reason == reason
    if reason == "ambiguous" or to in (99, "nobody"):
        assert "News Feed (Facebook, 3)" in str(caught.value)
        assert "News Feed" in caught.value.candidates


def test_ways_to_write_an_accent_do_not_matter() -> None:
    rows = book(channel(1, "Cafe\u0301  Straße"), channel(2, "Other"))
    for name in ("café strasse", "CAFÉ STRAßE", "cafe\u0301", "\uff23afé"):
        assert [row.id for row in rows.resolve(name)] == [1]


def test_two_channels_of_one_name_are_ambiguous() -> None:
    rows = book(channel(1, "Same"), channel(2, "Same", "fb"))
    with pytest.raises(ChannelError) as caught:
        rows.resolve("same")
    assert caught.value.candidates == ("Same", "Same")
    assert rows.resolve(2)[0].id == 2


def test_an_inactive_channel_is_refused_when_named() -> None:
    rows = book(channel(1, "Off", status=False))
    with pytest.raises(ChannelError) as caught:
        rows.resolve(1)
    assert caught.value.reason == "inactive"
    assert rows.resolve(1, allow_inactive=True)[0].id == 1


@given(st.one_of(st.text(), st.integers(), st.lists(st.text() | st.integers(), max_size=3)))
def test_any_target_is_found_or_refused(to: object) -> None:
    try:
        rows = book(*NEWS).resolve(to)
    except ChannelError:
        return
    assert rows
    assert len({row.id for row in rows}) == len(rows)


@pytest.mark.parametrize(
    "answer", [[], {}, {"channels": []}, {"channels": {}}, {"channels": [], "x": 1}]
)
def test_no_channels(posto: PostoSDK, service: Scripted, answer: object) -> None:
    service.always("/channels", Reply(200, answer))
    assert posto.channels == []


@pytest.mark.parametrize(
    "answer",
    [
        {"channels": None, "x": 1},
        {"channels": None},
        {"channels": 3},
        {"channels": "x"},
        {"channels": {"a": 1}},
        {"channels": [3, None]},
        [[], [1], {"id": "x"}],
        {"rows": []},
    ],
)
def test_something_else_than_channels(posto: PostoSDK, service: Scripted, answer: object) -> None:
    """An empty list would say that the account has none."""
    service.always("/channels", Reply(200, answer))
    with pytest.raises(ServiceError):
        _ = posto.channels


@pytest.mark.parametrize(
    "row", [None, 3, "x", [], {}, {"id": "abc"}, {"id": 0}, {"id": True}, {"id": -3}]
)
def test_rows_that_are_none_are_left_out(posto: PostoSDK, service: Scripted, row: object) -> None:
    service.always("/channels", Reply(200, {"channels": [row, {"id": "7"}]}))
    assert [(c.id, c.name) for c in posto.channels] == [(7, "Channel 7")]


def test_many_threads_cause_one_request(posto: PostoSDK, service: Scripted) -> None:
    counts: list[int] = []
    threads = [
        threading.Thread(target=lambda: counts.append(len(posto.channels))) for _ in range(16)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert counts == [4] * 16
    assert service.count() == 1


def test_a_failed_refresh_keeps_the_old_list(posto: PostoSDK, service: Scripted) -> None:
    assert len(posto.channels) == 4
    service.fail("/channels", Reply(403, "no"))
    with pytest.raises(ServiceError):
        posto.refresh_channels()
    assert len(posto.channels) == 4

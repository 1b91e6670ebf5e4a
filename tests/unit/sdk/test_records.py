"""Records are the service's own dictionaries, with attributes beside: as scripts expect them."""

from __future__ import annotations

import copy
import dataclasses
import json
import pickle
import pprint
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from posto_desktop.common.account_limits import Limits
from posto_desktop.sdk import (
    Account,
    Channel,
    DeleteResult,
    MediaItem,
    PostoSDK,
    PostResult,
    RetryResult,
    Schedule,
    ScheduleMedia,
)
from posto_desktop.sdk.record import Record
from posto_desktop.sdk.records import ChannelOutcome

from .scripted import Scripted, channel, schedule

AT = datetime(2027, 1, 15, 8, 0, tzinfo=UTC)
ROW = {
    "id": "7",
    "group_id": "g7",
    "wp_post": {"id": 3, "title": "Hidden"},
    "channel": {
        "id": 2,
        "name": "News",
        "social_network": "facebook",
        "picture": "https://e/p.png",
        "channel_link": "https://e/news",
        "status": True,
        "proxy": "http://ann:hushhush@proxy",
        "session_data": {"cookie": "sessionsecret"},
    },
    "status": "error",
    "error_msg": "<p>Too <b>long</b></p>",
    "send_time": int(AT.timestamp()),
    "remote_post_id": "99",
    "remote_post_link": "https://e/99",
    "customization_data": {"post_content": "typed", "posto_ref": "r7", "custom_option": 1.5},
    "posting_data": {
        "content": "sent",
        "mediaList": [{"id": 5, "type": "image", "url": "https://e/a.jpg"}],
    },
    "data": {},
}
RECORDS: list[Record] = [
    Channel(1, "ann", "mastodon", limits=Limits(text=500, mime_types=("image/png",))),
    Channel(2, "News", "fb", labels=("a",), defaults={"post_text": "x"}),
    Schedule(7, "g", 2, send_at=AT, media=(ScheduleMedia(5, url="https://e/a.jpg"),)),
    Schedule.from_service(ROW),  # type: ignore[list-item]
    ScheduleMedia(5, "video", "https://e/a.mp4"),
    MediaItem(3, "https://e/a.jpg", "image/jpeg", "image"),
    Account(1, "Ann", "ann", ("editor",), True),
    ChannelOutcome(2, "taken"),
    PostResult(
        True, "g", media_ids=[1], share_timestamp=9, outcomes=(ChannelOutcome(2, "failed"),)
    ),
    PostResult(False, error_message="No."),
]


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: type(record).__name__)
def test_a_record_is_a_dictionary_in_every_way(record: Record) -> None:
    assert isinstance(record, dict)
    assert bool(record) is (not isinstance(record, PostResult) or record.success)
    for indent in (None, 2):  # with an indent Python writes it itself
        assert json.loads(json.dumps(record, indent=indent)) == json.loads(json.dumps({**record}))
        assert json.loads(json.dumps({"list": [record]}, indent=indent))["list"][0]
    plain = dict(record)
    assert type(plain) is dict
    assert plain == {**record} == record.copy() == dict(record.items())
    assert list(record) == list(record.keys()) == list(plain)
    assert list(record.values()) == [record[key] for key in record]
    assert len(record) == len(plain) > 0
    assert record == plain
    assert (record != plain) is False
    assert record != {**plain, "more": 1}
    assert {**plain, "more": 1} != record
    assert (record | {"more": 1})["more"] == 1
    assert all(key in record and record.get(key) == record[key] for key in plain)
    assert "no such key" not in record
    assert record.get("no such key", 7) == 7
    with pytest.raises(KeyError):
        _ = record["no such key"]
    assert pprint.pformat(record)


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: type(record).__name__)
def test_copies_are_records_and_equal(record: Record) -> None:
    for twin in (copy.copy(record), copy.deepcopy(record), pickle.loads(pickle.dumps(record))):
        assert type(twin) is type(record)
        assert twin == record
        assert (twin != record) is False
        assert {**twin} == {**record}
        assert hash(twin) == hash(record)
    changed = dataclasses.replace(record)  # type: ignore[type-var]
    assert changed == record
    fields = {field.name for field in dataclasses.fields(record)}  # type: ignore[arg-type]
    assert fields == set(dataclasses.asdict(record))  # type: ignore[call-overload]
    for name in fields:
        assert name in record
        assert record.get(name) is not None or getattr(record, name) is None
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(record, name, 1)


def test_what_a_script_writes_into_its_dictionary_changes_no_attribute() -> None:
    row = Channel(2, "News", "fb", defaults={"a": 1})
    row["name"] = "Mine"
    row["posted"] = True
    row["custom_post_data"]["a"] = 2
    del row["picture"]
    assert (row["name"], row["posted"], "picture" in row) == ("Mine", True, True)
    assert (row.name, row.defaults, row["picture"]) == ("News", {"a": 1}, "")
    assert json.loads(json.dumps(row))["posted"] is True
    assert row == Channel(2, "News", "fb", defaults={"a": 1})


def test_a_schedule_has_all_that_the_service_said() -> None:
    row = Schedule.from_service(ROW)
    assert row is not None
    assert json.loads(json.dumps(row)) == {
        **ROW,
        "id": 7,
        "error_msg": "Too long",
        "channel": {
            "id": 2,
            "name": "News",
            "social_network": "fb",
            "picture": "https://e/p.png",
            "channel_link": "https://e/news",
            "channel_type": "",
            "status": True,
        },
    }
    assert row["posting_data"]["content"] == row.text == "sent"
    assert row["customization_data"]["custom_option"] == 1.5
    assert row["send_time"] == AT.timestamp()
    assert row["send_at"] == row.send_at == AT
    made = Schedule(7, "g", 2, text="Hi", send_at=AT, posto_ref="r")
    assert made["posting_data"] == {"content": "Hi", "mediaList": []}
    assert made["customization_data"] == {"post_content": "Hi", "posto_ref": "r"}
    assert Schedule(7, "g", 2)["send_time"] is None


def test_a_channel_has_all_that_the_service_said_but_its_secrets() -> None:
    data = channel(
        2,
        "News",
        "facebook",
        auto_share_on=True,
        labels=[{"value": 1, "label": "Shop", "color": "#fff"}],
        custom_post_data={"post_text": "x", "inner": {"proxy": "p:hushhush"}},
        access_token="hushhush",
        nested=[{"session_data": "sessionsecret", "ok": 1}],
    )
    row = Channel.from_service(data)
    assert row is not None
    assert row["auto_share_on"] is True
    assert row["labels"] == [{"value": 1, "label": "Shop", "color": "#fff"}]
    assert row.labels == ("Shop",)
    assert (row["social_network"], row["status"]) == ("fb", True)
    assert row["custom_post_data"] == {"post_text": "x", "inner": {}}
    mine = Channel.from_service(channel(2, "News", custom_post_data={"my_token": "a", "proxy": 1}))
    assert mine is not None
    assert mine.defaults == {"my_token": "a"}  # it goes into posts
    assert row["nested"] == [{"ok": 1}]
    for shown in (json.dumps(row), repr(row), str(dict(row)), pickle.dumps(row).decode("latin-1")):
        for secret in ("hushhush", "sessionsecret", "session_data", "proxy"):
            assert secret not in shown


def test_rows_hold_only_what_json_can_say() -> None:
    deep: Any = 1
    for _ in range(600):
        deep = [deep]
    odd = {"custom_post_data": {"a": float("nan"), "b": deep}, "id": 2, "name": "a\ud83d"}
    for row in (Channel.from_service(odd), Schedule.from_service({**odd, "send_time": 1e300})):
        assert row is not None
        json.loads(json.dumps(row, allow_nan=False, ensure_ascii=False).encode())


def test_rows_without_their_dictionaries_answer_as_before() -> None:
    """The app keeps a hundred thousand rows, and reads attributes alone."""
    lean, whole = Schedule.from_service(ROW, lean=True), Schedule.from_service(ROW)
    assert lean is not None
    assert lean == whole == Schedule.from_dict(lean.to_dict())
    assert hash(lean) == hash(whole)
    assert lean["social_network"] == lean["network"] == "fb"
    assert lean.get("error_msg") == "Too long"
    assert "channel" in lean
    assert len(dict(lean)) == len(dict(lean.media[0])) == 0
    assert bool(lean) is bool(lean.media[0]) is True  # there is a row, empty or not
    assert (lean != whole) is False


def test_lists_that_methods_return_are_json(posto: PostoSDK, service: Scripted) -> None:
    service.schedules = [schedule(1, at=1_800_000_000), schedule(2, at=1_800_000_000)]
    listed = posto.schedules.list()
    assert json.loads(json.dumps(listed)) == json.loads(json.dumps(listed["schedules"]))
    assert json.loads(json.dumps(dict(listed)))["total"] == 2
    assert list(listed.keys()) == ["schedules", "total"]
    assert [row["id"] for row in json.loads(json.dumps(list(posto.schedules.iter())))] == [1, 2]
    assert [row["id"] for row in json.loads(json.dumps(posto.channels))] == [2, 3, 4, 5]
    assert json.loads(json.dumps(posto.get_channel(2)))["name"] == "News Feed"
    assert json.loads(json.dumps([posto.me(), posto.get_active_channels()]))


def test_a_result_is_what_scripts_make_of_it(posto: PostoSDK, service: Scripted) -> None:
    result = posto.post("Hi", to=2, when="in 2 days")
    for data in (result, vars(result), dataclasses.asdict(result), result.__dict__):
        read = json.loads(json.dumps(data))
        assert read["success"] is True
        assert read["schedule_group_id"] == result.schedule_group_id
        assert (read["error_message"], read["media_ids"]) == (None, [])
    assert result.share_at is not None
    assert json.loads(json.dumps(result))["share_at"] == result.share_at.timestamp()
    assert (PostResult(True, "g", None, [1]).media_ids, PostResult(False).media_ids) == ([1], [])


@pytest.mark.parametrize(
    ("answer", "success", "group", "error"),
    [
        ({"schedule_group_id": "g"}, True, "g", None),
        ({"error_msg": "No."}, False, None, "No."),
        ({"error": "No."}, False, None, "No."),
        ({}, False, None, "The service sent no answer."),
        (None, False, None, "The service sent no answer."),
    ],
)
def test_a_result_of_an_answer(answer: Any, success: bool, group: Any, error: Any) -> None:
    result = PostResult.from_response(answer)
    assert (result.success, result.schedule_group_id) == (success, group)
    assert result.error_message == error


def test_a_delete_is_equal_to_true_when_nothing_is_left() -> None:
    done, left = DeleteResult([1, 2]), DeleteResult([1], [2], {2: "It is being sent."}, [2])
    assert done == True  # noqa: E712 - as scripts compare it
    assert done != False  # noqa: E712
    assert left == False  # noqa: E712
    assert left != True  # noqa: E712
    assert (bool(done), bool(left)) == (True, False)
    assert done == DeleteResult([1, 2])
    assert done != DeleteResult([1])
    for result in (done, left):
        for indent in (None, 2):
            read = json.loads(json.dumps(result, indent=indent))
            assert read["success"] is bool(result)
            assert read["deleted"] == result.deleted
    assert json.loads(json.dumps(left))["reasons"] == {"2": "It is being sent."}


def test_a_retry_is_a_dictionary_of_outcomes() -> None:
    result = RetryResult({1: "retried", 2: "held_back"}, {2: "It may be live."})
    assert isinstance(result, Mapping)
    assert dict(result) == result.outcomes == {1: "retried", 2: "held_back"}
    assert (result[2], result.get(3), len(result)) == ("held_back", None, 2)
    assert not result
    assert RetryResult({1: "retried"})
    assert not RetryResult()
    for indent in (None, 2):
        assert json.loads(json.dumps(result, indent=indent)) == {"1": "retried", "2": "held_back"}
    for twin in (copy.copy(result), copy.deepcopy(result), pickle.loads(pickle.dumps(result))):
        assert (twin, twin.reasons) == (result, result.reasons)

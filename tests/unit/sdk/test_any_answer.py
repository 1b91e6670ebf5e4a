"""Whatever JSON a service sends: a record, a list, or a documented error. And any settings."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posto_desktop.sdk import (
    Account,
    Channel,
    MediaItem,
    PostoError,
    Schedule,
    ServiceError,
    SettingsError,
)
from posto_desktop.sdk.answers import rows_of
from posto_desktop.sdk.channel_manager import ChannelManager
from posto_desktop.sdk.channels import fetch_channels
from posto_desktop.sdk.media import _item
from posto_desktop.sdk.named_settings import check_settings
from posto_desktop.sdk.network_settings import NetworkSettings, NetworkSettingsManager
from posto_desktop.sdk.post_builder import build_post, settings_for
from posto_desktop.sdk.post_delivery import submit
from posto_desktop.sdk.redact import Redactor
from posto_desktop.sdk.schedule_manager import ScheduleManager
from posto_desktop.sdk.wire import Answer, encoded

from .scripted import channel

KEYS = st.sampled_from(
    [
        "channels",
        "schedules",
        "total",
        "id",
        "name",
        "social_network",
        "status",
        "error_msg",
        "code",
        "message",
        "data",
        "schedule_group_id",
        "send_time",
        "channel",
        "customization_data",
        "posting_data",
        "mediaList",
        "items",
        "source_url",
        "proxy",
        "custom_post_data",
        "labels",
        "posto_ref",
    ]
)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
JSON = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(KEYS | st.text(max_size=8), inner, max_size=6)
    ),
    max_leaves=20,
)


class Says:
    """A transport whose every answer is `data`."""

    endpoint = SimpleNamespace(host="example.com", base="https://example.com")
    redact = Redactor()

    def __init__(self, data: Any) -> None:
        self.data = data

    def get(self, *_: Any, **__: Any) -> Any:
        return self.data

    post = get

    def call(self, *_: Any, **__: Any) -> Answer:
        return Answer(200, self.data, {})


@given(JSON)
def test_rows(data: Any) -> None:
    for key in ("channels", "schedules"):
        rows = rows_of(data, key)
        assert rows is None or isinstance(rows, list)


@given(JSON)
def test_lists_of_channels(data: Any) -> None:
    try:
        channels = fetch_channels(Says(data))  # type: ignore[arg-type]
    except ServiceError as error:
        assert error.reason == "unreadable"  # noqa: PT017 - or else it is a list
        return
    assert len({row.id for row in channels}) == len(channels)
    assert all(row.id > 0 and row.name for row in channels)
    assert channels or not rows_of(data, "channels")


@given(JSON)
def test_lists_of_schedules(data: Any) -> None:
    reader = ScheduleManager(Says(data), clock=lambda: datetime(2026, 1, 1, tzinfo=UTC))  # type: ignore[arg-type]
    try:
        page = reader.page()
        rows = list(reader.iter())
        listed = reader.list(status="error", network="x")
        schedules = reader.find_ref("mark", [1])
    except ServiceError as error:
        # Or else it is a page. It may be an old one: nothing in it says that it is not.
        assert error.reason in ("unreadable", "cached")  # noqa: PT017
        return
    assert page.total >= 0
    assert len({row.id for row in rows}) == len(rows)
    assert all(row.status == "error" and row.network == "twitter" for row in listed)
    assert all(row.posto_ref == "mark" and row.channel_id == 1 for row in schedules)


@given(JSON)
def test_answers_of_the_composer(data: Any) -> None:
    items = [{"channel_id": 1, "custom_post_data": {}}]
    try:
        group = submit(Says(data), items).group_id  # type: ignore[arg-type]
    except ServiceError as error:
        assert error.maybe_sent  # noqa: PT017 - or else it is a group
        return
    assert group
    assert isinstance(group, str)


@given(JSON)
def test_answers_to_an_upload(data: Any) -> None:
    try:
        item = _item(data)
    except ServiceError as error:
        assert error.maybe_sent  # noqa: PT017 - or else it is a number
        return
    assert item.id > 0
    assert isinstance(data, dict)


@given(JSON)
def test_settings_of_networks_and_channels(data: Any) -> None:
    transport: Any = Says(data)
    networks = NetworkSettingsManager(transport, profiles=lambda: pytest.fail("no profiles here"))
    try:
        settings = networks.get_network_settings("fb")
        proxy = ChannelManager(transport).get_channel_proxy(3)
    except ServiceError as error:
        assert error.reason == "unreadable"  # noqa: PT017 - or else they are settings
        return
    assert set(settings.get_available_settings()) == set(settings.get_default_settings())
    assert proxy is None or isinstance(proxy, str)
    assert isinstance(data, dict) or data == []


SETTINGS = st.dictionaries(
    st.sampled_from(
        [
            "post_text",
            "post_content",
            "cut_post_text",
            "attach_link",
            "custom_link",
            "upload_media",
            "first_comment",
            "share_to_first_comment",
            "first_comment_text",
            "post_title",
            "fb",
            "twitter",
            "custom",
        ]
    )
    | st.text(max_size=8),
    JSON | st.sampled_from(["{post_title}", "{post_title}\n{post_content}", "{x}", True, False]),
    max_size=6,
)


@given(st.lists(SETTINGS, max_size=3), SETTINGS, st.text(max_size=80), st.sampled_from(
    ["twitter", "fb", "reddit", "telegram", "brand_new"]))  # fmt: skip
def test_any_settings_make_a_post_or_are_refused(
    layers: list[dict[str, Any]], defaults: dict[str, Any], message: str, network: str
) -> None:
    row = Channel.from_service(channel(2, "News", network, custom_post_data=defaults))
    assert row is not None
    try:
        narrowed = [settings_for(layer, network) for layer in layers]
        post = build_post(row, message, layers=narrowed, media_ids=[7], posto_ref="r")
        body = encoded(post)
    except PostoError as error:
        assert isinstance(error, SettingsError)  # noqa: PT017 - or else it is a post
        return
    sent = json.loads(body)
    assert sent["posto_ref"] == "r"
    assert isinstance(sent["post_content"], str)
    for flag in ("attach_link", "upload_media"):
        assert isinstance(sent[flag], bool)  # another type is silently replaced on the service
    assert bool(sent.get("custom_link")) is sent["attach_link"]
    assert sent["media_list_to_upload"] == ([7] if sent["upload_media"] else [])


@given(SETTINGS)
def test_any_settings_are_stored_or_refused(settings: dict[str, Any]) -> None:
    try:
        checked = check_settings(settings)
    except SettingsError:
        return
    assert checked == settings
    assert checked is not settings


@given(SETTINGS, SETTINGS)
def test_any_network_settings_are_checked(present: dict[str, Any], given_: dict[str, Any]) -> None:
    right, problems = NetworkSettings("fb", present).validate_settings(given_)
    assert right is not bool(problems)
    assert all(problem.endswith(".") for problem in problems)


@given(st.dictionaries(KEYS, JSON, max_size=8))
def test_a_schedule_that_was_read_can_be_kept(row: dict[str, Any]) -> None:
    made = Schedule.from_service(row)
    if made is not None:
        assert Schedule.from_dict(json.loads(json.dumps(made.to_dict()))).id == made.id


ODD = st.just(float("nan")) | st.just(float("-inf")) | st.just("a\ud83d") | st.just(10**400)


@given(st.dictionaries(KEYS | st.text(max_size=6), JSON | ODD, max_size=8))
def test_any_row_can_be_written_as_json(row: dict[str, Any]) -> None:
    for kind in (Schedule, Channel, MediaItem, Account):
        made = kind.from_service({"id": 7, **row})
        if made is not None:
            written = json.dumps(made, allow_nan=False, ensure_ascii=False).encode()
            assert json.loads(written) == json.loads(json.dumps(dict(made)))
            assert made.to_dict() == kind.from_dict(made.to_dict()).to_dict()

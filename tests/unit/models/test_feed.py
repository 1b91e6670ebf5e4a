"""The sandbox's feed: tolerant reading, newest first, keeping the place."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt

from posto_desktop.models.feed import FeedItem, FeedModel
from posto_desktop.sdk.records import FEED_PAGE

NOW = datetime(2026, 11, 25, 13, 21, tzinfo=UTC)


def raw(key: int, minutes: float = 0, **more: Any) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": key,
        "key": f"k{key}",
        "channel": {"id": 3, "name": "Sandbox X", "social_network": "twitter", "picture": "p"},
        "text": f"Text {key}",
        "link": "",
        "media": [],
        "published_at": (NOW - timedelta(minutes=minutes)).timestamp(),
    }
    return {**item, **more}


@pytest.fixture
def model(qapp: Any) -> FeedModel:
    return FeedModel(now=lambda: NOW, zone=UTC)


def texts(model: FeedModel) -> list[str]:
    return [str(model.index(row).data()) for row in range(model.rowCount())]


def test_newest_first_and_each_once(model: FeedModel) -> None:
    model.set_items([raw(1, 50), raw(3, 1), raw(2, 20), raw(3, 1)])
    assert texts(model) == ["Text 3", "Text 2", "Text 1"]


def test_new_posts_are_inserted_above(model: FeedModel, qtbot: Any) -> None:
    model.set_items([raw(1, 50)])
    with qtbot.assertNotEmitted(model.modelReset), qtbot.waitSignal(model.rowsInserted):
        model.set_items([raw(2, 20), raw(1, 50)])
    assert texts(model) == ["Text 2", "Text 1"]
    with qtbot.assertNotEmitted(model.modelReset):
        model.set_items([raw(2, 20), raw(1, 50)])
    with qtbot.waitSignal(model.modelReset):
        model.set_items([raw(1, 50)])


def of_channel(key: int, channel: int) -> dict[str, Any]:
    return raw(key, -key, channel={"id": channel, "name": "", "social_network": "twitter"})


def test_only_posts_of_the_chosen_channels_are_shown(model: FeedModel) -> None:
    model.set_channel_filter({1})
    model.set_items([of_channel(1, 1), of_channel(2, 2), of_channel(3, 1)])
    assert texts(model) == ["Text 3", "Text 1"]
    assert model.total == 3
    model.set_channel_filter(())
    assert texts(model) == []
    model.set_channel_filter(None)
    assert texts(model) == ["Text 3", "Text 2", "Text 1"]


def test_older_posts_stay_below_the_newest(model: FeedModel, qtbot: Any) -> None:
    newest = [of_channel(key, 1) for key in range(301, 301 + FEED_PAGE)]
    model.set_items(newest)
    assert model.oldest == 301
    with qtbot.assertNotEmitted(model.modelReset), qtbot.waitSignal(model.rowsInserted):
        model.add_older([of_channel(key, 1) for key in range(290, 301)])
    assert (texts(model)[-1], model.oldest) == ("Text 290", None)
    with qtbot.assertNotEmitted(model.modelReset), qtbot.waitSignal(model.rowsInserted):
        model.set_items([of_channel(501, 1), *newest[1:]])  # a new post came meanwhile
    assert (texts(model)[0], len(texts(model))) == ("Text 501", FEED_PAGE + 12)
    assert model.oldest is None
    model.set_items(newest[:3])  # not a full page: there are no others
    assert len(texts(model)) == 3


def test_nothing_published_is_something_else_than_nothing_known(model: FeedModel) -> None:
    assert not model.is_loaded
    model.set_items([])
    assert model.is_loaded
    model.clear()
    assert (model.is_loaded, model.rowCount()) == (False, 0)


def test_reading() -> None:
    item = FeedItem.from_dict(
        raw(
            1,
            media=[
                {"id": "7", "type": "image", "url": "u", "thumb": "t", "alt": "A bun"},
                {"id": 8, "type": "video", "url": "v", "thumb": ""},
                {"id": 9, "type": "image", "url": "w"},
                "no media",
            ],
            first_comment="First",
            link="https://a.example",
        )
    )
    assert (item.channel_name, item.network, item.picture) == ("Sandbox X", "twitter", "p")
    assert [media.thumb for media in item.media] == ["t", "", "w"]  # no whole video as a picture
    assert item.media[0].alt == "A bun"
    assert item.published_at == NOW


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (NOW.timestamp(), NOW),
        (str(int(NOW.timestamp())), NOW),
        (NOW.isoformat(), NOW),
        ("2026-11-25T13:21:00", NOW),
        (None, None),
        (True, None),
        ("soon", None),
        (1e20, None),
        ([], None),
    ],
)
def test_moments(given: object, expected: datetime | None) -> None:
    assert FeedItem.from_dict(raw(1, published_at=given)).published_at == expected


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0, "now"), (5, "5 min"), (150, "2 h"), (60 * 24, "Yesterday, 13:21")],
)
def test_when(model: FeedModel, minutes: int, words: str) -> None:
    assert model.when(FeedItem.from_dict(raw(1, minutes))) == words


def test_accessible_words(model: FeedModel) -> None:
    model.set_items([raw(1, 5, media=[{"id": 1, "type": "image", "url": "u"}]), raw(2, 9, text="")])
    index = model.index(0)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "Text 1"
    described = index.data(Qt.ItemDataRole.AccessibleDescriptionRole)
    assert described == "X, Sandbox X, 5 min, 1 file"
    assert model.index(1).data() == "Post without text"


def test_structure(model: FeedModel, qtmodeltester: Any) -> None:
    model.set_items([raw(n, n) for n in range(4)])
    qtmodeltester.check(model)
    model.set_items([raw(9)])


values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=9)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=8,
)
keys = ["id", "key", "channel", "text", "link", "media", "published_at", "url", "first_comment"]


@given(st.dictionaries(st.sampled_from(keys), values))
def test_any_row_is_read(item: dict[str, Any]) -> None:
    FeedItem.from_dict(item)

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posto_desktop.core.draft import Draft, MediaRef, mime_of

WHOLE = Draft(
    id="d1",
    workspace="account",
    text="Grüße 🎉\nzweite Zeile",
    variants={"twitter": "short", "bluesky": ""},
    media=[
        MediaRef("/home/ana/bag.png", "bag.png", 1234, "image", "A bag", 640, 480, sha256="ab"),
        MediaRef("/home/ana/caf\udce9.mp4", "café.mp4", 9, "video", duration=42.5, problem="no"),
    ],
    channel_ids=[3, 1],
    when_text="tomorrow at 9am",
    link="https://nordlicht.example",
    first_comment="first",
    style="announcement",
    labels=["Launch"],
    title="Title",
    created_at=datetime(2026, 11, 25, 12, 0, 5, 123456, tzinfo=UTC),
    updated_at=datetime(2026, 11, 26, tzinfo=UTC),
)


def test_comes_back_as_it_was() -> None:
    assert Draft.from_json(WHOLE.to_json()) == WHOLE
    # Through the text that posto.db holds: ASCII, because SQLite takes no lone surrogates.
    text = json.dumps(WHOLE.to_json())
    assert text.isascii()
    assert Draft.from_json(text) == WHOLE


def test_an_own_text_wins_even_when_it_is_empty() -> None:
    assert WHOLE.text_for("twitter") == "short"
    assert WHOLE.text_for("bluesky") == ""
    assert WHOLE.text_for("fb") == WHOLE.text


def test_empty_means_that_nothing_would_be_missed() -> None:
    assert Draft(channel_ids=[1], when_text="now").is_empty
    assert not Draft(text="a").is_empty
    assert not Draft(variants={"twitter": "a"}).is_empty
    assert not Draft(media=[MediaRef("/a", "a")]).is_empty
    assert Draft(text=" \n ").is_empty


def test_a_copy_does_not_change_with_the_draft() -> None:
    draft = WHOLE.copy()
    draft.variants["fb"] = "x"
    draft.media.clear()
    draft.channel_ids.append(9)
    assert Draft.from_json(WHOLE.to_json()) == WHOLE
    assert WHOLE.duplicate().id != WHOLE.id
    assert WHOLE.duplicate().text == WHOLE.text


@pytest.mark.parametrize("data", ["", "{", "[]", "5", [], None, {}, {"id": ""}, {"id": 5}])
def test_what_is_no_draft_is_refused(data: Any) -> None:
    with pytest.raises(ValueError, match="draft"):
        Draft.from_json(data)


def test_wrong_parts_are_left_out_and_the_rest_is_kept() -> None:
    data = {
        "id": "d",
        "schema": 99,
        "text": "kept",
        "variants": {"twitter": "a", "fb": 5},
        "media": [{"path": "/a/b.png"}, {"name": "no path"}, None, {"path": 7}],
        "channel_ids": [1, "2", True, None],
        "labels": "no list",
        "created_at": "yesterday",
        "link": None,
        "colour": "unknown key",
    }
    draft = Draft.from_json(data)
    assert draft.text == "kept"
    assert draft.variants == {"twitter": "a"}
    assert [ref.name for ref in draft.media] == ["b.png"]
    assert draft.channel_ids == [1]
    assert draft.labels == []
    assert draft.link == ""


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=8,
)
fields = st.dictionaries(st.sampled_from(sorted(WHOLE.to_json())), values)
media = st.lists(st.dictionaries(st.sampled_from(sorted(WHOLE.media[0].to_json())), values))


@given(fields, media)
def test_any_json_becomes_a_draft_that_can_be_kept(data: dict[str, Any], files: list[Any]) -> None:
    draft = Draft.from_json({**data, "media": files, "id": "d"})
    assert draft.id == "d"
    assert draft.created_at.tzinfo is not None
    assert all(isinstance(one, int) for one in draft.channel_ids)
    assert Draft.from_json(json.dumps(draft.to_json())) == draft


@given(st.binary() | st.text())
def test_no_text_makes_it_fail_in_another_way(data: Any) -> None:
    if isinstance(data, bytes):
        data = data.decode("latin-1")
    with pytest.raises(ValueError, match="draft"):
        Draft.from_json(data)


@pytest.mark.parametrize(
    ("name", "mime"),
    [
        ("a.JPG", "image/jpeg"),
        ("b.tar.webp", "image/webp"),
        ("c.heic", "image/heic"),
        ("d.mov", "video/quicktime"),
        ("no ending", ""),
        ("odd.", ""),
    ],
)
def test_types_by_name(name: str, mime: str) -> None:
    assert mime_of(name) == mime
    assert MediaRef("/" + name, name).type == mime
    assert MediaRef("/" + name, name, mime="image/png").type == "image/png"

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posto_desktop.core.draft import (
    MIGRATIONS,
    SCHEMA,
    Draft,
    MediaRef,
    channel_key,
    channel_of,
    mime_of,
)
from posto_desktop.core.edits import Edit
from posto_desktop.core.recurrence import Repeat
from posto_desktop.sdk.records import Channel

WHOLE = Draft(
    id="d1",
    workspace="account",
    text="Grüße 🎉\nzweite Zeile",
    variants={"twitter": "short", "bluesky": "", "channel:7": "for one"},
    media=[
        MediaRef(
            "/home/ana/bag.png",
            "bag.png",
            1234,
            "image",
            "A bag",
            640,
            480,
            sha256="ab",
            edit=Edit(crop=(0.25, 0.0, 0.5, 1.0), turns=3),
            network_edits={"twitter": Edit(max_side=1200)},
            left_out=frozenset({"twitter", "fb"}),
        ),
        MediaRef("/home/ana/caf\udce9.mp4", "café.mp4", 9, "video", duration=42.5, problem="no"),
    ],
    channel_ids=[3, 1],
    channels_elsewhere={"account": (7,)},
    when_text="tomorrow at 9am",
    link="https://nordlicht.example",
    first_comment="first",
    style="announcement",
    labels=["Launch"],
    title="Title",
    name="Name",
    options={"reddit": {"post_title": "Look"}, "channel:7": {"silent_notifications": True}},
    repeat=Repeat("week", 2, weekdays=(0, 3), count=10),
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


def test_the_most_specific_text_wins() -> None:
    draft = Draft(text="all", variants={"twitter": "X", "channel:7": "seven"})
    seven, eight, other = (
        Channel(id=7, name="a", network="twitter"),
        Channel(id=8, name="b", network="x"),
        Channel(id=9, name="c", network="fb"),
    )
    assert [draft.text_for(channel) for channel in (seven, eight, other)] == ["seven", "X", "all"]
    assert [draft.variant_key(channel) for channel in (seven, eight, other)] == [
        "channel:7",
        "twitter",
        "",
    ]
    draft = draft.with_text(seven, "")
    assert draft.text_for(seven) == ""
    draft = draft.with_text("", "new")
    assert [draft.text_for(channel) for channel in (eight, other)] == ["X", "new"]


def test_options_of_a_channel_lie_over_those_of_its_network() -> None:
    draft = Draft()
    channel = Channel(id=7, name="a", network="reddit")
    draft = draft.with_option("reddit", "post_title", "For all")
    draft = draft.with_option(channel, "post_title", "For one")
    draft = draft.with_option("reddit", "first_comment", "")
    assert draft.options_for(channel) == {"post_title": "For one", "first_comment": ""}
    assert draft.options_for("reddit")["post_title"] == "For all"
    draft = draft.with_option(channel, "post_title", None)
    draft = draft.with_option(channel, "never", None)
    assert draft.options_for(channel)["post_title"] == "For all"
    assert set(draft.options) == {"reddit"}
    assert not draft.is_empty


def test_keys_of_channels() -> None:
    assert channel_of(channel_key(12)) == 12
    assert [channel_of(key) for key in ("twitter", "channel:", "channel:x", "channel:²")] == [
        None
    ] * 4


def test_an_edit_of_a_network_lies_over_the_common_one() -> None:
    ref = WHOLE.media[0]
    assert ref.edit_for("fb") == ref.edit
    assert ref.edit_for("twitter").max_side == 1200
    assert ref.edit_for("twitter").turns == 3
    assert WHOLE.media[1].edit_for("fb") == Edit()


def test_a_file_can_be_left_out_for_a_network() -> None:
    ref = MediaRef("/a.png", "a.png")
    out = ref.leaving_out("twitter").leaving_out("fb")
    assert [out.goes_to(slug) for slug in ("twitter", "x", "fb", "bluesky")] == [
        False,
        False,
        False,
        True,
    ]
    assert out.leaving_out("twitter") is out
    assert out.leaving_out("twitter", False).leaving_out("fb", False) == ref
    assert "left_out" not in ref.to_json()


def test_schema_1_is_carried_forward() -> None:
    old = {
        "schema": 1,
        "id": "d1",
        "text": "all",
        "variants": {"x": "short", "facebook": "long", "bluesky": ""},
        "media": [{"path": "/a.png", "name": "a.png", "alt": "A"}],
        "title": "T",
        "labels": ["L"],
    }
    draft = Draft.from_json(old)
    assert draft.variants == {"twitter": "short", "fb": "long", "bluesky": ""}
    assert draft.media[0].alt == "A"
    assert draft.media[0].edit is None
    assert (draft.title, draft.labels, draft.options, draft.repeat) == ("T", ("L",), {}, None)
    assert draft.to_json()["schema"] == SCHEMA
    assert Draft.from_json({"id": "d"}).text == ""  # without a number it is the oldest


def test_schema_2_is_carried_forward() -> None:
    common = {"crop": [0.25, 0.0, 0.5, 1.0], "max_side": 900, "format": "png"}
    old = {
        "schema": 2,
        "id": "d1",
        "media": [
            {
                "path": "/a.png",
                "edit": common,
                "network_edits": {
                    "twitter": {"crop": [0.0, 0.0, 1.0, 0.9999999]},
                    "fb": {"max_side": 100_000},
                    "bluesky": {"turns": 1},
                    "odd": 5,
                },
            },
            {"path": "/b.png"},
            "odd",
        ],
    }
    draft = Draft.from_json(old)
    first = draft.media[0]
    assert first.network_edits == {
        "twitter": Edit(max_side=900, format="png", alone=True),
        "fb": Edit(crop=(0.25, 0.0, 0.5, 1.0), format="png", alone=True),
        "bluesky": Edit(turns=1),
    }
    assert first.edit_for("twitter") == Edit(max_side=900, format="png")
    assert [ref.path for ref in draft.media] == ["/a.png", "/b.png"]
    assert Draft.from_json(draft.to_json()) == draft


def test_schema_3_is_carried_forward_unchanged() -> None:
    old = {"schema": 3, "id": "d1", "text": "Hello", "variants": {"bluesky": "Hi"}}
    draft = Draft.from_json(old)
    assert (draft.text, draft.variants, draft.threads) == ("Hello", {"bluesky": "Hi"}, {})
    assert "threads" not in draft.to_json()


def test_the_name_that_an_own_text_has_already_wins_over_an_alias() -> None:
    draft = Draft.from_json({"id": "d", "variants": {"twitter": "right", "x": "other"}})
    assert draft.variants == {"twitter": "right"}


def test_every_step_has_been_tested() -> None:
    assert set(MIGRATIONS) == {1, 2, 3}
    assert SCHEMA == 4


def test_a_newer_draft_is_refused() -> None:
    with pytest.raises(ValueError, match="newer"):
        Draft.from_json({**WHOLE.to_json(), "schema": SCHEMA + 1})


def test_empty_means_that_nothing_would_be_missed() -> None:
    assert Draft(channel_ids=[1], when_text="now").is_empty
    assert not Draft(text="a").is_empty
    assert not Draft(variants={"twitter": "a"}).is_empty
    assert not Draft(media=[MediaRef("/a", "a")]).is_empty
    assert Draft(text=" \n ").is_empty


def test_in_another_workspace_it_has_other_channels_and_finds_its_own_again() -> None:
    draft = Draft(channel_ids=[1, 2])
    draft = draft.moved_to("local")
    assert draft.channel_ids == (1, 2)
    draft = draft.moved_to("account")
    assert (draft.workspace, draft.channel_ids) == ("account", ())
    draft = replace(draft, channel_ids=(1,)).moved_to("local")
    assert (draft.workspace, draft.channel_ids) == ("local", (1, 2))
    again = Draft.from_json(json.dumps(draft.to_json()))
    again = again.moved_to("account")
    assert again.channel_ids == (1,)


def test_that_it_goes_nowhere_is_remembered_if_somebody_chose_that() -> None:
    draft = Draft()
    draft = draft.moved_to("account")
    assert draft.channels_elsewhere == {"local": ()}
    assert Draft.from_json(json.dumps(draft.to_json())).channels_elsewhere == {"local": ()}
    draft = replace(draft, channel_ids=(7,)).moved_to("local", chosen=False)
    assert (draft.channel_ids, draft.channels_elsewhere) == ((), {})


def test_a_draft_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        WHOLE.text = "x"  # type: ignore[misc]
    listed = [1]
    draft = Draft(channel_ids=listed)  # type: ignore[arg-type]
    listed.append(9)
    assert draft.channel_ids == (1,)


def test_a_changed_draft_leaves_the_old_one_as_it_was() -> None:
    before = WHOLE.to_json()
    assert WHOLE.with_text("fb", "x").variants == {**WHOLE.variants, "fb": "x"}
    assert WHOLE.without_text("twitter").variants == {"bluesky": "", "channel:7": "for one"}
    assert WHOLE.without_text("fb") == WHOLE
    assert WHOLE.with_option("reddit", "post_title", "new").options["reddit"]["post_title"] == "new"
    assert WHOLE.moved_to("other").channels_elsewhere == {"account": (3, 1)}
    assert WHOLE.to_json() == before
    assert WHOLE.duplicate().id != WHOLE.id
    assert WHOLE.duplicate().text == WHOLE.text


@pytest.mark.parametrize("data", ["", "{", "[]", "5", [], None, {}, {"id": ""}, {"id": 5}])
def test_what_is_no_draft_is_refused(data: Any) -> None:
    with pytest.raises(ValueError, match="draft"):
        Draft.from_json(data)


def test_wrong_parts_are_left_out_and_the_rest_is_kept() -> None:
    data = {
        "id": "d",
        "schema": "odd",
        "text": "kept",
        "variants": {"twitter": "a", "fb": 5},
        "media": [{"path": "/a/b.png"}, {"name": "no path"}, None, {"path": 7}],
        "channel_ids": [1, "2", True, None],
        "channels_elsewhere": {"a": [2, "3"], "b": 4},
        "labels": "no list",
        "options": {"fb": {"a": 1}, "x": 5, "tumblr": []},
        "repeat": {"unit": "year"},
        "created_at": "yesterday",
        "link": None,
        "colour": "unknown key",
    }
    draft = Draft.from_json(data)
    assert draft.text == "kept"
    assert draft.variants == {"twitter": "a"}
    assert [ref.name for ref in draft.media] == ["b.png"]
    assert draft.channel_ids == (1,)
    assert draft.channels_elsewhere == {"a": (2,)}
    assert draft.labels == ()
    assert draft.options == {"fb": {"a": 1}}
    assert draft.repeat is None
    assert draft.link == ""


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=8,
)
fields = st.dictionaries(st.sampled_from(sorted(set(WHOLE.to_json()) - {"schema"})), values)
media = st.lists(st.dictionaries(st.sampled_from(sorted(WHOLE.media[0].to_json())), values))


options = st.dictionaries(st.text(max_size=4), st.dictionaries(st.text(max_size=4), values))


@given(fields, media, options)
def test_any_json_becomes_a_draft_that_can_be_kept(
    data: dict[str, Any], files: list[Any], own: dict[str, Any]
) -> None:
    draft = Draft.from_json({**data, "media": files, "options": own, "id": "d"})
    assert draft.id == "d"
    assert draft.created_at.tzinfo is not None
    assert all(isinstance(channel_id, int) for channel_id in draft.channel_ids)
    assert Draft.from_json(json.dumps(draft.to_json(), allow_nan=False)) == draft


def test_options_hold_only_what_every_program_reads() -> None:
    own = (
        '{"a": NaN, "b": [1, Infinity], "c": 1e999, "d": "x\\ud83d", "e": 123456789012345678901,'
        ' "f": null, "g": 0.5}'
    )
    huge = "9" * 5000
    draft = Draft.from_json(
        f'{{"id": "d", "channel_ids": [1, 1e999, {huge}], "options": {{"fb": {own}}}}}'
    )
    assert draft.channel_ids == (1,)
    assert draft.options == {"fb": {"b": [1, None], "d": "x\ufffd", "g": 0.5}}
    deep: Any = 1
    for _ in range(900):
        deep = [deep]
    draft = Draft.from_json({"id": "d", "options": {"fb": {"deep": deep}}})
    draft = draft.with_option("fb", "nan", float("nan"))
    text = json.dumps(draft.to_json(), allow_nan=False)
    assert Draft.from_json(text).options["fb"].keys() == {"deep"}
    with pytest.raises(ValueError, match="not a draft"):
        Draft.from_json('{"id": "d", "options": ' + "[" * 100_000)


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

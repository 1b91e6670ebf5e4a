"""Posts of the schedule as drafts, with all that they have."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from posto_desktop.core.copies import (
    Source,
    by_message,
    changed_channels,
    draft_of_contents,
    draft_of_source,
    edit_of,
    files_of,
    source_of,
    text_digest,
    with_files,
    with_present_texts,
)
from posto_desktop.core.draft import Draft, MediaRef, channel_key
from posto_desktop.core.edits import Edit
from posto_desktop.core.posts import items_of, post_data
from posto_desktop.sdk.records import Channel, Schedule, ScheduleMedia

AT = datetime(2026, 12, 1, 12, 0, 37, tzinfo=UTC)
CHANNELS = [
    Channel(1, "Page", "fb"),
    Channel(2, "@x", "twitter"),
    Channel(3, "blog", "wordpress"),
    Channel(4, "Group", "fb"),
    Channel(5, "bsky", "bluesky"),
]


def row(number: int, **more: Any) -> Schedule:
    values: dict[str, Any] = {"group_id": "g", "channel_id": number, "network": "fb", "text": "Hi"}
    return Schedule(id=number, **{**values, **more})


def rows_of(draft: Draft) -> tuple[list[Schedule], dict[int, dict[str, Any]]]:
    """What a service has of a posted draft."""
    chosen = [channel for channel in CHANNELS if channel.id in draft.channel_ids]
    items = items_of(draft, chosen, "mark")
    rows = [
        row(100 + item.channel_id, channel_id=item.channel_id, network=item.network, send_at=AT)
        for item in items
    ]
    return rows, {100 + item.channel_id: post_data(item, []) for item in items}


def test_the_posts_of_a_message_come_together_also_after_an_edit() -> None:
    rows = [row(1), row(2, group_id="h"), row(3), row(4, group_id=""), row(5, group_id="")]
    assert [[item.id for item in some] for some in by_message(rows)] == [[1, 3], [2], [4], [5]]
    edited = [row(1), row(2, group_id="new", message="g")]
    assert [[item.id for item in some] for some in by_message(edited)] == [[1, 2]]


def test_files_are_those_with_an_address_each_once() -> None:
    first, second = (ScheduleMedia(n, "image", f"https://a/{n}.jpg") for n in (1, 2))
    nowhere = ScheduleMedia(3, "image", "")
    rows = [row(1, media=(second,)), row(2, media=(first, second, nowhere), network="twitter")]
    assert files_of(rows) == ["https://a/1.jpg", "https://a/2.jpg"]


def test_a_downloaded_file_goes_to_the_networks_that_have_it() -> None:
    first, second = (ScheduleMedia(n, "image", f"https://a/{n}.jpg") for n in (1, 2))
    rows = [row(1, media=(first, second)), row(2, network="twitter", media=(second,))]
    files = {f"https://a/{n}.jpg": MediaRef(f"/tmp/{n}.jpg", f"{n}.jpg") for n in (1, 2)}
    media = with_files(Draft(), rows, files).media
    assert [(file.name, sorted(file.left_out)) for file in media] == [
        ("1.jpg", ["twitter"]),
        ("2.jpg", []),
    ]


def test_a_source_brings_everything_back() -> None:
    file = MediaRef("/tmp/a.jpg", "a.jpg", alt="A bag", edit=Edit(max_side=800))
    draft = Draft(
        text="Hi",
        variants={"twitter": "Short"},
        media=(file,),
        channel_ids=(1, 2),
        link="https://shop.example",
        first_comment="More below",
        style="Sale",
        labels=("winter",),
        options={"fb": {"attach_link": True}},
        when_text="tomorrow",
    )
    rows, _ = rows_of(draft)
    source = Source(Draft.from_json(draft.to_json()))
    restored = source_of([replace(row, posto_ref="m") for row in rows], {"m": source})
    assert restored is not None
    made = draft_of_source(restored, rows, "local")
    assert made.id != draft.id
    for name in (
        "text",
        "variants",
        "media",
        "link",
        "first_comment",
        "style",
        "labels",
        "options",
        "channel_ids",
    ):
        assert getattr(made, name) == getattr(draft, name), name
    assert made.when_text == ""


def test_the_latest_version_counts_and_a_post_without_a_source_makes_all_unknown() -> None:
    old = Draft(text="old")
    new = replace(Draft(text="new"), updated_at=old.updated_at + timedelta(hours=1))
    rows = [row(1, posto_ref="a"), row(2, posto_ref="b")]
    restored = source_of(rows, {"a": Source(new), "b": Source(old)})
    assert restored is not None
    assert restored.draft.text == "new"
    assert source_of(rows, {"a": Source(new)}) is None


def test_a_text_that_was_changed_elsewhere_is_its_own_text() -> None:
    draft = Draft(text="Hi", channel_ids=(1, 2))
    source = Source(draft, {"1": text_digest("Hi"), "2": text_digest("Hi")})
    rows = [row(101, channel_id=1), row(102, channel_id=2, network="twitter")]
    contents = {101: {"post_content": "Hi"}, 102: {"post_content": "Changed on the web"}}
    made = with_present_texts(draft, source, contents, rows)
    assert made.variants == {channel_key(2): "Changed on the web"}


options = st.fixed_dictionaries(
    {},
    optional={
        "fb": st.fixed_dictionaries({}, optional={"first_comment": st.sampled_from(["", "own"])}),
        "wordpress": st.fixed_dictionaries(
            {}, optional={"post_title": st.just("Title"), "post_status": st.just("draft")}
        ),
        channel_key(4): st.fixed_dictionaries(
            {}, optional={"attach_link": st.booleans(), "custom_link": st.just("https://b.example")}
        ),
    },
)
drafts = st.builds(
    Draft,
    text=st.text("abc \n<3{é", min_size=1, max_size=20).filter(str.strip),
    variants=st.dictionaries(
        st.sampled_from(["fb", "twitter", channel_key(4), channel_key(1)]),
        st.text("xyz !", min_size=1, max_size=8).filter(str.strip),
        max_size=3,
    ),
    channel_ids=st.sets(st.sampled_from([1, 2, 3, 4, 5]), min_size=1).map(
        lambda ids: tuple(sorted(ids))
    ),
    link=st.sampled_from(["", "https://a.example/x"]),
    first_comment=st.sampled_from(["", "A comment"]),
    options=options,
)


@given(drafts)
def test_what_a_service_has_makes_the_same_posts_again(draft: Draft) -> None:
    rows, contents = rows_of(draft)
    made, carried = draft_of_contents(rows, contents, "local")
    again, expected = rows_of(made)
    assert [post.channel_id for post in again] == [row.channel_id for row in rows]
    for number, data in contents.items():
        present = {**carried.get(str(number - 100), {}), **expected[number]}
        assert present == data, number


def test_what_no_field_shows_is_carried() -> None:
    rows, contents = rows_of(Draft(text="Hi", channel_ids=(2,)))
    contents[102]["unknown_key"] = {"a": 1}
    _, carried = draft_of_contents(rows, contents, "local")
    assert carried["2"]["unknown_key"] == {"a": 1}
    assert "posto_ref" not in carried["2"]


def test_an_edit_knows_what_it_edits_and_survives_being_stored() -> None:
    rows, _ = rows_of(Draft(text="Hi", channel_ids=(1, 2)))
    draft = edit_of(Draft(text="Hi", channel_ids=(1, 2)), rows, {"1": {"posto_thread": ["b"]}})
    again = Draft.from_json(draft.to_json())
    assert again.editing == draft.editing
    edited = again.editing
    assert edited is not None
    assert edited.when == AT
    assert [post.id for post in edited.posts] == [101, 102]
    assert edited.carried == {"1": {"posto_thread": ["b"]}}
    assert Draft.from_json(dict(edited.before)).text == "Hi"
    assert draft.duplicate().editing is None


def test_only_channels_that_get_something_else_have_changed() -> None:
    file = MediaRef("/tmp/a.jpg", "a.jpg")
    before = Draft(text="Hi", channel_ids=(1, 2, 5), media=(file,))
    chosen = [CHANNELS[0], CHANNELS[1], CHANNELS[4]]
    assert changed_channels(before, replace(before, labels=("x",)), chosen) == set()
    assert changed_channels(before, replace(before, text="Ho"), chosen) == {1, 2, 5}
    own = replace(before, variants={"twitter": "Short"})
    assert changed_channels(before, own, chosen) == {2}
    measured = replace(before, media=(replace(file, width=40, height=30, sha256="ab"),))
    assert changed_channels(before, measured, chosen) == set()
    cut = replace(before, media=(file.leaving_out("bluesky"),))
    assert changed_channels(before, cut, chosen) == {5}
    described = replace(before, media=(replace(file, alt="A bag"),))
    assert changed_channels(before, described, chosen) == {1, 2, 5}

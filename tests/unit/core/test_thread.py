"""Tests of threads: changes of parts with their files, and what is sent of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posto_desktop.core import thread
from posto_desktop.core.copies import (
    Source,
    draft_of_contents,
    text_digest,
    with_files,
    with_present_texts,
)
from posto_desktop.core.draft import MAX_PARTS, Draft, MediaRef, part_key, split_part_key
from posto_desktop.core.draft_history import Caret, DraftHistory
from posto_desktop.core.draft_list import draft_from, search, template_from
from posto_desktop.core.posts import items_of, post_data, texts_of
from posto_desktop.core.resolved_style import ResolvedStyle
from posto_desktop.sdk.records import Channel, Schedule

MASTODON = Channel(1, "@a", "mastodon", further_parts="replies")
BLOG = Channel(2, "Blog", "wordpress", further_parts="joined")
SERVICE = Channel(3, "@b", "twitter")


def bag(name: str, part: int = 0, **more: Any) -> MediaRef:
    return MediaRef(f"/nowhere/{name}", name, 1000, width=9, height=9, part=part, **more)


def made(*texts: str, **more: Any) -> Draft:
    return Draft(text=texts[0], threads={"": texts[1:]} if texts[1:] else {}, **more)


def layout(draft: Draft, key: str = "") -> list[tuple[str, tuple[str, ...]]]:
    """Each part with the names of its files."""
    texts = thread.parts_at(draft, key)
    return [
        (text, tuple(r.name for r in thread.media_in_part(draft.media, key, number, len(texts))))
        for number, text in enumerate(texts)
    ]


def test_keys_of_parts_are_read_as_they_are_made() -> None:
    for key in ("", "mastodon", "channel:12"):
        for number in (0, 1, 12):
            assert split_part_key(part_key(key, number)) == (key, number)


THREE = made("One", "Two", "Three", media=[bag("a"), bag("b", 1), bag("c", 2)])


def test_a_part_is_split_and_joined_with_its_files() -> None:
    split = thread.split_part(made("One two", "Three", media=[bag("a"), bag("b", 1)]), "", 0, 4)
    assert layout(split) == [("One", ("a",)), ("two", ()), ("Three", ("b",))]
    joined, place = thread.join_part(split, "", 1)
    assert layout(joined) == [("One\n\ntwo", ("a",)), ("Three", ("b",))]
    assert place == 5


def test_parts_move_and_go_with_their_files() -> None:
    assert layout(thread.move_part(THREE, "", 2, 0)) == [
        ("Three", ("c",)),
        ("One", ("a",)),
        ("Two", ("b",)),
    ]
    assert layout(thread.remove_part(THREE, "", 0)) == [("Two", ("b",)), ("Three", ("c",))]
    assert layout(thread.join_all(THREE, "")) == [("One\n\nTwo\n\nThree", ("a", "b", "c"))]


def test_an_own_text_keeps_files_that_others_get() -> None:
    draft = THREE.with_parts("mastodon", ("Eins", "Zwei", "Drei"))
    draft = thread.remove_part(draft, "mastodon", 1)
    assert layout(draft, "mastodon") == [("Eins", ("a", "b")), ("Drei", ("c",))]
    assert layout(draft) == layout(THREE)


def test_files_of_a_part_that_is_not_there_go_with_the_last() -> None:
    draft = THREE.with_parts("mastodon", ("Eins", "Zwei"))
    assert layout(draft, "mastodon") == [("Eins", ("a",)), ("Zwei", ("b", "c"))]


def test_paragraphs_beyond_the_most_stay_together() -> None:
    text = "\n\n".join(str(number) for number in range(MAX_PARTS + 5))
    parts = thread.parts_at(thread.split_at_blank_lines(made(text), ""), "")
    assert len(parts) == MAX_PARTS
    assert "".join("\n\n".join(parts).split()) == "".join(text.split())


def test_it_is_stored_and_read_again() -> None:
    draft = THREE.with_parts("channel:1", ("A", "B"))
    draft = thread.move_part(draft, "channel:1", 0, 1)
    again = Draft.from_json(draft.to_json())
    assert (again.threads, again.media) == (draft.threads, draft.media)
    assert not again.is_empty
    assert not Draft(threads={"": ("More",)}).is_empty
    assert [item.id for item in search([draft], "three")] == [draft.id]


@pytest.mark.parametrize(
    "odd", [5, {"": "text"}, {"": [5, None]}, {"gone": ["x"]}, {5: ["x"]}, {"": []}]
)
def test_odd_threads_are_dropped(odd: object) -> None:
    assert Draft.from_json({"id": "d", "text": "One", "threads": odd}).threads == {}


def test_no_text_of_a_longer_thread_is_lost() -> None:
    parts = [str(number) for number in range(300)]
    draft = Draft.from_json({"id": "d", "threads": {"": parts}})
    assert 1 + len(draft.threads[""]) == MAX_PARTS
    assert "\n\n".join(draft.threads[""]).split() == parts


def test_templates_and_other_workspaces_keep_them() -> None:
    draft = THREE.with_parts("channel:1", ("A", "B"))
    fresh = draft_from(template_from(draft, "Name"), "account")
    assert fresh.threads == {"": ("Two", "Three")}
    assert [ref.part for ref in fresh.media] == [0, 1, 2]


_OPERATIONS = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 9), st.integers(0, 9)), max_size=12
)


@given(_OPERATIONS)
def test_undo_and_redo_lead_through_every_state(operations: list[tuple[int, int, int]]) -> None:
    draft = THREE
    history, states = DraftHistory(draft), [draft]
    for kind, first, second in operations:
        count = len(thread.parts_at(draft, ""))
        number, to = first % count, second % count
        if kind == 0:
            draft = thread.split_part(draft, "", number, second)
        elif kind == 1 and number:
            draft = thread.join_part(draft, "", number)[0]
        elif kind == 2:
            draft = thread.move_part(draft, "", number, to)
        elif kind == 3 and count > 1:
            draft = thread.remove_part(draft, "", number)
        else:
            draft = draft.with_text(part_key("", number), f"{first} {second}")
        if history.record(draft, Caret(), now=len(states) * 100.0):
            states.append(draft)
        history.end_step()
    for state in reversed(states[:-1]):
        step = history.undo(draft)
        assert step is not None
        draft = step.draft
        assert layout(draft) == layout(state)
    for state in states[1:]:
        step = history.redo(draft)
        assert step is not None
        draft = step.draft
        assert layout(draft) == layout(state)


# -- what is sent ----------------------------------------------------------------------------


def sent(draft: Draft, channel: Channel) -> dict[str, Any]:
    (item,) = items_of(draft, [channel], "ref")
    numbers = [n for n, ref in enumerate(draft.media) if ref.goes_to(channel.network)]
    return post_data(item, [100 + number for number in numbers], numbers)


def test_a_thread_is_sent_with_the_files_of_each_part() -> None:
    data = sent(THREE, MASTODON)
    assert (data["post_content"], data["media_list_to_upload"]) == ("One", [100])
    assert data["posto_thread"] == [
        {"text": "Two", "media": [101]},
        {"text": "Three", "media": [102]},
    ]
    assert not [name for name in data if name in ("posto_file_parts", "posto_no_files")]


def test_a_first_part_without_files_uploads_none() -> None:
    draft = made("One", "Two", media=[bag("a", 1), bag("b", 1, left_out=frozenset({"mastodon"}))])
    data = sent(draft, MASTODON)
    assert (data["upload_media"], data["media_list_to_upload"]) == (False, [])
    assert data["posto_thread"] == [{"text": "Two", "media": [100]}]


def test_who_takes_no_thread_gets_all_of_it_in_one_post() -> None:
    for channel in (BLOG, SERVICE):
        data = sent(THREE, channel)
        assert data["post_content"] == "One\n\nTwo\n\nThree"
        assert data["media_list_to_upload"] == [100, 101, 102]
        assert "posto_thread" not in data


def test_the_first_part_alone_is_sent_where_that_was_chosen() -> None:
    draft = made("One", "Two", media=[bag("a", 1), bag("b")], thread_forms={"twitter": "first"})
    data = sent(draft, SERVICE)
    assert (data["post_content"], data["media_list_to_upload"]) == ("One", [101])


def test_a_message_without_parts_is_sent_as_before() -> None:
    draft = made("One", media=[bag("a"), bag("b", 1)])
    data = sent(draft, MASTODON)
    assert data["media_list_to_upload"] == [100, 101]
    assert "posto_thread" not in data


def test_numbers_end_each_part_and_count_the_networks_own_thread() -> None:
    draft = made("One", "", "Three", numbered=True).with_parts("bluesky", ("A", "B"))
    assert texts_of(draft, MASTODON) == ("One 1/3", "2/3", "Three 3/3")
    assert texts_of(draft, "bluesky") == ("A 1/2", "B 2/2")
    assert texts_of(draft, BLOG) == ("One\n\nThree",)


def test_a_style_shapes_the_first_part() -> None:
    style = ResolvedStyle("s", style={"mastodon": {"post_text": "{post_content} #tag"}})
    draft = made("One", "Two", style="s", resolved_style=style)
    assert texts_of(draft, MASTODON) == ("One #tag", "Two")


def test_a_row_of_the_schedule_tells_its_thread() -> None:
    row = {
        "id": 5,
        "customization_data": {
            "post_content": "One",
            "posto_thread": [{"text": "Two", "media": [7]}, {"text": None}, "odd"],
        },
        "posting_data": {"content": "One", "mediaList": [{"id": 7, "url": "u", "part": 1}]},
    }
    schedule = Schedule.from_service(row)
    assert schedule is not None
    assert schedule.thread == ("Two", "")
    assert schedule.media[0].part == 1
    again = Schedule.from_dict(schedule.to_dict())
    assert (again.thread, again.media[0].part) == (("Two", ""), 1)


# -- posts that are there --------------------------------------------------------------------


def sent_rows(draft: Draft, *channels: Channel) -> tuple[list[Schedule], dict[int, dict[str, Any]]]:
    """What a service has of a draft: its rows, and what each was made of."""
    rows, contents = [], {}
    for channel in channels:
        data = sent(draft, channel)
        parts = [data["media_list_to_upload"]]
        parts += [part["media"] for part in data.get("posto_thread", [])]
        media = [
            {"id": post_id, "url": f"https://a/{post_id}", "part": number}
            for number, ids in enumerate(parts)
            for post_id in ids
        ]
        row = Schedule.from_service(
            {
                "id": channel.id,
                "group_id": "g",
                "channel": {"id": channel.id, "social_network": channel.network},
                "customization_data": data,
                "posting_data": {"content": data["post_content"], "mediaList": media},
            }
        )
        assert row is not None
        rows.append(row)
        contents[row.id] = data
    return rows, contents


def test_a_copy_of_a_post_has_its_parts_and_their_files() -> None:
    rows, contents = sent_rows(THREE, MASTODON)
    draft, carried = draft_of_contents(rows, contents, "local")
    files = {f"https://a/{number}": bag(str(number)) for number in (100, 101, 102)}
    assert layout(with_files(draft, rows, files)) == [
        ("One", ("100",)),
        ("Two", ("101",)),
        ("Three", ("102",)),
    ]
    assert "posto_thread" not in carried.get("1", {})


def test_a_copy_for_channels_with_and_without_a_thread_keeps_each() -> None:
    rows, contents = sent_rows(THREE, MASTODON, SERVICE)
    draft, _ = draft_of_contents(rows, contents, "local")
    assert draft.parts_for(MASTODON) == ("One", "Two", "Three")
    assert draft.parts_for(SERVICE) == ("One\n\nTwo\n\nThree",)


def test_a_thread_that_was_changed_elsewhere_is_an_own_one_without_numbers() -> None:
    draft = replace(THREE, numbered=True, channel_ids=(1,))
    rows, contents = sent_rows(draft, MASTODON)
    contents[1]["post_content"] = "Changed 1/3"
    source = Source(draft, {"1": text_digest("One 1/3")})
    made = with_present_texts(draft, source, contents, rows)
    assert texts_of(made, MASTODON) == ("Changed 1/3", "Two 2/3", "Three 3/3")


def test_the_whole_text_of_a_row_is_that_of_all_parts() -> None:
    (row,), _ = sent_rows(THREE, MASTODON)
    assert row.whole_text == "One\n\nTwo\n\nThree"
    (row,), _ = sent_rows(made("One"), MASTODON)
    assert row.whole_text == "One"

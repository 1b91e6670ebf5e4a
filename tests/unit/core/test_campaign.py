from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posto_desktop.core.campaign import (
    Campaign,
    CampaignMessage,
    Rhythm,
    draft_of,
    moved,
    reached,
    split_paste,
)
from posto_desktop.core.draft import MediaRef

WHEN = datetime(2026, 12, 24, 9, 0, tzinfo=UTC)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=12,
)


def whole(campaign: Campaign) -> Campaign:
    """Written as posto.db has it, and read again."""
    body = json.loads(json.dumps(campaign.to_json()))
    bodies = [json.loads(json.dumps(message.to_json())) for message in campaign.messages]
    return Campaign.from_json(
        body, [CampaignMessage.from_json(message_body) for message_body in reversed(bodies)]
    )


def test_a_campaign_is_read_as_it_was_written() -> None:
    campaign = Campaign(
        name="Winter",
        messages=(
            CampaignMessage(text="one", media=(MediaRef("/a.png", "a.png"),), when=WHEN),
            CampaignMessage(
                text="two", link="https://a.example", first_comment="#b", channel_ids=(3,)
            ),
            CampaignMessage(text="three", variants={"twitter": "3"}),
            CampaignMessage(
                text="four",
                threads={"": ("five", "six"), "twitter": ("7",)},
                variants={"twitter": "4"},
                numbered=True,
            ),
        ),
        channel_ids=(1, 2),
        style="plain",
        start_text="tomorrow 9:00",
        start=WHEN,
        rhythm=Rhythm("interval", 2, "working_day", 10),
        state="stopped",
    )
    assert whole(campaign) == campaign


def test_a_thread_goes_into_the_draft_with_its_files() -> None:
    files = tuple(MediaRef(f"/{number}.png", f"{number}.png", part=number) for number in range(3))
    message = CampaignMessage(text="one", media=files, numbered=True).with_parts(("1", "2", "3"))
    draft = draft_of(Campaign(messages=(message,)), replace(message, numbered=True))
    assert draft.parts_for("") == ("1", "2", "3")
    assert draft.numbered
    assert [ref.part for ref in draft.media] == [0, 1, 2]
    shorter = replace(message, media=files).with_parts(("1", "2"))
    assert [ref.part for ref in shorter.media] == [0, 1, 1]
    assert not shorter.with_parts(("1",)).threads
    assert not shorter.with_parts(("1",)).numbered


def test_a_message_with_words_in_a_further_part_is_not_empty() -> None:
    assert not CampaignMessage(threads={"": ("words",)}).is_empty
    assert CampaignMessage(threads={"": (" ",)}).is_empty


def test_a_copy_of_a_campaign_has_its_threads() -> None:
    message = CampaignMessage(text="one").with_parts(("one", "two"))
    (copy,) = Campaign(messages=(message,)).duplicate("Again").messages
    assert copy.parts == ("one", "two")
    assert copy.id != message.id


@given(JSON)
def test_whatever_stands_in_the_file_is_read_or_refused(data: Any) -> None:
    for read in (Campaign.from_json, CampaignMessage.from_json):
        try:
            read(data)
        except ValueError:
            continue
    Rhythm.from_json(data)


def test_a_campaign_of_a_newer_version_is_refused() -> None:
    with pytest.raises(ValueError, match="newer"):
        Campaign.from_json({**Campaign().to_json(), "schema": 2})


def test_a_rhythm_that_is_only_half_understood_posts_at_no_time() -> None:
    assert Rhythm.from_json({"kind": "interval", "every": 2, "unit": "moon"}).kind == "times"
    assert Rhythm.from_json({"kind": "interval", "every": "2"}).kind == "times"


def test_a_message_that_no_order_names_is_not_lost() -> None:
    named, lost = CampaignMessage(text="kept"), CampaignMessage(text="lost")
    body = Campaign(messages=(named,)).to_json()
    assert Campaign.from_json(body, [lost, named]).messages == (named, lost)


def test_messages_move_and_the_times_stay() -> None:
    first, second, third = (
        CampaignMessage(text="1"),
        CampaignMessage(text="2", when=WHEN),
        CampaignMessage(text="3"),
    )
    reordered = moved((first, second, third), [2], 0)
    assert [(message.text, message.when) for message in reordered] == [
        ("3", None),
        ("1", WHEN),
        ("2", None),
    ]
    assert {message.id for message in reordered} == {first.id, second.id, third.id}


@given(st.integers(0, 7), st.sets(st.integers(-1, 8)), st.integers(-1, 9))
def test_no_move_loses_a_message_or_a_time(count: int, rows: set[int], to: int) -> None:
    messages = tuple(CampaignMessage(text=str(number)) for number in range(count))
    reordered = moved(messages, rows, to)
    assert sorted(message.id for message in reordered) == sorted(message.id for message in messages)
    staying = [message.text for message in messages if int(message.text) not in rows]
    assert [message.text for message in reordered if int(message.text) not in rows] == staying


def test_a_duplicate_has_the_content_and_its_own_ids() -> None:
    first = Campaign(name="a", messages=(CampaignMessage(text="t"),), state="running", start=WHEN)
    second = first.duplicate("b")
    assert (second.name, second.state, second.start) == ("b", "draft", None)
    assert second.messages[0].text == "t"
    assert {second.id, second.messages[0].id}.isdisjoint({first.id, first.messages[0].id})


def test_a_campaign_reaches_the_channels_of_its_messages() -> None:
    assert reached(Campaign(channel_ids=(1, 2))) == {1, 2}
    plain, own = CampaignMessage(text="a"), CampaignMessage(text="b", channel_ids=(3,))
    assert reached(Campaign(channel_ids=(1, 2), messages=(plain, own))) == {1, 2, 3}
    assert reached(Campaign(channel_ids=(1, 2), messages=(own,))) == {3}
    assert reached(Campaign(messages=(plain, own))) == {3}
    assert reached(Campaign(messages=(plain,))) == set()


def test_the_labels_of_a_message_go_with_its_post() -> None:
    message = CampaignMessage(text="Hi", labels=("Advent", "Shop"))
    read = CampaignMessage.from_json(message.to_json())
    assert read == message
    assert draft_of(Campaign(), read).labels == ("Advent", "Shop")
    odd = CampaignMessage.from_json({"id": "a", "labels": [" x ", 7, "X", "\ud800", ""]})
    assert odd.labels[0] == "x"
    assert all(label.encode() for label in odd.labels)


def test_a_message_goes_to_its_own_channels_or_to_the_campaigns() -> None:
    campaign = Campaign(channel_ids=(1, 2), style="plain")
    assert draft_of(campaign, CampaignMessage(text="x")).channel_ids == (1, 2)
    own = draft_of(campaign, CampaignMessage(text="x", channel_ids=(2,)))
    assert (own.channel_ids, own.style) == ((2,), "plain")


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ("one\ntwo\r\n\nthree".replace("\n\n", "\n"), ["one", "two", "three"]),
        ("first line\nits second\n\nnext", ["first line\nits second", "next"]),
        ('"a cell\nof two lines"\nplain\n', ["a cell\nof two lines", "plain"]),
        ('"say ""hello"""\tnext column\nb\tc', ['say "hello"', "b"]),
        ('"hello" she said\nthen', ['"hello" she said', "then"]),
        ('"never closed\nb', ['"never closed', "b"]),
        ("  \n\n ", []),
    ],
)
def test_a_paste_becomes_one_message_a_paragraph_cell_or_line(
    text: str, messages: list[str]
) -> None:
    assert split_paste(text) == messages


@given(st.text(alphabet='ab"\n\t\r ', max_size=40))
def test_no_paste_breaks_or_makes_empty_messages(text: str) -> None:
    assert all(message.strip() == message and message for message in split_paste(text))


@pytest.mark.parametrize(
    ("message", "empty"),
    [
        (CampaignMessage(), True),
        (CampaignMessage(text=" \n", when=WHEN), True),
        (CampaignMessage(text="a"), False),
        (CampaignMessage(variants={"twitter": "Only for X"}), False),
        (CampaignMessage(first_comment="a"), False),
        (CampaignMessage(media=(MediaRef("/a.png", "a.png", 1, "image"),)), False),
    ],
)
def test_what_a_person_would_miss(message: CampaignMessage, empty: bool) -> None:
    assert message.is_empty == empty

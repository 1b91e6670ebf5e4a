"""What repeats, as separate posts in the outbox."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from posto_desktop.core.entries import Series
from posto_desktop.core.recurrence import MOST, Repeat, occurrences
from posto_desktop.core.resolved_style import ResolvedStyle
from posto_desktop.delivery.outbox import Outbox, OutboxError
from posto_desktop.storage.database import Database
from posto_desktop.storage.errors import StorageError
from tests.unit.delivery.scripted import NOW, Clock, ScriptedService, X, draft_of, picture


def days(count: int) -> list[Any]:
    first = NOW + timedelta(hours=1)
    return occurrences(Repeat("day", count=count), first, ZoneInfo("Europe/Berlin"))


def test_a_repeat_becomes_separate_posts_of_one_series(
    store: Database, outbox: Outbox, clock: Clock, tmp_path: Path
) -> None:
    draft = draft_of(picture(tmp_path))
    store.put_draft(draft.id, draft.workspace, draft.to_json())
    times = days(3)
    entries = outbox.add_many(draft, [X], times[::-1])
    assert [entry.share_at for entry in entries] == times
    assert len({entry.posto_ref for entry in entries}) == 3
    series = [entry.series for entry in entries]
    assert [series_part.index for series_part in series if series_part] == [1, 2, 3]
    assert {(series_part.id, series_part.count) for series_part in series if series_part} == {
        (series[0].id, 3)
    }  # type: ignore[union-attr]
    assert store.drafts() == []
    service = ScriptedService(clock)
    for entry in entries:
        assert outbox.process(entry.id, service).state == "sent"
    assert [share for _items, share in service.composed] == [
        int(moment.timestamp()) for moment in times
    ]
    assert len(service.uploads) == 1  # the same file is uploaded once
    marks = [items[0]["custom_post_data"]["posto_ref"] for items, _share in service.composed]
    assert marks == [entry.posto_ref for entry in entries]


def test_one_time_alone_is_no_series(outbox: Outbox) -> None:
    assert outbox.add_many(draft_of(), [X], days(1))[0].series is None
    assert outbox.add(draft_of(), [X], None).series is None


def test_a_series_is_written_wholly_or_not_at_all(
    store: Database, outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = draft_of()
    store.put_draft(draft.id, draft.workspace, draft.to_json())
    made = iter(["first", "second", "first"])
    monkeypatch.setattr("posto_desktop.delivery.outbox.uuid.uuid4", lambda: _Id(next(made, "same")))
    with pytest.raises(StorageError):
        outbox.add_many(draft, [X], days(3))
    assert outbox.entries() == []
    assert len(store.drafts()) == 1


class _Id:
    def __init__(self, name: str) -> None:
        self.hex = name
        self.name = name

    def __str__(self) -> str:
        return f"ref-{self.name}"


@pytest.mark.parametrize(
    ("times", "sentence"),
    [
        ([], "no time left"),
        ([NOW + timedelta(days=n) for n in range(1, MOST + 2)], "at most 200"),
        ([NOW, NOW + timedelta(days=1)], "has passed"),
    ],
)
def test_what_cannot_be_a_series(outbox: Outbox, times: list[Any], sentence: str) -> None:
    with pytest.raises(OutboxError) as caught:
        outbox.add_many(draft_of(), [X], times)
    assert sentence in caught.value.user_message
    assert outbox.entries() == []


def test_the_rest_of_a_series_is_given_up_at_once(
    outbox: Outbox, clock: Clock, store: Database
) -> None:
    entries = outbox.add_many(draft_of(), [X], days(4))
    other = outbox.add_many(draft_of(), [X], days(2))
    outbox.process(entries[0].id, ScriptedService(clock))
    assert entries[0].series is not None
    assert outbox.cancel_series(entries[0].series.id) == 3
    states = [outbox.entry(entry.id).state for entry in entries]
    assert states == ["sent", "cancelled", "cancelled", "cancelled"]
    assert {outbox.entry(item.id).state for item in other} == {"waiting"}
    assert outbox.cancel_series("unknown") == 0


@pytest.mark.parametrize(
    "data", [None, {}, {"id": "a"}, {"id": "a", "index": 0, "count": 2}, {"id": 5}, "x"]
)
def test_what_is_no_series(data: Any) -> None:
    assert Series.from_json(data) is None


def test_each_post_of_a_series_names_its_own_day(outbox: Outbox) -> None:
    style = {"twitter": {"post_text": "{date}: {post_title}"}}
    draft = replace(
        draft_of(), text="Hello", style="dated", resolved_style=ResolvedStyle("dated", style)
    )
    times = days(3)
    texts = [entry.items[0].text for entry in outbox.add_many(draft, [X], times)]
    assert texts == [f"{moment.astimezone().date().isoformat()}: Hello" for moment in times]
    assert len(set(texts)) == 3


def test_a_style_that_is_gone_is_refused_before_anything_is_sent(outbox: Outbox) -> None:
    missing = ResolvedStyle("gone", missing=True, why="There is no style “gone” any more.")
    with pytest.raises(OutboxError) as caught:
        outbox.add(replace(draft_of(), style="gone", resolved_style=missing), [X], None)
    assert caught.value.user_message == "There is no style “gone” any more. Nothing was sent."
    assert outbox.entries() == []

"""Drafts that have a time stand on the calendar; the others wait below it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from posto_desktop.core.draft import Draft, MediaRef
from posto_desktop.models.calendar import CalendarModel
from posto_desktop.models.calendar_drafts import TimedDrafts, is_draft, resolve_draft_times
from posto_desktop.sdk import times
from posto_desktop.sdk.records import Channel

NOW = datetime(2026, 11, 25, 13, 22, tzinfo=UTC)


def placed(*drafts: Draft) -> TimedDrafts:
    networks = {1: "fb", 2: "twitter"}
    return resolve_draft_times(
        drafts,
        lambda draft: [Channel(n, f"Channel {n}", networks[n]) for n in draft.channel_ids],
        NOW,
        UTC,
    )


@pytest.fixture
def model(qapp: Any) -> CalendarModel:
    made = CalendarModel(now=lambda: NOW, zone=UTC)
    made.set_days([date(2026, 11, 26)])
    return made


def test_a_draft_with_a_time_ahead_is_a_card_that_can_be_moved(model: CalendarModel) -> None:
    draft = Draft(
        text="Gift box",
        variants={"twitter": "Box"},
        channel_ids=(1, 2),
        media=(MediaRef("/pictures/a.png", "a.png", 10, "image"),),
        when_text="tomorrow 9:00",
    )
    placed_drafts = placed(draft)
    model.set_drafts(placed_drafts.rows)
    (card,) = model.cards
    assert (card.moment, card.status) == (datetime(2026, 11, 26, 9, tzinfo=UTC), "draft")
    assert card.networks == ("fb", "twitter")
    assert (card.title, card.rows[1].text) == ("Gift box", "Box")
    assert card.picture == "/pictures/a.png"
    assert card.movable == card.ids
    assert all(is_draft(row) for row in card.rows)
    assert placed_drafts.by_group[card.rows[0].group_id] is draft
    assert placed_drafts.waiting == ()


@pytest.mark.parametrize("when", ["", "now", "yesterday 9:00", "when the kettle boils"])
def test_a_draft_without_a_time_ahead_waits_below(when: str) -> None:
    draft = Draft(text="Gift box", channel_ids=[1], when_text=when)
    assert placed(draft) == TimedDrafts((), {}, (draft,))


def test_a_draft_without_channels_or_words_is_shown_all_the_same(model: CalendarModel) -> None:
    draft = Draft(media=[MediaRef("/a.png", "a.png", 10, "image")], when_text="tomorrow 9:00")
    model.set_channels({1})
    model.set_drafts(placed(draft).rows)
    (card,) = model.cards
    assert (card.title, card.networks) == ("a.png", ())
    assert "No channel chosen" in model.accessible_text(card)
    assert "No channel chosen" in model.tip(card)
    model.set_drafts(placed(Draft(text="x", channel_ids=[2], when_text="tomorrow 9:00")).rows)
    assert model.cards == []


def test_a_full_date_is_read_once_however_many_drafts_have_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read: list[str] = []
    real = times.read_when

    def noting(text: Any, **more: Any) -> Any:
        read.append(text)
        return real(text, **more)

    monkeypatch.setattr(times, "read_when", noting)
    drafts = [Draft(text="x", channel_ids=[1], when_text="2031-05-06 7:08") for _ in range(50)]
    assert len(placed(*drafts).rows) == 50
    assert read == ["2031-05-06 7:08"]
    assert placed(Draft(text="x", when_text="2019-05-06 7:08")).rows == ()  # that has passed

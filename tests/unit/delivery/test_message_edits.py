"""Edits of posts of a campaign, their undo, and labels: as they are saved in posto.db."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from posto_desktop.core.campaign import Campaign, CampaignMessage
from posto_desktop.core.campaign_results import CampaignPost
from posto_desktop.core.copies import edit_of
from posto_desktop.core.draft import Draft
from posto_desktop.core.message_save import FurtherMessages
from posto_desktop.delivery import message_edits
from posto_desktop.delivery.campaign_run import PostRequest, fill_outbox, start, stop
from posto_desktop.delivery.outbox import Entry, Outbox, OutboxError
from posto_desktop.sdk.records import Schedule
from posto_desktop.storage import campaign_rows, message_rows
from posto_desktop.storage.database import Database
from tests.unit.delivery.fake_edit_service import EditSite
from tests.unit.delivery.scripted import BLUESKY, NOW, X

AT = NOW + timedelta(days=1)
CHANNELS = [X, BLUESKY]


class Bench:
    """An outbox on a posto.db, and a service that replaces at once."""

    def __init__(self, folder: Path) -> None:
        self.store = Database(folder / "posto.db")
        self.site = EditSite(atomic=True)
        self.outbox = Outbox(self.store, self.site.clock)
        self.store.put_cache("local", "channels", [X.to_dict(), BLUESKY.to_dict()], 0.0)

    def send(self, key: str) -> Entry:
        return self.outbox.process(key, self.site)

    def post(self, text: str = "before") -> Entry:
        draft = Draft(text=text, channel_ids=(X.id, BLUESKY.id))
        return self.send(self.outbox.add(draft, CHANNELS, AT).id)

    def rows(self) -> list[Schedule]:
        return [row for row, _ in self.site.stored.values()]

    def draft(self, **more: object) -> Draft:
        draft = edit_of(Draft(text="before", channel_ids=(X.id, BLUESKY.id)), self.rows())
        return replace(draft, **more)  # type: ignore[arg-type]

    def save(
        self, draft: Draft, at: datetime = AT, further: FurtherMessages | None = None
    ) -> message_edits.SavedEdit:
        chosen = [channel for channel in CHANNELS if channel.id in draft.channel_ids]
        return message_edits.save(
            self.store, self.outbox, draft, chosen, at, known=CHANNELS, further=further
        )

    def undo(self, entry: Entry) -> Entry | None:
        return message_edits.undo(self.store, self.outbox, entry.id, known=CHANNELS)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_an_edit_can_be_undone_before_and_after_it_was_carried_out(bench: Bench) -> None:
    bench.post()
    saved = bench.save(bench.draft(text="after"))
    assert saved.entry is not None
    assert bench.undo(saved.entry) is None
    assert bench.outbox.entry(saved.entry.id).state == "cancelled"
    assert bench.site.texts() == {X.id: ["before"], BLUESKY.id: ["before"]}

    again = bench.save(bench.draft(text="after", variants={"bluesky": "before"}))
    assert again.entry is not None
    assert bench.send(again.entry.id).state == "sent"
    assert bench.site.texts() == {X.id: ["after"], BLUESKY.id: ["before"]}
    back = bench.undo(again.entry)
    assert back is not None
    assert bench.send(back.id).state == "sent"
    assert bench.site.texts() == {X.id: ["before"], BLUESKY.id: ["before"]}
    assert {row.send_at for row in bench.rows()} == {AT}


def test_what_has_passed_cannot_be_undone(bench: Bench) -> None:
    bench.post()
    later = AT + timedelta(days=2)
    saved = bench.save(bench.draft(text="after"), later)
    assert saved.entry is not None
    bench.send(saved.entry.id)
    bench.site.clock.forward(days=1, hours=1)
    with pytest.raises(OutboxError, match="passed"):
        bench.undo(saved.entry)
    assert bench.site.texts() == {X.id: ["after"], BLUESKY.id: ["after"]}


def test_the_source_of_an_edit_is_the_edit_and_its_draft_is_gone(bench: Bench) -> None:
    bench.post()
    draft = bench.draft(text="after", labels=("x",))
    bench.store.put_draft(draft.id, "local", draft.to_json())
    saved = bench.save(draft)
    assert saved.entry is not None
    assert bench.store.drafts() == []
    ref = saved.entry.posto_ref
    source = message_rows.bodies(bench.store, "local", [ref])[ref]["draft"]
    assert (source["text"], source["labels"]) == ("after", ["x"])
    assert "editing" not in source


def test_a_message_of_a_running_campaign_stays_one_of_it(bench: Bench) -> None:
    message = CampaignMessage(text="before")
    campaign = Campaign(messages=(message,), channel_ids=(X.id, BLUESKY.id), state="running")
    campaign_rows.put(
        bench.store, campaign.id, "local", campaign.to_json(), {message.id: message.to_json()}
    )
    start(bench.store, campaign, [PostRequest(message.id, 0, AT)])
    fill_outbox(bench.store, bench.outbox, lambda draft: draft, now=NOW)
    bench.send(bench.outbox.due()[0])
    (before,) = campaign_rows.posts(bench.store, campaign.id)
    saved = bench.save(bench.draft(variants={"bluesky": "after"}))
    assert saved.entry is not None
    assert len(saved.entry.items) == 2, "all of it has one mark, by which the campaign knows it"
    both = [CampaignPost.from_row(row) for row in campaign_rows.posts(bench.store, campaign.id)]
    assert [entry.posto_ref for entry in both] == [before["posto_ref"], saved.entry.posto_ref]
    assert bench.send(saved.entry.id).state == "sent"
    (after,) = campaign_rows.posts(bench.store, campaign.id)
    assert (after["posto_ref"], after["entry_id"]) == (saved.entry.posto_ref, saved.entry.id)
    assert (after["message_id"], after["state"]) == (message.id, "handed")
    assert bench.site.texts() == {X.id: ["before"], BLUESKY.id: ["after"]}


def test_stopping_a_campaign_stops_the_edit_that_waits(bench: Bench) -> None:
    message = CampaignMessage(text="before")
    campaign = Campaign(messages=(message,), channel_ids=(X.id, BLUESKY.id), state="running")
    campaign_rows.put(
        bench.store, campaign.id, "local", campaign.to_json(), {message.id: message.to_json()}
    )
    start(bench.store, campaign, [PostRequest(message.id, 0, AT)])
    fill_outbox(bench.store, bench.outbox, lambda draft: draft, now=NOW)
    bench.send(bench.outbox.due()[0])
    saved = bench.save(bench.draft(text="after"))
    assert saved.entry is not None
    stop(bench.store, bench.outbox, replace(campaign, state="stopped"))
    assert bench.outbox.entry(saved.entry.id).state == "cancelled"
    assert bench.site.texts() == {X.id: ["before"], BLUESKY.id: ["before"]}


def test_a_time_that_has_passed_changes_nothing(bench: Bench) -> None:
    bench.post()
    with pytest.raises(OutboxError, match="passed"):
        bench.save(bench.draft(text="after"), datetime(2020, 1, 1, tzinfo=UTC))
    assert bench.site.texts() == {X.id: ["before"], BLUESKY.id: ["before"]}
    assert len(bench.outbox.entries()) == 1


def test_an_edit_and_the_messages_of_its_repeat_are_saved_together(bench: Bench) -> None:
    bench.post()
    edit, later = bench.draft(text="after"), AT + timedelta(days=1)
    further = FurtherMessages(replace(edit.duplicate(), editing=None), (later,))
    saved = bench.save(edit, further=further)
    assert saved.entry is not None
    assert [(entry.share_at, entry.draft.text) for entry in saved.further] == [(later, "after")]
    assert len(bench.outbox.entries()) == 3


@pytest.mark.parametrize(("edit_days", "further_days"), [(-400, 1), (0, -400)])
def test_where_one_of_them_is_refused_none_is_saved(
    bench: Bench, edit_days: int, further_days: int
) -> None:
    bench.post()
    edit = bench.draft(text="after")
    times = (AT + timedelta(days=further_days), AT + timedelta(days=2))
    with pytest.raises(OutboxError, match="passed"):
        bench.save(
            edit,
            AT + timedelta(days=edit_days),
            further=FurtherMessages(replace(edit.duplicate(), editing=None), times),
        )
    assert len(bench.outbox.entries()) == 1
    assert bench.site.texts() == {X.id: ["before"], BLUESKY.id: ["before"]}

"""Scheduled messages opened and edited by the service: on the embedded workspace, and elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from posto_desktop.core.draft import Draft, MediaRef
from posto_desktop.core.edited_message import posts_of_message
from posto_desktop.core.entries import Entry
from posto_desktop.core.message_save import FurtherMessages
from posto_desktop.core.recurrence import Repeat
from posto_desktop.delivery.message_edits import SavedEdit
from posto_desktop.sdk.records import Channel, Schedule
from posto_desktop.workers.message_opener import OpenedMessage
from tests.unit.sdk.scripted import Reply, Scripted, schedule
from tests.unit.workers.watched import Watched

AT = datetime.fromtimestamp(int(time.time()) + 30 * 3600, UTC)

pytestmark = pytest.mark.usefixtures("quick")


class Editing:
    """A service whose opened messages and saved edits are kept."""

    def __init__(self, app: Watched, qtbot: QtBot) -> None:
        self.app, self.qtbot = app, qtbot
        self.opened: list[OpenedMessage] = []
        self.saved: list[SavedEdit] = []
        app.service.message_opened.connect(self.opened.append)
        app.service.edit_saved.connect(self.saved.append)

    @property
    def rows(self) -> list[Schedule]:
        return self.app.rows[-1][0]

    def channels(self, *slugs: str) -> list[Channel]:
        return [channel for channel in self.app.channels[-1] if channel.network in slugs]

    def post(self, draft: Draft, *slugs: str) -> None:
        chosen = self.channels(*slugs)
        draft = replace(draft, channel_ids=tuple(item.id for item in chosen))
        self.app.service.post(draft, chosen, AT)
        self.qtbot.waitUntil(lambda: len(self.rows) == len(chosen), timeout=30_000)

    def open(self, rows: list[Schedule], *, edits: bool = True) -> Draft:
        count = len(self.opened)
        self.app.service.open_message(rows, "key", edits=edits)
        self.qtbot.waitUntil(lambda: len(self.opened) > count, timeout=30_000)
        draft = self.opened[-1].draft
        assert draft is not None, self.opened[-1].problem
        return draft

    def save(self, draft: Draft, at: datetime | None = AT) -> SavedEdit:
        count = len(self.saved)
        known = self.app.channels[-1]
        chosen = [item for item in known if item.id in draft.channel_ids]
        self.app.service.save_edit(draft, chosen, at, known)
        self.qtbot.waitUntil(lambda: len(self.saved) > count, timeout=30_000)
        return self.saved[-1]

    def wait_for_texts(self, **texts: str) -> None:
        def are_there() -> bool:
            entries = self.app.entries
            return {row.network: row.text for row in self.rows} == texts and all(
                entry.is_ended for entry in entries
            )

        self.qtbot.waitUntil(are_there, timeout=30_000)


@pytest.fixture
def local(start: Callable[..., Watched], qtbot: QtBot) -> Editing:
    app = start()
    app.service.connect_local()
    qtbot.waitUntil(
        lambda: bool(app.channels) and bool(app.rows) and not app.rows[-1][1], timeout=60_000
    )
    return Editing(app, qtbot)


def picture(folder: Path) -> MediaRef:
    path = folder / "bag.png"
    image = QImage(40, 30, QImage.Format.Format_RGB32)
    image.fill(0)
    assert image.save(str(path))
    return MediaRef(str(path), "bag.png", path.stat().st_size, alt="A bag")


def test_all_of_a_message_comes_back_and_one_post_is_replaced(
    local: Editing, tmp_path: Path
) -> None:
    local.post(
        Draft(
            text="Hello",
            media=(picture(tmp_path),),
            labels=("winter",),
            link="https://shop.example",
            variants={"bluesky": "Hello sky"},
        ),
        "fb",
        "bluesky",
    )
    before = {row.network: row.id for row in local.rows}
    draft = local.open(posts_of_message(local.rows[0], local.rows))
    assert (draft.text, draft.labels, draft.link) == ("Hello", ("winter",), "https://shop.example")
    assert draft.variants == {"bluesky": "Hello sky"}
    assert [(ref.name, ref.alt) for ref in draft.media] == [("bag.png", "A bag")]
    saved = local.save(replace(draft, variants={"bluesky": "Hello, sky"}))
    assert saved.entry is not None
    # Until the service has made the new post, the old one is shown with the new text.
    local.qtbot.waitUntil(
        lambda: before["bluesky"] not in {row.id for row in local.rows}, timeout=30_000
    )
    local.wait_for_texts(fb="Hello", bluesky="Hello, sky")
    after = {row.network: row for row in local.rows}
    assert after["fb"].id == before["fb"]
    assert len(after["bluesky"].media) == 1
    # Both are edited together again, with what the first edit made of it.
    again = local.open(posts_of_message(after["fb"], local.rows))
    assert len(again.channel_ids) == 2
    assert again.variants == {"bluesky": "Hello, sky"}
    local.app.service.undo_edit(saved.entry.id, local.app.channels[-1])
    local.wait_for_texts(fb="Hello", bluesky="Hello sky")


def test_networks_added_removed_and_another_time(local: Editing) -> None:
    local.post(Draft(text="Hello"), "fb", "bluesky")
    draft = local.open(local.rows)
    (added,) = local.channels("mastodon")
    fb, bluesky = (local.channels(slug)[0].id for slug in ("fb", "bluesky"))
    local.save(replace(draft, channel_ids=(fb, added.id)), AT + timedelta(hours=1))
    local.wait_for_texts(fb="Hello", mastodon="Hello")
    assert {row.send_at for row in local.rows} == {AT + timedelta(hours=1)}
    draft = local.open(local.rows)
    alone = local.save(replace(draft, channel_ids=(fb,)), AT + timedelta(hours=1))
    assert alone.entry is None
    assert [post.channel_id for post in alone.changes.removed] == [added.id]
    moved = local.save(local.open(local.rows), AT + timedelta(hours=2))
    assert len(moved.changes.moved) == 2
    assert bluesky not in {row.channel_id for row in local.rows}


def test_labels_alone_change_nothing_on_the_service(local: Editing) -> None:
    local.post(Draft(text="Hello"), "fb")
    saved = local.save(replace(local.open(local.rows), labels=("spring",)))
    assert saved.entry is None
    assert saved.changes.is_nothing
    assert local.open(local.rows).labels == ("spring",)
    assert local.save(local.open(local.rows)).is_nothing


def test_a_copy_keeps_everything_and_edits_nothing(local: Editing, tmp_path: Path) -> None:
    local.post(Draft(text="Hello", media=(picture(tmp_path),), labels=("x",)), "fb", "bluesky")
    draft = local.open(local.rows, edits=False)
    assert draft.editing is None
    assert len(draft.channel_ids) == 2
    assert (draft.labels, draft.media[0].alt) == (("x",), "A bag")


def service_row(number: int, **more: Any) -> dict[str, Any]:
    return schedule(
        number,
        at=int(AT.timestamp()),
        group="g",
        channel={"id": number, "name": "N", "social_network": "fb" if number == 2 else "bluesky"},
        **more,
    )


def test_a_post_from_elsewhere_is_put_together_from_the_service(
    open_account: Callable[..., Watched], site: Scripted, qtbot: QtBot
) -> None:
    row = service_row(2)
    row["customization_data"] = {
        "post_content": "Written on the web",
        "attach_link": True,
        "custom_link": "https://a.example",
        "posto_thread": [{"text": "second part"}],
        "of_another_program": {"a": 1},
    }
    site.schedules = [row]
    editing = Editing(open_account(), qtbot)
    draft = editing.open(editing.rows)
    assert (draft.text, draft.link) == ("Written on the web", "https://a.example")
    assert draft.editing is not None
    assert draft.threads == {"": ("second part",)}
    assert draft.editing.carried == {"2": {"of_another_program": {"a": 1}}}


def test_a_post_from_elsewhere_cannot_be_opened_without_its_service(
    open_account: Callable[..., Watched], site: Scripted, qtbot: QtBot
) -> None:
    site.schedules = [service_row(2)]
    editing = Editing(open_account(), qtbot)
    rows = editing.rows
    site.before.append(lambda _seen: Reply(how="reset"))
    editing.app.service.open_message(rows, "key", edits=True)
    qtbot.waitUntil(lambda: bool(editing.opened), timeout=30_000)
    assert editing.opened[-1].draft is None
    assert "could not be read" in editing.opened[-1].problem


def test_an_edit_without_a_network_is_shown_and_carried_out_later(
    open_account: Callable[..., Watched], site: Scripted, qtbot: QtBot
) -> None:
    site.schedules = [service_row(2), service_row(3)]
    editing = Editing(open_account(), qtbot)
    draft = editing.open(editing.rows)

    def away(_seen: Any) -> Reply:
        return Reply(how="reset")

    site.before.append(away)
    saved = editing.save(replace(draft, text="after"))
    assert saved.entry is not None
    qtbot.waitUntil(
        lambda: (
            {row.text for row in editing.rows} == {"after"}
            and [entry.state for entry in editing.app.entries] == ["waiting"]
        ),
        timeout=30_000,
    )
    assert {row.id for row in editing.rows} == {2, 3}
    assert editing.app.service.moving_ids() == {2, 3}
    assert editing.app.service.reschedule([2], AT + timedelta(hours=1)) == ""
    assert any("not saved yet" in message.text for message in editing.app.messages)
    site.before.remove(away)
    editing.app.service.outbox.retry(saved.entry.id)
    qtbot.waitUntil(
        lambda: [entry.state for entry in editing.app.entries] == ["sent"], timeout=30_000
    )
    qtbot.waitUntil(lambda: not {2, 3} & {row.id for row in editing.rows}, timeout=30_000)
    assert sorted(row["customization_data"]["post_content"] for row in site.schedules) == [
        "after",
        "after",
    ]


def test_the_messages_of_a_repeat_are_confirmed_by_themselves_or_nothing_is_saved(
    local: Editing,
) -> None:
    service = local.app.service
    local.post(Draft(text="Hello"), "fb")
    edit = replace(local.open(local.rows), text="Hello again")
    series: list[list[Entry]] = []
    refused: list[tuple[Draft, str]] = []
    service.series_posted.connect(series.append)
    service.post_refused.connect(lambda draft, why: refused.append((draft, why)))
    chosen = local.channels("fb")
    copy = replace(edit.duplicate(), editing=None)
    past = FurtherMessages(copy, (AT - timedelta(days=900), AT + timedelta(days=1)))
    draft = replace(edit, repeat=Repeat("day", count=3))
    service.save_edit(draft, chosen, AT, chosen, past)
    local.qtbot.waitUntil(lambda: bool(refused))
    assert (refused[0][0].repeat, local.saved) == (draft.repeat, [])
    further = FurtherMessages(copy, tuple(AT + timedelta(days=n) for n in (1, 2)))
    service.save_edit(draft, chosen, AT, chosen, further)
    local.qtbot.waitUntil(lambda: bool(series))
    assert [entry.share_at for entry in series[0]] == list(further.times)
    entry = local.saved[0].entry
    assert entry is not None
    assert entry.draft.repeat is None

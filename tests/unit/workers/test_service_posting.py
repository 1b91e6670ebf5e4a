"""Posts go out, wait, are refused and paused, against a scripted service."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from posto_desktop.core.draft import MediaRef
from posto_desktop.sdk.records import Channel
from posto_desktop.storage.accounts import AccountStore, ServiceAccount
from posto_desktop.storage.database import Database
from posto_desktop.storage.errors import StorageError
from posto_desktop.storage.paths import Paths
from posto_desktop.storage.secrets import SecretStore
from posto_desktop.storage.settings import Settings
from tests.unit.delivery.scripted import PNG
from tests.unit.sdk.scripted import PASSWORD, Reply, Scripted
from tests.unit.sdk.test_partly import after_composing
from tests.unit.workers.watched import Watched, draft

RESET = Reply(how="reset")

pytestmark = pytest.mark.usefixtures("quick")


def test_a_post_goes_out_and_its_rows_appear(
    qtbot: QtBot, open_account: Callable[..., Watched], site: Scripted, tmp_path: Path
) -> None:
    app = open_account()
    picture = tmp_path / "bag “one”.png"
    picture.write_bytes(PNG)
    post = draft(media=[MediaRef(str(picture), picture.name, len(PNG), alt="A bag")])
    app.service.post(post, app.channels[-1], datetime.now(UTC) + timedelta(hours=1))
    qtbot.waitUntil(lambda: len(app.rows[-1][0]) == 2)
    qtbot.waitUntil(lambda: app.entries[0].state == "sent")
    [call] = site.composed()
    assert call["share_at"] > time.time()
    data = call["schedules"][0]["custom_post_data"]
    assert data["post_content"] == "The Winter Roast is here"
    assert data["attach_link"] is False  # the channel's own default would attach one
    [media_id] = data["media_list_to_upload"]
    assert site.media[media_id]["bytes"] == PNG
    assert site.media[media_id]["alt_text"] == "A bag"
    assert app.posted[0].posto_ref == data["posto_ref"]


def test_what_cannot_be_posted_comes_back(
    qtbot: QtBot, open_account: Callable[..., Watched]
) -> None:
    app = open_account()
    empty = draft(" ")
    app.service.save_draft(empty)
    app.service.post(empty, app.channels[-1], None)
    qtbot.waitUntil(lambda: len(app.refused) == 1)
    assert "nothing to post" in app.refused[0]
    # It is a draft again, so it is kept again.
    app.service.save_draft(empty)
    qtbot.waitUntil(lambda: empty.id in app.saved)


def test_a_post_made_offline_waits_and_goes_out_by_itself(
    qtbot: QtBot, open_account: Callable[..., Watched], site: Scripted
) -> None:
    app = open_account()
    away = threading.Event()
    away.set()
    site.before.append(lambda seen: RESET if away.is_set() else None)
    app.service.post(draft(), app.channels[-1], None)
    qtbot.waitUntil(lambda: bool(app.entries) and app.entries[0].code in ("offline", "no_answer"))
    assert app.entries[0].reason
    away.clear()
    # The answers were cut, not refused: whether anything arrived is looked up first.
    app.service.outbox.retry(app.entries[0].id)
    qtbot.waitUntil(lambda: app.entries[0].state in ("handing_over", "sent"))
    assert len(site.composed()) <= 1


def test_a_refused_post_is_told_with_its_reason(
    qtbot: QtBot, open_account: Callable[..., Watched], site: Scripted
) -> None:
    app = open_account()
    site.fail("/composer", Reply(200, {"error_msg": "<b>Channel</b> is gone"}))
    app.service.post(draft(), app.channels[-1], None)
    qtbot.waitUntil(lambda: any(notification.kind == "error" for notification in app.messages))
    notification = app.messages[-1]
    # Its rows could have been hidden, so it is not said that nothing was sent.
    assert notification.text == "“The Winter Roast is here” was refused."
    assert "Channel is gone" in notification.detail
    assert notification.action is not None
    assert (notification.action.kind, notification.action.arg) == (
        "show_activity",
        app.entries[0].id,
    )
    app.service.outbox.retry(app.entries[0].id)
    qtbot.waitUntil(lambda: app.entries[0].reason.endswith("Posto will check again."))
    assert app.entries[0].state == "waiting"


def test_a_post_that_is_taken_in_part_is_told_and_only_the_rest_is_sent_again(
    qtbot: QtBot, open_account: Callable[..., Watched], site: Scripted
) -> None:
    app = open_account()
    after_composing(site, drop=(3,))
    later = datetime.now(UTC) + timedelta(hours=1)
    app.service.post(draft(), app.channels[-1], later)
    qtbot.waitUntil(lambda: any(notification.kind == "error" for notification in app.messages))
    qtbot.waitUntil(lambda: app.entries[0].is_partly)
    [entry] = app.entries
    notification = app.messages[-1]
    assert notification.text.startswith(
        "“The Winter Roast is here” was accepted for 1 of 2 channels"
    )
    assert notification.detail.startswith("Please reconnect the account.")
    assert "Nothing was posted" not in notification.detail
    qtbot.waitUntil(lambda: len(app.ids) == 1)  # what was taken is in the plan
    app.service.outbox.retry(entry.id)
    app.service.outbox.retry(entry.id)
    qtbot.waitUntil(lambda: app.entries[0].state == "sent" and not app.entries[0].is_partly)
    qtbot.waitUntil(lambda: len(app.ids) == 2)
    first, second = site.composed()
    assert [schedule["channel_id"] for schedule in second["schedules"]] == [3]
    assert {schedule["custom_post_data"]["posto_ref"] for schedule in first["schedules"]} == {
        entry.posto_ref
    }
    assert second["schedules"][0]["custom_post_data"]["posto_ref"] == entry.posto_ref


def test_when_all_that_was_taken_is_deleted_the_rest_is_not_wanted_either(
    qtbot: QtBot, open_account: Callable[..., Watched], site: Scripted
) -> None:
    app = open_account(undo_ms=0)
    after_composing(site, drop=(3,))
    app.service.post(draft(), app.channels[-1], datetime.now(UTC) + timedelta(hours=1))
    qtbot.waitUntil(lambda: len(app.ids) == 1 and app.entries[0].is_partly)
    app.service.delete_schedules(app.ids, at_once=True)
    qtbot.waitUntil(lambda: app.entries[0].code == "given_up")
    assert len(site.composed()) == 1


def test_a_post_is_given_up(
    qtbot: QtBot, start: Callable[..., Watched], account: ServiceAccount, site: Scripted
) -> None:
    app = start()
    app.service.connect_account(account, "wrong")
    app.service.post(draft(), [Channel(2, "News", "twitter")], None)
    qtbot.waitUntil(lambda: any(entry.code == "sign_in" for entry in app.entries))
    entry_id = app.entries[0].id
    app.service.outbox.cancel(entry_id)
    qtbot.waitUntil(lambda: app.entries[0].state == "cancelled")
    with pytest.raises(ValueError, match="no such answer"):
        app.service.outbox.resolve(entry_id, "perhaps")


def test_posts_of_another_workspace_go_out_meanwhile(
    qtbot: QtBot,
    start: Callable[..., Watched],
    paths: Paths,
    site: Scripted,
    account: ServiceAccount,
) -> None:
    accounts, secrets = AccountStore(paths.accounts), SecretStore(paths.secrets, "off")
    accounts.add(account)
    app = start(accounts=accounts, secrets=secrets)
    app.service.post(draft(workspace="acc"), [Channel(2, "News", "twitter")], None)
    qtbot.waitUntil(lambda: any(entry.code == "sign_in" for entry in app.entries))
    secrets.set("acc", PASSWORD, "session")
    app.service.outbox.retry(app.entries[0].id)
    qtbot.waitUntil(lambda: app.entries[0].state == "sent")
    assert site.count("POST", "/composer") == 1


def test_an_entry_in_trouble_is_not_tried_without_end(
    qtbot: QtBot,
    open_account: Callable[..., Watched],
    site: Scripted,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The disk is full at the very moment when "sent" is to be written."""
    app = open_account()
    change = Database.change_outbox
    refused: list[str] = []

    def full(self: Database, entry_id: str, changes: dict[str, Any], **more: Any) -> bool:
        if changes.get("state") == "sent":
            refused.append(entry_id)
            raise StorageError("posto.db could not be written: the disk is full.")
        return change(self, entry_id, changes, **more)

    monkeypatch.setattr(Database, "change_outbox", full)
    app.service.post(draft(), app.channels[-1], None)
    qtbot.waitUntil(lambda: any("disk is full" in text for text in app.texts))
    app.service._job.wake()
    app.service.load_drafts()
    qtbot.waitUntil(lambda: bool(app.drafts))
    assert len(refused) == 1
    monkeypatch.undo()
    app.service._job._not_before.clear()
    app.service._job.wake()
    qtbot.waitUntil(lambda: app.entries[0].state == "sent")
    assert len(site.composed()) == 1


def test_a_paused_outbox_hands_nothing_over(
    qtbot: QtBot, open_account: Callable[..., Watched], site: Scripted, paths: Paths
) -> None:
    Settings(paths.settings).set("sending.paused", True)
    app = open_account()
    app.service.post(draft("one"), app.channels[-1], None)
    app.service.post(draft("two"), app.channels[-1], None)
    qtbot.waitUntil(lambda: len(app.entries) == 2)
    app.service.outbox.retry(app.entries[0].id)
    qtbot.waitUntil(lambda: app.entries[0].steps[-1].kind == "retried")
    assert {entry.state for entry in app.entries} == {"waiting"}
    assert site.composed() == []
    app.service.outbox.pause(False)
    qtbot.waitUntil(lambda: {entry.state for entry in app.entries} == {"sent"})


def test_pausing_stops_an_upload_which_goes_on_later(
    qtbot: QtBot, open_account: Callable[..., Watched], site: Scripted, tmp_path: Path
) -> None:
    app = open_account()
    held, go = threading.Event(), threading.Event()

    def hold(seen: Any) -> None:
        if seen.path.endswith("/media") and not go.is_set():
            held.set()
            go.wait(60)

    site.before.append(hold)
    picture = tmp_path / "bag.png"
    picture.write_bytes(PNG)
    app.service.post(
        draft(media=[MediaRef(str(picture), picture.name, len(PNG))]), app.channels[-1], None
    )
    qtbot.waitUntil(held.is_set)
    app.service.outbox.pause(True)
    go.set()
    qtbot.waitUntil(lambda: bool(app.entries) and app.entries[0].state == "waiting")
    assert site.composed() == []
    app.service.outbox.pause(False)
    qtbot.waitUntil(lambda: app.entries[0].state == "sent")
    assert len(site.composed()) == 1


def test_one_post_is_paused_and_another_taken_first(
    qtbot: QtBot, open_account: Callable[..., Watched], site: Scripted, paths: Paths
) -> None:
    Settings(paths.settings).set("sending.paused", True)
    app = open_account()
    for text in ("one", "two", "three", "four"):
        app.service.post(draft(text), app.channels[-1], None)
    qtbot.waitUntil(lambda: len(app.entries) == 4)
    ids = {entry.title: entry.id for entry in app.entries}
    app.service.outbox.hold(ids["one"], True)
    app.service.outbox.send_first(ids["three"])
    app.service.outbox.send_first(ids["four"])
    app.service.outbox.pause(False)
    qtbot.waitUntil(lambda: [entry.state for entry in app.entries].count("sent") == 3)
    texts = [call["schedules"][0]["custom_post_data"]["post_content"] for call in site.composed()]
    assert set(texts[:2]) == {"three", "four"}
    assert texts[2:] == ["two"]
    app.service.outbox.hold(ids["one"], False)
    qtbot.waitUntil(lambda: {entry.state for entry in app.entries} == {"sent"})

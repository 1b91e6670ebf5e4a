"""Entries of the outbox in each state, and what the activity page asks for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from posto_desktop.core.draft import Draft, MediaRef
from posto_desktop.core.entries import Entry, EntryStep, FileSnapshot, UploadProgress
from posto_desktop.core.posts import PostItem
from posto_desktop.ui.activity.page import ActivityPage

NOW = datetime(2026, 11, 25, 13, 21, tzinfo=UTC)


def entry(key: str, state: str, networks: tuple[str, ...] = ("instagram",), **more: Any) -> Entry:
    items = tuple(
        PostItem(number, f"on {slug}", slug, "", {"post_content": f"Text {key}"})
        for number, slug in enumerate(networks, 1)
    )
    fields: dict[str, Any] = {
        "id": key,
        "workspace": "local",
        "posto_ref": f"ref-{key}",
        "state": state,
        "draft": Draft(text=f"Text {key}"),
        "items": items,
        "files": (FileSnapshot(MediaRef("/x/shop.png", "shop.png", 9), 9, 9),),
        "share_at": None,
        "reason": "",
        "code": "",
        "group_id": "",
        "attempts": 0,
        "created_at": NOW,
        "updated_at": NOW,
        "next_try": None,
        "steps": (EntryStep(NOW, "uploaded", "shop.png"), EntryStep(NOW, "no_answer")),
    }
    return Entry(**{**fields, **more})


def entries() -> list[Entry]:
    return [
        entry("u", "unclear", reason="the site did not answer in time"),
        entry("p", "uploading", progress=UploadProgress(38, 61, "pour-over.mp4", 3, 4)),
        entry("h", "handing_over"),
        entry("w", "waiting", code="offline", next_try=NOW + timedelta(seconds=40)),
        entry("n", "waiting"),
        entry("r", "refused", reason="fjord.png is too large."),
        entry("s", "sent"),
    ]


class Heard:
    def __init__(self, page: ActivityPage) -> None:
        self.all: list[tuple[Any, ...]] = []
        page.cancelRequested.connect(lambda key: self.all.append(("cancel", key)))
        page.retryRequested.connect(lambda key: self.all.append(("retry", key)))
        page.resolveRequested.connect(lambda key, how: self.all.append((how, key)))
        page.openRequested.connect(lambda url: self.all.append(("open", url)))
        page.retryRowsRequested.connect(lambda ids: self.all.append(("retry rows", *ids)))
        page.sendNowRowsRequested.connect(lambda ids: self.all.append(("send now", *ids)))
        page.resolveRowsRequested.connect(lambda ids, how: self.all.append((f"{how} rows", *ids)))
        page.deleteRowsRequested.connect(lambda ids: self.all.append(("delete rows", *ids)))
        page.pauseRequested.connect(lambda on: self.all.append(("pause", on)))
        page.editRequested.connect(lambda draft: self.all.append(("edit", draft.text)))

    def take(self) -> list[tuple[Any, ...]]:
        taken, self.all = self.all, []
        return taken

"""The whole app with two weeks of posts, and what a hand does in it, by the names of controls."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget

from docs.screenshots import POSTS, photo, settle
from posto_desktop.core.draft import Draft, MediaRef
from posto_desktop.core.draft_list import DraftsSnapshot
from posto_desktop.sdk.records import Channel, Schedule, ScheduleMedia
from posto_desktop.storage.accounts import AccountStore, ServiceAccount
from posto_desktop.storage.paths import find_paths
from posto_desktop.ui.theme import Theme
from tests.gui.golden.stage import NOW, calm
from tests.gui.whole_app import WholeApp
from tests.gui.whole_window import _feed

Key = Qt.Key
NONE = Qt.KeyboardModifier.NoModifier
ZERO_WIDTH = "\u200b"
CHANNELS = [
    Channel(1, "Harbour Bakery", "twitter"),
    Channel(2, "harbour.bakery", "instagram"),
    Channel(3, "Harbour Bakery and Coffee, Reykjavík", "fb"),
    Channel(4, "Harbour Bakery", "linkedin", active=False),
    Channel(5, "@bakery@social.example", "mastodon", further_parts="replies"),
    Channel(6, "bakery.example", "bluesky", further_parts="replies"),
    Channel(7, "Bakery News", "telegram"),
    Channel(8, "@harbour.tok", "tiktok"),
]
TINTS = ((58, 92, 130), (150, 92, 78), (72, 118, 96))


class Stage:
    """The whole app, filled. `files` are photos on the disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files = []
        for number, tint in enumerate(TINTS):
            path = folder / ("harbour.jpg", "morning.jpg", "island.jpg")[number]
            photo(path, tint, number, grain=0)
            self.files.append(path)
        home = folder / "home"
        settle(home)
        accounts = AccountStore(find_paths(home).accounts)
        accounts.add(ServiceAccount("a1", "Studio Lind", "https://lind.example/blog", "lind"))
        accounts.add(ServiceAccount("a2", "Harbour Bakery", "https://social.bakery.example", "ann"))
        self.app = WholeApp(Theme.instance(), home, self._fetch)
        self.window = self.app.window
        self.app.begin(CHANNELS)
        self.app.service.feed_loaded.emit(_feed())
        self.app.load_plan(make_schedule())
        self.app.workspaces.show()
        self.calm()

    def _fetch(self, url: str) -> None:
        number = int(url.rsplit("/", 1)[1]) % len(self.files)
        self.app.pictures.handle(url, self.files[number].read_bytes())

    def calm(self) -> None:
        calm(self.app.runner)

    def page(self, key: str) -> Any:
        """Open a page."""
        self.window.activateWindow()
        self.window.prepare_page(key)
        self.window.show_page(key)
        self.calm()
        assert self.window.current_page() == key
        return self.window.page(key)

    def find(self, name: str, within: QWidget | None = None) -> Any:
        """The control on the screen with this objectName."""
        top = within or over() or self.window
        matches = [
            widget
            for widget in top.findChildren(QWidget, name)
            if widget.isVisible() and widget.window() is top.window()
        ]
        assert len(matches) == 1, (name, matches)
        return matches[0]

    def click(self, name: str) -> QWidget | None:
        """Press a button; what opened over the window, if anything."""
        button = self.find(name)
        assert isinstance(button, QAbstractButton)
        button.setFocus(Qt.FocusReason.MouseFocusReason)
        button.click()
        self.calm()
        return over()

    def press(self, name: str, key: Key, how: Any = NONE) -> Any:
        """Press a key in a control; what opened over the window."""
        control = self.find(name)
        control.setFocus(Qt.FocusReason.TabFocusReason)
        QTest.keyClick(control, key, how)
        self.calm()
        return over()

    def write(self, draft: Draft, *others: Draft, first_run: bool = False) -> Any:
        """Open a message in Compose; others are kept, and nothing else."""
        page = self.page("compose")
        page.set_first_run(first_run)
        self.app.service.drafts_loaded.emit(DraftsSnapshot(others))
        page.message.open_drafts.load(
            replace(draft, id="message")
        )  # the same each time: it stays one tab
        self.calm()
        return page

    def schedule(self, shown: str) -> Any:
        """The schedule as it comes, with the first post of this status in front."""
        page = self.page("schedule")
        if page.state.view.grouped:
            page.state.group(False)
            page.set_schedules(make_schedule())
        self.find("search-schedules").clear()
        page.model.tick_all(False)
        page.show_schedule(
            next(schedule.id for schedule in make_schedule() if schedule.status == shown)
        )
        self.calm()
        return page

    def media(self, *numbers: int, alt: str = "") -> list[MediaRef]:
        return [
            MediaRef(str(path), path.name, path.stat().st_size, "image", alt, 1600, 1200)
            for path in (self.files[number] for number in numbers)
        ]

    def tidy(self, widget: QWidget) -> None:
        """Take away what is of this machine: its folders, and how large files come out there."""
        here = {str(self.folder): "/home/ann", sys.executable: "/usr/bin/python3"}
        for label in widget.findChildren(QLabel):
            words = plain = label.text().replace(ZERO_WIDTH, "")
            for old, new in here.items():
                words = words.replace(old, new)
            words = re.sub(r"\d[\d.]* (bytes|[kKM]B)\b", "9 KB", words)
            if words != plain:
                label.setText(words)

    def close_over(self) -> None:
        """Close what is open over the window."""
        while (top := over()) is not None:
            top.close()
            self.calm()

    def close(self) -> None:
        self.close_over()
        self.app.close()


Scene = Callable[[Stage], QWidget | None]
"""Brings the app to what is shown, and returns the widget to look at."""


def over() -> QWidget | None:
    return QApplication.activePopupWidget() or QApplication.activeModalWidget()


def make_messages() -> list[Schedule]:
    """Messages on one to eight networks, whose posts are sent one after another."""
    outcomes = (("success",), ("error", "success", "success"))
    rows = []
    for at in range(14):
        when = NOW.replace(minute=0) + timedelta(hours=7 * (at - 4))
        past = when < NOW
        for number in range((8, 3, 1, 5)[at % 4]):
            channel = CHANNELS[(number + at) % len(CHANNELS)]
            status = outcomes[at % 2][number % len(outcomes[at % 2])] if past else "not_sent"
            media = [ScheduleMedia(n, "image", f"https://pic/{at + n}") for n in range(at % 5)]
            rows.append(
                Schedule(
                    at * 10 + number + 1, f"m{at}", channel.id, channel_name=channel.name,
                    network=channel.network, status=status,
                    send_at=when + timedelta(seconds=20 * number if past else 0),
                    text=POSTS[at % len(POSTS)], media=tuple(media),
                    error="The image file is too large" if status == "error" else "",
                    link=f"https://bakery.example/{at}/{number}" if status == "success" else "",
                )
            )  # fmt: skip
    return rows


def make_schedule() -> list[Schedule]:
    """Two weeks of posts around now, in every state."""
    statuses = ("success", "not_sent", "error", "not_sent", "draft", "missed", "not_sent")
    rows = []
    for at in range(46):
        channel = CHANNELS[(0, 1, 2, 4, 5, 6)[at % 6]]
        when = NOW.replace(minute=0) + timedelta(days=at // 3 - 3, hours=(at * 5) % 9 - 3)
        past = when < NOW
        status = ("success", "error", "success", "missed")[at % 4] if past else "not_sent"
        if not past and at % 11 == 0:
            status = "draft"
        media = [ScheduleMedia(n, "image", f"https://pic/{at + n}") for n in range(at % 3)]
        rows.append(
            Schedule(
                at + 1, f"g{at // 2}", channel.id, channel_name=channel.name,
                network=channel.network, status=status,
                send_at=None if status == "draft" else when,
                text=POSTS[at % len(POSTS)], media=tuple(media),
                error="The image file is too large" if status == "error" else "",
                link="https://bakery.example/1" if status == "success" else "",
            )
        )  # fmt: skip
    assert {row.status for row in rows} == set(statuses)
    return rows

"""Fixtures of the Compose tests: a fixed clock, real jobs and pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QImage

from posto_desktop.models.channels import ChannelsModel
from posto_desktop.sdk.endpoint import Endpoint
from posto_desktop.sdk.records import Channel
from posto_desktop.sdk.transport import Transport
from posto_desktop.ui.compose.message_files import MediaServices
from posto_desktop.ui.compose.page import ComposePage
from posto_desktop.workers.images import ImageLoader
from posto_desktop.workers.recent_media import RecentMedia
from posto_desktop.workers.runner import JobRunner

NOW = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)  # a Wednesday


class Clock:
    """A clock that moves only when it is told to."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **parts: float) -> None:
        self.now += timedelta(**parts)


class Desk:
    """The page and everything that it said."""

    def __init__(self, page: ComposePage, clock: Clock, runner: JobRunner) -> None:
        self.page = page
        self.clock = clock
        self.runner = runner
        self.posted: list[tuple[Any, datetime | None]] = []
        self.saved_drafts: list[Any] = []
        self.deleted: list[str] = []
        self.notices: list[Any] = []
        page.postRequested.connect(lambda draft, when: self.posted.append((draft, when)))
        page.message.store.saved.connect(self.saved_drafts.append)
        page.message.store.removed.connect(self.deleted.append)
        page.notificationRequested.connect(self.notices.append)

    def choose(self, channels: Iterable[Channel]) -> None:
        """Let the message go to these, which the workspace has from now on."""
        chosen = list(channels)
        ids = {item.id for item in chosen}
        rest = [channel for channel in CHANNELS.values() if channel.id not in ids]
        self.page.message.channels.model.set_channels([*chosen, *rest])
        self.page.set_channels_selection(chosen)

    def type(self, text: str) -> None:
        """Type at the caret, as keys would."""
        self.page.editor.insertPlainText(text)

    def settle(self) -> None:
        """Bring checks, counters and previews up to date."""
        self.page.media.emit_facts_changed()
        self.page.message.checks.settle()

    def pass_time(self, **parts: float) -> None:
        """Let the clock go on, and the page notice it, as it does every few seconds."""
        self.clock.forward(**parts)
        self.page._tick.timeout.emit()

    def command(self, text: str) -> QAction:
        """What an entry of the page's menu does."""
        commands = self.page.commands
        assert commands is not None
        return next(
            command
            for command in commands.entries()
            if command is not None and command.text() == text
        )

    def over(self) -> int:
        """Where the tinted tail of the text starts, in Qt positions; -1 when nothing is over."""
        tints = self.page.editor.extraSelections()
        return tints[0].cursor.selectionStart() if tints else -1

    def codes(self) -> list[str]:
        return [finding.code for finding in self.page.checks.findings]


CHANNELS = {
    "x": Channel(1, "@nordlicht", "twitter"),
    "instagram": Channel(2, "nordlicht.coffee", "instagram"),
    "linkedin": Channel(3, "Nordlicht Coffee", "linkedin"),
    "facebook": Channel(4, "Nordlicht Coffee", "fb"),
    "bluesky": Channel(5, "nordlicht.example", "bluesky"),
    "telegram": Channel(6, "Nordlicht News", "telegram"),
    "tiktok": Channel(7, "@nordlicht.tok", "tiktok"),
    "mastodon": Channel(8, "@nordlicht@social.example", "mastodon"),
}


@pytest.fixture
def channels() -> dict[str, Channel]:
    return dict(CHANNELS)


@pytest.fixture
def desk(qtbot: Any, theme: Any, tmp_path: Path) -> Iterator[Desk]:
    """A shown page with X, Facebook and Bluesky ticked."""
    runner = JobRunner()
    images = ImageLoader(runner, tmp_path / "thumbnails")
    clock = Clock()
    model = ChannelsModel()
    model.set_channels(CHANNELS.values())
    page = ComposePage(
        runner,
        images,
        model,
        paste_folder=tmp_path / "pasted",
        clock=clock,
        zone=ZoneInfo("Europe/Berlin"),
    )
    qtbot.addWidget(page)
    page.resize(1088, 808)
    page.set_channels_selection([CHANNELS["x"], CHANNELS["facebook"], CHANNELS["bluesky"]])
    page.show()
    qtbot.waitExposed(page)
    yield Desk(page, clock, runner)
    page.close()
    assert runner.shutdown(60_000)
    model.deleteLater()


@pytest.fixture
def picture(tmp_path: Path) -> Any:
    """A function that paints a picture file."""

    def paint(name: str, width: int = 120, height: int = 80) -> str:
        image = QImage(QSize(width, height), QImage.Format.Format_RGB32)
        image.fill(Qt.GlobalColor.darkCyan)
        target = tmp_path / name
        assert image.save(str(target))
        return str(target)

    return paint


@pytest.fixture
def attach(qtbot: Any, desk: Any) -> Callable[..., None]:
    """A function that adds files and waits until their sizes are known."""

    def add(*paths: str) -> None:
        count = desk.page.media.rowCount() + len(paths)
        desk.page.add_files(list(paths))
        qtbot.waitUntil(lambda: desk.page.media.rowCount() == count)
        qtbot.waitUntil(lambda: all(ref.width for ref in desk.page.media.refs()))

    return add


@pytest.fixture
def media_services(desk: Any, tmp_path: Path) -> Iterator[MediaServices]:
    """The page with a library and a way that also reaches this computer."""
    near = Transport(
        Endpoint("https://outside.invalid"), None, timeout=(2.0, 5.0), retries=0, allow_private=True
    )
    made = MediaServices(
        tmp_path / "renditions",
        tmp_path / "fetched",
        RecentMedia(tmp_path / "recent.json"),
        transport=near,
    )
    desk.page.files.configure(made)
    yield made
    near.close()

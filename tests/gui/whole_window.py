"""The whole main window with its real pages, filled with what is long, wrong and many."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QImage

from posto_desktop.common.resources import resource
from posto_desktop.core.campaign import Campaign, CampaignMessage, Rhythm
from posto_desktop.core.campaign_results import CampaignPost
from posto_desktop.core.draft import Draft, MediaRef
from posto_desktop.core.entries import Entry, EntryStep, FileSnapshot, UploadProgress
from posto_desktop.core.posts import PostItem
from posto_desktop.core.styles import StyleRegistry
from posto_desktop.models.calendar import CalendarModel
from posto_desktop.models.channels import ChannelsModel
from posto_desktop.models.feed import FeedModel
from posto_desktop.models.notifications import NotificationsModel
from posto_desktop.models.outbox import OutboxModel
from posto_desktop.models.schedules import SchedulesModel
from posto_desktop.sdk.records import Channel, Schedule, ScheduleMedia
from posto_desktop.sdk.style_files import StyleFile, read_style, style_of
from posto_desktop.ui.activity.page import ActivityPage
from posto_desktop.ui.calendar.page import CalendarPage
from posto_desktop.ui.campaigns.page import CampaignsPage
from posto_desktop.ui.compose.page import ComposePage
from posto_desktop.ui.feed.page import FeedPage
from posto_desktop.ui.main_window import MainWindow
from posto_desktop.ui.schedule.page import ScheduleTablePage
from posto_desktop.ui.styles.page import StylesPage
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.workspace_button import LOCAL, WorkspaceRow
from posto_desktop.viewmodels.activity_view import ActivityViewState
from posto_desktop.workers.images import ImageLoader
from posto_desktop.workers.runner import JobRunner

NOW = datetime(2026, 11, 25, 13, 21, tzinfo=UTC)
PAGES = ("compose", "schedule", "calendar", "campaigns", "styles", "activity", "feed")
CHANNELS = [
    Channel(1, "Sandbox X", "twitter"),
    Channel(2, "Sandbox Instagram", "instagram"),
    Channel(3, "Nordlicht Coffee Roasters and Bakery, Reykjavík harbour", "fb"),
    Channel(4, "Sandbox LinkedIn", "linkedin", active=False),
    Channel(5, "@nordlicht@social.example", "mastodon"),
    Channel(6, "nordlicht.example", "bluesky"),
    Channel(7, "Nordlicht News", "telegram"),
    Channel(8, "@nordlicht.tok", "tiktok"),
]
TEXT = (
    "The harbour at six in the morning, and the first batch of cinnamon buns. "
    "We are open from seven today. https://nordlicht.example/buns #coffee #harbour "
) * 2


def _schedules() -> list[Schedule]:
    statuses = ("success", "error", "unknown", "missed", "not_sent", "draft", "sending")
    rows = []
    for at in range(28):
        channel = CHANNELS[at % len(CHANNELS)]
        status = statuses[at % len(statuses)]
        rows.append(
            Schedule(
                id=at + 1,
                group_id=f"g{at // 3}",
                channel_id=channel.id,
                channel_name=channel.name,
                network=channel.network,
                status=status,
                send_at=None if status == "draft" else NOW + timedelta(hours=at - 4),
                text=TEXT,
                error="The image file is too large" if status == "error" else "",
                link="https://nordlicht.example/1" if status == "success" else "",
                media=tuple(ScheduleMedia(n, "image", f"https://pic/{n}") for n in range(at % 5)),
            )
        )
    return rows


def _entry(key: str, state: str, **more: Any) -> Entry:
    items = tuple(
        PostItem(channel.id, channel.name, channel.network, "", {"post_content": TEXT})
        for channel in CHANNELS[:5]
    )
    fields: dict[str, Any] = {
        "id": key,
        "workspace": "local",
        "posto_ref": f"ref-{key}",
        "state": state,
        "draft": Draft(text=TEXT),
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


def _entries() -> list[Entry]:
    return [
        _entry("u", "unclear", reason="the site did not answer in time"),
        _entry("p", "uploading", progress=UploadProgress(38, 61, "pour-over.mp4", 3, 4)),
        _entry("h", "handing_over"),
        _entry("w", "waiting", code="offline", next_try=NOW + timedelta(seconds=40)),
        _entry("n", "waiting"),
        _entry("r", "refused", reason="fjord.png is too large."),
        _entry("s", "sent"),
    ]


def _feed() -> list[dict[str, Any]]:
    return [
        {
            "id": at,
            "key": f"k{at}",
            "channel": {
                "id": channel.id,
                "name": channel.name,
                "social_network": channel.network,
                "picture": "",
            },
            "text": TEXT,
            "link": "https://nordlicht.example/buns",
            "url": f"http://127.0.0.1/sandbox/{at}",
            "first_comment": "Recipe in the comments",
            "media": [],
            "published_at": (NOW - timedelta(minutes=at)).timestamp(),
        }
        for at, channel in enumerate(CHANNELS, 1)
    ]


def build(theme: Theme, folder: Path, width: int, height: int) -> SimpleNamespace:
    """The window, shown; `close(scene)` ends what it runs."""
    runner = JobRunner()
    channels, notices = ChannelsModel(), NotificationsModel()
    window = MainWindow(theme, channels, notices, runner)
    window.resize(width, height)
    compose = ComposePage(
        runner,
        ImageLoader(runner, folder / "thumbnails"),
        channels,
        paste_folder=folder / "pasted",
        clock=lambda: NOW,
        zone=UTC,
    )
    schedule = ScheduleTablePage(SchedulesModel(now=lambda: NOW, zone=UTC))
    calendar = CalendarPage(CalendarModel(now=lambda: NOW, zone=UTC))
    campaigns = CampaignsPage(
        runner,
        ImageLoader(runner, folder / "thumbnails"),
        paste_folder=folder / "pasted",
        clock=lambda: NOW,
        zone=UTC,
    )
    styles = StylesPage(clock=lambda: NOW)
    activity = ActivityPage(ActivityViewState(OutboxModel(now=lambda: NOW, zone=UTC)))
    feed = FeedPage(FeedModel(now=lambda: NOW, zone=UTC))
    for key, title, icon, page in (
        ("compose", window.tr("Compose"), "square-pen", compose),
        ("schedule", window.tr("Schedule"), "list", schedule),
        ("calendar", window.tr("Calendar"), "calendar", calendar),
        ("campaigns", window.tr("Campaigns"), "layers", campaigns),
        ("styles", window.tr("Styles"), "swatch-book", styles),
        ("activity", window.tr("Activity"), "activity", activity),
        ("feed", window.tr("Feed"), "newspaper", feed),
    ):
        window.add_page(key, title, icon, page)
    channels.set_choice(compose.message.channels.choice)
    channels.set_channels(CHANNELS)
    channels.set_checked_ids({1, 2, 3, 5})
    window.set_workspaces(
        [
            WorkspaceRow(LOCAL, window.tr("This computer"), ""),
            WorkspaceRow("a", "Nordlicht Coffee", "social.nordlicht.example"),
        ],
        LOCAL,
    )
    window.set_connection("connected")
    window.set_page_badge("activity", 2)
    notices.add("error", "Facebook did not accept the picture.", "fjord.png is 6.2 MB.")
    schedule.set_schedules(_schedules())
    calendar.set_schedules(_schedules())
    calendar.set_drafts([Draft(text=TEXT), Draft(text="The Winter Roast is here")])
    _fill_campaigns(campaigns)
    styles.state.set_style_registry(_style_registry())
    compose.message.style.set_style_registry(_style_registry())
    activity.model.set_entries(_entries())
    feed.set_items(_feed())
    window.show()
    compose.message.open_drafts.load(
        Draft(text=TEXT, when_text="mon 9", link="https://nordlicht.example")
    )
    compose.message.checks.settle()
    return SimpleNamespace(
        window=window,
        runner=runner,
        channels=channels,
        compose=compose,
        schedule=schedule,
        calendar=calendar,
        campaigns=campaigns,
        styles=styles,
        activity=activity,
        feed=feed,
    )


def _fill_campaigns(page: CampaignsPage) -> None:
    """Two campaigns; the open one has long, bad, sent and failed messages."""
    messages = tuple(
        CampaignMessage(
            id=f"m{at}", text=TEXT * (9 if at == 2 else 1), variants={"twitter": "short"}
        )
        for at in range(9)
    )
    campaign = Campaign(
        id="c",
        name="Winter Roast countdown for the harbour and all our other shops",
        messages=messages,
        channel_ids=(1, 2, 3, 5, 6, 7, 8),
        start_text="2026-11-30 9:00",
        rhythm=Rhythm("interval", 2, "working_day", 10),
        style="Nordlicht",
        state="stopped",
    )
    reason = "fjord.png is 6.2 MB; Facebook allows up to 4 MB. The text was not published."
    posts = [
        CampaignPost(f"r{at}", f"e{at}", "c", f"m{at}", at, NOW, state, reason)  # type: ignore[arg-type]
        for at, state in enumerate(("sent", "refused", "stopped", "queued"))
    ]
    page.campaigns.set_channels(CHANNELS)
    page.set_style_registry(_style_registry(), "")
    page.campaigns.set_campaigns([campaign, Campaign(id="d", name="Spring")], {"c": posts})
    page.campaigns.set_schedules(_schedules())
    page.campaigns.open("c")


def close(scene: SimpleNamespace) -> None:
    scene.window.close()
    assert scene.runner.shutdown(60_000)
    scene.window.deleteLater()
    scene.channels.deleteLater()


def _style_registry() -> StyleRegistry:
    built_in = [read_style(path, builtin=True) for path in resource("styles").glob("*.json")]
    content = {
        "schema": 2,
        "name": "Nordlicht standard for the harbour and all our other shops",
        "icon": "coffee",
        "settings": {
            "*": {"post_text": "{post_title} is here.\n{post_excerpt}\n\n{post_url} {hashtags}"},
            "twitter": {"post_text": "{post_title}, {nope} {date}"},
            "linkedin": {"same_as": "twitter"},
            "hologram": {},
        },
    }
    broken = StyleFile("Broken", problem="Its content is damaged at line 3, column 17.")
    return StyleRegistry((*built_in, style_of(content, "Nordlicht"), broken))


def picture(path: Path, colour: str = "teal", width: int = 320, height: int = 200) -> str:
    """A picture file."""
    image = QImage(QSize(width, height), QImage.Format.Format_RGB32)
    image.fill(QColor(colour) if colour else Qt.GlobalColor.white)
    assert image.save(str(path))
    return str(path)

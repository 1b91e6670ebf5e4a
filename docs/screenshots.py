"""Makes the pictures of the documents from the real app: ``python3 dev.py screenshots [FOLDER]``.

Starts the app on a home of its own, fills its workspace as a user would see it after a week, opens
page after page, and writes each as a PNG of at most 256 colours. Nothing here is drawn for the
picture; the photos are made of noise and colours, so that they belong to nobody, and the account
that is connected is one of a server on this computer (snac2, which `dev.py` installs for tests).
"""

from __future__ import annotations

import logging
import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

SIZE = (1360, 860)
POSTS = (
    "Cinnamon buns are back. Out of the oven at seven, gone by nine. #bakery",
    "New in the shop: hand-poured candles from the island next door.",
    "We are closed on Monday, and back on Tuesday with rye bread.",
    "How the harbour looked at six this morning. #sunrise",
    "Win a breakfast for two: tell us your favourite bun.",
    "Thank you, 5,000 of you!",
)
TABLE = """Text;Publish at;Channels;Picture
Advent opens at the harbour;1.12. 9:00;Sandbox X, Sandbox Facebook;harbour.jpg
Saffron buns from Thursday;3.12. 9:00;Instagram;morning.jpg
A table for two by the window;;Sandbox Facebook;
Second Advent, open until nine;31.11. 9:00;Sandbox X;
The island in the snow;7.12. 9:00;Sandbox X;island-2.jpg
Last orders for the feast;;Facebok;
"""
"""A file to import: two rows have a mistake, one lacks its picture."""


def photo(path: Path, tint: tuple[int, int, int], turn: int, grain: float = 0.06) -> None:
    """A landscape of two hills under a sky of one colour, with some noise as cameras have it."""
    from PIL import Image, ImageDraw, ImageFilter

    width, height = 1600, 1200
    sky = Image.linear_gradient("L").resize((width, height))
    light = tuple(min(255, part + 110) for part in tint)
    picture = Image.composite(
        Image.new("RGB", sky.size, light), Image.new("RGB", sky.size, tint), sky
    )
    draw = ImageDraw.Draw(picture)
    sun = 300 + 170 * turn
    draw.ellipse((sun, 260, sun + 190, 450), fill=(255, 236, 200))
    for number, depth in enumerate((0.72, 0.5)):
        hill = tuple(int(part * depth) for part in tint)
        left = -300 + 500 * number - 90 * turn
        draw.ellipse((left, 640 + 130 * number, left + 1900, 1900), fill=hill)
    noise = random.Random(turn).randbytes(width * height)  # the same in each run
    noisy = Image.frombytes("L", picture.size, noise).convert("RGB")
    picture = Image.blend(picture.filter(ImageFilter.GaussianBlur(1.2)), noisy, grain)
    picture.save(path, quality=90)


def film(photo: Path, path: Path) -> None:
    """Twelve seconds of a slow turn over a landscape, by ffmpeg."""
    import subprocess

    pan = "scale=1600:1200,crop=1280:720:(in_w-out_w)*t/12:in_h-out_h,fps=25"
    command = ["ffmpeg", "-v", "error", "-loop", "1", "-t", "12", "-i", str(photo), "-vf", pan]
    command += ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-y", str(path)]
    subprocess.run(command, check=True)


def fill(workspace: Path, photos: list[Path]) -> None:
    """A plan for the next two weeks, through the workspace's own interface."""
    from posto_desktop.sdk import PostoSDK
    from posto_desktop.server import launch

    running = launch.start(workspace)
    try:
        with PostoSDK.from_credentials(
            running.username, running.password, base_url=running.base_url
        ) as sdk:
            channels = sdk.channels
            media = [sdk.upload(str(path)).id for path in photos]
            noon = datetime.now(UTC).replace(hour=9, minute=0, second=0, microsecond=0)
            for number in range(26):
                when = noon + timedelta(days=number // 2 + 1, hours=(number * 5) % 10)
                text = POSTS[number % len(POSTS)]
                post: dict[str, Any] = {"post_content": text}
                if number % 3 != 2:
                    post["upload_media"] = True
                    post["upload_media_type"] = "custom"
                    post["media_list_to_upload"] = [media[number % len(media)]]
                some = channels[number % 4 : number % 4 + 1 + number % 3]
                items = [{"channel_id": channel.id, "custom_post_data": post} for channel in some]
                sdk.compose(items, int(when.timestamp()))
            for number in (3, 5):
                post = {"post_content": POSTS[number], "upload_media": True}
                post |= {"upload_media_type": "custom", "media_list_to_upload": [media[0]]}
                sdk.compose([{"channel_id": channels[number].id, "custom_post_data": post}], None)
            for _second in range(40):
                if len(sdk.schedules.list(status="success")) == 2:
                    break
                time.sleep(0.5)
    finally:
        running.stop(10)


def count_posts(path: Path) -> None:
    """Numbers of posts of the last months."""
    from docs.insight_samples import fill_insights
    from posto_desktop.sdk.records import Channel
    from posto_desktop.storage.database import Database

    database = Database(path)
    channels = [Channel(501, "@bakery", "mastodon"), Channel(502, "bakery.example", "bluesky")]
    fill_insights(database, "local", channels, datetime.now(UTC))
    database.close()


def settle(home: Path, *, zones: bool = False) -> None:
    """What the user of the pictures has chosen in the settings."""
    from datetime import time as clock

    from posto_desktop.core import slots
    from posto_desktop.core.draft import LOCAL
    from posto_desktop.storage.settings import Settings

    week = [slots.Slot(day, clock(hour, 0)) for day in range(5) for hour in (9, 17)]
    weekend = [slots.Slot(day, clock(11, 0)) for day in (5, 6)]
    abroad = [slots.Slot(day, clock(8, 30)) for day in range(5)]
    groups = [slots.SlotGroup(slots=(*week, *weekend))]
    if zones:
        groups.append(slots.SlotGroup("New York", LOCAL, (2,), tuple(abroad), "America/New_York"))
    text = slots.write(groups)
    folder = home / "config"
    folder.mkdir(parents=True, exist_ok=True)
    Settings(folder / "settings.json").set(slots.SETTING, text)


Steps = Iterator[int | Callable[[], object]]


class Tour:
    """Walks through the pages of the running app. `snac` is the server of an account."""

    def __init__(self, folder: Path, photos: list[Path], table: Path, snac: Any) -> None:
        self.folder, self.photos, self.table, self.snac = folder, photos, table, snac
        self.failed = False

    def begin(self) -> None:
        """Once the app is there: one step, then the next, with time for the app in between."""
        from PySide6.QtCore import QTimer
        from PySide6.QtWidgets import QApplication

        steps = self.steps()
        noting = logging.Handler(logging.ERROR)
        noting.emit = self.noted  # type: ignore[method-assign]
        logging.getLogger("posto_desktop").addHandler(noting)

        def step() -> None:
            try:
                wait = next(steps)
            except StopIteration:
                QApplication.quit()
            except Exception:
                self.failed = True
                QApplication.quit()
                raise
            else:
                if callable(wait):
                    watch(wait, 600)
                else:
                    QTimer.singleShot(wait, step)

        def watch(is_so: Callable[[], object], looks: int) -> None:
            if is_so() or not looks:
                step()
            else:
                QTimer.singleShot(100, lambda: watch(is_so, looks - 1))

        QTimer.singleShot(500, step)

    def noted(self, _record: logging.LogRecord) -> None:
        """A fault of the app: it shows on the pictures."""
        self.failed = True

    def steps(self) -> Steps:
        """Each gives the milliseconds that the app may take, or what it has to reach."""
        from posto_desktop.ui.main_window import MainWindow

        yield lambda: self.all_of(MainWindow)
        window = self.find(MainWindow)
        window.resize(*SIZE)
        yield lambda: len(window.page("compose").message.channels.model.channels()) > 3
        yield 2000
        self.message(window)
        yield 3500
        self.take(window, "compose")
        window._theme.setMode("dark")
        yield 1500
        self.take(window, "compose-dark")
        window._theme.setMode("light")
        yield from self.quick_post(window)
        window.page("compose").findChild(object, "post").click()
        yield 9000  # until the toast has gone
        for key in ("schedule", "calendar", "styles", "activity", "feed"):
            window.show_page(key)
            yield 2500
            if key == "calendar" and datetime.now(UTC).weekday() > 2:
                window.page("calendar").head.forth.click()  # most posts are in the next week
            yield 5000  # until its pictures are there
            self.take(window, key)
        window.show_page("activity")
        window.page("activity").state.choose_view("insights")
        yield 3000
        self.take(window, "insights")
        window.page("activity").state.choose_view("outbox")
        window.show_page("campaigns")
        yield 1500
        self.campaign(window.page("campaigns"))
        yield 3000
        window.page("campaigns").view.clearSelection()
        yield 500
        self.take(window, "campaigns")
        window.page("campaigns").importFilesRequested.emit([str(self.table)])
        yield 3000
        yield from self.dialog(window, "import")
        yield from self.video(window)
        self.evergreen(window.page("campaigns"))
        yield lambda: window.page("campaigns").evergreen.state.preview.coming
        yield 2000
        self.take(window, "evergreen")
        window.page("campaigns").open_campaigns()
        window.settingsRequested.emit()
        yield 1000
        self.child(window).show_page("watch")
        self.watch_folders(self.child(window))
        yield 500
        self.take(self.child(window), "watch-folders")
        self.child(window).show_page("publishing")
        yield 1000
        yield from self.dialog(window, "settings")
        site_pictures(self.folder, self.photos)
        yield from self.connect(window)

    @staticmethod
    def watch_folders(dialog: Any) -> None:
        """Folders of a user of the pictures, which are shown and not watched."""
        from posto_desktop.core.watch_folder import FolderStatus, WatchFolder
        from posto_desktop.ui.settings.watch_folders import WatchFoldersPage

        page = dialog.findChild(WatchFoldersPage)
        paths = ("/home/ann/Dropbox/Phone", "/home/ann/Pictures/Shop", "/media/ann/Camera")
        channels = tuple(channel.id for channel in page.context.channels[:2])
        page._store.fill(WatchFolder(path, id=path, channel_ids=channels) for path in paths)
        page._store.set_status(paths[0], FolderStatus("reading", 880, 120, 1000))
        page._store.set_status(paths[2], FolderStatus("missing"))
        page.cards[paths[1]].show_options(True)

    def quick_post(self, window: Any) -> Steps:
        """The small window, with what it has understood."""
        from posto_desktop.ui.compose.quick.window import QuickWindow

        window.quickRequested.emit()
        yield lambda: self.all_of(QuickWindow)
        quick = self.find(QuickWindow)
        quick.line.insertPlainText("Buns are back @mastodon @facebook tomorrow 9")
        yield 1000
        self.take(quick, "quick-post")
        quick.line.selectAll()
        quick.line.insertPlainText("")
        quick.message.keep()
        yield 500

    def connect(self, window: Any) -> Steps:
        """An account of one's own: where, how to get what a network wants, the browser, this is
        you, and the channel that it becomes."""
        from PySide6.QtGui import QDesktopServices

        opened: list[str] = []
        QDesktopServices.openUrl = lambda url: opened.append(url.toString())  # type: ignore[method-assign,assignment]
        window.addChannelRequested.emit()
        dialog = self.child(window)
        state = dialog.state
        yield lambda: state.view.options is not None
        dialog.network_step.search.setText(self.snac.url)
        yield lambda: state.view.guess is not None
        yield 500
        self.take(dialog, "connect-where")
        dialog.network_step.search.setText("slack")
        dialog.state.choose("slack")
        dialog.state.go_on()
        yield 800
        self.take(dialog, "connect-sign-in")
        dialog.sign_in.guide.click()
        yield 800
        guide = self.child(dialog)
        self.take(guide, "connect-guide")
        guide.reject()
        dialog.state.back()
        dialog.network_step.search.setText(self.snac.url)
        yield lambda: state.view.guess is not None
        dialog.go_on()
        state.set_keep("file")
        dialog.go_on()
        yield lambda: opened
        yield 500
        self.take(dialog, "connect-browser")
        allow(self.snac, opened[-1])
        yield lambda: state.view.step == "you"
        yield 500
        self.take(dialog, "connect-account")
        dialog.go_on()
        yield lambda: state.view.step == "done"
        yield 9000  # until the toast has gone
        window.show_page("compose")
        yield 2000
        self.take(window.channel_pane, "channels")

    @staticmethod
    def all_of(kind: type[Any]) -> list[Any]:
        from PySide6.QtWidgets import QApplication

        return [widget for widget in QApplication.topLevelWidgets() if isinstance(widget, kind)]

    @classmethod
    def find(cls, kind: type[Any]) -> Any:
        return cls.all_of(kind)[0]

    @staticmethod
    def child(window: Any) -> Any:
        """The dialog over the window."""
        from PySide6.QtWidgets import QDialog

        return next(dialog for dialog in window.findChildren(QDialog) if dialog.isVisible())

    def message(self, window: Any) -> None:
        page = window.page("compose")
        names = ("instagram", "fb", "twitter")
        wanted = [
            channel
            for channel in page.message.channels.model.channels()
            if channel.network in names
        ]
        if len(wanted) < len(names):
            raise LookupError("the app has not loaded its channels")
        page.set_channels_selection(wanted)
        page.add_files([str(path) for path in self.photos[:2]])
        page.findChild(object, "message").setPlainText(f"{POSTS[3]}\n\nOpen from seven.")
        page.findChild(object, "when").setText("tomorrow at 9am")

    def video(self, window: Any) -> Steps:
        """The editor of a video, cropped for a story and cut at both ends."""
        from posto_desktop.core.edits import Edit

        page = window.page("compose")
        window.show_page("compose")
        page.add_files([str(self.photos[0].with_suffix(".mp4"))])
        yield lambda: any(ref.video for ref in page.media.refs())
        page.files.edit(page.media.rowCount() - 1)
        dialog = self.child(window)
        edit = Edit(start=1.6, end=9.2, crop=(0.36, 0.0, 0.31640625, 1.0), fit=True)
        dialog.state.set(crop=edit.crop, start=edit.start, end=edit.end, fit=edit.fit)
        dialog.media_presenter.show_moment(1.6)
        yield lambda: dialog.trim.is_loaded
        yield 1500
        yield from self.dialog(window, "video-editor")

    def campaign(self, page: Any) -> None:
        from posto_desktop.core.campaign import CampaignMessage
        from posto_desktop.core.draft import MediaRef

        page.campaigns.new()
        page.campaigns.editor.edit("name", name="Advent at the bakery", start_text="tomorrow 12:30")
        media = [
            MediaRef(str(path), path.name, path.stat().st_size, "image", width=1600, height=1200)
            for path in self.photos
        ]
        page.add_messages(
            [CampaignMessage(text=text, media=(media[n % 3],)) for n, text in enumerate(POSTS)]
        )

    def evergreen(self, page: Any) -> None:
        """Three messages, one of them with three texts."""
        from posto_desktop.core.draft import Draft, MediaRef
        from posto_desktop.core.evergreen import Alternative, EvergreenMessage

        texts = (
            "A table for the whole office? We bake for up to forty.",
            "Our rye bread keeps a week, if you hide it well.",
            "Open from seven, with the first buns of the day. #harbour",
        )
        more = (
            Alternative("Seven in the morning: the buns are warm. See you at the harbour."),
            Alternative("Up early? So are we: doors open at seven."),
        )
        rules: tuple[dict[str, Any], ...] = (
            {"weight": 3},
            {"max_runs": 12, "cooldown_days": 14},
            {"alternatives": more, "cooldown_days": 7},
        )
        page.open_evergreen()
        state = page.evergreen.state
        for path, text, rule in zip(self.photos, texts, rules, strict=True):
            media = MediaRef(str(path), path.name, path.stat().st_size, width=1600, height=1200)
            labels = ("Hours",) if "alternatives" in rule else ()
            draft = Draft(text=text, media=(media,), channel_ids=(1, 2, 3), labels=labels)
            state.add([EvergreenMessage.from_draft(draft, **rule)])
        state.save()

    def dialog(self, window: Any, name: str) -> Steps:
        dialog = self.child(window)
        self.take(dialog, name)
        dialog.reject()
        yield 800

    def take(self, widget: Any, name: str) -> None:
        self.save(self.folder, widget, name)

    @staticmethod
    def save(folder: Path, widget: Any, name: str) -> None:
        from PIL import Image

        path = folder / f"{name}.png"
        if not widget.grab().save(str(path)):
            raise OSError(f"{path} cannot be written")
        with Image.open(path) as picture:
            small = fewer_colours(picture.convert("RGB"))
        small.save(path, optimize=True)


ARTICLES = (
    ("Winter hours at the harbour", "From December on we open at eight, and close at four."),
    ("How we bake our rye", "It takes three days, and a sourdough older than the shop."),
    ("Candles from the island", "Maja brings them over with the morning ferry."),
    ("A table by the window", "Six seats, one view: how to book yours for the second Advent."),
    (
        "Buns, by the numbers",
        "What 300 buns a morning need: flour, and Jonas at three.",
    ),
    ("The oven is new", "It came by boat, and did not fit through the door."),
)


def site_pictures(folder: Path, photos: list[Path]) -> None:
    """Two dialogs about a WordPress site, filled as one would fill them."""
    from PySide6.QtGui import QImage

    from posto_desktop.sdk import CalendarChannel, Planner, SitePost, SitePostPage
    from posto_desktop.ui.compose.site_posts_dialog import SitePostsDialog
    from posto_desktop.ui.dialogs.site_planners_dialog import SitePlannersDialog

    images = {str(path): QImage(str(path)).scaledToWidth(192) for path in photos}
    now = datetime.now(UTC)
    posts = [
        SitePost(
            number,
            title,
            excerpt,
            published_at=now - timedelta(days=3 * number + 1),
            preview=str(photos[number % len(photos)]),
        )
        for number, (title, excerpt) in enumerate(ARTICLES)
    ]
    articles = SitePostsDialog(images.get)
    articles.show_page(SitePostPage(tuple(posts), total=len(posts)))
    channels = tuple(CalendarChannel(number) for number in (1, 2, 3))
    planners = SitePlannersDialog(lambda: now)
    rows = (
        Planner(1, "From our blog", "active", now + timedelta(days=1), channels, repeats=True),
        Planner(2, "Old recipes", "paused", None, channels[:2]),
        Planner(3, "Opening week", "finished", None, channels),
    )
    planners.show_planners(rows, can_change=True)
    for name, dialog in (("from-the-site", articles), ("site-planners", planners)):
        dialog.show()
        dialog.grab()  # lays it out
        Tour.save(folder, dialog, name)
        dialog.close()


def name_account(snac: Any) -> None:
    """Give the account of the server the name that is shown."""
    import json

    path = snac.folder / "data" / "user" / "alice" / "user.json"
    known = json.loads(path.read_text(encoding="utf-8"))
    snac.stop()
    path.write_text(json.dumps({**known, "name": "Harbour Bakery"}), encoding="utf-8")
    snac.start()


def allow(snac: Any, address: str) -> None:
    """What the person does in the browser."""
    import requests

    requests.get(snac.allow(address), timeout=30)


def fewer_colours(picture: Any) -> Any:
    """The same in 256 colours: the commonest as they are, so that surfaces stay plain, and such as
    cover what is rare, so that the marks of networks and statuses stay, too."""
    from PIL import Image

    counted = sorted(picture.getcolors(picture.width * picture.height), reverse=True)
    common = [part for _count, colour in counted[:128] for part in colour]
    rare = picture.quantize(128, Image.Quantize.MAXCOVERAGE, kmeans=1).getpalette()[: 3 * 128]
    palette = Image.new("P", (1, 1))
    palette.putpalette(common + rare)
    return picture.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG)


def main(words: list[str]) -> int:
    folder = Path(words[0]) if words else ROOT / "docs" / "images"
    folder.mkdir(parents=True, exist_ok=True)
    os.environ["POSTO_KEYRING"] = "off"
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["TZ"] = "UTC"
    with tempfile.TemporaryDirectory(prefix="posto-pictures-") as name:
        home = Path(name)
        made = home / "made"
        made.mkdir()
        photos = []
        for number, tint in enumerate(((58, 92, 130), (150, 92, 78), (72, 118, 96))):
            photos.append(home / ("harbour", "morning", "island")[number])
            photos[-1] = photos[-1].with_suffix(".jpg")
            photo(photos[-1], tint, number)
        photo(home / "film.jpg", (58, 92, 130), 0, grain=0.0)  # grain makes a large picture
        film(home / "film.jpg", photos[0].with_suffix(".mp4"))
        table = home / "advent.csv"
        table.write_text(TABLE, encoding="utf-8")
        settle(home, zones=True)
        fill(home / "data" / "workspace", photos)
        count_posts(home / "data" / "posto.db")
        from tests.servers.snac import PROGRAM, Snac

        if PROGRAM is None:
            sys.stderr.write("snac is missing: apt-get install snac2\n")
            return 1
        snac = Snac()
        name_account(snac)
        try:
            tour = Tour(made, photos, table, snac)
            failed = max(run(tour, home), int(tour.failed))
        finally:
            snac.remove()
        if not failed:  # all of them, or none
            for picture in sorted(made.iterdir()):
                shutil.copyfile(picture, folder / picture.name)
                sys.stdout.write(f"{folder / picture.name}\n")
        return failed


def run(tour: Tour, home: Path) -> int:
    """The real program; the tour gets in when it enters the event loop."""
    from PySide6.QtWidgets import QApplication

    from posto_desktop.__main__ import main as start

    real_exec: Callable[[], int] = QApplication.exec

    def watched_exec(*_: object) -> int:
        tour.begin()
        return real_exec()

    QApplication.exec = watched_exec  # type: ignore[method-assign,assignment]
    return start(["--home", str(home)])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

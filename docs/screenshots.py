"""Makes the pictures of the documents from the real app: ``python3 dev.py screenshots [FOLDER]``.

Starts the app on a home of its own, fills its workspace as a user would see it after a week, opens
page after page, and writes each as a PNG. Nothing here is drawn for the picture; the photos are
made of noise and colours, so that they belong to nobody.
"""

from __future__ import annotations

import os
import sys
import tempfile
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


def photo(path: Path, tint: tuple[int, int, int], turn: int) -> None:
    """A landscape of two hills under a sky of one colour."""
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
    grain = Image.effect_noise(picture.size, 18).convert("RGB")
    picture = Image.blend(picture.filter(ImageFilter.GaussianBlur(1.2)), grain, 0.06)
    picture.save(path, quality=90)


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
                items = [{"channel_id": one.id, "custom_post_data": post} for one in some]
                sdk.compose(items, int(when.timestamp()))
    finally:
        running.stop(10)


class Tour:
    """Walks through the pages of the running app."""

    def __init__(self, folder: Path, photos: list[Path]) -> None:
        self.folder, self.photos = folder, photos
        self.failed = False

    def begin(self) -> None:
        """Once the app is there: one step, then the next, with time for the app in between."""
        from PySide6.QtCore import QTimer
        from PySide6.QtWidgets import QApplication

        steps = self.steps()

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
                QTimer.singleShot(wait, step)

        QTimer.singleShot(4000, step)

    def steps(self) -> Iterator[int]:
        """Each gives the milliseconds that the app may take."""
        from posto_desktop.ui.main_window import MainWindow

        window = self.find(MainWindow)
        window.resize(*SIZE)
        yield 300
        self.message(window)
        yield 3500
        self.take(window, "compose")
        pages = window.top_bar.visible_pages()
        for key in [key for key in pages if key not in ("compose", "feed")]:
            window.show_page(key)
            yield 2500
            self.take(window, key)
        window.show_page("compose")
        window._theme.setMode("dark")
        yield 1500
        self.take(window, "compose-dark")

    @staticmethod
    def find(kind: type[Any]) -> Any:
        from PySide6.QtWidgets import QApplication

        return next(one for one in QApplication.topLevelWidgets() if isinstance(one, kind))

    def message(self, window: Any) -> None:
        page = window.page("compose")
        names = ("instagram", "fb", "twitter")
        wanted = [one.id for one in page.channels_model.channels() if one.network in names]
        page.channels_model.set_checked_ids(wanted)
        page.add_files([str(path) for path in self.photos[:2]])
        page.findChild(object, "message").setPlainText(f"{POSTS[3]}\n\nOpen from seven.")
        page.findChild(object, "when").setText("tomorrow at 9am")

    def take(self, window: Any, name: str) -> None:
        path = self.folder / f"{name}.png"
        if not window.grab().save(str(path)):
            raise OSError(f"{path} cannot be written")
        sys.stdout.write(f"{path}\n")


def main(words: list[str]) -> int:
    folder = Path(words[0]) if words else ROOT / "docs" / "images"
    folder.mkdir(parents=True, exist_ok=True)
    os.environ["POSTO_KEYRING"] = "off"
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["TZ"] = "UTC"
    with tempfile.TemporaryDirectory(prefix="posto-pictures-") as name:
        home = Path(name)
        photos = []
        for number, tint in enumerate(((58, 92, 130), (150, 92, 78), (72, 118, 96))):
            photos.append(home / ("harbour", "morning", "island")[number])
            photos[-1] = photos[-1].with_suffix(".jpg")
            photo(photos[-1], tint, number)
        fill(home / "data" / "workspace", photos)
        tour = Tour(folder, photos)
        return max(run(tour, home), int(tour.failed))


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

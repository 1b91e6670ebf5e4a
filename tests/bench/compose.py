"""Writing in the compose page: key press to paint with 12 previews, pauses, and memory.

Keys come at uneven times, as from hands. A key counts from the moment it was due, so that one that
had to wait for something else is not a fast one. It is shown when the window has painted the editor
(the preview: a card) and flushed. Beside it, in the same run: a window with nothing but a
`QPlainTextEdit`. Memory is that of the page with its previews above the same page without a photo.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.bench.figures import Figure
from tests.bench.heartbeat import make_photos
from tests.bench.media import PHOTOS, Stage, child, many

KEYS = 400
BEAT_MS = 4
WRITTEN = "The winter roast is here: fig, cocoa and a little orange peel. "
ADDED = "Come by on Saturday, the first cup is on us. @fjordcycles #winterroast "
# As people write: a few sentences, then a blank line.
LONG_TEXT = "\n\n".join([WRITTEN * 4] * 9) + " "
NETWORKS = (
    "twitter",
    "instagram",
    "linkedin",
    "fb",
    "bluesky",
    "mastodon",
    "threads",
    "telegram",
    "tiktok",
    "pinterest",
    "discord",
    "tumblr",
)


def measure() -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="posto-bench-") as name:
        folder = Path(name)
        make_photos(folder / "made")
        photos = many(folder / "made", folder / "photos", PHOTOS)
        typed = child(folder, "typing", photos[:4], "tests.bench.compose")
        long = child(folder, "typing-long", photos[:4], "tests.bench.compose")
        much = child(folder, "megabyte", [], "tests.bench.compose")
        held = child(folder, "photos", photos, "tests.bench.compose")
    figures = []
    for what, measured in (("", typed), (f", {len(LONG_TEXT):,} characters", long)):
        for name, figure, limit in (
            (f"key press to paint, 12 previews, p50{what}", "key_p50", None),
            (f"key press to paint, 12 previews, p95{what}", "key_p95", 16.0),
        ):
            base = measured[f"bare_{figure}"]
            figures.append(Figure(name, measured[figure], "ms", base, "QPlainTextEdit", limit))
        figures.append(
            Figure(f"key press to previews, p95{what}", measured["seen_p95"], "ms", limit=50)
        )
        for name, figure, limit in (
            (f"heartbeat gap while typing, p99{what}", "gap_p99", 16.0),
            (f"heartbeat gap while typing, longest{what}", "gap_max", 50.0),
        ):
            base = measured[f"bare_{figure}"]
            figures.append(Figure(name, measured[figure], "ms", base, "QPlainTextEdit", limit))
    figures += [
        Figure(
            f"a key and its paint, {what} of 1 MB: work of the GUI thread, p95",
            much[f"{key}_p95"],
            "ms",
            much[f"bare_{key}_p95"],
            "QPlainTextEdit",
            limit=16,
        )
        for key, what in (("one", "one paragraph"), ("lines", "lines"), ("wide", "emoji"))
    ]
    for name, figure in (("settled", "settled"), ("most", "most")):
        figures.append(
            Figure(
                f"memory of {PHOTOS} photos of 12 MP with 12 previews, {name}",
                held[figure] - held["idle"],
                "MB",
                held["bare"],
                "bare window",
                150,
            )
        )
    return figures


def part(values: list[float], share: float) -> float:
    """The value that `share` of them do not pass."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]


def open_page(stage: Stage, files: list[str]) -> Any:
    """The page with a channel of each network, and a message in it."""
    from posto_desktop.sdk.records import Channel
    from posto_desktop.workers.garbage_collector import GarbageGuard

    # As the app: garbage is collected between events, on this thread.
    stage.garbage = GarbageGuard(stage.app)
    stage.garbage.start()
    page = stage.open_page()
    page.set_channels_selection(
        [Channel(number, f"Nordlicht {slug}", slug) for number, slug in enumerate(NETWORKS)]
    )
    page.set_first_run(False)
    stage.window.resize(1360, 860)
    if files:
        page.add_files(files)
        stage.until(lambda: page.media.rowCount() >= len(files), 60)
    stage.until(lambda: stage.runner.running == 0, 120)
    stage.garbage.settle()
    stage.until(lambda: False, 1.0)
    return page


def typing(files: list[str], written: str = WRITTEN) -> dict[str, float]:
    from PySide6.QtWidgets import QPlainTextEdit

    from posto_desktop.ui.shared.preview_card import PreviewCard

    stage = Stage()
    bare = QPlainTextEdit()
    stage.window.setCentralWidget(bare)
    stage.window.resize(1360, 860)
    bare.setPlainText(written)
    stage.until(lambda: False, 0.5)
    base = Hands(stage, bare, ()).type()
    page = open_page(stage, files)
    page.editor.setPlainText(written)
    stage.until(lambda: False, 1.0)
    cards = page.preview.findChildren(PreviewCard)
    assert len(cards) == len(NETWORKS), cards
    measured = Hands(stage, page.editor, cards).type()
    last = next(card for card in cards if card.post.slug == "tumblr")
    assert last.shown().endswith(ADDED.strip()[-20:]), last.shown()
    stage.close()
    return {**measured, **{f"bare_{name}": value for name, value in base.items()}}


class Hands:
    """Types into a widget and watches its window paint."""

    def __init__(self, stage: Stage, widget: Any, cards: Any) -> None:
        from PySide6.QtCore import QEvent, QObject

        self.stage, self.widget = stage, widget
        self.keys: list[float] = []
        self.previews: list[float] = []
        self.gaps: list[float] = []
        self._due: list[float] = []  # keys whose paint is still to come
        self._seen: list[float] = []  # keys whose previews are still to come
        self._painted: set[str] = set()
        hands = self

        class Watch(QObject):
            """Notes which widgets paint within one update of the window."""

            def __init__(self, what: str) -> None:
                super().__init__()
                self.what = what

            def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
                if event.type() == QEvent.Type.Paint:
                    hands._painted.add(self.what)
                return False

        self._watches = [Watch("editor"), Watch("card")]
        widget.viewport().installEventFilter(self._watches[0])
        for card in cards:
            card.installEventFilter(self._watches[1])
        stage.window.updated = self._updated

    def _updated(self) -> None:
        """All that was dirty is painted and on the screen."""
        now = time.perf_counter()
        if "editor" in self._painted:
            self.keys += [(now - due) * 1000 for due in self._due]
            self._due.clear()
        if "card" in self._painted:
            self.previews += [(now - due) * 1000 for due in self._seen]
            self._seen.clear()
        self._painted.clear()

    def type(self) -> dict[str, float]:
        from PySide6.QtCore import QEvent, Qt, QTimer
        from PySide6.QtGui import QKeyEvent, QTextCursor
        from PySide6.QtWidgets import QApplication

        self.widget.setFocus()
        self.widget.moveCursor(QTextCursor.MoveOperation.End)
        text = (ADDED * (KEYS // len(ADDED) + 1))[: KEYS - len(ADDED)] + ADDED
        chance = random.Random(7)
        state = {"next": time.perf_counter() + 0.05, "number": 0}
        timer = QTimer()
        timer.setTimerType(Qt.TimerType.PreciseTimer)
        timer.setSingleShot(True)

        def press() -> None:
            number = state["number"]
            sign = text[int(number)]
            self._due.append(state["next"])
            if sign != " ":  # a space at the end is not shown by any network
                self._seen.append(state["next"])
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                event = QKeyEvent(kind, ord(sign.upper()), Qt.KeyboardModifier.NoModifier, sign)
                QApplication.sendEvent(self.widget, event)
            state["number"] += 1
            state["next"] += chance.uniform(0.025, 0.09)
            if state["number"] < len(text):
                begin()

        def begin() -> None:
            timer.start(max(0, round((state["next"] - time.perf_counter()) * 1000)))

        timer.timeout.connect(press)
        heart = QTimer(interval=BEAT_MS)
        heart.setTimerType(Qt.TimerType.PreciseTimer)
        last = [time.perf_counter()]

        def beat() -> None:
            now = time.perf_counter()
            self.gaps.append((now - last[0]) * 1000)
            last[0] = now

        heart.timeout.connect(beat)
        heart.start()
        begin()
        self.stage.until(lambda: state["number"] >= len(text), 120)
        self.stage.until(lambda: not self._due, 5)
        heart.stop()
        self.stage.until(lambda: False, 0.5)
        assert len(self.keys) == len(text), len(self.keys)
        measured = {
            "key_p50": part(self.keys, 0.5),
            "key_p95": part(self.keys, 0.95),
            "gap_p99": part(self.gaps, 0.99),
            "gap_max": max(self.gaps),
        }
        if self.previews:
            measured["seen_p95"] = part(self.previews, 0.95)
        return measured


MEGABYTE = 1_048_576
MUCH = {"one": WRITTEN, "lines": WRITTEN.strip() + "\n", "wide": "Größe 🌩 und mehr Wörter. "}


def megabyte(_files: list[str]) -> dict[str, float]:
    """Keys in the middle of a text of 1 MB: what the GUI thread does for each, without waits."""
    from PySide6.QtCore import QEvent, Qt
    from PySide6.QtGui import QKeyEvent, QTextCursor
    from PySide6.QtWidgets import QApplication, QPlainTextEdit

    def keys(widget: Any) -> float:
        spent = []
        for _number in range(30):
            stage.until(lambda: False, 0.03)
            begun = time.thread_time()
            press = (QEvent.Type.KeyPress, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier, "a")
            QApplication.sendEvent(widget, QKeyEvent(*press))
            widget.viewport().repaint()
            spent.append((time.thread_time() - begun) * 1000)
        return part(spent, 0.95)

    stage, measured = Stage(), {}
    bare = QPlainTextEdit()
    stage.window.setCentralWidget(bare)
    for name, text in MUCH.items():
        bare.setPlainText((text * (MEGABYTE // len(text) + 1))[:MEGABYTE])
        cursor = bare.textCursor()
        cursor.setPosition(MEGABYTE // 2)
        bare.setTextCursor(cursor)
        measured[f"bare_{name}_p95"] = keys(bare)
    page = open_page(stage, [])
    for name, text in MUCH.items():
        page.editor.set_text("", (text * (MEGABYTE // len(text) + 1))[:MEGABYTE])
        page.editor.moveCursor(QTextCursor.MoveOperation.Start)
        page.editor.set_caret(MEGABYTE // 2)
        measured[f"{name}_p95"] = keys(page.editor)
    stage.close()
    return measured


def photos(files: list[str]) -> dict[str, float]:
    """Attach the photos with all previews open; wait until each has its picture."""
    stage = Stage()
    page = open_page(stage, [])
    stage.memory.reset()
    idle = stage.memory.now()
    page.add_files(files)
    if not stage.until(lambda: page.media.rowCount() >= len(files), 60):
        raise RuntimeError(f"only {page.media.rowCount()} files came in")
    stage.until(lambda: stage.runner.running == 0, 120)
    stage.until(lambda: False, 1.5)
    measured = {"idle": idle, "most": stage.memory.most, "settled": stage.memory.now()}
    stage.close()
    return {**measured, "bare": stage.bare}


if __name__ == "__main__":
    kinds: dict[str, Callable[[list[str]], dict[str, float]]] = {
        "typing": typing,
        "typing-long": lambda files: typing(files, LONG_TEXT),
        "megabyte": megabyte,
        "photos": photos,
    }
    result = kinds[sys.argv[1]](json.loads(Path(sys.argv[2]).read_text()))
    Path(sys.argv[3]).write_text(json.dumps(result))

"""Files of the plan, written on a worker and opened again."""

from __future__ import annotations

import csv
import io
import os
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QBuffer, QObject, QSize
from PySide6.QtGui import QColor, QFontDatabase, QImage, QPainter
from PySide6.QtPdf import QPdfDocument

from posto_desktop.common.resources import resource
from posto_desktop.sdk.records import Schedule, ScheduleMedia
from posto_desktop.storage import atomic
from posto_desktop.storage.errors import StorageError
from posto_desktop.workers.export_jobs import (
    ExportResult,
    ScheduleFile,
    write_paper,
    write_schedule,
)
from posto_desktop.workers.runner import JobRunner
from posto_desktop.workers.week_paper import PaperWords, WeekPaper, rows_of_week

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = date(2026, 11, 23)
NOON = datetime(2026, 11, 25, 11, 0, tzinfo=UTC)
WORDS = PaperWords(
    title="Week of 23 November",
    subtitle="Printed today",
    page="Page {number} of {total}",
    nothing="No posts this week.",
    continued="{day} continued",
    more="+{count}",
    clock=lambda moment: f"{moment:%H:%M}",
    day=lambda day: f"{day:%a %d %b}",
    status=lambda key, raw: key.capitalize(),
)


@dataclass
class Row:
    schedule: Schedule
    status: str = "scheduled"

    @classmethod
    def of(cls, number: int, at: datetime | None = NOON, status: str = "scheduled", **kw: Any):
        values = {
            "group_id": f"g{number}",
            "channel_id": 1,
            "channel_name": "Nordlicht",
            "network": "fb",
            "status": "not_sent",
            "text": f"Message {number}",
        }
        return cls(Schedule(id=number, send_at=at, **{**values, **kw}), status)


@pytest.fixture
def runner(qapp):
    runner = JobRunner()
    yield runner
    assert runner.shutdown(60_000)


@pytest.fixture
def owner(qapp):
    return QObject()


def run(qtbot: Any, runner: JobRunner, owner: QObject, fn: Any, *values: Any) -> Any:
    handle = runner.submit(fn, *values, parent=owner)
    with qtbot.waitSignal(handle.done) as blocker:
        pass
    return blocker.args[0]


def order(path: Path, rows: list[Row], kind: Any = "csv") -> ScheduleFile:
    return ScheduleFile(path, kind, rows, BERLIN, "Plan", NOON)


def test_csv_and_calendar_are_written(qtbot, runner, owner, tmp_path) -> None:
    rows = [Row.of(1), Row.of(2, None, "draft")]
    for kind, name in (("csv", "a.csv"), ("excel", "b.csv"), ("ical", "c.ics")):
        result = run(qtbot, runner, owner, write_schedule, order(tmp_path / name, rows, kind))
        assert result == ExportResult(tmp_path / name, 1 if kind == "ical" else 2)
    rows = list(csv.DictReader(io.StringIO((tmp_path / "a.csv").read_text("utf-8"))))
    assert [row["Text"] for row in rows] == ["Message 1", "Message 2"]
    assert (tmp_path / "b.csv").read_bytes().startswith(b"\xef\xbb\xbfTime,")
    assert (tmp_path / "c.ics").read_bytes().count(b"BEGIN:VEVENT\r\n") == 1
    if os.name == "posix":
        assert (tmp_path / "a.csv").stat().st_mode & 0o777 == 0o644


def test_many_rows_tell_how_far_they_are(qtbot, runner, owner, tmp_path) -> None:
    rows = [Row.of(number) for number in range(20_000)]
    handle = runner.submit(write_schedule, order(tmp_path / "a.csv", rows), parent=owner)
    reports: list[Any] = []
    handle.progress.connect(reports.append)
    with qtbot.waitSignal(handle.done):
        pass
    assert reports
    assert all(0 <= done < total == 20_000 for done, total in reports)


def test_a_cancelled_one_leaves_the_old_file(qtbot, runner, owner, tmp_path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("old")
    handle = runner.submit(
        write_schedule, order(path, [Row.of(number) for number in range(50_000)]), parent=owner
    )
    with qtbot.waitSignal(handle.cancelled):
        handle.cancel()
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_none_names_the_file(qtbot, runner, owner, tmp_path) -> None:
    (tmp_path / "file").write_text("")
    for fn, values in (
        (write_schedule, (order(tmp_path / "file" / "plan.csv", [Row.of(1)]),)),
        (write_paper, (tmp_path / "file" / "plan.csv", WeekPaper([], MONDAY, BERLIN, WORDS))),
    ):
        handle = runner.submit(fn, *values, parent=owner)
        with qtbot.waitSignal(handle.failed) as blocker:
            pass
        assert isinstance(blocker.args[0], StorageError)
        assert "plan.csv" in blocker.args[0].user_message


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_names_the_file(tmp_path, monkeypatch) -> None:
    real = os.fdopen

    def full(handle: int, mode: str) -> Any:
        os.close(handle)
        return real(os.open("/dev/full", os.O_WRONLY), mode)

    monkeypatch.setattr(atomic.os, "fdopen", full)
    with pytest.raises(StorageError, match=r"plan\.csv could not be saved: the disk"):
        atomic.write_pieces(tmp_path / "plan.csv", [b"x" * 100_000])
    monkeypatch.undo()
    assert list(tmp_path.iterdir()) == []


# -- paper -----------------------------------------------------------------------------------------


def opened(data: bytes) -> tuple[QPdfDocument, QBuffer]:
    buffer = QBuffer()
    buffer.setData(data)
    buffer.open(QBuffer.OpenModeFlag.ReadOnly)
    document = QPdfDocument()
    document.load(buffer)
    assert document.status() == QPdfDocument.Status.Ready
    return document, buffer


def text_of(document: QPdfDocument, page: int = 0) -> str:
    return " ".join(document.getAllText(page).text().split())


@pytest.fixture
def inter(qapp):
    """The font that the app brings along."""
    number = QFontDatabase.addApplicationFont(str(resource("fonts", "Inter-Regular.ttf")))
    assert QFontDatabase.applicationFontFamilies(number) == ["Inter"]
    yield "Inter"
    QFontDatabase.removeApplicationFont(number)


def test_times_can_be_found_in_the_apps_own_font(qtbot, runner, owner, tmp_path, inter) -> None:
    _, document, _kept = printed(qtbot, runner, owner, tmp_path, [Row.of(1)], family=inter)
    assert "12:00" in text_of(document)


def printed(qtbot, runner, owner, tmp_path, rows: list[Row], **kw: Any):
    paper = WeekPaper(rows, MONDAY, BERLIN, WORDS, **kw)
    written = run(qtbot, runner, owner, write_paper, tmp_path / "week.pdf", paper)
    document, buffer = opened((tmp_path / "week.pdf").read_bytes())
    assert document.pageCount() == written.pages
    return written, document, buffer


def test_the_week_on_paper_can_be_read(qtbot, runner, owner, tmp_path) -> None:
    rows = [
        Row.of(1, text="Cinnamon buns are back"),
        Row.of(2, NOON + timedelta(days=1), "failed"),
        Row.of(3, NOON + timedelta(days=30), text="Not in this week"),
        Row.of(4, None, "draft", text="A draft"),
    ]
    written, document, _kept = printed(qtbot, runner, owner, tmp_path, rows)
    assert written == ExportResult(tmp_path / "week.pdf", 2, 1)
    size = document.pagePointSize(0)
    assert (round(size.width()), round(size.height())) == (842, 595)
    text = text_of(document)
    for words in ("Week of 23 November", "Wed 25 Nov", "12:00", "Nordlicht", "Failed", "Page 1"):
        assert words in text
    assert "Cinnamon buns" in text
    assert "Not in this week" not in text
    assert "A draft" not in text


def test_pictures_are_on_the_paper(qtbot, runner, owner, tmp_path) -> None:
    picture = QImage(64, 32, QImage.Format.Format_RGB32)
    picture.fill(QColor("#ff0000"))
    media = tuple(ScheduleMedia(number, "image", f"u{number}") for number in range(2))
    _, document, _kept = printed(
        qtbot, runner, owner, tmp_path, [Row.of(1, media=media)], pictures={"u0": picture}
    )
    page = document.render(0, QSize(842, 595))
    red = [
        (x, y)
        for x in range(page.width())
        for y in range(page.height())
        if page.pixelColor(x, y).red() > 240 and page.pixelColor(x, y).green() < 20
    ]
    assert 400 < len(red) < 700  # one square of 24 points
    assert {x for x, _ in red} <= set(range(250, 400))  # in the column of Wednesday


def test_a_full_day_goes_on_over_the_page(qtbot, runner, owner, tmp_path) -> None:
    rows = [Row.of(number, NOON + timedelta(minutes=number)) for number in range(60)]
    written, document, _kept = printed(qtbot, runner, owner, tmp_path, rows)
    assert written.pages == 2  # the columns of the other days are not left empty
    text = " ".join(text_of(document, page) for page in range(written.pages))
    assert all(f"Message {number}" in text for number in range(60))
    assert "Page 2 of 2" in text
    assert "Wed 25 Nov continued" in text_of(document, 1)
    assert "Thu" not in text_of(document, 1)


def test_a_message_on_several_channels_is_one_card(qtbot, runner, owner, tmp_path) -> None:
    networks = ("fb", "instagram", "twitter", "linkedin", "bluesky", "mastodon", "tiktok")
    marks = {}
    for network in networks:
        marks[network] = QImage(18, 18, QImage.Format.Format_RGB32)
        marks[network].fill(QColor("#00ff00"))
    rows = [
        Row.of(n, group_id="g", text="All the same", network=network, channel_name=f"On {network}")
        for n, network in enumerate(networks)
    ]
    rows.append(Row.of(20, group_id="g", text="Own words"))
    written, document, _kept = printed(qtbot, runner, owner, tmp_path, rows, marks=marks)
    text = text_of(document)
    assert written.count == 8
    assert text.count("All the same") == 1
    assert "On fb, On instagram" in text
    assert "+3" in text  # four marks are shown
    assert "Own words" in text


def seen(document: QPdfDocument, width: int, height: int) -> QImage:
    """The first page as it comes out of a printer."""
    page = QImage(width, height, QImage.Format.Format_RGB32)
    page.fill(QColor("#ffffff"))
    painter = QPainter(page)
    painter.drawImage(0, 0, document.render(0, QSize(width, height)))
    painter.end()
    return page


def test_thumbnails_have_an_edge(qtbot, runner, owner, tmp_path) -> None:
    white = QImage(64, 64, QImage.Format.Format_RGB32)
    white.fill(QColor("#ffffff"))
    media = tuple(ScheduleMedia(number, "image", f"u{number}") for number in range(5))
    row = Row.of(1, media=media, text="")

    def ink(pictures: dict[str, QImage]) -> int:
        _, document, _kept = printed(qtbot, runner, owner, tmp_path, [row], pictures=pictures)
        assert "+2" in text_of(document)
        page = seen(document, 842, 595)
        return sum(page.pixelColor(x, 118).value() < 250 for x in range(250, 345))

    assert ink(dict.fromkeys(("u0", "u1", "u2"), white)) >= 3 * 2


def test_texts_begin_where_their_language_begins(qtbot, runner, owner, tmp_path) -> None:
    def left_ink(text: str, *, mirrored: bool = False) -> int:
        rows = [Row.of(1, text=text, channel_name="", network="")]
        _, document, _kept = printed(qtbot, runner, owner, tmp_path, rows, mirrored=mirrored)
        page = seen(document, 1684, 1190)
        (lefts, _) = zip(
            *[
                (x, y)
                for x in range(page.width())
                for y in range(222, 300)
                if page.pixelColor(x, y).value() < 90
            ],
            strict=True,
        )
        return min(lefts)

    latin, hebrew = left_ink("ab"), left_ink("אב")
    assert latin < 560 < 640 < hebrew  # both in the column of Wednesday
    assert left_ink("ab", mirrored=True) > 900  # the week begins at the right


def test_paper_of_north_america(qtbot, runner, owner, tmp_path) -> None:
    _, document, _kept = printed(qtbot, runner, owner, tmp_path, [Row.of(1)], letter=True)
    size = document.pagePointSize(0)
    assert (round(size.width()), round(size.height())) == (792, 612)


def test_an_empty_week_says_so(qtbot, runner, owner, tmp_path) -> None:
    written, document, _kept = printed(qtbot, runner, owner, tmp_path, [])
    assert (written.pages, written.count) == (1, 0)
    assert WORDS.nothing in text_of(document)


def test_hostile_texts_stay_in_their_card(qtbot, runner, owner, tmp_path) -> None:
    rows = [
        Row.of(1, text="x" * 1_000_000),
        Row.of(2, text="😀" * 700),
        Row.of(3, text="a\ud83d\0b", channel_name="c" * 500),
    ]
    written, document, _kept = printed(qtbot, runner, owner, tmp_path, rows)
    assert written.pages == 1
    assert "…" in text_of(document)


def test_cancelling_the_paper(qtbot, runner, owner, tmp_path) -> None:
    rows = [Row.of(number, NOON) for number in range(5_000)]
    paper = WeekPaper(rows, MONDAY, BERLIN, WORDS)
    handle = runner.submit(write_paper, tmp_path / "week.pdf", paper, parent=owner)
    with qtbot.waitSignal(handle.cancelled):
        handle.cancel()
    assert list(tmp_path.iterdir()) == []


def test_the_days_of_a_week_are_local(qapp) -> None:
    late = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)  # half past midnight in Berlin
    days = rows_of_week([Row.of(1, late)], MONDAY, BERLIN)
    assert [len(day) for day in days] == [1, 0, 0, 0, 0, 0, 0]
    assert not any(rows_of_week([Row.of(1, late)], MONDAY, UTC))

"""A week of the plan on paper: A4 landscape, a column a day, pages as the fullest day needs.

Painted on a worker: `QPdfWriter`, `QImage` and `QFont` may be used there, `QPixmap` may not.
Lengths are points of 1/72 inch.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QImage,
    QPageLayout,
    QPageSize,
    QPainter,
    QPainterPath,
    QPdfWriter,
    QPen,
    QTextLayout,
    QTextOption,
)

from posto_desktop.core.export.rows import PlanRow
from posto_desktop.workers.lanes import quiet
from posto_desktop.workers.runner import Job

__all__ = ["Paper", "PaperWords", "rows_of_week", "write_week"]

# Paper is white whatever the screen is.
INK, MUTED, LINE = QColor("#1b1f1f"), QColor("#5b6463"), QColor("#c9cfce")
BAD, TILE = QColor("#a4262c"), QColor("#eef1f0")
DOTS = 10
"""Device units a point."""
MARGIN, GAP, HEAD, DAY_HEAD, FOOT = 28.0, 7.0, 34.0, 22.0, 14.0
PAD, THUMB, MARK = 5.0, 24.0, 9.0
MOST_LINES = 6
MOST_THUMBS = 3
_MOST_CHARS = 600
_LOUD = ("failed", "late", "needs_you")


@dataclass(frozen=True)
class PaperWords:
    """What the page says, in the user's language. `clock` makes "9:00" of a local moment, `day`
    "Mon 30 Nov" of a day, `status` a word of a row's status and what the service calls it."""

    title: str
    subtitle: str
    page: str
    nothing: str
    clock: Callable[[datetime], str]
    day: Callable[[date], str]
    status: Callable[[str, str], str]


@dataclass(frozen=True)
class Paper:
    """What is printed: rows of the week that begins with `first`. `pictures` are by address,
    `marks` the networks' by slug; `family` is the name of the font."""

    rows: Sequence[PlanRow]
    first: date
    zone: tzinfo
    words: PaperWords
    family: str = ""
    pictures: Mapping[str, QImage] = field(default_factory=dict)
    marks: Mapping[str, QImage] = field(default_factory=dict)


def rows_of_week(rows: Sequence[PlanRow], first: date, zone: tzinfo) -> list[list[PlanRow]]:
    """The rows of each of the seven days, earliest first. What has no time has no day."""
    days: list[list[PlanRow]] = [[] for _ in range(7)]
    # Far cheaper than asking the zone for each of a hundred thousand rows.
    start = datetime(first.year, first.month, first.day, tzinfo=zone) - timedelta(days=2)
    end = start + timedelta(days=12)
    for row in rows:
        at = row.schedule.send_at
        if at is None or row.status == "draft" or not start <= at <= end:
            continue
        number = (at.astimezone(zone).date() - first).days
        if 0 <= number < 7:
            days[number].append(row)
    for day in days:
        day.sort(key=lambda row: (row.schedule.send_at, row.schedule.id))
    return days


def write_week(job: Job, paper: Paper) -> tuple[bytes, int, int]:
    """The PDF, its pages and its posts. Reports (done, all)."""
    days = rows_of_week(paper.rows, paper.first, paper.zone)
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(72 * DOTS)
    writer.setPageLayout(
        QPageLayout(
            QPageSize(QPageSize.PageSizeId.A4),
            QPageLayout.Orientation.Landscape,
            QMarginsF(0, 0, 0, 0),
        )
    )
    writer.setTitle(paper.words.title)
    writer.setCreator("Posto Desktop")
    painter = QPainter(writer)
    try:
        pages = _Press(job, paper, writer, painter, days).run()
    finally:
        painter.end()
        buffer.close()
    return bytes(data.data()), pages, sum(map(len, days))


class _Press:
    def __init__(
        self,
        job: Job,
        paper: Paper,
        writer: QPdfWriter,
        painter: QPainter,
        days: list[list[PlanRow]],
    ) -> None:
        self._job, self._paper, self._writer, self._painter = job, paper, writer, painter
        self._left = [list(reversed(day)) for day in days]
        self._total = sum(map(len, days))
        self._done = 0
        self._small = self._font(6.5)
        self._text = self._font(7)
        self._strong = self._font(8, bold=True)
        self._width = writer.width()
        self._bottom = writer.height() - _dots(MARGIN + FOOT)
        column = (self._width - 2 * _dots(MARGIN) - 6 * _dots(GAP)) / 7
        self._columns = [
            QRectF(_dots(MARGIN) + number * (column + _dots(GAP)), 0, column, 0)
            for number in range(7)
        ]

    def _font(self, points: float, *, bold: bool = False) -> QFont:
        font = QFont(self._paper.family) if self._paper.family else QFont()
        font.setPixelSize(round(points * DOTS))
        # Inter raises the colon between digits by a letter of its own: "12:00" would not be found.
        font.setFeature(QFont.Tag("calt"), 0)
        if bold:
            font.setWeight(QFont.Weight.DemiBold)
        return font

    def run(self) -> int:
        pages = 0
        while pages == 0 or any(self._left):
            if pages:
                self._writer.newPage()
            pages += 1
            self._page(pages)
        return pages

    def _page(self, number: int) -> None:
        words, margin = self._paper.words, _dots(MARGIN)
        head = QRectF(margin, margin, self._width - 2 * margin, _dots(HEAD))
        self._say(head, words.title, self._font(15, bold=True), INK)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop
        self._say(head, words.subtitle, self._small, MUTED, right)
        foot = QRectF(margin, self._writer.height() - margin, self._width - 2 * margin, _dots(9))
        self._say(foot, words.page.format(number=number), self._small, MUTED, right)
        top = margin + _dots(HEAD)
        for at, column in enumerate(self._columns):
            day = self._paper.first + timedelta(days=at)
            place = QRectF(column.x(), top, column.width(), _dots(DAY_HEAD))
            self._say(place, words.day(day), self._strong, INK)
            under = top + _dots(DAY_HEAD) - _dots(6)
            self._painter.setPen(QPen(LINE, _dots(0.7)))
            self._painter.drawLine(QPointF(column.left(), under), QPointF(column.right(), under))
            self._column(self._left[at], column, top + _dots(DAY_HEAD))
        if not self._total:
            self._say(
                QRectF(margin, top + _dots(60), self._width - 2 * margin, _dots(20)),
                words.nothing,
                self._font(10),
                MUTED,
                Qt.AlignmentFlag.AlignHCenter,
            )

    def _column(self, left: list[PlanRow], column: QRectF, top: float) -> None:
        """Cards down the column until the page is full; what is `left` is for the next one."""
        y = top
        while left:
            self._job.check()
            lines = self._lines(left[-1].schedule.text, column.width() - 2 * _dots(PAD))
            height = self._height(left[-1], lines)
            if y + height > self._bottom and y > top:
                return
            self._card(left.pop(), lines, QRectF(column.x(), y, column.width(), height))
            y += height + _dots(4)
            self._done += 1
            self._job.report((self._done, self._total))
            quiet.keep()

    def _height(self, row: PlanRow, lines: list[str]) -> float:
        points = 2 * PAD + 10 + 9 + (len(lines) * 8.6 + 2 if lines else 0)
        if row.status != "scheduled":
            points += 8.5
        if row.schedule.media:
            points += THUMB + 5
        return _dots(points)

    def _card(self, row: PlanRow, lines: list[str], place: QRectF) -> None:
        painter, one, words = self._painter, row.schedule, self._paper.words
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(LINE, _dots(0.6)))
        painter.drawRoundedRect(place, _dots(3), _dots(3))
        inner = place.adjusted(_dots(PAD), _dots(PAD), -_dots(PAD), -_dots(PAD))
        x, y, width = inner.x(), inner.y(), inner.width()
        assert one.send_at is not None
        clock = words.clock(one.send_at.astimezone(self._paper.zone))
        self._say(QRectF(x, y, width, _dots(10)), clock, self._strong, INK)
        mark = self._paper.marks.get(one.network)
        if mark is not None and not mark.isNull():
            side = _dots(MARK)
            painter.drawImage(QRectF(inner.right() - side, y, side, side), mark)
        y += _dots(10)
        self._say(QRectF(x, y, width, _dots(9)), one.channel_name, self._small, MUTED)
        y += _dots(9)
        if row.status != "scheduled":
            said = words.status(row.status, one.status)
            colour = BAD if row.status in _LOUD else MUTED
            self._say(QRectF(x, y, width, _dots(8.5)), said, self._small, colour)
            y += _dots(8.5)
        if one.media:
            self._thumbs(row, x, y + _dots(2))
            y += _dots(THUMB + 5)
        for line in lines:
            self._say(QRectF(x, y, width, _dots(8.6)), line, self._text, INK)
            y += _dots(8.6)

    def _thumbs(self, row: PlanRow, x: float, y: float) -> None:
        side, painter = _dots(THUMB), self._painter
        for media in row.schedule.media[:MOST_THUMBS]:
            place = QRectF(x, y, side, side)
            shape = QPainterPath()
            shape.addRoundedRect(place, _dots(2), _dots(2))
            image = self._paper.pictures.get(media.url)
            if image is None or image.isNull():
                painter.fillPath(shape, TILE)
            else:
                painter.save()
                painter.setClipPath(shape)
                painter.drawImage(place, image, _middle(image))
                painter.restore()
            x += side + _dots(3)

    def _lines(self, text: str, width: float) -> list[str]:
        """The first lines of a text in this width; the last one says by an ellipsis that there
        is more."""
        said = " ".join(_plain(text[:_MOST_CHARS]).split())
        if not said:
            return []
        layout = QTextLayout(said, self._text, self._writer)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        starts: list[int] = []
        layout.beginLayout()
        while len(starts) <= MOST_LINES:
            line = layout.createLine()
            if not line.isValid():
                break
            line.setLineWidth(width)
            starts.append(line.textStart())
        layout.endLayout()
        # Qt counts in UTF-16 units.
        units = said.encode("utf-16-le")
        ends = [*starts[1:], len(units) // 2]
        lines = [
            units[2 * start : 2 * end].decode("utf-16-le", "replace").strip()
            for start, end in zip(starts, ends, strict=True)
        ]
        if len(lines) > MOST_LINES or len(text) > _MOST_CHARS:
            lines = lines[:MOST_LINES]
            last = f"{lines[-1]}…" if len(text) > _MOST_CHARS else f"{lines[-1]} …"
            metrics = QFontMetricsF(self._text, self._writer)
            lines[-1] = metrics.elidedText(last, Qt.TextElideMode.ElideRight, width)
        return lines

    def _say(
        self,
        place: QRectF,
        text: str,
        font: QFont,
        colour: QColor,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    ) -> None:
        self._painter.setFont(font)
        self._painter.setPen(colour)
        shown = _plain(text[:300])
        metrics = QFontMetricsF(font, self._writer)
        if metrics.horizontalAdvance(shown) > place.width():
            shown = metrics.elidedText(shown, Qt.TextElideMode.ElideRight, place.width())
        flags = int(align.value) | int(Qt.TextFlag.TextSingleLine.value)
        self._painter.drawText(place, flags, shown)


def _middle(image: QImage) -> QRectF:
    side = min(image.width(), image.height())
    return QRectF((image.width() - side) / 2, (image.height() - side) / 2, side, side)


def _plain(text: str) -> str:
    """Without what no font can show and no file can hold."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def _dots(points: float) -> float:
    return points * DOTS

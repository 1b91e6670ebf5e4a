"""A week of the schedule as PDF: landscape, a column a day, as many pages as necessary.

Painted on a worker: `QPdfWriter`, `QImage` and `QFont` may be used there, `QPixmap` may not.
Lengths are points of 1/72 inch.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo

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
    QPolygonF,
    QTextLayout,
    QTextOption,
)

from posto_desktop.common.locale_words import listed
from posto_desktop.core.export.rows import ExportRow
from posto_desktop.delivery.serial_worker import compute_pause
from posto_desktop.workers.runner import Job
from posto_desktop.workers.week_layout import (
    PaperCard,
    PaperColumn,
    cards_of,
    pages_of,
    rows_of_week,
)

__all__ = ["MAX_THUMBS", "PaperWords", "WeekPaper", "rows_of_week", "write_week"]

# Paper is white in every theme.
INK, MUTED, LINE = QColor("#1b1f1f"), QColor("#5b6463"), QColor("#c9cfce")
BAD, TILE = QColor("#a4262c"), QColor("#eef1f0")
DOTS = 10
"""Device units per point."""
MARGIN, GAP, HEAD, DAY_HEAD, FOOT, CARD_GAP = 28.0, 7.0, 34.0, 22.0, 14.0, 4.0
PAD, THUMB, THUMB_GAP, MARK, MARK_GAP, MORE = 5.0, 24.0, 3.0, 9.0, 2.0, 12.0
LINE_HEIGHT = 8.6
MAX_LINES = 6
MAX_THUMBS = 3
MAX_MARKS = 5
_MAX_CHARS = 600
_LOUD = ("failed", "late", "needs_you")
_START = Qt.AlignmentFlag.AlignLeft  # in the painter's direction
_END = Qt.AlignmentFlag.AlignRight


@dataclass(frozen=True)
class PaperWords:
    """Texts of the page in the user's language. `clock` returns "9:00" for a local moment, `day`
    "Mon 30 Nov" for a day, `status` the word for a row's status and the service's own. `page` has
    {number} and {total}, `continued` {day}, `more` {count}."""

    title: str
    subtitle: str
    page: str
    nothing: str
    continued: str
    more: str
    clock: Callable[[datetime], str]
    day: Callable[[date], str]
    status: Callable[[str, str], str]


@dataclass(frozen=True)
class WeekPaper:
    """Content of the PDF: rows of the week that begins with `first`. `pictures` are by address,
    `marks` the networks' by slug; `family` is the font. `letter` selects North American paper
    instead of A4; `mirrored` is for right-to-left languages."""

    rows: Sequence[ExportRow]
    first: date
    zone: tzinfo
    words: PaperWords
    family: str = ""
    pictures: Mapping[str, QImage] = field(default_factory=dict)
    marks: Mapping[str, QImage] = field(default_factory=dict)
    letter: bool = False
    mirrored: bool = False


def write_week(job: Job, paper: WeekPaper) -> tuple[bytes, int, int]:
    """A job: return the PDF, its pages and its posts. Reports (done, all)."""
    days = rows_of_week(paper.rows, paper.first, paper.zone)
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(72 * DOTS)
    size = QPageSize.PageSizeId.Letter if paper.letter else QPageSize.PageSizeId.A4
    writer.setPageLayout(
        QPageLayout(QPageSize(size), QPageLayout.Orientation.Landscape, QMarginsF(0, 0, 0, 0))
    )
    writer.setTitle(paper.words.title)
    writer.setCreator("Posto Desktop")
    painter = QPainter(writer)
    try:
        pages = _Press(job, paper, writer, painter).run([cards_of(day) for day in days])
    finally:
        painter.end()
        buffer.close()
    return bytes(data.data()), pages, sum(map(len, days))


class _Press:
    def __init__(self, job: Job, paper: WeekPaper, writer: QPdfWriter, painter: QPainter) -> None:
        self._job, self._paper, self._writer, self._painter = job, paper, writer, painter
        self._done = self._total = 0
        self._small = self._font(6.5)
        self._text = self._font(7)
        self._strong = self._font(8, bold=True)
        self._width = writer.width()
        self._top = _dots(MARGIN + HEAD + DAY_HEAD)
        self._column = (self._width - 2 * _dots(MARGIN) - 6 * _dots(GAP)) / 7
        self._direction(paper.mirrored)

    def _font(self, points: float, *, bold: bool = False) -> QFont:
        font = QFont(self._paper.family) if self._paper.family else QFont()
        font.setPixelSize(round(points * DOTS))
        # Inter replaces the colon between digits by another glyph: "12:00" could not be searched.
        font.setFeature(QFont.Tag("calt"), 0)
        if bold:
            font.setWeight(QFont.Weight.DemiBold)
        return font

    def run(self, days: list[list[PaperCard]]) -> int:
        """Paint all pages; return their number."""
        for day in days:
            for card in day:
                self._job.check()
                self._measure(card)
                self._total += len(card.rows)
        room = self._writer.height() - _dots(MARGIN + FOOT) - self._top
        pages = pages_of(self._paper.first, days, room, _dots(CARD_GAP), self._job.check)
        for number, page in enumerate(pages):
            if number:
                self._writer.newPage()
            self._page(page, number + 1, len(pages))
        return len(pages)

    def _measure(self, card: PaperCard) -> None:
        row = card.first
        card.lines = self._lines(row.schedule.text, self._column - 2 * _dots(PAD))
        points = 2 * PAD + 10 + 9 + (len(card.lines) * LINE_HEIGHT + 2 if card.lines else 0)
        if row.status != "scheduled":
            points += 8.5
        if row.schedule.media:
            points += THUMB + 5
        card.height = _dots(points)

    # -- painting --------------------------------------------------------------------------------

    def _page(self, page: list[PaperColumn], number: int, total: int) -> None:
        words, margin = self._paper.words, _dots(MARGIN)
        head = QRectF(margin, margin, self._width - 2 * margin, _dots(HEAD))
        self._draw_text(head, words.title, self._font(15, bold=True), INK)
        self._draw_text(head, words.subtitle, self._small, MUTED, _END)
        foot = QRectF(margin, self._writer.height() - margin, self._width - 2 * margin, _dots(9))
        self._draw_text(
            foot, words.page.format(number=number, total=total), self._small, MUTED, _END
        )
        for place, column in enumerate(page):
            left = margin + place * (self._column + _dots(GAP))
            self._draw_column(column, self._turned(left, self._column))
        if not self._total:
            self._draw_text(
                QRectF(margin, self._top + _dots(38), self._width - 2 * margin, _dots(20)),
                words.nothing,
                self._font(10),
                MUTED,
                Qt.AlignmentFlag.AlignHCenter,
            )

    def _draw_column(self, column: PaperColumn, left: float) -> None:
        words = self._paper.words
        heading = words.day(column.day)
        if column.continued:
            heading = words.continued.format(day=heading)
        place = QRectF(left, _dots(MARGIN + HEAD), self._column, _dots(DAY_HEAD))
        self._draw_text(place, heading, self._strong, INK)
        under = self._top - _dots(6)
        self._painter.setPen(QPen(LINE, _dots(0.7)))
        self._painter.drawLine(QPointF(left, under), QPointF(left + self._column, under))
        y = self._top
        for card in column.cards:
            self._job.check()
            self._card(card, QRectF(left, y, self._column, card.height))
            y += card.height + _dots(CARD_GAP)
            self._done += len(card.rows)
            self._job.report((self._done, self._total))
            compute_pause.keep()

    def _card(self, card: PaperCard, place: QRectF) -> None:
        painter, row, words = self._painter, card.first, self._paper.words
        schedule = row.schedule
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(LINE, _dots(0.6)))
        painter.drawRoundedRect(place, _dots(3), _dots(3))
        inner = place.adjusted(_dots(PAD), _dots(PAD), -_dots(PAD), -_dots(PAD))
        y = inner.y()

        def line(points: float) -> QRectF:
            nonlocal y
            y += _dots(points)
            return QRectF(inner.x(), y - _dots(points), inner.width(), _dots(points))

        assert schedule.send_at is not None
        clock = words.clock(schedule.send_at.astimezone(self._paper.zone))
        self._marks(card, inner)
        self._draw_text(line(10), clock, self._strong, INK)
        channels = listed(row.schedule.channel_name for row in card.rows[:20])
        self._draw_text(line(9), channels, self._small, MUTED)
        if row.status != "scheduled":
            colour = BAD if row.status in _LOUD else MUTED
            self._draw_text(
                line(8.5), words.status(row.status, schedule.status), self._small, colour
            )
        if schedule.media:
            self._thumbs(row, line(THUMB + 5).translated(0, _dots(2)))
        self._direction(_from_right(schedule.text, self._paper.mirrored))
        for text in card.lines:
            self._draw_text(line(LINE_HEIGHT), text, self._text, INK)
        self._direction(self._paper.mirrored)

    def _marks(self, card: PaperCard, inner: QRectF) -> None:
        """Paint the networks at the end of the time's line."""
        slugs = list(dict.fromkeys(row.schedule.network for row in card.rows))
        slugs = [slug for slug in slugs if not self._paper.marks.get(slug, QImage()).isNull()]
        shown = slugs if len(slugs) <= MAX_MARKS else slugs[: MAX_MARKS - 1]
        side, step = _dots(MARK), _dots(MARK + MARK_GAP)
        end = inner.width()
        if len(shown) < len(slugs):
            more = self._paper.words.more.format(count=len(slugs) - len(shown))
            width = _dots(MORE)
            place = QRectF(self._turned_in(inner, end - width, width), inner.y(), width, side)
            self._draw_text(place, more, self._small, MUTED, _END | Qt.AlignmentFlag.AlignVCenter)
            end -= width + _dots(MARK_GAP)
        for number, slug in enumerate(reversed(shown)):
            left = self._turned_in(inner, end - side - number * step, side)
            self._painter.drawImage(QRectF(left, inner.y(), side, side), self._paper.marks[slug])

    def _thumbs(self, row: ExportRow, place: QRectF) -> None:
        side = _dots(THUMB)
        media = row.schedule.media
        for number, file in enumerate(media[:MAX_THUMBS]):
            left = self._turned_in(place, number * (side + _dots(THUMB_GAP)), side)
            image = self._paper.pictures.get(file.preview)
            self._thumb(QRectF(left, place.y(), side, side), image, film=file.type == "video")
        if len(media) > MAX_THUMBS:
            start = MAX_THUMBS * (side + _dots(THUMB_GAP))
            left = self._turned_in(place, start, place.width() - start)
            more = self._paper.words.more.format(count=len(media) - MAX_THUMBS)
            more_rect = QRectF(left, place.y(), place.width() - start, side)
            self._draw_text(
                more_rect, more, self._small, MUTED, _START | Qt.AlignmentFlag.AlignVCenter
            )

    def _thumb(self, place: QRectF, image: QImage | None, *, film: bool) -> None:
        painter = self._painter
        shape = QPainterPath()
        shape.addRoundedRect(place, _dots(2), _dots(2))
        painter.fillPath(shape, TILE)  # visible through transparent pictures
        if image is not None and not image.isNull():
            painter.save()
            painter.setClipPath(shape)
            painter.drawImage(place, image, _middle(image))
            painter.restore()
        elif film:
            middle, size = place.center(), _dots(4)
            arrow = QPolygonF(
                [
                    middle + QPointF(-size * 0.7, -size),
                    middle + QPointF(-size * 0.7, size),
                    middle + QPointF(size, 0),
                ]
            )
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(MUTED)
            painter.drawPolygon(arrow)
            painter.setBrush(Qt.BrushStyle.NoBrush)
        # A white picture would have no edge on the paper.
        painter.setPen(QPen(LINE, _dots(0.4)))
        painter.drawPath(shape)

    # -- directions ------------------------------------------------------------------------------

    def _direction(self, from_right: bool) -> None:
        """Set the start of lines; the painter mirrors by it."""
        directions = Qt.LayoutDirection
        self._painter.setLayoutDirection(
            directions.RightToLeft if from_right else directions.LeftToRight
        )

    def _turned(self, left: float, width: float) -> float:
        """Return the left edge on paper of something at this distance from the start of lines."""
        return self._width - left - width if self._paper.mirrored else left

    def _turned_in(self, place: QRectF, start: float, width: float) -> float:
        if self._paper.mirrored:
            return place.right() - start - width
        return place.left() + start

    # -- texts -----------------------------------------------------------------------------------

    def _lines(self, text: str, width: float) -> list[str]:
        """Return the first lines of a text in this width; the last one ends in an ellipsis if there
        is more."""
        flat = " ".join(_plain(text[:_MAX_CHARS]).split())
        if not flat:
            return []
        layout = QTextLayout(flat, self._text, self._writer)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        starts: list[int] = []
        layout.beginLayout()
        while len(starts) <= MAX_LINES:
            line = layout.createLine()
            if not line.isValid():
                break
            line.setLineWidth(width)
            starts.append(line.textStart())
        layout.endLayout()
        # Qt counts in UTF-16 units.
        units = flat.encode("utf-16-le")
        ends = [*starts[1:], len(units) // 2]
        lines = [
            units[2 * start : 2 * end].decode("utf-16-le", "replace").strip()
            for start, end in zip(starts, ends, strict=True)
        ]
        if len(lines) > MAX_LINES or len(text) > _MAX_CHARS:
            lines = lines[:MAX_LINES]
            last = f"{lines[-1]}…" if len(text) > _MAX_CHARS else f"{lines[-1]} …"
            metrics = QFontMetricsF(self._text, self._writer)
            lines[-1] = metrics.elidedText(last, Qt.TextElideMode.ElideRight, width)
        return lines

    def _draw_text(
        self,
        place: QRectF,
        text: str,
        font: QFont,
        colour: QColor,
        align: Qt.AlignmentFlag = _START,
    ) -> None:
        self._painter.setFont(font)
        self._painter.setPen(colour)
        shown = _plain(text[:300])
        metrics = QFontMetricsF(font, self._writer)
        if metrics.horizontalAdvance(shown) > place.width():
            shown = metrics.elidedText(shown, Qt.TextElideMode.ElideRight, place.width())
        flags = int(align.value) | int(Qt.TextFlag.TextSingleLine.value)
        self._painter.drawText(place, flags, shown)


def _from_right(text: str, otherwise: bool) -> bool:
    """Return whether a text is right-to-left according to its first letter."""
    for sign in text[:_MAX_CHARS]:
        kind = unicodedata.bidirectional(sign)
        if kind in ("L", "R", "AL"):
            return kind != "L"
    return otherwise


def _middle(image: QImage) -> QRectF:
    side = min(image.width(), image.height())
    return QRectF((image.width() - side) / 2, (image.height() - side) / 2, side, side)


def _plain(text: str) -> str:
    """Remove characters that no font can show and no file can hold."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def _dots(points: float) -> float:
    return points * DOTS

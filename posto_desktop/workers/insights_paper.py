"""A page of insights as PDF, in the paper size of the country. Painted on a worker.

Lengths are points of 1/72 inch.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QTextLayout,
    QTextOption,
)

from posto_desktop.core.insights.plots import Plot, TableData
from posto_desktop.delivery.serial_worker import compute_pause
from posto_desktop.workers.insight_painter import PlotLook, paint_plot
from posto_desktop.workers.runner import Job

__all__ = ["InsightsPaper", "write_insights"]

INK, MUTED, LINE = QColor("#1b1f1f"), QColor("#5b6463"), QColor("#c9cfce")
BAR, PALE = QColor("#0C6B73"), QColor("#eef1f0")
DOTS = 10
"""Device units per point."""
MARGIN, GAP, ROW = 36.0, 14.0, 13.0
_MOST_BARS, _MOST_POSTS = 6, 8


@dataclass(frozen=True)
class InsightsPaper:
    """Content of the page: plots that are drawn, and the best posts. `about` are the sentences that
    explain them, `best` the title of the posts. `family` is the font, `letter` North American
    paper instead of A4."""

    title: str
    subtitle: str
    about: str
    plots: tuple[Plot, ...]
    best: str
    posts: TableData
    family: str = ""
    letter: bool = False
    mirrored: bool = False


def write_insights(job: Job, paper: InsightsPaper) -> bytes:
    """A job: return the PDF. Reports (done, all) parts of the page."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(72 * DOTS)
    size = QPageSize.PageSizeId.Letter if paper.letter else QPageSize.PageSizeId.A4
    writer.setPageLayout(
        QPageLayout(QPageSize(size), QPageLayout.Orientation.Portrait, QMarginsF(0, 0, 0, 0))
    )
    writer.setTitle(paper.title)
    writer.setCreator("Posto Desktop")
    painter = QPainter(writer)
    try:
        _Press(job, paper, writer, painter).run()
    finally:
        painter.end()
        buffer.close()
    return bytes(data.data())


class _Press:
    def __init__(
        self, job: Job, paper: InsightsPaper, writer: QPdfWriter, painter: QPainter
    ) -> None:
        self._job, self._paper, self._writer, self._painter = job, paper, writer, painter
        self._left, self._width = _dots(MARGIN), writer.width() - 2 * _dots(MARGIN)
        self._y = _dots(MARGIN)
        self._look = PlotLook(
            INK, MUTED, LINE, BAR, PALE, QColor("#ffffff"), BAR, BAR, self._font(7.5),
            _dots(ROW), DOTS,
        )  # fmt: skip

    def _font(self, points: float, *, bold: bool = False) -> QFont:
        font = QFont(self._paper.family) if self._paper.family else QFont()
        font.setPixelSize(round(points * DOTS))
        # Inter replaces the colon between digits by another glyph: "12:00" could not be searched.
        font.setFeature(QFont.Tag("calt"), 0)
        if bold:
            font.setWeight(QFont.Weight.DemiBold)
        return font

    def run(self) -> None:
        paper = self._paper
        parts = len(paper.plots) + 2
        self._line(paper.title, self._font(16, bold=True), INK, 20)
        self._line(paper.subtitle, self._font(9), MUTED, 16)
        self._paragraph(paper.about, self._font(7.5), MUTED)
        self._job.report((1, parts))
        for number, plot in enumerate(paper.plots):
            self._job.check()
            compute_pause.keep()
            height = _dots(ROW) * (
                min(len(plot.items), _MOST_BARS)
                if plot.kind == "bars"
                else 8.4
                if plot.kind == "week"
                else 7
            )
            if self._y + height + _dots(30) > self._bottom:
                continue  # one page; the window has all
            self._y += _dots(GAP)
            self._line(f"{plot.title} · {plot.count}", self._font(9.5, bold=True), INK, 15)
            shown = plot if plot.kind != "bars" else _first(plot, _MOST_BARS)
            place = QRectF(self._left, self._y, self._width, height)
            paint_plot(self._painter, place, shown, self._look, mirrored=paper.mirrored)
            self._y += height
            self._job.report((number + 2, parts))
        self._best_posts()
        self._job.report((parts, parts))

    @property
    def _bottom(self) -> float:
        return self._writer.height() - _dots(MARGIN)

    def _best_posts(self) -> None:
        lines = self._paper.posts.lines[:_MOST_POSTS]
        if not lines or self._y + _dots(GAP + 15 + ROW) > self._bottom:
            return
        self._y += _dots(GAP)
        self._line(self._paper.best, self._font(9.5, bold=True), INK, 15)
        font = self._font(8)
        for line in lines:
            if self._y + _dots(ROW) > self._bottom:
                return
            self._job.check()
            text, channel, published, value = line.texts[:4]
            shares = ((0.0, 0.46, text), (0.48, 0.26, channel), (0.75, 0.15, published))
            for start, width, words in shares:
                self._cell(start, width, words, font, MUTED if start else INK)
            self._cell(0.9, 0.1, value, font, INK, end=True)
            self._y += _dots(ROW)

    def _cell(
        self,
        start: float,
        width: float,
        words: str,
        font: QFont,
        colour: QColor,
        *,
        end: bool = False,
    ) -> None:
        left = self._left + self._width * start
        if self._paper.mirrored:
            left = self._left + self._width * (1 - start - width)
        self._text(
            QRectF(left, self._y, self._width * width, _dots(ROW)), words, font, colour, end=end
        )

    def _line(self, words: str, font: QFont, colour: QColor, points: float) -> None:
        place = QRectF(self._left, self._y, self._width, _dots(points))
        self._text(place, words, font, colour)
        self._y += _dots(points)

    def _paragraph(self, words: str, font: QFont, colour: QColor) -> None:
        layout = QTextLayout(_plain(words), font, self._writer)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WordWrap)
        if self._paper.mirrored:
            option.setTextDirection(Qt.LayoutDirection.RightToLeft)
        layout.setTextOption(option)
        layout.beginLayout()
        height = 0.0
        while True:
            line = layout.createLine()
            if not line.isValid():
                break
            line.setLineWidth(self._width)
            line.setPosition(QRectF(0, height, 0, 0).topLeft())
            height += line.height()
        layout.endLayout()
        self._painter.setPen(colour)
        layout.draw(self._painter, QRectF(self._left, self._y, 0, 0).topLeft())
        self._y += height

    def _text(
        self, place: QRectF, words: str, font: QFont, colour: QColor, *, end: bool = False
    ) -> None:
        is_right = self._paper.mirrored != end
        side = Qt.AlignmentFlag.AlignRight if is_right else Qt.AlignmentFlag.AlignLeft
        align = side | Qt.AlignmentFlag.AlignVCenter
        shown = _plain(words)
        metrics = QFontMetricsF(font, self._writer)
        if metrics.horizontalAdvance(shown) > place.width():
            shown = metrics.elidedText(shown, Qt.TextElideMode.ElideRight, place.width())
        self._painter.setFont(font)
        self._painter.setPen(colour)
        flags = int(align.value) | int(Qt.TextFlag.TextSingleLine.value)
        self._painter.drawText(place, flags, shown)


def _first(plot: Plot, count: int) -> Plot:
    return replace(plot, items=plot.items[:count])


def _plain(text: str) -> str:
    """Remove characters that no font can show and no file can hold."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def _dots(points: float) -> float:
    return points * DOTS

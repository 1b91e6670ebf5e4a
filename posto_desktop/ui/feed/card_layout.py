"""Layout of a feed card, used for measuring, painting and clicks."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QFont, QTextCharFormat, QTextLayout, QTextOption

from posto_desktop.models.feed import FeedItem
from posto_desktop.ui.theme import Theme

__all__ = ["FeedCardLayout", "TextBlock", "host_of", "lay_out_card"]

COLUMN = 600
PAD = 16
AVATAR = 40
GAP = 12
GRID_GAP = 3
MAX_LINES = 40
_TINTED = re.compile(r"https?://\S+|(?<!\w)[#@][\w.]+", re.UNICODE)


@dataclass
class TextBlock:
    """Wrapped text at a position; ``height`` results from the width it was wrapped for."""

    layout: QTextLayout
    at: QPointF
    height: float


@dataclass
class FeedCardLayout:
    """Rectangles of one card, relative to the row's top left corner."""

    frame: QRect
    avatar: QRect
    name: QRect
    when: QRect
    open: QRect
    title: TextBlock | None = None
    text: TextBlock | None = None
    pictures: list[QRect] = field(default_factory=list)
    more: int = 0
    link: QRect | None = None
    comment: TextBlock | None = None
    comment_mark: QRect | None = None
    height: int = 0


def host_of(url: str) -> str:
    """Return the host of an address without "www."."""
    try:
        host = urlsplit(url).hostname or url
    except ValueError:
        return url
    return host.removeprefix("www.")


def _block(text: str, font: QFont, line: int, left: float, top: float, width: float) -> TextBlock:
    # U+2028 breaks lines inside one QTextLayout.
    flat = text.replace("\r\n", "\n").replace("\n", "\u2028")
    layout = QTextLayout(flat, font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.setCacheEnabled(True)
    formats = []
    for match in _TINTED.finditer(flat):
        tint = QTextLayout.FormatRange()
        # QTextLayout counts UTF-16 units, Python code points.
        tint.start = len(flat[: match.start()].encode("utf-16-le")) // 2
        tint.length = len(match.group().encode("utf-16-le")) // 2
        style = QTextCharFormat()
        style.setForeground(Theme.instance().colour("accent_text"))
        tint.format = style
        formats.append(tint)
    layout.setFormats(formats)
    layout.beginLayout()
    y, lines = 0.0, 0
    while lines < MAX_LINES:
        text_line = layout.createLine()
        if not text_line.isValid():
            break
        text_line.setLineWidth(width)
        text_line.setPosition(QPointF(0, y + (line - text_line.height()) / 2))
        y += line
        lines += 1
    layout.endLayout()
    return TextBlock(layout, QPointF(left, top), y)


def _grid(count: int, left: int, top: int, width: int) -> tuple[list[QRect], int]:
    """Return the rectangles of up to four pictures and the height of the grid."""
    gap = GRID_GAP
    half = (width - gap) // 2
    if count == 1:
        height = round(width * 0.62)
        return [QRect(left, top, width, height)], height
    if count == 2:
        height = round(half * 1.1)
        return [
            QRect(left, top, half, height),
            QRect(left + half + gap, top, width - half - gap, height),
        ], height
    height = round(width * 0.66)
    upper = (height - gap) // 2
    right = left + half + gap
    right_width = width - half - gap
    if count == 3:
        return [
            QRect(left, top, half, height),
            QRect(right, top, right_width, upper),
            QRect(right, top + upper + gap, right_width, height - upper - gap),
        ], height
    lower = height - upper - gap
    return [
        QRect(left, top, half, upper),
        QRect(right, top, right_width, upper),
        QRect(left, top + upper + gap, half, lower),
        QRect(right, top + upper + gap, right_width, lower),
    ], height


def lay_out_card(item: FeedItem, width: int) -> FeedCardLayout:
    """Return the layout of a post for a row of ``width`` logical pixels."""
    theme = Theme.instance()
    column = min(COLUMN, max(240, width - 32))
    left = (width - column) // 2
    inner = left + PAD
    room = column - 2 * PAD
    top = PAD
    avatar = QRect(inner, top, AVATAR, AVATAR)
    words = inner + AVATAR + GAP
    name = QRect(words, top, left + column - PAD - 36 - words, theme.line("body"))
    when = QRect(words, name.bottom() + 1, name.width(), theme.line("small") + 2)
    open_button = QRect(left + column - PAD - 24, top - 2, 28, 28)
    card = FeedCardLayout(QRect(), avatar, name, when, open_button)
    y = max(top + AVATAR, when.bottom() + 1) + 12
    if item.title and not item.text.startswith(item.title):  # else it would stand there twice
        card.title = _block(
            item.title[:500], theme.font("dialog"), theme.line("dialog"), inner, y, room
        )
        y += round(card.title.height) + 4
    if item.text:
        card.text = _block(
            item.text[:20_000], theme.font("message"), theme.line("message"), inner, y, room
        )
        y += round(card.text.height) + 10
    if item.media:
        card.pictures, height = _grid(min(len(item.media), 4), inner, y, room)
        card.more = max(0, len(item.media) - 4)
        y += height + 12
    if item.link:
        card.link = QRect(inner, y, room, theme.line("control") + theme.line("small") + 16)
        y += card.link.height() + 12
    if item.first_comment:
        card.comment_mark = QRect(inner, y + 2, 16, 16)
        card.comment = _block(
            item.first_comment[:2000],
            theme.font("body"),
            theme.line("body"),
            inner + 24,
            y,
            room - 24,
        )
        y += round(card.comment.height) + 12
    card.frame = QRect(left, 0, column, y + PAD - 12)
    card.height = card.frame.height() + 16
    return card


def mirrored_card(card: FeedCardLayout, width: int) -> FeedCardLayout:
    """Return the card mirrored for right-to-left layouts; ``width`` is that of the row."""

    def mirrored_rect(place: QRect) -> QRect:
        return QRect(width - place.x() - place.width(), place.y(), place.width(), place.height())

    comment = card.comment
    if comment is not None:
        comment = replace(comment, at=QPointF(card.frame.left() + PAD, comment.at.y()))
    return replace(
        card,
        frame=mirrored_rect(card.frame),
        avatar=mirrored_rect(card.avatar),
        name=mirrored_rect(card.name),
        when=mirrored_rect(card.when),
        open=mirrored_rect(card.open),
        pictures=[mirrored_rect(place) for place in card.pictures],
        comment=comment,
        comment_mark=mirrored_rect(card.comment_mark) if card.comment_mark is not None else None,
    )


ALIGN_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

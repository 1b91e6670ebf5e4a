"""Wrapped text with coloured links, laid out once and shared by all cards that show it."""

from __future__ import annotations

import unicodedata
from collections import OrderedDict
from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QTextCharFormat, QTextLayout, QTextOption

from posto_desktop.ui.shared.text_entities import find_entities, has_wide_characters, utf16_offset
from posto_desktop.ui.theme import Theme

# Longer than any line of a card: the rest need not be laid out.
MAX_LINE_LENGTH = 400
_MAX_CACHED = 300
_entities = lru_cache(maxsize=32)(find_entities)
_SEPARATOR = "\u2028"


@dataclass(frozen=True)
class TextKey:
    """Text to lay out. ``width`` in pixels; ``lines``: at most so many, then the word ``more``
    (None: all); the first ``strong`` characters are bold; ``plain``: no colours."""

    text: str
    width: float
    lines: int | None = None
    more: str = ""
    strong: int = 0
    font: str = "body"
    plain: bool = False


def text_key(
    text: str,
    width: float,
    lines: int | None = None,
    more: str = "",
    strong: int = 0,
    font: str = "body",
    *,
    plain: bool = False,
) -> TextKey:
    """Return the cache key; it ignores text beyond the visible part."""
    if lines is not None:
        text = text[: lines * MAX_LINE_LENGTH + 1]
    return TextKey(text, max(60.0, width), lines, more, strong, font, plain)


class LaidOutText:
    """Laid-out text: its ``height`` in pixels, and how to paint it."""

    def __init__(self, key: TextKey) -> None:
        theme = Theme.instance()
        self.folded = False
        self._key = key
        self._font = theme.font(key.font)
        self._step = theme.line(key.font) - 1.0
        text = key.text
        if key.lines is not None and len(text) > key.lines * MAX_LINE_LENGTH:
            text = text[: key.lines * MAX_LINE_LENGTH]
            self.folded = True
        self._right = is_rtl(text)
        self._layout = self._laid_out(text)
        if key.lines is not None and (self.folded or self._count > key.lines):
            self._fold(text, key.lines)
        self.height = self._count * self._step

    _count = 0

    def paint(self, painter: QPainter, place: QPointF, clip: QRectF) -> None:
        self._layout.draw(painter, place, [], clip)

    def _laid_out(self, text: str, tail: str = "", most: int | None = None) -> QTextLayout:
        """Lay out ``text``, followed by the muted text ``tail``."""
        key = self._key
        layout = QTextLayout()
        layout.setFont(self._font)
        layout.setCacheEnabled(True)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        if self._right:
            option.setTextDirection(Qt.LayoutDirection.RightToLeft)
            option.setAlignment(Qt.AlignmentFlag.AlignRight)
        layout.setTextOption(option)
        layout.setText((text + tail).replace("\n", _SEPARATOR))
        layout.setFormats(self._formats(text, tail))
        stop = key.lines + 1 if key.lines is not None and most is None else most
        layout.beginLayout()
        self._count = 0
        while stop is None or self._count < stop:
            line = layout.createLine()
            if not line.isValid():
                break
            line.setLineWidth(key.width)
            top = self._count * self._step
            line.setPosition(QPointF(0, top + (self._step - line.height()) / 2))
            self._count += 1
        layout.endLayout()
        return layout

    def _formats(self, text: str, tail: str) -> list[QTextLayout.FormatRange]:
        theme, key = Theme.instance(), self._key
        wide = has_wide_characters(text)

        def piece(start: int, end: int) -> tuple[QTextLayout.FormatRange, QTextCharFormat]:
            format_range = QTextLayout.FormatRange()
            begin = utf16_offset(text, start) if wide else start
            format_range.start = begin
            length = (utf16_offset(text, end) if wide else end) - begin
            format_range.length = length
            return format_range, QTextCharFormat()

        formats = []
        for entity in () if key.plain else _entities(text):
            format_range, style = piece(entity.start, entity.end)
            style.setForeground(theme.colour("accent_text"))
            format_range.format = style
            formats.append(format_range)
        if key.strong:
            format_range, style = piece(0, min(key.strong, len(text)))
            style.setFontWeight(QFont.Weight.DemiBold)
            format_range.format = style
            formats.append(format_range)
        if tail:
            format_range, style = piece(len(text), len(text))
            format_range.length = len(tail)
            style.setForeground(theme.colour("media_badge_text" if key.plain else "text_faint"))
            format_range.format = style
            formats.append(format_range)
        return formats

    def _fold(self, text: str, lines: int) -> None:
        """Cut the last line so that the word of the fold fits, if possible between words."""
        self.folded = True
        tail = f"… {self._key.more}" if self._key.more else "…"
        last = self._layout.lineAt(min(self._count, lines) - 1)
        room = max(0.0, self._key.width - QFontMetricsF(self._font).horizontalAdvance(tail) - 2)
        units = text.replace("\n", _SEPARATOR).encode("utf-16-le", "surrogatepass")
        start = last.textStart()
        end = start + last.textLength()
        if last.naturalTextWidth() > room:
            # QTextLine counts whole glyphs, so an emoji is never split.
            cursor = last.xToCursor(self._key.width - room if self._right else room)
            end = int(cursor[0]) if isinstance(cursor, tuple) else int(cursor)
        before = _text(units[: start * 2])
        line = _text(units[start * 2 : end * 2]).rstrip(_SEPARATOR + " ")
        at_word = line.rfind(" ")
        if last.naturalTextWidth() > room and at_word > len(line) // 2:
            line = line[:at_word].rstrip()
        while True:
            head = (before + line).rstrip(_SEPARATOR + " ,.;:").replace(_SEPARATOR, "\n")
            self._layout = self._laid_out(head, tail, lines + 1)
            if self._count <= lines or not head:
                return
            if not line:  # the word of the fold needs room in the line before, too
                before, line = before[:-10], before[-10:]
            line = line[: len(line) * 4 // 5]


def _text(units: bytes) -> str:
    return units.decode("utf-16-le", "ignore")


def is_rtl(text: str) -> bool:
    """Return True if the first letter with a direction is a right-to-left one."""
    if text.isascii():
        return False
    for sign in text[:500]:
        direction = unicodedata.bidirectional(sign)
        if direction == "L":
            return False
        if direction in ("R", "AL"):
            return True
    return False


_cache: OrderedDict[tuple[TextKey, str, float, str], LaidOutText] = OrderedDict()


def laid_out_text(key: TextKey) -> LaidOutText:
    """Return the layout of a text; the newest are cached for the current theme and sizes."""
    theme = Theme.instance()
    full = (key, theme.scheme, theme.scale, theme.font(key.font).family())
    layout = _cache.get(full)
    if layout is None:
        layout = _cache[full] = LaidOutText(key)
        while len(_cache) > _MAX_CACHED:
            _cache.popitem(last=False)
    else:
        _cache.move_to_end(full)
    return layout

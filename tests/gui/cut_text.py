"""Finds text on screen that is cut without saying so.

Widgets of Qt are measured against what they hold. What paints itself is watched while it paints:
every `drawText` is compared with the place it was given and with the widget it lands in. Text that
ends in an ellipsis is fine where a tooltip has the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QTextDocument
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QApplication,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QStyle,
    QStyleOptionComboBox,
    QToolButton,
    QWidget,
)

from posto_desktop.ui.widgets.labels import ElidedLabel
from posto_desktop.ui.widgets.paragraph import Paragraph

ELLIPSIS = "…"
SLACK = 1.5  # pixels by which rounding may differ


def cut_texts(window: QWidget) -> list[str]:
    """Every text in `window` that does not fit its place, each told in a line of its own."""
    lines = [line for widget in [window, *_visible(window)] for line in _look_at(widget)]
    with _watched_painting() as painted:
        window.grab()
    return sorted({*lines, *painted})


# Widgets that draw their text natively


def _visible(window: QWidget) -> list[QWidget]:
    return [
        widget
        for widget in window.findChildren(QWidget)
        if widget.isVisible() and not _out_of(widget)
    ]


def _out_of(widget: QWidget) -> bool:
    """Whether it takes no room (labels that only name a control) or is scrolled away."""
    return widget.width() < 1 or widget.height() < 1 or widget.visibleRegion().isEmpty()


def _look_at(widget: QWidget) -> Iterator[str]:
    text = ""
    if isinstance(widget, QLabel):
        text = _plain(widget)
        yield from _look_at_label(widget, text)
    elif isinstance(widget, (QPushButton, QToolButton)):
        icon_only = Qt.ToolButtonStyle.ToolButtonIconOnly
        if isinstance(widget, QToolButton) and widget.toolButtonStyle() == icon_only:
            return
        text = widget.text()
        cut = widget.width() + SLACK < widget.sizeHint().width()
        if text and cut and text not in widget.toolTip():
            yield _told(widget, text, f"{widget.width()} of {widget.sizeHint().width()} px wide")
    elif isinstance(widget, QComboBox):
        text = widget.currentText()
        yield from _look_at_combo(widget, text)
    elif isinstance(widget, QLineEdit) and not isinstance(widget.parent(), QComboBox):
        text = widget.placeholderText()
        yield from _look_at_line(widget, text)
    elif isinstance(widget, QAbstractButton):
        text = widget.text()
    if not text:
        return
    if widget.fontMetrics().height() > widget.height() + SLACK:
        yield _told(widget, text, f"{widget.height()} px high")
    yield from _look_beyond(widget, text)


def _plain(label: QLabel) -> str:
    text = label.text()
    rich = label.textFormat() == Qt.TextFormat.RichText
    if rich or (label.textFormat() == Qt.TextFormat.AutoText and "</" in text):
        document = QTextDocument()
        document.setHtml(text)
        return document.toPlainText()
    return text


def _look_at_label(label: QLabel, text: str) -> Iterator[str]:
    if not text or not label.pixmap().isNull():
        return
    if isinstance(label, ElidedLabel):
        if text != label.full_text() and label.full_text() not in label.toolTip():
            yield _told(label, label.full_text(), "elided without a tooltip")
    elif isinstance(label, Paragraph) or label.wordWrap():
        needed = label.heightForWidth(label.width())
        if label.height() + SLACK < needed:
            yield _told(label, text, f"{label.height()} of {needed} px high")
        if not isinstance(label, Paragraph):
            widest = max(
                label.fontMetrics().horizontalAdvance(word)
                for word in re.split(r"[\s\u200b]+", text)
            )
            if label.contentsRect().width() + SLACK < widest:
                yield _told(label, text, f"a word is wider than {label.contentsRect().width()} px")
    elif label.width() + SLACK < label.sizeHint().width():
        yield _told(label, text, f"{label.width()} of {label.sizeHint().width()} px wide")


def _look_at_combo(combo: QComboBox, text: str) -> Iterator[str]:
    option = QStyleOptionComboBox()
    combo.initStyleOption(option)
    complex_one, edit = QStyle.ComplexControl.CC_ComboBox, QStyle.SubControl.SC_ComboBoxEditField
    room = combo.style().subControlRect(complex_one, option, edit, combo).width() - 2
    cut = room + SLACK < combo.fontMetrics().horizontalAdvance(text)
    if cut and text not in combo.toolTip():
        yield _told(combo, text, f"has {room} px and no tooltip")


def _look_at_line(line: QLineEdit, text: str) -> Iterator[str]:
    if not text or line.text():
        return
    margins = line.textMargins()
    room = line.width() - 2 * 9 - 4 - margins.left() - margins.right()
    for action in line.actions():
        if action.isVisible() and not action.icon().isNull():
            room -= line.style().pixelMetric(QStyle.PixelMetric.PM_SmallIconSize) + 6
    if room + SLACK < line.fontMetrics().horizontalAdvance(text) and text not in line.toolTip():
        yield _told(line, text, f"has {room} px and no tooltip")


def _look_beyond(widget: QWidget, text: str) -> Iterator[str]:
    """Whether a parent cuts it off: not what a scroll area can bring into sight."""
    place, above = widget.rect(), widget
    while above.parentWidget() is not None and not above.isWindow():
        place.translate(above.pos())
        above = above.parentWidget()
        inside = above.rect().adjusted(-1, -1, 1, 1)
        area = above.parentWidget()
        if isinstance(area, QAbstractScrollArea):
            off = Qt.ScrollBarPolicy.ScrollBarAlwaysOff
            if area.horizontalScrollBarPolicy() == off or not area.horizontalScrollBar().maximum():
                inside.setTop(place.top())
                inside.setBottom(place.bottom())
            else:
                return
        if not inside.contains(place):
            yield _told(widget, text, f"sticks out of {_name(above)}")
            return
        if isinstance(area, QAbstractScrollArea):
            return


# What paints itself


@contextmanager
def _watched_painting() -> Iterator[list[str]]:
    texts: list[str] = []
    real = QPainter.drawText

    def watched(painter: QPainter, *args: Any) -> Any:
        result = real(painter, *args)
        if len(args) == 3 and isinstance(args[0], (QRect, QRectF)) and isinstance(args[2], str):
            place = QRectF(args[0])
            texts.extend(_look_at_paint(painter, place, int(args[1]), args[2]))
        return result

    QPainter.drawText = watched  # type: ignore[method-assign, assignment]
    try:
        yield texts
    finally:
        QPainter.drawText = real  # type: ignore[method-assign]


def _look_at_paint(painter: QPainter, place: QRectF, flags: int, text: str) -> Iterator[str]:
    widget = painter.device()
    if not text.strip() or not isinstance(widget, QWidget):
        return
    metrics = QFontMetricsF(painter.fontMetrics())
    if flags & Qt.TextFlag.TextShowMnemonic.value:
        text = text.replace("&", "")
    bounds = metrics.boundingRect(place, flags, text)
    width = bounds.width()
    if not flags & Qt.TextFlag.TextWordWrap.value:
        width = metrics.horizontalAdvance(text)
    if width > place.width() + SLACK:
        yield _told(widget, text, f"paints {width:.0f} px of text into {place.width():.0f}")
    if metrics.tightBoundingRect(text).height() > place.height() + SLACK:
        yield _told(widget, text, f"paints into {place.height():.0f} px of height")
    left = place.x()
    if flags & Qt.AlignmentFlag.AlignRight.value:
        left = place.right() - width
    elif flags & Qt.AlignmentFlag.AlignHCenter.value:
        left = place.center().x() - width / 2
    left += painter.worldTransform().dx()
    if left < -SLACK or left + width > widget.width() + SLACK:
        yield _told(widget, text, f"paints beyond its own {widget.width()} px")
    if text.endswith(ELLIPSIS) and not _has_tip(widget, place, text):
        yield _told(widget, text, "elides without a tooltip")


def _has_tip(widget: QWidget, place: QRectF, text: str) -> bool:
    own = widget.text() if isinstance(widget, QAbstractButton) else ""
    if isinstance(widget, QMenu):
        own = "\n".join(action.text() for action in widget.actions())
    if widget.toolTip() or text in own:
        return True
    view = widget.parentWidget()
    if isinstance(view, QHeaderView) or not isinstance(view, QAbstractItemView):
        return False
    index = view.indexAt(QPoint(round(place.left()) + 4, round(place.center().y())))
    return bool(index.data(Qt.ItemDataRole.ToolTipRole)) if index.isValid() else False


def _told(widget: QWidget, text: str, what: str) -> str:
    return f"{_name(widget)}: “{' '.join(text.split())[:60]}” {what}"


def _name(widget: QWidget) -> str:
    own = widget.objectName()
    above: QWidget | None = widget
    while above is not None and not own:
        above = above.parentWidget()
        own = f"in {above.objectName()}" if above is not None and above.objectName() else ""
    return f"{type(widget).__name__} {own}"


def settle() -> None:
    """Let layouts and queued repaints happen."""
    for _ in range(4):
        QApplication.sendPostedEvents()
        QApplication.processEvents()

"""Walks through a window with Tab or Shift+Tab and reports what is wrong there.

Qt's focus chain is not asked: what counts is where a press of the key leads.
"""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QRegion
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDateTimeEdit, QWidget

from tests.gui.cut_text import settle

# Of a control with the keyboard at least this much is on the screen, in pixels.
_LEAST = 18
# Where two stops lay when the keyboard went from one to the other.
_Places = tuple[QRect, QRect]


def label_of(widget: QWidget | None) -> str:
    """A widget in words that help to find it."""
    if widget is None:
        return "nothing"
    above = widget
    while not above.objectName() and above.parentWidget() is not None:
        above = above.parentWidget()
    return f"{type(widget).__name__} {'' if above is widget else 'in '}{above.objectName()}"


def press_tab(window: QWidget, *, backward: bool = False) -> QWidget | None:
    """Press it where the keyboard is; where the keyboard is then."""
    widget = QApplication.focusWidget() or window
    if backward:
        QTest.keyClick(widget, Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    else:
        QTest.keyClick(widget, Qt.Key.Key_Tab)
    settle()
    return QApplication.focusWidget()


def expected_stops(window: QWidget) -> set[QWidget]:
    """Every control that takes the keyboard by Tab, in whatever order; also what is scrolled away,
    but not what a pane lies over."""
    return {
        widget
        for widget in window.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.focusProxy() is None
        and widget.isVisible()
        and widget.isEnabled()
        and widget.window() is window
        and (shown(widget, cut_only=True).isEmpty() or not shown(widget).isEmpty())
    }


def walk(window: QWidget, *, backward: bool = False) -> tuple[list[QWidget], list[str]]:
    """One round: the stops in the order of Tab, beginning with what is read first, and what is
    wrong: traps, ways up, stops that cannot be seen and controls that are left out."""
    window.activateWindow()
    settle()
    stops: list[QWidget] = []
    ways: dict[tuple[QWidget, QWidget], _Places] = {}
    wrong: list[str] = []
    most = len(expected_stops(window)) + 20
    while len(stops) < most:
        now = press_tab(window, backward=backward)
        last = stops[-1] if stops else None
        if now is last and isinstance(now, QDateTimeEdit):
            continue  # from the hour to the minute
        if now is None or now.window() is not window:
            return stops, [*wrong, f"{label_of(last)} leads to {label_of(now)}"]
        if last is not None:
            way = (now, last) if backward else (last, now)
            ways[way] = (shown(way[0]), shown(way[1]))
        if now in stops:
            if now is not stops[0]:
                wrong.append(f"{label_of(last)} leads back to {label_of(now)}")
            break
        stops.append(now)
        wrong += ill_seen(now)
    else:
        wrong.append(f"no end of it after {label_of(stops[-1])}")
    left_out = expected_stops(window).difference(stops)
    wrong += sorted(f"{label_of(widget)} is never reached" for widget in left_out)
    if backward:
        stops.reverse()
    stops, steps_up = begun_at_the_top(window, stops, ways)
    wrong += steps_up
    wrong += scattered(window, stops)
    return stops, wrong


def ill_seen(stop: QWidget) -> list[str]:
    """Why one cannot see or use it."""
    if not stop.isVisible() or stop.width() < 2 or stop.height() < 2:
        return [f"{label_of(stop)} is not there"]
    if not stop.isEnabled():
        return [f"{label_of(stop)} is switched off"]
    part = shown(stop)
    if part.width() < min(_LEAST, stop.width()) or part.height() < min(_LEAST, stop.height()):
        return [f"of {label_of(stop)} only {part.width()} x {part.height()} are in sight"]
    return []


def shown(stop: QWidget, *, cut_only: bool = False) -> QRect:
    """Around the part of it that one sees, in coordinates of the window: what is neither cut off
    by the widgets around it nor (but for `cut_only`) lies under another."""
    part, above = QRegion(stop.rect()), stop
    while not above.isWindow() and above.parentWidget() is not None:
        parent = above.parentWidget()
        part.translate(above.pos())
        part &= QRegion(parent.rect())
        siblings = [child for child in parent.children() if isinstance(child, QWidget)]
        for over in siblings[siblings.index(above) + 1 :]:
            passes = over.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            if over.isVisible() and not (cut_only or passes or over.isWindow()):
                part -= QRegion(over.geometry())
        above = parent
    return part.boundingRect()


def begun_at_the_top(
    window: QWidget, stops: list[QWidget], ways: dict[tuple[QWidget, QWidget], _Places]
) -> tuple[list[QWidget], list[str]]:
    """The round from what is read first, and its steps to something that one has read before but
    for the one that leads from the end to the beginning."""
    up: list[tuple[int, str]] = []
    for at, way in enumerate(zip(stops, stops[1:] + stops[:1], strict=True)):
        before, after = ways.get(way, (QRect(), QRect()))
        if way[1].property("tabLate"):
            continue  # on purpose
        if is_read_before(after, before, mirrored=window.isRightToLeft()):
            words = (
                f"{label_of(way[0])} {before.getRect()} leads up to "
                f"{label_of(way[1])} {after.getRect()}"
            )
            up.append((at, words))
    if len(up) == 1:
        begin = up[0][0] + 1
        return stops[begin:] + stops[:begin], []
    return stops, [words for _at, words in up]


def is_read_before(rect: QRect, other: QRect, *, mirrored: bool) -> bool:
    """Whether it is further ahead in the same line, or above and not in a later column; what lies
    in another place is read after it."""
    if other.contains(rect):
        return False
    sign = -1 if mirrored else 1
    starts_before = rect.center().x() * sign < other.center().x() * sign
    common = min(rect.bottom(), other.bottom()) - max(rect.top(), other.top())
    if common > min(rect.height(), other.height()) / 2:
        return starts_before
    if rect.center().y() > other.center().y():
        return False
    above_each_other = min(rect.right(), other.right()) > max(rect.left(), other.left())
    return above_each_other or starts_before


def scattered(window: QWidget, stops: list[QWidget]) -> Iterator[str]:
    """Parts of the window that Tab leaves before it is through with them."""
    last_in: dict[QWidget, int] = {}
    for at, stop in enumerate(stops):
        above = stop.parentWidget()
        while above is not None and above is not window:
            left = last_in.get(above)
            if left is not None and left != at - 1:
                yield (
                    f"{label_of(above)} is left from {label_of(stops[left])} "
                    f"to {label_of(stops[left + 1])} "
                    f"and entered again at {label_of(stop)}"
                )
            last_in[above] = at
            above = above.parentWidget()

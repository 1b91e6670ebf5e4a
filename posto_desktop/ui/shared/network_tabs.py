"""Tab bar over the message editor: all networks, then one tab per selected network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetrics,
    QIcon,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QMenu, QWidget

from posto_desktop.ui import icons
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import Button
from posto_desktop.ui.widgets.focus_ring import came_by_keys
from posto_desktop.ui.widgets.popup import below
from posto_desktop.ui.widgets.quiet_tabs import QuietTabBar

_ICON = 18
_GAP = 6
_DOT = 6
_BETWEEN = 18
LEFT_TO_RIGHT = "\u200e"
"""Keeps a sign before its number in right-to-left layouts."""


def row_height() -> int:
    """Without a base line: the row below draws it."""
    return Theme.instance().px("size.tab_row") - 1


class NetworkTabs(QuietTabBar):
    """Tabs that do not fit are in a menu behind the last one; the current tab always fits. A
    network with a problem has a red dot.

    Signal ``chosen(slug)``: "" is the tab of all networks.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._slugs: list[str] = [""]
        self._customised: set[str] = set()
        self._problems: dict[str, str] = {}
        self._shown: tuple[int, ...] = ()
        self._silent = False
        self._compact = False
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setUsesScrollButtons(False)
        self.setElideMode(Qt.TextElideMode.ElideNone)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(self.tr("Networks"))
        self.setObjectName("networks")
        self.add_first_tab(self.tr("All networks"))
        self.setAttribute(Qt.WidgetAttribute.WA_Hover, True)
        self._more = _MoreTabsButton(self)
        self._more.clicked.connect(self._open_menu)
        self.currentChanged.connect(self._tab_chosen)

    def set_networks(self, networks: Sequence[tuple[str, str]]) -> None:
        """Show ``(slug, name)`` of each selected network; keep the current tab if it is still
        there."""
        slugs = ["", *(slug for slug, _name in networks)]
        if slugs == self._slugs:
            return
        before = self.current()
        self._silent = True
        try:
            with self.without_words():
                while self.count() > 1:
                    self.removeTab(self.count() - 1)
                for _slug, name in networks:
                    self.addTab(name)
                self._slugs = slugs
                self._shown = tuple(range(len(slugs)))
                self._problems = {
                    slug: self._problems[slug] for slug in slugs if slug in self._problems
                }
                self.setCurrentIndex(slugs.index(before) if before in slugs else 0)
        finally:
            self._silent = False
        self._name_tabs()
        self._fit()
        if self.current() != before:
            self.chosen.emit(self.current())

    def set_customised(self, slugs: set[str]) -> None:
        """Mark the networks with own text by a dot after the name."""
        if slugs == self._customised:
            return
        self._customised = set(slugs)
        self._name_tabs()
        self._fit()
        self._lay_out_again()

    def set_problems(self, problems: Mapping[str, str]) -> None:
        """Mark the networks for which the message has a problem, each with a sentence."""
        if problems == self._problems:
            return  # called with each key press
        self._problems = dict(problems)
        self._name_tabs()
        self._place_more()
        self.update()

    def _name_tabs(self) -> None:
        for number, slug in enumerate(self._slugs):
            if not slug:
                continue
            name = self.tabText(number)
            lines = [self.tr("Text for {name}").format(name=name)]
            if slug in self._problems:
                lines.append(self._problems[slug])
            self.setTabToolTip(number, "\n".join(lines))
            if slug in self._customised:
                name = self.tr("{name}, own text").format(name=name)
            if slug in self._problems:
                name = self.tr("{name}, has a problem").format(name=name)
            self.setAccessibleTabName(number, name)

    def current(self) -> str:
        number = self.currentIndex()
        return self._slugs[number] if 0 <= number < len(self._slugs) else ""

    def choose(self, slug: str) -> bool:
        if slug not in self._slugs:
            return False
        self.setCurrentIndex(self._slugs.index(slug))
        return True

    def show_tab(self, slug: str) -> None:
        """Select a tab without emitting `chosen`."""
        before, self._silent = self._silent, True
        try:
            with self.without_words():
                self.choose(slug)
        finally:
            self._silent = before

    def step(self, by: int) -> None:
        """Go to the next or previous tab, wrapping around."""
        self.setCurrentIndex((self.currentIndex() + by) % max(1, self.count()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to tabs in the menu, too, with the arrow keys."""
        sides = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        by = sides.get(Qt.Key(event.key()), 0) * (-1 if self.isRightToLeft() else 1)
        if not by:
            super().keyPressEvent(event)
        elif 0 <= self.currentIndex() + by < self.count():
            self.step(by)

    @Slot()
    def _open_menu(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for number, slug in enumerate(self._slugs):
            if number in self._shown:
                continue
            parts = [self.tabText(number)]
            if slug in self._customised:
                parts.append(self.tr("own text"))
            if slug in self._problems:
                parts.append(self._problems[slug])
            badge = QIcon(icons.network_badge(slug, 16, self.devicePixelRatioF()))
            action = menu.addAction(badge, " · ".join(parts).replace("&", "&&"))
            action.triggered.connect(partial(self.choose, slug))
        menu.popup(below(self._more))

    def _tab_chosen(self, _number: int) -> None:
        self._fit()
        self._lay_out_again()
        if not self._silent:
            self.chosen.emit(self.current())

    # -- look ------------------------------------------------------------------------------

    def _lay_out_again(self) -> None:
        """Set the text again: the width depends on the dot and the current tab, and Qt asks only
        then."""
        self.setTabText(0, self.tabText(0))
        self.updateGeometry()
        self.update()

    def _fit(self) -> None:
        """Hide the names of all but the current and the first tab where they do not fit, and then
        the last tabs."""
        room = self.width()
        compact = self._full_width() > room > 0
        if compact != self._compact:
            self._compact = compact
            self._lay_out_again()
        shown = tuple(range(self.count()))
        if compact:
            shown = self._fitting(room)
        if shown != self._shown:
            self._shown = shown
            for number in range(self.count()):
                self.setTabVisible(number, number in shown)
        self._place_more()

    def _full_width(self) -> int:
        return sum(
            self._content_width(number, named=True) + _BETWEEN for number in range(self.count())
        )

    def _fitting(self, room: int) -> tuple[int, ...]:
        """Return the tabs that fit: the first ones, and the current one."""
        widths = [self._content_width(number) + _BETWEEN for number in range(self.count())]
        if sum(widths) <= room:
            return tuple(range(len(widths)))
        current = max(0, self.currentIndex())
        room -= self._more.sizeHint().width() + widths[0]
        room -= widths[current] if current else 0
        shown = {0, current}
        for number, width in enumerate(widths):
            if number not in shown:
                room -= width
                if room < 0:
                    break
                shown.add(number)
        return tuple(sorted(shown))

    def _place_more(self) -> None:
        hidden = self.count() - len(self._shown)
        self._more.setVisible(hidden > 0)
        if hidden:
            others = [slug for at, slug in enumerate(self._slugs) if at not in self._shown]
            self._more.show_count(hidden, any(slug in self._problems for slug in others))
            size = self._more.sizeHint()
            end = sum(self.tabSizeHint(number).width() for number in self._shown)
            left = self.width() - end - size.width() if self.isRightToLeft() else end
            self._more.setGeometry(
                left, (self.height() - size.height()) // 2 + 1, size.width(), size.height()
            )

    def _named(self, number: int) -> bool:
        return not self._compact or number in (0, self.currentIndex())

    def _content_width(self, number: int, *, named: bool | None = None) -> int:
        width = _ICON + 2
        if self._named(number) if named is None else named:
            current = number == self.currentIndex()
            words = QFontMetrics(Theme.instance().font("strong" if current else "control"))
            width += _GAP + words.horizontalAdvance(self.tabText(number)) + 2
        if number < len(self._slugs) and self._slugs[number] in self._customised:
            width += _GAP + _DOT
        return width

    def tabSizeHint(self, number: int) -> QSize:
        return QSize(self._content_width(number) + _BETWEEN, row_height())

    def minimumTabSizeHint(self, number: int) -> QSize:
        return self.tabSizeHint(number)

    def sizeHint(self) -> QSize:
        return QSize(self._full_width(), row_height())

    def minimumSizeHint(self) -> QSize:
        return QSize(120, row_height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.FontChange:
            self.updateGeometry()
        super().changeEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        hovered = self.tabAt(self.mapFromGlobal(self.cursor().pos())) if self.underMouse() else -1
        for number in self._shown:
            if number >= min(self.count(), len(self._slugs)):
                continue
            rect = self.tabRect(number)
            current = number == self.currentIndex()
            width = self._content_width(number)
            left = rect.left()
            colour = theme.colour("text" if current or number == hovered else "text_muted")
            slug = self._slugs[number]
            middle = rect.center().y() + 1
            ratio = self.devicePixelRatioF()
            if slug:
                badge = icons.network_badge(slug, _ICON, ratio)
                painter.drawPixmap(QPointF(left + 1, middle - _ICON / 2), badge)
            else:
                globe = icons.pixmap("globe", 16, colour, ratio)
                painter.drawPixmap(QPointF(left + 2, middle - 8), globe)
            if slug in self._problems:
                painter.setPen(QPen(theme.colour("surface"), 1.5))
                painter.setBrush(theme.status("failed").solid)
                painter.drawEllipse(QPointF(left + _ICON, middle - _ICON / 2 + 1), 4.5, 4.5)
            text_left, text_width = left + 1.0 + _ICON, 0.0
            if self._named(number):
                painter.setFont(theme.font("strong" if current else "control"))
                painter.setPen(colour)
                text_left += _GAP
                text_width = painter.fontMetrics().horizontalAdvance(self.tabText(number))
                painter.drawText(
                    QRectF(text_left, rect.top(), text_width + 4, rect.height()),
                    int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft),
                    self.tabText(number),
                )
            if slug in self._customised:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.colour("accent_text"))
                painter.drawEllipse(
                    QRectF(text_left + text_width + _GAP, middle - _DOT / 2, _DOT, _DOT)
                )
            if current:
                painter.fillRect(
                    QRectF(left, rect.bottom() - 1, width, 2), theme.colour("accent_text")
                )
                if self.hasFocus() and self._keyboard_focus:
                    painter.setBrush(Qt.BrushStyle.NoBrush)
                    painter.setPen(QPen(theme.colour("focus"), 2))
                    painter.drawRoundedRect(
                        QRectF(left - 4, rect.top() + 7, width + 8, rect.height() - 14), 7, 7
                    )
        painter.end()

    _keyboard_focus = False

    def event(self, event: QEvent) -> bool:
        kind = event.type()
        if kind in (QEvent.Type.HoverMove, QEvent.Type.HoverLeave, QEvent.Type.HoverEnter):
            self.update()
        elif kind == QEvent.Type.FocusIn:
            self._keyboard_focus = isinstance(event, QFocusEvent) and came_by_keys(event)
        return super().event(event)


class _MoreTabsButton(Button):
    """ "+5": opens the menu of the tabs that do not fit."""

    def __init__(self, tabs: NetworkTabs) -> None:
        super().__init__("+9", "quiet", small=True, parent=tabs)
        self.setObjectName("more-networks")
        self.hide()

    def show_count(self, count: int, has_problem: bool) -> None:
        """Show how many tabs are in the menu; `has_problem`: a network of one has a problem."""
        words = f"+{count}"
        if not self.text().endswith(words):
            self.setText(f"{LEFT_TO_RIGHT}{words}" if self.isRightToLeft() else words)
        name = self.tr("+%n more network(s)", "", count)
        if has_problem:
            name = self.tr("+%n more network(s), with a problem", "", count)
        if name != self.accessibleName():
            self.setAccessibleName(name)
            self.setToolTip(name)
            self.set_variant("quiet-danger" if has_problem else "quiet")

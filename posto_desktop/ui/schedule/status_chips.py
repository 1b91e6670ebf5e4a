"""Status filter chips with their counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from posto_desktop.common.locale_words import listed
from posto_desktop.models.numbers import grouped
from posto_desktop.models.schedules import STATUSES, status_label
from posto_desktop.ui import icons
from posto_desktop.ui.accessibility.roles import Role, give_choice_role, give_role
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.popup import below
from posto_desktop.ui.widgets.require import require_layout

if TYPE_CHECKING:
    from posto_desktop.ui.widgets.menu import Menu

__all__ = ["StatusChips"]

# Narrow windows hide these chips first; the menu of the last chip lists them.
_HIDE_ORDER = (
    "draft",
    "sent",
    "site",
    "sending",
    "scheduled",
    "returned",
    "proposed",
    "late",
    "failed",
    "needs_you",
)


_ICON = 14
_GAP = 2  # on top of the style's four pixels


def _with_gap(name: str, colour: QColor, ratio: float) -> QIcon:
    picture = QPixmap(round((_ICON + _GAP) * ratio), round(_ICON * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.drawPixmap(icons.gap_before(_GAP), 0, icons.pixmap(name, _ICON, colour, ratio))
    painter.end()
    return QIcon(picture)


class StatusChips(QWidget):
    """Signal: `chosen(object)` with a status token, or None for all.

    Hides chips without rows unless selected; the order never changes. The last chip's menu lists
    the chips that do not fit."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName("status-chips")
        self.setAccessibleName(self.tr("Status filter"))
        give_role(self, Role.Grouping)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setSizePolicy(policy)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._chips: dict[str | None, QPushButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for key in (None, *STATUSES):
            chip = QPushButton(self)
            chip.setProperty("variant", "chip")
            chip.setCheckable(True)
            chip.setProperty("status", key or "")
            chip.setObjectName(f"status-{(key or 'all').replace('_', '-')}")
            chip.setIconSize(QSize(_ICON + _GAP, _ICON))
            self._group.addButton(chip)
            give_choice_role(chip)
            self._chips[key] = chip
            row.addWidget(chip)
        self._more = QPushButton(self)
        self._more.setProperty("variant", "chip")
        self._more.setObjectName("more-statuses")
        self._more.setAccessibleName(self.tr("More statuses"))
        self._more.clicked.connect(self._show_menu)
        self._left_out: list[str] = []
        row.addWidget(self._more)
        row.addStretch(1)
        self._chips[None].setChecked(True)
        self._group.buttonClicked.connect(self._clicked)
        Theme.instance().changed.connect(self._tint)
        self._tint()
        self.set_counts({})

    def word(self, key: str | None) -> str:
        if key is None:
            #: Posts of any status.
            return self.tr("All")
        return self.tr("Drafts") if key == "draft" else status_label(key)

    def set_counts(self, counts: dict[str, int]) -> None:
        """Show the counts by status token."""
        for key, chip in self._chips.items():
            count = sum(counts.values()) if key is None else counts.get(key, 0)
            shown = grouped(count)
            chip.setText(f"{self.word(key)} {shown}")
            chip.setAccessibleName(f"{self.word(key)} {shown}")
            chip.setProperty("count", count)
        self._fit()

    def _fit(self) -> None:
        """Hide chips without rows, then those that do not fit; keep the selected one."""
        shown_chips = {
            key: chip
            for key, chip in self._chips.items()
            if key is None or chip.isChecked() or chip.property("count")
        }
        gap = require_layout(self).spacing()
        needed = sum(chip.sizeHint().width() + gap for chip in shown_chips.values()) - gap
        left_out: list[str] = []
        for key in _HIDE_ORDER:
            if needed + (self._more_width(len(left_out)) + gap if left_out else 0) <= self.width():
                break
            if key in shown_chips and not shown_chips[key].isChecked():
                needed -= shown_chips.pop(key).sizeHint().width() + gap
                left_out.append(key)
        for shown, chip in self._chips.items():
            chip.setVisible(shown in shown_chips)
        self._left_out = [key for key in STATUSES if key in left_out]
        words = listed(self._chips[key].text() for key in self._left_out)
        self._more.setToolTip(words)
        self._more.setAccessibleDescription(words)
        self._more.setVisible(bool(left_out))

    def _more_width(self, count: int) -> int:
        mark = "\u200e" if self.isRightToLeft() else ""  # the number runs from left to right
        self._more.setText(f"{mark}+{count}")
        return self._more.sizeHint().width()

    @Slot()
    def _show_menu(self) -> None:
        self.make_menu().popup(below(self._more))

    def make_menu(self) -> Menu:
        """Return the menu of the chips that do not fit; it deletes itself on close."""
        from posto_desktop.ui.widgets.menu import Menu

        menu = Menu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for key in self._left_out:
            text, icon = self._chips[key].text(), Theme.instance().status(key).icon
            menu.add(text, icon, lambda _on=False, status=key: self.chosen.emit(status))
        return menu

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def set_chosen(self, key: str | None) -> None:
        chip = self._chips.get(key)
        if chip is not None and not chip.isChecked():
            chip.setChecked(True)
        self._fit()

    @Slot(QPushButton)
    def _clicked(self, chip: QPushButton) -> None:
        self.chosen.emit(chip.property("status") or None)

    @Slot()
    def _tint(self) -> None:
        theme = Theme.instance()
        for key, chip in self._chips.items():
            if key is not None:
                look = theme.status(key)
                chip.setIcon(_with_gap(look.icon, look.solid, self.devicePixelRatioF()))

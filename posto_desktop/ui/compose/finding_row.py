"""Row of the checks: finding, networks, and buttons to fix it."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QIcon, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from posto_desktop.core.limits import network_name
from posto_desktop.ui import icons
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import IconButton, name_control
from posto_desktop.ui.widgets.labels import PlainLabel
from posto_desktop.ui.widgets.require import require_layout
from posto_desktop.ui.widgets.tool_tips import wrap_tool_tip

if TYPE_CHECKING:
    from posto_desktop.core.checks import Finding, Fix
    from posto_desktop.ui.widgets.menu import Menu

_ICONS = {"error": "circle-x", "warning": "triangle-alert", "hint": "info"}
FIX_ICONS = {
    "add_media": "image-plus",
    "choose_channels": "list",
    "comment_into_text": "message-square",
    "crop": "crop",
    "crop_to_fit": "crop",
    "describe": "text-cursor-input",
    "drop_hashtags": "hash",
    "drop_link": "trash-2",
    "files_to_first": "arrow-up-to-line",
    "edit_comment": "message-square",
    "edit_for": "pencil",
    "edit_link": "link",
    "edit_title": "pencil-line",
    "edit_video": "crop",
    "edit_when": "clock",
    "fit_video": "sparkle",
    "keep_first": "files",
    "keep_pictures": "image",
    "keep_video": "newspaper",
    "leave_out_file": "minus",
    "leave_out_files": "minus",
    "link_into_text": "link",
    "link_off": "link-2",
    "move_time": "clock",
    "no_style": "palette",
    "plain_choices": "braces",
    "plain_entities": "braces",
    "plain_variables": "braces",
    "remove_media": "trash-2",
    "remove_parts": "trash-2",
    "send_still": "image",
    "shorten": "text-cursor-input",
    "sign_in_again": "plug",
    "shorten_alt": "text-cursor-input",
    "shorten_title": "text-cursor-input",
    "show_file": "image",
    "space_tags": "pen-line",
    "split": "list-end",
    "thread_first": "message-square",
    "thread_one": "message-square",
    "thread_whole": "list-end",
    "untick_channel": "minus",
    "untick_channels": "minus",
    "use_common": "undo-2",
}
MAX_BADGES = 6
# Pixels at both ends of a row, for the focus ring of its buttons, which the list would clip.
AROUND = 4
# Pixels above and below the lines of a sentence.
LINE_ROOM = 7
ICON_GAP = 3


def severity_colour(severity: str) -> QColor:
    theme = Theme.instance()
    if severity == "error":
        return theme.colour("danger_text")
    return theme.status("late" if severity == "warning" else "scheduled").solid


def spaced_icon(name: str, size: int, colour: QColor, ratio: float) -> QIcon:
    """Return an icon with space beside it: a button's own gap before the text is too small."""
    picture = QPixmap(round((size + ICON_GAP) * ratio), round(size * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.drawPixmap(icons.gap_before(ICON_GAP), 0, icons.pixmap(name, size, colour, ratio))
    painter.end()
    return QIcon(picture)


class FindingRow(QWidget):
    """Icon, networks, sentence, one button, and a menu with alternatives.

    A row updates in place while its sentence changes with each key press, so that a button under
    the pointer or with focus stays. Signal ``fixRequested(Finding)``: with the chosen `fix`.
    """

    fixRequested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.finding: Finding | None = None
        self._scheme = ""
        row = QHBoxLayout(self)
        row.setContentsMargins(AROUND, 0, AROUND, 0)
        row.setSpacing(8)
        self._mark = PlainLabel(self)
        row.addWidget(self._mark)
        self._badge_box = QWidget(self)
        self._badges = QHBoxLayout(self._badge_box)
        self._badges.setContentsMargins(0, 0, 0, 0)
        self._badges.setSpacing(3)
        row.addWidget(self._badge_box)
        self.sentence = PlainLabel(self)
        self.sentence.setTextFormat(Qt.TextFormat.RichText)
        self.sentence.setObjectName("check-sentence")
        self.sentence.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        # A long sentence wraps, so that all of it is visible.
        self.sentence.setWordWrap(True)
        row.addWidget(self.sentence, 1)
        self._button_row = QHBoxLayout()
        self._button_row.setSpacing(2)
        row.addLayout(self._button_row)
        self.button: QPushButton | None = None
        self.more_button: IconButton | None = None

    def show_finding(self, finding: Finding) -> None:
        """Show this finding in place of the previous one."""
        before, scheme = self.finding, Theme.instance().scheme
        if finding == before and scheme == self._scheme:
            return
        if scheme != self._scheme:
            self._scheme, before = scheme, None
        self.finding = finding
        if before is None or before.severity != finding.severity:
            colour, ratio = severity_colour(finding.severity), self.devicePixelRatioF()
            self._mark.setPixmap(icons.pixmap(_ICONS[finding.severity], 16, colour, ratio))
        if before is None or before.networks != finding.networks:
            self._show_badges(finding.networks)
        self.sentence.setText(_rich(finding))
        self.sentence.setToolTip(wrap_tool_tip(finding.sentence))
        if before is None or before.fix != finding.fix:
            self._show_button(finding.fix)
        self._show_more(bool(finding.more))

    def height_at(self, width: int, least: int) -> int:
        """Return the height for this width with the whole sentence; `least` for one line."""
        layout = require_layout(self)
        # Activate even if hidden: a layout knows its content only then.
        layout.activate()
        return max(least, layout.heightForWidth(width) + LINE_ROOM)

    def show_done(self) -> None:
        """Show the finding as fixed, without its buttons."""
        finding, self.finding = self.finding, None
        if finding is None:
            return
        colour, ratio = Theme.instance().status("sent").solid, self.devicePixelRatioF()
        self._mark.setPixmap(icons.pixmap("check", 16, colour, ratio))
        muted = Theme.instance().colour("text_muted").name()
        self.sentence.setText(f'<span style="color:{muted}">{escape(finding.sentence)}</span>')
        for button in (self.button, self.more_button):
            if button is not None:
                button.hide()

    def _show_badges(self, networks: tuple[str, ...]) -> None:
        while (item := self._badges.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for slug in networks[:MAX_BADGES]:
            badge = PlainLabel(self._badge_box)
            badge.setPixmap(icons.network_badge(slug, 16, self.devicePixelRatioF()))
            badge.setToolTip(network_name(slug))
            self._badges.addWidget(badge)
            badge.show()
        if len(networks) > MAX_BADGES:
            more = PlainLabel(f"+{len(networks) - MAX_BADGES}", self._badge_box)
            more.setProperty("role", "caption")
            self._badges.addWidget(more)
            more.show()
        self._badge_box.setVisible(bool(networks))
        # At once, because the height of the row depends on this width.
        self._badges.activate()
        self._badge_box.updateGeometry()

    def _show_button(self, fix: Fix | None) -> None:
        if fix is None:
            if self.button is not None:
                self.button.hide()
            return
        if self.button is None:
            self.button = QPushButton(self)
            self.button.setProperty("small", True)
            self.button.setIconSize(QSize(14 + ICON_GAP, 14))
            self.button.clicked.connect(self.press)
            self._button_row.insertWidget(0, self.button)
        self.button.setText(fix.label.replace("&", "&&"))
        self.button.setAccessibleName(fix.label)
        self.button.setObjectName(f"fix-{fix.kind.replace('_', '-')}")
        name = FIX_ICONS.get(fix.kind)
        colour = Theme.instance().colour("text")
        icon = spaced_icon(name, 14, colour, self.devicePixelRatioF()) if name else QIcon()
        self.button.setIcon(icon)
        self.button.show()

    def _show_more(self, shown: bool) -> None:
        if shown and self.more_button is None:
            self.more_button = IconButton(
                "chevron-down",
                self.tr("More fixes"),
                "more-fixes",
                size="size.control_small",
                icon_size=14,
                parent=self,
            )
            self.more_button.clicked.connect(self._open_menu)
            self._button_row.addWidget(self.more_button)
        if self.more_button is not None:
            self.more_button.setVisible(shown)
            if shown and self.finding is not None:
                name_control(self.more_button, self.tr("More fixes"), "more-fixes")
                self.more_button.setAccessibleDescription(self.finding.sentence)

    @Slot()
    def press(self) -> None:
        if self.finding is not None and self.finding.fix is not None:
            self.fixRequested.emit(self.finding)

    @Slot()
    def _open_menu(self) -> None:
        if self.more_button is None:
            return
        menu = self.menu()
        place = QPoint(
            self.more_button.width() - menu.sizeHint().width(), self.more_button.height() + 4
        )
        menu.popup(self.more_button.mapToGlobal(place))

    def menu(self) -> Menu:
        """Return the menu of the alternatives."""
        from posto_desktop.ui.widgets.menu import Menu

        menu = Menu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        finding = self.finding
        for number, fix in enumerate(finding.more if finding is not None else ()):
            action = menu.add(fix.label.replace("&", "&&"), FIX_ICONS.get(fix.kind, ""))
            action.setData(number)
        menu.triggered.connect(self._other_chosen)
        return menu

    @Slot(object)
    def _other_chosen(self, action: object) -> None:
        number = action.data()  # type: ignore[attr-defined]
        if self.finding is not None and number < len(self.finding.more):
            self.fixRequested.emit(replace(self.finding, fix=self.finding.more[number]))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(0, self.height() - 1, self.width(), 1, Theme.instance().colour("border"))
        painter.end()


def _rich(finding: Finding) -> str:
    """Return the sentence with its file or network in bold."""
    sentence = finding.sentence
    subjects = [finding.file.replace("\\", "/").rsplit("/", 1)[-1]] if finding.file else []
    if finding.code != "same_planned":  # names channels, not networks
        subjects += [network_name(slug) for slug in finding.networks]
    for subject in subjects:
        start = sentence.find(subject)
        if subject and start >= 0:
            end = start + len(subject)
            return (
                escape(sentence[:start])
                + f'<span style="font-weight:600">{escape(subject)}</span>'
                + escape(sentence[end:])
            )
    return escape(sentence)

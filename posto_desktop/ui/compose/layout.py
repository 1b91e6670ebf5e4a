"""Layout of the Compose page at every window size."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLayout, QSplitter, QVBoxLayout, QWidget

from posto_desktop.models.media import MediaModel
from posto_desktop.ui.compose.action_bar import ComposeActionBar, ConfirmationBar
from posto_desktop.ui.compose.checks_panel import HEAD as CHECKS_HEAD
from posto_desktop.ui.compose.checks_panel import ChecksPanel
from posto_desktop.ui.compose.draft_tabs import DraftTabsRow
from posto_desktop.ui.compose.editing_strip import EditingStrip
from posto_desktop.ui.compose.first_run import DestinationChoice, EditorBox, Welcome
from posto_desktop.ui.compose.media_strip import MediaStrip
from posto_desktop.ui.compose.message_fields import MessageFields
from posto_desktop.ui.compose.message_text_edit import MAX_HEIGHT, MessageTextEdit
from posto_desktop.ui.compose.options_panel import OptionsPanel
from posto_desktop.ui.compose.others_strip import OthersStrip
from posto_desktop.ui.compose.part_cards import PartBar, PartsColumn
from posto_desktop.ui.compose.preview_pane import PreviewPane
from posto_desktop.ui.compose.request_strip import RequestStrip
from posto_desktop.ui.compose.style_row import LabelsRow, StyleAndLabels, StyleRow
from posto_desktop.ui.compose.variant_bar import VariantBar
from posto_desktop.ui.compose.when_row import WhenRow
from posto_desktop.ui.page import AppPage
from posto_desktop.ui.shared.counter_row import CounterRow
from posto_desktop.ui.shared.network_tabs import NetworkTabs, row_height
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import Button, IconButton
from posto_desktop.ui.widgets.edge_shadow import EdgeShadow
from posto_desktop.ui.widgets.labels import hairline
from posto_desktop.ui.widgets.overlay_scroll_area import OverlayScrollArea
from posto_desktop.viewmodels.message_time import MessageTime

# Width of the channel pane beside this page, for breakpoints while the page has no window.
LEFT_PANE = 272
# Least height of the text: seven lines, or fewer beside the first run's cards.
MIN_EDITOR_HEIGHT, MIN_EDITOR_HEIGHT_FIRST_RUN, MIN_EDITOR_HEIGHT_TALL = 161, 128, 340
MIN_EDITOR_HEIGHT_THREAD = 96
# Checks that are visible without scrolling.
USUAL_CHECKS = 4
# Height of a toast over the text, with the distance to the bottom.
TOAST_ROOM = 76


class ComposeLayout(AppPage):
    """The widgets of the page, without behaviour."""

    def __init__(
        self,
        media: MediaModel,
        message_time: MessageTime,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.media = media
        self._first_run = False
        self._overlay = False
        self._min_height = MIN_EDITOR_HEIGHT
        self._dragged_splitter = False
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        self._splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setHandleWidth(1)
        # The panes' minimum widths must let the window get so narrow that the preview becomes an
        # overlay.
        self._splitter.setMinimumSize(600, 400)
        outer.addWidget(self._splitter)
        self._main = QFrame(self)
        self._main.setProperty("role", "surface")
        self._main.setObjectName("compose-main")
        column = QVBoxLayout(self._main)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.draft_tabs = DraftTabsRow(self._main)
        self.draft_tabs.hide()
        column.addWidget(self.draft_tabs)
        column.addWidget(self._build_head())
        column.addWidget(hairline(self._main))
        self.editing_strip = EditingStrip(self._main)
        column.addWidget(self.editing_strip)
        self.variant_bar = VariantBar(self._main)
        self.variant_bar.hide()
        column.addWidget(self.variant_bar)
        column.addWidget(self._build_scrolled(media, message_time), 1)
        self.others_strip = OthersStrip(self._main)
        column.addWidget(self.others_strip)
        self._confirmation_holder = QWidget(self._main)
        ask_row = QHBoxLayout(self._confirmation_holder)
        ask_row.setContentsMargins(16, 0, 16, 8)
        self.confirmation_bar = ConfirmationBar(self._confirmation_holder)
        ask_row.addWidget(self.confirmation_bar)
        self._confirmation_holder.hide()
        column.addWidget(self._confirmation_holder)
        self.action_bar = ComposeActionBar(self._main)
        column.addWidget(self.action_bar)
        self._splitter.addWidget(self._main)
        self.preview = PreviewPane(self)
        self._shade = EdgeShadow(self)
        self._splitter.addWidget(self.preview)
        self._splitter.setStretchFactor(0, 1)
        self._splitter.setStretchFactor(1, 0)
        self._splitter.splitterMoved.connect(self._splitter_moved)
        self.preview.closeRequested.connect(self.close_preview)
        self.set_first_run(False)

    def _build_head(self) -> QWidget:
        head = self._head = QWidget(self._main)
        head.setFixedHeight(row_height())
        row = QHBoxLayout(head)
        row.setContentsMargins(24, 0, 10, 0)
        row.setSpacing(4)
        self.tabs = NetworkTabs(head)
        row.addWidget(self.tabs, 1)
        self.preview_button = Button(
            self.tr("Preview"), "quiet", icon="panel-end", small=True, parent=head
        )
        self.preview_button.setObjectName("show-preview")
        self.preview_button.hide()
        row.addWidget(self.preview_button)
        self.drafts_button = Button("", "quiet", icon="pencil-line", small=True, parent=head)
        self.drafts_button.setObjectName("show-drafts")
        self.show_drafts_count(0)
        row.addWidget(self.drafts_button)
        self.more_button = IconButton("ellipsis", self.tr("More"), "more", parent=head)
        row.addWidget(self.more_button)
        return head

    def show_draft_tabs(self, shown: bool) -> None:
        self.draft_tabs.setVisible(shown)
        self._align_heads()

    def _align_heads(self) -> None:
        """Align the line below the preview's header with the tabs beside it."""
        beside = self.draft_tabs.height() if not self.draft_tabs.isHidden() else 0
        self.preview.set_head_height(beside or Theme.instance().px("size.tab_row"))

    def show_drafts_count(self, count: int) -> None:
        words = self.tr("Drafts")
        self.drafts_button.setText(f"{words}  {count}" if count else words)

    def _build_scrolled(self, media: MediaModel, message_time: MessageTime) -> OverlayScrollArea:
        self.scroll_area = OverlayScrollArea(self._main)
        inside = ContentColumn()
        inside.setAutoFillBackground(False)
        inside.laidOut.connect(self.share_height)
        self._body = QVBoxLayout(inside)
        self._body.setContentsMargins(0, 0, 0, 0)
        self._body.setSpacing(0)

        self.welcome = Welcome(inside)
        self._body.addWidget(self.welcome)
        self.request_strip = RequestStrip(inside)
        self._body.addWidget(self.request_strip)
        self.parts_above = PartsColumn(True, inside)
        self._body.addWidget(self.parts_above)
        self.part_bar = PartBar(inside)
        self._body.addWidget(self.part_bar)
        self.editor = MessageTextEdit(inside)
        self.editor.setPlaceholderText(self.tr("What would you like to say?"))
        self.editor_box = EditorBox(self.editor, inside)
        self._body.addWidget(self.editor_box)
        self._body.addWidget(self._build_tools(inside))

        self._strip_box = QWidget(inside)
        strip_column = QVBoxLayout(self._strip_box)
        # Three pixels less on the left: tiles reserve space for their focus ring.
        strip_column.setContentsMargins(24 - 3, 0, 16, 6)
        self.strip = MediaStrip(media, self._strip_box)
        strip_column.addWidget(self.strip)
        self._body.addWidget(self._strip_box)
        self.parts_below = PartsColumn(False, inside)
        self._body.addWidget(self.parts_below)

        self._lower_part = QWidget(inside)
        rest_layout = QVBoxLayout(self._lower_part)
        rest_layout.setContentsMargins(0, 0, 0, 0)
        rest_layout.setSpacing(0)
        self.fields = MessageFields(self._lower_part)
        self.options = OptionsPanel(self._lower_part)
        self.when = WhenRow(message_time, self._lower_part)
        self.checks_line = hairline(self._lower_part)
        self.checks_line.hide()  # hidden like the checks, until there are any
        self.checks = ChecksPanel(self._lower_part)
        self.labels_row = LabelsRow(self._lower_part)
        self.labels = self.labels_row.field
        self.style_row = StyleRow(self._lower_part)
        self.style_and_labels = StyleAndLabels(
            self.style_row, self.labels_row, self.fields, self._lower_part
        )
        pair = self.style_and_labels
        # The options stand below the time: folding them moves neither it nor what is above.
        for part in (hairline(), self.fields, pair, hairline(), self.when, self.options):
            rest_layout.addWidget(part)
        rest_layout.addWidget(self.checks_line)
        rest_layout.addWidget(self.checks)
        rest_layout.addStretch(1)
        self._body.addWidget(self._lower_part)

        self.destinations = DestinationChoice(inside)
        self._body.addWidget(self.destinations)
        self._body.addStretch(1)
        self.scroll_area.setWidget(inside)
        return self.scroll_area

    def _build_tools(self, inside: QWidget) -> QWidget:
        tools = self._tools = ToolsRow(inside)
        self.attach_button, self.recent_button = tools.attach, tools.recent
        self.emoji_button, self.snippet_button = tools.emoji, tools.snippet
        self.hash_button, self.at_button = tools.hash, tools.at
        self.part_button, self.counters = tools.part, tools.counters
        return tools

    # -- first run -------------------------------------------------------------------------

    @property
    def first_run(self) -> bool:
        return self._first_run

    def set_first_run(self, first: bool) -> None:
        """Show the welcome layout, which ends when something is written or attached."""
        self._first_run = first
        self.welcome.setVisible(first)
        self.destinations.setVisible(first)
        self.editor_box.set_framed(first)
        for part in (self._tools, self._strip_box, self._lower_part):
            part.setVisible(not first)
        self._reflow()

    @Slot()
    def leave_first_run(self) -> None:
        """Change to the normal layout, keeping text and caret."""
        if self._first_run:
            focused = self.editor.hasFocus()
            self.set_first_run(False)
            if focused:
                self.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- calls from the window -------------------------------------------------------------

    def toast_inset(self) -> int:
        """Return the distance of toasts from the bottom. Over an open preview it is 0. Otherwise
        they stay above the action bar, and above files, fields and checks, which are used right
        after a post or fix."""
        if self.toast_main() is self.preview:
            return 0
        bar = self.action_bar.height()
        if not self._tools.isVisible():
            return bar
        raised = self.height() - self._tools.mapTo(self, QPoint(0, 0)).y()
        highest = self.height() - self._head.mapTo(self, QPoint(0, 0)).y() - self._head.height()
        return raised if bar < raised <= highest - TOAST_ROOM else bar

    def toast_main(self) -> QWidget:
        """Return the widget that toasts are centred on: the open preview, else the message."""
        beside = not self._overlay and self.preview.isVisible()
        return self.preview if beside else self._main

    def drop_inset(self) -> int:
        """Return the height of the tabs, which stay visible while files are dragged over the
        window."""
        row = 0 if self.draft_tabs.isHidden() else self.draft_tabs.height()
        return row + Theme.instance().px("size.tab_row")

    def pane_stops(self) -> list[QWidget]:
        """Return the stops of F6: the text, then the preview while it is open."""
        return [self.editor, self.preview] if self.preview.isVisible() else [self.editor]

    # -- sizes -----------------------------------------------------------------------------

    def _window_width(self) -> int:
        window = self.window()
        return window.width() if window is not self else self.width() + LEFT_PANE

    def _reflow(self) -> None:
        theme = Theme.instance()
        width = self._window_width()
        narrow = width < theme.token("breakpoint.side_panes_overlay_below")
        wide = width >= theme.token("breakpoint.two_preview_columns_from")
        tall = self.window().height() >= theme.token("breakpoint.tall_from_height")
        self.strip.set_tall(tall)
        self._min_height = MIN_EDITOR_HEIGHT_TALL if tall else MIN_EDITOR_HEIGHT
        self.share_height()
        self.preview_button.setVisible(narrow)
        self._set_overlay(narrow)
        most = theme.px("pane.editor_max")
        self._main.setMaximumWidth(most if wide else 16_777_215)
        default = theme.px("pane.preview.default")
        if narrow:
            self._place_overlay()
        elif not self._dragged_splitter:
            if wide:
                preview = max(self.width() - most, default)
            elif width >= theme.token("breakpoint.tab_icons_from"):
                preview = default
            else:
                preview = theme.px("pane.preview.min")
            self._splitter.setSizes([max(300, self.width() - preview - 1), preview])

    @Slot()
    def share_height(self) -> None:
        """Give the text the remaining height minus that of the usual checks, so that checks appear
        and disappear without moving the text."""
        if self._first_run:
            self.editor.set_min_height(MIN_EDITOR_HEIGHT_FIRST_RUN)
            self.action_bar.set_problems("", severe=False)
            return
        row = Theme.instance().px("row.check")
        # The confirmation above the action bar appears and disappears, too.
        room = self._main.height() - self._head.height() - 1 - self.action_bar.height()
        if not self.draft_tabs.isHidden():
            room -= self.draft_tabs.height()
        for bar in (self.editing_strip, self.variant_bar):
            room -= 0 if bar.isHidden() else bar.height()
        if not self.part_bar.isHidden():
            # The other parts are to be seen, too.
            self.editor.set_min_height(MIN_EDITOR_HEIGHT_THREAD)
            self.show_problem_chip()
            return
        passing = (self.editor_box, self.checks_line, self.checks)
        other_height = needed_height(self._body, self.scroll_area.viewport().width(), passing)
        spare = room - other_height - 1 - CHECKS_HEAD - USUAL_CHECKS * row
        self.editor.set_min_height(max(self._min_height, min(MAX_HEIGHT, spare)))
        self.show_problem_chip()

    def show_problem_chip(self) -> None:
        """Summarize the checks in the action bar if they may be below the fold."""
        theme = Theme.instance()
        low = self.window().height() < theme.token("breakpoint.checks_chip_below_height")
        if not low and not self.checks.isHidden():
            # With much content above them, even the first check may be below the fold.
            view = self.scroll_area.viewport()
            above = needed_height(self._body, view.width(), (self.checks,))
            low = above + CHECKS_HEAD + theme.px("row.check") > view.height()
        words = self.checks.short_text() if low else ""
        self.action_bar.set_problems(words, severe=self.checks.count_of("error") > 0)

    def _set_overlay(self, overlay: bool) -> None:
        if overlay == self._overlay:
            return
        self._overlay = overlay
        self.preview.set_overlay(overlay)
        if overlay:
            self.preview.setParent(self)
            self.preview.hide()
        else:
            self._splitter.addWidget(self.preview)
            self.preview.show()
        self._show_shade()

    def _place_overlay(self) -> None:
        width = Theme.instance().px("pane.inspector.overlay")
        left = 0 if self.isRightToLeft() else self.width() - width
        self.preview.setGeometry(left, 0, width, self.height())
        self.preview.raise_()
        self._shade.place_beside(self.preview)

    def _show_shade(self) -> None:
        self._shade.setVisible(self._overlay and not self.preview.isHidden())

    @Slot()
    def focus_message(self) -> None:
        if self.isVisible():
            self.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def focus_when(self) -> None:
        self.leave_first_run()
        self.when.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.when.field.selectAll()
        self.scroll_area.ensureWidgetVisible(self.when)

    @Slot()
    def toggle_preview(self) -> None:
        """Open or close the preview; in a narrow window it is an overlay."""
        shown = not self.preview.isVisible()
        if self._overlay and shown:
            self._place_overlay()
        self.preview.setVisible(shown)
        self._show_shade()

    @Slot()
    def close_preview(self) -> None:
        self.preview.hide()
        self._show_shade()
        self.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(int, int)
    def _splitter_moved(self, _position: int, _index: int) -> None:
        self._dragged_splitter = True

    @Slot()
    def restyle(self) -> None:
        self._head.setFixedHeight(row_height())
        for part in (
            self.editor,
            self.editing_strip,
            self.parts_above,
            self.parts_below,
            self.strip,
            self.fields,
            self.style_and_labels,
            self.draft_tabs,
            self.options,
            self.when,
            self.checks,
            self.action_bar,
            self.preview,
            self.destinations,
            self.editor_box.drop,
        ):
            part.restyle()
        self._align_heads()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._reflow()

    def sizeHint(self) -> QSize:
        return QSize(1088, 808)


class ToolsRow(QWidget):
    """Row of tool buttons, with the counters at its end."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 4, 24, 2)
        row.setSpacing(2)
        self.attach = IconButton("image-plus", self.tr("Attach files"), "attach-files", parent=self)
        # The tile in the strip has the same name, but assistive software cannot see inside a list's
        # viewport.
        self.attach.setAccessibleName(self.tr("Add media"))
        self.recent = IconButton(
            "history", self.tr("Recently used media"), "recently-used-media", parent=self
        )
        self.emoji = IconButton("smile", self.tr("Insert emoji"), "insert-emoji", parent=self)
        self.hash = IconButton(
            "hash", self.tr("Insert hashtag sign"), "insert-hashtag-sign", parent=self
        )
        self.at = IconButton(
            "at-sign", self.tr("Insert mention sign"), "insert-mention-sign", parent=self
        )
        self.snippet = IconButton("quote", self.tr("Insert snippet"), "insert-snippet", parent=self)
        self.part = IconButton("list-end", self.tr("Add a part"), "add-a-part", parent=self)
        writing = (self.emoji, self.hash, self.at, self.snippet, self.part)
        for button in (self.attach, self.recent, *writing):
            row.addWidget(button)
        self.counters = CounterRow(self)
        row.addWidget(self.counters, 1)


class ContentColumn(QWidget):
    """Signal ``laidOut()``: the layout was invalidated or the size changed."""

    laidOut = Signal()

    def event(self, event: QEvent) -> bool:
        handled = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self.laidOut.emit()
        return handled

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.laidOut.emit()


def needed_height(layout: QLayout, width: int, without: Collection[QWidget]) -> int:
    """Return the height of all visible widgets of a column with this width, except these."""
    total = 0
    for number in range(layout.count()):
        item = layout.itemAt(number)
        widget = item.widget() if item is not None else None
        if item is None or widget is None or widget.isHidden() or widget in without:
            continue
        inner = widget.layout()
        if inner is not None and any(excluded.parentWidget() is widget for excluded in without):
            total += needed_height(inner, width, without)
        elif item.hasHeightForWidth():
            total += item.heightForWidth(width)
        else:
            total += item.sizeHint().height()
    return total

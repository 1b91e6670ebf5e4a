"""The evergreen view of the Campaigns page: messages on the left, the next runs on the right."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from posto_desktop.core.evergreen import EvergreenMessage
from posto_desktop.models.evergreen import EvergreenMessagesModel
from posto_desktop.ui.campaigns.evergreen.editor import EvergreenEditor
from posto_desktop.ui.campaigns.evergreen.message_list import EvergreenMessagesView
from posto_desktop.ui.campaigns.evergreen.refill_bar import RefillBar
from posto_desktop.ui.campaigns.evergreen.runs_pane import EvergreenRunsPane
from posto_desktop.ui.campaigns.evergreen.runs_view import Avatar
from posto_desktop.ui.campaigns.evergreen.switch import EVERGREEN, Head, ViewSwitch
from posto_desktop.ui.shared.draft_pictures import DraftPictures
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import Button
from posto_desktop.ui.widgets.empty_state import EmptyState
from posto_desktop.ui.widgets.fields import ComboBox, SearchField
from posto_desktop.ui.widgets.labels import PlainLabel, label
from posto_desktop.ui.widgets.no_matches import NoMatches
from posto_desktop.ui.widgets.widget_stack import WidgetStack
from posto_desktop.viewmodels.evergreen_state import EvergreenViewState

BESIDE_FROM = 820
"""Width of the view from which the runs lie beside the messages."""


class EvergreenView(QWidget):
    """Signals: ``allChannelsRequested()``: clear the filter of channels; ``addRequested()``: write
    a message."""

    allChannelsRequested = Signal()
    addRequested = Signal()

    def __init__(
        self, state: EvergreenViewState, pictures: DraftPictures, avatar: Avatar, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setObjectName("evergreen-view")
        self._state = state
        self.model = EvergreenMessagesModel(state.zone, state.clock, self)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        self._body = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._body.setSpacing(0)
        self.stack = WidgetStack(self)
        self.main = QWidget(self.stack)
        self._build_main(pictures)
        self.stack.addWidget(self.main)
        self.editor = EvergreenEditor(state, self.model, pictures.get, self.stack)
        pictures.arrived.connect(self.editor.media.pictures_arrived)
        self.stack.addWidget(self.editor)
        self.runs = EvergreenRunsPane(state, avatar, self)
        self._body.addWidget(self.stack, 1)
        self._body.addWidget(self.runs)
        outer.addLayout(self._body, 1)
        state.messagesChanged.connect(self.show_messages)
        state.opened.connect(self.show_opened)
        state.selectionRequested.connect(self.list.select)
        self.show_messages()
        self._fit()

    def _build_main(self, pictures: DraftPictures) -> None:
        column = QVBoxLayout(self.main)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._build_head())
        self.refill = RefillBar(self._state, self.main)
        column.addWidget(self.refill)
        column.addWidget(self._build_filter())
        self.list = EvergreenMessagesView(self.model, pictures, self.main)
        self.list.openRequested.connect(self._state.open)
        column.addWidget(self.list, 1)
        self.empty = EmptyState(
            "evergreen",
            self.tr("No evergreen messages yet"),
            self.tr(
                "Messages for reuse: opening hours, your classics, reviews. They go out again and "
                "again at free slots, each after a pause. Add one here, or from Compose, Drafts "
                "and Schedule by “Add to evergreen”."
            ),
            self.tr("Add message"),
            button_icon="plus",
            primary=True,
            parent=self.main,
        )
        self.empty.clicked.connect(self.addRequested)
        column.addWidget(self.empty, 1)
        self._none = NoMatches(self.search, "no-evergreen-messages-found", self.main)
        self.show_all = Button(self.tr("Show all channels"), small=True, parent=self._none)
        self.show_all.setObjectName("show-evergreen-of-all-channels")
        self.show_all.clicked.connect(self.allChannelsRequested)
        layout = self._none.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.insertWidget(layout.count() - 1, self.show_all, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._none, 1)

    def _build_head(self) -> QWidget:
        self._head = head = Head(self.main)
        self.switch = ViewSwitch(EVERGREEN, head)
        head.row.addWidget(self.switch)
        self.count = label("", "muted", object_name="evergreen-count")
        head.row.addWidget(self.count)
        head.row.addStretch(1)
        self.add = Button(self.tr("Add message"), icon="plus", parent=head)
        self.add.setObjectName("add-evergreen-message")
        head.row.addWidget(self.add)
        return head

    def _build_filter(self) -> QWidget:
        self._filter = Head(self.main)
        self.search = SearchField(
            self.tr("Search evergreen messages"), "search-evergreen", parent=self._filter
        )
        self.search.textChanged.connect(self._search)
        self.search.returnPressed.connect(self.focus_list)
        self._filter.row.addWidget(self.search, 1)
        self.labels = ComboBox("evergreen-label-filter", self._filter)
        self.labels.set_tip(self.tr("Label filter"))
        buddy = PlainLabel(self.tr("Label filter"), self._filter)
        buddy.setObjectName("evergreen-label-filter-label")
        buddy.setBuddy(self.labels)
        buddy.setFixedSize(0, 0)
        self.labels.activated.connect(self._label_chosen)
        self._filter.row.addWidget(buddy)
        self._filter.row.addWidget(self.labels)
        self._fit_filter()
        return self._filter

    def _fit_filter(self) -> None:
        self._filter.setFixedHeight(round(48 * Theme.instance().scale))

    # -- showing ---------------------------------------------------------------------------------

    @property
    def is_editing(self) -> bool:
        return self.stack.currentWidget() is self.editor

    @Slot()
    def show_messages(self) -> None:
        state = self._state
        self.model.set_messages(state.listed(), state.runs)
        self._fill_labels()
        self._show_rows()

    def set_channel_filter(self, ids: Collection[int] | None) -> None:
        self.model.set_channel_filter(ids)
        self._show_rows()

    def _fill_labels(self) -> None:
        labels, current = self._state.labels(), self.labels.currentData() or ""
        if [self.labels.itemData(at) for at in range(1, self.labels.count())] == labels:
            return
        with QSignalBlocker(self.labels):
            self.labels.clear()
            self.labels.addItem(self.tr("All labels"), "")
            for words in labels:
                self.labels.addItem(words, words)
            self.labels.setCurrentIndex(max(0, self.labels.findData(current)))
        self.model.set_label(self.labels.currentData() or "")

    def _show_rows(self) -> None:
        count, shown = self.model.count(), self.model.rowCount()
        focus = self.window().focusWidget()
        had_focus = focus is self.list
        self.list.setVisible(shown > 0)
        self.empty.setVisible(self._state.is_loaded and not count)
        self._none.setVisible(bool(count and not shown))
        self._filter.setVisible(count > 0)
        self.refill.setVisible(count > 0 or not self._state.is_loaded)
        self.labels.setVisible(self.labels.count() > 1)
        self.add.setVisible(count > 0)
        self.count.setText(self.tr("%Ln message(s)", "", count) if count else "")
        self.show_all.setVisible(self.model.is_by_channel)
        words = self.tr("No evergreen message matches.")
        if self.model.is_by_channel:
            words = self.tr("No evergreen message for the visible channels matches.")
        self._none.setText(words)
        if shown and self.list.current_row() < 0:
            self.list.setCurrentIndex(self.model.index(0, 0))
        if had_focus and not shown:
            self.stop().setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(object)
    def show_opened(self, message: EvergreenMessage | None) -> None:
        """Show the editor of a message, or the list."""
        had_focus = self.isVisible() and (
            self.window().focusWidget() is None
            or self.isAncestorOf(self.window().focusWidget() or self)
        )
        if message is not None:
            self.editor.show_message(message)
        self.stack.setCurrentWidget(self.main if message is None else self.editor)
        self._fit()
        if not had_focus:
            return
        if message is not None:
            self.editor.focus_first()
        else:
            self.stop().setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def focus_list(self) -> None:
        self.stop().setFocus(Qt.FocusReason.OtherFocusReason)

    def stop(self) -> QWidget:
        """Return the widget for the focus: the text or the rows, else what is shown instead."""
        if self.is_editing:
            return self.editor.texts.cards[0].text if self.editor.texts.cards else self.editor.back
        if self.model.rowCount():
            return self.list
        if self.model.count():
            return self.search
        return self.empty.button if self._state.is_loaded else self.switch

    def pane_stops(self) -> list[QWidget]:
        """The widgets that F6 visits."""
        stops = [self.stop()]
        return [*stops, self.runs.view] if self.runs.view.isVisible() else stops

    @Slot(str)
    def _search(self, query: str) -> None:
        self.model.set_query(query)
        self._show_rows()

    @Slot(int)
    def _label_chosen(self, at: int) -> None:
        self.model.set_label(self.labels.itemData(at) or "")
        self._show_rows()

    # -- layout ----------------------------------------------------------------------------------

    def minimumSizeHint(self) -> QSize:
        """As narrow as with the runs below: else a smaller window would take the room from the
        channels before the runs go below."""
        return QSize(self.stack.minimumSizeHint().width(), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Put the runs beside the messages, or below; over a long form they make room."""
        is_below = self.width() < BESIDE_FROM * Theme.instance().roominess
        ways = QBoxLayout.Direction
        way = ways.TopToBottom if is_below else ways.LeftToRight
        if way != self._body.direction():
            self._body.setDirection(way)
        self._body.setStretch(1, 1 if is_below else 0)
        self.runs.set_below(is_below)
        self.runs.setVisible(not (is_below and self.is_editing))

    def restyle(self) -> None:
        self._head.restyle()
        self._fit_filter()
        for part in (self.refill, self.list, self.editor, self.runs):
            part.restyle()
        self._fit()

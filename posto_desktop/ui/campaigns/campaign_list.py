"""List of campaigns with search, rename and actions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal, SignalInstance, Slot
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QLineEdit, QVBoxLayout, QWidget

from posto_desktop.core.campaign import Campaign
from posto_desktop.models.campaigns import CampaignsModel, CampaignSummary, title_of
from posto_desktop.ui import keys
from posto_desktop.ui.campaigns.evergreen.switch import CAMPAIGNS, Head, ViewSwitch
from posto_desktop.ui.campaigns.header import LONGEST_NAME
from posto_desktop.ui.campaigns.plain_table import PlainTable
from posto_desktop.ui.commands import Commands
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import Button, name_control
from posto_desktop.ui.widgets.empty_state import EmptyState
from posto_desktop.ui.widgets.fields import SearchField
from posto_desktop.ui.widgets.labels import label
from posto_desktop.ui.widgets.menu import Menu
from posto_desktop.ui.widgets.row_cells import (
    END,
    CellBackground,
    CellColumn,
    CellRow,
    IconCell,
    SpacerCell,
    StatusPillCell,
    TextCell,
)
from posto_desktop.ui.widgets.row_delegate import (
    Index,
    RowContent,
    RowDelegate,
    RowFocusRing,
    RowSeparator,
    RowState,
)


class RenameField(QLineEdit):
    """Rename field over a row. Signal ``done(id, name)``; the id is "" if the user cancelled."""

    done = Signal(str, str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        name_control(self, self.tr("New name"), "new-name")
        self.setMaxLength(LONGEST_NAME)
        self._id = ""
        self.editingFinished.connect(self._finished)
        self.hide()

    def ask(self, campaign_id: str, name: str, place: QRect) -> None:
        """Show the field with the name selected."""
        self._id = campaign_id
        self.setText(name)
        self.setGeometry(place)
        self.show()
        self.selectAll()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _finished(self) -> None:
        campaign_id, self._id = self._id, ""
        if campaign_id:
            self.hide()
            self.done.emit(campaign_id, self.text().strip())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._id = ""
            self.hide()
            self.done.emit("", "")
            return
        super().keyPressEvent(event)


SIDE = 24
_CARD = (12, 0, 12, 1)
_ICON = 36


def _size(_index: Index) -> QSize:
    return QSize(300, Theme.instance().px("row.campaign"))


class _View(PlainTable):
    """View of the campaigns. Signals: ``openRequested()`` for the current campaign;
    ``menuRequested(QPoint)``. `handle_key` handles a shortcut and returns True if it did."""

    openRequested = Signal()
    menuRequested = Signal(QPoint)

    def __init__(self, model: CampaignsModel, parent: QWidget) -> None:
        super().__init__(self.tr("Campaigns list"), "campaigns-list", parent)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setModel(model)
        self.handle_key: Callable[[QKeyEvent], bool] = lambda _event: False
        self.by_mouse = False
        """True while the mouse caused the request."""
        self._campaigns = model
        self._rows = RowDelegate(self, self._row, _size)
        self.setItemDelegate(self._rows)
        self.restyle()

    def restyle(self) -> None:
        self.set_row_height(Theme.instance().px("row.campaign"))

    def _row(self, index: Index, state: RowState) -> RowContent:
        """Return the cells: icon, name and status, numbers, age."""
        theme, model, number = Theme.instance(), self._campaigns, index.row()
        campaign, summary = model.campaign_at(number), model.summary_at(number)
        if campaign is None:
            return RowContent([])
        age = model.age_at(number)
        name = [
            TextCell(title_of(campaign), "strong"),
            StatusPillCell(summary.status, summary.words, gap=10),
        ]
        numbers = TextCell(model.line_at(number), "small", "text_muted", numbers=True, fills=True)
        lines = [theme.line("body"), 3, theme.line("small")]
        cells = [
            IconCell(
                "layers", "accent_soft_text", 20, _ICON, tile=CellBackground("accent_soft", 9)
            ),
            CellColumn([CellRow(name), SpacerCell(), numbers], lines, gap=14),
            TextCell(age, "small", "text_faint", END, numbers=True, yields=False, gap=18),
            IconCell("ellipsis", gap=16, key="more", reach=(14, 14)),
        ]
        return RowContent(
            cells,
            (SIDE, 0, SIDE, 0),
            state.background(radius=8, inset=_CARD),
            RowSeparator(SIDE, SIDE) if number + 1 < model.rowCount() else None,
            RowFocusRing(_CARD, 8) if state.ringed else None,
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.handle_key(event):
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        place = event.position().toPoint()
        index = self.indexAt(place)
        if event.button() != Qt.MouseButton.LeftButton or not index.isValid():
            return
        if self._rows.target_at(place) == "more":
            self.menuRequested.emit(self.viewport().mapToGlobal(place))
        else:
            self.by_mouse = True
            self.openRequested.emit()
            self.by_mouse = False

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        index = self.indexAt(event.pos())
        if index.isValid():
            self.go_to(index.row())
        if self.current_row() >= 0:
            self.menuRequested.emit(event.globalPos())


class CampaignList(QWidget):
    """Signals, with the id of a campaign: ``opened(str)``, ``renamed(str, str)``,
    ``duplicated(str)``, ``deleted(str)``; and ``newRequested()``; ``importRequested()``,
    ``sampleRequested()``: import a file or the sample; ``allChannelsRequested()``: clear the filter
    of channels."""

    opened = Signal(str)
    renamed = Signal(str, str)
    duplicated = Signal(str)
    deleted = Signal(str)
    newRequested = Signal()
    importRequested = Signal()
    sampleRequested = Signal()
    allChannelsRequested = Signal()

    def __init__(self, model: CampaignsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = model
        model.setParent(self)
        self._loaded = False
        self.setAccessibleName(self.tr("Campaigns"))
        self.setFocusPolicy(
            Qt.FocusPolicy.StrongFocus
        )  # the page may get the focus before it has rows
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._head = Head(self)
        row = self._head.row
        self.switch = ViewSwitch(CAMPAIGNS, self._head)
        row.addWidget(self.switch)
        self.count = label("", "muted", object_name="campaigns-count")
        row.addWidget(self.count)
        row.addStretch(1)
        self.search = SearchField(
            self.tr("Search campaigns"), "search-campaigns", parent=self._head
        )
        self.search.setMinimumWidth(160)
        self.search.setMaximumWidth(228)
        row.addWidget(self.search, 1)
        self.new = Button(self.tr("New campaign"), "primary", icon="plus", parent=self._head)
        self.new.setObjectName("new-campaign")
        self.new.setToolTip(keys.tip(self.tr("Create a campaign"), keys.NEW_HERE))
        self.new.clicked.connect(self.newRequested)
        row.addWidget(self.new)
        column.addWidget(self._head)
        self.view = _View(model, self)
        self.view.openRequested.connect(self._open)
        self._add_commands()
        self.view.menuRequested.connect(self._open_menu)
        column.addWidget(self.view, 1)
        self.empty = EmptyState(
            "layers",
            self.tr("No campaigns yet"),
            self.tr(
                "A campaign sends messages at regular times. You can also drop pictures on "
                "the window to create one."
            ),
            self.tr("New campaign"),
            button_icon="plus",
            primary=True,
            parent=self,
        )
        self.empty.clicked.connect(self.newRequested)
        self.empty.add_link(self.tr("Import a file…"), "import-a-file").clicked.connect(
            self.importRequested
        )
        tip = self.tr("Import some sample messages, to see how it works")
        self.empty.add_link(self.tr("Use a sample"), "use-a-sample", tip).clicked.connect(
            self.sampleRequested
        )
        column.addWidget(self.empty, 1)
        self._no_matches = QWidget(self)
        none = QVBoxLayout(self._no_matches)
        none.setContentsMargins(SIDE, 40, SIDE, 40)
        none.setSpacing(12)
        none.addStretch(1)
        self._no_matches_label = label("", "muted", object_name="no-campaigns-found", wrap=True)
        self._no_matches_label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        none.addWidget(self._no_matches_label)
        self.show_more = Button("", small=True, parent=self._no_matches)
        self.show_more.clicked.connect(self._show_more)
        none.addWidget(self.show_more, 0, Qt.AlignmentFlag.AlignHCenter)
        none.addStretch(1)
        column.addWidget(self._no_matches, 1)
        self._rename = RenameField(self.view.viewport())
        self._rename.done.connect(self._rename_done)
        self.search.textChanged.connect(self._search)
        self.search.returnPressed.connect(self._focus_list)
        self.restyle()
        self._show_rows()

    def set_campaigns(
        self, campaigns: Sequence[Campaign], summaries: Mapping[str, CampaignSummary]
    ) -> None:
        current = self.current_id()
        self.model.set_campaigns(campaigns, summaries)
        row = self.model.row_of(current) if current else -1
        if row >= 0:
            self.view.go_to(row)
        self._show_rows()

    def set_channels(self, ids: Collection[int] | None) -> None:
        """Show only campaigns with these channels; None shows all."""
        current = self.current_id()
        self.model.set_channels(ids)
        if current:
            self.select(current)
        self._show_rows()

    def set_loaded(self) -> None:
        """Mark the campaigns as loaded, so that an empty list shows its empty state."""
        if self._loaded:
            return
        self._loaded = True
        self._show_rows()
        if self.window().focusWidget() is self:  # also in a window that is not active yet
            self.stop().setFocus(Qt.FocusReason.OtherFocusReason)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def stop(self) -> QWidget:
        """Return the widget for the focus: the rows, else what is shown instead."""
        if not self._loaded:
            return self
        if self.model.rowCount():
            return self.view
        return self.search if self.model.count() else self.empty.button

    def current_id(self) -> str:
        campaign = self.model.campaign_at(self.view.current_row())
        return campaign.id if campaign is not None else ""

    def select(self, campaign_id: str) -> None:
        self.view.go_to(self.model.row_of(campaign_id))

    def _show_rows(self) -> None:
        count, shown = self.model.count(), self.model.rowCount()
        self.view.setVisible(shown > 0)
        self.empty.setVisible(self._loaded and not count)
        self._no_matches.setVisible(bool(count and not shown))
        self.search.setVisible(count > 0)
        self.new.setVisible(count > 0)
        self.count.setText(self.tr("%Ln campaign(s)", "", count) if count else "")
        if self.model.is_by_channel and self.search.text():
            none = self.tr(
                "No campaign matches. The search and hidden channels hide %Ln.", "", count
            )
        elif self.model.is_by_channel and count == 1:
            none = self.tr("The campaign uses hidden channels.")
        elif self.model.is_by_channel:
            none = self.tr(
                "No campaign uses the visible channels. %Ln use hidden channels.", "", count
            )
        else:
            none = self.tr("No campaign matches the search. It hides %Ln.", "", count)
        self._no_matches_label.setText(none)
        words = self.tr("Clear the search")
        if not self.search.text():
            words = self.tr("Show all channels")
        self.show_more.setText(words)
        self.show_more.setObjectName(
            "clear-the-search" if self.search.text() else "show-all-channels"
        )

    @Slot()
    def _show_more(self) -> None:
        """Clear the search, else the filter of channels."""
        if self.search.text():
            self.search.clear()
            self.search.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.allChannelsRequested.emit()

    @Slot(str)
    def _search(self, text: str) -> None:
        self.model.set_query(text)
        self._show_rows()

    @Slot()
    def _focus_list(self) -> None:
        self.view.setFocus(Qt.FocusReason.TabFocusReason)

    def _add_commands(self) -> None:
        commands = self._commands = Commands("", self)
        for words, icon, run, key in (
            #: Verb.
            (self.tr("Open"), "square-pen", self._open, keys.OPEN),
            (self.tr("Rename"), "pencil", self.start_rename, keys.RENAME),
            (
                self.tr("Duplicate"),
                "copy",
                partial(self._emit_for_current, self.duplicated),
                keys.DUPLICATE,
            ),
        ):
            commands.add(words, run, key, icon=icon, in_view=True)
        commands.add_separator()
        delete = partial(self._emit_for_current, self.deleted)
        commands.add(
            self.tr("Delete"), delete, keys.ERASE, icon="trash-2", danger=True, in_view=True
        )
        self.view.handle_key = commands.handle_key

    @Slot()
    def _open(self) -> None:
        self._emit_for_current(self.opened)

    def _emit_for_current(self, signal: SignalInstance) -> None:
        campaign_id = self.current_id()
        if campaign_id:
            signal.emit(campaign_id)

    def start_rename(self) -> None:
        """Edit the name of the current campaign in place."""
        campaign = self.model.campaign_at(self.view.current_row())
        if campaign is not None:
            rect = self.view.visualRect(self.view.currentIndex())
            left = SIDE + _ICON + 14 - 9
            place = QRect(left, rect.center().y() - 16, rect.width() - left - 160, 32)
            self._rename.ask(campaign.id, campaign.name, place)

    @Slot(str, str)
    def _rename_done(self, campaign_id: str, name: str) -> None:
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)
        if campaign_id:
            self.renamed.emit(campaign_id, name)

    @Slot(QPoint)
    def _open_menu(self, place: QPoint) -> None:
        self.menu().popup(place)

    def menu(self) -> Menu:
        """Return the context menu of the current campaign."""
        return self._commands.menu(self)

    def restyle(self) -> None:
        self._head.restyle()
        self.view.restyle()

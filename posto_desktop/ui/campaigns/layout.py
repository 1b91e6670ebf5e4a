"""Layout of the Campaigns page: the list, or one campaign with its timeline."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, QTimer, Slot
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from posto_desktop.models.campaigns import CampaignsModel
from posto_desktop.ui.campaigns.action_bar import CampaignActionBar
from posto_desktop.ui.campaigns.campaign_list import CampaignList
from posto_desktop.ui.campaigns.evergreen.part import EvergreenPart
from posto_desktop.ui.campaigns.evergreen.switch import CAMPAIGNS, EVERGREEN
from posto_desktop.ui.campaigns.header import CampaignHeader
from posto_desktop.ui.campaigns.message_view import MessagesView
from posto_desktop.ui.campaigns.rhythm_bar import RhythmBar
from posto_desktop.ui.campaigns.timeline import TimelinePane
from posto_desktop.ui.page import AppPage
from posto_desktop.ui.shared.draft_pictures import DraftPictures
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import Button
from posto_desktop.ui.widgets.empty_state import EmptyState
from posto_desktop.ui.widgets.labels import ElidedLabel, label
from posto_desktop.ui.widgets.paragraph import Paragraph
from posto_desktop.ui.widgets.side_pane import PaneHost
from posto_desktop.ui.widgets.widget_stack import WidgetStack
from posto_desktop.viewmodels.campaigns_state import CampaignsState
from posto_desktop.workers.images import ImageLoader

INSET = 12


class EmptyMessages(EmptyState):
    """Empty state that explains how to add messages and highlights drops."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("layers", "", "", "", button_icon="plus", parent=parent)
        self.set_texts(
            self.tr("No messages yet"),
            self.tr(
                "Write a message, paste lines from a spreadsheet, or drop pictures. "
                "Each line or picture becomes a message."
            ),
        )
        self.set_button(self.tr("Write a message"))
        self.import_link = self.add_link(self.tr("Import a file…"), "import-a-file")
        self.sample_link = self.add_link(
            self.tr("Use a sample"),
            "use-a-sample",
            self.tr("Import some sample messages, to see how it works"),
        )
        self._over = False

    def set_over(self, on: bool) -> None:
        """Highlight the area while a drag that it accepts is over the page."""
        if on != self._over:
            self._over = on
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._over:
            return
        theme = Theme.instance()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour("accent"), 1.5, Qt.PenStyle.DashLine))
        painter.setBrush(theme.colour("drop_fill"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(INSET, 4, -INSET, -INSET), 12, 12)
        painter.end()


class CampaignsLayout(AppPage):
    """Widgets of the page, without connections between them. `evergreen` is set by the page."""

    evergreen: EvergreenPart

    def __init__(
        self,
        campaigns: CampaignsState,
        images: ImageLoader,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("campaigns-page")
        self._narrow: bool | None = None
        self.pictures = DraftPictures(images, self.devicePixelRatioF(), self)
        clock, zone = campaigns.clock, campaigns.zone
        self._messages = campaigns.messages
        self.stack = WidgetStack(self)
        self.list = CampaignList(CampaignsModel(zone, clock), self.stack)
        self.list.switch.changed.connect(self._view_chosen)
        self.stack.addWidget(self.list)
        main = self._main = QWidget(self.stack)
        main.setMinimumWidth(480)
        column = QVBoxLayout(main)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.head = CampaignHeader(main)
        column.addWidget(self.head)
        self.rhythm = RhythmBar(clock, zone, main)
        column.addWidget(self.rhythm)
        column.addWidget(self._build_count(main))
        self.view = MessagesView(self._messages, self.pictures, main)
        column.addWidget(self.view, 1)
        self.empty = EmptyMessages(main)
        column.addWidget(self.empty, 1)
        column.addWidget(self._build_outlook(main))
        self.foot = CampaignActionBar(main)
        column.addWidget(self.foot)
        self.timeline = TimelinePane(zone, clock, self._picture_of, self)
        width = Theme.instance().px("pane.inspector.campaign_activity_styles")
        self._panes = PaneHost(main, self.timeline, width, self.stack)
        self.stack.addWidget(self._panes)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.stack)
        self.pictures.arrived.connect(self.timeline.pictures_arrived)

    def _build_count(self, parent: QWidget) -> QWidget:
        bar = QWidget(parent)
        row = QHBoxLayout(bar)
        row.setContentsMargins(24, 10, 24, 6)
        row.setSpacing(6)
        self.count = label("", "strong", object_name="campaign-count")
        row.addWidget(self.count)
        self.targets = label("", "muted", object_name="campaign-targets")
        row.addWidget(self.targets)
        row.addStretch(1)
        words = self.tr("Drag to reorder: the times stay, the messages move")
        self.hint = ElidedLabel(words, "small", parent=bar)
        self.hint.setObjectName("campaign-hint")
        self.hint.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.hint, 4)
        self.add_message = Button(
            self.tr("Add message"), "quiet", icon="plus", small=True, parent=bar
        )
        self.add_message.setObjectName("add-message")
        row.addWidget(self.add_message)
        return bar

    def _build_outlook(self, parent: QWidget) -> QWidget:
        bar = QWidget(parent)
        column = QVBoxLayout(bar)
        column.setContentsMargins(24, 8, 24, 10)
        self._outlook = Paragraph(
            "", "small", type_name="small", object_name="campaign-outlook", parent=bar
        )
        column.addWidget(self._outlook)
        bar.hide()
        return bar

    def show_outlook(self, words: str) -> None:
        """Show what the accounts mean for the campaign; "" for nothing."""
        self._outlook.setText(words)
        bar = self._outlook.parentWidget()
        assert bar is not None
        bar.setVisible(bool(words))

    def _picture_of(self, place: int) -> tuple[QImage | None, str] | None:
        """Return the thumbnail of a message and the icon shown until it is loaded."""
        message = self._messages.message_at(place)
        if message is None or not message.media:
            return None
        first = message.media[0]
        icon = "play" if first.kind == "video" else "image"
        return self.pictures.get(first.path), icon

    # -- which is shown ------------------------------------------------------------------------

    @property
    def is_open(self) -> bool:
        """True while a campaign is open instead of the list."""
        return self.stack.currentWidget() is self._panes

    def _show_part(self, *, campaign: bool) -> None:
        if campaign:
            self.evergreen.set_shown(False)
            self.stack.setCurrentWidget(self._panes)
        elif not self.evergreen.is_shown:
            self.stack.setCurrentWidget(self.list)

    def show_evergreen(self) -> None:
        """Show the evergreen messages instead of the campaigns."""
        view = self.evergreen.make()
        if self.stack.indexOf(view) < 0:
            self.stack.addWidget(view)
            view.switch.changed.connect(self._view_chosen)
        view.switch.set_value(EVERGREEN)
        self.stack.setCurrentWidget(view)
        self.evergreen.set_shown(True)

    def show_campaigns(self) -> None:
        """Show the list of campaigns."""
        self.evergreen.set_shown(False)
        self.list.switch.set_value(CAMPAIGNS)
        self.stack.setCurrentWidget(self.list)

    @Slot(str)
    def _view_chosen(self, key: str) -> None:
        """Show what the switch says; the keyboard stays on it."""
        view = self.evergreen.view
        if key == EVERGREEN:
            self.show_evergreen()
            switch = self.evergreen.make().switch
        else:
            self.show_campaigns()
            switch = self.list.switch
        old = self.list.switch if view is None or key == EVERGREEN else view.switch
        old.set_value(CAMPAIGNS if old is self.list.switch else EVERGREEN)
        # Later: an arrow key gives the focus to the segment that it chose, which is hidden now.
        QTimer.singleShot(0, switch, switch.setFocus)

    @Slot()
    def toggle_timeline(self) -> None:
        self._panes.set_open(not self._panes.is_open())

    def pane_stops(self) -> list[QWidget]:
        """The widgets that F6 visits."""
        view = self.evergreen.view
        if view is not None and self.evergreen.is_shown:
            return view.pane_stops()
        if not self.is_open:
            return [self.list.stop()]
        stops: list[QWidget] = [
            self.view if self._messages.rowCount() else self.empty.button,
            self.rhythm.start,
        ]
        return [*stops, self.timeline.list] if self.timeline.isVisible() else stops

    @Slot()
    def focus_messages(self) -> None:
        """Focus the main widget of the page."""
        self.pane_stops()[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def drop_inset(self) -> int:
        """An open campaign accepts files on and between its messages, so the window shows no drop
        overlay."""
        view = self.evergreen.view
        is_editing = view is not None and self.evergreen.is_shown and view.is_editing
        return self.height() if self.is_open or is_editing else 0

    def toast_inset(self) -> int:
        return self.foot.height() if self.is_open else 0

    def toast_main(self) -> QWidget:
        if self.evergreen.view is not None and self.evergreen.is_shown:
            return self.evergreen.view.stack
        return self._main if self.is_open else self.list

    def _fit(self) -> None:
        narrow = self.window().width() < Theme.instance().token(
            "breakpoint.side_panes_overlay_below"
        )
        if narrow != self._narrow:
            self._narrow = narrow
            self.head.timeline.setVisible(narrow)
            self.timeline.set_overlay(narrow)
            self._panes.set_open(not narrow)

    @Slot()
    def restyle(self) -> None:
        for part in (self.list, self.head, self.rhythm, self.view, self.foot, self.timeline):
            part.restyle()
        if self.evergreen.view is not None:
            self.evergreen.view.restyle()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

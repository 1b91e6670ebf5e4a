"""Bar over a page with the number of channels hidden by its filter."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from posto_desktop.models.channel_choice import ChannelFilter
from posto_desktop.models.channels import ChannelsModel
from posto_desktop.models.numbers import grouped
from posto_desktop.ui.widgets.buttons import Button, name_control
from posto_desktop.ui.widgets.inline_icon import inline_icon_of
from posto_desktop.ui.widgets.labels import label


class HiddenChannelsBar(QFrame):
    """View of the current page's channel filter, visible only while that hides channels.

    Signals: `allShown()`: the user showed all channels again.
    """

    allShown = Signal()

    def __init__(self, model: ChannelsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("hidden-channels")
        self.setProperty("role", "head-bar")
        self._model = model
        self._filter: ChannelFilter | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 6, 16, 6)
        row.setSpacing(8)
        row.addWidget(inline_icon_of("info", 16, "text_muted", self))
        self.words = label("", "small", object_name="hidden-channels-text")
        row.addWidget(self.words)
        self.button = Button(self.tr("Show all"), "link", small=True, parent=self)
        name_control(self.button, self.tr("Show all channels"), "show-all-channels")
        self.button.clicked.connect(self._show_all)
        row.addWidget(self.button)
        row.addStretch(1)
        model.channelsChanged.connect(self._refresh)
        self.hide()

    def set_filter(self, channels: ChannelFilter | None) -> None:
        """Follow this filter; None if the page has none."""
        if self._filter is not None:
            self._filter.changed.disconnect(self._refresh)
        self._filter = channels
        if channels is not None:
            channels.changed.connect(self._refresh)
        self._refresh()

    @Slot()
    def _refresh(self) -> None:
        known = self._model.ids()
        count = self._filter.hidden_of(known) if self._filter is not None else 0
        words = self.tr("%Ln of {total} channels (is/are) hidden", "", count)
        if count == len(known):
            words = self.tr("All channels are hidden")
        self.words.setText(words.format(total=grouped(len(known))))
        self.setVisible(count > 0)

    @Slot()
    def _show_all(self) -> None:
        if self._filter is not None:
            self._filter.show_all()
        self.allShown.emit()

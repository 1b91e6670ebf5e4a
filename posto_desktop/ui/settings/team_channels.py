"""Settings > Team: the groups of channels, which decide who sees them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from posto_desktop.common.locale_words import listed
from posto_desktop.core.limits import network_name
from posto_desktop.models.team_rows import TeamRowsModel
from posto_desktop.sdk.people import GroupedChannel
from posto_desktop.ui.settings.person_dialog import LONGEST_GROUPS, split_groups
from posto_desktop.ui.settings.settings_page import SettingsCard
from posto_desktop.ui.settings.team_list import TeamList
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.action_dialog import ActionDialog
from posto_desktop.ui.widgets.buttons import name_control, set_enabled
from posto_desktop.ui.widgets.labels import PlainLabel
from posto_desktop.ui.widgets.paragraph import Paragraph
from posto_desktop.ui.widgets.row_cells import (
    Cell,
    CellColumn,
    IconCell,
    NetworkBadgesCell,
    TextCell,
)
from posto_desktop.viewmodels.people_state import PeopleView

__all__ = ["ChannelGroupsDialog", "ChannelGroupsPart"]


class ChannelGroupsPart(QWidget):
    """Signal: `opened(GroupedChannel)`."""

    opened = Signal(object)

    def __init__(self, view: PeopleView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = view
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(
            Paragraph(
                self.tr(
                    "A person sees the channels of their groups. A channel without a group is seen "
                    "by those who see all channels."
                ),
                "muted",
            )
        )
        self.model: TeamRowsModel[GroupedChannel] = TeamRowsModel(self._spoken, self._spoken, self)
        self.list: TeamList[GroupedChannel] = TeamList(
            self.tr("Channels and their groups"), "team-channels", self.model, self._cells, 2, self
        )
        self.list.opened.connect(self.opened)
        self._card = SettingsCard(self)
        self._card.add_widget(self.list)
        self._card.fit_content()
        column.addWidget(self._card)
        self.empty = Paragraph(
            self.tr("No channels yet. Connect an account first."),
            "muted",
            object_name="no-channels",
        )
        column.addWidget(self.empty)
        column.addStretch(0)
        self.show_view(view)

    def show_view(self, view: PeopleView) -> None:
        self._view = view
        self.model.set_rows(view.channels or ())
        self.list.viewport().update()
        self._card.setVisible(bool(view.channels))
        self.empty.setVisible(view.channels == ())

    def _groups(self, channel: GroupedChannel) -> str:
        if f"channel {channel.id}" in self._view.busy:
            return self.tr("Saving…")
        return listed(channel.groups) if channel.groups else self.tr("No group")

    def _spoken(self, channel: GroupedChannel) -> str:
        network = network_name(channel.network)
        return f"{channel.name}, {network}, {self._groups(channel)}"

    def _cells(self, channel: GroupedChannel, is_near: bool) -> Sequence[Cell]:
        theme = Theme.instance()
        words = CellColumn(
            [
                TextCell(channel.name, "strong", fills=True),
                TextCell(self._groups(channel), "small", "text_muted", fills=True),
            ],
            [theme.line("body"), theme.line("small")],
        )
        pencil = IconCell(
            "pencil", "text_muted" if is_near else "text_faint", 16, 26, key="open", gap=8,
            cursor=Qt.CursorShape.PointingHandCursor,
        )  # fmt: skip
        return [NetworkBadgesCell([channel.network], 20, 20), _with_gap(words), pencil]


def _with_gap(words: CellColumn) -> CellColumn:
    return CellColumn(words.cells, words.heights, gap=12)


class ChannelGroupsDialog(ActionDialog):
    """Stays open until the server has answered, see `PersonDialog`.

    Signal: `changeRequested(GroupedChannel, list groups)`."""

    changeRequested = Signal(object, object)

    def __init__(
        self, view: PeopleView, channel: GroupedChannel, parent: QWidget | None = None
    ) -> None:
        super().__init__("channel-groups", "", "", width=440, parent=parent)
        self.channel, self._view = channel, view
        self.set_title(self.tr("Groups of {channel}").format(channel=channel.name))
        self.action_button.setText(self.tr("Save changes"))
        self.groups = QLineEdit(", ".join(channel.groups), self)
        self.groups.setMaxLength(LONGEST_GROUPS)
        words = self.tr("Groups, with commas between them")
        name_control(self.groups, words, "channel-groups-field")
        buddy = PlainLabel(words, self)
        buddy.setBuddy(self.groups)
        self.body.addWidget(buddy)
        self.body.addWidget(self.groups)
        self.hint = Paragraph("", "small", type_name="small", object_name="known-groups")
        self.body.addWidget(self.hint)
        self.problem = Paragraph("", "error", object_name="channel-groups-problem", parent=self)
        self.problem.hide()
        self.body.addWidget(self.problem)
        self.groups.textChanged.connect(self._look)
        self.action_button.clicked.connect(self._save)
        self.show_view(view)
        self.fit()
        self.groups.setFocus()

    def show_view(self, view: PeopleView) -> None:
        """Show what is known by now; what was typed stays."""
        self._view = view
        known = view.group_names()
        hint = self.tr("In use: {groups}").format(groups=listed(known)) if known else ""
        self.hint.setText(hint)
        self.hint.setVisible(bool(hint))
        channels = view.channels or ()
        self.channel = next(
            (channel for channel in channels if channel.id == self.channel.id), self.channel
        )
        self._look()

    def show_refusal(self, sentence: str) -> None:
        self.problem.setText(sentence)
        self.problem.show()
        self.grow()

    @Slot()
    def _look(self) -> None:
        why_not = ""
        if not self._view.can_change:
            why_not = self.tr("Changes need the server")
        elif f"channel {self.channel.id}" in self._view.busy:
            why_not = self.tr("Saving…")
        elif sorted(split_groups(self.groups.text())) == sorted(self.channel.groups):
            why_not = self.tr("Nothing is changed yet")
        set_enabled(self.action_button, not why_not, why_not)

    @Slot()
    def _save(self) -> None:
        self.problem.hide()
        self.changeRequested.emit(self.channel, split_groups(self.groups.text()))

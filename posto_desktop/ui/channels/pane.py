"""Channels pane on the left: channels to tick for the message, the campaign or the page."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QImage, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from posto_desktop.common.translation import translate
from posto_desktop.core.post_rights import PostRights
from posto_desktop.models.channel_sections import GROUPINGS
from posto_desktop.models.channels import ChannelsModel
from posto_desktop.models.numbers import grouped
from posto_desktop.ui import keys
from posto_desktop.ui.accessibility.announcer import announce
from posto_desktop.ui.channels.group_actions import GroupActions
from posto_desktop.ui.channels.purpose import ChannelPurpose, hint_text, purpose_of
from posto_desktop.ui.channels.tree import ChannelTree
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import Button, IconButton, MenuButton, name_control
from posto_desktop.ui.widgets.empty_state import EmptyState
from posto_desktop.ui.widgets.fields import SearchField
from posto_desktop.ui.widgets.labels import PlainLabel, label
from posto_desktop.ui.widgets.menu import Menu
from posto_desktop.ui.widgets.popup import below
from posto_desktop.viewmodels.channel_groups import ChannelGroups


class ChannelPane(QFrame):
    """Purpose of the ticks, search, grouping, the tree, and a footer that counts the ticks.

    Signals:
        reconnectRequested(object Channel): renew a channel's session.
        defaultsRequested(object Channel), networkSettingsRequested(str slug): open their settings.
        unlockRequested(object Channel): check its account again.
        disconnectRequested(object Channel): disconnect its account.
        hideSandboxRequested(bool): hide sandbox channels, or list them.
        addRequested(): add channels.
        layoutChanged(): the user has chosen another grouping or row height, or folded a group.
        retryRequested(): load the channels again."""

    reconnectRequested = Signal(object)
    defaultsRequested = Signal(object)
    networkSettingsRequested = Signal(str)
    unlockRequested = Signal(object)
    disconnectRequested = Signal(object)
    hideSandboxRequested = Signal(bool)
    addRequested = Signal()
    layoutChanged = Signal()
    retryRequested = Signal()

    def __init__(self, model: ChannelsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "pane")
        self._model = model
        self._ticked = 0
        self._loaded = False
        self._problem = ""
        theme = Theme.instance()
        self.setMinimumWidth(int(theme.token("pane.left.min")))
        self._limit_width()
        theme.changed.connect(self._limit_width)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._head())
        column.addWidget(self._grouping_row())
        self.tree = ChannelTree(model, self)
        self._empty = EmptyState(
            "radio-tower", "", "", self.tr("Add a channel…"), button_icon="plus", circle=52
        )
        self._empty.setObjectName("no-channels")
        self.set_rights(PostRights())
        self._empty.clicked.connect(self.addRequested)
        self._no_matches = EmptyState(
            "search-x", self.tr("No channel matches"), "", self.tr("Clear the search")
        )
        self._no_matches.clicked.connect(self.search.clear)
        self._failed = EmptyState(
            "triangle-alert", self.tr("The channels could not be loaded"), "", self.tr("Try again")
        )
        self._failed.setObjectName("channels-failed")
        self._failed.clicked.connect(self.retryRequested)
        body = QWidget(self)
        self._stack = QStackedLayout(body)
        for page in (self.tree, self._empty, self._no_matches, QWidget(), self._failed):
            self._stack.addWidget(page)
        self._stack.setCurrentIndex(3)
        column.addWidget(body, 1)
        column.addWidget(self._foot())
        self.enable_add(False)

        self._groups: ChannelGroups | None = None
        self._group_actions: GroupActions | None = None
        self.search.textChanged.connect(self._search)
        self.search.returnPressed.connect(self._tick_match)
        self.search.shiftReturnPressed.connect(self._tick_found)
        self.tree.foldsChanged.connect(self.layoutChanged)
        self.search.downPressed.connect(self._enter_list)
        self.tree.leaveUpwards.connect(self._back_to_search)
        self.tree.reconnectRequested.connect(self.reconnectRequested)
        self.tree.defaultsRequested.connect(self.defaultsRequested)
        self.tree.networkSettingsRequested.connect(self.networkSettingsRequested)
        self.tree.unlockRequested.connect(self.unlockRequested)
        self.tree.disconnectRequested.connect(self.disconnectRequested)
        model.modelReset.connect(self._refresh)
        model.channelsChanged.connect(self._on_channels_loaded)
        model.selectionChanged.connect(self._refresh)
        model.choiceChanged.connect(self._refresh)
        theme.changed.connect(self._refresh)
        if model.channels():
            self._loaded = True
        self._refresh()

    def use_groups(self, groups: ChannelGroups) -> None:
        """Show the user's groups and offer to change them."""
        self._groups = groups
        self._group_actions = GroupActions(groups, self._model, self)
        self.tree.use_groups(self._group_actions)
        groups.changed.connect(self._show_groups)
        self._show_groups()

    def show_layout(self, grouping: str, *, is_compact: bool, folded: frozenset[str]) -> None:
        """Show the layout that was used last; an unknown grouping is ignored."""
        if grouping in GROUPINGS:
            self._model.set_grouping(grouping)
        self.tree.set_compact(is_compact)
        self.tree.set_folded(folded)
        self._refresh()

    def set_rights(self, rights: PostRights) -> None:
        """Set what the signed-in person may do with channels."""
        self.tree.set_rights(rights)
        words = self.tr(
            "Your accounts, pages and groups appear here. Tick the channels for your message."
        )
        if rights.role and rights.role != "owner":
            words = self.tr(
                "The owners of this team decide which channels you see. Ask one of them to add you "
                "to a group of channels."
            )
        self._empty.set_texts(self.tr("No channels yet"), words)

    def enable_add(self, enabled: bool, why_not: str = "") -> None:
        """Show or hide the buttons that add channels; with `why_not` they are shown, and say why
        they are off."""
        self._add.setVisible(enabled or bool(why_not))
        self._add.setEnabled(enabled)
        self._add.setToolTip(self.tr("Add channel") if enabled else why_not)
        self._add.setAccessibleDescription("" if enabled else why_not)
        self._empty.set_button(self.tr("Add a channel…") if enabled else "")

    def set_loaded(self) -> None:
        """Mark the channels as loaded, so that an empty tree shows its empty state."""
        self._loaded = True
        self._problem = ""
        self._refresh()

    def set_connection(self, kind: str, text: str) -> None:
        """Show the connection's error if there are no channels. It stays until channels arrive: a
        service may answer without giving its channels."""
        if kind == "connected":
            return
        self._problem = "" if kind == "connecting" else text
        if kind == "connecting" and not self._model.channels():
            self._loaded = False
        self._failed.set_texts(
            self.tr("The channels could not be loaded"),
            text,
            "wifi-off" if kind == "offline" else "triangle-alert",
        )
        self._refresh()

    def set_picture(self, channel_id: int, image: QImage) -> None:
        self._model.set_picture(channel_id, image)

    def focus_search(self) -> None:
        """Focus the search field (Ctrl+L)."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def _head(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setContentsMargins(12, 10, 12, 0)
        column.setSpacing(0)
        self._heading = label("", "strong", object_name="channels-purpose")
        self._heading.setContentsMargins(4, 0, 4, 0)
        column.addWidget(self._heading)
        self._note = QWidget(self)
        line = QVBoxLayout(self._note)
        line.setContentsMargins(4, 2, 4, 0)
        line.setSpacing(0)
        self._note_words = label("", "small", object_name="channels-note", wrap=True)
        line.addWidget(self._note_words)
        self._remove = Button(self.tr("Remove"), "link", small=True, parent=self._note)
        name_control(self._remove, self.tr("Remove unlisted channels"), "remove-unlisted-channels")
        self._remove.setToolTip(self.tr("Remove unlisted channels"))
        self._remove.clicked.connect(self._model.forget_missing)
        line.addWidget(self._remove, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._note)
        column.addSpacing(8)
        self.search = _ChannelSearch(self)
        column.addWidget(self.search)
        return column

    def _grouping_row(self) -> QWidget:
        row = QWidget(self)
        line = QHBoxLayout(row)
        line.setContentsMargins(8, 6, 12, 4)
        self._grouping = MenuButton(
            self.tr("Group channels by"), "group-channels-by", "folder-tree", row
        )
        self._grouping.clicked.connect(self._open_grouping)
        self._add = IconButton(
            "plus",
            self.tr("Add channel"),
            "add-channel",
            size="size.control_small",
            icon_size=16,
            parent=row,
        )
        self._add.clicked.connect(self.addRequested)
        line.addWidget(self._grouping)
        line.addStretch(1)
        line.addWidget(self._add)
        line.setSpacing(0)
        self._grouping_menu: Menu | None = None
        return row

    def _foot(self) -> QWidget:
        foot = QFrame(self)
        foot.setProperty("role", "pane-foot")
        foot.setMinimumHeight(44)
        row = self._foot_row = QBoxLayout(QBoxLayout.Direction.LeftToRight, foot)
        row.setContentsMargins(16, 4, 14, 4)
        row.setSpacing(0)
        self._count = PlainLabel(foot)
        self._count.setObjectName("channel-count")
        self._count.setTextFormat(Qt.TextFormat.RichText)
        self._count.setProperty("role", "small")
        row.addWidget(self._count, 1)
        links = self._links = QWidget(foot)
        line = QHBoxLayout(links)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(6)
        row.addWidget(links)
        self._choices: list[Button] = []
        for text, slot in (
            #: All channels.
            (self.tr("All"), self._model.check_all),
            #: No channel.
            (self.tr("None"), self._model.check_none),
            (self.tr("Active"), self._model.check_active),
        ):
            button = Button(text, "link", small=True, parent=foot)
            button.clicked.connect(slot)
            line.addWidget(button)
            self._choices.append(button)
        line.addStretch(1)
        return foot

    def _fit_foot(self) -> None:
        """Place count and links in a row, or in a column if large text needs it."""
        margins = self._foot_row.contentsMargins()
        needed = margins.left() + margins.right() + self._count.sizeHint().width()
        if self._links.isVisibleTo(self):
            needed += 6 + self._links.sizeHint().width()
        beside = needed <= self.width()
        direction = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        self._foot_row.setDirection(direction)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_foot()

    @Slot()
    def _limit_width(self) -> None:
        theme = Theme.instance()
        self.setMaximumWidth(round(theme.token("pane.left.max") * theme.roominess))

    @Slot()
    def _open_grouping(self) -> None:
        if self._grouping_menu is not None:
            self._grouping_menu.deleteLater()
        menu = self._grouping_menu = Menu(self)
        for key, text in self._grouping_names().items():
            if key == "group" and self._groups is None:
                continue
            action = menu.add(text)
            action.setCheckable(True)
            action.setChecked(self._model.grouping == key)
            action.setEnabled(key != "label" or self._model.has_labels())
            action.setData(key)
            action.triggered.connect(partial(self._choose_grouping, key))
        menu.addSeparator()
        if self._group_actions is not None:
            self._add_new_group(menu, self._group_actions)
        compact = menu.add(self.tr("Compact rows"))
        compact.setCheckable(True)
        compact.setChecked(self.tree.is_compact)
        compact.toggled.connect(self._set_compact)
        if self._model.has_sandbox():
            hide = menu.add(self.tr("Hide sandbox channels"))
            hide.setCheckable(True)
            hide.setChecked(not self._model.is_sandbox_shown)
            hide.toggled.connect(self.hideSandboxRequested)
        menu.popup(self._grouping.mapToGlobal(QPoint(0, self._grouping.height() + 2)))

    def _add_new_group(self, menu: Menu, actions: GroupActions) -> None:
        ids, is_found = actions.chosen()
        text = self.tr("New group of the (ticked channel/%Ln ticked channels)…", "", len(ids))
        if is_found:
            text = self.tr("New group of the (found channel/%Ln found channels)…", "", len(ids))
        new = menu.add(text if ids else self.tr("New group of the ticked channels…"), "plus")
        new.setEnabled(bool(ids))
        new.triggered.connect(lambda: self._ask_new_group(actions, ids))

    def _ask_new_group(self, actions: GroupActions, channel_ids: list[int]) -> None:
        popup = actions.ask_new(channel_ids, below(self._grouping))
        popup.named.connect(self._show_new_group)

    @Slot()
    def _show_new_group(self) -> None:
        self._choose_grouping("group")

    def _choose_grouping(self, key: str) -> None:
        self._model.set_grouping(key)
        self._refresh()
        self.layoutChanged.emit()

    @Slot(bool)
    def _set_compact(self, compact: bool) -> None:
        self.tree.set_compact(compact)
        self.layoutChanged.emit()

    @Slot()
    def _show_groups(self) -> None:
        if self._groups is not None:
            self._model.set_own_groups(self._groups.groups)
            self._refresh()

    def _grouping_names(self) -> dict[str, str]:
        return {
            "group": self.tr("My groups"),
            "network": self.tr("Network"),
            #: Noun: a word that the user gives to messages and channels.
            "label": self.tr("Label"),
            "order": self.tr("Workspace order"),
        }

    @Slot()
    def _on_channels_loaded(self) -> None:
        self._loaded = True
        self._problem = ""
        self._refresh()

    @Slot(str)
    def _search(self, text: str) -> None:
        self._model.set_filter(text)
        self.tree.mark_match(self._model.best_match())

    @Slot()
    def _tick_match(self) -> None:
        """Tick or untick the highlighted match; the next letter starts another search."""
        index = self._model.best_match()
        if index.isValid() and self._model.can_tick:
            self._model.pick(index)
            self.search.selectAll()

    @Slot()
    def _tick_found(self) -> None:
        """Tick all channels that the search finds."""
        if self._model.filter_text and self._model.visible_channels():
            self._model.check_all()
            self.search.selectAll()

    @Slot()
    def _enter_list(self) -> None:
        self.tree.setFocus(Qt.FocusReason.ShortcutFocusReason)
        first = self._model.index(0, 0)
        child = self._model.index(0, 0, first)
        if child.isValid():
            self.tree.setCurrentIndex(child)

    @Slot()
    def _back_to_search(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @Slot()
    def _refresh(self) -> None:
        theme = Theme.instance()
        total = len(self._model.listed_channels())
        if total == 0 and self._problem:
            self._stack.setCurrentIndex(4)
        elif total == 0:
            self._stack.setCurrentIndex(1 if self._loaded else 3)
        else:
            has_matches = bool(self._model.visible_channels())
            self._stack.setCurrentIndex(0 if has_matches else 2)
            if not has_matches:
                self._no_matches.set_texts(
                    self.tr("No channel matches"),
                    self.tr("The search hides %Ln channel(s).", "", total),
                )
        purpose = purpose_of(self._model)
        self._show_purpose(purpose)
        ticked = len(self._model.checked_ids())
        if total == 0 and self._problem:
            words = self.tr("No channels")
        elif total == 0:
            words = self.tr("0 channels") if self._loaded else self.tr("Loading channels")
        else:
            colour = theme.colour("text").name()
            number = f'<span style="color:{colour};font-weight:600">{grouped(ticked)}</span>'
            words = purpose.count.format(ticked=number, total=grouped(total))
            if self._model.choice is None:
                words = self.tr("%Ln channel(s)", "", total)
        self._count.setText(words)
        self._announce_count(ticked, total, purpose)
        self._links.setVisible(total > 0 and self._model.choice is not None)
        self._fit_foot()
        self._grouping.setText(self._grouping_names()[self._model.grouping])
        self._grouping.setEnabled(total > 0)
        self.search.setEnabled(total > 0 or not self._loaded)

    def _announce_count(self, ticked: int, total: int, purpose: ChannelPurpose) -> None:
        """Announce how many channels are ticked when that was changed here."""
        focus = QApplication.focusWidget()
        if ticked != self._ticked and focus is not None and self.isAncestorOf(focus):
            count = {"ticked": grouped(ticked), "total": grouped(total)}
            announce(purpose.count.format(**count), "ticks")
        self._ticked = ticked

    def _show_purpose(self, purpose: ChannelPurpose) -> None:
        """Show the purpose of the ticks, also to assistive software."""
        self._heading.setText(purpose.heading)
        self._heading.setToolTip(purpose.explanation)
        self.tree.setAccessibleDescription(f"{purpose.heading}. {purpose.explanation}")
        note, choice = hint_text(self._model), self._model.choice
        self._note_words.setText(note)
        self._note.setVisible(bool(note))
        locked = choice.locked if choice is not None else ""
        self._remove.setVisible(choice is not None and self._model.missing() > 0 and not locked)
        matches = len(self._model.visible_channels()) if self._model.filter_text else 0
        every = self._found_words(matches) if matches else purpose.all
        names = (every, purpose.none, purpose.active)
        object_names = purpose.object_names
        for button, name, object_name in zip(self._choices, names, object_names, strict=True):
            button.setObjectName(object_name)
            button.setAccessibleDescription(name)
            button.setEnabled(not locked)
            button.setToolTip(locked or name)
        #: All channels.
        text = self.tr("All")
        if matches:
            #: Found channels.
            text = self.tr("All %Ln", "", matches)
            if self._model.ticks_only_found:
                #: Found channels.
                text = self.tr("Only %Ln", "", matches)
            self._choices[0].setToolTip(locked or keys.tip(every, keys.TICK_FOUND))
        self._choices[0].setText(text)

    def _found_words(self, matches: int) -> str:
        if self._model.ticks_only_found:
            return self.tr("Show only the (found channel/%Ln found channels)", "", matches)
        return self.tr("Select the (found channel/%Ln found channels)", "", matches)


class _ChannelSearch(SearchField):
    """Search field; Down moves the focus into the tree, Shift+Enter ticks all that is found."""

    downPressed = Signal()
    shiftReturnPressed = Signal()

    def __init__(self, parent: QWidget) -> None:
        words = translate("ChannelPane", "Search channels")
        super().__init__(
            words, "search-channels", translate("ChannelPane", "Find a channel"), parent
        )
        self.setEchoMode(QLineEdit.EchoMode.Normal)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down:
            self.downPressed.emit()
            return
        if (
            event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            and event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        ):
            self.shiftReturnPressed.emit()
            return
        super().keyPressEvent(event)

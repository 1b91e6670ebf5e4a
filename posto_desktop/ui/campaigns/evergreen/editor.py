"""Editor of an evergreen message: texts, files, rules, labels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from posto_desktop.common.locale_words import listed
from posto_desktop.core import evergreen_texts
from posto_desktop.core.evergreen import EvergreenMessage
from posto_desktop.core.limits import network_name
from posto_desktop.models.evergreen import EvergreenMessagesModel, title_of
from posto_desktop.ui import keys
from posto_desktop.ui.campaigns.evergreen.rule_fields import RuleFields
from posto_desktop.ui.campaigns.evergreen.switch import Head
from posto_desktop.ui.campaigns.evergreen.text_cards import TextCards
from posto_desktop.ui.campaigns.message_editor import MessageMedia
from posto_desktop.ui.commands import Command
from posto_desktop.ui.shared.labels_field import LabelsField
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import Button, IconButton
from posto_desktop.ui.widgets.labels import ElidedLabel, StatusPill, hairline, label
from posto_desktop.ui.widgets.menu import Menu
from posto_desktop.ui.widgets.overlay_scroll_area import OverlayScrollArea
from posto_desktop.ui.widgets.paragraph import Paragraph
from posto_desktop.viewmodels.evergreen_checks import TextAssessment
from posto_desktop.viewmodels.evergreen_state import EvergreenViewState
from posto_desktop.workers.file_info import has_files, local_paths

WIDEST = 760


class EvergreenEditor(QWidget):
    """Edits `state.message`. Signals: ``filesRequested()``; ``filesDropped(list paths)``."""

    filesRequested = Signal()
    filesDropped = Signal(list)

    def __init__(
        self,
        state: EvergreenViewState,
        model: EvergreenMessagesModel,
        picture: Callable[[str], QImage | None],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._state, self._model = state, model
        self.setAcceptDrops(True)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self._build_head())
        area = OverlayScrollArea(self)
        body = QWidget(area)
        body.setMaximumWidth(WIDEST)
        area.setWidget(body)
        outer.addWidget(area, 1)
        column = QVBoxLayout(body)
        column.setContentsMargins(24, 16, 24, 24)
        column.setSpacing(12)
        self.texts = TextCards(body)
        self.texts.edited.connect(self._text_edited)
        self.texts.moveRequested.connect(self._move_text)
        self.texts.removeRequested.connect(self._remove_text)
        self.texts.undoRequested.connect(state.undo)
        self.texts.redoRequested.connect(state.redo)
        column.addWidget(self.texts)
        column.addLayout(self._build_below_texts(body, picture))
        self.note = Paragraph(
            "", "small", type_name="small", object_name="evergreen-own-texts", parent=body
        )
        column.addWidget(self.note)
        column.addWidget(hairline(body))
        column.addWidget(label(self.tr("When it may go out"), "strong"))
        self.rules = RuleFields(state.clock, state.zone, body)
        self.rules.edited.connect(self._rule_edited)
        column.addWidget(self.rules)
        self.targets = Paragraph(
            "", "muted", type_name="body", object_name="evergreen-channels", parent=body
        )
        column.addWidget(self.targets)
        labels_row = QHBoxLayout()
        labels_row.setSpacing(10)
        labels_label = label(self.tr("Labels"), "muted", object_name="evergreen-labels-label")
        labels_label.setMinimumHeight(Theme.instance().px("size.control_small"))
        labels_row.addWidget(labels_label, 0, Qt.AlignmentFlag.AlignTop)
        self.labels = LabelsField(state.labels, body)
        self.labels.edited.connect(self._labels_edited)
        labels_row.addWidget(self.labels, 1)
        column.addLayout(labels_row)
        column.addStretch(1)
        state.changed.connect(self.show_message)
        state.messagesChanged.connect(self._show_state)

    def _build_head(self) -> QWidget:
        self._head = head = Head(self)
        self.back = Button(self.tr("Evergreen"), "quiet", small=True, parent=head)
        self.back.setObjectName("all-evergreen-messages")
        self.back.set_lucide("chevron-start")
        self.back.setToolTip(keys.tip(self.tr("Back to the evergreen messages"), keys.BACK))
        self.back.clicked.connect(self._state.close)
        head.row.setContentsMargins(15, 0, 16, 0)
        head.row.addWidget(self.back)
        self.title = ElidedLabel("", "dialog", parent=head)
        self.title.setObjectName("evergreen-title")
        head.row.addWidget(self.title, 1)
        self.pill = StatusPill("draft", parent=head)
        self.pill.setObjectName("evergreen-state")
        head.row.addWidget(self.pill)
        self.pause = Button("", icon="pause", parent=head)
        self.pause.setObjectName("pause-evergreen-message")
        head.row.addWidget(self.pause)
        self.more = IconButton(
            "ellipsis", self.tr("More for this message"), "more-for-this-message", parent=head
        )
        self.more.clicked.connect(self._open_menu)
        head.row.addWidget(self.more)
        return head

    def _build_below_texts(
        self, parent: QWidget, picture: Callable[[str], QImage | None]
    ) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(10)
        row = QHBoxLayout()
        row.setSpacing(10)
        self.add_text = Button(
            self.tr("Add another text"), "quiet", icon="plus", small=True, parent=parent
        )
        self.add_text.setObjectName("add-another-text")
        self.add_text.clicked.connect(self._add_text)
        row.addWidget(self.add_text)
        words = self.tr("Texts are used in turn, so that no network gets one twice in a row.")
        hint = ElidedLabel(words, "small", parent=parent)
        hint.setObjectName("evergreen-texts-hint")
        row.addWidget(hint, 1)
        column.addLayout(row)
        self.media = MessageMedia(picture, parent)
        self.media.changed.connect(self._media_changed)
        self.media.addRequested.connect(self.filesRequested)
        column.addWidget(self.media)
        return column

    def set_commands(self, pause: Command, duplicate: Command, delete: Command) -> None:
        pause.bind(self.pause)
        pause.changed.connect(lambda: self._show_pause(pause))
        self._show_pause(pause)
        self._menu = Menu(self)
        self._menu.addActions([duplicate, delete])

    def _show_pause(self, pause: Command) -> None:
        message = self._state.message
        is_paused = message is not None and message.is_paused
        self.pause.setText(pause.text())
        self.pause.set_lucide("play" if is_paused else "pause")

    @Slot()
    def _open_menu(self) -> None:
        hint = self._menu.sizeHint()
        place = QPoint(self.more.width() - hint.width(), self.more.height() + 4)
        self._menu.popup(self.more.mapToGlobal(place))

    # -- showing ---------------------------------------------------------------------------------

    @Slot(object)
    def show_message(self, message: EvergreenMessage) -> None:
        """Show the message as it is now, without disturbing what the user types."""
        self.texts.show_message(message)
        self.media.show_media(message.draft.media, 1)
        self.rules.show_message(message)
        if self.labels.labels() != list(message.labels):
            self.labels.set_labels(message.labels)
        self._show_note(message)
        count = len(message.channel_ids)
        words = self.tr("No channels yet. Tick them in the list beside.")
        if count:
            words = self.tr("Goes to %Ln channel(s), ticked in the list beside.", "", count)
        self.targets.setText(words)
        self._show_state()

    @Slot()
    def _show_state(self) -> None:
        message = self._state.message
        if message is None:
            return
        self.title.setText(title_of(message) or self.tr("New evergreen message"))
        status, words = self._model.state_of(message)
        self.pill.setVisible(bool(status))
        if status:
            self.pill.set_status(status, words)

    def _show_note(self, message: EvergreenMessage) -> None:
        """Say what of the message is not shown here."""
        draft, sentences = message.draft, []
        slugs = [key for key in draft.variants if not key.startswith("channel:")]
        if slugs:
            words = self.tr("{networks}: the first text is another one there.")
            sentences.append(words.format(networks=listed([network_name(key) for key in slugs])))
        elif draft.variants:
            sentences.append(self.tr("Some channels have another first text."))
        if draft.is_thread:
            sentences.append(self.tr("The first text goes on in a thread."))
        self.note.setText(" ".join(sentences))
        self.note.setVisible(bool(sentences))

    @Slot(object)
    def show_assessments(self, assessments: Sequence[TextAssessment]) -> None:
        self.texts.show_assessments(assessments)

    def focus_first(self) -> None:
        self.texts.focus_text(0)

    def restyle(self) -> None:
        self._head.restyle()
        self.texts.restyle()
        self.rules.restyle()

    # -- what the user changes -------------------------------------------------------------------

    def _replace(self, message: EvergreenMessage, kind: str = "") -> None:
        self._state.edit(kind, draft=message.draft, alternatives=message.alternatives)

    @Slot(int, str)
    def _text_edited(self, at: int, text: str) -> None:
        message = self._state.message
        if message is not None:
            self._replace(evergreen_texts.with_text(message, at, text), f"text {at}")

    @Slot(int, int)
    def _move_text(self, at: int, by: int) -> None:
        message = self._state.message
        if message is not None and 0 <= at + by < message.variant_count:
            self._replace(evergreen_texts.with_moved(message, at, at + by))
            self.texts.focus_text(at + by)

    @Slot(int)
    def _remove_text(self, at: int) -> None:
        message = self._state.message
        if message is not None and message.variant_count > 1:
            self._replace(evergreen_texts.without_text(message, at))
            self.texts.focus_text(at)

    @Slot()
    def _add_text(self) -> None:
        message = self._state.message
        if message is not None and evergreen_texts.can_add(message):
            self._replace(evergreen_texts.with_added(message))
            self.texts.focus_text(message.variant_count)

    @Slot(object)
    def _media_changed(self, media: tuple[Any, ...]) -> None:
        self._state.edit_draft("media", media=media)

    @Slot(str, object)
    def _rule_edited(self, name: str, value: object) -> None:
        self._state.edit(name, **{name: value})

    @Slot(list)
    def _labels_edited(self, labels: list[str]) -> None:
        self._state.edit_draft("", labels=tuple(labels))

    # -- files -----------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if has_files(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = local_paths(event.mimeData())
        if paths:
            event.acceptProposedAction()
            self.filesDropped.emit(paths)

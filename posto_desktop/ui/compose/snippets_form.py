"""The right side of the snippets dialog: one snippet to be named and written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from posto_desktop.core.snippets import KINDS, LONGEST_NAME, Snippet
from posto_desktop.models.snippets import kind_name
from posto_desktop.sdk import networks
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import MenuButton, name_control
from posto_desktop.ui.widgets.choices import Switch
from posto_desktop.ui.widgets.fields import ComboBox
from posto_desktop.ui.widgets.labels import PlainLabel, label
from posto_desktop.ui.widgets.menu import Menu


class SnippetForm(QWidget):
    """Signals: ``edited()``: the user changed a value; ``signingChanged(bool)``: whether this
    signature goes into new messages by itself."""

    edited = Signal()
    signingChanged = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: Snippet | None = None
        self._networks: tuple[str, ...] = ()
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 12)
        column.setSpacing(6)
        self.name = QLineEdit(self)
        self.name.setMaxLength(LONGEST_NAME)
        name_control(self.name, self.tr("Snippet name"))
        self.name.textEdited.connect(self._edited)
        self._add(column, self.tr("Name"), self.name)
        row = QHBoxLayout()
        row.setSpacing(12)
        self.kind = ComboBox("kind-of-snippet", self)
        for kind in KINDS:
            self.kind.addItem(kind_name(kind), kind)
        self.kind.activated.connect(self._kind_chosen)
        kind_side = QVBoxLayout()
        kind_side.setSpacing(6)
        self._add(kind_side, self.tr("Kind"), self.kind)
        self.networks = MenuButton(self.tr("Networks of the snippet"), "globe", self)
        self.networks.clicked.connect(self._choose_networks)
        networks_side = QVBoxLayout()
        networks_side.setSpacing(6)
        self._add(networks_side, self.tr("For"), self.networks)
        kind_side.addStretch(1)
        networks_side.addStretch(1)
        row.addLayout(kind_side, 1)
        row.addLayout(networks_side, 1)
        column.addLayout(row)
        self.text = QPlainTextEdit(self)
        self.text.setProperty("role", "field")
        self.text.setTabChangesFocus(True)
        self.text.document().setDocumentMargin(7)
        name_control(self.text, self.tr("Snippet text"))
        self.text.textChanged.connect(self._edited)
        self._add(column, self.tr("Text"), self.text, 1)
        self.hint = label("", "small", wrap=True)
        self.hint.setObjectName("snippet-hint")
        column.addWidget(self.hint)
        self._signing = QWidget(self)
        signing = QHBoxLayout(self._signing)
        signing.setContentsMargins(0, 4, 0, 0)
        words = label(self.tr("Add it to each new message"), "lead", wrap=True)
        self.sign = Switch(self.tr("Add it to each new message"), self._signing)
        words.setBuddy(self.sign)
        self.sign.toggled.connect(self.signingChanged)
        signing.addWidget(words, 1)
        signing.addWidget(self.sign)
        column.addWidget(self._signing)
        self.error = label("", "error", object_name="snippet-error", wrap=True)
        self.error.hide()
        column.addWidget(self.error)

    def _add(self, column: QVBoxLayout, words: str, field: QWidget, stretch: int = 0) -> None:
        name = PlainLabel(words, self)
        name.setProperty("role", "small")
        name.setBuddy(field)
        column.addWidget(name)
        align = Qt.AlignmentFlag.AlignLeading if isinstance(field, MenuButton) else None
        if align is not None:
            column.addWidget(field, stretch, align)
        else:
            column.addWidget(field, stretch)

    def show_snippet(self, snippet: Snippet, signing: bool) -> None:
        """Fill the form."""
        self._shown = snippet
        with QSignalBlocker(self.text), QSignalBlocker(self.sign):
            self.name.setText(snippet.name)
            self.kind.setCurrentIndex(self.kind.findData(snippet.kind))
            self.text.setPlainText(snippet.text)
            self.sign.setChecked(signing)
        self._networks = snippet.networks
        self._show_networks()
        self._show_kind()
        self.show_error("")

    @property
    def shown(self) -> Snippet | None:
        """The snippet as it was put into the form."""
        return self._shown

    def value(self) -> Snippet | None:
        """The snippet as it is written now."""
        if self._shown is None:
            return None
        return replace(
            self._shown,
            name=self.name.text().strip(),
            kind=self.kind.currentData(),
            text=self.text.toPlainText(),
            networks=self._networks,
        )

    def is_changed(self) -> bool:
        value = self.value()
        return value is not None and value != self._shown

    def show_error(self, sentence: str) -> None:
        self.error.setText(sentence)
        self.error.setVisible(bool(sentence))

    @Slot()
    def _edited(self) -> None:
        self.show_error("")
        self.edited.emit()

    @Slot()
    def _kind_chosen(self) -> None:
        self._show_kind()
        self._edited()

    def _show_kind(self) -> None:
        kind = self.kind.currentData()
        hints = {
            "hashtags": self.tr("Those that the text has already are left out."),
            "signature": self.tr("It goes to the end of the text, once."),
            "snippet": self.tr("It goes where the caret is."),
        }
        self.hint.setText(hints[kind])
        self._signing.setVisible(kind == "signature")

    # -- networks --------------------------------------------------------------------------

    def _show_networks(self) -> None:
        self.networks.setText(_names(self._networks) or self.tr("All networks"))

    @Slot()
    def _choose_networks(self) -> None:
        menu = Menu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        everywhere = menu.add(self.tr("All networks"))
        everywhere.setCheckable(True)
        everywhere.setChecked(not self._networks)
        everywhere.setData("")
        menu.addSeparator()
        for name, slug in sorted((Theme.instance().network(s).name, s) for s in _slugs()):
            action = menu.add(name)
            action.setCheckable(True)
            action.setChecked(slug in self._networks)
            action.setData(slug)
        menu.triggered.connect(lambda action: self.toggle_network(str(action.data())))
        menu.popup(self.networks.mapToGlobal(self.networks.rect().bottomLeft()))

    def toggle_network(self, slug: str) -> None:
        """Mean it for this network as well, or no longer; "" means it for all."""
        if not slug:
            self._networks = ()
        elif slug in self._networks:
            self._networks = tuple(one for one in self._networks if one != slug)
        else:
            self._networks = (*self._networks, slug)
        self._show_networks()
        self._edited()


def _slugs() -> list[str]:
    """The networks to which text is posted."""
    return [one.slug for one in networks.all_networks() if one.slug != "youtube_video"]


def _names(slugs: Sequence[str]) -> str:
    names = [Theme.instance().network(slug).name for slug in slugs]
    return ", ".join(names[:2]) + (f" +{len(names) - 2}" if len(names) > 2 else "")

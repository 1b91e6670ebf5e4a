"""Form fields for the parts of a style: link tracking, hashtags, signature.

Each has ``value()`` (a table as in `sdk.style_parts`, None if invalid), ``set_value(table, words)``
and the signal ``edited()`` for user input.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from posto_desktop.sdk import style_parts
from posto_desktop.sdk.errors import SettingsError
from posto_desktop.sdk.style_parts import UTM_VARIABLES
from posto_desktop.sdk.style_texts import NO_WORDS, SnippetTexts
from posto_desktop.sdk.utm import KEYS
from posto_desktop.ui.widgets.buttons import Chip, name_control, object_name_of
from posto_desktop.ui.widgets.choices import CheckBox
from posto_desktop.ui.widgets.fields import ComboBox
from posto_desktop.ui.widgets.flow_layout import FlowLayout
from posto_desktop.ui.widgets.labels import label

MAX_CHIPS = 40
OWN_TEXT = ""
LINES = 3


class StylePartFields(QWidget):
    """Base class: a grid of labelled fields with an error line."""

    edited = Signal()
    KEY = ""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 0, 14, 12)
        column.setSpacing(6)
        self.grid = QGridLayout()
        self.grid.setHorizontalSpacing(12)
        self.grid.setVerticalSpacing(6)
        self.grid.setColumnStretch(1, 1)
        column.addLayout(self.grid)
        self.problem = label("", "error", object_name=f"{self.KEY}-problem", wrap=True)
        self.problem.hide()
        column.addWidget(self.problem)
        self._loading = False

    def add_row(self, title: str, field: QWidget, object_name: str) -> None:
        """Add a field with a title before it, which is also its accessible name."""
        words = label(title, "muted")
        words.setBuddy(field)
        if not isinstance(field, ComboBox):
            name_control(field, title, object_name)
        row = self.grid.rowCount()
        # Align the title with the first line of a taller field.
        tall = isinstance(field, QPlainTextEdit)
        words.setContentsMargins(0, 8 if tall else 0, 0, 0)
        align = Qt.AlignmentFlag.AlignTop if tall else Qt.AlignmentFlag.AlignVCenter
        self.grid.addWidget(words, row, 0, align)
        self.grid.addWidget(field, row, 1)

    def value(self) -> dict[str, Any] | None:
        """Return the table; None if empty or invalid."""
        table = self.table()
        problem = ""
        try:
            style_parts.check_part(self.KEY, table)
        except SettingsError as error:
            problem = error.user_message
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))
        return None if problem or not self.has_content(table) else table

    def set_value(self, table: Mapping[str, Any], words: SnippetTexts) -> None:
        self._loading = True
        try:
            self.fill(table, words)
            self.problem.hide()
        finally:
            self._loading = False

    @property
    def is_wrong(self) -> bool:
        """Return True if the fields are invalid."""
        return not self.problem.isHidden()

    @Slot()
    def _edit(self, *_args: object) -> None:
        if not self._loading:
            self.edited.emit()

    def table(self) -> dict[str, Any]:
        raise TypeError("each kind of part has its own fields")

    def fill(self, _table: Mapping[str, Any], _words: SnippetTexts) -> None:
        raise TypeError("each kind of part has its own fields")

    def has_content(self, table: Mapping[str, Any]) -> bool:
        return bool(table)


class UtmFields(StylePartFields):
    """Source, medium, campaign, term and content, and the links to which they apply."""

    KEY = style_parts.UTM

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        titles = {
            "source": self.tr("Source"),
            "medium": self.tr("Medium"),
            "campaign": self.tr("Campaign"),
            "term": self.tr("Term"),
            "content": self.tr("Content"),
        }
        samples = {"source": "{network}", "medium": "social", "campaign": "{style}"}
        self.lines: dict[str, QLineEdit] = {}
        for key in KEYS:
            line = self.lines[key] = QLineEdit(self)
            line.setMaxLength(style_parts.MAX_VALUE)
            line.setPlaceholderText(samples.get(key, ""))
            line.textEdited.connect(self._edit)
            self.add_row(titles[key], line, f"link-tag-{key}")
        self.link = CheckBox(self.tr("The attached link"), self)
        self.text = CheckBox(self.tr("Links in the text"), self)
        row = self.grid.rowCount()
        for number, box in enumerate((self.link, self.text)):
            box.setObjectName(("tag-attached-link", "tag-links-in-text")[number])
            box.clicked.connect(self._edit)
            self.grid.addWidget(box, row + number, 0, 1, 2)
        known = " ".join(f"{{{name}}}" for name in UTM_VARIABLES)
        words = self.tr("Variables: {names}. Tags that a link already has are kept.").format(
            names=known
        )
        self.grid.addWidget(label(words, "small", wrap=True), row + 2, 0, 1, 2)

    def table(self) -> dict[str, Any]:
        values: dict[str, Any] = {
            key: line.text().strip() for key, line in self.lines.items() if line.text().strip()
        }
        boxes = (("link", self.link), ("text", self.text))
        links = [name for name, box in boxes if box.isChecked()]
        return {**values, "links": links} if values and len(links) < len(boxes) else values

    def fill(self, table: Mapping[str, Any], _words: SnippetTexts) -> None:
        for key, line in self.lines.items():
            if line.text().strip() != table.get(key, ""):
                line.setText(str(table.get(key, "")))
        links = table.get("links", style_parts.LINKS)
        self.link.setChecked("link" in links)
        self.text.setChecked("text" in links)


class HashtagFields(StylePartFields):
    """Hashtags, groups of hashtags, and where they go."""

    KEY = style_parts.HASHTAGS

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tags = QLineEdit(self)
        self.tags.setPlaceholderText(self.tr("#coffee #roastery"))
        self.tags.textEdited.connect(self._edit)
        self.add_row(self.tr("Hashtags"), self.tags, "hashtags-of-the-style")
        self._box = QWidget(self)
        self._flow = FlowLayout(self._box, 6)
        self.add_row(self.tr("Groups"), self._box, "groups-of-hashtags-of-the-style")
        self.chips: dict[str, Chip] = {}
        self.none = label(self.tr("Create groups in Compose with the Snippets button"),
                          "small", wrap=True)  # fmt: skip
        self._flow.addWidget(self.none)
        self.place = ComboBox("place-of-hashtags", self)
        self.place.addItem(self.tr("At the end of the text"), style_parts.PLACES[0])
        self.place.addItem(self.tr("In the first comment, if the network has one"),
                           style_parts.PLACES[1])  # fmt: skip
        self.place.activated.connect(self._edit)
        self.add_row(self.tr("Where"), self.place, "place-of-hashtags")

    def table(self) -> dict[str, Any]:
        tags = style_parts.tags_in(self.tags.text())
        groups = [name for name, chip in self.chips.items() if chip.isChecked()]
        values: dict[str, Any] = {}
        if tags:
            values["tags"] = tags
        if groups:
            values["groups"] = groups
        if values and self.place.currentData() != style_parts.PLACES[0]:
            values["place"] = self.place.currentData()
        return values

    def fill(self, table: Mapping[str, Any], words: SnippetTexts) -> None:
        hashtags = style_parts.read_hashtags(table) or style_parts.Hashtags()
        if style_parts.tags_in(self.tags.text()) != list(hashtags.tags):
            self.tags.setText(" ".join(hashtags.tags))
        chosen = {name.casefold() for name in hashtags.groups}
        known = {name.casefold() for name in words.groups}
        names = [*words.groups][:MAX_CHIPS]
        # A deleted group can still be removed.
        names += [name for name in hashtags.groups if name.casefold() not in known]
        for chip in self.chips.values():
            self._flow.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self.chips = {}
        for name in names:
            is_known = name.casefold() in known
            shown = name if is_known else self.tr("{name} (deleted)").format(name=name)
            chip = Chip(shown, parent=self._box)
            chip.setObjectName(f"hashtag-group-{object_name_of(name)}")
            chip.setToolTip(words.group(name) or "")
            chip.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            chip.setChecked(name.casefold() in chosen)
            chip.clicked.connect(self._edit)
            self._flow.addWidget(chip)
            chip.show()
            self.chips[name] = chip
        self.none.setVisible(not names)
        self.place.setCurrentIndex(self.place.findData(hashtags.place))


class SignatureFields(StylePartFields):
    """One of the user's signatures, or a text."""

    KEY = style_parts.SIGNATURE

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = ComboBox("signature-of-the-style", self)
        self.name.activated.connect(self._name_chosen)
        self.add_row(self.tr("Signature"), self.name, self.name.objectName())
        self.text = QPlainTextEdit(self)
        self.text.setProperty("role", "field")
        self.text.setTabChangesFocus(True)
        self.text.textChanged.connect(self._edit)
        self.add_row(self.tr("Text"), self.text, "text-of-the-signature")
        self._words = NO_WORDS
        self._fit()

    def _fit(self) -> None:
        self.text.setFixedHeight(self.text.fontMetrics().lineSpacing() * LINES + 18)

    @Slot()
    def _name_chosen(self, *_args: object) -> None:
        self._show_kind()
        self._edit()

    def _show_kind(self) -> None:
        is_own_text = self.name.currentData() == OWN_TEXT
        self.text.setReadOnly(not is_own_text)
        if not is_own_text:
            self._loading = True
            self.text.setPlainText(self._words.signature(self.name.currentText()) or "")
            self._loading = False

    def table(self) -> dict[str, Any]:
        name = self.name.currentData()
        if name:
            return {"name": name}
        text = self.text.toPlainText().strip()
        return {"text": text} if text else {}

    def fill(self, table: Mapping[str, Any], words: SnippetTexts) -> None:
        self._words = words
        signature = style_parts.read_signature(table) or style_parts.Signature()
        self.name.clear()
        self.name.addItem(self.tr("Own text for this style"), OWN_TEXT)
        for name in words.signatures:
            self.name.addItem(name, name)
        if signature.name and words.signature(signature.name) is None:
            missing_text = self.tr("{name} (deleted)").format(name=signature.name)
            self.name.addItem(missing_text, signature.name)
        folded_name = signature.name.casefold()
        at = (
            n for n in range(self.name.count()) if self.name.itemData(n).casefold() == folded_name
        )
        self.name.setCurrentIndex(next(at, 0))
        if not signature.name and self.text.toPlainText().strip() != signature.text:
            self.text.setPlainText(signature.text)
        self._show_kind()
        self._fit()

"""List model of styles: the user's, the built-in ones, and unreadable files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from posto_desktop.common.locale_words import listed
from posto_desktop.core.folding import fold
from posto_desktop.core.limits import network_name
from posto_desktop.core.styles import listed_networks, sort_key
from posto_desktop.sdk.style_files import ALL_NETWORKS, StyleFile

StyleRole = Qt.ItemDataRole.UserRole + 1
SecondLineRole = Qt.ItemDataRole.UserRole + 2

AnyIndex = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class StyleListRow:
    """Style, or the heading of a section (`style` None)."""

    title: str
    style: StyleFile | None = None


def style_title(style: StyleFile) -> str:
    """Return the name of a style; built-in ones are translated."""
    return style_name_words(style.name) if style.builtin else style.name


def style_name_words(name: str) -> str:
    """Return the name of a style, of which only the name is known."""
    names = {
        "announcement": QCoreApplication.translate("Styles", "Announcement"),
        "blog": QCoreApplication.translate("Styles", "Blog post"),
        "product": QCoreApplication.translate("Styles", "Product"),
    }
    return names.get(name, name)


def second_line(style: StyleFile) -> str:
    """Return the text below the name: the style's purpose, or its error."""
    if style.problem:
        return style.problem
    if style.notes:
        return style.notes[0]
    return style.description or summary(style)


def summary(style: StyleFile) -> str:
    """Return the content of a style in one line: the networks with own settings."""
    translate = QCoreApplication.translate
    own, common = listed_networks(style), bool(style.settings.get(ALL_NETWORKS))
    if not own:
        if common:
            return translate("Styles", "All networks the same")
        return translate("Styles", "Empty")
    names = [network_name(slug) for slug in own[:2]]
    if len(own) == 1:
        words = names[0]
    elif len(own) == 2:
        #: Two names of networks.
        words = translate("Styles", "{one} and {other}").format(one=names[0], other=names[1])
    else:
        #: {names}: names of networks.
        words = translate("Styles", "{names} and %n more", "", len(own) - 2).format(
            names=listed(names)
        )
    if common:
        return translate("Styles", "Own text for {networks}").format(networks=words)
    return translate("Styles", "{networks} only").format(networks=words)


class StylesModel(QAbstractListModel):
    """Styles in sections, filtered by a search."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._styles: tuple[StyleFile, ...] = ()
        self._words = ""
        self._rows: list[StyleListRow] = []
        self.hidden = 0
        """Number of styles hidden by the search."""

    def set_styles(self, styles: Sequence[StyleFile]) -> None:
        if tuple(styles) != self._styles:
            self._styles = tuple(styles)
            self._build()

    def set_search(self, words: str) -> None:
        """Show only styles with these words in name, purpose or templates."""
        if words != self._words:
            self._words = words
            self._build()

    def styles(self) -> list[StyleFile]:
        """Return the shown styles in order."""
        return [row.style for row in self._rows if row.style is not None]

    def own(self) -> list[StyleFile]:
        """Return all of the user's styles in order, whatever the search."""
        own = [style for style in self._styles if not style.builtin and style.content]
        return sorted(own, key=sort_key)

    def row_of(self, name: str, *, builtin: bool | None = None) -> int:
        """Return the row of a style; -1 if it is not shown."""
        for at, row in enumerate(self._rows):
            style = row.style
            if style is None or style.name != name or not style.content:
                continue
            if builtin is None or style.builtin == builtin:
                return at
        return -1

    def style(self, index: AnyIndex) -> StyleFile | None:
        return self._rows[index.row()].style if index.isValid() else None

    def _build(self) -> None:
        translate = QCoreApplication.translate
        broken = [style for style in self._styles if not style.content]
        built_in = [style for style in self._styles if style.builtin and style.content]
        rows: list[StyleListRow] = []
        self.hidden = 0
        for title, styles in (
            (translate("Styles", "Yours"), self.own()),
            (translate("Styles", "Built in"), built_in),
            (translate("Styles", "Unreadable"), broken),
        ):
            shown = [style for style in styles if self._matches(style)]
            self.hidden += len(styles) - len(shown)
            if shown:
                rows.append(StyleListRow(title))
                rows += [StyleListRow(style_title(style), style) for style in shown]
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def _matches(self, style: StyleFile) -> bool:
        if not self._words.strip():
            return True
        texts = [style_title(style), style.name, style.description]
        for part in style.settings.values():
            texts += [str(part.get(key, "")) for key in ("post_text", "first_comment")]
        whole = fold("\n".join(texts))
        return all(fold(word) in whole for word in self._words.split())

    def rowCount(self, parent: AnyIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        if not index.isValid() or self._rows[index.row()].style is None:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return row.title
        if role == StyleRole:
            return row.style
        if row.style is None:
            return row.title if role == Qt.ItemDataRole.AccessibleTextRole else None
        if role == SecondLineRole:
            return second_line(row.style)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{row.title}, {second_line(row.style)}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n".join([row.title, row.style.problem, *row.style.notes]).strip()
        return None

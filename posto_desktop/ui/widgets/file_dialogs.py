"""The dialogs that ask for files: those that are there, and where one is to be written."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication, QDir, QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog, QLineEdit, QWidget

from posto_desktop.sdk.media_types import EXTENSIONS

_LONG_FILTER = 80
"""Characters of a filter that fit into the box of filters."""


def ask_for_file(
    parent: QWidget,
    title: str,
    filters: Sequence[str],
    on_chosen: Callable[[str], object],
    *,
    folder: str = "",
) -> None:
    """Ask for one file; `on_chosen` gets its path. Filters are those of Qt: "Text (*.txt)"."""
    dialog = _dialog(parent, title, filters, folder)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.fileSelected.connect(on_chosen)
    dialog.open()


def ask_for_files(
    parent: QWidget,
    title: str,
    filters: Sequence[str],
    on_chosen: Callable[[list[str]], object],
    *,
    folder: str = "",
) -> None:
    """Ask for one or several files; `on_chosen` gets their paths."""
    dialog = _dialog(parent, title, filters, folder)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    dialog.filesSelected.connect(on_chosen)
    dialog.open()


def ask_where_to_save(
    parent: QWidget,
    title: str,
    filters: Sequence[str],
    on_chosen: Callable[[str], object],
    *,
    proposed: str,
    suffix: str,
) -> None:
    """Ask for the place and the name of a new file; `on_chosen` gets its path.

    `proposed` is a name or a whole path, `suffix` what a name without an ending gets ("txt").
    """
    dialog = _dialog(parent, title, filters, proposed)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(suffix)
    dialog.fileSelected.connect(on_chosen)
    dialog.open()


def documents_folder() -> str:
    """Where the system keeps the user's documents, else the home folder."""
    return _folder(QStandardPaths.StandardLocation.DocumentsLocation)


def pictures_folder() -> str:
    """Where the system keeps the user's pictures, else the home folder."""
    return _folder(QStandardPaths.StandardLocation.PicturesLocation)


def media_filter() -> str:
    """The filter for all pictures and videos."""
    endings = " ".join(f"*.{one}" for many in EXTENSIONS.values() for one in many)
    return _tr("Pictures and videos ({endings})").format(endings=endings)


def _folder(kind: QStandardPaths.StandardLocation) -> str:
    found = QStandardPaths.writableLocation(kind)
    return found if found and QDir(found).exists() else QDir.homePath()


def _dialog(parent: QWidget, title: str, filters: Sequence[str], place: str) -> QFileDialog:
    dialog = QFileDialog(parent, title, place)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setNameFilters(filters)
    # Endings of all kinds of media do not fit into the box; the words say what is shown.
    is_long = any(len(one) > _LONG_FILTER for one in filters)
    dialog.setOption(QFileDialog.Option.HideNameFilterDetails, is_long)
    name = dialog.findChild(QLineEdit, "fileNameEdit")  # none in the system's own dialog
    completer = name.completer() if name is not None else None
    popup = completer.popup() if completer is not None else None
    if popup is not None:
        popup.setObjectName("completions")
    return dialog


def _tr(text: str) -> str:
    return QCoreApplication.translate("FileDialogs", text)

"""Native dialogs for opening and saving files."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QDir, QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog, QLineEdit, QWidget

from posto_desktop.common.translation import translate
from posto_desktop.sdk.media_types import EXTENSIONS

_LONG_FILTER = 80
"""Number of characters that fit into the filter box."""


def ask_for_file(
    parent: QWidget,
    title: str,
    filters: Sequence[str],
    on_chosen: Callable[[str], object],
    *,
    folder: str = "",
) -> None:
    """Ask for one file and pass its path to `on_chosen`. Filters have Qt's form: "Text (*.txt)"."""
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
    """Ask for one or more files and pass their paths to `on_chosen`."""
    dialog = _dialog(parent, title, filters, folder)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    dialog.filesSelected.connect(on_chosen)
    dialog.open()


def ask_for_folder(
    parent: QWidget, title: str, on_chosen: Callable[[str], object], *, folder: str = ""
) -> None:
    """Ask for a folder and pass its path to `on_chosen`."""
    dialog = _dialog(parent, title, (), folder)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly, True)
    dialog.fileSelected.connect(on_chosen)
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
    """Ask for the path of a new file and pass it to `on_chosen`.

    `proposed` is a name or a whole path, `suffix` the default extension ("txt").
    """
    dialog = _dialog(parent, title, filters, proposed)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(suffix)
    dialog.fileSelected.connect(on_chosen)
    dialog.open()


def documents_folder() -> str:
    """Return the user's documents folder, or else the home folder."""
    return _folder(QStandardPaths.StandardLocation.DocumentsLocation)


def pictures_folder() -> str:
    """Return the user's pictures folder, or else the home folder."""
    return _folder(QStandardPaths.StandardLocation.PicturesLocation)


def media_filter() -> str:
    """Return the filter for all pictures and videos."""
    endings = " ".join(f"*.{ending}" for many in EXTENSIONS.values() for ending in many)
    #: {endings}: "*.jpg *.png". Keep the brackets.
    return translate("FileDialogs", "Pictures and videos ({endings})").format(endings=endings)


def _folder(kind: QStandardPaths.StandardLocation) -> str:
    folder = QStandardPaths.writableLocation(kind)
    return folder if folder and QDir(folder).exists() else QDir.homePath()


def _dialog(parent: QWidget, title: str, filters: Sequence[str], place: str) -> QFileDialog:
    dialog = QFileDialog(parent, title, place)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setNameFilters(filters)
    # The list of all extensions does not fit into the box; the filter's name is enough.
    is_long = any(len(text) > _LONG_FILTER for text in filters)
    dialog.setOption(QFileDialog.Option.HideNameFilterDetails, is_long)
    name = dialog.findChild(QLineEdit, "fileNameEdit")  # None in native dialogs.
    completer = name.completer() if name is not None else None
    popup = completer.popup() if completer is not None else None
    if popup is not None:
        popup.setObjectName("completions")
    return dialog

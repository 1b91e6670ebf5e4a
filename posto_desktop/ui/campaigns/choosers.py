"""The file dialogs of campaigns: for tables, for pictures, for one that was not found."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QDir, QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from posto_desktop.core.importing.reading import ENDINGS
from posto_desktop.sdk.media_types import EXTENSIONS


def table_chooser(parent: QWidget, folder: str) -> QFileDialog:
    """Asks for a file with a table; open it. `folder` "": the user's documents."""
    endings = " ".join(f"*{ending}" for ending in ENDINGS)
    filters = [_tr("Tables ({endings})").format(endings=endings), _tr("All files (*)")]
    return _chooser(parent, _tr("Import file"), folder, filters)


def picture_chooser(parent: QWidget, folder: str, name: str) -> QFileDialog:
    """Asks for the picture that a file calls `name`; open it."""
    endings = " ".join(f"*.{one}" for many in EXTENSIONS.values() for one in many)
    filters = [_tr("Pictures and videos ({endings})").format(endings=endings)]
    return _chooser(parent, _tr("Where is {name}?").format(name=name), folder, filters)


def media_chooser(parent: QWidget, folder: str) -> QFileDialog:
    """Asks for pictures and videos of messages; open it. `folder` "": the user's pictures."""
    pictures = QStandardPaths.StandardLocation.PicturesLocation
    start = folder or QStandardPaths.writableLocation(pictures) or QDir.homePath()
    endings = " ".join(f"*.{one}" for many in EXTENSIONS.values() for one in many)
    known = _tr("Pictures and videos ({endings})").format(endings=endings)
    chooser = _chooser(parent, _tr("Add pictures"), start, [known, _tr("All files (*)")])
    chooser.setFileMode(QFileDialog.FileMode.ExistingFiles)
    # The endings do not fit into the box; the words say what is shown.
    chooser.setOption(QFileDialog.Option.HideNameFilterDetails)
    return chooser


def _chooser(parent: QWidget, title: str, folder: str, filters: list[str]) -> QFileDialog:
    documents = QStandardPaths.StandardLocation.DocumentsLocation
    start = folder or QStandardPaths.writableLocation(documents) or QDir.homePath()
    chooser = QFileDialog(parent, title, start)
    chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    chooser.setFileMode(QFileDialog.FileMode.ExistingFile)
    chooser.setNameFilters(filters)
    return chooser


def _tr(text: str) -> str:
    return QCoreApplication.translate("ImportDialog", text)

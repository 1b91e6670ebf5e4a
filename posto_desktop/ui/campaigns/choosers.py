"""The file dialogs of campaigns: for tables, for pictures, for one that was not found."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QDir, QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget

from posto_desktop.core.importing.reading import ENDINGS
from posto_desktop.sdk.media_types import EXTENSIONS
from posto_desktop.ui.widgets.file_dialogs import files_dialog


def table_chooser(parent: QWidget, folder: str) -> QFileDialog:
    """Asks for a file with a table; open it. `folder` "": the user's documents."""
    endings = " ".join(f"*{ending}" for ending in ENDINGS)
    filters = [_tr("Tables ({endings})").format(endings=endings), _tr("All files (*)")]
    return files_dialog(parent, _tr("Import file"), folder or _documents(), filters)


def picture_chooser(parent: QWidget, folder: str, name: str) -> QFileDialog:
    """Asks for the picture that a file calls `name`; open it."""
    endings = " ".join(f"*.{one}" for many in EXTENSIONS.values() for one in many)
    filters = [_tr("Pictures and videos ({endings})").format(endings=endings)]
    title = _tr("Where is {name}?").format(name=name)
    return files_dialog(parent, title, folder or _documents(), filters)


def media_chooser(parent: QWidget, folder: str) -> QFileDialog:
    """Asks for pictures and videos of messages; open it. `folder` "": the user's pictures."""
    pictures = QStandardPaths.StandardLocation.PicturesLocation
    start = folder or QStandardPaths.writableLocation(pictures) or QDir.homePath()
    endings = " ".join(f"*.{one}" for many in EXTENSIONS.values() for one in many)
    known = _tr("Pictures and videos ({endings})").format(endings=endings)
    filters = [known, _tr("All files (*)")]
    return files_dialog(parent, _tr("Add pictures"), start, filters, several=True)


def _documents() -> str:
    documents = QStandardPaths.StandardLocation.DocumentsLocation
    return QStandardPaths.writableLocation(documents) or QDir.homePath()


def _tr(text: str) -> str:
    return QCoreApplication.translate("ImportDialog", text)

"""The files of one message, in their order: the rows of the media strip.

Rows are plain ``core.draft.MediaRef`` records plus what the screen knows about them (a decoded
picture, a pending look, a problem).  The model never touches a file: pictures and facts are
brought by the jobs that the page starts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractListModel,
    QByteArray,
    QCoreApplication,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    QUrl,
    Signal,
    Slot,
)
from PySide6.QtGui import QImage

from posto_desktop.core.edits import Edit, is_nothing
from posto_desktop.core.limits import network_name

if TYPE_CHECKING:
    from posto_desktop.core.draft import MediaRef

Index = QModelIndex | QPersistentModelIndex

ROW_MIME = "application/x-posto-media-row"

RefRole = int(Qt.ItemDataRole.UserRole) + 1
PictureRole = RefRole + 1
PendingRole = RefRole + 2
ProblemRole = RefRole + 3
SeverityRole = RefRole + 4
EditedPictureRole = RefRole + 5
"""The picture as the edit for all networks makes it; PictureRole is that of the file itself."""

MAX_EDITED = 200
# Facts of hundreds of files come within a second, and each telling of them costs a look at all.
FACTS_MS = 30


@dataclass
class MediaRow:
    """One tile.  ``problem`` is a sentence; ``severity`` is "", "hint", "warning" or "error"."""

    ref: MediaRef
    picture: QImage | None = None
    pending: bool = True
    problem: str = ""
    severity: str = ""

    @property
    def trouble(self) -> str:
        """What is wrong with the file, whoever found it."""
        return self.problem or self.ref.problem


def duration_text(seconds: float | None) -> str:
    """``42.3`` -> ``"0:42"``, ``3725`` -> ``"1:02:05"``; nothing for an unknown length."""
    if seconds is None or seconds < 0:
        return ""
    whole = int(seconds + 0.5)
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    if hours:
        return f"{hours}:{minutes:02d}:{left:02d}"
    return f"{minutes}:{left:02d}"


class MediaModel(QAbstractListModel):
    """A list whose rows move.

    Signals: ``filesChanged()`` when the user changed files, their order or descriptions;
    ``filesArrived()`` when some are here of which more follow, until ``filesChanged()``;
    ``factsChanged()`` shortly after looks into files found something new;
    ``pictureWanted(path)`` when a view asked for a picture that is not there yet,
    ``editedWanted(path, Edit)`` for one that was edited (answered by `set_edited`).
    """

    filesChanged = Signal()
    filesArrived = Signal()
    factsChanged = Signal()
    # An object, as everything that carries a path: a text of Qt loses the bytes of a file name
    # that are not UTF-8, and what is left is the name of another file.
    pictureWanted = Signal(object)
    editedWanted = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        # Oldest first; None while it is being made.
        self._edited: dict[tuple[str, Edit], QImage | None] = {}
        self._rows: list[MediaRow] = []
        self._asked: set[str] = set()
        self._facts_timer = QTimer(self, singleShot=True, interval=FACTS_MS)
        self._facts_timer.timeout.connect(self.factsChanged)

    # -- reading ---------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def row(self, number: int) -> MediaRow:
        return self._rows[number]

    def refs(self) -> list[MediaRef]:
        """The files in their order, as the draft keeps them."""
        return [row.ref for row in self._rows]

    def picture(self, path: str) -> QImage | None:
        for row in self._rows:
            if row.ref.path == path:
                return row.picture
        return None

    def picture_as(self, path: str, edit: Edit | None) -> QImage | None:
        """The picture of a file as an edit makes it; the file's own until that is there."""
        if edit is None or not _shows(edit):
            return self.picture(path)
        key = (path, _look_of(edit))
        if key not in self._edited:
            self._edited[key] = None
            while len(self._edited) > MAX_EDITED:
                del self._edited[next(iter(self._edited))]
            self.editedWanted.emit(*key)
        return self._edited.get(key) or self.picture(path)

    def rows_of(self, path: str) -> list[int]:
        return [number for number, row in enumerate(self._rows) if row.ref.path == path]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or not 0 <= index.row() < len(self._rows):
            return None
        row = self._rows[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return row.ref.name
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            return self._describe(index.row(), row)
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.trouble or self._describe(index.row(), row)
        if role == RefRole:
            return row.ref
        if role == PictureRole:
            if row.picture is None and row.ref.path not in self._asked:
                self._asked.add(row.ref.path)
                self.pictureWanted.emit(row.ref.path)
            return row.picture
        if role == EditedPictureRole:
            plain = self.data(index, PictureRole)
            return self.picture_as(row.ref.path, row.ref.edit) or plain
        if role == PendingRole:
            return row.pending
        if role == ProblemRole:
            return row.trouble
        if role == SeverityRole:
            return row.severity
        return None

    def _describe(self, number: int, row: MediaRow) -> str:
        kinds = {
            "image": QCoreApplication.translate("MediaModel", "Picture"),
            "video": QCoreApplication.translate("MediaModel", "Video"),
            "gif": QCoreApplication.translate("MediaModel", "Animation"),
        }
        parts = [
            QCoreApplication.translate("MediaModel", "{kind} {number} of {total}").format(
                kind=kinds.get(row.ref.kind, kinds["image"]),
                number=number + 1,
                total=len(self._rows),
            )
        ]
        if row.ref.width and row.ref.height:
            parts.append(f"{row.ref.width}×{row.ref.height}")
        if row.ref.size:
            parts.append(f"{row.ref.size / 1048576:.1f} MB")
        if row.ref.duration:
            parts.append(duration_text(row.ref.duration))
        if row.ref.edit is not None or row.ref.network_edits:
            parts.append(QCoreApplication.translate("MediaModel", "edited"))
        if row.ref.left_out:
            names = ", ".join(network_name(slug) for slug in sorted(row.ref.left_out))
            words = QCoreApplication.translate("MediaModel", "left out for {networks}")
            parts.append(words.format(networks=names))
        if row.ref.alt:
            parts.append(row.ref.alt)
        elif row.ref.kind != "video":
            parts.append(QCoreApplication.translate("MediaModel", "no description yet"))
        if row.trouble:
            parts.append(row.trouble)
        return ", ".join(parts)

    def flags(self, index: Index) -> Qt.ItemFlag:
        base = super().flags(index)
        if index.isValid():
            return base | Qt.ItemFlag.ItemIsDragEnabled
        return base | Qt.ItemFlag.ItemIsDropEnabled

    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction | Qt.DropAction.CopyAction

    def mimeTypes(self) -> list[str]:
        return [ROW_MIME, "text/uri-list"]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """The row, for the strip itself, and the user's own file, for other programs."""
        data = QMimeData()
        if indexes:
            row = indexes[0].row()
            data.setData(ROW_MIME, QByteArray(str(row).encode()))
            data.setUrls([QUrl.fromLocalFile(self._rows[row].ref.path)])
        return data

    # -- changing --------------------------------------------------------------------------

    def set_files(self, refs: Iterable[MediaRef]) -> None:
        """Show these files; nobody is told. Known pictures are kept."""
        self._facts_timer.stop()
        known = self._known_pictures()
        self.beginResetModel()
        self._rows = [MediaRow(ref, known.get(ref.path)) for ref in refs]
        self._asked = {row.ref.path for row in self._rows if row.picture is not None}
        self.endResetModel()

    def insert_files(
        self, refs: Sequence[MediaRef], at: int | None = None, *, notify: bool = True
    ) -> int:
        """Put new files before row ``at`` (None: at the end); returns the first new row.

        Without ``notify`` more of them follow, and `emit_files_changed` ends it. None may be lost,
        whatever comes before the end.
        """
        start = len(self._rows) if at is None else max(0, min(at, len(self._rows)))
        if not refs:
            return start
        self.beginInsertRows(QModelIndex(), start, start + len(refs) - 1)
        known = self._known_pictures()
        self._rows[start:start] = [MediaRow(ref, known.get(ref.path)) for ref in refs]
        self.endInsertRows()
        self._numbers_changed()
        if notify:
            self.emit_files_changed()
        else:
            self.filesArrived.emit()
        return start

    def remove(self, number: int) -> MediaRow | None:
        """Take one file out; gives its row, None when there was none."""
        if not 0 <= number < len(self._rows):
            return None
        self.beginRemoveRows(QModelIndex(), number, number)
        row = self._rows.pop(number)
        self.endRemoveRows()
        if not self.rows_of(row.ref.path):
            self._asked.discard(row.ref.path)
        self._numbers_changed()
        self.emit_files_changed()
        return row

    def _known_pictures(self) -> dict[str, QImage]:
        """The pictures that are here, by the paths of their files."""
        return {row.ref.path: row.picture for row in self._rows if row.picture is not None}

    def move(self, source: int, target: int) -> bool:
        """Move row ``source`` so that it becomes row ``target``."""
        last = len(self._rows) - 1
        target = max(0, min(target, last))
        if not 0 <= source <= last or source == target:
            return False
        before = target + 1 if target > source else target
        self.beginMoveRows(QModelIndex(), source, source, QModelIndex(), before)
        self._rows.insert(target, self._rows.pop(source))
        self.endMoveRows()
        self._numbers_changed()
        self.emit_files_changed()
        return True

    def set_picture(self, path: str, picture: QImage | None) -> None:
        for number in self.rows_of(path):
            self._rows[number].picture = picture
            self._touch(number, [PictureRole])

    def forget_picture(self, path: str) -> None:
        """Ask again for a picture, as after a change of the screen's pixel ratio."""
        self._asked.discard(path)
        self.set_picture(path, None)

    def set_edited(self, path: str, edit: Edit, picture: QImage) -> None:
        """A picture that `editedWanted` asked for."""
        key = (path, _look_of(edit))
        if key in self._edited:
            self._edited[key] = picture
            for number in self.rows_of(path):
                self._touch(number, [EditedPictureRole])

    def forget_edited(self, path: str) -> None:
        """The file has changed: pictures made of it say nothing any more."""
        for key in [key for key in self._edited if key[0] == path]:
            del self._edited[key]

    def set_facts(self, path: str, **facts: Any) -> None:
        """What a look into the file found: ``kind size width height duration`` (any of them)."""
        numbers = self.rows_of(path)
        changed = False
        for number in numbers:
            row = self._rows[number]
            found = replace(row.ref, **facts)
            changed = changed or found != row.ref
            row.ref = found
            row.pending = False
            self._touch(number, [RefRole, PendingRole, ProblemRole])
        if changed and not self._facts_timer.isActive():
            self._facts_timer.start()

    def set_hash(self, path: str, sha256: str) -> None:
        """The content of a file, as it is on the disk now."""
        changed = [n for n in self.rows_of(path) if self._rows[n].ref.sha256 != sha256]
        for number in changed:
            self._rows[number].ref = replace(self._rows[number].ref, sha256=sha256)
            self._touch(number, [RefRole])
        if changed and not self._facts_timer.isActive():
            self._facts_timer.start()

    def set_alt(self, number: int, alt: str) -> None:
        if 0 <= number < len(self._rows) and self._rows[number].ref.alt != alt:
            self._rows[number].ref = replace(self._rows[number].ref, alt=alt)
            self._touch(number, [RefRole])
            self.emit_files_changed()

    def set_edits(
        self, number: int, edit: Edit | None, network_edits: dict[str, Edit] | None = None
    ) -> bool:
        """What is done to one file: for every network, and for single ones by their slugs."""
        if not 0 <= number < len(self._rows):
            return False
        ref = self._rows[number].ref
        edits_by_network = {
            slug: network_edit
            for slug, network_edit in (network_edits or {}).items()
            if not is_nothing(network_edit)
        }
        new = replace(ref, edit=None if is_nothing(edit) else edit, network_edits=edits_by_network)
        if (new.edit, new.network_edits) == (ref.edit, ref.network_edits):
            return False
        self._rows[number].ref = new
        self._touch(number, [RefRole, EditedPictureRole])
        self.emit_files_changed()
        return True

    def set_problem(self, path: str, problem: str) -> None:
        for number in self.rows_of(path):
            if self._rows[number].problem != problem:
                self._rows[number].problem = problem
                self._rows[number].pending = False
                self._touch(number, [ProblemRole])

    def set_severities(self, by_file: dict[str, str]) -> None:
        """``{path or name: "error"|"warning"|"hint"}``: which tiles a check names."""
        changed = []
        for number, row in enumerate(self._rows):
            severity = by_file.get(row.ref.path) or by_file.get(row.ref.name) or ""
            if severity != row.severity:
                row.severity = severity
                changed.append(number)
        if changed:
            # One word for all: a view needs longer to hear of hundreds than to paint them.
            self.dataChanged.emit(self.index(changed[0]), self.index(changed[-1]), [SeverityRole])

    @Slot()
    def emit_facts_changed(self) -> None:
        """Say now what looks into files have found, if that was not said yet."""
        if self._facts_timer.isActive():
            self._facts_timer.stop()
            self.factsChanged.emit()

    def emit_files_changed(self) -> None:
        """Say that the files are others now, with what is known about them."""
        self._facts_timer.stop()
        self.filesChanged.emit()

    def _touch(self, number: int, roles: list[int]) -> None:
        index = self.index(number)
        self.dataChanged.emit(index, index, roles)

    def _numbers_changed(self) -> None:
        if self._rows:
            self.dataChanged.emit(
                self.index(0),
                self.index(len(self._rows) - 1),
                [int(Qt.ItemDataRole.AccessibleDescriptionRole)],
            )


def _shows(edit: Edit) -> bool:
    """Whether an edit changes what a small picture shows."""
    return bool(edit.crop is not None or edit.turns or edit.cover is not None or edit.mark)


def _look_of(edit: Edit) -> Edit:
    """What of an edit can be seen in a small picture: sizes and formats cannot."""
    return Edit(crop=edit.crop, turns=edit.turns, cover=edit.cover, mark=edit.mark)

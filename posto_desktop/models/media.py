"""List model of the files of a message, in order: the media strip.

Rows are ``core.draft.MediaRef`` records with display state (decoded picture, pending check,
problem). The model reads no files: jobs of the page provide pictures and facts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

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

from posto_desktop.common.locale_words import listed
from posto_desktop.core.edits import Edit, is_nothing
from posto_desktop.core.limits import network_name
from posto_desktop.models.numbers import decimal

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
"""Picture with the edit for all networks; PictureRole is the original."""

MAX_EDITED = 200
# Facts of hundreds of files arrive within a second, and each signal checks all of them.
FACTS_MS = 30


@dataclass
class MediaRow:
    """One tile. ``problem`` is a sentence; ``severity`` is "", "hint", "warning" or "error"."""

    ref: MediaRef
    picture: QImage | None = None
    pending: bool = True
    problem: str = ""
    severity: str = ""

    @property
    def trouble(self) -> str:
        """Return the problem of the file, from reading it or from its facts."""
        return self.problem or self.ref.problem


def duration_text(seconds: float | None) -> str:
    """Return ``"0:42"`` for ``42.3``, ``"1:02:05"`` for ``3725``; "" if unknown."""
    if seconds is None or seconds < 0:
        return ""
    whole = int(seconds + 0.5)
    hours, within_hour = divmod(whole, 3600)
    minutes, left = divmod(within_hour, 60)
    if hours:
        return f"{hours}:{minutes:02d}:{left:02d}"
    return f"{minutes}:{left:02d}"


class MessagePart(NamedTuple):
    """Part `number` of the `total` parts of the thread of a text (a key of `Draft.variants`)."""

    key: str = ""
    number: int = 0
    total: int = 1


class MediaModel(QAbstractListModel):
    """List of files that can be reordered: those of the shown part of the message (`show_part`).

    Signals: ``filesChanged()`` when the user changed files, order or descriptions;
    ``filesArrived()`` for a part of the added files, until ``filesChanged()``; ``factsChanged()``
    shortly after new facts; ``otherPartChanged()`` for a picture or a fact of a file of a part that
    is not shown; ``pictureWanted(path)`` when a view needs a picture,
    ``editedWanted(path, Edit)`` when it needs one with edits (answer with `set_edited`).
    """

    filesChanged = Signal()
    filesArrived = Signal()
    factsChanged = Signal()
    otherPartChanged = Signal()
    # Signals carry paths as object: QString would replace bytes that are not UTF-8, and so name
    # another file.
    pictureWanted = Signal(object)
    editedWanted = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        # Oldest first; None while it is being made.
        self._edited: dict[tuple[str, Edit], QImage | None] = {}
        self._all: list[MediaRow] = []  # of all parts, as the draft has them
        self._rows: list[MediaRow] = []  # of the shown part
        self._part = MessagePart()
        self._asked: set[str] = set()
        self._facts_timer = QTimer(self, singleShot=True, interval=FACTS_MS)
        self._facts_timer.timeout.connect(self.factsChanged)

    # -- reading ---------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def row(self, number: int) -> MediaRow:
        return self._rows[number]

    def refs(self) -> list[MediaRef]:
        """Return the files of all parts in order, as the draft stores them."""
        return [row.ref for row in self._all]

    def picture(self, path: str) -> QImage | None:
        for row in self._of_path(path):
            return row.picture
        return None

    def request_picture(self, path: str) -> QImage | None:
        """Return the picture of a file of any part; request it if it is not loaded."""
        for row in self._of_path(path):
            if row.picture is None and path not in self._asked:
                self._asked.add(path)
                self.pictureWanted.emit(path)
            return row.picture
        return None

    def _of_path(self, path: str) -> list[MediaRow]:
        return [row for row in self._all if row.ref.path == path]

    def picture_as(self, path: str, edit: Edit | None) -> QImage | None:
        """Return the edited picture of a file; the original until that is ready."""
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
        """Return the rows of a file in the shown part."""
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
            return self.request_picture(row.ref.path)
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
            #: {kind}: Picture, Video or Animation.
            QCoreApplication.translate("MediaModel", "{kind} {number} of {total}").format(
                kind=kinds.get(row.ref.kind, kinds["image"]),
                number=number + 1,
                total=len(self._rows),
            )
        ]
        if row.ref.width and row.ref.height:
            parts.append(f"{row.ref.width}×{row.ref.height}")
        if row.ref.size:
            parts.append(f"{decimal(row.ref.size / 1048576)} MB")
        if row.ref.duration:
            parts.append(duration_text(row.ref.sent_seconds))
        if row.ref.edit is not None or row.ref.network_edits:
            parts.append(QCoreApplication.translate("MediaModel", "edited"))
        if row.ref.left_out:
            names = listed(network_name(slug) for slug in sorted(row.ref.left_out))
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
        """Provide the row for reordering, and the original file for other programs."""
        data = QMimeData()
        if indexes:
            row = indexes[0].row()
            data.setData(ROW_MIME, QByteArray(str(row).encode()))
            data.setUrls([QUrl.fromLocalFile(self._rows[row].ref.path)])
        return data

    # -- changing --------------------------------------------------------------------------

    def set_files(self, refs: Iterable[MediaRef]) -> None:
        """Replace the files without emitting signals; loaded pictures are kept."""
        self._facts_timer.stop()
        known = self._known_pictures()
        self.beginResetModel()
        self._all = [MediaRow(ref, known.get(ref.path)) for ref in refs]
        self._rows = self._of_part()
        self._asked = {row.ref.path for row in self._all if row.picture is not None}
        self.endResetModel()

    @property
    def part(self) -> MessagePart:
        """Return the shown part."""
        return self._part

    def show_part(self, part: MessagePart) -> None:
        """Show the files of a part. Those of parts that are not there go with the last one."""
        if part == self._part:
            return
        self._part = part
        rows = self._of_part()
        if list(map(id, rows)) == list(map(id, self._rows)):
            return
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def _of_part(self) -> list[MediaRow]:
        key, number, total = self._part
        return [row for row in self._all if min(row.ref.part_in(key), total - 1) == number]

    def insert_files(
        self,
        refs: Sequence[MediaRef],
        at: int | None = None,
        *,
        notify: bool = True,
        part: MessagePart | None = None,
    ) -> int:
        """Insert files before row ``at`` (None: at the end); return the first new row. ``part`` is
        the one that they were added to, if it may not be shown any more.

        With ``notify`` off, more follow and `emit_files_changed` ends the batch. Every file is
        kept, even if the batch is interrupted.
        """
        start = len(self._rows) if at is None else max(0, min(at, len(self._rows)))
        if not refs:
            return start
        if part is not None and part[:2] != self._part[:2]:
            self.set_files([*self.refs(), *(ref.in_part("", part.number) for ref in refs)])
            self._emit_inserted(notify)
            return start
        self.beginInsertRows(QModelIndex(), start, start + len(refs) - 1)
        known = self._known_pictures()
        rows = [MediaRow(ref.in_part("", self._part.number), known.get(ref.path)) for ref in refs]
        place = len(self._all)
        if start < len(self._rows):
            place = self._place(self._rows[start])
        elif self._rows:
            place = self._place(self._rows[-1]) + 1
        self._all[place:place] = rows
        self._rows[start:start] = rows
        self.endInsertRows()
        self._numbers_changed()
        self._emit_inserted(notify)
        return start

    def _emit_inserted(self, notify: bool) -> None:
        if notify:
            self.emit_files_changed()
        else:
            self.filesArrived.emit()

    def remove(self, number: int) -> MediaRow | None:
        """Remove a file; return its row, None if there is none."""
        if not 0 <= number < len(self._rows):
            return None
        self.beginRemoveRows(QModelIndex(), number, number)
        row = self._rows.pop(number)
        del self._all[self._place(row)]
        self.endRemoveRows()
        if not self._of_path(row.ref.path):
            self._asked.discard(row.ref.path)
        self._numbers_changed()
        self.emit_files_changed()
        return row

    def _known_pictures(self) -> dict[str, QImage]:
        """Return the loaded pictures by path."""
        return {row.ref.path: row.picture for row in self._all if row.picture is not None}

    def place(self, number: int) -> int:
        """Return the place of a shown row among the files of all parts."""
        return self._place(self._rows[number])

    def _place(self, row: MediaRow) -> int:
        return next(number for number, candidate in enumerate(self._all) if candidate is row)

    def move(self, source: int, target: int) -> bool:
        """Move row ``source`` so that it becomes row ``target``."""
        last = len(self._rows) - 1
        target = max(0, min(target, last))
        if not 0 <= source <= last or source == target:
            return False
        before = target + 1 if target > source else target
        self.beginMoveRows(QModelIndex(), source, source, QModelIndex(), before)
        places = sorted(map(self._place, self._rows))
        self._rows.insert(target, self._rows.pop(source))
        for place, row in zip(places, self._rows, strict=True):
            self._all[place] = row
        self.endMoveRows()
        self._numbers_changed()
        self.emit_files_changed()
        return True

    def set_picture(self, path: str, picture: QImage | None) -> None:
        for row in self._of_path(path):
            row.picture = picture
        self._touch_file(path, [PictureRole])

    def forget_picture(self, path: str) -> None:
        """Request a picture again, for instance after a change of pixel ratio."""
        self._asked.discard(path)
        self.set_picture(path, None)

    def set_edited(self, path: str, edit: Edit, picture: QImage) -> None:
        """Set a picture requested by `editedWanted`."""
        key = (path, _look_of(edit))
        if key in self._edited:
            self._edited[key] = picture
            self._touch_file(path, [EditedPictureRole])

    def forget_edited(self, path: str) -> None:
        """Discard the pictures of a changed file."""
        for key in [key for key in self._edited if key[0] == path]:
            del self._edited[key]

    def set_facts(self, path: str, **facts: Any) -> None:
        """Set facts of a file: ``kind size width height duration`` (any of them)."""
        changed = False
        for row in self._of_path(path):
            ref = replace(row.ref, **facts)
            changed = changed or ref != row.ref
            row.ref = ref
            row.pending = False
        self._touch_file(path, [RefRole, PendingRole, ProblemRole])
        if changed and not self._facts_timer.isActive():
            self._facts_timer.start()

    def set_hash(self, path: str, sha256: str) -> None:
        """Set the fingerprint of the file's current content."""
        changed = [row for row in self._of_path(path) if row.ref.sha256 != sha256]
        for row in changed:
            row.ref = replace(row.ref, sha256=sha256)
        if changed:
            self._touch_file(path, [RefRole])
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
        """Set the edits of a file: for all networks, and for single ones by slug."""
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
        changed = [row for row in self._of_path(path) if row.problem != problem]
        for row in changed:
            row.problem = problem
            row.pending = False
        if changed:
            self._touch_file(path, [ProblemRole])

    def set_severities(self, by_file: dict[str, str]) -> None:
        """Set ``{path or name: "error"|"warning"|"hint"}`` from the checks."""
        changed = []
        shown = {id(row): number for number, row in enumerate(self._rows)}
        for row in self._all:
            severity = by_file.get(row.ref.path) or by_file.get(row.ref.name) or ""
            if severity != row.severity:
                row.severity = severity
                if id(row) in shown:
                    changed.append(shown[id(row)])
        if changed:
            # One signal for all: views handle hundreds of signals slower than one repaint.
            self.dataChanged.emit(self.index(changed[0]), self.index(changed[-1]), [SeverityRole])

    @Slot()
    def emit_facts_changed(self) -> None:
        """Emit a pending `factsChanged` now."""
        if self._facts_timer.isActive():
            self._facts_timer.stop()
            self.factsChanged.emit()

    def emit_files_changed(self) -> None:
        """Emit `filesChanged`, which includes new facts."""
        self._facts_timer.stop()
        self.filesChanged.emit()

    def _touch_file(self, path: str, roles: list[int]) -> None:
        rows = self.rows_of(path)
        for number in rows:
            self._touch(number, roles)
        if len(rows) < len(self._of_path(path)):
            self.otherPartChanged.emit()

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
    """Return True if an edit changes a thumbnail."""
    return bool(edit.crop is not None or edit.turns or edit.cover is not None or edit.mark)


def _look_of(edit: Edit) -> Edit:
    """Return the visible part of an edit: sizes and formats do not show in a thumbnail."""
    return Edit(crop=edit.crop, turns=edit.turns, cover=edit.cover, mark=edit.mark)

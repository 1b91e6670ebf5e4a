"""Steps of an import: read files, find the pictures of rows, remember the meaning of columns.

Functions for workers and commands: they may block on a slow disk.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Protocol
from urllib.parse import unquote, urlsplit

from posto_desktop.common.translation import translate
from posto_desktop.common.user_error import reason_of
from posto_desktop.core.campaign import CampaignMessage
from posto_desktop.core.checks import ScheduledText
from posto_desktop.core.importing import columns, dates, table_reader
from posto_desktop.core.importing.columns import Field
from posto_desktop.core.importing.media_names import PictureLookup
from posto_desktop.core.importing.problem import ImportProblem
from posto_desktop.core.importing.row_check import CheckedRow, ImportSetup, RowChoices, check_rows
from posto_desktop.core.importing.table import MAX_BYTES, ReadOptions, Table, TableRow
from posto_desktop.delivery.serial_worker import compute_pause
from posto_desktop.sdk.media_types import by_name
from posto_desktop.sdk.records import Schedule
from posto_desktop.storage import atomic, regular_files
from posto_desktop.storage.errors import StorageError

MEMORY_FILE = "import_columns.json"
"""File in the config folder with the last meaning of each column."""
_SCHEMA = 1
_MAX_REMEMBERED = 200
_MAX_LISTED = 20_000


class StepReporter(Protocol):
    """Who runs a step: a job of the app, or a command."""

    def check(self) -> None:
        """Raise to end the step."""
        ...

    def report(self, value: object) -> None:
        """Take the progress, an `ImportProgress`."""
        ...


@dataclass(frozen=True)
class ImportProgress:
    """Progress of a job: rows or pictures done, of `total` (0: unknown)."""

    done: int
    total: int = 0


def read_file(job: StepReporter, path: str, options: ReadOptions) -> Table:
    """Return the table in a file. Raises ImportProblem if there is none; reports
    `ImportProgress`."""
    place = Path(path)
    name = place.name or path
    try:
        facts = place.stat()
        if not stat.S_ISREG(facts.st_mode):
            raise ImportProblem(
                translate(
                    "Delivery", "{name} cannot be imported: it is not a regular file."
                ).format(name=name)
            )
        if facts.st_size > MAX_BYTES:
            raise table_reader.too_large(facts.st_size)
        with regular_files.open_file(place) as file:
            data = file.read(MAX_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        raise ImportProblem(
            translate("Delivery", "{name} was not found.").format(name=name)
        ) from None
    except PermissionError:
        raise ImportProblem(
            translate("Delivery", "{name} cannot be read: access denied.").format(name=name)
        ) from None
    except (OSError, ValueError) as error:
        why = reason_of(error, translate("Delivery", "its name cannot be used"))
        raise ImportProblem(
            translate("Delivery", "{name} cannot be read: {why}.").format(name=name, why=why)
        ) from None
    return table_reader.read(data, name, options, _steps(job))


def read_clipboard(job: StepReporter, html: str, text: str) -> Table:
    """Return the table copied from a spreadsheet. Raises ImportProblem if there is none."""
    return table_reader.read_pasted(html, text, _steps(job))


def _steps(job: StepReporter, total: int = 0) -> Callable[[int], None]:
    def step(done: int) -> None:
        job.check()
        compute_pause.keep()
        job.report(ImportProgress(done, total))

    return step


@dataclass(frozen=True)
class PreparedImport:
    """Initial interpretation of a table: the meaning of its columns, the order of its dates.

    `unclear`: the order is ambiguous and the user is asked. `remembered`: as for an earlier file
    with these names.
    """

    fields: tuple[Field, ...]
    order: dates.Order
    unclear: bool = False
    remembered: bool = False
    scheduled: tuple[ScheduledText, ...] = ()


def prepare(
    job: StepReporter,
    table: Table,
    has_names: bool,
    setup: ImportSetup,
    memory: ColumnMemory | None,
    scheduled_rows: Sequence[Schedule] = (),
    messages: Sequence[CampaignMessage] = (),
) -> PreparedImport:
    """Guess or recall how to read a table, and collect what is scheduled already.

    Of `setup` only the channels and the zone are used. `scheduled_rows` has the rows of the
    service, `messages` the campaign's present ones.
    """
    names, rows = table.names(has_names), table.rows(has_names)
    job.check()
    known = memory.recall(names) if memory is not None and has_names else None
    if known is not None:
        fields = known.fields
    else:
        fields = columns.guess(names, rows, setup.resolver.knows).fields
    job.check()
    orders = order_of(rows, fields, setup)
    if known is not None and known.order and orders.unclear:
        orders = dates.DateOrderGuess(known.order)
    scheduled = scheduled_texts_of(job, scheduled_rows, messages, setup)
    return PreparedImport(fields, orders.order, orders.unclear, known is not None, scheduled)


def scheduled_texts_of(
    job: StepReporter,
    scheduled_rows: Sequence[Schedule],
    messages: Sequence[CampaignMessage],
    setup: ImportSetup,
) -> tuple[ScheduledText, ...]:
    """Return the unsent posts and the campaign's present messages by channel, time and text."""
    texts = []
    for at, row in enumerate(scheduled_rows):
        if at % 1_000 == 0:
            job.check()
        waits = row.status in ("not_sent", "sending", "draft")
        if waits and row.text and row.send_at is not None and row.send_at >= setup.now:
            texts.append(ScheduledText.of(row.channel_id, row.send_at, row.text))
    for message in messages:
        ids = setup.ticked if message.channel_ids is None else message.channel_ids
        if message.text.strip():
            texts += [
                ScheduledText.of(channel_id, message.when, message.text) for channel_id in ids
            ]
    return tuple(texts)


def order_of(
    rows: Sequence[TableRow], fields: Sequence[Field], setup: ImportSetup
) -> dates.DateOrderGuess:
    """Return the order of day and month in the column of days."""
    column = next((at for at, field in enumerate(fields) if field in ("when", "date")), -1)
    cells = [row.cells[column] for row in rows] if column >= 0 else []
    return dates.order_of(cells, setup.zone)


def check(
    job: StepReporter,
    rows: Sequence[TableRow],
    setup: ImportSetup,
    choices: RowChoices,
    finder: PictureFinder,
    before: Mapping[int, CheckedRow] | None,
) -> list[CheckedRow]:
    """Return each row with its problems; reports `ImportProgress`."""
    step = _steps(job, len(rows))
    return check_rows(rows, setup, choices, finder.look, before=before, step=step)


# Pictures


@dataclass(frozen=True)
class PictureFinder:
    """Finds the files of rows: beside the imported file, or where the user said.

    `folder` "": the rows were pasted; `kind` is that of their table. `located` maps names in rows
    to files, `folders` are further places to search.
    """

    folder: str = ""
    kind: str = ""
    located: Mapping[str, str] = field(default_factory=dict)
    folders: tuple[str, ...] = ()
    _listed: dict[str, dict[str, str]] = field(default_factory=dict, compare=False, repr=False)

    def look(self, name: str) -> PictureLookup:
        """Return the file for `name`, or a sentence if there is none."""
        chosen = self.located.get(name)
        if chosen is not None:
            return self._at(Path(chosen), Path(chosen).name) or PictureLookup(
                problem=translate("Delivery", "{name} was not found").format(name=Path(chosen).name)
            )
        if len(name) > 1_000 or "\0" in name:
            return PictureLookup(
                problem=translate("Delivery", "“{name}…” is not a file name").format(name=name[:40])
            )
        path = _local(name)
        base = PureWindowsPath(path).name if "\\" in path else PurePosixPath(path).name
        if path.startswith(("\\\\", "//")):
            # Opening a file of another computer would reveal the user to it.
            return PictureLookup(
                problem=translate(
                    "Delivery", "{name} is on another computer; copy it to this one"
                ).format(name=base or name)
            )
        if by_name(base) is None:
            return PictureLookup(
                problem=translate("Delivery", "“{name}” is not a picture or video").format(
                    name=_cut(base or name)
                )
            )
        return self._search(path, base) or PictureLookup(problem=self._missing(base))

    def _search(self, path: str, base: str) -> PictureLookup | None:
        places: list[Path] = []
        roots = [root for root in (self.folder, *self.folders) if root]
        if _is_absolute(path):
            places.append(Path(path).expanduser())
        else:
            relative = path.replace("\\", "/")
            places += [Path(root, relative) for root in roots]
        # A path of another computer: the file may have been copied along.
        places += [Path(root, base) for root in roots]
        for place in places:
            lookup = self._at(place, base)
            if lookup is not None:
                return lookup
        for root in roots:
            same = self._names(root).get(base.casefold())
            if same is not None:
                return self._at(Path(root, same), same)
        return None

    def _at(self, place: Path, name: str) -> PictureLookup | None:
        try:
            facts = place.stat()
        except (OSError, ValueError, RuntimeError):
            return None
        if not stat.S_ISREG(facts.st_mode):
            return PictureLookup(
                problem=translate("Delivery", "{name} is not a file").format(name=name)
            )
        if facts.st_size == 0:
            return PictureLookup(
                problem=translate("Delivery", "{name} is empty (0 bytes)").format(name=name)
            )
        return PictureLookup(os.path.normpath(place.absolute()))

    def _names(self, root: str) -> dict[str, str]:
        """Return the names in a folder by their lower case, as on case-insensitive systems."""
        if root not in self._listed:
            names: dict[str, str] = {}
            try:
                with os.scandir(root) as entries:
                    for number, entry in enumerate(entries):
                        names.setdefault(entry.name.casefold(), entry.name)
                        if number > _MAX_LISTED:
                            break
            except OSError:
                pass
            self._listed[root] = names
        return self._listed[root]

    def _missing(self, name: str) -> str:
        if not self.folder:
            return translate(
                "Delivery", "{name} was not found: a pasted row needs the whole path of its picture"
            ).format(name=name)
        match self.kind:
            case "csv":
                sentence = translate("Delivery", "{name} was not found beside the CSV file")
            case "excel":
                sentence = translate("Delivery", "{name} was not found beside the workbook")
            case "json":
                sentence = translate("Delivery", "{name} was not found beside the JSON file")
            case _:
                sentence = translate("Delivery", "{name} was not found beside the file")
        return sentence.format(name=name)


def _local(name: str) -> str:
    """Return the path of a `file:` address; other names unchanged."""
    if not name.lower().startswith("file:"):
        return name
    try:
        parts = urlsplit(name)
    except ValueError:
        return name
    path = unquote(parts.path)
    if parts.netloc not in ("", "localhost"):
        return f"//{parts.netloc}{path}"
    # "/C:/plan/a.jpg"
    return path[1:] if len(path) > 2 and path[0] == "/" and path[2] == ":" else path


def _is_absolute(path: str) -> bool:
    return path.startswith(("/", "~")) or PureWindowsPath(path).is_absolute()


def _cut(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"


# What columns meant


@dataclass(frozen=True)
class RememberedColumns:
    """Meaning of a file's columns, and the order of its dates ("" if unambiguous)."""

    fields: tuple[Field, ...]
    order: dates.Order | None = None


class ColumnMemory:
    """Stores the meaning of columns by their names. Call it inside a job."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def recall(self, names: Sequence[str]) -> RememberedColumns | None:
        """Return the last meaning of these columns; None if they are new."""
        key = _key(names)
        for entry in self._entries():
            if entry.get("names") == key:
                return _remembered(entry, len(names))
        return None

    def keep(
        self, names: Sequence[str], fields: Sequence[Field], order: dates.Order | None
    ) -> None:
        """Remember it for the next file with these names. Ignores a full disk: the columns are
        guessed again."""
        key = _key(names)
        if not any(key):
            return
        older = [entry for entry in self._entries() if entry.get("names") != key]
        entry = {"names": key, "fields": list(fields), "order": order or ""}
        try:
            atomic.write_json(
                self._path, {"schema": _SCHEMA, "sets": [entry, *older][:_MAX_REMEMBERED]}
            )
        except StorageError:
            return

    def _entries(self) -> list[dict[str, object]]:
        try:
            stored = atomic.read_json(self._path, {})
        except StorageError:
            return []
        if not isinstance(stored, dict) or stored.get("schema") != _SCHEMA:
            return []
        sets = stored.get("sets")
        return (
            [entry for entry in sets if isinstance(entry, dict)] if isinstance(sets, list) else []
        )


def _key(names: Sequence[str]) -> list[str]:
    return [columns.key_of(name) for name in names]


def _remembered(entry: Mapping[str, object], width: int) -> RememberedColumns | None:
    fields = entry.get("fields")
    if not isinstance(fields, list) or len(fields) != width:
        return None
    known = [
        field
        if isinstance(field, str) and (field in columns.FIELDS or field.startswith("text:"))
        else ""
        for field in fields
    ]
    order = entry.get("order")
    return RememberedColumns(
        tuple(known), next((candidate for candidate in dates.ORDERS if candidate == order), None)
    )


def remember(
    _job: StepReporter,
    memory: ColumnMemory,
    names: Sequence[str],
    fields: Sequence[Field],
    order: dates.Order | None,
) -> None:
    """`ColumnMemory.keep` as a job."""
    memory.keep(names, fields, order)

"""One import, from the file to the messages: its choices and the jobs that follow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import cast

from PySide6.QtCore import QObject, Signal, Slot

from posto_desktop.common.user_error import message_of
from posto_desktop.core.account_outlook import AccountOutlook, AccountsByChannel
from posto_desktop.core.campaign import Campaign, CampaignMessage
from posto_desktop.core.campaign_outlook import messages_outlook
from posto_desktop.core.importing import dates
from posto_desktop.core.importing.channel_resolver import ChannelResolver
from posto_desktop.core.importing.columns import Field, with_field
from posto_desktop.core.importing.messages import addresses, messages_of
from posto_desktop.core.importing.row_check import CheckedRow, ImportSetup, RowChoices
from posto_desktop.core.importing.sample import sample_csv
from posto_desktop.core.importing.table import ReadOptions, Table, TableRow
from posto_desktop.delivery import import_steps
from posto_desktop.delivery.import_steps import (
    ColumnMemory,
    ImportProgress,
    PictureFinder,
    PreparedImport,
)
from posto_desktop.sdk.records import Channel, Schedule
from posto_desktop.storage import atomic
from posto_desktop.workers import import_jobs
from posto_desktop.workers.latest_job import LatestJob
from posto_desktop.workers.media_import import ImportedMedia
from posto_desktop.workers.runner import Job, JobRunner


@dataclass(frozen=True)
class ImportContext:
    """Context of an import: channels, clock, scheduled posts.

    `clock` returns aware UTC. `scheduled_rows` has the rows of the service, `messages` the
    campaign's present ones: duplicates are reported. `memory` is the file with the meaning of
    columns, `folder` the place for downloaded pictures (None: no downloads). `name`: the campaign's
    name. `accounts` are those of this computer, by the ids of their channels.
    """

    zone: tzinfo
    clock: Callable[[], datetime]
    channels: Sequence[Channel] = ()
    ticked: Sequence[int] = ()
    scheduled_rows: Sequence[Schedule] = ()
    messages: Sequence[CampaignMessage] = ()
    memory: Path | None = None
    folder: Path | None = None
    name: str = ""
    accounts: AccountsByChannel = field(default_factory=dict)


def import_outlook(_job: Job, context: ImportContext, rows: Sequence[CheckedRow]) -> AccountOutlook:
    """Job: what the accounts mean for the rows that bring their own times."""
    messages = messages_of(rows, {})
    timed = [(message, message.when) for message in messages if message.when is not None]
    campaign = Campaign(channel_ids=tuple(context.ticked))
    channels = {channel.id: channel for channel in context.channels}
    lately = context.clock() - timedelta(days=1)
    waiting = [
        (row.send_at, row.channel_id)
        for row in context.scheduled_rows
        if row.status in ("not_sent", "success")
        and row.send_at is not None
        and row.send_at > lately
    ]
    return messages_outlook(campaign, timed, channels, context.accounts, waiting)


class ImportSession(QObject):
    """Reads, checks and downloads with jobs; the calls return at once.

    Signals:
        read(Table): the table; `prepared` and `checked` follow.
        refused(str): it could not be read, and why.
        prepared(): the meaning of columns or the order of dates changed.
        checked(list[CheckedRow]): all rows, after every change.
        progress(str, int, int): "read", "check" or "fetch", done, total (0: unknown).
        finished(list[CampaignMessage]): the result of `finish`.
        stopped(): reading or downloading was cancelled.
        sampleSaved(Path): the file of `save_sample`.
    """

    read = Signal(object)
    refused = Signal(str)
    prepared = Signal()
    checked = Signal(object)
    progress = Signal(str, int, int)
    finished = Signal(object)
    stopped = Signal()
    sampleSaved = Signal(object)

    def __init__(
        self, runner: JobRunner, place: ImportContext, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._runner = runner
        self._place = place
        self._memory = ColumnMemory(place.memory) if place.memory is not None else None
        self._reading = LatestJob(runner, self)
        self._reading.done.connect(self._is_read)
        self._preparing = LatestJob(runner, self)
        self._preparing.done.connect(self._is_prepared)
        self._fetching = LatestJob(runner, self)
        self._fetching.done.connect(self._is_fetched)
        self._steps = (self._reading, self._preparing, self._fetching)
        for step in self._steps:
            step.failed.connect(self._failed)
            step.cancelled.connect(self.stopped)
        self._checking = LatestJob(runner, self)
        self._checking.done.connect(self._is_checked)
        self._checking.failed.connect(self._check_failed)
        self._reading.progress.connect(self._read_on)
        self._checking.progress.connect(self._checked_on)
        self._fetching.progress.connect(self._fetched_on)
        self._saving = LatestJob(runner, self)
        self._saving.done.connect(self.sampleSaved)
        self._saving.failed.connect(self._failed)
        self._known: dict[int, CheckedRow] = {}
        self._setup = ImportSetup(
            (),
            "dmy",
            place.zone,
            place.clock(),
            ChannelResolver(place.channels, place.ticked),
            tuple(place.ticked),
        )
        self._finder = PictureFinder()
        self._source = ""
        self._own_times = True
        self.table: Table | None = None
        self.options = ReadOptions()
        self.has_names = False
        self.order_unclear = False
        self.remembered = False
        self.choices = RowChoices()
        self.rows: list[TableRow] = []
        self.checked_rows: list[CheckedRow] = []
        self.changes = 0
        """Number of edited cells."""
        self.lost: dict[str, str] = {}
        """Reasons of failed downloads, by address."""

    # -- reading -------------------------------------------------------------------------------

    @property
    def fields(self) -> tuple[Field, ...]:
        """Return the meaning of each column."""
        return self._setup.fields

    @property
    def order(self) -> dates.Order:
        return self._setup.order

    @property
    def resolver(self) -> ChannelResolver:
        return self._setup.resolver

    @property
    def is_checking(self) -> bool:
        """Return whether a check is running, so `checked_rows` is outdated."""
        return self._checking.is_running

    def open_file(self, path: str, options: ReadOptions | None = None) -> None:
        """Read a file; `options` override detected settings."""
        self._source = path
        self.options = options or ReadOptions()
        self._read_anew(import_steps.read_file, path, self.options)

    def paste(self, html: str, text: str) -> None:
        """Read the clipboard's content of a spreadsheet."""
        self._source = ""
        self.options = ReadOptions()
        self._read_anew(import_steps.read_clipboard, html, text)

    def set_options(self, options: ReadOptions) -> None:
        """Read the same file again with these options."""
        if self._source and options != self.options:
            self.open_file(self._source, options)

    def use_sample(self) -> None:
        """Read the sample table, as if it was pasted."""
        self.paste("", self._sample("\t").decode("utf-8-sig"))

    def _sample(self, separator: str) -> bytes:
        """Return a sample table with the ticked channels."""
        place = self._place
        names = [channel.name for channel in place.channels if channel.id in place.ticked]
        return sample_csv(place.clock().astimezone(place.zone), names, separator)

    def save_sample(self, path: Path, separator: str) -> None:
        """Write the sample table; emit `sampleSaved` or `refused`."""
        self._saving.start(_write, path, self._sample(separator))

    def stop(self) -> None:
        """Cancel reading or downloading; emit `stopped`."""
        for step in self._steps:
            step.cancel()

    def _read_anew(self, job: Callable[..., object], *values: object) -> None:
        for step in (*self._steps, self._checking):
            step.forget()
        self._reading.start(job, *values)

    @Slot(object)
    def _is_read(self, table: object) -> None:
        self.table = cast(Table, table)
        folder = str(Path(self._source).absolute().parent) if self._source else ""
        self._finder = PictureFinder(folder, self.table.kind)
        self.has_names = self.table.has_names
        self.read.emit(self.table)
        self._prepare()

    @Slot(object)
    def _failed(self, error: object) -> None:
        self.refused.emit(message_of(error, self.tr("It cannot be read.")))

    @Slot(object)
    def _read_on(self, value: object) -> None:
        if isinstance(value, ImportProgress):
            self.progress.emit("read", value.done, value.total)

    # -- choosing ------------------------------------------------------------------------------

    def set_has_names(self, on: bool) -> None:
        """Set whether the first row names the columns."""
        if self.table is not None and on != self.has_names and not self.table.names_fixed:
            self.has_names = on
            self._prepare()

    def set_field(self, column: int, field: Field) -> None:
        """Set the meaning of a column."""
        fields = with_field(self.fields, column, field)
        if fields == self.fields:
            return
        before = [at for at, meaning in enumerate(self.fields) if meaning in ("when", "date")]
        self._setup = replace(self._setup, fields=fields)
        if before != [at for at, meaning in enumerate(fields) if meaning in ("when", "date")]:
            orders = import_steps.order_of(self.rows, fields, self._setup)
            self._setup = replace(self._setup, order=orders.order)
            self.order_unclear = orders.unclear
        self.prepared.emit()
        self._check(afresh=True)

    def set_order(self, order: dates.Order) -> None:
        """Set the order of day and month."""
        asked, self.order_unclear = self.order_unclear, False
        if order != self.order:
            self._setup = replace(self._setup, order=order)
            self._check(afresh=True)
        if asked:
            self.prepared.emit()

    def edit(self, number: int, column: int, text: str) -> None:
        """Change a cell; the file stays unchanged."""
        for at, row in enumerate(self.rows):
            if row.number == number and 0 <= column < len(row.cells):
                cells = (*row.cells[:column], text, *row.cells[column + 1 :])
                self.rows[at] = replace(row, cells=cells)
                self.changes += 1
                self._check()
                return

    def leave_out(self, numbers: Sequence[int], on: bool = True) -> None:
        """Exclude rows from the import, or include them again."""
        before, chosen = self.choices.left_out, frozenset(numbers)
        self.choices = replace(self.choices, left_out=before | chosen if on else before - chosen)
        self._check()

    def keep(self, numbers: Sequence[int]) -> None:
        """Import rows although they are duplicates."""
        self.choices = replace(
            self.choices, kept_duplicates=self.choices.kept_duplicates | frozenset(numbers)
        )
        self._check()

    def locate(self, name: str, path: str) -> None:
        """Set the file of a picture name; other pictures may be in its folder, too."""
        finder = self._finder
        folders = dict.fromkeys((*finder.folders, str(Path(path).parent)))
        self._finder = PictureFinder(
            finder.folder, finder.kind, {**finder.located, name: path}, tuple(folders)
        )
        self._check(afresh=True)

    # -- checking ------------------------------------------------------------------------------

    def _prepare(self) -> None:
        assert self.table is not None
        self.rows = self.table.rows(self.has_names)
        self.choices = RowChoices()
        self.changes = 0
        self._preparing.start(
            import_steps.prepare,
            self.table,
            self.has_names,
            replace(self._setup, now=self._place.clock()),
            self._memory,
            self._place.scheduled_rows,
            self._place.messages,
        )

    @Slot(object)
    def _is_prepared(self, value: object) -> None:
        made = cast(PreparedImport, value)
        self._setup = replace(
            self._setup, fields=made.fields, order=made.order, scheduled=made.scheduled
        )
        self.order_unclear, self.remembered = made.unclear, made.remembered
        self.prepared.emit()
        self._check(afresh=True)

    def _check(self, *, afresh: bool = False) -> None:
        if afresh:
            self._known = {}
            self._setup = replace(self._setup, now=self._place.clock())
        self._checking.start(
            import_steps.check,
            list(self.rows),
            self._setup,
            self.choices,
            self._finder,
            self._known,
        )

    @Slot(object)
    def _is_checked(self, value: object) -> None:
        self.checked_rows = cast(list[CheckedRow], value)
        self._known = {checked_row.row.number: checked_row for checked_row in self.checked_rows}
        self.checked.emit(self.checked_rows)

    @Slot(object)
    def _check_failed(self, error: object) -> None:
        self.refused.emit(message_of(error, self.tr("It cannot be checked.")))

    @Slot(object)
    def _checked_on(self, value: object) -> None:
        if isinstance(value, ImportProgress):
            self.progress.emit("check", value.done, value.total)

    # -- ending --------------------------------------------------------------------------------

    def finish(self, *, own_times: bool = True) -> None:
        """Make messages of the usable rows after downloading their pictures; emit `finished`.
        Remembers the meaning of columns."""
        self._own_times = own_times
        if self._memory is not None and self.table is not None and self.has_names:
            names = self.table.names(True)
            handle = self._runner.submit(
                import_steps.remember, self._memory, names, self.fields, self.order, parent=self
            )
            handle.done.connect(self._remembered)
        urls = addresses(self.checked_rows)
        if not urls or self._place.folder is None:
            self.finished.emit(messages_of(self.checked_rows, {}, own_times=own_times))
            return
        self._fetching.start(import_jobs.fetch, urls, self._place.folder, pool="net")

    @Slot(object)
    def _remembered(self, _nothing: object) -> None:
        """Ignore the result."""

    @Slot(object)
    def _fetched_on(self, value: object) -> None:
        if isinstance(value, ImportProgress):
            self.progress.emit("fetch", value.done, value.total)

    @Slot(object)
    def _is_fetched(self, value: object) -> None:
        taken = cast(list[ImportedMedia], value)
        self.lost = {media.source: media.problem for media in taken if media.problem}
        files = {media.source: media.path for media in taken if media.path}
        self.finished.emit(messages_of(self.checked_rows, files, own_times=self._own_times))


def _write(_job: Job, path: Path, content: bytes) -> Path:
    atomic.write_bytes(path, content, mode=0o644)
    return path

"""What is done to rows of the schedule: with the bulk bar, the menu, keys and the inspector."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Slot
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut

from posto_desktop.core.copies import by_message
from posto_desktop.core.moves import MOVABLE
from posto_desktop.models import words
from posto_desktop.models.schedule_hints import not_retried, why_not
from posto_desktop.sdk.records import Schedule
from posto_desktop.ui.schedule.bulk_bar import HEIGHT as BAR_HEIGHT
from posto_desktop.ui.schedule.part import Part
from posto_desktop.ui.widgets.confirm import Confirm, ask_send_again
from posto_desktop.ui.widgets.menu import Menu

if TYPE_CHECKING:
    from posto_desktop.ui.schedule.page import SchedulePage

__all__ = ["Acting"]

MOST_COPIES = 200
"""Messages that are duplicated at once: more drafts are of no use to anybody."""


class Acting(Part):
    """Asks for what the user wants with the ticked rows, else with the current one."""

    def __init__(self, page: SchedulePage) -> None:
        super().__init__(page)
        self._channel_links: dict[int, str] = {}
        self.ask_now: Callable[[], bool] = lambda: True
        """Whether sending at once is asked about first."""
        table, bulk = page.table, page.bulk
        page.model.ticksChanged.connect(self.follow_ticks)
        table.linkClicked.connect(self._open_link)
        table.keyRequested.connect(self._key)
        table.menuRequested.connect(self.show_menu)
        bulk.retryClicked.connect(self.retry)
        bulk.rescheduleClicked.connect(self.reschedule)
        bulk.sendNowClicked.connect(self.send_now)
        bulk.duplicateClicked.connect(self.duplicate)
        bulk.openClicked.connect(self.open_post)
        bulk.deleteClicked.connect(self.delete)
        bulk.closed.connect(self._untick)
        # A key of the table alone: elsewhere it is a letter.
        key = QShortcut(QKeySequence("S"), table)
        key.setContext(Qt.ShortcutContext.WidgetShortcut)
        key.activated.connect(self.reschedule)

    def set_channel_links(self, links: dict[int, str]) -> None:
        """Tell where a channel can be looked at, by its id, for "Open … and look"."""
        self._channel_links = dict(links)

    # --- what it would act on ---------------------------------------------------------------------

    def rows(self) -> list[Schedule]:
        """Return what the buttons act on: the ticked rows, else the current one."""
        model = self.page.model
        ticked = model.ticked()
        if ticked:
            return ticked
        key = self.page.table.current_id()
        if key is None or model.row_of(key) < 0:
            return []
        schedule = model.schedule(key)
        return [schedule] if schedule is not None else []

    def _of(self, rows: list[Schedule], what: str) -> list[int]:
        """Return the ids of the rows for which an action makes sense."""
        status = self.page.model.status_by_id
        if what == "retry":
            # Posts that may be live already are never retried together with others.
            return [one.id for one in rows if status(one.id) == "failed"]
        if what == "send_now":
            return [one.id for one in rows if one.status == "missed"]
        return [one.id for one in rows if one.status != "sending"]

    @Slot()
    def follow_ticks(self) -> None:
        """Let the bar say what the ticked rows allow."""
        page, model = self.page, self.page.model
        # One pass over plain rows: all 100,000 may be ticked.
        rows = model.ticked_rows()
        if not rows:
            current = [model.row_by_id(one.id) for one in self.rows()]
            rows = [row for row in current if row is not None]
        said = Counter([row.schedule.status for row in rows])
        waiting = said["not_sent"] + said["missed"]
        page.bulk.show_for(
            len(rows),
            retry=sum(row.status == "failed" for row in rows),
            send_now=said["missed"],
            reschedule=waiting,
            duplicate=0 < _messages(row.schedule for row in rows) <= MOST_COPIES,
            link=len(rows) == 1 and bool(rows[0].schedule.link),
            delete=len(rows) - said["sending"],
        )
        shown = model.tick_count() > 0
        if shown == page.bulk.isHidden():
            page.bulk.setVisible(shown)
            page.barMoved.emit()
        page.table.set_space_below(BAR_HEIGHT + 32 if shown else 0)
        if shown:
            page.bulk.raise_()

    @Slot()
    def _untick(self) -> None:
        self.page.model.tick_all(False)
        self.page.table.setFocus()

    # --- actions ----------------------------------------------------------------------------------

    @Slot()
    def retry(self) -> None:
        """Retry what has failed. What may be published already is left out; alone it is asked
        about."""
        rows, status = self.rows(), self.page.model.status_by_id
        failed = self._of(rows, "retry")
        unclear = [one for one in rows if status(one.id) == "needs_you"]
        if failed:
            self.page.model.tick_all(False)
            self.page.retryRequested.emit(failed)
            if unclear:
                self.page.hintGiven.emit(not_retried(len(unclear)))
        elif len(unclear) == len(rows) == 1:
            self.fix("send_again", rows[0])
        else:
            self._say_why("retry", rows)

    @Slot()
    def send_now(self) -> None:
        self._send_now(self._of(self.rows(), "send_now"))

    def _send_now(self, ids: list[int]) -> None:
        """Send what was missed; not without a question, where the settings want one."""

        def send() -> None:
            self.page.model.tick_all(False)
            self.page.sendNowRequested.emit(ids)

        if not ids:
            return
        if not self.ask_now():
            send()
            return
        posts = words.posts(len(ids))
        question = Confirm(
            self.tr("Send {posts} now?").format(posts=posts),
            self.tr("What is sent at once cannot be taken back."),
            self.tr("Send {posts} now").format(posts=posts),
            danger=False,
            parent=self.page,
        )
        question.accepted.connect(send)
        question.open()

    def _say_why(self, what: str, rows: list[Schedule]) -> None:
        """Say why nothing is done."""
        status = self.page.model.status_by_id
        said = why_not(what, rows, {status(one.id) for one in rows})
        if said:
            self.page.hintGiven.emit(said)

    @Slot()
    def delete(self) -> None:
        rows = self.rows()
        ids = self._of(rows, "delete")
        if not ids:
            self._say_why("delete", rows)
        self._delete(ids)

    def _delete(self, ids: list[int]) -> None:
        if not ids:
            return
        page = self.page
        page.model.tick_all(False)
        going = set(ids)
        if page.table.current_id() in going and not self._move_off(going):
            page.inspecting.shut()
        page.model.hide(ids)
        page.deleteRequested.emit(ids)

    def _move_off(self, going: set[int]) -> bool:
        """Let the row after the deleted ones be the current one, else the row before them; False
        when there is none."""
        model, table = self.page.model, self.page.table
        start = table.currentIndex().row()
        for row in (*range(start + 1, model.rowCount()), *range(start - 1, -1, -1)):
            schedule = model.schedule_at(row)
            if schedule is not None and schedule.id not in going:
                table.set_current(schedule.id)
                return True
        return False

    def can_reschedule(self) -> bool:
        """Whether something of what would be acted on waits for its time."""
        return any(one.status in MOVABLE and one.send_at is not None for one in self.rows())

    @Slot()
    def reschedule(self) -> None:
        """Ask for other times for what waits for its time."""
        rows = self.rows()
        if self.can_reschedule():
            self.page.rescheduleRequested.emit(rows)
        else:
            self._say_why("reschedule", rows)

    @Slot()
    def duplicate(self) -> None:
        if not self.can_duplicate():
            if self.rows():
                text = self.tr("Up to {count} messages are duplicated at once.")
                self.page.hintGiven.emit(text.format(count=MOST_COPIES))
            return
        messages = by_message(self.rows())
        self.page.model.tick_all(False)
        if len(messages) == 1:
            self.page.duplicateRequested.emit(messages[0])
        else:
            self.page.duplicatesRequested.emit(messages)

    def can_duplicate(self) -> bool:
        """Whether there is something to duplicate, and not too much."""
        return 0 < _messages(self.rows()) <= MOST_COPIES

    @Slot(object)
    def duplicate_one(self, schedule: Schedule) -> None:
        self.page.duplicateRequested.emit([schedule])

    @Slot()
    def copy_text(self) -> None:
        rows = self.rows()
        if len(rows) == 1:
            QGuiApplication.clipboard().setText(rows[0].text)

    @Slot()
    def open_post(self) -> None:
        rows = self.rows()
        if len(rows) == 1 and rows[0].link:
            self.page.openRequested.emit(rows[0].link)

    @Slot(object)
    def _open_link(self, schedule: Schedule) -> None:
        if schedule.link:
            self.page.openRequested.emit(schedule.link)

    @Slot(str)
    def _key(self, what: str) -> None:
        {"retry": self.retry, "delete": self.delete, "duplicate": self.duplicate}[what]()

    @Slot(str, object)
    def fix(self, what: str, schedule: Schedule) -> None:
        """Do what a button under the reason of a post says."""
        page = self.page
        if what == "retry":
            page.retryRequested.emit([schedule.id])
        elif what == "there":
            page.resolveRequested.emit([schedule.id], "there")
        elif what == "send_again":
            ids = [schedule.id]
            ask = ask_send_again(page, schedule.network)
            ask.accepted.connect(lambda: page.resolveRequested.emit(ids, "send_again"))
            ask.open()
        elif what == "delete":
            self._delete([schedule.id])
        elif what == "send_now":
            self._send_now([schedule.id])
        elif what == "reschedule":
            page.rescheduleRequested.emit([schedule])
        elif what == "look":
            url = schedule.link or self._channel_links.get(schedule.channel_id, "")
            if url:
                page.openRequested.emit(url)

    # --- the menu ---------------------------------------------------------------------------------

    @Slot(QPoint)
    def show_menu(self, place: QPoint) -> None:
        """Open the menu of the rows at a place of the screen."""
        self.make_menu().popup(place)

    def make_menu(self) -> Menu:
        """Return the actions of the rows that they would act on; it deletes itself on close."""
        menu = Menu(self.page)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        rows = self.rows()
        menu.add(
            self.tr("Open inspector"), "panel-right", self.page.inspecting.open, shortcut="Return"
        )
        if len(rows) == 1 and self.page.model.status_by_id(rows[0].id) == "needs_you":
            menu.add(self.tr("Send it again…"), "send", self.retry, shortcut="R")
        else:
            retry = menu.add(self.tr("Retry"), "rotate-cw", self.retry, shortcut="R")
            retry.setEnabled(bool(self._of(rows, "retry")))
        if self._of(rows, "send_now"):
            asks = self.ask_now()
            said = self.tr("Send now…") if asks else self.tr("Send now")
            menu.add(said, "send", self.send_now)
        later = menu.add(self.tr("Reschedule…"), "calendar-clock", self.reschedule, shortcut="S")
        later.setEnabled(self.can_reschedule())
        copy = menu.add(self.tr("Duplicate"), "copy", self.duplicate, shortcut="Ctrl+D")
        copy.setEnabled(self.can_duplicate())
        if len(rows) == 1 and rows[0].text:
            menu.add(self.tr("Copy text"), "clipboard-copy", self.copy_text)
        link = menu.add(self.tr("Open post"), "external-link", self.open_post)
        link.setEnabled(len(rows) == 1 and bool(rows[0].link))
        menu.add(self.tr("Export…"), "download", self.page.exportRequested.emit)
        menu.addSeparator()
        count = len(self._of(rows, "delete"))
        said = self.tr("Delete")
        if count > 1:
            said = self.tr("Delete {posts}").format(posts=words.posts(count))
        delete = menu.add(said, "trash-2", self.delete, shortcut="Del", danger=True)
        delete.setEnabled(count > 0)
        return menu


def _messages(rows: Iterable[Schedule]) -> int:
    """How many messages the rows are posts of; not counted on where there are too many."""
    groups: set[str] = set()
    for row in rows:
        groups.add(row.group_id or f"#{row.id}")
        if len(groups) > MOST_COPIES:
            break
    return len(groups)

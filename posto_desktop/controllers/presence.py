"""Controller of presence: tells a team's server what is open here, and shows who else has it open.

One request carries everything that is open; it is repeated while something is, and never sent
where there is no team. When the server shows that somebody saved the message that is edited here,
that is read and told at once (`TakeOver` puts it into the own version).
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer, Slot

from posto_desktop.controllers.context import AppContext
from posto_desktop.controllers.others_edit import (
    OthersVersion,
    OthersVersionReader,
    merged_with,
    opened_draft,
)
from posto_desktop.controllers.take_over import TakeOver
from posto_desktop.controllers.team import TeamController
from posto_desktop.core.draft import Draft
from posto_desktop.core.edited_message import can_edit
from posto_desktop.core.presence import is_changed
from posto_desktop.models.presence_words import saved_words
from posto_desktop.sdk.presence import OpenPost, PostNow, PostPresence, Renewal
from posto_desktop.viewmodels.presence_state import OthersEdit, Place, PresenceState
from posto_desktop.workers.debouncer import Debouncer

if TYPE_CHECKING:
    from posto_desktop.controllers.schedule import ScheduleController
    from posto_desktop.sdk.records import Schedule
    from posto_desktop.ui.compose.page import ComposePage
    from posto_desktop.ui.schedule.page import ScheduleTablePage
    from posto_desktop.ui.schedule.review_dialogs import AskForChangesDialog, HistoryDialog

__all__ = ["PresenceController"]

SOON_MS = 700
"""Milliseconds after which a change of what is open is told: arrow keys pass many posts."""
LEAST_PAUSE = 2.0
"""Least seconds between two requests, however often something else is opened."""
AGAIN_SECONDS = 12.0
WRITING_SECONDS = 600.0
"""Seconds after the last edit for which somebody counts as writing."""
MOST_ROWS = 60
"""Most rows of a message that are told; a message has one a channel."""
MOST_TRIES = 3


class PresenceController(QObject):
    """Joins `service.presence`, the `PresenceState`, Compose, the details of Schedule and the
    dialogs of reviews. `clock` gives seconds."""

    def __init__(
        self,
        context: AppContext,
        page: ComposePage,
        schedule: ScheduleController,
        team: TeamController,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._context, self._page, self._schedule, self._team = context, page, schedule, team
        self.clock: Callable[[], float] = time.monotonic
        self.state = PresenceState(self)
        self._worker = context.service.presence
        self._reader = OthersVersionReader(context.service, self)
        self.take_over = TakeOver(context, page, self.state, team, self)
        self._app = secrets.token_hex(16)
        self._number = 0
        self._asked: dict[Place, OpenPost] | None = None
        """What the request under way has told; None without one."""
        self._is_wanted = False
        self._is_known_open = False
        self._is_missing = False
        self._sent_at = float("-inf")
        self._edited_at = float("-inf")
        self._edited_draft = ""
        self._tries: dict[tuple[PostNow, ...], int] = {}
        """How often a changed message was read in vain, by how its posts are."""
        self._dialog: AskForChangesDialog | HistoryDialog | None = None
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.renew)
        self._soon = Debouncer(SOON_MS, self.renew, self)
        self._join(page, schedule, team)

    def _join(self, page: ComposePage, schedule: ScheduleController, team: TeamController) -> None:
        self._worker.answered.connect(self._answered)
        self._worker.failed.connect(self._failed)
        self.state.openChanged.connect(self._open_changed)
        self.state.changed.connect(self._show_people)
        self.state.arrived.connect(self._announce)
        self.state.othersEditChanged.connect(self._show_others_edit)
        team.state.changed.connect(self._team_changed)
        team.answers.dialogOpened.connect(self._follow_dialog)
        page.message.edit.changed.connect(self.look)
        page.message.editor.edited.connect(self._edited)
        page.others_strip.takeOverRequested.connect(self.take_over.begin)
        self._context.window.pageChanged.connect(self.look)
        self._context.window.installEventFilter(self)
        schedule.when_made("presence", self._join_schedule)

    @Slot(object)
    def _join_schedule(self, page: ScheduleTablePage) -> None:
        page.inspector_pane.shownChanged.connect(self.look)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Show, QEvent.Type.Hide) and not event.spontaneous():
            self.look()
        return super().eventFilter(watched, event)

    # -- what is open here -----------------------------------------------------------------------

    @Slot()
    def look(self) -> None:
        """Find what is open in the window: nothing while it is hidden, as in the tray."""
        is_seen = self._context.window.isVisible() and bool(self._team.state.view.role)
        self._look_at_message(is_seen)
        page = self._schedule.widget
        posts: list[Schedule] = []
        is_shown = self._context.window.current_page() == self._schedule.KEY
        if is_seen and is_shown and page is not None:
            posts = page.inspector_pane.shown_posts()
        self._set_open("inspector", [post for post in posts if can_edit(post)])

    def _look_at_message(self, is_seen: bool) -> None:
        edit, draft = self._page.message.edit, self._page.draft
        edited, others = edit.edited, self.state.others_edit
        if others is not None and others.draft_id != draft.id:
            self.state.set_others_edit(None)
            others = None
        if not self._team.state.view.role:
            self._edited_draft = draft.id  # of the last session: nobody writes before a change
        if edited is None or edit.state != "waiting" or not is_seen:
            self.state.set_open("compose", ())
            return
        is_same = draft.id == self._edited_draft
        if not is_same:
            # Whoever opens a message to edit it writes.
            self._edited_draft, self._edited_at = draft.id, self.clock()
        present = others.theirs.editing if others is not None else None
        self.state.set_open(
            "compose",
            tuple(post.id for post in (present or edited).posts)[:MOST_ROWS],
            is_writing=self._is_writing(),
            is_same_message=is_same,
        )

    def _set_open(self, place: Place, posts: Sequence[Schedule]) -> None:
        self.state.set_open(place, tuple(post.id for post in posts)[:MOST_ROWS])

    def _is_writing(self) -> bool:
        return self.clock() - self._edited_at <= WRITING_SECONDS

    @Slot()
    def _edited(self) -> None:
        was_writing, self._edited_at = self._is_writing(), self.clock()
        if not was_writing:
            self.look()

    @Slot(object, object)
    def _follow_dialog(
        self, dialog: AskForChangesDialog | HistoryDialog, posts: Sequence[Schedule]
    ) -> None:
        """A dialog about posts is open until it has finished."""
        self._dialog = dialog
        dialog.finished.connect(self._dialog_finished)
        if self._team.state.view.role:
            self._set_open("dialog", posts)

    @Slot()
    def _dialog_finished(self) -> None:
        self._dialog = None
        self._set_open("dialog", ())

    # -- telling it ------------------------------------------------------------------------------

    @Slot()
    def _open_changed(self) -> None:
        if self._can_ask():
            pause = max(0.0, self._sent_at + LEAST_PAUSE - self.clock())
            self._soon.call(max(SOON_MS, round(1000 * pause)))

    def _can_ask(self) -> bool:
        view = self._team.state.view
        return bool(view.role) and view.is_reached and not self._is_missing

    @Slot()
    def renew(self) -> None:
        """Tell everything that is open, and ask who else has it open; nothing if nothing is."""
        self._timer.stop()
        self._soon.cancel()
        if not self._can_ask():
            return
        if self._asked is not None:
            self._is_wanted = True  # after the answer
            return
        self.look()
        self._soon.cancel()
        opened = dict(self.state.opened)
        if opened or self._is_known_open:
            self._number += 1
            self._asked, self._is_known_open = opened, bool(opened)
            self._sent_at = self.clock()
            self._worker.renew(self._number, self._app, list(opened.values()))

    @Slot(int, object)
    def _answered(self, number: int, renewal: Renewal) -> None:
        if number != self._number or self._asked is None:
            return
        asked, self._asked = self._asked, None
        answers = dict(zip(asked, renewal.open, strict=True))
        before = {place: self.state.posts(place) for place in asked}
        self.state.set_answers(asked, answers)
        self._follow_posts(before, answers)
        self._go_on(float(renewal.renew_in))

    @Slot(int, bool)
    def _failed(self, number: int, is_missing: bool) -> None:
        if number != self._number or self._asked is None:
            return
        self._asked = None
        self._is_missing = is_missing
        self.state.forget_people()
        self._go_on(AGAIN_SECONDS)

    def _go_on(self, seconds: float) -> None:
        """Wait for the next request, if there is to be one."""
        is_wanted, self._is_wanted = self._is_wanted, False
        if not self._can_ask():
            return
        if is_wanted:
            self._open_changed()
        elif self.state.opened:
            self._timer.start(round(1000 * seconds))

    @Slot(object)
    def _team_changed(self, _view: object) -> None:
        if self._can_ask():
            if self._asked is None and not self._timer.isActive():
                self.look()
                self._open_changed()
        else:
            self._timer.stop()
            self._soon.cancel()
            self._asked = None
            self.state.forget_people()
            self.look()

    @Slot()
    def leave(self) -> None:
        """Take back what is open: the app quits, or another workspace opens."""
        if self._is_known_open:
            self._worker.renew(0, self._app, [])
        self._timer.stop()
        self._soon.cancel()
        self._asked, self._is_known_open, self._is_wanted = None, False, False
        self._is_missing = False
        self._tries.clear()
        self._reader.clear()
        self.state.clear()
        self._soon.cancel()

    # -- what others save ------------------------------------------------------------------------

    def _follow_posts(
        self,
        before: Mapping[Place, tuple[PostNow, ...] | None],
        answers: Mapping[Place, PostPresence],
    ) -> None:
        """Read again what others have changed: the schedule, and the message that is edited."""
        has_changed = any(
            before[place] is not None and before[place] != presence.posts
            for place, presence in answers.items()
        )
        presence, draft = answers.get("compose"), self._page.draft
        if presence is not None and draft.editing is not None and "compose" in self.state.opened:
            others = self.state.others_edit
            present = (others.theirs.editing if others is not None else None) or draft.editing
            known = replace(present, posts=present.posts[:MOST_ROWS])
            if is_changed(known, presence.posts):
                has_changed |= self._read_change(draft, presence.posts)
        if has_changed:
            self._context.service.refresh_schedules()

    def _read_change(self, draft: Draft, posts: tuple[PostNow, ...]) -> bool:
        """Read what others made of the edited message; return False after some tries in vain."""
        tries = self._tries.get(posts, 0)
        edited = draft.editing
        if edited is None or edited.entry_id or tries >= MOST_TRIES:
            return False
        self._tries = {posts: tries + 1}  # of the newest state alone

        def read(version: OthersVersion | None) -> None:
            if version is not None and self._page.draft.id == draft.id:
                self._show_change(version)

        self._reader.read(edited, read)
        return True

    def _show_change(self, version: OthersVersion) -> None:
        """Tell what others saved; what makes no difference is adopted."""
        edited, theirs = self._page.draft.editing, version.theirs
        if edited is None or theirs.editing is None:
            return
        merge = merged_with(opened_draft(edited), edited.when, theirs, version.changed)
        if not merge.taken:
            self._page.message.editor.adopt(editing=theirs.editing)
            return
        self.state.set_others_edit(
            OthersEdit(self._page.draft.id, theirs, merge.taken, version.changed, version.by)
        )
        self.look()

    # -- showing it ------------------------------------------------------------------------------

    @Slot(str)
    def _show_people(self, place: Place, *, is_new: bool = False) -> None:
        people = self.state.people(place)
        if place == "compose":
            strip = self._page.others_strip
            strip.show_people(people)
            if is_new:
                strip.presence.announce()
        elif place == "inspector":
            self._schedule.when_made(
                "people", lambda page: page.inspector_pane.show_people(people, is_new=is_new)
            )
        elif self._dialog is not None:
            self._dialog.presence.show_people(people)
            if is_new:
                self._dialog.presence.announce()

    @Slot(str)
    def _announce(self, place: Place) -> None:
        self._show_people(place, is_new=True)

    @Slot()
    def _show_others_edit(self) -> None:
        others = self.state.others_edit
        words = ""
        if others is not None:
            words = saved_words(self.state.shown_name(others.by), others.fields)
        self._page.others_strip.show_saved(words)

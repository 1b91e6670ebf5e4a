"""Controller of the command palette: collects what can be found and runs the chosen item."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Slot

from posto_desktop.controllers.context import AppContext
from posto_desktop.core.matching import Query
from posto_desktop.ui import keys as key_names
from posto_desktop.workers.debouncer import Debouncer
from posto_desktop.workers.latest_job import LatestJob
from posto_desktop.workers.runner import Job, JobCancelled

if TYPE_CHECKING:
    from posto_desktop.controllers.schedule import ScheduleController
    from posto_desktop.controllers.styles import StylesController
    from posto_desktop.models.command_palette import PaletteItem
    from posto_desktop.sdk.records import Schedule
    from posto_desktop.ui.command_palette import CommandPalette
    from posto_desktop.viewmodels.open_message import OpenMessage

SLICE = 2_000
"""Posts between two checks for cancellation."""
MIN_QUERY_LENGTH = 2
"""Letters needed to search posts: a single letter is in all of them."""
WAIT_MS = 60
DEFAULT_COMMANDS = ("new-message", "settings", "find-a-channel", "reload")


class PaletteController(QObject):
    """Creates the palette on demand and fills it from all controllers."""

    def __init__(
        self,
        context: AppContext,
        message: OpenMessage,
        schedule: ScheduleController,
        styles: StylesController,
        show_settings: Callable[[str, str], object],
        has_team: Callable[[], bool],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.context, self._message = context, message
        self._schedule, self._styles = schedule, styles
        self._show_settings, self._has_team = show_settings, has_team
        self._palette: CommandPalette | None = None
        self._query = Query("")
        self._posts: list[PaletteItem] = []
        self._finding = LatestJob(context.runner, self)
        self._finding.done.connect(self._show_posts)
        self._soon = Debouncer(WAIT_MS, self._search_posts, self)

    @Slot()
    def open(self) -> None:
        from posto_desktop.models.command_palette import PaletteModel
        from posto_desktop.ui.command_palette import CommandPalette

        if self._palette is not None:
            return
        titles = (
            ("page", self.tr("Pages")),
            ("command", self.tr("Commands")),
            ("channel", self.tr("Channels")),
            ("draft", self.tr("Messages")),
            ("style", self.tr("Styles")),
            ("setting", self.tr("Settings")),
            ("post", self.tr("Posts")),
        )
        palette = self._palette = CommandPalette(PaletteModel(titles), self.context.window)
        palette.searchRequested.connect(self._query_changed)
        palette.closed.connect(self._palette_closed)
        palette.open_over(self.context.window)
        self._make_pages()

    @Slot()
    def _palette_closed(self) -> None:
        self._palette = None
        self._soon.cancel()
        self._finding.forget()

    def _make_pages(self) -> None:
        """Create the missing pages, one an event, because commands exist only with their page."""
        window = self.context.window
        missing = [key for key in window.top_bar.visible_pages() if not window.has_page(key)]
        if missing and self._palette is not None:
            window.prepare_page(missing[0], self._page_made)

    @Slot()
    def _page_made(self) -> None:
        if self._palette is not None:
            self._show()
            self._make_pages()

    # -- search ----------------------------------------------------------------------------------

    @Slot(str)
    def _query_changed(self, text: str) -> None:
        self._query = Query(text)
        self._finding.forget()
        if len(text.strip()) < MIN_QUERY_LENGTH:
            self._posts = []
            self._soon.cancel()
        else:
            self._soon.call()
        self._show()

    def _show(self) -> None:
        if self._palette is not None:
            self._palette.model.set_found([*self._show_results(), *self._posts])
            self._palette.show_found()

    def _show_results(self) -> Iterator[PaletteItem]:
        yield from self._pages()
        yield from self._commands()
        if self._query.words:
            yield from self._page_commands()
            yield from self._channels()
            yield from self._drafts()
            yield from self._style_names()
            yield from self._settings()

    def _of(self, kind: str, title: str, run: Callable[[], object], **more: Any) -> PaletteItem:
        from posto_desktop.models.command_palette import PaletteItem

        title = " ".join(title.split())
        if not more.get("network"):
            more.setdefault("icon", "chevron-end")
        names = more.pop("names", "")
        beside = more.pop("beside", "") or names or more.get("detail", "")
        score = max(self._query.score(title, beside), self._query.score_names(names))
        return PaletteItem(kind, title, run, score=score, **more)

    def _pages(self) -> Iterator[PaletteItem]:
        for action in self.context.window.top_bar.pages.actions():
            if action.isVisible():
                show = partial(self.context.window.show_page, action.data())
                icon = str(action.property("lucide") or "")
                keys = key_names.words(action.shortcut())
                yield self._of("page", action.text(), show, icon=icon, keys=keys)

    def _commands(self) -> Iterator[PaletteItem]:
        window = self.context.window
        synonyms = {
            "shortcuts": self.tr("help hotkeys"),
            "settings": self.tr("preferences options"),
            "reload": self.tr("refresh update"),
            "quit": self.tr("exit close"),
            "add-channel": self.tr("account connect log in login network"),
            "add-workspace": self.tr("account sign in log in login connect"),
            "manage-workspaces": self.tr("account sign out log out logout"),
            "about": self.tr("help version licence"),
        }
        for name, action in window.commands.items():
            if self._query.words or name in DEFAULT_COMMANDS:
                keys, names = key_names.words(action.shortcut()), synonyms.get(name, "")
                yield self._of("command", action.text(), action.trigger, keys=keys, names=names)

    def _page_commands(self) -> Iterator[PaletteItem]:
        window = self.context.window
        for key in window.top_bar.visible_pages():
            commands = window.page(key).commands if window.has_page(key) else None
            if commands is None:
                continue
            for command in commands.entries():
                if command is not None and command.isEnabled():
                    yield self._of(
                        "command",
                        command.text(),
                        partial(self._run_on, key, command.trigger),
                        detail=commands.title.replace("&", ""),
                        keys=key_names.words(command.keys),
                    )

    def _run_on(self, key: str, run: Callable[[], object]) -> None:
        """Show the page and run its command there."""
        self.context.window.show_page(key)
        run()

    def _channels(self) -> Iterator[PaletteItem]:
        """Yield an item for each channel, ticked for the current page, or for the message if that
        page has no channels."""
        model = self.context.channels
        choice, locked = model.choice, not model.can_tick
        if choice is None or locked:
            choice = self._message.channels.choice
        known = model.ids()
        chosen, is_filter = choice.chosen_of(known), choice.kind == "filter"
        for channel in model.channels():
            detail, ids = self._ticked(known, chosen, {channel.id}, is_filter)
            run = partial(choice.choose, ids, known)
            yield self._of(
                "channel",
                channel.name,
                partial(self._run_on, "compose", run) if locked else run,
                detail=detail,
                beside=channel.network,
                network=channel.network,
            )
        for group in model.own_groups():
            members = set(known).intersection(group.channel_ids)
            if not members:
                continue
            detail, ids = self._ticked(known, chosen, members, is_filter)
            run = partial(choice.choose, ids, known)
            yield self._of(
                "channel",
                group.name,
                partial(self._run_on, "compose", run) if locked else run,
                detail=detail,
                #: Noun: a group of channels.
                beside=self.tr("Group"),
            )

    def _ticked(
        self, known: Collection[int], chosen: set[int], members: set[int], is_filter: bool
    ) -> tuple[str, set[int]]:
        """Return what choosing these channels does, and the ids that are ticked then. Where a page
        shows all, they are shown alone."""
        is_whole = members <= chosen
        if not is_filter:
            #: Verb: tick a channel.
            detail = self.tr("Untick") if is_whole else self.tr("Tick")
        elif len(chosen) == len(known):
            return self.tr("Show only"), members
        elif chosen == members:
            return self.tr("Show all"), set(known)
        else:
            #: Verb: a button.
            detail = self.tr("Hide") if is_whole else self.tr("Show")
        return detail, chosen - members if is_whole else chosen | members

    def _drafts(self) -> Iterator[PaletteItem]:
        from posto_desktop.core.draft_list import title_of

        for draft in self._message.store.drafts():
            if draft.is_empty:
                continue
            yield self._of(
                "draft",
                title_of(draft) or self.tr("Message without text"),
                partial(self._open_draft, draft.id),
                beside=" ".join((draft.text[:2_000], *draft.labels)),
                icon="pen-line",
            )

    def _open_draft(self, draft_id: str) -> None:
        draft = self._message.store.get(draft_id)
        if draft is not None:
            self.context.window.show_page("compose")
            self._message.open_drafts.load(draft)

    def _style_names(self) -> Iterator[PaletteItem]:
        style_registry = self._styles.styles.known
        for style in style_registry.usable() if style_registry is not None else ():
            run = partial(self._styles.show_style, style.name)
            yield self._of("style", style.name, run, icon="swatch-book")

    def _settings(self) -> Iterator[PaletteItem]:
        from posto_desktop.ui.settings import catalogue

        titles = {page.key: page for page in catalogue.PAGES}
        for row in catalogue.rows():
            page = titles[row.page]
            if page.requires_team and not self._has_team():
                continue
            yield self._of(
                "setting",
                catalogue.tr(row.title),
                partial(self._show_settings, row.page, row.key),
                detail=catalogue.tr(page.title),
                beside=" ".join((catalogue.tr(page.title), catalogue.tr(row.hint), row.words)),
                icon=page.icon,
            )

    # -- posts -----------------------------------------------------------------------------------

    @Slot()
    def _search_posts(self) -> None:
        self._finding.start(find_posts, self._query, tuple(self._schedule.rows))

    @Slot(object)
    def _show_posts(self, rows: Sequence[tuple[int, Schedule]]) -> None:
        from posto_desktop.models.command_palette import PaletteItem

        self._posts = [
            PaletteItem(
                "post",
                " ".join(row.text[:300].split()) or row.channel_name,
                partial(self._schedule.show_schedule, row.id),
                detail=row.channel_name,
                network=row.network,
                # Words in a text weigh less than words in a name.
                score=max(1, score // 4),
            )
            for score, row in rows
        ]
        self._show()


def find_posts(job: Job, query: Query, rows: Sequence[Schedule]) -> list[tuple[int, Schedule]]:
    """Return up to the limit of posts with their scores, best first and newest first among equals.
    Runs on a worker."""
    best: list[tuple[int, float, Schedule]] = []
    waiting = iter(rows)
    while batch := list(islice(waiting, SLICE)):
        if job.cancelled.is_set():
            raise JobCancelled
        for row in batch:
            score = query.score(row.text[:5_000], row.channel_name)
            if score:
                best.append((score, row.send_at.timestamp() if row.send_at else 0.0, row))
        best = sorted(best, key=lambda match: match[:2], reverse=True)[:20]
    return [(score, row) for score, _, row in best]

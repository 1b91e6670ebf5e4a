"""Presenter of threads: the parts around the editor, and what can be done with them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Slot

from posto_desktop.core import thread
from posto_desktop.core.checks.finding import Fix
from posto_desktop.core.checks.post import ChannelGroup
from posto_desktop.core.draft import MAX_PARTS, Draft, channel_of, part_key
from posto_desktop.core.draft_history import Caret
from posto_desktop.core.thread_split import TooManyPartsError
from posto_desktop.models.media import MessagePart
from posto_desktop.ui import keys
from posto_desktop.ui.commands import Command, Commands
from posto_desktop.ui.compose.file_menus import TileMenu
from posto_desktop.ui.compose.layout import ComposeLayout
from posto_desktop.ui.compose.part_cards import PartSummary
from posto_desktop.ui.compose.part_keys import PartKeys
from posto_desktop.ui.compose.text_presenter import TextPresenter
from posto_desktop.viewmodels.assessment import Assessment
from posto_desktop.viewmodels.notification import PageNotification
from posto_desktop.viewmodels.open_message import OpenMessage
from posto_desktop.workers.debouncer import Debouncer


class ThreadPresenter(QObject):
    """Shows the parts of the shown text's thread and changes them; each change is an undo step."""

    def __init__(
        self,
        views: ComposeLayout,
        message: OpenMessage,
        text_presenter: TextPresenter,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._views, self._message = views, message
        self._text_presenter = text_presenter
        self._commands: list[Command] = []
        self._keys = PartKeys(views.editor, self)
        self._keys.left.connect(self._leave)
        self._keys.joinRequested.connect(self._join)
        text_presenter.blankLinesTyped.connect(self._split_at_blank_lines)
        self._soon = Debouncer(0, self.show, self)
        views.parts_above.chosen.connect(self._choose)
        views.parts_below.chosen.connect(self._choose)
        views.part_bar.numbered.clicked.connect(self._number)
        views.strip.menuOpened.connect(self._offer_parts)
        views.media.otherPartChanged.connect(self.show_soon)
        message.channels.listChanged.connect(self.show)
        text_presenter.shown.connect(self.show)
        text_presenter.counted.connect(self.show_soon)

    def add_to(self, commands: Commands) -> None:
        """Add the commands of threads to the menu of the message."""
        add, bar = commands.add, self._views.part_bar
        words, tip = self.tr("Add a part to the thread"), self.tr("Add a part to the thread")
        more = add(
            words, self.add_part, keys.ADD_PART, icon="list-end", tip=tip, can=self._may_grow
        )
        more.bind(self._views.part_button)
        self._commands = [
            more,
            add(self.tr("Next part"), self.next, keys.NEXT_PART, can=self._has_next),
            add(
                self.tr("Previous part"), self.previous, keys.PREVIOUS_PART, can=self._has_previous
            ),
        ]
        for words, run, key, button, can in (
            (self.tr("Move part up"), self.move_up, keys.MOVE_PART_UP, bar.up, self._has_previous),
            (
                self.tr("Move part down"),
                self.move_down,
                keys.MOVE_PART_DOWN,
                bar.down,
                self._has_next,
            ),
            (self.tr("Remove part"), self.remove, keys.REMOVE_PART, bar.remove, self._is_thread),
        ):
            command = add(words, run, key, tip=words, can=can)
            command.bind(button)
            self._commands.append(command)
        self._commands += [
            add(self.tr("Number the parts"), self.toggle_numbers, can=self._is_thread),
            add(self.tr("Split the text to fit"), self.split_to_fit, can=self._may_split),
            add(self.tr("Split the text at blank lines"), self.split_paragraphs),
            add(self.tr("Join all parts"), self.join_all, can=self._is_thread),
        ]
        commands.add_separator()

    # -- showing -----------------------------------------------------------------------------

    @property
    def number(self) -> int:
        """Return the number of the part that is written."""
        return self._views.editor.part

    @property
    def count(self) -> int:
        return len(self._text_presenter.parts())

    def show_changed(self, changed: frozenset[str]) -> None:
        """Show the changed fields of a message with several parts, or that had them."""
        if changed & {"text", "variants", "threads", "media", "numbered"}:
            self.show()

    @Slot()
    def show_soon(self, *_args: object) -> None:
        if self.count > 1:
            self._soon.call()

    @Slot()
    def show(self, *_args: object) -> None:
        """Show the parts around the editor, and the files of the one that is written."""
        self._soon.cancel()
        views, number, count = self._views, self.number, self.count
        source = self._text_presenter.source()
        views.media.show_part(MessagePart(source, number, count))
        parts = self._summaries(source) if count > 1 else []
        views.parts_above.set_parts(parts[:number])
        views.parts_below.set_parts(parts[number + 1 :])
        views.part_bar.show_part(number, count, numbered=self._message.draft.numbered)
        views.fields.set_thread(count > 1)
        self._keys.set_part(number, count)
        for command in self._commands:
            command.refresh()
        self._text_presenter.name_editor()

    def _summaries(self, source: str) -> list[PartSummary]:
        texts, media, result = (
            self._text_presenter.parts(),
            self._views.media,
            self._message.checks.result,
        )
        bad = _numbers_with_problems(result, source)
        summaries = []
        for number, text in enumerate(texts):
            counts, _ = self._text_presenter.counts_of(result, number)
            rooms = [count.left for count in counts if count.left is not None]
            refs = thread.media_in_part(media.refs(), source, number, len(texts))
            pictures = tuple(media.request_picture(ref.path) for ref in refs)
            summaries.append(
                PartSummary(
                    number,
                    len(texts),
                    text,
                    min(rooms, default=None),
                    number in bad,
                    tuple(ref.name for ref in refs),
                    tuple(0 if picture is None else picture.cacheKey() for picture in pictures),
                    pictures,
                )
            )
        return summaries

    # -- going from part to part ---------------------------------------------------------------

    def _has_part(self, side: int) -> bool:
        return 0 <= self.number + side < self.count

    def _has_next(self) -> bool:
        return self._has_part(1)

    def _has_previous(self) -> bool:
        return self._has_part(-1)

    def _is_thread(self) -> bool:
        return self.count > 1

    def _may_grow(self) -> bool:
        return self.count < MAX_PARTS

    @Slot(int)
    def _choose(self, number: int) -> None:
        self._go_to(number, len(self._text_presenter.parts()[number]))

    @Slot(int)
    def _leave(self, side: int) -> None:
        texts = self._text_presenter.parts()
        self._go_to(self.number + side, 0 if side > 0 else len(texts[self.number + side]))

    @Slot()
    def next(self) -> None:
        if self._has_next():
            self._choose(self.number + 1)

    @Slot()
    def previous(self) -> None:
        if self._has_previous():
            self._choose(self.number - 1)

    def _go_to(self, number: int, caret: int) -> None:
        self._text_presenter.show_part(number, caret)
        self._views.focus_message()
        self._text_presenter.follow_caret()

    # -- changing parts ------------------------------------------------------------------------

    def _own(self) -> Draft:
        """Return the draft with the shown thread as the text's own, as typing makes it."""
        draft, key = self._message.draft, self._views.editor.target
        if key and key not in draft.variants:
            draft = draft.with_parts(key, self._text_presenter.parts())
        return draft

    def _apply(self, draft: Draft, number: int, caret: int) -> None:
        """Make the change one undo step, and show a part with the caret at an index."""
        key = part_key(self._views.editor.target, number)
        self._message.editor.set_content(draft, Caret(key, caret))
        self._go_to(number, caret)
        self._message.checks.refresh()

    @Slot()
    def add_part(self) -> None:
        """Begin a part at the caret, with the text behind it."""
        if not self._may_grow():
            return
        self._views.leave_first_run()
        key, number = self._views.editor.target, self.number
        place = self._views.editor.caret()[0]
        self._apply(thread.split_part(self._own(), key, number, place), number + 1, 0)

    @Slot()
    def _split_at_blank_lines(self) -> None:
        # Whoever writes for a blog alone may want the blank lines.
        if self._threading_groups():
            self.add_part()

    @Slot(int)
    def _join(self, side: int) -> None:
        number = self.number + (side > 0)
        draft, caret = thread.join_part(self._own(), self._views.editor.target, number)
        self._apply(draft, number - 1, caret)

    @Slot()
    def remove(self) -> None:
        if not self._is_thread():
            return
        before, number = self._message.draft, self.number
        draft = thread.remove_part(self._own(), self._views.editor.target, number)
        left = thread.parts_at(draft, self._views.editor.target)
        to = min(number, len(left) - 1)
        self._apply(draft, to, len(left[to]))
        self._message.offer_undo(self.tr("Part {n} removed").format(n=number + 1), before)

    @Slot()
    def move_up(self) -> None:
        self._move(-1)

    @Slot()
    def move_down(self) -> None:
        self._move(1)

    def _move(self, side: int) -> None:
        if not self._has_part(side):
            return
        number, caret = self.number, self._views.editor.caret()[0]
        draft = thread.move_part(self._own(), self._views.editor.target, number, number + side)
        self._apply(draft, number + side, caret)

    @Slot()
    def toggle_numbers(self) -> None:
        self._message.editor.edit_alone(numbered=not self._message.draft.numbered)

    @Slot(bool)
    def _number(self, on: bool) -> None:
        self._message.editor.edit_alone(numbered=on)

    @Slot()
    def split_paragraphs(self) -> None:
        """Make a part of each paragraph."""
        before = self._message.draft
        draft = thread.split_at_blank_lines(self._own(), self._views.editor.target)
        self._finish_split(before, draft)

    @Slot()
    def join_all(self) -> None:
        before = self._message.draft
        draft = thread.join_all(self._own(), self._views.editor.target)
        self._apply(draft, 0, 0)
        self._message.offer_undo(self.tr("All parts are one text now"), before)

    @Slot()
    def split_to_fit(self) -> None:
        """Split the shown text so that the networks of its tab take every part."""
        from posto_desktop.core.fixes import apply_fix

        groups = self._threading_groups()
        if not groups:
            return
        key, before = self._views.editor.target, self._message.draft
        slugs = tuple(dict.fromkeys(group.limits.slug for group in groups))
        try:
            draft = apply_fix(self._own(), Fix("split", "", key, slugs))
        except TooManyPartsError as error:
            self._message.notifier.requested.emit(PageNotification("error", str(error)))
            return
        self._finish_split(before, draft)

    def _finish_split(self, before: Draft, draft: Draft) -> None:
        key = self._views.editor.target
        count = len(thread.parts_at(draft, key))
        if count == len(self._text_presenter.parts()):
            words = self.tr("There is nothing to split: every part fits already")
            self._message.notifier.requested.emit(PageNotification("info", words))
            return
        self._apply(draft, 0, 0)
        self._message.offer_undo(self.tr("Split into %n part(s)", "", count), before)

    def _threading_groups(self) -> list[ChannelGroup]:
        """Return the groups of channels that get the shown text as a thread."""
        post, key = self._message.checks.result.post, self._views.editor.target
        if post is None:
            return []
        slug, number = self._views.tabs.current(), channel_of(key)
        return [
            group
            for group in post.groups
            if group.takes_thread
            and group.form in ("", "thread")
            and (not group.source if not key else group.limits.slug == slug)
            and (number is None or number in group.ids)
        ]

    def _may_split(self) -> bool:
        return bool(self._threading_groups())

    # -- files ---------------------------------------------------------------------------------

    @Slot(object, int)
    def _offer_parts(self, menu: TileMenu, row: int) -> None:
        """Add to a tile's menu that the file goes with the part before or after."""
        place = self._views.media.place(row)
        for side, words in (
            (-1, self.tr("Move to the part before")),
            (1, self.tr("Move to the part after")),
        ):
            if self._has_part(side):
                menu.add_way(words, self._mover(place, self.number + side))

    def _mover(self, place: int, number: int) -> Callable[[], None]:
        def move() -> None:
            before = self._message.draft
            key = self._text_presenter.source()
            media = list(before.media)
            media[place] = media[place].in_part(key, number)
            self._message.editor.edit_alone(media=tuple(media))
            self._message.checks.refresh()
            name = media[place].name.replace("\n", " ")
            words = self.tr("{name} moved to part {n}").format(name=name, n=number + 1)
            self._message.offer_undo(words, before)

        return move


def _numbers_with_problems(result: Assessment, source: str) -> set[int]:
    """Return the parts of a text's thread that an error is about."""
    if result.post is None:
        return set()
    keys = {
        part_key(group.key, part.number): part.number
        for group in result.post.groups
        if group.source == source
        for part in group.whole
    }
    numbers: set[int] = set()
    for finding in result.findings:
        if finding.severity == "error":
            ways: Sequence[Fix | None] = (finding.fix, *finding.more)
            arguments = {arg for fix in ways if fix is not None for arg in fix.arg.split(",")}
            numbers |= {number for key, number in keys.items() if number and key in arguments}
    return numbers

"""State of the Activity page: view, search, current entry and connection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TypedDict, Unpack

from PySide6.QtCore import QObject, Signal, Slot

from posto_desktop.core.draft import Draft
from posto_desktop.core.entries import Entry
from posto_desktop.models.channel_states import headline
from posto_desktop.models.outbox import OutboxModel


@dataclass(frozen=True)
class ActivityView:
    """``view`` is "outbox", "history", "insights" or "agents"; ``search`` filters the history;
    ``all_workspaces`` lists other workspaces than the open one, too. ``current`` is the id of an
    entry, "" for none. ``connection`` is the kind of a `workers.service.ConnectionState`,
    ``connection_words`` its text. ``channel_links``: web addresses by channel id."""

    view: str = "outbox"
    search: str = ""
    all_workspaces: bool = False
    current: str = ""
    details_open: bool = False
    is_paused: bool = False
    connection: str = "offline"
    connection_words: str = ""
    channel_links: Mapping[int, str] = field(default_factory=dict, hash=False)


class _Fields(TypedDict, total=False):
    view: str
    search: str
    all_workspaces: bool
    current: str
    details_open: bool
    is_paused: bool
    connection: str
    connection_words: str
    channel_links: Mapping[int, str]


class ActivityViewState(QObject):
    """Owns the `ActivityView`; the `model` owns the rows and decides which are listed.

    Signals:
        changed(ActivityView, frozenset[str]): these fields changed.
        allChannelsRequested(): the channel filter hides the entry to show; clear it.
    """

    changed = Signal(object, object)
    allChannelsRequested = Signal()

    def __init__(self, model: OutboxModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.model = model
        self._view = ActivityView(is_paused=model.paused)
        model.countsChanged.connect(self._keep_details)

    @property
    def view(self) -> ActivityView:
        return self._view

    @property
    def entry(self) -> Entry | None:
        """Return the current entry; None if there is none or it was removed."""
        return self.model.entry(self._view.current)

    # -- updates from the app ------------------------------------------------------------------

    def set_paused(self, on: bool) -> None:
        self.model.set_paused(on)
        self._change(is_paused=on)

    def set_connection(self, kind: str, words: str, host: str) -> None:
        """Set the connection of the workspace, as in `ConnectionState`."""
        self.model.set_host(host)
        self._change(connection=kind, connection_words=words)

    def set_workspace(self, workspace: str) -> None:
        """Set the open workspace."""
        self.model.set_workspace(workspace)
        self._keep_details()

    def set_channel_links(self, links: Mapping[int, str]) -> None:
        """Set the web addresses of channels, by channel id."""
        self._change(channel_links=dict(links))

    def show_entry(self, key: str) -> None:
        """Make an entry current and open its details; clear whatever filter hides it."""
        self._list(key)
        entry = self.model.entry(key)
        if entry is not None and self.model.is_elsewhere(entry):
            self.list_all_workspaces(True)
            self._list(key)
        if self.model.row_of(key) < 0 and self.model.is_by_channel:
            self.allChannelsRequested.emit()
            self._list(key)
        is_there = self.model.entry(key) is not None
        self._change(current=key, details_open=is_there or self._view.details_open)

    def _list(self, key: str) -> None:
        """Show the view of an entry, without search and with finished entries if they hide it."""
        self.choose_view("outbox" if self.model.is_of_today(key) else "history")
        if self.model.row_of(key) < 0:
            self.search_for("")
            self.model.set_show_done(True)

    # -- user actions --------------------------------------------------------------------------

    @Slot(str)
    def choose_view(self, view: str) -> None:
        """Show "outbox", "history", "insights" or "agents", and close the details of an entry that
        is not listed there."""
        lists_entries = view in ("outbox", "history")
        self.model.set_view(view if lists_entries else "outbox")
        self._change(view=view)
        is_listed = lists_entries and self.model.row_of(self._view.current) >= 0
        if self._view.current and not is_listed:
            self.set_details_open(False)

    @Slot(str)
    def search_for(self, words: str) -> None:
        """Filter the history by these words."""
        self.model.set_search(words)
        self._change(search=words)

    @Slot(bool)
    def list_all_workspaces(self, on: bool) -> None:
        """List the entries of all workspaces, or of the open one only."""
        self.model.set_all_workspaces(on)
        self._change(all_workspaces=on)
        if self._view.current and self.model.row_of(self._view.current) < 0:
            self.set_details_open(False)

    def toggle_done(self) -> None:
        """Show or hide entries that finished today."""
        self.model.set_show_done(not self.model.show_done)

    def select(self, key: str) -> None:
        self._change(current=key)

    @Slot(bool)
    def set_details_open(self, on: bool) -> None:
        """Open or close the details of the current entry."""
        self._change(details_open=on and self.entry is not None)

    # -- entries -------------------------------------------------------------------------------

    def links_of(self, entry: Entry) -> list[str]:
        """Return the web addresses of an entry's posts, else of its channels."""
        delivery_status, known = self.model.delivery_status(entry), self._view.channel_links
        keys = [row.channel_id for row in delivery_status.concerned]
        keys = keys or [item.channel_id for item in entry.missing] or list(entry.channel_ids)
        links = [row.link for row in delivery_status.concerned] + [
            known.get(key, "") for key in keys
        ]
        return list(dict.fromkeys(link for link in links if link))

    def draft_of(self, entry: Entry) -> Draft:
        """Return the message to edit and send again; after a partial success only for the channels
        that failed."""
        states = self.model.channel_states(entry)
        if not headline(states):
            return entry.draft
        failed = {state.item.channel_id for state in states if state.status in ("failed", "late")}
        left = tuple(channel_id for channel_id in entry.draft.channel_ids if channel_id in failed)
        if not left:  # the others were deleted, or wait
            return entry.draft
        return replace(entry.draft, channel_ids=left)

    # -- internals -----------------------------------------------------------------------------

    @Slot()
    def _keep_details(self) -> None:
        if self._view.details_open and self.entry is None:
            self.set_details_open(False)

    def _change(self, **fields: Unpack[_Fields]) -> None:
        before, self._view = self._view, replace(self._view, **fields)
        changed = frozenset(
            name for name, value in vars(self._view).items() if value != getattr(before, name)
        )
        if changed:
            self.changed.emit(self._view, changed)

"""Signals of the service."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal


class SyncResults(QObject):
    """Results of workers for the parts behind the service; on the GUI thread.

    state_found(kind, text): how the workspace is reached
    rows_read(list[Schedule], from_cache, as_of): the whole schedule, newest first
    some_rows_read(list[Schedule], frozenset gone ids, as_of or None): a part of it
    rows_wanted(): show the unchanged schedule again
    deletion_ended(token): show what the service still lists of these rows
    cache_shown(after): the cached rows, or that there are none, are with the pages; call
        `after()` once these are painted
    """

    state_found = Signal(str, str)
    rows_read = Signal(object, bool, object)
    some_rows_read = Signal(object, object, object)
    rows_wanted = Signal()
    deletion_ended = Signal(str)
    cache_shown = Signal(object)


class ServiceSignals(QObject):
    """All on the GUI thread.

    channels_loaded(list[Channel])
    schedules_loaded(list[Schedule], from_cache, as_of): as_of is an aware datetime
    schedules_progress(read, total): while many rows are read
    schedules_arriving(list[Schedule], gone ids, as_of): a part of the schedule, near now first,
        while many rows are read; `as_of` is None for the service's present rows. All of it
        follows as `schedules_loaded`
    feed_loaded(list[dict]): the newest of the sandbox's posts, newest first
    older_feed_loaded(list[dict]): those before them, asked for by `read_older_feed`
    insights_loaded(id, dict): insights of a post: names and numbers, as text
    story_loaded(id, PostStory): what a post of this computer has been through
    outbox_changed(list[Entry]): of all workspaces, newest first
    posted(Entry): a post was written to the outbox
    post_refused(Draft, str): it could not be written, and why; nothing was sent
    state_changed(ConnectionState)
    series_posted(list[Entry]): the same for a repeated post, in the order of time
    draft_saved(id, datetime)
    draft_not_saved(id, why, sentence): only in memory, will be retried; `why` is short
        ("the disk is full") or empty, the sentence says what to do
    drafts_loaded(DraftsSnapshot): drafts, templates and the open ones (core.draft_list)
    drafts_outdated(): another process changed drafts; they are to be read again
    drafts_changed_outside(OutsideChanges): the drafts that are stored now (core.draft_list)
    templates_loaded(list[Draft]): by name, after one was saved or deleted
    picture_loaded(url, bytes); picture_failed(url)
    files_fetched(list[str]): local copies, in the order asked for
    message(Notification)
    plan_changed(workspace, list[Schedule], hidden ids, read_at): the schedule with the rows
        being deleted; `read_at` is None for cached rows
    posts_ended(list[Schedule]): posts that were sent, failed, or need the user since the last
        reading
    notices_loaded(list[dict]): notifications of earlier runs, newest first
    moves_began(str): the user moves posts together; the token for `undo_reschedule`
    moves_ended(list[Move]): all moves of a batch have ended (core.moves); each is "done", or
        "failed" with its reason
    message_opened(OpenedMessage): a draft of scheduled posts (workers.message_opener)
    edit_saved(SavedEdit): an edit was written to the outbox, or is to be carried out as a move or a
        deletion (delivery.message_edits)
    moves_progress(ended, all): while many posts are moved together
    blocked(str): posto.db cannot be used, and why; "" when it can
    """

    channels_loaded = Signal(object)
    schedules_loaded = Signal(object, bool, object)
    schedules_progress = Signal(int, int)
    schedules_arriving = Signal(object, object, object)
    feed_loaded = Signal(object)
    older_feed_loaded = Signal(object)
    insights_loaded = Signal(object, object)
    story_loaded = Signal(object, object)
    outbox_changed = Signal(object)
    posted = Signal(object)
    post_refused = Signal(object, str)
    state_changed = Signal(object)
    draft_saved = Signal(str, object)
    draft_not_saved = Signal(str, str, str)
    drafts_loaded = Signal(object)
    drafts_outdated = Signal()
    drafts_changed_outside = Signal(object)
    templates_loaded = Signal(object)
    series_posted = Signal(object)
    picture_loaded = Signal(str, object)
    picture_failed = Signal(str)
    files_fetched = Signal(list)
    message = Signal(object)
    schedule_changed = Signal(str, object, object, object)
    posts_ended = Signal(object)
    notifications_loaded = Signal(object)
    moves_began = Signal(str)
    moves_ended = Signal(object)
    moves_progress = Signal(int, int)
    message_opened = Signal(object)
    edit_saved = Signal(object)
    blocked = Signal(str)

"""Starting, stopping and resuming campaigns, in transactions of posto.db.

A started message gets its `posto_ref` and the id of its outbox entry at once, as a 'queued' row.
`fill_outbox` moves queued rows into the outbox, the earliest first and a few at a time, since an
outbox of thousands would slow down everything else. Row and entry change in one transaction, so a
process killed anywhere has each post exactly once. From there on the rules of the outbox apply.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from posto_desktop.common.translation import english, translatable
from posto_desktop.core.campaign import Campaign, CampaignMessage, draft_of
from posto_desktop.core.campaign_results import CampaignPost
from posto_desktop.core.draft import Draft
from posto_desktop.core.entries import Series, read_entry
from posto_desktop.delivery.outbox import Outbox
from posto_desktop.delivery.outbox_rows import OutboxError, rows_of, write
from posto_desktop.sdk.records import Channel
from posto_desktop.storage import campaign_rows
from posto_desktop.storage.database import Database, Row
from posto_desktop.storage.row_repair import is_damaged

log = logging.getLogger(__name__)

MAX_WAITING = 20
"""Most waiting entries in the outbox while a campaign has more."""

StyleResolver = Callable[[Draft], Draft]


@dataclass(frozen=True)
class PostRequest:
    """A message to send: its position from 0, and its time (aware; None = at once). `replaces` is
    the mark of its stopped post."""

    message_id: str
    place: int
    share_at: datetime | None
    replaces: str = ""


def read_campaign(db: Database, row: Row) -> Campaign | None:
    """Return a stored campaign with its messages; None if it cannot be read."""
    messages = []
    for message_row in campaign_rows.messages(db, row["id"]):
        try:
            messages.append(CampaignMessage.from_json(message_row["body"]))
        except ValueError as error:
            log.warning("A message could not be read and stays where it is: %s", error)
    try:
        return Campaign.from_json(row["body"], messages)
    except ValueError as error:
        log.warning("A campaign could not be read and stays where it is: %s", error)
        return None


def start(
    db: Database, campaign: Campaign, requests: Sequence[PostRequest], deleted: Collection[str] = ()
) -> list[CampaignPost]:
    """Queue these messages. Skips messages that are on their way or were sent. `deleted` are marks
    of posts that the service surely no longer has."""
    with db.transaction():
        known = [CampaignPost.from_row(row) for row in campaign_rows.posts(db, campaign.id)]
        stopped = {post.posto_ref for post in known if _is_stopped(db, post, deleted)}
        busy = {post.message_id for post in known if post.posto_ref not in stopped}
        taken = [request for request in requests if request.message_id not in busy]
        campaign_rows.remove_posts(
            db, {request.replaces for request in taken if request.replaces in stopped}
        )
        # A post that was being sent when it was stopped continues from there.
        restarted = [post.posto_ref for post in known if post.posto_ref not in stopped]
        campaign_rows.set_removal(db, restarted, False)
        campaign_rows.put(db, campaign.id, campaign.workspace, campaign.to_json(), {})
        campaign_rows.add_posts(
            db,
            [
                {
                    "posto_ref": str(uuid.uuid4()),
                    "entry_id": uuid.uuid4().hex,
                    "campaign_id": campaign.id,
                    "message_id": request.message_id,
                    "place": request.place,
                    "share_at": None if request.share_at is None else request.share_at.timestamp(),
                    "state": "queued",
                }
                for request in taken
            ],
        )
        return [CampaignPost.from_row(row) for row in campaign_rows.posts(db, campaign.id)]


def _is_stopped(db: Database, post: CampaignPost, deleted: Collection[str]) -> bool:
    if post.state == "stopped":
        return True
    if post.state != "handed":
        return False
    if post.posto_ref in deleted:
        return True
    # Cancelled in Activity. One that was sent before may still be live.
    row = db.outbox_row(post.entry_id)
    return row is not None and row["state"] == "cancelled" and row["handovers"] == 0


def fill_outbox(
    db: Database,
    outbox: Outbox,
    resolved_style: StyleResolver,
    *,
    now: datetime | None = None,
    most: int = MAX_WAITING,
) -> list[str]:
    """Move queued posts into the outbox while there is room; return the ids of the campaigns with
    moved or refused posts."""
    room = most - campaign_rows.waiting_entries(db)
    if room <= 0:
        return []
    book = _Book(db)
    touched: list[str] = []
    for row in campaign_rows.queued(db, room):
        post = CampaignPost.from_row(row)
        touched.append(post.campaign_id)
        if is_damaged(row):
            # Its time is unknown: without one it would go out at once.
            damaged = translatable("Delivery", "The saved data of this post is damaged.")
            campaign_rows.change_posts(db, [post.posto_ref], "refused", damaged)
            continue
        try:
            entry = book.entry_of(post, resolved_style, now or datetime.now(UTC))
        except OutboxError as error:
            campaign_rows.change_posts(
                db, [post.posto_ref], "refused", error.english_message, expect=("queued",)
            )
            continue
        with db.transaction():
            if campaign_rows.change_posts(db, [post.posto_ref], "handed", expect=("queued",)):
                write(db, [entry])
        outbox.notify_added(post.entry_id)
    return list(dict.fromkeys(touched))


class _Book:
    """Cache of the campaigns and channels of one `fill_outbox` run."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._campaigns: dict[str, Campaign | None] = {}
        self._channels: dict[str, dict[int, Channel]] = {}
        self._resolved: dict[str, Draft] = {}

    def entry_of(
        self, post: CampaignPost, resolved_style: StyleResolver, now: datetime
    ) -> dict[str, object]:
        campaign = self._campaign(post.campaign_id)
        row = campaign_rows.message(self._db, post.campaign_id, post.message_id)
        message = _message(row["body"]) if row is not None else None
        if campaign is None or message is None:
            raise OutboxError(
                translatable(
                    "Delivery", "The message is no longer in the campaign. Nothing was sent."
                )
            )
        draft = self._resolve_style(draft_of(campaign, message), resolved_style)
        channels = self._known(campaign.workspace)
        chosen = [
            channels[channel_id] for channel_id in draft.channel_ids if channel_id in channels
        ]
        if draft.channel_ids and len(chosen) < len(draft.channel_ids):
            lost = len(draft.channel_ids) - len(chosen)
            raise OutboxError(
                english(
                    "Delivery", "%n of its channels no longer exist. Nothing was sent.", "", lost
                )
            )
        series = Series(campaign.id, post.place + 1, max(post.place + 1, self._count(campaign)))
        mark = (post.entry_id, post.posto_ref)
        return rows_of(draft, chosen, [(post.share_at, series)], now, marks=[mark])[0]

    def _resolve_style(self, draft: Draft, resolved_style: StyleResolver) -> Draft:
        """Style and defaults are files: read once for all messages of a style."""
        known = self._resolved.get(draft.style)
        if known is None:
            known = self._resolved[draft.style] = resolved_style(draft)
        return replace(draft, resolved_style=known.resolved_style)

    def _campaign(self, campaign_id: str) -> Campaign | None:
        if campaign_id not in self._campaigns:
            row = campaign_rows.campaign(self._db, campaign_id)
            campaign: Campaign | None = None
            if row is not None:
                try:
                    campaign = Campaign.from_json(row["body"])
                except ValueError:
                    campaign = None
            self._campaigns[campaign_id] = campaign
        return self._campaigns[campaign_id]

    def _count(self, campaign: Campaign) -> int:
        row = campaign_rows.campaign(self._db, campaign.id)
        order = row["body"].get("order") if row is not None else None
        return len(order) if isinstance(order, list) else 0

    def _known(self, workspace: str) -> dict[int, Channel]:
        if workspace not in self._channels:
            body, _ = self._db.cached(workspace, "channels")
            listed = body if isinstance(body, list) else []
            channels = [Channel.from_dict(row) for row in listed if isinstance(row, dict)]
            self._channels[workspace] = {channel.id: channel for channel in channels}
        return self._channels[workspace]


def stop(
    db: Database, outbox: Outbox, campaign: Campaign, refs: Collection[str] = ()
) -> list[CampaignPost]:
    """Stop what is still on this computer; return the posts afterwards.

    Posts that are being sent, or were sent, belong to the schedule: see `set_stopped`. Those whose
    marks are in `refs` are recorded as still to be deleted there. Posts that may be live are left
    to the user.
    """
    with db.transaction():
        campaign_rows.put(db, campaign.id, campaign.workspace, campaign.to_json(), {})
        known = [CampaignPost.from_row(row) for row in campaign_rows.posts(db, campaign.id)]
        queued = [post.posto_ref for post in known if post.state == "queued"]
        campaign_rows.change_posts(db, queued, "stopped", expect=("queued",))
        handed = [post for post in known if post.state == "handed"]
        late = [post.posto_ref for post in handed if post.posto_ref in refs]
        campaign_rows.set_removal(db, late, True)
    _give_up(db, outbox, handed)
    return [CampaignPost.from_row(row) for row in campaign_rows.posts(db, campaign.id)]


def stop_late(db: Database, outbox: Outbox) -> list[str]:
    """Stop posts that were being sent when their campaign was stopped, and returned to this
    computer, also in an earlier run; return the ids of their campaigns."""
    late = [CampaignPost.from_row(row) for row in campaign_rows.to_remove(db)]
    done = _give_up(db, outbox, [post for post in late if post.state == "handed"])
    return list(dict.fromkeys(post.campaign_id for post in done))


def _give_up(db: Database, outbox: Outbox, posts: Iterable[CampaignPost]) -> list[CampaignPost]:
    """Cancel those still in the outbox."""
    done = []
    for post in posts:
        row = db.outbox_row(post.entry_id)
        if row is None or row["state"] not in ("waiting", "uploading"):
            continue
        if outbox.cancel(post.entry_id):
            if read_entry(row).taken:
                continue  # the service has it for some channels: a resume must not send those again
            with db.transaction():
                campaign_rows.change_posts(db, [post.posto_ref], "stopped", expect=("handed",))
                if not row["handovers"]:
                    campaign_rows.set_removal(db, [post.posto_ref], False)
            done.append(post)
    return done


def set_stopped(db: Database, refs: Iterable[str], stopped: bool) -> None:
    """Record that the service was asked to delete these posts, or that this was undone."""
    before, after = ("handed", "stopped") if stopped else ("stopped", "handed")
    marks = list(refs)
    with db.transaction():
        campaign_rows.change_posts(db, marks, after, expect=(before,))
        if not stopped:
            campaign_rows.set_removal(db, marks, False)


def retry(db: Database, refs: Iterable[str], now: datetime) -> None:
    """Queue again posts that never got into the outbox; at once if their time has passed."""
    marks = list(refs)
    with db.transaction() as connection:
        for ref in campaign_rows.change_posts(db, marks, "queued", expect=("refused",)):
            connection.execute(
                "UPDATE campaign_posts SET share_at=NULL WHERE posto_ref=? AND share_at<=?",
                (ref, now.timestamp()),
            )


def _message(body: object) -> CampaignMessage | None:
    try:
        return CampaignMessage.from_json(body)
    except ValueError:
        return None

"""Publisher of the sandbox: adds posts to a feed on this computer, never to the internet.

The feed is a world of its own, with its own SQLite file and its own copies of the media, as a real
network is: deleting a schedule or a media item of the workspace does not touch what was published.
It keeps the networks' rules that make a post fail: what they demand and what they do not take.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import time
import uuid
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from posto_desktop.common.translation import translatable
from posto_desktop.server import text as texts
from posto_desktop.server.database import ServerDatabase
from posto_desktop.server.folder_media import flush_folder
from posto_desktop.server.leases import require_lease
from posto_desktop.server.networks import networks
from posto_desktop.server.publishers.base import (
    Account,
    Attachment,
    Found,
    Part,
    Post,
    Publisher,
    Record,
    Refused,
    Result,
)
from posto_desktop.server.rows import Row
from posto_desktop.server.store import Store
from posto_desktop.storage import renames

MIGRATIONS = (
    """
    CREATE TABLE posts (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        idempotency_key TEXT NOT NULL UNIQUE,
        posto_ref TEXT NOT NULL,
        mark TEXT NOT NULL,
        channel_id INTEGER NOT NULL,
        channel_name TEXT NOT NULL,
        network TEXT NOT NULL,
        title TEXT NOT NULL,
        text TEXT NOT NULL,
        link TEXT NOT NULL,
        first_comment TEXT NOT NULL,
        media TEXT NOT NULL,
        published_at INTEGER NOT NULL,
        views INTEGER NOT NULL DEFAULT 0
    );
    """,
)


class Sandbox(Publisher):
    """The feed: published posts, newest first, and the media they show."""

    method = "sandbox"
    further_parts = ""
    settle = 0.0
    keeps_words = False
    name = "Sandbox"

    def __init__(self, folder: Path, store: ServerDatabase | None = None) -> None:
        self._media = folder / "media"
        self._media.mkdir(mode=0o700, parents=True, exist_ok=True)
        for unfinished in self._media.glob("??/*.*"):
            with contextlib.suppress(OSError):
                unfinished.unlink()
        self._store = store or Store(folder / "feed.db", MIGRATIONS)

    @property
    def problems(self) -> list[str]:
        return self._store.problems

    def look_for_damage(self) -> None:
        self._store.look_for_damage()

    def close(self) -> None:
        self._store.close()

    def parts(self, post: Post) -> list[Part]:
        """One: the feed shows a post with its comment."""
        return [Part(post, 0, "post", post.key, post.text, post.media)]

    def prepare(self, account: Account, part: Part) -> Record:
        post = part.post
        check(post)
        # The mark makes the post's address unguessable; kept, so that the address stays the same.
        return {
            "mark": uuid.uuid4().hex,
            "media": [_media_entry(attachment) for attachment in post.media],
        }

    def upload(
        self, account: Account, part: Part, record: Record, keep: Callable[[Record], None]
    ) -> Record:
        for attachment in part.media:
            target = self.media_path(attachment.sha256)
            if target.exists():
                continue
            target.parent.mkdir(mode=0o700, exist_ok=True)
            temporary = target.with_name(f"{target.name}.{uuid.uuid4().hex}")
            try:
                try:
                    os.link(attachment.path, temporary)
                except FileNotFoundError:
                    raise
                except OSError:  # another file system, or one without links
                    shutil.copyfile(attachment.path, temporary)
                renames.replace(temporary, target)
                flush_folder(target.parent)
            except FileNotFoundError as error:
                raise Refused(
                    translatable(
                        "Server", "The file {name} is no longer in the media library."
                    ).format(name=attachment.name)
                ) from error
            finally:
                with contextlib.suppress(OSError):
                    temporary.unlink()
        return record

    def send(self, account: Account, part: Part, record: Record) -> Result:
        post = part.post
        text, link = _shown(post)
        require_lease()
        with self._store.write() as db:
            db.execute(
                "INSERT INTO posts (idempotency_key, posto_ref, mark, channel_id, channel_name,"
                " network, title, text, link, first_comment, media, published_at)"
                " VALUES (?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT (idempotency_key) DO NOTHING",
                (
                    post.key,
                    post.posto_ref,
                    record["mark"],
                    post.channel_id,
                    post.channel_name,
                    post.network,
                    post.title,
                    text,
                    link,
                    post.first_comment,
                    json.dumps(record["media"], ensure_ascii=False),
                    int(time.time()),
                ),
            )
        result = self._result(post.key)
        assert result is not None
        return result

    def lookup(
        self, account: Account, part: Part, record: Record, taken: Collection[str]
    ) -> tuple[Found, Result | None]:
        result = self._result(part.key)
        return (Found.NOT_SENT, None) if result is None else (Found.SENT, result)

    def repeat_is_safe(self, record: Record, age: float) -> bool:
        return True

    def insights(self, account: Account, remote_id: str) -> list[dict[str, Any]]:
        number = int(remote_id) if remote_id.isascii() and remote_id.isdigit() else 0
        row = self._store.row("SELECT views FROM posts WHERE id = ?", number)
        return [] if row is None else [{"label": "Views", "value": row["views"]}]

    def page(
        self, limit: int, before: int | None, channels: frozenset[int] | None = None
    ) -> tuple[list[Row], int]:
        """Published posts older than the post `before`, newest first, and how many there are; of
        some channels alone, None for all."""
        condition, values = "1 = 1", sorted(channels or ())
        if channels is not None:
            condition = f"channel_id IN ({','.join('?' * len(channels)) or 'NULL'})"
        rows = self._store.rows(
            f"SELECT * FROM posts WHERE id < ? AND {condition} ORDER BY id DESC LIMIT ?",
            before or 2**62,
            *values,
            limit,
        )
        total = self._store.number(f"SELECT count(*) FROM posts WHERE {condition}", *values)
        return rows, total

    def open_post(self, post_id: int, mark: str) -> Row | None:
        """One post by its address, counted as viewed; None if there is none with this mark."""
        row = self._store.row("SELECT * FROM posts WHERE id = ? AND mark = ?", post_id, mark)
        if row is not None:
            with self._store.write() as db:
                db.execute("UPDATE posts SET views = views + 1 WHERE id = ?", (post_id,))
        return row

    def media_path(self, sha256: str) -> Path:
        """Where the feed's own copy is. Raises ValueError for what is no hash."""
        if not re.fullmatch(r"[0-9a-f]{64}", sha256):
            raise ValueError(sha256)
        return self._media / sha256[:2] / sha256

    def _result(self, key: str) -> Result | None:
        row = self._store.row("SELECT id, mark FROM posts WHERE idempotency_key = ?", key)
        return (
            None if row is None else Result(str(row["id"]), f"/sandbox/{row['id']}/{row['mark']}")
        )


def check(post: Post) -> None:
    """Raises Refused for what the network that the channel stands for does not take."""
    network = networks().get(post.network)
    rules = network.part("media")
    if rules.get("required") and not post.media:
        raise Refused(
            translatable("Server", "{name} needs at least one picture or video.").format(
                name=network.name
            )
        )
    required = network.part("text").get("required")
    if not post.text and (required == "always" or (required == "if_no_media" and not post.media)):
        raise Refused(translatable("Server", "{name} needs a text.").format(name=network.name))
    limit = network.text_limit(bool(post.media))
    length = texts.count(post.text, network)
    if limit is not None and length > limit:
        raise Refused(
            translatable(
                "Server", "The text has {count} characters; {server} allows {limit}. Shorten it."
            ).format(count=f"{length:,}", server=network.name, limit=f"{limit:,}")
        )
    title = network.part("title")
    if title.get("required") and not post.title:
        raise Refused(translatable("Server", "{name} needs a title.").format(name=network.name))
    kinds = {attachment.kind for attachment in post.media}
    if len(kinds) > 1 and rules.get("mix_images_and_video") is False:
        raise Refused(
            translatable(
                "Server", "{name} allows pictures or a video, not both in one post."
            ).format(name=network.name)
        )
    videos = sum(attachment.kind == "video" for attachment in post.media)
    most = rules.get("max_videos")
    if isinstance(most, int) and videos > most:
        raise Refused(
            translatable("Server", "{name} allows {most} videos at most.").format(
                name=network.name, most=most
            )
        )


def _shown(post: Post) -> tuple[str, str]:
    """The text and the link's card: X and Mastodon put the link behind the text, and make no card
    of it where there are files."""
    if not (post.link and post.media and networks().get(post.network).link_in_text):
        return post.text, post.link
    text = post.text if post.link in post.text else f"{post.text}\n{post.link}".lstrip()
    return text, ""


def _media_entry(attachment: Attachment) -> dict[str, Any]:
    return {
        "id": attachment.id,
        "sha256": attachment.sha256,
        "mime": attachment.mime,
        "name": attachment.name,
        "type": attachment.kind,
        "alt": attachment.alt,
        "width": attachment.width,
        "height": attachment.height,
    }

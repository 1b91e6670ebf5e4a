"""kill -9 of the real workspace at random moments: nothing is lost and nothing goes out twice.

What counts is the publisher's own feed, which is a separate database with separate media. Posts
carry a mark each; uploads, composing and sending are all under way when the process is killed.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import threading
from pathlib import Path

import pytest
import requests

from posto_desktop.server import launch

from .conftest import FS, WP, Client, png, until

ROUNDS = int(os.environ.get("POSTO_KILL_ROUNDS", "50"))
NETWORKS = ("twitter", "fb", "mastodon", "linkedin", "bluesky")


class Author:
    """Uploads and composes as fast as it can until the workspace goes away under it.

    Each post is asked for again until it was confirmed, as the app's outbox does: same mark, same
    channels, same time.
    """

    def __init__(self) -> None:
        self.number = 0
        self.answers = 0
        self.media: list[int] = []
        self.confirmed: dict[str, int] = {}
        self.pending: tuple[str, list[int], dict[str, object]] | None = None

    def work(self, client: Client, stop: threading.Event) -> None:
        while not stop.is_set():
            try:
                if self.pending is None:
                    self.pending = self._next(client)
                ref, channels, data = self.pending
                group = client.call(
                    "POST",
                    f"{FS}/composer",
                    json={
                        "schedules": [
                            {"channel_id": channel, "custom_post_data": data}
                            for channel in channels
                        ],
                        "share_at": None,
                    },
                )["schedule_group_id"]
                assert group
                self.answers += 1
                self.confirmed[ref] = len(channels)
                self.pending = None
            except requests.RequestException:
                return  # killed

    def _next(self, client: Client) -> tuple[str, list[int], dict[str, object]]:
        self.number += 1
        ref = f"post-{self.number}"
        data: dict[str, object] = {
            "post_content": f"Post {self.number} {{a|b|c}}",
            "posto_ref": ref,
        }
        if self.number % 3 == 0:
            picture = png(200, 200 + self.number % 50, (self.number % 256, 1, 2))
            self.media.append(int(client.upload(picture, f"p{self.number}.png")["id"]))
            self.answers += 1
        if self.media and self.number % 2:
            data |= {
                "upload_media": True,
                "upload_media_type": "custom",
                "media_list_to_upload": self.media[-2:],
            }
        count = 1 + self.number % len(NETWORKS)
        return ref, list(range(1, 9))[:1] + [3, 4, 5, 6][: count - 1], data


@pytest.mark.timeout(900)
@pytest.mark.skipif(os.name != "posix", reason="kill -9 is a matter of POSIX")
def test_nothing_is_lost_and_nothing_is_sent_twice(tmp_path: Path) -> None:
    seed = random.SystemRandom().randrange(10**6)
    chance = random.Random(seed)
    folder = tmp_path / "workspace"
    author = Author()
    interrupted = 0
    for _ in range(ROUNDS):
        client = Client(launch.start(folder))
        stop = threading.Event()
        thread = threading.Thread(target=author.work, args=(client, stop))
        thread.start()
        # So many answers, not so much time: a slow machine is met at work as well as a quick one.
        moment = author.answers + chance.randint(0, 8)
        until(lambda moment=moment: author.answers >= moment, every=0.001)
        stop.wait(chance.uniform(0.0, 0.01))
        os.kill(client.running.pid, signal.SIGKILL)
        assert client.running.process is not None
        client.running.process.wait()
        stop.set()
        thread.join()
        client.session.close()
        assert client.running.process.stdin is not None
        client.running.process.stdin.close()
        interrupted += _half_sent(folder)

    client = Client(launch.start(folder))
    try:
        author.work(client, _once())
        until(lambda: not client.rows(statuses="not_sent,sending"), 60)
        for ref in author.confirmed:
            assert ref
        rows = _rows(folder)
        assert {status for _, _, status in rows} == {"success"}, f"seed {seed}"
        wanted = {(ref, channel) for ref, channel, _ in rows}
        assert len(wanted) == len(rows), "one row a post and channel"
        counts: dict[str, int] = {}
        for ref, _, _ in rows:
            counts[ref] = counts.get(ref, 0) + 1
        for ref, count in author.confirmed.items():
            assert counts.get(ref) == count, f"{ref} was confirmed and is lost; seed {seed}"
        published = _published(folder)
        assert len(published) == len(set(published)), f"sent twice; seed {seed}"
        assert set(published) == wanted, f"seed {seed}"
        for path in _feed_media(folder):
            assert path.exists(), f"a published picture is missing; seed {seed}"
        assert interrupted > ROUNDS / 20, "too few kills hit the sending"
        for item in client.call("GET", f"{WP}/media?per_page=100"):
            data = requests.get(item["source_url"], timeout=60).content
            assert len(data) == item["media_details"]["filesize"]
        assert not list((folder / "media" / "incoming").iterdir())
    finally:
        client.session.close()
        assert client.running.stop(60)


def _once() -> threading.Event:
    """An event that ends the author after the post that is pending."""

    class Once(threading.Event):
        asked = 0

        def is_set(self) -> bool:
            self.asked += 1
            return self.asked > 1

    return Once()


def _rows(folder: Path) -> list[tuple[str, int, str]]:
    with sqlite3.connect(folder / "workspace.db") as db:
        rows = db.execute("SELECT posto_ref, channel_id, status FROM schedules").fetchall()
    db.close()
    return [(str(ref), int(channel), str(status)) for ref, channel, status in rows]


def _half_sent(folder: Path) -> int:
    """Rows that the kill caught in the middle; read from a copy, as a crash left the files."""
    db = sqlite3.connect(f"file:{folder / 'workspace.db'}?mode=ro", uri=True)
    try:
        return int(
            db.execute("SELECT count(*) FROM schedules WHERE status = 'sending'").fetchone()[0]
        )
    except sqlite3.OperationalError:
        return 0  # killed before the tables were made
    finally:
        db.close()


def _published(folder: Path) -> list[tuple[str, int]]:
    db = sqlite3.connect(folder / "sandbox" / "feed.db")
    rows = db.execute("SELECT posto_ref, channel_id FROM posts").fetchall()
    db.close()
    return [(str(ref), int(channel)) for ref, channel in rows]


def _feed_media(folder: Path) -> list[Path]:
    db = sqlite3.connect(folder / "sandbox" / "feed.db")
    rows = db.execute("SELECT media FROM posts").fetchall()
    db.close()
    names = {file["sha256"] for (listed,) in rows for file in json.loads(listed)}
    return [folder / "sandbox" / "media" / name[:2] / name for name in names]

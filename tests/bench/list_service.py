"""A service with 100,000 posts that answers each request after 50 ms: a process of its own.

``python -m tests.bench.list_service [SECONDS]``: prints its address and serves until its input
ends; the seconds replace those 50 ms.
"""

from __future__ import annotations

import sys
import time
from typing import Any

from tests.unit.sdk.scripted import Reply, Scripted, Seen, channel, schedule

ROWS = 100_000
LATENCY = 0.05
CHANNELS = 8
EVERY = 900
SLUGS = ["twitter", "fb", "instagram", "linkedin", "mastodon", "bluesky", "telegram", "tiktok"]
SENTENCE = (
    "Morning light on the old harbour, fresh coffee and a long list of plans for the week ahead; "
    "come by, bring a friend, and tell us what you would like to see next"
)
WORDS = SENTENCE.split()


def text_of(message: int) -> str:
    """A text of its own for each message, 40 to 200 characters long."""
    words = [WORDS[(message * 7 + n) % len(WORDS)] for n in range(message % 28)]
    return " ".join((f"Post {message}:", *words))


class ListService(Scripted):
    """The rows newest first, half of them ahead; five posts a message."""

    def __init__(self) -> None:
        super().__init__()
        self.channels = [channel(n, f"Channel {n}", SLUGS[n % 8]) for n in range(1, CHANNELS + 1)]
        self.start = int(time.time()) // EVERY * EVERY - ROWS // 2 * (EVERY // 5)
        self.latency = LATENCY

    def row(self, number: int) -> dict[str, Any]:
        sent = number < ROWS // 2
        message = number // 5
        media = [{"id": message, "type": "image", "url": f"https://cdn.example/{message}.jpg"}]
        text = text_of(message)
        return schedule(
            number + 1,
            status="success" if sent and number % 50 else "error" if sent else "not_sent",
            group=f"{message:032x}",
            channel=self.channels[number % CHANNELS],
            at=self.start + number * (EVERY // 5),
            text=text,
            remote_post_link=f"https://social.example/post/{number}" if sent else "",
            error_msg="" if number % 50 or not sent else "<b>Session expired</b>",
            posting_data={"content": text, "mediaList": media if message % 3 == 0 else []},
            customization_data={"post_content": text, "posto_ref": f"posto-{message:020}"},
        )

    def list_rows(self, seen: Seen) -> Reply:
        page, size = int(seen.first("page") or 1), int(seen.first("rows_count") or 50)
        count = ROWS // 2 if seen.all("statuses[]") == ["not_sent"] else ROWS
        first = (page - 1) * size
        rows = [self.row(ROWS - 1 - at) for at in range(first, min(first + size, count))]
        return Reply(200, {"schedules": rows, "total": count})


def main() -> None:
    service = ListService()
    if len(sys.argv) > 1:
        service.latency = float(sys.argv[1])
    print(service.url, flush=True)
    sys.stdin.read()
    service.close()


if __name__ == "__main__":
    main()

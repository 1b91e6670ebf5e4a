"""What tests of all conversations have to know of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from posto_desktop.server.publishers.base import Found, Publisher
from posto_desktop.server.publishers.devto import DevTo
from posto_desktop.server.publishers.discord import DiscordBot, DiscordWebhook
from posto_desktop.server.publishers.facebook import FacebookPage
from posto_desktop.server.publishers.ghost import Ghost
from posto_desktop.server.publishers.instagram import Instagram
from posto_desktop.server.publishers.lemmy import Lemmy
from posto_desktop.server.publishers.linkedin import LinkedIn
from posto_desktop.server.publishers.mattermost import Mattermost
from posto_desktop.server.publishers.misskey import Misskey
from posto_desktop.server.publishers.slack import Slack
from posto_desktop.server.publishers.telegram import Telegram
from posto_desktop.server.publishers.threads import Threads
from posto_desktop.server.publishers.tumblr import Tumblr
from posto_desktop.server.publishers.webhook import Webhook
from posto_desktop.server.publishers.x import X
from tests.servers.conversations import (
    devto,
    discord,
    ghost,
    lemmy,
    linkedin,
    mattermost,
    meta,
    misskey,
    slack,
    telegram,
    tumblr,
    webhook,
    x,
)
from tests.servers.scripted import TOKEN, Scripted


@dataclass(frozen=True)
class Case:
    """`given` are the fields with `SERVER` for the address, `wrong` those of a wrong credential.

    `publishes` is method and path of the call that publishes. `after_loss` is what is known when
    its answer was lost, `answers` which part each part of a thread of three with a comment replies
    to, `link` the address of a post with `ID` for its id. `most` is the longest text, in
    characters (0: none is too long), `files` the number of files.
    """

    publisher: Callable[[], Publisher]
    server: Callable[[], Scripted]
    given: Mapping[str, str]
    wrong: Mapping[str, str]
    publishes: tuple[str, str]
    after_loss: Found
    link: str
    most: int
    files: int | None
    answers: tuple[int | None, ...] = (None, 0, 1, 0)
    has_alt: bool = True
    has_comment: bool = True
    is_repeatable: bool = False
    needs_media: bool = False
    says_in_header: bool = False
    """The id comes in a header, so that a cut answer is as good as a whole one."""
    alone: str = ""
    """What stands in the place of a text where pictures alone cannot be."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    large: int = 0
    """Bytes above which a picture is refused or made smaller, 0 where the test has no such one."""

    def fields(self, place: str, more: Mapping[str, str] | None = None) -> dict[str, str]:
        """What is entered to connect to the server at an address."""
        given = {**self.given, **(more or {})}
        return {name: text.replace("SERVER", place) for name, text in given.items()}


HOST = {"host": "SERVER", "host_user": "alice", "host_password": meta.HOST_PASSWORD}
FLAT = (None, None, None, None)
CASES = {
    "webhook": Case(
        Webhook,
        webhook.Receiver,
        {"server": "SERVER/hook", "secret": TOKEN},
        {"secret": "another secret, long"},
        ("POST", "/hook"),
        Found.CANNOT_TELL,
        "SERVER/posts/ID",
        2000,
        6,
        is_repeatable=True,
    ),
    "discord_webhook": Case(
        DiscordWebhook,
        discord.Discord,
        {"address": f"SERVER/api/webhooks/{discord.WEBHOOK}/{TOKEN}"},
        {"address": f"SERVER/api/webhooks/{discord.WEBHOOK}/wrong-token"},
        ("POST", "/webhooks/"),
        Found.CANNOT_TELL,
        "SERVER/channels/222/333/ID",
        2000,
        10,
        answers=FLAT,
    ),
    "discord": Case(
        DiscordBot,
        discord.Discord,
        {"token": TOKEN, "server": "SERVER"},
        {"token": "wrong-token"},
        ("POST", "/messages"),
        Found.SENT,
        "SERVER/channels/222/333/ID",
        2000,
        10,
        is_repeatable=True,
    ),
    "telegram": Case(
        Telegram,
        telegram.Telegram,
        {"token": telegram.BOT_TOKEN, "server": "SERVER"},
        {"token": "123456:wrong-token-of-another-bot"},
        ("POST", "/send"),
        Found.CANNOT_TELL,
        "https://t.me/alicenews/ID",
        4096,
        10,
        has_alt=False,
    ),
    "slack": Case(
        Slack,
        slack.Slack,
        {"token": f"xoxb-{TOKEN}", "server": "SERVER"},
        {"token": "xoxb-wrong-token"},
        ("POST", "/chat.postMessage"),
        Found.SENT,
        "https://club.slack.com/archives/C0123/pID",
        12_000,
        10,
        answers=(None, 0, 0, 0),
    ),
    "mattermost": Case(
        Mattermost,
        mattermost.Mattermost,
        {"server": "SERVER", "token": TOKEN},
        {"token": "wrong-token"},
        ("POST", "/api/v4/posts"),
        Found.SENT,
        "SERVER/_redirect/pl/ID",
        4000,
        10,
        answers=(None, 0, 0, 0),
        has_alt=False,
        large=200_000,
    ),
    "misskey": Case(
        Misskey,
        misskey.Misskey,
        {"server": "SERVER", "token": TOKEN},
        {"token": "wrong-token"},
        ("POST", "/api/notes/create"),
        Found.SENT,
        "SERVER/notes/ID",
        3000,
        16,
    ),
    "lemmy": Case(
        Lemmy,
        lemmy.Lemmy,
        {"server": "SERVER", "user": "alice", "password": "pass-word-of-alice"},
        {"password": "wrong-pass-word"},
        ("POST", "/api/v3/post"),
        Found.SENT,
        "SERVER/post/ID",
        200,
        None,
        alone="One",
    ),
    "tumblr": Case(
        Tumblr,
        tumblr.Tumblr,
        {
            "consumer_key": "consumer-key-1",
            "consumer_secret": tumblr.SECRETS[0],
            "token": TOKEN,
            "token_secret": tumblr.SECRETS[1],
            "server": "SERVER",
        },
        {"token_secret": "wrong-token-secret"},
        ("POST", "/v2/blog/"),
        Found.SENT,
        "https://www.tumblr.com/alicenews/ID",
        4096,
        30,
        has_comment=False,
    ),
    "devto": Case(
        DevTo,
        devto.DevTo,
        {"key": TOKEN, "server": "SERVER"},
        {"key": "wrong-token"},
        ("PUT", "/api/articles/"),
        Found.SENT,
        "https://dev.to/alice/ID",
        100_000,
        0,
        has_comment=False,
        is_repeatable=True,
        extra={"title": "A title"},
    ),
    "ghost": Case(
        Ghost,
        ghost.Ghost,
        {"server": "SERVER", "key": f"{ghost.KEY}:{ghost.SECRET}"},
        {"key": f"{ghost.KEY}:{'cd' * 32}"},
        ("PUT", "/ghost/api/admin/posts/"),
        Found.SENT,
        "https://alice.example/p/ID/",
        0,
        None,
        has_comment=False,
        is_repeatable=True,
    ),
    "x": Case(
        X,
        x.X,
        {
            "consumer_key": "consumer-key-1",
            "consumer_secret": tumblr.SECRETS[0],
            "token": TOKEN,
            "token_secret": tumblr.SECRETS[1],
            "server": "SERVER",
        },
        {"token_secret": "wrong-token-secret"},
        ("POST", "/2/tweets"),
        Found.CANNOT_TELL,
        "https://x.com/alice/status/ID",
        280,
        4,
    ),
    "linkedin": Case(
        LinkedIn,
        linkedin.LinkedIn,
        {"token": TOKEN, "server": "SERVER"},
        {"token": "wrong-token"},
        ("POST", "/rest/posts"),
        Found.CANNOT_TELL,
        "https://www.linkedin.com/feed/update/ID",
        3000,
        20,
        answers=(None, 0, 0, 0),
        is_repeatable=True,
        says_in_header=True,
    ),
    "threads": Case(
        Threads,
        meta.Threads,
        {"token": TOKEN, "server": "SERVER/v1.0", **HOST},
        {"token": "wrong-token"},
        ("POST", "/me/threads_publish"),
        Found.SENT,
        "https://www.threads.net/@alice/post/ID",
        500,
        20,
    ),
    "instagram": Case(
        Instagram,
        meta.Instagram,
        {"token": TOKEN, "server": "SERVER/v23.0", **HOST},
        {"token": "wrong-token"},
        ("POST", "/17/media_publish"),
        Found.SENT,
        "https://www.instagram.com/p/ID/",
        2200,
        10,
        answers=(None, 0, 0, 0),
        needs_media=True,
    ),
    "facebook": Case(
        FacebookPage,
        meta.Facebook,
        {"token": TOKEN, "server": "SERVER/v23.0"},
        {"token": "wrong-token"},
        ("POST", "/17_"),
        Found.SENT,
        "https://www.facebook.com/ID",
        63_206,
        10,
        answers=(None, 0, 0, 0),
        is_repeatable=True,
    ),
}

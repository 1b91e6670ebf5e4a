"""Whatever a server answers, a publisher does not stumble, and nothing counts as sent without an
id. (10,000 each: POSTO_MUTATED_ANSWERS=10000.)"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from posto_desktop.server.publishers import http
from posto_desktop.server.publishers.base import (
    Account,
    Attachment,
    Found,
    Limits,
    Part,
    Post,
    Publisher,
    PublishError,
    Result,
)
from posto_desktop.server.publishers.http import Http, HttpAnswer
from posto_desktop.server.publishers.mastodon import Mastodon
from posto_desktop.server.publishers.wordpress import WordPress

from .conftest import png
from .mutations import mutated

SERVER = "https://net.example"
STATUS = {
    "id": "11", "url": f"{SERVER}/@a/11", "uri": f"{SERVER}/11", "content": "<p>Hello</p>",
    "created_at": "2026-11-28T19:00:00.000Z", "in_reply_to_id": None,
    "media_attachments": [{"id": "7", "description": "A cake"}],
}  # fmt: skip
MASTODON: dict[str, tuple[int, Any]] = {
    "GET /api/v2/instance": (200, {
        "version": "4.4.0", "configuration": {
            "statuses": {
                "max_characters": 500, "max_media_attachments": 4,
                "characters_reserved_per_url": 23,
            },
            "media_attachments": {
                "supported_mime_types": ["image/png"], "image_size_limit": 16_000_000,
                "image_matrix_limit": 33_000_000, "video_size_limit": 99_000_000,
                "description_limit": 1500,
            },
        },
    }),
    "GET /.well-known/nodeinfo": (200, {"links": [{"rel": "x", "href": f"{SERVER}/nodeinfo/2.0"}]}),
    "GET /nodeinfo/2.0": (200, {"software": {"name": "mastodon", "version": "4.4.0"}}),
    "GET /api/v1/accounts/verify_credentials": (200, {
        "id": "1", "acct": "a", "display_name": "A", "url": f"{SERVER}/@a", "avatar": "x.png",
    }),
    "POST /api/v2/media": (200, {"id": "7", "url": "x"}),
    "GET /api/v1/media/7": (200, {"id": "7", "url": "x"}),
    "POST /api/v1/statuses": (200, STATUS),
    "GET /api/v1/accounts/1/statuses": (200, [STATUS]),
    "GET /api/v1/statuses/11": (200, {**STATUS, "replies_count": 1}),
}  # fmt: skip
PAGE = {"id": 11, "link": f"{SERVER}/hello", "status": "publish", "slug": "SLUG"}
WORDPRESS: dict[str, tuple[int, Any]] = {
    "HEAD /": (200, {}),
    "GET /wp-json/": (200, {"name": "A blog", "namespaces": ["wp/v2"]}),
    "GET /wp-json/wp/v2/users/me": (200, {
        "id": 1, "slug": "a", "capabilities": {"edit_posts": True, "publish_posts": True},
        "avatar_urls": {"24": "x", "96": "y"},
    }),
    "POST /wp-json/wp/v2/media": (201, {"id": 7, "source_url": f"{SERVER}/a.png"}),
    "GET /wp-json/wp/v2/posts": (200, []),
    "POST /wp-json/wp/v2/posts": (201, {**PAGE, "status": "draft"}),
    "POST /wp-json/wp/v2/posts/11": (200, PAGE),
    "GET /wp-json/wp/v2/posts/11": (200, PAGE),
    "POST /wp-json/wp/v2/comments": (201, {"id": 12, "link": f"{SERVER}/hello#12"}),
    "GET /wp-json/wp/v2/comments": (200, [
        {"id": 12, "link": f"{SERVER}/hello#12", "content": {"rendered": "<p>Said</p>"}},
    ]),
}  # fmt: skip


class Browser:
    """Somebody who signs in at once."""

    state = "s"

    def listen(self) -> str:
        return "http://127.0.0.1:1/callback"

    def open(self, url: str) -> dict[str, str]:
        return {"code": "c", "state": "s"}


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[dict[str, Any]], None]]:
    """Has servers answer what is given, by method and path; 404 for the rest."""
    known: dict[str, tuple[int, bytes]] = {}

    def once(
        _self: Http, method: str, url: str, publishes: bool, _body: dict[str, Any]
    ) -> HttpAnswer:
        status, content = known.get(f"{method} {urlsplit(url).path}", (404, b"{}"))
        return HttpAnswer("net.example", status, {}, content, publishes)

    monkeypatch.setattr(Http, "_once", once)
    yield lambda answers: (known.clear(), known.update(answers))[0]
    http.forget_budgets()


def secret() -> dict[str, str]:
    return {"token": "token-of-a", "username": "a", "password": "pass word"}


@pytest.mark.parametrize(
    ("publisher", "answers", "given"),
    [
        (Mastodon(), MASTODON, {"server": SERVER, "token": "token-of-a"}),
        (WordPress(), WORDPRESS, {"server": SERVER, "username": "a", "password": "pass word"}),
    ],
)
def test_no_answer_makes_a_publisher_stumble(
    served: Callable[[dict[str, Any]], None],
    tmp_path: Path,
    publisher: Publisher,
    answers: dict[str, tuple[int, Any]],
    given: dict[str, str],
) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(png())
    file = Attachment(1, path, "0" * 64, "image/png", "a.png", "A cake", path.stat().st_size, 8, 8)
    post = Post("k1", "ref", 1, "A", "mastodon", "Hello", media=(file,), first_comment="Said")
    account = Account(
        1, publisher.method, 1, SERVER, "1", "@a", facts={"root": "/wp-json", "can_publish": True},
        limits=Limits(text=500), secret=secret,
    )  # fmt: skip
    outcomes = {"sent": 0, "refused": 0}
    for wrong in mutated(answers, 7):
        http.forget_budgets()
        served(wrong)
        steps(publisher, account, post, given, outcomes)
    assert outcomes["sent"], "some answers are still good"
    assert outcomes["refused"]


def steps(
    publisher: Publisher,
    account: Account,
    post: Post,
    given: dict[str, str],
    outcomes: dict[str, int],
) -> None:
    def carefully(step: Callable[..., Any], *words: Any) -> Any:
        try:
            return step(*words)
        except PublishError as error:
            sentence = str(error)
        assert sentence
        assert "token-of-a" not in sentence
        outcomes["refused"] += 1
        return None

    connected = carefully(publisher.connect, given, Browser())
    if connected is not None:
        assert connected.profile.remote_id
        Limits.from_json(connected.profile.limits.to_json())
    carefully(publisher.check, account)
    before: tuple[Result, ...] = ()
    for part in publisher.parts(post):
        part = Part(
            post, part.number, part.kind, part.key, part.text, part.media, before, 1_700_000_000.0
        )
        record = publisher.prepare(account, part)
        record = carefully(publisher.upload, account, part, record, lambda _kept: None)
        if record is None:
            return
        looked = carefully(publisher.lookup, account, part, record, ())
        if looked is not None and looked[0] is Found.SENT:
            assert looked[1] is not None
            assert looked[1].id
        result = carefully(publisher.send, account, part, record)
        if result is None:
            return
        assert isinstance(result, Result)
        assert result.id
        assert isinstance(result.url, str)
        outcomes["sent"] += 1
        before = (*before, result)
    carefully(publisher.insights, account, before[0].id)

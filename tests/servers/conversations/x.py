"""X's API v2: OAuth 1.0a, pictures with their metadata, posts, and how it refuses."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

from tests.servers.conversations.tumblr import SECRETS, signed_by
from tests.servers.scripted import Reply, Request, Scripted, Shown, route


class X(Scripted):
    def __init__(self) -> None:
        super().__init__()
        self.files: dict[str, list[Any]] = {}

    def refused(self, request: Request) -> Reply | None:
        header = request.headers.get("authorization", "")
        match = re.search(r'oauth_signature="([^"]*)"', header)
        assert match
        good = signed_by(request, self.seen_as, SECRETS) == unquote(match[1])
        if self.is_revoked or not good:
            return Reply({"title": "Unauthorized", "status": 401, "detail": "Unauthorized"}, 401)
        return None

    @route("GET", "/2/users/me")
    def me(self, request: Request) -> Any:
        return {"data": {"id": "12", "username": "alice", "name": "Alice"}}

    @route("POST", "/2/media/upload")
    def upload(self, request: Request) -> Any:
        fields, files = request.form
        assert fields == {"media_category": "tweet_image"}
        assert [file.field for file in files] == ["media"]
        assert len(files[0].data) <= 5 * 1024 * 1024
        number = str(self.next_number())
        self.files[number] = [files[0].data, ""]
        return {"data": {"id": number, "media_key": f"3_{number}"}}

    @route("POST", "/2/media/metadata")
    def describe(self, request: Request) -> Any:
        body = request.json
        text = body["metadata"]["alt_text"]["text"]
        assert 1 <= len(text) <= 1000
        self.files[body["id"]][1] = text
        return {"data": {"id": body["id"]}}

    @route("POST", "/2/tweets")
    def tweet(self, request: Request) -> Any:
        body = request.json
        text, ids = body.get("text", ""), body.get("media", {}).get("media_ids", [])
        assert text or ids
        assert len(ids) <= 4
        if any(post.text == text and not ids for post in self.posts):
            sentence = "You are not allowed to create a Tweet with duplicate content."
            return Reply({"detail": sentence, "title": "Forbidden", "status": 403}, 403)
        number = str(1_900_000_000_000_000_000 + self.next_number())
        files = [self.files[post_id] for post_id in ids]
        answered = body.get("reply", {}).get("in_reply_to_tweet_id", "")
        alts, data = tuple(file[1] for file in files), tuple(file[0] for file in files)
        self.posts.append(Shown(number, text, alts, answered, data))
        return Reply({"data": {"id": number, "text": text}}, 201)

"""Tumblr's API v2: OAuth 1.0a, posts in the Neue Post Format, forms with files."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import time
from typing import Any
from urllib.parse import quote, unquote

from tests.servers.scripted import TOKEN, Reply, Request, Scripted, Shown, route

SECRETS = ("consumer-secret-1", "token-secret-22")


def signed_by(request: Request, base_url: str, secrets: tuple[str, str]) -> str:
    """The signature that a request should have, made from RFC 5849 anew."""
    header = request.headers["authorization"].removeprefix("OAuth ")
    named = {name: unquote(value) for name, value in re.findall(r'(\w+)="([^"]*)"', header)}
    named.pop("oauth_signature")
    pairs = sorted(
        (quote(name, safe="~"), quote(value, safe="~"))
        for name, value in [*named.items(), *request.query.items()]
    )
    joined = "&".join(f"{name}={value}" for name, value in pairs)
    parts = (request.method, base_url + request.path, joined)
    base = "&".join(quote(part, safe="~") for part in parts)
    key = "&".join(quote(secret, safe="~") for secret in secrets)
    digest = hmac.new(key.encode(), base.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


class Tumblr(Scripted):
    def __init__(self) -> None:
        super().__init__()
        self.stored: list[dict[str, Any]] = []

    def refused(self, request: Request) -> Reply | None:
        header = request.headers.get("authorization", "")
        match = re.search(r'oauth_signature="([^"]*)"', header)
        assert match
        assert f'oauth_token="{TOKEN}"' in header
        good = signed_by(request, self.seen_as, SECRETS) == unquote(match[1])
        if self.is_revoked or not good:
            return Reply({"meta": {"status": 401, "msg": "Unauthorized"}, "response": []}, 401)
        return None

    @route("GET", "/v2/user/info")
    def user(self, request: Request) -> Any:
        blog = {"name": "alicenews", "title": "Alice", "url": "https://alicenews.tumblr.com/"}
        return {"meta": {"status": 200}, "response": {"user": {"name": "alice", "blogs": [blog]}}}

    @route("POST", "/v2/blog/alicenews/posts")
    def post(self, request: Request) -> Any:
        files = []
        if request.headers["content-type"].startswith("multipart/"):
            fields, files = request.form
            body = json.loads(fields["json"])
        else:
            body = request.json
        assert body["state"] == "published"
        blocks = body["content"]
        words = [block["text"] for block in blocks if block["type"] == "text"]
        assert all(len(word) <= 4096 for word in words)
        images = [block for block in blocks if block["type"] == "image"]
        assert [image["media"][0]["identifier"] for image in images] == [
            file.field for file in files
        ]
        links = [block["url"] for block in blocks if block["type"] == "link"]
        number = 700_000_000_000_000_000 + self.next_number()
        alts = tuple(image.get("alt_text", "") for image in images)
        text = "\n\n".join([*words, *links])
        self.posts.append(Shown(str(number), text, alts, "", tuple(file.data for file in files)))
        post = {"id": number, "id_string": str(number), "slug": body["slug"]}
        self.stored.append({**post, "timestamp": int(time.time())})
        body = {"meta": {"status": 201, "msg": "Created"}, "response": {"id": str(number)}}
        return Reply(body, 201)

    @route("GET", "/v2/blog/alicenews/posts")
    def listed(self, request: Request) -> Any:
        return {"meta": {"status": 200}, "response": {"posts": self.stored[::-1][:50]}}

"""Ghost's Admin API: a signed token, pictures, a draft, its publishing."""

from __future__ import annotations

import base64
import hashlib
import hmac
import html
import json
import re
import time
from typing import Any

from tests.servers.scripted import Reply, Request, Scripted, Shown, route

KEY = "0123456789abcdef01234567"
SECRET = "ab" * 32


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Ghost(Scripted):
    def __init__(self) -> None:
        super().__init__()
        self.files: dict[str, bytes] = {}
        self.drafts: dict[str, dict[str, Any]] = {}

    def refused(self, request: Request) -> Reply | None:
        if request.path.endswith("/site/"):
            return None
        kind, _, token = request.headers["authorization"].partition(" ")
        head, payload, signature = token.split(".")
        assert kind == "Ghost"
        assert request.headers["accept-version"].startswith("v")
        claims, named = json.loads(decoded(payload)), json.loads(decoded(head))
        assert claims["aud"] == "/admin/"
        assert 0 < claims["exp"] - claims["iat"] <= 300
        assert claims["exp"] > time.time()
        wanted = hmac.new(bytes.fromhex(SECRET), f"{head}.{payload}".encode(), hashlib.sha256)
        if self.is_revoked or named["kid"] != KEY:
            return self.no(401, "Unknown Admin API Key", "UNKNOWN_ADMIN_API_KEY")
        if not hmac.compare_digest(wanted.digest(), decoded(signature)):
            return self.no(401, "Invalid token: invalid signature", "INVALID_JWT")
        return None

    def no(self, status: int, message: str, code: str) -> Reply:
        return Reply({"errors": [{"message": message, "context": None, "code": code}]}, status)

    @route("GET", "/ghost/api/admin/site/")
    def site(self, request: Request) -> Any:
        return {"site": {"title": "Alice", "url": "https://alice.example/", "version": "5.130"}}

    @route("GET", "/ghost/api/admin/posts/")
    def listed(self, request: Request) -> Any:
        return {"posts": [], "meta": {}}

    @route("POST", "/ghost/api/admin/images/upload/")
    def upload(self, request: Request) -> Any:
        _, files = request.form
        url = f"https://alice.example/content/images/{self.next_number()}.jpg"
        self.files[url] = files[0].data
        return Reply({"images": [{"url": url, "ref": None}]}, 201)

    @route("GET", r"/ghost/api/admin/posts/slug/([\w-]+)/")
    def by_slug(self, request: Request, slug: str) -> Any:
        matches = [draft for draft in self.drafts.values() if draft["slug"] == slug]
        return {"posts": matches} if matches else self.no(404, "Resource not found", "NOT_FOUND")

    @route("POST", "/ghost/api/admin/posts/")
    def create(self, request: Request) -> Any:
        assert request.query == {"source": "html"}
        (post,) = request.json["posts"]
        assert post["status"] == "draft"
        assert 1 <= len(post["title"]) <= 255
        assert len(post.get("feature_image_alt", "")) <= 191
        number = f"{self.next_number():024x}"
        self.drafts[number] = {
            **post,
            "id": number,
            "updated_at": f"2030-01-01T00:00:{self.next_number() % 60:02}.000Z",
            "url": f"https://alice.example/p/{number}/",
        }
        return Reply({"posts": [self.drafts[number]]}, 201)

    @route("GET", r"/ghost/api/admin/posts/([0-9a-f]{24})/")
    def show(self, request: Request, number: str) -> Any:
        return {"posts": [self.drafts[number]]}

    @route("DELETE", r"/ghost/api/admin/posts/([0-9a-f]{24})/")
    def delete(self, request: Request, number: str) -> Any:
        del self.drafts[number]
        return Reply(b"", 204)

    @route("PUT", r"/ghost/api/admin/posts/([0-9a-f]{24})/")
    def publish(self, request: Request, number: str) -> Any:
        (changed,) = request.json["posts"]
        post = self.drafts[number]
        assert "newsletter" not in request.query, "nobody gets a mail"
        if changed["updated_at"] != post["updated_at"]:
            return self.no(409, "Saving failed! Someone else is editing this post.", "COLLISION")
        if post["status"] == "draft":
            post["status"] = "published"
            images = [post["feature_image"]] if post.get("feature_image") else []
            alts = [post.get("feature_image_alt") or ""] if images else []
            for url, alt in re.findall(r'<img src="([^"]+)" alt="([^"]*)">', post["html"]):
                images.append(html.unescape(url))
                alts.append(html.unescape(alt))
            words = re.sub(r"<figure>.*?</figure>", "", post["html"])
            paragraphs = [
                html.unescape(re.sub(r"<[^>]+>", "", paragraph.replace("<br>", "\n")))
                for paragraph in re.findall("<p>(.*?)</p>", words)
            ]
            files = tuple(self.files[image] for image in images)
            text = "\n\n".join(paragraphs)
            self.posts.append(Shown(number, text, tuple(alts), "", files))
        return {"posts": [post]}

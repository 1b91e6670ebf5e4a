"""Lemmy's API v3: communities, posts, comments, pictures by pictrs."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from tests.servers.scripted import TOKEN, Reply, Request, Scripted, Shown, route

_PICTURE = re.compile(r"!\[(.*?)\]\((\S+?)\)")


class Lemmy(Scripted):
    def __init__(self) -> None:
        super().__init__()
        self.files: dict[str, bytes] = {}
        self.views: list[dict[str, Any]] = []
        self.comments: list[dict[str, Any]] = []

    def refused(self, request: Request) -> Reply | None:
        if request.path.endswith("/login") or request.path == "/api/v3/site":
            return None
        if self.is_revoked or request.headers.get("authorization") != f"Bearer {TOKEN}":
            return Reply({"error": "not_logged_in"}, 400)
        return None

    @route("POST", "/api/v3/user/login")
    def login(self, request: Request) -> Any:
        body = request.json
        if body != {"username_or_email": "alice", "password": "pass-word-of-alice"}:
            return Reply({"error": "incorrect_login"}, 401)
        return {"jwt": TOKEN, "registration_created": False, "verify_email_sent": False}

    @route("POST", "/api/v3/user/logout")
    def logout(self, request: Request) -> Any:
        self.is_revoked = True
        return {}

    @route("GET", "/api/v3/site")
    def site(self, request: Request) -> Any:
        if self.is_revoked or request.headers.get("authorization") != f"Bearer {TOKEN}":
            return {"site_view": {}, "version": "0.19.5"}
        person = {"id": 5, "name": "alice", "actor_id": f"{self.url}/u/alice"}
        community = {"id": 7, "name": "news", "title": "News", "actor_id": f"{self.url}/c/news"}
        user = {"local_user_view": {"person": person}, "follows": [{"community": community}]}
        return {"site_view": {}, "version": "0.19.5", "my_user": user}

    @route("POST", "/pictrs/image")
    def upload(self, request: Request) -> Any:
        _, files = request.form
        assert [file.field for file in files] == ["images[]"]
        name = f"{self.next_number()}.jpg"
        self.files[name] = files[0].data
        return Reply({"msg": "ok", "files": [{"file": name, "delete_token": "d"}]}, 201)

    @route("POST", "/api/v3/post")
    def post(self, request: Request) -> Any:
        body = request.json
        assert body["community_id"] == 7
        assert 1 <= len(body["name"]) <= 200
        number = self.next_number()
        urls, alts, text = [], [], body.get("body", "")
        if "/pictrs/image/" in body.get("url", ""):
            urls.append(body["url"])
            alts.append(body.get("alt_text", ""))
        for alt, url in _PICTURE.findall(text):
            urls.append(url)
            alts.append(alt)
        words = _PICTURE.sub("", text).strip()
        shown = [
            body["name"],
            words,
            "" if urls and urls[0] == body.get("url") else body.get("url"),
        ]
        files = tuple(self.files[url.rpartition("/")[2]] for url in urls)
        self.posts.append(
            Shown(str(number), "\n".join(line for line in shown if line), tuple(alts), "", files)
        )
        post = {
            "id": number,
            "name": body["name"],
            "body": text or None,
            "url": body.get("url"),
            "published": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
        }
        self.views.append({"post": post, "creator": {"id": 5}})
        return {"post_view": self.views[-1]}

    @route("POST", "/api/v3/comment")
    def comment(self, request: Request) -> Any:
        body = request.json
        number = self.next_number()
        parent = f"c{body['parent_id']}" if "parent_id" in body else str(body["post_id"])
        self.posts.append(Shown(f"c{number}", body["content"], (), parent))
        moment = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        comment = {"id": number, "content": body["content"], "published": moment}
        self.comments.append({"comment": comment, "creator": {"id": 5}})
        return {"comment_view": self.comments[-1]}

    @route("GET", "/api/v3/post")
    def view(self, request: Request) -> Any:
        views = [view for view in self.views if str(view["post"]["id"]) == request.query["id"]]
        counts = {"score": 12, "comments": 3, "upvotes": 13, "downvotes": 1}
        return {"post_view": {**views[0], "counts": counts}}

    @route("GET", "/api/v3/post/list")
    def listed(self, request: Request) -> Any:
        assert request.query == {"sort": "New", "limit": "50", "community_id": "7"}
        return {"posts": self.views[::-1]}

    @route("GET", "/api/v3/comment/list")
    def comments_of_post(self, request: Request) -> Any:
        assert request.query["sort"] == "New"
        return {"comments": self.comments[::-1]}

"""Meta's graph for Threads, Instagram and Facebook pages, and a WordPress site for pictures."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import Any

from tests.servers.scripted import TOKEN, Reply, Request, Scripted, Shown, route

HOST_PASSWORD = "host-pass-word-1"


def now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")


class Graph(Scripted):
    """What the three have in common. `files` are what the site shows, by address."""

    def __init__(self) -> None:
        super().__init__()
        self.files: dict[str, bytes] = {}
        self.containers: dict[str, dict[str, Any]] = {}
        self.published: list[dict[str, Any]] = []

    def refused(self, request: Request) -> Reply | None:
        header = request.headers.get("authorization", "")
        if request.path.startswith("/wp-json/"):
            pair = base64.b64encode(f"alice:{HOST_PASSWORD}".encode()).decode()
            return None if header == f"Basic {pair}" else Reply({"code": "no"}, 401)
        if self.is_revoked or header != f"Bearer {TOKEN}":
            error = {"message": "Invalid OAuth access token.", "code": 190}
            return Reply({"error": {**error, "type": "OAuthException"}}, 400)
        return None

    @route("GET", "/wp-json/wp/v2/users/me")
    def host(self, request: Request) -> Any:
        return {"id": 1, "name": "Alice"}

    @route("POST", "/wp-json/wp/v2/media")
    def shown(self, request: Request) -> Any:
        assert request.headers["content-disposition"].startswith("attachment; filename*=UTF-8''")
        number = self.next_number()
        url = f"https://alice.example/{number}.jpg"
        self.files[url] = request.body
        return Reply({"id": number, "source_url": url}, 201)

    @route("DELETE", r"/wp-json/wp/v2/media/(\d+)")
    def hidden(self, request: Request, number: str) -> Any:
        assert request.query == {"force": "true"}
        del self.files[f"https://alice.example/{number}.jpg"]
        return {"deleted": True}

    def contained(self, fields: dict[str, str]) -> Any:
        """A container, its picture fetched from its address."""
        number = str(self.next_number())
        kind = fields.get("media_type", "IMAGE")
        if kind == "IMAGE":
            assert fields["image_url"] in self.files
        if kind == "CAROUSEL":
            children = fields["children"].split(",")
            assert 2 <= len(children) <= 20
            assert all(self.containers[child]["is_carousel_item"] == "true" for child in children)
        self.containers[number] = {**fields, "status": "FINISHED"}
        return {"id": number}

    def made(self, number: str, text: str, link: str) -> dict[str, Any]:
        """What was published of a container."""
        container = self.containers[number]
        assert container["status"] == "FINISHED"
        container["status"] = "PUBLISHED"
        children = container.get("children", "").split(",") if "children" in container else [number]
        parts = [self.containers[child] for child in children]
        pictures = [part for part in parts if "image_url" in part]
        own = str(self.next_number())
        alts = tuple(picture.get("alt_text", "") for picture in pictures)
        files = tuple(self.files[picture["image_url"]] for picture in pictures)
        self.posts.append(Shown(own, text, alts, container.get("reply_to_id", ""), files))
        post = {"id": own, "permalink": link.replace("ID", own), "timestamp": now()}
        self.published.append(post)
        return post

    def published_post(self, number: str) -> dict[str, Any]:
        return next(post for post in self.published if post["id"] == number)


class Threads(Graph):
    @route("GET", "/v1.0/me")
    def me(self, request: Request) -> Any:
        return {"id": "17", "username": "alice", "name": "Alice"}

    @route("POST", "/v1.0/me/threads")
    def container(self, request: Request) -> Any:
        fields, _ = request.form
        assert len(fields.get("text", "")) <= 500
        assert fields["media_type"] in ("TEXT", "IMAGE", "CAROUSEL")
        return self.contained(fields)

    @route("POST", "/v1.0/me/threads_publish")
    def publish(self, request: Request) -> Any:
        number = request.form[0]["creation_id"]
        text = self.containers[number].get("text", "")
        post = self.made(number, text, "https://www.threads.net/@alice/post/ID")
        post["text"] = text
        return {"id": post["id"]}

    @route("GET", "/v1.0/me/threads")
    def listed(self, request: Request) -> Any:
        return {"data": self.published[::-1]}

    @route("GET", r"/v1.0/(\d+)")
    def show(self, request: Request, number: str) -> Any:
        if request.query["fields"] == "permalink":
            return self.published_post(number)
        return {"id": number, "status": self.containers[number]["status"]}


class Instagram(Graph):
    @route("GET", "/v23.0/me")
    def me(self, request: Request) -> Any:
        return {"user_id": "17", "id": "99", "username": "alice", "account_type": "BUSINESS"}

    @route("POST", "/v23.0/17/media")
    def container(self, request: Request) -> Any:
        fields, _ = request.form
        assert len(fields.get("caption", "")) <= 2200
        return self.contained(fields)

    @route("POST", "/v23.0/17/media_publish")
    def publish(self, request: Request) -> Any:
        number = request.form[0]["creation_id"]
        caption = self.containers[number].get("caption", "")
        post = self.made(number, caption, "https://www.instagram.com/p/ID/")
        post["caption"] = caption
        return {"id": post["id"]}

    @route("GET", "/v23.0/17/media")
    def listed(self, request: Request) -> Any:
        return {"data": self.published[::-1]}

    @route("POST", r"/v23.0/(\d+)/comments")
    def comment(self, request: Request, number: str) -> Any:
        own = str(self.next_number())
        self.posts.append(Shown(own, request.form[0]["message"], (), number))
        return {"id": own}

    @route("GET", r"/v23.0/(\d+)")
    def show(self, request: Request, number: str) -> Any:
        if request.query["fields"] == "permalink":
            return self.published_post(number)
        return {"id": number, "status_code": self.containers[number]["status"]}


class Facebook(Graph):
    @route("GET", "/v23.0/me")
    def me(self, request: Request) -> Any:
        return {"id": "17", "name": "Club", "link": "https://fb.example/club", "category": "Club"}

    @route("POST", "/v23.0/17/photos")
    def photo(self, request: Request) -> Any:
        fields, files = request.form
        assert fields["published"] == "false"
        assert [file.field for file in files] == ["source"]
        number = str(self.next_number())
        self.containers[number] = {"alt": fields.get("alt_text_custom", ""), "data": files[0].data}
        return {"id": number}

    @route("POST", "/v23.0/17/feed")
    def draft(self, request: Request) -> Any:
        fields, _ = request.form
        assert fields["published"] == "false"
        number = f"17_{self.next_number()}"
        self.containers[number] = {**fields, "is_published": False}
        return {"id": number}

    @route("POST", r"/v23.0/(17_\d+)")
    def publish(self, request: Request, number: str) -> Any:
        assert request.form[0] == {"is_published": "true"}
        post = self.containers[number]
        if not post["is_published"]:
            post["is_published"] = True
            media = json.loads(post.get("attached_media", "[]"))
            photos = [self.containers[photo["media_fbid"]] for photo in media]
            text = "\n".join(line for line in (post.get("message"), post.get("link")) if line)
            alts, files = (
                tuple(picture["alt"] for picture in photos),
                tuple(picture["data"] for picture in photos),
            )
            self.posts.append(Shown(number, text, alts, "", files))
        return {"success": True}

    @route("GET", r"/v23.0/(17_\d+)")
    def show(self, request: Request, number: str) -> Any:
        return {"id": number, "is_published": self.containers[number]["is_published"]}

    @route("DELETE", r"/v23.0/(17_\d+)")
    def delete(self, request: Request, number: str) -> Any:
        del self.containers[number]
        return {"success": True}

    @route("POST", r"/v23.0/(17_\d+)/comments")
    def comment(self, request: Request, number: str) -> Any:
        own = f"{number}_{self.next_number()}"
        self.posts.append(Shown(own, request.form[0]["message"], (), number))
        return {"id": own}

"""Forem's API v1: drafts, publishing, and that published articles alone are shown."""

from __future__ import annotations

from typing import Any

from tests.servers.scripted import TOKEN, Reply, Request, Scripted, Shown, route


class DevTo(Scripted):
    def __init__(self) -> None:
        super().__init__()
        self.articles: dict[int, dict[str, Any]] = {}

    def refused(self, request: Request) -> Reply | None:
        if self.is_served:
            assert request.headers["user-agent"].startswith("PostoDesktop/")
        if self.is_revoked or request.headers.get("api-key") != TOKEN:
            return Reply({"error": "unauthorized", "status": 401}, 401)
        return None

    @route("GET", "/api/users/me")
    def me(self, request: Request) -> Any:
        return {"id": 3, "username": "alice", "name": "Alice", "profile_image": "https://x/y.png"}

    @route("GET", "/api/articles/me/unpublished")
    def drafts(self, request: Request) -> Any:
        return [article for article in self.articles.values() if not article["published"]]

    @route("POST", "/api/articles")
    def create(self, request: Request) -> Any:
        article = request.json["article"]
        assert article["published"] is False
        assert len(article["tags"]) <= 4
        if not article["title"] or len(article["title"]) > 128:
            return Reply({"error": "Title can't be blank", "status": 422}, 422)
        number = self.next_number()
        self.articles[number] = {**article, "id": number, "url": f"https://dev.to/alice/{number}"}
        return Reply(self.articles[number], 201)

    @route("PUT", r"/api/articles/(\d+)")
    def publish(self, request: Request, number: str) -> Any:
        assert request.json == {"article": {"published": True}}
        article = self.articles[int(number)]
        if not article["published"]:
            article["published"] = True
            self.posts.append(Shown(number, article["body_markdown"]))
        return article

    @route("GET", r"/api/articles/(\d+)")
    def show(self, request: Request, number: str) -> Any:
        article = self.articles[int(number)]
        return article if article["published"] else Reply({"error": "not found"}, 404)

"""YouTube's Data API v3 and Google's tokens: a private video, its upload, its publishing."""

from __future__ import annotations

import base64
import hashlib
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.servers.scripted import Reply, Request, Scripted, Shown, route

CLIENT, SECRET, REFRESH = "client.apps.example", "client-secret-1", "1//refresh-token-of-alice"


class YouTube(Scripted):
    def __init__(self) -> None:
        super().__init__()
        self.videos: dict[str, dict[str, Any]] = {}
        self.begun: dict[str, dict[str, Any]] = {}
        self.challenge = ""
        self.access = "access-token-1"
        self.refreshes = 0
        self.refresh_seconds = 0
        self.next_refresh = ""

    def refused(self, request: Request) -> Reply | None:
        if request.path in ("/token", "/revoke") or request.path.startswith("/up/"):
            return None
        if self.is_revoked or request.headers.get("authorization") != f"Bearer {self.access}":
            return Reply({"error": {"code": 401, "message": "Invalid Credentials"}}, 401)
        return None

    def allow(self, url: str) -> dict[str, str]:
        """What the browser comes back with."""
        query = parse_qs(urlsplit(url).query)
        assert query["access_type"] == ["offline"]
        assert query["code_challenge_method"] == ["S256"]
        self.challenge = query["code_challenge"][0]
        return {"code": "code-1", "state": query["state"][0]}

    @route("POST", "/token")
    def token(self, request: Request) -> Any:
        fields, _ = request.form
        if (fields["client_id"], fields["client_secret"]) != (CLIENT, SECRET):
            return Reply({"error": "invalid_client"}, 401)
        answer: dict[str, Any] = {"access_token": self.access, "expires_in": 3599}
        if fields["grant_type"] == "authorization_code":
            digest = hashlib.sha256(fields["code_verifier"].encode()).digest()
            assert base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == self.challenge
            assert fields["code"] == "code-1"
            if self.refresh_seconds:
                answer["refresh_token_expires_in"] = self.refresh_seconds
            return {**answer, "refresh_token": REFRESH}
        self.refreshes += 1
        if self.is_revoked or fields["refresh_token"] not in (REFRESH, self.next_refresh):
            return Reply({"error": "invalid_grant", "error_description": "expired"}, 400)
        return {**answer, "refresh_token": self.next_refresh} if self.next_refresh else answer

    @route("POST", "/revoke")
    def revoke(self, request: Request) -> Any:
        assert request.form[0] == {"token": REFRESH}
        self.is_revoked = True
        return {}

    @route("GET", "/youtube/v3/channels")
    def channel(self, request: Request) -> Any:
        assert request.query == {"part": "snippet", "mine": "true"}
        return {"items": [{"id": "UCalice", "snippet": {"title": "Alice", "customUrl": "@alice"}}]}

    @route("POST", "/upload/youtube/v3/videos")
    def begin(self, request: Request) -> Any:
        assert request.query == {"uploadType": "resumable", "part": "snippet,status"}
        body = request.json
        assert body["status"]["privacyStatus"] == "private", "nobody sees it yet"
        assert 1 <= len(body["snippet"]["title"]) <= 100
        assert len(body["snippet"]["description"].encode()) <= 5000
        number = f"v{self.next_number()}"
        size = int(request.headers["x-upload-content-length"])
        self.begun[number] = {**body, "size": size}
        return Reply({}, 200, {"Location": f"{self.seen_as}/up/{number}"})

    @route("PUT", r"/up/(\w+)")
    def upload(self, request: Request, number: str) -> Any:
        assert len(request.body) == self.begun[number]["size"]
        self.videos[number] = {**self.begun[number], "id": number, "data": request.body}
        return {"id": number, "status": {"uploadStatus": "uploaded"}}

    @route("PUT", "/youtube/v3/videos")
    def publish(self, request: Request) -> Any:
        assert request.query == {"part": "status"}
        video = self.videos[request.json["id"]]
        if video["status"]["privacyStatus"] == "private":
            video["status"] = dict(request.json["status"])
            text = video["snippet"]["description"]
            self.posts.append(Shown(video["id"], text, (), "", (video["data"],)))
        return {"id": video["id"], "status": video["status"]}

    @route("GET", "/youtube/v3/videos")
    def show(self, request: Request) -> Any:
        video = self.videos.get(request.query["id"])
        if request.query["part"] == "statistics":
            counts = {"viewCount": "1234", "likeCount": "56"}  # comments are switched off
            return {"items": [{"id": video["id"], "statistics": counts}] if video else []}
        return {"items": [{"id": video["id"], "status": video["status"]}] if video else []}

    @route("DELETE", "/youtube/v3/videos")
    def delete(self, request: Request) -> Any:
        del self.videos[request.query["id"]]
        return Reply(b"", 204)

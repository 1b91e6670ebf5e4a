"""Mattermost's API v4: files, posts with properties, and how it refuses."""

from __future__ import annotations

from typing import Any

from tests.servers.scripted import TOKEN, Reply, Request, Scripted, Shown, route

CHANNEL, USER = "c" * 26, "u" * 26


class Mattermost(Scripted):
    def __init__(self) -> None:
        super().__init__()
        self.files: dict[str, bytes] = {}
        self.stored: dict[str, dict[str, Any]] = {}

    def refused(self, request: Request) -> Reply | None:
        if self.is_revoked or request.headers.get("authorization") != f"Bearer {TOKEN}":
            sentence = "Invalid or expired session, please login again."
            return self.no(401, "api.context.session_expired.app_error", sentence)
        return None

    def no(self, status: int, name: str, message: str) -> Reply:
        return Reply({"id": name, "message": message, "status_code": status}, status)

    @route("GET", "/api/v4/users/me")
    def me(self, request: Request) -> Any:
        return {"id": USER, "username": "alice", "first_name": "Alice", "last_name": ""}

    @route("GET", "/api/v4/config/client")
    def config(self, request: Request) -> Any:
        return {"MaxFileSize": "200000", "MaxPostSize": "4000"}

    @route("GET", "/api/v4/system/ping")
    def ping(self, request: Request) -> Any:
        return {"status": "OK"}

    @route("GET", "/api/v4/users/me/teams")
    def teams(self, request: Request) -> Any:
        return [{"id": "t1", "name": "club", "display_name": "Club"}]

    @route("GET", "/api/v4/users/me/teams/t1/channels")
    def channels(self, request: Request) -> Any:
        shown = {"id": CHANNEL, "type": "O", "name": "news", "display_name": "News", "delete_at": 0}
        return [shown, {**shown, "id": "d1", "type": "D"}, {**shown, "id": "x", "delete_at": 5}]

    @route("POST", "/api/v4/files")
    def upload(self, request: Request) -> Any:
        fields, files = request.form
        assert fields == {"channel_id": CHANNEL}
        assert [file.field for file in files] == ["files"]
        if len(files[0].data) > 200_000:
            return self.no(413, "api.file.upload_file.too_large.app_error", "File too large")
        number = f"f{self.next_number()}"
        self.files[number] = files[0].data
        return Reply({"file_infos": [{"id": number}], "client_ids": []}, 201)

    @route("POST", "/api/v4/posts")
    def post(self, request: Request) -> Any:
        body = request.json
        assert body["channel_id"] == CHANNEL
        assert body["pending_post_id"].startswith(f"{USER}:")
        if len(body["message"]) > 4000:
            return self.no(400, "model.post.is_valid.message_length.app_error", "Too long")
        assert len(body["file_ids"]) <= 10
        root = body.get("root_id", "")
        assert not root or not self.stored[root]["root_id"], "only a first post has a thread"
        number = f"p{self.next_number()}"
        files = tuple(self.files[post_id] for post_id in body["file_ids"])
        self.posts.append(Shown(number, body["message"], ("",) * len(files), root, files))
        self.stored[number] = {**body, "id": number, "root_id": root}
        return Reply(self.stored[number], 201)

    @route("GET", f"/api/v4/channels/{CHANNEL}/posts")
    def listed(self, request: Request) -> Any:
        assert int(request.query["since"]) > 1_700_000_000_000
        return {"order": list(self.stored), "posts": self.stored}

"""Slack's Web API: it answers 200 and `ok: false` where it refuses."""

from __future__ import annotations

import html
import time
from typing import Any

from tests.servers.scripted import TOKEN, Reply, Request, Scripted, Shown, route

CHANNEL = "C0123"


class Slack(Scripted):
    def __init__(self) -> None:
        super().__init__()
        self.files: dict[str, dict[str, Any]] = {}
        self.messages: list[dict[str, Any]] = []

    def refused(self, request: Request) -> Reply | None:
        if request.path.startswith("/upload/"):
            return None
        if request.headers.get("authorization") != f"Bearer xoxb-{TOKEN}":
            return Reply({"ok": False, "error": "invalid_auth"})
        return Reply({"ok": False, "error": "token_revoked"}) if self.is_revoked else None

    @route("POST", "/api/auth.test")
    def who(self, request: Request) -> Any:
        return {
            "ok": True, "url": "https://club.slack.com/", "team": "Club", "team_id": "T1",
            "user": "posto", "user_id": "U1",
        }  # fmt: skip

    @route("POST", "/api/auth.revoke")
    def revoke(self, request: Request) -> Any:
        self.is_revoked = True
        return {"ok": True, "revoked": True}

    @route("GET", "/api/api.test")
    def test(self, request: Request) -> Any:
        return {"ok": True}

    @route("GET", "/api/conversations.list")
    def channels(self, request: Request) -> Any:
        if "cursor" not in request.query:
            other = {"id": "C9", "name": "other", "is_member": False}
            return {"ok": True, "channels": [other], "response_metadata": {"next_cursor": "n"}}
        own = {"id": CHANNEL, "name": "news", "is_member": True}
        return {"ok": True, "channels": [own], "response_metadata": {"next_cursor": ""}}

    @route("POST", "/api/files.getUploadURLExternal")
    def upload_place(self, request: Request) -> Any:
        fields, _ = request.form
        number = f"F{self.next_number()}"
        self.files[number] = {"alt": fields.get("alt_txt", ""), "length": int(fields["length"])}
        url = f"{self.url}/upload/{number}"
        return {"ok": True, "file_id": number, "upload_url": url}

    @route("POST", r"/upload/(\w+)")
    def upload(self, request: Request, number: str) -> Any:
        assert len(request.body) == self.files[number]["length"]
        self.files[number]["data"] = request.body
        return Reply(b"OK - 200")

    @route("POST", "/api/files.completeUploadExternal")
    def complete(self, request: Request) -> Any:
        (file,) = request.json["files"]
        assert "channel_id" not in request.json, "nobody sees it yet"
        self.files[file["id"]]["mimetype"] = "image/jpeg"
        return {"ok": True, "files": [{"id": file["id"], "title": file["title"]}]}

    @route("GET", "/api/files.info")
    def info(self, request: Request) -> Any:
        file = self.files[request.query["file"]]
        return {"ok": True, "file": {"mimetype": file.get("mimetype", "")}}

    @route("POST", "/api/files.delete")
    def delete(self, request: Request) -> Any:
        del self.files[request.json["file"]]
        return {"ok": True}

    @route("POST", "/api/chat.postMessage")
    def post(self, request: Request) -> Any:
        body = request.json
        if body["channel"] != CHANNEL:
            return {"ok": False, "error": "channel_not_found"}
        if len(body["text"]) > 40_000:
            return {"ok": False, "error": "msg_too_long"}
        assert body["mrkdwn"] is False
        assert not set("<>") & set(body["text"])
        text = html.unescape(body["text"])
        blocks = body.get("blocks", [])
        images = [block for block in blocks if block["type"] == "image"]
        words = [block for block in blocks if block["type"] == "rich_text"]
        if words:
            assert words[0]["elements"][0]["elements"] == [{"type": "text", "text": text}]
        assert all(1 <= len(image["alt_text"]) <= 2000 for image in images)
        stamp = f"{int(time.time())}.{self.next_number():06}"
        files = tuple(self.files[image["slack_file"]["id"]]["data"] for image in images)
        alts = tuple(self.files[image["slack_file"]["id"]]["alt"] for image in images)
        root = body.get("thread_ts", "")
        self.posts.append(Shown(stamp, text, alts, root, files))
        message = {"ts": stamp, "metadata": body["metadata"], "thread_ts": root}
        self.messages.append(message)
        return {"ok": True, "channel": CHANNEL, "ts": stamp, "message": message}

    @route("GET", "/api/conversations.(history|replies)")
    def history(self, request: Request, kind: str) -> Any:
        query = request.query
        assert query["include_all_metadata"] == "true"
        root = query["ts"] if kind == "replies" else ""
        messages = [
            message
            for message in self.messages
            if message["thread_ts"] == root and float(message["ts"]) > float(query["oldest"])
        ]
        return {"ok": True, "messages": messages[::-1]}

"""Telegram's Bot API: sending, albums, chats, and how it refuses."""

from __future__ import annotations

import json
from typing import Any

from tests.servers.scripted import Reply, Request, Scripted, Shown, route

BOT_TOKEN = "123456:token-of-alice_ABCDEFGHIJKLMNOP"
CHAT = {"id": -1001234567890, "type": "channel", "title": "News", "username": "alicenews"}


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


class Telegram(Scripted):
    def __init__(self) -> None:
        super().__init__()
        self.chat: dict[str, Any] = dict(CHAT)
        self.may_post = True

    def refused(self, request: Request) -> Reply | None:
        if self.is_revoked or not request.path.startswith(f"/bot{BOT_TOKEN}/"):
            return self.no(401, "Unauthorized")
        return None

    def no(self, status: int, description: str, **parameters: Any) -> Reply:
        body = {"ok": False, "error_code": status, "description": description}
        return Reply({**body, **({"parameters": parameters} if parameters else {})}, status)

    @route("POST", "/bot[^/]+/getMe")
    def me(self, request: Request) -> Any:
        return {"ok": True, "result": {"id": 123456, "username": "alicebot", "first_name": "Alice"}}

    @route("POST", "/bot[^/]+/getUpdates")
    def updates(self, request: Request) -> Any:
        return {"ok": True, "result": [{"update_id": 1, "channel_post": {"chat": self.chat}}]}

    @route("POST", "/bot[^/]+/getChat")
    def get_chat(self, request: Request) -> Any:
        if request.json["chat_id"] not in ("@alicenews", str(self.chat["id"])):
            return self.no(400, "Bad Request: chat not found")
        return {"ok": True, "result": self.chat}

    @route("POST", "/bot[^/]+/getChatMember")
    def member(self, request: Request) -> Any:
        assert request.json == {"chat_id": self.chat["id"], "user_id": 123456}
        rights = {"status": "administrator", "can_post_messages": self.may_post}
        return {"ok": True, "result": rights}

    @route("POST", "/bot[^/]+/sendMessage")
    def message(self, request: Request) -> Any:
        body = request.json
        assert "parse_mode" not in body, "the words are no markup"
        if units(body["text"]) > 4096:
            return self.no(400, "Bad Request: message is too long")
        return {"ok": True, "result": self._made(body, body["text"])}

    @route("POST", "/bot[^/]+/send(Photo|Video|Animation)")
    def photo(self, request: Request, kind: str) -> Any:
        fields, files = request.form
        assert fields[kind.lower()] == "attach://file0"
        assert [file.field for file in files] == ["file0"]
        if len(files[0].data) > 10 * 1024 * 1024 and kind == "Photo":
            return self.no(413, "Request Entity Too Large")
        return self._captioned(fields, fields.get("caption", ""), files)

    @route("POST", "/bot[^/]+/sendMediaGroup")
    def album(self, request: Request) -> Any:
        fields, files = request.form
        items = json.loads(fields["media"])
        assert 2 <= len(items) <= 10
        assert [item["media"] for item in items] == [f"attach://{file.field}" for file in files]
        captions = [item.get("caption", "") for item in items]
        assert captions[1:] == [""] * (len(items) - 1)
        return self._captioned(fields, captions[0], files)

    def _captioned(self, fields: dict[str, str], caption: str, files: list[Any]) -> Any:
        assert "parse_mode" not in fields
        if units(caption) > 1024:
            return self.no(400, "Bad Request: message caption is too long")
        body: dict[str, Any] = dict(fields)
        if "reply_parameters" in fields:
            body["reply_parameters"] = json.loads(fields["reply_parameters"])
        message = self._made(body, caption, tuple(file.data for file in files))
        return {"ok": True, "result": [message, message] if "media" in fields else message}

    def _made(self, body: dict[str, Any], text: str, files: tuple[bytes, ...] = ()) -> Any:
        assert body["chat_id"] == str(self.chat["id"])
        answered = body.get("reply_parameters", {}).get("message_id", "")
        number = self.next_number()
        self.posts.append(Shown(str(number), text, ("",) * len(files), str(answered), files))
        return {"message_id": number, "chat": self.chat, "date": 1_900_000_000}

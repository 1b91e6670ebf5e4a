"""Discord's API v10, as its documents describe webhooks, messages, uploads and errors."""

from __future__ import annotations

import json
import time
from typing import Any

from tests.servers.scripted import TOKEN, Reply, Request, Scripted, Shown, route

WEBHOOK, GUILD, CHANNEL, BOT = "111", "222", "333", "444"


class Discord(Scripted):
    def __init__(self) -> None:
        super().__init__()
        self.messages: list[dict[str, Any]] = []

    def refused(self, request: Request) -> Reply | None:
        if "/webhooks/" in request.path:
            if self.is_revoked or not request.path.endswith(TOKEN):
                return Reply({"message": "Unknown Webhook", "code": 10015}, 404)
        elif self.is_revoked or request.headers.get("authorization") != f"Bot {TOKEN}":
            return Reply({"message": "401: Unauthorized", "code": 0}, 401)
        return None

    @route("GET", r"/api/v10/webhooks/(\d+)/([\w-]+)")
    def webhook(self, request: Request, number: str, token: str) -> Any:
        return {"id": number, "type": 1, "name": "News", "guild_id": GUILD, "channel_id": CHANNEL}

    @route("GET", "/api/v10/users/@me")
    def me(self, request: Request) -> Any:
        return {"id": BOT, "username": "posto", "bot": True}

    @route("GET", "/api/v10/users/@me/guilds")
    def guilds(self, request: Request) -> Any:
        return [{"id": GUILD, "name": "Club"}]

    @route("GET", r"/api/v10/guilds/222/channels")
    def channels(self, request: Request) -> Any:
        return [{"id": CHANNEL, "type": 0, "name": "news"}, {"id": "9", "type": 2, "name": "talk"}]

    @route("GET", r"/api/v10/channels/333/messages")
    def listed(self, request: Request) -> Any:
        assert request.query == {"limit": "100"}
        return self.messages[::-1][:100]

    @route("POST", r"/api/v10/webhooks/(\d+)/([\w-]+)")
    def execute(self, request: Request, number: str, token: str) -> Any:
        assert request.query["wait"] == "true", "else there is no answer with an id"
        return self._made(request, WEBHOOK)

    @route("POST", "/api/v10/channels/333/messages")
    def create(self, request: Request) -> Any:
        return self._made(request, BOT)

    def _made(self, request: Request, author: str) -> Any:
        files = []
        if request.headers["content-type"].startswith("multipart/"):
            fields, files = request.form
            body = json.loads(fields["payload_json"])
            assert [file.field for file in files] == [f"files[{n}]" for n in range(len(files))]
        else:
            body = request.json
        assert body["allowed_mentions"] == {"parse": []}
        described = body.get("attachments", [])
        assert [attachment["id"] for attachment in described] == list(range(len(files)))
        assert all(
            len(attachment.get("description", "x")) in range(1, 1025) for attachment in described
        )
        if len(body["content"]) > 2000 or len(files) > 10:
            return Reply({"message": "Invalid Form Body", "code": 50035}, 400)
        if any(len(file.data) > 10 * 1024 * 1024 for file in files):
            return Reply({"message": "Request entity too large", "code": 40005}, 413)
        if not body["content"] and not files:
            return Reply({"message": "Cannot send an empty message", "code": 50006}, 400)
        nonce = body.get("nonce")
        if nonce is not None:
            assert len(nonce) <= 25
            assert body["enforce_nonce"] is True
            for message in self.messages:
                if message["nonce"] == nonce:
                    return message
        number = str((int(time.time() * 1000) - 1_420_070_400_000 << 22) + self.next_number())
        answered = body.get("message_reference", {}).get("message_id", "")
        alts = tuple(attachment.get("description", "") for attachment in described)
        self.posts.append(
            Shown(number, body["content"], alts, answered, tuple(file.data for file in files))
        )
        message = {
            "id": number,
            "channel_id": CHANNEL,
            "content": body["content"],
            "author": {"id": author},
            "nonce": nonce,
            "attachments": [{**attachment, "id": self.next_number()} for attachment in described],
            **({"message_reference": {"message_id": answered}} if answered else {}),
        }
        self.messages.append(message)
        return message

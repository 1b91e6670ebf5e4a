"""A receiver of a webhook: it checks the signature, and takes each key once."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from typing import Any

from tests.servers.scripted import TOKEN, Reply, Request, Scripted, Shown, route


class Receiver(Scripted):
    def __init__(self) -> None:
        super().__init__()
        self.answers: dict[str, Any] = {}
        self.seconds = 86400
        self.pings = 0

    def refused(self, request: Request) -> Reply | None:
        parts = dict(pair.split("=", 1) for pair in request.headers["x-posto-signature"].split(","))
        assert abs(time.time() - int(parts["t"])) < 300
        signed = parts["t"].encode() + b"." + request.body
        wanted = hmac.new(TOKEN.encode(), signed, hashlib.sha256).hexdigest()
        if self.is_revoked or not hmac.compare_digest(parts["v1"], wanted):
            return Reply({"error": "The signature is wrong"}, 401)
        return None

    @route("POST", "/hook")
    def take(self, request: Request) -> Any:
        body = request.json
        assert request.headers["x-posto-event"] == body["type"]
        if body["type"] == "ping":
            self.pings += 1
            limits = {"text": 2000, "files": 6, "image_bytes": 200_000, "alt": 1000}
            return {"name": "Alice", "idempotency_seconds": self.seconds, "limits": limits}
        key = request.headers["idempotency-key"]
        assert key == body["key"]
        if key not in self.answers:
            number = f"p{self.next_number()}"
            self.answers[key] = {"id": number, "url": f"{self.seen_as}/posts/{number}"}
            files = tuple(base64.b64decode(file["base64"]) for file in body["media"])
            for file, data in zip(body["media"], files, strict=True):
                assert hashlib.sha256(data).hexdigest() == file["sha256"]
            alts = tuple(file["alt"] for file in body["media"])
            text = "\n".join(line for line in (body["text"], body["link"]) if line)
            self.posts.append(Shown(number, text, alts, body["in_reply_to"] or "", files))
            json.dumps(body["title"])
        return self.answers[key]

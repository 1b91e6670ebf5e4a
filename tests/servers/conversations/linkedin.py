"""LinkedIn's Posts, Images and Comments APIs, with their versions and little text."""

from __future__ import annotations

import re
import time
from typing import Any

from tests.servers.scripted import TOKEN, Reply, Request, Scripted, Shown, route

_RESERVED = re.compile(r"(?<!\\)[|{}@\[\]()<>#*_~]")


def plain(commentary: str) -> str:
    """What people see of a commentary; what is reserved has to be escaped."""
    text = re.sub(r"\{hashtag\|\\#\|(.+?)\}", r"\\#\1", commentary)
    assert not _RESERVED.search(text.replace("\\\\", "")), text
    return re.sub(r"\\(.)", r"\1", text)


class LinkedIn(Scripted):
    def __init__(self) -> None:
        super().__init__()
        self.files: dict[str, bytes] = {}
        self.urns: dict[str, str] = {}

    def refused(self, request: Request) -> Reply | None:
        if self.is_revoked or request.headers.get("authorization") != f"Bearer {TOKEN}":
            answer = {"status": 401, "serviceErrorCode": 65600, "message": "Invalid access token"}
            return Reply(answer, 401)
        if request.path.startswith("/rest/"):
            assert re.fullmatch(r"20\d{4}", request.headers["linkedin-version"])
            assert request.headers["x-restli-protocol-version"] == "2.0.0"
        return None

    @route("GET", "/v2/userinfo")
    def who(self, request: Request) -> Any:
        return {"sub": "abc_1", "name": "Alice", "picture": "https://media.licdn.com/a"}

    @route("POST", "/rest/images")
    def begin(self, request: Request) -> Any:
        assert request.query == {"action": "initializeUpload"}
        owner = request.json["initializeUploadRequest"]["owner"]
        assert owner == "urn:li:person:abc_1"
        number = f"urn:li:image:C{self.next_number()}"
        return {"value": {"uploadUrl": f"{self.url}/up/{number}", "image": number}}

    @route("PUT", r"/up/(urn:li:image:\w+)")
    def upload(self, request: Request, number: str) -> Any:
        self.files[number] = request.body
        return Reply(b"", 201)

    @route("POST", "/rest/posts")
    def post(self, request: Request) -> Any:
        body = request.json
        assert body["author"] == "urn:li:person:abc_1"
        assert (body["visibility"], body["lifecycleState"]) == ("PUBLIC", "PUBLISHED")
        text, content = plain(body["commentary"]), body.get("content", {})
        if repr(body) in self.urns:
            sentence = f"Content is a duplicate of {self.urns[repr(body)]}"
            return Reply({"message": sentence, "status": 422}, 422)
        images = content.get("multiImage", {}).get("images", [])
        images = images or [image for image in [content.get("media")] if image]
        link = content.get("article", {}).get("source", "")
        urn = f"urn:li:share:{(int(time.time() * 1000) << 22) + self.next_number()}"
        self.urns[repr(body)] = urn
        alts = tuple(image.get("altText", "") for image in images)
        files = tuple(self.files[image["id"]] for image in images)
        shown = "\n".join(line for line in (text, link) if line)
        self.posts.append(Shown(urn, shown, alts, "", files))
        return Reply(b"", 201, {"x-restli-id": urn})

    @route("POST", r"/rest/socialActions/([\w%]+)/comments")
    def comment(self, request: Request, place: str) -> Any:
        body = request.json
        number = str(self.next_number())
        self.posts.append(Shown(number, body["message"]["text"], (), body["object"]))
        return Reply({"id": number, "object": body["object"]}, 201)

"""Misskey's API: everything is POSTed, with the token as `i` in the body."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from tests.servers.scripted import TOKEN, Reply, Request, Scripted, Shown, route


class Misskey(Scripted):
    def __init__(self) -> None:
        super().__init__()
        self.files: dict[str, tuple[bytes, str]] = {}
        self.notes: list[dict[str, Any]] = []
        self.allowed: set[str] = set()
        self.hidden: dict[str, str] = {}
        self.shows_as = "specified"

    def refused(self, request: Request) -> Reply | None:
        if request.path.startswith("/api/miauth/") or request.path == "/api/meta":
            return None
        if request.headers["content-type"].startswith("multipart/"):
            token = request.form[0]["i"]
        else:
            token = request.json.get("i")
        if self.is_revoked or token != TOKEN:
            code = "AUTHENTICATION_FAILED"
            sentence = "Authentication failed. Please ensure your token is correct."
            return Reply({"error": {"message": sentence, "code": code, "kind": "client"}}, 401)
        return None

    @route("POST", r"/api/miauth/([\w-]+)/check")
    def check(self, request: Request, session: str) -> Any:
        return {"ok": True, "token": TOKEN} if session in self.allowed else {"ok": False}

    @route("POST", "/api/meta")
    def meta(self, request: Request) -> Any:
        return {"maxNoteTextLength": 3000, "policies": {"maxFileSizeMb": 30}}

    @route("POST", "/api/i")
    def me(self, request: Request) -> Any:
        return {"id": "9abc", "username": "alice", "name": "Alice", "avatarUrl": None}

    @route("POST", "/api/drive/files/create")
    def upload(self, request: Request) -> Any:
        fields, files = request.form
        assert [file.field for file in files] == ["file"]
        number = f"f{self.next_number()}"
        self.files[number] = (files[0].data, fields.get("comment", ""))
        return {"id": number, "comment": fields.get("comment")}

    @route("POST", "/api/drive/files/delete")
    def delete(self, request: Request) -> Any:
        del self.files[request.json["fileId"]]
        return Reply(b"", 204)

    @route("POST", "/api/notes/create")
    def create(self, request: Request) -> Any:
        body = request.json
        if body["visibility"] == "specified":
            assert body["visibleUserIds"] == []
            self.hidden[f"n{self.next_number()}"] = body["text"]
            [(number, text)] = self.hidden.items()
            note = {"id": number, "text": text, "visibility": self.shows_as, "visibleUserIds": []}
            return {"createdNote": note}
        assert body["visibility"] == "public"
        ids = body.get("fileIds", [])
        assert "fileIds" not in body or 1 <= len(ids) <= 16, "an empty list is refused"
        assert "text" not in body or 1 <= len(body["text"]) <= 3000
        assert "text" in body or ids
        number = f"n{self.next_number()}"
        files = [self.files[post_id] for post_id in ids]
        answered = body.get("replyId", "")
        self.posts.append(
            Shown(
                number,
                body.get("text", ""),
                tuple(alt for _, alt in files),
                answered,
                tuple(data for data, _ in files),
            )
        )
        note = {
            "id": number,
            "createdAt": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
            "text": body.get("text"),
            "fileIds": ids,
            "replyId": answered or None,
        }
        self.notes.append(note)
        return {"createdNote": note}

    @route("POST", "/api/notes/show")
    def show(self, request: Request) -> Any:
        note = next((note for note in self.notes if note["id"] == request.json["noteId"]), None)
        if note is None:
            error = {"message": "No such note.", "code": "NO_SUCH_NOTE", "kind": "client"}
            return Reply({"error": error}, 400)
        counted = {"repliesCount": 2, "renoteCount": 1, "reactions": {"👍": 3, ":blobcat@.:": 4}}
        return {"userId": "9abc", **note, **counted}

    @route("POST", "/api/notes/delete")
    def delete_note(self, request: Request) -> Any:
        del self.hidden[request.json["noteId"]]
        return Reply(b"", 204)

    @route("POST", "/api/users/notes")
    def listed(self, request: Request) -> Any:
        assert request.json["userId"] == "9abc"
        return self.notes[::-1][: request.json["limit"]]

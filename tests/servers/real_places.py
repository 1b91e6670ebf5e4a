"""Real servers of networks as all tests see them: an account, and what is shown of it."""

from __future__ import annotations

import contextlib
import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import Any, ClassVar

import pytest
import requests

from posto_desktop.server.publishers import nostr_relays
from posto_desktop.server.publishers.checks import text_of_html
from posto_desktop.server.publishers.nostr_events import (
    encode_bech32,
    public_key,
    read_private_key,
)
from tests.end2end import wordpress
from tests.needs import require
from tests.servers import bluesky, ghost, mastodon_mock, nostr, ntfy, snac, synapse
from tests.servers.conversations.nostr import Blossom
from tests.servers.install import missing
from tests.servers.places import Place
from tests.servers.posting import HARD_TEXT
from tests.servers.scripted import Shown, served

STATUSES = ("POST", "/api/v1/statuses")


class SnacPlace(Place):
    network = "mastodon"
    publishes = STATUSES
    upload = ("POST", "/api/v2/media")
    wrong: ClassVar = {"token": "wrong-token-of-nobody"}
    words = HARD_TEXT.replace("<3", "❤️").replace("<b>not bold</b>", "not bold")  # its habits
    link_opens = True
    named_by = "remote_post_link"

    def __init__(self, stack: ExitStack) -> None:
        require([] if snac.PROGRAM else ["snac2"])
        self._server = snac.Snac()
        stack.callback(self._server.remove)
        self.url = self._server.url
        self._token, self._own = self._server.token(), self._server.token()

    def fields(self, url: str) -> dict[str, str]:
        return {"server": url, "token": self._token}

    def all(self) -> list[Shown]:
        return [_status(post) for post in reversed(self._server.posts(self._own))]

    def published(self) -> list[Shown]:
        """From its own files."""
        return [Shown(note["id"], text_of_html(note["content"])) for note in self._server.stored()]

    def revoke(self) -> None:
        self._server.revoke(self._token)


class MockPlace(Place):
    network = "mastodon"
    publishes = STATUSES
    upload = ("POST", "/api/v2/media")
    wrong: ClassVar = {"token": "wrong-token-of-nobody"}
    composed = words = HARD_TEXT.replace("<b>not bold</b>", "b")  # the fake strips tags

    def __init__(self, stack: ExitStack) -> None:
        require(missing(*mastodon_mock.NEEDED))
        self._server = stack.enter_context(mastodon_mock.running_mastodon_mock())
        self.url = self._server.url

    def fields(self, url: str) -> dict[str, str]:
        return {"server": url, "token": self._server.token}

    def all(self) -> list[Shown]:
        """As somebody who is not signed in."""
        account = requests.get(f"{self.url}/api/v1/accounts/lookup?acct=alice", timeout=30).json()
        path = f"/api/v1/accounts/{account['id']}/statuses?limit=40"
        return [
            _status(status) for status in reversed(requests.get(self.url + path, timeout=30).json())
        ]

    def revoke(self) -> None:
        form = {"token": self._server.token}
        assert requests.post(f"{self.url}/oauth/revoke", data=form, timeout=30).ok


def _status(status: dict[str, Any]) -> Shown:
    alts = tuple(file["description"] or "" for file in status["media_attachments"])
    text = text_of_html(str(status["content"]))
    return Shown(str(status["id"]), text, alts, str(status.get("in_reply_to_id") or ""))


class BlueskyPlace(Place):
    network = "bluesky"
    publishes = ("POST", "putRecord")
    upload = ("POST", "uploadBlob")
    wrong: ClassVar = {"password": "abcd-efgh-ijkl-mnop"}
    outlives_revoking = True

    def __init__(self, stack: ExitStack) -> None:
        require(missing(*bluesky.NEEDED))
        self._server = stack.enter_context(bluesky.running_bluesky())
        self.url = self._server.url
        self._account = self._server.create_account(f"p{secrets.token_hex(5)}")

    def fields(self, url: str) -> dict[str, str]:
        account = self._account
        return {"server": url, "handle": account.handle, "password": account.app_password}

    def all(self) -> list[Shown]:
        return [
            Shown(
                post["uri"],
                post["value"]["text"],
                tuple(image["alt"] for image in post["value"].get("embed", {}).get("images", ())),
                post["value"].get("reply", {}).get("parent", {}).get("uri", ""),
            )
            for post in reversed(self._server.posts(self._account.did))
        ]

    def revoke(self) -> None:
        name = "com.atproto.server.revokeAppPassword"
        self._server.call(name, {"name": "posto"}, self._account.access)


class SynapsePlace(Place):
    network = "matrix"
    publishes = ("PUT", "/send/m.room.message")
    upload = ("POST", "/upload")
    wrong: ClassVar = {"password": "wrong-pass-word"}
    answers = (None, 0, 0, 0)

    def __init__(self, stack: ExitStack) -> None:
        require(missing(*synapse.NEEDED))
        self._server = stack.enter_context(synapse.running_synapse())
        self.url = self._server.url
        self._user = self._server.create_user(f"p{secrets.token_hex(5)}")
        self._room = self._server.create_room(self._user, "News")

    def fields(self, url: str) -> dict[str, str]:
        return {"server": url, "user": self._user.user_id, "password": self._user.password}

    def all(self) -> list[Shown]:
        """Pictures are messages of their own behind their text."""
        shown: list[Shown] = []
        for event in reversed(self._server.messages(self._user, self._room)):
            content = event["content"]
            if content["msgtype"] == "m.image" and shown:
                alt = "" if content["body"] == content["filename"] else content["body"]
                shown[-1] = replace(shown[-1], alts=(*shown[-1].alts, alt))
                continue
            relation = content.get("m.relates_to", {})
            answered = str((relation.get("m.in_reply_to") or {}).get("event_id", ""))
            answered = str(relation.get("event_id", answered))  # the root of a thread
            shown.append(Shown(event["event_id"], content["body"], (), answered))
        return shown

    def revoke(self) -> None:
        """Sign out everywhere but here."""
        path, access = "/_matrix/client/v3", self._user.access
        devices = self._server.call("GET", f"{path}/devices", None, access)["devices"]
        own = self._server.call("GET", f"{path}/account/whoami", None, access)["device_id"]
        others = [device["device_id"] for device in devices if device["device_id"] != own]
        identifier = {"type": "m.id.user", "user": self._user.name}
        auth = {"type": "m.login.password", "identifier": identifier}
        body = {"devices": others, "auth": {**auth, "password": self._user.password}}
        self._server.call("POST", f"{path}/delete_devices", body, access)


class NtfyPlace(Place):
    network = "ntfy"
    publishes = ("POST", "/")
    upload = ("PUT", "/")
    wrong: ClassVar = {"token": "tk_wrong0token0of0nobody000000000"}
    answers = (None, None, None, None)
    has_alt = False
    link_opens = True

    def __init__(self, stack: ExitStack) -> None:
        require(ntfy.missing_parts())
        self._server = stack.enter_context(ntfy.running_ntfy())
        self.url = self._server.url
        self._topic = f"t{secrets.token_hex(6)}"
        self._token = self._server.create_user("alice", self._topic)
        self._own = self._server.create_token("alice")

    def fields(self, url: str) -> dict[str, str]:
        return {"server": url, "topic": self._topic, "token": self._token}

    def all(self) -> list[Shown]:
        """Further pictures are messages of their own behind their text."""
        shown: list[Shown] = []
        for post in self._server.messages(self._topic, self._own):
            file = (str(post["attachment"]["name"]),) if "attachment" in post else ()
            if shown and file and len(shown[-1].alts) > 0:
                shown[-1] = replace(shown[-1], alts=(*shown[-1].alts, *file))
            else:
                shown.append(Shown(post["id"], post["message"], file))
        return shown

    def revoke(self) -> None:
        self._server.remove_token("alice", self._token)


class NostrPlace(Place):
    network = "nostr"
    publishes = upload = ("", "")
    wrong: ClassVar = {"key": "nsec1wrongwrongwrong"}
    is_by_http = False

    def __init__(self, stack: ExitStack) -> None:
        require(missing(*nostr.NEEDED))
        self._server = stack.enter_context(nostr.running_nostr_relay())
        self._files = stack.enter_context(served(Blossom()))
        self.url = self._server.url
        self._key = encode_bech32("nsec", secrets.token_bytes(32))

    def fields(self, url: str) -> dict[str, str]:
        return {"key": self._key, "relays": url, "media_server": self._files.url}

    def all(self) -> list[Shown]:
        author = public_key(read_private_key(self._key))
        asked = {"authors": [author], "kinds": [1]}
        events = nostr_relays.find([self.url], asked)[self.url] or []
        notes = [
            self._note(event) for event in sorted(events, key=lambda event: event["created_at"])
        ]
        # Notes of one second come in any order: what answers stands behind what it answers.
        ids = [note.id for note in notes]
        return sorted(notes, key=lambda note: 0 if note.answers not in ids else 1)

    def _note(self, note: dict[str, Any]) -> Shown:
        replies = [tag[1] for tag in note["tags"] if tag[0] == "e"]
        words = [
            dict(word.split(" ", 1) for word in tag[1:])
            for tag in note["tags"]
            if tag[0] == "imeta"
        ]
        text = str(note["content"])
        for word in words:
            text = text.replace(f"\n{word['url']}", "")
        alts = tuple(word.get("alt", "") for word in words)
        return Shown(note["id"], text, alts, replies[-1] if replies else "")

    def revoke(self) -> None:
        raise AssertionError("a key cannot be taken away")


class WordPressPlace(Place):
    network = "wordpress"
    publishes = ("POST", "/wp/v2/posts/")
    upload = ("POST", "/wp/v2/media")
    wrong: ClassVar = {"password": "abcd efgh ijkl mnop qrst uvwx"}
    answers = (None, 0)
    link_opens = True
    has_sections = True

    def __init__(self, stack: ExitStack) -> None:
        require(wordpress.missing_parts())
        self._server = stack.enter_context(wordpress.running_wordpress())
        self.url = self._server.urls["no_plugin"]
        self._auth = (self._server.admin.username, self._server.admin.password)
        made = self._ask("POST", "users/me/application-passwords", json={"name": "Posto"})
        self._uuid, self._password = made["uuid"], made["password"]

    def fields(self, url: str) -> dict[str, str]:
        name = self._server.admin.username
        return {"server": url, "username": name, "password": self._password}

    def all(self) -> list[Shown]:
        return self._shown("publish,draft")

    def published(self) -> list[Shown]:
        return self._shown("publish")

    def drafts(self) -> list[str]:
        return [post.text for post in self._shown("draft")]

    def _shown(self, status: str) -> list[Shown]:
        shown: list[Shown] = []
        params = {"context": "edit", "status": status, "order": "asc", "per_page": "100"}
        for post in self._ask("GET", "posts", params=params):
            content = post["content"]["raw"]
            alts = tuple(re.findall(r'<img [^>]*alt="([^"]*)"', content))
            shown.append(Shown(str(post["id"]), text_of_html(content), alts))
            comments = self._ask("GET", "comments", params={"post": post["id"], "context": "edit"})
            shown += [
                Shown(
                    str(comment["id"]), text_of_html(comment["content"]["raw"]), (), str(post["id"])
                )
                for comment in comments
            ]
        return shown

    def revoke(self) -> None:
        self._ask("DELETE", f"users/me/application-passwords/{self._uuid}")

    def _ask(self, method: str, path: str, **body: Any) -> Any:
        url = f"{self._server.urls['no_plugin']}/wp-json/wp/v2/{path}"
        answer = requests.request(method, url, auth=self._auth, timeout=60, **body)
        assert answer.ok, answer.text
        return answer.json()


PLACES: dict[str, Callable[[ExitStack], Place]] = {
    "snac": SnacPlace,
    "mastodon_mock": MockPlace,
    "bluesky": BlueskyPlace,
    "synapse": SynapsePlace,
    "ntfy": NtfyPlace,
    "nostr": NostrPlace,
    "wordpress": WordPressPlace,
}
if ghost.PACKAGE:
    PLACES["ghost"] = ghost.GhostPlace


PARAMETERS = {
    name: pytest.param(name, marks=[pytest.mark.end2end, pytest.mark.wordpress])
    if name == "wordpress"
    else pytest.param(name)
    for name in PLACES
}


@contextlib.contextmanager
def opened(name: str) -> Iterator[Place]:
    """One of PLACES for the length of the block."""
    with ExitStack() as stack:
        yield PLACES[name](stack)

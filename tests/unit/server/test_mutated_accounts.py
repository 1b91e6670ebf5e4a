"""A PDS and a homeserver that answer with anything, and no publisher crashes while it connects or
posts: none says "sent" without an id that the server gave."""

from __future__ import annotations

import base64
import contextlib
import copy
import json
import os
import random
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from requests.structures import CaseInsensitiveDict

from posto_desktop.server.publishers import http
from posto_desktop.server.publishers.base import (
    Account,
    Found,
    Publisher,
    PublishError,
    Result,
    with_results,
)
from posto_desktop.server.publishers.bluesky import Bluesky
from posto_desktop.server.publishers.http import Http, HttpAnswer, forget_budgets
from posto_desktop.server.publishers.matrix import Matrix
from tests.servers.posting import NoBrowser, Person, make_picture, make_post

TIMES = int(os.environ.get("POSTO_MUTATIONS", "2000"))
SERVER = "http://127.0.0.1:1"
DID = "did:plc:alice"
NOW = 1_900_000_000.0


def _token(**claims: Any) -> str:
    return f"h.{base64.urlsafe_b64encode(json.dumps(claims).encode()).decode()}.s"


ACCESS = _token(scope="com.atproto.appPass", iat=1, exp=7201)
BLOB = {"$type": "blob", "ref": {"$link": "bafy"}, "mimeType": "image/jpeg", "size": 9}
ROOM_STATE = [
    {"type": "m.room.name", "state_key": "", "sender": "@a:x", "content": {"name": "News"}},
    {"type": "m.room.create", "state_key": "", "sender": "@b:x", "content": {"room_version": "11"}},
    {
        "type": "m.room.power_levels",
        "state_key": "",
        "sender": "@b:x",
        "content": {"users": {"@a:x": 50}, "events": {"m.room.message": 10}, "events_default": 0},
    },
]
# What the servers answer, by a part of method and path.
BLUESKY: dict[str, Any] = {
    "createSession|refreshSession": {
        "did": DID, "handle": "alice.test", "accessJwt": ACCESS, "refreshJwt": "r.r.r",
        "didDoc": {"service": [{"id": "#atproto_pds", "serviceEndpoint": SERVER}]},
    },
    "resolveHandle": {"did": DID},
    "getSession": {"did": DID, "handle": "alice.test", "active": True},
    "putRecord|getRecord.*feed.post": {"uri": "@URI", "cid": "bafycid", "value": {}},
    "getRecord": {"uri": "at://x", "value": {"displayName": "A", "avatar": BLOB}},
    "uploadBlob": {"blob": BLOB},
    "listAppPasswords": {"passwords": [{"name": "posto"}]},
    "did:plc": {"service": [{"id": "#atproto_pds", "serviceEndpoint": SERVER}]},
    "": {},
}  # fmt: skip
MATRIX: dict[str, Any] = {
    "GET .*/login": {"flows": [{"type": "m.login.password"}]},
    "POST .*/login": {"access_token": "token-of-alice", "device_id": "D"},
    "whoami": {"user_id": "@a:x", "device_id": "D"},
    "displayname": {"displayname": "A"},
    "config": {"m.upload.size": 10**7},
    "/sync": {"rooms": {"join": {"!r:x": {"state": {"events": ROOM_STATE}}}}},
    "state/m.room.encryption": 404,
    "/upload": {"content_uri": "mxc://x/1"},
    "/send/": {"event_id": "$event"},
    "/messages": {
        "chunk": [
            {
                "type": "m.room.message", "event_id": "$event", "sender": "@a:x",
                "origin_server_ts": 1_900_000_000_000, "unsigned": {"transaction_id": "@KEY"},
                "content": {"msgtype": "m.text", "body": "Hello"},
            }
        ],
        "end": "t1",
    },
    "": {},
}  # fmt: skip
ODD: tuple[Any, ...] = (
    None, True, 0, -1, 1.5, 10**30, "", "x", "@", "did:", "$", "a" * 5000, "\ud800", "\0", [], {},
    [[]], [None], {"": {}}, [{}], ["x"] * 50, "2030-99-99", "9" * 400, "https://", "http://[",
)  # fmt: skip
GARBAGE = (
    b"", b"null", b"[]", b"{}", b"0", b'"x"', b"\xff\xfe\x00", b"<html>502</html>", b"[" * 100_000,
    b'{"a":' * 5000, b"\xef\xbb\xbf{}", b"NaN", b'{"error":{"error":{"error":1}}}', b"\0" * 100,
)  # fmt: skip
STATUSES = (200, 201, 202, 204, 206, 226, 300, 301, 304, 307, 400, 401, 402, 403, 404, 405, 408)
STATUSES += (409, 410, 413, 418, 422, 425, 429, 431, 451, 500, 501, 502, 503, 504, 520, 599, 999)
HEADERS = (
    "Retry-After", "X-RateLimit-Reset", "RateLimit-Reset", "X-RateLimit-Remaining", "Location",
    "Date", "Server", "Content-Type",
)  # fmt: skip
VALUES = ("", "0", "-1", "x", "1e999", "nan", "9" * 50, "2030-01-01T00:00:00Z", "//[", "/", "\xff")


def mutated(chance: random.Random, answer: HttpAnswer) -> HttpAnswer:
    """The answer with something wrong in it."""
    kind = chance.choice(("value", "value", "value", "bytes", "garbage", "status", "headers"))
    if kind == "value":
        body = json.dumps(_mutated_value(chance, json.loads(answer.body or b"null"))).encode()
        return replace(answer, body=body)
    if kind == "bytes":
        at = chance.randrange(len(answer.body) + 1)
        tail = chance.choice((b"", answer.body[at + 1 :], chance.randbytes(3) + answer.body[at:]))
        return replace(answer, body=answer.body[:at] + tail)
    if kind == "garbage":
        return replace(answer, body=chance.choice(GARBAGE))
    if kind == "headers":
        headers = {chance.choice(HEADERS): chance.choice(VALUES) for _ in range(3)}
        return replace(answer, headers=CaseInsensitiveDict(headers))
    refusal = {
        "error": chance.choice(("ExpiredToken", "RecordNotFound", "x", None)),
        "message": "no",
    }
    body = chance.choice((answer.body, json.dumps(refusal).encode(), chance.choice(GARBAGE)))
    return replace(answer, status=chance.choice(STATUSES), body=body)


def _mutated_value(chance: random.Random, value: Any) -> Any:
    """The value with one of its parts gone, replaced or moved."""
    value = copy.deepcopy(value)
    places = list(_places(value)) if isinstance(value, dict | list) else []
    if not places or chance.random() < 0.05:
        return chance.choice(ODD)
    holder, key = chance.choice(places)
    what = chance.randrange(3)
    if what == 0:
        del holder[key]
    elif what == 1:
        holder[key] = chance.choice(ODD)
    else:
        other, name = chance.choice(places)
        holder[key] = copy.deepcopy(other[name])
    return value


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in pairs:
        yield value, key
        if isinstance(inner, dict | list):
            yield from _places(inner)


class Servers:
    """Answers in the servers' place, one of them mutated with a chance."""

    def __init__(self, answers: Mapping[str, Any]) -> None:
        self.answers = answers
        self.chance = random.Random(0)
        self.share = 0.0
        self.bodies: list[bytes] = []

    def once(
        self, way: Http, method: str, url: str, publishes: bool, body: dict[str, Any]
    ) -> HttpAnswer:
        asked = f"{method} {url} {body.get('params') or ''}"
        good = next(value for part, value in self.answers.items() if re.search(part, asked))
        status, text = (good, "{}") if isinstance(good, int) else (200, json.dumps(good))
        sent = body.get("json") or {}
        place = f"at://{DID}/app.bsky.feed.post/{_rkey(body)}"
        text = text.replace("@URI", place).replace("@KEY", _key(url))
        answer = HttpAnswer(way.host, status, CaseInsensitiveDict(), text.encode(), publishes)
        assert json.dumps(sent)
        while self.chance.random() < self.share:
            with contextlib.suppress(ValueError, RecursionError):  # no JSON any more
                answer = mutated(self.chance, answer)
        self.bodies.append(answer.body)
        return answer


def _rkey(body: Mapping[str, Any]) -> str:
    return str((body.get("json") or body.get("params") or {}).get("rkey"))


def _key(url: str) -> str:
    return url.rsplit("/", 1)[-1]


CASES: dict[str, tuple[Callable[[], Publisher], dict[str, Any], dict[str, str]]] = {
    "bluesky": (
        lambda: Bluesky(SERVER, SERVER),
        BLUESKY,
        {"handle": "alice.test", "password": "pass-word"},
    ),
    "matrix": (Matrix, MATRIX, {"user": "@a:x", "password": "pass-word", "server": SERVER}),
}


@pytest.mark.parametrize("name", CASES)
def test_ten_thousand_mutated_answers(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make, answers, given = CASES[name]
    servers = Servers(answers)
    monkeypatch.setattr(http.Http, "_once", lambda way, *words: servers.once(way, *words))
    post = make_post(
        "Hello @alice.test",
        media=(make_picture(tmp_path, "one.jpg", "Alt"),),
        first_comment="First",
    )
    person = Person.connect(make(), **given)
    ready = [(with_results(part, (), NOW), record) for part, record in person.uploaded(post)]
    sent = 0
    outcomes = {"refused": 0, "went through": 0}
    for number in range(TIMES):
        servers.chance, servers.share = random.Random(f"{name} {number}"), 0.4
        servers.bodies.clear()
        forget_budgets()
        step = STEPS[number % len(STEPS)]
        publisher, account = make(), person.account
        sentence, result = None, None
        try:
            result = step(publisher, account, given, ready)
        except PublishError as error:
            sentence = str(error)
        if sentence is not None:
            outcomes["refused"] += 1
            assert sentence.strip(), f"{name} {number}"
            assert "token-of-alice" not in sentence, f"{name} {number}"
            assert "pass-word" not in sentence, f"{name} {number}"
            continue
        outcomes["went through"] += 1
        if result is not None:
            sent += 1
            assert isinstance(result.id, str), number
            assert result.id.strip(), number
            assert isinstance(result.url, str), number
            assert any(_holds(body, result.id) for body in servers.bodies), f"{name} {number}"
    assert min(outcomes.values()) > TIMES / 10, outcomes
    assert sent > TIMES / 20


def _holds(body: bytes, text: str) -> bool:
    """Whether the server said this."""
    return text in body.decode("utf-8", "replace") or json.dumps(text)[1:-1].encode() in body


Ready = list[tuple[Any, Any]]
Step = Callable[[Publisher, Account, Mapping[str, str], Ready], Result | None]


def _connect(publisher: Publisher, account: Account, given: Any, ready: Ready) -> None:
    connected = publisher.connect(given, NoBrowser())
    assert connected.profile.remote_id
    assert connected.profile.handle
    assert all(isinstance(value, str) and value for value in connected.secret.values())
    json.dumps(connected.profile.facts)


def _check(publisher: Publisher, account: Account, given: Any, ready: Ready) -> None:
    profile = publisher.check(account)
    assert profile is not None
    assert profile.remote_id


def _revoke(publisher: Publisher, account: Account, given: Any, ready: Ready) -> None:
    publisher.revoke(account)


def _upload(publisher: Publisher, account: Account, given: Any, ready: Ready) -> None:
    for part, _record in ready:
        record = publisher.prepare(account, part)
        json.dumps(publisher.upload(account, part, record, lambda record: None))


def _send(publisher: Publisher, account: Account, given: Any, ready: Ready) -> Result:
    part, record = ready[0]
    return publisher.send(account, part, record)


def _answer(publisher: Publisher, account: Account, given: Any, ready: Ready) -> Result:
    part, record = ready[-1]
    before = Result("$before", "", {"cid": "bafy"})
    return publisher.send(account, with_results(part, (before,), NOW), record)


def _look_up(publisher: Publisher, account: Account, given: Any, ready: Ready) -> Result | None:
    part, record = ready[0]
    outcome, result = publisher.lookup(account, part, record, {"other"})
    assert (outcome is Found.SENT) == (result is not None)
    return result


STEPS: tuple[Step, ...] = (_connect, _upload, _send, _answer, _look_up, _send, _check, _revoke)

"""Publishing to a real nostr-relay, and to relays that answer oddly."""

from __future__ import annotations

import json
import random
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests

from posto_desktop.server.publishers import nostr_relays
from posto_desktop.server.publishers.base import (
    Found,
    PublishError,
    Refused,
    TryLater,
    Unclear,
    with_results,
)
from posto_desktop.server.publishers.http_sessions import RequestRoute, use_route
from posto_desktop.server.publishers.nostr import FRESH_SECONDS, Nostr
from posto_desktop.server.publishers.nostr_events import (
    decode_bech32,
    encode_bech32,
    is_valid,
    make_event,
    public_key,
    read_private_key,
)
from tests.servers.conversations.nostr import Blossom, odd_relay
from tests.servers.nostr import NostrRelay
from tests.servers.posting import (
    HARD_TEXT,
    NoBrowser,
    Person,
    four_pictures,
    make_picture,
    make_post,
)
from tests.servers.scripted import served
from tests.unit.sdk.proxy_servers import Proxy, make_ca

CLOSED = "ws://127.0.0.1:1"


def new_key() -> str:
    return encode_bech32("nsec", secrets.token_bytes(32))


@pytest.fixture
def alice(nostr_relay: NostrRelay) -> Person:
    return Person.connect(Nostr(), key=new_key(), relays=nostr_relay.url)


@pytest.fixture
def blossom() -> Iterator[Blossom]:
    with served(Blossom()) as server:
        assert isinstance(server, Blossom)
        yield server


def notes(relay: NostrRelay, person: Person) -> list[dict[str, Any]]:
    """The notes of a person that the relay has, the oldest first."""
    events = nostr_relays.find([relay.url], {"authors": [person.account.remote_id], "kinds": [1]})[
        relay.url
    ]
    assert events is not None
    return sorted(events, key=lambda event: event["created_at"])


def at(person: Person, *relays: str) -> Person:
    facts = {**person.account.facts, "relays": list(relays)}
    return replace(person, account=replace(person.account, facts=facts))


def ready(person: Person, text: str = "Once") -> tuple[Any, Any]:
    return person.ready(make_post(text))


# -- keys ------------------------------------------------------------------------------------------


def test_keys_as_the_standard_writes_them() -> None:
    """The examples of NIP-19."""
    private = "67dea2ed018072d675f5415ecfaed7d2597555e202d85b3d65ea4e58d2d92ffa"
    written = "nsec1vl029mgpspedva04g90vltkh6fvh240zqtv9k0t9af8935ke9laqsnlfe5"
    assert read_private_key(written).hex() == private
    assert read_private_key(f" {private.upper()}\n").hex() == private
    assert encode_bech32("nsec", bytes.fromhex(private)) == written
    public = "7e7e9c42a91bfef19fa929e5fda1b72e0ebc1a4c1141673e2794234d86addf4e"
    shown = "npub10elfcs4fr0l0r8af98jlmgdh9c8tcxjvz9qkw038js35mp4dma8qzvjptg"
    assert encode_bech32("npub", bytes.fromhex(public)) == shown
    assert decode_bech32("npub", shown).hex() == public


@pytest.mark.parametrize("typed", ["", "x", "0" * 64, "f" * 64, "nsec1vl029mg", "nsec1" + "q" * 58])
def test_what_is_no_key(typed: str) -> None:
    with pytest.raises(Refused, match="not a private key"):
        read_private_key(typed)


def test_the_public_key_is_said_to_be_one() -> None:
    with pytest.raises(Refused, match="public key"):
        read_private_key("npub10elfcs4fr0l0r8af98jlmgdh9c8tcxjvz9qkw038js35mp4dma8qzvjptg")


def test_events_are_what_was_signed() -> None:
    private = secrets.token_bytes(32)
    event = make_event(private, 1, 1_900_000_000, [["t", "ünï"]], HARD_TEXT)
    assert is_valid(event)
    assert event["id"] == make_event(private, 1, 1_900_000_000, [["t", "ünï"]], HARD_TEXT)["id"]
    for name, value in (("content", "x"), ("created_at", 1), ("id", "0" * 64), ("tags", None)):
        assert not is_valid({**event, name: value})
    assert not is_valid({**event, "sig": event["sig"][::-1]})
    assert not is_valid([])


# -- connecting ------------------------------------------------------------------------------------


def test_connecting_tells_who_it_is(nostr_relay: NostrRelay) -> None:
    key = secrets.token_bytes(32)
    outcome = json.dumps(
        {"name": "alice", "display_name": "Alice Ünï", "picture": "https://x/p.png"}
    )
    event = make_event(key, 0, int(time.time()), [], outcome)
    (reply,) = nostr_relays.send([nostr_relay.url], event, key)
    assert reply.outcome is nostr_relays.RelayOutcome.TAKEN
    connected = Nostr().connect({"key": key.hex(), "relays": nostr_relay.url}, NoBrowser())
    profile = connected.profile
    assert profile.remote_id == public_key(key)
    assert profile.handle == encode_bech32("npub", bytes.fromhex(public_key(key)))
    assert (profile.name, profile.picture) == ("Alice Ünï", "https://x/p.png")
    assert profile.facts["relays"] == [nostr_relay.url.rstrip("/")]
    assert connected.secret == {"key": encode_bech32("nsec", key)}
    assert key.hex() not in repr(connected)


def test_what_cannot_be_connected_says_why(nostr_relay: NostrRelay) -> None:
    with pytest.raises(Refused, match="not a private key"):
        Nostr().connect({"key": "wrong", "relays": nostr_relay.url}, NoBrowser())
    with pytest.raises(Refused, match="must begin with wss"):
        Nostr().connect({"key": new_key(), "relays": "ws://relay.example"}, NoBrowser())
    with pytest.raises(Refused, match="not the address of a relay"):
        Nostr().connect({"key": new_key(), "relays": "wss://[x"}, NoBrowser())
    with pytest.raises(TryLater, match="No relay can be reached"):
        Nostr().connect({"key": new_key(), "relays": CLOSED}, NoBrowser())
    given = {"key": new_key(), "relays": nostr_relay.url, "media_server": "http://x.example"}
    with pytest.raises(Refused, match="use https"):
        Nostr().connect(given, NoBrowser())


def test_the_relays_of_the_profile_are_used(
    nostr_relay: NostrRelay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("posto_desktop.server.publishers.nostr.RELAYS", (nostr_relay.url,))
    key = secrets.token_bytes(32)
    tags = [["r", nostr_relay.url], ["r", "wss://read.example", "read"], ["r", "ws://bad.example"]]
    event = make_event(key, 10002, int(time.time()), tags, "")
    nostr_relays.send([nostr_relay.url], event, key)
    profile = Nostr().connect({"key": key.hex()}, NoBrowser()).profile
    assert profile.facts["relays"] == [nostr_relay.url.rstrip("/")]


# -- publishing ------------------------------------------------------------------------------------


def test_words_arrive_whole(nostr_relay: NostrRelay, alice: Person) -> None:
    post = make_post(f"{HARD_TEXT} #Größe", link="https://example.com/a")
    (result,) = alice.publish(post, time.time())
    (note,) = notes(nostr_relay, alice)
    assert note["content"] == f"{HARD_TEXT} #Größe\nhttps://example.com/a"
    assert note["id"] == result.id
    assert ["t", "größe"] in note["tags"]
    assert result.url.startswith("https://njump.me/nevent1")
    data = decode_bech32("nevent", result.url.removeprefix("https://njump.me/"))
    assert data.hex() == f"0020{result.id}0220{alice.account.remote_id}"
    assert result.extra == {"relays": alice.account.facts["relays"], "missing": {}}


def test_a_thread_and_a_comment(nostr_relay: NostrRelay, alice: Person) -> None:
    post = make_post("1/3", thread=("2/3", "3/3"), first_comment="First!")
    ids = [item.id for item in alice.publish(post, time.time())]
    by_text = {note["content"]: note for note in notes(nostr_relay, alice)}
    assert [note["content"] for note in notes(nostr_relay, alice)] == [
        "1/3",
        "2/3",
        "3/3",
        "First!",
    ]
    answered = {
        text: [(tag[1], tag[3]) for tag in note["tags"] if tag[0] == "e"]
        for text, note in by_text.items()
    }
    assert answered == {
        "1/3": [],
        "2/3": [(ids[0], "root")],
        "3/3": [(ids[0], "root"), (ids[1], "reply")],
        "First!": [(ids[0], "root")],
    }


def test_pictures_lie_on_a_media_server(
    nostr_relay: NostrRelay, blossom: Blossom, tmp_path: Path
) -> None:
    person = Person.connect(
        Nostr(), key=new_key(), relays=nostr_relay.url, media_server=blossom.url
    )
    pictures = four_pictures(tmp_path)
    person.publish(make_post("Four", media=pictures), time.time())
    (note,) = notes(nostr_relay, person)
    words, *links = note["content"].splitlines()
    assert words == "Four"
    for link, picture in zip(links, pictures, strict=True):
        assert requests.get(link, timeout=30).content == picture.path.read_bytes()
    files = [
        dict(word.split(" ", 1) for word in tag[1:]) for tag in note["tags"] if tag[0] == "imeta"
    ]
    assert [file.get("alt", "") for file in files] == [picture.alt for picture in pictures]
    assert [file["url"] for file in files] == links
    assert [file["x"] for file in files] == [picture.sha256 for picture in pictures]
    assert files[0]["dim"] == f"{pictures[0].width}x{pictures[0].height}"
    # What was handed over for a post that is not sent is taken back.
    part, record = person.uploaded(make_post("Not sent", media=pictures[:1]))[0]
    person.publisher.discard(person.account, part, record)
    assert pictures[0].sha256 not in blossom.files
    blossom.is_revoked = True
    with pytest.raises(Refused, match="Not a member"):
        person.uploaded(make_post("Not sent", media=pictures[:1]))


def test_too_much_is_refused_before_anything_leaves(alice: Person, tmp_path: Path) -> None:
    picture = make_picture(tmp_path, "one.jpg", "One")
    with pytest.raises(Refused, match=r"allows 0|media server"):
        alice.prepared(make_post("With a picture", media=(picture,)))
    with pytest.raises(Refused, match="is empty"):
        alice.prepared(make_post(""))
    with odd_relay(lambda message: [["EOSE", "posto"]]) as relay:
        person = Person.connect(Nostr(), key=new_key(), relays=relay.url)
        assert person.account.limits.text == 300
        with pytest.raises(Refused, match="allows 300"):
            person.prepared(make_post("x" * 301))


def test_a_repeated_note_is_the_same_note(nostr_relay: NostrRelay, alice: Person) -> None:
    part, record = ready(alice)
    publisher, account = alice.publisher, alice.account
    assert publisher.lookup(account, part, record, ()) == (Found.NOT_SENT, None)
    first = publisher.send(account, part, record)
    assert publisher.send(account, part, record) == first, "`duplicate:` is as good as taken"
    outcome, result = publisher.lookup(account, part, record, ())
    assert outcome is Found.SENT
    assert result is not None
    assert (result.id, result.url) == (first.id, first.url)
    assert len(notes(nostr_relay, alice)) == 1
    assert publisher.repeat_is_safe(record, 10**9)


def test_an_old_note_is_dated_anew_unless_a_relay_has_it(
    nostr_relay: NostrRelay, alice: Person
) -> None:
    publisher, account = alice.publisher, alice.account
    part, record = ready(alice)
    assert publisher.upload(account, part, record, lambda _: None) == record
    old = {**record, "dated": record["dated"] - int(FRESH_SECONDS) - 60}
    again = publisher.upload(account, part, old, lambda _: None)
    assert again["dated"] >= record["dated"]
    publisher.send(account, part, old)
    assert publisher.upload(account, part, old, lambda _: None) == old
    assert len(notes(nostr_relay, alice)) == 1
    unsent = with_results(part, (), None)
    assert publisher.upload(account, unsent, old, lambda _: None)["dated"] >= record["dated"]


def test_too_old_a_note_is_refused_by_the_relay_and_tried_again(alice: Person) -> None:
    part, record = ready(alice)
    year = {**record, "dated": record["dated"] - 366 * 86400}
    with pytest.raises(TryLater, match="too old") as caught:
        alice.publisher.send(alice.account, part, year)
    assert caught.value.seconds < 5
    future = {**record, "dated": record["dated"] + 366 * 86400}
    with pytest.raises(Refused):
        alice.publisher.send(alice.account, part, future)


def test_one_relay_is_enough(nostr_relay: NostrRelay, alice: Person) -> None:
    person = at(alice, CLOSED, nostr_relay.url)
    part, record = ready(person)
    result = person.publisher.send(person.account, part, record)
    assert result.extra == {
        "relays": [nostr_relay.url],
        "missing": {CLOSED: "It cannot be reached."},
    }
    outcome, looked_up = person.publisher.lookup(person.account, part, record, ())
    assert outcome is Found.SENT
    assert looked_up is not None
    assert looked_up.id == result.id


def test_no_relay_at_all_is_waited_for(alice: Person) -> None:
    person = at(alice, CLOSED)
    part, record = ready(person)
    with pytest.raises(TryLater, match="cannot be reached"):
        person.publisher.send(person.account, part, record)
    with pytest.raises(TryLater, match="did not report"):
        person.publisher.lookup(person.account, part, record, ())


def answers(*words: Any) -> Callable[[list[Any]], list[Any] | None]:
    """A relay that answers each event so; `ID` stands for the id of the event."""

    def respond(message: list[Any]) -> list[Any] | None:
        number = message[1]["id"] if message[0] == "EVENT" else ""
        return [[number if word == "ID" else word for word in words]]

    return respond


@pytest.mark.parametrize(
    ("respond", "error", "outcome"),
    [
        (answers("OK", "ID", False, "blocked: you are banned"), Refused, "you are banned"),
        (answers("OK", "ID", False, "pow: 26 bits needed"), Refused, "26 bits"),
        (answers("OK", "ID", False, "rate-limited: slow down"), TryLater, "slow down"),
        (answers("OK", "ID", False, "error: database"), TryLater, "database"),
        (answers("OK", "ID", False, "auth-required: members only"), Refused, "members"),
        (answers("OK", "ID"), Unclear, "did not report"),
        (answers("OK", "0" * 64, True, ""), Unclear, "did not report"),
        (answers("NOTICE", "strange"), Unclear, "strange"),
        (lambda message: None, Unclear, "connection broke"),
        (lambda message: [b"<html>"], Unclear, "not one of a relay"),
        (lambda message: [], Unclear, "did not report"),
    ],
)
def test_what_relays_say(
    alice: Person,
    monkeypatch: pytest.MonkeyPatch,
    respond: Any,
    error: type[PublishError],
    outcome: str,
) -> None:
    monkeypatch.setattr(nostr_relays, "SILENT_SECONDS", 0.5)
    with odd_relay(respond) as relay:
        person = at(alice, relay.url)
        part, record = ready(person)
        with pytest.raises(error, match=outcome):
            person.publisher.send(person.account, part, record)


def test_a_lost_answer_is_unclear_and_no_second_note(
    nostr_relay: NostrRelay, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The relay takes the note, and its answer never comes."""
    monkeypatch.setattr(nostr_relays, "SILENT_SECONDS", 2.0)

    def carry_out(message: list[Any]) -> list[Any] | None:
        if message[0] == "EVENT":
            nostr_relays.send([nostr_relay.url], message[1], b"\1" * 32)
            return []
        events = nostr_relays.find([nostr_relay.url], message[2])[nostr_relay.url]
        return [*(["EVENT", message[1], event] for event in events or ()), ["EOSE", message[1]]]

    with odd_relay(carry_out) as relay:
        person = at(alice, relay.url)
        part, record = ready(person)
        with pytest.raises(Unclear):
            person.publisher.send(person.account, part, record)
        assert person.publisher.lookup(person.account, part, record, ())[0] is Found.SENT
    alice.publisher.send(alice.account, part, record)
    assert len(notes(nostr_relay, alice)) == 1


def test_a_relay_for_members_is_told_who_it_is(alice: Person) -> None:
    known: list[str] = []

    def respond(message: list[Any]) -> list[Any] | None:
        event = message[1]
        assert is_valid(event)
        if message[0] == "AUTH":
            assert event["kind"] == 22242
            assert ["challenge", "riddle"] in event["tags"]
            assert ["relay", relay.url] in event["tags"]
            known.append(event["pubkey"])
            return [["OK", event["id"], True, ""]]
        if event["pubkey"] not in known:
            return [["OK", event["id"], False, "auth-required: we only take notes of members"]]
        return [["OK", event["id"], True, ""]]

    with odd_relay(respond) as relay:
        relay.greeting = [["AUTH", "riddle"]]
        person = at(alice, relay.url)
        part, record = ready(person)
        result = person.publisher.send(person.account, part, record)
        assert result.extra["relays"] == [relay.url]


@pytest.mark.parametrize("kind", ["http", "socks5"])
def test_relays_are_reached_by_the_proxy_and_with_the_certificates_of_the_settings(
    alice: Person, tmp_path: Path, kind: str
) -> None:
    authority, certificate = make_ca(tmp_path, "relay.invalid")
    part, record = ready(alice)
    person = at(alice, "wss://relay.invalid")
    taken = answers("OK", "ID", True, "")
    with odd_relay(taken, certificate) as relay:
        port = int(relay.url.rpartition(":")[2])
        scheme = "socks5h" if kind == "socks5" else "http"
        with Proxy(kind, port) as proxy:
            address = f"{scheme}://127.0.0.1:{proxy.port}"
            try:
                use_route(lambda: RequestRoute(address, str(authority)))
                result = person.publisher.send(person.account, part, record)
                assert result.extra["relays"] == ["wss://relay.invalid"]
                assert [request.partition(":")[0] for request in proxy.seen] == ["relay.invalid"]
                use_route(lambda: RequestRoute(address))
                with pytest.raises(TryLater):
                    person.publisher.send(person.account, part, record)
                assert len(relay.received) == 1, "nothing is said to a stranger"
            finally:
                use_route(None)


def test_forged_notes_are_not_found(alice: Person) -> None:
    """A relay cannot make believe that a note is out."""
    part, record = ready(alice)

    def respond(message: list[Any]) -> list[Any] | None:
        forged = make_event(b"\2" * 32, 1, 1, [], "forged") | {"id": message[2]["ids"][0]}
        return [["EVENT", message[1], forged], ["EOSE", message[1]]]

    with odd_relay(respond) as relay:
        person = at(alice, relay.url)
        looked_up = person.publisher.lookup(person.account, part, record, ())
        assert looked_up == (Found.NOT_SENT, None)


def test_a_thousand_odd_answers(alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing crashes, and only an OK to this very note is one."""
    monkeypatch.setattr(nostr_relays, "SILENT_SECONDS", 0.3)
    chance = random.Random(7)
    odd = (None, True, False, 0, -1, 1e300, "", "OK", "x" * 300, [], {}, [[]], "duplicate:", "\0")
    good: list[bool] = []

    def respond(message: list[Any]) -> list[Any] | None:
        answer: list[Any] = ["OK", message[1]["id"], True, ""]
        for _ in range(chance.randrange(4)):
            answer[chance.randrange(len(answer))] = chance.choice(odd)
        del answer[chance.randrange(1, 6) :]
        words = answer[3] if len(answer) > 3 and isinstance(answer[3], str) else ""
        is_ok = answer[:2] == ["OK", message[1]["id"]] and len(answer) > 2
        good.append(is_ok and (answer[2] is True or words.startswith("duplicate")))
        return [answer if chance.random() < 0.9 else json.dumps(answer).encode()[:-3], None]

    outcomes = {"sent": 0, "not": 0}
    with odd_relay(respond) as relay:
        person = at(alice, relay.url)
        part, record = ready(person)
        for _ in range(1000):
            good.clear()
            try:
                person.publisher.send(person.account, part, record)
                assert good == [True]
                outcomes["sent"] += 1
            except PublishError:
                outcomes["not"] += 1
    assert min(outcomes.values()) > 50, outcomes

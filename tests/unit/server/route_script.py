"""The script of `test_same_answers`: each route with what it takes, with what is wrong, and with
what belongs to others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from posto_desktop.server.security import USERNAME
from posto_desktop.server.team.rights import FS, POSTO, WP

from .conftest import png
from .route_replay import Replay
from .team_world import LATER, NOW, A, B, Ids
from .test_rights import bodies, path_of

_ID = "<media_id:int>"
_HUGE = 2**63 - 1
_QUERY = (
    "id", "ids", "page", "per_page", "rows_count", "limit", "before", "schedule_id", "wp_post_id",
    "start", "end", "schedule_group_id", "statuses", "search", "include", "size", "person", "nonce",
    "sig", "type", "left",
)  # fmt: skip
_BODY = (
    "id", "ids", "log_ids", "include_ids", "exclude_ids", "share_at", "late_limit",
    "schedule_group_id", "wp_post_id", "schedules", "replaces", "answer", "comment", "groups",
    "labels", "title", "alt_text", "custom_post_data", "targets", "address", "text", "fields",
    "network", "keep", "version", "about", "stay", "route", "paused",
)  # fmt: skip
_READS, _AS_POST = ("GET", "HEAD"), ("PUT", "PATCH")


def replay_one_person(world: Replay, look: Callable[[], None] = lambda: None) -> None:
    """The workspace of one person: from a first look to posts that are out, refused and unclear.
    `look` is called before anything of it is deleted."""
    me = USERNAME

    def good(route: str, body: Any = None, parts: Mapping[str, object] | None = None,
             **options: Any) -> Any:  # fmt: skip
        return world.call("good", me, route, body, parts, **options)

    for method in ("GET", "HEAD"):
        for probe in ("/healthz", "/readyz"):
            world.call("good", "", f"{method} {probe}")
    good("GET /")
    good("GET /wp-json/")
    good(f"GET {POSTO}/proof", nonce="0" * 64)
    for method in ("GET", "POST"):
        good(f"{method} {WP}/users/me", context="edit")
    for method, title in (("POST", "Ärger"), ("PUT", "'%_\\"), ("PATCH", "")):
        good(f"{method} {WP}/settings", {"title": title, "description": "d", "timezone": "x"})
        good(f"GET {WP}/settings")

    pictures = [_upload(world, me, name, number) for number, name in enumerate(
        ("photo.png", "Éclair_1.png", "éclair%2.png", "Z.png", "a.png"))]  # fmt: skip
    first = {_ID: pictures[0]["id"]}
    good(f"GET {WP}/media")
    for words in ("éclair", "ECLAIR", "_1", "%", "\\", "PHOTO"):
        good(f"GET {WP}/media", search=words)
    good(f"GET {WP}/media", per_page=2, page=2)
    good(f"GET {WP}/media", include=f"{pictures[3]['id']},{pictures[1]['id']}")
    good(f"GET {WP}/media/{_ID}", None, first)
    for method in ("POST", "PUT", "PATCH"):
        words = {"title": f"{method} 🎉", "alt_text": {"raw": "a\nb"}, "caption": None}
        good(f"{method} {WP}/media/{_ID}", words, first)
    _good_url(world, "GET /wp-content/uploads/<media_id:int>/<mark>/<name>",
              pictures[0]["source_url"])  # fmt: skip
    _good_url(world, f"GET {POSTO}/media/{_ID}/thumb", pictures[0]["posto"]["thumb"])
    good(f"GET {POSTO}/media/missing", ids=f"{pictures[0]['id']},999,x")

    channels = good(f"GET {FS}/channels")["channels"]
    channel, other = channels[0]["id"], channels[1]["id"]
    good("GET /wp-content/channels/<channel_id:int>.png", None, {"<channel_id:int>": channel})
    settings = {"id": channel, "labels": ["ä", "b"], "proxy": "http://proxy:1",
                "custom_post_data": {"x": [1, None, "é"]}, "status": True}  # fmt: skip
    good(f"POST {FS}/channels/settings", settings)
    good(f"GET {FS}/channels/settings", id=channel)
    good(f"POST {FS}/channels/refresh", {"id": channel})
    slug = {"<slug>": "twitter"}
    good(f"POST {FS}/social-networks/<slug>/settings", {"cut_post_text": False, "x": 1.5}, slug)
    good(f"GET {FS}/social-networks/<slug>/settings", None, slug)

    good(f"GET {POSTO}/connect")
    good(f"POST {POSTO}/connect/recognise", {"text": "@anna@mastodon.example"})
    number = _connect(world, me, "anna", confirm=True)
    good(f"GET {POSTO}/connect/<number>", None, number)
    good(f"POST {POSTO}/connect/<number>/test", None, number)
    good(f"DELETE {POSTO}/connect/<number>/test", None, number)
    account = good(f"POST {POSTO}/connect/<number>", {"targets": ["east", "west"]}, number)
    account_id = account["account"]["id"]
    good(f"DELETE {POSTO}/connect/<number>", None, _connect(world, me, "berta", confirm=True))
    harbour = account["account"]["channels"][0]["id"]
    good(f"GET {POSTO}/accounts")
    by_number = {"<number:int>": account_id}
    good(f"POST {POSTO}/accounts/<number:int>/check", None, by_number)

    def compose(text: str, *channel_ids: int, share_at: int | None = LATER, **data: Any) -> str:
        data |= {"post_content": text}
        listed = [{"channel_id": number, "custom_post_data": data} for number in channel_ids]
        body = {"schedules": listed, "share_at": share_at}
        return str(good(f"POST {FS}/composer", body)["schedule_group_id"])

    planned = compose("Planned Ünïcödé 🎉", channel, other, posto_ref="ref")
    again = compose("Planned Ünïcödé 🎉", channel, other, posto_ref="ref")
    assert again == planned, "the same request made a second message"
    compose("With a picture", channel, upload_media=True, upload_media_type="custom",
            media_list_to_upload=[pictures[1]["id"]])  # fmt: skip
    compose("One", harbour, share_at=None, posto_thread=[{"text": "Two", "media": []}],
            first_comment="A comment that is refused")  # fmt: skip
    for text in ("Out", "It is refused", "It is unclear", "It is unclear, too"):
        compose(text, harbour, share_at=None)
    compose("To the feed", channel, share_at=None, upload_media=True, upload_media_type="custom",
            media_list_to_upload=[pictures[0]["id"]])  # fmt: skip
    world.send_due()
    moved = {"schedule_group_id": planned, "share_at": LATER + 60}
    good(f"POST {FS}/composer/reschedule", moved)
    rows = good(f"GET {FS}/schedules", rows_count=100)["schedules"]
    for query in (
        {"statuses": "success,error"}, {"social_networks": "mastodon"}, {"page": 2},
        {"schedule_group_id": planned}, {"schedule_id": rows[0]["id"]},
        {"wp_post_id": rows[0]["wp_post"]["id"], "rows_count": 10}, {"statuses[]": ["error"]},
    ):  # fmt: skip
        good(f"GET {FS}/schedules", **query)
    good(f"GET {FS}/schedules/calendar", start=int(NOW) - 9, end=LATER * 2)
    by_text = {row["customization_data"]["post_content"]: row["id"] for row in rows}
    good(f"GET {FS}/schedules/insights", id=by_text["Out"])
    good(f"GET {POSTO}/schedules/story", id=by_text["One"])
    good(f"POST {POSTO}/schedules/retry-comment", {"id": by_text["One"]})
    good(f"POST {FS}/schedules/retry", {"ids": [by_text["It is refused"]]})
    good(f"POST {POSTO}/schedules/send-now", {"ids": [by_text["With a picture"]]})
    good(
        f"POST {POSTO}/schedules/resolve",
        {"id": by_text["It is unclear"], "answer": "there", "link": "https://harbour.example/9"},
    )
    good(
        f"POST {POSTO}/schedules/resolve",
        {"id": by_text["It is unclear, too"], "answer": "send_again"},
    )
    world.send_due()
    feed = good(f"GET {POSTO}/feed", limit=2)["items"]
    good(f"GET {POSTO}/feed", before=feed[-1]["id"])
    with_file = next(item for item in feed if item["media"])
    _good_url(world, f"GET {POSTO}/feed/media/<sha256>", with_file["media"][0]["url"])
    _good_url(world, "GET /sandbox/<post_id:int>/<mark>", with_file["url"])
    calendar = good(f"POST {POSTO}/calendar")["url"]
    good(f"GET {POSTO}/calendar")
    for method in ("GET", "HEAD"):
        _good_url(world, f"{method} /posto-calendar/<secret>.ics", calendar)
    item = {"channel_id": other, "custom_post_data": {"post_content": "Edited"}}
    post_id = next(row["wp_post"]["id"] for row in rows if row["group_id"] == planned)
    edited = {"schedule_group_id": planned, "wp_post_id": post_id, "share_at": None}
    good(f"POST {FS}/composer", edited | {"schedules": [item]})
    good(f"POST {POSTO}/status", {"late_limit": 30, "paused": True})
    good(f"GET {POSTO}/status")
    good(f"POST {POSTO}/status", {"paused": False})
    good(f"GET {FS}/schedules", rows_count=100)
    look()
    good(f"DELETE {FS}/schedules", {"include_ids": [by_text["Out"], 999]})
    good(f"DELETE {FS}/schedules", {"include_all": True, "filters": {"statuses": ["error"]},
                                    "exclude_ids": [by_text["One"]]})  # fmt: skip
    good(f"GET {FS}/schedules", rows_count=100)
    good(f"POST {POSTO}/accounts/<number:int>/leave", {"stay": False}, by_number)
    good(f"POST {POSTO}/accounts/<number:int>/leave", {"stay": True}, by_number)
    good(f"DELETE {POSTO}/accounts/<number:int>", None, by_number)
    good(f"GET {FS}/channels")
    good(f"DELETE {WP}/media/{_ID}", None, first, force="true")
    good(f"GET {FS}/schedules", rows_count=100)
    good(f"POST {POSTO}/shutdown")


def replay_team(world: Replay) -> None:
    """What only a workspace of several people has; two groups that do not see each other."""
    own = Ids(A)
    world.fill()
    for name in ("olga", "editor_a", "writer_a", "viewer_a"):
        for route in (f"GET {WP}/users/me?context=edit", f"GET {FS}/channels",
                      f"GET {POSTO}/accounts", f"GET {POSTO}/review",
                      f"GET {FS}/schedules?rows_count=100", f"GET {WP}/media",
                      f"GET {POSTO}/feed", f"GET {POSTO}/status"):  # fmt: skip
            path, _, query = route.partition("?")
            options = dict([query.split("=")]) if query else {}
            world.call("good", name, path, **options)
    for method in ("GET", "HEAD"):
        world.call("good", "", f"{method} /metrics")
    _replay_people(world)
    passwords = world.call("good", "writer_a", f"GET {POSTO}/people/me/passwords")["passwords"]
    assert passwords
    group = {"<channel_id:int>": own.channel}
    world.call("good", "olga", f"POST {POSTO}/channels/<channel_id:int>/groups",
               {"groups": ["a", "Ä", "b"]}, group)  # fmt: skip
    world.call("good", "olga", f"GET {POSTO}/channels/<channel_id:int>/groups", None, group)
    item = {"channel_id": own.channel, "custom_post_data": {"post_content": "Mine"}}
    for _ in range(3):
        made = world.call("good", "writer_a", f"POST {FS}/composer",
                          {"schedules": [item], "share_at": LATER})  # fmt: skip
        proposal = {"<group_id>": made["schedule_group_id"]}
        world.call("good", "editor_a", f"POST {POSTO}/review/<group_id>/ask",
                   {"comment": "Shorter ✂", "about": {"kind": "text"}}, proposal)  # fmt: skip
        world.call("good", "viewer_a", f"GET {POSTO}/review/<group_id>", None, proposal)
        post = world.call("good", "writer_a", f"GET {FS}/schedules",
                          schedule_group_id=made["schedule_group_id"])["schedules"][0]  # fmt: skip
        changed = {"channel_id": own.channel, "custom_post_data": {"post_content": "Min"}}
        world.call("good", "writer_a", f"POST {FS}/composer",
                   {"schedules": [changed], "share_at": LATER, "wp_post_id": post["wp_post"]["id"],
                    "schedule_group_id": made["schedule_group_id"]})  # fmt: skip
        world.call("good", "writer_a", f"GET {POSTO}/review")
        last = "withdraw" if _ == 2 else "approve"
        name = "writer_a" if last == "withdraw" else "editor_a"
        step = world.call("good", name, f"POST {POSTO}/review/<group_id>/{last}", {}, proposal)
        opened = {"schedule_ids": [post["id"]], "is_writing": True}
        for person in (name, "viewer_a"):
            renewed = {"app": f"{person[:6]}{person[:6]}{person[:6]}", "open": [opened]}
            world.call("good", person, f"POST {POSTO}/presence", renewed)
        world.call("good", "olga", f"GET {POSTO}/presence", ids=str(post["id"]))
        if _ == 1:
            undone = {"steps": [step["step"], 999]}
            world.call("good", name, f"POST {POSTO}/review/undo", undone)
            world.call("good", name, f"POST {POSTO}/review/undo", undone)
        world.call("good", "olga", f"GET {POSTO}/review/<group_id>", None, proposal)
    _upload(world, "writer_a", "theirs.png", 9)
    world.call("good", "writer_a", f"GET {WP}/media")
    world.call("good", "olga", f"GET {POSTO}/audit", limit=500)
    world.call("good", "olga", f"GET {POSTO}/audit", person="writer_a", limit=3)
    revoked = {"<number:int>": passwords[0]["id"]}
    world.call(
        "good", "writer_a", f"DELETE {POSTO}/people/me/passwords/<number:int>", None, revoked
    )
    world.call("revoked", "writer_a", f"GET {POSTO}/people/me/passwords")


def _replay_people(world: Replay) -> None:
    """What owners change of the team: a person from their first device to their removal."""
    person = "<person_id:int>"
    one_device = f"{person}/passwords/<number:int>"
    wanted = {"name": "Åsa", "role": "editor"}
    world.call("refused", "olga", f"POST {POSTO}/people", wanted)
    wanted = {"name": "asa", "role": "editor", "groups": ["a", "Ä"], "shown_name": "Åsa"}
    parts = {person: world.call("good", "olga", f"POST {POSTO}/people", wanted)["id"]}
    world.call("refused", "olga", f"POST {POSTO}/people", wanted)
    for body in (
        {"role": "viewer", "before": {"role": "editor"}},
        {"role": "writer", "before": {"role": "editor"}},
        {"groups": None, "disabled": True},
        {"disabled": False},
    ):
        world.call("good", "olga", f"POST {POSTO}/people/{person}", body, parts)
    device = {"device": "Phone ☎"}
    made = world.call("good", "olga", f"POST {POSTO}/people/{person}/passwords", device, parts)
    world.passwords["asa"] = made["password"]
    parts["<number:int>"] = made["id"]
    world.call("good", "olga", f"DELETE {POSTO}/people/{one_device}", None, parts)
    world.call("good", "olga", f"POST {POSTO}/people/{one_device}/restore", {}, parts)
    own = f"{POSTO}/people/me/passwords/<number:int>"
    device = {"device": "Laptop"}
    other = world.call("good", "olga", f"POST {POSTO}/people/{person}/passwords", device, parts)
    other_parts = {"<number:int>": other["id"]}
    world.call("good", "asa", f"DELETE {own}", None, other_parts)
    world.call("good", "asa", f"POST {own}/restore", {}, other_parts)
    world.call("good", "olga", f"GET {POSTO}/people")
    world.call("good", "olga", f"GET {POSTO}/channels/groups")
    world.call("good", "olga", f"DELETE {POSTO}/people/{person}", {"before": wanted}, parts)
    world.call("good", "olga", f"DELETE {POSTO}/people/{person}", {}, parts)
    world.call("removed", "asa", f"GET {POSTO}/people/me/passwords")


def replay_foreign(world: Replay, routes: list[str]) -> None:
    """Objects of another group, by who may do most without seeing them, and by nobody."""
    others, own = Ids(B), Ids(A)
    world.fill()
    for route in routes:
        method, rule = route.split(" ", 1)
        if method not in _READS:
            world.fill()
        for place, (query, body) in enumerate(bodies(others, own)):
            path = path_of(rule, others, place % 3)
            for name in ("editor_a", "") if place == 0 else ("editor_a",):
                world.call("foreign", name, route, body, _parts(rule, path), **query)
    assert {route.split(" ", 1)[0] for route in routes} >= {"GET", "POST", "DELETE"}


def replay_bad(world: Replay, routes: list[str]) -> None:
    """What no client of ours sends."""
    world.fill()
    for route in routes:
        method, rule = route.split(" ", 1)
        bad = list(_bad_bodies())
        if method in _READS:
            bad = [(query, None) for query, _ in bad if query]
        else:
            world.fill()
        if method in _AS_POST:
            bad = bad[::5]
        parts = _parts(rule, path_of(rule, Ids(A)))
        for query, body in bad:
            world.call("bad", "olga", route, body, parts, **query)
        for odd in _bad_parts(rule):
            world.call("bad", "olga", route, {"force": True}, odd, force="true")


def _bad_bodies() -> Iterator[tuple[dict[str, Any], Any]]:
    own = Ids(A)
    for body in (b"{", b"[1]", b"\xff\xfe", b"null", b"a=1&b[]=2"):
        yield {}, body
    words = "NUL \0, lone \ud800, ' \" \\ % _ 🎉 \u202e"
    for odd in (0, -1, 2**31, _HUGE, -_HUGE - 1, 10**30, 1.5, 1e308, True, "1; --", words, [], {},
                [[1]], "", "9" * 40):  # fmt: skip
        shown = odd if isinstance(odd, str | int | float) else str(odd)
        text = str(shown).encode("utf-8", "replace").decode()
        yield dict.fromkeys(_QUERY, text), dict.fromkeys(_BODY, odd)
        yield {}, {
            "id": own.channel, "share_at": LATER, "labels": [odd], "proxy": odd,
            "custom_post_data": {"odd": odd}, "title": words, "alt_text": words, "comment": words,
            "ids": [own.schedules[0], odd], "include_ids": [odd], "groups": ["a", odd],
            "exclude_ids": [odd], "answer": "there", "link": odd, "version": odd, "text": words,
            "schedules": [{"channel_id": own.channel, "custom_post_data": {
                "post_content": words, "posto_ref": odd, "first_comment": odd,
                "posto_thread": [{"text": odd, "media": [odd]}]}}],
        }  # fmt: skip
    filters = {"created_before": "1e9", "status": "x"}
    every = {"id": own.schedules[1], "ids": own.schedules, "include_all": True, "filters": filters}
    yield {"id": own.schedules[1]}, every | {"share_at": LATER}


def _bad_parts(rule: str) -> Iterator[dict[str, object]]:
    names = [f"<{piece}" for piece in (f"{part.split('>')[0]}>" for part in rule.split("<")[1:])]
    for odd in (0, 2**31, _HUGE, 10**30) if names else ():
        yield dict.fromkeys(names, odd)
    if any(":int" not in name for name in names):
        for words in ("%", "'", "ÄÖ", "x\0y", "9" * 300, "\udcff"):
            yield {name: 1 if ":int" in name else words for name in names}


def _parts(rule: str, path: str) -> dict[str, object]:
    """Return what stands in a path for the parts that its rule leaves open."""
    parts: dict[str, object] = {}
    for asked, given in zip(rule.split("/"), path.split("/"), strict=True):
        if "<" in asked:
            begin, end = asked.index("<"), asked.index(">") + 1
            last = len(given) - (len(asked) - end)
            parts[asked[begin:end]] = given[begin:last]
    return parts


def _good_url(world: Replay, route: str, url: str) -> None:
    """Ask for an address that an answer gave."""
    path, _, query = url.partition("?")
    path = path.removeprefix("http://127.0.0.1")
    path = "/" + path.split("/", 1)[1] if not path.startswith("/") else path
    rule = route.split(" ", 1)[1]
    options = dict(pair.split("=", 1) for pair in query.split("&")) if query else {}
    options = {name: value.replace("%2F", "/") for name, value in options.items()}
    world.call("good", "", route, None, _parts(rule, path), **options)


def _upload(world: Replay, name: str, file_name: str, number: int) -> Any:
    encoded = file_name.encode().decode("latin-1")
    return world.call(
        "good", name, f"POST {WP}/media", png(8 + number), title=f"Title {number}",
        headers={"CONTENT_TYPE": "image/png",
                 "HTTP_CONTENT_DISPOSITION": f'attachment; filename="{encoded}"'},
    )  # fmt: skip


def _connect(world: Replay, name: str, user: str, *, confirm: bool) -> dict[str, object]:
    body = {"network": "harbour", "fields": {"user": user, "token": f"token of {user}"},
            "keep": "session", "confirm": confirm}  # fmt: skip
    return {"<number>": world.call("good", name, f"POST {POSTO}/connect", body)["id"]}

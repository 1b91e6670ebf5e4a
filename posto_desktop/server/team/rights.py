"""What each route requires of people, the whole of it: `REQUIREMENTS`.

A route that is not in the table is for nobody. `server.team.team` enforces it before a route runs;
what a person sees of a list is decided by `server.team.scope`, in the route.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from posto_desktop.server.forms import whole_number
from posto_desktop.server.post_data import media_ids, thread_of
from posto_desktop.server.schedules import edited_group
from posto_desktop.server.team.person import Role
from posto_desktop.server.team.scope import Objects
from posto_desktop.server.web import AUTHORIZE_PAGE, PROVIDER_ANSWER, Request

WP = "/wp-json/wp/v2"
FS = "/wp-json/fs-poster/v1"
POSTO = "/wp-json/posto/v1"

Finder = Callable[[Request, Mapping[str, Any]], Objects]


def _nothing(_request: Request, _parts: Mapping[str, Any]) -> Objects:
    return Objects()


@dataclass(frozen=True)
class Requirement:
    """`role` is the least one, "anybody" for routes without a sign-in. `is_whole`: only for people
    who see all groups, as it changes or shows what all have in common. `objects` finds what a
    request names, as the route reads it. `action` is what the audit log calls it, "" for what
    changes nothing. `makes`: what the answer has ids of."""

    role: Role | Literal["anybody", "nobody"]
    objects: Finder = _nothing
    action: str = ""
    is_whole: bool = False
    makes: Literal["", "file", "posts", "person", "password"] = ""


def number_of(value: object) -> int:
    """Return an id as the plugin's routes read it, -1 for none."""
    number = whole_number(value)
    return -1 if number is None else number


def _numbers(value: object) -> list[int]:
    listed = value if isinstance(value, list) else [value]
    numbers = [whole_number(item) for item in listed]
    return [number for number in numbers if number is not None]


def _channel_of_query(request: Request, _parts: Mapping[str, Any]) -> Objects:
    return Objects(channels=[number_of(request.query.text("id"))])


def _channel_of_body(request: Request, _parts: Mapping[str, Any]) -> Objects:
    return Objects(channels=[number_of(request.json().get("id"))])


def _channel_of_path(_request: Request, parts: Mapping[str, Any]) -> Objects:
    return Objects(channels=[int(parts["channel_id"])])


def _schedule_of_query(request: Request, _parts: Mapping[str, Any]) -> Objects:
    return Objects(schedules=[number_of(request.query.text("id"))])


def _schedule_of_body(request: Request, _parts: Mapping[str, Any]) -> Objects:
    return Objects(schedules=[number_of(request.json().get("id"))])


def _schedules_of_body(request: Request, _parts: Mapping[str, Any]) -> Objects:
    body = request.json()
    return Objects(schedules=_numbers(body.get("ids", body.get("log_ids"))))


def _listed_schedules(request: Request, _parts: Mapping[str, Any]) -> Objects:
    """What is to be deleted, for the audit log: the route leaves alone what is not seen, as it does
    with what does not exist any more."""
    return Objects(listed=_numbers(request.json().get("include_ids")))


def _group_of_body(request: Request, _parts: Mapping[str, Any]) -> Objects:
    group_id = request.json().get("schedule_group_id")
    return Objects(groups=[group_id] if isinstance(group_id, str) and group_id else [])


def _group_of_path(_request: Request, parts: Mapping[str, Any]) -> Objects:
    return Objects(groups=[str(parts["group_id"])])


def _composed(request: Request, _parts: Mapping[str, Any]) -> Objects:
    body = request.json()
    listed, replaced = body.get("schedules"), body.get("replaces")
    channels, media = list[int](), list[int]()
    for entry in listed if isinstance(listed, list) else []:
        if not isinstance(entry, dict):
            continue
        channels.append(number_of(entry.get("channel_id")))
        data = entry.get("custom_post_data")
        if isinstance(data, dict):
            media += media_ids(data)
            media += [number for _, ids in thread_of(data) for number in ids]
    edited = edited_group(body)
    return Objects(
        channels=channels,
        media=media,
        groups=[edited] if edited else [],
        listed=_numbers(replaced) if isinstance(replaced, list) and not edited else [],
    )


def _media(_request: Request, parts: Mapping[str, Any]) -> Objects:
    return Objects(media=[int(parts["media_id"])])


def _changed_media(_request: Request, parts: Mapping[str, Any]) -> Objects:
    return Objects(changed_media=[int(parts["media_id"])])


def _account(_request: Request, parts: Mapping[str, Any]) -> Objects:
    return Objects(accounts=[int(parts["number"])])


def _person(_request: Request, parts: Mapping[str, Any]) -> Objects:
    return Objects(people=[int(parts["person_id"])])


def _password(_request: Request, parts: Mapping[str, Any]) -> Objects:
    people = [int(parts["person_id"])] if "person_id" in parts else []
    return Objects(people=people, passwords=[int(parts["number"])])


_ANYBODY: Final = Requirement("anybody")
_ANYONE_SIGNED_IN: Final = Requirement("viewer")
_OWNER: Final = Requirement("owner")
_SITE: Final = Requirement("owner", action="settings.change")
_DESCRIBES: Final = Requirement("writer", _changed_media, "file.describe")

REQUIREMENTS: Final[Mapping[str, Requirement]] = {
    "GET /": _ANYBODY,
    # They say who may ask by themselves: no person does.
    "GET /healthz": _ANYBODY,
    "HEAD /healthz": _ANYBODY,
    "GET /readyz": _ANYBODY,
    "HEAD /readyz": _ANYBODY,
    "GET /metrics": _ANYBODY,
    "HEAD /metrics": _ANYBODY,
    "GET /wp-json/": _ANYBODY,
    "GET /wp-json/posto/v1/proof": _ANYBODY,
    # Addresses that nobody can guess; the routes check their signatures.
    "GET /wp-content/uploads/<media_id:int>/<mark>/<name>": _ANYBODY,
    "GET /wp-content/channels/<channel_id:int>.png": _ANYBODY,
    f"GET {POSTO}/media/<media_id:int>/thumb": _ANYBODY,
    f"GET {POSTO}/feed/media/<sha256>": _ANYBODY,
    "GET /sandbox/<post_id:int>/<mark>": _ANYBODY,
    "GET /posto-calendar/<secret>.ics": _ANYBODY,
    "HEAD /posto-calendar/<secret>.ics": _ANYBODY,
    # WordPress
    f"GET {WP}/users/me": _ANYONE_SIGNED_IN,
    f"POST {WP}/users/me": _ANYONE_SIGNED_IN,
    f"GET {WP}/settings": _ANYONE_SIGNED_IN,
    f"POST {WP}/settings": _SITE,
    f"PUT {WP}/settings": _SITE,
    f"PATCH {WP}/settings": _SITE,
    f"GET {WP}/media": _ANYONE_SIGNED_IN,
    f"POST {WP}/media": Requirement("writer", action="file.upload", makes="file"),
    f"GET {WP}/media/<media_id:int>": Requirement("viewer", _media),
    f"POST {WP}/media/<media_id:int>": _DESCRIBES,
    f"PUT {WP}/media/<media_id:int>": _DESCRIBES,
    f"PATCH {WP}/media/<media_id:int>": _DESCRIBES,
    f"DELETE {WP}/media/<media_id:int>": Requirement("editor", _changed_media, "file.delete"),
    # the plugin
    f"GET {FS}/channels": _ANYONE_SIGNED_IN,
    f"GET {FS}/channels/settings": Requirement("viewer", _channel_of_query),
    f"POST {FS}/channels/settings": Requirement("editor", _channel_of_body, "channel.change"),
    f"POST {FS}/channels/refresh": Requirement("editor", _channel_of_body, "channel.check"),
    f"GET {FS}/social-networks/<slug>/settings": _ANYONE_SIGNED_IN,
    f"POST {FS}/social-networks/<slug>/settings": Requirement(
        "editor", action="network.change", is_whole=True
    ),
    f"POST {FS}/composer": Requirement("writer", _composed, "post.schedule"),
    f"POST {FS}/composer/reschedule": Requirement("writer", _group_of_body, "post.reschedule"),
    f"GET {FS}/schedules": _ANYONE_SIGNED_IN,
    f"DELETE {FS}/schedules": Requirement("writer", _listed_schedules, "post.delete"),
    f"GET {FS}/schedules/calendar": _ANYONE_SIGNED_IN,
    f"GET {FS}/schedules/insights": Requirement("viewer", _schedule_of_query),
    f"POST {FS}/schedules/retry": Requirement("editor", _schedules_of_body, "post.retry"),
    # Posto's own
    f"GET {POSTO}/status": _ANYONE_SIGNED_IN,
    f"POST {POSTO}/status": Requirement("owner", action="sending.change"),
    f"POST {POSTO}/shutdown": Requirement("nobody"),
    f"GET {POSTO}/feed": _ANYONE_SIGNED_IN,
    f"POST {POSTO}/schedules/send-now": Requirement("editor", _schedules_of_body, "post.send_now"),
    f"POST {POSTO}/schedules/resolve": Requirement("editor", _schedule_of_body, "post.resolve"),
    f"POST {POSTO}/schedules/retry-comment": Requirement(
        "editor", _schedule_of_body, "post.retry_comment"
    ),
    f"GET {POSTO}/schedules/story": Requirement("viewer", _schedule_of_query),
    f"GET {POSTO}/media/missing": _ANYONE_SIGNED_IN,
    # The address is of the device that asks, and shows what its person sees.
    f"GET {POSTO}/calendar": _ANYONE_SIGNED_IN,
    f"POST {POSTO}/calendar": Requirement("viewer", action="calendar.renew"),
    # accounts
    f"GET {POSTO}/connect": _ANYONE_SIGNED_IN,
    f"POST {POSTO}/connect": Requirement("owner", action="account.connect"),
    f"POST {POSTO}/connect/recognise": _OWNER,
    f"GET {POSTO}/connect/<number>": _OWNER,
    f"POST {POSTO}/connect/<number>": Requirement("owner", action="account.choose"),
    f"DELETE {POSTO}/connect/<number>": _OWNER,
    f"POST {POSTO}/connect/<number>/test": Requirement("owner", action="account.test"),
    f"DELETE {POSTO}/connect/<number>/test": _OWNER,
    f"GET {POSTO}/accounts": _ANYONE_SIGNED_IN,
    f"POST {POSTO}/accounts/<number:int>/check": Requirement("editor", _account, "account.check"),
    f"POST {POSTO}/accounts/<number:int>/leave": Requirement("owner", _account, "account.leave"),
    f"DELETE {POSTO}/accounts/<number:int>": Requirement("owner", _account, "account.disconnect"),
    # people
    f"GET {POSTO}/people": _OWNER,
    f"POST {POSTO}/people": Requirement("owner", action="people.add", makes="person"),
    f"POST {POSTO}/people/<person_id:int>": Requirement("owner", _person, "people.change"),
    f"DELETE {POSTO}/people/<person_id:int>": Requirement("owner", _person, "people.remove"),
    f"POST {POSTO}/people/<person_id:int>/passwords": Requirement(
        "owner", _person, "password.add", makes="password"
    ),
    f"DELETE {POSTO}/people/<person_id:int>/passwords/<number:int>": Requirement(
        "owner", _password, "password.revoke"
    ),
    f"POST {POSTO}/people/<person_id:int>/passwords/<number:int>/restore": Requirement(
        "owner", _password, "password.restore"
    ),
    f"GET {POSTO}/people/me/passwords": _ANYONE_SIGNED_IN,
    f"DELETE {POSTO}/people/me/passwords/<number:int>": Requirement(
        "viewer", _password, "password.revoke"
    ),
    f"POST {POSTO}/people/me/passwords/<number:int>/restore": Requirement(
        "viewer", _password, "password.restore"
    ),
    f"GET {POSTO}/channels/groups": _OWNER,
    f"GET {POSTO}/audit": _OWNER,
    f"GET {POSTO}/channels/<channel_id:int>/groups": _OWNER,
    f"POST {POSTO}/channels/<channel_id:int>/groups": Requirement(
        "owner", _channel_of_path, "channel.group"
    ),
    # What is open is no deed: it is not in the audit log. Both tell of posts that a person sees.
    f"GET {POSTO}/presence": _ANYONE_SIGNED_IN,
    f"POST {POSTO}/presence": _ANYONE_SIGNED_IN,
    # sign-in in the browser
    f"GET {AUTHORIZE_PAGE}": _ANYBODY,
    f"GET {PROVIDER_ANSWER}": _ANYBODY,
    f"GET {PROVIDER_ANSWER}/<sign_in_id>": _ANYBODY,
    f"POST {PROVIDER_ANSWER}/<sign_in_id>": _ANYBODY,
    f"POST {POSTO}/sign-in": _ANYBODY,
    # review
    f"GET {POSTO}/review": _ANYONE_SIGNED_IN,
    f"GET {POSTO}/review/<group_id>": Requirement("viewer", _group_of_path),
    f"POST {POSTO}/review/<group_id>/approve": Requirement(
        "editor", _group_of_path, "post.approve"
    ),
    f"POST {POSTO}/review/<group_id>/ask": Requirement(
        "editor", _group_of_path, "post.ask_for_changes"
    ),
    # Of the person's own steps alone: `team.review_undo` looks whose they are.
    f"POST {POSTO}/review/undo": Requirement("writer", action="post.undo_review", makes="posts"),
    f"POST {POSTO}/review/<group_id>/withdraw": Requirement(
        "writer", _group_of_path, "post.withdraw"
    ),
}


def requirement_of(method: str, rule: str) -> Requirement:
    return REQUIREMENTS.get(f"{method} {rule}", Requirement("nobody"))

"""The plugin's routes: `/wp-json/fs-poster/v1/…`, as FS Poster 7 answers them."""

from __future__ import annotations

import html
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import quote

from posto_desktop.common.translation import translatable
from posto_desktop.server.errors import PluginError
from posto_desktop.server.forms import FormFields, whole_number
from posto_desktop.server.media import LibraryItem
from posto_desktop.server.networks import networks
from posto_desktop.server.post_data import media_ids, thread_of
from posto_desktop.server.rows import STATUSES, Row, json_list, json_object
from posto_desktop.server.schedules import Filters, share_time
from posto_desktop.server.stories import story_data
from posto_desktop.server.team.composing import Composing
from posto_desktop.server.team.scope import Within
from posto_desktop.server.web import Request, Web
from posto_desktop.server.workspace import Workspace

PREFIX = "/wp-json/fs-poster/v1"


class PluginRoutes:
    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def register(self, web: Web) -> None:
        for methods, rule, handler in (
            ("GET", "/channels", self.channels),
            ("GET", "/channels/settings", self.channel_settings),
            ("POST", "/channels/settings", self.save_channel_settings),
            ("POST", "/channels/refresh", self.refresh_channel),
            ("GET", "/social-networks/<slug>/settings", self.network_settings),
            ("POST", "/social-networks/<slug>/settings", self.save_network_settings),
            ("POST", "/composer", self.compose),
            ("POST", "/composer/reschedule", self.reschedule),
            ("GET", "/schedules", self.schedules),
            ("DELETE", "/schedules", self.delete),
            ("GET", "/schedules/calendar", self.calendar),
            ("GET", "/schedules/insights", self.insights),
            ("POST", "/schedules/retry", self.retry),
        ):
            web.add(methods, PREFIX + rule, handler)

    def channels(self, request: Request) -> object:
        rows, limits = self._workspace.channels.all(), self._workspace.accounts.limits()
        return {
            "channels": [
                self._channel(row, request, limits)
                for row in rows
                if request.scope.shows_channel(row["id"])
            ]
        }

    def channel_settings(self, request: Request) -> object:
        return self._workspace.channels.settings(_id(request.query.text("id")))

    def save_channel_settings(self, request: Request) -> object:
        body, channels = request.json(), self._workspace.channels
        channel_id = _id(body.get("id"))
        if request.person is not None and not request.person.is_at_least("owner"):
            # What goes through a proxy is for its owner to see.
            body = body | {"proxy": channels.get(channel_id)["proxy"]}
        channels.replace_settings(channel_id, body)
        return []

    def refresh_channel(self, request: Request) -> object:
        channels = self._workspace.channels
        row = channels.get(_id(request.json().get("id")))
        self._workspace.check_channel(row)
        row, limits = channels.get(row["id"]), self._workspace.accounts.limits()
        return {"channel": self._channel(row, request, limits)}

    def _channel(
        self, row: Row, request: Request, limits: dict[int, dict[str, Any]]
    ) -> dict[str, Any]:
        publisher = self._workspace.publishers.get(row["method"])
        further_parts = publisher.further_parts if publisher is not None else ""
        channel = channel_json(row, request, limits.get(row["account_id"]))
        return {**channel, "further_parts": further_parts}

    def network_settings(self, _request: Request, slug: str) -> object:
        return self._workspace.network_settings.get(slug) or []

    def save_network_settings(self, request: Request, slug: str) -> object:
        self._workspace.network_settings.replace(slug, request.json())
        return []

    def compose(self, request: Request) -> object:
        composing = self._composing(request)
        within = request.scope.within("channel_id")
        group_id = self._workspace.schedules.compose(request.json(), composing, within)
        return {"schedule_group_id": group_id}

    def _composing(self, request: Request) -> Composing | None:
        """Return who composes in a workspace with people."""
        team = self._workspace.team
        if team is None or not team.is_active or request.person is None:
            return None
        return team.review.composing(request.person)

    def reschedule(self, request: Request) -> object:
        body = request.json()
        group_id, share_at = body.get("schedule_group_id"), body.get("share_at")
        if not isinstance(group_id, str) or not group_id:
            raise PluginError(translatable("Server", "Schedule group not found."))
        if "share_at" not in body:
            # A missing time must not mean "at once".
            raise PluginError(translatable("Server", "The time of the post is missing."))
        self._workspace.schedules.reschedule(
            group_id, share_time(share_at), self._composing(request)
        )
        return []

    def schedules(self, request: Request) -> object:
        query = request.query
        count = query.number("rows_count")
        # Outside of 10..100 the plugin falls back to 10.
        count = count if count is not None and 10 <= count <= 100 else 10
        page = max(1, query.number("page") or 1)
        filters = _filters(query, within=request.scope.within("s.channel_id"))
        rows, total = self._workspace.schedules.page(filters, min(page, 10**9), count)
        media = self._workspace.media.find(
            list({file["id"] for row in rows for file in _listed_media(row)})
        )
        reviews = self._reviews([row["group_id"] for row in rows], request)
        return {
            "schedules": [
                self._row(row, media, request)
                | ({"review": reviews[row["group_id"]]} if row["group_id"] in reviews else {})
                for row in rows
            ],
            "total": total,
        }

    def _reviews(self, group_ids: list[str], request: Request) -> dict[str, dict[str, Any]]:
        """Return how the reviews of posts stand; none in a workspace without people."""
        team = self._workspace.team
        if team is None or not team.is_active:
            return {}
        return team.review.states(list(dict.fromkeys(group_ids)), request.scope)

    def delete(self, request: Request) -> object:
        body, team = request.json(), self._workspace.team
        within = team.deletable(request) if team is not None and team.is_active else Within()
        if body.get("include_all") is True:
            requested = body.get("filters")
            filters = _delete_filters(requested if isinstance(requested, dict) else {})
            filters = replace(filters, within=within)
            self._workspace.schedules.delete_all(filters, _ids(body.get("exclude_ids")))
        else:
            # Filters apply only together with include_all.
            excluded = set(_ids(body.get("exclude_ids")))
            ids = [
                schedule_id
                for schedule_id in _ids(body.get("include_ids"))
                if schedule_id not in excluded
            ]
            self._workspace.schedules.delete(ids, within)
        return []

    def calendar(self, request: Request) -> object:
        query = request.query
        filters = _filters(
            query,
            start=_moment(query.text("start")),
            end=_moment(query.text("end")),
            within=request.scope.within("s.channel_id"),
        )
        return {
            "schedules": [
                self._group(rows, request) for rows in self._workspace.schedules.groups(filters)
            ]
        }

    def insights(self, request: Request) -> object:
        reading = self._workspace.insights.read(_id(request.query.text("id")))
        return {"insights": reading.figures, "read_at": reading.read_at}

    def retry(self, request: Request) -> object:
        body = request.json()
        self._workspace.schedules.retry(_ids(body.get("ids", body.get("log_ids"))))
        return []

    def _group(self, rows: list[Row], request: Request) -> dict[str, Any]:
        first = rows[0]
        content = json_object(first["customization"]).get("post_content", "")
        return {
            "schedule_group_id": first["group_id"],
            "group_id": first["group_id"],
            "wp_post": {"id": first["wp_post_id"], "title": first["post_title"]},
            "send_time": first["send_time"],
            "status": first["status"],
            "statuses": [row["status"] for row in rows],
            "schedule_ids": [row["id"] for row in rows],
            "channels": [_row_channel(row, request) for row in rows],
            "content": content,
            "posting_data": {"content": content, "mediaList": []},
            # This computer has no planners.
            "planner_id": 0,
        }

    def _row(self, row: Row, media: dict[int, LibraryItem], request: Request) -> dict[str, Any]:
        data = json_object(row["customization"])
        posted = json_object(row["posted"])
        link = row["remote_post_link"]
        return {
            "id": row["id"],
            "group_id": row["group_id"],
            "wp_post": {"id": row["wp_post_id"], "title": row["post_title"]},
            "channel": _row_channel(row, request),
            "status": row["status"],
            # Clients interpret it as HTML, like the plugin's.
            "error_msg": html.escape(row["error_msg"], quote=False),
            "send_time": row["send_time"],
            "share_at": row["share_at"],
            "remote_post_id": row["remote_post_id"],
            "remote_post_link": request.base_url + link if link.startswith("/") else link,
            "customization_data": data or [],
            "posting_data": {
                "content": posted.get("content", data.get("post_content", "")),
                "mediaList": [
                    media_entry(self._workspace, media.get(file["id"]), file, request)
                    for file in _listed_media(row)
                ],
            },
            "data": story_data(row),
        }


def channel_json(row: Row, request: Request, limits: dict[str, Any] | None) -> dict[str, Any]:
    """A channel as the plugin returns it; `limits` only of an account of this computer."""
    return {
        **({} if limits is None else {"limits": limits}),
        "id": row["id"],
        "name": row["name"] or f"Channel {row['id']}",
        "social_network": row["social_network"],
        "picture": picture_url(row["id"], request),
        "channel_type": row["channel_type"],
        "channel_link": row["channel_link"],
        "status": bool(row["active"]),
        "auto_share_on": bool(row["auto_share_on"]),
        "method": row["method"],
        "labels": json_list(row["labels"]),
        "custom_post_data": json_object(row["custom_post_data"]) or [],
        "proxy": row["proxy"],
    }


def picture_url(channel_id: int, request: Request) -> str:
    mark = f"?sig={request.sign(f'channel:{channel_id}')}" if request.sign is not None else ""
    return f"{request.base_url}/wp-content/channels/{channel_id}.png{mark}"


def media_entry(
    workspace: Workspace, item: LibraryItem | None, listed: dict[str, Any], request: Request
) -> dict[str, Any]:
    """Return one file of a row; its address is empty if the file was deleted."""
    part = {"part": listed["part"]} if "part" in listed else {}
    if item is None:
        kind = listed.get("type") or "image"
        return {"id": listed["id"], "type": kind, "url": "", "thumb": "", **part}
    return {
        "id": item.id,
        "type": item.kind,
        "url": media_url(workspace, item, request),
        "thumb": thumb_url(workspace, item.id, request),
        **part,
    }


def media_url(workspace: Workspace, item: LibraryItem, request: Request) -> str:
    """Return an address that works without a password, because nobody can guess it."""
    mark = workspace.sign(f"media:{item.id}", request)
    return f"{request.base_url}/wp-content/uploads/{item.id}/{mark}/{quote(item.name)}"


def thumb_url(workspace: Workspace, media_id: int, request: Request) -> str:
    mark = workspace.sign(f"thumb:{media_id}", request)
    return f"{request.base_url}/wp-json/posto/v1/media/{media_id}/thumb?size=320&sig={mark}"


def _row_channel(row: Row, request: Request) -> dict[str, Any]:
    return {
        "id": row["channel_id"],
        "name": row["channel_name"] or f"Channel {row['channel_id']}",
        "social_network": row["social_network"],
        "picture": picture_url(row["channel_id"], request),
        "channel_link": row["channel_link"],
        "channel_type": row["channel_type"],
        "status": bool(row["channel_active"]),
    }


def _listed_media(row: Row) -> list[dict[str, Any]]:
    """Return the files of a row as `{"id", "type"}`: those that were sent, else those that will
    be. Files of further parts have the number of their `part`."""
    data = json_object(row["customization"])
    sent = json_object(row["posted"]).get("mediaList")
    if isinstance(sent, list):
        numbers = [
            (whole_number(file.get("id")), file.get("type"))
            for file in sent
            if isinstance(file, dict)
        ]
        files = [{"id": number, "type": kind} for number, kind in numbers if number is not None]
    else:
        files = [{"id": media_id, "type": None} for media_id in media_ids(data)]
    for number, (_, ids) in enumerate(thread_of(data), 1):
        files += [{"id": media_id, "type": None, "part": number} for media_id in ids]
    return files


def _filters(
    query: FormFields,
    start: int | None = None,
    end: int | None = None,
    within: Within | None = None,
) -> Filters:
    return Filters(
        within=within or Within(),
        statuses=_known_statuses(query.many("statuses")),
        networks=[networks().slug(name) for name in query.many("social_networks")],
        schedule_id=query.number("schedule_id"),
        group_id=query.text("schedule_group_id"),
        wp_post_id=query.number("wp_post_id"),
        start=start,
        end=end,
    )


def _known_statuses(names: list[str]) -> list[str]:
    # The plugin drops unknown names, and with them the whole filter.
    return [name for name in names if name in STATUSES]


def _delete_filters(requested: dict[str, Any]) -> Filters:
    """Return the filters of `include_all`. Unknown keys are ignored, as in the plugin; `status` and
    `created_before`, which the public client sends, are honoured."""
    statuses = _strings(requested.get("statuses")) + _strings(requested.get("status"))
    slugs = _strings(requested.get("social_networks")) + _strings(requested.get("networks"))
    created_before = requested.get("created_before")
    before = None
    if created_before not in (None, ""):
        before = whole_number(created_before) or _moment(str(created_before))
        if before is None:
            raise PluginError(translatable("Server", "The date to delete before cannot be read."))
    planner = whole_number(requested.get("planner_id")) or 0
    return Filters(
        # Filtering by an unknown name must match nothing, never everything.
        statuses=statuses,
        networks=[networks().slug(name) for name in slugs],
        created_before=before,
        nothing=planner != 0,
    )


def _strings(value: object) -> list[str]:
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _ids(value: object) -> list[int]:
    listed = value if isinstance(value, list) else [value]
    numbers = [whole_number(item) for item in listed]
    return [number for number in numbers if number is not None]


def _id(value: object) -> int:
    number = whole_number(value)
    return -1 if number is None else number


def _moment(text: str) -> int | None:
    """Return Unix seconds of `1700000000` or an ISO date, in local time by default."""
    number = whole_number(text)
    if number is not None:
        return number
    try:
        return int(datetime.fromisoformat(text.strip()).timestamp())
    except (ValueError, OverflowError, OSError):
        return None

"""The routes of FS Poster 7.7 about planners and sharing, and WordPress' own posts.

Written from the published route tables: what they take, answer and refuse. A planner's posts have
rows of the plugin's database in place of channels, with numbers as text and a proxy; the change of
a status answers with the next times; ten planners are a page, whatever is asked for.
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

PLUGIN = "fs-poster/v1/"
PLANNER_PAGE = 10
PICTURE = "/wp-content/uploads/2026/11/"

Answer = tuple[int, Any, dict[str, str]]


@dataclass
class PlannerRow:
    """A planner of the site: from `next_at` (Unix seconds) every `interval` seconds one of
    `post_ids`."""

    id: int
    title: str
    next_at: int
    interval: int = 86_400
    post_ids: tuple[int, ...] = (11, 12, 13)
    channel_ids: tuple[int, ...] = (2,)
    status: str = "active"


@dataclass
class PostRow:
    """A post of the site. `picture` is the name of its featured picture's file."""

    id: int
    title: str
    excerpt: str = ""
    date_gmt: str = "2026-11-20T08:00:00"
    slug: str = ""
    picture: str = ""
    alt: str = ""


@dataclass
class PlanningSite:
    """`without` are routes that this site lacks, `closed` those that its account may not use."""

    url: str = "https://site.example"
    planners: list[PlannerRow] = field(default_factory=list)
    posts: list[PostRow] = field(default_factory=list)
    channels: list[dict[str, Any]] = field(default_factory=list)
    scheduled: list[dict[str, Any]] = field(default_factory=list)
    auto_share: dict[str, Any] = field(default_factory=dict)
    without: set[str] = field(default_factory=set)
    closed: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)

    def answer(
        self, method: str, route: str, query: Mapping[str, str], body: Any = None
    ) -> Answer | None:
        """The answer to a request; None if it is none of these routes."""
        handle = {
            ("GET", f"{PLUGIN}planners"): self._list,
            ("POST", f"{PLUGIN}planners/change-status"): self._change_status,
            ("POST", f"{PLUGIN}planners/posts/get"): self._plugin_posts,
            ("GET", f"{PLUGIN}schedules/calendar"): self._calendar,
            ("GET", f"{PLUGIN}settings/auto-share"): self._auto_share,
            ("GET", "wp/v2/posts"): self._posts,
        }.get((method, route))
        if handle is None:
            return None
        self.asked.append(f"{method} {route.removeprefix(PLUGIN)}")
        if route.removeprefix(PLUGIN) in self.without:
            return _refusal(404, "rest_no_route", "No route was found matching the URL.")
        if route.removeprefix(PLUGIN) in self.closed:
            return _refusal(403, "rest_forbidden", "Sorry, you are not allowed to do that.")
        return handle(query, body)

    def count(self, part: str) -> int:
        return sum(part in request for request in self.asked)

    # -- planners ------------------------------------------------------------------------------

    def _list(self, query: Mapping[str, str], _body: Any) -> Answer:
        page = max(1, int(query.get("page", "1") or 1))
        newest = sorted(self.planners, key=lambda planner: -planner.id)
        shown = newest[(page - 1) * PLANNER_PAGE : page * PLANNER_PAGE]
        return 200, {"planners": [*map(self._planner, shown)], "total": len(self.planners)}, {}

    def _planner(self, planner: PlannerRow) -> dict[str, Any]:
        return {
            "id": planner.id,
            "title": planner.title,
            "start_at": planner.next_at,
            "next_execute_at": planner.next_at,
            "channels": [
                {"id": row["id"], "name": row["name"], "social_network": row["social_network"]}
                for row in self.channels
                if row["id"] in planner.channel_ids
            ],
            "customization_data": [],
            "schedules_count": 0,
            "status": planner.status,
            "post_type": "post",
            "share_type": "interval",
            "selected_posts": [],
            "post_filters": None,
            "schedule_interval": {"value": {"value": 1, "unit": "day"}, "sleep_time": None},
            "weekly": None,
            "sort_by": "old_to_new",
            "repeating": False,
        }

    def _change_status(self, _query: Mapping[str, str], body: Any) -> Answer:
        changes = []
        known = {planner.id: planner for planner in self.planners}
        for wanted in body["planners"]:
            planner = known.get(wanted["id"])
            if wanted["status"] not in ("paused", "active"):
                return _complaint("Invalid status provided")
            if planner is None:
                return _complaint("Planner is not available")
            if planner.status == "finished":
                return _complaint("Planner has already finished")
            planner.status = wanted["status"]
            if planner.status == "active":
                changes.append({"id": planner.id, "next_execute_at": "2026-12-01 09:00:00"})
        return 200, {"changes": changes}, {}

    # -- the calendar --------------------------------------------------------------------------

    def _calendar(self, query: Mapping[str, str], _body: Any) -> Answer:
        start, end = int(query["start"]), int(query["end"])
        entries: list[dict[str, Any]] = []
        for planner in self.planners:
            if planner.status == "active":
                entries += self._projected(planner, start, end)
        entries += [
            {
                "schedule_group_id": row["group_id"],
                "wp_post_id": row["wp_post"]["id"],
                "posting_data": row["posting_data"],
                "channels": [row["channel"]],
                "status": row["status"],
                "is_available_actions": True,
                "send_time": row["send_time"],
                "planner_id": 0,
            }
            for row in self.scheduled
            if start <= row["send_time"] <= end
        ]
        return 200, {"schedules": entries}, {}

    def _projected(self, planner: PlannerRow, start: int, end: int) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = []
        moment = planner.next_at
        while moment <= end and len(entries) < len(planner.post_ids):
            if moment >= start:
                entries.append(
                    {
                        "schedule_group_id": f"made-now-{len(self.asked)}-{planner.id}-{moment}",
                        "wp_post_id": planner.post_ids[len(entries)],
                        "posting_data": {
                            "content": "This post scheduled by planner. Planner name: "
                            + planner.title,
                            "mediaList": [],
                        },
                        "channels": [_database_row(number) for number in planner.channel_ids],
                        "status": "not_sent",
                        "send_time": moment,
                        "planner_id": planner.id,
                    }
                )
            moment += planner.interval
        return entries

    # -- posts and settings --------------------------------------------------------------------

    def _matching(self, search: str) -> list[PostRow]:
        word = search.casefold()
        rows = [row for row in self.posts if word in f"{row.title} {row.excerpt}".casefold()]
        return sorted(rows, key=lambda row: (row.date_gmt, row.id), reverse=True)

    def _posts(self, query: Mapping[str, str], _body: Any) -> Answer:
        rows = self._matching(unquote(query.get("search", "")))
        size, page = int(query.get("per_page", "10")), int(query.get("page", "1"))
        pages = -(-len(rows) // size)
        if page > 1 and page > pages:
            return _refusal(
                400,
                "rest_post_invalid_page_number",
                "The page number requested is larger than the number of pages available.",
            )
        headers = {"X-WP-Total": str(len(rows)), "X-WP-TotalPages": str(pages)}
        return 200, [*map(self._post, rows[(page - 1) * size : page * size])], headers

    def _post(self, row: PostRow) -> dict[str, Any]:
        post: dict[str, Any] = {
            "id": row.id,
            "date_gmt": row.date_gmt,
            "link": f"{self.url}/{row.slug or row.id}/",
            "title": {"rendered": html.escape(row.title).replace("'", "&#8217;")},
            "excerpt": {"rendered": f"<p>{html.escape(row.excerpt)} [&hellip;]</p>\n"},
            "featured_media": row.id + 1000 if row.picture else 0,
            "_links": {},
        }
        if row.picture:
            address = f"{self.url}{PICTURE}{row.picture}"
            small = {"source_url": address, "mime_type": "image/png"}
            post["_embedded"] = {
                "wp:featuredmedia": [
                    {
                        "id": row.id + 1000,
                        "source_url": address,
                        "alt_text": row.alt,
                        "mime_type": "image/png",
                        "media_details": {"sizes": {"medium": small}},
                    }
                ]
            }
        return post

    def _plugin_posts(self, _query: Mapping[str, str], body: Any) -> Answer:
        if body.get("post_type") != "post":
            return _complaint("Please specify post type")
        rows = self._matching(body.get("search", ""))[:10]
        posts = [
            {"id": row.id, "title": row.title, "link": f"{self.url}/?p={row.id}"} for row in rows
        ]
        return 200, {"posts": posts}, {}

    def _auto_share(self, _query: Mapping[str, str], _body: Any) -> Answer:
        settings = {
            "auto_share": True,
            "multiple_newlines_to_single": False,
            "enable_auto_share_delay": False,
            "auto_share_delay": {"value": 0, "unit": "second"},
            "use_custom_url": False,
            "query_params": {"fsp_sid": "{schedule_id}"},
            "use_url_shortener": False,
            "shortener_service": "",
            "url_short_access_token_bitly": "hushhush-bitly",
            **self.auto_share,
        }
        return 200, settings, {}


def _database_row(number: int) -> dict[str, Any]:
    """A channel as the plugin's calendar sends it for a planner: its row, as it is stored."""
    return {
        "id": str(number),
        "name": f"Stored {number}",
        "channel_session_id": "4",
        "proxy": "http://user:hushhush@proxy:8080",
        "status": "1",
    }


def _complaint(sentence: str) -> Answer:
    return 200, {"error_msg": sentence}, {}


def _refusal(status: int, code: str, sentence: str) -> Answer:
    return status, {"code": code, "message": sentence, "data": {"status": status}}, {}

"""Posts of the WordPress site itself, and how the plugin shares them.

They come from WordPress' own `wp/v2/posts`. Where a site closes it, the plugin lists titles and
links.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from posto_desktop.common.translation import translatable

from .answers import as_bool, as_int, as_list, as_mapping, as_text, plain_text, rows_of
from .errors import ServiceError, SettingsError
from .faults import wrong_answer
from .optional_routes import MISSING, OptionalRoutes
from .record_texts import web_address, word
from .records import read_time
from .site_texts import excerpt_text
from .transport import Transport

__all__ = ["MOST_POSTS", "AutoShareSettings", "SiteContent", "SitePost", "SitePostPage"]

POSTS_ROUTE = "wp/v2/posts"
PLUGIN_POSTS_ROUTE = "fs-poster/v1/planners/posts/get"
AUTO_SHARE_ROUTE = "fs-poster/v1/settings/auto-share"
MOST_POSTS = 100
"""Posts on one page: the maximum of WordPress."""
_FIELDS = "id,date_gmt,link,title,excerpt,featured_media,_links,_embedded"
_LONGEST_SEARCH = 200
_LONGEST_TITLE = 500
_PREVIEWS = ("medium", "medium_large", "thumbnail")
_UNITS = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400, "week": 604_800}


@dataclass(frozen=True)
class SitePost:
    """A post of the site. Texts are plain, ``excerpt`` with its paragraphs; ``published_at`` is
    aware UTC; ``picture`` is the address of its featured picture, ``preview`` that of a small one,
    "" for none."""

    id: int
    title: str = ""
    excerpt: str = ""
    link: str = ""
    published_at: datetime | None = None
    picture: str = ""
    picture_alt: str = ""
    preview: str = ""

    @classmethod
    def from_service(cls, row: object) -> SitePost | None:
        """Return the post of a row of WordPress or of the plugin; None without a number."""
        data = as_mapping(row)
        number = as_int(data.get("id"))
        if number is None or number <= 0:
            return None
        media = _featured(data)
        return cls(
            id=number,
            title=plain_text(_rendered(data.get("title")), _LONGEST_TITLE),
            excerpt=excerpt_text(_rendered(data.get("excerpt"))),
            link=web_address(data.get("link")),
            published_at=read_time(data.get("date_gmt"), lambda: UTC),
            picture=web_address(media.get("source_url")),
            picture_alt=plain_text(as_text(media.get("alt_text")), 1_000),
            preview=_preview(media) or web_address(media.get("source_url")),
        )


@dataclass(frozen=True)
class SitePostPage:
    """Posts, newest first. ``has_more``: there is a next page; ``total`` is None if unknown."""

    posts: tuple[SitePost, ...] = ()
    has_more: bool = False
    total: int | None = None


@dataclass(frozen=True)
class AutoShareSettings:
    """What the site does when it shares its own posts; None is unknown.

    ``shortener`` is the plugin's word for the service by which it shortens links (``bitly``), ""
    for none. It changes the links of the site's own posts alone: what a message links to goes out
    as it is. ``joins_blank_lines`` holds for every post: several blank lines become one.
    """

    shares_new_posts: bool | None = None
    delay_seconds: int = 0
    shortener: str = ""
    adds_parameters: bool = False
    joins_blank_lines: bool = False

    @classmethod
    def from_service(cls, data: Mapping[str, Any]) -> AutoShareSettings:
        """Read the settings. Tokens and keys of shorteners are dropped."""
        delays = as_bool(data.get("enable_auto_share_delay"))
        shortens = as_bool(data.get("use_url_shortener"))
        shares = data.get("auto_share")
        return cls(
            shares_new_posts=None if shares is None else as_bool(shares),
            delay_seconds=_seconds(data.get("auto_share_delay")) if delays else 0,
            shortener=word(data.get("shortener_service")) if shortens else "",
            adds_parameters=as_bool(data.get("use_custom_url"))
            and bool(as_mapping(data.get("query_params"))),
            joins_blank_lines=as_bool(data.get("multiple_newlines_to_single")),
        )


class SiteContent:
    """Reads the site's posts, and its settings for sharing them."""

    def __init__(self, transport: Transport, routes: OptionalRoutes) -> None:
        self._transport, self._routes = transport, routes

    def posts(self, search: str = "", *, page: int = 1, per_page: int = 20) -> SitePostPage:
        """Return a page of the published posts, newest first.

        Raises `ServiceError` (``reason="no_route"``) if the site lists its posts nowhere.
        """
        if not isinstance(search, str) or page < 1 or not 1 <= per_page <= MOST_POSTS:
            raise SettingsError("Pages count from 1, and have up to 100 posts.")
        wanted = " ".join(search.split())[:_LONGEST_SEARCH]
        try:
            return self._routes.ask(POSTS_ROUTE, lambda: self._posts(wanted, page, per_page))
        except ServiceError as error:
            if error.reason != MISSING:
                raise
        return self._routes.ask(PLUGIN_POSTS_ROUTE, lambda: self._plugin_posts(wanted, page))

    def _posts(self, search: str, page: int, per_page: int) -> SitePostPage:
        params: list[tuple[str, str | int | bool]] = [
            ("page", page),
            ("per_page", per_page),
            ("orderby", "date"),
            ("_fields", _FIELDS),
            ("_embed", "wp:featuredmedia"),
        ]
        if search:
            params.append(("search", search))
        try:
            answer = self._transport.call("GET", POSTS_ROUTE, params=params)
        except ServiceError as error:
            if error.code == "rest_post_invalid_page_number":  # posts were deleted meanwhile
                return SitePostPage()
            raise
        if not isinstance(answer.data, list):
            raise _no_posts(self._transport.endpoint.host)
        posts = tuple(
            post
            for post in map(SitePost.from_service, answer.data[:MOST_POSTS])
            if post is not None
        )
        total = as_int(answer.headers.get("X-WP-Total"))
        pages = as_int(answer.headers.get("X-WP-TotalPages"))
        has_more = page < pages if pages is not None else len(answer.data) >= per_page
        return SitePostPage(posts, has_more and bool(posts), total)

    def _plugin_posts(self, search: str, page: int) -> SitePostPage:
        """Ask the plugin, which has one page, of ten posts."""
        if page > 1:
            return SitePostPage()
        body = {"post_type": "post", "search": search}
        data = self._transport.call("POST", PLUGIN_POSTS_ROUTE, json=body, repeatable=True).data
        rows = rows_of(data, "posts")
        if rows is None:
            raise _no_posts(self._transport.endpoint.host)
        posts = [SitePost.from_service(row) for row in rows[:MOST_POSTS]]
        return SitePostPage(tuple(post for post in posts if post is not None))

    def auto_share(self) -> AutoShareSettings:
        """Return how the site shares its own posts. All is unknown for an account that may not read
        it. Raises `ServiceError` (``reason="no_route"``) if the plugin has no such settings."""
        data = self._routes.ask(AUTO_SHARE_ROUTE, lambda: self._transport.get(AUTO_SHARE_ROUTE))
        return AutoShareSettings.from_service(as_mapping(data))


def _rendered(value: object) -> str:
    """Return the HTML of a text of WordPress, or the text of the plugin."""
    field = as_mapping(value)
    return as_text(field.get("rendered")) if field else as_text(value)


def _featured(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the embedded featured picture; of one that may not be read an error is embedded."""
    media = as_list(as_mapping(data.get("_embedded")).get("wp:featuredmedia"))
    picture = as_mapping(media[0]) if media else {}
    mime = word(picture.get("mime_type"))
    return picture if not mime or mime.startswith("image/") else {}


def _preview(media: Mapping[str, Any]) -> str:
    sizes = as_mapping(as_mapping(media.get("media_details")).get("sizes"))
    addresses = (web_address(as_mapping(sizes.get(name)).get("source_url")) for name in _PREVIEWS)
    return next((address for address in addresses if address), "")


def _seconds(value: object) -> int:
    """Return a duration of the plugin, ``{"value": 2, "unit": "hour"}``, in seconds."""
    duration = as_mapping(value)
    count = as_int(duration.get("value")) or 0
    unit = word(duration.get("unit")).rstrip("s")
    return max(0, min(count, 100_000)) * _UNITS.get(unit, 0)


def _no_posts(host: str) -> ServiceError:
    return wrong_answer(
        "the list of posts is missing in the answer",
        translatable("Sdk", "{host} answered without a list of its posts.").format(host=host),
    )

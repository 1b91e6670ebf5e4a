"""`PostoSDK`: posts to the channels of a Posto service."""

from __future__ import annotations

import contextlib
import logging
import os
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, tzinfo
from itertools import islice
from pathlib import Path
from typing import Any, Self

from posto_desktop.common.translation import translatable

from ..storage.paths import find_paths
from .answers import as_int, as_mapping, rows_of
from .backoff import MAX_WAIT, Backoff
from .channel_calls import ChannelCalls
from .channel_manager import ChannelManager
from .channels import ChannelDirectory, Target, fetch_channels, unique_by_id
from .connect import EndpointResolver, zone_of
from .credentials import clean_token, from_parts, token_of
from .endpoint import Endpoint
from .errors import (
    AuthenticationError,
    Cancelled,
    ChannelError,
    MediaUploadError,
    NetworkError,
    PostingError,
    PostoError,
    ServiceError,
    SettingsError,
    WhenError,
)
from .faults import wrong_answer
from .logs import show_debug
from .media import Progress, examine, upload
from .moments import read_moment, read_zone
from .network_calls import NetworkCalls
from .network_settings import NetworkCapabilities, NetworkSettings, NetworkSettingsManager
from .optional_routes import OptionalRoutes
from .people import PeopleManager
from .planners import PlannerManager
from .post_builder import build_post, settings_for
from .post_delivery import compose, new_ref, send
from .presence import PresenceManager
from .records import Account, Channel, MediaItem, PostResult
from .review import ReviewManager
from .schedule_manager import ScheduleManager
from .site_content import SiteContent
from .text_alterations import warn
from .threads import ThreadPart, read_parts, threading_only
from .transport import DEFAULT_TIMEOUT, Route, Throttle, Transport
from .uploads import PARALLEL, AltText, Uploader, collect, lazy_folder, linked, prepare
from .wire import timeouts

# Scripts import the errors and managers from here, too.
__all__ = [
    "AuthenticationError",
    "Cancelled",
    "ChannelError",
    "ChannelManager",
    "MediaUploadError",
    "NetworkCapabilities",
    "NetworkError",
    "NetworkSettings",
    "NetworkSettingsManager",
    "PostResult",
    "PostingError",
    "PostoError",
    "PostoSDK",
    "ScheduleManager",
    "ServiceError",
    "SettingsError",
    "WhenError",
]

log = logging.getLogger("posto_desktop.sdk")

MAX_PICTURE = 8 * 1024 * 1024


class PostoSDK(ChannelCalls, NetworkCalls):
    """One account on one Posto service.

    Create it by `from_credentials` or `from_token`; without any argument it uses the account of the
    environment or of the app. It is a context manager, and thread-safe. ``timeout`` is (connect,
    read) in seconds, ``retries`` how often safe requests are repeated, ``max_wait`` the total
    seconds that a call waits at a service's request, ``route`` a `Route`: the proxy and the
    certificates to use.
    """

    def __init__(
        self,
        auth_token: str | None = None,
        debug: bool = False,
        *,
        base_url: str | None = None,
        timeout: tuple[float, float] | float = DEFAULT_TIMEOUT,
        retries: int = 2,
        max_wait: float = MAX_WAIT,
        throttle: Throttle | None = None,
        allow_http: bool = False,
        allow_private_urls: bool = False,
        sleep: Callable[[float], None] | None = None,
        clock: Callable[[], datetime] | None = None,
        backoff: Backoff | None = None,
        config: Path | None = None,
        route: Route | None = None,
        lean: bool = False,
    ) -> None:
        account = from_parts(None, None, auth_token, base_url)
        waits = timeouts(timeout)
        self._transport = Transport(
            Endpoint.parse(account.base_url, allow_http=allow_http),
            account.token,
            timeout=waits,
            retries=retries,
            max_wait=max_wait,
            throttle=throttle,
            sleep=sleep,
            backoff=backoff,
            route=route,
            resolve=EndpointResolver(timeout=waits, allow_http=allow_http, route=route),
            allow_private=allow_private_urls,
        )
        self._clock = clock or (lambda: datetime.now(UTC))
        self._book = ChannelDirectory(lambda: fetch_channels(self._transport))
        self._uploader = Uploader(self._transport)
        self._routes = OptionalRoutes(self._transport)
        self._schedules = ScheduleManager(
            self._transport,
            zone=self._site_zone,
            clock=self._clock,
            lean=lean,
            routes=self._routes,
        )
        self._zone: tzinfo | None = None
        self._config_folder = config
        self._settings_manager = NetworkSettingsManager(
            self._transport,
            channels=self._book.all,
            profiles=lambda: self._config() / "profiles",
        )
        self._channel_manager = ChannelManager(self._transport)
        if debug:
            show_debug()

    @classmethod
    def from_credentials(
        cls,
        username: str,
        password: str,
        debug: bool = False,
        *,
        base_url: str | None = None,
        **options: Any,
    ) -> Self:
        """Sign in with a user name and an application password (spaces in it do not matter).

        Options: those of the class, such as ``timeout`` and ``retries``.
        """
        return cls(token_of(username, password), debug, base_url=base_url, **options)

    @classmethod
    def from_token(
        cls, token: str, debug: bool = False, *, base_url: str | None = None, **options: Any
    ) -> Self:
        """Sign in with the base64 of ``username:password``. Options as `from_credentials`."""
        return cls(clean_token(token), debug, base_url=base_url, **options)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.base_url}>"

    def close(self) -> None:
        """Close all connections, also those that other threads are waiting on."""
        self._transport.close()

    def _config(self) -> Path:
        """Return the folder of styles, defaults and profiles; found late, since few calls need
        it."""
        if self._config_folder is None:
            self._config_folder = find_paths().config
        return self._config_folder

    @property
    def base_url(self) -> str:
        """The given address, until an answer shows that the routes are elsewhere on the site."""
        return self._transport.endpoint.base

    @property
    def transport(self) -> Transport:
        """For routes without an SDK method; it signs every request to the service."""
        return self._transport

    # -- account -------------------------------------------------------------------------------

    def me(self) -> Account:
        """Return the signed-in account. Raises `AuthenticationError` if there is none."""
        account = Account.from_service(self._transport.get("wp/v2/users/me", [("context", "edit")]))
        if account is None:
            raise wrong_answer(
                "users/me has no id",
                translatable("Sdk", "{host} did not say who is signed in.").format(
                    host=self._transport.endpoint.host
                ),
            )
        return account

    @property
    def channel_manager(self) -> ChannelManager:
        """Settings of single channels, such as their proxy."""
        return self._channel_manager

    # -- schedules -------------------------------------------------------------------------------

    @property
    def schedules(self) -> ScheduleManager:
        """List, retry and delete scheduled posts."""
        return self._schedules

    @property
    def planners(self) -> PlannerManager:
        """The planners of the site, which post by themselves."""
        return PlannerManager(self._transport, self._routes, zone=self._site_zone)

    @property
    def review(self) -> ReviewManager:
        """Posts that writers of a team propose, and the answers to them."""
        return ReviewManager(self._transport, self._routes)

    @property
    def presence(self) -> PresenceManager:
        """Who else of a team has a post open."""
        return PresenceManager(self._transport, self._routes)

    @property
    def people(self) -> PeopleManager:
        """The people of a team, their devices, groups of channels, and the audit log."""
        return PeopleManager(self._transport)

    @property
    def site(self) -> SiteContent:
        """The posts of the WordPress site itself, and how it shares them."""
        return SiteContent(self._transport, self._routes)

    def _site_zone(self) -> tzinfo:
        """Return the site's zone, read once, for services that write times without one."""
        if self._zone is None:
            fields = [("_fields", "timezone_string,gmt_offset")]
            self._zone = read_zone(zone_of(self._transport.get("", fields)))
        return self._zone

    # -- posting ---------------------------------------------------------------------------------

    def upload(
        self,
        path: str | os.PathLike[str],
        *,
        alt_text: str = "",
        progress: Progress | None = None,
        cancel: threading.Event | None = None,
        mark: str = "",
        again: bool = False,
    ) -> MediaItem:
        """Upload one local file; `progress` gets (bytes sent, total bytes).

        An upload whose answer was lost is found by its `mark` (letters and digits, part of the
        stored name; generated without one). `again` looks for it first: an earlier call with this
        mark has an unknown result. Raises `MediaUploadError` with the file's name, or `Cancelled`.
        """
        return upload(
            self._transport,
            examine(path),
            alt_text=alt_text,
            progress=progress,
            cancel=cancel,
            mark=mark,
            again=again,
        )

    def upload_media(self, media: object, *, alt_text: AltText = None) -> list[int]:
        """Upload paths and web addresses, mixed; return their ids in the given order."""
        return [item.id for item in self._uploader.upload_all(media, alt_text=alt_text)]

    def compose(self, items: Sequence[Mapping[str, Any]], share_at: int | None = None) -> str:
        """Make the raw composer call; see `posto_desktop.sdk.post_delivery.compose`. Return the
        group id."""
        return compose(self._transport, items, share_at, reader=self._schedules, now=self._clock())

    def post(
        self,
        message: str,
        to: Target | Sequence[Target] | None = None,
        when: datetime | str | float | None = None,
        media: object = None,
        settings: Mapping[str, Any] | None = None,
        use_local_time: bool = True,
        *,
        style: str | None = None,
        alt_text: AltText = None,
        link: str | None = None,
        first_comment: str | None = None,
        thread: Iterable[str | Mapping[str, Any] | ThreadPart] | None = None,
        progress: Progress | None = None,
        cancel: threading.Event | None = None,
        posto_ref: str | None = None,
    ) -> PostResult:
        """Post a message to channels, now or later.

        `to` are ids, names or both; `when` nothing, words, a datetime or Unix seconds; `media`
        paths and web addresses; `settings` flat or by network; `thread` the further parts, each a
        text or a `ThreadPart`, for channels that have ``further_parts``. Nothing is posted if a
        channel, a file, a time, a part or a setting is wrong: `ChannelError`, `MediaUploadError`,
        `WhenError`, `PostingError`, `SettingsError`. The service's refusal is in the result's
        ``error_message``; an answer that stays unclear too, with ``unclear`` set. A post that the
        service accepted for some channels only is a success and ``partly``: ``outcomes`` has each
        channel's state.
        """
        share_at = self.read_when(when, use_local_time=use_local_time)
        targets = self._book.targets(to)  # no target: do not upload anything
        parts = read_parts(thread)
        return self._post(
            message,
            lambda: threading_only(self._book.resolve(targets), bool(parts)),
            share_at,
            media,
            self._layers(style, settings),
            alt_text=alt_text,
            link=link,
            first_comment=first_comment,
            thread=parts,
            progress=progress,
            cancel=cancel,
            ref=posto_ref,
        )

    def _layers(
        self, style: str | None, settings: Mapping[str, Any] | None
    ) -> Callable[[Channel], Sequence[Mapping[str, Any]]]:
        """Return the settings for a channel, lowest first."""
        if style:
            raise SettingsError("Styles belong to SocialMediaManager.", names=[style])
        return lambda channel: [settings_for(settings, channel.network)]

    def _post(
        self,
        message: str,
        choose: Callable[[], list[Channel]],
        share_at: datetime | None,
        media: object,
        layers: Callable[[Channel], Sequence[Mapping[str, Any]]],
        *,
        alt_text: AltText = None,
        link: str | None = None,
        first_comment: str | None = None,
        thread: Sequence[ThreadPart] = (),
        progress: Progress | None = None,
        cancel: threading.Event | None = None,
        ref: str | None = None,
    ) -> PostResult:
        if not isinstance(message, str):
            raise PostingError(f"A message is text, not {type(message).__name__}.", reason="text")
        for name, value in (("link", link), ("first comment", first_comment)):
            if value is not None and not isinstance(value, str):
                raise PostingError(f"A {name} is text, not {value!r}.", reason="text")
        prepared = prepare(media, alt_text)
        if not message.strip() and not prepared:
            raise PostingError(
                translatable("Sdk", "The post has neither text nor media. Nothing was sent.")
            )
        own_files = len(prepared)
        prepared += [file for part in thread for file in part.prepared]
        if self._book.loaded or not prepared:
            # Resolved before uploading: a wrong name must not leave files behind.
            channels = choose()
            items = self._uploader.upload_prepared(prepared, progress=progress, cancel=cancel)
        else:
            channels, items = self._meanwhile(choose, prepared, progress, cancel)
        uploaded = [item.id for item in items]
        ids, further = uploaded[:own_files], iter(uploaded[own_files:])
        parts = [
            {"text": part.text, "media": list(islice(further, len(part.prepared)))}
            for part in thread
        ]
        mark = str(ref or new_ref())
        day = (share_at or self._clock()).astimezone().date()
        posts: list[dict[str, Any]] = [
            {
                "channel_id": channel.id,
                "custom_post_data": build_post(
                    channel,
                    message,
                    layers=layers(channel),
                    media_ids=ids,
                    link=link,
                    first_comment=first_comment,
                    posto_ref=mark,
                    day=day,
                ),
            }
            for channel in unique_by_id(channels)
        ]
        if parts:
            for post in posts:
                post["custom_post_data"]["posto_thread"] = parts
        warn(channels, posts)
        return send(
            self._transport,
            self._schedules,
            posts,
            share_at,
            ref=mark,
            media_ids=uploaded,
            cancel=cancel,
            now=self._clock(),
            channels=channels,
        )

    def _meanwhile(
        self,
        choose: Callable[[], list[Channel]],
        prepared: Sequence[Any],
        progress: Progress | None,
        cancel: threading.Event | None,
    ) -> tuple[list[Channel], list[MediaItem]]:
        """Read the channels during the uploads: one round trip instead of two."""
        stop = linked(cancel)
        with (
            contextlib.ExitStack() as stack,
            ThreadPoolExecutor(min(PARALLEL, len(prepared)), "posto-upload") as pool,
        ):
            futures = self._uploader.start(
                prepared, pool, progress=progress, cancel=stop, folder=lazy_folder(stack)
            )
            try:
                channels = choose()
            except PostoError:
                stop.set()
                raise
            return channels, collect(futures, stop)

    def read_when(
        self, when: datetime | str | float | None, *, use_local_time: bool = True
    ) -> datetime | None:
        """Return `when` as aware UTC; None = at once. See `posto_desktop.sdk.moments`."""
        return read_moment(when, self._clock(), use_local_time=use_local_time)

    # -- the embedded workspace and pictures -----------------------------------------------------

    def feed(self, limit: int = 50, before: int | None = None) -> list[dict[str, Any]]:
        """Return what the local server published, newest first. Other services have no such page:
        `ServiceError` with status 404."""
        params: list[tuple[str, str | int | bool]] = [("limit", limit)]
        if before is not None:
            params.append(("before", before))
        rows = rows_of(self._transport.get("posto/v1/feed", params), "items")
        items = [row for row in rows or () if as_int(as_mapping(row).get("id")) is not None]
        if rows is None or (rows and not items):
            raise wrong_answer(
                "the feed is missing in the answer",
                translatable("Sdk", "{host} answered without a feed.").format(
                    host=self._transport.endpoint.host
                ),
            )
        return items

    def send_now(self, ids: Sequence[int]) -> None:
        """Send missed posts of the local server now."""
        self._transport.post("posto/v1/schedules/send-now", {"ids": list(ids)}, empty_ok=True)

    def download(self, url: str, *, limit: int = MAX_PICTURE) -> bytes:
        """Return a picture by its address, at most `limit` bytes: of the service itself, or of the
        public internet. Raises `NetworkError`, `ServiceError` or `MediaUploadError`."""
        parts: list[bytes] = []
        self._transport.stream(url, parts.append, limit=limit, total=60.0)
        return b"".join(parts)

"""Assembles the post for a network from a composed row."""

from __future__ import annotations

import time
from typing import Any

from posto_desktop.common.translation import translatable
from posto_desktop.server import text as texts
from posto_desktop.server.channels import NetworkSettings
from posto_desktop.server.database import ServerDatabase
from posto_desktop.server.media import LibraryItem, MediaLibrary
from posto_desktop.server.networks import HIDDEN_TITLE, networks
from posto_desktop.server.post_data import media_ids, thread_of
from posto_desktop.server.publishers.base import Attachment, Post, Refused, Section
from posto_desktop.server.rows import Row, damage_of, json_object
from posto_desktop.server.site import Site


class Assembler:
    """Builds posts the way the plugin does."""

    def __init__(
        self, store: ServerDatabase, media: MediaLibrary, settings: NetworkSettings, site: Site
    ) -> None:
        self._store = store
        self._media = media
        self._settings = settings
        self._site = site

    def post(self, row: Row, *, keeps_words: bool = False) -> Post:
        """Return the post of a claimed row; with `keeps_words` as it was composed, without the
        plugin's variables, branches, stripping and truncation. Raises Refused if it is impossible.
        """
        channel = self._store.row("SELECT * FROM channels WHERE id = ?", row["channel_id"])
        if channel is None:
            raise Refused(translatable("Server", "The channel no longer exists."))
        if damage_of(channel):
            raise Refused(
                translatable(
                    "Server",
                    "The entry of this channel in the workspace's database is damaged ({names}).",
                ).format(names=", ".join(damage_of(channel)))
            )
        data = json_object(row["customization"])
        if keeps_words:
            return self._as_composed(row, channel, data)
        network = networks().get(channel["social_network"])
        backend = network.part("backend")
        variables = self.variables(row)

        link = _text(data, "custom_link").strip() if data.get("attach_link") is True else ""
        if backend.get("link_only_on_stories") and "story" not in channel["channel_type"].lower():
            link = ""
        media = [] if link and backend.get("link_drops_media") else self._attachments(data)
        most = network.part("media").get("max_items")
        if isinstance(most, int):
            media = media[:most]

        body = texts.prepare(
            _text(data, "post_content"), variables, collapse=network.slug == "twitter"
        )
        room = network.text_limit(bool(media))
        limit = network.cut_limit(bool(media), self._settings.get(network.slug))
        if link and network.link_in_text and link not in body:
            cost = 1 + texts.count(link, network)
            room = None if room is None else max(0, room - cost)
            limit = None if limit is None else max(0, limit - cost)
        title = ""
        if network.part("title").get("supported"):
            title = texts.prepare(
                _text(data, "post_title") or _text(data, "photo_title"), variables
            )
        comment = ""
        if backend.get("first_comment"):
            comment = texts.prepare(_text(data, "first_comment"), variables)
        return Post(
            key=row["idempotency_key"],
            posto_ref=row["posto_ref"],
            channel_id=channel["id"],
            channel_name=channel["name"],
            network=network.slug,
            text=texts.cut(body, network, limit, room),
            title=title,
            link=link,
            first_comment=comment,
            media=tuple(media),
            extra=data,
        )

    def _as_composed(self, row: Row, channel: Row, data: dict[str, Any]) -> Post:
        """Return the post for an account of this computer. The publisher refuses what its server
        does not accept."""
        return Post(
            key=row["idempotency_key"],
            posto_ref=row["posto_ref"],
            channel_id=channel["id"],
            channel_name=channel["name"],
            network=channel["social_network"],
            text=_whole_text(data, "post_content"),
            title=_whole_text(data, "post_title") or _whole_text(data, "photo_title"),
            link=_text(data, "custom_link").strip() if data.get("attach_link") is True else "",
            first_comment=_whole_text(data, "first_comment")
            if data.get("share_to_first_comment") is not False
            else "",
            media=tuple(self._files(media_ids(data))),
            extra=data,
            thread=tuple(
                Section(_whole(text), tuple(self._files(media))) for text, media in thread_of(data)
            ),
        )

    def variables(self, row: Row) -> dict[str, str]:
        """Return the template variables of a composed post, which belongs to a hidden, empty
        one."""
        now = time.localtime()
        return {
            "post_id": str(row["wp_post_id"]),
            "post_title": HIDDEN_TITLE,
            "post_title_uc": HIDDEN_TITLE.upper(),
            "post_content": "",
            "post_excerpt": "",
            "post_link": "",
            "post_short_link": "",
            "post_tags": "",
            "post_categories": "",
            "post_featured_image_url": "",
            "author_name": self._site.user_name,
            "site_name": str(self._site.get("title")),
            "post_date": time.strftime("%Y-%m-%d", now),
            "post_time": time.strftime("%H:%M", now),
        }

    def _attachments(self, data: dict[str, Any]) -> list[Attachment]:
        return self._files(media_ids(data))

    def _files(self, ids: list[int]) -> list[Attachment]:
        items = self._media.find(ids)
        for number in ids:
            if number not in items or not self._media.has(items[number]):
                raise Refused(
                    translatable(
                        "Server", "The file number {number} is no longer in the media library."
                    ).format(number=number)
                )
            if items[number].is_damaged:
                raise Refused(
                    translatable(
                        "Server",
                        "The entry of the file number {number} in the media library is damaged.",
                    ).format(number=number)
                )
        return [attachment(items[number]) for number in ids]


def attachment(item: LibraryItem) -> Attachment:
    return Attachment(
        id=item.id,
        path=item.path,
        sha256=item.sha256,
        mime=item.mime,
        name=item.name,
        alt=item.alt_text,
        size=item.size,
        width=item.width,
        height=item.height,
    )


def _text(data: dict[str, Any], name: str) -> str:
    value = data.get(name)
    return value if isinstance(value, str) else ""


def _whole_text(data: dict[str, Any], name: str) -> str:
    return _whole(_text(data, name))


def _whole(text: str) -> str:
    """Return a text as it was composed, without invisible characters at its ends."""
    return text.replace("\r\n", "\n").strip()

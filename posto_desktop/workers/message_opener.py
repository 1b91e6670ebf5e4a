"""Creates drafts from scheduled posts: to edit them, or as complete copies.

What the posts were made of is in posto.db (`storage.message_rows`) if this computer posted them.
Posts from elsewhere are put together from what the service has of them; their files are
downloaded.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from posto_desktop.common.translation import translate
from posto_desktop.common.user_error import message_of
from posto_desktop.core import copies
from posto_desktop.core.copies import Source
from posto_desktop.core.draft import Draft
from posto_desktop.core.media_ref import MediaRef
from posto_desktop.delivery.client_pool import ClientPool
from posto_desktop.delivery.move_client import MoveServiceClient
from posto_desktop.delivery.serial_worker import KeyedWorkers
from posto_desktop.sdk import PostoSDK
from posto_desktop.sdk.answers import as_mapping, as_text
from posto_desktop.sdk.errors import PostoError
from posto_desktop.sdk.records import Schedule
from posto_desktop.storage import message_rows
from posto_desktop.storage.database import Database
from posto_desktop.storage.errors import StorageError
from posto_desktop.workers.call_on_gui import GuiCall
from posto_desktop.workers.file_info import look_at
from posto_desktop.workers.media_fetcher import fetch_all

log = logging.getLogger(__name__)

UseStore = Callable[[Callable[[Database | None, str], None]], bool]
Done = Callable[["OpenedMessage"], object]


@dataclass(frozen=True)
class OpenedMessage:
    """A draft of posts, or the sentence why there is none. `warning`: a sentence about what could
    not be had. `key` is the caller's."""

    key: str
    draft: Draft | None = None
    problem: str = ""
    warning: str = ""


class MessageOpener:
    """Called on the GUI thread; the methods return at once and call `done` there."""

    def __init__(
        self, client_pool: ClientPool, use_store: UseStore, folder: Path, call_on_gui: GuiCall
    ) -> None:
        self._client_pool, self._use_store = client_pool, use_store
        self._folder, self._call_on_gui = folder, call_on_gui
        self._workers = KeyedWorkers("messages", each=1, spare=2)

    def close(self) -> None:
        self._workers.close()

    def join(self, deadline: float) -> bool:
        return self._workers.join(deadline)

    def open(
        self, workspace: str, rows: Sequence[Schedule], key: str, done: Done, *, edits: bool
    ) -> None:
        """Make a draft of the posts of one message; `edits`: one that edits them."""
        chosen = list(rows)

        def read(db: Database | None, _why: str) -> None:
            sources: dict[str, Source] = {}
            if db is not None:
                try:
                    marks = [row.posto_ref or "" for row in chosen]
                    for ref, body in message_rows.bodies(db, workspace, marks).items():
                        source = Source.from_json(body)
                        if source is not None:
                            sources[ref] = source
                except StorageError as error:
                    log.warning("Sources of posts cannot be read: %s", error)
            self._workers.put(workspace, partial(make, sources))

        def make(sources: Mapping[str, Source]) -> None:
            try:
                opened = self._opened(workspace, chosen, key, sources, edits)
            except Exception as error:
                log.exception("A message cannot be opened")
                opened = OpenedMessage(key, problem=message_of(error, type(error).__name__))
            self._call_on_gui(None, done, opened)

        if not self._use_store(read):
            self._call_on_gui(
                None, done, OpenedMessage(key, problem=translate("Service", "The app is closing."))
            )

    # -- on the worker -----------------------------------------------------------------------

    def _opened(
        self,
        workspace: str,
        rows: Sequence[Schedule],
        key: str,
        sources: Mapping[str, Source],
        edits: bool,
    ) -> OpenedMessage:
        source = copies.source_of(rows, sources)
        carried: dict[str, dict[str, Any]] = {}
        if source is not None:
            draft = copies.draft_of_source(source, rows, workspace)
            # The rows as they are shown tell most often that nothing has changed elsewhere.
            unsure = [row for row in rows if source.differs(row.channel_id, row.text)]
            contents, _ = self._contents(workspace, unsure)
            draft = copies.with_present_texts(draft, source, contents, unsure)
            draft, warning = self._with_present_files(workspace, draft, rows)
        else:
            contents, trouble = self._contents(workspace, rows)
            if len(contents) < len(rows):
                return OpenedMessage(key, problem=_not_read(trouble))
            draft, carried = copies.draft_of_contents(rows, contents, workspace)
            draft, warning = self._with_downloads(workspace, draft, rows)
        if edits:
            draft = copies.edit_of(draft, rows, carried)
        return OpenedMessage(key, draft, warning=warning)

    def _contents(
        self, workspace: str, rows: Sequence[Schedule]
    ) -> tuple[dict[int, dict[str, Any]], str]:
        """Return what the service has of these rows, and why it could not be read."""
        if not rows:
            return {}, ""
        try:
            reader = MoveServiceClient(self._client_pool.get(workspace), set())
            return reader.contents("", [row.id for row in rows]), ""
        except Exception as error:  # noqa: BLE001 - keyring, start of the server, network
            log.info("Posts cannot be read: %s", type(error).__name__)
            return {}, message_of(error, translate("Service", "The workspace cannot be reached."))

    def _with_downloads(
        self, workspace: str, draft: Draft, rows: Sequence[Schedule]
    ) -> tuple[Draft, str]:
        files: dict[str, MediaRef] = {}
        numbers = {item.url: item.id for row in rows for item in row.media}
        addresses = copies.files_of(rows)
        for address in addresses:
            sdk = self._client_pool.get(workspace).sdk
            ref = self._downloaded(sdk, address)
            if ref is not None:
                files[address] = replace(ref, alt=_alt_of(sdk, numbers.get(address, 0)))
        lost = len(addresses) - len(files)
        return copies.with_files(draft, rows, files), _not_fetched(lost, len(addresses))

    def _with_present_files(
        self, workspace: str, draft: Draft, rows: Sequence[Schedule]
    ) -> tuple[Draft, str]:
        """Download what is not on this computer any more: as it is on the service, with its edits
        applied."""
        media, lost = [], 0
        for ref in draft.media:
            if os.path.isfile(ref.path):  # noqa: PTH113 - Path() refuses some names
                media.append(ref)
                continue
            downloaded = self._found_again(workspace, _address_of(ref, draft, rows))
            if downloaded is None:
                lost += 1
                media.append(ref)
            else:
                media.append(replace(downloaded, alt=ref.alt, left_out=ref.left_out))
        return replace(draft, media=tuple(media)), _not_fetched(lost, len(media))

    def _found_again(self, workspace: str, address: str) -> MediaRef | None:
        if not address:
            return None
        try:
            return self._downloaded(self._client_pool.get(workspace).sdk, address)
        except Exception as error:  # noqa: BLE001 - keyring, start of the server, network
            log.info("A file cannot be fetched: %s", type(error).__name__)
            return None

    def _downloaded(self, sdk: PostoSDK, address: str) -> MediaRef | None:
        paths, failures = fetch_all(sdk, [address], self._folder)
        for sentence in failures:
            log.warning("A file of a post cannot be fetched: %s", sentence)
        return look_at(paths[0]).media if paths else None


def _address_of(ref: MediaRef, draft: Draft, rows: Sequence[Schedule]) -> str:
    """Return the address of a file of the draft; "" if no post tells which of its files it is."""
    for row in rows:
        sent = [file for file in draft.media if file.goes_to(row.network)]
        if ref in sent and len(sent) == len(row.media):
            return row.media[sent.index(ref)].url
    return ""


def _alt_of(sdk: PostoSDK, number: int) -> str:
    """Return the description of a file on the service, "" if it has none or does not tell."""
    if not number:
        return ""
    try:
        data = as_mapping(sdk.transport.get(f"wp/v2/media/{number}"))
    except PostoError as error:
        log.info("A file's description cannot be read: %s", type(error).__name__)
        return ""
    return as_text(data.get("alt_text"))


def _not_read(trouble: str) -> str:
    words = translate(
        "Service",
        "The content of this post could not be read, because it was not created in Posto.",
    )
    return f"{words} {trouble}".rstrip()


def _not_fetched(lost: int, total: int) -> str:
    if not lost:
        return ""
    text = translate("Service", "%n of {total} files could not be downloaded.", "", lost)
    return text.format(total=total)

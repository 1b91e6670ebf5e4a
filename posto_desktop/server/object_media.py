"""Media in a bucket of an S3-compatible store (Amazon S3, Garage, MinIO, Ceph, R2 …).

The client is `obstore`, for the reasons of docs/decisions/0009-media-in-s3.md. It signs, streams,
splits large files into parts, and repeats with growing pauses what was cut off or put off (`503
SlowDown`), a download from where it was cut.

Keys come from the environment alone (`AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, a session token,
or what Amazon gives to its own machines): they are in no argument, log or error, since only codes
of the store's answers are repeated. Who has them can read, replace and delete all media. A content
that was replaced is noticed before it is published, by its hash.
"""

from __future__ import annotations

import contextlib
import logging
import os
import re
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError
from obstore.store import S3Store

from posto_desktop.common.translation import translatable
from posto_desktop.server import redaction
from posto_desktop.server.errors import StartError
from posto_desktop.server.media_cache import MediaCache
from posto_desktop.server.media_location import MediaLocation
from posto_desktop.server.media_store import MediaAway, StoredContent, StoreRefused, is_content_name
from posto_desktop.storage import regular_files

if TYPE_CHECKING:
    from obstore import ObjectMeta
    from obstore.store import ClientConfig, S3Config

__all__ = ["ObjectMedia"]

log = logging.getLogger(__name__)

_PART = 5 * 1024 * 1024  # the smallest that S3 takes, so that slow lines are no stalled ones
_AT_ONCE = 3  # parts of one file
_BLOCK = 1024 * 1024
_MARK = "posto-workspace"
"""An object that says whose media these are. It also shows at the start whether the bucket can be
read and written."""
_NO_BUCKET = "NoSuchBucket"
_MOST_CERTIFICATES = 4 * 1024 * 1024
_KNOWN_SECONDS = 3600.0
"""How long a content that was put counts as put. A sweep waits longer (`media_store.GRACE`)."""
_LOCKS = 64
_REST = 30.0
"""Seconds without deletions after one was not answered."""
_REFUSED = re.compile(r"status code: 40[13]")
_CODE = re.compile(r"<Code>(\w{1,64})</Code>")


class ObjectMedia:
    """Contents as `prefix/ab/abcdef…` in a bucket, with copies in a bounded cache.

    A content is put as a whole or not at all, so that two servers that put the same at once do no
    harm. Parts of an upload that a crash has cut off are seen by nobody; a rule of the bucket
    removes them (docs/team.md).
    """

    is_remote = True
    is_shared = True

    def __init__(
        self, location: MediaLocation, cache: MediaCache, *, repeats: int = 6, pause: float = 0.2
    ) -> None:
        """Failed requests are repeated so often, after `pause` seconds that double each time.
        Raises StartError if the bucket is not there or refuses; a store that is away may come."""
        for name in ("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
            redaction.hide(os.environ.get(name, ""))
        self._cache = cache
        self._address = location.shown_address
        self._objects = _opened(location, repeats, pause)
        self._quick = _opened(location, 0, pause, seconds=5)
        self._rests_until = 0.0
        self._locks = [threading.Lock() for _ in range(_LOCKS)]
        """Of contents that are being put, by their first digits."""
        self._put_at: dict[str, float] = {}
        self.incoming = cache.incoming
        self._try_access()

    def claimed_by(self, workspace: str) -> str:
        with self._explained():
            if _facts_of(self._quick, _MARK) is None:
                self._quick.put(_MARK, workspace.encode())
            return bytes(self._quick.get(_MARK).bytes()).decode("ascii", "replace")

    def path(self, sha256: str) -> Path:
        return self._cache.path(sha256)

    def put(self, source: Path, sha256: str, size: int) -> None:
        """A client that has not waited for the end of a long upload sends the file again: that
        waits for the first one, and has nothing more to do."""
        with self._locks[int(sha256[:2], 16) % len(self._locks)]:
            if not self._was_just_put(sha256, size):
                with self._explained():
                    self._objects.put(
                        _key(sha256), source, chunk_size=_PART, max_concurrency=_AT_ONCE
                    )
                self._put_at[sha256] = time.monotonic()
        self._cache.add(source, sha256, size)

    def _was_just_put(self, sha256: str, size: int) -> bool:
        """Return whether this server has put a content a while ago, and it is still there."""
        now = time.monotonic()
        for name, moment in list(self._put_at.items()):
            if now - moment > _KNOWN_SECONDS:
                self._put_at.pop(name, None)
        if sha256 not in self._put_at:
            return False
        with self._explained():
            facts = _facts_of(self._objects, _key(sha256))
        return facts is not None and facts["size"] == size

    def size(self, sha256: str) -> int | None:
        cached = self._cache.checked_size(sha256)
        if cached is not None:
            return cached
        with self._explained():
            facts = _facts_of(self._objects, _key(sha256))
        return None if facts is None else facts["size"]

    @contextlib.contextmanager
    def local(self, sha256: str, size: int) -> Iterator[Path]:
        with self._cache.use(sha256, size, lambda: self._whole(sha256)) as path:
            yield path

    def blocks(self, sha256: str, start: int, end: int) -> Iterator[bytes]:
        if start >= end:
            return
        cached = self._cache.checked_size(sha256)
        if cached is not None:
            with (
                self._cache.use(sha256, cached, lambda: self._whole(sha256)) as path,
                regular_files.open_file(path) as file,
            ):
                file.seek(start)
                while start < end and (block := file.read(min(_BLOCK, end - start))):
                    start += len(block)
                    yield block
            return
        if start == 0 and self.size(sha256) == end:
            yield from self._whole(sha256)
            return
        with self._explained():
            part = self._objects.get(_key(sha256), options={"range": (start, end)})
            yield from part.stream(min_chunk_size=_BLOCK)

    def _whole(self, sha256: str) -> Iterator[bytes]:
        """Yield all of a content; some stores answer to a range that is all of it otherwise."""
        with self._explained():
            yield from self._objects.get(_key(sha256)).stream(min_chunk_size=_BLOCK)

    def delete(self, sha256: str) -> None:
        self._cache.forget(sha256)
        with self._explained(), self._soon():
            self._quick.delete(_key(sha256))

    def contents(self) -> Iterator[StoredContent]:
        with self._explained():
            for page in self._objects.list():
                for entry in page:
                    folder, _, name = entry["path"].rpartition("/")
                    if is_content_name(name) and folder == name[:2]:
                        moment = entry["last_modified"].timestamp()
                        yield StoredContent(name, entry["size"], moment)

    def age(self, sha256: str) -> float | None:
        with self._explained(), self._soon():
            facts = _facts_of(self._quick, _key(sha256))
        return None if facts is None else time.time() - facts["last_modified"].timestamp()

    def remove_unfinished(self) -> None:
        """Nobody sees them; the cache has removed its own."""

    @contextlib.contextmanager
    def _soon(self) -> Iterator[None]:
        """Ask a store that has not answered again only after a while: others wait meanwhile."""
        if time.monotonic() < self._rests_until:
            raise self._away()
        try:
            yield
        except BaseError:
            self._rests_until = time.monotonic() + _REST
            raise

    def _try_access(self) -> None:
        try:
            with self._explained():
                _facts_of(self._quick, _MARK)
        except StoreRefused as error:
            raise StartError(str(error)) from error
        except MediaAway as error:
            log.warning("%s", error)

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        """Say what a failed request means. FileNotFoundError stays for what is not there."""
        try:
            yield
        except FileNotFoundError as error:
            if _code_of(error) == _NO_BUCKET:
                raise self._meaning(error) from None
            raise
        except BaseError as error:
            raise self._meaning(error) from None

    def _meaning(self, error: Exception) -> MediaAway:
        code = _code_of(error)
        if code == _NO_BUCKET:
            sentence = translatable("Server", "The media store {address} has no such bucket.")
        elif code in ("RequestTimeTooSkewed", "RequestExpired"):
            sentence = translatable(
                "Server",
                "The clocks of this server and of the media store {address} differ. Set them.",
            )
        elif _REFUSED.search(str(error)):
            sentence = translatable(
                "Server",
                "The media store {address} refuses this server ({code}). Check its keys and their "
                "rights.",
            )
        else:
            log.warning("The media store %s: %s", self._address, str(error).split("\n", 1)[0][:400])
            return self._away()
        return StoreRefused(sentence.format(address=self._address, code=code or "403"), 120.0)

    def _away(self) -> MediaAway:
        return MediaAway(
            translatable("Server", "The media store {address} does not answer right now.").format(
                address=self._address
            )
        )


def _key(sha256: str) -> str:
    if not is_content_name(sha256):
        raise ValueError("not a SHA-256")
    return f"{sha256[:2]}/{sha256}"


def _facts_of(objects: S3Store, key: str) -> ObjectMeta | None:
    """Return what an object is like, None if it is not there. Only an answer with a body says
    whether the bucket is missing, or why access is refused, so that one is asked for then."""
    try:
        return objects.head(key)
    except (FileNotFoundError, PermissionDeniedError, UnauthenticatedError):
        pass
    try:
        return objects.get(key).meta
    except FileNotFoundError as error:
        if _code_of(error) == _NO_BUCKET:
            raise
        return None


def _code_of(error: Exception) -> str:
    """Return the code that the store gave, "" if it gave none."""
    match = _CODE.search(str(error))
    return match[1] if match else ""


def _opened(location: MediaLocation, repeats: int, pause: float, *, seconds: int = 0) -> S3Store:
    """Return a client. `seconds` limits a whole request; without it one may take an hour as long
    as something arrives each minute."""
    config: S3Config = {"virtual_hosted_style_request": location.is_virtual}
    if location.endpoint:
        config["endpoint"] = location.endpoint_of_bucket
    if location.region:
        config["region"] = location.region
    client: ClientConfig = {
        "allow_http": location.endpoint.startswith("http://"),
        "connect_timeout": timedelta(seconds=5),
        "read_timeout": timedelta(seconds=seconds or 60),
        "timeout": timedelta(seconds=seconds or 3600),
        "user_agent": "posto-server",
    }
    authority = os.environ.get("AWS_CA_BUNDLE", "")
    if authority:
        client["root_certificate"] = regular_files.read_regular(Path(authority), _MOST_CERTIFICATES)
    return S3Store(
        location.bucket,
        prefix=location.prefix or None,
        config=config,
        client_options=client,
        retry_config={
            "max_retries": repeats,
            "backoff": {
                "init_backoff": timedelta(seconds=pause),
                "max_backoff": timedelta(seconds=10 * pause),
                "base": 2,
            },
            "retry_timeout": timedelta(seconds=seconds or 120),
        },
    )

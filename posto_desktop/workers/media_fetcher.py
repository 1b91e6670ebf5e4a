"""Downloads of pictures for the pages, and of media as files for a new post."""

from __future__ import annotations

import contextlib
import logging
import re
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

from posto_desktop.common.translation import translate
from posto_desktop.common.user_error import message_of
from posto_desktop.delivery.client_pool import ClientPool
from posto_desktop.delivery.serial_worker import KeyedWorkers
from posto_desktop.sdk import PostoSDK
from posto_desktop.sdk.errors import PostoError
from posto_desktop.storage import renames
from posto_desktop.workers.call_on_gui import GuiCall
from posto_desktop.workers.notification import Notification
from posto_desktop.workers.pictures import PictureCache
from posto_desktop.workers.service_signals import ServiceSignals

log = logging.getLogger(__name__)

MAX_BYTES = 1024 * 1024 * 1024
PARALLEL = 2
"""Parallel picture downloads of one workspace."""
SPARE = 8
"""Second parallel downloads over all workspaces."""

_EXTENSIONS = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "video/mp4": ".mp4",
    "video/quicktime": ".mov",
    "video/webm": ".webm",
}


class MediaFetcher:
    """Downloads on separate serial workers, two for each workspace: files of posts do not wait for
    pictures.

    The methods are called on the GUI thread and return at once.
    """

    def __init__(
        self,
        client_pool: ClientPool,
        cache: PictureCache,
        folder: Path,
        call_on_gui: GuiCall,
        signals: ServiceSignals,
    ) -> None:
        self._client_pool = client_pool
        self._cache = cache
        self._folder = folder
        self._call_on_gui, self._signals = call_on_gui, signals
        self._asked: set[str] = set()  # addresses being downloaded
        self._workers = KeyedWorkers("pictures", each=PARALLEL, spare=SPARE, patient=True)
        self._workers.put("", cache.trim)

    def close(self) -> None:
        self._workers.close()

    def join(self, deadline: float) -> bool:
        return self._workers.join(deadline)

    def picture(self, workspace: str, url: str) -> None:
        """Emit `picture_loaded` or `picture_failed`; each address is downloaded once."""
        if not url or url in self._asked:
            return
        self._asked.add(url)

        def run() -> None:
            data = self._cache.get(workspace, url)
            if data is None:
                try:
                    data = self._client_pool.get(workspace).sdk.download(url)
                    self._cache.put(workspace, url, data)
                except Exception as error:  # noqa: BLE001 - a missing picture is no news
                    log.debug("No picture: %s", type(error).__name__)
                    data = self._cache.get(workspace, url, stale=True)
            self._asked.discard(url)
            if data is None:
                self._call_on_gui(None, self._signals.picture_failed.emit, url)
            else:
                self._call_on_gui(None, self._signals.picture_loaded.emit, url, data)

        self._workers.put(workspace, run)

    def files(
        self, workspace: str, urls: Sequence[str], then: Callable[[list[str]], object]
    ) -> None:
        """Call `then` on the GUI thread with the paths of the downloaded files."""
        all_urls = list(urls)

        def run() -> None:
            try:
                files, failures = fetch_all(
                    self._client_pool.get(workspace).sdk, all_urls, self._folder
                )
            except Exception as error:
                log.exception("Files could not be fetched")
                files, failures = [], [message_of(error, type(error).__name__)]
            if failures:
                text = translate(
                    "Service",
                    "%n of {total} files could not be downloaded.",
                    "",
                    len(all_urls) - len(files),
                ).format(total=len(all_urls))
                self._call_on_gui(
                    None,
                    self._signals.message.emit,
                    Notification("warning", text, "\n".join(failures)),
                )
            self._call_on_gui(None, then, files)

        self._workers.put(f"files of {workspace}", run)


def fetch_all(sdk: PostoSDK, urls: Sequence[str], folder: Path) -> tuple[list[str], list[str]]:
    """Download each address into its own folder below `folder`, so that names stay.

    Return the paths of the downloaded files, and a sentence for each failure.
    """
    files: list[str] = []
    failures: list[str] = []
    for url in urls:
        try:
            files.append(str(_fetch(sdk, url, folder)))
        except PostoError as error:
            failures.append(error.user_message)
        except OSError as error:
            failures.append(
                translate("Service", "{name} could not be kept: {why}.").format(
                    name=name_of(url), why=error.strerror or error
                )
            )
    return files, failures


def _fetch(sdk: PostoSDK, url: str, folder: Path) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    place = Path(tempfile.mkdtemp(prefix="fetched-", dir=folder))
    path = place / name_of(url)
    try:
        with path.open("wb") as file:
            headers = sdk.transport.stream(url, file.write, limit=MAX_BYTES, total=600.0)
    except BaseException:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
            place.rmdir()
        raise
    kind = headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if not path.suffix and kind in _EXTENSIONS:
        plain, path = path, path.with_suffix(_EXTENSIONS[kind])
        renames.rename(plain, path)
    return path


def name_of(url: str) -> str:
    """Return the file name of an address, safe on every system."""
    try:
        path = urlsplit(url).path
    except ValueError:  # not an address
        path = ""
    last = unquote(path).rsplit("/", 1)[-1]
    name = re.sub(r'[\x00-\x1f<>:"|?*\\/]+', "_", last).strip(". ")
    return name[-120:] or "media"

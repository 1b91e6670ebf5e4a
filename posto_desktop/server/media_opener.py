"""Opens the store of media that a `MediaLocation` names."""

from __future__ import annotations

from pathlib import Path

from posto_desktop.server.errors import StartError
from posto_desktop.server.folder_media import FolderMedia
from posto_desktop.server.media_location import MediaLocation
from posto_desktop.server.media_store import MediaStore


def opened_media(location: MediaLocation, folder: Path, *, cache: Path | None = None) -> MediaStore:
    """Open the store of media of the workspace in `folder`, with the cache of that folder unless
    another is named. Raises StartError."""
    if not location.address:
        return FolderMedia(folder / "media")
    if not location.is_bucket:
        return FolderMedia(Path(location.address).expanduser().absolute(), is_shared=True)
    try:
        from posto_desktop.server.object_media import ObjectMedia
    except ImportError as error:
        raise StartError("Media in S3 need more: install posto[s3] and start again.") from error
    from posto_desktop.server.media_cache import MediaCache

    return ObjectMedia(location, MediaCache(cache or folder / "media-cache", location.cache_bytes))

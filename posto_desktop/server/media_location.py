"""Where `posto-server` is to keep media: what its options and its environment say.

Loaded at each start, so it loads nothing itself.
"""

from __future__ import annotations

import argparse
import os
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from posto_desktop.server.errors import StartError

__all__ = ["CACHE_GIB", "MediaLocation", "add_options", "location_of"]

CACHE_GIB = 10.0
_GIB = 1024**3
_STYLES = ("auto", "path", "virtual")


@dataclass(frozen=True)
class MediaLocation:
    """A place for media: "" is the folder of the workspace, else a folder that several servers
    share or `s3://BUCKET/PREFIX`. What follows is for S3 alone."""

    address: str = ""
    endpoint: str = ""
    region: str = ""
    style: str = "auto"
    cache_bytes: int = int(CACHE_GIB * _GIB)

    @property
    def is_bucket(self) -> bool:
        return self.address.startswith("s3://")

    @property
    def bucket(self) -> str:
        return urlsplit(self.address).netloc

    @property
    def prefix(self) -> str:
        return urlsplit(self.address).path.strip("/")

    @property
    def shown_address(self) -> str:
        """Return the address as it may be shown and logged: an endpoint might carry a password."""
        host = urlsplit(self.endpoint).netloc.rpartition("@")[2]
        return f"{self.address} ({host})" if host else self.address

    @property
    def is_virtual(self) -> bool:
        """Return whether the bucket is a part of the host's name: Amazon's way, while stores of
        one's own seldom have such names."""
        if self.style == "auto":
            return not self.endpoint and "." not in self.bucket
        return self.style == "virtual"

    @property
    def endpoint_of_bucket(self) -> str:
        """Return the endpoint with the bucket in its host's name where that is wanted."""
        if not (self.endpoint and self.is_virtual):
            return self.endpoint
        parts = urlsplit(self.endpoint)
        return urlunsplit(parts._replace(netloc=f"{self.bucket}.{parts.netloc}"))


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add `--media` and what belongs to it. Keys are in the environment alone."""
    options = parser.add_argument_group("media")
    options.add_argument(
        "--media",
        default=os.environ.get("POSTO_MEDIA", ""),
        metavar="PLACE",
        help="a folder that several servers share, or s3://BUCKET/PREFIX; without it media are "
        "in DIR. Keys of S3 are read from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
    )
    options.add_argument(
        "--media-endpoint",
        default=os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL", ""),
        metavar="URL",
        help="the S3-compatible store; without it Amazon's",
    )
    options.add_argument(
        "--media-region",
        default=os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION", ""),
        metavar="NAME",
        help="its region; without it us-east-1",
    )
    options.add_argument(
        "--media-style",
        choices=_STYLES,
        default="auto",
        help="where the bucket is in addresses: in the path, or in the host's name (auto: in the "
        "host's name at Amazon, in the path elsewhere)",
    )
    options.add_argument(
        "--media-cache",
        type=float,
        default=CACHE_GIB,
        metavar="GIB",
        help=f"how much of a bucket is kept in DIR as well (default: {CACHE_GIB:g})",
    )


def location_of(options: argparse.Namespace) -> MediaLocation:
    """Return the place that options name. Raises StartError."""
    location = MediaLocation(
        options.media,
        options.media_endpoint,
        options.media_region,
        options.media_style,
        int(max(0.0, options.media_cache) * _GIB),
    )
    if location.is_bucket and not location.bucket:
        raise StartError("--media s3://BUCKET/PREFIX names no bucket.")
    if location.is_bucket and location.endpoint:
        scheme = urlsplit(location.endpoint).scheme
        if scheme not in ("http", "https"):
            raise StartError("--media-endpoint is an address that begins with https:// or http://.")
    if not location.is_bucket and "://" in location.address:
        raise StartError("--media is a folder or s3://BUCKET/PREFIX.")
    return location

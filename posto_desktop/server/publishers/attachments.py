"""The content of a post's files, for what hands it over."""

from __future__ import annotations

from typing import BinaryIO

from posto_desktop.server.publishers.base import Attachment, Refused
from posto_desktop.storage import regular_files


def open_attachment(attachment: Attachment) -> BinaryIO:
    """Open a file for reading. Raises Refused where it is gone."""
    try:
        return regular_files.open_file(attachment.path)
    except OSError:
        raise missing(attachment) from None


def missing(attachment: Attachment) -> Refused:
    """The refusal of a post with a file that is gone."""
    return Refused(f"The file {attachment.name} is no longer in the media library.")

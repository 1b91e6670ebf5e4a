"""Opens the files of a post for uploading."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, BinaryIO

from posto_desktop.common.translation import translatable
from posto_desktop.server.publishers.base import Attachment, Part, Record, Refused
from posto_desktop.storage import regular_files


def open_attachment(attachment: Attachment) -> BinaryIO:
    """Open a file for reading. Raises Refused where it is gone."""
    try:
        return regular_files.open_file(attachment.path)
    except OSError:
        raise missing(attachment) from None


def upload_each(
    part: Part,
    record: Record,
    name: str,
    keep: Callable[[Record], None],
    upload: Callable[[Attachment], Any],
) -> Record:
    """Hand over the files that `record[name]` does not have yet, keeping what the network said of
    each by its number, and return the record."""
    for number, attachment in enumerate(part.media):
        if str(number) not in record[name]:
            record = {**record, name: {**record[name], str(number): upload(attachment)}}
            keep(record)
    return record


def missing(attachment: Attachment) -> Refused:
    """The refusal of a post with a file that is gone."""
    return Refused(
        translatable("Server", "The file {name} is no longer in the media library.").format(
            name=attachment.name
        )
    )

"""Scales pictures of posts down to the limits of a network."""

from __future__ import annotations

import math
import tempfile
from dataclasses import dataclass
from pathlib import Path

from posto_desktop.common.translation import translatable
from posto_desktop.server.body import readable_size
from posto_desktop.server.helpers import HelperEnded, Helpers
from posto_desktop.server.pictures import start_drawer
from posto_desktop.server.process_limits import most_wall_seconds
from posto_desktop.server.publishers.attachments import missing
from posto_desktop.server.publishers.base import Attachment, Limits, Refused, TryLater
from posto_desktop.server.publishers.checks import SCALABLE, is_too_large
from posto_desktop.storage import regular_files

SECONDS = 20.0
"""How long the making of one picture may take."""


@dataclass(frozen=True)
class Picture:
    """What is sent of a file. `is_scaled`: it is smaller than what the person chose."""

    data: bytes
    mime: str
    width: int | None
    height: int | None
    is_scaled: bool = False


def scaled_note(attachment: Attachment, picture: Picture) -> str:
    """What the person is told about a picture that was made smaller."""
    return translatable(
        "Server", "{name} was made smaller, to {width} × {height} pixels and {size}."
    ).format(
        name=attachment.name,
        width=picture.width,
        height=picture.height,
        size=readable_size(len(picture.data)),
    )


def fitted_to(limits: Limits, attachment: Attachment, side: int) -> Picture | None:
    """A picture that is small enough, its longer side `side` at most then; None where the file
    itself is, or is no picture that can be made smaller."""
    if attachment.mime not in SCALABLE or not is_too_large(attachment, limits):
        return None
    width, height = attachment.width or 1, attachment.height or 1
    shrink = min(1.0, math.sqrt((limits.image_pixels or 2**62) / (width * height)))
    longest = max(1, min(side, int(max(width, height) * shrink)))
    most = min(limits.image_bytes or attachment.size, attachment.size - 1)
    return fitted(attachment, most, longest)


def fitted(attachment: Attachment, most_bytes: int, side: int) -> Picture:
    """The picture as it is, or as good as it fits into so many bytes, its longer side `side` at
    most then. Raises Refused where that cannot be done."""
    if attachment.size <= most_bytes:
        try:
            data = regular_files.read_regular(attachment.path, attachment.size)
            return Picture(data, attachment.mime, attachment.width, attachment.height)
        except regular_files.TooLargeError:
            pass  # it has been replaced by a larger one
        except OSError:
            raise missing(attachment) from None
    return _scaled(attachment, most_bytes, side)


def _scaled(attachment: Attachment, most_bytes: int, side: int) -> Picture:
    with tempfile.TemporaryDirectory(prefix="posto-picture-") as folder:
        target = Path(folder) / "picture"
        request = {
            "kind": "fit",
            "source": str(attachment.path),
            "target": str(target),
            "most_bytes": most_bytes,
            "side": side,
            "seconds": SECONDS,
        }
        drawers = Helpers(start_drawer, "picture-process")
        try:
            answer = drawers.ask(request, seconds=most_wall_seconds(SECONDS) + 5)[0]
        except HelperEnded:
            answer = {"message": translatable("Server", "That needs too much memory or time.")}
        except OSError:
            raise TryLater(
                translatable("Server", "Posto cannot make pictures smaller right now."), 60
            ) from None
        finally:
            drawers.close()
        if "mime" not in answer:
            if answer.get("status") == 404:
                raise missing(attachment)
            raise Refused(
                (
                    translatable(
                        "Server", "{name} is larger than {size} and could not be made smaller."
                    ).format(name=attachment.name, size=readable_size(most_bytes))
                    + f" {answer.get('message', '')}"
                ).strip()
            )
        data = regular_files.read_regular(target, most_bytes)
        return Picture(data, answer["mime"], answer["width"], answer["height"], True)

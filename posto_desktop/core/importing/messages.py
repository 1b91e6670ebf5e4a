"""Campaign messages from usable rows, and a report of the others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePath

from posto_desktop.core.campaign import CampaignMessage
from posto_desktop.core.draft import MediaKind, MediaRef, mime_of
from posto_desktop.core.importing.media_names import is_address
from posto_desktop.core.importing.row_check import CheckedRow, usable


@dataclass(frozen=True)
class ImportCounts:
    """Number of rows of each kind. `without_picture` are among `warnings`."""

    ready: int = 0
    warnings: int = 0
    without_picture: int = 0
    errors: int = 0
    left_out: int = 0
    own_times: int = 0
    """Usable rows that have a time."""

    @property
    def usable(self) -> int:
        return self.ready + self.warnings

    @property
    def problems(self) -> int:
        return self.warnings + self.errors


def count(checked_rows: Iterable[CheckedRow]) -> ImportCounts:
    """Count the rows by outcome."""
    levels = {"ready": 0, "warning": 0, "error": 0, "left_out": 0}
    pictures = own = 0
    for checked in checked_rows:
        level = checked.level
        levels[level] += 1
        if level == "warning" and all(p.code == "picture" for p in checked.problems):
            pictures += not checked.pictures
        own += checked.usable and checked.when is not None
    return ImportCounts(
        levels["ready"], levels["warning"], pictures, levels["error"], levels["left_out"], own
    )


def addresses(checked_rows: Iterable[CheckedRow]) -> list[str]:
    """Return the addresses of pictures to download, each once."""
    urls = (
        name for checked in usable(checked_rows) for name in checked.pictures if is_address(name)
    )
    return list(dict.fromkeys(urls))


def messages_of(
    checked_rows: Iterable[CheckedRow], fetched: Mapping[str, str], *, own_times: bool = True
) -> list[CampaignMessage]:
    """Return a message for each usable row, in the order of the file.

    `fetched` maps addresses to files; a picture that is not in it is omitted. Without `own_times`
    the campaign's rhythm decides the times.
    """
    result = []
    for checked in usable(checked_rows):
        media = []
        for at, name in enumerate(checked.pictures):
            path = fetched.get(name, "") if is_address(name) else name
            if path:
                media.append(media_of(path, checked.alts[at] if at < len(checked.alts) else ""))
        result.append(
            CampaignMessage(
                text=checked.text,
                media=tuple(media),
                when=checked.when if own_times else None,
                link=checked.link,
                first_comment=checked.comment,
                channel_ids=checked.channel_ids,
                variants=dict(checked.variants),
                labels=checked.labels,
            )
        )
    return result


def media_of(path: str, alt: str = "") -> MediaRef:
    """Return a message's file with the facts that its name gives."""
    name = PurePath(path).name or path
    mime = mime_of(name)
    kind: MediaKind = "image"
    if mime == "image/gif":
        kind = "gif"
    elif mime.startswith("video/"):
        kind = "video"
    return MediaRef(path=path, name=name, kind=kind, alt=alt, mime=mime)


def report(checked_rows: Iterable[CheckedRow], lost: Mapping[str, str] | None = None) -> str:
    """Return a line for each row that is not imported, or only in part.

    `lost` maps addresses to the reason of a failed download.
    """
    lines = []
    for checked in checked_rows:
        sentences = [f"{problem.sentence}." for problem in checked.problems]
        if checked.left_out:
            sentences.insert(0, "Left out.")
        elif checked.level == "error":
            sentences.insert(0, "Not imported.")
        if lost and checked.usable:
            sentences += [lost[name] for name in checked.pictures if name in lost]
        if sentences:
            place = f"Row {checked.row.number}"
            if checked.row.line != checked.row.number:
                place += f" (line {checked.row.line})"
            lines.append(f"{place}: {' '.join(sentences)}")
    return "\n".join(lines)

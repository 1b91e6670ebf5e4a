"""Rows that can be used become messages of a campaign; what is left out is told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePath

from posto_desktop.core.campaign import Message
from posto_desktop.core.draft import MediaKind, MediaRef, mime_of
from posto_desktop.core.importing.check import Checked, usable
from posto_desktop.core.importing.naming import is_address


@dataclass(frozen=True)
class Counts:
    """How many rows there are of each kind. `without_picture` are among `warnings`."""

    ready: int = 0
    warnings: int = 0
    without_picture: int = 0
    errors: int = 0
    left_out: int = 0
    own_times: int = 0
    """Rows that can be used and say when they go out."""

    @property
    def usable(self) -> int:
        return self.ready + self.warnings

    @property
    def problems(self) -> int:
        return self.warnings + self.errors


def count(found: Iterable[Checked]) -> Counts:
    """Count the rows by what becomes of them."""
    levels = {"ready": 0, "warning": 0, "error": 0, "left_out": 0}
    pictures = own = 0
    for one in found:
        level = one.level
        levels[level] += 1
        if level == "warning" and all(p.code == "picture" for p in one.problems):
            pictures += not one.pictures
        own += one.usable and one.when is not None
    return Counts(
        levels["ready"], levels["warning"], pictures, levels["error"], levels["left_out"], own
    )


def addresses(found: Iterable[Checked]) -> list[str]:
    """The addresses of pictures that have to be fetched, each once."""
    urls = (name for one in usable(found) for name in one.pictures if is_address(name))
    return list(dict.fromkeys(urls))


def messages_of(
    found: Iterable[Checked], fetched: Mapping[str, str], *, own_times: bool = True
) -> list[Message]:
    """A message for each row that can be used, in the order of the file.

    `fetched` has the files of addresses; a picture whose address is not in it stays away. Without
    `own_times` the rhythm of the campaign decides when they go out.
    """
    result = []
    for one in usable(found):
        media = []
        for at, name in enumerate(one.pictures):
            path = fetched.get(name, "") if is_address(name) else name
            if path:
                media.append(media_of(path, one.alts[at] if at < len(one.alts) else ""))
        result.append(
            Message(
                text=one.text,
                media=tuple(media),
                when=one.when if own_times else None,
                link=one.link,
                first_comment=one.comment,
                channel_ids=one.channel_ids,
                variants=dict(one.variants),
                labels=one.labels,
            )
        )
    return result


def media_of(path: str, alt: str = "") -> MediaRef:
    """A file of a message, as far as its name tells."""
    name = PurePath(path).name or path
    mime = mime_of(name)
    kind: MediaKind = "image"
    if mime == "image/gif":
        kind = "gif"
    elif mime.startswith("video/"):
        kind = "video"
    return MediaRef(path=path, name=name, kind=kind, alt=alt, mime=mime)


def report(found: Iterable[Checked], lost: Mapping[str, str] | None = None) -> str:
    """Every row that does not come, or comes without something, in a line that says why.

    `lost` says of addresses why they could not be fetched.
    """
    lines = []
    for one in found:
        said = [f"{problem.sentence}." for problem in one.problems]
        if one.left_out:
            said.insert(0, "Left out.")
        elif one.level == "error":
            said.insert(0, "Not imported.")
        if lost and one.usable:
            said += [lost[name] for name in one.pictures if name in lost]
        if said:
            where = f"Row {one.row.number}"
            if one.row.line != one.row.number:
                where += f" (line {one.row.line})"
            lines.append(f"{where}: {' '.join(said)}")
    return "\n".join(lines)

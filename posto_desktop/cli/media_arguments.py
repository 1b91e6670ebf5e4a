"""The files that `--media` names, with their facts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from posto_desktop.cli.exits import usage
from posto_desktop.core.draft import MediaRef
from posto_desktop.media import picture_helpers
from posto_desktop.media.media_files import FileFacts, PictureError, cut_off, damaged, open_file
from posto_desktop.media.video_header import read_video_header
from posto_desktop.sdk.media_types import is_media

_SMALL = 64
"""Side in pixels to which a picture is decoded, to see whether it is damaged."""


def media_of(
    paths: Sequence[str],
    alt_texts: Sequence[str],
    folder: Path | None = None,
    descriptions: Sequence[str] = (),
) -> tuple[MediaRef, ...]:
    """Return the files with their facts. Alt texts belong to files in the same order, or are
    `NAME=TEXT`; they win over `descriptions`, by position. Relative paths are of `folder`, else of
    the current one.

    A file that cannot be posted has a `problem`, which the checks report. Raises CommandError for
    an alt text that belongs to no file.
    """
    media = [media_ref(Path(folder or "", path).absolute()) for path in paths]
    for number, description in enumerate(descriptions):
        media[number] = replace(media[number], alt=description)
    in_order = []
    free = list(range(len(media)))
    for alt in alt_texts:
        name, mark, text = alt.partition("=")
        named = [
            number for number, ref in enumerate(media) if mark and name in (ref.name, paths[number])
        ]
        if named:
            media[named[0]] = replace(media[named[0]], alt=text)
            free = [number for number in free if number != named[0]]
        else:
            in_order.append(alt)
    if len(in_order) > len(free):
        raise usage(
            f"There are {len(alt_texts)} alt texts for {len(media)} files. Nothing was sent."
        )
    for number, alt in zip(free, in_order, strict=False):
        media[number] = replace(media[number], alt=alt)
    return tuple(media)


def media_ref(path: Path) -> MediaRef:
    """Return a file with its facts, or with a `problem`. Blocks."""
    ref = MediaRef(str(path), path.name)
    try:
        file = open_file(str(path))
        if not is_media(file.mime) or file.mime.startswith("audio/"):
            raise PictureError(f"{file.name} is not a picture or video that Posto can post.")
        ref = replace(ref, size=file.size, mime=file.mime)
        if file.mime.startswith("video/"):
            return _with_streams(replace(ref, kind="video"), file)
        return _with_pixels(ref, file)
    except PictureError as error:
        return replace(ref, problem=error.user_message)


def _with_streams(ref: MediaRef, file: FileFacts) -> MediaRef:
    """Return a video with what its own index tells."""
    try:
        facts = read_video_header(file.path, file.mime)
    except OSError:
        facts = None
    if facts is None:
        return ref
    return replace(
        ref, width=facts.width, height=facts.height, duration=facts.duration, video=facts
    )


def _with_pixels(ref: MediaRef, file: FileFacts) -> MediaRef:
    info = picture_helpers.look(file, _SMALL)
    problem = ""
    if info.is_damaged:
        problem = damaged(file.name).sentence
    elif not info.is_whole:
        problem = cut_off(file.name).sentence
    return replace(
        ref,
        kind="gif" if file.mime == "image/gif" else "image",
        width=info.width,
        height=info.height,
        duration=info.seconds if info.frames > 1 else 0.0,
        problem=problem,
    )

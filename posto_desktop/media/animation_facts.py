"""Frame count and duration of animations, read from the file structure without decoding."""

from __future__ import annotations

import mmap
from dataclasses import dataclass
from pathlib import Path

from posto_desktop.media.picture_metadata import gif_blocks

MAX_FRAMES = 100_000
"""Counting stops at this number of frames."""


@dataclass(frozen=True)
class AnimationFacts:
    """Frames and the seconds of one round; `loops` 0 = forever. A single frame: not animated."""

    frames: int = 1
    seconds: float = 0.0
    loops: int = 0


def animation_facts(path: str | Path, mime: str) -> AnimationFacts:
    """Return the facts of a GIF, WebP or PNG without decoding it; damage counts as its end.

    Raises OSError.
    """
    scan = {"image/gif": _scan_gif, "image/webp": _scan_webp, "image/png": _scan_png}.get(mime)
    if scan is None:
        return AnimationFacts()
    with Path(path).open("rb") as file:
        try:
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except ValueError:  # an empty file
            return AnimationFacts()
        with data:
            return scan(data)  # type: ignore[arg-type]


def _scan_gif(data: bytes) -> AnimationFacts:
    frames, hundredths, delay, rounds = 0, 0, 0, 1
    at = 13 + _colours(data[10]) if len(data) > 13 else len(data)
    try:
        while frames < MAX_FRAMES:
            kind = data[at]
            if kind == 0x21:
                label = data[at + 1]
                if label == 0xF9 and data[at + 2] >= 4:
                    delay = int.from_bytes(data[at + 4 : at + 6], "little")
                elif label == 0xFF and data[at + 3 : at + 14] == b"NETSCAPE2.0":
                    rounds = int.from_bytes(data[at + 16 : at + 18], "little")
                at = gif_blocks(data, at + 2)
            elif kind == 0x2C:
                at = gif_blocks(data, at + 11 + _colours(data[at + 9]))
                frames += 1
                # Browsers use ten hundredths for delays of 0 or 1.
                hundredths += delay if delay > 1 else 10
                delay = 0
            else:
                break
    except IndexError:
        pass
    return AnimationFacts(max(1, frames), hundredths / 100 if frames > 1 else 0.0, rounds)


def _scan_webp(data: bytes) -> AnimationFacts:
    frames = milliseconds = loops = 0
    at = 12
    while at + 8 <= len(data) and frames < MAX_FRAMES:
        kind, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        if kind == b"ANMF":
            frames += 1
            milliseconds += int.from_bytes(data[at + 20 : at + 23], "little")
        elif kind == b"ANIM":
            loops = int.from_bytes(data[at + 12 : at + 14], "little")
        at += 8 + size + (size & 1)
    return AnimationFacts(max(1, frames), milliseconds / 1000 if frames > 1 else 0.0, loops)


def _scan_png(data: bytes) -> AnimationFacts:
    frames, seconds, loops, at = 0, 0.0, 0, 8
    moves = False
    while at + 8 <= len(data) and frames < MAX_FRAMES:
        size, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        if kind == b"acTL":
            moves, loops = True, int.from_bytes(data[at + 12 : at + 16], "big")
        elif kind == b"fcTL":
            frames += 1
            above = int.from_bytes(data[at + 28 : at + 30], "big")
            seconds += above / (int.from_bytes(data[at + 30 : at + 32], "big") or 100)
        elif kind == b"IDAT" and not moves:
            break
        at += 12 + size
    moving = moves and frames > 1
    return AnimationFacts(frames if moving else 1, seconds if moving else 0.0, loops)


def _colours(flags: int) -> int:
    return 3 * (2 << (flags & 7)) if flags & 0x80 else 0

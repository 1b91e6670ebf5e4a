"""Reads what is in an MP4 or MOV from its boxes, without any other program.

Only the index is read, in bounded pieces. Nothing of it is trusted further than that a wrong answer
leads to a wrong finding; what is sent is looked at by ffprobe.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from posto_desktop.core.video_facts import NO_SOUND, VideoFacts
from posto_desktop.media.movie_boxes import (
    MovieBox,
    boxes,
    first_box,
    read_bytes,
    read_numbers,
)

READABLE = frozenset({"video/mp4", "video/quicktime", "video/x-m4v", "video/3gpp"})

_CODECS = {
    **dict.fromkeys((b"avc1", b"avc3"), "h264"),
    **dict.fromkeys((b"hvc1", b"hev1", b"dvh1", b"dvhe"), "hevc"),
    **dict.fromkeys((b"ap4h", b"ap4x", b"apch", b"apcn", b"apcs", b"apco"), "prores"),
    **dict.fromkeys((b"s263", b"h263"), "h263"),
    b"av01": "av1",
    b"vp08": "vp8",
    b"vp09": "vp9",
    b"mp4v": "mpeg4",
    b"mjpa": "mjpeg",
    b"jpeg": "mjpeg",
}
_SOUNDS = {
    b"mp4a": "aac",
    b"ac-3": "ac3",
    b"ec-3": "eac3",
    b"Opus": "opus",
    b"alac": "alac",
    b"fLaC": "flac",
    b".mp3": "mp3",
    b"samr": "amr_nb",
    **dict.fromkeys((b"sowt", b"twos", b"lpcm", b"in24", b"fl32"), "pcm"),
}
_MP3_OBJECTS = (0x69, 0x6B)
# Transfer functions of HDR: PQ and HLG.
_HDR = (16, 18)
_DOLBY = (b"dvcC", b"dvvC")
_VIDEO_ENTRY = 78
_SOUND_ENTRY = 28
_MAX_KEY_FRAMES = 200_000
_LONG_EDIT = 0.5


@dataclass(frozen=True)
class _Track:
    box: MovieBox
    kind: bytes
    scale: int
    seconds: float
    table: MovieBox


def read_video_header(path: str, mime: str) -> VideoFacts | None:
    """Return the facts of a video; None for another container or an index that is not whole.
    Raises OSError."""
    if mime not in READABLE:
        return None
    try:
        with Path(path).open("rb") as file:
            return _facts(file)
    except (ValueError, struct.error):
        return None


def read_key_frames(path: str, mime: str) -> tuple[float, ...]:
    """Return the seconds of the frames at which a video can be cut without encoding it anew; none
    if they are not known, or each frame is one. Raises OSError."""
    if mime not in READABLE:
        return ()
    try:
        with Path(path).open("rb") as file:
            return _key_frames(file)
    except (ValueError, struct.error):
        return ()


def _facts(file: BinaryIO) -> VideoFacts | None:
    size = file.seek(0, os.SEEK_END)
    movie, is_first = None, None
    for box in boxes(file, 0, size):
        if box.kind == b"moov":
            movie = box
            is_first = True if is_first is None else is_first
        elif box.kind == b"mdat" and is_first is None:
            is_first = False
    if movie is None:
        return None
    tracks = list(_tracks(file, movie))
    shown = [track for track in tracks if track.kind == b"vide"]
    pictured = [(track, _picture(file, track)) for track in shown]
    # Covers of songs are tracks with one JPEG.
    chosen = next((each for each in pictured if each[1].video_codec != "mjpeg"), None)
    if chosen is None or not chosen[0].seconds:
        return None
    track, facts = chosen
    texts = sum(1 for each in tracks if each.kind in (b"sbtl", b"text", b"subt"))
    facts = replace(
        facts,
        duration=_movie_seconds(file, movie)
        or max(each.seconds for each in tracks if each.kind in (b"vide", b"soun")),
        audio_codec=NO_SOUND,
        moov_first=bool(is_first),
        edit_list=_has_edits(file, track),
        subtitles=texts,
    )
    sound = next((each for each in tracks if each.kind == b"soun"), None)
    if sound is not None:
        facts = _with_sound(file, sound, facts)
    return replace(facts, bit_rate=round(size * 8 / facts.duration))


def _tracks(file: BinaryIO, movie: MovieBox) -> Iterator[_Track]:
    for box in boxes(file, movie.body, movie.end):
        media = first_box(file, box, b"mdia") if box.kind == b"trak" else None
        if media is None:
            continue
        handler, header = first_box(file, media, b"hdlr"), first_box(file, media, b"mdhd")
        info = first_box(file, media, b"minf")
        table = first_box(file, info, b"stbl") if info else None
        if handler is None or header is None or table is None:
            continue
        kind = read_bytes(file, handler.body + 8, 4)
        scale, length = _clock(file, header)
        yield _Track(box, kind, scale, length / scale if scale else 0.0, table)


def _movie_seconds(file: BinaryIO, movie: MovieBox) -> float:
    """Return how long the movie is shown: its tracks may hold more."""
    header = first_box(file, movie, b"mvhd")
    scale, length = _clock(file, header) if header is not None else (0, 0)
    return length / scale if scale else 0.0


def _clock(file: BinaryIO, header: MovieBox) -> tuple[int, int]:
    """Return the ticks a second, and the length in ticks, of a movie or a track."""
    is_long = read_bytes(file, header.body, 1) == b"\1"
    at, form = (20, ">IQ") if is_long else (12, ">II")
    scale, length = struct.unpack(form, read_bytes(file, header.body + at, 12 if is_long else 8))
    return scale, length


def _entry(file: BinaryIO, track: _Track) -> MovieBox | None:
    """Return the first description of a track's samples."""
    described = first_box(file, track.table, b"stsd")
    if described is None:
        return None
    return next(boxes(file, described.body + 8, described.end), None)


def _picture(file: BinaryIO, track: _Track) -> VideoFacts:
    entry = _entry(file, track)
    if entry is None:
        return VideoFacts()
    facts = VideoFacts(_CODECS.get(entry.kind, entry.kind.decode("latin-1").strip().lower()))
    width, height = struct.unpack(">HH", read_bytes(file, entry.body + 24, 4))
    wide, high = 1, 1
    for box in boxes(file, entry.body + _VIDEO_ENTRY, entry.end):
        data = read_bytes(file, box.body, min(64, box.end - box.body))
        if box.kind == b"colr" and data[:4] in (b"nclx", b"nclc") and len(data) >= 8:
            facts = replace(facts, hdr=facts.hdr or int.from_bytes(data[6:8], "big") in _HDR)
        elif box.kind == b"pasp" and len(data) >= 8:
            wide, high = struct.unpack(">II", data[:8])
        elif box.kind in _DOLBY:
            facts = replace(facts, hdr=True)
        elif box.kind == b"fiel" and data:
            facts = replace(facts, interlaced=data[0] == 2)
        else:
            facts = replace(facts, colours=_colours(box.kind, data) or facts.colours)
    if wide and high and wide != high:
        width, facts = round(width * wide / high), replace(facts, odd=True)
    rotation = _rotation(file, track)
    if rotation in (90, 270):
        width, height = height, width
    frames = sum(read_run_counts(file, track))
    return replace(
        facts,
        width=width,
        height=height,
        rotation=rotation,
        fps=round(frames / track.seconds, 3) if track.seconds else 0.0,
    )


def _colours(kind: bytes, data: bytes) -> str:
    """Return the pixel format that a decoder's configuration tells, "" for another box."""
    if kind == b"avcC" and len(data) > 1:
        return {110: "yuv420p10le", 122: "yuv422p10le", 244: "yuv444p"}.get(data[1], "yuv420p")
    if kind == b"hvcC" and len(data) > 18:
        chroma = {1: "420", 2: "422", 3: "444"}.get(data[16] & 3, "420")
        return f"yuv{chroma}p" + ("10le" if data[17] & 7 else "")
    return ""


def _rotation(file: BinaryIO, track: _Track) -> int:
    header = first_box(file, track.box, b"tkhd")
    if header is None:
        return 0
    is_long = read_bytes(file, header.body, 1) == b"\1"
    a, b, _u, c, d = struct.unpack(
        ">5i", read_bytes(file, header.body + (52 if is_long else 40), 20)
    )
    signs = tuple((number > 0) - (number < 0) for number in (a, b, c, d))
    return {(0, 1, -1, 0): 90, (-1, 0, 0, -1): 180, (0, -1, 1, 0): 270}.get(signs, 0)


def read_run_counts(file: BinaryIO, track: _Track) -> list[int]:
    """Return how many samples each run of equal durations has."""
    times = first_box(file, track.table, b"stts")
    return read_numbers(file, times, 4, 4, entry=2)[::2] if times else []


def _has_edits(file: BinaryIO, track: _Track) -> bool:
    """Return whether the container leaves out, repeats or delays a part that one would notice."""
    edits = first_box(file, track.box, b"edts")
    edits = first_box(file, edits, b"elst") if edits else None
    if edits is None:
        return False
    is_long = read_bytes(file, edits.body, 1) == b"\1"
    count = int.from_bytes(read_bytes(file, edits.body + 4, 4), "big")
    if count != 1:
        return count > 1
    at = edits.body + (16 if is_long else 12)
    moment = int.from_bytes(read_bytes(file, at, 8 if is_long else 4), "big", signed=True)
    return moment < 0 or moment > track.scale * _LONG_EDIT


def _with_sound(file: BinaryIO, track: _Track, facts: VideoFacts) -> VideoFacts:
    entry = _entry(file, track)
    if entry is None:
        return replace(facts, audio_codec="")
    codec, rate = _SOUNDS.get(entry.kind, ""), 0
    version, channels, sample_rate = (
        int.from_bytes(read_bytes(file, entry.body + at, 2), "big") for at in (8, 16, 24)
    )
    start = entry.body + _SOUND_ENTRY + {1: 16, 2: 36}.get(version, 0)
    described = None
    if codec == "aac" and start < entry.end:
        inner = MovieBox(entry.kind, entry.start, start, entry.end)
        wave = first_box(file, inner, b"wave")
        described = first_box(file, wave or inner, b"esds")
    if described is not None:
        data = read_bytes(file, described.body + 4, min(200, described.end - described.body - 4))
        # Descriptor 4: object type, flags, buffer (3 bytes), most and average bits a second.
        at = data.find(b"\x04")
        while 0 <= at < len(data) - 16:
            length = at + 1
            while length < len(data) - 1 and data[length] & 0x80:
                length += 1
            body = data[length + 1 : length + 14]
            if len(body) == 13 and body[0] in (0x40, 0x66, 0x67, 0x68, *_MP3_OBJECTS):
                codec = "mp3" if body[0] in _MP3_OBJECTS else "aac"
                rate = int.from_bytes(body[9:13], "big")
                break
            at = data.find(b"\x04", at + 1)
    return replace(
        facts,
        audio_codec=codec,
        audio_bit_rate=rate,
        sample_rate=sample_rate,
        channels=channels if version < 2 else 0,
    )


def _key_frames(file: BinaryIO) -> tuple[float, ...]:
    size = file.seek(0, os.SEEK_END)
    movie = next((box for box in boxes(file, 0, size) if box.kind == b"moov"), None)
    tracks = _tracks(file, movie) if movie is not None else iter(())
    track = next((each for each in tracks if each.kind == b"vide"), None)
    keys = first_box(file, track.table, b"stss") if track is not None else None
    times = first_box(file, track.table, b"stts") if track is not None else None
    if track is None or keys is None or times is None or not track.scale:
        return ()
    numbers = read_numbers(file, keys, 4, 4)[:_MAX_KEY_FRAMES]
    runs = read_numbers(file, times, 4, 4, entry=2)
    moments: list[float] = []
    run = first = elapsed = 0  # the run, its first sample, and when that is shown
    for number in numbers:
        while run * 2 < len(runs) and number - 1 >= first + runs[run * 2]:
            elapsed += runs[run * 2] * runs[run * 2 + 1]
            first += runs[run * 2]
            run += 1
        if run * 2 >= len(runs):
            break
        moments.append((elapsed + (number - 1 - first) * runs[run * 2 + 1]) / track.scale)
    return tuple(moments)

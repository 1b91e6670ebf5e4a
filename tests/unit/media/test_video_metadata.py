"""Tests of removing location and camera from videos: sound, picture and timing stay."""

from __future__ import annotations

import io
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posto_desktop.media.video_metadata import find_private, write_cleaned
from posto_desktop.sdk.errors import Cancelled
from tests.unit.workers.samples import PLACE, SECRET, box, film

REAL = Path(__file__).parents[2] / "data" / "two-seconds.mp4"


def clean(folder: Path, data: bytes) -> bytes:
    source, target = folder / "film.mov", folder / "clean.mov"
    source.write_bytes(data)
    with source.open("rb") as opened:
        blanks = find_private(opened)
    write_cleaned(source, target, blanks)
    assert source.read_bytes() == data
    return target.read_bytes()


def test_every_place_and_the_track_of_positions_go(tmp_path: Path) -> None:
    data = film()
    after = clean(tmp_path, data)
    assert data.count(PLACE) == 7
    assert PLACE not in after
    assert SECRET not in after
    assert len(after) == len(data)
    assert after[:16] == data[:16]
    assert b"FRAMEFRAME" in after
    assert after.index(b"FRAMEFRAME") == data.index(b"FRAMEFRAME")
    assert after.count(b"trak") == 1
    assert not find_private(io.BytesIO(after))


def test_a_real_film_keeps_every_byte_that_is_played(tmp_path: Path) -> None:
    data = REAL.read_bytes()
    after = clean(tmp_path, data)
    start, notes = data.index(b"mdat"), data.index(b"udta")
    assert b"Lavf" in data[notes:start]
    assert b"Lavf" not in after[:start]
    assert after[start:] == data[start:]
    assert after[:notes] == data[:notes]


def test_a_film_without_notes_has_nothing_to_overwrite() -> None:
    plain = box(b"ftyp", b"isom\0\0\0\0") + box(b"mdat", b"x" * 20)
    assert find_private(io.BytesIO(plain + box(b"moov", box(b"mvhd", b"\0" * 100)))) == []


def test_boxes_that_reach_over_the_end_are_refused() -> None:
    data = film()
    with pytest.raises(ValueError):
        find_private(io.BytesIO(data[:-5]))


def test_large_boxes_with_long_sizes_are_walked() -> None:
    long = (1).to_bytes(4, "big") + b"mdat" + (16 + 10).to_bytes(8, "big") + b"x" * 10
    data = box(b"ftyp", b"isom\0\0\0\0") + long + box(b"moov", box(b"udta", box(b"loci", PLACE)))
    [blank] = find_private(io.BytesIO(data))
    assert data[blank.start : blank.end] == PLACE


def test_positions_that_point_out_of_the_data_are_not_overwritten() -> None:
    from tests.unit.workers.samples import track

    head = box(b"ftyp", b"qt  \0\0\0\0")
    data = head + box(b"mdat", b"x" * 10) + box(b"moov", track(b"meta", 0, [12]))
    blanks = find_private(io.BytesIO(data))
    assert all(blank.start > len(head) for blank in blanks)
    assert [blank for blank in blanks if blank.name is None] == []


def test_copying_can_be_stopped(tmp_path: Path) -> None:
    source = tmp_path / "film.mov"
    source.write_bytes(film())
    stop = threading.Event()
    stop.set()
    with pytest.raises(Cancelled):
        write_cleaned(source, tmp_path / "clean.mov", [], stop)


@given(st.data())
def test_no_damage_does_more_than_be_refused(data: st.DataObject) -> None:
    broken = bytearray(film())
    for _ in range(data.draw(st.integers(1, 6))):
        broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))
    try:
        blanks = find_private(io.BytesIO(bytes(broken)))
    except ValueError:
        return
    assert all(0 <= blank.start <= blank.end <= len(broken) for blank in blanks)

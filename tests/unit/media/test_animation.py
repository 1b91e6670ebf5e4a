"""Moving pictures keep moving, in bounded memory, cut and smaller and within a limit."""

from __future__ import annotations

import gc
import io
import itertools
import struct
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from posto_desktop.core.renditions import RenditionError, RenditionSpec
from posto_desktop.media.animation import GifWriter, check_work, write_animation
from posto_desktop.media.animation_facts import _scan_gif, _scan_png, _scan_webp, animation_facts
from posto_desktop.sdk.errors import Cancelled
from tests.unit.workers.samples import encoded, moving, noise


def write(folder: Path, data: bytes, name: str = "a.gif") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def made(source: Path, spec: RenditionSpec, folder: Path) -> Path:
    target = folder / "made.gif"
    write_animation(str(source), source.name, target, spec, threading.Event())
    return target


def planned(width: int, height: int, **more: object) -> RenditionSpec:
    return RenditionSpec("gif", True, "gif", width=width, height=height, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("form", "mime"), [("GIF", "image/gif"), ("WEBP", "image/webp"), ("PNG", "image/png")]
)
def test_frames_and_seconds_are_told_without_decoding(tmp_path: Path, form: str, mime: str) -> None:
    facts = animation_facts(write(tmp_path, moving(6, form=form)), mime)
    assert (facts.frames, facts.loops) == (6, 0)
    assert facts.seconds == pytest.approx(0.3)


def test_a_still_does_not_move(tmp_path: Path) -> None:
    for form, mime in (("GIF", "image/gif"), ("WEBP", "image/webp"), ("PNG", "image/png")):
        data = encoded(Image.new("RGB", (9, 9)), form)
        facts = animation_facts(write(tmp_path, data), mime)
        assert (facts.frames, facts.seconds) == (1, 0.0)
    assert animation_facts(write(tmp_path, b""), "image/gif").frames == 1


@given(st.binary(max_size=400))
def test_damage_counts_as_the_end(data: bytes) -> None:
    gif = moving(3)
    for start in (0, 13, 40, len(gif) - 30):
        for walk in (_scan_gif, _scan_webp, _scan_png):
            assert walk(gif[:start] + data).frames >= 1


def test_a_copy_moves_like_the_original(tmp_path: Path) -> None:
    source = write(tmp_path, moving(8, (60, 40)))
    target = made(source, planned(30, 20), tmp_path)
    with Image.open(target) as copy, Image.open(source) as original:
        assert (copy.n_frames, copy.size) == (8, (30, 20))  # type: ignore[attr-defined]
        assert copy.info["loop"] == 0
        for number in range(8):
            copy.seek(number)
            original.seek(number)
            assert copy.info["duration"] == original.info["duration"] == 50
            wanted = original.convert("RGB").resize((30, 20), Image.Resampling.BICUBIC)
            seen = copy.convert("RGB")
            worst = max(
                max(abs(a - b) for a, b in zip(p, q, strict=True))
                for p, q in zip(seen.get_flattened_data(), wanted.get_flattened_data(), strict=True)  # type: ignore[arg-type]
            )
            assert worst <= 12, number


def test_turned_and_cut_before_it_is_made_smaller(tmp_path: Path) -> None:
    frames = []
    for number in range(3):
        picture = Image.new("RGB", (40, 20), (0, 0, 60 + number))
        ImageDraw.Draw(picture).rectangle((0, 0, 19, 9), fill="white")
        frames.append(picture)
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=40)
    source = write(tmp_path, data)
    spec = planned(10, 40, crop=(0.5, 0.0, 0.5, 1.0), turns=1)
    with Image.open(made(source, spec, tmp_path)) as copy:
        # The white quarter at the top left lies at the top right after a turn to the right.
        assert (copy.n_frames, copy.size) == (3, (10, 40))  # type: ignore[attr-defined]
        for number in range(3):
            copy.seek(number)
            seen = copy.convert("RGB")
            assert seen.getpixel((5, 10)) == (255, 255, 255)
            assert seen.getpixel((5, 30)) == (0, 0, 60 + number)


def test_transparency_stays_in_every_frame(tmp_path: Path) -> None:
    file = io.BytesIO()
    writer = GifWriter(file, (20, 10), 0)
    for number in range(5):
        frame = Image.new("RGBA", (20, 10), (0, 0, 0, 0))
        ImageDraw.Draw(frame).rectangle((number * 3, 2, number * 3 + 4, 6), fill=(250, 10, 10, 255))
        writer.add(frame, 100)
    writer.close()
    with Image.open(io.BytesIO(file.getvalue())) as copy:
        assert copy.n_frames == 5  # type: ignore[attr-defined]
        for number in range(5):
            copy.seek(number)
            seen = copy.convert("RGBA")
            assert seen.getpixel((number * 3 + 2, 4)) == (250, 10, 10, 255)
            assert seen.getpixel((19, 9))[3] == 0  # type: ignore[index]
            if number:
                assert seen.getpixel((number * 3 - 3, 4))[3] == 0, number  # type: ignore[index]


def test_the_same_frame_again_is_only_shown_longer() -> None:
    file = io.BytesIO()
    writer = GifWriter(file, (8, 8), None)
    for colour in ("red", "red", "blue", "blue", "blue"):
        writer.add(Image.new("RGBA", (8, 8), colour), 100)
    writer.close()
    facts = _scan_gif(file.getvalue())
    assert (facts.frames, facts.seconds, facts.loops) == (2, 0.5, 1)


def test_a_limit_is_kept_by_making_it_smaller(tmp_path: Path) -> None:
    frames = [noise(120, 90).rotate(90 * number) for number in range(6)]
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=50)
    source = write(tmp_path, data)
    target = made(source, planned(120, 90, max_bytes=20_000), tmp_path)
    assert target.stat().st_size <= 20_000
    with Image.open(target) as copy:
        assert copy.n_frames == 6  # type: ignore[attr-defined]
        assert copy.width / copy.height == pytest.approx(4 / 3, rel=0.05)


def test_an_impossible_limit_is_told(tmp_path: Path) -> None:
    source = write(tmp_path, moving(30))
    with pytest.raises(RenditionError, match=r"^a\.gif cannot stay animated within"):
        made(source, planned(60, 40, max_bytes=300), tmp_path)


def test_two_thousand_frames_take_the_memory_of_a_few(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = write(tmp_path, moving(2000, (64, 48)))
    assert animation_facts(source, "image/gif").frames == 2000
    gc.collect()
    alive: list[int] = []
    add = GifWriter.add
    seen = itertools.count()

    def counted(self: GifWriter, frame: Image.Image, milliseconds: float) -> None:
        add(self, frame, milliseconds)
        if next(seen) % 250 == 249:
            alive.append(sum(isinstance(instance, Image.Image) for instance in gc.get_objects()))

    monkeypatch.setattr(GifWriter, "add", counted)
    target = made(source, planned(32, 24), tmp_path)
    assert len(alive) == 8
    assert max(alive) - min(alive) < 20
    assert animation_facts(target, "image/gif").seconds == pytest.approx(100.0)


def test_what_would_take_the_whole_computer_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RenditionError, match=r"^a.gif has frames of 5000 × 5000 pixels, too large"):
        check_work("a.gif", 5000, 5000, 1)
    with pytest.raises(RenditionError, match=r"2,000 frames of 2000 × 2000 pixels, too many"):
        check_work("a.gif", 2000, 2000, 2000)
    with pytest.raises(RenditionError, match=r"100,001 frames of 1 × 1 pixels, too many"):
        check_work("a.gif", 1, 1, 100_001)
    check_work("a.gif", 2000, 2000, 1)
    bomb = bytearray(moving(3))
    bomb[6:10] = struct.pack("<HH", 65535, 65535)
    with pytest.raises(RenditionError, match="65535 × 65535"):
        made(write(tmp_path, bytes(bomb)), planned(10, 10), tmp_path)


def test_a_later_frame_that_is_far_larger_is_refused(tmp_path: Path) -> None:
    bomb = bytearray(moving(3))
    last = bytes(bomb).rindex(b"\x00\x2c") + 1  # the descriptor of the last frame
    bomb[last + 5 : last + 9] = struct.pack("<HH", 60000, 60000)
    with pytest.raises(RenditionError, match="too large"):
        made(write(tmp_path, bytes(bomb)), planned(10, 10), tmp_path)


def test_writing_can_be_stopped(tmp_path: Path) -> None:
    stop = threading.Event()
    stop.set()
    with pytest.raises(Cancelled):
        write_animation(
            str(write(tmp_path, moving())), "a.gif", tmp_path / "b", planned(9, 9), stop
        )

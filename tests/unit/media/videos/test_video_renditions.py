"""Videos that are made for a network, with the real ffmpeg."""

from __future__ import annotations

import os
import shutil
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from posto_desktop.core.edits import Edit
from posto_desktop.core.media_ref import MediaRef
from posto_desktop.core.renditions import Rendition, RenditionError
from posto_desktop.media import video_writer
from posto_desktop.media.renditions import RenditionStore
from posto_desktop.media.video_probe import read_streams
from posto_desktop.media.video_tools import ToolError, VideoTools, find_tools, run
from posto_desktop.sdk.errors import Cancelled
from tests.unit.media.videos.clips import PLACE, make_clip


def ref_of(path: Path) -> MediaRef:
    return MediaRef(str(path), path.name, path.stat().st_size, "video")


def made_of(
    store: RenditionStore, path: Path, edit: Edit | None, network: str = "twitter"
) -> Rendition:
    before = path.read_bytes()
    made = store(ref_of(path), edit, network)
    assert path.read_bytes() == before
    return made


def leftovers(store: RenditionStore) -> list[str]:
    folder: Path = store._folder
    return [entry.name for entry in folder.iterdir()] if folder.exists() else []


def test_without_an_edit_nothing_is_converted(clips: Path, store: RenditionStore) -> None:
    made = made_of(store, clips / "web.webm", Edit(keep_metadata=True))
    assert (made.original, made.unmet) == (True, ("type",))


def test_another_container_is_enough_where_the_streams_fit(
    clips: Path, store: RenditionStore, tools: VideoTools
) -> None:
    made = made_of(store, clips / "copied.mkv", Edit(fit=True), "tumblr")
    facts = read_streams(tools, made.path)
    assert (made.mime, Path(made.path).name) == ("video/mp4", "copied.mp4")
    assert (facts.video_codec, facts.audio_codec) == ("h264", "aac")
    assert facts.fps == 25
    # The picture's stream is the same, byte for byte.
    assert stream(tools, clips / "copied.mkv") == stream(tools, Path(made.path))


def stream(tools: VideoTools, path: Path) -> bytes:
    import subprocess

    command = [tools.ffmpeg, "-v", "error", "-i", str(path), "-map", "0:v", "-c", "copy"]
    command += ["-bsf:v", "h264_mp4toannexb", "-f", "h264", "-"]
    return subprocess.run(command, check=True, capture_output=True, timeout=60).stdout


def test_the_index_moves_to_the_front_without_a_loss(
    clips: Path, store: RenditionStore, tools: VideoTools
) -> None:
    made = made_of(store, clips / "phone.mp4", Edit(fit=True), "instagram")
    data = Path(made.path).read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")
    assert stream(tools, clips / "phone.mp4") == stream(tools, Path(made.path))
    assert made.cleaned
    assert PLACE.encode() not in data
    assert b"Camera 7" not in data
    assert b"Lavf" not in data


def test_place_and_camera_stay_where_that_is_asked_for(clips: Path, store: RenditionStore) -> None:
    made = made_of(store, clips / "phone.mp4", Edit(end=0.8, keep_metadata=True))
    assert b"Camera 7" in Path(made.path).read_bytes()
    assert not made.cleaned


def test_a_trim_at_key_frames_copies_and_any_other_encodes(
    clips: Path, store: RenditionStore, tools: VideoTools
) -> None:
    path = clips / "phone.mp4"
    copied = made_of(store, path, Edit(start=0.4, at_key_frames=True))
    assert read_streams(tools, copied.path).bit_rate > 0
    assert read_streams(tools, copied.path).duration == pytest.approx(0.6, abs=0.1)
    exact = made_of(store, path, Edit(start=0.2, end=0.7))
    assert read_streams(tools, exact.path).duration == pytest.approx(0.5, abs=0.06)


def test_a_crop_is_of_the_picture_as_shown(
    clips: Path, store: RenditionStore, tools: VideoTools
) -> None:
    made = made_of(store, clips / "upright.mp4", Edit(crop=(0, 0.25, 1.0, 0.5)))
    facts = read_streams(tools, made.path)
    assert (made.width, made.height) == (facts.width, facts.height) == (72, 64)
    assert (facts.rotation, facts.colours) == (0, "yuv420p")
    still_upright = made_of(store, clips / "upright.mp4", Edit(end=0.8))
    assert read_streams(tools, still_upright.path).rotation == 270


def test_hdr_becomes_ordinary_colours(
    clips: Path, store: RenditionStore, tools: VideoTools
) -> None:
    made = made_of(store, clips / "bright.mov", Edit(fit=True), "twitter")
    facts = read_streams(tools, made.path)
    assert (facts.video_codec, facts.hdr, facts.colours) == ("h264", False, "yuv420p")


def test_the_target_size_is_met(store: RenditionStore, tools: VideoTools, tmp_path: Path) -> None:
    noise = make_clip(
        tools.ffmpeg,
        tmp_path / "noise.mp4",
        *("-f", "lavfi", "-i", "nullsrc=s=128x72:r=25:d=2,geq=random(1)*255:128:128"),
        *("-f", "lavfi", "-i", "anoisesrc=d=2", "-c:v", "libx264", "-preset", "ultrafast"),
        *("-qp", "10", "-pix_fmt", "yuv420p", "-c:a", "aac"),
    )
    assert noise.stat().st_size > 400_000
    made = made_of(store, noise, Edit(max_bytes=100_000))
    assert 50_000 < made.size <= 100_000
    assert made.unmet == ()


def test_what_can_not_be_so_small_is_refused_and_leaves_nothing(
    clips: Path, store: RenditionStore
) -> None:
    with pytest.raises(RenditionError, match=r"cannot be made as small as 0\.00 MB"):
        made_of(store, clips / "phone.mp4", Edit(max_bytes=3_000))
    assert leftovers(store) == []


def test_the_same_file_is_made_once_and_always_the_same(
    clips: Path, store: RenditionStore, tmp_path: Path
) -> None:
    edit, path = Edit(fit=True, crop=(0, 0, 0.5, 1)), clips / "phone.mp4"
    first = made_of(store, path, edit, "twitter")
    stamp = Path(first.path).stat().st_mtime_ns
    # Their limits differ, but neither comes near them.
    assert made_of(store, path, edit, "instagram").path == first.path
    assert Path(first.path).stat().st_mtime_ns == stamp
    elsewhere = RenditionStore(tmp_path / "other")
    again = made_of(elsewhere, path, edit, "twitter")
    assert Path(again.path).read_bytes() == Path(first.path).read_bytes()


def test_hostile_names_are_names(clips: Path, store: RenditionStore, tmp_path: Path) -> None:
    names = ["-y.mp4", "pipe:0.mp4", "50%d [x].mp4", "a'b\"c;`touch x`.mp4"]
    if sys.platform == "linux":
        names.append(os.fsdecode(b"caf\xe9.mp4"))
    for name in names:
        path = tmp_path / name
        shutil.copy(clips / "silent.mp4", path)
        made = made_of(store, path, Edit(end=0.6))
        assert made.size > 1000
    assert not (tmp_path / "x").exists()


def test_cancelling_ends_the_child_and_leaves_nothing(
    clips: Path, store: RenditionStore, tools: VideoTools, tmp_path: Path
) -> None:
    options = ("-stream_loop", "600", "-i", str(clips / "silent.mp4"), "-c", "copy")
    long = make_clip(tools.ffmpeg, tmp_path / "long.mp4", *options)
    cancel, parts = threading.Event(), []

    def moved(part: float) -> None:
        parts.append(part)
        cancel.set()

    with pytest.raises(Cancelled):
        store(ref_of(long), Edit(crop=(0, 0, 0.9, 1)), "twitter", cancel, moved)
    assert len(parts) == 1
    assert parts[0] < 0.9
    assert leftovers(store) == []


def test_a_second_request_waits_for_the_first_and_can_be_cancelled(
    clips: Path, store: RenditionStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = threading.Event(), threading.Event()
    write = video_writer.write_video

    def slow(*args: Any, **options: Any) -> Any:
        begun.set()
        assert go_on.wait(20)
        return write(*args, **options)

    monkeypatch.setattr("posto_desktop.media.video_writer.write_video", slow)
    path, edit = clips / "phone.mp4", Edit(end=0.6)
    results: list[Rendition] = []
    first = threading.Thread(target=lambda: results.append(store(ref_of(path), edit, "twitter")))
    first.start()
    assert begun.wait(20)
    impatient = threading.Event()
    impatient.set()
    with pytest.raises(Cancelled):
        store(ref_of(path), edit, "twitter", impatient)
    go_on.set()
    first.join(20)
    assert store(ref_of(path), edit, "twitter") == results[0]


def test_a_full_disk_is_said_before_and_during(
    clips: Path, store: RenditionStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = clips / "phone.mp4"
    usage = shutil.disk_usage(clips)
    with monkeypatch.context() as patch:
        patch.setattr(
            "posto_desktop.media.video_writer.shutil.disk_usage",
            lambda _folder: usage._replace(free=2_000_000),
        )
        with pytest.raises(RenditionError, match="2 MB are free"):
            store(ref_of(path), Edit(end=0.6), "twitter")
    monkeypatch.setattr(
        "posto_desktop.media.video_writer.remux_command",
        lambda tools, source, *_: [
            *(tools.ffmpeg, "-i", f"file:{source}", "-c", "copy", "-f", "mp4", "-y", "/dev/full")
        ],
    )
    if Path("/dev/full").exists():
        with pytest.raises(RenditionError, match="the disk is full"):
            store(ref_of(path), Edit(end=0.6), "twitter")
    assert leftovers(store) == []


def test_a_damaged_file_is_refused_in_words(store: RenditionStore, tmp_path: Path) -> None:
    path = tmp_path / "odd.mp4"
    path.write_bytes(b"\0\0\0\x18ftypisom" + b"x" * 4000)
    with pytest.raises(RenditionError, match=r"^odd\.mp4 could not be converted: "):
        store(ref_of(path), Edit(fit=True, end=1.0), "twitter")
    assert leftovers(store) == []


def test_a_result_that_is_something_else_does_not_count(
    clips: Path, store: RenditionStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(video_writer, "_length", lambda *_: ["-t", "0.1"])
    with pytest.raises(RenditionError, match="the result is not what was asked for"):
        store(ref_of(clips / "phone.mp4"), Edit(crop=(0, 0, 0.5, 1)), "twitter")
    assert leftovers(store) == []


def test_without_ffmpeg_it_says_what_is_missing(clips: Path, tmp_path: Path) -> None:
    store = RenditionStore(tmp_path / "renditions", ffmpeg=lambda: str(tmp_path / "ffmpeg"))
    assert store.tools() is None
    with pytest.raises(RenditionError, match="ffmpeg was not found"):
        store(ref_of(clips / "phone.mp4"), Edit(end=0.5), "twitter")
    # What needs none goes on without it.
    assert made_of(store, clips / "phone.mp4", None).cleaned


def test_a_chosen_path_is_that_of_the_program_or_of_its_folder(
    tools: VideoTools, tmp_path: Path
) -> None:
    assert find_tools(tools.ffmpeg) == tools
    assert find_tools(str(Path(tools.ffmpeg).parent)) == tools
    (tmp_path / "ffmpeg").write_text("#!/bin/sh\necho something else\n")
    (tmp_path / "ffmpeg").chmod(0o700)
    shutil.copy(tmp_path / "ffmpeg", tmp_path / "ffprobe")
    assert find_tools(str(tmp_path / "ffmpeg")) is None


@pytest.mark.skipif(sys.platform == "win32", reason="a script with a shebang")
def test_a_child_that_makes_no_progress_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "ffmpeg"
    script.write_text("#!/bin/sh\necho frame=1\nexec sleep 60\n")
    script.chmod(0o700)
    begun = time.monotonic()
    with pytest.raises(ToolError) as caught:
        run([str(script)], cancel=threading.Event(), silence=0.3)
    assert caught.value.silent
    assert time.monotonic() - begun < 20

"""What is read of a video: by its own index, and by ffprobe, which have to agree."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posto_desktop.core.video_facts import NO_SOUND, VideoFacts
from posto_desktop.media.media_files import open_file
from posto_desktop.media.video_header import read_key_frames, read_video_header
from posto_desktop.media.video_probe import look_inside, read_streams, read_video_facts
from posto_desktop.media.video_tools import VideoTools

SAME = (
    "video_codec",
    "audio_codec",
    "width",
    "height",
    "rotation",
    "sample_rate",
    "channels",
    "colours",
    "hdr",
)


@pytest.mark.parametrize("name", ["phone.mp4", "silent.mp4", "bright.mov", "upright.mp4"])
def test_the_index_and_ffprobe_agree(name: str, clips: Path, tools: VideoTools) -> None:
    path = str(clips / name)
    own = read_video_header(path, open_file(path).mime)
    probed = read_streams(tools, path)
    assert own is not None
    for field in SAME:
        assert getattr(own, field) == getattr(probed, field), field
    assert own.fps == pytest.approx(probed.fps, abs=0.01)
    assert own.duration == pytest.approx(probed.duration, abs=0.05)
    assert own.bit_rate == pytest.approx(probed.bit_rate, rel=0.05)


def test_what_the_clips_are(clips: Path) -> None:
    phone = read_video_header(str(clips / "phone.mp4"), "video/mp4")
    assert phone is not None
    assert (phone.video_codec, phone.audio_codec, phone.width, phone.height) == (
        "h264",
        "aac",
        128,
        72,
    )
    assert phone.moov_first is False
    silent = read_video_header(str(clips / "silent.mp4"), "video/mp4")
    assert silent is not None
    assert (silent.moov_first, silent.audio_codec, silent.has_sound) == (True, NO_SOUND, False)
    upright = read_video_header(str(clips / "upright.mp4"), "video/mp4")
    assert upright is not None
    assert (upright.width, upright.height) == (72, 128)
    bright = read_video_header(str(clips / "bright.mov"), "video/quicktime")
    assert bright is not None
    assert (bright.video_codec, bright.hdr, bright.colours) == ("hevc", True, "yuv420p10le")


def test_key_frames_are_those_that_the_encoder_made(clips: Path) -> None:
    assert read_key_frames(str(clips / "phone.mp4"), "video/mp4") == (0.0, 0.4, 0.8)
    assert read_key_frames(str(clips / "web.webm"), "video/webm") == ()


def test_other_containers_are_read_by_ffprobe_alone(clips: Path, tools: VideoTools) -> None:
    file = open_file(str(clips / "web.webm"))
    assert read_video_header(file.path, file.mime) is None
    assert read_video_facts(file, None) == VideoFacts()
    facts = read_video_facts(file, tools)
    assert (facts.video_codec, facts.audio_codec) == ("vp8", "opus")
    assert look_inside(file, "/nowhere/ffmpeg") is None
    assert look_inside(file, tools.ffmpeg) == facts


@given(data=st.data())
def test_a_damaged_index_is_read_as_far_as_it_goes(data: st.DataObject, clips: Path) -> None:
    whole = bytearray((clips / "phone.mp4").read_bytes())
    start = whole.rindex(b"moov")
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(start, len(whole) - 1))
        whole[at] = data.draw(st.integers(0, 255))
    broken = clips / "broken.mp4"
    broken.write_bytes(whole[: data.draw(st.integers(start, len(whole)))])
    facts = read_video_header(str(broken), "video/mp4")
    assert facts is None or 0 <= facts.width < 1 << 32
    read_key_frames(str(broken), "video/mp4")


def test_facts_come_back_from_a_draft() -> None:
    facts = VideoFacts("h264", "aac", 1280, 720, 90, 3.5, 29.97, 9_000_000, moov_first=False)
    assert VideoFacts.from_json(facts.to_json()) == facts
    odd = {"video_codec": ["h264"], "width": -3, "fps": float("nan"), "moov_first": 1, "hdr": 2}
    assert VideoFacts.from_json(odd) == VideoFacts()
    assert VideoFacts.from_json("h264") is None


def test_a_name_that_looks_like_an_option_is_a_name(
    clips: Path, tools: VideoTools, tmp_path: Path
) -> None:
    for name in ("-i.mp4", "concat:a|b.mp4", "50% %03d.mp4", "a'b\"c;$(touch x).mp4"):
        path = tmp_path / name
        shutil.copy(clips / "silent.mp4", path)
        assert read_streams(tools, str(path)).video_codec == "h264"
    assert not (tmp_path / "x").exists()


def test_a_playlist_opens_no_other_file(clips: Path, tools: VideoTools, tmp_path: Path) -> None:
    from posto_desktop.media.video_tools import ToolError

    for text in (
        f"ffconcat version 1.0\nfile '{clips / 'silent.mp4'}'\n",
        f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile://{clips / 'silent.mp4'}\n",
    ):
        path = tmp_path / "film.mp4"
        path.write_text(text)
        with pytest.raises(ToolError):
            read_streams(tools, str(path))

"""What is made of a video: decided from facts, for any of them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posto_desktop.core.edits import Edit, combine, network_edit
from posto_desktop.core.limits import FileLimits, limits_for
from posto_desktop.core.video_facts import NO_SOUND, VideoFacts
from posto_desktop.core.video_spec import fitting_edit, video_spec
from posto_desktop.core.video_times import clock_text, read_clock

PHONE = VideoFacts(
    "h264", "aac", 1920, 1080, 0, 60.0, 30.0, 12_000_000, 128_000, 48_000, 2, "yuv420p"
)
SIZE = 90_000_000
INSTAGRAM = limits_for("instagram").video
MP4 = "video/mp4"


def test_what_fits_is_left_alone() -> None:
    spec = video_spec(PHONE, MP4, SIZE, Edit(fit=True), INSTAGRAM)
    assert (spec.method, spec.unmet, spec.size) == ("", (), SIZE)


@pytest.mark.parametrize(
    ("facts", "mime", "reasons"),
    [
        (replace(PHONE, moov_first=False), MP4, ("moov",)),
        (replace(PHONE, audio_codec="opus"), MP4, ("sound",)),
        (PHONE, "video/x-matroska", ("container",)),
        (replace(PHONE, edit_list=True), MP4, ("edits",)),
    ],
)
def test_the_same_streams_are_enough(facts: VideoFacts, mime: str, reasons: tuple[str]) -> None:
    spec = video_spec(facts, mime, SIZE, Edit(fit=True), INSTAGRAM)
    assert (spec.method, spec.reasons, spec.unmet) == ("remux", reasons, ())
    assert spec.copies_audio == (facts.audio_codec == "aac")


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        (replace(PHONE, video_codec="vp9"), "codec"),
        (replace(PHONE, fps=120.0), "frames"),
        (replace(PHONE, width=3840, height=2160), "smaller"),
        (replace(PHONE, bit_rate=40_000_000), "lighter"),
        (replace(PHONE, hdr=True), "colours"),
        (replace(PHONE, interlaced=True), "lines"),
    ],
)
def test_what_the_streams_do_not_fit_is_encoded(facts: VideoFacts, reason: str) -> None:
    spec = video_spec(facts, MP4, SIZE, Edit(fit=True), INSTAGRAM)
    assert (spec.method, spec.reasons, spec.unmet) == ("encode", (reason,), ())
    # Nothing of that happens by itself.
    assert video_spec(facts, MP4, SIZE, Edit(), INSTAGRAM).method == ""


def test_limits_of_a_lying_video_are_swapped_for_an_upright_one() -> None:
    upright = replace(PHONE, width=1080, height=1920)
    spec = video_spec(upright, MP4, SIZE, Edit(fit=True), limits_for("twitter").video)
    assert (spec.width, spec.height) == (720, 1280)


def test_the_end_is_copied_and_a_start_only_at_a_key_frame() -> None:
    free = FileLimits()
    assert video_spec(PHONE, MP4, SIZE, Edit(end=30.0), free).method == "remux"
    assert video_spec(PHONE, MP4, SIZE, Edit(start=10.0), free).method == "encode"
    at_key = video_spec(PHONE, MP4, SIZE, Edit(start=10.0, at_key_frames=True), free)
    assert (at_key.method, at_key.seconds, at_key.size) == ("remux", 50.0, 75_000_000)


facts_of_any = st.builds(
    VideoFacts,
    video_codec=st.sampled_from(["", "h264", "hevc", "vp9", "prores"]),
    audio_codec=st.sampled_from(["", NO_SOUND, "aac", "opus", "pcm_s16le"]),
    width=st.sampled_from([0, 2, 90, 640, 1080, 3841]),
    height=st.sampled_from([0, 2, 120, 721, 1920, 2160]),
    duration=st.sampled_from([0.0, 0.05, 2.0, 59.94, 90_000.0]),
    fps=st.sampled_from([0.0, 10.0, 23.976, 30.0, 240.0]),
    bit_rate=st.sampled_from([0, 90_000, 9_000_000, 400_000_000]),
    channels=st.sampled_from([0, 1, 2, 6]),
    moov_first=st.sampled_from([None, True, False]),
    hdr=st.booleans(),
)
edits = st.builds(
    Edit,
    crop=st.sampled_from([None, (0.0, 0.0, 0.5, 1.0), (0.1, 0.2, 0.003, 0.4)]),
    max_side=st.sampled_from([None, 1, 333, 1280]),
    max_bytes=st.sampled_from([None, 1, 50_000, 8_000_000]),
    start=st.sampled_from([None, 0.5, 70_000.0]),
    end=st.sampled_from([None, 0.6, 30.0, 80_000.0]),
    fit=st.booleans(),
    at_key_frames=st.booleans(),
)
networks = st.sampled_from(["instagram", "twitter", "discord", "tiktok", "bluesky", "mastodon"])


@given(facts_of_any, st.sampled_from([1, 10_000, 10**7, 10**10]), edits, networks)
def test_any_video_gets_a_sound_recipe(
    facts: VideoFacts, size: int, edit: Edit, network: str
) -> None:
    limits = limits_for(network).video
    spec = video_spec(facts, MP4, size, edit, limits)
    assert spec.size >= 0
    assert spec.seconds >= 0
    if spec.method == "encode" and facts.width and facts.height:
        assert spec.width % 2 == spec.height % 2 == 0
        assert 2 <= spec.width <= max(2, facts.width)
        assert 2 <= spec.height <= max(2, facts.height)
        if spec.max_bytes and "bytes" not in spec.unmet:
            assert spec.size <= spec.max_bytes
    # What is said to make it fit does so, but for what can not be made up.
    fitted = video_spec(facts, MP4, size, fitting_edit(facts, size, edit, limits), limits)
    lacks_side = {"large"} if not (facts.width and facts.height) else set()
    assert set(fitted.unmet) <= {"brief", "small", "bytes", "aspect", *lacks_side}
    assert (
        fitted.key
        == video_spec(facts, MP4, size, fitting_edit(facts, size, edit, limits), limits).key
    )


def test_a_network_overrides_start_and_end_together() -> None:
    common = Edit(start=5.0, end=20.0)
    own = network_edit(common, None, start=None, end=10.0)
    assert (combine(common, own).start, combine(common, own).end) == (None, 10.0)
    assert network_edit(common, own, start=5.0, end=20.0) == Edit()


def test_an_edit_comes_back_from_a_draft() -> None:
    edit = Edit(start=1.5, end=9.0, at_key_frames=True, fit=True)
    assert Edit.from_json(edit.to_json()) == edit
    assert Edit.from_json({"start": 9.0, "end": 3.0}) == Edit()
    assert Edit.from_json({"start": -1, "end": "x", "fit": 1}) == Edit()


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("62.5", 62.5), ("1:02.5", 62.5), (" 1:00:00 ", 3600), ("0:01,25", 1.25), ("0", 0)],
)
def test_moments_are_typed_in_several_ways(text: str, seconds: float) -> None:
    assert read_clock(text) == seconds


@pytest.mark.parametrize("text", ["", "soon", "1:2:3:4", "-1", "1e5", "1..2", "99999999"])
def test_anything_else_is_no_moment(text: str) -> None:
    assert read_clock(text) is None


@given(st.floats(0, 86_000))
def test_a_shown_moment_is_the_typed_one(seconds: float) -> None:
    assert read_clock(clock_text(seconds)) == pytest.approx(seconds, abs=0.0051)

"""Real videos of one second, 128 x 72, made by ffmpeg's own sources."""

from __future__ import annotations

import subprocess
from pathlib import Path

PICTURE = "testsrc2=s=128x72:r=25:d=1"
SOUND = "sine=f=440:d=1:r=44100"
H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "10")
PLACE = "+48.1000+011.5000/"

CLIPS: dict[str, tuple[str, ...]] = {
    # The index at the end, a place, and a camera.
    "phone.mp4": (
        *("-f", "lavfi", "-i", PICTURE, "-f", "lavfi", "-i", SOUND, *H264, "-c:a", "aac"),
        *("-metadata", f"location={PLACE}", "-metadata", "comment=Camera 7"),
    ),
    "silent.mp4": ("-f", "lavfi", "-i", PICTURE, *H264, "-movflags", "+faststart"),
    "web.webm": (
        *("-f", "lavfi", "-i", PICTURE, "-f", "lavfi", "-i", SOUND),
        *("-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus"),
    ),
    "copied.mkv": (
        *("-f", "lavfi", "-i", PICTURE, "-f", "lavfi", "-i", SOUND, *H264, "-c:a", "ac3"),
    ),
    "bright.mov": (
        "-f",
        "lavfi",
        "-i",
        PICTURE
        + ",format=yuv420p10le"
        + ",setparams=color_primaries=bt2020:color_trc=arib-std-b67:colorspace=bt2020nc",
        *("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none"),
        *("-tag:v", "hvc1"),
    ),
}


def make_clips(ffmpeg: str, folder: Path) -> None:
    """Make every clip, and one that is shown upright though it lies in the file."""
    for name, options in CLIPS.items():
        make_clip(ffmpeg, folder / name, *options)
    make_clip(
        ffmpeg,
        folder / "upright.mp4",
        *("-display_rotation", "90", "-i", str(folder / "phone.mp4"), "-c", "copy"),
    )


def make_clip(ffmpeg: str, path: Path, *options: str) -> Path:
    subprocess.run(
        [ffmpeg, "-v", "error", "-nostdin", "-y", *options, str(path)], check=True, timeout=60
    )
    return path

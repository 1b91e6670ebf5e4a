"""Benchmark of converting videos: time as a part of how long they last, and whether a size is met.

The video is 20 s of 1280 x 720 at 30 frames a second, with grain, which costs an encoder more than
most phone videos. The encoder has low priority: measure on a computer that does nothing else.
"""

from __future__ import annotations

import subprocess
import tempfile
import time
from pathlib import Path

from posto_desktop.core.edits import Edit
from posto_desktop.core.media_ref import MediaRef
from posto_desktop.media.renditions import RenditionStore
from posto_desktop.media.video_tools import find_tools
from tests.bench.figures import Figure

SECONDS = 20
TARGET = 3_000_000


def measure() -> list[Figure]:
    tools = find_tools()
    assert tools is not None, "this needs ffmpeg"
    with tempfile.TemporaryDirectory(prefix="posto-bench-") as name:
        path = Path(name) / "film.mkv"
        subprocess.run(
            [
                *(tools.ffmpeg, "-v", "error", "-f", "lavfi", "-i"),
                f"testsrc2=s=1280x720:r=30:d={SECONDS},noise=alls=8:allf=t",
                *("-f", "lavfi", "-i", f"sine=d={SECONDS}", "-c:v", "libx264", "-preset"),
                *("ultrafast", "-pix_fmt", "yuv420p", "-g", "60", "-c:a", "aac", str(path)),
            ],
            check=True,
        )
        store = RenditionStore(Path(name) / "renditions")
        ref = MediaRef(str(path), path.name, path.stat().st_size, "video")

        def seconds(edit: Edit, network: str) -> tuple[float, int]:
            begun = time.perf_counter()
            made = store(ref, edit, network)
            return time.perf_counter() - begun, made.size

        remux, _ = seconds(Edit(fit=True), "tumblr")
        trimmed, _ = seconds(Edit(start=8.0, at_key_frames=True), "tumblr")
        encode, _ = seconds(Edit(crop=(0.25, 0.0, 0.5, 1.0)), "tumblr")
        two_passes, size = seconds(Edit(max_bytes=TARGET), "tumblr")
    return [
        Figure("written anew, of real time", remux / SECONDS, "x", limit=0.2),
        Figure("cut at a key frame, of real time", trimmed / SECONDS, "x", limit=0.2),
        Figure("encoded anew, cropped to half, of real time", encode / SECONDS, "x", limit=3),
        Figure("in two passes to a size, of real time", two_passes / SECONDS, "x", limit=6),
        Figure("that size, of the limit", size / TARGET, "x", limit=1),
    ]

"""No pause of the GUI thread over 50 ms while much happens; beside an idle window's pauses."""

from __future__ import annotations

import io
import os
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from PIL import Image

from posto_desktop.sdk import PostoSDK
from tests.bench.figures import Figure
from tests.bench.gui_load import PHOTOS, ROWS
from tests.bench.server import posto_command, serving
from tests.bench.start import probe

COUNT = 50


def make_photos(folder: Path) -> None:
    """50 photos of 12 megapixels, each with bytes of its own."""
    folder.mkdir()
    noise = Image.effect_noise((1000, 750), 80).resize((4000, 3000))
    buffer = io.BytesIO()
    Image.merge("RGB", (noise, noise.rotate(180), noise)).save(buffer, "JPEG", quality=88)
    for number in range(COUNT):
        # What follows the end of a JPEG is not part of the picture.
        content = buffer.getvalue() + number.to_bytes(4, "big")
        (folder / f"photo {number:02}.jpg").write_bytes(content)


def make_rows(workspace: Path) -> None:
    """Fill the workspace's schedule by its own interface."""
    with (
        serving(posto_command(workspace)) as (facts, _),
        PostoSDK.from_credentials(
            facts["username"], facts["password"], base_url=facts["base_url"]
        ) as sdk,
    ):
        channels = [channel.id for channel in sdk.channels]
        start = int(time.time()) + 86_400

        def compose(number: int) -> None:
            post = {"post_content": f"Post {number} " + "of a long campaign " * (number % 9)}
            items = [{"channel_id": each, "custom_post_data": post} for each in channels]
            sdk.compose(items, start + number * 600)

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(compose, range(-(-ROWS // len(channels)))))


def measure() -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="posto-bench-") as name:
        folder = Path(name)
        make_photos(folder / "photos")
        make_rows(folder / "home" / "data" / "workspace")
        os.environ[PHOTOS] = str(folder / "photos")
        idle = probe("idle", folder)["gaps"]
        facts = probe("heartbeat", folder, "--home", str(folder / "home"), timeout=300)
        assert facts["photos"] == COUNT, facts
    return [
        Figure(f"longest pause: {phase}", gap, "ms", idle["idle"], "idle bare window", 50)
        for phase, gap in facts["gaps"].items()
    ]

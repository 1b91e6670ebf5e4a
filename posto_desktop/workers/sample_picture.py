"""Sample picture for watermarks: drawn once, cached."""

from __future__ import annotations

import io
from pathlib import Path

from posto_desktop.storage import atomic
from posto_desktop.workers.edit_pillow import pillow
from posto_desktop.workers.runner import Job

SIZE = (1080, 810)
NAME = "sample.png"
# A sky, hills and a sun: quiet, with light and dark parts.
_SKY = ((214, 232, 236), (247, 226, 202))
_SUN = (250, 246, 232)
_HILLS = ((132, 171, 176), (74, 128, 134), (28, 82, 90))


def draw_sample(job: Job, folder: Path) -> str:
    """A job: return the picture's path, drawing it on first use."""
    path = folder / NAME
    if path.exists():
        return str(path)
    image = pillow()
    from PIL import ImageDraw

    width, height = SIZE
    column = image.new("RGB", (1, 2))
    column.putdata(_SKY)
    picture = column.resize(SIZE, image.Resampling.BILINEAR)
    draw = ImageDraw.Draw(picture)
    draw.ellipse((width * 0.62, height * 0.16, width * 0.76, height * 0.16 + width * 0.14), _SUN)
    for number, colour in enumerate(_HILLS):
        job.check()
        top = height * (0.52 + 0.15 * number)
        for at in range(-1, 3):
            left = width * (0.45 * at + 0.2 * number)
            draw.ellipse((left, top, left + width * 0.9, top + height), colour)
    data = io.BytesIO()
    picture.save(data, "PNG")
    atomic.write_bytes(path, data.getvalue(), mode=0o644, durable=False)
    return str(path)

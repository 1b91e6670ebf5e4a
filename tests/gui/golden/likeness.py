"""Compares two pictures as a person does, whatever version of a library drew their text.

Three things are looked at, each with its own measure, in levels of 0 to 255 of the colour that
differs most:

- shapes: both are blurred over 3 x 3 pixels, so that edges of letters may be smoothed differently;
  then no more than 16 pixels may differ by more than 36 levels. A control elsewhere, a word that is
  gone, an icon of another shape fails.
- plain surfaces: where a pixel is as those up to two away in each direction, or on a hairline of
  17 pixels, which no letter of a usual size has, no more than 40 pixels may differ by more than
  2 levels. A surface or a line of another colour or elsewhere fails.
- tone: of tiles of 8 x 8 pixels no more than 3 may differ by more than 6 levels in their mean.
  Text of another colour or weight fails.

At twice the size all the counts are four times as large. Pictures are made `coarse` before they are
kept and before they are compared, so that they take less room.
"""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageChops, ImageFilter

SHAPE_LEVELS, SHAPE_PIXELS = 36, 16
PLAIN_LEVELS, PLAIN_PIXELS = 2, 40
TONE_LEVELS, TONE_TILES, TILE = 6, 3, 8
COARSE = 24


def coarse(picture: Image.Image) -> Image.Image:
    """Plain surfaces exactly as they are, all else in 11 levels of each colour."""
    table = [min(255, round(level / COARSE) * COARSE) for level in range(256)]
    return Image.composite(picture, picture.point(table * 3), _plain(picture))


def compare(expected: Image.Image, now: Image.Image, scale: int = 1) -> str:
    """What differs between two coarse pictures; "" where both show the same."""
    if expected.size != now.size:
        return (
            f"it was {expected.size[0]} x {expected.size[1]}, and is {now.size[0]} x {now.size[1]}"
        )
    raw = _largest(ImageChops.difference(expected, now))
    if raw.getbbox() is None:
        return ""
    differences = []
    soft = ImageFilter.BoxBlur(1)
    shapes = _largest(ImageChops.difference(expected.filter(soft), now.filter(soft)))
    if (count := _beyond(shapes, SHAPE_LEVELS)) > SHAPE_PIXELS * scale**2:
        differences.append(f"shapes differ at {count} pixels")
    plain = ImageChops.multiply(_plain(expected), raw.point(_step(PLAIN_LEVELS)))
    if (count := _beyond(plain, 0)) > PLAIN_PIXELS * scale**2:
        differences.append(f"plain surfaces differ at {count} pixels")
    tones = _largest(ImageChops.difference(expected.reduce(TILE), now.reduce(TILE)))
    if (count := _beyond(tones, TONE_LEVELS)) > TONE_TILES * scale**2:
        differences.append(f"{count} tiles differ in tone")
    return ", ".join(differences)


def differences(expected: Image.Image, now: Image.Image) -> Image.Image:
    """The picture as it is now, pale, with red where it differs."""
    if expected.size != now.size:
        expected = expected.crop((0, 0, *now.size))
    pale = Image.blend(now.convert("L").convert("RGB"), Image.new("RGB", now.size, "white"), 0.7)
    marks = _largest(ImageChops.difference(expected, now)).point(_step(PLAIN_LEVELS))
    pale.paste((220, 0, 0), mask=marks.filter(ImageFilter.MaxFilter(3)))
    return pale


def read(path: Path) -> Image.Image:
    with Image.open(path) as picture:
        return picture.convert("RGB")


def _largest(picture: Image.Image) -> Image.Image:
    """Of each pixel the value of the colour that has the most."""
    red, green, blue = picture.split()
    return ImageChops.lighter(ImageChops.lighter(red, green), blue)


def _beyond(picture: Image.Image, level: int) -> int:
    return sum(picture.histogram()[level + 1 :])


def _step(level: int) -> list[int]:
    return [0] * (level + 1) + [255] * (255 - level)


def _plain(picture: Image.Image) -> Image.Image:
    """White on plain surfaces and on hairlines."""
    across, down = _same_as_next(picture, 1, 0), _same_as_next(picture, 0, 1)
    surfaces = ImageChops.multiply(_runs(across, 1, 0, 4), _runs(down, 0, 1, 4))
    lines = [_lines(across, down, 1, 0), _lines(down, across, 0, 1)]
    return ImageChops.lighter(surfaces, ImageChops.lighter(*lines))


def _same_as_next(picture: Image.Image, x: int, y: int) -> Image.Image:
    """White where a pixel is as the one `x`, `y` further on."""
    further = ImageChops.offset(picture, -x, -y)
    return _largest(ImageChops.difference(picture, further)).point([255] + [0] * 255)


def _lines(along: Image.Image, beside: Image.Image, x: int, y: int) -> Image.Image:
    """White on lines of one pixel between plain surfaces; the gap between two letters is none."""
    runs = _runs(along, x, y, 16)
    lines = ImageChops.multiply(runs, ImageChops.offset(runs, y, x))
    lines = ImageChops.multiply(lines, ImageChops.offset(runs, -y, -x))
    return ImageChops.multiply(lines, ImageChops.invert(_either(beside, y, x)))


def _runs(same: Image.Image, x: int, y: int, steps: int) -> Image.Image:
    """White in the middle of so many steps between equal pixels; `steps` is a power of two."""
    length = 1
    while length < steps:
        same = ImageChops.multiply(same, ImageChops.offset(same, -x * length, -y * length))
        length *= 2
    return ImageChops.offset(same, x * steps // 2, y * steps // 2)


def _either(same: Image.Image, x: int, y: int) -> Image.Image:
    """White where a pixel is as the one before or as the one after."""
    return ImageChops.lighter(same, ImageChops.offset(same, x, y))

"""Draws the picture of the sample message, a cup of coffee on a table:
``python -m docs.sample_cup``."""

from __future__ import annotations

import math
import sys
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter

FILE = Path(__file__).resolve().parents[1] / "resources" / "samples" / "cup.jpg"

SIZE = (900, 720)
_FINE = 2
"""Drawn so many times larger, for smooth edges."""
_TABLE = ((222, 196, 164), (201, 170, 134))
_SEAM = (186, 154, 118)
_SHADOW = (92, 62, 36)
_CHINA = ((250, 248, 244), (232, 226, 217), (255, 254, 251))
_COFFEE = ((104, 62, 32), (158, 102, 58), (178, 122, 74))
_MILK = (246, 232, 210)
_BEANS = ((62, 36, 20), (38, 21, 11))
_CENTRE = (0.46, 0.52)
Place = tuple[float, float, float, float]


def main() -> int:
    """Write the picture into the resources."""
    picture = _table()
    for draw in (_cup, _leaf, _beans):
        picture = draw(picture)
    picture.resize(SIZE, Image.Resampling.LANCZOS).save(FILE, "JPEG", quality=84, optimize=True)
    return 0


def _table() -> Image.Image:
    width, height = SIZE[0] * _FINE, SIZE[1] * _FINE
    column = Image.new("RGB", (1, 2))
    column.putdata(_TABLE)
    picture = column.resize((width, height), Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(picture)
    for part in (0.21, 0.5, 0.78):
        draw.line((0, height * part, width, height * (part - 0.03)), _SEAM, 3 * _FINE)
    return picture


def _ring(radius: float, at: tuple[float, float] = _CENTRE) -> Place:
    """Return the place of a circle; the radius is a part of the height."""
    width, height = SIZE[0] * _FINE, SIZE[1] * _FINE
    x, y, r = at[0] * width, at[1] * height, radius * height
    return (x - r, y - r, x + r, y + r)


def _cup(picture: Image.Image) -> Image.Image:
    shadow = Image.new("L", picture.size, 0)
    ImageDraw.Draw(shadow).ellipse(_ring(0.4, (0.475, 0.555)), 120)
    shadow = shadow.filter(ImageFilter.GaussianBlur(26 * _FINE))
    picture.paste(Image.new("RGB", picture.size, _SHADOW), mask=shadow)
    draw = ImageDraw.Draw(picture)
    plate, groove, china = _CHINA
    for radius, colour in ((0.4, plate), (0.33, groove), (0.325, plate)):
        draw.ellipse(_ring(radius), colour)
    handle = _ring(0.085, (0.68, 0.42))
    draw.ellipse(handle, china)
    draw.ellipse(_ring(0.045, (0.68, 0.42)), groove)
    for radius, colour in ((0.285, groove), (0.28, china), (0.25, _COFFEE[0])):
        draw.ellipse(_ring(radius), colour)
    coffee = picture.copy()
    crema = ImageDraw.Draw(coffee)
    crema.ellipse(_ring(0.235), _COFFEE[1])
    crema.ellipse(_ring(0.2), _COFFEE[2])
    inside = Image.new("L", picture.size, 0)
    ImageDraw.Draw(inside).ellipse(_ring(0.249), 255)
    picture.paste(coffee.filter(ImageFilter.GaussianBlur(9 * _FINE)), mask=inside)
    return picture


def _leaf(picture: Image.Image) -> Image.Image:
    """Pour a leaf of milk: hearts over each other, smaller towards its tip."""
    milk = Image.new("L", picture.size, 0)
    draw = ImageDraw.Draw(milk)
    height = SIZE[1] * _FINE
    x, y = _CENTRE[0] * SIZE[0] * _FINE, _CENTRE[1] * height
    layers = 6
    for number in range(layers):
        part = number / (layers - 1)
        middle, size = y + height * (0.1 - 0.235 * part), height * (0.145 - 0.1 * part)
        draw.polygon(_heart(x, middle, size), 255)
        draw.polygon(_heart(x, middle - size * 0.16, size * 0.86), 0)
    draw.polygon(_heart(x, y - height * 0.14, height * 0.05), 255)
    draw.line((x, y - height * 0.13, x, y + height * 0.19), 255, 7 * _FINE)
    soft = milk.filter(ImageFilter.GaussianBlur(2.2 * _FINE))
    picture.paste(Image.new("RGB", picture.size, _MILK), mask=soft)
    return picture


def _heart(x: float, y: float, size: float) -> list[tuple[float, float]]:
    points = []
    for step in range(72):
        turn = 2 * math.pi * step / 72
        across = 16 * math.sin(turn) ** 3
        up = (
            13 * math.cos(turn)
            - 5 * math.cos(2 * turn)
            - 2 * math.cos(3 * turn)
            - math.cos(4 * turn)
        )
        points.append((x + across * size / 16, y - up * size / 17))
    return points


def _beans(picture: Image.Image) -> Image.Image:
    length, width = round(0.058 * SIZE[1] * _FINE), round(0.04 * SIZE[1] * _FINE)
    for x, y, turn in (
        (0.86, 0.74, 25),
        (0.92, 0.8, 110),
        (0.835, 0.83, 160),
        (0.1, 0.16, 60),
        (0.16, 0.11, 150),
        (0.9, 0.13, 40),
    ):
        bean = Image.new("RGBA", (2 * length, 2 * length), (0, 0, 0, 0))
        draw = ImageDraw.Draw(bean)
        top, left = length - width, 0
        draw.ellipse((left + length // 2, top, 3 * length // 2, length + width), _BEANS[0])
        seam = (length - width // 3, top, length + width // 3, length + width)
        draw.arc(seam, 100, 260, _BEANS[1], 5 * _FINE)
        bean = bean.rotate(turn, Image.Resampling.BICUBIC)
        at = (round(x * SIZE[0] * _FINE) - length, round(y * SIZE[1] * _FINE) - length)
        picture.paste(bean, at, bean)
    return picture


if __name__ == "__main__":
    sys.exit(main())

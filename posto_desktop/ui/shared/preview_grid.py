"""Geometry of the pictures of a post on each network.

Layouts: ``grid`` (X, Bluesky, Mastodon), ``collage`` (Facebook), ``side`` (LinkedIn), ``album``
(Telegram, VK), ``rows`` (Discord, Tumblr), ``strip`` (Threads: side by side, the last one leaves
the card), and those that show one picture at a time: ``carousel`` (Instagram), ``square``,
``single``, ``tall`` (Pinterest), ``screen`` (TikTok).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

Rect = tuple[float, float, float, float]

GAP = 2.0
# Allowed ratios (width / height) of a single picture; others are cropped.
_ALONE = {
    "grid": (0.75, 2.2),
    "collage": (0.8, 1.91),
    "side": (0.8, 1.91),
    "album": (0.7, 2.2),
    "rows": (0.75, 2.4),
    "strip": (0.75, 1.91),
    "carousel": (0.8, 1.91),
    "square": (1.0, 1.0),
    "single": (1.33, 1.33),
    "tall": (0.6, 1.5),
    "screen": (0.7, 0.7),
}
ONE_AT_A_TIME = frozenset({"carousel", "square", "single", "tall", "screen"})


def arrange_pictures(
    layout: str, aspects: Sequence[float], width: float, most: int = 4
) -> list[Rect]:
    """Return rectangles (left, top, width, height) for pictures of these ratios (width / height).

    Returns at most ``most``: the last one represents all that follow.
    """
    count = min(len(aspects), most)
    if count <= 0:
        return []
    shapes = [aspect if 0 < aspect < float("inf") else 1.0 for aspect in aspects[:count]]
    if count == 1 or layout in ONE_AT_A_TIME:
        least, largest = _ALONE.get(layout, _ALONE["grid"])
        return [(0.0, 0.0, width, float(round(width / _within(shapes[0], least, largest))))]
    return _LAYOUTS.get(layout, _grid)(shapes, width)


def height_of(rects: Sequence[Rect]) -> float:
    return max((top + height for _left, top, _width, height in rects), default=0.0)


def _within(value: float, least: float, most: float) -> float:
    return max(least, min(most, value))


def _grid(shapes: Sequence[float], width: float) -> list[Rect]:
    height = float(round(width * 0.595))
    half_w, half_h = (width - GAP) / 2, (height - GAP) / 2
    left, right, low = 0.0, half_w + GAP, half_h + GAP
    if len(shapes) == 2:
        return [(left, 0.0, half_w, height), (right, 0.0, half_w, height)]
    if len(shapes) == 3:
        return [
            (left, 0.0, half_w, height),
            (right, 0.0, half_w, half_h),
            (right, low, half_w, half_h),
        ]
    return [
        (left, 0.0, half_w, half_h),
        (right, 0.0, half_w, half_h),
        (left, low, half_w, half_h),
        (right, low, half_w, half_h),
    ]


def _side(shapes: Sequence[float], width: float) -> list[Rect]:
    """Return one large picture with the others in a column beside it."""
    if len(shapes) == 2:
        half = (width - GAP) / 2
        height = float(round(half / _within(min(shapes), 0.8, 1.2)))
        return [(0.0, 0.0, half, height), (half + GAP, 0.0, half, height)]
    beside = len(shapes[:4]) - 1
    height = float(round(width * 0.62))
    large = float(round((width - GAP) * 0.66))
    small = (height - GAP * (beside - 1)) / beside
    column = width - GAP - large
    return [
        (0.0, 0.0, large, height),
        *((large + GAP, number * (small + GAP), column, small) for number in range(beside)),
    ]


def _collage(shapes: Sequence[float], width: float) -> list[Rect]:
    """Return two wide pictures stacked, else side by side; five as two over three."""
    if len(shapes) == 2 and min(shapes) > 1.4:
        height = float(round(width / 2.0))
        return [(0.0, 0.0, width, height), (0.0, height + GAP, width, height)]
    if len(shapes) < 5:
        return _side(shapes, width)
    return _stack([2, 3], width, [0.5, 0.36])


def _stack(rows: Sequence[int], width: float, heights: Sequence[float]) -> list[Rect]:
    """Return rows of equal cells; ``heights`` are relative to the width."""
    rects: list[Rect] = []
    top = 0.0
    for many, part in zip(rows, heights, strict=True):
        cell, height = (width - GAP * (many - 1)) / many, float(round(width * part))
        rects += [(number * (cell + GAP), top, cell, height) for number in range(many)]
        top += height + GAP
    return rects


# Number of pictures in each row.
_ROWS = {
    2: (2,),
    3: (1, 2),
    4: (2, 2),
    5: (2, 3),
    6: (3, 3),
    7: (1, 3, 3),
    8: (2, 3, 3),
    9: (3, 3, 3),
    10: (1, 3, 3, 3),
}
_ALBUM_ROWS = {**_ROWS, 4: (1, 3), 7: (2, 2, 3), 8: (2, 3, 3), 10: (2, 2, 3, 3)}
_HEIGHTS = {1: 0.52, 2: 0.5, 3: 0.33}


def _rows(shapes: Sequence[float], width: float) -> list[Rect]:
    rows = _ROWS.get(len(shapes)) or _threes(len(shapes))
    return _stack(rows, width, [_HEIGHTS[many] for many in rows])


def _threes(count: int) -> tuple[int, ...]:
    first = count % 3
    return (*((first,) if first else ()), *([3] * (count // 3)))


def _album(shapes: Sequence[float], width: float) -> list[Rect]:
    """Return rows filled with pictures that nearly keep their ratios."""
    count = len(shapes)
    if count == 3 and shapes[0] < 0.9:
        return _side(shapes, width)
    rows: tuple[int, ...] = _ALBUM_ROWS.get(count) or _threes(count)
    if count == 2 and min(shapes) > 1.4:
        rows = (1, 1)
    rects: list[Rect] = []
    top, done = 0.0, 0
    for many in rows:
        row_shapes = [_within(aspect, 0.67, 1.9) for aspect in shapes[done : done + many]]
        room = width - GAP * (many - 1)
        height = float(round(_within(room / sum(row_shapes), width * 0.26, width * 0.62)))
        left = 0.0
        for shape in row_shapes:
            cell = room * shape / sum(row_shapes)
            rects.append((left, top, cell, height))
            left += cell + GAP
        top += height + GAP
        done += many
    return rects


def _strip(shapes: Sequence[float], width: float) -> list[Rect]:
    """Return pictures of one height side by side, as many as begin inside the card."""
    height = float(round(width * 0.72))
    gap = 3 * GAP
    rects: list[Rect] = []
    left = 0.0
    for shape in shapes:
        if left > width - 12:
            break
        cell = float(round(height * _within(shape, 0.7, 1.1)))
        rects.append((left, 0.0, min(cell, width - left), height))
        left += cell + gap
    return rects


_LAYOUTS: dict[str, Callable[[Sequence[float], float], list[Rect]]] = {
    "grid": _grid,
    "side": _side,
    "collage": _collage,
    "rows": _rows,
    "album": _album,
    "strip": _strip,
}

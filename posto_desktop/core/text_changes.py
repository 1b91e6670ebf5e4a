"""The changed stretch of a text, so that history and editor handle only that."""

from __future__ import annotations


def changed_stretch(old: str, new: str) -> tuple[int, int, int]:
    """Return ``(start, end, new_end)``: ``old[start:end]`` became ``new[start:new_end]``.

    Compares in large pieces: a megabyte takes a millisecond or two.
    """
    most = min(len(old), len(new))
    start = _same(old, new, most)
    tail = _same_end(old, new, most - start)
    return start, len(old) - tail, len(new) - tail


def _same(first: str, second: str, most: int) -> int:
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if first[low:middle] == second[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _same_end(first: str, second: str, most: int) -> int:
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if (
            first[len(first) - middle : len(first) - low]
            == second[len(second) - middle : len(second) - low]
        ):
            low = middle
        else:
            high = middle - 1
    return low

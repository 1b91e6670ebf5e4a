from __future__ import annotations

import json
import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posto_desktop.common import json_text
from posto_desktop.common.json_pieces import (
    WINDOW,
    Bounds,
    MalformedError,
    Rows,
    TooMuchError,
    read,
)

SMALL = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


def _cut(text: str, size: int) -> Iterator[str]:
    return (text[at : at + size] for at in range(0, len(text), size))


def _wide(value: Any) -> Any:
    """The value among others that together are longer than a window."""
    filling = '\u00e9\U0001f600\\"\n' * 500
    many = [value, filling, {"a": [value, filling], filling: value}] * 30
    return {"before": filling, "rows": many, "nested": [[[many, value]]], "after": value}


@given(SMALL, st.integers(1, 3 * WINDOW), st.booleans(), st.sampled_from([None, 1, "\t"]))
def test_what_is_longer_than_a_window_is_read_like_the_rest(
    value: Any, size: int, ascii: bool, indent: Any
) -> None:
    wide = _wide(value)
    text = json.dumps(wide, ensure_ascii=ascii, indent=indent)
    assert len(text) > 4 * WINDOW
    if size < 100:
        text = json.dumps(value, ensure_ascii=ascii)
        assert read(_cut(text, size)) == value
    else:
        assert read(_cut(text, size)) == wide


@given(st.text('[]{}:,"\\ 01-.eEtrufalsn\n', max_size=30), st.integers(1, 9), st.booleans())
def test_the_same_texts_are_json_as_elsewhere(text: str, size: int, is_long: bool) -> None:
    if is_long:
        text = f'[{text}, "{"a" * 3 * WINDOW}", {text}]'
        size *= 1000
    try:
        expected = json_text.loads(text)
    except ValueError:
        with pytest.raises(ValueError, match=r"."):
            read(_cut(text, size))
    else:
        assert read(_cut(text, size)) == expected


@pytest.mark.parametrize("text", ["", " ", "[", '["', '{"a', '{"a":', "[1,", "[1,]", "{1:2}", "x"])
@pytest.mark.parametrize("before", ["", f'["{"a" * 200_000}",'])
def test_halves_are_no_json(text: str, before: str) -> None:
    with pytest.raises(MalformedError) as caught:
        read(_cut(before + text, 5000))
    assert len(before) <= caught.value.at <= len(before + text)


BIG = 3_000_000
BOUNDS = Bounds(memory=4_000_000, values=20_000, text=100_000, names=1_000)


@pytest.mark.parametrize(
    ("text", "of"),
    [
        ("[" + "1," * BIG, "more than 20,000 values"),
        ("[" + "{}," * BIG, "more than 20,000 values"),
        ("[" + f'"{"a" * 50_000}",' * 200, "more than fits into 3 MB of memory"),
        ('["' + "a" * BIG, "a text of more than 100,000 characters"),
        ('{"' + "a" * BIG, "a text of more than 100,000 characters"),
        ('["' + "\\u0041" * BIG, "a text of more than 100,000 characters"),
        ("{" + "".join(f'"{n}":0,' for n in range(50_000)), "an object with more than 1,000 names"),
        ("[" * BIG, "lists and objects nested more than 100 deep"),
        ('{"a":' * BIG, "lists and objects nested more than 100 deep"),
        (f"{'[' * 99}[[1]]{']' * 99}", "lists and objects nested more than 100 deep"),
    ],
)  # fmt: skip
def test_what_is_more_than_the_bounds_is_not_made(text: str, of: str) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(TooMuchError, match=of):
            read(_cut(text, 64 * 1024), BOUNDS)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 12_000_000


def test_what_would_be_read_again_and_again_is_not_read() -> None:
    row = "[" * 80 + "1," * 40_000 + "1" + "]" * 80 + ","
    with pytest.raises(TooMuchError, match="too many long lists"):
        read(_cut("[" + row * 20, WINDOW))


def test_as_deep_as_elsewhere() -> None:
    deepest = "[" * 100 + "]" * 100
    assert read(iter([deepest])) == json_text.loads(deepest)
    assert read(iter([deepest[:-1], " " * 3 * WINDOW, "]"]))


def test_numbers_that_others_cannot_hold() -> None:
    text = f'[{"1" * 5000}, 1e999, NaN, -1, 18446744073709551616, "{"a" * 2 * WINDOW}", 0.5]'
    assert read(_cut(text, 100)) == [None, None, None, -1, None, "a" * 2 * WINDOW, 0.5]
    with pytest.raises(MalformedError):
        read(_cut(f"[{'1' * 4 * WINDOW}]", 1000))


@pytest.mark.parametrize("form", ["[%s]", '{"total": 2, "rows": [%s], "x": [{"n": 1}]}'])
def test_of_rows_is_kept_what_is_wanted(form: str) -> None:
    rows = [{"n": n, "padding": "a" * 1000} for n in range(3000)]
    text = form % ",".join(map(json.dumps, rows))
    bounds = Bounds(values=50, memory=100_000)  # of one row
    result = read(_cut(text, 1000), bounds, rows=Rows("rows", lambda row: row["n"]))
    assert (result if form == "[%s]" else result["rows"]) == list(range(3000))
    assert form == "[%s]" or result["x"] == [{"n": 1}]
    with pytest.raises(TooMuchError, match="more than 2,999 rows"):
        read(_cut(text, 1000), rows=Rows("rows", bool, most=2999))
    with pytest.raises(TooMuchError, match="more than fits into 1 MB of memory"):
        read(_cut(text, 1000), rows=Rows("rows", bool, memory=1_500_000))


def test_rows_that_php_made_an_object_of() -> None:
    text = '{"rows": {"0": {"n": 1}, "7": {"n": 2}}}'
    result = read(iter([text]), rows=Rows("rows", lambda row: row["n"]))
    assert result == {"rows": {"0": 1, "7": 2}}
    assert read(iter(['{"rows": "none"}']), rows=Rows("rows", bool)) == {"rows": "none"}


def test_reading_can_be_ended() -> None:
    counts: list[int] = []

    def step(count: int) -> None:
        counts.append(count)
        if len(counts) == 3:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        read(_cut("[" + '{"a": 1},' * 100_000, 1000), step=step)
    assert counts == sorted(set(counts))

"""JSON that other programs can read, too."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from posto_desktop.common import json_pieces, json_text
from posto_desktop.common.json_text import DEEPEST


def nested(depth: int, kind: str = "list") -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value] if kind == "list" else {"a": value}
    return value


def strict(text: str | bytes) -> Any:
    """As the readers of other languages: no word but true, false and null, and real letters."""

    def refuse(word: str) -> None:
        raise AssertionError(f"{word} is no JSON")

    value = json.loads(text, parse_constant=refuse)
    json.dumps(value, ensure_ascii=False).encode()
    return value


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999"])
def test_what_is_no_number_is_read_as_nothing(text: str) -> None:
    assert json_text.loads(text) is None
    assert json_text.loads(f'{{"a": [1, {text}, 2.5]}}'.encode()) == {"a": [1, None, 2.5]}


def test_whole_numbers_are_read_as_far_as_others_hold_them() -> None:
    for number in (0, -7, 2**53 + 1, 2**63 - 1, -(2**63)):
        assert json_text.loads(str(number)) == number
    for text in (str(2**63), str(-(2**63) - 1), "1" * 400, "1" * 10_000, "-" + "9" * 10_000):
        assert json_text.loads(f"[{text}]") == [None]


@pytest.mark.parametrize("kind", ["list", "object"])
def test_depth_is_refused_in_one_way(kind: str) -> None:
    assert json_text.loads(json.dumps(nested(DEEPEST, kind))) == nested(DEEPEST, kind)
    for depth in (DEEPEST + 1, 300, 100_000):
        text = "[" * depth + "]" * depth if kind == "list" else '{"a":' * depth + "1" + "}" * depth
        with pytest.raises(ValueError, match="nested"):
            json_text.loads(text)


@pytest.mark.parametrize("text", ["", "{", "nan", "[1,]", "'a'", "{1: 2}", b"\xff\xfe\xfa", "01"])
def test_what_is_no_json_is_refused(text: str | bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        json_text.loads(text)


def test_numbers_that_no_one_reads_are_written_as_nothing() -> None:
    value = {"a": [math.nan, math.inf, -math.inf, 10**400, 2**63, 1.5], "b": (1, 2)}
    assert strict(json_text.dumps(value)) == {"a": [None] * 5 + [1.5], "b": [1, 2]}
    assert json_text.dumps({"a": 1.5, "b": "ü"}) == '{"a": 1.5, "b": "\\u00fc"}'
    for wrong in (math.nan, [math.inf], {"a": 10**400}):
        with pytest.raises(ValueError, match=r"."):
            json_text.dumps(wrong, strict=True)


def test_depth_is_written_as_far_as_it_is_read() -> None:
    assert json_text.loads(json_text.dumps(nested(DEEPEST))) == nested(DEEPEST)
    for deep in (nested(DEEPEST + 1), nested(5_000), nested(5_000, "object")):
        assert strict(json_text.dumps(deep)) is not None
        assert json_text.loads(json_text.dumps(deep)) is not None
        with pytest.raises(ValueError, match=r"."):
            json_text.dumps(deep, strict=True)


def test_what_is_no_data_at_all_is_a_mistake_of_the_program() -> None:
    ring: list[Any] = []
    ring.append(ring)
    for wrong in (object(), {"a": {1, 2}}, b"bytes"):
        for is_strict in (True, False):
            with pytest.raises((ValueError, TypeError)):
                json_text.dumps(wrong, strict=is_strict)
    with pytest.raises(ValueError, match=r"."):
        json_text.dumps(ring, strict=True)


def test_file_names_with_odd_bytes_come_back() -> None:
    value = {"path": "caf\udce9.jpg", "text": "é 🎉"}
    assert json_text.loads(json_text.dumps(value)) == value
    assert json_text.loads(json_text.encode(value)) == value
    assert json_text.encode({"text": "é"}) == '{\n  "text": "é"\n}\n'.encode()


def test_plain_is_what_others_can_read_of_a_value() -> None:
    odd = {
        "nan": math.nan,
        "half": "a\ud83d",
        "pair": "\ud83d\ude00",
        "list": [1, math.inf, 10**30, ("x", b"y")],
        3: "a number as its name",
        None: "no name",
        "deep": nested(1_000),
        "object": object(),
        "yes": True,
    }
    plain = json_text.plain(odd)
    assert plain["nan"] is None
    assert (plain["half"], plain["pair"]) == ("a\ufffd", "😀")
    assert plain["list"] == [1, None, None, ["x", None]]
    assert plain["object"] is None
    assert plain["yes"] is True
    assert plain["3"] == "a number as its name"
    assert None not in plain
    assert json.loads(json_text.dumps({7: math.nan, "a": 1})) == {"7": None, "a": 1}
    assert strict(json_text.dumps(plain, strict=True)) == plain


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(exclude_categories=()), max_size=6),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=20,
)


@given(values)
@example(10**5000)
@example({"a": [float("nan")]})
def test_whatever_is_written_can_be_read(value: Any) -> None:
    once = json_text.loads(json_text.dumps(value))
    assert json_text.dumps(once, strict=True) == json_text.dumps(value)
    plain = json_text.plain(value)
    assert strict(json_text.dumps(plain, strict=True)) == plain == json_text.plain(plain)


def test_a_long_text_has_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    text = json.dumps([{"text": "a" * 300_000}, *range(500)])
    assert json_text.loads(text) == json.loads(text)
    monkeypatch.setattr(json_text, "_BOUNDS", json_pieces.Bounds(values=500))
    with pytest.raises(ValueError, match="more than 500 values"):
        json_text.loads(text)

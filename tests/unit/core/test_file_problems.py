"""Problems of files: their sentences, and their way through the process that reads pictures."""

from __future__ import annotations

import json

import pytest

from posto_desktop.common import translation
from posto_desktop.common.plurals import english_form
from posto_desktop.core.file_problems import _DECIMALS, CODES, FileProblem

VALUES = {
    "file": "a.jpg",
    "reason": FileProblem.of("mark_damaged", file="logo.png"),
    "most": 40,
    "count": 41,
    "kind": "progressive JPEGs",
    "command": "pip install 'posto[heic]'",
    "size": "5000 × 4000",
    "frames": 1200,
    "number": 1.3,
    "free": 0.4,
    "style": "Winter",
}


def test_sentences_in_english() -> None:
    pixels = FileProblem.of("pixels", **VALUES)
    assert pixels.sentence == (
        "a.jpg has 41 megapixels; Posto opens progressive JPEGs of up to 40. Make it smaller or "
        "remove it."
    )
    frames = FileProblem.of("frames", **VALUES)
    assert frames.sentence == (
        "a.jpg has 1,200 frames of 5000 × 4000 pixels, too many to edit here."
    )


@pytest.mark.parametrize("code", sorted(CODES))
def test_a_problem_comes_whole_from_another_process_in_the_users_language(
    code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = VALUES if code in _DECIMALS else VALUES | {"number": 2}
    problem = FileProblem.of(code, **values)
    answered = FileProblem.from_json(json.loads(json.dumps(problem.to_json())))
    english = problem.english
    assert answered.sentence == english
    monkeypatch.setattr(
        translation,
        "_translator",
        lambda _context, text, _comment="", count=-1: f"«{english_form(text, count)}»",
    )
    assert answered.english == english
    assert answered.sentence.startswith("«")
    assert answered.sentence.endswith("»")
    if "logo.png" in answered.sentence:
        assert "«logo.png is damaged.»" in answered.sentence


def test_an_unknown_code_is_no_problem() -> None:
    with pytest.raises(ValueError, match="nothing"):
        FileProblem.from_json({"code": "nothing", "values": {}})

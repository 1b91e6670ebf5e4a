"""What checks say in another language: whole sentences, with the numbers of that language."""

from __future__ import annotations

import pytest

from posto_desktop.common import formats, translation
from posto_desktop.common.plurals import english_form
from posto_desktop.core.checks import CheckedPost, Code, check_post
from posto_desktop.core.draft import Draft
from tests.unit.core.test_every_fix import CASES, NOW, X, film, look, ways

FROM_ELSEWHERE = ("file_unusable",)
"""Their sentences are made by the reader of the file."""


class Dots(formats.Formats):
    def grouped(self, value: int) -> str:
        return f"{value:,}".replace(",", ".")

    def decimal(self, value: float, digits: int) -> str:
        return f"{value:.{digits}f}".replace(".", ",")


@pytest.fixture
def marked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put each translated text in marks."""

    def translate(_context: str, text: str, _comment: str = "", count: int = -1) -> str:
        return f"«{english_form(text, count) if count >= 0 else text}»"

    monkeypatch.setattr(translation, "_translator", translate)


def is_whole(text: str) -> bool:
    return text.startswith("«") and text.endswith("»")


@pytest.mark.parametrize("code", [code for code in CASES if code not in FROM_ELSEWHERE])
@pytest.mark.usefixtures("marked")
def test_every_sentence_and_label_is_translated_as_a_whole(code: Code) -> None:
    for which in CASES[code]:
        for finding in look(which.draft, which):
            assert is_whole(finding.sentence), finding
            for fix in ways(finding):
                assert is_whole(fix.label), fix


def test_language_and_numbers_change_while_the_app_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    def sentences() -> list[str]:
        draft = Draft(text="a" * 1234, media=[film(size=20_500_000_000)], channel_ids=[X.id])
        return [
            finding.sentence for finding in check_post(CheckedPost.of(draft, [X], NOW, None, ()))
        ]

    english = sentences()
    assert "X allows 280 characters, this text has 1,234." in english
    monkeypatch.setattr(
        translation, "_translator", lambda _context, text, *_more: text.replace("text", "Text")
    )
    monkeypatch.setattr(formats, "_formats", Dots())
    other = sentences()
    assert "X allows 280 characters, this Text has 1.234." in other
    assert [sentence for sentence in other if "19550,3" in sentence], other

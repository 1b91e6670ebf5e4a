"""Sentences that are made in English, recognised and translated where they are shown."""

from __future__ import annotations

import importlib.util
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posto_desktop.common import sentences, translation
from posto_desktop.common.plurals import english_form
from posto_desktop.common.sentences import in_users_language, recognise_sentences
from posto_desktop.delivery.missing_items import looks_again, may_be_published
from posto_desktop.delivery.outbox_rows import OutboxError
from posto_desktop.sdk.errors import NetworkError
from posto_desktop.sdk.faults import answer_error, lasting, network_error, try_again

ROOT = Path(__file__).resolve().parents[3]


FILE = ROOT / "resources" / "translations" / "sentences.json"
TEMPLATES: list[list[Any]] = json.loads(FILE.read_text("utf-8"))


def test_the_file_has_the_templates_of_the_code() -> None:
    path = ROOT / "packaging" / "sentence_templates.py"
    spec = importlib.util.spec_from_file_location("posto_sentence_templates", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.FILE == FILE
    assert FILE.read_text("utf-8") == module.content(), f"run {path}"


def brackets(context: str, text: str, _comment: str = "", count: int = -1) -> str:
    """A translation that shows which texts were translated, and with which number."""
    return f"[{english_form(text, count)}]" if count >= 0 else f"[{text}]"


@pytest.fixture(autouse=True)
def bracketed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(translation, "_translator", brackets)
    recognise_sentences(True)
    yield
    recognise_sentences(False)


def made(text: str, value: str) -> str:
    """The sentence of a template, with the same value everywhere."""
    names = {name: value for name in sentences._PLACE.findall(text) if name}
    special = {"count": "7", "span": "a fortnight"}
    return text.format(**{**names, **special}) if names else text


def test_every_sentence_is_recognised() -> None:
    unknown = []
    for _context, text, is_counted in TEMPLATES:
        sentence = made(english_form(text, 5) if is_counted else text, "Xyz")
        if in_users_language(sentence) != f"[{sentence}]":  # another template fits it better
            unknown.append(sentence)
    assert unknown == []


def test_the_workspace_of_this_computer_has_a_name_of_two_words() -> None:
    shown = in_users_language("this computer does not list the post yet.")
    assert shown == "[[this computer] does not list the post yet.]"


@given(st.sampled_from(TEMPLATES), st.text(min_size=1, max_size=30))
def test_any_value_is_kept(template: tuple[str, str, bool], value: str) -> None:
    text = english_form(template[1], 3) if template[2] else template[1]
    shown = in_users_language(made(text, value))
    assert shown.replace("[", "").replace("]", "") == made(text, value).replace("[", "").replace(
        "]", ""
    )


def test_sentences_after_each_other() -> None:
    error = answer_error(
        host="blog.example", method="POST", route="posts", status=400,
        data={"code": "x", "message": "Invalid post ID."}, text="",
    )  # fmt: skip
    assert error is not None
    assert error.english_message == (
        "blog.example refused the request (400). It said: Invalid post ID."
    )
    assert error.user_message == (
        "[blog.example refused the request (400).] [It said: Invalid post ID.]"
    )
    assert str(error) == "blog.example answered 400 x: Invalid post ID."


def test_a_sentence_in_a_sentence() -> None:
    away = network_error(
        ConnectionRefusedError(), url="https://blog.example/", wrote=False, method="GET",
        read_timeout=5,
    )  # fmt: skip
    assert isinstance(away, NetworkError)
    assert in_users_language(may_be_published(away.english_message)) == (
        "[May already be published: [blog.example is not responding.]] [Nothing was sent.]"
    )
    assert in_users_language(looks_again([], 0, "blog.example")) == (
        "[blog.example does not list the post yet.] [Posto will check again.]"
    )


def test_numbers_choose_the_form() -> None:
    assert in_users_language(try_again(7200)) == "[Try again in 2 hours.]"
    assert in_users_language(try_again(1)) == "[Try again in 1 second.]"
    sentence = f"blog.example did not finish its answer within {lasting(40)}."
    assert in_users_language(sentence) == (
        "[blog.example did not finish its answer within [40 seconds].]"
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Duplicate status detected.",
        "A network may say anything: {host} %n",
        "  Two  spaces.\nAnd a line. ",
        "{name}",
    ],
)
def test_unknown_texts_stay(text: str) -> None:
    assert in_users_language(text) == text


def test_unknown_and_known() -> None:
    assert in_users_language("Text is too long. Nothing was sent.") == (
        "Text is too long. [Nothing was sent.]"
    )


def test_an_untranslated_sentence_stays_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(translation, "_translator", translation._english)
    recognise_sentences(True)
    for text in ("blog.example is down for maintenance.", "Try again in 2 hours."):
        assert in_users_language(text) == text


def test_errors_are_stored_in_english() -> None:
    error = OutboxError("The chosen time has passed. Nothing was sent.")
    assert error.english_message == str(error) == "The chosen time has passed. Nothing was sent."
    assert error.user_message == "[The chosen time has passed. Nothing was sent.]"


def test_english_needs_no_templates(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_path: str) -> Path:
        raise AssertionError("the list was read")

    recognise_sentences(False)
    sentences._recogniser.cache_clear()
    monkeypatch.setattr(sentences, "resource", fails)
    assert in_users_language("Nothing was sent.") == "Nothing was sent."


@given(st.text(max_size=300))
def test_any_text_keeps_what_is_unknown(text: str) -> None:
    def plain(shown: str) -> str:
        return shown.replace("[", "").replace("]", "")

    assert plain(in_users_language(text)) == plain(text)


_WORDS = ["It said: ", "blog.example ", "The text has ", ". ", "! ", "“", " characters; ", "a. "]


@given(st.lists(st.sampled_from(_WORDS), min_size=1, max_size=6), st.integers(1, 4000))
def test_hostile_texts_take_no_time(words: list[str], times: int) -> None:
    """Linear, and long texts are not looked at."""
    text = ("".join(words) * times)[: sentences.LONGEST + 10]
    before = time.thread_time()
    in_users_language(text)
    assert time.thread_time() - before < 0.5

"""Tests of the Style box: preview, counters, checks and posts use one function."""

from __future__ import annotations

from typing import Any

import pytest

from posto_desktop.common.resources import resource
from posto_desktop.core.draft import Draft
from posto_desktop.core.posts import items_of, text_of
from posto_desktop.core.styles import StyleRegistry
from posto_desktop.sdk.style_files import StyleFile, read_style, style_of

TEMPLATE = "LOUD {post_title}, {date}"
LOUD = style_of({"schema": 2, "settings": {"twitter": {"post_text": TEMPLATE}}}, "loud")
BUILT_IN = [read_style(path, builtin=True) for path in sorted(resource("styles").glob("*.json"))]


@pytest.fixture
def styled(desk: Any) -> Any:
    desk.page.message.style.set_style_registry(StyleRegistry((*BUILT_IN, LOUD)))
    return desk


def choose(desk: Any, words: str) -> None:
    box = desk.page.style_row.box
    box.setCurrentIndex(box.findText(words))
    box.activated.emit(box.currentIndex())
    desk.settle()


def test_no_style_comes_first(styled: Any) -> None:
    box = styled.page.style_row.box
    words = [box.itemText(number) for number in range(box.count())]
    assert words == ["No style", "loud", "Announcement", "Blog post", "Product"]
    assert box.objectName() == "style"
    assert box.currentText() == "No style"


def test_preview_counter_and_post_follow(styled: Any, channels: Any) -> None:
    styled.type("Hello")
    choose(styled, "loud")
    sent = "LOUD Hello, 2026-11-25"
    assert styled.page.preview.card("twitter").shown() == sent
    assert styled.page.preview.card("bluesky").shown() == "Hello"
    assert styled.page.message.checks.result.by_key["twitter"].used == len(sent)
    styled.page.message.posting.post()
    draft, _when = styled.posted[0]
    assert items_of(draft, [channels["x"]], "r")[0].text == sent
    assert draft.style == "loud"


def test_the_day_is_that_of_the_post(styled: Any, channels: Any) -> None:
    styled.type("Hello")
    choose(styled, "loud")
    styled.page.when.field.setText("28 November 2026 9:00")
    styled.settle()
    assert text_of(styled.page.draft, channels["x"]) == "LOUD Hello, 2026-11-28"


def test_undo_and_other_drafts(styled: Any) -> None:
    styled.type("Hello")
    styled.settle()
    choose(styled, "Blog post")
    assert styled.page.draft.style == "blog"
    styled.page.undo()
    assert styled.page.draft.style == ""
    assert styled.page.style_row.box.currentText() == "No style"
    styled.page.message.open_drafts.load(Draft(text="x", style="loud"))
    assert styled.page.style_row.box.currentText() == "loud"
    assert styled.page.draft.resolved_style.name == "loud"


def test_a_style_that_goes_is_an_error_until_it_is_back(styled: Any) -> None:
    styled.type("Hello")
    choose(styled, "loud")
    styled.page.message.style.set_style_registry(StyleRegistry(tuple(BUILT_IN)))
    assert "style_missing" in styled.codes()
    assert styled.page.style_row.box.currentText() == "loud (missing)"
    styled.page.message.style.set_style_registry(StyleRegistry((LOUD,)))
    assert "style_missing" not in styled.codes()
    styled.page.message.style.set_style_registry(StyleRegistry(tuple(BUILT_IN)))
    [finding] = [
        finding for finding in styled.page.checks.findings if finding.code == "style_missing"
    ]
    styled.page.checks_presenter.fix(finding)
    assert styled.page.draft.style == ""
    assert styled.page.style_row.box.currentText() == "No style"
    assert "style_missing" not in styled.codes()


def test_a_style_that_changes_shows_at_once(styled: Any) -> None:
    styled.type("Hello")
    choose(styled, "loud")
    settings = {"twitter": {"post_text": "quiet {post_title}"}}
    quiet = StyleFile("loud", settings, content={"settings": settings})
    styled.page.message.style.set_style_registry(StyleRegistry((quiet,)))
    assert styled.page.preview.card("twitter").shown() == "quiet Hello"


def test_what_is_over_the_limit_is_marked_where_it_was_typed(styled: Any, channels: Any) -> None:
    styled.page.set_channels_selection([channels["x"]])
    styled.type("a" * 270)
    choose(styled, "loud")
    result = styled.page.message.checks.result
    assert result.by_key["twitter"].left < 0
    # The date behind it does not fit: as many letters before it would have to go.
    over = len("LOUD " + "a" * 270 + ", 2026-11-25") - 280
    assert result.typed_over["twitter"] == 270 - over
    styled.type("b" * 20)
    styled.settle()
    assert styled.page.message.checks.result.typed_over["twitter"] == 280 - len("LOUD ")


def test_a_renamed_style_stays_with_its_drafts(styled: Any) -> None:
    other = Draft(text="other", style="loud")
    styled.page.message.store.put(other)
    styled.type("Hello")
    choose(styled, "loud")
    styled.page.message.style.rename("loud", "louder")
    assert styled.page.draft.style == "louder"
    assert styled.page.message.store.get(other.id).style == "louder"


@pytest.mark.parametrize("width", [660, 900, 1088])
def test_style_and_labels_have_room(styled: Any, qtbot: Any, width: int) -> None:
    page = styled.page
    page.resize(width, 808)
    box, labels = page.style_row.box, page.labels_row
    qtbot.waitUntil(lambda: box.width() >= 100)
    assert not labels.geometry().intersects(page.style_row.geometry())
    assert page.style_row.x() + page.style_row.width() <= page.style_and_labels.width()

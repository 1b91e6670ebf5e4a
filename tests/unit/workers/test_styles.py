"""Styles on a worker: written, watched, imported, given to those who send."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from posto_desktop.core.draft import Draft
from posto_desktop.core.posts import text_of
from posto_desktop.core.styles import StyleRegistry
from posto_desktop.delivery.style_store import StyleResult, StyleStore, with_resolved_style
from posto_desktop.sdk.named_settings import NamedSettingsStore
from posto_desktop.sdk.records import Channel
from posto_desktop.sdk.style_files import StyleFile
from posto_desktop.workers.runner import JobRunner
from posto_desktop.workers.styles import StyleLibrary

X = Channel(1, "@nordlicht", "twitter")
LOUD = {"twitter": {"post_text": "LOUD {post_title}"}}


class Asked:
    def __init__(self, qtbot: Any, styles: StyleLibrary) -> None:
        self.qtbot, self.styles = qtbot, styles
        self.outcomes: list[StyleResult] = []
        self.refused: list[tuple[str, str]] = []
        self.wardrobes: list[StyleRegistry] = []
        styles.done.connect(self.outcomes.append)
        styles.refused.connect(lambda *what: self.refused.append(what))
        styles.changed.connect(self.wardrobes.append)

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: not self.styles.busy)

    def own(self) -> list[str]:
        known = self.styles.known
        return [item.name for item in known.usable() if not item.builtin] if known else []


@pytest.fixture
def asked(qtbot: Any, tmp_path: Path) -> Iterator[Asked]:
    runner = JobRunner()
    styles = StyleLibrary(runner, tmp_path, soon_ms=1)
    yield Asked(qtbot, styles)
    assert runner.shutdown(60_000)
    styles.deleteLater()


def test_the_built_in_ones_are_there_at_first(asked: Asked) -> None:
    asked.styles.load()
    asked.settle()
    assert [item.name for item in asked.styles.known.usable()] == [
        "announcement",
        "blog",
        "product",
    ]


def test_added_saved_renamed_deleted_brought_back(asked: Asked, tmp_path: Path) -> None:
    asked.styles.add(StyleFile("mine", LOUD))
    asked.settle()
    style = asked.outcomes[-1].style
    assert asked.own() == ["mine"]
    asked.styles.save(replace(style, name="ours"), "mine", style.stamp)
    asked.settle()
    assert asked.outcomes[-1].before.name == "mine"
    assert asked.own() == ["ours"]
    asked.styles.delete("ours")
    asked.settle()
    removed = asked.outcomes[-1]
    assert (removed.kind, asked.own()) == ("deleted", [])
    asked.styles.restore(removed.before)
    asked.settle()
    assert asked.own() == ["ours"]
    assert json.loads((tmp_path / "styles" / "ours.json").read_text())["settings"] == LOUD
    assert asked.refused == []


def test_a_name_that_is_taken_is_refused(asked: Asked) -> None:
    asked.styles.add(StyleFile("a", LOUD))
    asked.styles.add(StyleFile("b", LOUD))
    asked.settle()
    asked.styles.save(StyleFile("b", LOUD), "a")
    asked.settle()
    assert asked.refused == [("b", "There is already a style “b”.")]
    assert asked.own() == ["a", "b"]


def test_the_order_is_the_users(asked: Asked) -> None:
    for name in ("a", "b", "c"):
        asked.styles.add(StyleFile(name, LOUD))
    asked.styles.arrange(["c", "a", "b"])
    asked.settle()
    assert asked.own() == ["c", "a", "b"]
    asked.styles.add(StyleFile("d", LOUD), "c")
    asked.settle()
    assert asked.own() == ["c", "d", "a", "b"]


def test_what_another_program_saves_shows_at_once(asked: Asked, tmp_path: Path) -> None:
    asked.styles.watch()
    asked.settle()
    other = NamedSettingsStore(lambda: tmp_path / "styles", "style")
    with asked.qtbot.waitSignal(asked.styles.changed):
        other.save("theirs", LOUD)
    asked.qtbot.waitUntil(lambda: asked.own() == ["theirs"])
    asked.settle()
    path = tmp_path / "styles" / "theirs.json"
    changed = json.loads(path.read_text())
    changed["settings"]["twitter"]["post_text"] = "written into the file"
    with asked.qtbot.waitSignal(asked.styles.changed):
        path.write_text(json.dumps(changed))
    asked.qtbot.waitUntil(
        lambda: asked.styles.known.find("theirs").settings["twitter"]["post_text"][:7] == "written"
    )
    with asked.qtbot.waitSignal(asked.styles.changed):
        path.unlink()
    asked.qtbot.waitUntil(lambda: asked.own() == [])


def test_defaults_that_change_are_told(asked: Asked, tmp_path: Path) -> None:
    asked.styles.watch()
    asked.settle()
    with asked.qtbot.waitSignal(asked.styles.changed):
        (tmp_path / "defaults.json").write_text(
            '{"networks": {"x": {"post_text": "D {post_title}"}}}'
        )
    asked.qtbot.waitUntil(lambda: asked.styles.known.resolved_style("") is not None)
    draft = Draft(text="Hi", resolved_style=asked.styles.known.resolved_style(""))
    assert text_of(draft, X) == "D Hi"


def test_files_come_in_and_go_out(asked: Asked, tmp_path: Path) -> None:
    asked.styles.add(StyleFile("mine", LOUD, place=4))
    asked.settle()
    target = tmp_path / "out" / "mine.json"
    target.parent.mkdir()
    asked.styles.export("mine", str(target))
    asked.styles.import_style(str(target))
    asked.settle()
    assert asked.outcomes[-1].style.name == "mine 2"
    assert asked.outcomes[-1].style.settings == LOUD
    assert "place" not in json.loads(target.read_text())


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.json", b"{"), ("b.json", b"[]"), ("c.json", b'{"settings": {}}'), ("d.json", b""),
     ("e.json", b'{"schema": 99, "settings": {}}'), ("f.json", b"\xff\xfe\x00"),
     ("g.json", b'{"name": 3, "some": "data"}')],
)  # fmt: skip
def test_what_is_no_style_is_not_taken_in(
    asked: Asked, tmp_path: Path, name: str, content: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    asked.styles.import_style(str(path))
    asked.settle()
    assert len(asked.refused) == 1
    assert name in asked.refused[0][1]
    assert asked.own() == []
    assert path.read_bytes() == content


def test_a_file_that_is_gone_is_not_taken_in(asked: Asked, tmp_path: Path) -> None:
    asked.styles.import_style(str(tmp_path / "none.json"))
    asked.settle()
    assert "none.json" in asked.refused[0][1]


def test_what_was_asked_for_is_done_when_the_program_ends(asked: Asked, tmp_path: Path) -> None:
    for number in range(5):
        asked.styles.add(StyleFile(f"s{number}", LOUD))
    asked.styles.finish()
    assert len(list((tmp_path / "styles").glob("*.json"))) == 5
    asked.styles.load()
    asked.settle()
    assert len(asked.own()) == 5


def test_a_folder_that_cannot_be_is_told(asked: Asked, tmp_path: Path) -> None:
    (tmp_path / "styles").write_text("a file")
    asked.styles.add(StyleFile("a", LOUD))
    asked.settle()
    assert len(asked.refused) == 1
    assert len(asked.styles.known.usable() if asked.styles.known else []) in (0, 3)
    asked.styles.load()
    asked.settle()
    assert len(asked.styles.known.usable()) == 3


def test_a_draft_that_nobody_showed_is_dressed_for_sending(tmp_path: Path) -> None:
    StyleStore(tmp_path).book.save("loud", LOUD)
    draft = Draft(text="Hi", style="loud")
    assert text_of(with_resolved_style(draft, tmp_path), X) == "LOUD Hi"
    assert with_resolved_style(Draft(text="Hi"), tmp_path).resolved_style is None
    (tmp_path / "defaults.json").write_text('{"networks": {"x": {"post_text": "D {post_title}"}}}')
    assert text_of(with_resolved_style(Draft(text="Hi"), tmp_path), X) == "D Hi"
    assert text_of(with_resolved_style(draft, tmp_path), X) == "LOUD Hi"
    assert with_resolved_style(Draft(text="Hi", style="gone"), tmp_path).resolved_style.missing


def test_channel_defaults_belong_to_one_service(tmp_path: Path) -> None:
    (tmp_path / "defaults.json").write_text(json.dumps({"channels": {
        "https://a.example": {"1": {"post_text": "A {post_title}"}},
        "http://127.0.0.1:4321": {"1": {"post_text": "L {post_title}"}},
    }}))  # fmt: skip
    style_registry = StyleStore(tmp_path).read()

    def text(service: str) -> str:
        return text_of(
            Draft(text="Hi", resolved_style=style_registry.resolved_style("", service)), X
        )

    assert text("https://a.example/") == "A Hi"
    assert text("https://b.example") == "Hi"
    assert text("http://127.0.0.1:99") == text("") == "L Hi"


def test_a_thousand_styles_are_read_once(tmp_path: Path) -> None:
    folder = tmp_path / "styles"
    folder.mkdir()
    for number in range(1000):
        path = folder / f"s{number}.json"
        path.write_text(json.dumps({"schema": 2, "name": f"s{number}", "settings": LOUD}))
        os.utime(path, (1, 1))
    store = StyleStore(tmp_path)
    first = store.read()
    assert len(first.usable()) == 1003
    # The same objects: nothing was read or made again.
    assert all(
        style is again for style, again in zip(first.styles, store.read().styles, strict=True)
    )

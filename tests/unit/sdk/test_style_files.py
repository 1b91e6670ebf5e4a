"""Files of styles: read with care, migrated, resolved, never lost."""

from __future__ import annotations

import json
import multiprocessing
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posto_desktop.common.resources import resource
from posto_desktop.sdk import SettingsError, style_files
from posto_desktop.sdk.named_settings import NamedSettingsStore, free_name
from posto_desktop.sdk.networks import all_networks
from posto_desktop.sdk.style_files import (
    MIGRATIONS,
    SCHEMA,
    StyleFile,
    content_of,
    cycles,
    encode,
    migrate,
    parse,
    read_style,
    resolve,
    style_of,
    would_ring,
)
from posto_desktop.sdk.templates import MAX_TEMPLATE, expand, filled_at, tokens, variables_for
from posto_desktop.storage.errors import StorageError


@pytest.fixture
def book(tmp_path: Path) -> NamedSettingsStore:
    return NamedSettingsStore(lambda: tmp_path / "styles", "style", resource("styles"))


def put(book: NamedSettingsStore, name: str, data: Any) -> Path:
    book.folder.mkdir(parents=True, exist_ok=True)
    path = book.folder / f"{name}.json"
    path.write_text(data if isinstance(data, str) else json.dumps(data), "utf-8")
    return path


def own_names(book: NamedSettingsStore) -> list[str]:
    """The names that the user saved, sorted."""
    return sorted(style.name for style in book.scan() if not style.builtin)


def named(book: NamedSettingsStore, name: str) -> StyleFile:
    return next(style for style in book.scan() if style.name == name)


# -- schema ------------------------------------------------------------------------------------


def test_every_migration_has_a_test() -> None:
    tested = {name.rpartition("_")[2] for name in globals() if name.startswith("test_schema_")}
    assert tested == {str(number) for number in MIGRATIONS}
    assert set(MIGRATIONS) == set(range(SCHEMA))


def test_schema_0() -> None:
    """Written by hand: the settings without a frame."""
    content = migrate({"name": "Mine", "twitter": {"post_text": "a"}})
    assert content == {"schema": 3, "name": "Mine", "settings": {"twitter": {"post_text": "a"}}}


def test_schema_1() -> None:
    before = {"schema": 1, "name": "Mine", "settings": {"x": {"post_content": "a"}}}
    style = style_of(migrate(before), "file")
    assert style.settings == {"twitter": {"post_text": "a"}}
    assert style.name == "Mine"


def test_schema_2() -> None:
    before = {"schema": 2, "name": "Mine", "settings": {"x": {"signature": {"text": "Bye"}}}}
    style = style_of(migrate(before), "file")
    assert style.settings == {"twitter": {"signature": {"text": "Bye"}}}
    assert migrate(before)["schema"] == 3


def test_a_newer_file_is_named_and_left_alone(book: NamedSettingsStore) -> None:
    path = put(book, "new", {"schema": 99, "name": "new", "settings": {"hologram": 1}})
    before = path.read_bytes()
    assert "newer version" in named(book, "new").problem
    with pytest.raises(SettingsError):
        book.get("new")
    with pytest.raises(SettingsError):
        book.save("new", {"x": {}})
    assert path.read_bytes() == before


# -- wrong contents ------------------------------------------------------------------------------


def test_what_cannot_be_used_is_noted_and_kept(book: NamedSettingsStore) -> None:
    put(
        book,
        "odd",
        {
            "schema": 2,
            "name": "odd",
            "motto": "kept",
            "settings": {
                "hologram": {"post_text": "h"},
                "twitter": {"post_text": 3, "cut_post_text": True},
                "fb": [],
            },
        },
    )
    style = named(book, "odd")
    assert style.settings == {"twitter": {"cut_post_text": True}}
    assert len(style.notes) == 3
    assert "hologram" in style.notes[0]
    saved, _ = book.put(replace(style, description="now"), before="odd")
    stored = json.loads(saved.path.read_text("utf-8"))
    assert stored["motto"] == "kept"
    assert stored["settings"]["hologram"] == {"post_text": "h"}
    assert stored["description"] == "now"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('{"settings": {', "line 1, column"),
        ("", "empty"),
        ("\0\0\0", "empty"),
        ("[1]", "something else"),
        ('"x"', "something else"),
        ("[" * 100_000, "damaged"),
    ],
)
def test_damaged_files_are_kept_aside_and_named(
    book: NamedSettingsStore, content: str, words: str
) -> None:
    put(book, "bad", content)
    book.save("good", {"x": {}})
    for _again in range(2):
        styles = {style.name: style for style in book.scan()}
        assert words in styles["bad"].problem
        assert "Kept as bad.json.damaged-" in styles["bad"].problem
        assert styles["good"].problem == ""
    assert len(list(book.folder.glob("bad.json.damaged-*"))) == 1


def test_a_file_that_is_being_written_is_left_where_it_is(book: NamedSettingsStore) -> None:
    path = put(book, "half", '{"name": "half"')
    assert named_in(book.scan(young=60), "half").problem
    assert path.exists()
    os.utime(path, (1, 1))
    assert named_in(book.scan(young=60), "half").problem
    assert not path.exists()


def named_in(styles: list[StyleFile], name: str) -> StyleFile:
    return next(style for style in styles if style.name == name)


def test_settings_that_are_no_table(book: NamedSettingsStore) -> None:
    path = put(book, "list", {"schema": 2, "name": "list", "settings": []})
    assert "no table" in named(book, "list").problem
    assert path.exists()
    book.add(StyleFile("list", {"x": {}}))
    assert path.exists()


def test_a_file_too_large(book: NamedSettingsStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(style_files, "MAX_BYTES", 2000)
    put(book, "large", json.dumps({"settings": {"x": {"post_text": "a" * 3000}}}))
    assert "larger" in named(book, "large").problem
    with pytest.raises(StorageError):
        book.put(StyleFile("other", {"x": {"post_text": "a" * 3000}}))


@given(st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=8) | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["settings", "name", "schema", "*", "x", "twitter", "fb", "same_as",
                         "post_text", "place", "odd"]), inner, max_size=4),
    max_leaves=12,
))  # fmt: skip
def test_no_content_breaks_anything(data: Any) -> None:
    try:
        content = parse(json.dumps(data).encode())
    except SettingsError:
        return
    style = style_of(content, "plain")
    assert style.name
    resolve(style.settings)
    if not style.problem:
        again = style_of(parse(encode(style)), "plain")
        assert again.settings == style.settings


@given(st.binary(max_size=60))
def test_no_bytes_break_anything(tmp_path_factory: Any, data: bytes) -> None:
    path = tmp_path_factory.mktemp("s") / "a.json"
    path.write_bytes(data)
    style = read_style(path)
    assert style.name == "a" or style.content


# -- same as ---------------------------------------------------------------------------------------


def test_the_part_for_all_networks_and_same_as() -> None:
    resolved = resolve(
        {
            "*": {"post_text": "all", "cut_post_text": True},
            "x": {"post_text": "short", "odd_key": 1},
            "bluesky": {"same_as": "x"},
            "mastodon": {"same_as": "bluesky", "cut_post_text": False},
        }
    )
    assert set(resolved) == {network.slug for network in all_networks()}
    assert resolved["fb"] == {"post_text": "all", "cut_post_text": True}
    assert resolved["bluesky"] == {"post_text": "short", "cut_post_text": True}
    assert resolved["mastodon"] == {"post_text": "short", "cut_post_text": False}


def test_rings_fall_back_on_all_networks_and_are_named(book: NamedSettingsStore) -> None:
    settings = {
        "*": {"post_text": "all"},
        "twitter": {"same_as": "fb"},
        "fb": {"same_as": "twitter", "attach_link": True},
        "vk": {"same_as": "vk"},
    }
    assert cycles(settings) == [["twitter", "fb"], ["vk"]]
    assert resolve(settings)["twitter"]["post_text"] == "all"
    put(book, "ring", {"schema": 2, "name": "ring", "settings": settings})
    style = named(book, "ring")
    assert len(style.notes) == 2
    assert book.get("ring")["fb"] == {"post_text": "all", "attach_link": True}
    with pytest.raises(SettingsError):
        book.save("other", settings)
    with pytest.raises(SettingsError):
        book.put(StyleFile("other", settings))


def test_a_ring_is_seen_before_it_is_closed() -> None:
    settings = {"twitter": {"same_as": "fb"}, "fb": {"same_as": "vk"}}
    assert would_ring(settings, "vk", "x")
    assert would_ring(settings, "vk", "vk")
    assert not would_ring(settings, "vk", "bluesky")


@pytest.mark.parametrize("other", ["hologram", 3, ""])
def test_same_as_nothing(book: NamedSettingsStore, other: Any) -> None:
    with pytest.raises(SettingsError):
        book.save("a", {"x": {"same_as": other}})


def test_a_script_gets_what_counts(book: NamedSettingsStore) -> None:
    book.save("a", {"*": {"post_text": "all {post_title}"}, "fb": {"same_as": "x"}})
    assert book.get("a")["twitter"] == {"post_text": "all {post_title}"}
    book.save("b", {"facebook": {"post_text": "b"}})
    assert book.get("b") == {"facebook": {"post_text": "b"}}


# -- saving ----------------------------------------------------------------------------------------


def test_what_the_app_keeps_stays_when_a_script_saves(book: NamedSettingsStore) -> None:
    book.put(StyleFile("a", {"x": {"post_text": "1"}}, description="d", icon="coffee", place=3))
    book.save("a", {"x": {"post_text": "2"}})
    style = named(book, "a")
    assert (style.description, style.icon, style.place) == ("d", "coffee", 3)
    assert style.settings == {"twitter": {"post_text": "2"}}


def test_renaming_moves_the_file_and_takes_no_other_name(book: NamedSettingsStore) -> None:
    first, _ = book.put(StyleFile("a", {"x": {"post_text": "1"}}))
    book.put(StyleFile("b", {"x": {"post_text": "2"}}))
    with pytest.raises(SettingsError):
        book.put(replace(first, name="b"), before="a")
    saved, _ = book.put(replace(first, name="c/d"), before="a")
    assert sorted(own_names(book)) == ["b", "c/d"]
    assert saved.path.parent == book.folder
    assert len(list(book.folder.glob("*.json"))) == 2


def test_renaming_that_changes_case_only(book: NamedSettingsStore) -> None:
    first, _ = book.put(StyleFile("news", {"x": {}}))
    book.put(replace(first, name="News"), before="news")
    assert own_names(book) == ["News"]


def test_another_version_on_the_disk_is_kept_beside(book: NamedSettingsStore) -> None:
    mine, _ = book.put(StyleFile("a", {"x": {"post_text": "1"}}))
    book.save("a", {"x": {"post_text": "theirs, longer"}})
    saved, copy_name = book.put(replace(mine, settings={"twitter": {"post_text": "mine"}}),
                           before="a", based_on=mine.stamp)  # fmt: skip
    assert copy_name == "a (other version)"
    assert book.get("a")["twitter"]["post_text"] == "mine"
    assert named(book, copy_name).settings == {"twitter": {"post_text": "theirs, longer"}}
    _again, copy_name = book.put(saved, before="a", based_on=saved.stamp)
    assert copy_name == ""


def test_two_files_that_say_the_same_name_are_both_there(book: NamedSettingsStore) -> None:
    book.save("a", {"x": {"post_text": "1"}})
    put(book, "copy of a", (book.folder / "a.json").read_text("utf-8"))
    assert own_names(book) == ["a", "copy of a"]


@pytest.mark.parametrize(
    ("stored_name", "name"),
    [
        ("\u202eevil\u0007\n\u200bone", "evil one"),
        ("  Tide  ", "Tide"),
        ("L" * 300, "L" * 100),
        ("two\nlines", "two lines"),
        ("a  b", "a  b"),
        ("\u200b\n", "odd"),
        ("\ud800x", "x"),
    ],
)
def test_a_name_from_outside_can_be_read_and_saved_again(
    book: NamedSettingsStore, stored_name: str, name: str
) -> None:
    path = put(
        book, "odd", {"schema": 3, "name": stored_name, "settings": {"x": {"post_text": "1"}}}
    )
    style = named(book, name)
    saved, copy_name = book.put(
        replace(style, description="new"), before=name, based_on=style.stamp
    )
    assert (saved.name, copy_name) == (name, "")
    assert not path.exists() or saved.path == path
    assert own_names(book) == [name]
    # A second file of the same name, whose own name is no better.
    put(book, "odd%0A2", {"schema": 3, "name": stored_name, "settings": {}})
    assert all(name.isprintable() and len(name) <= 100 for name in own_names(book))
    assert len(own_names(book)) == 2


def test_a_name_that_is_taken_gets_a_number(book: NamedSettingsStore) -> None:
    assert [book.add(StyleFile("blog", {"x": {}})).name for _ in range(2)] == ["blog 2", "blog 3"]
    assert len(free_name("n" * 100, {"n" * 100})) <= 100


def save_many(folder: str, name: str, count: int) -> None:
    book = NamedSettingsStore(lambda: Path(folder), "style")
    for number in range(count):
        book.save(name, {"x": {"post_text": f"{name} {number}"}})
        book.add(StyleFile("same", {"x": {"post_text": name}}))


@pytest.mark.skipif(sys.platform == "win32", reason="spawning is slow there")
def test_programs_that_save_at_once_lose_nothing(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    crowd = [context.Process(target=save_many, args=(str(tmp_path), f"p{n}", 4)) for n in range(3)]
    for process in crowd:
        process.start()
    for process in crowd:
        process.join(60)
        assert process.exitcode == 0
    book = NamedSettingsStore(lambda: tmp_path, "style")
    assert len(own_names(book)) == 3 + 12
    assert all(book.get(f"p{n}")["x"]["post_text"] == f"p{n} 3" for n in range(3))


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written(book: NamedSettingsStore) -> None:
    book.save("a", {"x": {}})
    book.folder.chmod(0o500)
    try:
        for change in (lambda: book.save("b", {"x": {}}), lambda: book.add(StyleFile("b"))):
            with pytest.raises(StorageError) as caught:
                change()
            assert caught.value.user_message.startswith("b.json could not be saved: ")
        assert own_names(book) == ["a"]
    finally:
        book.folder.chmod(0o700)


def test_a_place_where_no_folder_can_be(tmp_path: Path) -> None:
    (tmp_path / "styles").write_text("a file")
    book = NamedSettingsStore(lambda: tmp_path / "styles", "style", resource("styles"))
    assert own_names(book) == []
    with pytest.raises(StorageError) as caught:
        book.save("a", {"x": {}})
    assert caught.value.user_message.startswith("a.json could not be saved: ")
    assert len(book.scan()) == 3


def test_a_full_disk_leaves_the_old_file(
    book: NamedSettingsStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    book.save("a", {"x": {"post_text": "1"}})

    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(StorageError) as caught:
        book.save("a", {"x": {"post_text": "2"}})
    assert "full" in caught.value.user_message
    assert book.get("a")["x"]["post_text"] == "1"


def test_unchanged_files_are_not_read_again(
    book: NamedSettingsStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        path = put(book, f"s{number}", {"name": f"s{number}", "settings": {"x": {}}})
        os.utime(path, (1, 1))
    book.scan()
    reads: list[Path] = []
    real = style_files.read_style
    monkeypatch.setattr(
        "posto_desktop.sdk.named_settings.read_style",
        lambda path, **more: reads.append(path) or real(path, **more),
    )
    assert len([style for style in book.scan() if not style.builtin]) == 5
    assert reads == []
    put(book, "s1", {"name": "s1", "settings": {"fb": {}}})
    assert named(book, "s1").settings == {"fb": {}}
    assert [path.stem for path in reads] == ["s1"]


def test_the_built_in_ones_are_sound() -> None:
    for path in resource("styles").glob("*.json"):
        style = read_style(path, builtin=True)
        assert (style.problem, style.notes, style.content["schema"]) == ("", (), SCHEMA)
        assert style.icon
        assert style.description
        assert content_of(style) == style.content


# -- templates -------------------------------------------------------------------------------------


def test_a_template_of_100_kb(book: NamedSettingsStore) -> None:
    book.save("a", {"x": {"post_text": "a" * MAX_TEMPLATE}})
    with pytest.raises(SettingsError) as caught:
        book.save("b", {"x": {"post_text": "a" * (MAX_TEMPLATE + 1)}})
    assert "100,000" in str(caught.value)


def test_tokens_and_where_their_texts_stand() -> None:
    template = "{post_title} is {nope} here {date}"
    assert [(token.name, token.known) for token in tokens(template)] == [
        ("post_title", True), ("nope", False), ("date", True)]  # fmt: skip
    words = variables_for("Winter Roast", template)
    text = expand(template, words, strict=False)
    places = filled_at(template, words)
    assert [text[span.start : span.end] for span in places] == ["Winter Roast", words["date"]]

"""A style given away as one file takes its watermark along."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from posto_desktop.delivery.style_bundle import PICTURES, unpacked
from posto_desktop.delivery.style_store import StyleStore
from posto_desktop.media.watermarks import import_watermark


@pytest.fixture
def store(tmp_path: Path) -> StyleStore:
    made = StyleStore(tmp_path / "one")
    logo = tmp_path / "logo.png"
    Image.new("RGBA", (40, 20), (0, 200, 0, 255)).save(logo)
    mark = {"file": import_watermark(str(logo), made.book.folder), "corner": "top-left"}
    made.book.save("Launch", {"*": {"post_text": "{post_title}", "watermark": mark}})
    return made


def test_there_and_back(store: StyleStore, tmp_path: Path) -> None:
    path = tmp_path / "given.json"
    assert store.export("Launch", str(path)).kept_names == ""
    other = StyleStore(tmp_path / "two")
    outcome = other.import_style(str(path))
    assert outcome.style is not None
    mark = outcome.style.settings["*"]["watermark"]
    assert mark["corner"] == "top-left"
    with Image.open(tmp_path / "two" / "styles" / "watermarks" / mark["file"]) as picture:
        assert picture.size == (40, 20)
        assert picture.getpixel((5, 5)) == (0, 200, 0, 255)
    # On this computer the picture is a file, not a part of the style.
    assert PICTURES not in json.loads((tmp_path / "two" / "styles" / "Launch.json").read_text())
    assert other.read().no_marks == {}


def test_what_is_not_there_is_named(store: StyleStore, tmp_path: Path) -> None:
    store.book.save("Gone", {"*": {"watermark": {"file": "gone.png"}}})
    outcome = store.export("Gone", str(tmp_path / "given.json"))
    assert outcome.kept_names == "gone.png"
    assert (tmp_path / "given.json").exists()


@pytest.mark.parametrize("picture", ["", "no base64!", "aGVsbG8=", 5, None, "A" * 6_000_000])
def test_what_is_no_picture_is_left_out(tmp_path: Path, picture: Any) -> None:
    path = tmp_path / "given.json"
    part = {"watermark": {"file": "logo.png"}}
    content = {"name": "G", "settings": {"*": part}, PICTURES: {"logo.png": picture}}
    path.write_text(json.dumps(content)[:3_900_000] if picture is None else json.dumps(content))
    store = StyleStore(tmp_path / "two")
    if isinstance(picture, str) and len(picture) > 4_000_000:
        with pytest.raises(Exception, match="too large"):
            store.import_style(str(path))
        return
    style = store.import_style(str(path)).style
    assert style is not None
    assert style.settings["*"] == part
    assert "gone.png" not in store.read().no_marks
    assert list(store.read().no_marks) == ["logo.png"]


@pytest.mark.parametrize("name", ["../evil.png", "/etc/evil.png", "a\\b.png", "", ".", "CON.png"])
def test_no_name_leads_out_of_the_folder(store: StyleStore, tmp_path: Path, name: str) -> None:
    path = tmp_path / "given.json"
    store.export("Launch", str(path))
    content = json.loads(path.read_text())
    content[PICTURES] = {name: next(iter(content[PICTURES].values()))}
    path.write_text(json.dumps(content))
    StyleStore(tmp_path / "two").import_style(str(path))
    paths = [path.relative_to(tmp_path / "two") for path in (tmp_path / "two").rglob("*.png")]
    assert all(path.parts[:2] == ("styles", "watermarks") for path in paths)
    assert not list(tmp_path.glob("evil*"))


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["settings", PICTURES, "*", "watermark", "file"]) | st.text(max_size=3),
            inner,
            max_size=4,
        )
    ),
)


@given(st.dictionaries(st.sampled_from(["settings", PICTURES, "name"]), _VALUES))
def test_no_content_breaks_it(tmp_path: Path, content: dict[str, Any]) -> None:
    assert PICTURES not in unpacked(content, tmp_path / "styles")

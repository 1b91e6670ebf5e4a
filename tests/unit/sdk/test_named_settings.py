from __future__ import annotations

import json
import subprocess
import sys
import threading
from dataclasses import replace
from functools import reduce
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posto_desktop.sdk import PostoError, SettingsError
from posto_desktop.sdk.defaults import Defaults
from posto_desktop.sdk.named_settings import NamedSettingsStore, check_settings, locked


def book(folder: Path) -> NamedSettingsStore:
    return NamedSettingsStore(lambda: folder, "style")


@given(name=st.text(min_size=1, max_size=120))
def test_any_name_is_kept_or_refused(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    folder = tmp_path_factory.mktemp("styles")
    styles = book(folder)
    settings = {"x": {"post_text": "a"}}
    clean = name.strip()
    if clean and len(clean) <= 100 and clean.isprintable():
        styles.save(name, settings)
        assert styles.names() == [clean]
        assert styles.get(clean) == settings
        assert [path.parent for path in folder.rglob("*.json")] == [folder]
        assert styles.delete(clean)
        assert styles.names() == []
    else:
        with pytest.raises(SettingsError):
            styles.save(name, settings)


def test_names_that_differ_in_case_only_are_two(tmp_path: Path) -> None:
    styles = book(tmp_path)
    styles.save("News", {"x": {"post_text": "a"}})
    styles.save("news", {"x": {"post_text": "b"}})
    assert styles.get("News")["x"]["post_text"] == "a"
    assert styles.get("news")["x"]["post_text"] == "b"
    assert len({path.name.casefold() for path in tmp_path.glob("*.json")}) == 2


@pytest.mark.parametrize("name", ["../x", "a/b", "CON", "nul.txt", ".", "..", "a\\b", ".hidden"])
def test_names_never_leave_the_folder(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "styles"
    styles = book(folder)
    styles.save(name, {"x": {}})
    assert styles.get(name) == {"x": {}}
    assert list(tmp_path.iterdir()) == [folder]
    # Windows takes these for devices, whatever comes behind the first dot.
    first_parts = {path.name.partition(".")[0].lower() for path in folder.glob("*.json")}
    assert not first_parts & {"con", "nul"}


DEEP: Any = reduce(lambda inner, _: [inner], range(5_000), 1)


@pytest.mark.parametrize(
    "settings",
    [None, [], "x", {"nonsense": {}}, {"x": 3}, {"x": {"post_text": 3}},
     {"x": {"post_text": "{nope}"}}, {"x": {3: "a"}}, {"x": {"a": object()}},
     {"x": {"a": float("nan")}}, {"x": {"a": [float("inf")]}}, {"x": {"a": 10**30}},
     {"x": {"a": DEEP}},
     {"x": {"first_comment": "{nope}"}}],
)  # fmt: skip
def test_settings_that_make_no_sense(settings: Any) -> None:
    with pytest.raises(SettingsError):
        check_settings(settings)


def test_numbers_that_no_one_reads_are_left_out_of_styles_and_defaults(tmp_path: Path) -> None:
    text = '{"schema": 3, "name": "odd", "extra": NaN, "settings": {"x": {"a": NaN, "b": 1e999}}}'
    (tmp_path / "odd.json").write_text(text)
    styles = book(tmp_path)
    style = styles.find("odd")
    assert style is not None
    assert style.settings == {"twitter": {"a": None, "b": None}}
    styles.put(replace(style, description="new"), before="odd", based_on=style.stamp)
    written = json.loads((tmp_path / "odd.json").read_text(), parse_constant=pytest.fail)
    assert written["extra"] is None
    path = tmp_path / "defaults" / "defaults.json"
    path.parent.mkdir()
    path.write_text('{"networks": {"x": {"a": Infinity}}}')
    Defaults(lambda: path).set_network("fb", {"b": 1})
    json.loads(path.read_text(), parse_constant=pytest.fail)


def test_a_damaged_style_is_kept_aside_and_the_others_work(tmp_path: Path) -> None:
    styles = book(tmp_path)
    styles.save("good", {"x": {}})
    (tmp_path / "bad.json").write_text('{"name": "bad", "sett')
    assert styles.names() == ["good"]
    assert len(list(tmp_path.glob("bad.json.damaged-*"))) == 1


def test_a_style_written_by_hand(tmp_path: Path) -> None:
    (tmp_path / "mine.json").write_text(json.dumps({"twitter": {"post_text": "x"}}))
    assert book(tmp_path).get("mine") == {"twitter": {"post_text": "x"}}


def test_damaged_defaults_are_kept_aside(tmp_path: Path) -> None:
    path = tmp_path / "defaults.json"
    path.write_text("[1, 2")
    defaults = Defaults(lambda: path)
    assert defaults.network("x") == {}
    defaults.set_network("x", {"post_text": "a"})
    assert defaults.network("twitter") == {"post_text": "a"}
    assert len(list(tmp_path.glob("defaults.json.damaged-*"))) == 1


@pytest.mark.parametrize("content", ["[]", '"x"', '{"networks": [], "channels": 3}', "null"])
def test_defaults_of_a_wrong_shape(tmp_path: Path, content: str) -> None:
    path = tmp_path / "defaults.json"
    path.write_text(content)
    defaults = Defaults(lambda: path)
    assert defaults.channel("s", 2) == {}
    defaults.set_channel("s", 2, {"a": 1})
    assert defaults.channel("s", 2) == {"a": 1}


def test_channel_numbers_belong_to_their_service(tmp_path: Path) -> None:
    defaults = Defaults(lambda: tmp_path / "defaults.json")
    defaults.set_channel("https://a", 2, {"k": "a"})
    defaults.set_channel("https://b", 2, {"k": "b"})
    assert defaults.channel("https://a", 2) == {"k": "a"}
    defaults.clear("https://a")
    assert defaults.channel("https://a", 2) == {}
    assert defaults.channel("https://b", 2) == {"k": "b"}


def test_threads_do_not_lose_each_others_changes(tmp_path: Path) -> None:
    defaults = Defaults(lambda: tmp_path / "defaults.json")

    def work(number: int) -> None:
        for step in range(3):
            defaults.set_channel("s", number * 10 + step, {"n": number})

    threads = [threading.Thread(target=work, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(defaults.all()["channels"]["s"]) == 18


def test_processes_do_not_lose_each_others_changes(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from posto_desktop.sdk.defaults import Defaults\n"
        "d = Defaults(lambda: Path(sys.argv[1])); start = int(sys.argv[2])\n"
        "for n in range(start, start + 15): d.set_channel('s', n, {'n': n})\n"
    )
    path = tmp_path / "defaults.json"
    running = [
        subprocess.Popen([sys.executable, "-c", program, str(path), str(first)])
        for first in (0, 100, 200)
    ]
    assert [process.wait(60) for process in running] == [0, 0, 0]
    assert len(json.loads(path.read_text())["channels"]["s"]) == 45


def test_a_lock_that_is_held_is_told(tmp_path: Path) -> None:
    with locked(tmp_path / "lock"):
        with pytest.raises(PostoError) as caught, locked(tmp_path / "lock", timeout=0.05):
            pass
        assert "Another program" in caught.value.user_message
    with locked(tmp_path / "lock", timeout=0.05):
        pass

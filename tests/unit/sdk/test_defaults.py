"""``defaults.json``: one setting at a time, whoever else writes, on whatever port we are."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from posto_desktop.sdk.defaults import Defaults
from posto_desktop.sdk.errors import SettingsError

SITE = "https://social.example"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "defaults.json"


@pytest.fixture
def defaults(path: Path) -> Defaults:
    return Defaults(lambda: path)


def test_one_setting_and_the_way_back(defaults: Defaults, path: Path) -> None:
    defaults.set_network("x", {"post_text": "a", "cut_post_text": True})
    before = defaults.change("twitter", {"post_text": "b", "utm": {"source": "s"}})
    assert before == {"post_text": "a", "utm": None}
    assert defaults.network("x") == {
        "post_text": "b", "cut_post_text": True, "utm": {"source": "s"},
    }  # fmt: skip
    defaults.change("twitter", before)
    assert defaults.network("x") == {"post_text": "a", "cut_post_text": True}
    defaults.change("twitter", {"post_text": None, "cut_post_text": None})
    assert json.loads(path.read_text())["networks"] == {}


def test_a_channel(defaults: Defaults, path: Path) -> None:
    assert defaults.change((SITE, 4), {"post_text": "a"}) == {"post_text": None}
    assert defaults.channel(SITE, 4) == {"post_text": "a"}
    assert defaults.channel("https://other.example", 4) == {}
    defaults.change((SITE, 4), {"post_text": None})
    assert json.loads(path.read_text())["channels"] == {SITE: {}}


def test_this_computer_has_another_port_each_time(defaults: Defaults, path: Path) -> None:
    defaults.set_channel("http://127.0.0.1:4000", 1, {"post_text": "a"})
    assert defaults.channel("http://127.0.0.1:5000", 1) == {"post_text": "a"}
    defaults.change(("http://127.0.0.1:5000", 1), {"cut_post_text": True})
    assert defaults.channel("http://localhost:6000", 1) == {"post_text": "a", "cut_post_text": True}
    stored = json.loads(path.read_text())["channels"]
    assert [len(facts) for facts in stored.values()] == [0, 1]
    defaults.clear("http://127.0.0.1:7000", channel_id=1)
    assert defaults.channel("http://127.0.0.1:5000", 1) == {}


def test_the_app_says_nothing_for_this_computer(defaults: Defaults) -> None:
    defaults.change(("", 1), {"post_text": "a"})
    assert defaults.channel("http://127.0.0.1:5000", 1) == defaults.channel("", 1)
    assert defaults.channel("", 1) == {"post_text": "a"}
    assert defaults.channel(SITE, 1) == {}


def test_another_name_of_a_network(defaults: Defaults, path: Path) -> None:
    path.write_text(json.dumps({"networks": {"x": {"post_text": "a"}}, "mine": 1}))
    assert defaults.network("twitter") == {"post_text": "a"}
    defaults.change("twitter", {"cut_post_text": True})
    stored = json.loads(path.read_text())
    assert stored["networks"] == {"twitter": {"post_text": "a", "cut_post_text": True}}
    assert stored["mine"] == 1


def test_what_makes_no_sense_changes_nothing(defaults: Defaults, path: Path) -> None:
    defaults.set_network("x", {"post_text": "a"})
    before = path.read_bytes()
    for changes in ({"post_text": "{nothing}"}, {"utm": 5}, {"post_text": 5}):
        with pytest.raises(SettingsError):
            defaults.change("x", changes)
    assert path.read_bytes() == before


def test_many_at_once_lose_nothing(path: Path) -> None:
    def work(number: int) -> None:
        Defaults(lambda: path).change((SITE, number % 3), {f"key{number}": number})

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(24)))
    book = Defaults(lambda: path)
    assert sum(len(book.channel(SITE, number)) for number in range(3)) == 24

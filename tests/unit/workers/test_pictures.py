from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from posto_desktop.workers import pictures
from posto_desktop.workers.media_fetcher import name_of
from posto_desktop.workers.pictures import PictureCache


@pytest.fixture
def cache(tmp_path: Path) -> PictureCache:
    return PictureCache(tmp_path / "pictures")


def test_kept_by_workspace_and_address(cache: PictureCache) -> None:
    cache.put("acc", "https://a.example/1.png?v=1", b"one")
    assert cache.get("acc", "https://a.example/1.png?v=1") == b"one"
    assert cache.get("acc", "https://a.example/1.png?v=2") is None
    assert cache.get("acc", "https://b.example/1.png?v=1") is None
    assert cache.get("other", "https://a.example/1.png?v=1") is None


def test_the_embedded_servers_port_changes(cache: PictureCache) -> None:
    cache.put("local", "http://127.0.0.1:5001/1.png", b"one")
    assert cache.get("local", "http://127.0.0.1:6002/1.png") == b"one"
    cache.put("acc", "https://a.example:5001/1.png", b"two")
    assert cache.get("acc", "https://a.example:6002/1.png") is None


@pytest.mark.parametrize("odd", ["http://[bad/1.png", "//[", "http://exa mple/\x00", "\ud800"])
def test_an_address_that_is_none_is_one_that_is_not_known(cache: PictureCache, odd: str) -> None:
    assert cache.get("acc", odd) is None
    cache.put("acc", odd, b"one")
    assert cache.get("acc", odd) == b"one"
    assert cache.get("acc", f"{odd}2") is None


def test_old_ones_only_when_nothing_better_is_to_be_had(
    cache: PictureCache, tmp_path: Path
) -> None:
    cache.put("acc", "https://a.example/1.png", b"one")
    [path] = (tmp_path / "pictures").iterdir()
    old = time.time() - 3 * 24 * 3600
    os.utime(path, (old, old))
    assert cache.get("acc", "https://a.example/1.png") is None
    assert cache.get("acc", "https://a.example/1.png", stale=True) == b"one"


def test_the_oldest_make_room(
    cache: PictureCache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "_KEEP_BYTES", 25)
    for number in range(5):
        cache.put("acc", f"https://a.example/{number}", b"0123456789")
    for age, path in enumerate(sorted((tmp_path / "pictures").iterdir())):
        os.utime(path, (1000 + age, 1000 + age))
    newest = sorted((tmp_path / "pictures").iterdir())[-2:]
    cache.trim()
    assert sorted((tmp_path / "pictures").iterdir()) == newest


def test_a_disk_that_takes_nothing_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "pictures").write_text("in the way")
    cache = PictureCache(tmp_path / "pictures")
    cache.put("acc", "https://a.example/1.png", b"one")
    assert cache.get("acc", "https://a.example/1.png") is None
    cache.trim()


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://a.example/uploads/bag%20one.png?x=1", "bag one.png"),
        ("https://a.example/../../etc/passwd", "passwd"),
        ("https://a.example/%2e%2e%2fup.png", "up.png"),
        ("https://a.example/", "media"),
        ("https://a.example/..", "media"),
        ("https://a.example/a%00b%5cc.png", "a_b_c.png"),
        ("https://a.example/" + "x" * 300 + ".png", "x" * 116 + ".png"),
    ],
)
def test_file_names_from_addresses(url: str, name: str) -> None:
    assert name_of(url) == name

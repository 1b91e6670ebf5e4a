"""Copies of media on this computer: bounded, checked, never removed while in use."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable
from pathlib import Path

import pytest

from posto_desktop.server import media_cache, media_store
from posto_desktop.server.media_cache import MediaCache
from posto_desktop.server.media_store import MediaAway, MediaDamaged

CONTENTS = [bytes([number]) * 100 for number in range(10)]
NAMES = [hashlib.sha256(data).hexdigest() for data in CONTENTS]


@pytest.fixture
def cache(tmp_path: Path) -> MediaCache:
    return MediaCache(tmp_path / "cache", 300)


def use(cache: MediaCache, number: int) -> int:
    """Use a content; how often it was fetched."""
    fetched = []

    def fetch() -> Iterable[bytes]:
        fetched.append(number)
        return [CONTENTS[number][:60], CONTENTS[number][60:]]

    with cache.use(NAMES[number], 100, fetch) as path:
        assert path.read_bytes() == CONTENTS[number]
    return len(fetched)


def held(cache: MediaCache) -> list[int]:
    return [number for number, name in enumerate(NAMES) if cache.path(name).exists()]


def test_what_was_used_longest_ago_goes_first(cache: MediaCache) -> None:
    assert [use(cache, number) for number in (0, 1, 2, 0)] == [1, 1, 1, 0]
    assert use(cache, 3) == 1
    assert held(cache) == [0, 2, 3]
    assert cache.size == 300


def test_the_order_outlives_a_restart_and_files_are_hashed_again(
    cache: MediaCache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moments = iter(range(100))
    utime = media_cache.os.utime
    monkeypatch.setattr(
        media_cache.os, "utime", lambda path: utime(path, (moment := next(moments), moment))
    )
    for number in (0, 1, 2, 0):
        use(cache, number)
    cache.path(NAMES[0]).write_bytes(b"\0" * 99 + b"x")
    again = MediaCache(tmp_path / "cache", 300)
    assert again.checked_size(NAMES[0]) is None
    utime(again.path(NAMES[0]), (50, 50))
    again = MediaCache(tmp_path / "cache", 300)
    assert use(again, 3) == 1
    assert held(again) == [0, 2, 3]
    assert [use(again, number) for number in (0, 2)] == [1, 0]


def test_what_is_in_use_stays_and_more_is_there_meanwhile(cache: MediaCache) -> None:
    with cache.use(NAMES[0], 100, lambda: [CONTENTS[0]]):
        for number in (1, 2, 3, 4):
            use(cache, number)
        assert held(cache) == [0, 3, 4]
        with (
            cache.use(NAMES[1], 100, lambda: [CONTENTS[1]]),
            cache.use(NAMES[2], 100, lambda: [CONTENTS[2]]),
            cache.use(NAMES[3], 100, lambda: [CONTENTS[3]]),
        ):
            assert held(cache) == [0, 1, 2, 3]
    assert len(held(cache)) == 3
    assert cache.size == 300


def test_a_file_larger_than_the_cache_is_there_while_it_is_used(tmp_path: Path) -> None:
    cache = MediaCache(tmp_path / "cache", 50)
    assert use(cache, 0) == 1
    assert held(cache) == []


def test_a_content_is_fetched_once_for_all_who_want_it(cache: MediaCache) -> None:
    begun, go_on, fetched = threading.Event(), threading.Event(), []

    def fetch() -> Iterable[bytes]:
        fetched.append(1)
        begun.set()
        go_on.wait(20)
        return [CONTENTS[0]]

    def want() -> None:
        with cache.use(NAMES[0], 100, fetch) as path:
            assert path.read_bytes() == CONTENTS[0]

    threads = [threading.Thread(target=want) for _ in range(4)]
    for thread in threads:
        thread.start()
    assert begun.wait(20)
    go_on.set()
    for thread in threads:
        thread.join()
    assert fetched == [1]


@pytest.mark.parametrize("blocks", [[b"x" * 100], [CONTENTS[0][:99]], [CONTENTS[0], b"more"], []])
def test_another_content_is_not_kept(cache: MediaCache, blocks: list[bytes]) -> None:
    with pytest.raises(MediaDamaged), cache.use(NAMES[0], 100, lambda: blocks):
        pass
    assert held(cache) == []
    assert list(cache.incoming.iterdir()) == []
    assert use(cache, 0) == 1


def test_what_was_spoiled_on_its_way_is_asked_for_again(cache: MediaCache) -> None:
    answers = iter([[b"spoiled"], [CONTENTS[0]]])
    with cache.use(NAMES[0], 100, lambda: next(answers)) as path:
        assert path.read_bytes() == CONTENTS[0]


def test_what_is_not_there_has_no_file_not_even_an_old_one(cache: MediaCache) -> None:
    use(cache, 0)
    cache.path(NAMES[0]).write_bytes(b"cut off")

    def fetch() -> Iterable[bytes]:
        raise FileNotFoundError

    with cache.use(NAMES[0], 100, fetch) as path:
        assert not path.exists()


def test_a_full_disk_makes_posts_wait(cache: MediaCache, monkeypatch: pytest.MonkeyPatch) -> None:
    class Usage:
        free = media_store.RESERVE + 50

    with monkeypatch.context() as patch:
        patch.setattr(media_store.shutil, "disk_usage", lambda path: Usage)
        with pytest.raises(MediaAway, match="too full") as caught:
            use(cache, 0)
        assert caught.value.seconds == 300
    assert use(cache, 0) == 1


def test_a_deleted_content_goes_when_it_is_no_longer_used(cache: MediaCache) -> None:
    with cache.use(NAMES[0], 100, lambda: [CONTENTS[0]]) as path:
        cache.forget(NAMES[0])
        assert path.exists()
    use(cache, 1)
    cache.forget(NAMES[1])
    assert held(cache) == []
    assert cache.size == 0


def test_an_upload_is_a_copy_at_once(cache: MediaCache) -> None:
    source = cache.incoming / "upload"
    source.write_bytes(CONTENTS[5])
    cache.add(source, NAMES[5], 100)
    assert source.exists()
    assert use(cache, 5) == 0

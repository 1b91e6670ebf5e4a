"""Renditions are made once, kept, made again, and forgotten when they are too many."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image

from posto_desktop.core.edits import Edit
from posto_desktop.media import renditions as module
from posto_desktop.media.renditions import FACTS, RenditionStore
from posto_desktop.sdk.errors import Cancelled
from posto_desktop.workers.rendition_jobs import make_rendition
from posto_desktop.workers.runner import Job, JobCancelled
from tests.unit.media.renditions.photos import BLUE, SEEN, near, photo, reopened, watched
from tests.unit.workers.samples import noise, save


def test_another_content_under_the_same_name_is_another_rendition(
    make: RenditionStore, tmp_path: Path
) -> None:
    first = make(photo(tmp_path), Edit(max_side=60), "twitter")
    SEEN.clear()
    media = watched(save(tmp_path, "IMG 1.jpg", Image.new("RGB", (90, 90), "green")))
    second = make(media, Edit(max_side=60), "twitter")
    assert first.path != second.path
    assert near(reopened(second), (5, 5), (0, 128, 0))


def test_it_is_made_once_by_many_at_once(
    make: RenditionStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    media = photo(tmp_path)
    calls = []
    write = module.write_still
    monkeypatch.setattr(module, "write_still", lambda *v: calls.append(1) or write(*v))
    with ThreadPoolExecutor(6) as pool:
        made = [
            pool.submit(make, media, Edit(max_side=60), "twitter", threading.Event())
            for _ in range(12)
        ]
        assert len({future.result().path for future in made}) == 1
    assert len(calls) == 1
    assert (
        RenditionStore(make._folder)(media, Edit(max_side=60), "fb").path == made[0].result().path
    )
    assert len(calls) == 1


def test_what_was_kept_and_damaged_is_made_again(make: RenditionStore, tmp_path: Path) -> None:
    media = photo(tmp_path)
    first = make(media, Edit(max_side=60), "twitter")
    Path(first.path).write_bytes(b"")
    assert near(reopened(make(media, Edit(max_side=60), "twitter")), (5, 5), BLUE)
    (Path(first.path).parent / FACTS).write_text("[]")
    assert near(reopened(make(media, Edit(max_side=60), "twitter")), (5, 5), BLUE)


def test_the_oldest_goes_when_it_becomes_too_much(tmp_path: Path, cache: Path) -> None:
    media = watched(save(tmp_path, "a.jpg", noise(300, 200), quality=90))
    now = [0.0]
    make = RenditionStore(cache, most_bytes=60_000, clock=lambda: now[0])
    places = []
    for number, side in enumerate((290, 280, 270, 260)):
        place = Path(make(media, Edit(max_side=side), "twitter").path).parent
        os.utime(place / FACTS, (1000 + number, 1000 + number))
        places.append(place)
    assert all(place.exists() for place in places)  # used just now, by that clock
    now[0] = 10_000.0
    left = make.trim()
    assert left <= 60_000
    remaining = [place.exists() for place in places]
    assert remaining == sorted(remaining)
    assert remaining[0] is False
    assert remaining[-1] is True


def test_what_a_crash_left_goes(make: RenditionStore, cache: Path) -> None:
    (cache / ".making-old").mkdir(parents=True)
    os.utime(cache / ".making-old", (1000, 1000))
    (cache / ".making-new").mkdir()
    make.trim()
    assert [path.name for path in cache.iterdir()] == [".making-new"]


def test_it_can_be_stopped(make: RenditionStore, tmp_path: Path, cache: Path) -> None:
    stop = threading.Event()
    stop.set()
    with pytest.raises(Cancelled):
        make(photo(tmp_path), Edit(max_side=60), "twitter", stop)
    assert not cache.exists() or not list(cache.iterdir())


def test_the_job(make: RenditionStore, tmp_path: Path) -> None:
    job = Job(1, lambda *_message: None)
    media = photo(tmp_path, size=(1600, 1200))
    assert make_rendition(job, make, media, None, "instagram").width == 1440
    job.cancelled.set()
    with pytest.raises(JobCancelled):
        make_rendition(job, make, media, Edit(turns=1), "twitter")

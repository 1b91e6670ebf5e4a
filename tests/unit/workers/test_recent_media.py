"""The files of the last posts: kept in order, looked at, and gone ones marked."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posto_desktop.core.draft import MediaRef
from posto_desktop.core.edits import Edit
from posto_desktop.workers.recent_media import RecentMedia, add_recent, list_recent
from posto_desktop.workers.runner import Job, JobCancelled


class Clock:
    now = 1_700_000_000.0

    def __call__(self) -> float:
        self.now += 1
        return self.now


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "recent-media.json"


@pytest.fixture
def library(place: Path) -> RecentMedia:
    return RecentMedia(place, clock=Clock())


def media(folder: Path, name: str, **more: object) -> MediaRef:
    path = folder / name
    path.write_bytes(os.fsencode(name))
    return MediaRef(str(path), name, len(name), **more)  # type: ignore[arg-type]


def names(library: RecentMedia, words: str = "") -> list[str]:
    return [file.ref.name for file in library.files(words)]


def test_the_newest_comes_first_and_each_file_once(library: RecentMedia, tmp_path: Path) -> None:
    first, second = media(tmp_path, "a.jpg"), media(tmp_path, "b.jpg")
    library.add([first, second])
    assert names(library) == ["b.jpg", "a.jpg"]
    library.add([first])
    assert names(library) == ["a.jpg", "b.jpg"]
    [newest, older] = library.files()
    assert (newest.times, older.times) == (2, 1)
    assert newest.used_at > older.used_at
    assert newest.used_at.tzinfo is not None


def test_it_is_there_after_a_restart(library: RecentMedia, place: Path, tmp_path: Path) -> None:
    odd = media(tmp_path, "caf\udce9.jpg" if os.name == "posix" else "café.jpg", alt="A cup")
    library.add(
        [odd, media(tmp_path, "b.mp4", kind="video", width=1920, height=1080, duration=9.5)]
    )
    [film, cup] = RecentMedia(place).files()
    assert cup.ref == odd
    assert (film.ref.kind, film.ref.width, film.ref.duration) == ("video", 1920, 9.5)


def test_edits_stay_with_their_post_and_descriptions_come_along(
    library: RecentMedia, tmp_path: Path
) -> None:
    ref = media(tmp_path, "a.jpg", alt="A bag of coffee", edit=Edit(turns=1))
    library.add([ref])
    library.add([MediaRef(ref.path, ref.name, ref.size)])
    [file] = library.files()
    assert (file.ref.edit, file.ref.alt) == (None, "A bag of coffee")


def test_what_is_gone_or_changed_is_marked(library: RecentMedia, tmp_path: Path) -> None:
    library.add([media(tmp_path, name) for name in ("gone.jpg", "other.jpg", "same.jpg")])
    (tmp_path / "gone.jpg").unlink()
    (tmp_path / "other.jpg").write_bytes(b"longer than it was")
    marks = {file.ref.name: (file.missing, file.changed) for file in library.files()}
    assert marks == {
        "gone.jpg": (True, False),
        "other.jpg": (False, True),
        "same.jpg": (False, False),
    }


def test_it_is_searched_by_name_and_description(library: RecentMedia, tmp_path: Path) -> None:
    library.add(
        [media(tmp_path, "IMG_1.jpg", alt="Roast house at night"), media(tmp_path, "b.jpg")]
    )
    assert names(library, "night ROAST") == ["IMG_1.jpg"]
    assert names(library, "img") == ["IMG_1.jpg"]
    assert names(library, "roast b.jpg") == []


def test_only_so_many_are_kept(place: Path, tmp_path: Path) -> None:
    library = RecentMedia(place, most=3)
    library.add([media(tmp_path, f"{number}.jpg") for number in range(5)])
    assert names(library) == ["4.jpg", "3.jpg", "2.jpg"]
    assert library.paths() == {str(tmp_path / f"{number}.jpg") for number in (2, 3, 4)}


def test_forgetting_leaves_the_files_alone(library: RecentMedia, tmp_path: Path) -> None:
    ref = media(tmp_path, "a.jpg")
    library.add([ref, media(tmp_path, "b.jpg")])
    library.forget([ref.path, "/never/there"])
    assert names(library) == ["b.jpg"]
    library.clear()
    assert names(library) == []
    assert Path(ref.path).exists()


def test_unusable_files_are_not_offered_again(library: RecentMedia, tmp_path: Path) -> None:
    library.add([media(tmp_path, "a.jpg", problem="a.jpg is damaged.")])
    assert names(library) == []


def test_a_list_that_cannot_be_written_is_no_reason_to_fail(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    library = RecentMedia(tmp_path / "file" / "recent.json")
    library.add([media(tmp_path, "a.jpg")])
    assert names(library) == ["a.jpg"]


@given(
    st.recursive(
        st.none() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(["files", "path", "used_at", "times", "size"]), inner, max_size=5
            )
        ),
        max_leaves=12,
    )
)
def test_anything_in_the_file_is_read_as_what_can_be_read(
    tmp_path_factory: pytest.TempPathFactory, data: object
) -> None:
    place = tmp_path_factory.getbasetemp() / "anything.json"
    place.write_text(json.dumps(data))
    for file in RecentMedia(place).files():
        assert file.ref.path


def test_the_jobs(library: RecentMedia, tmp_path: Path) -> None:
    job = Job(1, lambda *_message: None)
    add_recent(job, library, [media(tmp_path, "a.jpg")])
    assert [file.ref.name for file in list_recent(job, library)] == ["a.jpg"]
    job.cancelled.set()
    with pytest.raises(JobCancelled):
        list_recent(job, library)

"""Tests of finding files that vanish or change while a message is written."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from posto_desktop.workers import file_changes
from posto_desktop.workers.file_changes import look_for_changes
from posto_desktop.workers.runner import Job, JobCancelled


def job() -> Job:
    return Job(1, lambda *_message: None)


def test_what_is_gone_or_another_is_told(tmp_path: Path) -> None:
    same, other, missing = (str(tmp_path / name) for name in ("same", "other", "gone"))
    for path in (same, other, missing):
        Path(path).write_bytes(b"x")
    first = look_for_changes(job(), {same: None, other: None, missing: None})
    assert not first.missing
    assert not first.changed
    Path(missing).unlink()
    os.utime(other, ns=(5, 5))
    again = look_for_changes(job(), {**first.versions})
    assert (again.missing, again.changed) == ({missing}, {other})
    assert set(again.versions) == {same, other}
    # Told once: what is known now is the new one.
    assert not look_for_changes(job(), again.versions).changed


def test_a_folder_in_its_place_counts_as_gone(tmp_path: Path) -> None:
    assert look_for_changes(job(), {str(tmp_path): (1, 1), "a\0b": None}).missing == {
        str(tmp_path),
        "a\0b",
    }


def test_a_cancelled_look_ends(tmp_path: Path) -> None:
    cancelled = job()
    cancelled.cancelled.set()
    with pytest.raises(JobCancelled):
        look_for_changes(cancelled, {str(tmp_path): None})


def set_back(path: Path, content: bytes) -> None:
    """Other content of the same length, and the time that the file had before."""
    facts = path.stat()
    assert facts.st_size == len(content)
    path.write_bytes(content)
    os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))


@pytest.mark.skipif(os.name == "nt", reason="Windows does not tell of such a change")
def test_another_content_of_the_same_size_and_time_is_noticed(tmp_path: Path) -> None:
    other, same = tmp_path / "other", tmp_path / "same"
    for path in (other, same):
        path.write_bytes(b"abc")
    paths = {str(other), str(same)}
    first = look_for_changes(job(), dict.fromkeys(paths), frozenset())
    assert set(first.hashes) == paths
    assert len(set(first.hashes.values())) == 1
    assert not look_for_changes(job(), first.versions, paths).hashes
    set_back(other, b"xyz")
    set_back(same, b"abc")
    again = look_for_changes(job(), first.versions, paths)
    assert set(again.hashes) == paths
    assert again.hashes[str(other)] != first.hashes[str(other)]
    assert again.hashes[str(same)] == first.hashes[str(same)]
    assert not look_for_changes(job(), first.versions).hashes  # not asked for


def test_what_is_far_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_changes, "MAX_HASHED", 3)
    (tmp_path / "a").write_bytes(b"abcd")
    (tmp_path / "b").write_bytes(b"abc")
    known = {str(tmp_path / name): None for name in ("a", "b")}
    assert set(look_for_changes(job(), known, ()).hashes) == {str(tmp_path / "b")}

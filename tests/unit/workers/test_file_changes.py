"""Files that vanish or become others while a message is written are found."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from posto_desktop.workers.file_changes import look_for_changes
from posto_desktop.workers.runner import Job, JobCancelled


def job() -> Job:
    return Job(1, lambda *_message: None)


def test_what_is_gone_or_another_is_told(tmp_path: Path) -> None:
    same, other, gone = (str(tmp_path / name) for name in ("same", "other", "gone"))
    for path in (same, other, gone):
        Path(path).write_bytes(b"x")
    first = look_for_changes(job(), {same: None, other: None, gone: None})
    assert not first.missing
    assert not first.changed
    Path(gone).unlink()
    os.utime(other, ns=(5, 5))
    again = look_for_changes(job(), {**first.stamps})
    assert (again.missing, again.changed) == ({gone}, {other})
    assert set(again.stamps) == {same, other}
    # Told once: what is known now is the new one.
    assert not look_for_changes(job(), again.stamps).changed


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

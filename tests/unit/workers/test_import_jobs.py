"""Files on the disk: reading them, finding pictures beside them, remembering their columns."""

from __future__ import annotations

import json
import os
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from posto_desktop.core.importing.channel_resolver import ChannelResolver
from posto_desktop.core.importing.problem import ImportProblem
from posto_desktop.core.importing.row_check import ImportSetup
from posto_desktop.core.importing.table import MAX_BYTES, ReadOptions
from posto_desktop.core.importing.table_reader import read
from posto_desktop.delivery import import_steps
from posto_desktop.delivery.import_steps import ColumnMemory, PictureFinder, RememberedColumns
from posto_desktop.workers import import_jobs
from posto_desktop.workers.runner import Job, JobCancelled
from tests.unit.delivery.scripted import PNG
from tests.unit.sdk.scripted import Reply, serving


@pytest.fixture
def job() -> Job:
    return Job(1, lambda *_values: None)


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    folder = tmp_path / "plan"
    (folder / "pictures").mkdir(parents=True)
    (folder / "Roast.JPG").write_bytes(b"x")
    (folder / "pictures" / "cup.png").write_bytes(b"x")
    (folder / "empty.png").write_bytes(b"")
    (folder / "plan.csv").write_text("Text\nHello\n")
    return folder


def look(finder: PictureFinder, name: str) -> str:
    """The path, relative to the plan, or the reason."""
    file = finder.look(name)
    return os.path.relpath(file.path, finder.folder or "/") if file.path else file.problem


# Reading


def test_a_file_is_read(job: Job, plan: Path) -> None:
    table = import_steps.read_file(job, str(plan / "plan.csv"), ReadOptions())
    assert (table.name, table.rows(True)[0].cells) == ("plan.csv", ("Hello",))


def test_what_cannot_be_read_says_why(job: Job, plan: Path) -> None:
    for path, why in ((plan / "gone.csv", "not found"), (plan, "not a regular file")):
        with pytest.raises(ImportProblem, match=why):
            import_steps.read_file(job, str(path), ReadOptions())
    with pytest.raises(ImportProblem, match="cannot be"):
        import_steps.read_file(job, "a\0b", ReadOptions())


def test_a_hundred_megabytes_are_not_even_opened(job: Job, plan: Path) -> None:
    large = plan / "large.csv"
    with large.open("wb") as file:
        file.truncate(100_000_000)
    with pytest.raises(ImportProblem, match="100 MB; up to 67 MB"):
        import_steps.read_file(job, str(large), ReadOptions())
    assert large.stat().st_size > MAX_BYTES


def test_reading_is_cancelled(plan: Path) -> None:
    job = Job(1, lambda *_values: None)
    job.cancelled.set()
    (plan / "long.csv").write_text("Text,When\n" + "Hello,x\n" * 2_000)
    with pytest.raises(JobCancelled):
        import_steps.read_file(job, str(plan / "long.csv"), ReadOptions())


def test_the_clipboard_is_read(job: Job) -> None:
    assert import_steps.read_clipboard(job, "", "Text\tLink\nHello\t\n").width == 2


# Pictures


def test_pictures_are_found_beside_the_file(plan: Path) -> None:
    finder = PictureFinder(str(plan), "csv")
    assert look(finder, "Roast.JPG") == "Roast.JPG"
    assert look(finder, "roast.jpg").lower() == "roast.jpg"  # as asked for, where case is the same
    assert look(finder, "pictures/cup.png") == "pictures/cup.png"
    assert look(finder, "pictures\\cup.png") == "pictures/cup.png"
    assert look(finder, str(plan / "pictures" / "cup.png")) == "pictures/cup.png"
    assert look(finder, (plan / "Roast.JPG").as_uri()) == "Roast.JPG"
    # The path of another computer, whose picture came along.
    assert look(finder, "C:\\Users\\maja\\Roast.JPG") == "Roast.JPG"


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("zimt.jpg", "zimt.jpg was not found beside the CSV file"),
        ("notes.docx", "“notes.docx” is not a picture or video"),
        ("/etc/passwd", "“passwd” is not a picture or video"),
        ("empty.png", "empty.png is empty (0 bytes)"),
        ("pictures", "“pictures” is not a picture or video"),
        ("\\\\server\\share\\a.jpg", "a.jpg is on another computer; copy it to this one"),
        ("//server/share/a.jpg", "a.jpg is on another computer; copy it to this one"),
        ("file://server/share/a.jpg", "a.jpg is on another computer; copy it to this one"),
    ],
)
def test_what_is_not_found_says_why(plan: Path, name: str, why: str) -> None:
    assert look(PictureFinder(str(plan), "csv"), name) == why


def test_nothing_is_beside_pasted_rows(plan: Path) -> None:
    finder = PictureFinder()
    assert "whole path" in finder.look("Roast.JPG").problem
    assert finder.look(str(plan / "Roast.JPG")).path == str(plan / "Roast.JPG")


def test_what_was_located_is_found_and_so_is_what_is_beside_it(plan: Path) -> None:
    finder = PictureFinder(
        "/nowhere", located={"zimt.jpg": str(plan / "Roast.JPG")}, folders=(str(plan / "pictures"),)
    )
    assert finder.look("zimt.jpg").path == str(plan / "Roast.JPG")
    assert finder.look("cup.png").path == str(plan / "pictures" / "cup.png")
    (plan / "Roast.JPG").unlink()
    assert finder.look("zimt.jpg").problem == "Roast.JPG was not found"


# What columns meant


def test_columns_are_remembered_by_their_names(tmp_path: Path) -> None:
    path = tmp_path / "config" / "import_columns.json"
    memory = ColumnMemory(path)
    assert memory.recall(["A", "B"]) is None
    memory.keep(["A", "B"], ("text", ""), "mdy")
    memory.keep(["C"], ("link",), None)
    assert ColumnMemory(path).recall(["a", "B:"]) == RememberedColumns(("text", ""), "mdy")
    assert ColumnMemory(path).recall(["C"]) == RememberedColumns(("link",), None)
    memory.keep(["A", "B"], ("", "text"), None)
    assert memory.recall(["A", "B"]) == RememberedColumns(("", "text"), None)
    assert len(json.loads(path.read_text())["sets"]) == 2
    memory.keep(["", ""], ("text", ""), None)
    assert memory.recall(["", ""]) is None


@pytest.mark.parametrize(
    "stored",
    [
        "[]",
        "{",
        '{"schema": 9, "sets": [{"names": ["a"], "fields": ["text"]}]}',
        '{"schema": 1, "sets": [5, {"names": ["a"], "fields": "text"}]}',
        '{"schema": 1, "sets": [{"names": ["a"], "fields": ["text", "link"]}]}',
    ],
)
def test_a_damaged_memory_is_none(tmp_path: Path, stored: str) -> None:
    path = tmp_path / "import_columns.json"
    path.write_text(stored)
    assert ColumnMemory(path).recall(["a"]) is None


def test_unknown_meanings_are_not_imported(tmp_path: Path) -> None:
    path = tmp_path / "import_columns.json"
    sets = [{"names": ["a", "b"], "fields": ["sound", "text:twitter"], "order": "xyz"}]
    path.write_text(json.dumps({"schema": 1, "sets": sets}))
    assert ColumnMemory(path).recall(["a", "b"]) == RememberedColumns(("", "text:twitter"), None)


def test_a_file_with_known_names_is_read_as_the_last_one(job: Job, tmp_path: Path) -> None:
    memory = ColumnMemory(tmp_path / "import_columns.json")
    table = read(b"Text,Note,Day\nHello,World,1/2/2027\n", "plan.csv")
    setup: Any = ImportSetup(
        (), "dmy", UTC, datetime(2026, 11, 25, tzinfo=UTC), ChannelResolver([])
    )
    first = import_steps.prepare(job, table, True, setup, memory)
    assert (first.fields, first.unclear, first.remembered) == (("text", "", "when"), True, False)
    memory.keep(table.names(True), ("", "text", "when"), "mdy")
    again = import_steps.prepare(job, table, True, setup, memory)
    assert (again.fields, again.order, again.unclear) == (("", "text", "when"), "mdy", False)
    assert again.remembered


# Fetching


def test_private_addresses_are_not_fetched(job: Job, tmp_path: Path) -> None:
    with serving() as site:
        site.files["/a.png"] = Reply(200, PNG, {"Content-Type": "image/png"})
        files = import_jobs.fetch(job, [f"{site.url}/a.png"], tmp_path / "kept")
        assert site.connections == 0
    assert [file.path for file in files] == [""]
    assert files[0].problem
    assert not any((tmp_path / "kept").glob("*.png"))


def test_fetching_is_cancelled(tmp_path: Path) -> None:
    job = Job(1, lambda *_values: None)
    job.cancelled = threading.Event()
    job.cancelled.set()
    with pytest.raises(JobCancelled):
        import_jobs.fetch(job, ["http://127.0.0.1:9/a.png"], tmp_path)

from __future__ import annotations

from pathlib import Path

from posto_desktop.__main__ import sort_words


def test_links_files_and_addresses_of_files_are_told_apart() -> None:
    files, links = sort_words(
        ["file:///srv/a%20b%FF.jpg", "photo.jpg", "posto:schedule", "POSTO://compose", "posto.jpg"]
    )
    assert files == [
        "/srv/a b\udcff.jpg",
        str(Path.cwd() / "photo.jpg"),
        str(Path.cwd() / "posto.jpg"),
    ]
    assert links == ["posto:schedule", "POSTO://compose"]

from __future__ import annotations

from pathlib import Path

import pytest

from posto_desktop import __main__, __version__
from posto_desktop.__main__ import path_of_file_url, split_arguments


def test_links_files_and_addresses_of_files_are_told_apart() -> None:
    files, links = split_arguments(
        ["file:///srv/a%20b%FF.jpg", "photo.jpg", "posto:schedule", "POSTO://compose", "posto.jpg"]
    )
    assert files == [
        str(Path("/srv/a b\udcff.jpg")),
        str(Path.cwd() / "photo.jpg"),
        str(Path.cwd() / "posto.jpg"),
    ]
    assert links == ["posto:schedule", "POSTO://compose"]


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("file:///C:/a%20b.jpg", "C:/a b.jpg"),
        ("file:///c%3A/a.jpg", "c:/a.jpg"),
        ("file:///C|/a.jpg", "C:/a.jpg"),
        ("file://localhost/C:/a.jpg", "C:/a.jpg"),
        ("file://nas/photos/a%23.jpg", "//nas/photos/a#.jpg"),
    ],
)
def test_addresses_of_files_on_windows(address: str, path: str) -> None:
    assert path_of_file_url(address, windows=True) == path


def test_another_version_of_posto_is_told_before_anything_starts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """pip exchanges one of the two wheels alone where it is asked to."""
    assert __version__ == __main__.CORE_VERSION
    monkeypatch.setattr(__main__, "__version__", "99.0.0")
    with pytest.raises(SystemExit, match=r"but posto 99\.0\.0 is installed.*--upgrade posto-desk"):
        __main__.main(["--self-test"])

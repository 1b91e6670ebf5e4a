"""Files that are damaged, dangerous or change meanwhile are refused by name."""

from __future__ import annotations

import struct
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from posto_desktop.core.draft import MediaRef
from posto_desktop.core.edits import Edit
from posto_desktop.core.renditions import RenditionError
from posto_desktop.media import renditions as module
from posto_desktop.media.renditions import RenditionStore
from tests.unit.media.renditions.photos import DATA, SEEN, photo
from tests.unit.workers import samples
from tests.unit.workers.samples import encoded, moving, noise, ref, save


def test_bombs_are_refused_before_they_go_off(make: RenditionStore, tmp_path: Path) -> None:
    data = bytearray(encoded(Image.new("1", (8, 8)), "PNG"))
    data[16:24] = struct.pack(">II", 60_000, 60_000)
    import zlib

    data[29:33] = struct.pack(">I", zlib.crc32(data[12:29]))
    path = tmp_path / "bomb.png"
    path.write_bytes(data)
    with pytest.raises(RenditionError, match=r"^bomb\.png has 3,600 megapixels"):
        make(ref(path), Edit(max_side=100), "twitter")


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.gif", "a.webp"])
def test_a_damaged_file_is_named(make: RenditionStore, tmp_path: Path, name: str) -> None:
    whole = save(tmp_path, name, noise(90, 60))
    path = Path(whole.path)
    path.write_bytes(path.read_bytes()[: whole.size // 2])
    for edit in (None, Edit(turns=1)):
        with pytest.raises(RenditionError, match=rf"^{name} is damaged"):
            make(ref(path), edit, "twitter")


def test_what_is_no_picture_is_named(make: RenditionStore, tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"%PDF-1.7")
    with pytest.raises(RenditionError, match=r"^a\.jpg is not a picture"):
        make(ref(tmp_path / "a.jpg"), None, "twitter")
    with pytest.raises(RenditionError, match=r"^b\.jpg was not found\.$"):
        make(MediaRef(str(tmp_path / "b.jpg"), "b.jpg"), None, "twitter")


def test_a_file_that_changes_meanwhile_is_told(
    make: RenditionStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cache: Path
) -> None:
    media = photo(tmp_path)
    SEEN.clear()
    write = module.write_still

    def meanwhile(*values: Any) -> Any:
        made = write(*values)
        Path(media.path).write_bytes(b"\xff\xd8\xff another")
        return made

    monkeypatch.setattr(module, "write_still", meanwhile)
    with pytest.raises(RenditionError, match=r"changed while Posto prepared it\. Try again\.$"):
        make(media, Edit(max_side=60), "twitter")
    assert list(cache.iterdir()) == []


def test_a_file_that_vanishes_meanwhile_is_told(
    make: RenditionStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    media = photo(tmp_path)
    write = module.write_still

    def meanwhile(*values: Any) -> Any:
        made = write(*values)
        Path(media.path).unlink()
        return made

    monkeypatch.setattr(module, "write_still", meanwhile)
    with pytest.raises(RenditionError, match=r"^IMG 1\.jpg was not found\.$"):
        make(media, Edit(max_side=60), "twitter")


def test_a_full_disk_is_told(
    make: RenditionStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, data: bytes) -> None:
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(module, "_write", full)
    with pytest.raises(RenditionError, match="could not be prepared: No space left on device"):
        make(photo(tmp_path), Edit(max_side=60), "twitter")


WHOLE = {
    "a.jpg": encoded(noise(60, 40), "JPEG", exif=samples.exif(6)),
    "a.png": encoded(noise(30, 20), "PNG", exif=samples.exif(3)),
    "a.webp": encoded(noise(30, 20), "WEBP", exif=samples.exif()),
    "a.tiff": encoded(noise(30, 20), "TIFF", compression="tiff_lzw"),
    "a.avif": encoded(noise(30, 20), "AVIF"),
    "a.heic": (DATA / "garden.heic").read_bytes(),
    "a.gif": moving(4),
}


@given(
    st.sampled_from(sorted(WHOLE)),
    st.lists(st.tuples(st.integers(0, 1 << 16), st.integers(0, 255)), min_size=1, max_size=8),
    st.sampled_from([None, Edit(max_side=20), Edit(turns=1, keep_metadata=True)]),
)
def test_no_damage_does_more_than_be_refused(
    tmp_path_factory: pytest.TempPathFactory,
    name: str,
    changes: list[tuple[int, int]],
    edit: Edit | None,
) -> None:
    data = bytearray(WHOLE[name])
    for place, value in changes:
        data[place % len(data)] = value
    folder = tmp_path_factory.getbasetemp() / "damaged"
    folder.mkdir(exist_ok=True)
    path = folder / f"{sha256(data).hexdigest()[:12]}-{name}"
    path.write_bytes(data)
    made, reason = None, path.name
    try:
        made = RenditionStore(folder / "cache")(ref(path), edit, "linkedin")
    except RenditionError as error:
        reason = error.user_message
    assert reason.startswith(path.name)
    assert made is None or Path(made.path).stat().st_size == made.size
    assert path.read_bytes() == data

"""Small files that would cost all memory or hours: refused or decoded, in bounded memory, and in
nobody's way."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QObject, QSize
from PySide6.QtGui import QImage

from posto_desktop.core.draft import MediaRef
from posto_desktop.core.renditions import RenditionError
from posto_desktop.formats.pictures import PictureHeader
from posto_desktop.media import picture_helpers, picture_process
from posto_desktop.media.media_files import PictureError, open_file
from posto_desktop.media.picture_helpers import HelperLimits
from posto_desktop.media.renditions import RenditionStore
from posto_desktop.media.watermarks import import_watermark, problem_of
from posto_desktop.sdk.errors import SettingsError
from posto_desktop.workers import remote_pictures, thumbnails
from posto_desktop.workers.images import ImageLoader
from posto_desktop.workers.qt_pictures import pasted_picture
from posto_desktop.workers.runner import JobRunner
from tests.fakes import bombs
from tests.fakes.wine import not_under_wine

ROOT = Path(__file__).parents[3]
MB = 1024 * 1024

# In a process of its own, so that the largest of its children is one of these helpers.
LOOK_AT_ALL = """
import json, resource, sys
from pathlib import Path
from posto_desktop.media import picture_helpers
from posto_desktop.workers import thumbnails
picture_helpers.measure  # all that the app has loaded
def peak(who):
    return resource.getrusage(who).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
before = peak(resource.RUSAGE_SELF)
paths = sorted(Path(sys.argv[1]).iterdir())
facts = {path.name: thumbnails.look(str(path), None) for path in paths}
own = peak(resource.RUSAGE_SELF) - before
picture_helpers._helpers.close()
print(json.dumps({
    "own": own,
    "helper": peak(resource.RUSAGE_CHILDREN),
    "facts": {name: [one.problem, one.width, one.frames] for name, one in facts.items()},
}))
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("bombs")
    for name, build in bombs.BOMBS.items():
        (made / name).write_bytes(build())
    return made


@pytest.fixture(scope="module")
def looked(folder: Path) -> dict[str, Any]:
    pytest.importorskip("resource", reason="Windows tells it in another way")
    done = subprocess.run(
        [sys.executable, "-c", LOOK_AT_ALL, str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_all_of_them_together_take_little_memory(looked: dict[str, Any]) -> None:
    assert looked["helper"] < 300 * MB
    assert looked["own"] < 40 * MB  # nothing is decoded here


REFUSED = {
    "progressive 256 megapixels.jpg": "has 256 megapixels; Posto opens progressive JPEGs of up to "
    "40. Make it smaller or remove it.",
    "progressive 256 megapixels in four colours.jpg": "has 256 megapixels; Posto opens progressive "
    "JPEGs of up to 40. Make it smaller or remove it.",
    "thousand scans.jpg": "has more than 40 passes; Posto cannot open such JPEGs. Save it as "
    "an ordinary JPEG or remove it.",
    "many scans.jpg": "has more than 40 passes; Posto cannot open such JPEGs. Save it as an "
    "ordinary JPEG or remove it.",
    "claims 3600 megapixels.png": "has 3,600 megapixels; Posto opens such files of up to 64. Make "
    "it smaller or remove it.",
    "screen.gif": "has 4,295 megapixels; Posto opens such files of up to 64. Make it smaller or "
    "remove it.",
    "lossless 268 megapixels.webp": "has 268 megapixels; Posto opens WebP pictures of up to 24. "
    "Make it smaller or remove it.",
    "moving 268 megapixels.webp": "has 268 megapixels; Posto opens WebP pictures of up to 24. Make "
    "it smaller or remove it.",
    "wide.bmp": "has 2,147 megapixels; Posto opens such files of up to 64. Make it smaller or "
    "remove it.",
    "huge.bmp": "has 3,600 megapixels; Posto opens such files of up to 64. Make it smaller or "
    "remove it.",
    "wide.tiff": "has 2,147 megapixels; Posto opens such files of up to 64. Make it smaller or "
    "remove it.",
    "grid.heic": "has 3,600 megapixels; Posto opens HEIC pictures of up to 50. Make it smaller or "
    "remove it.",
    "grid.avif": "has 3,600 megapixels; Posto opens AVIF pictures of up to 34. Make it smaller or "
    "remove it.",
}
SHOWN = {
    "restarts.jpg": (64, 1),
    "notes of notes.jpg": (64, 1),
    "12 MB of notes.jpg": (64, 1),
    "frames.png": (1, 20_000),
    "frames.gif": (100, 100_000),  # more are not counted
    "strip.tiff": (64, 1),
}


@pytest.mark.parametrize("name", bombs.BOMBS)
def test_each_is_shown_or_gets_its_sentence(looked: dict[str, Any], name: str) -> None:
    problem, width, frames = looked["facts"][name]
    if name in SHOWN:
        assert (problem, (width, frames)) == (None, SHOWN[name])
    else:
        words = REFUSED.get(name, "is damaged: it cannot be opened as a picture.")
        assert problem == f"{name} {words}"


@pytest.mark.parametrize("name", REFUSED)
def test_what_the_header_tells_needs_no_helper(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    def no_helper() -> None:
        raise AssertionError("a helper was started")

    monkeypatch.setattr(picture_helpers._helpers, "_acquire", no_helper)
    assert thumbnails.look(str(folder / name), None).problem == f"{name} {REFUSED[name]}"


# -- nobody waits ------------------------------------------------------------------------------


@pytest.fixture
def loader(qapp: Any, tmp_path: Path) -> Iterator[ImageLoader]:
    runner = JobRunner()
    loader = ImageLoader(runner, tmp_path / "thumbnails")
    yield loader
    assert runner.shutdown(60_000)


def photo(path: Path, shade: str = "teal") -> Path:
    Image.new("RGB", (120, 80), shade).save(path)
    return path


def test_others_are_shown_while_bombs_are_worked_on(
    loader: ImageLoader, qtbot: Any, folder: Path, tmp_path: Path
) -> None:
    owner = QObject()
    ends: list[str] = []
    # As if one of them took for ever: nobody gets this turn before it is given back.
    with picture_helpers._one_costly:
        for name in ("strip.tiff", "round.tiff", "tile.tiff"):  # more than there are threads
            loader.facts(str(folder / name)).done.connect(lambda _: ends.append("bomb"))
        for number in range(3):
            path = photo(tmp_path / f"{number}.jpg")
            handle = loader.thumbnail(str(path), QSize(60, 60), 1.0, owner)
            handle.done.connect(lambda image: ends.append(f"{image.width()} pixels"))
        qtbot.waitUntil(lambda: len(ends) == 3)
        assert ends == ["60 pixels"] * 3
    qtbot.waitUntil(lambda: len(ends) == 6)


def test_no_file_waits_for_pictures_of_a_service(
    loader: ImageLoader, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Channels and posts of a service may have hundreds, each of which takes all of its time."""
    let_go, working = threading.Event(), threading.Semaphore(0)

    def never_ending(_data: bytes, _side: int) -> QImage:
        working.release()
        let_go.wait()
        return QImage()

    monkeypatch.setattr(remote_pictures, "shrink", never_ending)
    pictures = remote_pictures.RemotePictures(loader._runner, lambda _url: None)
    data = bombs.plain_jpeg()
    owner = QObject()
    try:
        for number in range(20):
            pictures.handle(f"https://service.example/{number}", data)
        assert working.acquire(timeout=60)
        with qtbot.waitSignal(
            loader.thumbnail(str(photo(tmp_path / "own.jpg")), QSize(60, 60), 1.0, owner).done
        ) as shown:
            pass
        assert shown.args[0].width() == 60
    finally:
        let_go.set()


def test_no_helper_is_asked_for_a_picture_of_a_service_that_takes_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def no_helper() -> None:
        raise AssertionError("a helper was started")

    monkeypatch.setattr(picture_helpers._helpers, "_acquire", no_helper)
    assert remote_pictures.decode(bombs.jpeg(4000, 5000, 40)).isNull()
    assert remote_pictures.decode(bombs.jpeg(16_000, 16_000, 3)).isNull()


def test_what_takes_longer_than_its_header_says_is_opened_with_patience(
    loader: ImageLoader, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(picture_helpers, "QUICK", HelperLimits(256_000_000, 1e-6))
    monkeypatch.setattr(PictureHeader, "seconds", 1e-6)
    path = photo(tmp_path / "slow.jpg")
    with pytest.raises(picture_helpers.CostlyPicture):
        thumbnails.look(str(path), None, is_patient=False)
    answers: list[Any] = []
    loader.facts(str(path)).done.connect(answers.append)
    qtbot.waitUntil(lambda: bool(answers))
    assert (answers[0].width, answers[0].problem) == (120, None)


def test_what_takes_too_long_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture_helpers, "FULL", HelperLimits(390_000_000, 1e-6))
    path = tmp_path / "slow.tiff"
    path.write_bytes(bombs.tiff_strip(64, 64, bombs.deflated(64 * 64)))
    sentence = (
        "slow.tiff takes too long to open. Save it again with a picture program or remove it."
    )
    assert thumbnails.look(str(path), None).problem == sentence
    with pytest.raises(PictureError, match="takes too long"):
        thumbnails.thumbnail(str(path), 60, 60, None)
    monkeypatch.undo()
    assert thumbnails.look(str(path), None).problem is None


@not_under_wine("it sets no limit of memory")
@pytest.mark.skipif(sys.platform == "darwin", reason="macOS has no such limit")
def test_what_needs_too_much_memory_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(picture_helpers, "QUICK", HelperLimits(60_000_000, 5.0))
    monkeypatch.setattr(picture_helpers, "FULL", HelperLimits(60_000_000, 5.0))
    path = tmp_path / "large.png"
    path.write_bytes(bombs.claimed_png(4600, 4600))
    assert thumbnails.look(str(path), None).problem == (
        "large.png needs too much memory. Make it smaller or remove it."
    )


def test_a_decoder_that_crashes_costs_one_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = photo(tmp_path / "a.png")
    command = [sys.executable, "-c", "import os; input(); os.abort()"]
    with monkeypatch.context() as patch:
        patch.setattr(picture_helpers._helpers, "_acquire", lambda: None)
        patch.setattr(
            picture_helpers._helpers,
            "_start_process",
            lambda: picture_helpers.helpers.start(command, stderr=subprocess.DEVNULL),
        )
        problem = thumbnails.look(str(path), None).problem
        assert problem == "a.png is damaged: it cannot be opened as a picture."
    assert thumbnails.look(str(path), None).problem is None


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not tell")
def test_no_picture_is_called_damaged_because_its_helper_was_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = photo(tmp_path / "a.jpg")
    command = [sys.executable, "-c", "import os; input(); os.kill(os.getpid(), 9)"]
    sentence = (
        "a.jpg could not be opened: the computer stopped the program that opens pictures. "
        "Its memory may be full. Close other programs, then try again."
    )
    with monkeypatch.context() as patch:
        patch.setattr(picture_helpers._helpers, "_acquire", lambda: None)
        patch.setattr(
            picture_helpers._helpers,
            "_start_process",
            lambda: picture_helpers.helpers.start(command, stderr=subprocess.DEVNULL),
        )
        assert thumbnails.look(str(path), None).problem == sentence
        with pytest.raises(RenditionError) as caught:
            RenditionStore(tmp_path)(ref(path), None, "instagram")
        assert caught.value.user_message == sentence
    assert thumbnails.look(str(path), None).problem is None


def test_a_picture_that_is_taken_out_ends_its_helper(
    loader: ImageLoader, qtbot: Any, folder: Path
) -> None:
    ends: list[str] = []
    with picture_helpers._one_costly:
        handle = loader.facts(str(folder / "round.tiff"))
        handle.cancelled.connect(lambda: ends.append("cancelled"))
        handle.done.connect(lambda _: ends.append("done"))
        handle.cancel()
    qtbot.waitUntil(lambda: bool(ends))
    assert ends[0] in ("cancelled", "done")


# -- the other doors ---------------------------------------------------------------------------


def ref(path: Path) -> MediaRef:
    return MediaRef(str(path), path.name, path.stat().st_size)


@pytest.mark.parametrize("name", REFUSED)
def test_none_is_made_ready_for_a_network(folder: Path, tmp_path: Path, name: str) -> None:
    with pytest.raises(RenditionError) as caught:
        RenditionStore(tmp_path)(ref(folder / name), None, "instagram")
    assert caught.value.user_message == f"{name} {REFUSED[name]}"


def test_none_becomes_a_watermark(folder: Path, tmp_path: Path) -> None:
    for name in REFUSED:
        with pytest.raises(SettingsError, match=f"{name}.*Choose another watermark"):
            import_watermark(str(folder / name), tmp_path)
        assert problem_of(folder / name).startswith(name)


def test_none_comes_out_of_the_web_or_the_clipboard(folder: Path) -> None:
    for name in REFUSED:
        data = (folder / name).read_bytes()
        assert remote_pictures.decode(data).isNull()
        if name.endswith((".png", ".jpg")):
            mime = QMimeData()
            mime.setData("image/png" if name.endswith("png") else "image/jpeg", data)
            assert pasted_picture(mime) is None


def test_the_helper_has_no_qt() -> None:
    program = (
        "import sys; import posto_desktop.media.picture_process;"
        " from posto_desktop.media import animation, picture_writer, watermark_images;"
        " assert not [name for name in sys.modules if 'PySide' in name or 'shiboken' in name]"
    )
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True)


def test_the_helper_looks_itself(folder: Path) -> None:
    """Between the look at a header and the decoding, a file may become another one."""
    for name in REFUSED:
        file = open_file(str(folder / name))
        request = {"kind": "look", "path": file.path, "mime": file.mime, "side": 64}
        answer, data = picture_process.carry_out(request, b"")
        assert (answer["error"], data) == ("too much", b"")


def test_a_file_far_larger_than_its_picture_keeps_nobody_waiting(
    folder: Path, tmp_path: Path
) -> None:
    for name in ("frames.gif", "frames.png", "12 MB of notes.jpg"):
        with pytest.raises(picture_helpers.CostlyPicture):
            thumbnails.look(str(folder / name), None, is_patient=False)
    short = tmp_path / "short.gif"
    short.write_bytes(bombs.gif(480, 270, 300_000))
    assert short.stat().st_size > 5_000_000
    assert picture_helpers._expected(open_file(str(short))) < picture_helpers.LONGEST


@not_under_wine("it sets no limit of memory")
@pytest.mark.skipif(sys.platform == "darwin", reason="macOS has no such limit")
def test_a_picture_that_got_no_memory_takes_none_from_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    large, small = tmp_path / "large.png", tmp_path / "small.png"
    large.write_bytes(bombs.claimed_png(4600, 4600))
    small.write_bytes(bombs.png(1500, 1500, colours=2, bits=8))
    monkeypatch.setattr(picture_helpers, "QUICK", HelperLimits(60_000_000, 8.0))
    monkeypatch.setattr(picture_helpers, "FULL", HelperLimits(60_000_000, 8.0))
    for _ in range(3):
        assert "needs too much memory" in (thumbnails.look(str(large), None).problem or "")
        assert thumbnails.look(str(small), None).problem is None

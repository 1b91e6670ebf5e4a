"""Pictures are drawn by a process of its own, whose end costs one preview and nothing else."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from PIL import Image

from posto_desktop.formats.pictures import _MOST as HEADER_LIMITS
from posto_desktop.server import draw, helpers
from posto_desktop.server.errors import ApiError
from posto_desktop.server.launch import __file__ as launch_file
from posto_desktop.server.pictures import Pictures
from tests.fakes import bombs

from .conftest import png, until


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pictures]:
    monkeypatch.setenv("PYTHONPATH", str(Path(launch_file).parents[2]))
    made = Pictures(tmp_path / "pictures")
    yield made
    made.close()


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo"
    path.write_bytes(png(400, 300))
    return path


def size_of(path: Path) -> tuple[int, int]:
    return Image.open(io.BytesIO(path.read_bytes())).size


def test_one_process_draws_picture_after_picture(made: Pictures, photo: Path) -> None:
    before = set(psutil.Process().children())  # another test's may still be ending
    sizes = [
        size_of(made.thumbnail(photo, f"{number:064x}", size))
        for number, size in enumerate((50, 80, 100, 4000))
    ]
    assert sizes == [(80, 60), (80, 60), (160, 120), (400, 300)]
    assert len(made._drawers._idle) == 1
    made.close()
    assert set(psutil.Process().children()) <= before


def test_an_idle_process_that_ended_is_replaced(made: Pictures, photo: Path) -> None:
    made.thumbnail(photo, "a" * 64, 80)
    (idle,) = made._drawers._idle
    idle.kill()
    idle.wait()
    assert made.thumbnail(photo, "b" * 64, 80).exists()


def test_an_idle_process_that_ended_leaves_nothing_behind(made: Pictures, photo: Path) -> None:
    made.thumbnail(photo, "a" * 64, 80)
    (idle,) = made._drawers._idle
    process = psutil.Process(idle.pid)
    process.kill()  # as if nothing had been asked for a while
    assert idle.stdin is not None
    until(lambda: idle.stdin.closed)
    assert made._drawers._idle == []
    assert idle.returncode is not None
    assert not process.is_running()


def test_a_decoder_that_crashes_costs_one_preview(
    made: Pictures, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash() -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-c", "import os; input(); os.abort()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    with monkeypatch.context() as patch:
        patch.setattr(made._drawers, "_start_process", crash)
        with pytest.raises(ApiError) as caught:
            made.thumbnail(photo, "c" * 64, 80)
    assert caught.value.status == 415
    assert made.thumbnail(photo, "d" * 64, 80).exists()


def run(requests: list[dict[str, object]], setup: str) -> subprocess.CompletedProcess[str]:
    """The drawing process with changed limits, fed with requests."""
    script = f"from posto_desktop.server import draw\n{setup}\nraise SystemExit(draw.main())"
    return subprocess.run(
        [sys.executable, "-c", script],
        input="".join(json.dumps(request) + "\n" for request in requests),
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(launch_file).parents[2],
    )


def test_a_decoder_that_never_returns_is_ended(tmp_path: Path) -> None:
    setup = "draw.WORK_SECONDS = 1\ndraw.shrink = lambda source, size: [0 for _ in iter(int, 1)]"
    done = run([{"kind": "thumbnail", "source": "x", "size": 1, "target": "y"}], setup)
    assert done.returncode != 0
    assert done.stdout == ""


@pytest.mark.skipif(sys.platform != "linux", reason="macOS does not enforce the limit")
def test_a_decoder_that_wants_too_much_memory_is_refused_it(tmp_path: Path) -> None:
    photo = tmp_path / "photo.png"
    photo.write_bytes(png(6000, 6000))
    request = {
        "kind": "thumbnail",
        "source": str(photo),
        "size": 80,
        "target": str(tmp_path / "t"),
    }
    done = run([request], "draw.MAX_MEMORY = 120_000_000")
    assert json.loads(done.stdout)["status"] == 415
    assert json.loads(run([request], "").stdout) == {"bytes": 0}


def test_it_ends_by_itself_when_nothing_is_asked() -> None:
    process = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "from posto_desktop.server import draw\ndraw.IDLE_SECONDS = 0.05\ndraw.main()",
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(launch_file).parents[2],
    )
    assert process.stdin is not None
    assert process.stdout is not None
    request = {"kind": "thumbnail", "source": "/nowhere", "size": 1, "target": "/nowhere/t"}
    process.stdin.write(json.dumps(request).encode() + b"\n")
    process.stdin.flush()
    assert json.loads(process.stdout.readline())["status"] == 404
    until(lambda: process.poll() is not None)
    process.stdin.close()
    process.stdout.close()


def test_a_progressive_jpeg_counts_as_unscaled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(HEADER_LIMITS, "progressive JPEGs", 0.0001)
    for progressive in (False, True):
        file = io.BytesIO()
        Image.new("RGB", (20, 20)).save(file, "JPEG", progressive=progressive)
        path = tmp_path / str(progressive)
        path.write_bytes(file.getvalue())
    assert draw.shrink(tmp_path / "False", 10).startswith(b"\xff\xd8")
    with pytest.raises(draw.NoPicture, match="too many"):
        draw.shrink(tmp_path / "True", 10)


def test_channels_have_pictures_of_their_own(made: Pictures) -> None:
    first = made.channel("Sandbox X", "twitter")
    assert size_of(first) == (128, 128)
    assert made.channel("Sandbox X", "twitter") == first
    assert made.channel("Y", "twitter").read_bytes() != first.read_bytes()
    assert made.channel("X", "fb").read_bytes() != first.read_bytes()
    assert made.channel("../../x", "../../etc").parent == first.parent
    assert made.channel("日本 🎉", "unknown").exists()
    assert made.channel("", "").exists()


def test_what_the_header_tells_needs_no_process(
    made: Pictures, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_process() -> None:
        raise AssertionError("a process was started")

    monkeypatch.setattr(made._drawers, "_acquire", no_process)
    refused = [
        ("progressive 256 megapixels.jpg", "16000 by 16000 pixels"),
        ("thousand scans.jpg", "more than 40 passes"),
        ("many scans.jpg", "more than 40 passes"),
        ("claims 3600 megapixels.png", "60000 by 60000 pixels"),
        ("lossless 268 megapixels.webp", "16383 by 16383 pixels"),
        ("screen.gif", "65535 by 65535 pixels"),
    ]
    for name, words in refused:
        path = tmp_path / name
        path.write_bytes(bombs.BOMBS[name]())
        with pytest.raises(ApiError, match=words) as caught:
            made.thumbnail(path, "a" * 64, 80)
        assert caught.value.status == 422


def test_a_file_that_ends_its_process_does_so_once(
    made: Pictures, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def ended(request: dict[str, object], **_more: object) -> None:
        asked.append(str(request["target"]))
        raise helpers.HelperEnded(took_too_long=True)

    monkeypatch.setattr(made._drawers, "ask", ended)
    for _ in range(3):
        with pytest.raises(ApiError) as caught:
            made.thumbnail(photo, "e" * 64, 80)
        assert caught.value.status == 415
    assert len(asked) == 2  # as an ordinary file, and as one that takes long


def test_costly_files_let_others_through_and_hold_few_threads(
    made: Pictures, photo: Path, tmp_path: Path
) -> None:
    costly = tmp_path / "costly.tiff"
    costly.write_bytes(bombs.tiff_strip(64, 64, bombs.deflated(64 * 64)))
    statuses: list[int] = []

    def ask(number: int) -> None:
        try:
            made.thumbnail(costly, f"{number:064x}", 80)
            statuses.append(200)
        except ApiError as error:
            statuses.append(error.status)

    # As if the one that is drawn took for ever.
    with made._costly._slots:
        threads = [threading.Thread(target=ask, args=(number,)) for number in range(14)]
        for thread in threads:
            thread.start()
        until(lambda: statuses.count(503) == 11)  # three may wait for their turn
        assert made.thumbnail(photo, "f" * 64, 80).exists()
    for thread in threads:
        thread.join()
    assert statuses.count(200) == 3


def test_a_picture_is_fitted_into_so_many_bytes(tmp_path: Path) -> None:
    source = tmp_path / "noise.jpg"
    noise = Image.effect_noise((1600, 1200), 100).convert("RGB")
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    noise.save(source, "JPEG", quality=95, exif=exif)
    data, facts = draw.fit(source, 100_000, 1000)
    assert len(data) <= 100_000
    assert facts["mime"] == "image/jpeg"
    with Image.open(io.BytesIO(data)) as seen:
        assert seen.format == "JPEG"
        assert seen.size == (facts["width"], facts["height"])
        assert seen.width < seen.height <= 1000


def test_what_cannot_be_fitted_says_so(tmp_path: Path) -> None:
    source = tmp_path / "noise.png"
    Image.effect_noise((600, 400), 100).save(source)
    with pytest.raises(draw.NoPicture, match="cannot be made this small"):
        draw.fit(source, 100, 500)

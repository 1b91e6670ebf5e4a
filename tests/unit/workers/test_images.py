"""Thumbnails and facts of good, odd and hostile files."""

from __future__ import annotations

import os
import struct
import threading
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PySide6.QtCore import QObject, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtMultimedia import QMediaPlayer

from posto_desktop.core.edits import Edit
from posto_desktop.media import picture_helpers
from posto_desktop.media.media_files import PictureError, shown
from posto_desktop.workers import images, thumbnails
from posto_desktop.workers.edit_preview import edited
from posto_desktop.workers.images import ImageLoader
from posto_desktop.workers.runner import JobRunner
from posto_desktop.workers.video import VideoProbe
from tests.unit.workers.samples import clip, moving, sound, sound_mp4

# Decoders complain on Qt's log about the damaged files that the tests make.
pytestmark = pytest.mark.qt_log_ignore(
    r"(?i)(jpeg|png|gif|webp|tiff|QImage|allocation|multimedia|ffmpeg|RHI|Could not open)"
)

THUMB = QSize(400, 400)
CLIP = Path(__file__).parents[2] / "data" / "two-seconds.mp4"


def picture(path: Path, width: int = 640, height: int = 480, kind: str = "") -> Path:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("teal"))
    painter = QPainter(image)
    painter.fillRect(0, 0, width // 2, height // 2, Qt.GlobalColor.red)
    painter.end()
    assert image.save(str(path), kind or None)  # type: ignore[arg-type]
    return path


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims a size and has next to no data."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


@pytest.fixture
def loader(qapp, tmp_path):
    runner = JobRunner()
    loader = ImageLoader(runner, tmp_path / "thumbnails")
    yield loader
    assert runner.shutdown(60_000)


@pytest.fixture
def owner(qapp):
    return QObject()


def ask(qtbot, handle, *others):
    """(kind, value) of the end of a handle; a list of them for several."""
    ends = {}

    def listen(handle):
        handle.done.connect(lambda value: ends.setdefault(handle, ("done", value)))
        handle.failed.connect(lambda error: ends.setdefault(handle, ("failed", error)))
        handle.cancelled.connect(lambda: ends.setdefault(handle, ("cancelled", None)))

    handles = (handle, *others)
    for awaited in handles:
        listen(awaited)
    qtbot.waitUntil(lambda: len(ends) == len(handles))
    return ends[handle] if not others else [ends[item] for item in handles]


def put(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def test_a_picture_and_its_facts(loader, owner, qtbot, tmp_path):
    path = picture(tmp_path / "a photo “ü”.jpg", 1600, 1200)
    kind, facts = ask(qtbot, loader.facts(str(path)))
    assert kind == "done"
    assert (facts.kind, facts.width, facts.height, facts.mime) == (
        "image",
        1600,
        1200,
        "image/jpeg",
    )
    assert facts.bytes == path.stat().st_size
    assert facts.problem is None
    kind, image = ask(qtbot, loader.thumbnail(str(path), THUMB, 1.0, owner))
    assert kind == "done"
    assert (image.width(), image.height()) == (400, 300)
    assert image.pixelColor(20, 20).red() > 200


def test_a_dense_screen_gets_more_pixels(loader, owner, qtbot, tmp_path):
    path = picture(tmp_path / "a.png", 1600, 1200)
    _, image = ask(qtbot, loader.thumbnail(str(path), QSize(100, 100), 2.0, owner))
    assert (image.width(), image.devicePixelRatio()) == (200, 2.0)


def test_a_small_picture_is_not_blown_up(loader, owner, qtbot, tmp_path):
    _, image = ask(
        qtbot, loader.thumbnail(str(picture(tmp_path / "s.png", 40, 30)), THUMB, 1.0, owner)
    )
    assert (image.width(), image.height()) == (40, 30)


def test_pictures_stand_upright(loader, owner, qtbot, tmp_path):
    for number, name in enumerate(("turned.jpg", "turned.avif")):
        source = Image.new("RGB", (600, 400), "green")
        exif = source.getexif()
        exif[0x0112] = 6
        source.save(tmp_path / name, exif=exif)
        _, facts = ask(qtbot, loader.facts(str(tmp_path / name)))
        assert (facts.width, facts.height) == (400, 600), name
        _, image = ask(qtbot, loader.thumbnail(str(tmp_path / name), THUMB, 1.0, owner))
        assert image.height() > image.width(), (number, name)


def test_what_qt_cannot_read_pillow_does(loader, owner, qtbot, tmp_path):
    path = tmp_path / "a.avif"
    Image.new("RGB", (300, 200), "red").save(path)
    kind, image = ask(qtbot, loader.thumbnail(str(path), QSize(150, 150), 1.0, owner))
    assert kind == "done"
    assert (image.width(), image.height()) == (150, 100)
    assert image.pixelColor(50, 50).red() > 200


def test_a_wrong_ending_is_no_problem(loader, owner, qtbot, tmp_path):
    path = picture(tmp_path / "really-a-png.jpg", kind="PNG")
    _, facts = ask(qtbot, loader.facts(str(path)))
    assert (facts.mime, facts.problem) == ("image/png", None)
    kind, _ = ask(qtbot, loader.thumbnail(str(path), THUMB, 1.0, owner))
    assert kind == "done"


def test_gifs_are_their_own_kind(loader, qtbot, tmp_path):
    Image.new("P", (30, 20)).save(tmp_path / "a.gif")
    _, facts = ask(qtbot, loader.facts(str(tmp_path / "a.gif")))
    assert (facts.kind, facts.width, facts.problem) == ("gif", 30, None)


def cut(path: Path, target: Path, part: float = 0.5) -> Path:
    data = path.read_bytes()
    target.write_bytes(data[: int(len(data) * part)])
    return target


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda d: put(d / "zero.jpg", b""), "is empty (0 bytes)"),
        (lambda d: d / "gone.jpg", "was not found"),
        (lambda d: (d / "holiday.jpg").mkdir() or d / "holiday.jpg", "is a folder"),
        (
            lambda d: cut(picture(d / "w.jpg", 900, 700), d / "half.jpg"),
            "is incomplete: its end is missing",
        ),
        (lambda d: cut(picture(d / "w.png", 900, 700), d / "half.png"), "half.png is "),
        (
            lambda d: put(d / "bomb.png", png_header(60_000, 60_000)),
            "has 3,600 megapixels",
        ),
        (
            lambda d: put(d / "text.jpg", b"just words " * 9),
            "is damaged",
        ),
        (lambda d: put(d / "a.jpg", b"%PDF-1.7 x"), "it is a PDF"),
        (lambda d: put(d / "a.png", b"PK\x03\x04...."), "an archive"),
        (lambda d: put(d / "a.jpg", b"<html><body>404"), "a web page"),
    ],
)
def test_every_bad_file_gets_its_sentence(loader, owner, qtbot, tmp_path, make, words):
    path = make(tmp_path)
    kind, facts = ask(qtbot, loader.facts(str(path)))
    assert kind == "done"
    assert words in facts.problem
    assert path.name in facts.problem
    assert facts.problem.endswith(".")
    assert "\n" not in facts.problem


def test_a_thumbnail_that_cannot_be_made_says_why(loader, owner, qtbot, tmp_path):
    kind, error = ask(qtbot, loader.thumbnail(str(tmp_path / "gone.png"), THUMB, 1.0, owner))
    assert kind == "failed"
    assert error.user_message == "gone.png was not found."


def test_a_hundred_megapixels_open_as_jpeg_and_are_refused_as_png(tmp_path):
    big = Image.new("L", (10_000, 10_000))
    big.save(tmp_path / "big.jpg", quality=30)
    image = thumbnails.thumbnail(str(tmp_path / "big.jpg"), 400, 400, None)
    assert image.width() == 400
    (tmp_path / "big.png").write_bytes(png_header(10_000, 10_000))
    with pytest.raises(PictureError, match="100 megapixels"):
        thumbnails.thumbnail(str(tmp_path / "big.png"), 400, 400, None)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="access rights bind no root")
def test_an_unreadable_file(tmp_path):
    path = picture(tmp_path / "a.png")
    path.chmod(0)
    assert "access rights" in (thumbnails.look(str(path), None).problem or "")


def test_odd_names_stay_on_one_line():
    assert shown("a\nb\x07\u202ec.jpg") == "a b c.jpg"
    long = shown("x" * 300 + ".jpeg")
    assert len(long) == 60
    assert long.endswith(".jpeg")


def test_thumbnails_are_kept_and_follow_the_file(tmp_path, monkeypatch):
    folder = tmp_path / "kept"
    path = picture(tmp_path / "a.png")
    thumbnails.thumbnail(str(path), 400, 400, folder)
    (thumbnail,) = folder.iterdir()

    def no_look(*_values, **_more):
        raise AssertionError("decoded again")

    with monkeypatch.context() as patch:
        patch.setattr(picture_helpers, "look", no_look)
        image = thumbnails.thumbnail(str(path), 300, 300, folder)
        assert image.width() == 300
    picture(path, 200, 100)
    os.utime(path, ns=(1, 2_000_000_000))
    assert thumbnails.thumbnail(str(path), 400, 400, folder).width() == 200
    assert len(list(folder.iterdir())) == 2
    thumbnail.write_bytes(b"damaged")
    assert thumbnails.thumbnail(str(path), 400, 400, folder).width() == 200


def test_see_through_pictures_stay_so(tmp_path):
    image = QImage(50, 50, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    image.save(str(tmp_path / "a.png"))
    thumbnails.thumbnail(str(tmp_path / "a.png"), 40, 40, tmp_path / "kept")
    again = thumbnails.thumbnail(str(tmp_path / "a.png"), 40, 40, tmp_path / "kept")
    assert again.pixelColor(5, 5).alpha() == 0


def test_a_folder_that_cannot_be_written_costs_nothing_but_time(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    image = thumbnails.thumbnail(str(picture(tmp_path / "a.png")), 100, 100, blocked)
    assert image.width() == 100


def test_trimming_removes_the_oldest(tmp_path):
    for number in range(5):
        path = tmp_path / f"{number}.thumb"
        path.write_bytes(b"x" * 100)
        os.utime(path, (number, number))
    assert thumbnails.trim_cache(tmp_path, 250) == 3
    assert sorted(path.name for path in tmp_path.iterdir()) == ["3.thumb", "4.thumb"]
    assert thumbnails.trim_cache(tmp_path / "nowhere", 0) == 0


def test_cancelled_before_it_began(loader, owner, qtbot, tmp_path):
    path = picture(tmp_path / "a.png")
    handle = loader.thumbnail(str(path), THUMB, 1.0, owner)
    handle.cancel()
    kind, _ = ask(qtbot, handle)
    assert kind in ("cancelled", "done")


def test_a_view_that_is_gone(loader, qtbot, tmp_path):
    view = QObject()
    loader.thumbnail(str(picture(tmp_path / "a.png")), THUMB, 1.0, view)
    with qtbot.waitSignal(loader._runner.idle):
        view.deleteLater()
    assert loader._runner.running == 0


def test_a_damaged_video_gets_its_sentence(loader, owner, qtbot, tmp_path):
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(range(256)) * 8)
    facts_handle = loader.facts(str(path))
    thumb_handle = loader.thumbnail(str(path), THUMB, 1.0, owner)
    (kind, facts), (failed, error) = ask(qtbot, facts_handle, thumb_handle)
    assert kind == "done"
    assert facts.kind == "video"
    assert facts.problem == "clip.mp4 is damaged: it cannot be opened as a video."
    assert (failed, error.user_message) == ("failed", facts.problem)


def test_a_video_shows_its_first_frame_and_its_length(loader, owner, qtbot):
    path = str(CLIP)
    (_, facts), (kind, image) = ask(
        qtbot, loader.facts(path), loader.thumbnail(path, QSize(80, 80), 1.0, owner)
    )
    assert (facts.kind, facts.width, facts.height) == ("video", 160, 90)
    assert facts.duration == pytest.approx(2.0, abs=0.1)
    assert facts.problem is None
    assert kind == "done"
    assert (image.width(), image.height()) == (80, 45)
    middle = image.pixelColor(40, 20)
    assert middle.red() > 200 > 60 > middle.blue()
    # The second time the kept frame is enough: no player is opened.
    loader._probe.look = None
    kind, image = ask(qtbot, loader.thumbnail(path, QSize(160, 160), 1.0, owner))
    assert (kind, image.width()) == ("done", 160)


def test_a_video_shows_its_frame_at_a_time(loader, owner, qtbot, tmp_path):
    path = tmp_path / "clip.avi"
    path.write_bytes(clip([10 * number for number in range(20)]))
    for seconds, grey in ((0.0, 0), (0.95, 90), (1.55, 150), (99.0, 190)):
        kind, image = ask(qtbot, loader.frame(str(path), seconds, QSize(32, 32), 2.0, owner))
        assert kind == "done"
        assert (image.width(), image.height(), image.devicePixelRatio()) == (64, 48, 2.0)
        assert abs(image.pixelColor(30, 20).red() - grey) <= 14, seconds


def test_only_the_last_wish_of_a_dragged_slider_is_answered(loader, owner, qtbot, tmp_path):
    path = tmp_path / "clip.avi"
    path.write_bytes(clip([10 * number for number in range(20)]))
    handles = [loader.frame(str(path), 0.1 * n, THUMB, 1.0, owner) for n in range(1, 8)]
    for handle in handles[:-1]:
        handle.cancel()
    answers = ask(qtbot, *handles)
    assert [kind for kind, _ in answers].count("done") <= 2
    kind, image = answers[-1]
    assert kind == "done"
    assert abs(image.pixelColor(30, 20).red() - 70) <= 14


@pytest.mark.parametrize("part", ["facts", "frame"])
def test_a_video_that_is_opened_is_left_when_the_runner_stops(
    loader, owner, qtbot, tmp_path, monkeypatch, part
):
    # A player that shows nothing for a long time.
    monkeypatch.setattr(VideoProbe, "_frame", lambda *_frame: None)
    monkeypatch.setattr(VideoProbe, "_status", lambda *_status: None)
    path = tmp_path / "clip.avi"
    path.write_bytes(clip([10 * number for number in range(20)]))
    if part == "facts":
        loader.facts(str(path))
    else:
        loader.frame(str(path), 1.0, THUMB, 1.0, owner)
    qtbot.waitUntil(lambda: len(loader.findChildren(QMediaPlayer)) == 1)
    assert [timer for timer in loader.findChildren(QTimer) if timer.isActive()]
    assert loader.runner.shutdown(60_000)
    assert not [timer for timer in loader.findChildren(QTimer) if timer.isActive()]
    qtbot.waitUntil(lambda: not loader.findChildren(QMediaPlayer))


def test_a_file_found_to_be_a_video_is_not_opened_after_the_stop(
    loader, qtbot, tmp_path, monkeypatch
):
    original, is_found = images._look, threading.Event()

    def look(*call):
        file = original(*call)
        is_found.set()
        return file

    monkeypatch.setattr(images, "_look", look)
    path = tmp_path / "clip.avi"
    path.write_bytes(clip([10 * number for number in range(20)]))
    handle = loader.facts(str(path))
    assert is_found.wait(60)
    # The answer of the job arrives after the stop.
    assert loader.runner.shutdown(60_000)
    assert ask(qtbot, handle) == ("cancelled", None)
    assert not loader.findChildren(QMediaPlayer)


@pytest.mark.parametrize(("name", "made"), [("talk.avi", sound), ("talk.mp4", sound_mp4)])
def test_a_video_without_a_picture_gets_its_sentence(loader, owner, qtbot, tmp_path, name, made):
    path = tmp_path / name
    path.write_bytes(made())
    (_, facts), (failed, error) = ask(
        qtbot, loader.facts(str(path)), loader.frame(str(path), 0.5, THUMB, 1.0, owner)
    )
    assert facts.problem == f"{name} has sound but no picture."
    assert facts.kind == "video"
    assert facts.duration == pytest.approx(1.0, abs=0.1)
    assert (failed, error.user_message) == ("failed", facts.problem)


def test_a_picture_is_shown_as_its_edit_makes_it(loader, owner, qtbot, tmp_path):
    path = str(picture(tmp_path / "a.png", 3000, 2000))  # red at the top left, teal elsewhere
    # Turned to the right the red quarter lies at the top right.
    edit = Edit(turns=1, crop=(0.5, 0.0, 0.5, 0.5))
    kind, image = ask(qtbot, loader.thumbnail(path, QSize(200, 200), 2.0, owner, edit=edit))
    assert kind == "done"
    assert (image.height(), image.devicePixelRatio()) == (400, 2.0)
    assert image.width() == pytest.approx(267, abs=2)
    for x, y in ((3, 3), (image.width() - 4, image.height() - 4)):
        assert image.pixelColor(x, y).red() > 240
    assert edited(QImage(), edit).isNull()
    assert edited(image, None) is image


def test_a_video_is_shown_with_its_chosen_cover(loader, owner, qtbot, tmp_path):
    path = tmp_path / "clip.avi"
    path.write_bytes(clip([10 * number for number in range(20)]))
    handle = loader.thumbnail(str(path), THUMB, 1.0, owner, edit=Edit(cover=1.25))
    kind, image = ask(qtbot, handle)
    assert kind == "done"
    assert abs(image.pixelColor(30, 20).red() - 120) <= 14


def test_a_picture_is_no_video(loader, owner, qtbot, tmp_path):
    path = picture(tmp_path / "a.png")
    kind, error = ask(qtbot, loader.frame(str(path), 0.5, THUMB, 1.0, owner))
    assert (kind, error.user_message) == ("failed", "a.png is no video.")


def test_what_moves_tells_its_frames_and_seconds(tmp_path):
    path = tmp_path / "a.gif"
    path.write_bytes(moving(6))
    facts = thumbnails.look(str(path), None)
    assert (facts.kind, facts.frames, facts.duration) == ("gif", 6, pytest.approx(0.3))
    still = thumbnails.look(str(picture(tmp_path / "a.png")), None)
    assert (still.frames, still.duration) == (1, None)


def test_heic_is_shown(tmp_path):
    path = tmp_path / "garden.heic"
    path.write_bytes((CLIP.parent / "garden.heic").read_bytes())
    facts = thumbnails.look(str(path), None)
    assert (facts.kind, facts.width, facts.height, facts.problem) == ("image", 64, 48, None)
    image = thumbnails.thumbnail(str(path), 32, 32, None)
    assert image.width() == 32
    assert image.pixelColor(4, 8).blue() > 150
    path.write_bytes(path.read_bytes()[:300])
    assert thumbnails.look(str(path), None).problem == (
        "garden.heic is damaged: it cannot be opened as a picture."
    )


def test_without_multimedia_a_video_can_still_be_posted(
    loader, owner, qtbot, tmp_path, monkeypatch
):
    from posto_desktop.workers import video

    def missing(self, path):
        raise ImportError("libpulse.so.0")

    monkeypatch.setattr(video.VideoProbe, "_open", missing)
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom")
    kind, facts = ask(qtbot, loader.facts(str(path)))
    assert (kind, facts.kind, facts.problem, facts.duration) == ("done", "video", None, None)


@given(st.binary(max_size=400), st.sampled_from(["jpg", "png", "gif", "webp", "mp4", "", "tiff"]))
def test_no_bytes_make_it_fall(tmp_path_factory, data, ending):
    path = tmp_path_factory.getbasetemp() / f"fuzz.{ending}"
    path.write_bytes(data)
    facts = thumbnails.look(str(path), None)
    assert facts.problem is None or facts.problem.endswith(".")


@given(st.binary(max_size=200))
def test_no_bytes_behind_a_png_head_make_it_fall(tmp_path_factory, data):
    path = tmp_path_factory.getbasetemp() / "fuzz.png"
    path.write_bytes(png_header(20, 20)[:33] + data)
    facts = thumbnails.look(str(path), None)
    assert facts.kind in ("image", "")

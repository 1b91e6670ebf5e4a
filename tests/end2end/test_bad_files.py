"""Tests of attaching damaged, huge, misnamed and missing files.

The real window takes what can be posted, says of the rest what is wrong, and never stops.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageGrab

from tests.end2end import steps
from tests.end2end.alive import alive
from tests.end2end.app import App
from tests.end2end.atspi import Accessible
from tests.end2end.waiting import wait_for
from tests.unit.workers.samples import moving, sound_mp4

pytestmark = pytest.mark.end2end

MAGENTA = (255, 0, 255)
GIB = 1 << 30
CLIP = Path(__file__).parents[1] / "data" / "two-seconds.mp4"


def picture(path: Path, size: tuple[int, int] = (320, 240), kind: str = "PNG") -> Path:
    Image.new("RGB", size, MAGENTA).save(path, kind)
    return path


def bomb(path: Path, side: int = 60_000) -> Path:
    """A PNG of a few bytes that claims a great many pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0))
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")
    )
    return path


def tiles(app: App) -> list[Accessible]:
    strip = app.window.look("Media", role="list")
    return strip.items() if strip else []


def wait_for_facts(app: App, name: str, *words: str) -> str:
    """The words of a file's tile, once they have all of these in them."""

    def look() -> str:
        for tile in tiles(app):
            if tile.name == name and all(word in tile.description for word in words):
                return tile.description
        return ""

    return wait_for(
        look,
        f"{words} about {name!r}",
        explain=lambda: [(tile.name, tile.description) for tile in tiles(app)],
    )


def colour_at(app: App, tile: Accessible) -> tuple[int, ...]:
    """The colour on the screen in the middle of a tile's picture."""
    left, top, width, height = tile.place()
    screen = ImageGrab.grab(xdisplay=app.desktop.environment["DISPLAY"])
    return tuple(screen.getpixel((left + width // 2, top + height // 3)))[:3]  # type: ignore[arg-type]


def looks_magenta(app: App, tile: Accessible) -> bool:
    red, green, blue = colour_at(app, tile)
    return red > 230 and green < 30 and blue > 230


NAMES = {
    "quotes": 'it\'s "quoted".png',
    "newline": "two\nlines.png",
    "emoji": "🎉 fête 🏳️‍🌈.png",
    "right to left": "צילום של הים.png",
    "markup": "<b>&amp;50%25#?.png",
}


def test_names(start_app: Callable[..., App], tmp_path: Path) -> None:
    """Named on the command line, dropped by hand, sent, and published under whatever name."""
    folder = tmp_path / "files"
    folder.mkdir()
    for name in NAMES.values():
        picture(folder / name)
    app = start_app(*[folder / name for name in NAMES.values()])
    with alive(app):
        wait_for(
            lambda: len(tiles(app)) == len(NAMES), "the tiles", explain=lambda: steps.media(app)
        )
        assert sorted(steps.media(app)) == sorted(NAMES.values())
        for name in NAMES.values():
            wait_for_facts(app, name, "320×240")
        for tile in tiles(app)[:3]:
            wait_for(lambda tile=tile: looks_magenta(app, tile), f"the picture of {tile.name!r}")  # type: ignore[misc]
        steps.tick_by_keyboard(app, "Sandbox Facebook")
        app.window.find("Channels").item("Sandbox X", part=True)
        steps.write(app, "Odd names")
    assert app.quit() == 0


def test_name_that_is_not_utf8_and_one_file_twice(
    start_app: Callable[..., App], tmp_path: Path
) -> None:
    odd = tmp_path / os.fsdecode(b"caf\xe9.png")
    picture(odd)
    same = picture(tmp_path / "same.png")
    app = start_app(odd, same)
    with alive(app):
        wait_for(lambda: len(tiles(app)) == 2, "the tiles")
        for tile in tiles(app):
            wait_for(lambda tile=tile: looks_magenta(app, tile), f"the picture of {tile.name!r}")  # type: ignore[misc]
            assert "320×240" in tile.description
        app.desktop.drag_files([same], *app.window.find("Message").centre())
        wait_for(lambda: len(tiles(app)) == 3, "the same file again")
        wait_for(lambda: looks_magenta(app, tiles(app)[2]), "its picture on the second tile")
        steps.write(app, "From an old disk")
        app.window.find(role="button", object_name="post").press()
        wait_for(lambda: len(steps.published(app)) == 1, "the post")
        [item] = steps.published(app)
        media = item["media"]
        assert isinstance(media, list)
        assert len(media) >= 2
    assert app.quit() == 0


def test_refused_files(start_app: Callable[..., App], tmp_path: Path) -> None:
    """What can never be posted is named with its reason, and no tile is left of it."""
    empty = tmp_path / "empty.jpg"
    empty.touch()
    folder = tmp_path / "holiday"
    folder.mkdir()
    pipe = tmp_path / "pipe.png"
    os.mkfifo(pipe)
    program = tmp_path / "program.jpg.exe"
    program.write_bytes(b"MZ\x90\0" * 100)
    refused = {
        empty: "empty.jpg is empty (0 bytes).",
        folder: "holiday is a folder. Add the files inside it.",
        pipe: "pipe.png is not a file that can be posted.",
        program: "program.jpg.exe cannot be posted.",
        tmp_path / "gone.png": "gone.png was not found.",
    }
    if os.geteuid() != 0:
        secret = picture(tmp_path / "secret.png")
        secret.chmod(0)
        refused[secret] = "secret.png cannot be read: access denied."
    first = start_app()
    assert first.window
    with alive(first):
        for path, sentence in refused.items():
            # As "Open with" does: a second start, which hands the file over and ends.
            second = start_app(path, log=tmp_path / "second.log")
            assert second.process.wait(60) == 0
            steps.wait_for_toast(first, sentence)
        assert tiles(first) == []
    assert first.quit() == 0


def test_pictures_that_are_not_what_they_seem(
    start_app: Callable[..., App], tmp_path: Path
) -> None:
    whole = picture(tmp_path / "whole.jpg", (800, 600), "JPEG").read_bytes()
    damaged = tmp_path / "damaged.jpg"
    damaged.write_bytes(whole[:40] + b"\xa5" * 4000)
    cut = tmp_path / "cut.jpg"
    cut.write_bytes(whole[: len(whole) // 2])
    named = picture(tmp_path / "a PNG in truth.jpg", (640, 480), "PNG")
    large = tmp_path / "large.jpg"
    Image.new("L", (10_000, 10_000), 200).save(large, "JPEG", quality=30)
    claims = bomb(tmp_path / "claims.png")
    app = start_app(damaged, cut, named, large, claims)
    with alive(app):
        wait_for(lambda: len(tiles(app)) == 5, "the tiles", explain=lambda: steps.media(app))
        wait_for_facts(app, "damaged.jpg", "damaged.jpg is damaged")
        wait_for_facts(app, "cut.jpg", "cut.jpg is incomplete")
        wait_for_facts(app, "a PNG in truth.jpg", "640×480")
        wait_for_facts(app, "large.jpg", "10000×10000")
        wait_for_facts(app, "claims.png", "claims.png has 3,600 megapixels")
    assert app.quit() == 0


def test_what_moves_long_and_what_only_sounds(
    start_app: Callable[..., App], tmp_path: Path
) -> None:
    """An animation of 2,000 frames, a film without a picture, a photo with broken notes."""
    long = tmp_path / "long.gif"
    long.write_bytes(moving(2000, (64, 48)))
    talk = tmp_path / "talk.mp4"
    talk.write_bytes(sound_mp4())
    plain = picture(tmp_path / "plain.jpg", (320, 240), "JPEG").read_bytes()
    odd = tmp_path / "odd notes.jpg"
    notes = b"Exif\0\0MM\0*\0\0\0\x08\xff\xff" + bytes(range(256))
    odd.write_bytes(plain[:2] + b"\xff\xe1" + struct.pack(">H", len(notes) + 2) + notes + plain[2:])
    app = start_app(long, talk, odd)
    with alive(app):
        wait_for(lambda: len(tiles(app)) == 3, "the tiles", explain=lambda: steps.media(app))
        assert "Animation" in wait_for_facts(app, "long.gif", "64×48")
        wait_for_facts(app, "talk.mp4", "talk.mp4 has sound but no picture.")
        wait_for_facts(app, "odd notes.jpg", "320×240")
        # It plays while the pointer is on it.
        left, top, width, height = tiles(app)[0].place()
        app.desktop.xdotool("mousemove", left + width // 2, top + height // 3)
        seen: set[bytes] = set()
        display = app.desktop.environment["DISPLAY"]

        def look() -> bool:
            x, y, wide, high = tiles(app)[0].place()
            screen = ImageGrab.grab((x, y, x + wide, y + high), xdisplay=display)
            seen.add(screen.tobytes())
            return len(seen) > 5

        wait_for(look, "the frames")
    assert app.quit() == 0


def test_film_of_two_gigabytes(start_app: Callable[..., App], tmp_path: Path) -> None:
    """Sparse on the disk, but nobody may read all of it to show it."""
    film = tmp_path / "film.mp4"
    content = CLIP.read_bytes()
    # A box of free space behind the film: its length is a number of 64 bits.
    film.write_bytes(content + struct.pack(">I4sQ", 1, b"free", 2 * GIB - len(content)))
    os.truncate(film, 2 * GIB)
    app = start_app(film)
    with alive(app):
        description = wait_for_facts(app, "film.mp4", "2,048.0 MB", "0:02")
        assert "Video" in description
    assert app.quit() == 0


def test_file_that_vanishes_before_it_is_sent(
    start_app: Callable[..., App], tmp_path: Path
) -> None:
    photo = picture(tmp_path / "photo.png")
    app = start_app(photo)
    with alive(app):
        wait_for_facts(app, "photo.png", "320×240")
        steps.open_page(app, "Activity")
        app.window.find("Pause all", role="button").press()
        app.window.find("Resume", role="button")
        steps.open_page(app, "Compose")
        steps.write(app, "With a photo")
        app.window.find(role="button", object_name="post").press()
        steps.open_page(app, "Activity")
        outbox = app.window.find("Outbox", role="list")
        wait_for(lambda: list(outbox.items()), "the post that waits")
        photo.unlink()
        app.window.find("Resume", role="button").press()
        wait_for(
            lambda: any(
                "photo.png" in item.name and "was not found" in item.name for item in outbox.items()
            ),
            "what became of it",
            explain=lambda: [item.name for item in outbox.items()],
        )
        assert steps.published(app) == []
    assert app.quit() == 0


@pytest.mark.parametrize("end", ["\n", " "], ids=["lines", "one paragraph"])
def test_text_of_a_megabyte(start_app: Callable[..., App], tmp_path: Path, end: str) -> None:
    text = tmp_path / "novel.txt"
    text.write_text(f"It was a dark and stormy night. 🌩{end}" * 30_000, encoding="utf-8")
    assert text.stat().st_size > 1 << 20
    other = tmp_path / "latin.txt"
    other.write_bytes("café".encode("latin-1"))
    app = start_app(text)
    with alive(app, frozen=2.0):
        message = app.window.find("Message")
        wait_for(lambda: len(message.text) > 900_000, "the text in the editor")
        counter = app.window.find(object_name="counter-twitter")
        wait_for(
            lambda: "over" in counter.name or "too" in counter.name,
            "the count of its characters",
            explain=lambda: (counter.name, app.window.outline()),
        )
        steps.write(app, "A short one again")
        second = start_app(other, log=tmp_path / "second.log")
        assert second.process.wait(60) == 0
        steps.wait_for_toast(app, "latin.txt is not a readable text file.")
        assert message.text == ""  # what is opened begins a message of its own
        app.activate()
        app.desktop.xdotool("key", "ctrl+Prior")
        wait_for(lambda: message.text == "A short one again", "the message that was there")
    assert app.quit() == 0

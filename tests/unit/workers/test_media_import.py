"""What is dropped is sorted, fetched with limits, told by its content, and kept once."""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QImage

from posto_desktop.sdk.endpoint import Endpoint
from posto_desktop.sdk.transport import Transport
from posto_desktop.workers import media_import
from posto_desktop.workers.media_import import (
    MediaImportProgress,
    import_bytes,
    import_picture,
    import_urls,
    inline_picture,
    picture_sources,
    read_drop,
)
from posto_desktop.workers.runner import Job, JobCancelled
from tests.fakes.held_files import HeldFiles
from tests.unit.workers.samples import drawing, encoded

JPEG = encoded(drawing(), "JPEG")
Answer = tuple[int, dict[str, str], bytes]


class Site:
    """A web server whose pages are set by path; a callable is asked when it is wanted."""

    def __init__(self) -> None:
        self.pages: dict[str, Answer | Callable[[], Answer]] = {}
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                page = site.pages.get(self.path.partition("?")[0], (404, {}, b""))
                status, headers, body = page() if callable(page) else page
                self.send_response(status)
                for name, value in {"Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                try:
                    self.wfile.write(body)
                except OSError:
                    pass

            def log_message(self, *_values: object) -> None:
                """Silence."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self._thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))
        self._thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self._thread.join()


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    yield made
    made.close()


@pytest.fixture
def near() -> Iterator[Transport]:
    """A way that also reaches this computer, which the ordinary one refuses."""
    made = Transport(
        Endpoint("https://outside.invalid"), None, timeout=(2.0, 2.0), retries=0, allow_private=True
    )
    yield made
    made.close()


def job(reports: list[object] | None = None) -> Job:
    made = Job(1, lambda *_message: None)
    if reports is not None:
        made.report = reports.append  # type: ignore[method-assign]
    return made


def mime(**parts: object) -> QMimeData:
    made = QMimeData()
    if "urls" in parts:
        made.setUrls([QUrl(url) for url in parts["urls"]])  # type: ignore[attr-defined]
    if "html" in parts:
        made.setHtml(str(parts["html"]))
    if "text" in parts:
        made.setText(str(parts["text"]))
    if "image" in parts:
        made.setImageData(parts["image"])
    return made


# -- sorting -----------------------------------------------------------------------------------


def test_files_win_over_everything_else() -> None:
    dropped = read_drop(
        mime(urls=["file:///tmp/a b.jpg", "https://x.example/c.jpg"], html="<img src='d.jpg'>")
    )
    assert dropped == media_import.DropContent(files=("/tmp/a b.jpg",))


def test_a_picture_out_of_a_page_is_told_by_its_html() -> None:
    dropped = read_drop(
        mime(
            urls=["https://shop.example/product"],
            html='<meta charset="utf-8"><a href="/product"><img alt="" src="https://cdn.example/b.jpg?w=2"></a>',
            text="https://shop.example/product",
        )
    )
    assert dropped.urls == ("https://cdn.example/b.jpg?w=2",)


def test_an_address_alone_is_hoped_to_be_a_picture() -> None:
    assert read_drop(mime(urls=["https://x.example/a%20b.png"])).urls == (
        "https://x.example/a%20b.png",
    )
    assert read_drop(mime(text=" https://x.example/a.png\n")).urls == ("https://x.example/a.png",)
    assert read_drop(mime(text="see https://x.example/a.png")).is_empty
    assert read_drop(mime(urls=["ftp://x.example/a.png", "javascript:alert(1)"])).is_empty


def test_pixels_come_along_for_when_nothing_better_does() -> None:
    image = QImage(4, 4, QImage.Format.Format_RGB32)
    dropped = read_drop(mime(image=image, urls=["https://x.example/a.png"]))
    assert dropped.picture is not None
    assert dropped.urls == ("https://x.example/a.png",)
    assert read_drop(mime(image=image)).picture is not None
    assert read_drop(mime(image=QImage())).is_empty


def test_a_picture_inside_the_html() -> None:
    source = "data:image/jpeg;base64," + base64.b64encode(JPEG).decode()
    assert read_drop(mime(html=f'<img src="{source}">')).inline == (JPEG,)
    assert inline_picture("data:image/png;base64,!!!!") is None
    assert inline_picture("data:image/svg+xml,<svg/>") is None
    assert inline_picture("data:text/html,<b>") is None
    assert inline_picture("data:image/png") is None


def test_text_with_a_small_picture_in_it_is_text() -> None:
    assert picture_sources("<p>" + "word " * 100 + "<img src='https://x.example/smile.png'>") == []
    assert picture_sources("<img src='//x.example/a.png'><img>") == ["https://x.example/a.png"]


@given(st.text(max_size=300))
def test_any_html_is_read(text: str) -> None:
    assert isinstance(picture_sources("<img src=" + text), list)
    assert isinstance(picture_sources(text), list)


# -- fetching ----------------------------------------------------------------------------------


def test_a_picture_is_fetched_and_kept_under_its_name(
    site: Site, near: Transport, tmp_path: Path
) -> None:
    # Neither the name nor the type that is told is right; the content is.
    site.pages["/img/Latte%20art.php"] = (200, {"Content-Type": "text/plain"}, JPEG)
    reports: list[object] = []
    url = f"{site.url}/img/Latte%20art.php?size=large"
    [taken] = import_urls(job(reports), [url], tmp_path / "media", near)
    assert taken.problem == ""
    path = Path(taken.path)
    assert path.parent.parent == tmp_path / "media"
    assert path.name == "Latte art.jpg"
    assert path.read_bytes() == JPEG
    last = reports[-1]
    assert isinstance(last, MediaImportProgress)
    assert (last.received, last.total) == (len(JPEG), len(JPEG))
    assert "size=large" not in last.name


def test_the_same_picture_is_one_file(site: Site, near: Transport, tmp_path: Path) -> None:
    site.pages["/a.jpg"] = (200, {}, JPEG)
    urls = [f"{site.url}/a.jpg", f"{site.url}/a.jpg?again"]
    first, second = import_urls(job(), urls, tmp_path, near)
    assert first.path == second.path
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("is_right", [True, False])
def test_a_picture_that_is_just_shown_need_not_be_replaced_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_right: bool
) -> None:
    """As on Windows; what is there and is not the same picture is waited for."""
    files = HeldFiles(monkeypatch)
    first = Path(import_bytes(job(), JPEG, tmp_path).path)
    if not is_right:
        first.write_bytes(b"other")
    files.hold(first, times=3)
    assert import_bytes(job(), JPEG, tmp_path).path == str(first)
    assert first.read_bytes() == JPEG
    assert (files.waited == []) is is_right
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [first]


def test_each_address_that_fails_has_its_sentence(
    site: Site, near: Transport, tmp_path: Path
) -> None:
    site.pages |= {
        "/page": (200, {"Content-Type": "text/html; charset=utf-8"}, b"<html>" + b"x" * 5000),
        "/odd": (200, {}, b"\0\1\2\3" * 50),
        "/sly": (200, {"Content-Type": "image/jpeg"}, b"<!doctype html><html>"),
        "/good.jpg": (200, {}, JPEG),
    }
    paths = ("/page", "/odd", "/sly", "/missing", "/good.jpg")
    taken = import_urls(job(), [site.url + path for path in paths], tmp_path, near)
    assert [download.is_page for download in taken] == [True, False, True, False, False]
    assert [bool(download.problem) for download in taken] == [True, True, True, True, False]
    assert "is a web page" in taken[0].problem
    assert "not a picture or video" in taken[1].problem
    assert "answered 404" in taken[3].problem
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [Path(taken[4].path)]


def test_private_addresses_are_refused(site: Site, tmp_path: Path) -> None:
    asked = threading.Event()

    def page() -> Answer:
        asked.set()
        return 200, {}, JPEG

    site.pages["/a.jpg"] = page
    port = site.server.server_port
    urls = [f"{site.url}/a.jpg", f"http://localhost:{port}/a.jpg", "http://10.1.2.3/a.jpg"]
    taken = import_urls(job(), urls, tmp_path)
    assert all("private network" in download.problem for download in taken)
    assert not asked.is_set()
    assert list(tmp_path.iterdir()) == []


def test_what_is_too_large_is_stopped(
    site: Site, near: Transport, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(media_import, "MAX_BYTES", 1000)
    site.pages["/a.jpg"] = (200, {}, JPEG + b"\0" * 5000)
    [taken] = import_urls(job(), [f"{site.url}/a.jpg"], tmp_path, near)
    assert "could not be downloaded" in taken.problem
    assert list(tmp_path.iterdir()) == []


def test_cancelling_leaves_nothing_behind(site: Site, near: Transport, tmp_path: Path) -> None:
    running = job()

    def page() -> Answer:
        running.cancelled.set()
        return 200, {}, JPEG * 200

    site.pages["/a.jpg"] = page
    with pytest.raises(JobCancelled):
        import_urls(running, [f"{site.url}/a.jpg"], tmp_path, near)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_to_is_told(
    site: Site, near: Transport, tmp_path: Path
) -> None:
    (tmp_path / "media").write_text("in the way")
    site.pages["/a.jpg"] = (200, {}, JPEG)
    [taken] = import_urls(job(), [f"{site.url}/a.jpg"], tmp_path / "media", near)
    assert "could not be kept" in taken.problem


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("../../etc/passwd", "passwd"),
        ("CON<>:.jpeg", "CON_"),
        ("con", "con_"),
        ("Lpt1.x.png", "Lpt1_.x"),
        ("console", "console"),
        ("", "picture"),
        ("x" * 300 + ".png", "x" * 80),
        (".hidden", "hidden"),
    ],
)
def test_names_are_safe_everywhere(tmp_path: Path, name: str, expected: str) -> None:
    taken = import_bytes(job(), JPEG, tmp_path, name)
    path = Path(taken.path)
    assert path.parent.parent == tmp_path
    assert path.name == f"{expected}.jpg"


def test_two_pictures_of_one_name_keep_it_both(tmp_path: Path) -> None:
    other = JPEG + b"\0"
    first, second = (import_bytes(job(), data, tmp_path, "Harbour") for data in (JPEG, other))
    assert Path(first.path).name == Path(second.path).name == "Harbour.jpg"
    assert [Path(file.path).read_bytes() for file in (first, second)] == [JPEG, other]
    assert import_bytes(job(), JPEG, tmp_path, "Harbour").path == first.path


def test_bytes_and_pixels_are_kept(tmp_path: Path) -> None:
    assert Path(import_bytes(job(), JPEG, tmp_path).path).read_bytes() == JPEG
    assert "not a picture" in import_bytes(job(), b"%PDF", tmp_path).problem
    image = QImage(4, 4, QImage.Format.Format_RGB32)
    image.fill(0)
    assert Path(import_picture(job(), image, tmp_path).path).read_bytes()[:4] == b"\x89PNG"
    assert "cannot be saved" in import_picture(job(), QImage(), tmp_path).problem

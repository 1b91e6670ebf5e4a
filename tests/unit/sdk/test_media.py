from __future__ import annotations

import os
import threading
from concurrent.futures import Future
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posto_desktop.sdk import Cancelled, MediaItem, MediaUploadError, PostoSDK
from posto_desktop.sdk.downloads import clean_name, disposition_name, name_of
from posto_desktop.sdk.media_types import sniff, title_of, upload_name

from .conftest import JPEG, PATIENCE
from .scripted import HTML, Reply, Scripted, serving

NASTY = [
    "Fjörd bei Nacht.jpg",
    'say "hi".jpg',
    "line\nbreak.jpg",
    "семья.jpg",
    "🎉.jpg",
    "\u202egpj.exe.jpg",
    "a;b=c.jpg",
    "x" * 200 + ".jpg",
    "no extension",
    ".hidden.jpg",
    "100% real+(1).JPG",
]


QUOTA = "Your files that no post uses take 4.9 GB of 5 GB, and this one does not fit."


@pytest.mark.parametrize("name", NASTY)
def test_any_name_goes_through(
    posto: PostoSDK, service: Scripted, tmp_path: Path, name: str
) -> None:
    if os.name == "nt" and {'"', "\n"} & set(name):
        pytest.skip("no file has such a name there")
    path = tmp_path / name
    path.write_bytes(JPEG)
    item = posto.upload(path, alt_text="Ein Fjörd")
    seen = service.seen[0]
    disposition = seen.headers["content-disposition"]
    sent = disposition.removeprefix('attachment; filename="').removesuffix('"')
    assert sent.isascii()
    assert set(sent) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.")
    assert sent.endswith((".jpg", ".jpeg"))
    assert len(sent) < 80
    assert seen.body == JPEG
    assert seen.headers["content-type"] == "image/jpeg"
    assert seen.first("alt_text") == "Ein Fjörd"
    assert "\n" not in (seen.first("title") or "")
    assert item.id == next(iter(service.media))
    assert item.kind == "image"


@given(st.text(min_size=1, max_size=300), st.sampled_from(["image/png", "video/mp4", "x/y"]))
def test_upload_names_are_plain(name: str, mime: str) -> None:
    made = upload_name(name, mime)
    stem, _, extension = made.rpartition(".")
    assert made.isascii()
    assert stem
    assert extension in {"png", "mp4", "m4v", "bin"}
    assert len(made) <= 70
    assert not set(made) & set("\"\\;/\r\n% '")
    title = title_of(name)
    assert title.isprintable()
    assert len(title) <= 150


@given(st.binary(max_size=600))
def test_any_bytes_are_sniffed(head: bytes) -> None:
    kind = sniff(head)
    assert kind is None or "/" in kind


@pytest.mark.parametrize(
    ("head", "mime"),
    [
        (JPEG, "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", "video/mp4"),
        (b"\0\0\0\x14ftypqt  \0\0\0\0", "video/quicktime"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0avifmif1", "image/avif"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1", "image/heic"),
        (b"\x1a\x45\xdf\xa3\0\0webm", "video/webm"),
        (b"MZ\x90\0", "application/x-msdownload"),
        (b"  <!DOCTYPE HTML><p>", "text/html"),
        (b"<svg xmlns=''>", "image/svg+xml"),
        (b"hello", None),
        (b"", None),
    ],
)
def test_content_tells_the_type(head: bytes, mime: str | None) -> None:
    assert sniff(head) == mime


def test_a_png_called_jpg_is_sent_as_what_it_is(
    posto: PostoSDK, service: Scripted, tmp_path: Path
) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"0" * 50)
    posto.upload(path)
    assert service.seen[0].headers["content-type"] == "image/png"
    assert service.seen[0].headers["content-disposition"].endswith('.png"')


def refused(tmp_path: Path) -> dict[str, tuple[Path, str]]:
    (tmp_path / "folder.jpg").mkdir()
    (tmp_path / "empty.jpg").touch()
    (tmp_path / "program.jpg").write_bytes(b"MZ" + b"0" * 100)
    (tmp_path / "page.jpg").write_bytes(b"<html></html>")
    (tmp_path / "notes.txt").write_bytes(b"hello")
    pipe = tmp_path / "pipe.jpg"
    if hasattr(os, "mkfifo"):
        os.mkfifo(pipe)
    return {
        "folder": (tmp_path / "folder.jpg", "folder"),
        "empty": (tmp_path / "empty.jpg", "empty"),
        "missing": (tmp_path / "gone.jpg", "missing"),
        "program": (tmp_path / "program.jpg", "type"),
        "page": (tmp_path / "page.jpg", "type"),
        "text": (tmp_path / "notes.txt", "type"),
        "pipe": (pipe, "unreadable"),
    }


@pytest.mark.parametrize("case", ["folder", "empty", "missing", "program", "page", "text", "pipe"])
def test_what_cannot_be_media_is_refused_before_anything_is_sent(
    posto: PostoSDK, service: Scripted, tmp_path: Path, case: str
) -> None:
    path, reason = refused(tmp_path)[case]
    if case == "pipe" and not hasattr(os, "mkfifo"):
        pytest.skip("no pipes here")
    with pytest.raises(MediaUploadError) as caught:
        posto.post("Hello", to=2, media=path)
    assert caught.value.reason == reason
    assert path.name in caught.value.user_message
    assert service.count() == 0


def test_progress_and_order_of_many_files(
    posto: PostoSDK, service: Scripted, tmp_path: Path
) -> None:
    paths = []
    for number in range(7):
        path = tmp_path / f"{number}.jpg"
        path.write_bytes(JPEG + bytes([number]) * 300_000)
        paths.append(path)
    reports: list[tuple[int, int]] = []
    result = posto.post("Hi", to=2, media=paths, progress=lambda a, b: reports.append((a, b)))
    total = sum(path.stat().st_size for path in paths)
    assert reports[-1] == (total, total)
    assert [report[0] for report in reports] == sorted(report[0] for report in reports)
    assert len(reports) > 7
    by_content = {row["bytes"][-1]: number for number, row in service.media.items()}
    assert result.media_ids == [by_content[number] for number in range(7)]
    post = service.composed()[0]["schedules"][0]["custom_post_data"]
    assert post["media_list_to_upload"] == result.media_ids
    assert post["upload_media"] is True
    assert post["upload_media_type"] == "custom"


def test_one_content_is_uploaded_once(posto: PostoSDK, service: Scripted, photo: Path) -> None:
    again = photo.with_name("again.jpg")
    again.write_bytes(photo.read_bytes())
    first = posto.post("One", to=2, media=[photo, again])
    second = posto.post("Two", to=2, media=str(photo))
    assert len(service.media) == 1
    assert first.media_ids == second.media_ids * 2
    posto.post("Three", to=2, media=photo, alt_text="Other words")
    assert len(service.media) == 2


def test_alt_text_per_file(posto: PostoSDK, service: Scripted, photo: Path) -> None:
    other = photo.with_name("other.jpg")
    other.write_bytes(JPEG + b"2")
    posto.post("Hi", to=2, media=[photo, other], alt_text={photo.name: "A", str(other): "B"})
    assert sorted(row["alt_text"] for row in service.media.values()) == ["A", "B"]


def test_a_long_alt_text_travels_apart(posto: PostoSDK, service: Scripted, photo: Path) -> None:
    long = "Ein Fjörd bei Nacht 🌌 " * 120
    item = posto.upload(photo, alt_text=long)
    assert service.media[item.id]["alt_text"] == long.strip()
    sent = service.requests("POST", "/media")[0]
    assert sent.all("alt_text") == []
    service.fail("/media/", Reply(403, HTML))
    with pytest.raises(MediaUploadError, match=photo.name):
        posto.upload(photo, alt_text=long)


@pytest.mark.parametrize("alt", ["a\ud800b", "\udce9" * 3000])
def test_halves_of_characters_go_through(
    posto: PostoSDK, service: Scripted, photo: Path, alt: str
) -> None:
    odd = photo.with_name("caf\udce9.jpg" if os.name == "posix" else "café.jpg")
    odd.write_bytes(JPEG)
    assert posto.post("a\ud800b", to=2, media=odd, alt_text=alt)
    assert service.composed()[0]["schedules"][0]["custom_post_data"]["post_content"] == "a?b"
    with pytest.raises(MediaUploadError):
        posto.post("Hi", to=2, media="gone\udce9.jpg")


def test_who_gives_up_does_not_stop_another_with_the_same_file(posto: PostoSDK) -> None:
    uploader, key, nobody = posto._uploader, ("digest", ""), threading.Event()
    first: Future[MediaItem] = Future()
    second: Future[MediaItem] = Future()
    assert uploader._known_or_running(key, first, nobody) is None
    answers: list[object] = []
    waiting = threading.Thread(
        target=lambda: answers.append(uploader._known_or_running(key, second, nobody))
    )
    waiting.start()
    uploader._running.pop(key)
    first.set_exception(Cancelled())
    waiting.join(60)
    assert answers == [None]  # it is the second one's turn to upload
    given_up = threading.Event()
    given_up.set()
    with pytest.raises(Cancelled):
        uploader._known_or_running(key, Future(), given_up)


def test_cancelling_ends_an_upload(posto: PostoSDK, service: Scripted, tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + b"0" * 5_000_000)
    cancel = threading.Event()
    with pytest.raises(Cancelled):
        posto.upload(path, progress=lambda *_: cancel.set(), cancel=cancel)
    assert not service.media
    assert posto.me().name == "Ann"


@pytest.mark.parametrize(
    ("reply", "reason", "words"),
    [
        (Reply(413, HTML), "too_large", "refuses files of"),
        (Reply(500, {"code": "rest_upload_sideload_error", "message": "Sorry, not allowed.",
                     "data": {"status": 500}}), "refused", "Sorry, not allowed."),
        (Reply(403, {"code": "rest_cannot_create", "message": "Sorry",
                     "data": {"status": 403}}), "not_allowed", "Author role"),
        (Reply(507, {"code": "posto_upload_quota", "message": QUOTA, "data": {"status": 507}}),
         "no_room", f"” was not uploaded. {QUOTA}"),
        (Reply(507, {"code": "posto_disk_full", "message": "The disk is full.",
                     "data": {"status": 507}}), "no_room", "no storage space left"),
        (Reply(200, [{"id": 9, "source_url": "http://e/other.jpg"}]), "unreadable", "number"),
        (Reply(201, {"source_url": "x"}), "unreadable", "number"),
        (Reply(200, HTML), "html", "web page"),
    ],
)  # fmt: skip
def test_a_failed_upload_names_the_file_and_posts_nothing(
    posto: PostoSDK, service: Scripted, photo: Path, reply: Reply, reason: str, words: str
) -> None:
    service.always("/media", reply, method="POST")
    with pytest.raises(MediaUploadError) as caught:
        posto.post("Hello", to=2, media=photo)
    assert caught.value.reason == reason
    assert photo.name in caught.value.user_message
    assert words in caught.value.user_message
    assert caught.value.file == photo.name
    assert service.composed() == []


@pytest.mark.parametrize("lost", [Reply(504, HTML), Reply(how="reset")])
def test_an_upload_whose_answer_was_lost_is_found_not_repeated(
    posto: PostoSDK, service: Scripted, photo: Path, lost: Reply
) -> None:
    service.fail("/media", lost, method="POST", carried_out=True)
    result = posto.post("Hello", to=2, media=photo)
    assert result.success
    assert result.media_ids == list(service.media)
    assert service.count("POST", "/media") == 1


def test_an_upload_that_was_lost_for_good_is_an_error(
    posto: PostoSDK, service: Scripted, photo: Path
) -> None:
    service.always("/media", Reply(how="reset"), method="POST")
    with pytest.raises(MediaUploadError) as caught:
        posto.post("Hello", to=2, media=photo)
    assert caught.value.maybe_sent
    assert f"“{photo.name}” is not in the media library." in caught.value.user_message
    assert service.composed() == []


def test_a_form_is_used_where_the_header_is_dropped(
    posto: PostoSDK, service: Scripted, photo: Path
) -> None:
    service.fail(
        "/media",
        Reply(400, {"code": "rest_upload_no_content_disposition", "message": "No",
                    "data": {"status": 400}}),
    )  # fmt: skip
    item = posto.upload(photo, alt_text="Nacht")
    form = service.seen[1]
    assert form.headers["content-type"].startswith("multipart/form-data; boundary=")
    assert JPEG in form.body
    assert b"Nacht" in form.body
    assert int(form.headers["content-length"]) == len(form.body)
    assert item.id in service.media


def test_addresses_are_downloaded_and_uploaded(
    service: Scripted, photo: Path, tmp_path: Path
) -> None:
    from .scripted import PASSWORD, TOKEN, USER

    with (
        serving() as web,
        PostoSDK.from_credentials(
            USER, PASSWORD, base_url=service.url, allow_private_urls=True, timeout=PATIENCE
        ) as posto,
    ):
        web.files["/a/pic.php"] = Reply(
            200, JPEG + b"web", {"Content-Disposition": 'inline; filename="Élan.jpg"'}
        )
        result = posto.post("Hi", to=2, media=[photo, f"{web.url}/a/pic.php?size=1"])
        assert [service.media[n]["bytes"] for n in result.media_ids] == [JPEG, JPEG + b"web"]
        assert TOKEN not in str(web.seen[0].headers)
        for path, reply in {
            "/page": Reply(200, "<html>not a picture</html>", {"Content-Type": "image/jpeg"}),
            "/noise.jpg": Reply(200, b"hello, I am no picture at all"),
            "/gone.jpg": Reply(404, "no"),
            "/empty.jpg": Reply(200, b""),
        }.items():
            web.files[path] = reply
            with pytest.raises(MediaUploadError) as caught:
                posto.post("Hi", to=2, media=f"{web.url}{path}")
            assert path in caught.value.user_message
        assert len(service.composed()) == 1


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:{port}/a.jpg", "http://localhost:{port}/a.jpg"]
)
def test_private_addresses_are_refused(posto: PostoSDK, service: Scripted, address: str) -> None:
    with serving() as web:
        web.files["/a.jpg"] = Reply(200, JPEG)
        with pytest.raises(MediaUploadError) as caught:
            posto.post("Hi", to=2, media=address.format(port=web.port))
        assert "private network" in caught.value.user_message
        assert web.count() == 0
    assert service.composed() == []


def test_the_service_must_not_lead_to_other_private_hosts(
    posto: PostoSDK, service: Scripted
) -> None:
    with serving() as web:
        web.files["/a.jpg"] = Reply(200, JPEG)
        service.files["/away.jpg"] = Reply(302, "", {"Location": f"{web.url}/a.jpg"})
        service.files["/own.jpg"] = Reply(200, JPEG)
        service.files["/moved.jpg"] = Reply(302, "", {"Location": "/own.jpg"})
        with pytest.raises(MediaUploadError) as caught:
            posto.post("Hi", to=2, media=f"{service.url}/away.jpg")
        assert caught.value.reason == "private_address"
        assert "/away.jpg" in caught.value.user_message
        assert web.count() == 0
        assert posto.post("Hi", to=2, media=f"{service.url}/moved.jpg").success
    assert len(service.composed()) == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_is_told(
    posto: PostoSDK, service: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    import tempfile

    service.files["/a.jpg"] = Reply(200, JPEG * 100)
    full = lambda **_: (os.open("/dev/full", os.O_WRONLY), "/dev/full")  # noqa: E731
    monkeypatch.setattr(tempfile, "mkstemp", full)
    with pytest.raises(MediaUploadError) as caught:
        posto.post("Hi", to=2, media=f"{service.url}/a.jpg")
    assert caught.value.reason == "disk"
    assert "/a.jpg" in caught.value.user_message
    assert service.composed() == []


@given(st.text(max_size=200))
def test_any_disposition_gives_a_harmless_name(value: str) -> None:
    for name in (disposition_name(value), disposition_name(f'x; filename="{value}"'),
                 clean_name(value), name_of("https://e.com/" + value, {})):  # fmt: skip
        assert len(name) <= 150
        assert "/" not in name
        assert "\\" not in name
        assert not name.startswith(".")
        assert name.isprintable()


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ('attachment; filename="a b.jpg"', "a b.jpg"),
        ("attachment; filename=a.jpg", "a.jpg"),
        ("attachment; filename*=UTF-8''%e2%82%ac.jpg; filename=\"x.jpg\"", "€.jpg"),
        ("attachment; filename*=nonsense''%ff.jpg; filename=x.jpg", "x.jpg"),
        ('inline; filename="a\\"b.jpg"', 'a"b.jpg'),
        ('attachment; filename="../../etc/passwd"', "passwd"),
        ('attachment; filename="C:\\\\temp\\\\x.jpg"', "x.jpg"),
        ('attachment; filename="Ã©.jpg"', "é.jpg"),
        ("attachment", ""),
        ("", ""),
    ],
)
def test_names_in_dispositions(header: str, name: str) -> None:
    assert disposition_name(header) == name


def test_media_of_a_wrong_kind(posto: PostoSDK) -> None:
    for media in ({"a": 1}, 3.5, [None], b"bytes", True):
        with pytest.raises(MediaUploadError):
            posto.post("Hi", to=2, media=media)


def test_alt_texts_of_a_wrong_kind(posto: PostoSDK, service: Scripted, photo: Path) -> None:
    for alt in (5, [5], {photo.name: 5}, b"x"):
        with pytest.raises(MediaUploadError, match="alt text"):
            posto.post("Hi", to=2, media=photo, alt_text=alt)  # type: ignore[arg-type]
    for path in (None, 5):
        with pytest.raises(MediaUploadError):
            posto.upload(path)  # type: ignore[arg-type]
    assert service.count() == 0
    assert posto.post("Hi", to=2, media=photo, alt_text=[None])  # type: ignore[list-item]
    assert [row["alt_text"] for row in service.media.values()] == [""]


def test_a_file_that_shrinks_while_it_is_sent(
    posto: PostoSDK, service: Scripted, tmp_path: Path
) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + b"0" * 4_000_000)

    def shrink(sent: int, _total: int) -> None:
        if sent < 1_000_000:
            os.truncate(path, 1_000_000)

    with pytest.raises(MediaUploadError) as caught:
        posto.upload(path, progress=shrink)
    assert "film.mp4" in caught.value.user_message
    assert not service.media

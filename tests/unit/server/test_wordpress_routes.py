"""WordPress's routes against the real workspace, as a real WordPress 6.8 answers them."""

from __future__ import annotations

import hashlib
import io
from typing import Any

import pytest
import requests
from PIL import Image

from posto_desktop.sdk.connect import check_sign_in

from .conftest import POSTO, WP, Client, png


def raw(client: Client, data: Any, disposition: str | None, **headers: str) -> requests.Response:
    if disposition is not None:
        headers["Content-Disposition"] = disposition
    headers.setdefault("Content-Type", "application/octet-stream")
    return client.send("POST", f"{WP}/media", data=data, headers=headers)


def refusal(answer: requests.Response) -> tuple[int, str]:
    body = answer.json()
    assert body["data"]["status"] == answer.status_code
    assert body["message"]
    return answer.status_code, body["code"]


def test_the_index_tells_what_is_there_without_a_password(client: Client) -> None:
    index = requests.get(f"{client.base}/wp-json/", timeout=60).json()
    assert {"fs-poster/v1", "wp/v2", "posto/v1"} <= set(index["namespaces"])
    assert index["authentication"]["application-passwords"]
    assert "/fs-poster/v1/composer/reschedule" in index["routes"]
    assert r"/wp/v2/media/(?P<id>[\d]+)" in index["routes"]
    assert index["name"]


def test_our_own_sign_in_check_accepts_it(client: Client) -> None:
    signed_in = check_sign_in(
        client.base, client.running.username, client.running.password, timeout=(5.0, 5.0)
    )
    assert signed_in.has_plugin
    assert signed_in.account_name == "Posto"


def test_the_user_is_told_only_with_the_password(client: Client) -> None:
    me = client.call("GET", f"{WP}/users/me?context=edit")
    assert me["capabilities"]["upload_files"] is True
    assert me["roles"] == ["administrator"]
    assert "roles" not in client.call("GET", f"{WP}/users/me")


def test_settings_change_what_is_known(client: Client) -> None:
    before = client.call("GET", f"{WP}/settings")
    after = client.call("POST", f"{WP}/settings", json={"title": "Mine", "nonsense": 1})
    assert after["title"] == "Mine"
    assert "nonsense" not in after
    assert requests.get(f"{client.base}/wp-json/", timeout=60).json()["name"] == "Mine"
    client.call("POST", f"{WP}/settings", json={"title": before["title"]})


@pytest.mark.parametrize(
    "path",
    [
        "/wp-json/wp/v2/users/me",
        "/wp-json/wp/v2/users/me/",
        "/index.php/wp-json/wp/v2/users/me",
        "/?rest_route=/wp/v2/users/me",
        "/index.php?rest_route=/wp/v2/users/me",
    ],
)
def test_spellings_of_an_address_that_wordpress_takes(client: Client, path: str) -> None:
    assert client.call("GET", path)["id"] == 1


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/wp-json//wp/v2/users/me"),
        ("GET", "/wp-json/wp/v2/nothing"),
        ("GET", "/wp-json/wp/v2/Users/me"),
        ("PUT", "/wp-json/fs-poster/v1/composer"),
        ("GET", "/wp-json/fs-poster/v1/composer"),
        ("GET", "/anything"),
        ("BREW", "/wp-json/"),
    ],
)
def test_an_unknown_route_is_no_route(client: Client, method: str, path: str) -> None:
    assert refusal(client.send(method, path)) == (404, "rest_no_route")


# Uploads


def picture(kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (64, 48), "navy").save(file, kind, **options)
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "mime", "stored"),
    [
        ("ok.jpg", picture("JPEG"), "image/jpeg", "ok.jpg"),
        ("UPPER.JPG", picture("JPEG"), "image/jpeg", "UPPER.JPG"),
        ("ok.png", picture("PNG"), "image/png", "ok.png"),
        ("ok.gif", picture("GIF"), "image/gif", "ok.gif"),
        ("ok.webp", picture("WEBP"), "image/webp", "ok.webp"),
        ("ok.bmp", picture("BMP"), "image/bmp", "ok.bmp"),
        ("liar.jpg", picture("PNG"), "image/png", "liar.png"),
        ("no-extension", picture("PNG"), "image/png", "no-extension.png"),
        ("../../etc/x.png", picture("PNG"), "image/png", "x.png"),
        ("shell.php.png", picture("PNG"), "image/png", "shell.php_.png"),
        (".hidden", picture("PNG"), "image/png", "hidden.png"),
        ("clip.mp4", b"\0\0\0\x18ftypisom\0\0\0\0isommp42" + bytes(64), "video/mp4", "clip.mp4"),
        ("clip.mov", b"\0\0\0\x14ftypqt  \0\0\0\0qt  " + bytes(64), "video/quicktime", "clip.mov"),
    ],
)
def test_the_content_decides_what_a_file_is(
    client: Client, name: str, data: bytes, mime: str, stored: str
) -> None:
    answer = raw(client, data, f'attachment; filename="{name}"')
    assert answer.status_code == 201
    item = answer.json()
    assert item["mime_type"] == mime
    assert item["media_type"] == ("image" if mime.startswith("image/") else "file")
    assert item["media_details"]["filesize"] == len(data)
    assert item["media_details"]["file"] == stored
    if mime.startswith("image/"):
        assert (item["media_details"]["width"], item["media_details"]["height"]) == (64, 48)
    served = requests.get(item["source_url"], timeout=60)
    assert (served.content, served.headers["Content-Type"]) == (data, mime)
    assert item["posto"]["sha256"] == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize(
    "data",
    [b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"<?php 1;", b"MZ\x90\0", b"x", b"\0" * 99],
)
def test_what_no_network_takes_is_refused(client: Client, data: bytes) -> None:
    answer = raw(client, data, 'attachment; filename="photo.jpg"')
    assert refusal(answer) == (500, "rest_upload_sideload_error")


@pytest.mark.parametrize(
    ("data", "disposition", "headers", "refused"),
    [
        (b"", 'attachment; filename="a.png"', {}, (400, "rest_upload_no_data")),
        (png(), None, {}, (400, "rest_upload_no_content_disposition")),
        (png(), "attachment", {}, (400, "rest_upload_invalid_disposition")),
        (png(), 'attachment; filename=""', {}, (400, "rest_upload_invalid_disposition")),
        (
            png(),
            'attachment; filename="a.png"',
            {"Content-Type": "application/json"},
            (400, "rest_invalid_json"),
        ),
        (
            png(),
            'attachment; filename="a.png"',
            {"Content-MD5": "0" * 32},
            (412, "rest_upload_hash_mismatch"),
        ),
    ],
)
def test_a_bad_upload_is_refused(
    client: Client,
    data: bytes,
    disposition: str | None,
    headers: dict[str, str],
    refused: tuple[int, str],
) -> None:
    assert refusal(raw(client, data, disposition, **headers)) == refused


@pytest.mark.parametrize(
    ("disposition", "stored"),
    [
        ("attachment; filename=plain.png", "plain.png"),
        ('form-data; filename="a b.png"', "a-b.png"),
        ("attachment; filename*=UTF-8''%E6%97%A5%E6%9C%AC.png", "日本.png"),
        ("attachment; filename=\"x.png\"; filename*=utf-8''%C3%BC.png", "ü.png"),
        ('attachment; filename="日本 写真 🎉.png"', "日本-写真-🎉.png"),
        ('attachment; filename="say \\"hi\\".png"', "say-hi.png"),
        ('attachment; filename="a;b=c.png"', "abc.png"),
    ],
)
def test_file_names_of_every_kind(client: Client, disposition: str, stored: str) -> None:
    answer = raw(client, png(), disposition.encode().decode("latin-1"))
    assert answer.json()["media_details"]["file"] == stored


def test_a_chunked_upload_and_its_hash(client: Client) -> None:
    data = png(50, 50)
    answer = raw(
        client,
        iter([data[:10], data[10:]]),
        'attachment; filename="c.png"',
        **{"Content-MD5": hashlib.md5(data).hexdigest()},
    )
    assert answer.status_code == 201
    assert answer.json()["media_details"]["filesize"] == len(data)


def test_multipart_with_fields_before_and_after_the_file(client: Client) -> None:
    form = [
        ("title", (None, "A Title")),
        ("file", ("日本語;x.png", png(), "image/png")),
        ("alt_text", (None, "Ein Bild")),
        ("ignored", (None, "x" * 1000)),
    ]
    item = client.call("POST", f"{WP}/media", files=form)
    assert (item["title"]["raw"], item["alt_text"]) == ("A Title", "Ein Bild")
    assert item["media_details"]["file"] == "日本語x.png"
    nothing = client.send("POST", f"{WP}/media", files=[("title", (None, "only"))])
    assert refusal(nothing) == (400, "rest_upload_no_data")


def test_title_and_alt_text_in_the_query(client: Client) -> None:
    item = client.upload(png(), title="Q Title", alt_text="Q <alt>")
    assert (item["title"]["rendered"], item["alt_text"]) == ("Q Title", "Q <alt>")


def test_an_upload_is_described_listed_and_deleted(client: Client) -> None:
    item = client.upload(png(9, 9), name="walrus.png")
    path = f"{WP}/media/{item['id']}"
    for method in ("POST", "PUT", "PATCH"):
        assert client.call(method, path, json={"alt_text": method})["alt_text"] == method
    assert client.call("POST", path, data={"alt_text": "a form"})["alt_text"] == "a form"
    assert client.call("POST", path, json={"title": {"raw": "T"}})["title"]["raw"] == "T"
    assert client.call("POST", path, json={"alt_text": None})["alt_text"] == ""
    assert refusal(client.send("POST", path, json={"alt_text": 5})) == (400, "rest_invalid_param")
    (match,) = client.call("GET", f"{WP}/media?search=walrus")
    assert match["id"] == item["id"]
    assert refusal(client.send("DELETE", path)) == (501, "rest_trash_not_supported")
    assert client.call("DELETE", f"{path}?force=true")["deleted"] is True
    for method in ("GET", "POST", "DELETE"):
        answer = client.send(method, path, json={"force": True} if method != "GET" else None)
        assert refusal(answer) == (404, "rest_post_invalid_id")
    assert requests.get(item["source_url"], timeout=60).status_code == 404


def test_the_library_is_listed_in_pages(client: Client) -> None:
    ids = [client.upload(png(3, 3 + number))["id"] for number in range(3)]
    answer = client.send("GET", f"{WP}/media?per_page=2")
    assert [item["id"] for item in answer.json()] == ids[:0:-1]
    total = int(answer.headers["X-WP-Total"])
    assert int(answer.headers["X-WP-TotalPages"]) == -(-total // 2)
    assert {item["id"] for item in client.call("GET", f"{WP}/media?include={ids[0]},{ids[1]}")} == {
        *ids[:2]
    }
    for query in ("per_page=101", "per_page=0", "page=-1"):
        answer = client.send("GET", f"{WP}/media?{query}")
        assert refusal(answer) == (400, "rest_invalid_param")
    answer = client.send("GET", f"{WP}/media?page=99999")
    assert refusal(answer) == (400, "rest_post_invalid_page_number")


def test_the_same_content_is_kept_once_and_goes_with_its_last_item(client: Client) -> None:
    data = png(77, 7)
    first, second = client.upload(data), client.upload(data)
    assert first["id"] != second["id"]
    client.call("DELETE", f"{WP}/media/{first['id']}?force=true")
    assert requests.get(second["source_url"], timeout=60).content == data


def test_video_can_be_sought(client: Client) -> None:
    data = b"\0\0\0\x18ftypisom\0\0\0\0isommp42" + bytes(range(256))
    url = client.upload(data, name="v.mp4")["source_url"]

    def part(span: str) -> requests.Response:
        return requests.get(url, headers={"Range": span}, timeout=60)

    assert part("bytes=4-7").content == b"ftyp"
    assert part("bytes=4-7").headers["Content-Range"] == f"bytes 4-7/{len(data)}"
    assert part("bytes=-3").content == data[-3:]
    assert part(f"bytes={len(data) - 2}-").content == data[-2:]
    assert part(f"bytes={len(data)}-").status_code == 416
    assert part("bytes=x").status_code == 416
    whole = requests.get(url, timeout=60)
    again = requests.get(url, headers={"If-None-Match": whole.headers["ETag"]}, timeout=60)
    assert (again.status_code, again.content) == (304, b"")
    assert requests.head(url, timeout=60).headers["Content-Length"] == str(len(data))


# Thumbnails


def test_a_thumbnail_is_small_turned_upright_and_made_once(client: Client) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # a camera held upright
    file = io.BytesIO()
    Image.new("RGB", (800, 600), "green").save(file, "JPEG", exif=exif)
    item = client.upload(file.getvalue(), name="t.jpg")
    path = f"{POSTO}/media/{item['id']}/thumb?size=300"
    answer = client.send("GET", path)
    assert Image.open(io.BytesIO(answer.content)).size == (240, 320)
    assert client.send("GET", path).content == answer.content
    assert requests.get(item["posto"]["thumb"], timeout=60).status_code == 200


def test_transparency_survives(client: Client) -> None:
    file = io.BytesIO()
    Image.new("RGBA", (50, 50), (0, 0, 0, 0)).save(file, "PNG")
    item = client.upload(file.getvalue())
    answer = client.send("GET", f"{POSTO}/media/{item['id']}/thumb?size=80")
    assert answer.headers["Content-Type"] == "image/png"
    assert Image.open(io.BytesIO(answer.content)).getpixel((5, 5))[3] == 0  # type: ignore[index]


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (png()[:40], 415),
        (picture("JPEG")[:200], 415),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes([0, 1, 0, 0, 0, 1, 0, 0, 8, 2, 0, 0, 0]), 422),
        (b"\0\0\0\x18ftypisom\0\0\0\0isommp42" + bytes(64), 415),
    ],
)
def test_what_cannot_be_shown_has_no_thumbnail(client: Client, data: bytes, status: int) -> None:
    item = client.upload(data, name="broken.bin")
    answer = client.send("GET", f"{POSTO}/media/{item['id']}/thumb")
    assert answer.status_code == status
    assert client.call("GET", "/readyz")["ready"]


def test_a_decompression_bomb_is_kept_but_never_unpacked(client: Client) -> None:
    file = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(file, "PNG", compress_level=1)
    bomb = file.getvalue()
    assert len(bomb) < 1_000_000
    item = client.upload(bomb)
    assert item["media_details"]["width"] == 20_000
    answer = client.send("GET", f"{POSTO}/media/{item['id']}/thumb")
    assert refusal(answer) == (422, "posto_too_many_pixels")

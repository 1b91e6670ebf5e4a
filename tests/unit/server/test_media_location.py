"""Where the options and the environment of posto-server say that media are."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import pytest

from posto_desktop.server.errors import StartError
from posto_desktop.server.folder_media import FolderMedia
from posto_desktop.server.media_location import MediaLocation, add_options, location_of
from posto_desktop.server.media_opener import opened_media


def location(*words: str) -> MediaLocation:
    parser = argparse.ArgumentParser()
    add_options(parser)
    return location_of(parser.parse_args(words))


def test_without_options_media_are_in_the_folder_of_the_workspace(tmp_path: Path) -> None:
    media = opened_media(location(), tmp_path)
    assert isinstance(media, FolderMedia)
    assert not media.is_shared
    assert media.incoming == tmp_path / "media" / "incoming"


def test_a_folder_is_shared(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    media = opened_media(location("--media", str(tmp_path / "shared")), tmp_path / "own")
    assert media.is_shared
    assert media.path("0" * 64) == tmp_path / "shared" / "00" / ("0" * 64)


def test_a_bucket_by_options_and_by_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    words = ["--media", "s3://shop/media/2026/", "--media-endpoint", "https://s3.example.org"]
    place = location(*words, "--media-region", "eu-1", "--media-cache", "0.5")
    assert (place.bucket, place.prefix, place.region) == ("shop", "media/2026", "eu-1")
    assert place.cache_bytes == 2**29
    monkeypatch.setenv("POSTO_MEDIA", "s3://shop")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "https://any.example.org")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-2")
    assert location().endpoint == "https://any.example.org"
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "https://s3.example.org")
    place = location()
    assert (place.bucket, place.prefix, place.region) == ("shop", "", "eu-2")
    assert place.endpoint == "https://s3.example.org"


@pytest.mark.parametrize(
    ("words", "is_virtual", "endpoint"),
    [
        (["s3://shop"], True, ""),
        (["s3://shop.example"], False, ""),  # no certificate of Amazon's fits such a host
        (["s3://shop", "https://s3.example.org"], False, "https://s3.example.org"),
        (["s3://shop", "https://h:9000/x", "virtual"], True, "https://shop.h:9000/x"),
        (["s3://shop", "", "path"], False, ""),
    ],
)
def test_where_the_bucket_is_in_addresses(
    words: list[str], is_virtual: bool, endpoint: str
) -> None:
    options = ("--media", "--media-endpoint", "--media-style")
    pairs = [word for pair in zip(options, words, strict=False) for word in pair]
    place = location(*pairs)
    assert (place.is_virtual, place.endpoint_of_bucket) == (is_virtual, endpoint)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--media", "s3:///prefix"], "names no bucket"),
        (["--media", "https://example.org/media"], "is a folder or s3://"),
        (["--media", "s3://shop", "--media-endpoint", "s3.example.org"], "begins with https://"),
    ],
)
def test_what_is_no_place_is_a_sentence(words: list[str], sentence: str) -> None:
    with pytest.raises(StartError) as caught:
        location(*words)
    assert sentence in caught.value.user_message


def test_an_endpoint_shows_no_password() -> None:
    place = MediaLocation("s3://shop", "https://me:secret@s3.example.org")
    assert place.shown_address == "s3://shop (s3.example.org)"


def test_without_the_client_of_s3_the_start_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "posto_desktop.server.object_media", raising=False)
    monkeypatch.setitem(sys.modules, "obstore", None)
    monkeypatch.setitem(sys.modules, "obstore.exceptions", None)
    with pytest.raises(StartError) as caught:
        opened_media(MediaLocation("s3://shop"), tmp_path)
    assert caught.value.user_message == (
        "Media in S3 need more: install posto[s3] and start again."
    )

"""Files of posts fetched from wherever a row says they are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from posto_desktop.sdk import PostoSDK
from posto_desktop.workers.media_fetcher import fetch_all, name_of
from tests.unit.sdk.scripted import PASSWORD, USER, Reply, Scripted, serving

ODD = (
    "http://[bad/x.jpg",
    "http://exa mple/\x00.jpg",
    "//nohost",
    "javascript:alert(1)",
    "file:///etc/passwd",
    "http://:0/",
    "http://127.0.0.1:99999/x.jpg",
    "x" * 5000,
    " ",
)


@pytest.fixture
def site() -> Iterator[Scripted]:
    with serving() as made:
        yield made


@pytest.mark.parametrize("odd", ODD)
def test_an_address_that_is_none_costs_only_its_own_file(
    site: Scripted, tmp_path: Path, odd: str
) -> None:
    site.files["/good.jpg"] = Reply(200, b"picture", {"Content-Type": "image/jpeg"})
    with PostoSDK.from_credentials(USER, PASSWORD, base_url=site.url) as sdk:
        files, failures = fetch_all(sdk, [odd, f"{site.url}/good.jpg"], tmp_path)
    assert [Path(file).read_bytes() for file in files] == [b"picture"]
    assert len(failures) == 1
    assert failures[0].endswith(".")


@pytest.mark.parametrize("odd", ODD)
def test_whatever_the_address_there_is_a_name(odd: str) -> None:
    name = name_of(odd)
    assert 0 < len(name) <= 120
    assert not set(name) & set('/\\:*?"<>|\x00')

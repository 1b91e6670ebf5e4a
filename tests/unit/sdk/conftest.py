"""Fixtures: a scripted service and an SDK on it, whose sleeps only count."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from posto_desktop.sdk import PostoSDK, SocialMediaManager
from posto_desktop.sdk.backoff import Backoff

from .scripted import PASSWORD, USER, Scripted, channel, serving

PATIENCE = (60, 60)
"""Seconds to connect and to read: what answers at all does so sooner, on any machine."""
NOW = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)


@pytest.fixture
def service() -> Iterator[Scripted]:
    with serving() as scripted:
        scripted.channels = [
            channel(2, "News Feed"),
            channel(3, "Blog", "fb"),
            channel(4, "my_business_instagram", "instagram"),
            channel(5, "Sleeping", "linkedin", status=False),
        ]
        yield scripted


@pytest.fixture
def slept() -> list[float]:
    """The waits that the SDK asked for; none of them takes time."""
    return []


@pytest.fixture
def posto(service: Scripted, slept: list[float], tmp_path: Path) -> Iterator[PostoSDK]:
    with PostoSDK.from_credentials(
        USER,
        PASSWORD,
        base_url=service.url,
        timeout=PATIENCE,
        sleep=slept.append,
        backoff=Backoff(chance=lambda: 0.0),
        config=tmp_path / "config",
    ) as sdk:
        yield sdk


@pytest.fixture
def manager(service: Scripted, slept: list[float], tmp_path: Path) -> Iterator[SocialMediaManager]:
    with SocialMediaManager(
        USER,
        PASSWORD,
        base_url=service.url,
        timeout=PATIENCE,
        sleep=slept.append,
        backoff=Backoff(chance=lambda: 0.0),
        config=tmp_path / "config",
    ) as made:
        yield made


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "Fjörd bei Nacht.jpg"
    path.write_bytes(JPEG)
    return path


JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(range(256)) * 8

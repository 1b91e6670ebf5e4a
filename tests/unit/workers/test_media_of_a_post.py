"""From a photo with a place in it to what each network's post shows: real parts, real service."""

from __future__ import annotations

import io
import shutil
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image

from posto_desktop.core.draft import Draft, MediaRef
from posto_desktop.core.edits import Edit
from posto_desktop.delivery.client_pool import ServiceClient
from posto_desktop.delivery.outbox import Outbox
from posto_desktop.delivery.style_store import StyleStore, with_resolved_style
from posto_desktop.media.renditions import RenditionStore
from posto_desktop.media.video_header import read_video_header
from posto_desktop.media.video_tools import find_tools
from posto_desktop.media.watermarks import import_watermark
from posto_desktop.sdk import PostoSDK
from posto_desktop.server import launch
from posto_desktop.storage.database import Database
from tests.unit.workers import samples


@pytest.fixture
def link(tmp_path: Path) -> Iterator[ServiceClient]:
    running = launch.start(tmp_path / "workspace")
    sdk = PostoSDK.from_credentials(running.username, running.password, base_url=running.base_url)
    made = ServiceClient(sdk, local=True)
    yield made
    made.close()
    running.stop(10.0)


def test_each_post_shows_what_its_network_needs(link: ServiceClient, tmp_path: Path) -> None:
    photo = tmp_path / "harbour.jpg"
    samples.noise(1800, 1200).save(photo, quality=95, exif=samples.exif(6))
    before = photo.read_bytes()
    assert len(before) > 1_000_000
    ref = MediaRef(
        str(photo),
        photo.name,
        len(before),
        alt="The harbour",
        network_edits={"instagram": Edit(crop=(0.0, 0.25, 1.0, 0.6))},
    )
    wanted = ("twitter", "instagram", "bluesky", "mastodon")
    channels = [channel for channel in link.sdk.channels if channel.network in wanted]
    store = Database(tmp_path / "posto.db")
    outbox = Outbox(store, renderer=RenditionStore(tmp_path / "renditions"))
    draft = Draft(text="Morning", media=[ref])
    later = datetime.now(UTC) + timedelta(days=3)
    done = outbox.process(outbox.add(draft, channels, later).id, link)
    store.close()
    assert (done.state, done.reason) == ("sent", "")

    shown: dict[str, Image.Image] = {}
    media: dict[str, int] = {}
    for row in link.sdk.schedules.list():
        [ref] = row.media
        data = link.sdk.download(ref.url)
        assert b"Nordlicht Cam" not in data
        media[row.network] = ref.id
        with Image.open(io.BytesIO(data)) as picture:
            assert not picture.getexif()
            shown[row.network] = picture.copy()
            if row.network == "bluesky":
                assert len(data) <= 1_000_000
    assert set(shown) == set(wanted)
    # It was taken upright: 1,200 wide, 1,800 high.
    assert shown["twitter"].size == shown["mastodon"].size == (1200, 1800)
    assert shown["instagram"].size == (1200, 1080)
    assert media["twitter"] == media["mastodon"]
    assert len(set(media.values())) == 3
    assert photo.read_bytes() == before


def test_a_video_is_cut_for_one_network_and_its_frozen_file_is_what_the_service_has(
    link: ServiceClient, tmp_path: Path
) -> None:
    if find_tools() is None and sys.platform != "linux":
        pytest.skip("There is no ffmpeg; `dev.py` installs it on Linux alone.")
    film = tmp_path / "clip.mp4"
    shutil.copy(Path(__file__).parents[2] / "data" / "two-seconds.mp4", film)
    before = film.read_bytes()
    ref = MediaRef(
        str(film), film.name, len(before), "video", network_edits={"twitter": Edit(end=1.0)}
    )
    wanted = ("twitter", "mastodon")
    channels = [channel for channel in link.sdk.channels if channel.network in wanted]
    database = Database(tmp_path / "posto.db")
    renditions = tmp_path / "renditions"
    outbox = Outbox(database, renderer=RenditionStore(renditions))
    later = datetime.now(UTC) + timedelta(days=3)
    done = outbox.process(outbox.add(Draft(text="Hi", media=[ref]), channels, later).id, link)
    database.close()
    assert (done.state, done.reason) == ("sent", "")
    sent = {row.network: link.sdk.download(row.media[0].url) for row in link.sdk.schedules.list()}
    made = [path.read_bytes() for path in renditions.glob("*/clip.mp4")]
    assert sorted(made, key=len) == sorted(sent.values(), key=len)
    assert len(sent["mastodon"]) == len(before)
    lengths = sorted(
        facts.duration
        for path in renditions.glob("*/clip.mp4")
        if (facts := read_video_header(str(path), "video/mp4")) is not None
    )
    assert lengths == pytest.approx([1.0, 2.0], abs=0.15)
    assert film.read_bytes() == before


def test_the_watermark_of_a_style_is_on_what_its_networks_show(
    link: ServiceClient, tmp_path: Path
) -> None:
    photo, logo = tmp_path / "harbour.png", tmp_path / "logo.png"
    Image.new("RGB", (400, 300), (200, 0, 0)).save(photo)
    Image.new("RGBA", (40, 20), (0, 200, 0, 255)).save(logo)
    before = photo.read_bytes()
    store = StyleStore(tmp_path / "config")
    mark = {"file": import_watermark(str(logo), store.book.folder), "opacity": 1.0, "margin": 0.0}
    store.book.save("Launch", {"twitter": {"watermark": mark, "signature": "Bye"}})
    wanted = ("twitter", "mastodon")
    channels = [channel for channel in link.sdk.channels if channel.network in wanted]
    draft = with_resolved_style(
        Draft(text="Hi", style="Launch", media=[MediaRef(str(photo), photo.name, len(before))]),
        tmp_path / "config",
    )
    database = Database(tmp_path / "posto.db")
    outbox = Outbox(database, renderer=RenditionStore(tmp_path / "renditions"))
    later = datetime.now(UTC) + timedelta(days=3)
    done = outbox.process(outbox.add(draft, channels, later).id, link)
    database.close()
    assert (done.state, done.reason) == ("sent", "")
    corners = {}
    for row in link.sdk.schedules.list():
        assert row.text == ("Hi\n\nBye" if row.network == "twitter" else "Hi")
        with Image.open(io.BytesIO(link.sdk.download(row.media[0].url))) as picture:
            corners[row.network] = picture.convert("RGB").getpixel((395, 295))
    assert corners["twitter"] == pytest.approx((0, 200, 0), abs=12)
    assert corners["mastodon"] == pytest.approx((200, 0, 0), abs=12)
    assert photo.read_bytes() == before


def test_a_watermark_that_is_gone_refuses_the_post_and_names_the_style(
    link: ServiceClient, tmp_path: Path
) -> None:
    photo = tmp_path / "harbour.png"
    Image.new("RGB", (40, 30)).save(photo)
    store = StyleStore(tmp_path / "config")
    store.book.save("Launch", {"*": {"watermark": {"file": "logo.png"}}})
    ref = MediaRef(str(photo), photo.name, photo.stat().st_size)
    draft = with_resolved_style(Draft(text="Hi", style="Launch", media=[ref]), tmp_path / "config")
    database = Database(tmp_path / "posto.db")
    outbox = Outbox(database, renderer=RenditionStore(tmp_path / "renditions"))
    channels = link.sdk.channels[:1]
    done = outbox.process(outbox.add(draft, channels, None).id, link)
    database.close()
    assert done.state == "refused"
    assert "The watermark of the style “Launch” cannot be used." in done.reason
    assert link.sdk.schedules.list() == []

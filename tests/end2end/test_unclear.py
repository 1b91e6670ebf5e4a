"""Tests of lost answers, rate limits and caches at a real WordPress.

What counts is what is at the site in the end: one post, one file, nothing twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from posto_desktop.core.draft import Draft, MediaRef
from posto_desktop.core.entries import ASKED
from posto_desktop.delivery.client_pool import ClientPool, WorkspaceTarget
from posto_desktop.delivery.outbox import Outbox
from posto_desktop.sdk import MediaUploadError, PostingError, PostoSDK, SocialMediaManager
from posto_desktop.sdk.backoff import Backoff
from posto_desktop.sdk.records import Channel
from posto_desktop.storage.database import Database
from tests.end2end.wordpress import WordPress
from tests.end2end.wordpress.control import State

pytestmark = [pytest.mark.wordpress, pytest.mark.end2end]

LATER = datetime.now(UTC) + timedelta(hours=5)
TEXT = "Hello from the fjord"


@pytest.fixture
def site(wordpress: WordPress) -> WordPress:
    wordpress.control.reset()
    return wordpress


@pytest.fixture
def connect(site: WordPress, tmp_path: Path) -> Iterator[Callable[..., SocialMediaManager]]:
    """A client of one of the doors, whose waits take no time unless they are to be real."""
    made: list[SocialMediaManager] = []

    def client(door: str = "plugin", *, real_waits: bool = False) -> SocialMediaManager:
        waits: dict[str, Any] = {} if real_waits else {"sleep": slept.append}
        sdk = SocialMediaManager.from_credentials(
            site.admin.username,
            site.admin.password,
            base_url=site.urls[door],
            backoff=Backoff(chance=lambda: 0.0),
            config=tmp_path / "config",
            **waits,
        )
        made.append(sdk)
        return sdk

    slept: list[float] = []
    client.slept = slept  # type: ignore[attr-defined]
    yield client
    for sdk in made:
        sdk.close()


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "Fjörd bei Nacht.jpg"
    Image.effect_noise((640, 480), 60).convert("RGB").save(path)
    return path


def failed_post(sdk: PostoSDK, site: WordPress) -> int:
    """A post that the network refused; its row."""
    site.control.plugin(at_sending={7: "Network said no"})
    assert sdk.post("Sent at once", to=7).success
    site.control.send()
    site.control.plugin(at_sending={})
    [row] = site.control.state().schedules
    assert row["status"] == "error"
    return int(row["id"])


def one_post(state: State) -> dict[str, Any]:
    """The only post at the site, with its only file."""
    [row] = state.schedules
    assert row["posting_data"]["content"] == TEXT
    assert [file["id"] for file in row["posting_data"]["mediaList"]] == state.media
    assert len(state.media) == 1
    return row


# -- 504 -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("status", [502, 503, 504])
def test_post_with_a_picture_whose_answers_are_lost(
    site: WordPress,
    connect: Callable[..., SocialMediaManager],
    photo: Path,
    status: int,
    when: str,
) -> None:
    sdk = connect()
    _ = sdk.channels
    site.control.fault("/wp/v2/media", status=status, when=when)
    if when == "after":
        site.control.fault("/composer", status=status, when=when)
    result = sdk.post(TEXT, to=7, when=LATER, media=photo, alt_text="A fjord")
    assert result.success, result.error_message
    state = site.control.state()
    row = one_post(state)
    assert row["group_id"] == result.schedule_group_id
    assert state.media == result.media_ids
    assert len(state.calls_to("/fs-poster/v1/composer")) == 1


def test_post_that_was_not_taken_is_not_said_to_be(
    site: WordPress, connect: Callable[..., SocialMediaManager], photo: Path
) -> None:
    sdk = connect()
    _ = sdk.channels
    site.control.fault("/composer", status=504)
    result = sdk.post(TEXT, to=7, when=LATER, media=photo)
    assert not result.success
    assert not result.unclear
    assert site.control.state().schedules == []
    again = sdk.post(TEXT, to=7, when=LATER, media=photo, posto_ref=result.posto_ref)
    assert again.success
    one_post(site.control.state())


@pytest.mark.parametrize("when", ["before", "after"])
def test_work_that_goes_on_after_the_web_server_gave_up(
    site: WordPress, connect: Callable[..., SocialMediaManager], photo: Path, when: str
) -> None:
    """nginx waits for one second, PHP takes two: with real waits of the client."""
    sdk = connect("impatient", real_waits=True)
    _ = sdk.channels
    site.control.fault("/wp/v2/media", seconds=2, when=when)
    site.control.fault("/composer", seconds=2, when=when)
    result = sdk.post(TEXT, to=7, when=LATER, media=photo)
    assert result.success, result.error_message
    state = site.control.state()
    one_post(state)
    assert len(state.calls_to("/wp/v2/media")) == 1
    assert len(state.calls_to("/fs-poster/v1/composer")) == 1


@pytest.mark.parametrize("when", ["before", "after"])
def test_retry_whose_answer_is_lost(
    site: WordPress, connect: Callable[..., SocialMediaManager], when: str
) -> None:
    sdk = connect()
    number = failed_post(sdk, site)
    site.control.fault("/schedules/retry", status=504, when=when)
    assert sdk.schedules.retry(number).retried == [number]
    [row] = site.control.state().schedules
    assert row["status"] == "not_sent"
    assert len(site.control.state().calls_to("/fs-poster/v1/schedules/retry")) == 1
    site.control.send()
    [row] = site.control.state().schedules
    assert row["status"] == "success"


@pytest.mark.parametrize("when", ["before", "after"])
def test_delete_whose_answers_are_lost(
    site: WordPress, connect: Callable[..., SocialMediaManager], when: str
) -> None:
    sdk = connect()
    for text in ("stays", "goes", "goes too"):
        assert sdk.post(text, to=7, when=LATER).success
    ids = [row["id"] for row in site.control.state().schedules]
    site.control.fault("/schedules", method="DELETE", status=504, when=when, times=3)
    result = sdk.schedules.delete(ids[1:])
    if when == "after":
        assert (result.deleted, result.left) == (ids[1:], [])
    else:
        assert (result.deleted, result.left) == ([], ids[1:])
        assert "(504). It is still listed." in result.reasons[ids[1]]
        assert sdk.schedules.delete(ids[1:]).deleted == ids[1:]
    assert [row["id"] for row in site.control.state().schedules] == ids[:1]


@pytest.mark.parametrize("when", ["before", "after"])
def test_network_settings_whose_answer_is_lost(
    site: WordPress, connect: Callable[..., SocialMediaManager], when: str
) -> None:
    sdk = connect()
    settings = sdk.get_network_settings("mastodon").get_default_settings()
    changes = {"post_text": "🚨 {post_title}", "cut_post_text": False}
    site.control.fault("/mastodon/settings", status=504, when=when)
    sdk.save_network_settings("mastodon", changes)
    read = sdk.settings_manager.read_network_settings("mastodon").settings_data
    assert read == {**settings, **changes}
    assert (
        len(site.control.state().calls_to("/fs-poster/v1/social-networks/mastodon/settings")) == 1
    )


@pytest.mark.parametrize("when", ["before", "after"])
def test_channel_settings_and_check_whose_answers_are_lost(
    site: WordPress, connect: Callable[..., SocialMediaManager], when: str
) -> None:
    sdk = connect()
    manager = sdk.channel_manager
    manager.set_channel_settings(7, {"custom_post_data": {"post_content": "{post_title}"}})
    site.control.fault("/channels/settings", status=504, when=when)
    assert manager.set_channel_proxy(7, "http://proxy.example:8080")
    assert manager.get_channel_settings(7) == {
        "custom_post_data": {"post_content": "{post_title}"},
        "proxy": "http://proxy.example:8080",
    }
    site.control.fault("/channels/refresh", status=504, when=when)
    manager.check_channel(7)


def test_long_alt_text_whose_answer_is_lost(
    site: WordPress, connect: Callable[..., SocialMediaManager], photo: Path
) -> None:
    sdk = connect()
    long = "A fjord at night. " * 200
    site.control.fault("/wp/v2/media/", status=504)
    item = sdk.upload(photo, alt_text=long)
    assert site.control.state().media == [item.id]
    assert sdk.transport.get(f"wp/v2/media/{item.id}")["alt_text"] == long.strip()


def test_upload_of_an_earlier_run_is_found_by_its_mark(
    site: WordPress, connect: Callable[..., SocialMediaManager], photo: Path
) -> None:
    first = connect().upload(photo, mark="0a1b2c3d4e")
    for number in range(25):  # no longer among the newest
        other = photo.with_name(f"{number}.jpg")
        Image.new("RGB", (8, 8), (number, 0, 0)).save(other)
        connect().upload(other)
    again = connect().upload(photo, mark="0a1b2c3d4e", again=True)
    assert again == first
    assert len(site.control.state().media) == 26


# -- 429 and maintenance -------------------------------------------------------------------------


@pytest.mark.parametrize("asked", ["2", None], ids=["told", "not told"])
def test_host_that_asks_for_fewer_requests(
    site: WordPress, connect: Callable[..., SocialMediaManager], photo: Path, asked: str | None
) -> None:
    sdk = connect()
    headers = {"Retry-After": asked} if asked else {}
    for method, route in (
        ("GET", "/channels"),
        ("POST", "/wp/v2/media"),
        ("POST", "/composer"),
        ("POST", "/settings"),
        ("DELETE", "/schedules"),
    ):
        site.control.fault(route, method=method, status=429, headers=headers, times=2)
    result = sdk.post(TEXT, to=7, when=LATER, media=photo)
    assert result.success
    row = one_post(site.control.state())
    sdk.save_network_settings("mastodon", {"post_text": "{post_title}!"})
    assert sdk.schedules.delete(row["id"]).deleted == [row["id"]]
    state = site.control.state()
    assert state.schedules == []
    assert len(state.calls_to("/fs-poster/v1/composer")) == 1
    assert len(state.calls_to("/wp/v2/media")) == 1
    slept = connect.slept  # type: ignore[attr-defined]
    assert len([wait for wait in slept if wait >= 0.9]) >= 10


def test_campaign_at_a_host_that_refuses_most(
    site: WordPress, connect: Callable[..., SocialMediaManager]
) -> None:
    sdk = connect()
    site.control.fault("/composer", status=429, headers={"Retry-After": "3"}, times=12)
    results = sdk.create_campaign([f"Day {n}" for n in range(10)], start_time=LATER)
    assert [result.error_message for result in results.results] == [None] * 10
    state = site.control.state()
    sent = [row["posting_data"]["content"] for row in state.schedules if row["channel"]["id"] == 7]
    assert sorted(sent) == sorted(f"Day {n}" for n in range(10))
    assert len(state.calls_to("/fs-poster/v1/composer")) == 10


def test_host_that_wants_to_be_asked_much_later(
    site: WordPress, connect: Callable[..., SocialMediaManager], photo: Path
) -> None:
    sdk = connect()
    site.control.fault("/composer", status=429, headers={"Retry-After": "86400"})
    with pytest.raises(PostingError) as caught:
        sdk.post(TEXT, to=7, when=LATER)
    assert caught.value.retry_after == 86400
    assert caught.value.user_message.endswith("(429). Try again in 24 hours.")
    with pytest.raises(MediaUploadError) as refused:
        sdk.upload(photo)
    assert refused.value.user_message.endswith("(429). Try again in 10 minutes.")
    state = site.control.state()
    assert (state.schedules, state.media) == ([], [])


def test_maintenance_is_waited_for_and_told(
    site: WordPress, connect: Callable[..., SocialMediaManager]
) -> None:
    sdk = connect()
    _ = sdk.channels
    with site.maintenance(), pytest.raises(PostingError) as caught:
        sdk.post(TEXT, to=7, when=LATER)
    assert caught.value.reason == "maintenance"
    assert caught.value.retry_after == 600
    assert "Try again in 10 minutes." in caught.value.user_message


# -- a cache in front ----------------------------------------------------------------------------


def test_everything_behind_a_cache(
    site: WordPress, connect: Callable[..., SocialMediaManager], photo: Path
) -> None:
    sdk = connect("cached")
    number = failed_post(sdk, site)
    assert sdk.schedules.list(status="error")[0].id == number
    for _ in range(2):  # what a cache could keep is kept now
        sdk.schedules.by_ids([number])
        sdk.schedules.find_ref("nothing", [7], LATER)
        sdk.settings_manager.read_network_settings("mastodon")
    site.control.fault("/wp/v2/media", status=504, when="after")
    site.control.fault("/composer", status=504, when="after")
    site.control.fault("/schedules/retry", status=504, when="after")
    site.control.fault("/settings", status=504, when="after")
    site.control.fault("/schedules", method="DELETE", status=504, when="after", times=3)

    assert sdk.schedules.retry(number).retried == [number]
    assert sdk.schedules.delete(number).deleted == [number]
    assert site.control.state().schedules == []
    result = sdk.post(TEXT, to=7, when=LATER, media=photo)
    assert result.success, result.error_message
    row = one_post(site.control.state())
    assert sdk.schedules.list()[0].id == row["id"]
    sdk.save_network_settings("mastodon", {"post_text": "{post_title}!"})
    assert sdk.settings_manager.read_network_settings("mastodon")["post_text"] == "{post_title}!"
    assert sdk.schedules.delete(row["id"]).deleted == [row["id"]]
    assert sdk.schedules.delete(row["id"]).missing == [row["id"]]
    state = site.control.state()
    assert state.schedules == []
    assert len(state.media) == 1
    assert len(state.calls_to("/fs-poster/v1/composer")) == 2
    assert len(state.calls_to("/fs-poster/v1/schedules/retry")) == 1


# -- the outbox of the app -----------------------------------------------------------------------


class Clock:
    """The time of the outbox: goes on as usual, and can be set forward to what is due next."""

    def __init__(self) -> None:
        self._ahead = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def forward_to(self, moment: datetime) -> None:
        self._ahead += max(timedelta(0), moment - self())


@dataclass
class Desk:
    """An outbox and the way to the site, as the app has them; `restart` is a new run of it."""

    path: Path
    target: WorkspaceTarget
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        self.close()
        self.store = Database(self.path)
        self.outbox = Outbox(self.store, self.clock)
        self.client_pool = ClientPool(lambda _workspace: self.target, lambda: 60)
        self.outbox.recover()

    def close(self) -> None:
        if hasattr(self, "store"):
            self.client_pool.close()
            self.store.close()

    def write(self, text: str, media: Sequence[MediaRef] = ()) -> str:
        draft = Draft(workspace="site", text=text, media=list(media))
        channel = Channel(7, "Test page", "fb")
        return self.outbox.add(draft, [channel], self.clock() + timedelta(hours=3)).id

    def send(self, rounds: int = 40) -> None:
        """Take all entries as far as they go."""
        for _ in range(rounds):
            for entry_id in self.outbox.due():
                self.outbox.process(entry_id, self.client_pool.get("site"))
            following = self.outbox.next_due()
            if following is None:
                return
            self.clock.forward_to(following)
        raise AssertionError([(entry.state, entry.reason) for entry in self.outbox.entries()])


@pytest.fixture
def desk(site: WordPress, tmp_path: Path) -> Iterator[Callable[[str], Desk]]:
    made: list[Desk] = []

    def open_app(door: str = "plugin") -> Desk:
        account = site.admin
        target = WorkspaceTarget(
            "site",
            "Test",
            base_url=site.urls[door],
            username=account.username,
            password=account.password,
        )
        made.append(Desk(tmp_path / "posto.db", target))
        return made[-1]

    yield open_app
    for app in made:
        app.close()


def shown(photo: Path) -> MediaRef:
    return MediaRef(str(photo), photo.name, photo.stat().st_size, alt="A fjord")


@pytest.mark.parametrize("door", ["plugin", "cached"])
def test_campaign_from_the_outbox_through_everything(
    site: WordPress, desk: Callable[[str], Desk], photo: Path, door: str
) -> None:
    """A host that asks to wait, and answers that get lost, with a cache in front of all of it."""
    app = desk(door)
    ids = [app.write(f"Day {n}", [shown(photo)]) for n in range(10)]
    site.control.fault("/wp/v2/media", status=504, when="after")
    site.control.fault("/composer", status=429, headers={"Retry-After": "6"})
    site.control.fault("/composer", status=504, when="after", times=3)
    site.control.fault("/composer", status=429, headers={"Retry-After": "1"}, times=2)
    app.send()
    assert {app.outbox.entry(post_id).state for post_id in ids} == {"sent"}
    state = site.control.state()
    texts = [row["posting_data"]["content"] for row in state.schedules]
    assert sorted(texts) == sorted(f"Day {n}" for n in range(10))
    assert len(state.media) == 1
    assert len(state.calls_to("/fs-poster/v1/composer")) == 10
    assert len(state.calls_to("/wp/v2/media")) == 1


def test_pause_that_a_host_asks_for_is_that_of_all_posts(
    site: WordPress, desk: Callable[[str], Desk]
) -> None:
    app = desk("plugin")
    ids = [app.write(f"Day {n}") for n in range(5)]
    site.control.fault("/composer", status=429, headers={"Retry-After": "1800"})
    for entry in app.outbox.due():
        app.outbox.process(entry, app.client_pool.get("site"))
    entries = [app.outbox.entry(entry_id) for entry_id in ids]
    host = site.urls["plugin"].removeprefix("http://")
    assert {(entry.code, entry.reason) for entry in entries} == {(ASKED, f"{host} asks to wait.")}
    [until] = {round(entry.next_try.timestamp()) for entry in entries if entry.next_try is not None}
    assert until == pytest.approx(app.clock().timestamp() + 1800, abs=30)
    assert site.control.state().calls_to("/fs-poster/v1/composer") == []
    app.send()
    assert {app.outbox.entry(entry_id).state for entry_id in ids} == {"sent"}
    assert len(site.control.state().schedules) == 5


def test_upload_without_an_answer_is_found_by_the_next_run(
    site: WordPress, desk: Callable[[str], Desk], photo: Path
) -> None:
    """The file is stored, the answer is lost, and the media library cannot be read until later."""
    app = desk("plugin")
    entry_id = app.write(TEXT, [shown(photo)])
    site.control.fault("/wp/v2/media", status=504, when="after")
    site.control.fault("/wp/v2/media", method="GET", status=403, times=4)
    entry = app.outbox.process(entry_id, app.client_pool.get("site"))
    assert entry.state == "waiting"
    assert "may have been uploaded" in entry.reason
    assert len(site.control.state().media) == 1
    app.restart()
    app.send()
    assert app.outbox.entry(entry_id).state == "sent"
    one_post(site.control.state())

"""Posting: what is sent, how often, and what is told when the answer is lost."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from functools import reduce
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posto_desktop.sdk import (
    AuthenticationError,
    ChannelError,
    NetworkError,
    PostingError,
    PostoError,
    PostoSDK,
    PostResult,
    ServiceError,
    SettingsError,
    SocialMediaManager,
    WhenError,
)

from .conftest import JPEG
from .scripted import HTML, PASSWORD, USER, Reply, Scripted, channel, impatient


def test_a_post_to_several_channels_is_one_call(posto: PostoSDK, service: Scripted) -> None:
    result = posto.post("Hello World!", to=[2, "Blog", 2])
    assert result
    assert isinstance(result, PostResult)
    [call] = service.composed()
    assert [item["channel_id"] for item in call["schedules"]] == [2, 3]
    refs = {item["custom_post_data"]["posto_ref"] for item in call["schedules"]}
    assert refs == {result.posto_ref}
    assert call["share_at"] is None
    assert result.schedule_group_id == service.schedules[0]["group_id"]
    assert (result.error_message, result.media_ids) == (None, [])
    assert service.count() == 2


def test_times(posto: PostoSDK, service: Scripted) -> None:
    later = datetime.now(UTC) + timedelta(days=2)
    for when in (later, later.timestamp(), int(later.timestamp()), later.astimezone()):
        posto.post("Hi", to=2, when=when)
    naive = datetime.now() + timedelta(days=2)
    posto.post("Hi", to=2, when=naive)
    utc = later.replace(tzinfo=None)
    posto.post("Hi", to=2, when=utc, use_local_time=False)
    stamps = [call["share_at"] for call in service.composed()]
    assert all(isinstance(stamp, int) for stamp in stamps)
    assert max(stamps) - min(stamps) <= 2
    for when in (None, "", "now", " NOW "):
        assert posto.post("Hi", to=2, when=when).success
    assert {call["share_at"] for call in service.composed()[len(stamps) :]} == {None}


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the zone cannot be changed here")
def test_naive_times_are_local_or_utc(
    posto: PostoSDK, service: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Asia/Kolkata")
    time.tzset()
    try:
        naive = datetime(2098, 5, 1, 12, 0)
        posto.post("Hi", to=2, when=naive)
        posto.post("Hi", to=2, when=naive, use_local_time=False)
        posto.post("Hi", to=2, when="2098-05-01 12:00")
        posto.post("Hi", to=2, when="2098-05-01 12:00", use_local_time=False)
    finally:
        monkeypatch.undo()
        time.tzset()
    utc = int(datetime(2098, 5, 1, 12, 0, tzinfo=UTC).timestamp())
    local = utc - 5 * 3600 - 1800
    assert [call["share_at"] for call in service.composed()] == [local, utc, local, utc]


@pytest.mark.parametrize(
    "when",
    [
        datetime.now(UTC) - timedelta(hours=1),
        1,
        -5,
        1e30,
        float("nan"),
        True,
        [],
        "yesterday at noon, thirteen o'clock",
    ],
)
def test_the_past_and_nonsense_are_refused(
    posto: PostoSDK, service: Scripted, when: object
) -> None:
    with pytest.raises(WhenError) as caught:
        posto.post("Hi", to=2, when=when)  # type: ignore[arg-type]
    assert caught.value.user_message
    assert isinstance(caught.value, ValueError)
    assert service.count() == 0


def test_words_for_times(posto: PostoSDK, service: Scripted) -> None:
    assert posto.post("Hi", to=2, when="1h").success
    stamp = service.composed()[0]["share_at"]
    assert abs(stamp - datetime.now(UTC).timestamp() - 3600) < 30


DEEP: object = reduce(lambda inner, _: [inner], range(5_000), 1)


@pytest.mark.parametrize(
    ("arguments", "kind"),
    [
        ({"message": "Hi", "to": "nobody"}, ChannelError),
        ({"message": "Hi", "to": 5}, ChannelError),
        ({"message": "Hi"}, ChannelError),
        ({"message": " \n", "to": 2}, PostingError),
        ({"message": 3, "to": 2}, PostingError),
        ({"message": "Hi", "to": 2, "settings": {"post_text": "{nope}"}}, SettingsError),
        ({"message": "Hi", "to": 2, "style": "x"}, SettingsError),
        ({"message": "Hi", "to": 2, "settings": [1]}, SettingsError),
        ({"message": "Hi", "to": 2, "link": 5}, PostingError),
        ({"message": "Hi", "to": 2, "first_comment": 5}, PostingError),
        ({"message": "Hi", "to": 2, "settings": {"post_text": 5}}, SettingsError),
        ({"message": "Hi", "to": 2, "settings": {"twiter": {"post_text": "x"}}}, SettingsError),
        ({"message": "Hi", "to": 2, "settings": {"x": object()}}, SettingsError),
        ({"message": "Hi", "to": 2, "settings": {"x": float("nan")}}, SettingsError),
        ({"message": "Hi", "to": 2, "settings": {"x": 10**30}}, SettingsError),
        ({"message": "Hi", "to": 2, "settings": {"x": DEEP}}, SettingsError),
    ],
)
def test_nothing_is_posted_when_something_is_wrong(
    posto: PostoSDK, service: Scripted, arguments: dict[str, object], kind: type[PostoError]
) -> None:
    with pytest.raises(kind):
        posto.post(**arguments)  # type: ignore[arg-type]
    assert service.composed() == []


def test_the_services_refusal_is_in_the_result(posto: PostoSDK, service: Scripted) -> None:
    service.fail("/composer", Reply(200, {"error_msg": "<b>Please</b> select a channel"}))
    result = posto.post("Hi", to=2, when="2h")
    assert not result
    assert result.error_message == "Please select a channel."
    assert result.unclear is False
    assert str(result) == "Post not taken: Please select a channel."


REFUSALS = [
    (Reply(400, {"code": "rest_invalid_param", "message": "x", "data": {"status": 400}}),
     PostingError),
    (Reply(401, {"code": "rest_not_logged_in", "message": "x", "data": {"status": 401}}),
     AuthenticationError),
    (Reply(403, {"code": "rest_forbidden", "message": "x", "data": {"status": 403}}),
     AuthenticationError),
    (Reply(403, HTML), PostingError),
    (Reply(404, {"code": "rest_no_route", "message": "x", "data": {"status": 404}}), PostingError),
    (Reply(413, HTML), PostingError),
    (Reply(429, HTML, {"Retry-After": "600"}), PostingError),
    (Reply(301, "", {"Location": "https://e.com"}), PostingError),
]  # fmt: skip


@pytest.mark.parametrize(("reply", "kind"), REFUSALS)
def test_refusals_are_raised_and_not_repeated(
    posto: PostoSDK, service: Scripted, reply: Reply, kind: type[PostoError]
) -> None:
    service.always("/composer", reply)
    with pytest.raises(kind) as caught:
        posto.post("Hi", to=2)
    assert type(caught.value) is kind
    assert caught.value.user_message.endswith(".")
    assert service.count("POST", "/composer") == 1


LOST = [
    Reply(how="reset"),
    Reply(how="close"),
    Reply(how="hang"),
    Reply(200, {"schedule_group_id": "g"}, how="truncate"),
    Reply(200, '{"schedule_group_id": "g'),
    Reply(200, HTML),
    Reply(200, ""),
    Reply(200, []),
    Reply(200, {"schedule_group_id": None}),
    Reply(500, HTML),
    Reply(502, HTML),
    Reply(504, HTML),
]
LATER = timedelta(hours=5)


@pytest.mark.parametrize("reply", LOST)
@pytest.mark.parametrize("delay", [None, LATER])
def test_a_lost_answer_is_found_by_the_mark(
    posto: PostoSDK, service: Scripted, reply: Reply, delay: timedelta | None
) -> None:
    when = None if delay is None else datetime.now(UTC) + delay
    service.fail("/composer", reply, carried_out=True)
    with impatient(posto.transport, "/composer"):
        result = posto.post("Hi", to=[2, 3], when=when)
    assert result.success
    assert result.schedule_group_id == service.schedules[0]["group_id"]
    assert service.count("POST", "/composer") == 1
    assert len(service.schedules) == 2


@pytest.mark.parametrize("reply", LOST)
def test_a_post_that_was_never_taken_is_not_sent_again(
    posto: PostoSDK, service: Scripted, slept: list[float], reply: Reply
) -> None:
    service.fail("/composer", reply)
    with impatient(posto.transport, "/composer"):
        result = posto.post("Hi", to=2, when=datetime.now(UTC) + LATER)
    assert not result.success
    assert result.unclear is False
    assert "can be sent again" in str(result.error_message)
    assert result.posto_ref
    assert service.count("POST", "/composer") == 1
    assert slept == [1.0, 3.0, 8.0]


def test_a_post_for_now_that_is_not_seen_stays_unclear(posto: PostoSDK, service: Scripted) -> None:
    service.fail("/composer", Reply(504, HTML))
    result = posto.post("Hi", to=2)
    assert not result.success
    assert result.unclear is True


def test_when_the_schedules_cannot_be_read_nobody_can_tell(
    posto: PostoSDK, service: Scripted
) -> None:
    service.fail("/composer", Reply(504, HTML), carried_out=True)
    service.always("/schedules", Reply(403, HTML))
    result = posto.post("Hi", to=2, when=datetime.now(UTC) + LATER)
    assert result.unclear is True
    assert "It is unknown whether" in str(result.error_message)


def test_a_service_that_is_away_is_a_network_error(refused_port: int) -> None:
    url = f"http://127.0.0.1:{refused_port}"
    with (
        PostoSDK.from_credentials(USER, PASSWORD, base_url=url, sleep=lambda _: None) as posto,
        pytest.raises(NetworkError) as caught,
    ):
        posto.post("Hi", to=2)
    assert caught.value.maybe_sent is False


def test_compose_is_exact(posto: PostoSDK, service: Scripted) -> None:
    item = {"channel_id": 2, "custom_post_data": {"post_content": "Hi", "posto_ref": "mine"}}
    assert posto.compose([item], None) == service.schedules[0]["group_id"]
    assert service.composed()[0] == {"schedules": [item], "share_at": None}
    posto.compose([{"channel_id": 2, "custom_post_data": {"post_content": "x"}}])
    assert service.composed()[1]["schedules"][0]["custom_post_data"]["posto_ref"]
    for bad in ([], [item, item], [{"channel_id": "2"}], [5], None):
        with pytest.raises(PostingError):
            posto.compose(bad)  # type: ignore[arg-type]
    with pytest.raises(WhenError):
        posto.compose([item], int(datetime.now(UTC).timestamp()) - 3600)
    for odd in ("soon", True, 4.5e9):
        with pytest.raises(WhenError):
            posto.compose([item], odd)  # type: ignore[arg-type]
    assert len(service.composed()) == 2
    other = {**item, "custom_post_data": {"post_content": "Hi", "posto_ref": "another"}}
    service.fail("/composer", Reply(200, {"error_msg": "No"}))
    with pytest.raises(PostingError):
        posto.compose([other], int(datetime.now(UTC).timestamp()) + 3600)
    service.fail("/composer", Reply(504, HTML))
    with pytest.raises(ServiceError) as caught:
        posto.compose([item])
    assert caught.value.maybe_sent


def test_requests_for_one_channel_cold(posto: PostoSDK, service: Scripted) -> None:
    posto.post("Hi", to=2)
    assert [seen.method for seen in service.seen] == ["GET", "POST"]
    assert len({seen.connection for seen in service.seen}) == 1


def test_requests_for_twenty_channels_and_four_images(
    posto: PostoSDK, service: Scripted, tmp_path: Path
) -> None:
    """Six requests in two rounds: the channels are read while the files are under way."""
    slugs = ["twitter", "fb", "instagram", "linkedin", "mastodon", "bluesky"]
    service.channels = [channel(n, f"C{n}", slugs[n % 6]) for n in range(1, 21)]
    paths = []
    for number in range(4):
        path = tmp_path / f"{number}.jpg"
        path.write_bytes(JPEG + bytes([number]) * 100_000)
        paths.append(path)
    together = threading.Barrier(5, timeout=60)

    def meet(seen: object) -> None:
        if "composer" not in seen.path:  # type: ignore[attr-defined]
            together.wait()

    service.before.append(meet)  # type: ignore[arg-type]
    result = posto.post("Hi", to=list(range(1, 21)), media=paths)
    assert result.success
    assert service.count() == 6
    assert len(service.schedules) == 20


def test_active_channels_then_by_type_is_one_request(posto: PostoSDK, service: Scripted) -> None:
    posto.get_active_channels()
    posto.get_channels_by_type("fb")
    assert service.count() == 1


def test_a_wrong_name_uploads_nothing_once_the_channels_are_known(
    posto: PostoSDK, service: Scripted, photo: Path
) -> None:
    _ = posto.channels
    with pytest.raises(ChannelError):
        posto.post("Hi", to="nobody", media=photo)
    assert service.media == {}


def test_one_sdk_from_sixteen_threads(posto: PostoSDK, service: Scripted, photo: Path) -> None:
    results: list[PostResult] = []

    def work(number: int) -> None:
        results.append(posto.post(f"Post {number}", to=[2, 3], media=photo))

    threads = [threading.Thread(target=work, args=(n,)) for n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(result.success for result in results)
    assert len(results) == 16
    assert len({result.posto_ref for result in results}) == 16
    assert len(service.media) == 1
    assert service.count("GET", "/channels") == 1


def test_account_and_pictures(posto: PostoSDK, service: Scripted) -> None:
    me = posto.me()
    assert (me.id, me.name, me.roles, me.can_upload) == (1, "Ann", ("administrator",), True)
    service.files["/p.png"] = Reply(200, b"picture")
    assert posto.download(f"{service.url}/p.png") == b"picture"
    with pytest.raises(PostoError):
        posto.download(f"{service.url}/p.png", limit=3)
    for url in ("file:///etc/passwd", "nonsense", "ftp://e.com/x"):
        with pytest.raises(PostoError):
            posto.download(url)


def test_signing_in_by_token_and_by_environment(
    service: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    from .scripted import TOKEN

    with PostoSDK.from_token(TOKEN, base_url=service.url) as posto:
        assert posto.me().name == "Ann"
        assert posto.base_url == service.url
        assert TOKEN not in repr(posto)
    monkeypatch.setenv("POSTO_BASE_URL", service.url)
    monkeypatch.setenv("POSTO_USERNAME", USER)
    monkeypatch.setenv("POSTO_PASSWORD", PASSWORD)
    with PostoSDK() as posto:
        assert posto.me().name == "Ann"
    monkeypatch.delenv("POSTO_USERNAME")
    monkeypatch.delenv("POSTO_PASSWORD")
    with pytest.raises(AuthenticationError) as caught:
        PostoSDK()
    assert "POSTO_USERNAME" in caught.value.user_message
    monkeypatch.setenv("POSTO_TOKEN", TOKEN)
    with PostoSDK() as posto:
        assert posto.me().name == "Ann"


@pytest.mark.parametrize("token", ["abc\ndef", "ü", "🎉", " ", "", "a b"])
def test_what_is_no_token(service: Scripted, token: str) -> None:
    for kind in (PostoSDK, SocialMediaManager):
        with pytest.raises(AuthenticationError) as caught:
            kind.from_token(token, base_url=service.url)
        assert "token" in caught.value.user_message


@pytest.mark.parametrize(
    ("username", "password"), [("", ""), (None, None), ("ann", ""), (" ", "x"), ("a:b", "secret")]
)
def test_what_is_no_account(service: Scripted, username: str, password: str) -> None:
    for kind in (PostoSDK, SocialMediaManager):
        with pytest.raises(AuthenticationError) as caught:
            kind.from_credentials(username, password, base_url=service.url)
        assert "user name" in caught.value.user_message.lower()
    assert service.count() == 0


def test_credentials_as_they_are_pasted(service: Scripted) -> None:
    from .scripted import TOKEN

    for posto in (
        PostoSDK.from_credentials(f" {USER}\n", f"{PASSWORD} \n", base_url=service.url),
        PostoSDK.from_token(f"Basic {TOKEN}\n", base_url=service.url),
    ):
        with posto:
            assert posto.me().name == "Ann"


@pytest.mark.parametrize("timeout", [0, -1, (1, 0), float("nan"), "soon", (1, 2, 3), None])
def test_timeouts_are_longer_than_nothing(service: Scripted, timeout: object) -> None:
    with pytest.raises(SettingsError):
        PostoSDK.from_credentials(USER, PASSWORD, base_url=service.url, timeout=timeout)


def test_what_cannot_be_iterated_twice(posto: PostoSDK, service: Scripted, photo: Path) -> None:
    result = posto.post("Hi", to=(n for n in [2, 3]), media=(p for p in [photo]))
    assert result.success
    assert len(result.media_ids) == 1
    assert [schedule["channel_id"] for schedule in service.composed()[0]["schedules"]] == [2, 3]


@pytest.mark.parametrize(
    "answer",
    [{"schedules": "x"}, {"schedules": [3]}, {"schedules": None, "total": 0}, [[]], {"total": 0}],
)
def test_a_post_is_not_called_untaken_because_of_an_odd_list(
    posto: PostoSDK, service: Scripted, answer: object
) -> None:
    """Whoever believed that would send it a second time."""
    _ = posto.channels
    service.fail("/composer", Reply(504, HTML), carried_out=True)
    service.always("/schedules", Reply(200, answer))
    result = posto.post("Hi", to=2, when="1h")
    assert not result
    assert result.unclear


@given(st.text(min_size=1, max_size=500).filter(str.strip))
def test_any_text_arrives_whole(text: str) -> None:
    from posto_desktop.sdk import Channel
    from posto_desktop.sdk.post_builder import build_post

    row = Channel.from_service(channel(2, "News"))
    assert row is not None
    sent = build_post(row, text)["post_content"]
    assert "".join(sent.split()) == "".join(text.split())

from __future__ import annotations

import json
import logging
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from posto_desktop.sdk import (
    AuthenticationError,
    ChannelError,
    MediaUploadError,
    SettingsError,
    SocialMediaManager,
    WhenError,
)

from .conftest import JPEG
from .scripted import HTML, PASSWORD, TOKEN, USER, Reply, Scripted, Seen, channel, schedule


def sent(service: Scripted) -> dict[int, str]:
    """What each channel got in the last call."""
    return {
        item["channel_id"]: item["custom_post_data"]["post_content"]
        for item in service.composed()[-1]["schedules"]
    }


def test_a_quick_post_goes_to_all_active_channels(
    manager: SocialMediaManager, service: Scripted, photo: Path
) -> None:
    assert manager.quick_post("Hello", image=str(photo), style="announcement") is True
    assert sent(service) == {2: "📢 Hello", 3: "📢 Hello", 4: "📢 Hello"}
    assert manager.last_result is not None
    assert manager.last_result.media_ids == list(service.media)


def test_post_to_platforms(manager: SocialMediaManager, service: Scripted) -> None:
    settings = {"twitter": {"post_text": "🔥 {post_title} 🔥"}}
    assert manager.post_to(["x", "facebook", "fb"], "Offer", settings=settings) is True
    assert sent(service) == {2: "🔥 Offer 🔥", 3: "Offer"}
    assert manager.post_to("instagram", "Hi", when="1h")
    assert service.composed()[-1]["share_at"] is not None
    for wrong in ("pinterest", "nonsense", [], ["x", "linkedin"]):
        with pytest.raises(ChannelError) as caught:
            manager.post_to(wrong, "Hi")
        assert "Nothing was posted" in str(caught.value)
    assert len(service.composed()) == 2


def test_scheduling(manager: SocialMediaManager, service: Scripted) -> None:
    assert manager.schedule_post("Sale", when="2d", platforms=["x"]) is True
    assert set(sent(service)) == {2}
    assert manager.schedule_post("Sale", datetime.now(UTC) + timedelta(hours=3)) is True
    assert set(sent(service)) == {2, 3, 4}
    for when in ("", None, datetime.now(UTC) - timedelta(days=1)):
        with pytest.raises(WhenError):
            manager.schedule_post("Sale", when)


def test_failures_of_the_service_are_false_and_logged(
    manager: SocialMediaManager, service: Scripted, caplog: pytest.LogCaptureFixture
) -> None:
    service.fail("/composer", Reply(200, {"error_msg": "No"}), Reply(413, HTML), Reply(502, HTML))
    with caplog.at_level(logging.ERROR, "posto_desktop.sdk"):
        for _ in range(3):
            assert manager.quick_post("Hi") is False
            assert manager.last_result is not None
            assert manager.last_result.error_message in caplog.text
    service.fail("/composer", Reply(401, {}))
    with pytest.raises(AuthenticationError):
        manager.quick_post("Hi")


def test_every_thread_has_its_own_last_result(
    manager: SocialMediaManager, service: Scripted
) -> None:
    meet = threading.Barrier(8)

    def refuses(seen: Seen) -> Reply | None:
        if not seen.path.endswith("/composer"):
            return None
        text = seen.json["schedules"][0]["custom_post_data"]["post_content"]
        return Reply(200, {"error_msg": f"No {text}"})

    service.before.append(refuses)
    messages: dict[int, str | None] = {}

    def post(number: int) -> None:
        manager.quick_post(f"post {number}")
        meet.wait(60)
        assert manager.last_result is not None
        messages[number] = manager.last_result.error_message

    threads = [threading.Thread(target=post, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert {number: str(message).partition(".")[0] for number, message in messages.items()} == {
        number: f"No post {number}" for number in range(8)
    }
    assert manager.last_result is not None  # this thread made none: any will do


def test_mistakes_of_the_caller_are_raised(
    manager: SocialMediaManager, service: Scripted, tmp_path: Path
) -> None:
    with pytest.raises(SettingsError) as caught:
        manager.quick_post("Hi", style="nope")
    assert "announcement" in str(caught.value)
    with pytest.raises(MediaUploadError):
        manager.quick_post("Hi", image=str(tmp_path / "gone.jpg"))
    service.channels = []
    manager.refresh_channels()
    with pytest.raises(ChannelError):
        manager.quick_post("Hi")
    assert service.composed() == []


def test_precedence_of_every_layer(manager: SocialMediaManager, service: Scripted) -> None:
    service.channels[0]["custom_post_data"] = {"post_content": "site {post_title}", "k": "site"}
    steps = [
        lambda: None,
        lambda: manager.set_network_defaults("X", {"post_text": "net {post_title}"}),
        lambda: manager.set_channel_defaults("news feed", {"post_text": "chan {post_title}"}),
    ]
    texts = []
    for step in steps:
        step()
        manager.post_to("twitter", "Hi")
        texts.append(sent(service)[2])
    manager.save_style("mine", {"twitter": {"post_text": "style {post_title}"}})
    manager.post_to("twitter", "Hi", style="mine")
    texts.append(sent(service)[2])
    manager.post_to("twitter", "Hi", style="mine", settings={"post_text": "post {post_title}"})
    texts.append(sent(service)[2])
    assert texts == ["site Hi", "net Hi", "chan Hi", "style Hi", "post Hi"]
    # `post` of the base class sees the defaults too.
    manager.post("Hi", to=2)
    assert sent(service)[2] == "chan Hi"
    assert service.composed()[-1]["schedules"][0]["custom_post_data"]["k"] == "site"


def test_defaults_last_and_can_be_cleared(
    manager: SocialMediaManager, service: Scripted, tmp_path: Path
) -> None:
    manager.set_network_defaults("facebook", {"post_text": "F {post_title}"})
    manager.set_channel_defaults("my_business_instagram", {"upload_media": True})
    manager.set_channel_defaults(2, {"cut_post_text": True})
    with SocialMediaManager(token=TOKEN, base_url=service.url, config=tmp_path / "config") as other:
        assert other.get_network_defaults("fb") == {"post_text": "F {post_title}"}
        assert other.get_channel_defaults(4) == {"upload_media": True}
        assert other.get_channel_defaults("my_business") == {"upload_media": True}
        other.clear_defaults(network="instagram", channel_id="my_business")
    assert manager.get_channel_defaults(4) == {}
    assert manager.get_channel_defaults(2) == {"cut_post_text": True}
    assert manager.get_network_defaults("facebook") != {}
    manager.clear_defaults(network="facebook")
    assert manager.get_network_defaults("facebook") == {}
    manager.clear_defaults()
    assert manager.get_channel_defaults(2) == {}
    stored = json.loads((tmp_path / "config" / "defaults.json").read_text())
    assert stored["schema"] == 1


@pytest.mark.parametrize("call", ["set_network_defaults", "get_network_defaults"])
def test_defaults_of_an_unknown_network(manager: SocialMediaManager, call: str) -> None:
    arguments: list[object] = ["nonsense"] + ([{}] if call.startswith("set") else [])
    with pytest.raises(SettingsError) as caught:
        getattr(manager, call)(*arguments)
    assert "twitter" in str(caught.value)


def test_channel_defaults_of_an_unknown_channel(manager: SocialMediaManager) -> None:
    with pytest.raises(ChannelError):
        manager.set_channel_defaults("nobody", {})


def test_styles_are_kept_as_copies(
    manager: SocialMediaManager, service: Scripted, tmp_path: Path
) -> None:
    style = {"twitter": {"post_text": "🎯 {post_title}"}, "facebook": {"attach_link": True}}
    manager.save_style("my_announcement", style)
    style["twitter"]["post_text"] = "changed"
    assert manager.get_style("my_announcement")["twitter"]["post_text"] == "🎯 {post_title}"
    manager.get_style("my_announcement")["twitter"]["post_text"] = "changed"
    assert manager.get_style("my_announcement")["twitter"]["post_text"] == "🎯 {post_title}"
    assert manager.list_styles() == ["announcement", "blog", "my_announcement", "product"]
    assert (tmp_path / "config" / "styles" / "my_announcement.json").is_file()
    assert manager.delete_style("my_announcement") is True
    assert manager.delete_style("my_announcement") is False
    with pytest.raises(SettingsError):
        manager.get_style("my_announcement")


@pytest.mark.parametrize("name", ["announcement", "blog", "product"])
def test_built_in_styles_cover_all_networks(manager: SocialMediaManager, name: str) -> None:
    from posto_desktop.sdk.networks import all_networks

    style = manager.get_style(name)
    assert set(style) == {network.slug for network in all_networks()}
    assert all("post_text" in part for part in style.values())


def test_a_built_in_style_can_be_replaced(manager: SocialMediaManager) -> None:
    manager.save_style("blog", {"x": {"post_text": "mine {post_title}"}})
    assert manager.get_style("blog") == {"x": {"post_text": "mine {post_title}"}}
    assert manager.delete_style("blog")
    assert "{post_content}" in manager.get_style("blog")["twitter"]["post_text"]


def test_a_campaign_as_the_documents_show_it(
    manager: SocialMediaManager, service: Scripted, tmp_path: Path
) -> None:
    pictures = []
    for number in range(2):
        path = tmp_path / f"{number}.jpg"
        path.write_bytes(JPEG + bytes([number]))
        pictures.append(str(path))
    start = datetime.now(UTC) + timedelta(days=1)
    results = manager.create_campaign(
        messages=["Day 1", "Day 2", "Day 3"],
        platforms=["twitter", "facebook"],
        images=pictures,
        start_time=start,  # type: ignore[arg-type]
        hours_between_posts=24,
        style="blog",
    )
    assert results == [True, True, True]
    assert all(results)
    by_text = {
        call["schedules"][0]["custom_post_data"]["post_content"]: call
        for call in service.composed()
    }
    stamps = [by_text[f"📝 Day {n}"]["share_at"] for n in (1, 2, 3)]
    assert [stamp - stamps[0] for stamp in stamps] == [0, 86400, 172800]
    assert stamps[0] == int(start.timestamp())
    counts = [
        len(by_text[f"📝 Day {n}"]["schedules"][0]["custom_post_data"]["media_list_to_upload"])
        for n in (1, 2, 3)
    ]
    assert counts == [1, 1, 0]
    assert all(len(call["schedules"]) == 2 for call in service.composed())


def test_a_campaign_of_ten_is_eleven_requests_in_two_rounds(
    manager: SocialMediaManager, service: Scripted
) -> None:
    service.channels = [channel(n, f"C{n}", ["twitter", "fb"][n % 2]) for n in range(1, 15)]
    together = threading.Barrier(10, timeout=60)

    def meet(seen: object) -> None:
        if "composer" in seen.path:  # type: ignore[attr-defined]
            together.wait()

    service.before.append(meet)  # type: ignore[arg-type]
    results = manager.create_campaign([f"Message {n}" for n in range(10)], start_time="1d")
    assert results == [True] * 10
    assert service.count() == 11
    assert len(service.schedules) == 140


def test_a_failure_in_the_middle_is_told_in_its_place(
    manager: SocialMediaManager, service: Scripted, tmp_path: Path
) -> None:
    def refuse(seen: object) -> Reply | None:
        body = seen.body.decode()  # type: ignore[attr-defined]
        return Reply(200, {"error_msg": "No second post"}) if "Second" in body else None

    service.before.append(refuse)
    results = manager.create_campaign(
        ["First", "Second", "Third", "Fourth"],
        images=[None, None, None, str(tmp_path / "gone.jpg")],
        start_time="1d",
    )
    assert results == [True, False, True, False]
    assert results.results[1].error_message == "No second post."
    assert "gone.jpg" in str(results.results[3].error_message)
    assert results.success is False


def test_campaigns_that_make_no_sense(manager: SocialMediaManager, service: Scripted) -> None:
    assert manager.create_campaign([]) == []
    for arguments, kind in (
        ({"hours_between_posts": 0}, WhenError),
        ({"hours_between_posts": -1}, WhenError),
        ({"images": ["a", "b", "c"]}, SettingsError),
        ({"images": "a.jpg"}, SettingsError),
        ({"platforms": ["nonsense"]}, ChannelError),
        ({"platforms": [None]}, ChannelError),
        ({"platforms": []}, ChannelError),
        ({"platforms": 5}, SettingsError),
        ({"hours_between_posts": "often"}, WhenError),
        ({"style": "nope"}, SettingsError),
        ({"start_time": 5}, WhenError),
    ):
        with pytest.raises(kind):
            manager.create_campaign(["A", "B"], **arguments)  # type: ignore[arg-type]
    with pytest.raises(SettingsError):
        manager.create_campaign(None)  # type: ignore[arg-type]
    assert service.composed() == []


def test_hours_may_come_as_text(manager: SocialMediaManager, service: Scripted) -> None:
    assert manager.create_campaign(
        ["A", "B"],
        start_time="1d",
        hours_between_posts="24",  # type: ignore[arg-type]
    ).success
    first, second = sorted(call["share_at"] for call in service.composed())
    assert second - first == 86400


def test_a_message_that_is_none_is_told_in_its_place(
    manager: SocialMediaManager, service: Scripted
) -> None:
    results = manager.create_campaign(["A", None, "C"], start_time="1d")  # type: ignore[list-item]
    assert results == [True, False, True]
    assert "text" in str(results.results[1].error_message)


def test_a_quick_campaign(manager: SocialMediaManager, service: Scripted) -> None:
    assert manager.create_quick_campaign(["A", "B"], interval="12h") is True
    stamps = sorted(call["share_at"] or 0 for call in service.composed())
    assert stamps[0] == 0  # the first one at once
    assert abs(stamps[1] - datetime.now(UTC).timestamp() - 12 * 3600) < 30
    with pytest.raises(WhenError):
        manager.create_quick_campaign(["A"], interval="often")
    assert manager.create_quick_campaign([]) is False


def test_channels_and_schedules(manager: SocialMediaManager, service: Scripted) -> None:
    assert len(manager.get_channels()) == 4
    assert [row.id for row in manager.get_channels("twitter")] == [2]
    assert [row.id for row in manager.find_channel("BLOG")] == [3]
    service.schedules = [
        schedule(n, status="not_sent", network=net)
        for n, net in ((1, "twitter"), (2, "twitter"), (3, "fb"))
    ]
    result = manager.delete_all_schedules(
        platforms=["twitter"], statuses=["not_sent"], exclude_ids=[2]
    )
    assert result
    assert (result.deleted, result.kept) == ([1], [2])
    assert manager.delete_schedules([3]).deleted == [3]
    assert manager.delete_all_schedules().deleted == [2]


def test_ways_to_sign_in(service: Scripted, monkeypatch: pytest.MonkeyPatch) -> None:
    for made in (
        SocialMediaManager(username=USER, password=PASSWORD, base_url=service.url),
        SocialMediaManager(token=TOKEN, base_url=service.url),
        SocialMediaManager.from_credentials(USER, PASSWORD, base_url=service.url),
        SocialMediaManager.from_token(TOKEN, base_url=service.url),
    ):
        with made as manager:
            assert manager.me().name == "Ann"
    monkeypatch.setenv("POSTO_BASE_URL", service.url)
    monkeypatch.setenv("POSTO_TOKEN", TOKEN)
    with SocialMediaManager() as manager:
        assert manager.me().name == "Ann"
    monkeypatch.delenv("POSTO_TOKEN")
    with pytest.raises(AuthenticationError):
        SocialMediaManager()


def test_debug_output_is_readable_and_free_of_secrets(
    service: Scripted, capsys: pytest.CaptureFixture[str]
) -> None:
    logger = logging.getLogger("posto_desktop.sdk")
    before, level = list(logger.handlers), logger.level
    try:
        for _ in range(2):
            with SocialMediaManager(USER, PASSWORD, base_url=service.url, debug=True) as manager:
                manager.quick_post("Hi")
        output = capsys.readouterr().err
    finally:
        logger.handlers, logger.level = before, level
        logger.setLevel(level)
    assert output.count("POST fs-poster/v1/composer -> 200") == 2
    assert TOKEN not in output
    assert PASSWORD not in output


def test_the_accounts_of_the_app(service: Scripted, isolated_home: Path) -> None:
    from posto_desktop.storage.accounts import AccountStore, ServiceAccount
    from posto_desktop.storage.paths import find_paths
    from posto_desktop.storage.secrets import SecretStore

    paths = find_paths()
    account = AccountStore(paths.accounts).add(ServiceAccount.new("Work", service.url, USER))
    SecretStore(paths.secrets).set(account.id, PASSWORD, "file")
    with SocialMediaManager() as manager:
        assert manager.base_url == service.url
        assert manager.me().name == "Ann"

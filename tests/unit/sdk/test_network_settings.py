from __future__ import annotations

import logging

import pytest

from posto_desktop.sdk import (
    NetworkCapabilities,
    NetworkSettings,
    PostoSDK,
    ServiceError,
    SettingsError,
)
from posto_desktop.sdk.network_settings import SettingsConflict
from posto_desktop.sdk.networks import all_networks

from .scripted import Reply, Scripted


def test_settings_are_read_as_the_documents_show(posto: PostoSDK, service: Scripted) -> None:
    service.settings["fb"] = {"post_text": "{post_title}", "post_attach_link": True, "n": 3}
    settings = posto.get_network_settings("facebook")
    assert isinstance(settings, NetworkSettings)
    assert settings.network_type == "fb"
    assert settings.get_default_settings() == service.settings["fb"]
    assert settings.get_available_settings() == service.settings["fb"]
    assert settings["n"] == settings.get("n") == 3
    assert settings.available_settings["post_attach_link"]["type"] == "bool"
    posto.get_network_settings("fb")
    assert posto.get_network_defaults("fb") == service.settings["fb"]
    assert service.count() == 1
    settings.get_default_settings()["n"] = 4
    assert settings["n"] == 3


def test_saving_keeps_what_is_not_named(posto: PostoSDK, service: Scripted) -> None:
    service.settings["twitter"] = {"post_text": "old", "cut_post_text": False, "other": [1]}
    changed = {"post_text": "🚨 {post_title} 🚨", "cut_post_text": True}
    posto.save_network_settings("twitter", changed)
    assert service.settings["twitter"] == {**changed, "other": [1]}
    assert posto.get_network_settings("x")["cut_post_text"] is True


def test_saving_uses_the_networks_own_names(posto: PostoSDK, service: Scripted) -> None:
    service.settings["fb"] = {"post_attach_link": True, "post_upload_media": False}
    service.settings["telegram"] = {"post_content": "x", "cut_post_content": True}
    posto.save_network_settings("fb", {"attach_link": False, "upload_media": True})
    posto.save_network_settings("telegram", {"post_text": "y", "cut_post_text": False})
    assert service.settings["fb"] == {"post_attach_link": False, "post_upload_media": True}
    assert service.settings["telegram"] == {"post_content": "y", "cut_post_content": False}


@pytest.mark.parametrize(
    "settings",
    [{"cut_post_text": "yes"}, {"cut_post_text": 1}, {"post_text": True}, {"other": "x"},
     {"attach_link": "no"}],
)  # fmt: skip
def test_a_wrong_type_is_refused_before_it_is_written(
    posto: PostoSDK, service: Scripted, settings: dict[str, object]
) -> None:
    service.settings["twitter"] = {"post_text": "old", "cut_post_text": False, "other": [1]}
    with pytest.raises(SettingsError) as caught:
        posto.save_network_settings("twitter", settings)
    assert next(iter(settings)) in str(caught.value)
    with pytest.raises(SettingsError):
        posto.validate_network_settings("twitter", settings)
    assert service.count("POST") == 0
    right, problems = posto.get_network_settings("twitter").validate_settings(settings)
    assert (right, len(problems)) == (False, 1)


def test_no_settings_yet(posto: PostoSDK, service: Scripted) -> None:
    assert posto.get_network_settings("vk").get_default_settings() == {}
    posto.save_network_settings("vk", {"post_content": "a"})
    assert service.settings["vk"] == {"post_content": "a"}


@pytest.mark.parametrize("answer", ["text", 3, [1]])
def test_settings_that_are_none_are_never_written_back(
    posto: PostoSDK, service: Scripted, answer: object
) -> None:
    import json

    service.always("/settings", Reply(200, json.dumps(answer)), method="GET")
    with pytest.raises(ServiceError):
        posto.save_network_settings("vk", {"post_content": "a"})
    assert service.count("POST") == 0


def test_unknown_networks_are_refused(posto: PostoSDK, service: Scripted) -> None:
    for call in (posto.get_network_settings, posto.get_network_capabilities):
        with pytest.raises(SettingsError) as caught:
            call("nonsense")
        assert "twitter" in str(caught.value)
    assert service.count() == 0


def test_capabilities_come_from_the_limits(posto: PostoSDK, service: Scripted) -> None:
    x = posto.get_network_capabilities("x")
    assert x == NetworkCapabilities(
        supports_media=True,
        supports_scheduling=True,
        max_media_items=4,
        supported_media_types=x.supported_media_types,
        max_text_length=280,
        supports_link_attachment=True,
        text_unit="weighted",
        max_text_length_with_media=280,
        supports_first_comment=True,
        requires_media=False,
    )
    assert "image/jpeg" in (posto.get_supported_media_types("twitter") or [])
    assert posto.get_network_capabilities("instagram").requires_media is True
    assert posto.get_network_capabilities("tiktok").supports_link_attachment is False
    for network in all_networks():
        assert posto.get_network_capabilities(network.slug) is not None
        for alias in (network.name, *network.aliases):
            assert posto.get_network_capabilities(alias) is not None
    assert service.count() == 0


def test_profiles_as_the_documents_show_them(posto: PostoSDK, service: Scripted) -> None:
    profile = {
        "facebook": {"post_text": "Profile post for Facebook", "upload_media": True},
        "twitter": {"post_text": "Profile post for Twitter!"},
    }
    posto._settings_manager.save_settings_profile("daily_posts", profile)
    assert posto._settings_manager.get_settings_profile("daily_posts") == profile
    assert posto.list_settings_profiles() == ["daily_posts"]
    posto.post("Hi", to=[2, 3], settings=posto.get_settings_profile("daily_posts"))
    texts = [
        item["custom_post_data"]["post_content"] for item in service.composed()[0]["schedules"]
    ]
    assert texts == ["Profile post for Twitter!", "Profile post for Facebook"]
    with pytest.raises(SettingsError) as caught:
        posto.get_settings_profile("other")
    assert "daily_posts" in str(caught.value)


def test_a_proxy_keeps_the_other_settings(
    posto: PostoSDK, service: Scripted, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    service.channel_settings[2] = {"proxy": "", "labels": [1], "custom_post_data": {"a": 1}}
    manager = posto.channel_manager
    assert manager.get_channel_proxy(2) is None
    assert manager.set_channel_proxy(2, "http://ann:hushhush@proxy.example:8080") is True
    assert service.channel_settings[2] == {
        "proxy": "http://ann:hushhush@proxy.example:8080", "labels": [1],
        "custom_post_data": {"a": 1}}  # fmt: skip
    assert manager.get_channel_proxy(2) == "http://ann:hushhush@proxy.example:8080"
    assert manager.get_channel_settings(2)["labels"] == [1]
    manager.set_channel_proxy(2)
    assert service.channel_settings[2]["proxy"] == ""
    assert service.channel_settings[2]["labels"] == [1]
    service.fail("/channels", Reply(200, {"error_msg": "hushhush is wrong"}))
    with pytest.raises(ServiceError) as caught:
        posto.refresh_channels()
    assert "hushhush" not in f"{caught.value}{caught.value.user_message}"
    assert "hushhush" not in caplog.text
    for wrong in ("nonsense", "http://", "ftp://e.com", "http://e.com:99999"):
        with pytest.raises(SettingsError):
            manager.set_channel_proxy(2, wrong)
    writes = service.count("POST")
    for call in (
        lambda: manager.set_channel_proxy(2, 5),  # type: ignore[arg-type]
        lambda: manager.set_channel_settings(2, None),  # type: ignore[arg-type]
        lambda: manager.get_channel_proxy("News"),  # type: ignore[arg-type]
        lambda: posto.validate_network_settings("fb", None),  # type: ignore[arg-type]
    ):
        with pytest.raises(SettingsError):
            call()
    assert service.count("POST") == writes
    manager.set_channel_proxy("2", "http://e.com:1")  # type: ignore[arg-type]
    assert service.channel_settings[2]["proxy"] == "http://e.com:1"  # a number on the wire


def test_what_was_changed_on_the_service_meanwhile_is_named(
    posto: PostoSDK, service: Scripted
) -> None:
    service.settings["twitter"] = {"post_text": "old", "cut_post_text": False, "other": [1]}
    manager = posto.settings_manager
    read = manager.read_network_settings("x")
    # What others changed elsewhere stays, and is no conflict.
    service.settings["twitter"]["other"] = [2]
    manager.save_network_settings("x", {"post_text": "mine"}, based_on=read.settings_data)
    assert service.settings["twitter"] == {
        "post_text": "mine", "cut_post_text": False, "other": [2],
    }  # fmt: skip
    service.settings["twitter"]["post_text"] = "theirs"
    with pytest.raises(SettingsConflict) as caught:
        manager.save_network_settings("x", {"post_text": "again"}, {"post_text": "mine"})
    assert caught.value.names == ("post_text",)
    assert caught.value.present["post_text"] == "theirs"
    assert service.settings["twitter"]["post_text"] == "theirs"
    # Both want the same: nothing to ask.
    manager.save_network_settings("x", {"post_text": "theirs"}, {"post_text": "mine"})


def test_reading_again_is_not_from_memory(posto: PostoSDK, service: Scripted) -> None:
    service.settings["twitter"] = {"post_text": "old"}
    assert posto.get_network_settings("x")["post_text"] == "old"
    service.settings["twitter"] = {"post_text": "new"}
    assert posto.get_network_settings("x")["post_text"] == "old"
    assert posto.settings_manager.read_network_settings("x")["post_text"] == "new"

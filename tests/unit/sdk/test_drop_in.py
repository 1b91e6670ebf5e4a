"""What scripts of the published client rely on beyond the documents: names, places, kinds."""

from __future__ import annotations

import importlib
import inspect
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import posto_desktop.sdk as sdk
from posto_desktop.sdk import (
    AuthenticationError,
    ChannelError,
    ChannelManager,
    MediaUploadError,
    NetworkSettings,
    NetworkSettingsManager,
    PostoSDK,
    SocialMediaManager,
)

from .conftest import JPEG
from .scripted import PASSWORD, TOKEN, USER, Reply, Scripted, channel, schedule, serving


@pytest.fixture(autouse=True)
def _here(service: Scripted, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("POSTO_BASE_URL", service.url)
    logger = logging.getLogger("posto_desktop.sdk")
    before, level = list(logger.handlers), logger.level
    yield
    logger.handlers[:] = before  # debug=True adds one
    logger.setLevel(level)


# -- imports ---------------------------------------------------------------------------------------

PLACES = {
    "": "PostoSDK PostoError MediaUploadError ChannelError PostingError PostResult NetworkSettings "
    "NetworkCapabilities NetworkSettingsManager SocialMediaManager ChannelManager __version__",
    ".posto_sdk": "PostoSDK PostoError MediaUploadError ChannelError PostingError PostResult "
    "NetworkSettings NetworkCapabilities NetworkSettingsManager ScheduleManager ChannelManager "
    "AuthenticationError NetworkError ServiceError SettingsError WhenError",
    ".social_media_manager": "SocialMediaManager PostoSDK",
    ".network_settings": "NetworkSettings NetworkCapabilities NetworkSettingsManager",
    ".schedule_manager": "ScheduleManager",
    ".channel_manager": "ChannelManager",
}


@pytest.mark.parametrize("place", PLACES)
def test_names_can_be_imported_from_where_scripts_look(place: str) -> None:
    module = importlib.import_module(f"posto_desktop.sdk{place}")
    for name in PLACES[place].split():
        exported = getattr(module, name)
        assert exported is getattr(sdk, name)
        assert name == "__version__" or name in module.__all__


def test_errors_are_caught_as_scripts_catch_them(posto: PostoSDK) -> None:
    with pytest.raises(ValueError, match="no channel"):
        posto.post("Hi", to="nobody")
    with pytest.raises(ValueError, match="which channel"):
        posto.post("Hi")
    with pytest.raises(ValueError, match="Say what to delete"):
        posto.schedules.delete()
    with pytest.raises(ValueError, match="cannot be read"):
        posto.post("Hi", to=2, when="whenever")
    assert issubclass(ChannelError, ValueError)


# -- signing in ------------------------------------------------------------------------------------


def test_every_way_to_sign_in_takes_its_arguments_by_position() -> None:
    for make in (
        lambda: PostoSDK(TOKEN),
        lambda: PostoSDK(TOKEN, True),
        lambda: PostoSDK(auth_token=TOKEN, debug=True),
        lambda: PostoSDK.from_credentials(USER, PASSWORD),
        lambda: PostoSDK.from_credentials(USER, PASSWORD, True),
        lambda: PostoSDK.from_credentials(username=USER, password=PASSWORD, debug=True),
        lambda: PostoSDK.from_token(TOKEN),
        lambda: PostoSDK.from_token(TOKEN, True),
        lambda: PostoSDK.from_token(token=TOKEN, debug=True),
        lambda: SocialMediaManager(TOKEN),
        lambda: SocialMediaManager(auth_token=TOKEN),
        lambda: SocialMediaManager(token=TOKEN),
        lambda: SocialMediaManager(USER, PASSWORD),
        lambda: SocialMediaManager(username=USER, password=PASSWORD, debug=True),
        lambda: SocialMediaManager.from_credentials(USER, PASSWORD),
        lambda: SocialMediaManager.from_credentials(USER, PASSWORD, True),
        lambda: SocialMediaManager.from_token(TOKEN),
        lambda: SocialMediaManager.from_token(TOKEN, True),
    ):
        with make() as made:
            assert made.me().name == "Ann"


def test_one_argument_is_a_token_or_a_name_whose_password_is_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for wrong in ("ann", "bm8gY29sb24=", "not base64:"):
        with pytest.raises(AuthenticationError) as caught:
            SocialMediaManager(wrong)
        assert "password" in caught.value.user_message
        assert "token" in caught.value.user_message
        assert wrong not in str(caught.value) + caught.value.user_message
    monkeypatch.setenv("POSTO_PASSWORD", PASSWORD)
    for given in (USER, TOKEN):
        with SocialMediaManager(given) as manager:
            assert manager.me().name == "Ann"


# -- channels and networks -------------------------------------------------------------------------


def test_channels_are_found_by_either_name_of_the_argument(manager: SocialMediaManager) -> None:
    for rows in (
        manager.find_channel("news"),
        manager.find_channel(name="NEWS"),
        manager.find_channel(search="news"),
        manager.get_channel_by_name("news"),
    ):
        assert [row["id"] for row in rows] == [2]
    assert manager.find_channel("nowhere") == []
    with pytest.raises(TypeError):
        manager.find_channel()


def test_channels_without_a_platform_are_all(manager: SocialMediaManager) -> None:
    assert len(manager.get_channels()) == len(manager.get_channels("")) == 4
    assert [row["id"] for row in manager.get_channels("Facebook")] == [3]


def test_types_of_channels_are_sorted(posto: PostoSDK) -> None:
    assert posto.get_channel_types() == posto.get_networks()
    assert posto.get_networks() == ["fb", "instagram", "linkedin", "twitter"]


def test_networks_are_those_of_the_account(manager: SocialMediaManager, service: Scripted) -> None:
    service.channels.append(channel(9, "Other News", "x"))
    service.channels.append(channel(10, "New", "brand_new", network_icon="https://e/i.png"))
    networks = manager.get_available_networks()
    assert json.loads(json.dumps(networks)) == networks
    assert [(network["slug"], network["name"], network["enabled"]) for network in networks] == [
        ("twitter", "X (Twitter)", True),
        ("fb", "Facebook", True),
        ("instagram", "Instagram", True),
        ("linkedin", "LinkedIn", False),
        ("brand_new", "brand_new", True),
    ]
    assert [network["icon"] for network in networks][-1] == "https://e/i.png"
    assert all(isinstance(network["icon"], str) for network in networks)
    for network in networks:
        assert manager.get_network_settings(network["slug"]).network_type == network["slug"]
        if network["enabled"]:
            assert manager.post_to(network["slug"], "Hi")
    assert manager.settings_manager.get_available_networks() == networks


def test_network_settings_are_names_and_values(posto: PostoSDK, service: Scripted) -> None:
    values = {"post_text": "{post_title}", "attach_link": True, "n": 3}
    service.settings["twitter"] = values
    settings = posto.get_network_settings("twitter")
    assert settings.get_available_settings() == values
    assert settings.get_default_settings() == values
    assert settings.to_dict() == values
    assert settings.settings_data == values
    assert settings.available_settings["attach_link"] == {
        "type": "bool",
        "default": True,
        "required": False,
        "current_value": True,
    }
    assert settings == NetworkSettings("twitter", values)
    assert settings.validate_settings({"attach_link": "yes"})[0] is False
    posto.save_network_settings("twitter", settings)
    assert service.settings["twitter"] == values


def test_managers_can_be_made_alone(service: Scripted, tmp_path: Path) -> None:
    service.settings["fb"] = {"post_text": "x"}
    service.channel_settings[2] = {"proxy": "http://proxy:8080", "labels": []}
    for channels in (
        ChannelManager(service.url, TOKEN),
        ChannelManager(base_url=service.url, auth_token=TOKEN),
    ):
        assert channels.get_channel_proxy(2) == "http://proxy:8080"
        assert channels.set_channel_proxy(2, None) is True
        assert channels.get_channel_settings(2)["proxy"] == ""
        assert channels.set_channel_proxy(2, "http://proxy:8080")
    for networks in (
        NetworkSettingsManager(service.url, TOKEN),
        NetworkSettingsManager(base_url=service.url, auth_token=TOKEN),
    ):
        assert networks.get_network_settings("fb")["post_text"] == "x"
        assert len(networks.get_available_networks()) == 4
        networks.save_settings_profile("daily", {"fb": {"post_text": "y"}})
        assert networks.list_settings_profiles() == ["daily"]


# -- schedules -------------------------------------------------------------------------------------


def test_deleting_is_true(manager: SocialMediaManager, service: Scripted) -> None:
    service.schedules = [schedule(n, status="not_sent") for n in range(1, 8)]
    assert manager.delete_schedules([1]) == True  # noqa: E712 - as scripts compare it
    assert manager.schedules.delete(schedule_ids=[2]) == True  # noqa: E712
    assert manager.schedules.delete([3], None, None, None, False) == True  # noqa: E712
    assert manager.delete_all_schedules([4], ["twitter"], ["not_sent"]) == True  # noqa: E712
    assert [row["id"] for row in service.schedules] == [4]
    assert manager.delete_all_schedules() == True  # noqa: E712
    assert manager.delete_all_schedules() == True  # noqa: E712 - nothing is left


# -- media -----------------------------------------------------------------------------------------


def test_a_refused_private_address_says_how_to_allow_it(posto: PostoSDK, service: Scripted) -> None:
    with serving() as web:
        web.files["/a.jpg"] = Reply(200, JPEG)
        service.files["/away.jpg"] = Reply(302, "", {"Location": f"{web.url}/a.jpg"})
        for address in (f"http://127.0.0.1:{web.port}/a.jpg", f"{service.url}/away.jpg"):
            with pytest.raises(MediaUploadError) as caught:
                posto.post("Hi", to=2, media=address)
            for sentence in (str(caught.value), caught.value.user_message):
                assert "private network" in sentence
                assert "allow_private_urls=True" in sentence
        with PostoSDK(TOKEN, base_url=service.url, allow_private_urls=True) as allowed:
            assert allowed.post("Hi", to=2, media=f"{web.url}/a.jpg").success


# -- signatures ------------------------------------------------------------------------------------


def published() -> Any:
    return pytest.importorskip("posto_sdk")


def _public(kind: type) -> dict[str, Any]:
    return {
        name: getattr(kind, name)
        for name in dir(kind)
        if (not name.startswith("_") or name == "__init__")
        and inspect.isroutine(getattr(kind, name))
    }


CLASSES = (
    "PostoSDK",
    "SocialMediaManager",
    "ScheduleManager",
    "ChannelManager",
    "NetworkSettingsManager",
    "NetworkSettings",
    "NetworkCapabilities",
    "PostResult",
)


@pytest.mark.parametrize("name", CLASSES)
def test_every_method_takes_what_the_published_one_takes(name: str) -> None:
    """The same names, by position in the same order, with the same default where it has one."""
    published()
    theirs = getattr(importlib.import_module("posto_sdk.posto_sdk"), name, None)
    theirs = theirs or getattr(published(), name)
    ours = getattr(sdk, name)
    for method, function in _public(theirs).items():
        if name == "ScheduleManager" and method == "__init__":
            continue  # it takes a client, which nobody makes alone
        assert callable(getattr(ours, method, None)), f"{name}.{method}"
        wanted = inspect.signature(function).parameters.values()
        present = inspect.signature(getattr(ours, method)).parameters
        given = [item for item in present.values() if item.kind is item.POSITIONAL_OR_KEYWORD]
        place = 0
        for item in wanted:
            if item.kind in (item.VAR_KEYWORD, item.VAR_POSITIONAL):
                continue
            label = f"{name}.{method}({item.name})"
            assert place < len(given), label
            if (name, method) != ("SocialMediaManager", "__init__"):
                assert given[place].name == item.name, label
            assert item.name in present, label
            if item.default is not item.empty and item.name != "media_ids":
                assert given[place].default == item.default, label
            place += 1


def test_every_attribute_of_the_published_classes_is_there(service: Scripted) -> None:
    kinds = published()
    for theirs, ours in (
        (kinds.PostoSDK(TOKEN), PostoSDK(TOKEN)),
        (kinds.SocialMediaManager(TOKEN), SocialMediaManager(TOKEN)),
        (kinds.PostResult(True), sdk.PostResult(True)),
        (kinds.NetworkCapabilities(), sdk.NetworkCapabilities()),
        (kinds.NetworkSettings("fb", {}), NetworkSettings("fb", {})),
    ):
        for attribute in dir(theirs):
            if not attribute.startswith("_"):
                assert attribute in dir(ours), f"{type(theirs).__name__}.{attribute}"

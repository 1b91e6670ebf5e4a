"""Scripts, word for word, by the published posto-sdk 3.0.5 and by ours, against one workspace.

Each script fills `report`, which is written as JSON and compared. What differs on purpose stands
in the tests, with the reason.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from posto_desktop.sdk import PostoSDK

from .conftest import FS, Client, png

posto_sdk = pytest.importorskip("posto_sdk")

HOSTED = "https://xmachine.online"
Run = Callable[[str], tuple[Any, Any]]


@pytest.fixture
def run(client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Runs a script with both clients; what each reported."""
    send = requests.adapters.HTTPAdapter.send

    def redirect(self: Any, request: Any, **kwargs: Any) -> Any:
        request.url = request.url.replace(HOSTED, client.base)
        kwargs["proxies"] = {}
        return send(self, request, **kwargs)

    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", redirect)
    monkeypatch.setenv("POSTO_BASE_URL", client.base)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "photo.png").write_bytes(png())
    loggers = [logging.getLogger(name) for name in ("posto_desktop.sdk", "PostoSDK")]
    before = [(logger, list(logger.handlers), logger.level) for logger in loggers]
    ours: list[PostoSDK] = []

    def both(script: str) -> tuple[Any, Any]:
        reports = []
        for module in ("posto_sdk", "posto_desktop.sdk"):
            names: dict[str, Any] = {
                "USER": client.running.username,
                "PASSWORD": client.running.password,
                "BASE": HOSTED if module == "posto_sdk" else client.base,
            }
            written = re.sub(r"\bfrom posto_sdk\b", f"from {module}", _HEAD + script)
            exec(compile(written, module, "exec"), names)
            reports.append(json.loads(json.dumps(names["report"])))
            ours.extend(name for name in names.values() if isinstance(name, PostoSDK))
        return reports[0], reports[1]

    yield both
    for handler in ours:
        handler.close()
    for logger, handlers, level in before:
        logger.handlers[:] = handlers
        logger.setLevel(level)


_HEAD = """
import base64, dataclasses, json, time
from datetime import datetime, timedelta
TOKEN = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
"""


def test_channels_are_the_same_to_the_key(run: Run) -> None:
    theirs, ours = run("""
from posto_sdk import PostoSDK, SocialMediaManager
posto = PostoSDK.from_credentials(USER, PASSWORD, True)
first = posto.channels[0]
manager = SocialMediaManager(TOKEN)
report = {
    "all": posto.channels,
    "first": dict(first),
    "copy": {**first, "note": "mine"},
    "one": posto.get_channel(first["id"]),
    "none": posto.get_channel(999999),
    "active": posto.get_active_channels(),
    "named": posto.get_channel_by_name("SANDBOX f"),
    "found": posto.find_channel("sandbox f"),
    "manager": manager.find_channel("sandbox f"),
    "of_type": posto.get_channels_by_type("TWITTER"),
    "types": posto.get_channel_types(),
    "networks": posto.get_networks(),
    "everything": manager.get_channels(),
    "on_fb": manager.get_channels("fb"),
    "names": sorted(channel["name"] for channel in posto.channels if channel.get("status")),
    "is_dict": isinstance(first, dict),
}
""")

    def safe(value: Any) -> Any:
        if isinstance(value, dict):
            # What can hold a password or cookies never leaves the SDK.
            cleaned = {k: safe(v) for k, v in value.items() if k not in ("proxy", "session_data")}
            if cleaned.get("custom_post_data") == []:
                cleaned["custom_post_data"] = {}  # PHP's empty object is one here
            return cleaned
        return [safe(item) for item in value] if isinstance(value, list) else value

    assert ours == safe(theirs)


def test_networks_of_the_account(run: Run) -> None:
    theirs, ours = run("""
from posto_sdk import SocialMediaManager
manager = SocialMediaManager(TOKEN)
report = {
    "networks": manager.get_available_networks(),
    "settings": {
        one["slug"]: manager.get_network_settings(one["slug"]).get_available_settings()
        for one in manager.get_available_networks()
    },
    "posted": [
        manager.post_to(one["slug"], "To each", when="1h")
        for one in manager.get_available_networks()
        if one["enabled"]
    ],
}
""")
    keys = ("slug", "icon", "enabled")
    assert [[network[key] for key in keys] for network in ours["networks"]] == [
        [network[key] for key in keys] for network in theirs["networks"]
    ]
    assert [network["name"] for network in ours["networks"]][:2] == ["X (Twitter)", "Instagram"]
    assert ours["settings"] == theirs["settings"]
    assert ours["posted"] == theirs["posted"] == [True] * 8


def test_network_settings_and_profiles(run: Run, client: Client) -> None:
    theirs, ours = run("""
from posto_sdk.posto_sdk import PostoSDK
from posto_sdk.network_settings import NetworkSettings, NetworkSettingsManager
posto = PostoSDK(TOKEN)
settings = posto.get_network_settings("twitter")
full = settings.get_available_settings()
posto.save_network_settings("twitter", {**full, "post_text": "x {post_title}"})
posto._settings_manager.clear_cache()
changed = posto.get_network_settings("twitter")
posto.save_network_settings("twitter", full)
alone = NetworkSettingsManager(BASE, TOKEN).get_network_settings("fb")
profile = {"twitter": {"post_text": "Profile"}}
posto._settings_manager.save_settings_profile("daily", profile)
posto.save_settings_profile("weekly", profile)
capabilities = posto.get_network_capabilities("twitter")
try:
    posto.validate_network_settings("twitter", "no dictionary")
except ValueError as error:
    refused = bool(str(error))
report = {
    "type": settings.network_type,
    "data": settings.settings_data,
    "available": full,
    "known": settings.available_settings,
    "defaults": settings.get_default_settings(),
    "as_dict": settings.to_dict(),
    "right": settings.validate_settings({"cut_post_text": True, "more": 1}),
    "wrong": settings.validate_settings({"cut_post_text": "yes"})[0],
    "changed": changed.get_default_settings()["post_text"],
    "alone": alone.get_default_settings(),
    "made": NetworkSettings("fb", {"a": 1}).get_default_settings(),
    "profile": posto._settings_manager.get_settings_profile("daily"),
    "again": posto.get_settings_profile("weekly"),
    "profiles": sorted(posto._settings_manager.list_settings_profiles()),
    "media": capabilities.supports_media and capabilities.supports_scheduling,
    "capabilities": len(dataclasses.asdict(capabilities)) >= 6,
    "refused": refused,
}
""")
    assert client.call("GET", f"{FS}/social-networks/twitter/settings") == ours["available"]
    assert ours == theirs


def test_schedules_are_the_same_to_the_key(run: Run, client: Client) -> None:
    client.compose("twitter", "fb", post_content="Planned", custom_option="kept")
    client.settled(client.compose("mastodon", share_at=None, post_content="Out"))
    client.call("POST", f"{FS}/social-networks/twitter/settings", json={"cut_post_text": False})
    client.settled(client.compose("twitter", share_at=None, post_content="x" * 281))
    client.call("POST", f"{FS}/social-networks/twitter/settings", json={})
    theirs, ours = run("""
from posto_sdk import PostoSDK
posto = PostoSDK.from_token(TOKEN, True)
schedules = posto.schedules.list()
rows = schedules["schedules"]
one = rows[0]
report = {
    "all": dict(schedules),
    "rows": rows,
    "total": schedules.get("total"),
    "has": ["schedules" in schedules, "total" in schedules],
    "errors": posto.schedules.list(
        status="error", network="twitter", page=1, per_page=20
    )["schedules"],
    "pending": posto.schedules.list(["not_sent", "sending"], ["facebook", "twitter"])["schedules"],
    "single": posto.schedules.list(schedule_id=one["id"])["schedules"],
    "group": posto.schedules.list(group_id=one["group_id"])["total"],
    "texts": [row["customization_data"]["post_content"] for row in rows],
    "contents": [row["posting_data"]["content"] for row in rows],
    "channels": [row["channel"]["name"] for row in rows],
    "times": [row["send_time"] for row in rows],
    "links": [row["remote_post_link"] for row in rows],
    "titles": [row["wp_post"]["title"] for row in rows],
    "statuses": [row.get("status") for row in rows],
}
""")
    assert len(theirs["rows"]) == 4
    assert [row["status"] for row in theirs["errors"]] == ["error"]
    assert ours == theirs


def test_deleting_and_retrying(run: Run, client: Client) -> None:
    groups = [client.compose("twitter", "fb", "mastodon") for _ in range(8)]
    assert groups
    theirs, ours = run("""
from posto_sdk import PostoSDK, SocialMediaManager
posto = PostoSDK.from_credentials(USER, PASSWORD)
manager = SocialMediaManager.from_credentials(USER, PASSWORD)
ids = [row["id"] for row in posto.schedules.list(per_page=10)["schedules"]]
report = {
    "some": posto.schedules.delete(schedule_ids=ids[:2]) == True,
    "by_status": posto.schedules.delete(status=["error", "draft"], all=True) == True,
    "old": posto.schedules.delete(older_than="7d") == True,
    "left": posto.schedules.list()["total"] < 24,
}
try:
    posto.schedules.delete()
except ValueError:
    report["refused"] = True
if posto.schedules.delete(schedule_ids=ids[2:3]):
    report["taken"] = "deleted"
""")
    assert (
        ours
        == theirs
        == {
            "some": True,
            "by_status": True,
            "old": True,
            "left": True,
            "refused": True,
            "taken": "deleted",
        }
    )


def test_posting(run: Run, client: Client) -> None:
    theirs, ours = run("""
from posto_sdk.posto_sdk import PostoSDK, PostResult, PostoError, PostingError
from posto_sdk.posto_sdk import MediaUploadError, ChannelError
posto = PostoSDK.from_credentials(username=USER, password=PASSWORD, debug=True)
by_type = {one["social_network"]: one["id"] for one in posto.channels}
x, page = by_type["twitter"], by_type["fb"]
results = [
    posto.post("Now", to=x),
    posto.post("In hours", to=[x, page], when="14h"),
    posto.post("In minutes", to=x, when="30m"),
    posto.post("By name", to="Sandbox X", when="2d"),
    posto.post("At a moment", to=x, when=datetime.now() + timedelta(days=2)),
    posto.post("At a second", to=x, when=int(time.time()) + 7200),
    posto.post("In words", to=x, when="2099-01-31 09:00", use_local_time=False),
    posto.post("With a file", to=x, media="photo.png", when="1h"),
    posto.post("With files", to=x, media=["photo.png", "photo.png"], when="1h"),
    posto.post("With settings", to=x, when="1h", settings={"attach_link": False, "custom": 1}),
]
fields = ("success", "error_message")
report = {
    "results": [[getattr(one, name) for name in fields] for one in results],
    "groups": [type(one.schedule_group_id).__name__ for one in results],
    "plain": [[dataclasses.asdict(one)[name] for name in fields] for one in results],
    "vars": [[vars(one)[name] for name in fields] for one in results],
    "written": [json.loads(json.dumps(dataclasses.asdict(one)))["success"] for one in results],
    "again": [json.loads(json.dumps(vars(one)))["success"] for one in results],
    "made": [PostResult(True, "g").schedule_group_id, PostResult(False, None, "No").error_message],
    "answers": [
        [one.success, one.schedule_group_id]
        for one in (
            PostResult.from_response({"schedule_group_id": "g"}),
            PostResult.from_response({"error_msg": "No"}),
            PostResult.from_response(None),
        )
    ],
    "errors": [
        issubclass(kind, PostoError) for kind in (MediaUploadError, ChannelError, PostingError)
    ],
}
for wrong in ({"to": "nobody of this name"}, {}, {"to": x, "when": "no time"}):
    try:
        posto.post("Wrong", **wrong)
    except ValueError as error:
        report.setdefault("refused", []).append(bool(str(error)))
""")
    assert ours == theirs
    assert all(success for success, _ in ours["results"])
    assert ours["refused"] == [True, True, True]
    texts = [row["customization_data"]["post_content"] for row in client.rows()]
    for text in ("Now", "In hours", "By name", "With files"):
        assert texts.count(text) == (4 if text == "In hours" else 2)
    times = {
        text: sorted(
            row["send_time"] for row in client.rows() if row["posting_data"]["content"] == text
        )
        for text in ("In hours", "At a moment", "In words")
    }
    for moments in times.values():
        assert moments[-1] - moments[0] < 60  # both clients meant the same


def test_the_manager(run: Run, client: Client) -> None:
    theirs, ours = run("""
from posto_sdk.social_media_manager import SocialMediaManager
manager = SocialMediaManager(auth_token=TOKEN)
manager.save_style("mine", {"twitter": {"post_text": "x {post_title}"}})
manager.set_network_defaults("twitter", {"cut_post_text": True})
x = [one["id"] for one in manager.channels if one["social_network"] == "twitter"][0]
manager.set_channel_defaults(x, {"post_text": "{post_title} #team"})
report = {
    "quick": manager.quick_post("Hello"),
    "picture": manager.quick_post("Hello", "photo.png", "announcement"),
    "to": manager.post_to("twitter", "Hi"),
    "to_more": manager.post_to(["fb", "instagram"], "Hi", "photo.png", "1h", "product"),
    "later": manager.schedule_post("Later", "2h", style="announcement"),
    "later_there": manager.schedule_post("Later", "2h", None, ["twitter"]),
    "campaign": manager.create_campaign(["One", "Two"], ["twitter"], start_time="tomorrow"),
    "campaign_more": manager.create_campaign(
        messages=["One", "Two"], images=["photo.png"], hours_between_posts=2, style="blog",
        start_time="tomorrow",
    ),
    "quickly": manager.create_quick_campaign(["One", "Two"], interval="1d", start_time="tomorrow"),
    "style": manager.get_style("mine"),
    "has_style": "mine" in manager.list_styles(),
    "network_defaults": manager.get_network_defaults("twitter"),
    "channel_defaults": manager.get_channel_defaults(x),
    "no_defaults": manager.get_network_defaults("tiktok"),
}
manager.clear_defaults(network="twitter", channel_id=x)
report["one_cleared"] = manager.get_channel_defaults(x)
manager.clear_defaults()
report["cleared"] = manager.get_network_defaults("twitter")
""")
    assert ours == theirs
    assert ours["campaign"] == [True, True]


def test_settings_of_a_channel(run: Run, client: Client) -> None:
    number = client.channels()["twitter"]
    theirs, ours = run(f"""
from posto_sdk import ChannelManager
channels = ChannelManager(base_url=BASE, auth_token=TOKEN)
report = {{
    "set": channels.set_channel_proxy({number}, "http://proxy:8080"),
    "proxy": channels.get_channel_proxy({number}),
    "in_settings": channels.get_channel_settings({number})["proxy"],
    "unset": channels.set_channel_proxy({number}, None),
}}
""")
    assert ours == theirs
    assert ours["proxy"] == ours["in_settings"] == "http://proxy:8080"

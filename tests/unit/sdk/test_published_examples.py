"""Scripts that follow the published documentation run as they are, but for the import's prefix."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from posto_desktop.sdk import PostoSDK, SocialMediaManager

from .conftest import JPEG
from .scripted import PASSWORD, TOKEN, USER, Reply, Scripted, channel, schedule

PAGE = Path(__file__).with_name("published_examples.md")
BLOCKS = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.S | re.M)


@pytest.fixture
def examples(
    service: Scripted,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[dict[str, Any]]:
    """The names that the examples left behind, after all of them ran in order, and what they
    printed."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "path/to").mkdir(parents=True)
    for name in ("path/to/image.jpg", "image1.jpg", "image2.jpg", "offer.jpg", "hello.jpg"):
        (tmp_path / name).write_bytes(JPEG + name.encode())
    service.files["/image.jpg"] = Reply(200, JPEG + b"web 1")
    service.files["/image2.jpg"] = Reply(200, JPEG + b"web 2")
    service.channels = [
        channel(2, "News Feed"),
        channel(3, "Blog", "fb"),
        channel(4, "my_business_instagram", "instagram"),
        channel(5, "my_instagram", "instagram"),
        channel(6, "my_facebook_channel", "fb"),
        channel(7, "BlogChannel", "medium"),
        channel(8, "Sleeping", "linkedin", status=False),
    ]
    service.settings = {
        "fb": {"post_text": "{post_title}", "post_attach_link": True},
        "twitter": {"post_text": "{post_title}", "attach_link": True},
    }
    service.schedules = [
        schedule(123, status="error", error_msg="Too long", group="abc123"),
        schedule(456, status="error", error_msg="First comment error: no"),
        schedule(789, status="success"),
        schedule(1011, status="draft"),
        schedule(124, status="error", network="fb"),
        schedule(126, at=1_600_000_000, status="success"),
    ]
    monkeypatch.setenv("POSTO_BASE_URL", service.url)
    monkeypatch.setenv("POSTO_TOKEN", TOKEN)
    names: dict[str, Any] = {}
    made: dict[int, PostoSDK] = {}
    handlers = list(logging.getLogger("posto_desktop.sdk").handlers)
    for block in BLOCKS:
        text = block.replace("https://example.com", service.url)
        text = text.replace("your_username", USER).replace("your_password", PASSWORD)
        text = text.replace("your_base64_encoded_token", TOKEN)
        exec(compile(text, PAGE.name, "exec"), names)
        made |= {id(client): client for client in names.values() if isinstance(client, PostoSDK)}
    names["out"], names["err"] = capsys.readouterr()
    yield names
    for client in made.values():
        client.close()
    logging.getLogger("posto_desktop.sdk").handlers[:] = handlers


def test_every_published_example_runs(examples: dict[str, Any], service: Scripted) -> None:
    assert len(BLOCKS) == 29
    out = examples["out"]
    assert "Media upload failed: “image.jpg” was not found." in out
    for bad in ("ost failed", "Failed", "Scheduling failed", "scheduling failed", "unexpected"):
        assert bad not in out
    assert "Some " not in out
    assert "Post was successful!" in out
    assert "Quick campaign scheduled successfully!" in out
    assert "POST fs-poster/v1/composer -> 200" in examples["err"]  # debug=True
    for secret in (TOKEN, PASSWORD, PASSWORD.replace(" ", "")):
        assert secret not in out + examples["err"]
    assert isinstance(examples["manager"], SocialMediaManager)
    assert all(examples["campaign_results"])

    posts = [
        {**item, "share_at": call["share_at"]}
        for call in service.composed()
        for item in call["schedules"]
    ]
    texts = {item["custom_post_data"]["post_content"] for item in posts}
    assert {
        "Hello World!",
        "📢 Hello world! Check out our latest update!",
        "🔥 Check out our new offer! 🔥",
        "📢 Don't miss tomorrow's exclusive sale!",
        "📝 Campaign Day 3: Customer success story!",
        "🎯 Hello world! This is a quick update.",
        "📢 Important Update:\n\nHello world! This is a quick update.",
    } <= texts
    assert all(item["channel_id"] != 8 for item in posts)  # it is not active
    for item in posts:
        data = item["custom_post_data"]
        assert data["posto_ref"]
        assert not data["attach_link"] or data["custom_link"]
        assert "post_text" not in data
    for request in service.requests("DELETE"):
        assert request.json["include_all"] is False
        assert request.json["include_ids"]
    assert service.settings["twitter"] == {
        "post_text": "🚨 {post_title} 🚨",
        "attach_link": True,
        "cut_post_text": True,
    }
    assert examples["retry_results"][456] == "held_back"
    assert examples["profile"] == examples["profile_settings"]
    assert {"announcement", "blog", "product", "my_announcement"} <= {*examples["available_styles"]}


def test_signatures_are_the_documented_ones() -> None:
    """Arguments by position must keep their places."""
    from inspect import signature

    for method, names in {
        PostoSDK.post: "message to when media settings use_local_time",
        SocialMediaManager.quick_post: "message image style settings",
        SocialMediaManager.post_to: "platforms message image when style settings",
        SocialMediaManager.schedule_post: "message when image platforms style settings",
        SocialMediaManager.create_campaign: (
            "messages platforms images start_time hours_between_posts style settings"
        ),
        SocialMediaManager.create_quick_campaign: "messages interval start_time",
        SocialMediaManager.save_style: "name settings",
        SocialMediaManager.delete_all_schedules: "exclude_ids platforms statuses",
        SocialMediaManager.delete_schedules: "schedule_ids",
        SocialMediaManager.clear_defaults: "network channel_id",
        SocialMediaManager.set_network_defaults: "network settings",
        SocialMediaManager.set_channel_defaults: "channel_id settings",
    }.items():
        parameters = list(signature(method).parameters.values())[1:]
        given = [
            parameter.name
            for parameter in parameters
            if parameter.kind is parameter.POSITIONAL_OR_KEYWORD
        ]
        assert given == names.split(), method
    defaults = {
        n: p.default for n, p in signature(SocialMediaManager.create_campaign).parameters.items()
    }
    assert defaults["hours_between_posts"] == 24
    assert (
        signature(SocialMediaManager.create_quick_campaign).parameters["interval"].default == "1d"
    )

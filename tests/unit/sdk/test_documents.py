"""Every example of docs/sdk.md runs, in order, against a service."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from tests.fakes.planning_site import PlannerRow, PostRow

from .conftest import JPEG
from .scripted import PASSWORD, TOKEN, USER, Reply, Scripted, channel, schedule

PAGE = Path(__file__).parents[3] / "docs" / "sdk.md"
BLOCKS = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.S | re.M)


def test_the_examples_of_the_page_run(
    service: Scripted,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "path/to").mkdir(parents=True)
    for name in ("path/to/image.jpg", "image1.jpg", "image2.jpg", "offer.jpg"):
        (tmp_path / name).write_bytes(JPEG + name.encode())
    service.files["/image.jpg"] = Reply(200, JPEG + b"web")
    service.channels.append(channel(6, "BlogChannel", "medium"))
    for number, name in ((7, "My Mastodon"), (8, "My Bluesky")):
        network = name.split()[1].lower()
        service.channels.append(channel(number, name, network, further_parts="replies"))
    service.settings["fb"] = {"post_text": "{post_title}", "post_attach_link": True}
    service.schedules = [
        schedule(123, status="error", error_msg="Too long"),
        schedule(456, status="error", error_msg="First comment error: no"),
        schedule(124, status="error"),
        schedule(125, status="draft"),
        schedule(126, at=1_600_000_000),
    ]
    service.site.planners = [PlannerRow(3, "Weekly tips", int(time.time()) + 86_400)]
    service.site.posts = [PostRow(11, "Winter hours")]
    monkeypatch.setenv("POSTO_BASE_URL", service.url)
    monkeypatch.setenv("POSTO_TOKEN", TOKEN)
    assert len(BLOCKS) > 12
    names: dict[str, object] = {}
    for block in BLOCKS:
        text = block.replace("https://example.com", service.url)
        text = text.replace("your_username", USER).replace("your_password", PASSWORD)
        text = text.replace("your_base64_encoded_token", TOKEN)
        exec(compile(text, str(PAGE), "exec"), names)
    output = capsys.readouterr().out
    assert "Post failed" not in output
    assert "Weekly tips active" in output
    assert f"Winter hours … {service.url}/11/" in output
    assert "“no-such-image.jpg” was not found." in output
    texts = [
        item["custom_post_data"]["post_content"]
        for call in service.composed()
        for item in call["schedules"]
    ]
    for text in (
        "Hello World!",
        "🔥 Great offer 🔥",
        "Profile post for Facebook",
        "🔥 Check out our new offer! 🔥",
        "📢 Don't miss tomorrow's sale!",
        "📝 Day 3: Stories 💬",
    ):
        assert text in texts
    assert max(call["share_at"] or 0 for call in service.composed()) > 4_073_000_000
    posts = [item for call in service.composed() for item in call["schedules"]]
    linked = next(p for p in posts if "story" in p["custom_post_data"]["post_content"])
    assert linked["custom_post_data"]["custom_link"] == "https://example.org/story"
    assert linked["custom_post_data"]["custom_option"] == "value"
    thread = next(p for p in posts if "ten harbours" in p["custom_post_data"]["post_content"])
    assert [len(part["media"]) for part in thread["custom_post_data"]["posto_thread"]] == [0, 1]
    with names["posto"]:  # type: ignore[attr-defined]
        pass


def test_the_page_names_every_error_and_variable() -> None:
    from posto_desktop.sdk.templates import VARIABLES

    text = PAGE.read_text(encoding="utf-8")
    for word in (*("{" + name + "}" for name in VARIABLES), "AuthenticationError", "WhenError",
                 "SettingsError", "ServiceError", "NetworkError"):  # fmt: skip
        assert word in text

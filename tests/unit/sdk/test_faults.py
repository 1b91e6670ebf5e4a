"""Every fault on every route, before and after the request was carried out.

Whatever happens: a documented error or result, no post sent twice, and no secret in any message.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from posto_desktop.sdk import PostoError, PostResult, SocialMediaManager

from .scripted import HTML, PASSWORD, TOKEN, Reply, Scripted, schedule

LEAK = f"Authorization: Basic {TOKEN} for ann:{PASSWORD} {PASSWORD.replace(' ', '')}"
LATER = datetime.now(UTC) + timedelta(hours=3)


def wordpress(status: int, code: str = "some_code") -> Reply:
    return Reply(status, {"code": code, "message": LEAK, "data": {"status": status}})


FAULTS = {
    "reset": Reply(how="reset"),
    "close": Reply(how="close"),
    "hang": Reply(how="hang"),
    "truncated": Reply(200, {"channels": [], "schedules": [], "id": 3}, how="truncate"),
    "half json": Reply(200, '{"channels": [{"id": 1, "na'),
    "html": Reply(200, f"<html><title>{LEAK}</title></html>"),
    "empty": Reply(200, ""),
    "text": Reply(200, '"text"'),
    "number": Reply(200, "3"),
    "true": Reply(200, "true"),
    "null": Reply(200, "null"),
    "lists": Reply(200, [[], [1], {"id": "x"}]),
    "wrong inside": Reply(200, {"channels": 3, "schedules": "x", "total": [], "id": {}}),
    "wrong rows": Reply(200, {"channels": [3, None], "schedules": [[], "x"], "total": "many"}),
    "error_msg": Reply(200, {"error_msg": f"<b>{LEAK}</b>"}),
    "error_msg object": Reply(200, {"error_msg": {"a": [LEAK]}}),
    "moved": Reply(301, "", {"Location": f"https://ann:{TOKEN}@example.com/?t={TOKEN}"}),
    **{f"{n} json": wordpress(n) for n in (400, 401, 403, 404, 413, 429, 500, 502, 503)},
    **{f"{n} html": Reply(n, HTML) for n in (401, 403, 404, 413, 429, 500, 502, 503, 504)},
    "429 later": Reply(429, HTML, {"Retry-After": "999999"}),
    "gibberish": Reply(200, b"\xff\xfe\x00" * 50, {"Content-Encoding": "gzip"}),
}

OPERATIONS: dict[str, tuple[str, Callable[[SocialMediaManager, Path], Any]]] = {
    "channels": ("/channels", lambda m, p: m.refresh_channels()),
    "me": ("/users/me", lambda m, p: m.me()),
    "list": ("/schedules", lambda m, p: m.schedules.list(status="error")),
    "iter": ("/schedules", lambda m, p: list(m.schedules.iter())),
    "find": ("/schedules", lambda m, p: m.schedules.find_ref("x", [2], LATER)),
    "retry": ("/retry", lambda m, p: m.schedules.retry(1)),
    "delete": ("/schedules", lambda m, p: m.schedules.delete(status="error")),
    "upload": ("/media", lambda m, p: m.upload(p, mark="abc")),
    "post": ("/composer", lambda m, p: m.post("Hi", to=2, when=LATER)),
    "post at once": ("/composer", lambda m, p: m.post("Hi", to=[2, 3])),
    "post, cold": ("/channels", lambda m, p: m.post("Hi", to=2, when=LATER)),
    "post with media": ("/media", lambda m, p: m.post("Hi", to=2, media=p)),
    "quick post": ("/composer", lambda m, p: m.quick_post("Hi")),
    "campaign": ("/composer", lambda m, p: m.create_campaign(["A"], start_time=LATER)),
    "settings": ("/settings", lambda m, p: m.get_network_settings("fb")),
    "save settings": ("/settings", lambda m, p: m.save_network_settings("fb", {"post_text": "a"})),
    "proxy": ("/settings", lambda m, p: m.channel_manager.set_channel_proxy(2, "http://p:1")),
    "feed": ("/feed", lambda m, p: m.feed()),
    "send now": ("/send-now", lambda m, p: m.send_now([1])),
    "download": ("/picture", lambda m, p: m.download(m.base_url + "/picture.png")),
}


@pytest.mark.parametrize("carried_out", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("operation", list(OPERATIONS))
def test_every_fault(
    manager: SocialMediaManager,
    service: Scripted,
    photo: Path,
    caplog: pytest.LogCaptureFixture,
    operation: str,
    carried_out: bool,
) -> None:
    caplog.set_level(logging.DEBUG)
    manager.transport.timeout = (1, 0.1)
    manager.transport.retries = 1
    part, work = OPERATIONS[operation]
    service.files["/picture.png"] = Reply(200, b"png")
    for name, fault in FAULTS.items():
        if operation != "post, cold":
            _ = manager.channels
        service.schedules = [schedule(1, status="error")]
        service.before, service.after = [], []
        service.fail(part, *[fault] * 9, carried_out=carried_out)
        calls = service.count("POST", "/composer")
        told = ""
        try:
            result = work(manager, photo)
        except PostoError as error:
            told = f"{error}|{error.user_message}|{error!r}"
            if not error.user_message.strip():
                pytest.fail(f"{name}: no sentence")
        else:
            if isinstance(result, PostResult):
                told = str(result.error_message)
                assert result.success or result.error_message, name
        assert TOKEN not in told, name
        assert "abcdefgh" not in told, name
        assert PASSWORD not in told, name
        assert service.count("POST", "/composer") - calls <= 1, name
        assert len(service.schedules) <= 1 + 3, name  # three active channels
        manager._uploader.forget(service.media)
    assert TOKEN not in caplog.text
    assert PASSWORD not in caplog.text
    assert "abcdefgh" not in caplog.text

"""What has to hold at each real server, from the workspace process as the app uses it."""

from __future__ import annotations

import html
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.end2end.waiting import wait_for
from tests.servers.middleman import Middleman, middleman, refusal
from tests.servers.posting import four_pictures, make_picture
from tests.servers.real_places import PARAMETERS, Place, opened
from tests.servers.workspace import POSTO, WorkspaceProcess

SETTLE = 8.0


@pytest.fixture(scope="module", params=PARAMETERS.values())
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    with opened(request.param) as place:
        yield place


@pytest.fixture(scope="module")
def between(place: Place) -> Iterator[Middleman]:
    with middleman(place.url) as proxy:
        yield proxy


@pytest.fixture(scope="module")
def workspace(
    tmp_path_factory: pytest.TempPathFactory, place: Place, between: Middleman
) -> Iterator[WorkspaceProcess]:
    """Connected to the place; when it ends no credential that went by is found anywhere."""
    process = WorkspaceProcess(tmp_path_factory.mktemp("real") / "workspace", settle=SETTLE)
    between.seen = process.hidden.update
    process.connect_first(place.network, **place.fields(_address(place, between)))
    yield process
    process.close()


@pytest.fixture(autouse=True)
def _calm(between: Middleman) -> Iterator[None]:
    between.reset()
    yield
    between.reset()


@pytest.fixture
def mark() -> str:
    return f"mark{secrets.token_hex(6)}"


def _address(place: Place, between: Middleman) -> str:
    return between.url if place.is_by_http else place.url


def _pictures(workspace: WorkspaceProcess, *files: Any) -> dict[str, Any]:
    ids = [workspace.upload(file.path, file.alt) for file in files]
    return {"upload_media": True, "upload_media_type": "custom", "media_list_to_upload": ids}


def _published(workspace: WorkspaceProcess, group: str) -> dict[str, Any]:
    """The row of a post that is tried until it is out, without the waits between two tries."""

    def look() -> dict[str, Any] | None:
        (row,) = workspace.rows(group)
        if row["status"] == "not_sent" and row["error_msg"]:
            workspace.ask("POST", f"{POSTO}/schedules/send-now", json={"ids": [row["id"]]})
        return row if row["status"] not in ("not_sent", "sending") else None

    row: dict[str, Any] = wait_for(look, "the post", timeout=120, every=0.3)
    assert row["status"] == "success", row["error_msg"]
    return row


def _health(workspace: WorkspaceProcess) -> str:
    (account,) = workspace.ask("GET", f"{POSTO}/accounts")["accounts"]
    return str(account["health"])


def test_a_post_with_all_there_is(
    place: Place, workspace: WorkspaceProcess, tmp_path: Path, mark: str
) -> None:
    pictures = four_pictures(tmp_path)
    text, more = f"{place.words} {mark}", [f"2/3 {mark}", f"3/3 {mark}"]
    group = workspace.compose(
        f"{place.composed} {mark}",
        posto_thread=[{"text": part, "media": []} for part in more],
        first_comment=f"First! {mark}",
        **_pictures(workspace, *pictures),
    )
    row = _published(workspace, group)
    states = [part["state"] for part in row["data"]["parts"]]
    comment = [] if place.takes_comments else [states.pop()]
    assert set(states) == {"sent"}
    assert comment in ([], ["failed"])
    shown = place.shown(mark)
    if place.has_sections:
        assert len(shown) == len(place.answers)
        for words in (text, *more):
            assert words in shown[0].text
    else:
        assert [post.text for post in shown[:-1]] == [text, *more]
    if place.takes_comments:
        assert shown[-1].text == f"First! {mark}"
    answered = [None if number is None else shown[number].id for number in place.answers]
    assert [post.answers or None for post in shown] == answered
    alts = [html.unescape(alt) for alt in shown[0].alts]
    assert len(alts) == 4
    assert not place.has_alt or alts == [picture.alt for picture in pictures]
    assert row["remote_post_id"] == shown[0].id
    assert row["remote_post_link"].startswith("http")
    if place.link_opens:
        assert requests.get(row["remote_post_link"], timeout=60).ok


def test_a_wrong_credential_is_said_at_its_field(
    place: Place, workspace: WorkspaceProcess, between: Middleman
) -> None:
    fields = {**place.fields(_address(place, between)), **place.wrong}
    workspace.hidden.update(place.wrong.values())
    body = {"network": place.network, "server": fields.get("server", ""), "keep": "session"}
    progress = workspace.ask("POST", f"{POSTO}/connect", json={**body, "fields": fields})
    assert progress["state"] == "failed", progress
    assert progress["field"] in place.wrong
    assert progress["error"].endswith(".")
    assert _health(workspace) == "ok", "the account that is there stays as it was"


def test_too_much_is_refused_with_its_number(
    place: Place, workspace: WorkspaceProcess, between: Middleman, tmp_path: Path, mark: str
) -> None:
    (account,) = workspace.ask("GET", f"{POSTO}/accounts")["accounts"]
    limits = account["limits"]
    groups = []
    if limits.get("text"):
        groups.append(workspace.compose(f"{mark} " + "ü" * (limits["text"] + 1)))
    if limits.get("files"):
        picture = make_picture(tmp_path, "one.jpg", "One", (32, 32))
        many = [picture] * (limits["files"] + 1)
        groups.append(workspace.compose(f"Many {mark}", **_pictures(workspace, *many)))
    for group in groups:
        (row,) = workspace.settled(group=group)
        assert row["status"] == "error"
        assert any(f"{limits[name]:,}" in row["error_msg"] for name in ("text", "files"))
    assert place.shown(mark) == []
    method, path = place.upload
    assert not any(
        request.startswith(f"{method} ") and path in request for request in between.requests[:-1]
    )
    if limits.get("image_bytes", 10**9) < 3_000_000:
        large = make_picture(tmp_path, "large.jpg", "L", (2600, 1800), noise=120, quality=95)
        assert large.size > limits["image_bytes"]
        group = workspace.compose(f"Large {mark}", **_pictures(workspace, large))
        (row,) = workspace.settled(group=group)
        if row["status"] == "success":
            assert "large.jpg was made smaller" in row["data"]["parts"][0]["notes"][0]
        else:
            assert "large.jpg" in row["error_msg"]
            assert place.shown(mark) == []


def _by_http(place: Place) -> None:
    if not place.is_by_http:
        pytest.skip("its protocol is no HTTP: tests/servers/test_nostr.py has what it answers")


def test_a_server_that_takes_no_more_for_now_is_waited_for(
    place: Place, workspace: WorkspaceProcess, between: Middleman, mark: str
) -> None:
    _by_http(place)
    method, path = place.publishes
    fault = between.fail(path, method=method, before=refusal(429, Retry_After="2"))
    (row,) = workspace.settled(group=workspace.compose(f"Slowly {mark}"))
    assert row["status"] == "success", row["error_msg"]
    assert fault.times == 0
    assert len(place.shown(mark)) == 1


def test_an_upload_that_is_cut_off_is_made_anew(
    place: Place, workspace: WorkspaceProcess, between: Middleman, tmp_path: Path, mark: str
) -> None:
    _by_http(place)
    method, path = place.upload
    fault = between.fail(path, method=method, stalls=True)
    fault.end_stall.set()
    picture = make_picture(tmp_path, "one.jpg", "One")
    _published(workspace, workspace.compose(f"Cut {mark}", **_pictures(workspace, picture)))
    assert fault.times == 0
    (shown,) = place.shown(mark)
    assert len(shown.alts) == 1


@pytest.mark.parametrize("has_picture", [False, True], ids=["text", "picture"])
def test_a_request_that_is_carried_out_late_is_one_post(
    place: Place,
    workspace: WorkspaceProcess,
    between: Middleman,
    tmp_path: Path,
    mark: str,
    has_picture: bool,
) -> None:
    """The connection ends at once, and four seconds later the server has the request."""
    _by_http(place)
    sends_files = place.network == "ntfy"
    method, path = place.upload if has_picture and sends_files else place.publishes
    fault = between.fail(path, method=method, seconds=4.0, hangs_up=True)
    media = _pictures(workspace, make_picture(tmp_path, "one.jpg", "One")) if has_picture else {}
    _published(workspace, workspace.compose(f"Late {mark}", **media))
    between.wait_until_quiet()
    assert fault.carried_out == 1
    assert len(place.shown(mark)) == 1


def test_a_revoked_credential_asks_to_connect_again(
    place: Place, workspace: WorkspaceProcess, mark: str
) -> None:
    """The last test of a place, as nothing goes out through it afterwards."""
    if place.network == "nostr":
        pytest.skip("a key cannot be taken away")
    place.revoke()
    if place.outlives_revoking:
        workspace.kill()
        workspace.start()
    (row,) = workspace.settled(group=workspace.compose(f"Not any more {mark}"))
    assert row["status"] == "error", row
    assert "onnect" in row["error_msg"] or "again." in row["error_msg"]
    assert _health(workspace) == "sign_in_again"
    assert place.shown(mark) == []

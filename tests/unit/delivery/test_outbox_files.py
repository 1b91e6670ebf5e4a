"""Files of a post: uploaded once, changed, gone, refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from posto_desktop.delivery.outbox import Outbox, UploadProgress
from posto_desktop.sdk.errors import MediaUploadError
from tests.unit.delivery.scripted import (
    LOST,
    PNG,
    Clock,
    ScriptedService,
    X,
    draft_of,
    picture,
    steps,
)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda path: path.unlink(), "was not found"),
        (lambda path: path.write_bytes(b""), "empty"),
        (lambda path: path.write_bytes(PNG + b"more"), "changed"),
        (lambda path: (path.unlink(), path.mkdir()), "folder"),
        (lambda path: path.write_bytes(b"MZ" + b"\0" * 70), "“bag.png”"),
    ],
)
def test_a_bad_file_refuses_the_post_by_its_name(
    outbox: Outbox, service: ScriptedService, tmp_path: Path, spoil: Any, words: str
) -> None:
    ref = picture(tmp_path)
    entry_id = outbox.add(draft_of(ref), [X], None).id
    spoil(Path(ref.path))
    entry = outbox.process(entry_id, service)
    assert (entry.state, entry.code) == ("refused", "file")
    assert "“bag.png”" in entry.reason
    assert words in entry.reason
    assert entry.reason.endswith("Nothing was posted.")
    assert service.composed == []
    assert service.uploads == []


def test_a_file_that_changes_during_its_upload_is_not_posted(
    outbox: Outbox, service: ScriptedService, tmp_path: Path
) -> None:
    ref = picture(tmp_path)
    service.on_upload = [lambda: Path(ref.path).write_bytes(PNG + b"!")]
    entry = outbox.process(outbox.add(draft_of(ref), [X], None).id, service)
    assert entry.state == "refused"
    assert "changed" in entry.reason
    assert service.composed == []


def test_trying_again_takes_the_file_as_it_is_now(
    outbox: Outbox, service: ScriptedService, tmp_path: Path
) -> None:
    ref = picture(tmp_path)
    entry_id = outbox.add(draft_of(ref), [X], None).id
    Path(ref.path).write_bytes(PNG + b"a better picture")
    assert outbox.process(entry_id, service).state == "refused"
    outbox.retry(entry_id)
    assert outbox.process(entry_id, service).state == "sent"


def test_a_file_that_was_gone_from_the_start(
    outbox: Outbox, service: ScriptedService, tmp_path: Path
) -> None:
    ref = picture(tmp_path)
    Path(ref.path).unlink()
    entry = outbox.process(outbox.add(draft_of(ref), [X], None).id, service)
    assert entry.state == "refused"


def test_a_refused_upload_names_the_file(
    outbox: Outbox, service: ScriptedService, tmp_path: Path
) -> None:
    service.on_upload = [
        MediaUploadError("413", user_message="“bag.png” is too large for the service.", status=413)
    ]
    entry = outbox.process(outbox.add(draft_of(picture(tmp_path)), [X], None).id, service)
    assert entry.state == "refused"
    assert entry.reason == "“bag.png” is too large for the service. Nothing was posted."


def test_an_upload_without_network_waits(
    outbox: Outbox, service: ScriptedService, tmp_path: Path, clock: Clock
) -> None:
    failure = MediaUploadError("reset", user_message="“bag.png” was not uploaded.")
    failure.__cause__ = LOST
    service.on_upload = [failure]
    entry_id = outbox.add(draft_of(picture(tmp_path)), [X], None).id
    entry = outbox.process(entry_id, service)
    assert (entry.state, entry.code) == ("waiting", "offline")
    clock.forward(seconds=15)
    assert outbox.process(entry_id, service).state == "sent"


def test_many_files_keep_their_order_and_report_progress(
    outbox: Outbox, service: ScriptedService, tmp_path: Path
) -> None:
    refs = [picture(tmp_path, f"{n}.png", PNG + bytes([n])) for n in range(8)]
    seen: list[UploadProgress] = []
    entry_id = outbox.add(draft_of(*refs), [X], None).id
    outbox.process(entry_id, service, progress=seen.append)
    ids = service.composed[0][0][0]["custom_post_data"]["media_list_to_upload"]
    by_name = {name: 101 + n for n, (name, _) in enumerate(service.uploads)}
    assert ids == [by_name[f"{n}.png"] for n in range(8)]
    assert seen[-1].fraction == 1.0
    assert seen[-1].file_count == 8
    assert all(0 <= progress.fraction <= 1 for progress in seen)


def test_a_file_that_the_service_has_is_not_uploaded_again(
    outbox: Outbox, service: ScriptedService, tmp_path: Path
) -> None:
    first, same = picture(tmp_path), picture(tmp_path, "copy.png")
    outbox.process(outbox.add(draft_of(first), [X], None).id, service)
    entry = outbox.process(outbox.add(draft_of(same), [X], None).id, service)
    assert len(service.uploads) == 1
    assert "reused" in steps(entry)
    service.gone_media.add(101)
    outbox.process(outbox.add(draft_of(same), [X], None).id, service)
    assert len(service.uploads) == 2


def test_another_description_needs_another_upload(
    outbox: Outbox, service: ScriptedService, tmp_path: Path
) -> None:
    plain = picture(tmp_path)
    described = type(plain)(plain.path, plain.name, plain.size, alt="A bag")
    for ref in (plain, described):
        outbox.process(outbox.add(draft_of(ref), [X], None).id, service)
    assert service.uploads == [("bag.png", ""), ("bag.png", "A bag")]


def test_uploads_of_one_workspace_are_not_used_in_another(
    outbox: Outbox, service: ScriptedService, tmp_path: Path
) -> None:
    ref = picture(tmp_path)
    for workspace in ("local", "account"):
        outbox.process(outbox.add(draft_of(ref, workspace=workspace), [X], None).id, service)
    assert len(service.uploads) == 2

"""Each network gets its own rendition; what is the same is uploaded once."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from posto_desktop.core.draft import MediaRef
from posto_desktop.core.edits import Edit
from posto_desktop.core.renditions import Rendition, RenditionError
from posto_desktop.delivery.outbox import Entry, Outbox, UploadProgress
from posto_desktop.sdk.errors import PostingError
from posto_desktop.sdk.records import Channel
from posto_desktop.storage.database import Database
from tests.unit.delivery.scripted import (
    BLUESKY,
    PNG,
    REDDIT,
    Clock,
    Crash,
    CrashingDatabase,
    ScriptedService,
    X,
    draft_of,
    picture,
)

OTHER_X = Channel(4, "@nordlicht_kaffee", "twitter")


class Darkroom:
    """A renderer without pictures: `makes` gives the bytes for a network, None the original."""

    def __init__(self, folder: Path, makes: dict[str, bytes | None]) -> None:
        self.folder = folder
        self.makes = makes
        self.asked: list[tuple[str, str, Edit | None]] = []
        self.fault: BaseException | None = None
        self._lock = threading.Lock()

    def __call__(
        self, ref: MediaRef, edit: Edit | None, network: str, cancel: threading.Event
    ) -> Rendition:
        with self._lock:
            self.asked.append((ref.name, network, edit))
        if self.fault is not None:
            raise self.fault
        data = self.makes.get(network)
        if data is None:
            return Rendition(ref.path, "image/png", ref.size, original=True)
        place = self.folder / network
        place.mkdir(parents=True, exist_ok=True)
        path = place / f"{Path(ref.path).stem}.png"
        path.write_bytes(data)
        return Rendition(str(path), "image/png", len(data))


@pytest.fixture
def service() -> ScriptedService:
    return ScriptedService(Clock())


def sent_ids(service: ScriptedService, call: int = -1) -> dict[int, list[int]]:
    items, _stamp = service.composed[call]
    return {item["channel_id"]: item["custom_post_data"]["media_list_to_upload"] for item in items}


def send(
    store: Database,
    service: ScriptedService,
    darkroom: Darkroom,
    *media: MediaRef,
    **options: Any,
) -> Entry:
    outbox = Outbox(store, service.clock, renderer=darkroom)
    entry = outbox.add(draft_of(*media), [X, BLUESKY, REDDIT, OTHER_X], None)
    return outbox.process(entry.id, service, **options)


def test_each_network_gets_its_own_and_the_same_goes_up_once(
    store: Database, service: ScriptedService, tmp_path: Path
) -> None:
    darkroom = Darkroom(tmp_path / "made", {"bluesky": PNG + b"small"})
    done = send(store, service, darkroom, picture(tmp_path))
    assert done.state == "sent"
    ids = sent_ids(service)
    assert ids[X.id] == ids[REDDIT.id] == ids[OTHER_X.id]
    assert ids[BLUESKY.id] != ids[X.id]
    assert len(service.uploads) == 2
    uploaded = sorted(step.detail for step in done.steps if step.kind == "uploaded")
    assert uploaded == ["bag.png (Bluesky)", "bag.png (X, Reddit)"]
    # Once a network, not once a channel.
    assert sorted(network for _, network, _ in darkroom.asked) == ["bluesky", "reddit", "twitter"]


def test_files_that_are_the_same_in_the_end_are_one_upload(
    store: Database, service: ScriptedService, tmp_path: Path
) -> None:
    same = dict.fromkeys(("bluesky", "twitter", "reddit"), PNG + b"same")
    done = send(store, service, Darkroom(tmp_path / "made", same), picture(tmp_path))
    assert len(service.uploads) == 1
    assert len({tuple(ids) for ids in sent_ids(service).values()}) == 1
    assert [step.detail for step in done.steps if step.kind == "uploaded"] == ["bag.png"]


def test_the_order_of_the_files_stays_for_every_network(
    store: Database, service: ScriptedService, tmp_path: Path
) -> None:
    media = [picture(tmp_path, f"{number}.png", PNG + bytes([number])) for number in range(9)]
    seen: list[UploadProgress] = []
    darkroom = Darkroom(tmp_path / "made", {})

    def own(ref: MediaRef, edit: Edit | None, network: str, cancel: threading.Event) -> Rendition:
        darkroom.makes["bluesky"] = PNG + b"small" + ref.name.encode()
        return Darkroom.__call__(darkroom, ref, edit, network, cancel)

    darkroom_like: Any = own
    send(store, service, darkroom_like, *media, progress=seen.append)
    names = {100 + number: name for number, (name, _) in enumerate(service.uploads, 1)}
    for ids in sent_ids(service).values():
        assert [names[media_id] for media_id in ids] == [f"{number}.png" for number in range(9)]
    assert len(service.uploads) == 18
    assert seen[-1].sent == seen[-1].total
    assert {progress.file_count for progress in seen} == {9}


def test_the_edits_of_each_network_reach_the_renderer(
    store: Database, service: ScriptedService, tmp_path: Path
) -> None:
    base = picture(tmp_path)
    media = MediaRef(
        base.path,
        base.name,
        base.size,
        edit=Edit(max_side=900),
        network_edits={"bluesky": Edit(turns=1)},
    )
    darkroom = Darkroom(tmp_path / "made", {})
    send(store, service, darkroom, media)
    asked = {network: edit for _, network, edit in darkroom.asked}
    assert asked["twitter"] == Edit(max_side=900)
    assert asked["bluesky"] == Edit(max_side=900, turns=1)


def test_a_file_that_is_left_out_for_a_network_is_neither_made_nor_sent_there(
    store: Database, service: ScriptedService, tmp_path: Path
) -> None:
    first, second, third = (
        picture(tmp_path, f"{number}.png", PNG + bytes([number])) for number in range(3)
    )
    darkroom = Darkroom(tmp_path / "made", {})
    out = ("twitter", "reddit", "bluesky")
    nowhere = replace(third, left_out=frozenset(out))
    done = send(
        store, service, darkroom, first, replace(second, left_out=frozenset({"bluesky"})), nowhere
    )
    assert done.state == "sent"
    names = {100 + number: name for number, (name, _) in enumerate(service.uploads, 1)}
    ids = sent_ids(service)
    got = {number: [names[media_id] for media_id in media_ids] for number, media_ids in ids.items()}
    assert got.pop(BLUESKY.id) == ["0.png"]
    assert [sorted(listed) for listed in got.values()] == [["0.png", "1.png"]] * 3
    assert ("1.png", "bluesky") not in {
        (Path(request[0]).name, request[1]) for request in darkroom.asked
    }
    assert len(service.uploads) == 2


def test_a_second_post_uploads_nothing_again(
    store: Database, service: ScriptedService, tmp_path: Path
) -> None:
    darkroom = Darkroom(tmp_path / "made", {"bluesky": PNG + b"small"})
    send(store, service, darkroom, picture(tmp_path))
    first = sent_ids(service)
    send(store, service, darkroom, picture(tmp_path))
    assert sent_ids(service) == first
    assert len(service.uploads) == 2


def test_after_a_refusal_every_rendition_is_uploaded_afresh(
    store: Database, service: ScriptedService, tmp_path: Path
) -> None:
    darkroom = Darkroom(tmp_path / "made", {"bluesky": PNG + b"small"})
    outbox = Outbox(store, service.clock, renderer=darkroom)
    entry = outbox.add(draft_of(picture(tmp_path)), [X, BLUESKY], None)
    service.on_compose = [PostingError("no", user_message="A file is missing.")]
    assert outbox.process(entry.id, service).state == "refused"
    assert outbox.retry(entry.id)
    assert outbox.process(entry.id, service).state == "sent"
    assert len(service.uploads) == 4


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (RenditionError("bag.png is damaged."), "bag.png is damaged. Nothing was posted."),
        (ZeroDivisionError(), "bag.png could not be prepared (ZeroDivisionError). Nothing"),
    ],
)
def test_what_cannot_be_made_ready_refuses_the_post(
    store: Database,
    service: ScriptedService,
    tmp_path: Path,
    fault: Exception,
    reason: str,
) -> None:
    darkroom = Darkroom(tmp_path / "made", {})
    darkroom.fault = fault
    done = send(store, service, darkroom, picture(tmp_path))
    assert (done.state, done.code) == ("refused", "file")
    assert done.reason.startswith(reason)
    assert service.uploads == []
    assert service.composed == []


def test_a_file_that_changes_while_it_is_made_ready_is_not_posted(
    store: Database, service: ScriptedService, tmp_path: Path
) -> None:
    media = picture(tmp_path)

    class Careless(Darkroom):
        def __call__(self, *values: Any) -> Rendition:
            made = super().__call__(*values)
            Path(media.path).write_bytes(PNG + b"another picture")
            return made

    darkroom = Careless(tmp_path / "made", {"twitter": PNG + b"a"})
    done = send(store, service, darkroom, media)
    assert done.reason == "“bag.png” was changed after the post was made. Nothing was posted."
    assert service.uploads == []


def set_back(path: str, content: bytes) -> None:
    """Other content of the same length, and the time that the file had before."""
    facts = Path(path).stat()
    assert facts.st_size == len(content)
    Path(path).write_bytes(content)
    os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))


def hashed(folder: Path, name: str = "bag.png", data: bytes = PNG) -> MediaRef:
    return replace(picture(folder, name, data), sha256=hashlib.sha256(data).hexdigest())


SAME_LENGTH = (PNG + b"checked", PNG + b"another")
WHEN_CHANGED = "“bag.png” changed after you added it. Use Edit as new to see the current version. "


@pytest.mark.parametrize("makes", [{}, {"bluesky": PNG + b"small"}])
@pytest.mark.parametrize("is_posted", [False, True])
def test_another_content_of_the_same_size_and_time_is_not_posted(
    store: Database,
    service: ScriptedService,
    tmp_path: Path,
    makes: dict[str, bytes | None],
    is_posted: bool,
) -> None:
    """Before the post is made, or while it waits."""
    media = hashed(tmp_path, data=SAME_LENGTH[0])
    outbox = Outbox(store, service.clock, renderer=Darkroom(tmp_path / "made", makes))
    if not is_posted:
        set_back(media.path, SAME_LENGTH[1])
    entry = outbox.add(draft_of(media), [X, BLUESKY], None)
    if is_posted:
        set_back(media.path, SAME_LENGTH[1])
    done = outbox.process(entry.id, service)
    assert (done.state, done.code) == ("refused", "file")
    assert done.reason == WHEN_CHANGED + "Nothing was posted."
    assert service.uploads == []
    assert service.composed == []
    set_back(media.path, SAME_LENGTH[0])
    assert outbox.retry(entry.id)
    assert outbox.process(entry.id, service).state == "sent"


def test_an_old_upload_does_not_stand_in_for_new_content(
    store: Database, service: ScriptedService, tmp_path: Path
) -> None:
    darkroom = Darkroom(tmp_path / "made", {})
    media = hashed(tmp_path, data=SAME_LENGTH[0])
    assert send(store, service, darkroom, media).state == "sent"
    set_back(media.path, SAME_LENGTH[1])
    assert send(store, service, darkroom, media).state == "refused"
    new = replace(media, sha256=hashlib.sha256(SAME_LENGTH[1]).hexdigest())  # it was looked at
    assert send(store, service, darkroom, new).state == "sent"
    assert len(service.uploads) == 2


@pytest.mark.parametrize("is_hashed", [False, True])
def test_what_changes_while_it_goes_up_is_not_kept_for_what_it_was(
    store: Database, service: ScriptedService, tmp_path: Path, is_hashed: bool
) -> None:
    media = hashed(tmp_path, data=SAME_LENGTH[0])
    media = media if is_hashed else replace(media, sha256=None)
    upload = service.upload

    def changed(path: str, **options: Any) -> Any:
        set_back(path, SAME_LENGTH[1])
        return upload(path, **options)

    service.upload = changed  # type: ignore[method-assign]
    done = send(store, service, Darkroom(tmp_path / "made", {}), media)
    assert done.state == "refused"
    assert done.reason == "“bag.png” was changed while it was uploaded. Nothing was posted."
    service.upload = upload  # type: ignore[method-assign]
    set_back(media.path, SAME_LENGTH[0])
    assert send(store, service, Darkroom(tmp_path / "made", {}), media).state == "sent"
    assert len(service.uploads) == 2  # the first one is used for nothing


def test_a_file_that_was_only_touched_is_posted(
    store: Database, service: ScriptedService, tmp_path: Path
) -> None:
    media = hashed(tmp_path)

    class Touching(Darkroom):
        def __call__(self, *values: Any) -> Rendition:
            Path(media.path).chmod(0o600)
            set_back(media.path, PNG)
            return super().__call__(*values)

    assert send(store, service, Touching(tmp_path / "made", {}), media).state == "sent"


def test_a_rendition_that_is_cleared_away_during_its_upload_is_not_posted(
    store: Database, service: ScriptedService, tmp_path: Path
) -> None:
    darkroom = Darkroom(
        tmp_path / "made", dict.fromkeys(("twitter", "bluesky", "reddit"), PNG + b"x")
    )
    upload = service.upload

    def cleared(path: str, **options: Any) -> Any:
        item = upload(path, **options)
        Path(path).unlink()
        return item

    service.upload = cleared  # type: ignore[method-assign]
    done = send(store, service, darkroom, picture(tmp_path))
    assert done.state == "refused"
    assert "was removed from the cache. Try again." in done.reason
    assert service.composed == []


def test_stopping_while_files_are_made_ready_makes_it_wait(
    store: Database, service: ScriptedService, tmp_path: Path
) -> None:
    stop = threading.Event()

    class Slow(Darkroom):
        def __call__(self, *values: Any) -> Rendition:
            stop.set()
            return super().__call__(*values)

    done = send(store, service, Slow(tmp_path / "made", {}), picture(tmp_path), stop=stop)
    assert done.state == "waiting"
    assert service.composed == []


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("call", range(1, 14))
def test_killed_at_any_write_it_is_posted_once_and_whole(
    tmp_path: Path, call: int, after: bool
) -> None:
    clock = Clock()
    service = ScriptedService(clock)
    darkroom = Darkroom(tmp_path / "made", {"bluesky": PNG + b"small"})
    database = Database(tmp_path / "posto.db")
    entry_id = Outbox(database, clock).add(draft_of(picture(tmp_path)), [X, BLUESKY], None).id
    crashing = CrashingDatabase(database, call, after=after)
    try:
        Outbox(crashing, clock, renderer=darkroom).process(entry_id, service)  # type: ignore[arg-type]
    except Crash:
        pass
    database.close()
    fresh = Database(tmp_path / "posto.db")
    outbox = Outbox(fresh, clock, renderer=darkroom)
    outbox.recover()
    while due := outbox.due():
        for entry in due:
            outbox.process(entry, service)
    assert outbox.entry(entry_id).state == "sent"
    fresh.close()
    assert len(service.composed) == 1
    ids = sent_ids(service)
    assert len(ids[X.id]) == len(ids[BLUESKY.id]) == 1
    assert ids[X.id] != ids[BLUESKY.id]


def test_a_video_is_converted_with_progress_before_anything_goes_up(
    store: Database, service: ScriptedService, tmp_path: Path
) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"\0\0\0\x18ftypisom" + b"x" * 100)
    seen: list[UploadProgress] = []

    def convert(
        ref: MediaRef,
        edit: Edit | None,
        network: str,
        cancel: threading.Event,
        progress: Callable[[float], None],
    ) -> Rendition:
        assert not service.uploads
        progress(0.25)
        return Rendition(ref.path, "video/mp4", ref.size, original=True)

    ref = MediaRef(str(path), path.name, path.stat().st_size, "video")
    outbox = Outbox(store, service.clock, renderer=convert)  # type: ignore[arg-type]
    entry = outbox.add(draft_of(ref), [BLUESKY], None)
    assert outbox.process(entry.id, service, progress=seen.append).state == "sent"
    assert (seen[0].made, seen[0].fraction, seen[0].file_name) == (0.25, 0.25, "clip.mp4")
    assert seen[-1].made is None

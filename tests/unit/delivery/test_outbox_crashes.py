"""kill -9 at every step: nothing lost, nothing sent twice.

A `Crash` is a BaseException at a chosen place: nothing after it runs. Then the database is opened
anew, as the next start of the app does, and the outbox goes on with what it finds.
"""

from __future__ import annotations

import contextlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posto_desktop.delivery.outbox import Entry, Outbox
from posto_desktop.sdk.errors import (
    AuthenticationError,
    MediaUploadError,
    NetworkError,
    PostoError,
    ServiceError,
)
from posto_desktop.storage.database import Database
from tests.unit.delivery.scripted import (
    BLUESKY,
    NOW,
    Clock,
    Crash,
    CrashingDatabase,
    ScriptedService,
    X,
    draft_of,
    picture,
    restarted,
)

CALLS_OF_ONE_POST = 30
"""More than the database calls of sending one post with two files (the test checks that)."""


def run_to_the_end(path: Path, clock: Clock, service: ScriptedService, rounds: int = 200) -> Entry:
    """Start again after each crash, let time pass, until the only entry has ended or asks."""
    outbox = restarted(path, clock)
    for _ in range(rounds):
        for entry_id in outbox.due():
            try:
                outbox.process(entry_id, service)
            except Crash:
                outbox = restarted(path, clock)
        [entry] = outbox.entries()
        if entry.is_ended or entry.state == "unclear":
            return entry
        clock.forward(seconds=20)
    raise AssertionError(f"no end in sight: {entry.state} {entry.reason}")


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("call", range(1, CALLS_OF_ONE_POST))
def test_killed_at_any_write(tmp_path: Path, call: int, after: bool) -> None:
    clock = Clock()
    service = ScriptedService(clock)
    path = tmp_path / "posto.db"
    database = Database(path)
    media = [picture(tmp_path, "a.png"), picture(tmp_path, "b.png", b"\x89PNG\r\n\x1a\nother")]
    entry_id = Outbox(database, clock).add(draft_of(*media), [X, BLUESKY], None).id
    crashing: Any = CrashingDatabase(database, call, after=after)
    with contextlib.suppress(Crash):
        Outbox(crashing, clock).process(entry_id, service)
    entry = run_to_the_end(path, clock, service)
    assert entry.state == "sent"
    assert len(service.composed) == 1
    assert len(entry.files) == 2


def test_the_calls_of_one_post_are_fewer_than_what_is_tried(tmp_path: Path) -> None:
    clock = Clock()
    database = Database(tmp_path / "posto.db")
    media = [picture(tmp_path, "a.png"), picture(tmp_path, "b.png", b"\x89PNG\r\n\x1a\nother")]
    entry_id = Outbox(database, clock).add(draft_of(*media), [X], None).id
    counting: Any = CrashingDatabase(database, CALLS_OF_ONE_POST - 1, after=False)
    Outbox(counting, clock).process(entry_id, ScriptedService(clock))
    assert not counting.crashed


@pytest.mark.parametrize("place", ["on_upload", "on_compose", "after_compose", "on_find"])
def test_killed_while_the_service_is_asked(tmp_path: Path, place: str) -> None:
    clock = Clock()
    service = ScriptedService(clock)
    path = tmp_path / "posto.db"
    outbox = restarted(path, clock)
    entry_id = outbox.add(draft_of(picture(tmp_path)), [X], None).id
    if place == "on_find":
        service.after_compose = [NetworkError("reset", maybe_sent=True)]
    setattr(service, place, [Crash()])
    with pytest.raises(Crash):
        outbox.process(entry_id, service)
    assert run_to_the_end(path, clock, service).state == "sent"
    assert len(service.composed) == 1


def test_killed_while_it_is_written_down(tmp_path: Path) -> None:
    """Either the draft or the entry is there afterwards, never both and never neither."""
    clock = Clock()
    for after in (False, True):
        path = tmp_path / f"{after}.db"
        database = Database(path)
        draft = draft_of()
        database.put_draft(draft.id, draft.workspace, draft.to_json())
        crashing: Any = CrashingDatabase(database, 1, after=after)
        with pytest.raises(Crash):
            Outbox(crashing, clock).add(draft, [X], None)
        again = Database(path)
        assert (len(again.drafts()), len(again.outbox())) == ((0, 1) if after else (1, 0))


def test_what_may_have_been_sent_is_looked_for_first(tmp_path: Path) -> None:
    clock = Clock()
    service = ScriptedService(clock)
    path = tmp_path / "posto.db"
    outbox = restarted(path, clock)
    earlier = outbox.add(draft_of(text="never tried"), [X], None).id
    later = outbox.add(draft_of(text="killed"), [X], None).id
    service.after_compose = [Crash()]
    with pytest.raises(Crash):
        outbox.process(later, service)
    assert restarted(path, clock).due() == [later, earlier]


def test_a_planned_post_that_was_killed_is_not_sent_for_another_time(tmp_path: Path) -> None:
    """The repeated call names the same time, to the second: then it is the same call."""
    clock = Clock()
    service = ScriptedService(clock, idempotent=True)
    path = tmp_path / "posto.db"
    outbox = restarted(path, clock)
    share_at = NOW + timedelta(minutes=5, microseconds=700_000)
    entry_id = outbox.add(draft_of(), [X], share_at).id
    service.on_compose = [Crash()]
    with pytest.raises(Crash):
        outbox.process(entry_id, service)
    run_to_the_end(path, clock, service)
    assert [stamp for _, stamp in service.composed] == [int(share_at.timestamp())]


# -- any order of faults -----------------------------------------------------------------------

FAULTS: dict[str, Any] = {
    "fine": lambda: None,
    "crash": Crash,
    "refused connection": lambda: NetworkError("refused", maybe_sent=False),
    "lost": lambda: NetworkError("reset", maybe_sent=True),
    "gateway": lambda: ServiceError("504", status=504, maybe_sent=True),
    "busy": lambda: ServiceError("429", status=429, retry_after=30.0),
    "sign in": lambda: AuthenticationError("401", status=401),
    "bug": lambda: ValueError("a bug of ours"),
}
AFTER = ("fine", "crash", "lost", "gateway", "bug")
UPLOAD = {
    "fine": lambda: None,
    "crash": Crash,
    "reset": lambda: _caused_by(NetworkError("reset", maybe_sent=True)),
    "busy": lambda: MediaUploadError("503", status=503),
    "sign in": lambda: AuthenticationError("401", status=401),
}
FIND = ("fine", "crash", "refused connection", "gateway", "sign in", "bug")


def _caused_by(error: PostoError) -> MediaUploadError:
    failure = MediaUploadError("not uploaded")
    failure.__cause__ = error
    return failure


scripts = st.fixed_dictionaries(
    {
        "on_upload": st.lists(st.sampled_from(sorted(UPLOAD)), max_size=4),
        "on_compose": st.lists(st.sampled_from(sorted(FAULTS)), max_size=4),
        "after_compose": st.lists(st.sampled_from(AFTER), max_size=4),
        "on_find": st.lists(st.sampled_from(FIND), max_size=4),
    }
)


@given(
    script=scripts,
    hides=st.booleans(),
    idempotent=st.booleans(),
    planned=st.sampled_from([None, 30, 90, 3 * 3600]),
    arrives_after=st.sampled_from([0, 3, 40, 89]),
)
def test_no_order_of_faults_sends_twice(
    tmp_path_factory: pytest.TempPathFactory,
    script: dict[str, list[str]],
    hides: bool,
    idempotent: bool,
    planned: int | None,
    arrives_after: int,
) -> None:
    folder = tmp_path_factory.mktemp("faults")
    path = folder / "posto.db"
    clock = Clock()
    service = ScriptedService(
        clock,
        hides_sending=hides and not idempotent,
        settle=0.0 if idempotent else 90.0,
        idempotent=idempotent,
        # A service that answers a repeated call with the first group is never behind its own list.
        arrives_after=timedelta(seconds=0 if idempotent else arrives_after),
    )
    for place, words in script.items():
        table = UPLOAD if place == "on_upload" else FAULTS
        setattr(service, place, [table[word]() for word in words])
    share_at = NOW + timedelta(seconds=planned) if planned else None
    outbox = restarted(path, clock)
    outbox.add(draft_of(picture(folder)), [X, BLUESKY], share_at)
    entry = run_to_the_end(path, clock, service, rounds=400)
    assert len(service.composed) <= 1
    if entry.state == "sent":
        assert len(service.composed) == 1
    elif entry.state == "refused":
        assert service.composed == []  # a refusal promises that nothing was posted
    else:
        assert entry.state == "unclear"

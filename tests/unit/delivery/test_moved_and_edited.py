"""A post that is moved and edited or deleted at once, by a person, a command or an agent: exactly
one of it remains, or none."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from posto_desktop.core.moves import Move, moves_of
from posto_desktop.delivery.outbox import Entry
from posto_desktop.delivery.reschedule import Mover
from posto_desktop.storage.database import Database
from tests.unit.delivery.fake_edit_service import EditSite
from tests.unit.delivery.fake_move_service import NEW, OLD
from tests.unit.delivery.test_replacing import edit, restarted, site_of
from tests.unit.delivery.test_replacing import settle as settle_edit
from tests.unit.delivery.test_reschedule import add
from tests.unit.delivery.test_reschedule import settle as settle_move


def a_move(entry: Entry, site: EditSite) -> Move:
    """Return a move of the post that is edited, which is not written yet."""
    row, _ = site.stored[1]
    (move,) = moves_of([row], {1: datetime.fromtimestamp(NEW, UTC)}, entry.workspace)
    return move


@pytest.mark.parametrize("atomic", [True, False])
@pytest.mark.parametrize(
    ("name", "when"), [("rows", "after"), ("compose", "before"), ("compose", "after")]
)
def test_one_remains_of_a_post_that_is_moved_while_its_edit_is_saved(
    tmp_path: Path, atomic: bool, name: str, when: str
) -> None:
    site = site_of(atomic=atomic, route=False)
    path = tmp_path / "posto.db"
    outbox = restarted(path, site)
    entry = edit(outbox, site, (11,))
    move, other = a_move(entry, site), Database(path)
    is_written: list[bool] = []
    step = "replace" if atomic and name == "compose" else name

    def fault(_call: int, called: str, at: str) -> None:
        if called == step and at == when and not is_written:
            is_written.append(True)
            add(other, move)
            Mover(other, site, site.clock).run(move.id)

    site.fault = fault
    assert settle_edit(path, site, entry.id, outbox).state == "sent"
    settle_move(other, site, move)
    assert site.texts()[11] == ["new"]
    assert site.at()[11] == [OLD]


def test_an_edit_waits_for_a_move_that_is_written_when_it_is_handed_over(tmp_path: Path) -> None:
    site = site_of(route=False)
    path = tmp_path / "posto.db"
    outbox = restarted(path, site)
    entry = edit(outbox, site, (11,))
    move, other = a_move(entry, site), Database(path)
    is_written: list[bool] = []

    def fault(_call: int, called: str, at: str) -> None:
        if called == "rows" and at == "after" and not is_written:
            is_written.append(True)
            add(other, move)

    site.fault = fault
    assert outbox.process(entry.id, site).state == "waiting"
    assert "compose" not in site.calls
    settle_move(other, site, move)
    assert settle_edit(path, site, entry.id, outbox).state == "sent"
    assert site.texts()[11] == ["new"]


@pytest.mark.parametrize("ids", [(1,), (1, 2, 3)])
def test_a_post_that_is_deleted_while_it_is_moved_does_not_come_back(
    tmp_path: Path, ids: tuple[int, ...]
) -> None:
    site, store = site_of(route=False), Database(tmp_path / "posto.db")
    rows = [row for row, _ in site.stored.values()]
    (move,) = moves_of(rows, dict.fromkeys((1, 2, 3), datetime.fromtimestamp(NEW, UTC)), "local")
    add(store, move)

    def fault(_call: int, called: str, at: str) -> None:
        if called == "find_ref" and at == "after":
            for number in ids:
                site.stored.pop(number, None)

    site.fault = fault
    ended = settle_move(store, site, move)
    left = {channel: [NEW] for number, channel in ((1, 11), (2, 12), (3, 13)) if number not in ids}
    assert site.at() == left
    assert ended.state == ("done" if left else "failed")

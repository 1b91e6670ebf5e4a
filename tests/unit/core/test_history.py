from __future__ import annotations

from posto_desktop.core.history import History, PersistedHistory, Snapshot


def test_undo_and_redo_in_order() -> None:
    history: History[Snapshot[str]] = History()
    history.push(Snapshot("", "a"))
    history.push(Snapshot("a", "ab"))
    first = history.undo()
    assert first is not None
    assert first.undone("ab") == "a"
    second = history.undo()
    assert second is not None
    assert second.undone("a") == ""
    assert history.undo() is None
    redone = history.redo()
    assert redone is not None
    assert redone.redone("") == "a"
    assert history.can_undo
    assert history.can_redo


def test_a_new_change_ends_what_could_be_redone() -> None:
    history: History[Snapshot[str]] = History()
    history.push(Snapshot("", "a"))
    history.undo()
    history.push(Snapshot("", "b"))
    assert not history.can_redo
    assert history.redo() is None
    assert history.steps == 1


def test_a_continued_change_is_one_step() -> None:
    history: History[Snapshot[str]] = History()
    history.push(Snapshot("", "a"))
    history.replace_last(Snapshot("", "ab"))
    assert history.steps == 1
    change = history.undo()
    assert change is not None
    assert change.undone("ab") == ""


def test_it_is_bounded_by_number_and_size_but_the_last_change_stays() -> None:
    few: History[Snapshot[int]] = History(most_steps=2)
    for number in range(5):
        few.push(Snapshot(number, number + 1))
    assert few.steps == 2
    small: History[Snapshot[int]] = History(most_bytes=2_500)
    for number in range(5):
        small.push(Snapshot(number, number + 1))
    assert (small.steps, small.size) == (2, 2_000)
    small.push(Snapshot(5, 6, size=9_999))
    assert (small.steps, small.size) == (1, 9_999)
    small.clear()
    assert (small.steps, small.size) == (0, 0)


def test_what_was_undone_counts_until_it_is_gone() -> None:
    history: History[Snapshot[int]] = History()
    history.push(Snapshot(0, 1, size=10))
    history.undo()
    assert history.size == 10
    history.push(Snapshot(0, 2, size=7))
    assert history.size == 7


def test_what_is_otherwise_now_is_so_in_every_step() -> None:
    history: History[Snapshot[str]] = History()
    history.push(Snapshot("a", "b", size=10))
    history.push(Snapshot("b", "c", size=10))
    history.undo()
    history.convert(lambda step: Snapshot(step.before.upper(), step.after.upper(), size=7))
    assert history.size == 14
    redone = history.redo()
    assert redone is not None
    assert (redone.before, redone.after) == ("B", "C")
    history.undo()
    undone = history.undo()
    assert undone is not None
    assert undone.before == "A"


def test_what_cannot_be_undone_any_more_is_dropped_wherever_it_is() -> None:
    history: History[Snapshot[int]] = History()
    for number in range(4):
        history.push(Snapshot(number, number + 1, size=10))
    history.undo()
    history.discard(lambda step: step.before in (1, 3))
    assert [step.before for step in history] == [0, 2]
    assert (history.size, history.can_redo) == (20, False)


def test_what_is_written_elsewhere_goes_back_one_at_a_time() -> None:
    history: PersistedHistory[Snapshot[int]] = PersistedHistory()
    for number in range(2):
        history.written(Snapshot(number, number + 1))
    last = history.undo()
    assert last is not None
    assert last.before == 1
    assert not history.can_undo, "it is still being written"
    assert history.undo() is None
    history.written(Snapshot(2, 1))
    first = history.undo()
    assert first is not None
    assert first.before == 0
    history.written(Snapshot(1, 0))
    assert not history.can_undo


def test_what_could_not_be_taken_back_is_still_there() -> None:
    history: PersistedHistory[Snapshot[int]] = PersistedHistory()
    history.failed()
    history.written(None)
    assert not history.can_undo
    history.written(Snapshot(0, 1))
    history.undo()
    history.failed()
    assert history.can_undo
    again = history.undo()
    assert again is not None
    assert again.before == 0

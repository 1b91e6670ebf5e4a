"""Warnings of sign-ins that end: each once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from posto_desktop.sdk.own_accounts import OwnAccount
from posto_desktop.viewmodels.sign_in_expiry import new_warnings, without_workspace

END = datetime(2027, 3, 3, 8, 0, tzinfo=UTC)
ACCOUNT = OwnAccount(2, "linkedin", channels=(12,), ends_at=END)


def warnings_at(days: float, before: str, account: OwnAccount = ACCOUNT) -> tuple[int, str]:
    warnings, warned = new_warnings([account], before, END - timedelta(days=days))
    return len(warnings), warned


def test_each_is_told_once() -> None:
    count, warned = warnings_at(20, "")
    assert (count, warned) == (0, "")
    seen = []
    for days in (14, 13, 5, 3, 2, 0.5, 0, -1, -9):
        count, warned = warnings_at(days, warned)
        seen.append(count)
    assert seen == [1, 0, 0, 1, 0, 0, 1, 0, 0]


def test_a_sign_in_of_its_own_is_told_anew() -> None:
    _count, warned = warnings_at(14, "")
    later = OwnAccount(2, "linkedin", channels=(12,), ends_at=END + timedelta(days=1))
    assert warnings_at(13, warned, later)[0] == 1


def test_accounts_that_are_gone_are_forgotten() -> None:
    _count, warned = warnings_at(14, "")
    assert warned
    assert new_warnings([], warned, END) == ([], "")


def test_one_that_has_to_sign_in_again_says_so_itself() -> None:
    ended = OwnAccount(2, "linkedin", channels=(12,), ends_at=END, health="sign_in_again")
    assert warnings_at(-1, "", ended)[0] == 0


def test_each_workspace_has_its_own() -> None:
    moment = END - timedelta(days=14)
    here, warned = new_warnings([ACCOUNT], "", moment)
    elsewhere, both = new_warnings([ACCOUNT], warned, moment, "bakery")
    assert (len(here), len(elsewhere)) == (1, 1), "an id stands for another account there"
    for workspace in ("", "bakery"):
        assert new_warnings([ACCOUNT], both, moment, workspace)[0] == []
    assert new_warnings([], both, moment, "bakery") == ([], warned)
    assert new_warnings([], both, moment, "shop") == ([], both)
    assert without_workspace(both, "bakery") == warned
    assert without_workspace(both, "shop") == both

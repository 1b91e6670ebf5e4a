"""What a message costs stands beside the button; when the last post goes out is a check."""

from __future__ import annotations

from typing import Any

import pytest

from posto_desktop.common.budgets import Budget
from posto_desktop.core.draft import Draft
from posto_desktop.core.recurrence import Repeat
from posto_desktop.sdk.own_accounts import OwnAccount
from posto_desktop.sdk.records import Channel

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

X = Channel(1, "@nordlicht", "twitter", method="x")
BY_SERVICE = Channel(2, "@fjord", "twitter")
MASTODON = Channel(3, "nordlicht", "mastodon", method="mastodon")
ACCOUNTS = {
    1: OwnAccount(1, "x", channels=(1,)),
    3: OwnAccount(2, "mastodon", channels=(3,), budgets=(Budget(2, 7 * 86400),)),
}


@pytest.fixture
def page(desk: Any) -> Any:
    desk.page.message.channels.model.set_accounts(ACCOUNTS)
    return desk.page


def show(desk: Any, draft: Draft, *channels: Channel) -> None:
    desk.choose(list(channels))
    desk.page.message.open_drafts.load(draft)
    desk.settle()


def test_the_price_stands_beside_the_button(desk: Any, page: Any) -> None:
    cost = page.action_bar.cost
    show(desk, Draft(), X)
    assert cost.isHidden()
    show(desk, Draft(text="Hello"), X)
    assert not cost.isHidden()
    assert cost.text() == "About $0.015 at X"
    show(desk, Draft(text="Hello https://nordlicht.coffee"), X)
    assert cost.text() == "About $0.20 at X"
    show(desk, Draft(text="Hello"), BY_SERVICE)
    assert cost.isHidden()


def test_a_repeat_is_summed_up(desk: Any, page: Any) -> None:
    weekly = Repeat(unit="day", count=10)
    show(desk, Draft(text="Hello", when_text="tomorrow 9:00", repeat=weekly), X)
    assert page.action_bar.cost.text() == "About $0.15 at X for 10 posts"


def test_the_checks_say_when_the_last_one_goes_out(desk: Any, page: Any) -> None:
    daily = Repeat(unit="day", count=3)
    show(desk, Draft(text="Hello", when_text="tomorrow 9:00", repeat=daily), MASTODON)
    (finding,) = [
        finding
        for finding in page.message.checks.result.findings
        if finding.code == "goes_out_later"
    ]
    assert finding.sentence.startswith(
        "Mastodon allows 2 posts in 7 days. The last post is sent about"
    )
    show(desk, Draft(text="Hello", when_text="tomorrow 9:00"), MASTODON)
    assert "goes_out_later" not in {finding.code for finding in page.message.checks.result.findings}

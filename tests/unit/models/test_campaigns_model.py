from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt

from posto_desktop.core.campaign import Campaign, CampaignMessage
from posto_desktop.core.campaign_results import CampaignPost, Kind, MessageResult
from posto_desktop.models.campaigns import CampaignsModel, summary_of, title_of

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


def campaign(count: int = 3, **more: object) -> Campaign:
    messages = tuple(
        CampaignMessage(id=f"m{number}", text=f"text {number}") for number in range(count)
    )
    return Campaign(messages=messages, **more)  # type: ignore[arg-type]


def results(*kinds: Kind) -> dict[str, MessageResult]:
    by_id = {}
    for number, kind in enumerate(kinds):
        when = NOW + timedelta(days=number)
        post = CampaignPost(f"r{number}", "e", "c", f"m{number}", number, when, "handed")
        by_id[f"m{number}"] = MessageResult(post, kind, when)
    return by_id


@pytest.mark.parametrize(
    ("kinds", "state", "words"),
    [
        ((), "draft", "Draft"),
        (("sent", "scheduled"), "running", "Running"),
        (("sent", "sent", "sent"), "running", "Done"),
        (("sent", "failed", "sent"), "running", "Failed"),
        (("sent", "needs_you", "scheduled"), "running", "Needs you"),
        (("sent", "stopped", "stopped"), "stopped", "Stopped"),
        (("scheduled", "stopped"), "stopped", "Running"),
    ],
)
def test_how_a_campaign_stands(kinds: tuple[Kind, ...], state: str, words: str) -> None:
    assert summary_of(campaign(state=state), results(*kinds)).words == words


def test_a_campaign_without_a_name_is_called_by_its_first_words() -> None:
    assert title_of(campaign(1)) == "text 0"
    assert title_of(campaign(1, name=" Winter ")) == "Winter"
    assert title_of(Campaign()) == "Untitled campaign"


def test_a_row_says_how_many_and_what_comes_next(qapp: object) -> None:
    made = campaign(name="Winter")
    model = CampaignsModel(UTC, lambda: NOW)
    model.set_campaigns([made], {made.id: summary_of(made, results("sent", "scheduled", "failed"))})
    assert model.line_at(0) == "3 messages · 1 sent, 1 failed, 1 to come · next: tomorrow 12:00"
    accessible_text = model.data(model.index(0, 0), Qt.ItemDataRole.AccessibleTextRole)
    assert accessible_text.startswith("Winter, Running, 3 messages")
    model.deleteLater()


def test_a_message_says_that_its_host_asks_to_wait(qapp: object) -> None:
    """As Activity does, for all messages that wait for the same."""
    from dataclasses import replace

    from posto_desktop.models.campaign_messages import MessagesModel
    from tests.unit.models.outbox_entries import entry

    made = campaign(1)
    reason = "fjord.example asks to wait."
    waits = entry("a", "waiting", code="asked", reason=reason, next_try=NOW + timedelta(minutes=2))
    known = replace(results("waiting")["m0"], entry=waits, reason=reason)
    model = MessagesModel(UTC)
    model.set_campaign(made)
    model.set_results({"m0": known})
    assert model.note_at(0) == ("fjord.example asks to wait; sending continues at 12:02", "")
    model.set_results({"m0": replace(known, entry=replace(waits, code="", next_try=None))})
    assert model.note_at(0) == ("", "")
    model.deleteLater()


def test_a_row_says_that_its_thread_goes_out_as_one_post(qapp: object) -> None:
    from posto_desktop.core.campaign_times import CampaignTime, OccupiedTime
    from posto_desktop.core.checks import Finding
    from posto_desktop.models.campaign_messages import MessagesModel

    model = MessagesModel(UTC)
    model.set_campaign(campaign(1))
    as_one = Finding("hint", "thread_joined", "X gets all parts as one post.")
    model.set_findings({"m0": [Finding("hint", "other", "Not shown"), as_one]})
    assert model.note_at(0) == ("X gets all parts as one post.", "hint")
    model.set_forecast_rows([CampaignTime(0, "m0", NOW, clash=OccupiedTime(NOW, 1, "twitter"))])
    assert model.note_at(0) == (
        "At the same time as another post. X gets all parts as one post.",
        "warning",
    )
    model.deleteLater()

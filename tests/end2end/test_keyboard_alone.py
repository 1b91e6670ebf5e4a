"""A whole working day with the keyboard only."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from tests.end2end import steps
from tests.end2end.app import App
from tests.end2end.atspi import FOCUSED, Accessible
from tests.end2end.waiting import wait_for

pytestmark = pytest.mark.end2end

# More stops than any page has.
MOST = 90
KEY_SECONDS = 0.3
ROWS = """Text;Publish at
First of the row;tomorrow 9:00
Second of the row;tomorrow 12:00
"""


class Hands:
    """On the keyboard of a running app."""

    def __init__(self, app: App) -> None:
        self.app, self.press = app, app.desktop.keys

    def type(self, words: str) -> None:
        self.app.desktop.xdotool("type", "--delay", 12, words)

    def tab_to(self, control: Accessible, *, back: bool = False) -> None:
        """Press Tab until the keyboard is there. The window may show a key's work only after it
        was asked, so each key has a moment."""
        wait_for(lambda: control.enabled, f"{control!r} to be of use")
        for _press in range(MOST):
            self.press("shift+Tab" if back else "Tab")
            with contextlib.suppress(AssertionError):
                wait_for(lambda: control.has(FOCUSED), "the keyboard", timeout=KEY_SECONDS)
                return
        raise AssertionError(f"Tab never came to {control!r}")

    def is_in(self, control: Accessible) -> None:
        """Wait for the keyboard to be there."""
        wait_for(lambda: control.has(FOCUSED), f"the keyboard to be in {control!r}")

    def find(self, name: str, role: str | None = None) -> Accessible:
        return self.app.window.find(name, role=role)

    def button(self, object_name: str) -> Accessible:
        return self.app.program.find(role="button", object_name=object_name)


@pytest.fixture
def hands(app: App) -> Hands:
    """At a window that has its channels: the first message goes to one of them."""
    app.activate()
    wait_for(lambda: steps.channel(app, "Sandbox X").checked, "the channels")
    return Hands(app)


def scheduled(app: App) -> list[str]:
    """The times of the posts, as the table shows them."""
    return [row["Time"] for row in steps.schedule_rows(app)]


@pytest.mark.timeout(300)
def test_write_schedule_move_delete_undo(app: App, hands: Hands) -> None:
    message = hands.find("Message")
    hands.is_in(message)
    hands.type("Written without a mouse")
    hands.tab_to(hands.find("When"))
    hands.type("tomorrow 9:00")
    hands.tab_to(hands.button("post"))
    hands.press("Return")
    wait_for(lambda: message.text == "", "the message to be on its way")
    hands.is_in(message)

    hands.tab_to(hands.find("Pages").find("Schedule"), back=True)
    hands.press("Return")
    table = hands.find("Schedules", "table")
    hands.is_in(table)
    steps.wait_for_row(app, "Written without a mouse", status="Scheduled")
    hands.press("Home", "s")
    when = app.program.find("When", role="text")
    hands.is_in(when)
    hands.type("tomorrow 11:00")
    move = hands.button("move-posts")
    wait_for(lambda: move.enabled, "the new time to be foreseen")
    hands.press("Return")
    wait_for(lambda: "11:00" in scheduled(app)[0], "the post at its new time")
    hands.is_in(table)

    hands.press("Delete")
    wait_for(lambda: scheduled(app) == [], "the post to go")
    hands.press("ctrl+z")
    wait_for(lambda: len(scheduled(app)) == 1, "the post to come back")
    rows = app.ask_server("fs-poster/v1/schedules")
    assert rows["total"] == 1


@pytest.mark.timeout(300)
def test_import_a_campaign_and_start_it(app: App, hands: Hands, tmp_path: Path) -> None:
    table = tmp_path / "plan.csv"
    table.write_text(ROWS, encoding="utf-8")
    hands.is_in(hands.find("Message"))
    hands.tab_to(hands.find("Pages").find("Campaigns"), back=True)
    hands.press("Return")
    hands.is_in(hands.find("New campaign", "button"))
    hands.press("Return")
    hands.is_in(hands.find("Campaign name"))
    hands.type("By keys alone")
    hands.tab_to(hands.button("import-messages"))
    hands.press("Return")
    hands.is_in(hands.button("import-file"))
    hands.press("Return")
    hands.is_in(app.program.find(role="text", object_name="fileNameEdit"))
    hands.type(str(table))
    hands.press("Return")
    hands.is_in(hands.button("continue"))
    hands.press("Return")
    hands.is_in(hands.button("import"))
    hands.press("Return")
    hands.is_in(hands.find("Messages", "table"))
    start = hands.button("start-campaign")
    wait_for(lambda: start.enabled, "the campaign to be ready")
    hands.tab_to(start)
    hands.press("Return")
    wait_for(
        lambda: app.ask_server("fs-poster/v1/schedules")["total"] == 2,
        "both posts to be handed over",
        timeout=60,
    )


@pytest.mark.timeout(240)
def test_around_the_window_and_into_what_its_buttons_open(app: App, hands: Hands) -> None:
    message = hands.find("Message")
    hands.is_in(message)
    hands.type("Once around")
    hands.tab_to(message)
    hands.tab_to(message, back=True)
    for name in ("insert-emoji", "show-drafts"):
        button = hands.button(name)
        hands.tab_to(button)
        hands.press("Return")
        wait_for(lambda: not button.has(FOCUSED), f"what {name!r} opens")  # noqa: B023
        hands.press("Escape")
        hands.is_in(button)

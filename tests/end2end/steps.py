"""What a person does with the app, in the words of the product. Found by accessible names only."""

from __future__ import annotations

import contextlib

from tests.end2end.app import App
from tests.end2end.atspi import FOCUSED, SELECTED, Accessible, RemovedError
from tests.end2end.waiting import wait_for


def open_page(app: App, name: str) -> None:
    """Switch to a page by its action in *Pages*."""
    app.window.find("Pages").find(name).press()


def channel(app: App, name: str) -> Accessible:
    return app.window.find("Channels").item(name, part=True)


def tick_by_mouse(app: App, name: str) -> None:
    """Tick a channel by clicking on its row."""
    row = channel(app, name)
    if not row.checked:
        app.desktop.click(*row.centre())
    wait_for(lambda: channel(app, name).checked, f"channel {name} to be ticked")


def tick_by_keyboard(app: App, name: str) -> None:
    """Search for a channel, go down to it and press Space, as with a screen reader."""
    if channel(app, name).checked:
        return
    search = app.window.find("Search channels")
    search.set_text(name)
    tree = app.window.find("Channels")
    wait_for(lambda: len([i for i in tree.items() if "Sandbox" in i.name]) == 1, "the search")
    tree.focus()
    for _ in range(4):
        row = channel(app, name)
        if row.has(FOCUSED) or row.has(SELECTED):
            break
        app.desktop.keys("Down")
    app.desktop.keys("space")
    wait_for(lambda: channel(app, name).checked, f"channel {name} to be ticked")
    search.set_text("")


def write(app: App, text: str) -> None:
    app.window.find("Message").set_text(text)
    wait_for(lambda: app.window.find("Message").text == text, "the text in the editor")


def say_when(app: App, text: str) -> str:
    """Type a time; how the app understood it."""
    app.window.find("When").set_text(text)
    reading = app.window.find(object_name="when-reading")
    return wait_for(lambda: reading.text.strip(), f"a reading of {text!r}")


def media(app: App) -> list[str]:
    """Names of the files in the media strip."""
    strip = app.window.look("Media", role="list")
    return [item.name for item in strip.items()] if strip else []


def wait_for_media(app: App, *names: str) -> None:
    wait_for(
        lambda: sorted(media(app)) == sorted(names),
        f"the files {names} in the media strip",
        explain=lambda: (media(app), app.window.outline()),
    )


def schedule_rows(app: App) -> list[dict[str, str]]:
    """The rows of the schedule by column; headings of days left out."""
    table = app.window.find("Schedules", role="table")
    columns = table.columns()
    rows = [dict(zip(columns, row, strict=True)) for row in table.rows()]
    return [row for row in rows if row.get("Channel") and row.get("Status")]


def wait_for_row(app: App, text: str, *, status: str, timeout: float = 60.0) -> dict[str, str]:
    """The row with this text, once it has this status."""

    def look() -> dict[str, str] | None:
        for row in schedule_rows(app):
            if text in row["Text"] and status in row["Status"]:
                return row
        return None

    return wait_for(
        look,
        f"{text!r} with status {status!r}",
        timeout=timeout,
        explain=lambda: (schedule_rows(app), app.ask_server("fs-poster/v1/schedules")),
    )


def feed_texts(app: App) -> list[str]:
    return [item.name for item in app.window.find("Feed", role="list").items()]


def published(app: App) -> list[dict[str, object]]:
    """What the sandbox has published, asked of the server itself."""
    items = app.ask_server("posto/v1/feed", limit=50)["items"]
    assert isinstance(items, list)
    return items


def channel_name(item: dict[str, object]) -> str:
    channel = item["channel"]
    assert isinstance(channel, dict)
    return str(channel["name"])


def wait_for_toast(app: App, *parts: str, timeout: float = 60.0) -> str:
    """The words of a toast that has all these parts in it."""

    def look() -> str:
        for here in app.window.walk():
            with contextlib.suppress(RemovedError):
                if all(part in here.name for part in parts):
                    return here.name
        return ""

    return wait_for(look, f"a toast with {parts}", timeout=timeout, explain=app.window.outline)

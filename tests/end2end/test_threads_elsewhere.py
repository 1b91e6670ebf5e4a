"""A thread of three written in the real window and read back at each real server.

By hand, as a window for each takes long: `POSTO_THREADS_AT="bluesky synapse"`, or "all".
`tests/servers` tries the same without a window in each run.
"""

from __future__ import annotations

import html
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from posto_desktop.server.publishers.all import Publishers
from tests.end2end import steps
from tests.end2end.app import App
from tests.end2end.atspi import RemovedError
from tests.end2end.test_connect import dialog, press
from tests.end2end.test_first_post import choose_file
from tests.end2end.test_newcomer import field
from tests.end2end.test_threads import begin_part, save_picture
from tests.end2end.waiting import wait_for
from tests.servers.places import Place
from tests.servers.real_places import PARAMETERS, opened
from tests.servers.scripted import Shown

pytestmark = [pytest.mark.end2end, pytest.mark.timeout(600)]
WANTED = os.environ.get("POSTO_THREADS_AT", "").split()
WORDS = ("First 5 <3 🎉", "Second مرحبا, with two pictures", "Third שלום")


@pytest.fixture(params=PARAMETERS.values())
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    if request.param not in WANTED and "all" not in WANTED:
        pytest.skip(f"by hand: POSTO_THREADS_AT={request.param}")
    with opened(request.param) as place:
        yield place


def unfold(app: App) -> bool:
    """Show the fields that not everybody needs; False while the dialog is being filled."""
    try:
        dialog(app).find("More options", role="button").press()
    except RemovedError:
        return False
    return True


def connect(app: App, place: Place) -> None:
    """From the name of the network to its one ticked channel."""
    publisher = Publishers()[place.network]
    labels = {field.name: field.label for field in publisher.fields}
    app.window.find("Add channel", role="button").press()
    dialog(app).find("Find a network").set_text(publisher.name)
    dialog(app).find(object_name=f"network-{place.network}").press()
    press(app, "Continue")
    hidden = [field for field in publisher.fields if not field.is_required]
    if any(field.name in place.fields("") for field in hidden):
        wait_for(lambda: unfold(app), "its other fields")
    for name, text in place.fields(place.url).items():
        more = ", Server address" if name == "server" else ""
        field(app, labels[name] + more).set_text(text)
    keep = dialog(app).look("In a file only you can read")
    if keep is not None:
        keep.press()
    press(app, "Sign in")
    wait_for(
        lambda: (finish := dialog(app).look("Finish", role="button")) and finish.enabled,
        "the account",
        explain=dialog(app).outline,
    )
    save_picture(app, f"connected-{place.network}")
    press(app, "Finish")

    def is_ticked() -> bool:
        return app.window.find(object_name="channel-count").text.startswith("1 of")

    wait_for(is_ticked, "its channel alone to be ticked", explain=app.window.outline)


def add_picture(app: App, path: Path, *names: str) -> None:
    app.window.find("Add media", role="button").press()
    choose_file(app, path)
    steps.wait_for_media(app, *names, path.name)


def test_a_thread_of_three(
    start_app: Callable[..., App], place: Place, photo: Path, tmp_path: Path
) -> None:
    others = [tmp_path / "other.jpg", tmp_path / "third.jpg"]
    for number, path in enumerate(others, 1):
        path.write_bytes(photo.read_bytes() + bytes(number))  # another file, the same picture
    app = start_app(BROWSER="true")
    connect(app, place)
    steps.write(app, WORDS[0])
    begin_part(app, 2)
    steps.write(app, WORDS[1])
    add_picture(app, photo)
    add_picture(app, others[0], photo.name)
    begin_part(app, 3)
    steps.write(app, WORDS[2])
    add_picture(app, others[1])
    app.window.find("Number the parts").press()
    save_picture(app, f"thread-{place.network}")
    app.window.find(role="button", object_name="post").press()
    count = 1 if place.has_sections else 3

    def whole() -> list[Shown] | None:
        """Pictures may be messages of their own behind their text."""
        shown = place.published()
        is_whole = len(shown) >= count and sum(len(post.alts) for post in shown) == 3
        return shown if is_whole else None

    shown = wait_for(whole, "the thread at the server", timeout=120, explain=place.published)
    print([(post.text, post.alts, post.answers) for post in shown])
    if place.has_sections:
        text = html.unescape(shown[-1].text)
        assert [text.index(words) for words in WORDS] == sorted(text.index(w) for w in WORDS)
        assert len(shown[-1].alts) == 3
    else:
        numbered = [f"{words} {number}/3" for number, words in enumerate(WORDS, 1)]
        assert [post.text for post in shown] == numbered
        answered = [None if at is None else shown[at].id for at in place.answers[:3]]
        assert [post.answers or None for post in shown] == answered
        assert [len(post.alts) for post in shown] == [0, 2, 1]
    steps.open_page(app, "Schedule")
    steps.wait_for_row(app, "First 5", status="Sent")
    save_picture(app, f"thread-sent-{place.network}")

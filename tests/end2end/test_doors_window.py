"""Tests of the sign-in dialog at a real WordPress."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from posto_desktop.storage.accounts import AccountStore
from posto_desktop.storage.paths import find_paths
from tests.end2end import steps
from tests.end2end.alive import alive
from tests.end2end.app import App
from tests.end2end.atspi import Accessible
from tests.end2end.desktop import Desktop
from tests.end2end.waiting import wait_for
from tests.end2end.wordpress import WordPress
from tests.end2end.wordpress.control import Control

pytestmark = [pytest.mark.wordpress, pytest.mark.end2end, pytest.mark.timeout(300)]


def open_dialog(app: App) -> Accessible:
    """From the page of the first start, as a person does."""
    app.window.find(role="button", object_name="sign-in").press()
    return app.program.find("Sign in to a Posto service", role="dialog")


def fill_in(dialog: Accessible, wordpress: WordPress, site: str) -> None:
    dialog.find("Site address", role="text").set_text(wordpress.urls[site])
    dialog.find("User name", role="text").set_text(wordpress.admin.username)
    dialog.find("Application password", role="text").set_text(wordpress.admin.password)
    dialog.find("Only until I quit").press()
    dialog.find("Sign in", role="push button").press()


def clipboard(desktop: Desktop) -> str:
    command = ["xclip", "-selection", "clipboard", "-o"]
    env = desktop.environment
    done = subprocess.run(command, env=env, capture_output=True, timeout=60, check=False)
    return done.stdout.decode()


@pytest.mark.parametrize(
    ("site", "expected_url"),
    [
        ("closed", "{url}"),
        ("index_php", "{url}/index.php/wp-json/{route}"),
        ("notices", "{url}"),
    ],
)
def test_signing_in_and_posting(
    start_app: Callable[..., App],
    desktop: Desktop,
    wordpress: WordPress,
    control: Control,
    tmp_path: Path,
    photo: Path,
    site: str,
    expected_url: str,
) -> None:
    app = start_app()
    with alive(app):
        fill_in(open_dialog(app), wordpress, site)
        wait_for(
            lambda: any("Test page" in item.name for item in app.window.find("Channels").items()),
            "the channels of the site",
            explain=app.program.outline,
        )
        [account] = AccountStore(find_paths(tmp_path / "home").accounts).list()
        assert account.base_url == expected_url.format(url=wordpress.urls[site], route="{route}")
        app.activate()
        steps.tick_by_mouse(app, "Test page")
        steps.write(app, "A fjord")
        place = app.window.find("Message").centre()
        assert desktop.drag_files([photo], *place) == "copy"
        steps.wait_for_media(app, photo.name)
        steps.say_when(app, "tomorrow 9:00")
        app.window.find(role="button", object_name="post").press()
        [row] = wait_for(lambda: control.state().schedules, "the post at the site")
    assert app.quit() == 0
    assert row["posting_data"]["content"] == "A fjord"
    assert [file["id"] for file in row["posting_data"]["mediaList"]] == control.state().media
    assert len(control.state().calls_to("/fs-poster/v1/composer")) == 1


def test_lines_for_a_web_server_that_drops_the_header(
    start_app: Callable[..., App], desktop: Desktop, wordpress: WordPress, control: Control
) -> None:
    app = start_app()
    with alive(app):
        dialog = open_dialog(app)
        fill_in(dialog, wordpress, "stripped")
        note = dialog.find(object_name="application-password-note")
        wait_for(lambda: "drops the Authorization header" in note.text, "the reason")
        lines = dialog.find("Lines 3", role="text")
        assert lines.text == "fastcgi_param HTTP_AUTHORIZATION $http_authorization;"
        dialog.find(object_name="copy-lines-3", role="button").press()
        wait_for(lambda: clipboard(desktop) == lines.text, "the lines on the clipboard")
        # Followed, they help.
        fill_in(dialog, wordpress, "stripped_mended")
        wait_for(
            lambda: any("Test page" in item.name for item in app.window.find("Channels").items()),
            "the channels of the site",
            explain=app.program.outline,
        )
    assert app.quit() == 0
    assert control.state().calls_to("/fs-poster/v1/composer") == []


def test_a_certificate_of_ones_own_is_one_press_away(
    start_app: Callable[..., App], wordpress: WordPress, control: Control
) -> None:
    app = start_app()
    with alive(app):
        dialog = open_dialog(app)
        fill_in(dialog, wordpress, "https_self_signed")
        words = "Settings > Network > Certificates of your own"
        dialog.find(words, role="button").press()
        settings = app.program.find("Settings", role="dialog")
        settings.find("Choose a file of certificates", role="button")
        app.desktop.keys("Escape")
        wait_for(lambda: app.program.look("Settings", role="dialog") is None, "no settings")
        assert dialog.find("Site address", role="text").text == wordpress.urls["https_self_signed"]
        app.desktop.keys("Escape")
        name = "Sign in to a Posto service"
        wait_for(lambda: app.program.look(name, role="dialog") is None, "no dialog")
    assert app.quit() == 0
    assert control.state().calls == []

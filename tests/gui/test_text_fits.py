"""No text is cut without saying so: at every text size, window size and length of language."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, time
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QMimeData, QTranslator, QUrl
from PySide6.QtWidgets import QWidget

from posto_desktop.core.slots import Slot, SlotGroup
from posto_desktop.core.slots import write as write_slots
from posto_desktop.core.styles import StyleRegistry
from posto_desktop.sdk.connect import SiteFacts
from posto_desktop.sdk.style_texts import SnippetTexts
from posto_desktop.storage.secrets import KeyringState
from posto_desktop.storage.settings import Settings
from posto_desktop.ui.dialogs.defaults_dialog import DefaultsDialog
from posto_desktop.ui.dialogs.network_settings_dialog import NetworkSettingsDialog
from posto_desktop.ui.dialogs.quit_dialog import QuitDialog
from posto_desktop.ui.dialogs.sign_in_dialog import SignInDialog
from posto_desktop.ui.dialogs.workspace_list_dialog import WorkspaceListDialog
from posto_desktop.ui.schedule.export_dialog import ExportCounts, ExportDialog
from posto_desktop.ui.schedule.reschedule_dialog import (
    RescheduleContext,
    RescheduleDialog,
    forecast_reschedule,
)
from posto_desktop.ui.settings.dialog import SettingsDialog
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.confirm_dialog import ConfirmDialog
from posto_desktop.ui.widgets.drop_overlay import read_drag
from posto_desktop.ui.widgets.workspace_button import LOCAL, WorkspaceRow
from posto_desktop.workers.network_settings import LoadedSettings
from tests.gui import connecting, whole_window
from tests.gui.cut_text import cut_texts, settle
from tests.gui.team_dialogs import people_dialogs

SIZES = ("normal", "large", "larger")
WINDOWS = ((1024, 700), (1360, 860))


class LongWords(QTranslator):
    """A language that needs 35 % more room for everything, as German does."""

    def isEmpty(self) -> bool:
        return False

    def translate(self, _context: str, text: str, _note: str = "", _n: int = -1) -> str:  # type: ignore[override]
        more = max(1, round(len(text.strip()) * 0.35))
        # Words of nine letters: longer ones would be longer than German's own.
        filler = "".join(" " if at % 10 == 0 else "e" for at in range(more))
        if len(text.split()) < 3:
            filler = filler.strip() or "e"
        ending = text[-1:] if text[-1:] in ".…:" else ""
        return text[: len(text) - len(ending)] + filler + ending


@pytest.fixture
def long_words(qapp: Any) -> Iterator[LongWords]:
    language = LongWords()
    assert QCoreApplication.installTranslator(language)
    yield language
    QCoreApplication.removeTranslator(language)


@pytest.fixture(autouse=True)
def normal_again(theme: Any) -> Iterator[None]:
    yield
    theme.set_text_size("normal")


@pytest.fixture
def scene(theme: Any, tmp_path: Any) -> Iterator[Any]:
    scenes: list[Any] = []

    def make(width: int, height: int) -> Any:
        scenes.append(whole_window.build(theme, tmp_path, width, height))
        return scenes[-1]

    yield make
    for opened in scenes:
        whole_window.close(opened)


def look_through(scene: Any) -> dict[str, list[str]]:
    """Walk through the pages; what is cut, by page."""
    window, cut = scene.window, {}
    for key in whole_window.PAGES:
        window.show_page(key)
        settle()
        cut[key] = cut_texts(window)
    window.show_page("schedule")
    scene.schedule.model.tick_all(True)
    settle()
    cut["schedule, ticked"] = cut_texts(window)
    scene.schedule.model.tick_all(False)
    for name, paths in (
        ("one file", ["/x/a.jpg"]),
        ("files", ["/x/a.jpg", "/x/b.png", "/x/notes.docx"]),
        ("a refusal", ["/x/notes of the second meeting in the harbour office, final.docx"]),
    ):
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(path) for path in paths])
        window.frame.drop_overlay.present(read_drag(mime), window.drops.overlay_area())
        cut[f"drop sheet, {name}"] = cut_texts(window)
        window.frame.drop_overlay.hide()
    window.show_notification("deleted", window.tr("4 posts deleted"), "", window.tr("Undo"), settle)
    settle()
    cut["toast"] = cut_texts(window)
    window.toasts.clear()
    for menu in (
        window.top_bar.workspace.make_menu(),
        window.channel_pane.tree.channel_menu(whole_window.CHANNELS[3]),
        scene.schedule.row_actions.make_menu(),
    ):
        menu.resize(menu.sizeHint())
        cut[f"menu of {menu.parent().objectName()}"] = cut_texts(menu)
    for status in ("error", "missed", "success", "unknown"):
        row = next(schedule for schedule in whole_window._schedules() if schedule.status == status)
        scene.schedule.show_schedule(row.id)
        settle()
        cut[f"schedule, inspector of {status}"] = cut_texts(window)
    window.show_page("activity")
    for key in "uwrp":
        scene.activity.state.show_entry(key)
        settle()
        cut[f"activity, details of {key}"] = cut_texts(window)
    scene.activity.close_details()
    return {key: lines for key, lines in cut.items() if lines}


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("size", SIZES)
def test_pages_grow_with_the_text_size(theme: Any, scene: Any, size: str, window: Any) -> None:
    made = scene(*window)
    theme.set_text_size(size)  # while it is open, as the settings do
    settle()
    assert look_through(made) == {}


@pytest.mark.parametrize(("size", "window"), [("200", (1360, 860)), ("normal", (960, 516))])
def test_pages_have_room_at_twice_the_size(theme: Any, scene: Any, size: str, window: Any) -> None:
    """Of the text, or of everything: a screen of 1920x1080 at a scale of 2 leaves 960x516."""
    made = scene(*window)
    if window < WINDOWS[0]:
        made.window.setMinimumSize(0, 0)
        made.window.resize(*window)
    theme.set_text_size(size)
    settle()
    assert made.window.size().toTuple() == window
    assert look_through(made) == {}


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("size", SIZES)
def test_pages_have_room_for_a_long_language(
    theme: Any, scene: Any, long_words: Any, size: str, window: Any
) -> None:
    theme.set_text_size(size)
    assert look_through(scene(*window)) == {}


# Pages with nothing on them, and dialogs


def look_at_empty(scene: Any) -> dict[str, list[str]]:
    window, cut = scene.window, {}
    scene.compose.message.open_drafts.new_message()
    scene.compose.message.checks.settle()
    settle()
    cut["nothing written"] = cut_texts(window)
    scene.compose.set_first_run(True)
    scene.schedule.set_schedules([])
    scene.schedule.set_as_of(whole_window.NOW)
    scene.activity.model.set_entries([])
    scene.feed.set_items([])
    scene.channels.set_channels([])
    for key in whole_window.PAGES:
        window.show_page(key)
        settle()
        cut[key] = cut_texts(window)
    return {key: lines for key, lines in cut.items() if lines}


def dialogs(settings_file: Any) -> Iterator[tuple[str, QWidget]]:
    stored = Settings(settings_file)
    week = SlotGroup(slots=tuple(Slot(day, time(hour)) for day in range(5) for hour in (7, 9, 18)))
    own = SlotGroup("", "local", (1, 2), (Slot(0, time(22, 30)), Slot(5, time(9))))
    stored.set("publishing.slots", write_slots([week, own]))
    settings = SettingsDialog(stored, channels=whole_window.CHANNELS, workspace="local")
    for number in range(settings._stack.count()):
        settings._open(number)
        yield f"settings {number}", settings
    sign_in = SignInDialog()
    yield "sign in", sign_in
    sign_in.set_keyring(KeyringState("none", ""))
    sign_in.submit()
    yield "sign in, refused", sign_in
    page = "https://posto.example.org/wp-admin/authorize-application.php"
    sign_in.address.set_text("posto.example.org")
    team = SiteFacts("https://posto.example.org", "posto.example.org", browser_sign_in=page)
    sign_in.show_address("posto.example.org", team)
    yield "sign in with the browser", sign_in
    sign_in.set_keyring(KeyringState("ok", "GNOME Keyring"))
    sign_in.submit()
    sign_in.browser.show_page(f"{page}?app_name=Posto")
    yield "sign in, the browser is open", sign_in
    rows = [
        WorkspaceRow(LOCAL, "This computer", ""),
        WorkspaceRow("a", "Nordlicht Coffee Roasters and Bakery, Reykjavík harbour", "n.example"),
    ]
    listed = WorkspaceListDialog(rows)
    listed.rows[1]._remove()
    yield "workspaces", listed
    yield "quit", QuitDialog(12, "Wed 30 Dec 22:30")
    for make in (
        connecting.at_guess,
        connecting.at_browser,
        connecting.at_refusal,
        connecting.at_account,
    ):
        yield f"connect {make.__name__}", make(None)
    yield "account guide", connecting.guide(None)
    yield from about_defaults()
    yield from people_dialogs()
    export = ExportDialog(ExportCounts(4, 63, 120), date(2026, 12, 28), date(2026, 11, 25))
    export.address.set_address(
        "http://127.0.0.1:41349/posto-calendar/4sMcH_ZPotDPCrLB4HBqBCu3L.ics"
    )
    for kind in ("csv", "ical", "pdf"):
        export.kind.set_value(kind)
        export.kind.changed.emit(kind)
        yield f"export {kind}", export
    planned = whole_window._schedules()
    other_times = RescheduleDialog(
        RescheduleContext(planned, planned, None, UTC), clock=lambda: whole_window.NOW
    )
    other_times.forecastRequested.connect(
        lambda rule, known: other_times.show_forecast(
            rule, forecast_reschedule(other_times.context, rule, whole_window.NOW, known)
        )
    )
    other_times.fields.shift.setText("+1 week 2 hours")
    other_times._debouncer.flush()
    yield "reschedule", other_times
    for over in ("between", "every", "slots"):
        other_times.fields.how.set_value("spread")
        other_times.fields.over.setCurrentIndex(other_times.fields.over.findData(over))
        other_times.fields.how.changed.emit("spread")
        other_times._debouncer.flush()
        yield f"reschedule {over}", other_times
    yield (
        "confirm",
        ConfirmDialog(
            QCoreApplication.translate("Test", "Send 5 posts now?"),
            QCoreApplication.translate("Test", "They go out at once and cannot be taken back."),
            QCoreApplication.translate("Test", "Send 5 posts"),
        ),
    )


def about_defaults() -> Iterator[tuple[str, QWidget]]:
    defaults = DefaultsDialog(whole_window.CHANNELS, 3)
    words = SnippetTexts({"Coffee": "#a", "Harbour": "#b"}, {"Team": "Your roasters"})
    defaults.set_style_registry(StyleRegistry((), {"networks": {"fb": {"post_text": "a"}}}, words))
    for number in range(defaults.model.rowCount()):
        defaults.table.setCurrentIndex(defaults.model.index(number, 0))
        yield f"defaults {number}", defaults
    data = {"post_text": "{post_title}", "post_attach_link": True, "interval": 3, "odd": [1]}
    of_network = NetworkSettingsDialog("fb")
    of_network.set_loaded(LoadedSettings("fb", "social.nordlicht.example", data))
    yield "network settings", of_network
    of_network.rows[0].set_value("New")
    of_network._show_changes()
    of_network.set_conflict(["post_text"], {"post_text": "theirs"})
    yield "network settings, conflict", of_network
    of_network.load()
    yield "network settings, reading", of_network
    of_network.set_failed("The service cannot be reached.")
    yield "network settings, trouble", of_network


def look_at_dialogs(settings_file: Any, size: str) -> dict[str, list[str]]:
    cut = {}
    last: QWidget | None = None
    for name, dialog in dialogs(settings_file):
        if last is not None and last is not dialog:
            last.close()
            last.deleteLater()
        last = dialog
        dialog.show()
        Theme.instance().set_text_size(size)  # the settings are open while the size changes
        settle()
        cut[name] = cut_texts(dialog)
    if last is not None:
        last.close()
        last.deleteLater()
    return {key: lines for key, lines in cut.items() if lines}


@pytest.mark.parametrize("size", SIZES)
def test_empty_pages_and_dialogs_have_room(
    theme: Any, scene: Any, long_words: Any, tmp_path: Any, size: str
) -> None:
    theme.set_text_size(size)
    for window in WINDOWS:
        assert look_at_empty(scene(*window)) == {}
    assert look_at_dialogs(tmp_path / "settings.json", size) == {}


@pytest.mark.parametrize("size", SIZES)
def test_dialogs_have_room_in_english(theme: Any, tmp_path: Any, size: str) -> None:
    assert look_at_dialogs(tmp_path / "settings.json", size) == {}

"""What is shown for the pictures: each page in the states that matter, each dialog and popup.

A scene brings the app there and returns the widget to look at, by the objectNames of controls.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QWidget

from docs.screenshots import POSTS, TABLE
from posto_desktop.common.budgets import Budget
from posto_desktop.core.campaign import Campaign, CampaignMessage, Rhythm
from posto_desktop.core.campaign_results import CampaignPost
from posto_desktop.sdk.connect import SiteFacts
from posto_desktop.sdk.own_accounts import OwnAccount
from posto_desktop.sdk.post_stories import PartStory, PostStory
from posto_desktop.ui.dialogs.network_settings_dialog import NetworkSettingsDialog
from posto_desktop.ui.settings.slot_zone_popup import ZonePopup
from posto_desktop.ui.widgets.progress_bar import ProgressBar
from posto_desktop.workers.network_settings import LoadedSettings
from tests.gui import connecting, evergreen_filled
from tests.gui.golden.compose_scenes import (
    compose_checks,
    compose_editing,
    compose_empty,
    compose_first_run,
    compose_full,
    compose_own_text,
    compose_thread,
    drafts_list,
    full_message,
    manage_snippets,
    media_editor,
    over_compose,
    recent_media,
)
from tests.gui.golden.filled_app import (
    NONE,
    Key,
    Scene,
    Stage,
    make_messages,
    make_schedule,
    over,
)
from tests.gui.golden.insight_scenes import activity_insights
from tests.gui.golden.proposal_scenes import activity_agents, activity_proposals
from tests.gui.golden.settings_scenes import SETTINGS
from tests.gui.golden.small_scenes import LITTLE, quick_post
from tests.gui.golden.stage import NOW
from tests.gui.whole_window import _entries

SMALLER = "shop.png was made smaller, to 4096 × 2731 pixels."
SMALL, LARGE = (1024, 700), (1360, 860)
OWN = (None,)


# Pages


def schedule_list(stage: Stage) -> QWidget:
    """All of the width for the rows."""
    stage.schedule("not_sent")
    stage.click("close-inspector")
    return stage.window


def schedule_grouped(stage: Stage) -> QWidget:
    """Messages as rows, one unfolded, another one in the inspector."""
    page = stage.schedule("not_sent")
    page.state.group(True)
    page.set_schedules(make_messages())
    page.show_schedule(12)  # unfolds its message
    page.table.scrollToTop()
    page.table.set_current(next(item.id for item in make_messages() if item.group_id == "m3"))
    stage.calm()
    return stage.window


def schedule_inspector(stage: Stage) -> QWidget:
    stage.schedule("error")
    return stage.window


def schedule_story(stage: Stage) -> QWidget:
    """A published thread whose comment is missing, and what its network counts."""
    page = stage.schedule("success")
    number = max(schedule.id for schedule in page.model.schedules() if schedule.status == "success")
    page.show_schedule(number)
    url = "https://social.example/1"
    parts = (
        PartStory("post", "sent", "1", url, files=2, ready_at=NOW, sent_at=NOW, notes=(SMALLER,)),
        PartStory("thread", "sent", "2", url, sent_at=NOW),
        PartStory("comment", "failed", reason="Comments are closed.", tried_at=NOW),
    )
    page.set_story(number, PostStory(number, "success", is_own=True, parts=parts))
    page.set_insights(number, {"Replies": "2", "Boosts": "5", "Favourites": "17"})
    stage.calm()
    return stage.window


def schedule_ticked(stage: Stage) -> QWidget:
    stage.schedule("success").model.tick_all(True)
    stage.calm()
    return stage.window


def schedule_nothing_found(stage: Stage) -> QWidget:
    stage.schedule("success")
    stage.find("search-schedules").setText("no such post")
    stage.calm()
    return stage.window


def calendar(view: str) -> Scene:
    def show(stage: Stage) -> QWidget:
        stage.page("calendar")
        stage.click(f"calendar-view-{view}")
        stage.click("today")
        return stage.window

    return show


def _campaigns(stage: Stage) -> Any:
    """Two campaigns, one of them half way out."""
    page = stage.page("campaigns")
    messages = tuple(
        CampaignMessage(id=f"m{at}", text=text, media=tuple(stage.media(at % 3)))
        for at, text in enumerate(POSTS)
    )
    campaign = Campaign(
        id="c", name="Advent at the bakery", messages=messages, channel_ids=(1, 2, 3, 5),
        start_text="2026-11-26 12:30", rhythm=Rhythm("interval", 2, "working_day", 10),
        state="stopped", seed=1, created_at=NOW, updated_at=NOW,
    )  # fmt: skip
    other = Campaign(
        id="d", name="Spring", start_text="1 March 9:00", seed=2, created_at=NOW, updated_at=NOW,
        messages=messages[:4], channel_ids=(1, 5),
    )  # fmt: skip
    reason = "harbour.jpg is 6.2 MB; Facebook allows up to 4 MB. The text was not published."
    posts = [
        CampaignPost(f"r{at}", f"e{at}", "c", f"m{at}", at, NOW, state, reason)  # type: ignore[arg-type]
        for at, state in enumerate(("sent", "refused", "stopped", "queued"))
    ]
    page.campaigns.set_campaigns([campaign, other], {"c": posts})
    return page


def own_accounts(stage: Stage) -> None:
    """X charges, LinkedIn's sign-in ends soon, and Mastodon takes few posts."""
    stage.app.channels.set_accounts(
        {
            1: OwnAccount(1, "x", channels=(1,)),
            4: OwnAccount(2, "linkedin", channels=(4,), ends_at=NOW + timedelta(days=9)),
            5: OwnAccount(3, "mastodon", channels=(5,), budgets=(Budget(2, 30 * 86400),)),
            6: OwnAccount(4, "bluesky", channels=(6,), ends_at=NOW + timedelta(days=2)),
        }
    )


def compose_own_accounts(stage: Stage) -> QWidget:
    """What posts of own accounts cost, when the last goes out, and which sign-in ends before."""
    own_accounts(stage)
    stage.write(replace(full_message(stage), media=(), channel_ids=[1, 5, 6]))
    return stage.window


def activity_own_accounts(stage: Stage) -> QWidget:
    """The sign-in that ends next stands over the list."""
    shown = activity()(stage)
    assert isinstance(shown, QWidget)
    own_accounts(stage)
    stage.calm()
    return shown


def campaign_own_accounts(stage: Stage) -> QWidget:
    shown = campaigns("d")(stage)
    assert isinstance(shown, QWidget)
    own_accounts(stage)
    stage.calm()
    return shown


def no_own_accounts(scene: Scene) -> Scene:
    """The scene with the accounts before it taken away again."""

    def show(stage: Stage) -> QWidget | None:
        stage.app.channels.set_accounts({})
        return scene(stage)

    return show


def campaigns_list(stage: Stage) -> QWidget:
    page = _campaigns(stage)
    page.open_campaigns()
    stage.calm()
    return stage.window


def campaigns(key: str) -> Scene:
    def show(stage: Stage) -> QWidget:
        page = _campaigns(stage)
        page.campaigns.open(key)
        stage.calm()
        return stage.window

    return show


def evergreen(stage: Stage) -> QWidget:
    """Evergreen messages and their runs, over the page's campaigns."""
    page = stage.page("campaigns")
    stage.app.service.evergreen.blockSignals(True)
    page.evergreen.set_channels(stage.app.channels.channels())
    evergreen_filled.fill(page.evergreen.state, NOW, stage.media(1))
    page.open_evergreen()
    stage.calm()
    return stage.window


def page(key: str) -> Scene:
    def show(stage: Stage) -> QWidget:
        stage.page(key)
        return stage.window

    return show


def activity(key: str = "") -> Scene:
    def show(stage: Stage) -> QWidget:
        page = stage.page("activity")
        page.state.choose_view("outbox")
        stage.app.service.proposals.loaded.emit([])
        stage.app.service.proposals.calls_loaded.emit([])
        stage.app.service.outbox_changed.emit(_entries())
        if key:
            page.state.show_entry(key)
        else:
            page.close_details()
        stage.calm()
        return stage.window

    return show


# What opens over a page


def over_page(page: str, name: str) -> Scene:
    def show(stage: Stage) -> QWidget | None:
        stage.page(page)
        return stage.click(name)

    return show


def _on_card(key: Key) -> Scene:
    """A key on the first card of the week that can be moved."""

    def show(stage: Stage) -> QWidget | None:
        page = stage.page("calendar")
        stage.click("calendar-view-week")
        stage.click("today")
        stage.find("calendar").setFocus(Qt.FocusReason.TabFocusReason)
        for row in make_schedule():
            cards = page.model.cards_on(row.send_at.date()) if row.send_at is not None else []
            if card := next((card for card in cards if card.movable), None):
                page.view.set_current(card.moment.date(), card.key)
                break
        return stage.press("calendar", key, NONE)

    return show


def reschedule(stage: Stage) -> QWidget | None:
    page = stage.schedule("success")
    page.model.tick_all(True)
    stage.calm()
    page.row_actions.reschedule()
    stage.calm()
    QTest.keyClicks(QApplication.focusWidget(), "+1 week 2 hours")
    stage.calm()
    return over()


def export(stage: Stage) -> QWidget | None:
    stage.schedule("success").exportRequested.emit()
    stage.calm()
    return over()


# Dialogs


def opened(open_it: Callable[[Stage], object]) -> Scene:
    """What a function opens over an idle page."""

    def show(stage: Stage) -> QWidget | None:
        stage.page("feed")
        open_it(stage)
        stage.calm()
        return over()

    return show


def sign_in_by_browser(stage: Stage) -> None:
    """A workspace that signs its people in by a provider."""
    workspaces = stage.app.workspaces
    workspaces.ask_sign_in()
    dialog = workspaces._dialog
    assert dialog is not None
    dialog._pause.cancel()
    dialog.address.set_text("posto.example.org")
    base = "https://posto.example.org"
    page = f"{base}/wp-admin/authorize-application.php"
    site = SiteFacts(base, "posto.example.org", "The shop", browser_sign_in=page)
    dialog.show_address("posto.example.org", site)


def palette(words: str) -> Scene:
    def show(stage: Stage) -> QWidget | None:
        stage.write(full_message(stage))
        stage.page("feed")
        stage.window.searchRequested.emit()
        stage.calm()
        popup = over()
        assert popup is not None
        QTest.keyClicks(QApplication.focusWidget(), words)
        stage.calm()
        return popup

    return show


def connect(make: Callable[[QWidget], QDialog]) -> Callable[[Stage], QWidget | None]:
    """A step of connecting an account."""

    def scene(stage: Stage) -> QWidget | None:
        dialog = make(stage.window)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        stage.calm()
        for bar in dialog.findChildren(ProgressBar):
            bar._timer.stop()  # else its piece is at another place each time
            bar._phase = 0.0
        return over()

    return scene


def time_zones(stage: Stage) -> QWidget:
    """The zone of a group of weekly slots is chosen."""
    popup = ZonePopup("America/New_York", stage.window)
    popup.show_at(stage.window.mapToGlobal(QPoint(40, 40)))
    popup.search.setText("an")
    stage.calm()
    return popup


def network_settings(stage: Stage) -> QWidget:
    dialog = NetworkSettingsDialog("fb", stage.window)
    data = {"post_text": "{post_title}", "post_attach_link": True, "interval": 3, "odd": [1]}
    dialog.set_loaded(LoadedSettings("fb", "social.bakery.example", data))
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    stage.calm()
    return dialog


def import_table(stage: Stage) -> QWidget | None:
    table = stage.folder / "advent.csv"
    names = {"Sandbox X": "@bakery@social.example", "Sandbox Facebook": "Bakery News"}
    words = TABLE
    for old, new in names.items():
        words = words.replace(old, new)
    table.write_text(words, encoding="utf-8")
    _campaigns(stage).importFilesRequested.emit([str(table)])
    stage.calm()
    return over()


def menu(make: Callable[[Stage], QMenu]) -> Scene:
    def show(stage: Stage) -> QWidget:
        stage.schedule("success")
        shown = make(stage)
        shown.popup(stage.window.mapToGlobal(stage.window.rect().center()))
        stage.calm()
        return shown

    return show


@dataclass(frozen=True)
class Shot:
    """`sizes` of the window; none for what has its own size."""

    scene: Scene
    sizes: tuple[tuple[int, int] | None, ...] = (SMALL, LARGE)
    twice: bool = False
    """Also where the screen has two dots a pixel."""
    dark_large: bool = False
    """Also large in dark. Elsewhere the large one in light shows the layout, and the small one in
    dark the colours."""

    def sizes_in(self, mode: str) -> tuple[tuple[int, int] | None, ...]:
        """Return the sizes in which it is drawn in this theme."""
        if mode == "light" or self.dark_large:
            return self.sizes
        return tuple(size for size in self.sizes if size != LARGE)


SHOTS: dict[str, Shot] = {
    "compose-first-run": Shot(compose_first_run),
    "compose-empty": Shot(compose_empty),
    "compose-full": Shot(compose_full, twice=True, dark_large=True),
    "compose-editing": Shot(compose_editing),
    "compose-own-text": Shot(compose_own_text),
    "compose-checks": Shot(compose_checks),
    "compose-thread": Shot(compose_thread, twice=True),
    "compose-own-accounts": Shot(compose_own_accounts, (SMALL,)),
    "schedule": Shot(no_own_accounts(schedule_list)),
    "schedule-grouped": Shot(no_own_accounts(schedule_grouped), twice=True),
    "schedule-inspector": Shot(schedule_inspector, twice=True, dark_large=True),
    "schedule-story": Shot(schedule_story),
    "schedule-ticked": Shot(schedule_ticked),
    "schedule-nothing-found": Shot(schedule_nothing_found),
    "calendar-month": Shot(calendar("month")),
    "calendar-week": Shot(calendar("week"), twice=True, dark_large=True),
    "calendar-day": Shot(calendar("day")),
    "calendar-agenda": Shot(calendar("agenda")),
    "campaigns": Shot(campaigns_list),
    "evergreen": Shot(evergreen, (SMALL,)),
    "campaigns-stopped": Shot(campaigns("c")),
    "campaigns-open": Shot(campaigns("d"), dark_large=True),
    "campaigns-own-accounts": Shot(campaign_own_accounts),
    "styles": Shot(no_own_accounts(page("styles")), dark_large=True),
    "activity-own-accounts": Shot(activity_own_accounts, dark_large=True),
    "activity": Shot(no_own_accounts(activity())),
    "activity-unclear": Shot(activity("u")),
    "activity-proposals": Shot(partial(activity_proposals, show_activity=activity())),
    "activity-agents": Shot(partial(activity_agents, show_activity=activity()), (SMALL,)),
    "activity-insights": Shot(activity_insights, (SMALL,)),
    "feed": Shot(page("feed"), dark_large=True),
    "drafts": Shot(drafts_list, OWN),
    "emoji": Shot(over_compose("insert-emoji"), OWN),
    "snippets": Shot(over_compose("insert-snippet"), OWN),
    "manage-snippets": Shot(manage_snippets, OWN),
    "recent-media": Shot(recent_media, OWN),
    "repeat": Shot(over_compose("change-repeat"), OWN),
    "when-picker": Shot(over_compose("when", Key.Key_Down), OWN),
    "describe": Shot(over_compose("media", Key.Key_D, NONE), OWN),
    "media-editor": Shot(media_editor, OWN),
    "dates": Shot(over_page("schedule", "date-filter"), OWN),
    "columns": Shot(over_page("schedule", "columns"), OWN),
    "reschedule": Shot(reschedule, OWN),
    "export": Shot(export, OWN),
    "move": Shot(_on_card(Key.Key_S), OWN),
    "card": Shot(_on_card(Key.Key_Space), OWN),
    "import": Shot(import_table, OWN),
    "defaults": Shot(over_page("styles", "defaults-of-channels"), OWN),
    "notices": Shot(over_page("feed", "show-notifications"), OWN),
    "palette": Shot(palette(""), OWN),
    "palette-found": Shot(palette("har"), OWN),
    "quick-post": Shot(quick_post, OWN),
    "shortcuts": Shot(opened(lambda stage: stage.window.show_shortcuts()), OWN),
    "sign-in": Shot(opened(lambda stage: stage.app.workspaces.ask_sign_in()), OWN),
    "sign-in-browser": Shot(opened(sign_in_by_browser), OWN),
    "connect-networks": Shot(connect(connecting.at_guess), OWN),
    "connect-guide": Shot(connect(connecting.guide), OWN),
    "connect-browser": Shot(connect(connecting.at_browser), OWN),
    "connect-refused": Shot(connect(connecting.at_refusal), OWN),
    "connect-account": Shot(
        connect(lambda window: connecting.at_account(window, connecting.ROOMS)), OWN
    ),
    "workspaces": Shot(opened(lambda stage: stage.app.workspaces.manage()), OWN),
    "network-settings": Shot(network_settings, OWN),
    "time-zones": Shot(time_zones, OWN),
    "menu-workspaces": Shot(menu(lambda it: it.window.top_bar.workspace.make_menu()), OWN),
    "menu-post": Shot(menu(lambda it: it.page("schedule").row_actions.make_menu()), OWN),
    **{name: Shot(scene, OWN) for name, scene in LITTLE.items()},
    **{f"settings-{key}": Shot(scene, OWN) for key, scene in SETTINGS.items()},
}

"""The window with all controllers, over a service without a connection: the test answers for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from posto_desktop.controllers.app_controllers import AppControllers
from posto_desktop.controllers.context import AppContext
from posto_desktop.controllers.workspace_switcher import WorkspaceSwitcherController
from posto_desktop.core.draft_list import DraftsSnapshot
from posto_desktop.delivery.route_provider import RouteProvider
from posto_desktop.models.channels import ChannelsModel
from posto_desktop.models.notifications import NotificationsModel
from posto_desktop.sdk.records import Channel, Schedule
from posto_desktop.storage.accounts import AccountStore
from posto_desktop.storage.paths import Paths, find_paths
from posto_desktop.storage.secrets import SecretStore
from posto_desktop.storage.settings import Settings
from posto_desktop.ui.compose.page import ComposePage
from posto_desktop.ui.main_window import MainWindow
from posto_desktop.ui.theme import Theme
from posto_desktop.workers.images import ImageLoader
from posto_desktop.workers.remote_pictures import RemotePictures
from posto_desktop.workers.runner import JobRunner
from posto_desktop.workers.service import Service
from posto_desktop.workers.sign_in import SignInFlow

CHANNELS = [
    Channel(1, "Sandbox X", "twitter"),
    Channel(2, "Sandbox Instagram", "instagram"),
    Channel(3, "Sandbox Facebook", "fb"),
    Channel(4, "Sandbox LinkedIn", "linkedin"),
]


class WholeApp:
    """Built and shown by `begin`; `close` ends what it runs. `saved_drafts` are the drafts in the
    order in which the store saved them, `settings` what outlives a run. `fetch` is asked for
    pictures at addresses instead of the service."""

    def __init__(
        self, theme: Theme, home: Path, fetch: Callable[[str], None] | None = None
    ) -> None:
        self.paths: Paths = find_paths(home)
        for folder in (self.paths.config, self.paths.data, self.paths.cache):
            folder.mkdir(parents=True, exist_ok=True)
        self.settings = Settings(self.paths.settings)
        self.runner = JobRunner()
        self.channels, self.notifications = ChannelsModel(), NotificationsModel()
        self.window = MainWindow(theme, self.channels, self.notifications, self.runner)
        self.window.resize(1360, 860)
        self.images = ImageLoader(self.runner, self.paths.thumbnails, self.window)
        self.compose = ComposePage(
            self.runner, self.images, self.channels, paste_folder=self.paths.data / "pasted"
        )
        self.window.add_page("compose", "Compose", "square-pen", self.compose)
        accounts = self.accounts = AccountStore(self.paths.accounts)
        secrets = SecretStore(self.paths.secrets)
        route_provider = RouteProvider(self.settings, secrets)
        self.service = Service(
            self.paths, self.settings, accounts=accounts, secrets=secrets, parent=self.window
        )
        self.pictures = RemotePictures(
            self.runner, fetch or self.service.fetch_picture, self.window
        )
        flow = SignInFlow(
            self.runner, accounts, secrets, self.window, route_provider=route_provider
        )
        self.workspaces = WorkspaceSwitcherController(
            self.window, accounts, flow, lambda _workspace: None, self.window
        )
        context = AppContext(
            paths=self.paths,
            settings=self.settings,
            window=self.window,
            runner=self.runner,
            images=self.images,
            pictures=self.pictures,
            channels=self.channels,
            service=self.service,
            workspaces=self.workspaces,
            route_provider=route_provider,
        )
        self.controllers = AppControllers(
            context, self.compose, self.notifications, route_provider, accounts, secrets,
            self.settings.set, self.window,
        )  # fmt: skip
        self.saved_drafts: list[Any] = []
        self.compose.message.store.saved.connect(self.saved_drafts.append)

    def begin(
        self, channels: Sequence[Channel] = CHANNELS, snapshot: DraftsSnapshot | None = None
    ) -> None:
        """What happens at a start: a workspace is chosen, drafts and channels come."""
        self.window.show()
        self.controllers.workspaces.begun.emit("local")
        self.service.drafts_loaded.emit(snapshot or DraftsSnapshot())
        self.service.channels_loaded.emit(list(channels))

    def load_plan(self, rows: Sequence[Schedule]) -> None:
        self.service.schedules_loaded.emit(list(rows), False, datetime.now(UTC))

    def open_workspace(self, workspace: str, channels: Sequence[Channel]) -> None:
        """Another workspace is chosen, and its channels come."""
        self.controllers.workspaces.left.emit()
        self.controllers.workspaces.begun.emit(workspace)
        self.service.channels_loaded.emit(list(channels))

    def close(self) -> None:
        self.window.close()
        self.controllers.flush()
        self.controllers.channels.flush()
        self.workspaces.finish()
        assert self.service.shutdown(60_000)
        self.controllers.close()
        assert self.runner.shutdown(60_000)
        self.window.deleteLater()
        self.channels.deleteLater()
        self.notifications.deleteLater()


def row(number: int, channel: Channel, **more: Any) -> Schedule:
    """A post of the plan."""
    values: dict[str, Any] = {"status": "not_sent", "text": f"Post {number}", **more}
    return Schedule(
        number, f"g{number}", channel.id,
        channel_name=channel.name, network=channel.network, **values,
    )  # fmt: skip

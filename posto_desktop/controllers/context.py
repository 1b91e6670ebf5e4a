"""The services shared by all controllers."""

from __future__ import annotations

from dataclasses import dataclass

from posto_desktop.controllers.workspace_switcher import WorkspaceSwitcherController
from posto_desktop.delivery.route_provider import RouteProvider
from posto_desktop.models.channels import ChannelsModel
from posto_desktop.storage.paths import Paths
from posto_desktop.storage.settings import Settings
from posto_desktop.ui.main_window import MainWindow
from posto_desktop.workers.calendar_server import CalendarServer
from posto_desktop.workers.images import ImageLoader
from posto_desktop.workers.remote_pictures import RemotePictures
from posto_desktop.workers.runner import JobRunner
from posto_desktop.workers.service import Service


@dataclass(frozen=True)
class AppContext:
    """Services of the running app, which live as long as it does."""

    paths: Paths
    settings: Settings
    window: MainWindow
    runner: JobRunner
    images: ImageLoader
    pictures: RemotePictures
    channels: ChannelsModel
    service: Service
    workspaces: WorkspaceSwitcherController
    route_provider: RouteProvider | None = None
    calendar_server: CalendarServer | None = None

"""Reads and saves a service's network settings on a worker."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from posto_desktop.common.translation import translate
from posto_desktop.common.user_error import message_of
from posto_desktop.core.limits import network_name
from posto_desktop.delivery.client_pool import ClientPool, ServiceClient
from posto_desktop.sdk.errors import PostoError
from posto_desktop.sdk.network_settings import SettingsConflict
from posto_desktop.sdk.setting_writes import means
from posto_desktop.workers.latest_job import LatestJob
from posto_desktop.workers.runner import Job, JobRunner

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class LoadedSettings:
    """All settings of a network on the service. After saving, `before` are the replaced values,
    `refused` the settings that the service changed or ignored."""

    network: str
    host: str
    data: Mapping[str, Any] = field(default_factory=dict, hash=False)
    before: Mapping[str, Any] = field(default_factory=dict, hash=False)
    refused: tuple[str, ...] = ()


class NetworkSettingsLoader(QObject):
    """Settings of one workspace. The calls return at once and run one at a time.

    Signals: ``loaded(LoadedSettings)``, ``saved(LoadedSettings)``, ``conflicted(list names, dict
    present)``: somebody changed the same settings, nothing was saved; ``failed(str why)``;
    ``unclear(str why)``: unknown whether it was saved.
    """

    loaded = Signal(object)
    saved = Signal(object)
    conflicted = Signal(object, object)
    failed = Signal(str)
    unclear = Signal(str)

    def __init__(
        self,
        runner: JobRunner,
        client_pool: ClientPool,
        workspace: str,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._client_pool, self._workspace = client_pool, workspace
        self._reading = LatestJob(runner, self)
        self._reading.done.connect(self.loaded)
        self._reading.failed.connect(self._failed)
        self._saving = LatestJob(runner, self)
        self._saving.done.connect(self.saved)
        self._saving.failed.connect(self._failed)

    def load(self, network: str) -> None:
        """Read the settings of a network."""
        self._reading.start(_read, self._client_pool, self._workspace, network, pool="net")

    def save(
        self, network: str, changes: Mapping[str, Any], based_on: Mapping[str, Any] | None
    ) -> None:
        """Change settings and keep the others. `based_on` are the settings as read; None: overwrite
        changes by others, too."""
        self._reading.forget()
        self._saving.start(
            _save, self._client_pool, self._workspace, network, dict(changes), based_on, pool="net"
        )

    @Slot(object)
    def _failed(self, error: object) -> None:
        if isinstance(error, SettingsConflict):
            self.conflicted.emit(list(error.names), error.present)
            return
        sentence = message_of(error)
        if not sentence:
            log.error("The settings of a network: %r", error)
            sentence = translate("Service", "Something unexpected went wrong ({why}).").format(
                why=type(error).__name__
            )
        maybe = isinstance(error, PostoError) and error.failure.is_maybe
        signal = self.unclear if maybe else self.failed
        signal.emit(sentence)


def _read(job: Job, client_pool: ClientPool, workspace: str, network: str) -> LoadedSettings:
    link: ServiceClient = client_pool.get(workspace)
    job.check()
    answer = link.sdk.settings_manager.read_network_settings(network)
    return LoadedSettings(network, link.host, answer.settings_data)


def _save(
    job: Job,
    client_pool: ClientPool,
    workspace: str,
    network: str,
    changes: dict[str, Any],
    based_on: Mapping[str, Any] | None,
) -> LoadedSettings:
    link: ServiceClient = client_pool.get(workspace)
    job.check()
    manager = link.sdk.settings_manager
    before = manager.read_network_settings(network).settings_data
    now = manager.save_network_settings(network, changes, based_on).settings_data
    try:
        # The service silently replaces values that it does not accept by their defaults.
        now = manager.read_network_settings(network).settings_data
    except PostoError as error:
        log.warning("Saved settings could not be read again: %s", error)
    refused = tuple(key for key, value in changes.items() if not means(now.get(key), value))
    if refused:
        log.warning("%s did not take settings of %s", link.host, network_name(network))
    old = {key: before[key] for key in changes if key in before}
    return LoadedSettings(network, link.host, now, old, refused)

"""What the subjects about files need from outside the page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from posto_desktop.workers.recent_media import RecentMedia
    from posto_desktop.workers.renditions import Renditions


@dataclass
class MediaKit:
    """`renditions` is the folder of what is made for networks, `fetched` where files from the web
    are kept. `folder` and `keep_folder` read and write where files were looked for last. `open`
    gives the transport for addresses (None: a public one)."""

    renditions: Path
    fetched: Path
    recent: RecentMedia | None = None
    folder: Callable[[], str] = str
    keep_folder: Callable[[str], None] = lambda _folder: None
    transport: Any = None
    _made: Any = None

    def renderer(self) -> Renditions:
        """Made when something is edited first: it loads what writes pictures."""
        if self._made is None:
            from posto_desktop.workers.renditions import Renditions

            self._made = Renditions(self.renditions)
        made: Renditions = self._made
        return made

"""Letting the open campaign go out, and the question where not all of it can."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from posto_desktop.models.numbers import grouped
from posto_desktop.ui.widgets.confirm import Confirm

if TYPE_CHECKING:
    from posto_desktop.ui.campaigns.page import CampaignsPage


def start(page: CampaignsPage) -> None:
    """Let it go out; where some messages cannot, ask whether the others shall."""
    running = page.running
    if not page.is_open or running.deeds().hint:
        return
    ready = running.ready()
    if not ready.bad:
        running.start(ready)
        return
    count = len(ready.bad)
    title = _tr("1 message cannot go out")
    if count > 1:
        title = _tr("{n} messages cannot go out").format(n=grouped(count))
    first = ready.bad[0][0]
    fix = _tr("Fix first")
    dialog = Confirm(
        title,
        running.bad_words(ready),
        running.others_words(ready) if ready.wishes else fix,
        danger=False,
        cancel=fix if ready.wishes else _tr("Back"),
        parent=page.window(),
    )
    if ready.wishes:
        dialog.accepted.connect(lambda: running.start(ready))
        dialog.rejected.connect(lambda: page.view.go_to(first))
    else:
        dialog.accepted.connect(lambda: page.view.go_to(first))
    dialog.open()


def _tr(text: str) -> str:
    return QCoreApplication.translate("CampaignStart", text)

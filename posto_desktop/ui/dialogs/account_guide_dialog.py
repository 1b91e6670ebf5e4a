"""Dialog with the instructions for signing in to a network (docs/accounts)."""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtCore import QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from posto_desktop.common.resources import document
from posto_desktop.ui.widgets.large_dialog import LargeDialog
from posto_desktop.ui.widgets.page_view import PageView

__all__ = ["AccountGuideDialog", "guide_of"]

_METHOD = re.compile(r"\w{1,40}")


def guide_of(method: str) -> Path | None:
    """Return the page about connecting a network; None without one."""
    if not _METHOD.fullmatch(method):
        return None
    path = document("accounts", f"{method}.md")
    return path if path.is_file() else None


class AccountGuideDialog(LargeDialog):
    """Shows a page that came with the program, so that it needs no connection."""

    def __init__(self, path: Path, parent: QWidget | None = None) -> None:
        super().__init__(
            "account-guide",
            self.tr("How to get this"),
            self.tr("Links open in your browser. The sign-in stays open."),
            680,
            620,
            parent,
        )
        self._path = path
        self.page = PageView(self.tr("Step by step"), "step-by-step", self)
        self.page.linkFollowed.connect(self._follow)
        self.body.addWidget(self.page, 1)
        self._show(path)
        self.page.setFocus()

    def _show(self, path: Path) -> None:
        self._path = path
        self.page.set_page(path.read_text(encoding="utf-8"))

    @Slot(str)
    def _follow(self, link: str) -> None:
        """Open a page of the web in the browser, another network's page here."""
        if link.startswith("https://"):
            QDesktopServices.openUrl(QUrl(link))
            return
        guide = guide_of(link.removesuffix(".md"))
        if guide is not None:
            self._show(guide)

"""Rows of the settings window, and what is in the file behind them."""

from __future__ import annotations

import json

from posto_desktop.ui.settings.catalogue import PAGES
from posto_desktop.ui.widgets.setting_row import SettingRow

KEYS = [page.key for page in PAGES]


def stored(tools):
    return json.loads(tools.paths.settings.read_text("utf-8"))


def hint_of(dialog, key):
    """Return the words below the title of a row, without the marks for line breaks."""
    row = dialog.page.rows[key]
    assert isinstance(row, SettingRow)
    return row.hint.text().replace("\u200b", "")

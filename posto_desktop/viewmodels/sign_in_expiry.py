"""Warnings of expiring sign-ins: 14 days and 3 days before, and at the end."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from posto_desktop.core.account_outlook import warning_days
from posto_desktop.sdk.own_accounts import OwnAccount

SETTING = "channels.ends_told"


def new_warnings(
    accounts: Iterable[OwnAccount], text: str, now: datetime, workspace: str = ""
) -> tuple[list[tuple[OwnAccount, datetime]], str]:
    """Return the accounts to warn of now with their ends, and what is told then.

    `text` is the setting: an entry for each warning, forgotten with its account or when that signs
    in anew. Those of other workspaces stay; "" is the one on this computer.
    """
    known = text.split()
    ending: list[tuple[OwnAccount, datetime]] = []
    entries = without_workspace(text, workspace).split()
    place = f"{workspace}/" if workspace else ""
    for account in accounts:
        days = warning_days(account.ends_at, now)
        if days is None or account.ends_at is None:
            continue
        entry = f"{place}{account.id}:{account.ends_at.timestamp():.0f}:{days}"
        entries.append(entry)
        # Where an account has to sign in again, its health says so.
        if entry not in known and account.health == "ok":
            ending.append((account, account.ends_at))
    return ending, " ".join(entries)


def without_workspace(text: str, workspace: str) -> str:
    """Return the setting without the entries of a workspace."""
    return " ".join(entry for entry in text.split() if entry.rpartition("/")[0] != workspace)

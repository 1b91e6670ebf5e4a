"""Sentences about problems of posto.db."""

from __future__ import annotations

from posto_desktop.common.translation import translate
from posto_desktop.storage.errors import ALLOW_WRITING, MAKE_ROOM, StorageError


def problem_text(error: StorageError) -> str:
    """Return the problem and what to do about it."""
    return f"{error.user_message} {error.remedy}".strip()


def short_cause(sentence: str) -> str:
    """Return the problem alone."""
    return sentence.partition(". ")[0].removesuffix(".")


def reason_of(error: StorageError) -> str:
    """Return the cause in a few words, for after a colon; empty if unknown."""
    if error.remedy == MAKE_ROOM:
        return translate("Service", "the disk is full")
    if error.remedy == ALLOW_WRITING:
        return translate("Service", "Posto may not write there")
    return ""
